//! Variables: what `Assign` keeps, scope by scope.
//!
//! A frame holds what its own `States` object assigned. Inner scopes read the
//! outer ones through the frames above them, which cannot change meanwhile: the
//! outer frame rests in its Parallel or Map state for as long as inner ones live.

use crate::execution::Execution;
use stateline_base::Payload;
use stateline_journal::FrameId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The variables of one scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Variables(BTreeMap<Arc<str>, Payload>);

impl Variables {
    /// Keeps new values.
    pub(crate) fn assign(&mut self, assigned: &[(Arc<str>, Payload)]) {
        self.0.extend(assigned.iter().cloned());
    }

    /// Bytes of all values.
    fn bytes(&self) -> usize {
        self.0.values().map(Payload::bytes_len).sum()
    }
}

/// A variable as a frame sees it: its own, or the nearest outer one.
pub(crate) fn look_up<'x>(x: &'x Execution, frame: FrameId, name: &str) -> Option<&'x Payload> {
    let mut at = frame;
    loop {
        let visitor = x.frame(at);
        if let Some(value) = visitor.variables.0.get(name) {
            return Some(value);
        }
        at = visitor.parent?;
    }
}

/// Bytes of all variables of an execution, were these assigned in a frame.
pub(crate) fn bytes_with(x: &Execution, frame: FrameId, assigned: &[(Arc<str>, Payload)]) -> usize {
    let held: usize = x.frames.values().map(|frame| frame.variables.bytes()).sum();
    let own = &x.frame(frame).variables.0;
    let replaced: usize = assigned.iter().filter_map(|(name, _)| own.get(name)).map(Payload::bytes_len).sum();
    held - replaced + assigned.iter().map(|(_, value)| value.bytes_len()).sum::<usize>()
}
