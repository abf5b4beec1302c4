//! Small memories that spare reads. Losing any of it costs a read, never a
//! wrong answer.

use crate::{ExecutionRow, Status};
use stateline_base::{ExecutionId, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Open executions remembered at most: about 6 MiB. Beyond it the oldest are
/// forgotten, which are most likely asleep.
const KNOWN_ROWS_MAX: usize = 65_536;

/// What a commit must know of the row it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) next_seq: u64,
    pub(super) status: Status,
    pub(super) wake: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    /// Hash of what may never change, because index keys are made of it.
    pub(super) identity: u64,
}

/// Hash of a row's machine, name, start and other lists.
pub(super) fn identity(row: &ExecutionRow) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&row.started.as_millis().to_le_bytes());
    hash.update(&row.machine.len().to_le_bytes());
    hash.update(row.machine.as_bytes());
    hash.update(&row.name.len().to_le_bytes());
    hash.update(row.name.as_bytes());
    hash.update(row.list().as_bytes());
    for list in &row.lists {
        hash.update(&list.len().to_le_bytes());
        hash.update(list.as_bytes());
    }
    hash.digest()
}

/// Rows of open executions written by this process.
#[derive(Default)]
pub(super) struct KnownRows(BTreeMap<ExecutionId, Known>);

impl KnownRows {
    pub(super) fn get(&self, id: ExecutionId) -> Option<Known> {
        self.0.get(&id).copied()
    }

    /// Closed executions are rarely written again, so they are forgotten at once.
    pub(super) fn remember(&mut self, id: ExecutionId, known: Known) {
        if !known.status.is_open() {
            self.0.remove(&id);
            return;
        }
        self.0.insert(id, known);
        if self.0.len() > KNOWN_ROWS_MAX {
            self.0.pop_first();
        }
    }

    pub(super) fn forget(&mut self, id: ExecutionId) {
        self.0.remove(&id);
    }
}

/// A time before which an index is known to be empty.
///
/// Log-structured engines keep a mark for every deleted key for a while;
/// without a floor each look for the earliest entry would wade through the
/// marks of all entries that were there before.
#[derive(Default)]
pub(super) struct Floor(Mutex<FloorState>);

#[derive(Clone, Copy)]
struct FloorState {
    at: Timestamp,
    /// Counts writes that may have added entries below the floor.
    writes: u64,
}

impl Default for FloorState {
    fn default() -> Self {
        FloorState { at: Timestamp::from_millis(i64::MIN), writes: 0 }
    }
}

/// Where a scan started, for [`Floor::raise`].
#[derive(Clone, Copy)]
pub(super) struct FloorMark {
    pub(super) at: Timestamp,
    writes: u64,
}

impl Floor {
    /// Where to begin; take it before the view that is scanned.
    pub(super) fn mark(&self) -> FloorMark {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        FloorMark { at: state.at, writes: state.writes }
    }

    /// The scan found nothing before `at`. Has no effect when something was written since the mark.
    pub(super) fn raise(&self, mark: FloorMark, at: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.writes == mark.writes && state.at < at {
            state.at = at;
        }
    }

    /// An entry at `at` was written; call it after the write, before it is acknowledged.
    pub(super) fn lower(&self, at: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.writes += 1;
        state.at = state.at.min(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_base::ShardId;

    fn known(status: Status) -> Known {
        Known { next_seq: 1, status, wake: None, expires: None, identity: 0 }
    }

    #[test]
    fn only_so_many_open_rows_are_remembered() {
        let mut rows = KnownRows::default();
        let id = |n: i64| ExecutionId::new(Timestamp::from_millis(n), ShardId::from_number(0), 0);
        for n in 0..=KNOWN_ROWS_MAX as i64 {
            rows.remember(id(n), known(Status::Running));
        }
        assert_eq!(rows.0.len(), KNOWN_ROWS_MAX);
        assert_eq!((rows.get(id(0)), rows.get(id(1))), (None, Some(known(Status::Running))));
        rows.remember(id(1), known(Status::Failed));
        assert_eq!(rows.get(id(1)), None);
    }

    #[test]
    fn a_floor_is_not_raised_over_a_write_it_has_not_seen() {
        let floor = Floor::default();
        let at = Timestamp::from_millis;
        let mark = floor.mark();
        floor.raise(mark, at(50));
        assert_eq!(floor.mark().at, at(50));
        let mark = floor.mark();
        floor.lower(at(20));
        floor.raise(mark, at(80));
        assert_eq!(floor.mark().at, at(20));
    }
}
