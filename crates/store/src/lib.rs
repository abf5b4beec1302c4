//! The durable store: journals of executions, their rows, the indexes over
//! them, and small named documents.
//!
//! The store knows keys, rows and codecs and nothing of what they mean: a
//! batch of events is opaque bytes, and so is the body of a row. It keeps the
//! indexes (name, list, wake-up, open, retention) by itself, from the old and
//! the new row of an execution, in the same atomic write as the events. What
//! an execution is, when it is over and what its wake-up does belong to the
//! engine and the runtime, which call this crate from threads of their own:
//! every call here blocks.
//!
//! # What it promises
//!
//! - [`Store::commit`] is all or nothing, and durable when it returns `Ok`.
//! - A batch is accepted only where the store's own journal ends
//!   ([`Append::expected_seq`]), so two writers cannot interleave.
//! - Every value carries a checksum, and the batches of a journal must join
//!   without a gap up to the row's `next_seq`; otherwise the answer is
//!   [`StoreError::Corrupt`], never less data than was stored.
//!
//! # What it is not
//!
//! Not a general database: no queries beyond those of the [`Store`] trait, no
//! transactions that read and write, one owner at a time.
//!
//! Two implementations share one record layer (`records/`) over a key-value
//! seam (`kv.rs`), so they cannot disagree about anything but durability:
//! [`EmbeddedStore`] on disk, [`MemStore`] in memory with faults on demand.

mod backup;
mod codec;
mod embedded;
mod error;
mod export;
mod keys;
mod kv;
mod memory;
mod records;
mod row;
mod store;

pub use backup::{
    BACKUP_FORMAT, BackupError, BackupFacts, RestoreError, check_backup, restore_embedded, restore_memory,
    write_backup,
};
pub use embedded::{DATA_FORMAT, EmbeddedStore, Options, open_embedded};
pub use error::{CommitError, OpenError, StoreError};
pub use export::{Item, Standing, TakeItem};
pub use memory::{Fault, FaultPlan, MemStore};
pub use row::{ExecutionRow, Status};
pub use store::{Append, Epoch, Group, JournalBatch, ListKey, ListQuery, Put, Store, StoreFacts, Table};
