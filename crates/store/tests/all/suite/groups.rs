//! Groups: all or nothing, at the right place, by the right owner.

use super::{Bench, Cases, append, bytes, check_journal, commit, id, row, start};
use stateline_store::{CommitError, Group, Store, Table};

pub fn cases<B: Bench>() -> Cases<B> {
    vec![
        ("a journal comes back in batches", journal_in_batches),
        ("a batch in the wrong place refuses the group", wrong_place),
        ("several batches of one execution in one group", several_batches),
        ("a row changes without events", row_only),
        ("an older owner is fenced", fencing),
        ("groups that contradict themselves are refused", contradictions),
        ("reopening keeps everything", reopening),
        ("a group of ten thousand executions", big_group),
        ("values of a mebibyte", big_values),
        ("nothing is found in an empty store", empty),
    ]
}

fn journal_in_batches(bench: &mut impl Bench) {
    let store = bench.store();
    let mut row = row(1, 1);
    for events in [2, 1, 5, 3] {
        commit(store, vec![append(&mut row, events)]);
    }
    check_journal(store, &row).expect("a whole journal");
    let seqs = |from, limit| -> Vec<u64> {
        let batches = store.journal(row.id, from, limit).expect("batches");
        batches.iter().map(|batch| batch.first_seq).collect()
    };
    assert_eq!(seqs(0, 10), [0, 2, 3, 8]);
    assert_eq!(seqs(4, 10), [3, 8]);
    assert_eq!(seqs(7, 1), [3]);
    assert_eq!(seqs(10, 1), [8]);
    assert_eq!(seqs(11, 10), [0u64; 0]);
    assert_eq!(seqs(0, 0), [0u64; 0]);
    assert_eq!(store.execution(row.id), Ok(Some(row)));
}

fn wrong_place(bench: &mut impl Bench) {
    let store = bench.store();
    let (mut one, mut two) = (row(1, 1), row(1, 2));
    let epoch = start(store, std::slice::from_mut(&mut one));
    let stored = one.clone();
    let mut again = row(1, 1);
    let mut ahead = row(1, 3);
    ahead.next_seq = 4;
    for bad in [append(&mut again, 1), append(&mut ahead, 1)] {
        let group = Group { epoch, appends: vec![append(&mut two.clone(), 1), bad.clone()], puts: vec![] };
        assert_eq!(store.commit(&group), Err(CommitError::Conflict { id: bad.id }));
        assert_eq!(store.execution(two.id), Ok(None));
        assert_eq!(store.execution(ahead.id), Ok(None));
        assert_eq!(store.execution(one.id).as_ref(), Ok(&Some(stored.clone())));
    }
    // The store is as usable as before.
    commit(store, vec![append(&mut one, 1), append(&mut two, 1)]);
    check_journal(store, &one).expect("a whole journal");
}

fn several_batches(bench: &mut impl Bench) {
    let store = bench.store();
    let mut row = row(5, 1);
    row.wake = Some(super::at(100));
    let first = append(&mut row, 2);
    row.wake = Some(super::at(200));
    let second = append(&mut row, 3);
    row.wake = None;
    let third = append(&mut row, 0);
    commit(store, vec![first, second, third]);
    check_journal(store, &row).expect("a whole journal");
    assert_eq!(store.execution(row.id), Ok(Some(row)));
    assert_eq!(store.next_due(), Ok(None));
    assert_eq!(store.due(super::at(1000), 10), Ok(vec![]));
}

fn row_only(bench: &mut impl Bench) {
    let store = bench.store();
    let mut row = row(1, 1);
    start(store, std::slice::from_mut(&mut row));
    row.busy = true;
    commit(store, vec![append(&mut row, 0)]);
    assert_eq!(store.execution(row.id).as_ref(), Ok(&Some(row.clone())));
    assert_eq!(store.journal(row.id, 0, 10).expect("batches").len(), 1);
    // Also as the very first thing of an execution.
    let mut bare = super::row(1, 2);
    commit(store, vec![append(&mut bare, 0)]);
    assert_eq!(store.journal(bare.id, 0, 10), Ok(vec![]));
    commit(store, vec![append(&mut bare, 2)]);
    check_journal(store, &bare).expect("a whole journal");
}

fn fencing(bench: &mut impl Bench) {
    let store = bench.store();
    let first = store.acquire("a").expect("an epoch");
    let second = store.acquire("b").expect("an epoch");
    assert!(first < second);
    let group = |epoch| Group { epoch, appends: vec![append(&mut row(1, 1), 1)], puts: vec![] };
    assert_eq!(store.commit(&group(first)), Err(CommitError::Fenced));
    assert_eq!(store.execution(id(1, 1)), Ok(None));
    assert_eq!(store.commit(&group(second)), Ok(()));
    bench.reopen();
    let third = bench.store().acquire("a").expect("an epoch");
    assert!(second < third);
    assert_eq!(bench.store().commit(&group(second)), Err(CommitError::Fenced));
}

fn contradictions(bench: &mut impl Bench) {
    let store = bench.store();
    let epoch = store.acquire("a").expect("an epoch");
    let check = |change: fn(&mut stateline_store::Append)| {
        let mut bad = append(&mut row(1, 1), 1);
        change(&mut bad);
        let outcome = store.commit(&Group { epoch, appends: vec![bad], puts: vec![] });
        assert!(matches!(outcome, Err(CommitError::Io(_))), "{outcome:?}");
        assert_eq!(store.execution(id(1, 1)), Ok(None));
    };
    check(|bad| bad.row.id = id(1, 2));
    check(|bad| bad.row.next_seq = 7);
    check(|bad| bad.expected_seq = u64::MAX);
    check(|bad| (bad.events, bad.row.next_seq) = (0, 0));
    check(|bad| bad.row.expires = Some(super::at(1)));
    check(|bad| bad.row.machine = "m".repeat(70_000));
    check(|bad| bad.row.name = "n".repeat(5_000));
    let put = stateline_store::Put { table: Table::Tags, key: "k".repeat(70_000), bytes: None };
    let outcome = store.commit(&Group { epoch, appends: vec![], puts: vec![put] });
    assert!(matches!(outcome, Err(CommitError::Io(_))), "{outcome:?}");
    let mut moved = row(1, 1);
    start(store, std::slice::from_mut(&mut moved));
    let epoch = store.acquire("a").expect("an epoch");
    moved.name = "another".to_owned();
    let outcome = store.commit(&Group { epoch, appends: vec![append(&mut moved, 1)], puts: vec![] });
    assert!(matches!(outcome, Err(CommitError::Io(_))), "{outcome:?}");
}

fn reopening(bench: &mut impl Bench) {
    let mut rows: Vec<_> = (0..50).map(|n| row(n / 10, n as u64)).collect();
    start(bench.store(), &mut rows);
    bench.reopen();
    rows.iter_mut().step_by(2).for_each(|row| row.wake = Some(super::at(7)));
    start(bench.store(), &mut rows);
    bench.reopen();
    for row in &rows {
        check_journal(bench.store(), row).expect("a whole journal");
        assert_eq!(bench.store().execution(row.id).as_ref(), Ok(&Some(row.clone())));
    }
    assert_eq!(bench.store().due(super::at(7), 100).expect("due").len(), 25);
}

fn big_group(bench: &mut impl Bench) {
    let mut rows: Vec<_> = (0..10_000).map(|n| row(1, n)).collect();
    start(bench.store(), &mut rows);
    bench.reopen();
    assert_eq!(bench.store().open_executions(None, 20_000).expect("rows").len(), rows.len());
    for row in rows.iter().step_by(997) {
        check_journal(bench.store(), row).expect("a whole journal");
    }
}

fn big_values(bench: &mut impl Bench) {
    let mut row = row(1, 1);
    row.body = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
    let mut first = append(&mut row, 1);
    first.bytes = row.body.iter().rev().copied().collect();
    let expected = first.bytes.clone();
    let put = stateline_store::Put {
        table: Table::StateMachines,
        key: "big".to_owned(),
        bytes: Some(row.body.clone()),
    };
    let epoch = bench.store().acquire("a").expect("an epoch");
    bench.store().commit(&Group { epoch, appends: vec![first], puts: vec![put] }).expect("a commit");
    bench.reopen();
    let batches = bench.store().journal(row.id, 0, 1).expect("a batch");
    assert!(batches.len() == 1 && batches[0].bytes[..] == expected[..]);
    assert_eq!(bench.store().get(Table::StateMachines, "big"), Ok(Some(row.body.clone())));
    assert_eq!(bench.store().execution(row.id), Ok(Some(row)));
}

fn empty(bench: &mut impl Bench) {
    let store = bench.store();
    assert_eq!(store.execution(id(1, 1)), Ok(None));
    assert_eq!(store.journal(id(1, 1), 0, 10), Ok(vec![]));
    assert_eq!(store.open_executions(None, 10), Ok(vec![]));
    assert_eq!(store.next_due(), Ok(None));
    assert_eq!(store.expire(super::at(i64::MAX), 10), Ok(0));
    assert_eq!(bytes(id(1, 1), 0, 0), b"");
    let epoch = store.acquire("a").expect("an epoch");
    assert_eq!(store.commit(&Group { epoch, ..Group::default() }), Ok(()));
}
