//! A program as a Mermaid flowchart, which code hosts draw in a README.

use super::{Edge, EdgeKind, Graph, GraphNode, graph};
use crate::Program;
use crate::program::{ScopeIndex, StateIndex};
use std::fmt::Write as _;

/// Writes the flowchart. Every `States` object but the first is a subgraph of its
/// own; a dot marks where each begins.
#[must_use]
pub fn mermaid(program: &Program) -> String {
    let graph = graph(program);
    let mut text = String::from("flowchart TD\n");
    cluster(&graph, program.root(), 1, &mut text);
    for edge in &graph.edges {
        line(edge, &mut text);
    }
    for (index, node) in (0..).zip(&graph.nodes) {
        // What happens at the end of a branch is the business of the state around it.
        if node.ends && node.scope == program.root() {
            let _ = writeln!(text, "  s{index} --> finish");
        }
    }
    text
}

fn cluster(graph: &Graph, scope: ScopeIndex, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let cluster = graph.cluster(scope);
    for state in &cluster.states {
        node(graph, *state, depth, text);
    }
    // An edge to a subgraph is read only behind the subgraph itself.
    // Writing to a String does not fail, here and below.
    let _ = writeln!(text, "{indent}in{}(( )) --> s{}", scope.0, cluster.start.0);
    if scope.0 == 0 {
        let _ = writeln!(text, "{indent}finish((( )))");
    }
}

fn node(graph: &Graph, state: StateIndex, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let (index, node) = (state.0, graph.node(state));
    let label = label(node);
    if node.inner.is_empty() {
        let (open, close) = match node.type_name {
            "Choice" => ("{", "}"),
            "Succeed" | "Fail" => ("([", "])"),
            _ => ("[", "]"),
        };
        let _ = writeln!(text, "{indent}s{index}{open}\"{label}\"{close}");
        return;
    }
    let _ = writeln!(text, "{indent}subgraph s{index}[\"{label}\"]");
    for scope in &node.inner {
        let title = escaped(&graph.cluster(*scope).title);
        let _ = writeln!(text, "{indent}  subgraph c{}[\"{title}\"]", scope.0);
        cluster(graph, *scope, depth + 2, text);
        let _ = writeln!(text, "{indent}  end");
    }
    let _ = writeln!(text, "{indent}end");
}

fn label(node: &GraphNode) -> String {
    let kind = node
        .detail
        .as_ref()
        .map_or(node.type_name.to_owned(), |detail| format!("{} · {detail}", node.type_name));
    format!("{}<br/>{}", escaped(&node.name), escaped(&kind))
}

fn line(edge: &Edge, text: &mut String) {
    let arrow = if edge.kind == EdgeKind::Catch { "-.->" } else { "-->" };
    let label = edge.label.as_ref().map_or(String::new(), |label| format!("|\"{}\"|", escaped(label)));
    let _ = writeln!(text, "  s{} {arrow}{label} s{}", edge.from.0, edge.to.0);
}

/// Mermaid reads entities with `#` in quoted text.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => safe.push_str("#quot;"),
            '#' => safe.push_str("#35;"),
            '<' => safe.push_str("#lt;"),
            '>' => safe.push_str("#gt;"),
            '&' => safe.push_str("#amp;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
