//! One state on its own, as `TestState` takes it: put into a machine that has no other, so that it
//! is checked and lowered like every state. Transitions may lead anywhere.

use crate::Span;
use crate::tree::{Entry, Node, NodeKind, Tree};
use std::collections::BTreeSet;

/// What AWS calls a state that came without a name: it stands in places and in the Context object.
pub const LONE_STATE: &str = "StateName";

/// The machine around a state of a definition, which keeps its name. `is_jsonata` says what the states of
/// the definition speak that do not say it themselves.
pub(crate) fn machine_around(name: &str, state: Node, is_jsonata: bool) -> Tree {
    let mut root = machine(name, state);
    if is_jsonata && let NodeKind::Object(entries) = &mut root.kind {
        entries.insert(0, entry("QueryLanguage", text("JSONata")));
    }
    Tree { root: Some(root) }
}

/// The machine around a state; what is no object stays as it is and is reported as such.
pub(crate) fn machine_of(tree: Tree) -> Tree {
    let root =
        tree.root.map(|state| if state.as_object().is_some() { machine(LONE_STATE, state) } else { state });
    Tree { root }
}

fn machine(name: &str, state: Node) -> Node {
    let span = state.span;
    // Every state that it may go on to is there and ends the machine.
    let targets = targets(name, &state);
    let mut states = vec![entry(name, state)];
    for target in targets {
        let ends = entry("Type", text("Succeed"));
        states.push(entry(&target, node(Span::default(), NodeKind::Object(vec![ends]))));
    }
    let start = entry("StartAt", text(name));
    let states = entry("States", node(span, NodeKind::Object(states)));
    node(span, NodeKind::Object(vec![start, states]))
}

/// The names that its transitions lead to, itself left out.
fn targets(own: &str, state: &Node) -> BTreeSet<String> {
    let of = |node: &Node, field: &str| node.get(field).and_then(Node::as_str).map(str::to_owned);
    let lists = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field)?.as_array()).flatten();
    let of_state = ["Next", "Default"].into_iter().filter_map(|field| of(state, field));
    let mut targets: BTreeSet<String> = of_state.chain(lists.filter_map(|rule| of(rule, "Next"))).collect();
    targets.remove(own);
    targets
}

fn entry(key: &str, value: Node) -> Entry {
    Entry { key: key.to_owned(), key_span: Span::default(), value }
}

fn text(text: &str) -> Node {
    node(Span::default(), NodeKind::String(text.to_owned()))
}

fn node(span: Span, kind: NodeKind) -> Node {
    Node { span, kind, damaged: false }
}
