//! A failure in the sense of the States Language: data that a retrier or a
//! catcher may match, as opposed to a fault of the engine.

use crate::error_name;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a state, a task or an execution failed with.
///
/// Both members may be absent: a Fail state without `Error` and `Cause` fails
/// with neither, and the API then omits both keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The error's name, at most 256 characters.
    pub error: Option<Arc<str>>,
    /// What happened, at most 32,768 characters; often JSON text.
    pub cause: Option<Arc<str>>,
}

impl Failure {
    /// A failure with a name and a cause.
    pub fn new(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Self {
        Failure { error: Some(error.into()), cause: Some(cause.into()) }
    }

    /// A failure with a name only, as timeouts are.
    pub fn named(error: impl Into<Arc<str>>) -> Self {
        Failure { error: Some(error.into()), cause: None }
    }

    /// `States.Runtime` with the given cause.
    pub fn runtime(cause: impl Into<Arc<str>>) -> Self {
        Failure::new(error_name::RUNTIME, cause)
    }

    /// The error's name, empty when there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.error.as_deref().unwrap_or_default()
    }

    /// Cuts name and cause to the lengths the API allows, in characters.
    #[must_use]
    pub fn clipped(self, limits: &crate::Limits) -> Self {
        Failure {
            error: self.error.map(|e| clip(e, limits.error_chars_max)),
            cause: self.cause.map(|c| clip(c, limits.cause_chars_max)),
        }
    }
}

fn clip(text: Arc<str>, chars_max: usize) -> Arc<str> {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => Arc::from(&text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_counts_characters_and_keeps_short_texts() {
        let limits = crate::Limits { error_chars_max: 3, cause_chars_max: 2, ..crate::Limits::default() };
        let clipped = Failure::new("äöüß", "ab").clipped(&limits);
        assert_eq!(clipped, Failure::new("äöü", "ab"));
    }
}
