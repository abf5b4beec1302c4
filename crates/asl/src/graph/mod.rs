//! A program as a picture: nodes, edges and nested boxes, and three ways to write
//! them down. `stateline graph` and the README of a workflow use it; the console
//! draws the same data itself. Nothing here changes or judges the program.

mod dot;
mod layered;
mod mermaid;
mod picture;
mod svg;
mod words;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;

use crate::Program;
use crate::program::{Catcher, Kind, ScopeIndex, StateIndex, Transition};
use std::sync::Arc;

/// All that a picture shows.
#[derive(Clone, Debug)]
pub struct Graph {
    /// By [`StateIndex`].
    pub nodes: Vec<GraphNode>,
    /// By [`ScopeIndex`]; the first is the whole workflow.
    pub clusters: Vec<Cluster>,
    /// In the order of the text; at most one of a kind between two states.
    pub edges: Vec<Edge>,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// The state's name.
    pub name: Arc<str>,
    /// `Task`, `Choice`, …
    pub type_name: &'static str,
    /// What it does, in a few words: `lambda:invoke`, `60 s`.
    pub detail: Option<String>,
    /// The cluster it stands in.
    pub scope: ScopeIndex,
    /// Whether its cluster ends with it.
    pub ends: bool,
    /// The clusters inside it: branches, or the item processor.
    pub inner: Vec<ScopeIndex>,
}

/// A `States` object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// `Branch 1`, `Item processor`; empty for the whole workflow.
    pub title: String,
    /// The state it starts at.
    pub start: StateIndex,
    /// Its states, in the order of the text.
    pub states: Vec<StateIndex>,
}

/// A transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: StateIndex,
    /// Where it leads.
    pub to: StateIndex,
    /// What makes it happen.
    pub kind: EdgeKind,
    /// A condition or the names of errors, shortened.
    pub label: Option<String>,
}

/// What makes a transition happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// `Next`.
    Next,
    /// A rule of a Choice.
    Rule,
    /// `Default` of a Choice.
    Default,
    /// `Catch`.
    Catch,
}

/// Takes a program apart for a picture.
#[must_use]
pub fn graph(program: &Program) -> Graph {
    let mut clusters: Vec<Cluster> = program
        .scopes
        .iter()
        .map(|scope| Cluster { title: String::new(), start: scope.start_at, states: Vec::new() })
        .collect();
    let mut nodes = Vec::with_capacity(program.states.len());
    let mut edges = Vec::new();
    for (index, state) in (0..).map(StateIndex).zip(&program.states) {
        if let Some(cluster) = clusters.get_mut(state.scope.0 as usize) {
            cluster.states.push(index);
        }
        let inner = inner(&state.kind);
        for (at, scope) in inner.iter().enumerate() {
            if let Some(cluster) = clusters.get_mut(scope.0 as usize) {
                cluster.title = match state.kind {
                    Kind::Map(_) => "Item processor".to_owned(),
                    _ => format!("Branch {}", at + 1),
                };
            }
        }
        nodes.push(GraphNode {
            name: Arc::clone(&state.name),
            type_name: type_name(&state.kind),
            detail: words::detail(&state.kind),
            scope: state.scope,
            ends: ends(&state.kind),
            inner,
        });
        leaving(index, &state.kind, &mut edges);
    }
    Graph { nodes, clusters, edges }
}

impl Graph {
    /// A state; indexes come from the graph itself.
    fn node(&self, index: StateIndex) -> &GraphNode {
        self.nodes.get(index.0 as usize).expect("state indexes come from the same program")
    }

    /// A cluster; indexes come from the graph itself.
    fn cluster(&self, index: ScopeIndex) -> &Cluster {
        self.clusters.get(index.0 as usize).expect("scope indexes come from the same program")
    }
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Pass(_) => "Pass",
        Kind::Task(_) => "Task",
        Kind::Choice(_) => "Choice",
        Kind::Wait(_) => "Wait",
        Kind::Succeed => "Succeed",
        Kind::Fail(_) => "Fail",
        Kind::Parallel(_) => "Parallel",
        Kind::Map(_) => "Map",
    }
}

fn inner(kind: &Kind) -> Vec<ScopeIndex> {
    match kind {
        Kind::Parallel(parallel) => parallel.branches.clone(),
        Kind::Map(map) => vec![map.processor],
        _ => Vec::new(),
    }
}

fn transition(kind: &Kind) -> Option<Transition> {
    match kind {
        Kind::Pass(pass) => Some(pass.transition),
        Kind::Task(task) => Some(task.transition),
        Kind::Wait(wait) => Some(wait.transition),
        Kind::Parallel(parallel) => Some(parallel.transition),
        Kind::Map(map) => Some(map.transition),
        Kind::Choice(_) | Kind::Succeed | Kind::Fail(_) => None,
    }
}

fn ends(kind: &Kind) -> bool {
    matches!(kind, Kind::Succeed | Kind::Fail(_)) || transition(kind) == Some(Transition::End)
}

fn catchers(kind: &Kind) -> &[Catcher] {
    match kind {
        Kind::Task(task) => &task.catch,
        Kind::Parallel(parallel) => &parallel.catch,
        Kind::Map(map) => &map.catch,
        _ => &[],
    }
}

/// The edges that leave a state, those of one kind to one place joined.
fn leaving(from: StateIndex, kind: &Kind, edges: &mut Vec<Edge>) {
    let first = edges.len();
    let mut add = |to: StateIndex, kind: EdgeKind, label: Option<String>, joint: &str| {
        let same = edges.iter_mut().skip(first).find(|edge| edge.to == to && edge.kind == kind);
        match (same, label) {
            (Some(edge), Some(more)) => {
                let before = edge.label.take().unwrap_or_default();
                edge.label = Some(words::shortened(&format!("{before}{joint}{more}")));
            }
            (Some(_), None) => {}
            (None, label) => edges.push(Edge { from, to, kind, label }),
        }
    };
    if let Some(Transition::Next(to)) = transition(kind) {
        add(to, EdgeKind::Next, None, "");
    }
    if let Kind::Choice(choice) = kind {
        for rule in &choice.rules {
            add(rule.next, EdgeKind::Rule, Some(words::condition(&rule.condition)), " or ");
        }
        if let Some(to) = choice.default {
            add(to, EdgeKind::Default, Some("default".to_owned()), "");
        }
    }
    for catcher in catchers(kind) {
        add(catcher.next, EdgeKind::Catch, Some(words::errors(&catcher.error_equals)), ", ");
    }
}
