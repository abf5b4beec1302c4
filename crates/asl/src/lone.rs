//! One state on its own, as `TestState` takes it: put into a machine that has no other, so that it
//! is checked and lowered like every state. Transitions may lead anywhere.

use crate::Span;
use crate::tree::{Entry, Node, NodeKind, Tree};
use std::collections::BTreeSet;

/// What AWS calls a state that came without a name: it stands in places and in the Context object.
pub const LONE_STATE: &str = "StateName";

/// The machine around a state; what is no object stays as it is and is reported as such.
pub(crate) fn machine_of(tree: Tree) -> Tree {
    let root = tree.root.map(|state| if state.as_object().is_some() { machine(state) } else { state });
    Tree { root }
}

fn machine(state: Node) -> Node {
    let span = state.span;
    // Every state that it may go on to is there and ends the machine.
    let targets = targets(&state);
    let mut states = vec![entry(LONE_STATE, state)];
    for name in targets {
        let ends = entry("Type", text("Succeed"));
        states.push(entry(&name, node(Span::default(), NodeKind::Object(vec![ends]))));
    }
    let start = entry("StartAt", text(LONE_STATE));
    let states = entry("States", node(span, NodeKind::Object(states)));
    node(span, NodeKind::Object(vec![start, states]))
}

/// The names that its transitions lead to, itself left out.
fn targets(state: &Node) -> BTreeSet<String> {
    let of = |node: &Node, field: &str| node.get(field).and_then(Node::as_str).map(str::to_owned);
    let lists = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field)?.as_array()).flatten();
    let own = ["Next", "Default"].into_iter().filter_map(|field| of(state, field));
    let mut targets: BTreeSet<String> = own.chain(lists.filter_map(|rule| of(rule, "Next"))).collect();
    targets.remove(LONE_STATE);
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
