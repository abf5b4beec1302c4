//! Kills a process that commits, again and again, and looks at what is left.
//!
//! The test binary runs itself as the child: it commits numbered groups and
//! prints each number once it is acknowledged. Whatever was printed must be
//! there, whole, and nothing half.

use crate::suite::{append, at, check_journal, closed, row};
use stateline_store::{EmbeddedStore, Group, Options, Put, Status, Store, Table, open_embedded};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

const DIR: &str = "STATELINE_STORE_CRASH_DIR";
const KILLS: u64 = 20;
/// Executions a group touches; each gets one batch a group until it closes.
const LANES: u64 = 16;
/// Groups after which the executions of all lanes close and new ones start.
const ROUND: u64 = 10;

/// Not a test by itself: the process that is killed.
#[test]
fn child() {
    let Some(dir) = crate::setting(DIR) else { return };
    let store = open_embedded(&dir, Options::default()).expect("a store after a kill");
    let epoch = store.acquire("child").expect("an epoch");
    let mut stdout = std::io::stdout();
    for number in next_number(&store).. {
        let group = group(&store, number);
        store.commit(&Group { epoch, ..group }).expect("a commit");
        if writeln!(stdout, "acknowledged {number}").and_then(|()| stdout.flush()).is_err() {
            return;
        }
    }
}

/// What group `number` holds follows from the number and the store alone.
fn group(store: &EmbeddedStore, number: u64) -> Group {
    let (round, step) = (number / ROUND, number % ROUND);
    let appends = (0..LANES).map(|lane| {
        let fresh = row(round as i64, lane);
        let mut row = store.execution(fresh.id).expect("a row").unwrap_or(fresh);
        row.wake = Some(at(number as i64));
        // Some batches are larger than the pages and buffers they pass through.
        row.body = vec![number as u8; if lane == 3 { 30_000 } else { 300 }];
        if step == ROUND - 1 {
            row = closed(row, Status::Succeeded, i64::MAX / 2);
        }
        append(&mut row, if lane == number % LANES { 900 } else { 2 })
    });
    let put =
        Put { table: Table::Settings, key: "number".to_owned(), bytes: Some(number.to_string().into()) };
    Group { epoch: Default::default(), appends: appends.collect(), puts: vec![put] }
}

fn next_number(store: &EmbeddedStore) -> u64 {
    let last = store.get(Table::Settings, "number").expect("a document");
    last.map_or(0, |text| 1 + String::from_utf8(text).expect("text").parse::<u64>().expect("a number"))
}

/// Everything of all groups before `end` is there, and nothing of a later one.
fn check(store: &EmbeddedStore, end: u64) {
    for round in 0..end.div_ceil(ROUND) {
        let groups = (end - round * ROUND).min(ROUND);
        for lane in 0..LANES {
            let expected = row(round as i64, lane);
            let stored = store.execution(expected.id).expect("a row").expect("a row");
            let long = (0..groups).filter(|step| (round * ROUND + step) % LANES == lane).count() as u64;
            assert_eq!(stored.next_seq, long * 900 + (groups - long) * 2, "round {round}, lane {lane}");
            assert_eq!(stored.status == Status::Running, groups < ROUND);
            assert!(stored.body.iter().all(|byte| *byte == (round * ROUND + groups - 1) as u8));
            check_journal(store, &stored).expect("a whole journal");
        }
    }
    let open = if end.is_multiple_of(ROUND) { 0 } else { LANES as usize };
    assert_eq!(store.open_executions(None, usize::MAX).expect("rows").len(), open);
    assert_eq!(store.due(at(i64::MAX), usize::MAX).expect("wake-ups").len(), open);
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a kill at a random point needs a real wait")]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut acknowledged = 0;
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["crash::child", "--exact", "--nocapture"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        while !line.contains("acknowledged") {
            line.clear();
            assert_ne!(lines.read_line(&mut line).expect("a line"), 0, "the child ended by itself");
        }
        // Spread over the work of a group, which takes some milliseconds.
        std::thread::sleep(Duration::from_micros(kill * 7_919 % 60_000));
        child.kill().expect("a kill");
        let mut rest = line;
        lines.read_to_string(&mut rest).expect("what it printed");
        child.wait().expect("an end");
        let printed = rest.lines().filter_map(|line| line.split("acknowledged ").nth(1)?.parse::<u64>().ok());
        acknowledged = printed.max().map_or(acknowledged, |last| last + 1);
        let store = open_embedded(dir.path(), Options::default()).expect("a store after a kill");
        let end = next_number(&store);
        assert!(end >= acknowledged, "{acknowledged} were acknowledged, {end} are there");
        assert!(end <= acknowledged + 1, "only the last group may be there without an answer");
        check(&store, end);
    }
    println!("{KILLS} kills, {acknowledged} groups acknowledged");
    assert!(acknowledged >= KILLS);
}
