//! The engine behind the seam: one database, one key space a table, one batch
//! a write. All calls into it go through [`guarded`], because it panics on
//! some forms of damage.

use super::Options;
use super::directory::{Directory, at, sync_below};
use super::mark::Mark;
use super::scan::{GROUP_KEY, group_number, group_value};
use super::space::Headroom;
use crate::keys::Space;
use crate::kv::{KeyRange, Kv, Purpose, View, Visit, Write};
use crate::{CommitError, OpenError, StoreError};
use fjall::compaction::Leveled;
use fjall::{
    CompressionType, Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode, Readable,
    Snapshot,
};
use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Journal files kept until their contents are in tables. The least the engine allows: recovery reads them all.
const JOURNAL_FILES_BYTES: u64 = 64 << 20;
/// Threads that write tables out and merge them; with two, a long merge does not hold up the writing out.
const WORKERS: usize = 2;
/// Files kept open.
const OPEN_FILES: usize = 256;
/// Memory for the newest writes of a busy table, held twice while it is written out.
const BUSY_BUFFER_BYTES: u64 = 4 << 20;
/// The same for tables of keys only: some ten thousand entries.
const QUIET_BUFFER_BYTES: u64 = 1 << 20;
/// Tables are merged in files of this size, so that a merge needs little free space.
const TABLE_FILE_BYTES: u64 = 16 << 20;
/// Blob files of this size: old ones are freed sooner than with the engine's 64 MiB.
const BLOB_FILE_BYTES: u64 = 32 << 20;
/// What buffers and files of a store with small files are a part of.
const SMALL_PARTS: u64 = 64;
/// Batches of events from this size on live in blob files, so that merging tables does not copy them.
///
/// Measured with 300,000 batches of 600 bytes: 1.9 bytes written and 1.0 kept a byte of payload,
/// against 3.5 and 1.6 inline, at the same processor time and the same time to read a journal.
/// Below it the pointer costs as much as the value.
const JOURNAL_SEPARATION_BYTES: u32 = 192;
/// The same for rows, which are written again and again: a small old one costs less as a table entry
/// that a merge drops than as a hole in a blob file.
const ROWS_SEPARATION_BYTES: u32 = 1_024;

pub(crate) struct FjallKv {
    spaces: Vec<Keyspace>,
    db: Database,
    durability: PersistMode,
    /// Number of the last durable group. Only the writer changes it.
    group: AtomicU64,
    /// Without syncs nothing is promised after a loss of power, so there is nothing to mark.
    mark: Option<Mark>,
    headroom: Headroom,
}

/// Makes the engine's files beside their place and moves them there when they are whole.
pub(super) fn create(directory: &Directory, options: &Options) -> Result<(), OpenError> {
    if let Some(number) = Mark::read(&directory.mark_path())?.filter(|number| *number > 0) {
        return Err(directory.damaged(format!("the folder db is missing, though it held {number} commits")));
    }
    let nursery = directory.nursery_path();
    if nursery.exists() {
        fs::remove_dir_all(&nursery).map_err(at(&nursery))?;
    }
    guarded(|| open_spaces(&nursery, options).map(drop)).map_err(|what| directory.damaged(what))?;
    directory.adopt_nursery()
}

/// Fills new engine files beside their place. They are durable when it returns `Ok`.
pub(super) fn fill<T, E: From<OpenError>>(
    directory: &Directory,
    fill: impl FnOnce(&FjallKv) -> Result<T, E>,
) -> Result<T, E> {
    let nursery = directory.nursery_path();
    let failed = |what: String| directory.refused(format!("the data could not be restored: {what}"));
    // One sync at the end is enough, because until then nothing counts.
    let options = Options { sync: false, ..Options::default() };
    let kv = FjallKv::over(&nursery, directory.path(), &options).map_err(failed)?;
    let filled = fill(&kv)?;
    guarded(|| kv.db.persist(PersistMode::SyncAll)).map_err(failed)?;
    drop(kv);
    sync_below(&nursery).map_err(at(&nursery))?;
    Ok(filled)
}

fn open_spaces(path: &Path, options: &Options) -> fjall::Result<(Database, Vec<Keyspace>)> {
    let db = Database::builder(path)
        .cache_size(options.cache_bytes)
        .worker_threads(WORKERS)
        .max_cached_files(Some(OPEN_FILES))
        .max_journaling_size(JOURNAL_FILES_BYTES)
        // Our scan reads the journal too, and most of it is gone within a minute.
        .journal_compression(CompressionType::None)
        .manual_journal_persist(true)
        .open()?;
    let spaces: fjall::Result<Vec<Keyspace>> =
        Space::ALL.iter().map(|space| db.keyspace(space.name(), || space_options(*space, options))).collect();
    Ok((db, spaces?))
}

fn space_options(space: Space, options: &Options) -> KeyspaceCreateOptions {
    let parts = if options.small_files { SMALL_PARTS } else { 1 };
    let merging = Leveled::default().with_table_target_size(TABLE_FILE_BYTES / parts);
    let options = KeyspaceCreateOptions::default().compaction_strategy(Arc::new(merging));
    let separated = |from: u32| {
        let blobs = KvSeparationOptions::default().separation_threshold(from);
        Some(blobs.file_target_size(BLOB_FILE_BYTES / parts))
    };
    let busy = options.clone().max_memtable_size(BUSY_BUFFER_BYTES / parts);
    match space {
        Space::Journal => busy.with_kv_separation(separated(JOURNAL_SEPARATION_BYTES)),
        Space::Rows => busy.with_kv_separation(separated(ROWS_SEPARATION_BYTES)),
        _ => options.max_memtable_size(QUIET_BUFFER_BYTES / parts),
    }
}

impl FjallKv {
    /// Opens the engine in a directory that was checked and scanned.
    pub(super) fn open(directory: &Directory, options: &Options) -> Result<Self, OpenError> {
        let mut kv = FjallKv::over(&directory.engine_path(), directory.path(), options)
            .map_err(|what| directory.damaged(what))?;
        let last = kv
            .view()
            .get(Space::Meta, GROUP_KEY)
            .map_err(|error| directory.damaged(error.to_string()))?
            .map_or(Some(0), |value| group_number(&value))
            .ok_or_else(|| directory.damaged("the number of the last commit is damaged".to_owned()))?;
        directory.check_mark(Some(last))?;
        kv.group = AtomicU64::new(last);
        let mark = Mark::open(&directory.mark_path(), if options.sync { last } else { 0 })?;
        kv.mark = options.sync.then_some(mark);
        Ok(kv)
    }

    /// Over the engine's files in `path`; their group is not read yet, and nothing is marked.
    fn over(path: &Path, room: &Path, options: &Options) -> Result<Self, String> {
        let (db, spaces) = guarded(|| open_spaces(path, options))?;
        Ok(FjallKv {
            spaces,
            db,
            durability: if options.sync { PersistMode::SyncData } else { PersistMode::Buffer },
            group: AtomicU64::new(0),
            mark: None,
            headroom: Headroom::of(room.to_owned()),
        })
    }

    fn space(&self, space: Space) -> &Keyspace {
        &self.spaces[space.index()]
    }
}

impl Kv for FjallKv {
    fn view(&self) -> Box<dyn View + '_> {
        Box::new(FjallView { kv: self, snapshot: self.db.snapshot() })
    }

    fn write(&self, write: Write) -> Result<(), CommitError> {
        self.headroom.check(write.bytes(), write.purpose == Purpose::Expire)?;
        let number = self.group.load(Ordering::Acquire) + 1;
        let mut batch = fjall::OwnedWriteBatch::with_capacity(self.db.clone(), write.ops.len() + 1)
            .durability(Some(self.durability));
        for op in write.ops {
            match op.value {
                Some(value) => batch.insert(self.space(op.space), op.key, value),
                None => batch.remove(self.space(op.space), op.key),
            }
        }
        // The scan looks for it in the last item of each batch.
        batch.insert(self.space(Space::Meta), GROUP_KEY, group_value(number));
        guarded(|| batch.commit()).map_err(CommitError::Poisoned)?;
        self.group.store(number, Ordering::Release);
        if let Some(mark) = &self.mark
            && let Err(error) = mark.set(number)
        {
            tracing::warn!(%error, "the mark of acknowledged commits was not written; the commit itself is durable");
        }
        Ok(())
    }
}

struct FjallView<'a> {
    kv: &'a FjallKv,
    snapshot: Snapshot,
}

impl View for FjallView<'_> {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let keyspace = self.kv.space(space);
        let found = guarded(|| self.snapshot.get(keyspace, key)).map_err(|what| damaged(space, &what))?;
        Ok(found.map(|value| value.to_vec()))
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if range.is_empty() {
            return Ok(());
        }
        let keyspace = self.kv.space(range.space);
        let bounds = &range.from[..]..&range.to[..];
        let mut pairs = guarded(|| Ok(self.snapshot.range(keyspace, bounds)))
            .map_err(|what| damaged(range.space, &what))?;
        loop {
            let pair = guarded(|| {
                let next = if range.reverse { pairs.next_back() } else { pairs.next() };
                let Some(guard) = next else { return Ok(None) };
                if range.keys_only {
                    return guard.key().map(|key| Some((key, None)));
                }
                guard.into_inner().map(|(key, value)| Some((key, Some(value))))
            });
            let Some((key, value)) = pair.map_err(|what| damaged(range.space, &what))? else {
                return Ok(());
            };
            if visit(&key, value.as_deref().unwrap_or_default())? == ControlFlow::Break(()) {
                return Ok(());
            }
        }
    }
}

fn damaged(space: Space, what: &str) -> StoreError {
    StoreError::corrupt(format!("table {}: {what}", space.name()))
}

/// Calls the engine and turns its errors and panics into words.
///
/// What a panic leaves behind inside the engine is never relied upon: a write
/// that panicked poisons the store, and a read has changed nothing.
fn guarded<T>(call: impl FnOnce() -> fjall::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(in_words(&error)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("the storage engine gave up: {}", text.unwrap_or("no reason given")))
        }
    }
}

fn in_words(error: &fjall::Error) -> String {
    match error {
        fjall::Error::Io(error) => format!("the system refused it: {error}"),
        fjall::Error::Storage(fjall::LsmError::Io(error)) => format!("the system refused it: {error}"),
        fjall::Error::Storage(error) => format!("a table file is damaged or missing ({error:?})"),
        fjall::Error::JournalRecovery(error) => format!("the journal is damaged ({error:?})"),
        fjall::Error::Poisoned => {
            "the storage engine stopped after a failed write in the background".to_owned()
        }
        fjall::Error::Locked => "the folder db is in use by another program".to_owned(),
        fjall::Error::Unrecoverable => "the storage engine cannot recover its files".to_owned(),
        other => format!("the storage engine reports {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Records;
    use crate::{Epoch, Group, Put, Table};

    #[test]
    fn a_full_disk_refuses_commits_and_harms_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let directory = Directory::open(dir.path()).expect("a directory");
        create(&directory, &Options::default()).expect("a new store");
        let mut kv = FjallKv::open(&directory, &Options::default()).expect("a store");
        let free = Arc::new(AtomicU64::new(u64::MAX));
        let probe = Arc::clone(&free);
        kv.headroom = Headroom::with(Box::new(move || Some(probe.load(Ordering::Relaxed))));
        let records = Records::open(kv).expect("records");
        let epoch: Epoch = records.acquire("test").expect("an epoch");
        let group = |text: &str| Group {
            epoch,
            appends: vec![],
            puts: vec![Put { table: Table::Tags, key: "k".to_owned(), bytes: Some(text.into()) }],
        };
        records.commit(&group("before")).expect("a commit");
        free.store(1 << 20, Ordering::Relaxed);
        for _ in 0..2 {
            assert!(matches!(records.commit(&group("meanwhile")), Err(CommitError::Full(_))));
            assert_eq!(records.get(Table::Tags, "k"), Ok(Some(b"before".to_vec())));
        }
        free.store(u64::MAX, Ordering::Relaxed);
        records.commit(&group("after")).expect("a commit");
        assert_eq!(records.get(Table::Tags, "k"), Ok(Some(b"after".to_vec())));
    }
}
