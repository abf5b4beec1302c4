//! Backups of stores on disk: taken under load, damaged in every place, and
//! restored by processes that are killed.

use crate::suite::{append, at, check_journal, closed, commit, commit_puts, row, start};
use stateline_store::{
    BACKUP_FORMAT, BackupError, BackupFacts, EmbeddedStore, Group, Item, Options, Put, RestoreError, Status,
    Store, Table, check_backup, open_embedded, restore_embedded, restore_memory, write_backup,
};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

fn open(dir: &Path) -> EmbeddedStore {
    open_embedded(dir, Options::default()).expect("a store")
}

fn backup(store: &impl Store) -> (Vec<u8>, BackupFacts) {
    let mut bytes = Vec::new();
    let facts = write_backup(store, at(1_000), &mut bytes, &mut |_, _| Ok(())).expect("a backup");
    (bytes, facts)
}

fn check(bytes: &[u8]) -> Result<BackupFacts, RestoreError> {
    check_backup(&mut &bytes[..], &mut |_| {})
}

fn items(store: &impl Store) -> Vec<Item> {
    let mut items = Vec::new();
    let going = store.export(&mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    assert_eq!(going, Ok(ControlFlow::Continue(())));
    // The number of the last commit is the directory's own.
    items.split_off(1)
}

/// A few executions of every kind, and documents; some larger than a part of a backup.
fn various(dir: &Path) -> EmbeddedStore {
    let store = open(dir);
    let mut rows: Vec<_> = (0..60).map(|n| row(n / 7, n as u64)).collect();
    for (n, row) in rows.iter_mut().enumerate() {
        row.wake = (n % 3 == 0).then(|| at(500 + n as i64));
        row.map_run = (n % 10 == 9).then(|| "arn:run".to_owned());
        row.lists = if n % 4 == 0 { vec!["arn:machine:1".to_owned()] } else { Vec::new() };
    }
    start(&store, &mut rows);
    for row in rows.iter_mut().step_by(3) {
        *row = closed(row.clone(), Status::Succeeded, i64::MAX / 2);
    }
    let appends = rows.iter_mut().enumerate().map(|(n, row)| append(row, if n == 5 { 30_000 } else { 3 }));
    commit(&store, appends.collect());
    let noise: Vec<u8> =
        (0..3_000_000u64).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as u8).collect();
    let put = |table, key: &str, bytes: &[u8]| Put { table, key: key.to_owned(), bytes: Some(bytes.into()) };
    commit_puts(
        &store,
        vec![
            put(Table::DraftTexts, "large", &noise),
            put(Table::StateMachines, "arn:machine", b"machine"),
            put(Table::Settings, "empty", b""),
        ],
    );
    store
}

#[test]
fn a_directory_is_restored_as_it_was() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let store = various(from.path());
    let (bytes, facts) = backup(&store);
    assert!(facts.group > Some(0) && facts.epoch.0 > 0);
    assert_eq!((facts.counts.open, facts.counts.closed), (40, 20));
    assert_eq!((facts.counts.machines, facts.counts.documents, facts.counts.names), (1, 3, 60));
    let dir = to.path().join("a/new/folder");
    let mut reports = 0;
    let restored = restore_embedded(&mut &bytes[..], &dir, &mut |_| reports += 1).expect("restored");
    assert_eq!(restored, facts);
    assert!(reports > 0);
    let copy = open(&dir);
    assert_eq!(items(&copy), items(&store));
    assert_eq!(copy.open_executions(None, 100), store.open_executions(None, 100));
    assert_eq!(copy.due(at(i64::MAX), 100), store.due(at(i64::MAX), 100));
    // An owner of the copy comes after all owners of the original.
    assert!(copy.acquire("copy").expect("an epoch") > facts.epoch);
    drop(copy);
    let refused =
        restore_embedded(&mut &bytes[..], &dir, &mut |_| {}).expect_err("a used folder").to_string();
    assert!(
        refused.contains("the folder is not empty (it has db); restore into one that is empty"),
        "{refused}"
    );
    assert_eq!(items(&open(&dir)), items(&store));
    // The same in memory.
    let (memory, told) = restore_memory(&mut &bytes[..]).expect("restored");
    assert_eq!((items(&memory), told), (items(&store), facts));
}

#[test]
fn a_foreign_folder_is_left_as_it_is() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (bytes, _) = backup(&open(from.path()));
    fs::write(to.path().join("letter"), "dear").expect("written");
    let refused = restore_embedded(&mut &bytes[..], to.path(), &mut |_| {}).expect_err("a used folder");
    assert!(refused.to_string().contains("it has letter"), "{refused}");
    assert_eq!(fs::read_dir(to.path()).expect("readable").count(), 1);
    let held = open(from.path());
    let refused = restore_embedded(&mut &bytes[..], from.path(), &mut |_| {}).expect_err("a used folder");
    assert!(refused.to_string().contains("is not empty"), "{refused}");
    drop(held);
    let refused = restore_embedded(&mut &b"PK"[..], to.path().join("new"), &mut |_| {});
    assert!(matches!(refused, Err(RestoreError::NotABackup)));
    assert!(!to.path().join("new").exists(), "what is no backup makes no folder");
}

#[test]
fn damage_is_found_wherever_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(dir.path());
    let mut rows: Vec<_> = (0..8).map(|n| row(n, n as u64)).collect();
    start(&store, &mut rows);
    commit_puts(&store, vec![Put { table: Table::Tags, key: "k".to_owned(), bytes: Some(b"v".to_vec()) }]);
    let (bytes, _) = backup(&store);
    check(&bytes).expect("a whole backup");
    for length in 0..bytes.len() {
        let error = check(&bytes[..length]).expect_err("a cut backup");
        let told = match error {
            RestoreError::NotABackup => length < 27,
            RestoreError::Cut { offset, .. } => offset == length as u64,
            _ => false,
        };
        assert!(told, "cut at {length}: {error}");
    }
    for place in 0..bytes.len() {
        for bit in [0x01, 0x10, 0x80] {
            let mut flipped = bytes.clone();
            flipped[place] ^= bit;
            let error = check(&flipped).expect_err("a flipped bit");
            let told = match &error {
                RestoreError::NotABackup | RestoreError::Newer { .. } => place < 27,
                RestoreError::Damaged { offset, .. } => *offset <= place as u64,
                // A length that became larger.
                RestoreError::Cut { .. } => true,
                _ => false,
            };
            assert!(told, "flipped at {place}: {error}");
        }
    }
    let longer = check(&[&bytes[..], b"x"].concat()).expect_err("bytes behind the end").to_string();
    assert!(longer.contains(&format!("there is more behind it, from byte {} on", bytes.len())), "{longer}");
}

/// Where the parts of a backup begin, and where it ends.
fn parts(bytes: &[u8]) -> Vec<usize> {
    let mut places = vec![27];
    while let Some(head) = places.last().and_then(|at| bytes.get(*at..*at + 24)) {
        let stored = u32::from_le_bytes(head[8..12].try_into().expect("four bytes")) as usize;
        places.push(places.last().expect("a place") + 24 + stored);
    }
    places
}

#[test]
fn parts_cannot_be_left_out_moved_or_taken_from_elsewhere() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = various(dir.path());
    let (bytes, _) = backup(&store);
    let at = parts(&bytes);
    assert!(at.len() > 5, "several parts of data");
    let part = |n: usize| &bytes[at[n]..at[n + 1]];
    let told = |bytes: &[u8]| check(bytes).expect_err("damage").to_string();
    let without = told(&[&bytes[..at[1]], &bytes[at[2]..]].concat());
    assert_eq!(
        without,
        format!(
            "part 1 of the backup, which begins at byte {}, is damaged: it is part 2: parts are missing or out of order",
            at[1]
        )
    );
    assert!(told(&[&bytes[..at[1]], part(2), part(1), &bytes[at[3]..]].concat()).contains("out of order"));
    assert!(told(&[&bytes[..at[2]], part(1), &bytes[at[2]..]].concat()).contains("out of order"));
    // A part of another backup, sound in itself.
    let mut last = row(3, 3);
    last.name = "another".to_owned();
    start(&store, &mut [last]);
    let (other, _) = backup(&store);
    let elsewhere = parts(&other);
    let n = at.len() - 3;
    let mixed = [&bytes[..at[n]], &other[elsewhere[n]..elsewhere[n + 1]], &bytes[at[n + 1]..]].concat();
    assert_ne!(mixed, bytes);
    check(&mixed).expect_err("a part of another backup");
}

#[test]
fn other_formats_are_refused_by_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let (bytes, _) = backup(&open(dir.path()));
    let line = format!("stateline backup, format {BACKUP_FORMAT}\n");
    assert!(bytes.starts_with(line.as_bytes()));
    let newer = [b"stateline backup, format 7\n", &bytes[line.len()..]].concat();
    let told = check(&newer).expect_err("a newer format").to_string();
    assert!(told.contains("has format 7, and this program knows formats up to 1"), "{told}");
    for odd in [&b""[..], b"stateline", b"stateline backup, format x\n", b"stateline backup, format 0\n"] {
        assert!(matches!(check(odd), Err(RestoreError::NotABackup)));
    }
}

#[test]
fn a_backup_that_was_given_up_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = various(dir.path());
    let mut bytes = Vec::new();
    let mut parts = 0;
    let given_up = write_backup(&store, at(0), &mut bytes, &mut |facts, written| {
        parts += 1;
        assert!(facts.counts.closed > 0 && written > 0);
        if parts == 2 { Err("the client reads too slowly".to_owned()) } else { Ok(()) }
    });
    assert!(matches!(given_up, Err(BackupError::Stopped(_))));
    let told = check(&bytes).expect_err("no end").to_string();
    assert_eq!(
        told,
        "the backup was not finished when it was taken: the backup was given up: the client reads too slowly"
    );
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let out = write_backup(&store, at(0), &mut Closed, &mut |_, _| Ok(()));
    assert!(matches!(out, Err(BackupError::Out(_))));
}

#[test]
fn a_damaged_store_gives_no_backup() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(dir.path());
    let mut rows: Vec<_> = (0..3_000).map(|n| row(n, n as u64)).collect();
    rows.iter_mut().for_each(|row| row.body = row.body.repeat(300));
    for _ in 0..4 {
        commit(&store, rows.iter_mut().map(|row| append(row, 20)).collect());
    }
    drop(store);
    // Opening again cuts the unused end off the engine's journal.
    drop(open(dir.path()));
    let tables = dir.path().join("db/keyspaces/1/blobs");
    let damaged = fs::read_dir(tables).expect("blob files").filter_map(Result::ok).map(|entry| {
        let mut content = fs::read(entry.path()).expect("readable");
        let middle = content.len() / 2;
        content[middle..middle + 64].fill(0x55);
        fs::write(entry.path(), content).expect("writable");
    });
    assert!(damaged.count() > 0, "the store has written blob files");
    let store = open(dir.path());
    let mut bytes = Vec::new();
    let refused =
        write_backup(&store, at(0), &mut bytes, &mut |_, _| Ok(())).expect_err("damage").to_string();
    assert!(refused.contains("damaged"), "{refused}");
    let told = check(&bytes).expect_err("no end").to_string();
    assert!(told.starts_with("the backup was not finished when it was taken: ") && told.contains(&refused));
}

const LANES: u64 = 12;

/// Commits numbered groups until told to stop: each execution of a lane gets a batch, and the number is kept.
fn load(store: &EmbeddedStore, stop: &AtomicBool, acknowledged: &AtomicU64) {
    let epoch = store.acquire("load").expect("an epoch");
    let mut rows = Vec::new();
    for number in 0.. {
        if stop.load(Ordering::Acquire) {
            return;
        }
        if number % 10 == 0 {
            rows = (0..LANES).map(|lane| row(number / 10, lane)).collect();
        }
        let last = number % 10 == 9;
        let appends = rows.iter_mut().map(|row| {
            if last {
                *row = closed(row.clone(), Status::Succeeded, i64::MAX / 2);
            }
            append(row, 5)
        });
        let appends = appends.collect();
        let bytes = Some(number.to_string().into());
        let puts = vec![Put { table: Table::Settings, key: "number".to_owned(), bytes }];
        store.commit(&Group { epoch, appends, puts }).expect("a commit");
        acknowledged.store(number as u64 + 1, Ordering::Release);
    }
}

/// All of the first `groups` groups, and nothing of a later one.
fn check_load(store: &impl Store, groups: u64) {
    for round in 0..groups.div_ceil(10) {
        let steps = (groups - round * 10).min(10);
        for lane in 0..LANES {
            let stored = store.execution(row(round as i64, lane).id).expect("a row").expect("a row");
            assert_eq!(stored.next_seq, steps * 5, "round {round}, lane {lane}");
            assert_eq!(stored.status == Status::Running, steps < 10);
            check_journal(store, &stored).expect("a whole journal");
        }
    }
    let open = if groups.is_multiple_of(10) { 0 } else { LANES as usize };
    assert_eq!(store.open_executions(None, usize::MAX).expect("rows").len(), open);
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a load beside the backups needs a thread and time to begin")]
fn a_backup_under_load_is_one_moment_between_two_commits() {
    let (dir, target) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let store = open(dir.path());
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut told = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| load(&store, &stop, &acknowledged));
        for round in 0..8 {
            while acknowledged.load(Ordering::Acquire) < 15 * (round + 1) {
                std::thread::sleep(Duration::from_millis(1));
            }
            let before = acknowledged.load(Ordering::Acquire);
            let (bytes, facts) = backup(&store);
            let after = acknowledged.load(Ordering::Acquire);
            told.push((bytes, facts, before, after));
        }
        stop.store(true, Ordering::Release);
    });
    for (number, (bytes, facts, before, after)) in told.into_iter().enumerate() {
        let dir = target.path().join(number.to_string());
        assert_eq!(restore_embedded(&mut &bytes[..], &dir, &mut |_| {}).expect("restored"), facts);
        let copy = open(&dir);
        let last = copy.get(Table::Settings, "number").expect("a document").expect("a document");
        let groups = 1 + String::from_utf8(last).expect("text").parse::<u64>().expect("a number");
        assert!(groups >= before, "{before} groups were acknowledged before, {groups} are in it");
        assert!(groups <= after + 1, "{after} groups were acknowledged after, {groups} are in it");
        // The first commit of the store is its owner's.
        assert_eq!(facts.group, Some(groups + 1));
        check_load(&copy, groups);
    }
}

const DIR: &str = "STATELINE_STORE_RESTORE_DIR";
const KILLS: u64 = 24;

/// Not a test by itself: the process that is killed.
#[test]
fn child() {
    let Some(dir) = crate::setting(DIR) else { return };
    let bytes = fs::read(Path::new(&dir).join("backup")).expect("the backup");
    println!("begins");
    restore_embedded(&mut &bytes[..], Path::new(&dir).join("data"), &mut |_| {}).expect("restored");
    println!("restored");
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a kill at a random point needs a real wait")]
fn a_killed_restore_leaves_all_or_nothing() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let store = various(from.path());
    let (bytes, facts) = backup(&store);
    fs::write(to.path().join("backup"), &bytes).expect("written");
    let data = to.path().join("data");
    let (mut whole, mut broken) = (0, 0);
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["backup::child", "--exact", "--nocapture"])
            .env(DIR, to.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        while !line.contains("begins") {
            line.clear();
            assert_ne!(lines.read_line(&mut line).expect("a line"), 0, "the child ended by itself");
        }
        std::thread::sleep(Duration::from_micros(kill * 9_973 % 150_000));
        child.kill().expect("a kill");
        let mut rest = String::new();
        lines.read_to_string(&mut rest).expect("what it printed");
        child.wait().expect("an end");
        match open_embedded(&data, Options::default()) {
            Ok(copy) if data.join("db").exists() && !items(&copy).is_empty() => {
                whole += 1;
                assert_eq!(items(&copy), items(&store));
                drop(copy);
                fs::remove_dir_all(&data).expect("removed");
            }
            // Killed before it had begun: then this has made an empty store.
            Ok(copy) => {
                assert!(!rest.contains("restored"));
                drop(copy);
                fs::remove_dir_all(&data).expect("removed");
            }
            Err(error) => {
                assert!(!rest.contains("restored"), "what was said to be restored is refused: {error}");
                let text = error.to_string();
                assert!(text.contains("a restore into this folder was broken off"), "{text}");
                broken += 1;
                // Every other time the next one takes the folder over.
                if kill % 4 == 1 {
                    let again = restore_embedded(&mut &bytes[..], &data, &mut |_| {}).expect("restored");
                    assert_eq!((again, items(&open(&data))), (facts.clone(), items(&store)));
                    fs::remove_dir_all(&data).expect("removed");
                }
            }
        }
    }
    println!("{KILLS} kills: {broken} broken off, {whole} whole");
    assert!(broken > 0, "some must be killed in the middle");
}

#[test]
fn a_restore_that_fails_leaves_the_folder_empty() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (bytes, _) = backup(&various(from.path()));
    let dir = to.path().join("data");
    let cut = restore_embedded(&mut &bytes[..bytes.len() - 1], &dir, &mut |_| {});
    assert!(matches!(cut, Err(RestoreError::Cut { .. })));
    let left: Vec<_> =
        fs::read_dir(&dir).expect("readable").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left, ["lock"]);
    restore_embedded(&mut &bytes[..], &dir, &mut |_| {}).expect("restored");
}
