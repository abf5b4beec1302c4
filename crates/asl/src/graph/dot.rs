//! A program in the language of Graphviz.

use super::{EdgeKind, Graph, graph};
use crate::Program;
use crate::program::{ScopeIndex, StateIndex};
use std::fmt::Write as _;

/// Writes the digraph. A Parallel or Map state is a cluster with a node of its own
/// at the head, from which its branches begin.
#[must_use]
pub fn dot(program: &Program) -> String {
    let graph = graph(program);
    let mut text = String::from(
        "digraph workflow {\n  compound=true;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
         edge [fontname=\"sans-serif\", fontsize=10];\n  start [shape=circle, label=\"\", width=0.2, style=filled, \
         fillcolor=black];\n  finish [shape=doublecircle, label=\"\", width=0.2];\n",
    );
    states(&graph, program.root(), 1, &mut text);
    // Writing to a String does not fail, here and below.
    let _ = writeln!(text, "  start -> s{};", graph.cluster(program.root()).start.0);
    for edge in &graph.edges {
        let mut attributes = Vec::new();
        if let Some(label) = &edge.label {
            attributes.push(format!("label=\"{}\"", escaped(label)));
        }
        if edge.kind == EdgeKind::Catch {
            attributes.push("style=dashed".to_owned());
        }
        if !graph.node(edge.from).inner.is_empty() {
            attributes.push(format!("ltail=cluster_s{}", edge.from.0));
        }
        let _ = writeln!(text, "  s{} -> s{} [{}];", edge.from.0, edge.to.0, attributes.join(", "));
    }
    for (index, node) in (0..).zip(&graph.nodes).filter(|(_, node)| node.ends && node.scope == program.root())
    {
        let tail = if node.inner.is_empty() { String::new() } else { format!("ltail=cluster_s{index}") };
        let _ = writeln!(text, "  s{index} -> finish [{tail}];");
    }
    text.push_str("}\n");
    text
}

fn states(graph: &Graph, scope: ScopeIndex, depth: usize, text: &mut String) {
    for state in &graph.cluster(scope).states {
        node(graph, *state, depth, text);
    }
}

fn node(graph: &Graph, state: StateIndex, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let (index, node) = (state.0, graph.node(state));
    let kind = node
        .detail
        .as_ref()
        .map_or(node.type_name.to_owned(), |detail| format!("{} · {detail}", node.type_name));
    let shape = if node.type_name == "Choice" { ", shape=diamond, style=\"\"" } else { "" };
    let line = format!("s{index} [label=\"{}\\n{}\"{shape}];", escaped(&node.name), escaped(&kind));
    if node.inner.is_empty() {
        let _ = writeln!(text, "{indent}{line}");
        return;
    }
    let _ = writeln!(text, "{indent}subgraph cluster_s{index} {{\n{indent}  label=\"\";\n{indent}  {line}");
    for scope in &node.inner {
        let cluster = graph.cluster(*scope);
        let title = escaped(&cluster.title);
        let _ = writeln!(
            text,
            "{indent}  subgraph cluster_c{} {{\n{indent}    label=\"{title}\"; style=dashed;",
            scope.0
        );
        states(graph, *scope, depth + 2, text);
        let _ = writeln!(text, "{indent}  }}\n{indent}  s{index} -> s{};", cluster.start.0);
    }
    let _ = writeln!(text, "{indent}}}");
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => safe.extend(['\\', c]),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
