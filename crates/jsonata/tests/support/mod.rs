//! What the tests of this crate share: a scope over plain documents, and short ways
//! to evaluate.

#![allow(dead_code, reason = "each test binary uses its part of this")]

use serde_json::{Map, Value};
use stateline_jsonata::{Bound, Budget, EvaluationError, Expression, Scope};
use std::cell::Cell;

/// Variables and an input, a clock that stands, and random bits that follow from
/// their number.
#[derive(Default)]
pub struct Given {
    pub input: Option<Value>,
    pub variables: Map<String, Value>,
    pub drawn: Cell<u64>,
}

impl Given {
    /// A scope with one variable.
    pub fn variable(name: &str, value: Value) -> Given {
        Given { variables: Map::from_iter([(name.to_owned(), value)]), ..Given::default() }
    }
}

impl Scope for Given {
    fn input(&self) -> Option<&Value> {
        self.input.as_ref()
    }

    fn variable(&self, name: &str) -> Option<Bound<'_>> {
        self.variables.get(name).map(Bound::Value)
    }

    fn random(&self) -> u64 {
        self.drawn.set(self.drawn.get() + 1);
        self.drawn.get().wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn now_millis(&self) -> i64 {
        1_521_801_216_617
    }
}

/// What an expression gives, as a text that a table can hold: JSON, `undefined`, or
/// the error.
pub fn show(text: &str, given: &Given, budget: Budget) -> String {
    match Expression::parse(text) {
        Err(error) => format!("{} at {}: {error}", error.code, error.offset),
        Ok(expression) => match expression.evaluate(given, budget) {
            Ok(Some(value)) => value.to_string(),
            Ok(None) => "undefined".to_owned(),
            Err(EvaluationError::Time) => "time".to_owned(),
            Err(EvaluationError::Memory) => "memory".to_owned(),
            Err(EvaluationError::Stack) => "stack".to_owned(),
            Err(EvaluationError::Function) => "function".to_owned(),
            Err(error) => error.to_string(),
        },
    }
}

/// Checks a table of expressions and what they give.
pub fn check(given: &Given, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, wanted)| {
            let got = show(text, given, Budget::default());
            let got_in_short: String = got.chars().take(500).collect();
            (got != *wanted).then(|| format!("{text}\n  got    {got_in_short}\n  wanted {wanted}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
