//! Time as the core sees it: what is due when, derived from the state.
//!
//! An execution has no timer objects. The runtime wakes it at [`Execution::wake`],
//! and whatever is due then is dealt with, in the order of the due times. A wake
//! that comes twice, late or for nothing does no harm.

use crate::execution::Execution;
use stateline_base::Timestamp;
use stateline_journal::FrameId;

impl Execution {
    /// When this execution must be looked at next; `None` when it has ended.
    #[must_use]
    pub fn wake(&self) -> Option<Timestamp> {
        if !self.is_open() {
            return None;
        }
        let frames = self.frames.values().filter_map(|frame| frame.due()).min();
        Some(frames.map_or(self.deadline, |due| due.min(self.deadline)))
    }

    /// The frames that have something due, earliest first; frames of one instant in order of their ids.
    pub(crate) fn due(&self, at: Timestamp) -> Vec<FrameId> {
        let mut due: Vec<(Timestamp, FrameId)> = self
            .frames
            .iter()
            .filter_map(|(id, frame)| frame.due().filter(|due| *due <= at).map(|due| (due, *id)))
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, id)| id).collect()
    }
}
