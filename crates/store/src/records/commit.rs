//! Turning a group into one write: checks, events, rows, and the changes of
//! the indexes that follow from the old and the new row.

use super::known::Known;
use super::{Records, Writer, read_row};
use crate::keys::{self, Space, TEXT_BYTES_MAX};
use crate::kv::{Kv, Purpose, View, Write};
use crate::{Append, CommitError, ExecutionRow, Group, ListKey, Put, codec};
use stateline_base::{ExecutionId, Timestamp};
use std::collections::BTreeMap;

impl<K: Kv> Records<K> {
    /// See [`crate::Store::commit`].
    pub(crate) fn commit(&self, group: &Group) -> Result<(), CommitError> {
        let mut writer = self.lock();
        writer.check_usable()?;
        if group.epoch != writer.epoch {
            return Err(CommitError::Fenced);
        }
        if group.appends.is_empty() && group.puts.is_empty() {
            return Ok(());
        }
        let plan = Plan::make(&writer, &*self.kv.view(), group)?;
        let outcome = self.write(&mut writer, plan.write);
        match outcome {
            Ok(()) => plan.changed.into_iter().for_each(|(id, known)| writer.known.remember(id, known)),
            // The rows may or may not be the new ones: they are read again when needed.
            Err(CommitError::Unknown) => {
                plan.changed.keys().for_each(|id| writer.known.forget(*id));
            }
            Err(_) => return outcome,
        }
        plan.wakes.into_iter().for_each(|at| self.due_floor.lower(at));
        plan.expiries.into_iter().for_each(|at| self.expiry_floor.lower(at));
        outcome
    }
}

/// A checked group, ready to write.
struct Plan {
    write: Write,
    /// What the rows will be, for checks within the group and to remember afterwards.
    changed: BTreeMap<ExecutionId, Known>,
    wakes: Vec<Timestamp>,
    expiries: Vec<Timestamp>,
    /// An execution or a document occurs more than once.
    repeats: bool,
}

impl Plan {
    fn make(writer: &Writer, view: &dyn View, group: &Group) -> Result<Plan, CommitError> {
        let mut plan = Plan {
            write: Write::new(Purpose::Commit),
            changed: BTreeMap::new(),
            wakes: Vec::new(),
            expiries: Vec::new(),
            repeats: group.puts.len() > 1,
        };
        for append in &group.appends {
            plan.append(writer, view, append)?;
        }
        for put in &group.puts {
            plan.document(put)?;
        }
        if plan.repeats {
            plan.write.keep_last();
        }
        Ok(plan)
    }

    fn append(&mut self, writer: &Writer, view: &dyn View, append: &Append) -> Result<(), CommitError> {
        check_append(append)?;
        let old = match self.changed.get(&append.id) {
            Some(known) => {
                self.repeats = true;
                Some(*known)
            }
            None => match writer.known.get(append.id) {
                Some(known) => Some(known),
                None => read_row(view, append.id)?.as_ref().map(Known::from),
            },
        };
        if old.map_or(0, |known| known.next_seq) != append.expected_seq {
            return Err(CommitError::Conflict { id: append.id });
        }
        let new = Known::from(&append.row);
        if old.is_some_and(|old| old.identity != new.identity) {
            return Err(refused(append.id, "changes its machine, name, start or lists"));
        }
        if append.events > 0 {
            let key = keys::journal(append.id, append.expected_seq);
            self.write.put(Space::Journal, key, codec::encode_batch(append.events, &append.bytes));
        }
        self.write.put(Space::Rows, keys::id(append.id), codec::encode_row(&append.row)?);
        self.index(old, new, &append.row);
        self.changed.insert(append.id, new);
        Ok(())
    }

    /// Moves the row from where the indexes had it to where they have it now.
    fn index(&mut self, old: Option<Known>, new: Known, row: &ExecutionRow) {
        let id = keys::id(row.id);
        if old.is_none() {
            self.write.put(Space::Names, keys::name(&row.machine, &row.name), id);
            for list in lists(row) {
                self.write.put(Space::Lists, keys::list(list, None, ListKey::of(row)), []);
            }
        }
        let (was, is) = (old.map(|old| old.status), Some(new.status));
        if was != is {
            let place = ListKey::of(row);
            for list in lists(row) {
                if was.is_some() {
                    self.write.delete(Space::Lists, keys::list(list, was, place));
                }
                self.write.put(Space::Lists, keys::list(list, is, place), []);
            }
        }
        let was_open = old.is_some_and(|old| old.status.is_open());
        match (was_open, new.status.is_open()) {
            (false, true) => self.write.put(Space::Open, id, []),
            (true, false) => self.write.delete(Space::Open, id),
            _ => {}
        }
        self.retime(Space::Due, old.and_then(|old| old.wake), new.wake, row.id);
        self.retime(Space::Expiry, old.and_then(|old| old.expires), new.expires, row.id);
    }

    fn retime(&mut self, space: Space, old: Option<Timestamp>, new: Option<Timestamp>, id: ExecutionId) {
        if old == new {
            return;
        }
        if let Some(at) = old {
            self.write.delete(space, keys::time(at, id));
        }
        if let Some(at) = new {
            self.write.put(space, keys::time(at, id), []);
            match space {
                Space::Due => self.wakes.push(at),
                _ => self.expiries.push(at),
            }
        }
    }

    fn document(&mut self, put: &Put) -> Result<(), CommitError> {
        if !keys::fits(&put.key) {
            return Err(CommitError::Io(format!(
                "a key of {} bytes in {:?}; at most {TEXT_BYTES_MAX} are allowed",
                put.key.len(),
                put.table
            )));
        }
        let key = keys::table(put.table, &put.key);
        match &put.bytes {
            Some(bytes) => self.write.put(Space::Tables, key, codec::seal(&[bytes])),
            None => self.write.delete(Space::Tables, key),
        }
        Ok(())
    }
}

/// The lists that a row stands in.
pub(super) fn lists(row: &ExecutionRow) -> impl Iterator<Item = &str> {
    std::iter::once(row.list()).chain(row.lists.iter().map(String::as_str))
}

/// A caller that contradicts itself is told so before anything is written.
fn check_append(append: &Append) -> Result<(), CommitError> {
    let row = &append.row;
    if row.id != append.id {
        return Err(refused(append.id, "comes with the row of another execution"));
    }
    if append.expected_seq.checked_add(u64::from(append.events)) != Some(row.next_seq) {
        return Err(refused(append.id, "comes with a row whose next_seq does not follow its events"));
    }
    if append.events == 0 && !append.bytes.is_empty() {
        return Err(refused(append.id, "has bytes but no events"));
    }
    if row.status.is_open() && row.expires.is_some() {
        return Err(refused(append.id, "sets an expiry on an open execution"));
    }
    if !lists(row).all(keys::fits) || !keys::fits(&row.machine) || !keys::fits(&row.name) {
        return Err(refused(append.id, "has a machine, list or name that is too long for a key"));
    }
    Ok(())
}

fn refused(id: ExecutionId, why: &str) -> CommitError {
    CommitError::Io(format!("the batch of execution {id} {why}"))
}
