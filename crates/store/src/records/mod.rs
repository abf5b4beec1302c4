//! Records over keys: executions with their journals and indexes, documents,
//! epochs. Everything both stores have in common; durability is theirs.
//!
//! Writers take one lock for their whole call, so a write may read what it
//! needs without anything changing under it. Readers take no lock and see one
//! consistent view.

mod commit;
mod expire;
mod export;
mod import;
mod known;
mod read;

pub(crate) use import::Import;

use crate::keys::{self, Space};
use crate::kv::{Kv, Purpose, View, Write};
use crate::{CommitError, Epoch, ExecutionRow, StoreError, codec};
use known::{Floor, Known, KnownRows};
use stateline_base::ExecutionId;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The record layer of one store.
pub(crate) struct Records<K> {
    kv: K,
    writer: Mutex<Writer>,
    due_floor: Floor,
    expiry_floor: Floor,
}

/// What writers share.
struct Writer {
    epoch: Epoch,
    known: KnownRows,
    /// The first failure after which no write is accepted.
    poisoned: Option<String>,
}

impl<K: Kv> Records<K> {
    /// Over an engine that is open.
    ///
    /// # Errors
    /// When the epoch cannot be read.
    pub(crate) fn open(kv: K) -> Result<Self, StoreError> {
        let epoch = read_epoch(&*kv.view())?;
        let writer = Writer { epoch, known: KnownRows::default(), poisoned: None };
        Ok(Records {
            kv,
            writer: Mutex::new(writer),
            due_floor: Floor::default(),
            expiry_floor: Floor::default(),
        })
    }

    /// The engine.
    pub(crate) fn kv(&self) -> &K {
        &self.kv
    }

    /// Stores the next epoch; `_owner` is for stores that several processes share.
    pub(crate) fn acquire(&self, _owner: &str) -> Result<Epoch, StoreError> {
        let mut writer = self.lock();
        writer.check_usable()?;
        let epoch = Epoch(writer.epoch.0 + 1);
        let mut write = Write::new(Purpose::Acquire);
        write.put(Space::Meta, keys::META_EPOCH, codec::seal(&[&epoch.0.to_le_bytes()]));
        self.write(&mut writer, write)?;
        writer.epoch = epoch;
        Ok(epoch)
    }

    /// A panic while the lock was held cannot leave the writer half changed: it is changed last.
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a write to the engine and remembers a failure that forbids further ones.
    fn write(&self, writer: &mut Writer, write: Write) -> Result<(), CommitError> {
        let outcome = self.kv.write(write);
        if let Err(CommitError::Poisoned(cause)) = &outcome {
            tracing::error!(cause, "a write failed; the store takes no more writes until it is opened again");
            writer.poisoned = Some(cause.clone());
        }
        outcome
    }
}

impl Writer {
    fn check_usable(&self) -> Result<(), CommitError> {
        match &self.poisoned {
            Some(cause) => Err(CommitError::Poisoned(cause.clone())),
            None => Ok(()),
        }
    }
}

/// Implements [`crate::Store`] for a type with a field `records` that points to [`Records`] and a
/// method `own_facts`.
macro_rules! store_by_records {
    ($store:ty) => {
        impl Store for $store {
            fn commit(&self, group: &Group) -> Result<(), CommitError> {
                self.records.commit(group)
            }

            fn acquire(&self, owner: &str) -> Result<Epoch, StoreError> {
                self.records.acquire(owner)
            }

            fn open_executions(
                &self,
                after: Option<ExecutionId>,
                limit: usize,
            ) -> Result<Vec<ExecutionRow>, StoreError> {
                self.records.open_executions(after, limit)
            }

            fn execution(&self, id: ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
                self.records.execution(id)
            }

            fn journal(
                &self,
                id: ExecutionId,
                from: u64,
                limit: usize,
            ) -> Result<Vec<JournalBatch>, StoreError> {
                self.records.journal(id, from, limit)
            }

            fn find_by_name(&self, machine: &str, name: &str) -> Result<Option<ExecutionId>, StoreError> {
                self.records.find_by_name(machine, name)
            }

            fn list(&self, query: &ListQuery) -> Result<Vec<ExecutionRow>, StoreError> {
                self.records.list(query)
            }

            fn due(&self, at: Timestamp, limit: usize) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
                self.records.due(at, limit)
            }

            fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
                self.records.next_due()
            }

            fn expire(&self, at: Timestamp, limit: usize) -> Result<usize, StoreError> {
                self.records.expire(at, limit)
            }

            fn facts(&self) -> Result<StoreFacts, StoreError> {
                self.own_facts()
            }

            fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
                self.records.get(table, key)
            }

            fn scan(
                &self,
                table: Table,
                after: Option<&str>,
                limit: usize,
            ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
                self.records.scan(table, after, limit)
            }

            fn export(
                &self,
                take: &mut crate::TakeItem<'_>,
            ) -> Result<std::ops::ControlFlow<()>, StoreError> {
                self.records.export(take)
            }
        }
    };
}
pub(crate) use store_by_records;

fn read_epoch(view: &dyn View) -> Result<Epoch, StoreError> {
    let Some(value) = view.get(Space::Meta, keys::META_EPOCH)? else {
        return Ok(Epoch::default());
    };
    let content = codec::unseal(&value, || "the epoch".to_owned())?;
    let bytes = content.try_into().map_err(|_| StoreError::corrupt("the epoch is not a number"))?;
    Ok(Epoch(u64::from_le_bytes(bytes)))
}

fn read_row(view: &dyn View, id: ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
    view.get(Space::Rows, &keys::id(id))?.map(|value| row_of(id, &value)).transpose()
}

/// What stands under an execution's id.
fn row_of(id: ExecutionId, value: &[u8]) -> Result<ExecutionRow, StoreError> {
    let row = codec::decode_row(value, || format!("the row of execution {id}"))?;
    if row.id != id {
        return Err(StoreError::corrupt(format!("the row of execution {id} is the one of {}", row.id)));
    }
    Ok(row)
}

impl From<&ExecutionRow> for Known {
    fn from(row: &ExecutionRow) -> Self {
        Known {
            next_seq: row.next_seq,
            status: row.status,
            wake: row.wake,
            expires: row.expires,
            identity: known::identity(row),
        }
    }
}
