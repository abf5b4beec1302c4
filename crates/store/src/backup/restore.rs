//! From a backup to a store, or only to the knowledge that it would become one.

use super::read::Reader;
use super::{BackupFacts, RestoreError};
use crate::embedded;
use crate::keys::Space;
use crate::kv::{KeyRange, Kv, View, Visit, Write};
use crate::memory::MemStore;
use crate::records::Import;
use crate::{CommitError, StoreError};
use std::io::Read;
use std::path::Path;

/// Pieces between two reports of progress.
const REPORT_EVERY: u64 = 1_024;

/// Called now and then with what was read so far.
type Progress<'a> = dyn FnMut(&BackupFacts) + 'a;

/// Reads a backup to its end and says what is in it. `Ok` means that it is whole and can be restored.
///
/// # Errors
/// See [`RestoreError`].
pub fn check_backup(input: &mut dyn Read, progress: &mut Progress<'_>) -> Result<BackupFacts, RestoreError> {
    fill(&Nowhere, &mut Reader::open(input)?, progress)
}

/// Makes a data directory out of a backup. The folder must not be there yet, or be empty.
///
/// The data counts when all of it is there, checked and durable, and not before: a folder in which a
/// restore was broken off is not opened, and takes the next one.
///
/// # Errors
/// See [`RestoreError`].
pub fn restore_embedded(
    input: &mut dyn Read,
    path: impl AsRef<Path>,
    progress: &mut Progress<'_>,
) -> Result<BackupFacts, RestoreError> {
    // What is no backup at all leaves no trace.
    let mut reader = Reader::open(input)?;
    embedded::restore(path.as_ref(), |kv| fill(kv, &mut reader, progress))
}

/// Makes a store in memory out of a backup.
///
/// # Errors
/// See [`RestoreError`].
pub fn restore_memory(input: &mut dyn Read) -> Result<(MemStore, BackupFacts), RestoreError> {
    let mut reader = Reader::open(input)?;
    MemStore::filled(|kv| fill(kv, &mut reader, &mut |_| {}))
}

/// Puts every piece into an engine that holds nothing.
fn fill<K: Kv>(
    kv: &K,
    reader: &mut Reader<'_>,
    progress: &mut Progress<'_>,
) -> Result<BackupFacts, RestoreError> {
    let mut import = Import::into(kv);
    let mut pieces = 0u64;
    // What is wrong with a piece is wrong with the backup; what is refused is the disk's matter.
    let told = |reader: &Reader<'_>, error| match error {
        StoreError::Corrupt { what } => reader.damaged(what),
        other => RestoreError::Store(other),
    };
    while let Some(item) = reader.next_item()? {
        import.take(item).map_err(|error| told(reader, error))?;
        pieces += 1;
        if pieces.is_multiple_of(REPORT_EVERY) {
            progress(reader.facts());
        }
    }
    import.finish().map_err(|error| told(reader, error))?;
    progress(reader.facts());
    Ok(reader.facts().clone())
}

/// An engine that forgets.
struct Nowhere;

impl Kv for Nowhere {
    fn view(&self) -> Box<dyn View + '_> {
        Box::new(Nowhere)
    }

    fn write(&self, _write: Write) -> Result<(), CommitError> {
        Ok(())
    }
}

impl View for Nowhere {
    fn get(&self, _space: Space, _key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    fn scan(&self, _range: &KeyRange, _visit: &mut Visit<'_>) -> Result<(), StoreError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::write_backup;
    use crate::{Append, ExecutionRow, Group, Put, Status, Store, Table};
    use proptest::prelude::*;
    use stateline_base::{ExecutionId, ShardId, Timestamp};

    /// One thing that happens to a store.
    #[derive(Clone, Debug)]
    enum Step {
        Start { at: i64, unique: u64, name: u8, lists: u8 },
        Go { which: usize, events: u32, wake: Option<i64> },
        Close { which: usize, expires: i64 },
        Put { table: usize, key: u8, bytes: Option<Vec<u8>> },
        Expire { at: i64 },
        Acquire,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..40i64, 0..500u64, 0..6u8, 0..3u8).prop_map(|(at, unique, name, lists)| Step::Start {
                at,
                unique,
                name,
                lists
            }),
            (any::<usize>(), 0..4u32, proptest::option::of(0..90i64))
                .prop_map(|(which, events, wake)| Step::Go { which, events, wake }),
            (any::<usize>(), 0..90i64).prop_map(|(which, expires)| Step::Close { which, expires }),
            (0..10usize, 0..5u8, proptest::option::of(proptest::collection::vec(any::<u8>(), 0..50)))
                .prop_map(|(table, key, bytes)| Step::Put { table, key, bytes }),
            (0..60i64).prop_map(|at| Step::Expire { at }),
            Just(Step::Acquire),
        ]
    }

    fn row(at: i64, unique: u64, name: u8, lists: u8) -> ExecutionRow {
        let started = Timestamp::from_millis(at);
        ExecutionRow {
            id: ExecutionId::new(started, ShardId::from_number((unique % 3) as u16), unique),
            machine: format!("arn:machine:{}", name % 2),
            arn: format!("arn:{name}"),
            name: format!("name {name}"),
            status: Status::Running,
            started,
            stopped: None,
            next_seq: 0,
            wake: None,
            busy: unique.is_multiple_of(2),
            expires: None,
            map_runs: Vec::new(),
            body: vec![name; unique as usize],
            map_run: (lists == 2).then(|| "arn:run".to_owned()),
            lists: (0..lists).map(|list| format!("arn:list:{list}")).collect(),
        }
    }

    fn append(row: &mut ExecutionRow, events: u32) -> Append {
        let expected_seq = row.next_seq;
        row.next_seq += u64::from(events);
        let bytes = vec![7; events as usize * 9];
        Append { id: row.id, expected_seq, events, bytes, row: row.clone() }
    }

    /// A store in which all of it happened.
    fn store(steps: &[Step]) -> MemStore {
        let store = MemStore::new();
        let mut epoch = store.acquire("test").expect("an epoch");
        let mut rows: Vec<ExecutionRow> = Vec::new();
        for step in steps {
            let mut group = Group { epoch, ..Group::default() };
            let open = |rows: &[ExecutionRow], which: usize| {
                let open: Vec<_> = (0..rows.len()).filter(|at| rows[*at].status.is_open()).collect();
                open.get(which.checked_rem(open.len()).unwrap_or(0)).copied()
            };
            match step {
                Step::Acquire => epoch = store.acquire("test").expect("an epoch"),
                Step::Expire { at } => drop(store.expire(Timestamp::from_millis(*at), 9).expect("expired")),
                Step::Start { at, unique, name, lists } => {
                    let mut new = row(*at, *unique, *name, *lists);
                    if store.execution(new.id).expect("readable").is_none() {
                        group.appends.push(append(&mut new, 2));
                        rows.retain(|row| row.id != new.id);
                        rows.push(new);
                    }
                }
                Step::Go { which, events, wake } => {
                    if let Some(at) = open(&rows, *which) {
                        rows[at].wake = wake.map(Timestamp::from_millis);
                        group.appends.push(append(&mut rows[at], *events));
                    }
                }
                Step::Close { which, expires } => {
                    if let Some(at) = open(&rows, *which) {
                        rows[at].status = Status::ALL[1 + which % 4];
                        rows[at].expires = Some(Timestamp::from_millis(*expires));
                        group.appends.push(append(&mut rows[at], 1));
                    }
                }
                Step::Put { table, key, bytes } => group.puts.push(Put {
                    table: Table::ALL[*table],
                    key: format!("key {key}"),
                    bytes: bytes.clone(),
                }),
            }
            if !matches!(step, Step::Acquire | Step::Expire { .. }) {
                store.commit(&group).expect("a commit");
            }
        }
        store
    }

    /// Every key and value of a store, as its engine has them.
    fn all(store: &MemStore) -> Vec<(Space, Vec<u8>, Vec<u8>)> {
        let mut found = Vec::new();
        let view = store.records().kv().frozen();
        for space in Space::ALL {
            let range = KeyRange::new(space, [], [u8::MAX; 64]);
            let scanned = view.scan(&range, &mut |key, value| {
                found.push((space, key.to_vec(), value.to_vec()));
                Ok(std::ops::ControlFlow::Continue(()))
            });
            scanned.expect("readable");
        }
        found
    }

    fn backup(store: &MemStore) -> (Vec<u8>, BackupFacts) {
        let mut bytes = Vec::new();
        let taken = Timestamp::from_millis(77);
        let facts = write_backup(store, taken, &mut bytes, &mut |_, _| Ok(())).expect("a backup");
        (bytes, facts)
    }

    proptest! {
        /// Indexes included, which are not in the file.
        #[test]
        fn what_is_restored_is_what_was_there(steps in proptest::collection::vec(step(), 0..80)) {
            let store = store(&steps);
            let (bytes, facts) = backup(&store);
            let (restored, told) = restore_memory(&mut &bytes[..]).expect("a restored store");
            prop_assert_eq!(all(&restored), all(&store));
            prop_assert_eq!(&told, &facts);
            prop_assert_eq!(check_backup(&mut &bytes[..], &mut |_| {}).expect("a whole backup"), facts);
            prop_assert_eq!(backup(&restored).0, bytes);
        }
    }
}
