//! The picture of a whole program: each `States` object is laid out by itself,
//! inner ones first, and then stands as a box of fixed size in its state. No
//! transition crosses such a box, so nothing more is needed.

use super::layered::{Point, layout};
use super::{EdgeKind, Graph};
use crate::program::{ScopeIndex, StateIndex};

/// Width of a state's box.
pub(super) const NODE_WIDTH: f64 = 208.0;
/// Height of a state's box, and of the head of one with clusters inside.
pub(super) const NODE_HEIGHT: f64 = 56.0;
/// Side of the dot where a cluster starts or ends.
pub(super) const DOT: f64 = 16.0;
/// Space around a cluster.
const PADDING: f64 = 16.0;
/// Height of a cluster's title.
const TITLE: f64 = 24.0;

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// All shapes with their places; what stands first is drawn first.
#[derive(Default)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    /// States, those that contain others before these.
    pub(super) states: Vec<(StateIndex, Rect)>,
    /// Inner clusters.
    pub(super) clusters: Vec<(ScopeIndex, Rect)>,
    /// Where clusters start (`false`) and end (`true`).
    pub(super) dots: Vec<(Point, bool)>,
    pub(super) lines: Vec<Line>,
}

/// An edge with the points it passes.
pub(super) struct Line {
    pub(super) points: Vec<Point>,
    pub(super) kind: EdgeKind,
    pub(super) label: Option<String>,
    /// Whether it leads back to the box it leaves; then it has two points at that box's side.
    pub(super) own: bool,
}

/// Lays the whole program out.
pub(super) fn picture(graph: &Graph) -> Picture {
    cluster(graph, ScopeIndex(0))
}

/// One cluster with all inside it, its upper left corner at zero.
fn cluster(graph: &Graph, scope: ScopeIndex) -> Picture {
    let cluster = graph.cluster(scope);
    let inner: Vec<Picture> = cluster.states.iter().map(|state| state_box(graph, *state)).collect();
    // The dot of the start, the states, and if any of them ends the dot of the end.
    let end = cluster.states.len() + 1;
    let ends = cluster.states.iter().any(|state| graph.node(*state).ends);
    let dots = if ends { 2 } else { 1 };
    let mut sizes = vec![(DOT, DOT)];
    sizes.extend(inner.iter().map(|picture| (picture.width, picture.height)));
    sizes.extend((1..dots).map(|_| (DOT, DOT)));
    let place = |state: StateIndex| cluster.states.iter().position(|own| *own == state).map(|at| at + 1);
    let places: std::collections::HashMap<StateIndex, usize> =
        (1..).zip(&cluster.states).map(|(at, state)| (*state, at)).collect();
    let mut edges = Vec::new();
    let mut lines = Vec::new();
    let plain = |kind| Line { points: Vec::new(), kind, label: None, own: false };
    if let Some(start) = place(cluster.start) {
        edges.push((0, start));
        lines.push(plain(EdgeKind::Next));
    }
    for state in &cluster.states {
        for edge in leaving(graph, *state) {
            if let (Some(from), Some(to)) = (places.get(&edge.from), places.get(&edge.to)) {
                edges.push((*from, *to));
                let own = from == to;
                lines.push(Line { points: Vec::new(), kind: edge.kind, label: edge.label.clone(), own });
            }
        }
        if graph.node(*state).ends
            && let Some(from) = places.get(state)
        {
            edges.push((*from, end));
            lines.push(plain(EdgeKind::Next));
        }
    }
    let laid = layout(&sizes, &edges);
    let mut picture = Picture { width: laid.width, height: laid.height, ..Picture::default() };
    for ((line, points), (from, _)) in lines.into_iter().zip(laid.routes).zip(&edges) {
        let side = || Some((*laid.corners.get(*from)?, sizes.get(*from)?.0));
        let points = match side().filter(|_| line.own) {
            Some(((x, y), width)) => {
                vec![(x + width, y + 0.7 * NODE_HEIGHT), (x + width, y + 0.3 * NODE_HEIGHT)]
            }
            None => points,
        };
        picture.lines.push(Line { points, ..line });
    }
    let mut corners = laid.corners.into_iter();
    let mut dot = |corner: Option<Point>, end: bool| {
        if let Some((x, y)) = corner {
            picture.dots.push(((x + DOT / 2.0, y + DOT / 2.0), end));
        }
    };
    dot(corners.next(), false);
    let states: Vec<Point> = corners.by_ref().take(cluster.states.len()).collect();
    dot(corners.next(), true);
    for (inner, corner) in inner.into_iter().zip(states) {
        picture.take_in(inner, corner);
    }
    picture
}

/// The edges of a state, which stand together in the graph.
fn leaving(graph: &Graph, state: StateIndex) -> impl Iterator<Item = &super::Edge> {
    let first = graph.edges.partition_point(|edge| edge.from < state);
    graph.edges.iter().skip(first).take_while(move |edge| edge.from == state)
}

/// A state as a box; with clusters inside, these side by side below its head.
fn state_box(graph: &Graph, state: StateIndex) -> Picture {
    let node = graph.node(state);
    let mut picture = Picture { width: NODE_WIDTH, height: NODE_HEIGHT, ..Picture::default() };
    let mut inside = Picture::default();
    let mut x = PADDING;
    for scope in &node.inner {
        let inner = cluster(graph, *scope);
        let (width, height) = (inner.width + 2.0 * PADDING, inner.height + TITLE + 2.0 * PADDING);
        inside.clusters.push((*scope, Rect { x, y: NODE_HEIGHT, width, height }));
        inside.take_in(inner, (x + PADDING, NODE_HEIGHT + TITLE + PADDING));
        x += width + PADDING;
        picture.width = picture.width.max(x);
        picture.height = picture.height.max(NODE_HEIGHT + height + PADDING);
    }
    let rect = Rect { x: 0.0, y: 0.0, width: picture.width, height: picture.height };
    picture.states.push((state, rect));
    picture.take_in(inside, (0.0, 0.0));
    picture
}

impl Picture {
    /// Takes over all shapes of another picture, moved to `corner`.
    fn take_in(&mut self, other: Picture, (x, y): Point) {
        let moved = |rect: Rect| Rect { x: rect.x + x, y: rect.y + y, ..rect };
        self.states.extend(other.states.into_iter().map(|(state, rect)| (state, moved(rect))));
        self.clusters.extend(other.clusters.into_iter().map(|(scope, rect)| (scope, moved(rect))));
        self.dots.extend(other.dots.into_iter().map(|((dx, dy), end)| ((dx + x, dy + y), end)));
        self.lines.extend(other.lines.into_iter().map(|line| {
            let points = line.points.iter().map(|(px, py)| (px + x, py + y)).collect();
            Line { points, ..line }
        }));
    }
}
