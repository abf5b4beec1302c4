//! What the fuzz targets share: splitting the input, and a scope that is the same at every run.

use serde_json::{Value, json};
use stateline_asl::{Compilation, LineIndex, aws_text, graph};
use std::cell::Cell;

/// Holds what became of a definition to its rules: every finding has a place in the text, there is
/// a program if and only if no finding is an error, and a program can be drawn.
///
/// # Panics
/// When a rule is broken.
pub fn check_compilation(text: &str, compiled: &Compilation) {
    assert_eq!(compiled.program.is_some(), !compiled.has_errors(), "{:?}", compiled.diagnostics);
    let lines = LineIndex::new(text);
    for found in &compiled.diagnostics {
        assert!(found.span.start <= found.span.end, "{found:?}");
        assert!(text.get(found.span.start..found.span.end).is_some(), "not within the text: {found:?}");
        assert!(lines.position(found.span.start) <= lines.position(found.span.end), "{found:?}");
    }
    assert!(!compiled.has_errors() || !aws_text(&compiled.diagnostics).is_empty());
    if let Some(program) = &compiled.program {
        assert!(graph::svg(program).ends_with("</svg>\n"));
        assert!(!graph::mermaid(program).is_empty() && !graph::dot(program).is_empty());
        let edges = graph::graph(program).edges;
        let known = |index: stateline_asl::program::StateIndex| (index.0 as usize) < program.states.len();
        assert!(edges.iter().all(|edge| known(edge.from) && known(edge.to)), "an edge leads nowhere");
    }
}

/// An expression and the document it is for, behind the first NUL, as JSON.
///
/// `None` when the input is no text, or holds a rest that is not JSON. Without a rest, the
/// document is a small one with every kind of value in it.
#[must_use]
pub fn expression_and_document(data: &[u8]) -> Option<(&str, Value)> {
    let text = std::str::from_utf8(data).ok()?;
    let Some((expression, rest)) = text.split_once('\0') else { return Some((text, document())) };
    Some((expression, serde_json::from_str(rest).ok()?))
}

/// A small document with every kind of value in it.
#[must_use]
pub fn document() -> Value {
    json!({
        "a": [1, -2.5, "two", true, null, {"a": 3, "b": {"a": "x"}}, [1, [2]]],
        "b": {"c": "text", "d": 1e3, "e": []},
        "items": [{"n": 1, "tag": "x", "on": true}, {"n": 2, "tag": "y"}, {"n": 3, "tag": "x", "price": 9.99}],
        "s": "2024-02-29T12:00:00Z",
        "": 0
    })
}

/// Documents and draws for an evaluation of either language.
pub struct Scope {
    input: Value,
    context: Value,
    draws: Cell<u64>,
    looks: Cell<u64>,
}

impl Scope {
    /// A scope over one document, which is the input, the variable `$v` and part of `$states`.
    #[must_use]
    pub fn new(input: Value) -> Self {
        let context = json!({"Execution": {"Id": "e", "Input": {}}, "State": {"Name": "S", "RetryCount": 0}});
        Scope { input, context, draws: Cell::new(0), looks: Cell::new(0) }
    }

    /// How often the scope was asked for anything.
    #[must_use]
    pub fn looks(&self) -> u64 {
        self.looks.get()
    }

    fn draw(&self) -> u64 {
        self.looks.set(self.looks.get() + 1);
        self.draws.set(self.draws.get().wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1));
        self.draws.get()
    }
}

impl stateline_jsonpath::Scope for Scope {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> &Value {
        &self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        (name == "v").then_some(&self.input)
    }

    fn random(&self) -> u64 {
        self.draw()
    }
}

impl stateline_jsonata::Scope for Scope {
    fn input(&self) -> Option<&Value> {
        Some(&self.input)
    }

    fn variable(&self, name: &str) -> Option<stateline_jsonata::Bound<'_>> {
        self.looks.set(self.looks.get() + 1);
        match name {
            "v" | "states" => Some(stateline_jsonata::Bound::Value(&self.input)),
            _ => None,
        }
    }

    fn random(&self) -> u64 {
        self.draw()
    }

    fn now_millis(&self) -> i64 {
        1_700_000_000_123
    }
}
