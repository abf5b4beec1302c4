//! The legal walk: what a history may look like, written down a second time.
//!
//! The engine has a table of its own and keeps to it while it runs. This one is
//! made from the outside: it reads a stored history and the program, and asks of
//! each record whether it may stand there. It also says which pairs of place and
//! event were met, which is the coverage of the lifecycle.

mod map_run;
mod redrive;
mod task;

pub(crate) use map_run::{Run, end_of};
pub(crate) use task::{Try, TryEnd, Way};

use crate::calls;
use crate::check::{Violation, rule};
use crate::cover::Cover;
use redrive::Over;
use stateline_asl::Program;
use stateline_asl::program::{Kind, ScopeIndex, StateIndex, Transition};
use stateline_base::{Payload, Timestamp};
use stateline_engine::MapRunStatus;
use stateline_journal::{AttemptId, Event, FrameId, Record, Started, TaskClock};
use std::collections::BTreeMap;

/// Where a frame is.
#[derive(Clone, Copy, Debug)]
enum Place {
    New,
    Entered,
    Leaving(u32),
    Waiting(Timestamp),
    Scheduled,
    Running(TaskClock),
    TaskEnded,
    Backoff(Timestamp),
    Branches {
        first: FrameId,
        count: u32,
    },
    Iterations {
        next: u32,
        length: u32,
        running: u32,
        concurrency: u32,
    },
    /// The number of its Map Run within [`Walk::runs`].
    Children(usize),
    Joined,
    Done,
    Failed,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Place::New => "New",
            Place::Entered => "Entered",
            Place::Leaving(_) => "Leaving",
            Place::Waiting(_) => "Waiting",
            Place::Scheduled => "Scheduled",
            Place::Running(_) => "Running",
            Place::TaskEnded => "TaskEnded",
            Place::Backoff(_) => "Backoff",
            Place::Branches { .. } => "Branches",
            Place::Iterations { .. } => "Iterations",
            Place::Children(_) => "Children",
            Place::Joined => "Joined",
            Place::Done => "Done",
            Place::Failed => "Failed",
        }
    }
}

#[derive(Debug)]
struct Visitor {
    parent: Option<FrameId>,
    index: u32,
    state: u32,
    place: Place,
    /// Where it was before it was joined or failed: a redrive goes on from there.
    worked: Place,
    /// Retries of this visit, by retrier.
    retries: Vec<u64>,
    /// An expression of this visit failed.
    in_vain: bool,
}

/// A walk along a history, up to some record.
pub(crate) struct Walk<'a> {
    program: &'a Program,
    started: &'a Started,
    frames: BTreeMap<FrameId, Visitor>,
    /// Parents of all frames that ever were.
    parents: BTreeMap<FrameId, Option<FrameId>>,
    /// To which frame each public event belongs, by its id; ids 0 and 1 belong to the top.
    owners: Vec<FrameId>,
    attempts: Vec<Try>,
    /// On which attempt a frame works.
    working: BTreeMap<FrameId, AttemptId>,
    children_failed: usize,
    /// Map Runs, in the order in which they began.
    runs: Vec<Run>,
    /// Map Runs that failed, and not because of too many failed items.
    runs_failed_otherwise: usize,
    /// Attempts and children have one count.
    last_attempt: AttemptId,
    /// How it ended, while it is not redriven.
    over: Option<Over>,
    deadline: Timestamp,
    redrives: u32,
}

impl<'a> Walk<'a> {
    /// Walks along a whole history.
    pub(crate) fn along(
        program: &'a Program,
        records: &'a [Record],
        cover: &mut Cover,
    ) -> Result<Self, Violation> {
        let (first, rest) = records.split_first().ok_or_else(|| Violation("there is none".into()))?;
        let Event::ExecutionStarted(started) = &first.event else {
            return Err(Violation("it does not begin with a start".into()));
        };
        rule!(first.id == 1 && first.previous == 0, "the first event has id {}", first.id);
        let mut walk = Walk {
            program,
            started,
            frames: BTreeMap::from([(0, Visitor::top())]),
            parents: BTreeMap::from([(0, None)]),
            owners: vec![0, 0],
            attempts: Vec::new(),
            working: BTreeMap::new(),
            children_failed: 0,
            runs: Vec::new(),
            runs_failed_otherwise: 0,
            last_attempt: 0,
            over: None,
            deadline: started.deadline,
            redrives: 0,
        };
        cover.event(&first.event);
        for (behind, record) in rest.iter().enumerate() {
            cover.event(&record.event);
            walk.step(behind + 1, record, cover).map_err(|violation| {
                Violation(format!("record {} ({:?}): {violation}", behind + 1, record.event))
            })?;
        }
        Ok(walk)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// How often it was redriven.
    pub(crate) fn redrives(&self) -> u32 {
        self.redrives
    }

    pub(crate) fn attempts(&self) -> &[Try] {
        &self.attempts
    }

    /// Branches and iterations that failed.
    pub(crate) fn children_failed(&self) -> usize {
        self.children_failed
    }

    /// Map Runs, in the order in which they began.
    pub(crate) fn into_runs(self) -> Vec<Run> {
        self.runs
    }

    /// Map Runs that failed, and not because of too many failed items.
    pub(crate) fn runs_failed_otherwise(&self) -> usize {
        self.runs_failed_otherwise
    }

    fn step(&mut self, seq: usize, record: &'a Record, cover: &mut Cover) -> Result<(), Violation> {
        let goes_on = matches!(record.event, Event::ExecutionRedriven(_) | Event::ChildSettled { .. });
        rule!(self.over.is_none() || goes_on, "comes after the end");
        let owner = owner(&record.event);
        if let Some(frame) = owner {
            let place = if let Event::MapIterationStarted { frame, .. } = &record.event {
                self.visitor(*frame)?.place
            } else {
                self.visitor(frame)?.place
            };
            cover.step(place.name(), &record.event);
        }
        self.take(seq, record)?;
        if record.event.is_public() {
            rule!(record.id == self.owners.len() as u64, "ids are dense; this one is {}", record.id);
            self.check_previous(record, owner)?;
            self.owners.push(owner.unwrap_or(0));
        } else {
            rule!(record.id == 0, "an internal event has a public id");
        }
        Ok(())
    }

    /// An event follows one of its own frame, of one around it, or of one within it.
    fn check_previous(&self, record: &Record, owner: Option<FrameId>) -> Result<(), Violation> {
        let apart = matches!(record.event, Event::ExecutionAborted { .. } | Event::ExecutionTimedOut);
        if record.previous == 0 {
            // It names what came before its state, which is nothing for the very first.
            let evaluation = matches!(record.event, Event::EvaluationFailed { .. }) && record.id == 3;
            rule!(apart || record.id == 2 || evaluation, "it follows nothing");
            return Ok(());
        }
        rule!(!apart, "an end from outside follows nothing");
        rule!(record.previous < record.id, "it follows a later event");
        let place = usize::try_from(record.previous).unwrap_or(usize::MAX);
        let before = self.owners.get(place).copied().unwrap_or(0);
        let Some(owner) = owner else { return Ok(()) };
        // An iteration begins after the last event of another one.
        let from = match &record.event {
            Event::MapIterationStarted { frame, .. } => *frame,
            _ => owner,
        };
        rule!(
            self.is_within(from, before) || self.is_within(before, from),
            "it follows event {} of frame {before}, which is no relative of {owner}",
            record.previous
        );
        Ok(())
    }

    /// Whether a frame is another one or lies within it.
    fn is_within(&self, frame: FrameId, around: FrameId) -> bool {
        let mut at = Some(frame);
        while let Some(frame) = at {
            if frame == around {
                return true;
            }
            at = self.parents.get(&frame).copied().flatten();
        }
        false
    }

    fn aborted(&mut self, frame: FrameId, state: u32) -> Result<(), Violation> {
        let visitor = self.visitor(frame)?;
        rule!(visitor.state == state, "the frame is in another state");
        let resting = !matches!(visitor.place, Place::New | Place::Leaving(_) | Place::Done | Place::Failed);
        rule!(resting, "the frame does not rest in a state");
        self.put(frame, Place::Joined)
    }

    fn wait_started(&mut self, frame: FrameId, until: Timestamp, at: Timestamp) -> Result<(), Violation> {
        let visitor = self.visitor(frame)?;
        rule!(matches!(visitor.place, Place::Entered), "the state is not at its beginning");
        rule!(matches!(self.kind(visitor.state)?, Kind::Wait(_)), "only Wait states wait");
        rule!(until > at, "nothing to wait for");
        self.put(frame, Place::Waiting(until))
    }

    fn take(&mut self, seq: usize, record: &Record) -> Result<(), Violation> {
        match &record.event {
            Event::ExecutionStarted(_) => return Err(Violation("a second start".into())),
            Event::StateEntered { frame, state, .. } => self.entered(*frame, *state)?,
            Event::StateExited { frame, state, next, .. } => self.exited(*frame, *state, *next, record.at)?,
            Event::WaitStarted { frame, until } => self.wait_started(*frame, *until, record.at)?,
            Event::TaskScheduled { .. }
            | Event::TaskStarted { .. }
            | Event::ActivityStarted { .. }
            | Event::TaskSubmitted { .. }
            | Event::SubmitLost { .. }
            | Event::TaskSucceeded { .. }
            | Event::TaskFailed { .. }
            | Event::TaskTimedOut { .. }
            | Event::HeartbeatRecorded { .. } => self.task(seq, record)?,
            Event::RetryScheduled { frame, retrier, until } => {
                self.retry(*frame, *retrier, *until, record.at)?;
            }
            Event::ParallelStarted { .. }
            | Event::ParallelSucceeded { .. }
            | Event::ParallelFailed { .. }
            | Event::BranchFailed { .. } => self.parallel(record)?,
            Event::MapStarted { .. }
            | Event::MapIterationStarted { .. }
            | Event::MapIterationSucceeded { .. }
            | Event::MapIterationFailed { .. }
            | Event::MapIterationAborted { .. }
            | Event::MapSucceeded { .. }
            | Event::MapFailed { .. } => self.map(record)?,
            Event::StateAborted { frame, state } => self.aborted(*frame, *state)?,
            Event::EvaluationFailed { frame, state, .. } => self.evaluation_failed(*frame, *state)?,
            Event::MapRunStarted { .. }
            | Event::MapRunPlanned(_)
            | Event::ItemsTaken { .. }
            | Event::ReaderEnded { .. }
            | Event::ResultsAwaited { .. }
            | Event::ChildStarted { .. }
            | Event::ChildEnded { .. }
            | Event::MapRunUpdated { .. }
            | Event::MapRunSucceeded { .. }
            | Event::MapRunFailed { .. }
            | Event::MapRunAborted { .. }
            | Event::MapRunRedriven { .. }
            | Event::ChildRedriven { .. } => self.map_run(record)?,
            Event::ChildSettled { map_run_arn, attempt, end } => {
                self.child_settled(map_run_arn, *attempt, *end)?;
            }
            Event::RedriveFollowed { map_run } => {
                let begins = seq == 1 && *map_run > 0 && self.started.parent.is_some();
                rule!(begins, "only a child that begins follows a redrive so");
            }
            Event::ExecutionRedriven(redriven) => self.redriven(redriven, record.at)?,
            Event::RandomDrawn { .. } | Event::TestCaseChosen { .. } => {}
            Event::ExecutionSucceeded { .. } => {
                rule!(matches!(self.visitor(0)?.place, Place::Done), "the top level is not done");
                self.end(record.at, Over::Well);
            }
            Event::ExecutionFailed { failure } => {
                self.end(record.at, Over::Badly(Some(failure.name().to_owned())));
            }
            Event::ExecutionAborted { .. } => self.end(record.at, Over::Badly(None)),
            Event::ExecutionTimedOut => {
                rule!(record.at == self.deadline, "it times out at another moment than it should");
                self.end(record.at, Over::Badly(None));
            }
        }
        Ok(())
    }

    fn evaluation_failed(&mut self, frame: FrameId, state: u32) -> Result<(), Violation> {
        let visitor = self.visitor(frame)?;
        rule!(visitor.state == state, "the frame is in another state");
        let before = matches!(visitor.place, Place::New | Place::Leaving(_) | Place::Done);
        rule!(!before, "the frame is {}", visitor.place.name());
        self.visitor_mut(frame)?.in_vain = true;
        Ok(())
    }

    fn end(&mut self, at: Timestamp, over: Over) {
        self.close_runs(at);
        self.over = Some(over);
    }

    fn entered(&mut self, frame: FrameId, state: u32) -> Result<(), Violation> {
        let visitor = self.visitor(frame)?;
        let expected = match visitor.place {
            Place::Leaving(next) => next,
            Place::New => self.first_state(frame)?,
            other => return Err(Violation(format!("the frame is {}", other.name()))),
        };
        rule!(state == expected, "it enters state {state} where {expected} follows");
        let visitor = self.visitor_mut(frame)?;
        visitor.state = state;
        visitor.place = Place::Entered;
        visitor.retries.clear();
        visitor.in_vain = false;
        Ok(())
    }

    fn exited(
        &mut self,
        frame: FrameId,
        state: u32,
        next: Option<u32>,
        at: Timestamp,
    ) -> Result<(), Violation> {
        let visitor = self.visitor(frame)?;
        rule!(visitor.state == state, "the frame is in another state");
        match visitor.place {
            Place::Waiting(until) | Place::Backoff(until) => rule!(at >= until, "a timer fired early"),
            Place::Entered | Place::TaskEnded | Place::Joined => {}
            // A field that is read when the Map has started made it fail, and that was caught.
            Place::Iterations { next: 0, .. } => {}
            other => return Err(Violation(format!("the frame is {}", other.name()))),
        }
        rule!(self.may_follow(state, next)?, "no transition leads from state {state} to {next:?}");
        self.remove_below(frame);
        self.put(frame, next.map_or(Place::Done, Place::Leaving))
    }

    fn retry(
        &mut self,
        frame: FrameId,
        retrier: u32,
        until: Timestamp,
        at: Timestamp,
    ) -> Result<(), Violation> {
        let visitor = self.visitor(frame)?;
        let retriers = match self.kind(visitor.state)? {
            Kind::Task(task) => &task.retry,
            Kind::Parallel(parallel) => &parallel.retry,
            Kind::Map(map) => &map.retry,
            _ => return Err(Violation("the state has no retriers".into())),
        };
        let Some(rule) = retriers.get(retrier as usize) else {
            return Err(Violation(format!("the state has no retrier {retrier}")));
        };
        let used = visitor.retries.get(retrier as usize).copied().unwrap_or(0);
        rule!(used < rule.max_attempts, "retrier {retrier} is used up");
        let may = match visitor.place {
            Place::Backoff(until) => at >= until,
            Place::Entered | Place::TaskEnded | Place::Joined => true,
            Place::Branches { .. } | Place::Iterations { .. } => true,
            Place::Children(run) => self.run_ended(run) == Some(MapRunStatus::Failed),
            _ => false,
        };
        rule!(may, "the frame is {}", visitor.place.name());
        rule!(until >= at, "it was due before it was known");
        self.remove_below(frame);
        let visitor = self.visitor_mut(frame)?;
        visitor.retries.resize(visitor.retries.len().max(retrier as usize + 1), 0);
        if let Some(used) = visitor.retries.get_mut(retrier as usize) {
            *used += 1;
        }
        visitor.in_vain = false;
        self.put(frame, Place::Backoff(until))
    }

    fn parallel(&mut self, record: &Record) -> Result<(), Violation> {
        match &record.event {
            Event::ParallelStarted { frame, first, branches, .. } => {
                self.check_begin(*frame, record.at)?;
                let Kind::Parallel(parallel) = self.kind(self.visitor(*frame)?.state)? else {
                    return Err(Violation("only Parallel states have branches".into()));
                };
                rule!(parallel.branches.len() == *branches as usize, "another number of branches");
                self.put(*frame, Place::Branches { first: *first, count: *branches })?;
                (0..*branches).try_for_each(|index| self.open(first + index, *frame, index))
            }
            Event::ParallelSucceeded { frame } => {
                let Place::Branches { first, count } = self.work(*frame)? else {
                    return Err(Violation("no branches are open".into()));
                };
                for child in first..first + count {
                    rule!(matches!(self.visitor(child)?.place, Place::Done), "a branch is not done");
                }
                self.put(*frame, Place::Joined)
            }
            Event::ParallelFailed { frame } if self.evaluated_in_vain(*frame) => {
                self.put(*frame, Place::Joined)
            }
            Event::ParallelFailed { frame } => {
                let Place::Branches { first, count } = self.visitor(*frame)?.place else {
                    return Err(Violation("no branches are open".into()));
                };
                let failed =
                    |child| self.frames.get(&child).is_some_and(|child| matches!(child.place, Place::Failed));
                rule!((first..first + count).any(failed), "no branch failed");
                self.put(*frame, Place::Joined)
            }
            Event::BranchFailed { child } => self.child_failed(*child),
            _ => Err(Violation("not an event of a Parallel state".into())),
        }
    }

    fn map(&mut self, record: &Record) -> Result<(), Violation> {
        match &record.event {
            Event::MapStarted { frame, length, concurrency, items, .. } => {
                self.check_begin(*frame, record.at)?;
                let kind = self.kind(self.visitor(*frame)?.state)?;
                rule!(matches!(kind, Kind::Map(_)), "only Map states have iterations");
                let count = items.value().as_array().map(Vec::len);
                rule!(count == Some(*length as usize) && *concurrency > 0, "another number of items");
                let place =
                    Place::Iterations { next: 0, length: *length, running: 0, concurrency: *concurrency };
                self.put(*frame, place)
            }
            Event::MapIterationStarted { frame, child, index, .. } => {
                let Place::Iterations { next, length, running, concurrency } = self.visitor(*frame)?.place
                else {
                    return Err(Violation("no iterations are open".into()));
                };
                rule!(*index == next && next < length, "iteration {index} is not the next one");
                rule!(running < concurrency, "more iterations than may run");
                let place = Place::Iterations { next: next + 1, length, running: running + 1, concurrency };
                self.put(*frame, place)?;
                self.open(*child, *frame, *index)
            }
            Event::MapIterationSucceeded { child, index, .. } => self.iteration_succeeded(*child, *index),
            Event::MapIterationFailed { child, .. } => self.child_failed(*child),
            Event::MapIterationAborted { child, .. } => {
                let place = self.visitor(*child)?.place;
                rule!(!matches!(place, Place::Done | Place::Failed), "the iteration is over");
                self.put(*child, Place::Failed)
            }
            Event::MapSucceeded { frame } => {
                if let Place::Children(run) = self.visitor(*frame)?.place {
                    let joined = self.run_ended(run) == Some(MapRunStatus::Succeeded);
                    rule!(joined, "its Map Run has not succeeded");
                    return self.put(*frame, Place::Joined);
                }
                let Place::Iterations { next, length, running, .. } = self.work(*frame)? else {
                    return Err(Violation("no iterations are open".into()));
                };
                rule!(
                    next == length && running == 0,
                    "{running} iterations are open, {next} of {length} began"
                );
                self.put(*frame, Place::Joined)
            }
            Event::MapFailed { frame } => {
                let may = match self.visitor(*frame)?.place {
                    Place::Iterations { .. } => true,
                    Place::Children(run) => self.run_ended(run) == Some(MapRunStatus::Failed),
                    // An expression may fail before there is an iteration.
                    Place::Entered | Place::Backoff(_) => self.evaluated_in_vain(*frame),
                    _ => false,
                };
                rule!(may, "no iterations are open");
                self.put(*frame, Place::Joined)
            }
            _ => Err(Violation("not an event of a Map state".into())),
        }
    }

    /// Whether an expression of a state failed before the state opened anything.
    fn evaluated_in_vain(&self, frame: FrameId) -> bool {
        let unopened = |place| matches!(place, Place::Entered | Place::Backoff(_));
        self.frames.get(&frame).is_some_and(|visitor| visitor.in_vain && unopened(visitor.place))
    }

    fn iteration_succeeded(&mut self, child: FrameId, index: u32) -> Result<(), Violation> {
        let visitor = self.visitor(child)?;
        rule!(matches!(visitor.place, Place::Done), "the iteration is {}", visitor.place.name());
        rule!(visitor.index == index, "it is iteration {}", visitor.index);
        let parent = visitor.parent.unwrap_or(0);
        self.frames.remove(&child);
        if let Place::Iterations { running, .. } = &mut self.visitor_mut(parent)?.place {
            *running -= 1;
        }
        Ok(())
    }

    fn child_failed(&mut self, child: FrameId) -> Result<(), Violation> {
        let place = self.visitor(child)?.place;
        rule!(!matches!(place, Place::Done | Place::Failed), "the child is {}", place.name());
        self.children_failed += 1;
        self.put(child, Place::Failed)
    }

    /// A Parallel or Map state begins its work, for the first time or again.
    fn check_begin(&self, frame: FrameId, at: Timestamp) -> Result<(), Violation> {
        match self.visitor(frame)?.place {
            Place::Entered => Ok(()),
            Place::Backoff(until) if at >= until => Ok(()),
            other => Err(Violation(format!("the frame is {}, or a retry came early", other.name()))),
        }
    }

    fn open(&mut self, child: FrameId, parent: FrameId, index: u32) -> Result<(), Violation> {
        let visitor = Visitor { parent: Some(parent), index, ..Visitor::top() };
        rule!(self.parents.insert(child, Some(parent)).is_none(), "frame {child} was there before");
        self.frames.insert(child, visitor);
        Ok(())
    }

    fn remove_below(&mut self, frame: FrameId) {
        let below: Vec<FrameId> =
            self.frames.keys().copied().filter(|id| *id != frame && self.is_within(*id, frame)).collect();
        for id in below {
            self.frames.remove(&id);
        }
    }

    /// The state with which a new frame begins.
    fn first_state(&self, frame: FrameId) -> Result<u32, Violation> {
        let visitor = self.visitor(frame)?;
        let Some(parent) = visitor.parent else {
            return Ok(self.program.scope(ScopeIndex(self.started.scope)).start_at.0);
        };
        let scope = match self.kind(self.visitor(parent)?.state)? {
            Kind::Parallel(parallel) => parallel.branches.get(visitor.index as usize).copied(),
            Kind::Map(map) => Some(map.processor),
            _ => None,
        };
        let scope = scope.ok_or_else(|| Violation("the state around it has no such scope".into()))?;
        Ok(self.program.scope(scope).start_at.0)
    }

    /// Whether the program has a transition from one state to another, or to the end.
    fn may_follow(&self, state: u32, next: Option<u32>) -> Result<bool, Violation> {
        let leads = |transition: Transition| match transition {
            Transition::Next(StateIndex(to)) => next == Some(to),
            Transition::End => next.is_none(),
        };
        let caught = |catch: &[stateline_asl::program::Catcher]| {
            catch.iter().any(|catcher| next == Some(catcher.next.0))
        };
        Ok(match self.kind(state)? {
            Kind::Pass(pass) => leads(pass.transition),
            Kind::Task(task) => leads(task.transition) || caught(&task.catch),
            Kind::Choice(choice) => {
                let ruled = choice.rules.iter().any(|rule| next == Some(rule.next.0));
                ruled || choice.default.is_some_and(|default| next == Some(default.0))
            }
            Kind::Wait(wait) => leads(wait.transition),
            Kind::Succeed => next.is_none(),
            Kind::Fail(_) => false,
            Kind::Parallel(parallel) => leads(parallel.transition) || caught(&parallel.catch),
            Kind::Map(map) => leads(map.transition) || caught(&map.catch),
        })
    }

    fn kind(&self, state: u32) -> Result<&'a Kind, Violation> {
        let state = self.program.states.get(state as usize);
        state.map(|state| &state.kind).ok_or_else(|| Violation("the program has no such state".into()))
    }

    fn visitor(&self, frame: FrameId) -> Result<&Visitor, Violation> {
        self.frames.get(&frame).ok_or_else(|| Violation(format!("frame {frame} is not there")))
    }

    fn visitor_mut(&mut self, frame: FrameId) -> Result<&mut Visitor, Violation> {
        self.frames.get_mut(&frame).ok_or_else(|| Violation(format!("frame {frame} is not there")))
    }

    /// What a frame does, or did before it was joined.
    fn work(&self, frame: FrameId) -> Result<Place, Violation> {
        let visitor = self.visitor(frame)?;
        Ok(if matches!(visitor.place, Place::Joined) { visitor.worked } else { visitor.place })
    }

    fn put(&mut self, frame: FrameId, place: Place) -> Result<(), Violation> {
        let visitor = self.visitor_mut(frame)?;
        if !matches!(visitor.place, Place::Joined | Place::Failed) {
            visitor.worked = visitor.place;
        }
        visitor.place = place;
        Ok(())
    }
}

/// Which retry a request says it is; generated requests do.
fn told_retry(parameters: &Payload) -> Option<u64> {
    calls::request(parameters).get("retry")?.as_u64()
}

/// The frame an event belongs to; none for those of the execution as a whole.
fn owner(event: &Event) -> Option<FrameId> {
    match event {
        Event::StateEntered { frame, .. }
        | Event::StateExited { frame, .. }
        | Event::WaitStarted { frame, .. }
        | Event::TaskScheduled { frame, .. }
        | Event::TaskStarted { frame, .. }
        | Event::ActivityStarted { frame, .. }
        | Event::TaskSubmitted { frame, .. }
        | Event::SubmitLost { frame }
        | Event::TaskSucceeded { frame, .. }
        | Event::TaskFailed { frame, .. }
        | Event::TaskTimedOut { frame, .. }
        | Event::HeartbeatRecorded { frame, .. }
        | Event::RetryScheduled { frame, .. }
        | Event::ParallelStarted { frame, .. }
        | Event::ParallelSucceeded { frame }
        | Event::ParallelFailed { frame }
        | Event::MapStarted { frame, .. }
        | Event::MapSucceeded { frame }
        | Event::MapFailed { frame }
        | Event::EvaluationFailed { frame, .. }
        | Event::MapRunStarted { frame, .. }
        | Event::ChildStarted { frame, .. }
        | Event::ChildEnded { frame, .. }
        | Event::MapRunUpdated { frame, .. }
        | Event::MapRunSucceeded { frame }
        | Event::MapRunFailed { frame, .. }
        | Event::MapRunAborted { frame }
        | Event::MapRunRedriven { frame, .. }
        | Event::ChildRedriven { frame, .. }
        | Event::ItemsTaken { frame, .. }
        | Event::ReaderEnded { frame }
        | Event::ResultsAwaited { frame, .. }
        | Event::StateAborted { frame, .. } => Some(*frame),
        Event::MapRunPlanned(plan) => Some(plan.frame),
        Event::MapIterationStarted { child, .. }
        | Event::MapIterationSucceeded { child, .. }
        | Event::MapIterationFailed { child, .. }
        | Event::MapIterationAborted { child, .. }
        | Event::BranchFailed { child } => Some(*child),
        Event::ExecutionStarted(_)
        | Event::RandomDrawn { .. }
        | Event::ExecutionSucceeded { .. }
        | Event::ExecutionFailed { .. }
        | Event::ExecutionAborted { .. }
        | Event::ExecutionTimedOut
        | Event::ExecutionRedriven(_)
        | Event::RedriveFollowed { .. }
        | Event::ChildSettled { .. }
        | Event::TestCaseChosen { .. } => None,
    }
}
