//! Failing writes: in memory by plan, on disk by a limit on the size of files.

use crate::suite::{append, at, check_journal, commit, row};
use stateline_store::{
    CommitError, Fault, Group, MemStore, OpenError, Options, Put, Store, Table, open_embedded,
};
use std::process::Command;

const DIR: &str = "STATELINE_STORE_FAULT_DIR";

/// Commits one execution's first batch under a fault; tells the answer, whether
/// the batch shows, whether the next commit works, and whether it is there after a crash.
fn check(fault: Fault, expected: &(Result<(), CommitError>, bool, bool, bool)) {
    let store = MemStore::with_faults(move |write: u64| if write == 2 { fault } else { Fault::None });
    let epoch = store.acquire("faults").expect("an epoch");
    let group = |unique| {
        let mut row = row(1, unique);
        row.wake = Some(at(5));
        Group { epoch, appends: vec![append(&mut row, 2)], puts: vec![] }
    };
    assert_eq!(store.commit(&group(1)), Ok(()));
    let answer = store.commit(&group(2));
    let id = group(2).appends[0].id;
    let shows = store.execution(id).expect("a row").is_some();
    let goes_on = store.commit(&group(3)).is_ok();
    let after = store.crash();
    let survives = after.execution(id).expect("a row").is_some();
    assert_eq!(&(answer, shows, goes_on, survives), expected, "{fault:?}");
    // All of the group or nothing, and what was acknowledged in any case.
    assert_eq!(
        after.due(at(5), 10).expect("wake-ups").len(),
        1 + usize::from(goes_on) + usize::from(survives)
    );
    check_journal(&after, &group(1).appends[0].row).expect("a whole journal");
    // The dead process writes nothing any more; the new one does.
    assert!(matches!(store.commit(&group(4)), Err(CommitError::Poisoned(_))));
    let epoch = after.acquire("faults").expect("an epoch");
    assert_eq!(after.commit(&Group { epoch, ..group(5) }), Ok(()));
}

#[test]
fn each_fault_does_what_it_says() {
    let poisoned = |why: &str| Err(CommitError::Poisoned(why.to_owned()));
    check(Fault::None, &(Ok(()), true, true, true));
    check(Fault::Retry, &(Err(CommitError::Retry), false, true, false));
    check(Fault::Full, &(Err(CommitError::Full("by plan".to_owned())), false, true, false));
    check(Fault::Lost { applied: true }, &(Err(CommitError::Unknown), true, true, true));
    check(Fault::Lost { applied: false }, &(Err(CommitError::Unknown), false, true, false));
    check(Fault::Torn, &(poisoned("the machine went down during a write"), false, false, false));
    check(Fault::Poison { survives: true }, &(poisoned("a sync failed"), false, false, true));
    check(Fault::Poison { survives: false }, &(poisoned("a sync failed"), false, false, false));
}

#[test]
fn an_unknown_outcome_is_settled_by_the_expected_sequence() {
    for applied in [true, false] {
        let store = MemStore::with_faults(
            move |write: u64| {
                if write == 2 { Fault::Lost { applied } } else { Fault::None }
            },
        );
        let mut row = row(1, 1);
        let epoch = commit(&store, vec![append(&mut row, 2)]);
        let second = append(&mut row, 3);
        let group = Group { epoch, appends: vec![second.clone()], puts: vec![] };
        assert_eq!(store.commit(&group), Err(CommitError::Unknown));
        let expected = if applied { Err(CommitError::Conflict { id: row.id }) } else { Ok(()) };
        assert_eq!(store.commit(&group), expected);
        check_journal(&store, &row).expect("a whole journal");
    }
}

#[test]
fn clones_of_a_store_in_memory_are_one_store() {
    let store = MemStore::new();
    let clone = store.clone();
    let mut row = row(1, 1);
    commit(&clone, vec![append(&mut row, 2)]);
    assert_eq!(store.execution(row.id), Ok(Some(row)));
    assert!(store.bytes() > 100);
}

#[test]
fn a_second_store_on_one_directory_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = open_embedded(dir.path(), Options::default()).expect("a store");
    let second = open_embedded(dir.path(), Options::default()).err();
    assert!(matches!(&second, Some(OpenError::Locked { pid: Some(pid), .. }) if *pid == std::process::id()));
    drop(first);
    open_embedded(dir.path(), Options::default()).expect("a store");
}

#[test]
fn stores_without_syncs_open_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut row = row(1, 1);
    for sync in [false, true, false] {
        let store = open_embedded(dir.path(), Options { sync, ..Options::default() }).expect("a store");
        commit(&store, vec![append(&mut row, 2)]);
        check_journal(&store, &row).expect("a whole journal");
        assert!(store.disk_bytes().expect("a size") > 0);
    }
}

/// Not a test by itself: runs under a limit on the size of files.
#[test]
fn child_under_a_limit() {
    let Some(dir) = crate::setting(DIR) else { return };
    let store = open_embedded(&dir, Options::default()).expect("a store");
    let mut row = row(1, 1);
    let epoch = commit(&store, vec![append(&mut row, 2)]);
    let mut before = row.clone();
    let put = |n: u8| Put { table: Table::Settings, key: n.to_string(), bytes: Some(vec![n; 20 << 20]) };
    let group = Group { epoch, appends: vec![append(&mut row, 1)], puts: (1..5).map(put).collect() };
    let Err(CommitError::Poisoned(cause)) = store.commit(&group) else {
        panic!("the write should have failed")
    };
    assert!(cause.contains("File too large"), "{cause}");
    // Reads go on with what was acknowledged; writes repeat the first cause.
    assert_eq!(store.execution(before.id), Ok(Some(before.clone())));
    assert_eq!(store.get(Table::Settings, "1"), Ok(None));
    let small = Group { epoch, appends: vec![append(&mut before, 1)], puts: vec![] };
    assert_eq!(store.commit(&small), Err(CommitError::Poisoned(cause.clone())));
    assert_eq!(store.acquire("again").err().map(|error| error.to_string().contains(&cause)), Some(true));
    println!("poisoned as expected");
}

#[test]
fn a_failed_write_poisons_until_reopened() {
    let dir = tempfile::tempdir().expect("a folder");
    // The engine makes its journal 64 MiB long, so files may be that long but no longer.
    // The signal is ignored, so that the write fails instead of ending the process.
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 131072; exec \"$0\" faults::child_under_a_limit --exact --nocapture",
        ])
        .arg(std::env::current_exe().expect("this binary"))
        .env(DIR, dir.path())
        .output()
        .expect("a child");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("poisoned as expected"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let store = open_embedded(dir.path(), Options::default()).expect("a store");
    let mut row = row(1, 1);
    append(&mut row, 2);
    assert_eq!(store.execution(row.id), Ok(Some(row.clone())));
    check_journal(&store, &row).expect("a whole journal");
    assert_eq!(store.get(Table::Settings, "1"), Ok(None));
    commit(&store, vec![append(&mut row, 1)]);
    check_journal(&store, &row).expect("a whole journal");
}
