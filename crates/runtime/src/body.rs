//! The body of a row: what lists and descriptions need beside what the store keeps in its indexes.

use crate::tasks;
use serde::{Deserialize, Serialize};
use stateline_asl::Program;
use stateline_base::Timestamp;
use stateline_engine::{Execution, RedriveFacts};
use stateline_journal::MachineKind;
use stateline_store::{ExecutionRow, Status};

/// What follows the first byte, once there is something to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Body {
    /// How often it was redriven.
    pub(crate) redrives: u32,
    /// When last.
    pub(crate) redriven_at: Option<Timestamp>,
    /// The last public event id.
    pub(crate) last_id: u64,
    /// How long it was open.
    pub(crate) open_millis: i64,
}

/// The first byte of an asynchronous Express execution's body, which no worker owns.
const EXPRESS: u8 = 1;
/// In any other: tasks wait for workers.
const OFFERS: u8 = 2;
/// Tasks end with a word from outside, by a token or from a worker.
const TOKENS: u8 = 4;
/// It would tell of those; rows of older releases do not.
const TELLS_TOKENS: u8 = 8;

/// Whether a row is that of an asynchronous Express execution, which no worker owns.
pub(crate) fn is_express(row: &ExecutionRow) -> bool {
    row.body.first() == Some(&EXPRESS)
}

/// Makes a row that of an Express execution, which no worker owns.
pub(crate) fn set_express(row: &mut ExecutionRow) {
    if let Some(first) = row.body.first_mut() {
        *first = EXPRESS;
    }
}

/// Whether tasks of an execution wait for workers: a restart brings them back to where workers ask.
pub(crate) fn has_offers(row: &ExecutionRow) -> bool {
    first(row) & (EXPRESS | OFFERS) == OFFERS
}

/// Whether tasks of an open execution may end with a word from outside. Of a row from an older
/// release that is not known, so they may.
pub(crate) fn may_have_tokens(row: &ExecutionRow) -> bool {
    let first = first(row);
    first & EXPRESS == 0 && (first & TOKENS != 0 || first & TELLS_TOKENS == 0)
}

fn first(row: &ExecutionRow) -> u8 {
    row.body.first().copied().unwrap_or_default()
}

/// The body of an execution's row as it stands. While it runs for the first time, one byte tells all.
pub(crate) fn write(x: &Execution, program: &Program) -> Vec<u8> {
    // Children have a journal whatever they are.
    let express = x.started.kind == MachineKind::Express && x.started.parent.is_none();
    let offers = x.is_open() && x.offers().next().is_some();
    let tokens = x.is_open() && tasks::open(x, program).next().is_some();
    let told = TELLS_TOKENS | (u8::from(offers) * OFFERS) | (u8::from(tokens) * TOKENS);
    let first = vec![if express { EXPRESS } else { told }];
    if x.is_open() && x.redrives.count == 0 {
        return first;
    }
    let RedriveFacts { last_id, open_millis, .. } = x.redrive_facts();
    let body = Body { redrives: x.redrives.count, redriven_at: x.redrives.at, last_id, open_millis };
    postcard::to_extend(&body, first).expect("writing a plain structure to memory cannot fail")
}

/// What a row's body tells; what rows from before redrives do not tell follows from the rest.
pub(crate) fn read(row: &ExecutionRow) -> Body {
    let tail = row.body.get(1..).filter(|tail| !tail.is_empty());
    tail.and_then(|tail| postcard::from_bytes(tail).ok()).unwrap_or_else(|| Body {
        // Not known: internal records count among those that are. A redrive looks into the journal.
        last_id: 0,
        open_millis: row.stopped.map_or(0, |stopped| stopped.since_millis(row.started)),
        ..Body::default()
    })
}

/// What decides whether the execution of a row can be redriven.
pub(crate) fn redrive_facts(row: &ExecutionRow, kind: MachineKind) -> RedriveFacts {
    let Body { last_id, open_millis, .. } = read(row);
    RedriveFacts {
        is_open: row.status.is_open(),
        succeeded: row.status == Status::Succeeded,
        stopped_at: row.stopped,
        last_id,
        open_millis,
        kind,
    }
}
