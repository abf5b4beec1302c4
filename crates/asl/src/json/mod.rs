//! Text → tree. A JSON reader of our own, because a person's half-written
//! definition must give a tree and every mistake its place, which no JSON crate
//! does. `lex` cuts text into tokens, `parse` builds the tree and recovers,
//! `report` says what is wrong in the words of Jackson, the reader AWS uses.

mod lex;
mod parse;
mod report;

pub use parse::{DEPTH_MAX, parse};
