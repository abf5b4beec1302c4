//! What every store must do, as functions over a [`Bench`], and the rows and
//! groups they are made of. `stores.rs` runs them on each store.

mod documents;
mod exports;
mod groups;
mod indexes;
mod retention;

use stateline_base::{ExecutionId, ShardId, Timestamp};
use stateline_store::{Append, Epoch, ExecutionRow, Group, Put, Status, Store, StoreError};

/// A store under test, and how to open it again.
pub trait Bench {
    type Store: Store;
    fn store(&self) -> &Self::Store;
    /// The process ends and starts again.
    fn reopen(&mut self);
}

/// Names and functions; each gets a fresh store.
pub type Cases<B> = Vec<(&'static str, fn(&mut B))>;

/// The whole suite.
pub fn cases<B: Bench>() -> Cases<B> {
    [groups::cases(), indexes::cases(), retention::cases(), documents::cases(), exports::cases()].concat()
}

pub const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m";

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub fn id(started: i64, unique: u64) -> ExecutionId {
    ExecutionId::new(at(started), ShardId::from_number((unique % 7) as u16), unique)
}

/// The row of an execution that has just started.
pub fn row(started: i64, unique: u64) -> ExecutionRow {
    ExecutionRow {
        id: id(started, unique),
        machine: MACHINE.to_owned(),
        arn: format!("arn:aws:states:us-east-1:000000000000:execution:m:{started}-{unique}"),
        name: format!("{started}-{unique}"),
        status: Status::Running,
        started: at(started),
        stopped: None,
        next_seq: 0,
        wake: None,
        busy: false,
        expires: None,
        map_runs: Vec::new(),
        body: format!("body of {unique}").into_bytes(),
        lists: Vec::new(),
        map_run: None,
    }
}

/// A closed execution's row.
pub fn closed(mut row: ExecutionRow, status: Status, expires: i64) -> ExecutionRow {
    (row.status, row.stopped, row.expires) = (status, Some(at(expires)), Some(at(expires)));
    row.wake = None;
    row
}

/// The next batch of an execution: `events` events whose bytes tell where they stand.
pub fn append(row: &mut ExecutionRow, events: u32) -> Append {
    let expected_seq = row.next_seq;
    row.next_seq += u64::from(events);
    Append { id: row.id, expected_seq, events, bytes: bytes(row.id, expected_seq, events), row: row.clone() }
}

/// The bytes [`append`] writes.
pub fn bytes(id: ExecutionId, first_seq: u64, events: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(events as usize * 40);
    for n in 0..u64::from(events) {
        bytes.extend(id.to_bytes());
        bytes.extend((first_seq + n).to_be_bytes());
        bytes.extend([b';'; 16]);
    }
    bytes
}

/// Commits under the newest epoch, taking the store over.
pub fn commit(store: &impl Store, appends: Vec<Append>) -> Epoch {
    let epoch = store.acquire("suite").expect("an epoch");
    store.commit(&Group { epoch, appends, puts: Vec::new() }).expect("a commit");
    epoch
}

pub fn commit_puts(store: &impl Store, puts: Vec<Put>) {
    let epoch = store.acquire("suite").expect("an epoch");
    store.commit(&Group { epoch, appends: Vec::new(), puts }).expect("a commit");
}

/// Starts executions with one batch of two events each.
pub fn start(store: &impl Store, rows: &mut [ExecutionRow]) -> Epoch {
    commit(store, rows.iter_mut().map(|row| append(row, 2)).collect())
}

/// The whole journal of an execution agrees with what [`append`] wrote.
pub fn check_journal(store: &impl Store, row: &ExecutionRow) -> Result<(), StoreError> {
    let mut seq = 0;
    while seq < row.next_seq {
        for batch in store.journal(row.id, seq, 3)? {
            assert_eq!(batch.first_seq, seq);
            assert_eq!(batch.bytes[..], bytes(row.id, seq, batch.events)[..]);
            seq += u64::from(batch.events);
        }
    }
    Ok(())
}
