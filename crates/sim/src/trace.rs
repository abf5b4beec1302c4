//! The trace: one line a step, hashed as it goes, and kept only for whoever wants to read it.

use crate::dice::{FNV_START, fnv};
use std::fmt;

/// What happened so far.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    steps: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) fn new(keep: bool) -> Self {
        Trace { hash: FNV_START, steps: 0, lines: keep.then(Vec::new) }
    }

    /// Adds a line; `now` is in milliseconds since the simulation began.
    pub(crate) fn line(&mut self, now: i64, what: fmt::Arguments<'_>) {
        self.steps += 1;
        self.hash = fnv(&now.to_le_bytes(), self.hash);
        // Writing into a hash cannot fail.
        let _ = fmt::write(self, what);
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>9.3} {what}", seconds(now)));
        }
    }

    /// The hash of all lines: equal for equal runs.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}

impl fmt::Write for Trace {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.hash = fnv(text.as_bytes(), self.hash);
        Ok(())
    }
}

#[allow(clippy::cast_precision_loss, reason = "a simulation lasts days, not millennia")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}
