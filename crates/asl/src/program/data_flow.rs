//! The fields that move data through a state, compiled.

use serde_json::Value;
use stateline_jsonpath::{Expression, Query, ReferencePath};
use std::fmt;
use std::sync::Arc;

/// `QueryLanguage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryLanguage {
    /// Paths, payload templates and intrinsic functions.
    JsonPath,
    /// `{% … %}` expressions.
    Jsonata,
}

impl fmt::Display for QueryLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QueryLanguage::JsonPath => "JSONPath",
            QueryLanguage::Jsonata => "JSONata",
        })
    }
}

/// A JSONata expression with the place it stands in.
#[derive(Clone, Debug)]
pub struct Jsonata {
    /// The field below its state, `Output/total`: what history shows as `location`.
    pub location: Arc<str>,
    /// What to evaluate.
    pub expression: stateline_jsonata::Expression,
}

/// `InputPath`, `OutputPath` and `ItemsPath`: which part of a document goes on.
#[derive(Clone, Debug)]
pub enum Selector {
    /// Absent or `"$"`: all of it, shared and not copied.
    Whole,
    /// `null`: an empty object instead.
    Nothing,
    /// A path into the input, the Context object or a variable.
    Query(Query),
}

/// `ResultPath`: where a result goes within the state's raw input.
#[derive(Clone, Debug)]
pub enum ResultPath {
    /// Absent or `"$"`: the result replaces the input.
    Replace,
    /// `null`: the result is dropped.
    Discard,
    /// The result is written at this place of the raw input.
    At(ReferencePath),
}

/// A payload template, compiled: `Parameters`, `ResultSelector`, `ItemSelector`, `Assign`, …;
/// in JSONata states any value of `Arguments`, `Output`, `Assign`, ….
#[derive(Clone, Debug)]
pub enum Template {
    /// No `.$` key anywhere below: goes out as it stands.
    Literal(Value),
    /// An object with at least one evaluated value below.
    Object(Vec<(Arc<str>, Template)>),
    /// An array with at least one evaluated value below.
    Array(Vec<Template>),
    /// The value of a `.$` key.
    Dynamic {
        /// The key as written, with its `.$`, for messages.
        field: Arc<str>,
        /// What to evaluate.
        expression: Expression,
    },
    /// A text that is one `{% … %}`.
    Jsonata(Jsonata),
}
