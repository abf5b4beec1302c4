//! What a checker says when a rule does not hold, and the checks of a whole
//! world after its end: promises, calls, histories, indexes.

mod lives;
mod tokens;

use crate::cover::Cover;
use crate::ledger::Ledger;
use crate::reference;
use crate::scene::Scene;
use crate::shadow::read_records;
use crate::walk::{Run, Try, TryEnd, Walk};
use lives::{Life, Lives};
use serde_json::Value;
use stateline_base::{ExecutionId, Limits, Timestamp};
use stateline_engine::{Ending, ProgramNames, replay};
use stateline_journal::{Event, Record, project};
use stateline_runtime::{Definition, Outcome};
use stateline_store::{ExecutionRow, ListKey, ListQuery, Status, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
pub(crate) use tokens::TokenBook;

/// A rule that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation(pub(crate) String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<stateline_store::StoreError> for Violation {
    fn from(error: stateline_store::StoreError) -> Self {
        Violation(format!("the store refused a read: {error}"))
    }
}

/// A rule; where it does not hold, the checker says so and ends.
macro_rules! rule {
    ($holds:expr, $($text:tt)+) => {
        if !$holds {
            return Err($crate::check::Violation(format!($($text)+)));
        }
    };
}
pub(crate) use rule;

/// What the end of a world is judged by.
pub(crate) struct Evidence<'a> {
    pub(crate) seed: u64,
    pub(crate) scene: &'a Scene,
    pub(crate) ledger: &'a Ledger,
    pub(crate) limits: &'a Limits,
    /// In which process each durable record was decided.
    pub(crate) born: BTreeMap<ExecutionId, Vec<u32>>,
    /// How many processes there were.
    pub(crate) processes: u32,
    /// Where executions are listed.
    pub(crate) lists: BTreeSet<String>,
    /// The clock on the wall has stepped back.
    pub(crate) set_back: bool,
}

/// What the judgement went by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Judged {
    pub(crate) executions: usize,
    /// Executions whose ending was compared with a run without faults.
    pub(crate) compared: usize,
}

const DAY_MS: i64 = 86_400_000;
/// Rows read at a time: small, so that paging is under test.
const LIST_PAGE: usize = 3;

/// Judges a world after its end.
pub(crate) fn judge(
    store: &dyn Store,
    evidence: &Evidence<'_>,
    cover: &mut Cover,
) -> Result<Judged, Violation> {
    let mut judged = Judged::default();
    let mut lives = Lives::default();
    let rows = all_rows(store, &evidence.lists)?;
    for row in rows.values() {
        judged.executions += 1;
        lives.insert(row.id, judge_execution(store, evidence, row, cover)?)?;
    }
    lives.check(store, evidence)?;
    for id in rows.keys() {
        judged.compared += usize::from(compare(evidence, &lives, *id)?);
    }
    rule!(
        store.open_executions(None, 1)?.is_empty(),
        "an execution is open in the index and closed in its row"
    );
    rule!(store.next_due()?.is_none(), "a closed execution still has a timer in the store");
    evidence.ledger.check_kept(store)?;
    evidence.ledger.tokens.check_kept(store, evidence.limits)?;
    evidence.ledger.check_refusals(store)?;
    check_retention(store, evidence, rows.values())?;
    Ok(judged)
}

/// When their time is over, closed executions go, and leave nothing behind.
fn check_retention<'a>(
    store: &dyn Store,
    evidence: &Evidence<'_>,
    rows: impl Iterator<Item = &'a ExecutionRow> + Clone,
) -> Result<(), Violation> {
    let days = i64::from(evidence.limits.retention_days);
    let first = rows.clone().filter_map(|row| row.stopped).min();
    let early = first.map_or(Timestamp::default(), |first| first.plus_millis(days * DAY_MS - 1));
    rule!(store.expire(early, LIST_PAGE)? == 0, "an execution was deleted before its time");
    let late = rows.clone().filter_map(|row| row.stopped).max().unwrap_or_default();
    while store.expire(late.plus_millis(days * DAY_MS), LIST_PAGE)? > 0 {}
    rule!(all_rows(store, &evidence.lists)?.is_empty(), "an execution is listed after its time");
    for row in rows {
        let name = &row.name;
        rule!(store.execution(row.id)?.is_none(), "the row of {name} is there after its time");
        rule!(store.find_by_name(&row.machine, name)?.is_none(), "the name {name} is taken after its time");
        rule!(store.journal(row.id, 0, 1)?.is_empty(), "the history of {name} is there after its time");
    }
    Ok(())
}

/// Every execution of every machine and Map Run, from the lists.
fn all_rows(
    store: &dyn Store,
    lists: &BTreeSet<String>,
) -> Result<BTreeMap<ExecutionId, ExecutionRow>, Violation> {
    let mut rows = BTreeMap::new();
    for list in lists {
        let mut names = BTreeSet::new();
        let mut before = None;
        loop {
            let query = ListQuery { machine: list.clone(), status: None, before, limit: LIST_PAGE };
            let page = store.list(&query)?;
            let Some(last) = page.last() else { break };
            before = Some(ListKey::of(last));
            for row in page {
                rule!(names.insert(row.name.clone()), "the name {} was taken twice", row.name);
                rule!(!row.status.is_open(), "{} is stranded: nothing will ever wake it", row.name);
                let twice = rows.insert(row.id, row);
                rule!(twice.is_none(), "an execution is listed twice");
            }
        }
    }
    Ok(rows)
}

/// Judges one execution by its stored history.
fn judge_execution(
    store: &dyn Store,
    evidence: &Evidence<'_>,
    row: &ExecutionRow,
    cover: &mut Cover,
) -> Result<Life, Violation> {
    let name = &row.name;
    let records = read_records(store, row.id)?;
    let x = replay(&records).ok_or_else(|| Violation(format!("{name} does not begin with its start")))?;
    let definition = evidence.scene.definition(&x.started.machine_arn)?;
    let walk = Walk::along(&definition.program, &records, cover)
        .map_err(|violation| Violation(format!("the history of {name}: {violation}")))?;
    rule!(walk.is_over(), "{name} is closed without a last event");
    rule!(row.next_seq == records.len() as u64, "{name} has more records than its row says");
    rule!(row.stopped == x.stopped_at && row.wake.is_none(), "the row of {name} contradicts its history");
    check_times(&records, name)?;
    check_projection(&records, definition, &x.started.machine_arn, name)?;
    let born = evidence.born.get(&row.id).map_or(&[] as &[u32], Vec::as_slice);
    for attempt in walk.attempts() {
        if attempt.way.has_token() {
            tokens::check_later(evidence, row, attempt, born, cover)?;
        } else {
            check_attempt(evidence, row, attempt, born, cover)?;
        }
    }
    let stopped = evidence.ledger.stop_was_asked(row.id);
    let is_fair = !stopped && is_comparable(evidence, &walk, &records, row);
    let runs_failed_otherwise = walk.runs_failed_otherwise();
    let runs = walk.into_runs();
    Ok(Life {
        name: name.clone(),
        machine_arn: x.started.machine_arn.to_string(),
        status: row.status,
        ending: x.ending,
        is_fair,
        runs,
        runs_failed_otherwise,
        parent: x.started.parent.map(|link| (link.execution, link.attempt)),
        records,
    })
}

/// Whether an execution could be compared with a run without faults; it must have ended like that one.
fn compare(evidence: &Evidence<'_>, lives: &Lives, id: ExecutionId) -> Result<bool, Violation> {
    let Some(life) = lives.all.get(&id).filter(|_| lives.is_comparable(id)) else { return Ok(false) };
    let name = &life.name;
    let definition = evidence.scene.definition(&life.machine_arn)?;
    let reference = reference::run(evidence.seed, definition, evidence.limits, &life.records)
        .ok_or_else(|| Violation(format!("{name} does not end without faults")))?;
    if reference.runs_failed_otherwise + life.runs_failed_otherwise > 0 {
        // Which came first, an item that cannot be made or too many that failed, is a race.
        return Ok(false);
    }
    let full = |ending: &Ending| {
        let Ending::Failed(failure) = ending else { return false };
        failure.cause.as_deref().is_some_and(|cause| cause.starts_with("The execution reached the maximum"))
    };
    if full(&reference.ending) {
        // A bound was hit, which is not compared either way round.
        return Ok(false);
    }
    let untimed = evidence.set_back || life.runs.iter().any(Run::is_express);
    if matches!(reference.ending, Ending::TimedOut) && untimed {
        // How long Express children take, no clock on the wall tells; and while it is behind, nothing
        // takes any time: what timed out without faults may come to its end then.
        return Ok(false);
    }
    let (with, without) = (life.ending.as_ref().map(plain), plain(&reference.ending));
    rule!(
        with.as_ref() == Some(&without),
        "{name} ended with {with:?}, and without faults with {without} after {} calls",
        reference.calls
    );
    Ok(true)
}

/// An ending as text, without what depends on who was first.
fn plain(ending: &Ending) -> String {
    match ending {
        Ending::Succeeded(output) => {
            let mut output = output.value().clone();
            plain_value(&mut output);
            without_ids(&output.to_string())
        }
        other => without_ids(&format!("{other:?}")),
    }
}

/// What is told of children holds names, which follow from their numbers, and dates.
fn plain_value(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("RedriveStatus") {
                for name in ["ExecutionArn", "Name", "StartDate", "StopDate"] {
                    members.remove(name);
                }
            }
            if members.contains_key("ResultWriterDetails") {
                members.remove("MapRunArn");
            }
            members.values_mut().for_each(plain_value);
        }
        Value::Array(elements) => elements.iter_mut().for_each(plain_value),
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(mut inner) = serde_json::from_str(text) {
                plain_value(&mut inner);
                *value = inner;
            }
        }
        _ => {}
    }
}

/// Causes name event ids.
fn without_ids(text: &str) -> String {
    let mut parts = text.split("event id #");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "event id #" + part.trim_start_matches(|character: char| character.is_ascii_digit())
    })
}

/// Records follow each other in time.
fn check_times(records: &[Record], name: &str) -> Result<(), Violation> {
    let mut last = Timestamp::default();
    for record in records {
        rule!(record.at >= last, "the time of {name} steps back");
        last = record.at;
    }
    Ok(())
}

/// The public history has every public id once, in order.
fn check_projection(
    records: &[Record],
    definition: &Definition,
    machine_arn: &str,
    name: &str,
) -> Result<(), Violation> {
    let names = ProgramNames::new(&definition.program, machine_arn);
    let mut expected = 1;
    for record in records {
        match project(record, &names) {
            Some(event) => {
                rule!(event.id == expected, "the public history of {name} jumps to {}", event.id);
                expected += 1;
            }
            None => rule!(record.id == 0, "event {} of {name} does not show", record.id),
        }
    }
    Ok(())
}

/// What a history says of a call is what the world knows of it.
fn check_attempt(
    evidence: &Evidence<'_>,
    row: &ExecutionRow,
    attempt: &Try,
    born: &[u32],
    cover: &mut Cover,
) -> Result<(), Violation> {
    let (name, number) = (&row.name, attempt.attempt);
    let delivered = evidence.ledger.delivered(row.id, number);
    if let Some(taken) = &attempt.taken {
        let told = evidence.ledger.received(row.id, number) == Some(&Outcome::Succeeded(taken.clone()));
        rule!(told, "the job of attempt {number} of {name} began as no call said");
    }
    match &attempt.end {
        Some((_, TryEnd::Succeeded(output))) => {
            rule!(
                delivered == Some(&Outcome::Succeeded(output.clone())),
                "attempt {number} of {name} succeeded with what no call gave"
            );
        }
        Some((seq, TryEnd::Failed(failure))) => {
            if delivered == Some(&Outcome::Failed(failure.clone())) {
                return Ok(());
            }
            cover.input("AttemptLost");
            let (before, after) = (born.get(attempt.started), born.get(*seq));
            rule!(
                before.is_some() && before < after,
                "attempt {number} of {name} failed with {failure:?}, which no call gave, in the process that made it"
            );
        }
        Some((_, TryEnd::TimedOut)) | None => {}
    }
    Ok(())
}

/// Whether chance and faults left the ending alone: no attempt was lost, none that
/// would have come back timed out, no failure raced with siblings, no bound was hit.
fn is_comparable(evidence: &Evidence<'_>, walk: &Walk<'_>, records: &[Record], row: &ExecutionRow) -> bool {
    let fair = |attempt: &Try| match &attempt.end {
        Some((_, TryEnd::Succeeded(_))) => true,
        Some((_, TryEnd::Failed(_))) if attempt.way.has_token() => true,
        Some((_, TryEnd::Failed(failure))) => {
            let delivered = evidence.ledger.delivered(row.id, attempt.attempt);
            delivered == Some(&Outcome::Failed(failure.clone()))
        }
        Some((_, TryEnd::TimedOut)) if attempt.way.has_token() => {
            evidence.ledger.tokens.is_silent((row.id, attempt.attempt))
        }
        Some((_, TryEnd::TimedOut)) => evidence.ledger.hangs(row.id, attempt.attempt),
        None => false,
    };
    let cut_off = records.iter().any(|record| record.id >= evidence.limits.history_events_max);
    let changed = records.iter().any(|record| matches!(record.event, Event::MapRunUpdated { .. }));
    walk.children_failed() == 0
        && walk.redrives() == 0
        && !changed
        && !cut_off
        && !matches!(row.status, Status::TimedOut | Status::Aborted)
        && walk.attempts().iter().all(fair)
}
