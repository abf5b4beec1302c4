//! Damages every file of a data directory in many ways and looks at what the
//! store makes of it: it must refuse, or say what is damaged when it is read,
//! or give exactly what was acknowledged. Never a panic, never less data.

use crate::suite::{MACHINE, append, at, bytes, check_journal, closed, commit, commit_puts, row};
use stateline_store::{ExecutionRow, Group, ListQuery, Options, Put, Status, Store, Table, open_embedded};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug)]
enum Damage {
    /// One byte is another, at so many 64ths of the file.
    Flip(u64),
    /// The file ends after so many 64ths.
    Cut(u64),
    /// Four kibibytes in the middle are zero, as after a lost write.
    Hole,
    /// The file is gone.
    Gone,
}

/// What is done to files that hold data.
const DAMAGES: [Damage; 9] = [
    Damage::Flip(0),
    Damage::Flip(13),
    Damage::Flip(32),
    Damage::Flip(61),
    Damage::Flip(64),
    Damage::Cut(0),
    Damage::Cut(50),
    Damage::Hole,
    Damage::Gone,
];

/// What is done to files that are alike in each table, and small.
const FEW_DAMAGES: [Damage; 3] = [Damage::Flip(20), Damage::Cut(50), Damage::Gone];

/// With this variable set, every file is damaged in many more places.
const THOROUGH: &str = "STATELINE_DAMAGE_THOROUGH";

fn damages(kind: &str) -> Vec<Damage> {
    if crate::setting(THOROUGH).is_some() {
        return (0..=64)
            .map(Damage::Flip)
            .chain((0..64).step_by(7).map(Damage::Cut))
            .chain(DAMAGES)
            .collect();
    }
    match kind {
        "journal" | "tables" | "blobs" => DAMAGES.to_vec(),
        _ => FEW_DAMAGES.to_vec(),
    }
}

/// How a damaged directory fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Not opened, with a message that names the directory.
    Refused,
    /// Opened; a read said what is damaged.
    Told,
    /// Nothing that was acknowledged is missing.
    Whole,
}

/// What the undamaged store holds.
struct Truth {
    rows: Vec<ExecutionRow>,
    documents: usize,
}

/// A store with tables, blob files and a journal behind them.
fn build(dir: &Path) -> Truth {
    let store = open_embedded(dir, Options::default()).expect("a store");
    let mut rows: Vec<_> = (0..1000).map(|n| row(n / 10, n as u64)).collect();
    rows.iter_mut().for_each(|row| row.body = row.body.repeat(200));
    for round in 0..4 {
        for chunk in rows.chunks_mut(500) {
            let appends = chunk.iter_mut().map(|row| {
                row.wake = Some(at(row.started.as_millis() + round));
                append(row, if row.id.to_bytes()[15].is_multiple_of(8) { 500 } else { 2 })
            });
            let appends = appends.collect();
            commit(&store, appends);
        }
        // Larger than the engine's buffers, so that tables and blob files are written.
        commit_puts(&store, filler(round));
    }
    for row in rows.iter_mut().step_by(5) {
        *row = closed(row.clone(), Status::Succeeded, i64::MAX / 2);
    }
    commit(&store, rows.iter_mut().map(|row| append(row, 1)).collect());
    drop(store);
    // Opening again cuts the unused end off the engine's journal.
    drop(open_embedded(dir, Options::default()).expect("a store"));
    Truth { rows, documents: 4 * FILLERS }
}

const FILLERS: usize = 15;

fn filler(round: i64) -> Vec<Put> {
    let put = |n: usize| Put {
        table: Table::Settings,
        key: format!("{round}-{n:03}"),
        bytes: Some((0..80_000u64).map(|b| (b.wrapping_mul(n as u64 + 77) >> 3) as u8).collect()),
    };
    (0..FILLERS).map(put).collect()
}

/// Reads everything; `Err` is a message of the store, a panic is a lie of the store.
fn read_all(store: &impl Store, truth: &Truth) -> Result<(), String> {
    let told = |error: stateline_store::StoreError| error.to_string();
    for row in &truth.rows {
        let stored = store.execution(row.id).map_err(told)?;
        assert_eq!(stored.as_ref(), Some(row), "a row is missing or old");
        let mut seq = 0;
        while seq < row.next_seq {
            for batch in store.journal(row.id, seq, 100).map_err(told)? {
                assert_eq!(batch.first_seq, seq);
                assert_eq!(batch.bytes[..], bytes(row.id, seq, batch.events)[..]);
                seq += u64::from(batch.events);
            }
        }
        assert_eq!(store.find_by_name(MACHINE, &row.name).map_err(told)?, Some(row.id));
    }
    let open = truth.rows.iter().filter(|row| row.status == Status::Running).count();
    assert_eq!(store.open_executions(None, usize::MAX).map_err(told)?.len(), open);
    assert_eq!(store.due(at(i64::MAX), usize::MAX).map_err(told)?.len(), open);
    for (status, count) in [(None, truth.rows.len()), (Some(Status::Running), open)] {
        let query = ListQuery { machine: MACHINE.to_owned(), status, before: None, limit: usize::MAX };
        assert_eq!(store.list(&query).map_err(told)?.len(), count);
    }
    let documents = store.scan(Table::Settings, None, usize::MAX).map_err(told)?;
    assert_eq!(documents.len(), truth.documents);
    Ok(())
}

/// Copies a directory; files that are never changed in place are linked.
fn copy(from: &Path, to: &Path, except: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        let fixed =
            path.parent().is_some_and(|parent| parent.ends_with("tables") || parent.ends_with("blobs"));
        if path.is_dir() {
            copy(&path, &target, except);
        } else if fixed && path != except {
            fs::hard_link(&path, &target).expect("a link");
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn apply(damage: Damage, path: &Path) {
    let mut content = fs::read(path).expect("readable");
    let length = content.len();
    let place = |part: u64| ((length as u64 * part / 64) as usize).min(length.saturating_sub(1));
    match damage {
        Damage::Flip(part) if length > 0 => content[place(part)] ^= 0x11,
        Damage::Flip(_) => {}
        Damage::Cut(part) => content.truncate(place(part)),
        Damage::Hole => {
            let start = place(30);
            let end = (start + 4096).min(length);
            content[start..end].fill(0);
        }
        Damage::Gone => return fs::remove_file(path).expect("removable"),
    }
    fs::write(path, content).expect("writable");
}

fn fate(base: &Path, file: &Path, damage: Damage, truth: &Truth) -> (Fate, String) {
    let dir = tempfile::tempdir_in(base.parent().expect("a parent")).expect("a folder");
    copy(base, dir.path(), file);
    apply(damage, &dir.path().join(file.strip_prefix(base).expect("a file of the directory")));
    let (fate, what) = match open_embedded(dir.path(), Options::default()) {
        Err(refused) => (Fate::Refused, refused.to_string()),
        Ok(store) => match read_all(&store, truth) {
            Err(told) => (Fate::Told, told),
            Ok(()) => (Fate::Whole, String::new()),
        },
    };
    if fate == Fate::Refused {
        let name = dir.path().display().to_string();
        assert!(what.contains(&name), "the message names the directory: {what}");
        // Refusing must not make it worse: the second answer is the first.
        let again = open_embedded(dir.path(), Options::default()).err().map(|error| error.to_string());
        assert!(again.is_some(), "{} {damage:?} was refused, then opened", file.display());
    }
    (fate, what.replace(&dir.path().display().to_string(), "DIR"))
}

#[test]
fn no_damage_goes_unnoticed() {
    let root = tempfile::tempdir().expect("a folder");
    let base = root.path().join("base");
    let truth = build(&base);
    let files = files(&base);
    assert!(files.iter().any(|file| file.to_string_lossy().contains("blobs/")), "no blob files: {files:?}");
    let mut fates: BTreeMap<(String, Fate), usize> = BTreeMap::new();
    for file in &files {
        let name = file.strip_prefix(&base).expect("a file of the directory").display().to_string();
        for damage in damages(&kind(&name)) {
            let outcome =
                std::panic::catch_unwind(|| fate(&base, file, damage, &truth)).unwrap_or_else(|panic| {
                    let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                    panic!("{name} {damage:?}: {text}");
                });
            println!("{name} {damage:?}: {:?} {}", outcome.0, outcome.1);
            *fates.entry((kind(&name), outcome.0)).or_default() += 1;
        }
    }
    for ((kind, fate), count) in &fates {
        println!("{kind:12} {fate:?}: {count}");
    }
}

/// What sort of file it is, for the summary.
fn kind(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        ["db", "keyspaces", _, folder, _] => folder.to_owned(),
        ["db", "keyspaces", _, file] if file.starts_with('v') => "version".to_owned(),
        ["db", "keyspaces", _, file] => file.to_owned(),
        ["db", file] if file.ends_with(".jnl") => "journal".to_owned(),
        _ => parts.join("/"),
    }
}

/// Fifty small commits in the engine's journal, and nothing in tables.
fn fifty_commits() -> (tempfile::TempDir, PathBuf, ExecutionRow) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut row = row(1, 1);
    let store = open_embedded(dir.path(), Options::default()).expect("a store");
    let epoch = store.acquire("damage").expect("an epoch");
    for _ in 0..50 {
        let appends = vec![append(&mut row, 2)];
        store.commit(&Group { epoch, appends, puts: vec![] }).expect("a commit");
    }
    drop(store);
    drop(open_embedded(dir.path(), Options::default()).expect("a store"));
    let journal = dir.path().join("db/0.jnl");
    (dir, journal, row)
}

fn refusal(dir: &Path) -> String {
    open_embedded(dir, Options::default())
        .err()
        .map_or_else(|| "opened".to_owned(), |error| error.to_string())
}

#[test]
fn damage_in_the_middle_of_the_journal_is_refused_and_left_alone() {
    let (dir, journal, _) = fifty_commits();
    // Without the mark, the journal itself must tell.
    fs::remove_file(dir.path().join("mark")).expect("removable");
    let whole = fs::read(&journal).expect("readable");
    for at in (0..whole.len() * 9 / 10).step_by(whole.len() / 100) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x11;
        fs::write(&journal, &damaged).expect("writable");
        let told = refusal(dir.path());
        assert!(told.contains("db/0.jnl is damaged at"), "byte {at}: {told}");
        assert_eq!(fs::read(&journal).expect("readable"), damaged, "byte {at}: the file was changed");
    }
    fs::write(&journal, whole).expect("writable");
    assert_eq!(refusal(dir.path()), "opened");
}

#[test]
fn a_cut_journal_is_refused_unless_nothing_acknowledged_is_missing() {
    let (dir, journal, row) = fifty_commits();
    let length = fs::metadata(&journal).expect("a file").len();
    let cut = |length| fs::File::options().write(true).open(&journal).and_then(|file| file.set_len(length));
    cut(length - 10).expect("a cut");
    let told = refusal(dir.path());
    // Fifty-one groups: the owner's and fifty commits.
    assert!(told.contains("up to number 51 were acknowledged"), "{told}");
    assert!(told.contains("only up to number 50"), "{told}");
    assert_eq!(fs::metadata(&journal).expect("a file").len(), length - 10, "the file was changed");
    // An operator may accept the loss, and then it is a whole store of forty-nine commits.
    fs::remove_file(dir.path().join("mark")).expect("removable");
    let store = open_embedded(dir.path(), Options::default()).expect("a store");
    let stored = store.execution(row.id).expect("a row").expect("a row");
    assert_eq!(stored.next_seq, 98);
    check_journal(&store, &stored).expect("a whole journal");
    // What was cut off leaves no trace in what is written next.
    let mut stored = stored;
    commit(&store, vec![append(&mut stored, 3)]);
    drop(store);
    let store = open_embedded(dir.path(), Options::default()).expect("a store");
    check_journal(&store, &stored).expect("a whole journal");
}

#[test]
fn a_lost_folder_is_not_replaced_by_an_empty_one() {
    let (dir, _, _) = fifty_commits();
    fs::remove_dir_all(dir.path().join("db")).expect("removable");
    for _ in 0..2 {
        let told = refusal(dir.path());
        assert!(told.contains("the folder db is missing"), "{told}");
    }
}

#[test]
fn a_creation_that_was_interrupted_starts_over() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(dir.path().join("db.new/keyspaces")).expect("a folder");
    fs::write(dir.path().join("db.new/0.jnl"), b"half").expect("writable");
    let store = open_embedded(dir.path(), Options::default()).expect("a store");
    commit(&store, vec![append(&mut row(1, 1), 2)]);
    assert!(!dir.path().join("db.new").exists());
}
