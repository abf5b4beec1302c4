//! What the place of a spot is to the States Language: which kind of object the cursor is in, in which
//! state and scope, and in which query language.

use super::spot::{Name, Spot, Step};
use super::yaml::MARK;
use crate::check::allowed::of_type;
use crate::tree::Node;
use std::collections::HashMap;

/// Kinds of objects and arrays of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Machine,
    Branches,
    Branch,
    Processor,
    ProcessorConfig,
    States,
    State,
    Retriers,
    Retrier,
    Catchers,
    Catcher,
    ErrorNames,
    Choices,
    Rule,
    InnerRules,
    InnerRule,
    Reader,
    ReaderConfig,
    Batcher,
    Writer,
    WriterConfig,
    Credentials,
    /// `Parameters` or `Arguments`: the request of a Task.
    Arguments,
    Assign,
    /// A value of the author's own.
    Template,
    /// A value with no meaning for the language.
    Data,
}

impl Shape {
    /// What stands behind a step.
    fn below(self, name: Name<'_>) -> Shape {
        match (self, name) {
            (Shape::Machine | Shape::Branch | Shape::Processor, Name::Key("States")) => Shape::States,
            (Shape::Processor, Name::Key("ProcessorConfig")) => Shape::ProcessorConfig,
            (Shape::States, Name::Key(_)) => Shape::State,
            (Shape::State, Name::Key(field)) => in_state(field),
            (Shape::Branches, Name::Index(_)) => Shape::Branch,
            (Shape::Retriers, Name::Index(_)) => Shape::Retrier,
            (Shape::Catchers, Name::Index(_)) => Shape::Catcher,
            (Shape::Choices, Name::Index(_)) => Shape::Rule,
            (Shape::Retrier | Shape::Catcher, Name::Key("ErrorEquals")) => Shape::ErrorNames,
            (Shape::Catcher | Shape::Rule, Name::Key("Assign")) => Shape::Assign,
            (Shape::Rule | Shape::InnerRule, Name::Key("And" | "Or")) => Shape::InnerRules,
            (Shape::Rule | Shape::InnerRule, Name::Key("Not")) | (Shape::InnerRules, Name::Index(_)) => {
                Shape::InnerRule
            }
            (Shape::Reader, Name::Key("ReaderConfig")) => Shape::ReaderConfig,
            (Shape::Writer, Name::Key("WriterConfig")) => Shape::WriterConfig,
            (Shape::Reader | Shape::Writer, Name::Key("Parameters" | "Arguments")) => Shape::Arguments,
            (Shape::Arguments | Shape::Assign | Shape::Template | Shape::Credentials, _)
            | (Shape::Catcher | Shape::Rule, Name::Key("Output"))
            | (Shape::Batcher, Name::Key("BatchInput")) => Shape::Template,
            _ => Shape::Data,
        }
    }
}

fn in_state(field: &str) -> Shape {
    match field {
        "Branches" => Shape::Branches,
        "ItemProcessor" | "Iterator" => Shape::Processor,
        "Retry" => Shape::Retriers,
        "Catch" => Shape::Catchers,
        "Choices" => Shape::Choices,
        "ItemReader" => Shape::Reader,
        "ItemBatcher" => Shape::Batcher,
        "ResultWriter" => Shape::Writer,
        "Credentials" => Shape::Credentials,
        "Parameters" | "Arguments" => Shape::Arguments,
        "Assign" => Shape::Assign,
        "Output" | "Items" | "ItemSelector" | "ResultSelector" => Shape::Template,
        _ => Shape::Data,
    }
}

/// A state that a place is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct InState<'t> {
    pub(super) name: &'t str,
    pub(super) node: &'t Node,
}

/// Where a place is.
#[derive(Clone, Debug)]
pub(super) struct Site<'t> {
    /// What the last container of the way is.
    pub(super) shape: Shape,
    /// What the last step leads to.
    pub(super) target: Shape,
    /// The last step's key; of an element of an array the array's.
    pub(super) field: Option<&'t str>,
    /// The objects with `States` around the place, the machine first.
    pub(super) scopes: Vec<&'t Node>,
    /// The states around the place, the outermost first.
    pub(super) states: Vec<InState<'t>>,
    pub(super) is_jsonata: bool,
    /// Whether the place is in a catcher.
    pub(super) catches: bool,
    /// What `Resource` says around the place: of the state, or of its reader or writer.
    pub(super) resource: Option<&'t str>,
}

impl<'t> Site<'t> {
    pub(super) fn of(root: &'t Node, spot: &Spot<'t>) -> Site<'t> {
        let mut site = Site {
            shape: Shape::Machine,
            target: Shape::Machine,
            field: None,
            scopes: vec![root],
            states: Vec::new(),
            is_jsonata: root.get("QueryLanguage").and_then(Node::as_str) == Some("JSONata"),
            catches: false,
            resource: None,
        };
        for (at, step) in spot.path.iter().enumerate() {
            let below = spot.path.get(at + 1).map(|next| next.container);
            site.go(step, below);
        }
        site
    }

    fn go(&mut self, step: &Step<'t>, below: Option<&'t Node>) {
        self.shape = self.target;
        self.target = self.shape.below(step.name);
        if let Name::Key(key) = step.name {
            self.field = Some(key);
        }
        let node = match step.name {
            Name::Key(key) => below.or_else(|| step.container.get(key)),
            Name::Index(at) => below.or_else(|| step.container.as_array().and_then(|items| items.get(at))),
        };
        let Some(node) = node else { return };
        match self.target {
            Shape::Branch | Shape::Processor => self.scopes.push(node),
            Shape::State => {
                if let Name::Key(name) = step.name {
                    self.states.push(InState { name, node });
                }
                self.catches = false;
                self.resource = node.get("Resource").and_then(Node::as_str);
                match node.get("QueryLanguage").and_then(Node::as_str) {
                    Some("JSONata") => self.is_jsonata = true,
                    Some("JSONPath") => self.is_jsonata = false,
                    // A state without one has the machine's, whatever the states around it have.
                    _ => self.is_jsonata = self.machine_is_jsonata(),
                }
            }
            Shape::Catcher => self.catches = true,
            Shape::Reader | Shape::Writer => self.resource = node.get("Resource").and_then(Node::as_str),
            _ => {}
        }
    }

    fn machine_is_jsonata(&self) -> bool {
        let machine = self.scopes.first();
        machine.and_then(|machine| machine.get("QueryLanguage")).and_then(Node::as_str) == Some("JSONata")
    }

    /// The innermost state.
    pub(super) fn state(&self) -> Option<InState<'t>> {
        self.states.last().copied()
    }

    /// The innermost state's type; empty without one.
    pub(super) fn type_name(&self) -> &'t str {
        self.state().and_then(|state| state.node.get("Type")).and_then(Node::as_str).unwrap_or_default()
    }

    /// The innermost scope.
    pub(super) fn scope(&self) -> Option<&'t Node> {
        self.scopes.last().copied()
    }

    /// Whether the state's work has a result that the field at the place sees.
    pub(super) fn sees_result(&self) -> bool {
        !self.catches
            && matches!(self.type_name(), "Task" | "Parallel" | "Map")
            && of_type(self.type_name()).contains(&"Output")
    }

    /// The variables that can be read here: name, and the states that assign it.
    pub(super) fn variables(&self) -> Vec<(&'t str, Vec<&'t str>)> {
        let mut variables: Vec<(&'t str, Vec<&'t str>)> = Vec::new();
        let mut places: HashMap<&'t str, usize> = HashMap::new();
        for scope in self.scopes.iter().rev() {
            for entry in scope.get("States").and_then(Node::as_object).unwrap_or_default() {
                for name in assigned(&entry.value) {
                    let place = *places.entry(name).or_insert(variables.len());
                    match variables.get_mut(place) {
                        Some((_, states)) if states.last() != Some(&entry.key.as_str()) => {
                            states.push(&entry.key);
                        }
                        Some(_) => {}
                        None => variables.push((name, vec![entry.key.as_str()])),
                    }
                }
            }
            // Children of a distributed Map see nothing from outside.
            let mode = scope.get("ProcessorConfig").and_then(|config| config.get("Mode"));
            if mode.and_then(Node::as_str) == Some("DISTRIBUTED") {
                break;
            }
        }
        variables
    }
}

/// Whether a key is a name that somebody gave: not empty, and without the mark of the cursor.
pub(super) fn is_name(key: &str) -> bool {
    !key.is_empty() && !key.contains(MARK)
}

/// The names that a state's `Assign`s give.
fn assigned(state: &Node) -> impl Iterator<Item = &str> {
    let lists = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field)?.as_array()).flatten();
    let assigns = std::iter::once(state).chain(lists).filter_map(|node| node.get("Assign")?.as_object());
    let names = assigns.flatten().map(|entry| entry.key.strip_suffix(".$").unwrap_or(&entry.key));
    names.filter(|name| is_name(name))
}
