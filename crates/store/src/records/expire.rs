//! Retention: deleting closed executions with all that belongs to them.

use super::commit::lists;
use super::read::{collect, journal_end};
use super::{Records, read_row};
use crate::keys::{self, Space};
use crate::kv::{KeyRange, Kv, Purpose, View, Write};
use crate::{ExecutionRow, ListKey, StoreError, Table};
use stateline_base::{ExecutionId, Timestamp};

/// Keys deleted in one write, unless a single execution has more: keeps the pause for commits short.
const DELETIONS_MAX: usize = 8_192;

impl<K: Kv> Records<K> {
    /// See [`crate::Store::expire`].
    pub(crate) fn expire(&self, at: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut writer = self.lock();
        writer.check_usable()?;
        let expired = self.expired(at, limit)?;
        let mut write = Write::new(Purpose::Expire);
        let mut deleted = Vec::new();
        {
            let view = self.kv.view();
            for (expires, id) in expired {
                if write.ops.len() >= DELETIONS_MAX {
                    break;
                }
                write.delete(Space::Expiry, keys::time(expires, id));
                if let Some(row) = read_row(&*view, id)? {
                    delete(&mut write, &*view, &row)?;
                }
                deleted.push(id);
            }
        }
        if deleted.is_empty() {
            return Ok(0);
        }
        self.write(&mut writer, write)?;
        deleted.iter().for_each(|id| writer.known.forget(*id));
        Ok(deleted.len())
    }
}

/// Deletes an execution's journal, row and index entries, save the one in the index of expiries.
fn delete(write: &mut Write, view: &dyn View, row: &ExecutionRow) -> Result<(), StoreError> {
    let all = KeyRange::new(Space::Journal, keys::journal(row.id, 0), journal_end(row.id));
    let range = KeyRange { keys_only: true, ..all };
    for key in collect(view, &range, usize::MAX, |key, _| Ok(key.to_vec()))? {
        write.delete(Space::Journal, key);
    }
    write.delete(Space::Rows, keys::id(row.id));
    if let Some(wake) = row.wake {
        write.delete(Space::Due, keys::time(wake, row.id));
    }
    for map_run in &row.map_runs {
        write.delete(Space::Tables, keys::table(Table::MapRuns, map_run));
    }
    let place = ListKey::of(row);
    for list in lists(row) {
        write.delete(Space::Lists, keys::list(list, None, place));
        write.delete(Space::Lists, keys::list(list, Some(row.status), place));
    }
    if names(view, row)? == Some(row.id) {
        write.delete(Space::Names, keys::name(&row.machine, &row.name));
    }
    Ok(())
}

/// A younger execution may have taken the name over; then the entry is its own.
fn names(view: &dyn View, row: &ExecutionRow) -> Result<Option<ExecutionId>, StoreError> {
    let found = view.get(Space::Names, &keys::name(&row.machine, &row.name))?;
    found.map(|value| keys::parse_id(Space::Names, &value)).transpose()
}
