//! The rows and documents that follow from an execution's journal.

use super::{Live, tokens};
use crate::body;
use crate::children::put;
use stateline_asl::Program;
use stateline_base::ExecutionId;
use stateline_engine::{Ending, Execution, MapRunSummary};
use stateline_journal::{Event, Record, encode};
use stateline_store::{Append, ExecutionRow, Put, Status};

/// The journal batch and the row that follow from new records.
pub(super) fn append(id: ExecutionId, live: &Live, records: &[Record], retention_days: u32) -> Append {
    let x = &live.execution;
    let events = u32::try_from(records.len()).expect("a decision is bounded");
    let row = row(id, x, &live.definition.program, (&live.name, live.map_run.as_deref()), retention_days);
    Append { id, expected_seq: x.records - u64::from(events), events, bytes: encode(records), row }
}

/// The row of an execution as it stands, with its name and the Map Run that it is listed under.
pub(crate) fn row(
    id: ExecutionId,
    x: &Execution,
    program: &Program,
    (name, map_run): (&str, Option<&str>),
    retention_days: u32,
) -> ExecutionRow {
    let busy = x.is_open() && is_busy(x, program);
    ExecutionRow {
        id,
        machine: x.started.machine_arn.to_string(),
        arn: x.started.execution_arn.to_string(),
        name: name.to_owned(),
        status: status(x.ending.as_ref()),
        started: x.started_at,
        stopped: x.stopped_at,
        next_seq: x.records,
        wake: x.wake(),
        busy,
        expires: x.stopped_at.map(|stopped| stopped.plus_seconds(u64::from(retention_days) * 86_400)),
        map_runs: x.map_runs.keys().map(|arn| arn.to_string()).collect(),
        body: body::write(x, program),
        lists: [&x.started.version_arn, &x.started.alias_arn]
            .into_iter()
            .flatten()
            .map(|arn| arn.to_string())
            .collect(),
        map_run: map_run.map(str::to_owned),
    }
}

fn status(ending: Option<&Ending>) -> Status {
    match ending {
        None => Status::Running,
        Some(Ending::Succeeded(_)) => Status::Succeeded,
        Some(Ending::Failed(_)) => Status::Failed,
        Some(Ending::Aborted(_)) => Status::Aborted,
        Some(Ending::TimedOut) => Status::TimedOut,
    }
}

/// The Map Runs that new records speak of, as they stand.
pub(super) fn map_run_puts(x: &Execution, records: &[Record]) -> Vec<Put> {
    let speaks = |record: &Record| record.event.is_of_map_run() || record.event.is_end();
    if x.map_runs.is_empty() || !records.iter().any(speaks) {
        return Vec::new();
    }
    let first = records.first().map_or(x.last_at, |record| record.at);
    let is_settled = |arn: &str| {
        let settles =
            |event: &Event| matches!(event, Event::ChildSettled { map_run_arn, .. } if **map_run_arn == *arn);
        records.iter().any(|record| settles(&record.event))
    };
    let is_new = |run: &&MapRunSummary| run.stopped_at.is_none_or(|stopped| stopped >= first);
    let changed = x.map_runs.values().filter(|run| is_new(run) || is_settled(&run.arn));
    changed.map(|run| put(x, run)).collect()
}

/// Whether something is in flight that a restart must look at.
pub(super) fn is_busy(x: &Execution, program: &Program) -> bool {
    let calls = x.calls_out().next().is_some();
    calls || x.has_work() || x.has_children_out() || tokens::jobs(x, program).next().is_some()
}
