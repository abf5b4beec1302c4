//! A program as a drawing that a browser shows as it is: no script, no font and no
//! file from outside, light or dark as the reader's system is.

use super::layered::Point;
use super::picture::{DOT, Line, NODE_HEIGHT, Picture, Rect, picture};
use super::words::clipped;
use super::{EdgeKind, Graph, graph};
use crate::Program;
use crate::program::StateIndex;
use std::fmt::Write as _;

/// Space around the drawing, enough for labels at its sides.
const MARGIN: f64 = 48.0;
/// Pixels of a character of a name, and of the smaller text; a little more than they take.
const NAME_CHAR: f64 = 8.0;
const SMALL_CHAR: f64 = 6.5;
/// Characters of a label, so that it takes little more room than a box.
const LABEL_CHARS_MAX: usize = 34;
/// How far along their lines the labels of one box stand, in turn.
const HEIGHTS: [f64; 3] = [0.78, 0.5, 0.22];

const STYLE: &str = "
  text { font: 14px system-ui, sans-serif; fill: #14171F }
  .small { font-size: 11px; fill: #5B6472 }
  .state { fill: #FFFFFF; stroke: #5B6472 }
  .Choice { stroke-width: 2 } .Succeed { stroke: #0F7453 } .Fail { stroke: #C2281D }
  .holder { fill: #F6F7F9 } .cluster { fill: none; stroke: #9AA4B2; stroke-dasharray: 2 4 }
  .line { fill: none; stroke: #5B6472; stroke-width: 1.5 }
  .catch { stroke: #A8520A; stroke-dasharray: 6 4 }
  .label { font-size: 11px; fill: #5B6472; text-anchor: middle }
  .halo { fill: #FFFFFF; stroke: #FFFFFF; stroke-width: 5; stroke-linejoin: round }
  .dot { fill: #14171F; stroke: #14171F } .tip { fill: #5B6472 } .back { fill: #FFFFFF }
  @media (prefers-color-scheme: dark) {
    text { fill: #E7EAF0 } .small, .label { fill: #9AA4B2 } .halo { fill: #0E1116; stroke: #0E1116 }
    .state { fill: #161A21; stroke: #9AA4B2 } .holder { fill: #12161C } .line { stroke: #9AA4B2 }
    .Succeed { stroke: #3FCB96 } .Fail { stroke: #FF7B6E } .catch { stroke: #F2A44A }
    .dot { fill: #E7EAF0; stroke: #E7EAF0 } .tip { fill: #9AA4B2 } .back { fill: #0E1116 }
  }
";

/// Draws the program.
#[must_use]
pub fn svg(program: &Program) -> String {
    let graph = graph(program);
    let picture = picture(&graph);
    let (width, height) = (picture.width + 2.0 * MARGIN, picture.height + 2.0 * MARGIN);
    let mut text = String::new();
    // Writing to a String does not fail, here and below.
    let _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} \
         {height:.0}\" role=\"img\">\n<style>{STYLE}</style>\n<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" \
         refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L10 5L0 10z\"/></marker>\
         </defs>\n<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n<g transform=\"translate({MARGIN} {MARGIN})\">\n"
    );
    shapes(&graph, &picture, &mut text);
    text.push_str("</g>\n</svg>\n");
    text
}

fn shapes(graph: &Graph, picture: &Picture, text: &mut String) {
    // What holds others lies below them; lines lie above boxes, labels above all.
    for (index, rect) in picture.states.iter().filter(|(index, _)| !graph.node(*index).inner.is_empty()) {
        state(graph, *index, rect, text);
    }
    for (scope, rect) in &picture.clusters {
        rectangle(rect, "cluster", 6, text);
        let title = escaped(&graph.cluster(*scope).title);
        let _ = writeln!(
            text,
            "<text class=\"small\" x=\"{:.0}\" y=\"{:.0}\">{title}</text>",
            rect.x + 10.0,
            rect.y + 16.0
        );
    }
    for (index, rect) in picture.states.iter().filter(|(index, _)| graph.node(*index).inner.is_empty()) {
        state(graph, *index, rect, text);
    }
    for ((x, y), end) in &picture.dots {
        let radius = if *end { DOT / 2.0 - 4.0 } else { DOT / 2.0 - 2.0 };
        let _ = writeln!(text, "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>");
        if *end {
            let ring = DOT / 2.0 - 1.0;
            let _ = writeln!(text, "<circle class=\"line\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{ring}\"/>");
        }
    }
    for line in &picture.lines {
        path(line, text);
    }
    labels(&picture.lines, text);
}

fn rectangle(rect: &Rect, class: &str, radius: u32, text: &mut String) {
    let Rect { x, y, width, height } = rect;
    let _ = writeln!(
        text,
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius}\"/>"
    );
}

fn state(graph: &Graph, index: StateIndex, rect: &Rect, text: &mut String) {
    let node = graph.node(index);
    let kind = node
        .detail
        .as_ref()
        .map_or(node.type_name.to_owned(), |detail| format!("{} · {detail}", node.type_name));
    let holder = if node.inner.is_empty() { "" } else { " holder" };
    let full = escaped(&format!("{}: {kind}", node.name));
    let _ = writeln!(text, "<g><title>{full}</title>");
    rectangle(rect, &format!("state {}{holder}", node.type_name), 10, text);
    let (x, y) = (rect.x + 14.0, rect.y);
    let name = escaped(&clipped(&node.name, fitting(rect.width, NAME_CHAR)));
    let kind = escaped(&clipped(&kind, fitting(rect.width, SMALL_CHAR)));
    let _ = writeln!(
        text,
        "<text x=\"{x:.1}\" y=\"{:.1}\">{name}</text><text class=\"small\" x=\"{x:.1}\" y=\"{:.1}\">{kind}</text></g>",
        y + NODE_HEIGHT * 0.43,
        y + NODE_HEIGHT * 0.75,
    );
}

/// How many characters fit into a box.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a width is positive and far below the limit"
)]
fn fitting(width: f64, char_width: f64) -> usize {
    ((width - 24.0) / char_width) as usize
}

/// A line that leaves and enters its boxes upright.
fn path(line: &Line, text: &mut String) {
    let class = if line.kind == EdgeKind::Catch { "line catch" } else { "line" };
    let Some(&(x, y)) = line.points.first() else { return };
    let mut way = format!("M{x:.1} {y:.1}");
    if let (true, Some(&(tx, ty))) = (line.own, line.points.get(1)) {
        let _ = write!(way, "C{:.1} {y:.1} {:.1} {ty:.1} {tx:.1} {ty:.1}", x + 36.0, tx + 36.0);
    } else {
        for (&(fx, fy), &(tx, ty)) in line.points.iter().zip(line.points.iter().skip(1)) {
            let middle = f64::midpoint(fy, ty);
            let _ = write!(way, "C{fx:.1} {middle:.1} {tx:.1} {middle:.1} {tx:.1} {ty:.1}");
        }
    }
    let _ = writeln!(text, "<path class=\"{class}\" d=\"{way}\" marker-end=\"url(#tip)\"/>");
}

/// Writes the labels, those of lines that leave one box at different heights.
fn labels(lines: &[Line], text: &mut String) {
    let mut from = None;
    let mut before = 0;
    for line in lines.iter().filter(|line| line.label.is_some()) {
        // The lines of one box stand together.
        let first = line.points.first().copied();
        before = if first == from { before + 1 } else { 0 };
        from = first;
        label(line, HEIGHTS.get(before % HEIGHTS.len()).copied().unwrap_or(0.5), text);
    }
}

fn label(line: &Line, along: f64, text: &mut String) {
    let Some(label) = &line.label else { return };
    let Some((x, y)) = on_curve(&line.points, along) else { return };
    let x = if line.own { x + 40.0 } else { x };
    let (full, label) = (escaped(label), escaped(&clipped(label, LABEL_CHARS_MAX)));
    // The line is interrupted by the text drawn broadly in the colour of the ground.
    let place = format!("x=\"{x:.1}\" y=\"{:.1}\"", y + 3.0);
    let _ = writeln!(text, "<text class=\"label halo\" {place} aria-hidden=\"true\">{label}</text>");
    let _ = writeln!(text, "<text class=\"label\" {place}>{label}<title>{full}</title></text>");
}

/// A point of the curve that is the first piece of a line.
fn on_curve(points: &[Point], t: f64) -> Option<Point> {
    let (&(fx, fy), &(tx, ty)) = (points.first()?, points.get(1)?);
    let sideways = t * t * (3.0 - 2.0 * t);
    let down = 1.5 * t * (1.0 - t) + t * t * t;
    Some((fx + (tx - fx) * sideways, fy + (ty - fy) * down))
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML 1.0 has no other control characters and no non-characters.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
