//! JSONata as Step Functions evaluates it: version 2.0.6, with exact codes and
//! words for errors.
//!
//! An [`Expression`] is parsed once and evaluated against a [`Scope`] within a
//! [`Budget`]. The budget counts steps, bytes and nesting instead of looking at a
//! clock, so that an evaluation that is repeated ends as it ended before. Values
//! that come from documents are borrowed; only the result is built.
//!
//! The crate is pure: variables, random bits and the time come in through the
//! scope. It leaves `{% %}` and the fields of a definition to `asl`, and error
//! names and causes to `engine`.

mod builtin;
mod error;
mod evaluate;
mod expression;
mod message;
mod meter;
mod scope;
mod stack;
mod syntax;
mod text;
mod value;

pub use builtin::{BuiltIn, functions};
pub use error::{EvaluationError, SyntaxError};
pub use expression::Expression;
pub use scope::{Bound, Budget, Scope};
pub use syntax::{InputReference, References, VariableReference};
