//! The store on the local disk: a log-structured engine (`fjall` 3) in a
//! directory of its own, with our own guards around it.
//!
//! ```text
//! DIR/lock       held while the store is open; the holder's process id
//! DIR/format     which layout the directory has
//! DIR/mark       how far commits were acknowledged
//! DIR/db/        the engine's files
//! DIR/restoring  only while a restore is under way, or was broken off
//! ```
//!
//! # What the engine does, and what we add
//!
//! Read in its source (3.1) and measured by `tests/all/damage.rs` and
//! `tests/all/crash.rs`:
//!
//! - A group is one engine batch, written to the engine's journal and synced
//!   (`fdatasync`) under one lock before it shows anywhere. When the journal
//!   rotates, the old file is synced and the new one and its folder entry are
//!   synced before the lock is free, so no commit falls between two files; the
//!   price is a pause of some milliseconds for the commit that meets it.
//! - A torn tail (zeros, or a cut inside the last batch) is dropped silently
//!   by the engine, which is right: it was never acknowledged. But a damaged
//!   byte in the middle of the journal may be taken for a torn tail as well,
//!   and then *everything after it* is cut off, silently and on disk. And a
//!   last batch whose pages reached the disk out of order is refused for ever.
//!   So we read the journal before the engine does (`scan.rs`): damage with
//!   whole batches behind it is refused and nothing is touched; a torn last
//!   batch is cut off with a warning.
//! - Each batch carries a number, and the number of the last acknowledged one
//!   is kept in `mark`, written after the sync and not synced itself. A store
//!   that has less than its mark is refused. After a crash of the process the
//!   mark is exact; after a loss of power it may be older, and then a damaged
//!   last batch cannot be told from a torn one.
//! - Blocks of tables and blob files carry the engine's checksums, and every
//!   value carries ours; damage shows when it is read ([`StoreError::Corrupt`]).
//! - The list of a table's files has a checksum that the engine does not
//!   check: it forgets and deletes files that a damaged list leaves out. We
//!   check it first (`manifest.rs`). Panics of the engine become errors.
//! - After a failed write or sync nothing more is written until the directory
//!   is opened again, because the system may have dropped what it could not
//!   write. What the journal holds behind the mark is written and synced once
//!   more then: after a failed sync it could be read and yet never reach the
//!   disk. To stay clear of that for want of space, a commit is refused with
//!   [`CommitError::Full`] while some space is still left.

mod directory;
mod engine;
mod manifest;
mod mark;
mod scan;
mod space;

use crate::records::Records;
use crate::store::{Epoch, Group, JournalBatch, ListQuery, Store, StoreFacts, Table};
use crate::{CommitError, ExecutionRow, OpenError, StoreError};
pub use directory::DATA_FORMAT;
use directory::Directory;
use engine::FjallKv;
use stateline_base::{ExecutionId, Timestamp};
use std::path::Path;

/// How to open a store on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Bytes of blocks kept in memory for reads.
    pub cache_bytes: u64,
    /// Sync each commit. Without it a loss of power may take the last commits
    /// along (a crash of the process does not).
    pub sync: bool,
    /// Make a new store with small buffers and files, so that few commits see flushes and merges.
    /// For tests; a store that is there keeps what it was made with.
    pub small_files: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { cache_bytes: 32 << 20, sync: true, small_files: false }
    }
}

/// A store in a directory of the local disk, open until it is dropped.
pub struct EmbeddedStore {
    /// Before the directory, so that the lock is given back last.
    records: Records<FjallKv>,
    directory: Directory,
}

/// Opens the store in `path`, creating it where there is none.
///
/// # Errors
/// See [`OpenError`]; a refused directory is left as it is.
pub fn open_embedded(path: impl AsRef<Path>, options: Options) -> Result<EmbeddedStore, OpenError> {
    let directory = Directory::open(path.as_ref())?;
    directory.check_restored()?;
    if !directory.has_engine() {
        engine::create(&directory, &options)?;
    }
    let records = open_records(&directory, &options)?;
    Ok(EmbeddedStore { records, directory })
}

/// Makes a data directory out of what `fill` puts into an empty engine. It is no data directory until
/// all of that is durable and was opened once; a process that ends before leaves the mark of a restore.
pub(crate) fn restore<T, E: From<OpenError>>(
    path: &Path,
    fill: impl FnOnce(&FjallKv) -> Result<T, E>,
) -> Result<T, E> {
    // Before the lock: a folder that is refused is left as it is.
    directory::check_free(path)?;
    let directory = Directory::open(path)?;
    directory.begin_restore()?;
    let adopt = |filled| {
        directory.adopt_nursery()?;
        open_records(&directory, &Options::default())?;
        directory.end_restore()?;
        Ok(filled)
    };
    let outcome = engine::fill(&directory, fill).and_then(adopt);
    if outcome.is_err()
        && let Err(error) = directory.give_restore_up()
    {
        tracing::warn!(%error, "what the restore has written could not be removed");
    }
    outcome
}

/// Opens the engine of a directory after everything that can be checked without it.
fn open_records(directory: &Directory, options: &Options) -> Result<Records<FjallKv>, OpenError> {
    directory.check_format()?;
    manifest::check(&directory.engine_path()).map_err(|damage| directory.damaged(damage))?;
    let marked = directory.marked()?;
    let found = scan::scan(&directory.engine_path(), marked).map_err(|damage| directory.damaged(damage))?;
    directory.check_mark(found.last_group)?;
    if let Some(torn) = &found.torn {
        torn.cut()?;
    }
    if options.sync {
        found.unsure.iter().try_for_each(scan::Unsure::write_again)?;
    }
    let kv = FjallKv::open(directory, options)?;
    Records::open(kv).map_err(|error| directory.damaged(error.to_string()))
}

impl EmbeddedStore {
    /// Bytes the directory takes on disk; holes in files do not count.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn disk_bytes(&self) -> Result<u64, StoreError> {
        self.directory.disk_bytes().map_err(|error| StoreError::Io(error.to_string()))
    }

    fn own_facts(&self) -> Result<StoreFacts, StoreError> {
        let path = Some(self.path().to_owned());
        Ok(StoreFacts { kind: Some("embedded"), path, bytes: Some(self.disk_bytes()?) })
    }

    /// The data directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }
}

crate::records::store_by_records!(EmbeddedStore);
