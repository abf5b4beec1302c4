//! What an evaluation is given: values to see, and limits to keep.
//!
//! The engine implements [`Scope`] over an execution; the command line and the
//! tests over plain documents. Nothing here evaluates.

use serde_json::Value;

/// What an expression sees. Everything that could differ from one evaluation to
/// the next comes through here, so that the same scope gives the same answer.
pub trait Scope {
    /// The input document (`$` at the top). Step Functions has none.
    fn input(&self) -> Option<&Value> {
        None
    }

    /// The value of a variable, named without its `$`. Asked once for each name.
    fn variable(&self, name: &str) -> Option<Bound<'_>>;

    /// 64 random bits, for `$random`, `$uuid` and `$shuffle`.
    fn random(&self) -> u64;

    /// Milliseconds since 1970, for `$now` and `$millis`: one instant for the whole
    /// evaluation.
    fn now_millis(&self) -> i64;
}

/// A variable's value, borrowed: nothing is copied to evaluate.
#[derive(Clone, Copy, Debug)]
pub enum Bound<'a> {
    /// A document.
    Value(&'a Value),
    /// An object whose members are kept apart, as `$states`.
    Members(&'a [(&'a str, &'a Value)]),
}

/// How much an evaluation may take. Counted, not timed, so that an evaluation that
/// is repeated ends where it ended before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Nodes evaluated, elements made or looked at, pieces of 64 bytes of text.
    pub steps: u64,
    /// Evaluations within evaluations; tail calls are loops. Ten thousand at most,
    /// whatever is asked for.
    pub depth: u32,
    /// Bytes of all values that are alive at one time, by AWS's count: 12 for a
    /// number in an array. The result may take as much again.
    pub bytes: u64,
}

impl Default for Budget {
    /// The limits of Step Functions. Steps stand for its one second; the other two
    /// are measured: about 200 chained terms hit the stack limit, and `[1..873783]`
    /// the memory limit, which `[1..873782]` does not.
    fn default() -> Budget {
        Budget { steps: 10_000_000, depth: 200, bytes: 10 * 1024 * 1024 }
    }
}
