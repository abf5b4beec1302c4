//! What may go wrong with a commit, on demand.

/// What happens to one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing; it succeeds.
    None,
    /// [`crate::CommitError::Retry`]: not written, and later ones may succeed.
    Retry,
    /// [`crate::CommitError::Unknown`]: the answer is lost.
    Lost {
        /// Whether the group was written.
        applied: bool,
    },
    /// [`crate::CommitError::Full`]: not written, and later ones may succeed.
    Full,
    /// The machine goes down in the middle: nothing of the group survives, and
    /// the store answers [`crate::CommitError::Poisoned`] until [`crate::MemStore::crash`].
    Torn,
    /// The sync fails: [`crate::CommitError::Poisoned`] until [`crate::MemStore::crash`].
    Poison {
        /// Whether the group is there after the crash. It never shows before.
        survives: bool,
    },
}

/// Decides the faults. Closures `FnMut(u64) -> Fault` are plans.
pub trait FaultPlan: Send + 'static {
    /// The fate of the write with this number; the first one is 1. The count goes on after a crash.
    fn fault(&mut self, write: u64) -> Fault;
}

impl<F: FnMut(u64) -> Fault + Send + 'static> FaultPlan for F {
    fn fault(&mut self, write: u64) -> Fault {
        self(write)
    }
}
