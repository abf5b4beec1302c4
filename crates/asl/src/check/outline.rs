//! The states and `States` objects of a definition, numbered in the order of the
//! text before anything in them is checked, so that a transition can be resolved
//! where it is read. Names are this file's business: unique in the whole
//! definition, neither empty nor too long.

use super::fields;
use super::findings::Findings;
use crate::program::{ScopeIndex, StateIndex};
use crate::tree::Node;
use crate::{Code, Severity, Span};
use stateline_base::limits::STATE_NAME_CHARS_MAX;
use std::collections::{HashMap, HashSet};

/// All states and scopes.
#[derive(Default)]
pub(super) struct Outline<'t> {
    /// By [`StateIndex`].
    pub(super) states: Vec<StateOutline<'t>>,
    /// By [`ScopeIndex`].
    pub(super) scopes: Vec<ScopeOutline<'t>>,
    /// Scopes by where their object begins in the text, which is unique.
    by_start: HashMap<usize, ScopeIndex>,
    names: HashSet<&'t str>,
    /// Labels that Maps were given.
    labels: HashSet<&'t str>,
}

/// A state, unchecked.
pub(super) struct StateOutline<'t> {
    pub(super) name: &'t str,
    pub(super) name_span: Span,
    pub(super) node: &'t Node,
    pub(super) scope: ScopeIndex,
    /// `/States/X`, `/States/P/Branches[0]/States/X`.
    pub(super) location: String,
}

/// An object with `StartAt` and `States`, unchecked.
pub(super) struct ScopeOutline<'t> {
    pub(super) node: &'t Node,
    pub(super) parent: Option<StateIndex>,
    /// Empty for the whole definition, else `/States/P/Branches[0]`.
    pub(super) location: String,
    pub(super) states: Vec<StateIndex>,
    by_name: HashMap<&'t str, StateIndex>,
}

impl ScopeOutline<'_> {
    /// A state of this scope.
    pub(super) fn find(&self, name: &str) -> Option<StateIndex> {
        self.by_name.get(name).copied()
    }

    /// The names of its states, in the order of the text.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.node
            .get("States")
            .and_then(Node::as_object)
            .unwrap_or_default()
            .iter()
            .map(|entry| entry.key.as_str())
    }
}

impl<'t> Outline<'t> {
    /// Numbers all states below `root` and checks their names. Of a machine that was made around a
    /// lone state, the top level's other names are not part of the definition.
    pub(super) fn of(root: &'t Node, lone: bool, found: &mut Findings) -> Self {
        let mut outline = Outline::default();
        outline.scope(root, None, String::new());
        outline.check_names(lone, found);
        outline
    }

    /// Whether a state of that name stands anywhere.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether a Map anywhere was given that label.
    pub(super) fn has_label(&self, label: &str) -> bool {
        self.labels.contains(label)
    }

    /// The scope that an object is; `None` for any other object.
    pub(super) fn scope_at(&self, node: &Node) -> Option<ScopeIndex> {
        self.by_start.get(&node.span.start).copied()
    }

    /// The scope with an index.
    pub(super) fn scope_of(&self, index: ScopeIndex) -> &ScopeOutline<'t> {
        self.scopes.get(index.0 as usize).expect("scope indexes come from this outline")
    }

    fn scope(&mut self, node: &'t Node, parent: Option<StateIndex>, location: String) {
        let index = ScopeIndex(number(self.scopes.len()));
        self.by_start.insert(node.span.start, index);
        let (states, by_name) = (Vec::new(), HashMap::new());
        let below = format!("{location}/States");
        self.scopes.push(ScopeOutline { node, parent, location, states, by_name });
        for entry in node.get("States").and_then(Node::as_object).unwrap_or_default() {
            let state = StateIndex(number(self.states.len()));
            let location = format!("{below}/{}", fields::shortened(&entry.key));
            self.states.push(StateOutline {
                name: &entry.key,
                name_span: entry.key_span,
                node: &entry.value,
                scope: index,
                location: location.clone(),
            });
            if let Some(scope) = self.scopes.get_mut(index.0 as usize) {
                scope.states.push(state);
                scope.by_name.insert(&entry.key, state);
            }
            self.inner(&entry.value, state, &location);
        }
    }

    /// The scopes of a Parallel or Map state. The parser bounds the depth.
    fn inner(&mut self, node: &'t Node, state: StateIndex, location: &str) {
        match node.get("Type").and_then(Node::as_str) {
            Some("Parallel") => {
                let branches = node.get("Branches").and_then(Node::as_array).unwrap_or_default();
                for (at, branch) in
                    branches.iter().enumerate().filter(|(_, branch)| branch.as_object().is_some())
                {
                    self.scope(branch, Some(state), format!("{location}/Branches[{at}]"));
                }
            }
            Some("Map") => {
                self.labels.extend(node.get("Label").and_then(Node::as_str));
                for field in ["ItemProcessor", "Iterator"] {
                    if let Some(processor) = node.get(field).filter(|value| value.as_object().is_some()) {
                        self.scope(processor, Some(state), format!("{location}/{field}"));
                    }
                }
            }
            _ => {}
        }
    }

    fn check_names(&mut self, lone: bool, found: &mut Findings) {
        let made = |(at, state): &(usize, &StateOutline<'_>)| lone && *at > 0 && state.scope == ScopeIndex(0);
        for (_, state) in self.states.iter().enumerate().filter(|state| !made(state)) {
            let name = state.name;
            if !self.names.insert(name) {
                let message = format!("Duplicate State name: {name}");
                found
                    .graph(Code::DuplicateStateName, Severity::Error, message, &state.location, state.name_span)
                    .help("a state's name must be unique in the whole definition, branches and item processors included");
            }
            if name.is_empty() || name.chars().nth(STATE_NAME_CHARS_MAX).is_some() {
                let message = if name.is_empty() {
                    "State name cannot be empty".to_owned()
                } else {
                    format!(
                        "State name '{name}' exceeds the {STATE_NAME_CHARS_MAX}-character limit allowed by the service"
                    )
                };
                found.graph(
                    Code::InvalidStateName,
                    Severity::Error,
                    message,
                    &state.location,
                    state.name_span,
                );
            }
        }
    }
}

/// A count as an index. A text of a megabyte does not have four billion states.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
