//! The two children of `scripts/tests.d/52-power-loss`: one commits numbered groups while all that
//! it does to its files is recorded, the other looks at what a loss of power may have left.
//!
//! What a group holds follows from its number, so both agree without a word. Old rounds expire,
//! so that deletions, flushes, merges and blob files that are given up all happen.

use crate::suite::{MACHINE, append, at, check_journal, closed, row};
use stateline_store::{EmbeddedStore, Group, ListQuery, Options, Put, Status, Store, Table, open_embedded};
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const DIR: &str = "STATELINE_STORE_POWER_DIR";
/// How many groups there are to be in the end.
const GROUPS: &str = "STATELINE_STORE_POWER_GROUPS";
/// Bytes that the document of a group has beyond its usual ones.
const LARGE: &str = "STATELINE_STORE_POWER_LARGE";
/// Set for the child that looks.
const LOOK: &str = "STATELINE_STORE_POWER_LOOK";

/// Executions a group touches; each gets one batch a group until it closes.
const LANES: u64 = 16;
/// Groups after which the executions of all lanes close and new ones start.
const ROUND: u64 = 10;
/// Rounds that closed executions stay.
const KEPT: u64 = 2;
/// Documents that groups write and delete in turn.
const DOCUMENTS: u64 = 7;
/// Groups that are committed to what a loss of power has left: more than a round.
const GO_ON: u64 = 12;

fn options() -> Options {
    Options { small_files: true, ..Options::default() }
}

fn number(name: &str) -> u64 {
    crate::setting(name).map_or(0, |text| text.parse().expect("a number"))
}

/// Not a test by itself: commits until there are so many groups.
#[test]
fn load() {
    let Some(dir) = crate::setting(DIR) else { return };
    let store = open_embedded(&dir, options()).expect("a store");
    commit_until(&store, number(GROUPS), |number| {
        let mut stdout = std::io::stdout();
        writeln!(stdout, "acknowledged {number}").and_then(|()| stdout.flush()).expect("a reader");
    });
    if number(LARGE) > 0 {
        wait_for_one_journal(&Path::new(&dir).join("db"));
    }
}

/// Lets the engine remove the journals whose contents are in tables, two seconds at most.
#[allow(clippy::disallowed_methods, reason = "the engine's own threads do it, and tell nobody")]
fn wait_for_one_journal(db: &Path) {
    let journals = || {
        let entries = std::fs::read_dir(db).expect("a folder").filter_map(Result::ok);
        entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "jnl")).count()
    };
    for _ in 0..20 {
        if journals() <= 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

fn commit_until(store: &EmbeddedStore, end: u64, told: impl Fn(u64)) {
    let epoch = store.acquire("power").expect("an epoch");
    let begin = next_number(store);
    delete_old(store, begin);
    for number in begin..end {
        store.commit(&Group { epoch, ..group(store, number) }).expect("a commit");
        told(number);
        delete_old(store, number + 1);
    }
}

/// Deletes the rounds that have expired, when a round is full.
fn delete_old(store: &EmbeddedStore, groups: u64) {
    if groups.is_multiple_of(ROUND) {
        while store.expire(at(first_kept(groups) as i64 - 1), 100).expect("a deletion") > 0 {}
    }
}

fn group(store: &EmbeddedStore, number: u64) -> Group {
    let (round, step) = (number / ROUND, number % ROUND);
    let appends = (0..LANES).map(|lane| {
        let fresh = row(round as i64, lane);
        let mut row = store.execution(fresh.id).expect("a row").unwrap_or(fresh);
        row.wake = Some(at(number as i64));
        // Some batches are larger than the pages and buffers they pass through.
        row.body = vec![number as u8; if lane == 3 { 3_000 } else { 300 }];
        if step == ROUND - 1 {
            row = closed(row, Status::Succeeded, round as i64);
        }
        append(&mut row, events(number, lane))
    });
    let put = |key: String, bytes: Option<Vec<u8>>| Put { table: Table::Settings, key, bytes };
    let written = put("number".to_owned(), Some(number.to_string().into()));
    let turn = put(format!("document {}", number % DOCUMENTS), document(number));
    Group { epoch: Default::default(), appends: appends.collect(), puts: vec![written, turn] }
}

fn events(number: u64, lane: u64) -> u32 {
    if lane == number % LANES { 300 } else { 2 }
}

/// What a group makes of its document: some are deleted.
fn document(number: u64) -> Option<Vec<u8>> {
    let large = self::number(LARGE) as usize;
    (!number.is_multiple_of(5)).then(|| number.to_string().repeat(1_000 + large / 2).into())
}

fn next_number(store: &EmbeddedStore) -> u64 {
    let last = store.get(Table::Settings, "number").expect("a document");
    last.map_or(0, |text| 1 + String::from_utf8(text).expect("text").parse::<u64>().expect("a number"))
}

/// The first round that must be there when `groups` groups have had time to delete what is old.
fn first_kept(groups: u64) -> u64 {
    (groups / ROUND).saturating_sub(KEPT)
}

/// Everything of all groups before `end` is there, nothing of a later one, and what has expired is
/// gone: in whole rounds, the last of them perhaps not yet.
fn check(store: &EmbeddedStore, end: u64) {
    let (certain, likely) = (first_kept(end.saturating_sub(1)), first_kept(end));
    let rounds = end.div_ceil(ROUND);
    let is_kept = |round| {
        let here = (0..LANES)
            .filter(|lane| store.execution(row(round as i64, *lane).id).expect("a row").is_some())
            .count() as u64;
        assert!(here == 0 || here == LANES, "round {round}: {here} of {LANES} executions are there");
        here > 0
    };
    let mut kept = 0;
    for round in 0..rounds {
        let is_kept = is_kept(round);
        assert!(!(is_kept && round < certain), "round {round} had been deleted");
        assert!(is_kept || round < likely, "round {round} is lost");
        if is_kept {
            kept += 1;
            (0..LANES).for_each(|lane| check_execution(store, end, round, lane));
        }
    }
    assert!(!is_kept(rounds), "there is something of a group that was never committed");
    let open = if end.is_multiple_of(ROUND) { 0 } else { LANES as usize };
    assert_eq!(store.open_executions(None, usize::MAX).expect("rows").len(), open, "open executions");
    assert_eq!(store.due(at(i64::MAX), usize::MAX).expect("wake-ups").len(), open, "wake-ups");
    for (status, count) in [(None, (kept * LANES) as usize), (Some(Status::Running), open)] {
        let query = ListQuery { machine: MACHINE.to_owned(), status, before: None, limit: usize::MAX };
        assert_eq!(store.list(&query).expect("a list").len(), count, "listed as {status:?}");
    }
    for key in 0..DOCUMENTS {
        let writer = (0..end).rev().find(|number| number % DOCUMENTS == key);
        let found = store.get(Table::Settings, &format!("document {key}")).expect("a document");
        assert_eq!(found, writer.and_then(document), "document {key}");
    }
}

fn check_execution(store: &EmbeddedStore, end: u64, round: u64, lane: u64) {
    let groups = (end - round * ROUND).min(ROUND);
    let expected = row(round as i64, lane);
    let stored = store.execution(expected.id).expect("a row").expect("a row");
    let seq: u64 = (0..groups).map(|step| u64::from(events(round * ROUND + step, lane))).sum();
    assert_eq!(stored.next_seq, seq, "round {round}, lane {lane}");
    assert_eq!(stored.status == Status::Running, groups < ROUND, "round {round}, lane {lane}");
    assert!(stored.body.iter().all(|byte| *byte == (round * ROUND + groups - 1) as u8));
    check_journal(store, &stored).expect("a whole journal");
    assert_eq!(store.find_by_name(MACHINE, &expected.name), Ok(Some(expected.id)));
}

/// Not a test by itself: looks at folders that it is told, each with the number of groups that
/// were acknowledged and how many more may be there, and says what it finds.
#[test]
fn look() {
    if crate::setting(LOOK).is_none() {
        return;
    }
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let [acknowledged, more, dir] = words[..] else { panic!("two numbers and a folder, not {line}") };
        let (acknowledged, more) = (acknowledged.parse().expect("a number"), more.parse().expect("a number"));
        let found = catch_unwind(AssertUnwindSafe(|| look_at(Path::new(dir), acknowledged, more)));
        let verdict = found.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("panicked: {}", text.unwrap_or_default()))
        });
        match verdict {
            Ok(end) => println!("verdict ok {end}"),
            Err(what) => println!("verdict violation {}", what.replace('\n', " ")),
        }
    }
}

fn look_at(dir: &Path, acknowledged: u64, more: u64) -> Result<u64, String> {
    let open = || open_embedded(dir, options()).map_err(|error| format!("refused: {error}"));
    let store = open()?;
    let end = next_number(&store);
    if !(acknowledged..=acknowledged + more).contains(&end) {
        return Err(format!("{acknowledged} groups were acknowledged, {end} are there"));
    }
    check(&store, end);
    // It goes on as if nothing had been, and opens once more.
    commit_until(&store, end + GO_ON, |_| {});
    check(&store, end + GO_ON);
    drop(store);
    check(&open()?, end + GO_ON);
    Ok(end)
}
