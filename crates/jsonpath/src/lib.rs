//! JSONPath as AWS evaluates it, reference paths, and the intrinsic functions.
//!
//! Four kinds of compiled text, each parsed once and cheap to clone: a [`Path`]
//! over one document, a [`Query`] that also says which document, a
//! [`ReferencePath`] that is written to, and an [`Expression`], which is a query
//! or an intrinsic [`Call`]. The dialect is that of Jayway JsonPath, because AWS
//! runs that library: its grammar, its order, its oddities, its messages.
//!
//! The crate is pure: documents, variables and random bits come in through a
//! [`Scope`]. It leaves the fields of a definition to `asl`, and AWS's error
//! names and causes to `engine`.

mod compile;
mod cursor;
mod error;
mod evaluate;
mod expression;
mod fault;
mod filter;
mod intrinsic;
mod java;
mod limits;
mod path;
mod query;
mod reference;
#[cfg(test)]
mod testing;
mod token;

pub use error::{CompileError, EvaluationError, PutError, ReadError};
pub use expression::Expression;
pub use intrinsic::{Call, INTRINSIC_FUNCTIONS};
pub use path::Path;
pub use query::{Query, Scope, Source};
pub use reference::ReferencePath;
