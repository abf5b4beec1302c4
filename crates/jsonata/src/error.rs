//! What can go wrong: with a text, and with an evaluation.
//!
//! Inside the crate an error travels as a boxed [`Raised`] with the parts of its
//! message, because callers on the way fill in what they know (the function's
//! name, the operator). Outside it is a [`SyntaxError`] or an [`EvaluationError`].

use crate::message;
use crate::text::{Fault, TextError};
use std::sync::Arc;

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// JSONata's code, `S0201` for example; empty where jsonata.js lets an error of
    /// JavaScript itself through (a malformed regular expression), which has none.
    pub code: &'static str,
    /// JSONata's words for it.
    pub message: String,
    /// Where, in bytes of the text.
    pub offset: usize,
}

/// Why an evaluation gave no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// JSONata's own error, also one that the expression raised with `$error`.
    #[error("{}{message}", prefix(code))]
    Thrown {
        /// `T2001`, `D3137` …; empty where jsonata.js has no code.
        code: Arc<str>,
        /// The words without the code.
        message: String,
    },
    /// The outcome is or contains a function, which no document can hold.
    #[error("the result is or contains a function")]
    Function,
    /// The budget's steps are spent.
    #[error("the evaluation takes too many steps")]
    Time,
    /// The values would take more than the budget's bytes.
    #[error("the evaluation takes too much memory")]
    Memory,
    /// Evaluations are nested more deeply than the budget allows.
    #[error("the evaluation is nested too deeply")]
    Stack,
}

fn prefix(code: &str) -> String {
    if code.is_empty() { String::new() } else { format!("{code}: ") }
}

/// The result of a step of an evaluation.
pub(crate) type Outcome<T> = Result<T, Box<Raised>>;

/// An error on its way to the caller of the evaluation.
#[derive(Clone, Debug)]
pub(crate) enum Raised {
    Thrown(Problem),
    Function,
    Time,
    Memory,
    Stack,
}

/// A JSONata error and the parts of its message, each as JSON text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    /// The operator, or the name of the function.
    pub(crate) token: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) value2: Option<String>,
    pub(crate) index: Option<usize>,
    /// The words, where they do not follow from the code.
    pub(crate) message: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: &'static str) -> Problem {
        Problem { code, ..Problem::default() }
    }

    pub(crate) fn token(mut self, token: &str) -> Problem {
        self.token = Some(crate::text::json_text(token));
        self
    }

    pub(crate) fn value(mut self, value: impl Into<String>) -> Problem {
        self.value = Some(value.into());
        self
    }

    pub(crate) fn value2(mut self, value: impl Into<String>) -> Problem {
        self.value2 = Some(value.into());
        self
    }

    pub(crate) fn index(mut self, index: usize) -> Problem {
        self.index = Some(index);
        self
    }

    pub(crate) fn message(mut self, message: impl Into<String>) -> Problem {
        self.message = Some(message.into());
        self
    }

    pub(crate) fn raise<T>(self) -> Outcome<T> {
        Err(Box::new(Raised::Thrown(self)))
    }

    /// The words with the parts in their places.
    pub(crate) fn text(&self) -> String {
        self.message.clone().unwrap_or_else(|| message::fill(self))
    }
}

/// Raises an error that needs nothing but its code.
pub(crate) fn raise<T>(code: &'static str) -> Outcome<T> {
    Problem::new(code).raise()
}

impl Raised {
    /// Says which operator or function it was, unless someone further in said so.
    pub(crate) fn with_token(mut self: Box<Self>, token: Option<&str>) -> Box<Self> {
        if let (Raised::Thrown(problem), Some(token)) = (&mut *self, token)
            && problem.token.is_none()
        {
            problem.token = Some(crate::text::json_text(token));
        }
        self
    }

    /// Says which operator it was, whatever was said before.
    pub(crate) fn under_token(mut self: Box<Self>, token: &str) -> Box<Self> {
        if let Raised::Thrown(problem) = &mut *self {
            problem.token = Some(crate::text::json_text(token));
        }
        self
    }
}

impl From<Raised> for EvaluationError {
    fn from(raised: Raised) -> EvaluationError {
        match raised {
            Raised::Thrown(problem) => {
                EvaluationError::Thrown { code: problem.code.into(), message: problem.text() }
            }
            Raised::Function => EvaluationError::Function,
            Raised::Time => EvaluationError::Time,
            Raised::Memory => EvaluationError::Memory,
            Raised::Stack => EvaluationError::Stack,
        }
    }
}

impl From<Fault> for Box<Raised> {
    fn from(fault: Fault) -> Box<Raised> {
        Box::new(Raised::Thrown(Problem::new(fault.code).message(fault.message)))
    }
}

impl From<TextError> for Box<Raised> {
    fn from(error: TextError) -> Box<Raised> {
        match error {
            TextError::Fault(fault) => fault.into(),
            TextError::TooLong => Box::new(Raised::Memory),
            TextError::OutOfSteps => Box::new(Raised::Time),
        }
    }
}
