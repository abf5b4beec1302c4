//! The fields that move data through a state, compiled.

use serde_json::Value;
use stateline_jsonpath::{Expression, Query, ReferencePath};
use std::sync::Arc;

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

/// A payload template (`Parameters`, `ResultSelector`, `ItemSelector`, …), compiled.
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
}
