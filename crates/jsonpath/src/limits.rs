//! The bounds of this crate, in one place.
//!
//! They keep hostile text and hostile documents from exhausting the stack or
//! the processor. Each is far above what a workflow needs. Used by every
//! parser and evaluator of the crate; nothing outside reads them.

/// Longest path text that is compiled, in characters.
pub(crate) const PATH_CHARS_MAX: usize = 8_192;
/// Most steps one path may have.
pub(crate) const TOKENS_MAX: usize = 256;
/// How deep filters, brackets of filters and function arguments may nest.
pub(crate) const COMPILE_DEPTH_MAX: usize = 32;
/// How many nested calls one evaluation may make; it bounds the stack.
pub(crate) const EVALUATE_DEPTH_MAX: usize = 1_000;
/// How many nodes one evaluation may visit; it bounds the time.
pub(crate) const EVALUATE_STEPS_MAX: u64 = 10_000_000;
/// How many nodes one evaluation may copy into lists; it bounds the memory. A
/// payload of 256 KiB has at most half as many nodes as bytes.
pub(crate) const EVALUATE_COPIES_MAX: usize = 2_000_000;
/// How deep a JSON literal inside a filter may nest.
pub(crate) const LITERAL_DEPTH_MAX: usize = 128;
/// How deep intrinsic calls may nest (AWS: 10).
pub(crate) const CALL_DEPTH_MAX: usize = 10;
/// Most arguments of a call whose count is open (`States.Array`, `States.Format`).
pub(crate) const ARGUMENTS_MAX: usize = 1_000;
/// Most elements `States.ArrayRange` makes (AWS: 1000).
pub(crate) const RANGE_ELEMENTS_MAX: usize = 1_000;
/// Longest text for Base64 and Hash, in characters (AWS: 10 000).
pub(crate) const CODED_CHARS_MAX: usize = 10_000;
/// Longest variable name, in characters (AWS: 80).
pub(crate) const VARIABLE_CHARS_MAX: usize = 80;
