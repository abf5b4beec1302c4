//! The progress of a distributed Map, and how its events are remembered.

use crate::decider::is_full_history;
use crate::execution::{Activity, Execution};
use stateline_base::{Failure, Payload, Timestamp};
use stateline_journal::{
    AttemptId, ChildEnd, ChildEnding, Event, FrameId, MapRunLimits, ReaderPlan, Record, RunPlan,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An open Map Run.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRun {
    pub(crate) arn: Arc<str>,
    /// The items: an array, or an array of `[key, value]` when they came from an object.
    pub(crate) items: Payload,
    pub(crate) keyed: bool,
    /// What `ItemSelector` sees as `$`.
    pub(crate) input: Payload,
    /// What it goes by now.
    pub(crate) limits: MapRunLimits,
    /// How many items each child has, where they are known from the beginning; empty when each has one.
    pub(crate) batches: Vec<u32>,
    /// Where items come from that are not in `items`.
    pub(crate) reader: Option<Reader>,
    /// The effective parameters of what writes the results, where something does.
    pub(crate) writer: Option<Payload>,
    /// Nothing starts any more: the results are being written.
    pub(crate) awaited: Option<Awaited>,
    /// How many children it has, where that is known from the beginning.
    pub(crate) children: u32,
    /// The next child to start, and the first item it gets.
    pub(crate) next: u32,
    pub(crate) next_item: u32,
    pub(crate) running: BTreeMap<AttemptId, Child>,
    /// How children ended, by index; of those that succeeded as long as outputs are kept.
    pub(crate) ended: BTreeMap<u32, Ended>,
    /// How much of `ended` is there for the state's result.
    pub(crate) kept: Kept,
    /// Children that were running when the run was cut off: how they ended is not known here, and
    /// counted by [`Execution::cut_off`].
    pub(crate) cut_off: BTreeMap<AttemptId, Child>,
    /// Children that wait to be redriven. What is known of their end stays in `ended` until then.
    pub(crate) to_redrive: BTreeMap<AttemptId, Child>,
    /// It has ended. An execution that was redriven opens it again.
    pub(crate) closed: bool,
}

/// Where a reader stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reader {
    /// What it is asked for.
    pub(crate) plan: ReaderPlan,
    /// Where the next item begins; `None` for the first.
    pub(crate) cursor: Option<Arc<str>>,
    /// It has no more.
    pub(crate) ended: bool,
}

/// The end that a Map Run comes to once its results are written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Awaited {
    /// With what it fails; `None` when it succeeds.
    pub(crate) failure: Option<Failure>,
}

/// Outputs, inputs and causes that are kept for the state's result. Once they cannot fit into it, or
/// where they are written somewhere else, none are: the journal has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kept {
    /// What they have at least in the result.
    pub(crate) bytes: u64,
    /// As much as may be kept.
    pub(crate) bytes_max: u64,
    /// There were more.
    pub(crate) dropped: bool,
}

/// A child that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Child {
    /// Which child, from 0.
    pub index: u32,
    /// How many items it has.
    pub items: u32,
    /// Its input.
    pub input: ChildInput,
    /// The record that has its input, counted from 0.
    pub(crate) born: u64,
    /// How often it has been redriven.
    pub redrives: u32,
}

impl Child {
    fn forget_input(&mut self) {
        self.input = ChildInput::Recorded(self.born);
    }
}

/// A child's input.
#[derive(Clone, Debug, PartialEq)]
pub enum ChildInput {
    /// As it is.
    Known(Payload),
    /// The execution's record with this number, counted from 0, has it: one of very many children
    /// that goes on after a redrive.
    Recorded(u64),
}

impl ChildInput {
    /// The input that an event tells of a child that begins; `None` for any other event.
    #[must_use]
    pub fn told_by(event: &Event) -> Option<&Payload> {
        match event {
            Event::ChildStarted { input, .. } | Event::ItemsTaken { input, .. } => Some(input),
            _ => None,
        }
    }
}

/// A child that was running when its Map Run was over. It outlives the run's frame: its end may be
/// told later.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CutOff {
    pub(crate) map_run_arn: Arc<str>,
    /// How many items it has.
    pub(crate) items: u32,
    /// The redrive of its Map Run that it was to follow last; 0 for none.
    pub(crate) redrive: u32,
    /// How it had ended, once that is told; until then it counts as stopped.
    pub(crate) end: Option<ChildEnd>,
}

/// All of them, by their numbers.
pub(crate) type CutOffs = BTreeMap<AttemptId, CutOff>;

/// A child that has ended, as its Map Run remembers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) attempt: AttemptId,
    pub(crate) items: u32,
    /// The record that has its input.
    pub(crate) born: u64,
    pub(crate) redrives: u32,
    /// `None` when it was stopped.
    pub(crate) end: Option<ChildEnd>,
    /// All of it, as long as that is kept.
    pub(crate) whole: Option<Box<EndedChild>>,
}

impl Ended {
    /// Bytes that it has at least in the state's result, as far as that is kept.
    fn least_bytes(&self) -> u64 {
        self.whole.as_ref().map_or(0, |whole| whole.least_bytes())
    }

    /// Whether it may go on.
    fn is_redrivable(&self) -> bool {
        !matches!(self.end, Some(ChildEnd::Succeeded | ChildEnd::FailedForGood))
    }

    /// The child, to go on.
    fn again(&self, index: u32) -> Child {
        let (items, born, redrives) = (self.items, self.born, self.redrives);
        let known = self.whole.as_ref().map(|whole| ChildInput::Known(whole.input.clone()));
        Child { index, items, input: known.unwrap_or(ChildInput::Recorded(born)), born, redrives }
    }
}

/// A child that has ended, with all that results tell of it.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedChild {
    /// Its number within the execution.
    pub attempt: AttemptId,
    /// How many items it has.
    pub items: u32,
    /// Its input.
    pub input: Payload,
    /// How it ended.
    pub ending: ChildEnding,
    /// When it had started.
    pub started_at: Timestamp,
    /// When it ended.
    pub stopped_at: Timestamp,
    /// How often it has been redriven.
    pub redrives: u32,
}

impl EndedChild {
    /// Bytes that it has at least in the state's result: flattening takes two brackets off.
    fn least_bytes(&self) -> u64 {
        let bytes = match &self.ending {
            ChildEnding::Succeeded(output) => output.bytes_len().saturating_sub(2),
            ChildEnding::Failed(failure) | ChildEnding::Aborted(failure) => {
                self.input.bytes_len() + failure.cause.as_ref().map_or(0, |cause| cause.len())
            }
            ChildEnding::TimedOut => self.input.bytes_len(),
        };
        bytes as u64
    }
}

/// What is known of a Map Run from outside, also when it has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRunSummary {
    /// Its ARN.
    pub arn: Arc<str>,
    /// Index of the Map state in the program.
    pub state: u32,
    /// Where it stands.
    pub status: MapRunStatus,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When it ended.
    pub stopped_at: Option<Timestamp>,
    /// What it goes by now.
    pub limits: MapRunLimits,
    /// Items by where they stand.
    pub items: Counts,
    /// Children by where they stand.
    pub children: Counts,
    /// How often it has been redriven.
    pub redrives: u32,
    /// When last.
    pub redriven_at: Option<Timestamp>,
}

/// `DescribeMapRun.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapRunStatus {
    /// Open.
    Running,
    /// Every child ended and failures were within the tolerance.
    Succeeded,
    /// More failed than may.
    Failed,
    /// Cut off.
    Aborted,
}

/// Items or children by where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not started.
    pub pending: u64,
    /// Started.
    pub running: u64,
    /// Succeeded.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Ran longer than they may.
    pub timed_out: u64,
    /// Stopped.
    pub aborted: u64,
    /// All.
    pub total: u64,
    /// Failed, timed out or stopped before, and waiting to go on.
    pub pending_redrive: u64,
    /// Failed, and never to be redriven: counted among the failed too.
    pub failures_not_redrivable: u64,
}

impl Counts {
    fn all_pending(total: u64) -> Self {
        Counts { pending: total, total, ..Counts::default() }
    }

    /// They were not known before, and are started.
    fn begin(&mut self, number: u64) {
        self.total += number;
        self.running += number;
    }

    fn start(&mut self, number: u64) {
        self.pending = self.pending.saturating_sub(number);
        self.running += number;
    }

    fn end(&mut self, ending: &ChildEnding, number: u64) {
        self.running = self.running.saturating_sub(number);
        self.add(end_of(ending), number);
    }

    fn add(&mut self, end: Option<ChildEnd>, number: u64) {
        *self.place(end) += number;
        if end == Some(ChildEnd::FailedForGood) {
            self.failures_not_redrivable += number;
        }
    }

    fn remove(&mut self, end: Option<ChildEnd>, number: u64) {
        let place = self.place(end);
        *place = place.saturating_sub(number);
        if end == Some(ChildEnd::FailedForGood) {
            self.failures_not_redrivable = self.failures_not_redrivable.saturating_sub(number);
        }
    }

    /// Where children with an end are counted; those that were stopped have none.
    fn place(&mut self, end: Option<ChildEnd>) -> &mut u64 {
        match end {
            Some(ChildEnd::Succeeded) => &mut self.succeeded,
            Some(ChildEnd::Failed | ChildEnd::FailedForGood) => &mut self.failed,
            Some(ChildEnd::TimedOut) => &mut self.timed_out,
            None => &mut self.aborted,
        }
    }

    /// They were counted as stopped, and had ended by themselves.
    fn settle(&mut self, end: ChildEnd, number: u64) {
        self.remove(None, number);
        self.add(Some(end), number);
    }

    /// They have ended badly and are to go on.
    fn await_redrive(&mut self, end: Option<ChildEnd>, number: u64) {
        self.remove(end, number);
        self.pending_redrive += number;
    }

    /// They stay as they had ended after all.
    fn give_redrive_up(&mut self, end: Option<ChildEnd>, number: u64) {
        self.pending_redrive = self.pending_redrive.saturating_sub(number);
        self.add(end, number);
    }

    fn redrive(&mut self, number: u64) {
        self.pending_redrive = self.pending_redrive.saturating_sub(number);
        self.running += number;
    }

    /// What still ran when everything was cut off.
    fn cut_off(&mut self) {
        self.aborted += std::mem::take(&mut self.running);
    }
}

impl MapRun {
    /// How many children it has in all, as far as is known.
    pub(crate) fn children(&self) -> u32 {
        if self.reader.is_some() { self.next } else { self.children }
    }

    /// Whether every child that there is has been started.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.reader.as_ref().map_or(self.next >= self.children, |reader| reader.ended)
    }

    /// How many items it has in all, or how many it has at most; `None` where that is not known yet.
    pub(crate) fn items_in_all(&self, summary: &MapRunSummary) -> Option<u64> {
        match &self.reader {
            Some(reader) if !reader.ended => reader.plan.items_max,
            _ => Some(summary.items.total),
        }
    }

    /// Whether items are read for it.
    pub(crate) fn reads(&self) -> bool {
        let goes_on = !self.closed && self.awaited.is_none();
        goes_on && self.reader.as_ref().is_some_and(|reader| !reader.ended)
    }

    /// Whether items are read for it that begin there.
    pub(crate) fn reads_at(&self, cursor: Option<&str>) -> bool {
        self.reads() && self.reader.as_ref().is_some_and(|reader| reader.cursor.as_deref() == cursor)
    }

    /// Whether it is open and something outside reads its items or writes its results.
    pub(crate) fn reads_or_writes(&self) -> bool {
        self.reads() || !self.closed && self.awaited.is_some()
    }

    /// Its children that are waited for.
    pub(crate) fn children_out(&self) -> impl Iterator<Item = (AttemptId, &Child)> {
        let running = self.running.iter().filter(|_| self.awaited.is_none());
        running.map(|(attempt, child)| (*attempt, child))
    }

    /// Whether another child may start or go on, or the run may end or open again.
    pub(crate) fn has_work(&self) -> bool {
        if self.closed || self.awaited.is_some() {
            return true;
        }
        if !self.is_exhausted() || !self.to_redrive.is_empty() {
            self.running.len() < self.limits.concurrency as usize
        } else {
            self.running.is_empty()
        }
    }

    /// Keeps how a child ended, and all of it as long as all of them may fit into one result.
    fn keep(&mut self, index: u32, ended: Ended) {
        self.kept.bytes = self.kept.bytes.saturating_add(ended.least_bytes());
        if self.kept.bytes > self.kept.bytes_max && !self.kept.dropped {
            self.drop_outputs();
        }
        if !self.kept.dropped {
            self.ended.insert(index, ended);
        } else if ended.end != Some(ChildEnd::Succeeded) {
            self.ended.insert(index, Ended { whole: None, ..ended });
        }
    }

    /// From now on no more is kept than who has to go on after a redrive.
    fn drop_outputs(&mut self) {
        self.kept.dropped = true;
        self.ended.retain(|_, ended| {
            ended.whole = None;
            ended.end != Some(ChildEnd::Succeeded)
        });
        self.cut_off.values_mut().chain(self.to_redrive.values_mut()).for_each(Child::forget_input);
    }

    /// A child that has ended goes on.
    fn take_back(&mut self, index: u32) {
        if let Some(ended) = self.ended.remove(&index) {
            self.kept.bytes = self.kept.bytes.saturating_sub(ended.least_bytes());
        }
    }

    /// Its children that run, as they are known once they are cut off.
    fn cut_off_now(&self, summary: &MapRunSummary) -> Vec<(AttemptId, CutOff)> {
        let cut_off = |child: &Child| CutOff {
            map_run_arn: self.arn.clone(),
            items: child.items,
            redrive: if child.redrives > 0 { summary.redrives } else { 0 },
            end: None,
        };
        self.running.iter().map(|(attempt, child)| (*attempt, cut_off(child))).collect()
    }

    /// How a child that does not run has ended, as far as that is known.
    fn known_end(&self, attempt: AttemptId, index: u32, cut_off: &CutOffs) -> Option<ChildEnd> {
        match self.ended.get(&index) {
            Some(ended) => ended.end,
            None => cut_off.get(&attempt).and_then(|child| child.end),
        }
    }

    /// A child that waited to go on stays as it had ended.
    fn stays(&self, summary: &mut MapRunSummary, attempt: AttemptId, child: &Child, cut_off: &CutOffs) {
        let known = self.known_end(attempt, child.index, cut_off);
        summary.items.give_redrive_up(known, u64::from(child.items));
        summary.children.give_redrive_up(known, 1);
    }

    /// How many items a child has that are known from the beginning.
    pub(crate) fn items_of(&self, child: u32) -> u32 {
        self.batches.get(child as usize).copied().unwrap_or(1)
    }
}

/// Remembers an event of a Map Run.
pub(crate) fn remember(x: &mut Execution, record: &Record) {
    match &record.event {
        Event::MapRunStarted { .. } => started(x, record),
        Event::MapRunPlanned(plan) => planned(x, plan),
        Event::ItemsTaken { frame, index, attempt, input, items, cursor } => {
            x.last_attempt = *attempt;
            let born = x.records - 1;
            let Some((run, summary)) = open_run(x, *frame) else { return };
            run.next = index + 1;
            run.next_item = run.next_item.saturating_add(*items);
            if let Some(reader) = &mut run.reader {
                reader.cursor = Some(cursor.clone());
            }
            let input = ChildInput::Known(input.clone());
            let child = Child { index: *index, items: *items, input, born, redrives: 0 };
            run.running.insert(*attempt, child);
            summary.items.begin(u64::from(*items));
            summary.children.begin(1);
        }
        Event::ReaderEnded { frame } => {
            if let Some((MapRun { reader: Some(reader), .. }, _)) = open_run(x, *frame) {
                reader.ended = true;
            }
        }
        Event::ResultsAwaited { frame, failure } => {
            if let Some((run, _)) = open_run(x, *frame) {
                run.awaited = Some(Awaited { failure: failure.clone() });
            }
        }
        Event::ChildStarted { frame, index, attempt, input } => {
            x.last_attempt = *attempt;
            let born = x.records - 1;
            let Some((run, summary)) = open_run(x, *frame) else { return };
            let items = run.items_of(*index);
            run.next = index + 1;
            run.next_item += items;
            let input = ChildInput::Known(input.clone());
            let child = Child { index: *index, items, input, born, redrives: 0 };
            run.running.insert(*attempt, child);
            summary.items.start(u64::from(items));
            summary.children.start(1);
        }
        Event::ChildEnded { frame, attempt, ending, started_at, stopped_at } => {
            child_ended(x, *frame, *attempt, ending, (*started_at, *stopped_at));
        }
        Event::MapRunUpdated { frame, limits } => {
            if let Some((run, summary)) = open_run(x, *frame) {
                (run.limits, summary.limits) = (*limits, *limits);
            }
        }
        // The exit names what came before this one: the chain stays where it is (reference 03, rule 3).
        Event::MapRunSucceeded { frame } => close(x, *frame, record, MapRunStatus::Succeeded),
        Event::MapRunFailed { frame, .. } => {
            close(x, *frame, record, MapRunStatus::Failed);
            x.frame_mut(*frame).chain = record.id;
        }
        Event::MapRunAborted { frame } => close(x, *frame, record, MapRunStatus::Aborted),
        Event::MapRunRedriven { frame, count, .. } => {
            x.frame_mut(*frame).chain = record.id;
            redriven(x, *frame, record, *count);
        }
        Event::ChildRedriven { frame, attempt } => child_redriven(x, *frame, *attempt),
        _ => unreachable!("`apply` sends only events of Map Runs here"),
    }
}

fn child_ended(
    x: &mut Execution,
    frame: FrameId,
    attempt: AttemptId,
    ending: &ChildEnding,
    (started_at, stopped_at): (Timestamp, Timestamp),
) {
    let Some((run, summary)) = open_run(x, frame) else { return };
    let Some(Child { index, items, input, born, redrives }) = run.running.remove(&attempt) else { return };
    summary.items.end(ending, u64::from(items));
    summary.children.end(ending, 1);
    let end = end_of(ending);
    let whole = match input {
        ChildInput::Known(input) if !run.kept.dropped => {
            let ending = ending.clone();
            Some(Box::new(EndedChild { attempt, items, input, ending, started_at, stopped_at, redrives }))
        }
        _ => None,
    };
    run.keep(index, Ended { attempt, items, born, redrives, end, whole });
}

fn started(x: &mut Execution, record: &Record) {
    let Event::MapRunStarted { frame, map_run_arn, children, batches, limits, keyed } = &record.event else {
        return;
    };
    let visitor = x.frame_mut(*frame);
    visitor.chain = record.id;
    let state = visitor.state;
    let Activity::Iterations(iterations) = &visitor.activity else { return };
    let items = iterations.outputs.len() as u64;
    visitor.activity = Activity::MapRun(Box::new(MapRun {
        arn: map_run_arn.clone(),
        items: iterations.items.clone(),
        keyed: *keyed,
        input: iterations.input.clone(),
        limits: *limits,
        batches: batches.clone(),
        reader: None,
        writer: None,
        awaited: None,
        children: *children,
        next: 0,
        next_item: 0,
        running: BTreeMap::new(),
        ended: BTreeMap::new(),
        kept: Kept { bytes: 0, bytes_max: u64::MAX, dropped: false },
        cut_off: BTreeMap::new(),
        to_redrive: BTreeMap::new(),
        closed: false,
    }));
    let summary = MapRunSummary {
        arn: map_run_arn.clone(),
        state,
        status: MapRunStatus::Running,
        started_at: record.at,
        stopped_at: None,
        limits: *limits,
        items: Counts::all_pending(items),
        children: Counts::all_pending(u64::from(*children)),
        redrives: 0,
        redriven_at: None,
    };
    x.map_runs.insert(map_run_arn.clone(), summary);
}

/// What older journals do not tell: they have neither readers nor writers, and keep everything.
fn planned(x: &mut Execution, plan: &RunPlan) {
    let Some((run, _)) = open_run(x, plan.frame) else { return };
    let reader = |plan: &ReaderPlan| Reader { plan: plan.clone(), cursor: None, ended: false };
    run.reader = plan.reader.as_ref().map(reader);
    run.writer.clone_from(&plan.writer);
    run.kept.bytes_max = plan.kept_bytes_max;
    if run.writer.is_some() {
        run.drop_outputs();
    }
}

/// The Map Run that is open in a frame, with what is known of it outside.
fn open_run(x: &mut Execution, frame: FrameId) -> Option<(&mut MapRun, &mut MapRunSummary)> {
    known_run(x, frame).map(|(run, summary, _)| (run, summary))
}

/// The same with the children that were cut off, of all Map Runs.
fn known_run(x: &mut Execution, frame: FrameId) -> Option<(&mut MapRun, &mut MapRunSummary, &mut CutOffs)> {
    let visitor = x.frames.get_mut(&frame)?;
    let Activity::MapRun(run) = &mut visitor.activity else { return None };
    let summary = x.map_runs.get_mut(&run.arn)?;
    Some((run, summary, &mut x.cut_off))
}

/// What is open when the execution ends, ends with it: a history that is full has no room to say so.
pub(crate) fn close_open(x: &mut Execution, record: &Record) {
    for frame in x.frames.values() {
        let Activity::MapRun(run) = frame.activity.work() else { continue };
        if let Some(summary) = x.map_runs.get_mut(&run.arn)
            && summary.status == MapRunStatus::Running
        {
            for (attempt, child) in &run.to_redrive {
                run.stays(summary, *attempt, child, &x.cut_off);
            }
            x.cut_off.extend(run.cut_off_now(summary));
        }
    }
    for summary in x.map_runs.values_mut().filter(|run| run.status == MapRunStatus::Running) {
        end(summary, record, MapRunStatus::Aborted);
    }
}

fn end(summary: &mut MapRunSummary, record: &Record, status: MapRunStatus) {
    summary.status = status;
    summary.stopped_at = Some(record.at);
    summary.items.cut_off();
    summary.children.cut_off();
}

fn close(x: &mut Execution, frame: FrameId, record: &Record, status: MapRunStatus) {
    let Some((run, summary, cut_off)) = known_run(x, frame) else { return };
    for (attempt, child) in std::mem::take(&mut run.to_redrive) {
        run.stays(summary, attempt, &child, cut_off);
        if !run.ended.contains_key(&child.index) {
            run.cut_off.insert(attempt, child);
        }
    }
    cut_off.extend(run.cut_off_now(summary));
    end(summary, record, status);
    run.cut_off.append(&mut run.running);
    if run.kept.dropped {
        run.cut_off.values_mut().for_each(Child::forget_input);
    }
    run.closed = true;
}

/// How a child that was cut off had ended. While it waits to go on it is counted among those that do.
pub(crate) fn settled(x: &mut Execution, attempt: AttemptId, ended: ChildEnd) {
    let Some(child) = x.cut_off.get_mut(&attempt) else { return };
    child.end = Some(ended);
    let Some(summary) = x.map_runs.get_mut(&child.map_run_arn) else { return };
    if summary.status != MapRunStatus::Running {
        summary.items.settle(ended, u64::from(child.items));
        summary.children.settle(ended, 1);
    }
}

/// The run is open again: what did not succeed waits to go on.
fn redriven(x: &mut Execution, frame: FrameId, record: &Record, count: u32) {
    let Some((run, summary, cut_off)) = known_run(x, frame) else { return };
    (summary.status, summary.stopped_at) = (MapRunStatus::Running, None);
    (summary.redrives, summary.redriven_at) = (count, Some(record.at));
    run.closed = false;
    run.awaited = None;
    let mut waiting = std::mem::take(&mut run.cut_off);
    for (index, ended) in run.ended.iter().filter(|(_, ended)| ended.is_redrivable()) {
        waiting.insert(ended.attempt, ended.again(*index));
    }
    for (attempt, child) in &waiting {
        let known = run.known_end(*attempt, child.index, cut_off);
        let items = u64::from(child.items);
        summary.items.await_redrive(known, items);
        summary.children.await_redrive(known, 1);
    }
    run.to_redrive = waiting;
}

fn child_redriven(x: &mut Execution, frame: FrameId, attempt: AttemptId) {
    let Some((run, summary)) = open_run(x, frame) else { return };
    let Some(mut child) = run.to_redrive.remove(&attempt) else { return };
    child.redrives += 1;
    summary.items.redrive(u64::from(child.items));
    summary.children.redrive(1);
    run.take_back(child.index);
    run.running.insert(attempt, child);
    x.cut_off.remove(&attempt);
}

/// Whether a child that ended so may go on. One that has filled its history has no room to.
fn is_redrivable(ending: &ChildEnding) -> bool {
    match ending {
        ChildEnding::Succeeded(_) => false,
        ChildEnding::TimedOut | ChildEnding::Aborted(_) => true,
        ChildEnding::Failed(failure) => !is_full_history(failure),
    }
}

/// How a child ended, as far as counts need it; `None` when it was stopped.
pub(crate) fn end_of(ending: &ChildEnding) -> Option<ChildEnd> {
    match ending {
        ChildEnding::Succeeded(_) => Some(ChildEnd::Succeeded),
        ChildEnding::Failed(_) if is_redrivable(ending) => Some(ChildEnd::Failed),
        ChildEnding::Failed(_) => Some(ChildEnd::FailedForGood),
        ChildEnding::TimedOut => Some(ChildEnd::TimedOut),
        ChildEnding::Aborted(_) => None,
    }
}
