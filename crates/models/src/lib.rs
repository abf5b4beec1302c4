//! What AWS services answer: the response shapes of every service, action by action, and the check
//! of a JSON value against one of them.
//!
//! The shapes come from a table of facts (names, types, bounds; no documentation) that
//! `cargo xtask models` makes from botocore's public models. Nothing here knows of states or of the
//! wire; `TestState` checks mocked results with it.

mod check;
mod names;
mod service;
mod table;

pub use check::{Mismatch, Mode};
pub use service::{Service, Shape};
pub use table::botocore_version;
