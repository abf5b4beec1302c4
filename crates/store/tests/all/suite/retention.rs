//! Retention: what has passed is gone, with everything that belonged to it.

use super::{Bench, Cases, MACHINE, append, at, check_journal, closed, commit, row, start};
use stateline_store::{Group, ListQuery, Put, Status, Store, Table};

pub fn cases<B: Bench>() -> Cases<B> {
    vec![
        ("expiry deletes all of an execution and nothing else", deletes_all),
        ("expiry keeps to its limit and to the time", limits),
        ("an expired execution may start anew", anew),
        ("an execution of many batches expires", long_history),
    ]
}

fn deletes_all(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..6).map(|n| row(1, n)).collect();
    start(store, &mut rows);
    for row in &mut rows[..3] {
        *row = closed(row.clone(), Status::Succeeded, 50);
        row.wake = Some(at(60));
    }
    rows[0].map_runs = vec!["run:1".to_owned(), "run:2".to_owned()];
    start(store, &mut rows);
    let put = |key: &str| Put { table: Table::MapRuns, key: key.to_owned(), bytes: Some(b"run".to_vec()) };
    let group = Group { puts: ["run:1", "run:2", "run:3"].map(put).into(), ..Group::default() };
    store
        .commit(&Group { epoch: store.acquire("retention").expect("an epoch"), ..group })
        .expect("documents");
    assert_eq!(store.expire(at(50), 100), Ok(3));
    bench.reopen();
    let store = bench.store();
    for row in &rows[..3] {
        assert_eq!(store.execution(row.id), Ok(None));
        assert_eq!(store.journal(row.id, 0, 10), Ok(vec![]));
        assert_eq!(store.find_by_name(MACHINE, &row.name), Ok(None));
    }
    assert_eq!(store.get(Table::MapRuns, "run:1"), Ok(None));
    assert_eq!(store.get(Table::MapRuns, "run:2"), Ok(None));
    assert_eq!(store.get(Table::MapRuns, "run:3"), Ok(Some(b"run".to_vec())));
    for row in &rows[3..] {
        assert_eq!(store.execution(row.id).as_ref(), Ok(&Some(row.clone())));
        check_journal(store, row).expect("a whole journal");
        assert_eq!(store.find_by_name(MACHINE, &row.name), Ok(Some(row.id)));
    }
    let list = |status| {
        let query = ListQuery { machine: MACHINE.to_owned(), status, before: None, limit: 100 };
        store.list(&query).expect("a page").len()
    };
    assert_eq!((list(None), list(Some(Status::Succeeded)), list(Some(Status::Running))), (3, 0, 3));
    assert_eq!(store.due(at(100), 100), Ok(vec![]));
    assert_eq!(store.open_executions(None, 100).expect("rows").len(), 3);
    assert_eq!(store.expire(at(i64::MAX), 100), Ok(0));
}

fn limits(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..10).map(|n| row(1, n)).collect();
    start(store, &mut rows);
    for (n, row) in rows.iter_mut().enumerate() {
        *row = closed(row.clone(), Status::Failed, 100 + n as i64);
    }
    start(store, &mut rows);
    assert_eq!(store.expire(at(99), 100), Ok(0));
    assert_eq!(store.expire(at(106), 4), Ok(4));
    assert_eq!(store.expire(at(106), 4), Ok(3));
    assert_eq!(store.expire(at(106), 4), Ok(0));
    assert_eq!(store.execution(rows[7].id), Ok(Some(rows[7].clone())));
}

fn anew(bench: &mut impl Bench) {
    let store = bench.store();
    let mut first = closed(row(1, 1), Status::Failed, 10);
    commit(store, vec![append(&mut first, 4)]);
    assert_eq!(store.expire(at(10), 1), Ok(1));
    let mut second = row(1, 1);
    commit(store, vec![append(&mut second, 1)]);
    check_journal(store, &second).expect("a whole journal");
    assert_eq!(store.execution(second.id), Ok(Some(second)));
}

fn long_history(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows = [row(1, 1), row(1, 2)];
    for _ in 0..5 {
        let [one, two] = &mut rows;
        let mut appends: Vec<_> = (0..1000).map(|_| append(one, 1)).collect();
        appends.extend((0..1000).map(|_| append(two, 1)));
        commit(store, appends);
    }
    check_journal(store, &rows[0]).expect("a whole journal");
    for row in &mut rows {
        *row = closed(row.clone(), Status::TimedOut, 10);
    }
    start(store, &mut rows);
    let mut expired = 0;
    while let Ok(more @ 1..) = store.expire(at(10), 10) {
        expired += more;
    }
    assert_eq!(expired, 2);
    assert_eq!(store.journal(rows[0].id, 0, 10), Ok(vec![]));
}
