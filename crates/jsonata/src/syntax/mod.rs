//! From a text to a [`Program`].
//!
//! [`token`] cuts the text into tokens, [`parser`] arranges them by precedence,
//! [`raise`](mod@raise) turns the arrangement into the nodes that are evaluated
//! (paths with steps instead of dots), with [`ancestry`] finding what `%` means,
//! and [`references`] reads off what a program refers to. Errors have jsonata.js's
//! codes and words.

mod ancestry;
mod names;
mod node;
mod parser;
mod raise;
mod raw;
mod references;
mod signature;
mod token;

pub(crate) use names::{Names, Sym};
pub(crate) use node::{CallName, Group, Kind, Lambda, Node, Operator, SortTerm, Stage, Transform};
pub(crate) use references::references;
pub use references::{InputReference, References, VariableReference};
pub(crate) use signature::{Param, Signature};

use crate::error::{Problem, SyntaxError};

/// Expressions may be nested this deeply, chains of operators included. Evaluation
/// ends much earlier; this bounds what walks through an expression.
const NESTING_MAX: u32 = 1000;

/// A parsed text.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) root: Node,
    /// The names of all variables, by which evaluation knows them.
    pub(crate) names: Names,
}

/// Parses a text. `names` are those of the program that the text will be evaluated
/// within (`$eval`), or none.
pub(crate) fn parse(text: &str, names: Names) -> Result<Program, SyntaxError> {
    let raw = parser::parse(text)?;
    raise::raise(raw, names)
}

/// An error with its words filled in.
fn refuse(problem: &Problem, offset: usize) -> SyntaxError {
    SyntaxError { code: problem.code, message: problem.text(), offset }
}

/// The error for a text that is nested beyond [`NESTING_MAX`].
fn too_deep(offset: usize) -> SyntaxError {
    let words = format!("The expression is nested more than {NESTING_MAX} levels deep");
    refuse(&Problem::new("U1001").message(words), offset)
}
