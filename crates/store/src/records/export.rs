//! All that is stored at one moment, piece by piece, checked as it is read.
//!
//! Rows and journals are read side by side in the order of ids, a page of rows
//! at a time, so that memory stays bounded and nothing is looked up one by one.

use super::read::journal_end;
use super::{Records, read_epoch};
use crate::export::{Item, Standing, TakeItem};
use crate::keys::{self, Space};
use crate::kv::{KeyRange, Kv, View};
use crate::{ExecutionRow, JournalBatch, StoreError, codec};
use stateline_base::ExecutionId;
use std::ops::ControlFlow;

/// Rows read before their journals, at most.
const ROWS_MAX: usize = 1_024;
/// Bytes of rows read before their journals, at most, save for a row that alone has more.
const ROWS_BYTES_MAX: usize = 4 << 20;

impl<K: Kv> Records<K> {
    /// See [`crate::Store::export`].
    pub(crate) fn export(&self, take: &mut TakeItem<'_>) -> Result<ControlFlow<()>, StoreError> {
        let view = self.kv.frozen();
        Export { view: &*view, take, going: ControlFlow::Continue(()) }.all()
    }
}

struct Export<'a, 'b> {
    view: &'a dyn View,
    take: &'a mut TakeItem<'b>,
    /// Whether more is wanted.
    going: ControlFlow<()>,
}

impl Export<'_, '_> {
    fn all(mut self) -> Result<ControlFlow<()>, StoreError> {
        let standing = Standing { epoch: read_epoch(self.view)?, group: read_group(self.view)? };
        if self.give(Item::Standing(standing)).is_continue() {
            self.executions()?;
        }
        if self.going.is_continue() {
            self.names()?;
        }
        if self.going.is_continue() {
            self.documents()?;
        }
        Ok(self.going)
    }

    fn give(&mut self, item: Item) -> ControlFlow<()> {
        self.going = (self.take)(item);
        self.going
    }

    fn executions(&mut self) -> Result<(), StoreError> {
        let mut after: Option<ExecutionId> = None;
        loop {
            let rows = self.page(after)?;
            let last = rows.last().map(|row| row.id);
            self.journals(after, last, rows)?;
            if last.is_none() || self.going.is_break() {
                return Ok(());
            }
            after = last;
        }
    }

    /// Rows behind `after`.
    fn page(&self, after: Option<ExecutionId>) -> Result<Vec<ExecutionRow>, StoreError> {
        let from = after.map_or_else(Vec::new, |id| keys::after(&keys::id(id)));
        let mut rows = Vec::new();
        let mut bytes = 0;
        let range = KeyRange::new(Space::Rows, from, [u8::MAX; 17]);
        self.view.scan(&range, &mut |key, value| {
            let id = keys::parse_id(Space::Rows, key)?;
            let row = codec::decode_row(value, || format!("the row of execution {id}"))?;
            if row.id != id {
                return Err(StoreError::corrupt(format!(
                    "the row of execution {id} is the one of {}",
                    row.id
                )));
            }
            rows.push(row);
            bytes += value.len();
            let full = rows.len() >= ROWS_MAX || bytes >= ROWS_BYTES_MAX;
            Ok(if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(rows)
    }

    /// Gives a page of rows, each with its journal. All journals up to `last` that were not given yet
    /// must be theirs; without `last`, there must be none.
    fn journals(
        &mut self,
        after: Option<ExecutionId>,
        last: Option<ExecutionId>,
        rows: Vec<ExecutionRow>,
    ) -> Result<(), StoreError> {
        let from = after.map_or_else(Vec::new, journal_end);
        let to = last.map_or_else(|| vec![u8::MAX; 25], journal_end);
        let view = self.view;
        let mut rows = rows.into_iter().peekable();
        let mut tail = Tail::default();
        view.scan(&KeyRange::new(Space::Journal, from, to), &mut |key, value| {
            let (id, first_seq) = keys::parse_journal(key)?;
            while let Some(row) = rows.next_if(|row| row.id <= id) {
                tail = tail.next(&row)?;
                if self.give(Item::Execution(Box::new(row))).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            let batch = codec::decode_batch(first_seq, value, || {
                format!("the batch at sequence {first_seq} of execution {id}")
            })?;
            tail.joins(id, &batch)?;
            Ok(self.give(Item::Batch(batch)))
        })?;
        if self.going.is_break() {
            return Ok(());
        }
        for row in rows {
            tail = tail.next(&row)?;
            if self.give(Item::Execution(Box::new(row))).is_break() {
                return Ok(());
            }
        }
        tail.check()
    }

    fn names(&mut self) -> Result<(), StoreError> {
        let view = self.view;
        view.scan(&KeyRange::new(Space::Names, [], [u8::MAX; 3]), &mut |key, value| {
            let (machine, name) = keys::parse_name(key)?;
            let id = keys::parse_id(Space::Names, value)?;
            Ok(self.give(Item::Name { machine: machine.to_owned(), name: name.to_owned(), id }))
        })
    }

    fn documents(&mut self) -> Result<(), StoreError> {
        let view = self.view;
        view.scan(&KeyRange::new(Space::Tables, [], [u8::MAX]), &mut |key, value| {
            let (table, key) = keys::parse_table(key)?;
            let bytes = codec::unseal(value, || format!("document {key:?} of {table:?}"))?.to_vec();
            Ok(self.give(Item::Document { table, key: key.to_owned(), bytes }))
        })
    }
}

/// How far the journal of an execution has come, against where its row says that it ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tail {
    of: Option<ExecutionId>,
    next_seq: u64,
    end: u64,
}

impl Tail {
    /// The tail of the next execution, if this one is whole.
    pub(super) fn next(self, row: &ExecutionRow) -> Result<Tail, StoreError> {
        self.check()?;
        Ok(Tail { of: Some(row.id), next_seq: 0, end: row.next_seq })
    }

    /// Takes the next batch of the execution `id`.
    pub(super) fn joins(&mut self, id: ExecutionId, batch: &JournalBatch) -> Result<(), StoreError> {
        if self.of != Some(id) {
            return Err(StoreError::corrupt(format!("there is a journal of execution {id}, but no row")));
        }
        if batch.first_seq != self.next_seq {
            return Err(breaks_off(id, self.next_seq));
        }
        self.next_seq = self.next_seq.saturating_add(u64::from(batch.events));
        Ok(())
    }

    /// The execution whose batches come.
    pub(super) fn execution(self) -> Option<ExecutionId> {
        self.of
    }

    /// The journal ends where the row says.
    pub(super) fn check(self) -> Result<(), StoreError> {
        match self.of {
            Some(id) if self.next_seq != self.end => Err(breaks_off(id, self.next_seq.min(self.end))),
            _ => Ok(()),
        }
    }
}

fn breaks_off(id: ExecutionId, seq: u64) -> StoreError {
    StoreError::corrupt(format!("the journal of execution {id} breaks off at sequence {seq}"))
}

/// Number of the last group, where the engine counts them.
fn read_group(view: &dyn View) -> Result<Option<u64>, StoreError> {
    let Some(value) = view.get(Space::Meta, keys::META_GROUP)? else { return Ok(None) };
    let content = codec::unseal(&value, || "the number of the last commit".to_owned())?;
    let bytes = content.try_into().map_err(|_| StoreError::corrupt("the last commit has no number"))?;
    Ok(Some(u64::from_le_bytes(bytes)))
}
