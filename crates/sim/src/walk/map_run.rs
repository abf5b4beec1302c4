//! The legal walk of Map Runs: which child may start and end when, and the counts
//! that follow from it, made without the engine's own.

use super::{Place, Walk};
use crate::check::{Violation, rule};
use stateline_asl::MachineKind;
use stateline_asl::program::Kind;
use stateline_base::Timestamp;
use stateline_engine::{Counts, MapRunStatus, MapRunSummary};
use stateline_journal::{AttemptId, ChildEnd, ChildEnding, Event, FrameId, MapRunLimits, Record};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One Map Run as the history tells it.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) arn: Arc<str>,
    frame: FrameId,
    state: u32,
    items: u32,
    children: u32,
    batches: Vec<u32>,
    /// Whether its children are Express, which keep nothing of their own.
    express: bool,
    /// Whether a reader still gives items, and how many there are at most.
    reads: bool,
    items_max: Option<u64>,
    /// Whether its results are written, and being written.
    writes: bool,
    awaited: bool,
    limits: MapRunLimits,
    started: Timestamp,
    stopped: Option<Timestamp>,
    status: MapRunStatus,
    /// The next child.
    next: u32,
    /// Which child runs under which number.
    running: BTreeMap<AttemptId, u32>,
    /// Children that ended, with what the parent took them for.
    pub(crate) ended: BTreeMap<AttemptId, (u32, ChildEnding)>,
    /// Children that still ran when it was over, any time it was.
    pub(crate) cut_off: BTreeSet<AttemptId>,
    /// How some of them had ended, as the parent was told later; those that went on are not among them.
    pub(crate) settled: BTreeMap<AttemptId, ChildEnd>,
    /// Children that are to go on after a redrive and have not yet.
    waiting: BTreeMap<AttemptId, u32>,
    redrives: u32,
    redriven: Option<Timestamp>,
}

impl Run {
    /// Whether its children are Express.
    pub(crate) fn is_express(&self) -> bool {
        self.express
    }

    /// How many items a child has.
    fn share(&self, child: u32) -> u64 {
        u64::from(if self.batches.is_empty() {
            1
        } else {
            self.batches.get(child as usize).copied().unwrap_or(0)
        })
    }

    fn failed_items(&self) -> u64 {
        let failed = |(child, ending): &(u32, ChildEnding)| match ending {
            ChildEnding::Failed(_) | ChildEnding::TimedOut => self.share(*child),
            ChildEnding::Succeeded(_) | ChildEnding::Aborted(_) => 0,
        };
        let ended = self.ended.iter().filter(|(child, _)| !self.waiting.contains_key(child));
        ended.map(|(_, ended)| failed(ended)).sum()
    }

    /// Whether more failed than may. Of two thresholds, one that is 0 does not count.
    fn is_beyond_tolerance(&self) -> bool {
        let failed = self.failed_items();
        let MapRunLimits { tolerated_count: count, tolerated_percentage: percentage, .. } = self.limits;
        let by_count = failed > count;
        let total = if self.reads { self.items_max } else { Some(u64::from(self.items)) };
        #[allow(clippy::cast_precision_loss, reason = "a simulation has few items")]
        let by_share = total.is_some_and(|total| failed as f64 * 100.0 > percentage * total as f64);
        match (count == 0, percentage == 0.0) {
            (true, true) => failed > 0,
            (false, true) => by_count,
            (true, false) => by_share,
            (false, false) => by_count || by_share,
        }
    }

    /// What everybody must be told of it now.
    pub(crate) fn summary(&self) -> MapRunSummary {
        MapRunSummary {
            arn: self.arn.clone(),
            state: self.state,
            status: self.status,
            started_at: self.started,
            stopped_at: self.stopped,
            limits: self.limits,
            items: self.counts(|child| self.share(child)),
            children: self.counts(|_| 1),
            redrives: self.redrives,
            redriven_at: self.redriven,
        }
    }

    fn counts(&self, weight: impl Fn(u32) -> u64) -> Counts {
        let mut counts = Counts::default();
        for child in 0..self.children {
            counts.total += weight(child);
            if child >= self.next {
                counts.pending += weight(child);
            }
        }
        for (number, (child, ending)) in &self.ended {
            if self.is_open() && self.waiting.contains_key(number) {
                continue;
            }
            count(&mut counts, end_of(ending), weight(*child));
        }
        for (number, child) in &self.waiting {
            if self.is_open() {
                counts.pending_redrive += weight(*child);
            } else if !self.ended.contains_key(number) {
                count(&mut counts, self.settled.get(number).copied(), weight(*child));
            }
        }
        for (number, child) in &self.running {
            if self.is_open() {
                counts.running += weight(*child);
            } else {
                count(&mut counts, self.settled.get(number).copied(), weight(*child));
            }
        }
        counts
    }

    /// It is over; what still runs is cut off.
    pub(super) fn close(&mut self, status: MapRunStatus, at: Timestamp) {
        self.status = status;
        self.stopped = Some(at);
        self.cut_off.extend(self.running.keys());
    }

    /// It is open again: children that did not succeed are to go on.
    fn redrive(&mut self, count: u32, at: Timestamp) {
        (self.status, self.stopped) = (MapRunStatus::Running, None);
        (self.redrives, self.redriven) = (count, Some(at));
        self.awaited = false;
        self.waiting.append(&mut self.running);
        let bad = self.ended.iter().filter(|(_, (_, ending))| goes_on(ending));
        self.waiting.extend(bad.map(|(number, (child, _))| (*number, *child)));
    }

    /// Whether every child has ended that there is.
    fn is_done(&self) -> bool {
        let all = self.next == self.children && !self.reads;
        all && self.running.is_empty() && self.waiting.is_empty()
    }

    pub(super) fn is_open(&self) -> bool {
        self.status == MapRunStatus::Running
    }
}

/// Counts children with an end; those that were stopped have none.
fn count(counts: &mut Counts, end: Option<ChildEnd>, number: u64) {
    let place = match end {
        Some(ChildEnd::Succeeded) => &mut counts.succeeded,
        Some(ChildEnd::Failed | ChildEnd::FailedForGood) => &mut counts.failed,
        Some(ChildEnd::TimedOut) => &mut counts.timed_out,
        None => &mut counts.aborted,
    };
    *place += number;
    if end == Some(ChildEnd::FailedForGood) {
        counts.failures_not_redrivable += number;
    }
}

/// How a child ended, as counts know it; `None` when it was stopped.
pub(crate) fn end_of(ending: &ChildEnding) -> Option<ChildEnd> {
    match ending {
        ChildEnding::Succeeded(_) => Some(ChildEnd::Succeeded),
        ChildEnding::Failed(_) if goes_on(ending) => Some(ChildEnd::Failed),
        ChildEnding::Failed(_) => Some(ChildEnd::FailedForGood),
        ChildEnding::TimedOut => Some(ChildEnd::TimedOut),
        ChildEnding::Aborted(_) => None,
    }
}

/// Whether a child that ended so goes on with its Map Run.
fn goes_on(ending: &ChildEnding) -> bool {
    match ending {
        ChildEnding::Succeeded(_) => false,
        ChildEnding::Failed(failure) => {
            let cause = failure.cause.as_deref().unwrap_or_default();
            !cause.starts_with("The execution reached the maximum number of history events")
        }
        ChildEnding::TimedOut | ChildEnding::Aborted(_) => true,
    }
}

impl Walk<'_> {
    /// An event of a Map Run.
    pub(super) fn map_run(&mut self, record: &Record) -> Result<(), Violation> {
        match &record.event {
            Event::MapRunStarted { frame, .. } => self.map_run_started(*frame, record),
            Event::MapRunPlanned(_)
            | Event::ItemsTaken { .. }
            | Event::ReaderEnded { .. }
            | Event::ResultsAwaited { .. } => self.read_or_written(record),
            Event::ChildStarted { frame, index, attempt, .. } => self.child_started(*frame, *index, *attempt),
            Event::ChildEnded { frame, attempt, ending, started_at, stopped_at } => {
                rule!(started_at <= stopped_at, "a child ended before it began");
                let run = self.run_mut(*frame)?;
                let child = run.running.remove(attempt);
                let child = child.ok_or_else(|| Violation("no such child runs".into()))?;
                run.ended.insert(*attempt, (child, ending.clone()));
                Ok(())
            }
            Event::MapRunUpdated { frame, limits } => {
                self.run_mut(*frame)?.limits = *limits;
                Ok(())
            }
            Event::MapRunSucceeded { .. } | Event::MapRunFailed { .. } => self.map_run_ended(record),
            Event::MapRunRedriven { frame, map_run_arn, count } => {
                let place = self.visitor(*frame)?.place;
                let Place::Children(number) = place else {
                    return Err(Violation(format!("the frame is {}", place.name())));
                };
                let closed = self.runs.get_mut(number).filter(|run| !run.is_open());
                let run = closed.ok_or_else(|| Violation("the Map Run is open".into()))?;
                rule!(run.arn == *map_run_arn && *count == run.redrives + 1, "redriven {count} times");
                run.redrive(*count, record.at);
                Ok(())
            }
            Event::ChildRedriven { frame, attempt } => {
                let run = self.run_mut(*frame)?;
                let child = run.waiting.remove(attempt);
                let child = child.ok_or_else(|| Violation("no such child waits to go on".into()))?;
                let room = run.running.len() < run.limits.concurrency as usize;
                rule!(room, "more children than may run at once");
                run.ended.remove(attempt);
                run.settled.remove(attempt);
                run.running.insert(*attempt, child);
                Ok(())
            }
            Event::MapRunAborted { frame } => {
                self.run_mut(*frame)?.close(MapRunStatus::Aborted, record.at);
                Ok(())
            }
            _ => Err(Violation("not an event of a Map Run".into())),
        }
    }

    /// Items are read, or results are to be written.
    fn read_or_written(&mut self, record: &Record) -> Result<(), Violation> {
        match &record.event {
            Event::MapRunPlanned(plan) => {
                let run = self.run_mut(plan.frame)?;
                run.reads = plan.reader.is_some();
                run.items_max = plan.reader.as_ref().and_then(|reader| reader.items_max);
                run.writes = plan.writer.is_some();
                Ok(())
            }
            Event::ItemsTaken { frame, index, attempt, items, cursor, .. } => {
                let run = self.run_mut(*frame)?;
                rule!(run.reads && *items > 0, "{items} items come from nowhere");
                // Cursors are numbers here: items come in order, each once.
                let end = run.items + items;
                rule!(**cursor == end.to_string(), "items up to {end} were taken, and those up to {cursor}");
                let max = run.items_max.unwrap_or(u64::MAX);
                rule!(u64::from(end) <= max, "{end} items were taken of {max}");
                run.items = end;
                run.children += 1;
                run.batches.push(*items);
                self.child_started(*frame, *index, *attempt)
            }
            Event::ReaderEnded { frame } => {
                let run = self.run_mut(*frame)?;
                rule!(run.reads, "no reader can end");
                run.reads = false;
                Ok(())
            }
            Event::ResultsAwaited { frame, failure } => {
                let run = self.run_mut(*frame)?;
                rule!(run.writes && !run.awaited, "no results are to be written");
                rule!(failure.is_some() || run.is_done(), "results are written before all children ended");
                rule!(failure.is_some() || !run.is_beyond_tolerance(), "more items failed than may");
                let tolerance = failure
                    .as_ref()
                    .is_some_and(|failure| failure.name() == "States.ExceedToleratedFailureThreshold");
                rule!(!tolerance || run.is_beyond_tolerance(), "no more items failed than may");
                run.awaited = true;
                // They were told to stop.
                run.cut_off.extend(run.running.keys());
                Ok(())
            }
            _ => Err(Violation("nothing is read or written".into())),
        }
    }

    /// A Map Run ends by itself.
    fn map_run_ended(&mut self, record: &Record) -> Result<(), Violation> {
        match &record.event {
            Event::MapRunSucceeded { frame } => {
                let run = self.run_mut(*frame)?;
                rule!(run.awaited == run.writes, "the results are not written");
                rule!(
                    run.is_done(),
                    "{} children run, {} of {} began",
                    run.running.len(),
                    run.next,
                    run.children
                );
                // While results are written, the limits may change.
                rule!(run.awaited || !run.is_beyond_tolerance(), "more items failed than may");
                run.close(MapRunStatus::Succeeded, record.at);
                Ok(())
            }
            Event::MapRunFailed { frame, failure } => {
                let run = self.run_mut(*frame)?;
                rule!(run.awaited == run.writes, "the results are not written");
                let tolerance = failure.name() == "States.ExceedToleratedFailureThreshold";
                // While results are written, the limits may change.
                let beyond = run.awaited || run.is_beyond_tolerance();
                rule!(!tolerance || beyond, "no more items failed than may");
                run.close(MapRunStatus::Failed, record.at);
                self.runs_failed_otherwise += usize::from(!tolerance);
                Ok(())
            }
            _ => Err(Violation("not the end of a Map Run".into())),
        }
    }

    /// A child that was cut off had ended by itself: that is counted once, unless it has gone on since.
    pub(super) fn child_settled(
        &mut self,
        arn: &str,
        attempt: AttemptId,
        end: ChildEnd,
    ) -> Result<(), Violation> {
        let run = self.runs.iter_mut().find(|run| *run.arn == *arn);
        let run = run.ok_or_else(|| Violation("there is no such Map Run".into()))?;
        let cut_off = !run.is_open() && run.running.contains_key(&attempt);
        let waits = run.waiting.contains_key(&attempt) && !run.ended.contains_key(&attempt);
        rule!(cut_off || waits, "child {attempt} was not cut off");
        rule!(run.settled.insert(attempt, end).is_none(), "child {attempt} is counted twice");
        Ok(())
    }

    fn child_started(&mut self, frame: FrameId, index: u32, attempt: AttemptId) -> Result<(), Violation> {
        let last = self.last_attempt;
        rule!(attempt == last + 1, "children are counted; {attempt} follows {last}");
        self.last_attempt = attempt;
        let run = self.run_mut(frame)?;
        rule!(index == run.next && index < run.children, "child {index} is not the next one");
        rule!(!run.awaited, "child {index} starts while results are written");
        let room = run.running.len() < run.limits.concurrency as usize;
        rule!(room, "more children than may run at once");
        run.next += 1;
        run.running.insert(attempt, index);
        Ok(())
    }

    fn map_run_started(&mut self, frame: FrameId, record: &Record) -> Result<(), Violation> {
        let Event::MapRunStarted { map_run_arn, children, batches, limits, .. } = &record.event else {
            return Ok(());
        };
        let visitor = self.visitor(frame)?;
        let Place::Iterations { next: 0, length, running: 0, .. } = visitor.place else {
            return Err(Violation(format!("the frame is {}", visitor.place.name())));
        };
        let state = visitor.state;
        let distributed = match self.kind(state)? {
            Kind::Map(map) => map.distributed.as_ref(),
            _ => None,
        };
        rule!(distributed.is_some(), "only distributed Maps have Map Runs");
        let express = distributed.is_some_and(|map| map.child == MachineKind::Express);
        let expected = if batches.is_empty() {
            length
        } else {
            rule!(batches.iter().all(|items| *items > 0), "a batch without items");
            rule!(batches.iter().sum::<u32>() == length, "batches hold another number of items");
            u32::try_from(batches.len()).unwrap_or(u32::MAX)
        };
        rule!(*children == expected, "{children} children for {expected} batches or items");
        rule!(limits.concurrency > 0, "no child may run");
        rule!(self.runs.iter().all(|run| run.arn != *map_run_arn), "the Map Run was there before");
        self.runs.push(Run {
            arn: map_run_arn.clone(),
            frame,
            state,
            items: length,
            children: *children,
            batches: batches.clone(),
            express,
            reads: false,
            items_max: None,
            writes: false,
            awaited: false,
            limits: *limits,
            started: record.at,
            stopped: None,
            status: MapRunStatus::Running,
            next: 0,
            running: BTreeMap::new(),
            ended: BTreeMap::new(),
            cut_off: BTreeSet::new(),
            settled: BTreeMap::new(),
            waiting: BTreeMap::new(),
            redrives: 0,
            redriven: None,
        });
        self.put(frame, Place::Children(self.runs.len() - 1))
    }

    /// The Map Run that is open in a frame.
    fn run_mut(&mut self, frame: FrameId) -> Result<&mut Run, Violation> {
        let place = self.visitor(frame)?.place;
        let Place::Children(number) = place else {
            return Err(Violation(format!("the frame is {}", place.name())));
        };
        let run = self.runs.get_mut(number).filter(|run| run.is_open() && run.frame == frame);
        run.ok_or_else(|| Violation("the Map Run is over".into()))
    }

    /// How the Map Run of a place ended; `None` while it is open.
    pub(super) fn run_ended(&self, number: usize) -> Option<MapRunStatus> {
        self.runs.get(number).filter(|run| !run.is_open()).map(|run| run.status)
    }

    /// The execution has ended: what is open ends with it.
    pub(super) fn close_runs(&mut self, at: Timestamp) {
        for run in self.runs.iter_mut().filter(|run| run.is_open()) {
            run.close(MapRunStatus::Aborted, at);
        }
    }
}
