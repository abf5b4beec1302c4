//! One state of a definition on its own, wherever it stands and whatever is wrong elsewhere: for a look
//! at what it does with its data.

use super::site::{Shape, Site};
use super::spot::{Name, Place, Spot, Step, find};
use super::{Format, Source};
use crate::compile::compile_around;
use crate::tree::{Node, Tree};
use crate::yaml::parse_yaml;
use crate::{Compilation, parse};
use std::fmt::Write as _;

/// A state of a definition.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// As it stands in the definition.
    pub node: Node,
    /// The program of a machine around it, or what is wrong with the state. Places are those of the text.
    pub compilation: Compilation,
    /// The definition as a tree.
    pub tree: Tree,
    /// Whether its query language is JSONata.
    pub is_jsonata: bool,
    /// Whether it stands in the processor of a Map, however deep.
    pub is_in_map: bool,
}

impl Part {
    /// What stands below the state at a JSON pointer without its first slash.
    #[must_use]
    pub fn node_at(&self, below: &str) -> Option<&Node> {
        let path = walk(&self.node, &format!("/{below}"))?;
        let last = path.last()?;
        match last.name {
            Name::Key(key) => last.container.get(key),
            Name::Index(index) => last.container.as_array()?.get(index),
        }
    }
}

/// The state at a JSON pointer (`/States/All/Branches/0/States/Pick`); `None` when none is there.
#[must_use]
pub fn part(source: &Source<'_>, pointer: &str) -> Option<Part> {
    let (tree, _) = match source.format {
        Format::Json => parse(source.text),
        Format::Yaml => parse_yaml(source.text),
    };
    let root = tree.root.as_ref()?;
    let path = walk(root, pointer)?;
    let site = Site::of(root, &Spot { path, place: Place::Value { node: None } });
    if site.target != Shape::State {
        return None;
    }
    let state = site.state()?;
    state.node.as_object()?;
    let outside = site.states.split_last().map_or(&[][..], |(_, outside)| outside);
    let is_in_map = outside.iter().any(|state| state.node.get("Type").and_then(Node::as_str) == Some("Map"));
    let is_jsonata = root.get("QueryLanguage").and_then(Node::as_str) == Some("JSONata");
    let compilation = compile_around(state.name, state.node, is_jsonata, source.kind);
    let (name, node, is_jsonata) = (state.name.to_owned(), state.node.clone(), site.is_jsonata);
    Some(Part { name, node, compilation, is_jsonata, is_in_map, tree })
}

/// The steps that a JSON pointer names.
fn walk<'t>(root: &'t Node, pointer: &str) -> Option<Vec<Step<'t>>> {
    let mut path = Vec::new();
    let mut node = root;
    for segment in pointer.strip_prefix('/')?.split('/') {
        let container = node;
        let name;
        (name, node) = match container.as_array() {
            Some(items) => {
                let index = segment.parse().ok()?;
                (Name::Index(index), items.get(index)?)
            }
            None => {
                let entry = container.entry(&segment.replace("~1", "/").replace("~0", "~"))?;
                (Name::Key(&entry.key), &entry.value)
            }
        };
        path.push(Step { container, name });
    }
    Some(path)
}

/// The JSON pointer of what stands at a byte of a text; empty for the document itself and outside of it.
#[must_use]
pub fn pointer_at(tree: &Tree, text: &str, offset: usize) -> String {
    let mut pointer = String::new();
    let Some(spot) = tree.root.as_ref().and_then(|root| find(root, text, offset)) else { return pointer };
    let names = spot.path.iter().map(|step| step.name);
    let key = match spot.place {
        Place::Key { entry: Some(entry), .. } => Some(Name::Key(&entry.key)),
        _ => None,
    };
    for name in names.chain(key) {
        // Writing to a text does not fail.
        let _ = match name {
            Name::Key(key) => write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Name::Index(index) => write!(pointer, "/{index}"),
        };
    }
    pointer
}
