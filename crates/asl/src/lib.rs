//! The States Language as text and as a program: text → tree and diagnostics →
//! checked, indexed [`Program`]. Nothing here runs a workflow; the engine does.
//!
//! [`compile`] is the entry for everybody, [`compile_yaml`] for who has a file in
//! YAML, [`compile_state`] for a state on its own. [`parse`] gives the tree of any text,
//! however broken, for editors; [`aws_text`] the message of AWS's
//! `InvalidDefinition`; [`language`] what an editor asks.

mod check;
mod compile;
mod diagnostic;
pub mod graph;
mod json;
pub mod language;
mod lone;
mod lower;
mod operation;
pub mod program;
mod resource;
mod span;
mod tree;
mod utf16;
mod yaml;

pub use compile::{Compilation, MachineKind, compile, compile_state, compile_stored, compile_yaml};
pub use diagnostic::{Code, Diagnostic, Severity, aws_reports, aws_text};
pub use json::{DEPTH_MAX, parse};
pub use lone::LONE_STATE;
pub use operation::{ServiceOperation, optimised_model, optimised_prefix};
pub use program::Program;
pub use resource::{Pattern, TaskResource};
pub use span::{LineIndex, Position, Span};
pub use tree::{Entry, Node, NodeKind, Tree};
pub use utf16::Utf16Index;
pub use yaml::parse_yaml;
