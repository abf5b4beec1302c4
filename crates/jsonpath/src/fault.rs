//! The four kinds of failure that Jayway tells apart, kept apart here because
//! its own behaviour hangs on them: a filter swallows an invalid path and a
//! missing one, an array index swallows an index out of bounds, and nothing
//! swallows the rest.
//!
//! Internal to the compiler and the evaluator; callers see `CompileError` and
//! `ReadError`.

use crate::ReadError;

/// Why a step of compiling or evaluating stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A place that does not exist.
    NotFound(String),
    /// Text that is no path, or a path that does not fit the data.
    Invalid(String),
    /// An index beyond the end of a list.
    Bounds(String),
    /// Anything else.
    Other(String),
}

impl Fault {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }

    pub(crate) fn into_message(self) -> String {
        match self {
            Self::NotFound(text) | Self::Invalid(text) | Self::Bounds(text) | Self::Other(text) => text,
        }
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFound(message) => Self::NotFound { message },
            other => Self::Failed { message: other.into_message() },
        }
    }
}
