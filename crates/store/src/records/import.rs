//! Putting pieces back into an empty store, with the indexes that follow from them.
//!
//! It trusts nobody: a history that is not whole is refused, whatever the file
//! around it says.

use super::commit::lists;
use super::export::Tail;
use crate::export::Item;
use crate::keys::{self, Space};
use crate::kv::{Kv, Purpose, Write};
use crate::{ExecutionRow, ListKey, StoreError, codec};
use stateline_base::ExecutionId;

/// Bytes collected before they are written.
const WRITE_BYTES: u64 = 4 << 20;

/// Fills an engine that holds nothing.
pub(crate) struct Import<'a, K> {
    kv: &'a K,
    write: Write,
    bytes: u64,
    tail: Tail,
}

impl<'a, K: Kv> Import<'a, K> {
    pub(crate) fn into(kv: &'a K) -> Self {
        Import { kv, write: Write::new(Purpose::Restore), bytes: 0, tail: Tail::default() }
    }

    /// Takes the next piece; pieces come as they were handed out.
    pub(crate) fn take(&mut self, item: Item) -> Result<(), StoreError> {
        match item {
            Item::Standing(standing) => {
                let epoch = codec::seal(&[&standing.epoch.0.to_le_bytes()]);
                self.put(Space::Meta, keys::META_EPOCH, epoch);
            }
            Item::Execution(row) => self.execution(&row)?,
            Item::Batch(batch) => {
                let id = self.tail.execution().unwrap_or(ExecutionId::from_bytes([0; 16]));
                self.tail.joins(id, &batch)?;
                let key = keys::journal(id, batch.first_seq);
                self.put(Space::Journal, key, codec::encode_batch(batch.events, &batch.bytes));
            }
            Item::Name { machine, name, id } => {
                check_fits([&*machine, &*name])?;
                self.put(Space::Names, keys::name(&machine, &name), keys::id(id));
            }
            Item::Document { table, key, bytes } => {
                check_fits([&*key])?;
                self.put(Space::Tables, keys::table(table, &key), codec::seal(&[&bytes]));
            }
        }
        if self.bytes >= WRITE_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        self.tail.check()?;
        self.flush()
    }

    fn execution(&mut self, row: &ExecutionRow) -> Result<(), StoreError> {
        self.tail = self.tail.next(row)?;
        check_fits(lists(row).chain([&*row.machine, &*row.name]))?;
        let (id, place) = (keys::id(row.id), ListKey::of(row));
        self.put(Space::Rows, id, codec::encode_row(row)?);
        for list in lists(row) {
            self.put(Space::Lists, keys::list(list, None, place), []);
            self.put(Space::Lists, keys::list(list, Some(row.status), place), []);
        }
        if row.status.is_open() {
            self.put(Space::Open, id, []);
        }
        if let Some(at) = row.wake {
            self.put(Space::Due, keys::time(at, row.id), []);
        }
        if let Some(at) = row.expires {
            self.put(Space::Expiry, keys::time(at, row.id), []);
        }
        Ok(())
    }

    fn put(&mut self, space: Space, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let (key, value) = (key.into(), value.into());
        self.bytes += (key.len() + value.len()) as u64;
        self.write.put(space, key, value);
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.write.ops.is_empty() {
            return Ok(());
        }
        let write = std::mem::replace(&mut self.write, Write::new(Purpose::Restore));
        self.bytes = 0;
        Ok(self.kv.write(write)?)
    }
}

fn check_fits<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<(), StoreError> {
    match texts.into_iter().find(|text| !keys::fits(text)) {
        None => Ok(()),
        Some(text) => Err(StoreError::corrupt(format!(
            "a name or key of {} bytes is longer than any that a store takes",
            text.len()
        ))),
    }
}
