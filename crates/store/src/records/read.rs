//! Reads. Each works on one view, so an index and the rows it names agree.

use super::known::Floor;
use super::{Records, read_row, row_of};
use crate::keys::{self, Space, TEXT_BYTES_MAX};
use crate::kv::{KeyRange, Kv, View};
use crate::{ExecutionRow, JournalBatch, ListQuery, StoreError, Table, codec};
use stateline_base::{ExecutionId, Timestamp};
use std::ops::ControlFlow;

/// So many rows of others may lie before the first that is looked for.
const SCATTERED_MIN: usize = 32;

impl<K: Kv> Records<K> {
    /// See [`crate::Store::execution`].
    pub(crate) fn execution(&self, id: ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
        read_row(&*self.kv.view(), id)
    }

    /// See [`crate::Store::open_executions`].
    pub(crate) fn open_executions(
        &self,
        after: Option<ExecutionId>,
        limit: usize,
    ) -> Result<Vec<ExecutionRow>, StoreError> {
        let view = self.kv.view();
        let from = after.map_or_else(Vec::new, |id| keys::after(&keys::id(id)));
        let range = KeyRange::new(Space::Open, from, [u8::MAX; 17]);
        let ids = collect(&*view, &range, limit, |key, _| keys::parse_id(Space::Open, key))?;
        open_rows(&*view, &ids)
    }

    /// See [`crate::Store::list`].
    pub(crate) fn list(&self, query: &ListQuery) -> Result<Vec<ExecutionRow>, StoreError> {
        if !keys::fits(&query.machine) {
            return Ok(Vec::new());
        }
        let view = self.kv.view();
        let prefix = keys::list_prefix(&query.machine, query.status);
        let from = match query.before {
            Some(place) => keys::after(&keys::list(&query.machine, query.status, place)),
            None => prefix.clone(),
        };
        let range = KeyRange::new(Space::Lists, from, keys::after_prefix(&prefix));
        let ids = collect(&*view, &range, query.limit, |key, _| keys::parse_list(key))?;
        ids.into_iter().map(|id| indexed_row(&*view, Space::Lists, id)).collect()
    }

    /// See [`crate::Store::find_by_name`].
    pub(crate) fn find_by_name(&self, machine: &str, name: &str) -> Result<Option<ExecutionId>, StoreError> {
        if !keys::fits(machine) || !keys::fits(name) {
            return Ok(None);
        }
        let found = self.kv.view().get(Space::Names, &keys::name(machine, name))?;
        found.map(|value| keys::parse_id(Space::Names, &value)).transpose()
    }

    /// See [`crate::Store::due`].
    pub(crate) fn due(
        &self,
        at: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
        times(&self.kv, Space::Due, &self.due_floor, at, limit)
    }

    /// See [`crate::Store::next_due`].
    pub(crate) fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let end = Timestamp::from_millis(i64::MAX);
        let first = times(&self.kv, Space::Due, &self.due_floor, end, 1)?;
        Ok(first.first().map(|(at, _)| *at))
    }

    /// Executions whose retention has passed, earliest first.
    pub(super) fn expired(
        &self,
        at: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
        times(&self.kv, Space::Expiry, &self.expiry_floor, at, limit)
    }

    /// See [`crate::Store::journal`].
    pub(crate) fn journal(
        &self,
        id: ExecutionId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<JournalBatch>, StoreError> {
        let view = self.kv.view();
        // The first batch, by far the most wanted one, needs no search: its key is known.
        if from == 0
            && limit == 1
            && let Some(value) = view.get(Space::Journal, &keys::journal(id, 0))?
        {
            return Ok(vec![batch(id, 0, &value)?]);
        }
        let Some(row) = read_row(&*view, id)? else { return Ok(Vec::new()) };
        if from >= row.next_seq || limit == 0 {
            return Ok(Vec::new());
        }
        let Some(first) = batch_holding(&*view, id, from)? else {
            return Err(gap(id, from));
        };
        let range = KeyRange::new(Space::Journal, keys::journal(id, first), journal_end(id));
        let batches = collect(&*view, &range, limit, |key, value| {
            let (_, first_seq) = keys::parse_journal(key)?;
            batch(id, first_seq, value)
        })?;
        check_joined(id, from, &batches, if batches.len() < limit { Some(row.next_seq) } else { None })?;
        Ok(batches)
    }

    /// See [`crate::Store::get`].
    pub(crate) fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if !keys::fits(key) {
            return Ok(None);
        }
        let found = self.kv.view().get(Space::Tables, &keys::table(table, key))?;
        found.map(|value| document(table, key, &value)).transpose()
    }

    /// See [`crate::Store::scan`].
    pub(crate) fn scan(
        &self,
        table: Table,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let prefix = keys::table(table, "");
        let from = match after {
            // No stored key is longer, so what follows the beginning follows the whole.
            Some(after) => {
                let mut key = keys::table(table, after);
                key.truncate(1 + TEXT_BYTES_MAX);
                keys::after(&key)
            }
            None => prefix.clone(),
        };
        let range = KeyRange::new(Space::Tables, from, keys::after_prefix(&prefix));
        collect(&*self.kv.view(), &range, limit, |key, value| {
            let key = key
                .get(1..)
                .and_then(|text| std::str::from_utf8(text).ok())
                .ok_or_else(|| StoreError::corrupt(format!("a key of {table:?} is not text")))?;
            Ok((key.to_owned(), document(table, key, value)?))
        })
    }
}

/// All keys of an execution's journal lie before it.
pub(super) fn journal_end(id: ExecutionId) -> Vec<u8> {
    keys::after(&keys::journal(id, u64::MAX))
}

/// At most `limit` entries of a range, decoded.
pub(super) fn collect<T>(
    view: &dyn View,
    range: &KeyRange,
    limit: usize,
    mut decode: impl FnMut(&[u8], &[u8]) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    if limit == 0 || range.is_empty() {
        return Ok(found);
    }
    view.scan(range, &mut |key, value| {
        found.push(decode(key, value)?);
        Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(found)
}

/// Entries of an index of times up to `at`, from the floor on; raises the floor to the first one.
fn times<K: Kv>(
    kv: &K,
    space: Space,
    floor: &Floor,
    at: Timestamp,
    limit: usize,
) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
    let mark = floor.mark();
    let lowest = ExecutionId::from_bytes([0; 16]);
    let highest = ExecutionId::from_bytes([u8::MAX; 16]);
    let range = KeyRange::new(space, keys::time(mark.at, lowest), keys::after(&keys::time(at, highest)));
    let found = collect(&*kv.view(), &range, limit, |key, _| keys::parse_time(space, key))?;
    match found.first() {
        Some((first, _)) => floor.raise(mark, *first),
        // Nothing up to and including `at`, unless nothing was asked for.
        None if limit > 0 => floor.raise(mark, at),
        None => {}
    }
    Ok(found)
}

/// The rows of open executions, in the order of their ids. As long as they lie close together a walk
/// over the table costs less than a search for each.
fn open_rows(view: &dyn View, ids: &[ExecutionId]) -> Result<Vec<ExecutionRow>, StoreError> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let range = KeyRange::new(Space::Rows, keys::id(*first), keys::after(&keys::id(*last)));
    let mut rows: Vec<ExecutionRow> = Vec::with_capacity(ids.len());
    let mut others = 0;
    view.scan(&range, &mut |key, value| {
        let id = keys::parse_id(Space::Rows, key)?;
        match ids.get(rows.len()) {
            Some(wanted) if *wanted == id => rows.push(row_of(id, value)?),
            Some(_) => others += 1,
            None => return Ok(ControlFlow::Break(())),
        }
        let scattered = others > rows.len() + SCATTERED_MIN;
        Ok(if scattered { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    for id in ids.iter().skip(rows.len()) {
        rows.push(indexed_row(view, Space::Open, *id)?);
    }
    Ok(rows)
}

/// The row that an index entry of the same view names.
fn indexed_row(view: &dyn View, space: Space, id: ExecutionId) -> Result<ExecutionRow, StoreError> {
    read_row(view, id)?.ok_or_else(|| {
        StoreError::corrupt(format!("table {} names execution {id}, which has no row", space.name()))
    })
}

/// A batch of an execution's journal.
fn batch(id: ExecutionId, first_seq: u64, value: &[u8]) -> Result<JournalBatch, StoreError> {
    codec::decode_batch(first_seq, value, || format!("the batch at sequence {first_seq} of execution {id}"))
}

/// First sequence of the last batch that begins at or before `seq`.
fn batch_holding(view: &dyn View, id: ExecutionId, seq: u64) -> Result<Option<u64>, StoreError> {
    if seq == 0 {
        // The journal begins there, so nothing begins before it.
        return Ok(view.get(Space::Journal, &keys::journal(id, 0))?.map(|_| 0));
    }
    let range = KeyRange {
        reverse: true,
        keys_only: true,
        ..KeyRange::new(Space::Journal, keys::journal(id, 0), keys::after(&keys::journal(id, seq)))
    };
    let found = collect(view, &range, 1, |key, _| keys::parse_journal(key))?;
    Ok(found.first().map(|(_, first_seq)| *first_seq))
}

/// Batches must follow each other, hold `from`, and end where the row says (`end`, when all were read).
fn check_joined(
    id: ExecutionId,
    from: u64,
    batches: &[JournalBatch],
    end: Option<u64>,
) -> Result<(), StoreError> {
    let mut next = batches.first().map_or(from, |batch| batch.first_seq);
    for (index, batch) in batches.iter().enumerate() {
        if batch.first_seq != next {
            return Err(gap(id, next));
        }
        next = next.saturating_add(u64::from(batch.events));
        if index == 0 && next <= from {
            return Err(gap(id, next));
        }
    }
    match end {
        Some(end) if end != next => Err(gap(id, next.min(end))),
        _ => Ok(()),
    }
}

fn gap(id: ExecutionId, seq: u64) -> StoreError {
    StoreError::corrupt(format!("the journal of execution {id} breaks off at sequence {seq}"))
}

fn document(table: Table, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
    Ok(codec::unseal(value, || format!("document {key:?} of {table:?}"))?.to_vec())
}
