//! Refusing writes while some space is left, instead of failing in the middle
//! of one when none is.
//!
//! The engine needs space in the background too: to write out what it holds
//! in memory and to merge tables. A failure there stops it for good, so the
//! reserve leaves room for both.

use crate::CommitError;
use std::path::PathBuf;

/// Space that commits leave alone.
const RESERVE_BYTES: u64 = 32 << 20;
/// Space that even deletions leave alone: they need some themselves before they free any.
const DELETION_RESERVE_BYTES: u64 = 8 << 20;
/// A byte of a group is written to the journal now and to a table soon.
const COPIES: u64 = 2;

/// Asks how much space is left; `None` where the system does not say.
pub(super) type Probe = Box<dyn Fn() -> Option<u64> + Send + Sync>;

/// The guard in front of writes.
pub(super) struct Headroom {
    probe: Probe,
}

impl Headroom {
    /// On the file system that holds `path`.
    pub(super) fn of(path: PathBuf) -> Self {
        Headroom::with(Box::new(move || {
            let stat = rustix::fs::statvfs(&path).ok()?;
            Some(stat.f_bavail.saturating_mul(stat.f_frsize))
        }))
    }

    pub(super) fn with(probe: Probe) -> Self {
        Headroom { probe }
    }

    /// Whether a write of so many bytes may begin.
    pub(super) fn check(&self, bytes: u64, deletes_only: bool) -> Result<(), CommitError> {
        let reserve = if deletes_only { DELETION_RESERVE_BYTES } else { RESERVE_BYTES };
        let needed = reserve.saturating_add(bytes.saturating_mul(COPIES));
        match (self.probe)() {
            Some(free) if free < needed => Err(CommitError::Full(format!(
                "{} MiB are free, and the write needs {} MiB with its reserve; free some space, \
                 and it goes on by itself",
                free >> 20,
                needed.div_ceil(1 << 20)
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(free: Option<u64>, bytes: u64, deletes_only: bool) -> bool {
        Headroom::with(Box::new(move || free)).check(bytes, deletes_only).is_ok()
    }

    #[test]
    fn commits_stop_before_deletions_do() {
        assert!(check(Some(33 << 20), 1000, false));
        assert!(!check(Some(33 << 20), 1 << 20, false));
        assert!(!check(Some(31 << 20), 0, false));
        assert!(check(Some(31 << 20), 0, true));
        assert!(!check(Some(7 << 20), 0, true));
        assert!(check(None, u64::MAX, false));
    }
}
