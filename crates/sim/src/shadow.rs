//! Shadows: for every execution what its records add up to, folded outside of the
//! workers. Live state must equal it after every batch, and what the store keeps
//! must be a beginning of it.

mod family;
mod tokens;

use crate::check::{Violation, rule};
pub(crate) use family::as_told;
use family::{Family, check_map_runs};
use stateline_base::{ExecutionId, Timestamp};
use stateline_engine::{Ending, Execution, apply, replay};
use stateline_journal::{AttemptId, Event, Record, Started, decode};
use stateline_store::{Append, ExecutionRow, Status, Store};
use std::collections::{BTreeMap, BTreeSet};
use tokens::Tasks;

/// One execution as its records tell it.
struct Shadow {
    execution: Execution,
    records: Vec<Record>,
    /// In which process each record was decided.
    born: Vec<u32>,
    /// Where the journal holds the `TaskStarted` of each attempt, and the `ChildStarted` of each child.
    tasks: BTreeMap<AttemptId, u64>,
    /// Tasks that end later.
    later: Tasks,
    /// Where the journal holds the `ChildRedriven` of each child, by the redrive of its Map Run.
    redriven: BTreeMap<(AttemptId, u32), u64>,
    /// So many records were found durable.
    durable: usize,
}

/// All executions of a world.
#[derive(Default)]
pub(crate) struct Shadows {
    all: BTreeMap<ExecutionId, Shadow>,
    /// Which execution is which child of which parent.
    family: Family,
}

/// How far redrives in one millisecond may run ahead of the clock.
const REDRIVES_AHEAD_MS: i64 = 50;
/// Batches read at a time: small, so that paging is under test.
const JOURNAL_PAGE: usize = 5;

impl Shadows {
    /// A worker decided records: they go on where the earlier ones ended, and their row follows from them.
    pub(crate) fn note(
        &mut self,
        append: &Append,
        process: u32,
        wall_max: Timestamp,
    ) -> Result<(), Violation> {
        let name = &append.row.name;
        let batch =
            decode(&append.bytes).map_err(|error| Violation(format!("a batch of {name}: {error}")))?;
        rule!(batch.records.len() == append.events as usize, "a batch of {name} counts its records wrong");
        let known = self.all.get(&append.id).map_or(0, |shadow| shadow.records.len());
        rule!(
            append.expected_seq == known as u64,
            "a batch of {name} begins at {}, its journal ends at {known}",
            append.expected_seq
        );
        let mut records = batch.records;
        // A redrive comes after the end, be it in the same millisecond.
        let latest = wall_max.plus_millis(REDRIVES_AHEAD_MS);
        rule!(records.iter().all(|record| record.at <= latest), "{name} has a record from the future");
        if known == 0 {
            let first = records.first().cloned();
            let execution = replay(first.as_ref())
                .ok_or_else(|| Violation(format!("{name} does not begin with its start")))?;
            let records = first.into_iter().collect();
            let shadow = Shadow {
                execution,
                records,
                born: vec![process],
                tasks: BTreeMap::new(),
                later: Tasks::default(),
                redriven: BTreeMap::new(),
                durable: 0,
            };
            self.check_birth(append.id, &shadow.execution)?;
            self.all.insert(append.id, shadow);
        }
        for record in &records {
            self.check_child_ended(append.id, record)?;
            self.check_redriven(append.id, record)?;
        }
        let Some(shadow) = self.all.get_mut(&append.id) else { return Ok(()) };
        records.drain(..shadow.records.len() - known);
        for record in records {
            shadow.push(record, process);
        }
        check_row(&append.row, shadow)
    }

    /// The execution in a worker's memory is what its records add up to.
    pub(crate) fn check_live(&self, id: ExecutionId, live: &Execution) -> Result<(), Violation> {
        if let Some(shadow) = self.all.get(&id) {
            let name = &live.started.execution_arn;
            rule!(*live == shadow.execution, "{name} in memory is not what its records add up to");
        }
        Ok(())
    }

    /// Where the journal holds the `TaskStarted` of an attempt.
    pub(crate) fn task_started(&self, id: ExecutionId, attempt: AttemptId) -> Option<u64> {
        self.all.get(&id).and_then(|shadow| shadow.tasks.get(&attempt)).copied()
    }

    /// A commit said that it is done: what it speaks of is durable from here on.
    pub(crate) fn committed(&mut self, id: ExecutionId, store: &dyn Store) -> Result<(), Violation> {
        let row = store.execution(id)?;
        if let (Some(shadow), Some(row)) = (self.all.get_mut(&id), row) {
            let stored = usize::try_from(row.next_seq).unwrap_or(usize::MAX);
            rule!(stored <= shadow.records.len(), "{} has more records than were decided", row.name);
            shadow.durable = shadow.durable.max(stored);
        }
        Ok(())
    }

    /// An execution was turned away: it never was.
    pub(crate) fn forget(&mut self, id: ExecutionId) {
        if self.all.get(&id).is_some_and(|shadow| shadow.durable == 0) {
            self.all.remove(&id);
            self.family.forget(id);
        }
    }

    /// The machine went down: what is stored is a beginning of what was decided, and no
    /// shorter than what was found durable. From here on it is all there is.
    pub(crate) fn fall_back(&mut self, store: &dyn Store) -> Result<(), Violation> {
        let mut gone = Vec::new();
        for (id, shadow) in &mut self.all {
            let stored = read_records(store, *id)?;
            let name = &shadow.execution.started.execution_arn;
            rule!(stored.len() >= shadow.durable, "{name} lost records that were durable");
            rule!(shadow.records.starts_with(&stored), "{name} has other records than were decided");
            if stored.len() < shadow.records.len() {
                shadow.records.truncate(stored.len());
                shadow.born.truncate(stored.len());
                shadow.tasks.retain(|_, seq| *seq < stored.len() as u64);
                shadow.redriven.retain(|_, seq| *seq < stored.len() as u64);
                shadow.later = Tasks::of(&shadow.records);
                match replay(&shadow.records) {
                    Some(execution) => shadow.execution = execution,
                    None => gone.push(*id),
                }
            }
            shadow.durable = stored.len();
            if !gone.contains(id) {
                check_map_runs(&shadow.execution, store)?;
            }
        }
        for id in gone {
            self.all.remove(&id);
            self.family.forget(id);
        }
        Ok(())
    }

    /// Executions that still run, as far as their records tell.
    pub(crate) fn open(&self) -> usize {
        self.all.values().filter(|shadow| shadow.execution.is_open()).count()
    }

    /// Where executions are listed: with their machines, and children with their Map Runs.
    pub(crate) fn lists(&self) -> BTreeSet<String> {
        let list = |started: &Started| match &started.parent {
            Some(link) => link.map_run_arn.to_string(),
            None => started.machine_arn.to_string(),
        };
        self.all.values().map(|shadow| list(&shadow.execution.started)).collect()
    }

    /// In which process each record was decided.
    pub(crate) fn into_born(self) -> BTreeMap<ExecutionId, Vec<u32>> {
        self.all.into_iter().map(|(id, shadow)| (id, shadow.born)).collect()
    }
}

impl Shadow {
    /// Whether its end is stored; what is counted behind it may follow later.
    fn end_is_durable(&self) -> bool {
        let end = self.records.iter().rposition(|record| record.event.is_end());
        end.is_some_and(|end| end < self.durable)
    }

    fn push(&mut self, record: Record, process: u32) {
        apply(&mut self.execution, &record);
        self.later.note(self.records.len() as u64, &record.event);
        if let Event::TaskStarted { frame, .. } = &record.event {
            let attempts = self.execution.attempts_out();
            let attempt = attempts.filter(|(at, _, _)| at == frame).map(|(_, attempt, _)| attempt).next();
            if let Some(attempt) = attempt {
                self.tasks.insert(attempt, self.records.len() as u64);
            }
        }
        if let Event::ChildStarted { attempt, .. } | Event::ItemsTaken { attempt, .. } = &record.event {
            self.tasks.insert(*attempt, self.records.len() as u64);
        }
        if let Event::ChildRedriven { attempt, .. } = &record.event {
            let follows = self.execution.child(*attempt).and_then(|child| child.redrive);
            if let Some(redrive) = follows {
                self.redriven.insert((*attempt, redrive.map_run), self.records.len() as u64);
            }
        }
        self.records.push(record);
        self.born.push(process);
    }
}

/// The row that goes with a batch says what the records say.
fn check_row(row: &ExecutionRow, shadow: &Shadow) -> Result<(), Violation> {
    let (name, x) = (&row.name, &shadow.execution);
    let status = match &x.ending {
        None => Status::Running,
        Some(Ending::Succeeded(_)) => Status::Succeeded,
        Some(Ending::Failed(_)) => Status::Failed,
        Some(Ending::Aborted(_)) => Status::Aborted,
        Some(Ending::TimedOut) => Status::TimedOut,
    };
    rule!(row.status == status, "the row of {name} says {:?}", row.status);
    rule!(row.next_seq == x.records, "the row of {name} counts {} records of {}", row.next_seq, x.records);
    rule!(row.stopped == x.stopped_at, "the row of {name} has another stop date");
    rule!(row.wake == x.wake(), "the row of {name} wakes it at another time");
    let due = x.attempts_out().filter_map(|(_, attempt, _)| shadow.later.due(attempt)).min();
    let in_time = !x.is_open() || due.is_none_or(|due| row.wake.is_some_and(|wake| wake <= due));
    rule!(in_time, "the row of {name} wakes it when a task's time has been over for long");
    rule!(row.wake.is_some() == x.is_open(), "the row of {name} has a timer too many or too few");
    // What only waits for its token rests; calls and jobs are looked at after a restart.
    let jobs = x.submitted().any(|(attempt, ..)| shadow.later.is_job(attempt));
    let waits = x.calls_out().next().is_some() || jobs || x.has_children_out();
    let busy = x.is_open() && (waits || x.has_work());
    rule!(row.busy == busy, "the row of {name} is wrong about work in flight");
    Ok(())
}

/// Every stored record of an execution.
pub(crate) fn read_records(store: &dyn Store, id: ExecutionId) -> Result<Vec<Record>, Violation> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let page = store.journal(id, records.len() as u64, JOURNAL_PAGE)?;
        for batch in &page {
            let decoded = decode(&batch.bytes)
                .map_err(|error| Violation(format!("a stored batch does not decode: {error}")))?;
            rule!(decoded.records.len() == batch.events as usize, "a stored batch counts its records wrong");
            records.extend(decoded.records);
        }
        if page.len() < JOURNAL_PAGE {
            return Ok(records);
        }
    }
}
