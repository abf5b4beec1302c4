//! Backups: all that a store holds at one moment as one file, and back.
//!
//! The file is written and read from front to back, a part at a time, so it
//! may be a pipe or a connection, and memory does not grow with it.
//! `docs/format.md` describes it byte by byte.
//!
//! - `format.rs`: parts and the pieces in them as bytes.
//! - `write.rs`: from a store to a file, while the store goes on.
//! - `read.rs`: from a file to pieces; whatever is cut, changed or missing is told with its place.
//! - `restore.rs`: from pieces to a store that counts when all of it is durable, or not at all.
//!
//! When a moment was, and where bytes come from and go to, is the caller's.

mod format;
mod read;
mod restore;
mod write;

pub use format::BACKUP_FORMAT;
pub use restore::{check_backup, restore_embedded, restore_memory};
pub use write::write_backup;

use crate::{Epoch, Item, OpenError, StoreError, Table};
use serde::{Deserialize, Serialize};
use stateline_base::Timestamp;

/// What a backup is, and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupFacts {
    /// The moment that it shows, by the clock of whoever took it.
    pub taken: Timestamp,
    /// Version of the program that took it.
    pub program: String,
    /// Epoch of the store's owner.
    pub epoch: Epoch,
    /// Number of the last commit in it, where the store counts them.
    pub group: Option<u64>,
    /// What there is in it.
    pub counts: BackupCounts,
}

/// How much there is in a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupCounts {
    /// Executions that are open.
    pub open: u64,
    /// Executions that have closed.
    pub closed: u64,
    /// Batches of their journals.
    pub batches: u64,
    /// Events in the batches.
    pub events: u64,
    /// Names of executions.
    pub names: u64,
    /// State machines.
    pub machines: u64,
    /// Documents of all kinds, state machines among them.
    pub documents: u64,
}

impl BackupCounts {
    fn count(&mut self, item: &Item) {
        match item {
            Item::Standing(_) => {}
            Item::Execution(row) if row.status.is_open() => self.open += 1,
            Item::Execution(_) => self.closed += 1,
            Item::Batch(batch) => {
                self.batches += 1;
                self.events += u64::from(batch.events);
            }
            Item::Name { .. } => self.names += 1,
            Item::Document { table, .. } => {
                self.documents += 1;
                self.machines += u64::from(*table == Table::StateMachines);
            }
        }
    }
}

/// Why a backup was not taken. What was written of it says so itself, as far as it could be written.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store holds what cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be written.
    #[error("the backup could not be written: {0}")]
    Out(std::io::Error),
    /// The caller wanted no more of it.
    #[error("the backup was given up: {0}")]
    Stopped(String),
}

/// Why a backup was not restored, or is none. Nothing was put into place.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It does not begin as a backup does.
    #[error(
        "this is no backup: it does not begin with the line \"stateline backup, format N\", as what `stateline backup` writes does"
    )]
    NotABackup,
    /// It is of a newer program.
    #[error(
        "the backup has format {format}, and this program knows formats up to {BACKUP_FORMAT}; use the version that wrote it, or a newer one"
    )]
    Newer {
        /// Its format.
        format: u64,
    },
    /// It ends too early.
    #[error(
        "the backup is cut: it ends at byte {offset}, within or before its part {part}, and its end is missing"
    )]
    Cut {
        /// Counted from 0; the first is the head.
        part: u32,
        /// Bytes that there are.
        offset: u64,
    },
    /// Something in it is not what was written.
    #[error("part {part} of the backup, which begins at byte {offset}, is damaged: {what}")]
    Damaged {
        /// Counted from 0; the first is the head.
        part: u32,
        /// Where the part begins.
        offset: u64,
        /// How it shows.
        what: String,
    },
    /// Whoever took it could not finish, and says why.
    #[error("the backup was not finished when it was taken: {0}")]
    Unfinished(String),
    /// It could not be read.
    #[error("the backup cannot be read: {0}")]
    Read(std::io::Error),
    /// The data directory.
    #[error(transparent)]
    Directory(#[from] OpenError),
    /// The data could not be written.
    #[error(transparent)]
    Store(StoreError),
}
