//! What can go wrong, as values: when text is compiled, when a path is read,
//! when an expression is evaluated, when a value is put into a document.
//!
//! Turning these into AWS's error names and causes is the engine's work.

use thiserror::Error;

/// Text that is not a path, a reference path or an intrinsic call.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct CompileError {
    message: String,
    offset: usize,
}

impl CompileError {
    pub(crate) fn new(message: impl Into<String>, offset: usize) -> Self {
        Self { message: message.into(), offset }
    }

    /// Where the text stops making sense, as a byte offset into it. It is never
    /// beyond the end of the text, and points into a filter as exactly as it can.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The same error in a text that has `bytes` more in front.
    pub(crate) fn shifted(mut self, bytes: usize) -> Self {
        self.offset += bytes;
        self
    }
}

/// A path that yields nothing in this document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// A definite path whose place does not exist.
    #[error("{message}")]
    NotFound {
        /// Jayway's own words, for example `No results for path: $['x']`.
        message: String,
    },
    /// The path cannot be applied to this document at all: a function on the
    /// wrong kind of data, a filter on a primitive, a bound of this crate.
    #[error("{message}")]
    Failed {
        /// Jayway's own words where it has some.
        message: String,
    },
}

impl ReadError {
    /// The text of the error, without its kind.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::NotFound { message } | Self::Failed { message } => message,
        }
    }
}

/// An expression that has no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// A path in the expression did not resolve.
    #[error("Invalid path '{path}' : {message}")]
    Path {
        /// The path as written, for example `$.a` or `$$.Execution.Id`.
        path: String,
        /// Jayway's message, see [`ReadError`].
        message: String,
    },
    /// An intrinsic function refused its data (`States.IntrinsicFailure`).
    #[error("{message}")]
    Intrinsic {
        /// Which call failed and why.
        message: String,
    },
}

/// A value that cannot be put where a reference path points
/// (`States.ResultPathMatchFailure`).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PutError {
    /// A name is looked up in something that is not an object.
    #[error("cannot set '{path}': {place} is {found}, not an object")]
    NotAnObject {
        /// The reference path as written.
        path: String,
        /// The place that is not an object, in bracket notation.
        place: String,
        /// What is there instead.
        found: &'static str,
    },
    /// An index is looked up in something that is not an array.
    #[error("cannot set '{path}': {place} is {found}, not an array")]
    NotAnArray {
        /// The reference path as written.
        path: String,
        /// The place that is not an array, in bracket notation.
        place: String,
        /// What is there instead.
        found: &'static str,
    },
    /// An index beyond the end of an array.
    #[error("cannot set '{path}': {place} has {length} elements")]
    OutOfRange {
        /// The reference path as written.
        path: String,
        /// The array, in bracket notation.
        place: String,
        /// How many elements it has.
        length: usize,
    },
}
