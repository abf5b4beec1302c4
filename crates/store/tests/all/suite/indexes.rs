//! Indexes: names, lists, wake-ups, open executions.

use super::{Bench, Cases, MACHINE, append, at, closed, commit, id, row, start};
use stateline_base::ExecutionId;
use stateline_store::{Group, ListKey, ListQuery, Status, Store};

pub fn cases<B: Bench>() -> Cases<B> {
    vec![
        ("lists run from new to old and page without gaps", paging),
        ("lists filter by status", filtering),
        ("rows stand in every list they name", more_lists),
        ("children are listed by their Map Run", children),
        ("names lead to the execution that took them last", names),
        ("wake-ups come earliest first and move", wakes),
        ("wake-ups set before the earliest one are seen", earlier_wakes),
        ("open executions come in pages by id", open_pages),
        ("open executions are found near each other and far apart", scattered_open),
    ]
}

fn query(status: Option<Status>, before: Option<ListKey>, limit: usize) -> ListQuery {
    ListQuery { machine: MACHINE.to_owned(), status, before, limit }
}

fn children(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..4).map(|n| row(n, n as u64)).collect();
    for (row, map_run) in rows.iter_mut().zip([None, Some("run:1"), Some("run:1"), Some("run:2")]) {
        row.map_run = map_run.map(str::to_owned);
    }
    start(store, &mut rows);
    rows[1] = closed(rows[1].clone(), Status::Failed, 50);
    start(store, &mut rows);
    let list = |list: &str, status| {
        let query = ListQuery { machine: list.to_owned(), ..query(status, None, 10) };
        store.list(&query).expect("a page").iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(list(MACHINE, None), [rows[0].id]);
    assert_eq!(list("run:1", None), [rows[2].id, rows[1].id]);
    assert_eq!(list("run:1", Some(Status::Failed)), [rows[1].id]);
    assert_eq!(list("run:2", Some(Status::Running)), [rows[3].id]);
    // Their names stand under their machine all the same.
    assert_eq!(store.find_by_name(MACHINE, &rows[1].name), Ok(Some(rows[1].id)));
    assert_eq!(store.expire(at(50), 10), Ok(1));
    assert_eq!(list("run:1", None), [rows[2].id]);
}

/// All pages of a list; `between` runs after each page.
fn pages(store: &impl Store, status: Option<Status>, mut between: impl FnMut(usize)) -> Vec<ExecutionId> {
    let mut found: Vec<ExecutionId> = Vec::new();
    let mut before = None;
    loop {
        let page = store.list(&query(status, before, 7)).expect("a page");
        let Some(last) = page.last() else { return found };
        before = Some(ListKey::of(last));
        found.extend(page.iter().map(|row| row.id));
        between(found.len());
    }
}

fn paging(bench: &mut impl Bench) {
    let store = bench.store();
    // Many in one millisecond, and ids that do not follow the order of starts.
    let mut rows: Vec<_> = (0..40).map(|n| row(n / 8, (n * 7 % 40) as u64)).collect();
    start(store, &mut rows);
    let mut expected: Vec<_> = rows.iter().map(ListKey::of).collect();
    expected.sort();
    expected.reverse();
    let expected: Vec<_> = expected.into_iter().map(|place| place.id).collect();
    let found = pages(store, None, |n| {
        // Newer ones that start meanwhile do not disturb the pages.
        start(store, &mut [row(1000, n as u64)]);
    });
    assert_eq!(found, expected);
    let mut other = row(1, 99);
    other.machine = format!("{MACHINE}2");
    start(store, std::slice::from_mut(&mut other));
    assert_eq!(store.list(&query(None, None, 1000)).expect("a page").len(), 40 + 6);
    assert_eq!(store.list(&query(None, None, 0)), Ok(vec![]));
}

fn filtering(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..30).map(|n| row(n, n as u64)).collect();
    start(store, &mut rows);
    for (n, row) in rows.iter_mut().enumerate() {
        let status = Status::ALL[n % 5];
        if status != Status::Running {
            *row = closed(row.clone(), status, 500);
        }
    }
    start(store, &mut rows);
    for (n, status) in Status::ALL.into_iter().enumerate() {
        let expected: Vec<_> = (0..30).rev().filter(|at| at % 5 == n).map(|at| rows[at].id).collect();
        assert_eq!(pages(store, Some(status), |_| {}), expected, "{status:?}");
    }
    assert_eq!(pages(store, None, |_| {}).len(), 30);
    // A redriven execution is open again.
    let mut again = rows[1].clone();
    (again.status, again.stopped, again.expires) = (Status::Running, None, None);
    commit(store, vec![append(&mut again, 1)]);
    assert_eq!(store.open_executions(None, 100).expect("rows").len(), 7);
    assert_eq!(pages(store, Some(Status::Succeeded), |_| {}).len(), 5);
    assert_eq!(store.expire(at(1000), 100), Ok(23));
}

fn more_lists(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..10).map(|n| row(n, n as u64)).collect();
    for (n, row) in rows.iter_mut().enumerate().filter(|(n, _)| n % 2 == 0) {
        row.lists = vec![format!("{MACHINE}:1"), format!("{MACHINE}:live")];
        row.lists.truncate(1 + n % 4 / 2);
    }
    start(store, &mut rows);
    rows[4] = closed(rows[4].clone(), Status::Failed, 500);
    commit(store, vec![append(&mut rows[4], 1)]);
    let listed = |list: &str, status| {
        let query = ListQuery { machine: format!("{MACHINE}{list}"), ..query(status, None, 100) };
        store.list(&query).expect("a page")
    };
    let of = |numbers: &[usize]| numbers.iter().map(|n| rows[*n].clone()).collect::<Vec<_>>();
    assert_eq!(listed(":1", None), of(&[8, 6, 4, 2, 0]));
    assert_eq!(listed(":1", Some(Status::Running)), of(&[8, 6, 2, 0]));
    assert_eq!(listed(":1", Some(Status::Failed)), of(&[4]));
    assert_eq!(listed(":live", None), of(&[6, 2]));
    assert_eq!(listed("", None).len(), 10);
    let mut moved = rows[2].clone();
    moved.lists.clear();
    let epoch = store.acquire("suite").expect("an epoch");
    let group = Group { epoch, appends: vec![append(&mut moved, 1)], puts: Vec::new() };
    assert!(store.commit(&group).is_err(), "lists never change");
    assert_eq!(store.expire(at(1000), 100), Ok(1));
    assert_eq!(listed(":1", None), of(&[8, 6, 2, 0]));
    assert_eq!(listed(":1", Some(Status::Failed)), vec![]);
}

fn names(bench: &mut impl Bench) {
    let store = bench.store();
    let mut first = row(1, 1);
    first.name = "same".to_owned();
    start(store, std::slice::from_mut(&mut first));
    assert_eq!(store.find_by_name(MACHINE, "same"), Ok(Some(first.id)));
    assert_eq!(store.find_by_name(MACHINE, "sam"), Ok(None));
    assert_eq!(store.find_by_name("arn", "same"), Ok(None));
    assert_eq!(store.find_by_name(&"m".repeat(70_000), "same"), Ok(None));
    let mut second = row(2, 2);
    second.name = "same".to_owned();
    start(store, std::slice::from_mut(&mut second));
    let mut old = closed(first, Status::Failed, 10);
    commit(store, vec![append(&mut old, 1)]);
    assert_eq!(store.expire(at(10), 10), Ok(1));
    assert_eq!(store.find_by_name(MACHINE, "same"), Ok(Some(second.id)));
}

fn wakes(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..20).map(|n| row(1, n)).collect();
    for (n, row) in rows.iter_mut().enumerate() {
        row.wake = Some(at(100 + (n as i64 * 7) % 20));
    }
    start(store, &mut rows);
    assert_eq!(store.next_due(), Ok(Some(at(100))));
    assert_eq!(store.due(at(99), 100), Ok(vec![]));
    let due = store.due(at(109), 100).expect("due");
    assert!(due.len() == 10 && due.is_sorted());
    assert_eq!(store.due(at(109), 3).expect("due"), due[..3]);
    for row in &mut rows {
        row.wake = row.wake.filter(|wake| *wake > at(109)).map(|wake| wake.plus_millis(1000));
    }
    start(store, &mut rows);
    assert_eq!(store.next_due(), Ok(Some(at(1110))));
    assert_eq!(store.due(at(2000), 100).expect("due").len(), 10);
}

fn earlier_wakes(bench: &mut impl Bench) {
    let store = bench.store();
    let (mut late, mut early) = (row(1, 1), row(1, 2));
    late.wake = Some(at(1000));
    start(store, std::slice::from_mut(&mut late));
    assert_eq!(store.next_due(), Ok(Some(at(1000))));
    assert_eq!(store.due(at(900), 10), Ok(vec![]));
    early.wake = Some(at(-5));
    start(store, std::slice::from_mut(&mut early));
    assert_eq!(store.next_due(), Ok(Some(at(-5))));
    assert_eq!(store.due(at(900), 10), Ok(vec![(at(-5), early.id)]));
    bench.reopen();
    assert_eq!(bench.store().due(at(1000), 10).expect("due").len(), 2);
}

fn open_pages(bench: &mut impl Bench) {
    let mut rows: Vec<_> = (0..25).map(|n| row(n, n as u64)).collect();
    start(bench.store(), &mut rows);
    rows[3] = closed(rows[3].clone(), Status::Aborted, 10);
    commit(bench.store(), vec![append(&mut rows[3], 1)]);
    bench.reopen();
    let mut found = Vec::new();
    while let Ok(page) = bench.store().open_executions(found.last().copied(), 10)
        && !page.is_empty()
    {
        found.extend(page.iter().map(|row| row.id));
    }
    let expected: Vec<_> = (0..25).filter(|n| *n != 3).map(|n| id(n, n as u64)).collect();
    assert_eq!(found, expected);
}

fn scattered_open(bench: &mut impl Bench) {
    let mut rows: Vec<_> = (0..400).map(|n| row(n, n as u64)).collect();
    start(bench.store(), &mut rows);
    // Close together, then far apart, then close together again.
    let stays_open = |n: usize| n < 20 || n.is_multiple_of(90) || n >= 390;
    for (n, row) in rows.iter_mut().enumerate().filter(|(n, _)| !stays_open(*n)) {
        *row = closed(row.clone(), Status::Succeeded, 1_000 + n as i64);
    }
    start(bench.store(), &mut rows);
    bench.reopen();
    let found = bench.store().open_executions(None, 1_000).expect("rows");
    let expected: Vec<_> = (0..400).filter(|n| stays_open(*n)).map(|n| rows[n].clone()).collect();
    assert_eq!(found, expected);
    assert_eq!(bench.store().open_executions(Some(expected[25].id), 3).expect("rows"), expected[26..29]);
}
