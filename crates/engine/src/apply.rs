//! Remembering: the only code that changes an execution.
//!
//! `apply` is total: it evaluates nothing, reads no clock and fails at nothing.
//! Live executions and replayed ones go through the same arms, so they are equal
//! after every record (a property test and the simulator hold it to that).

use crate::execution::{Activity, Ending, Execution, Frame, Hold, Iterations, ROOT};
use crate::lifecycle;
use crate::map_run;
use crate::redrive::{self, Redrives};
use crate::test_run::TestRun;
use stateline_base::{Payload, Rng};
use stateline_journal::{Event, FrameId, Record, Started, TaskClock};
use std::collections::BTreeMap;

/// Folds the records of one execution, from its first. `None` when the first is not a start.
pub fn replay<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<Execution> {
    let mut records = records.into_iter();
    let mut execution = begin(records.next()?)?;
    for record in records {
        apply(&mut execution, record);
    }
    Some(execution)
}

/// The execution that a first record makes; `None` when it is not a start. [`apply`] takes the others.
#[must_use]
pub fn begin(record: &Record) -> Option<Execution> {
    let Event::ExecutionStarted(started) = &record.event else { return None };
    let started: &Started = started;
    let root = Frame::new(None, 0, 0, record.at);
    Some(Execution {
        started: started.clone(),
        started_at: record.at,
        ending: None,
        stopped_at: None,
        last_at: record.at,
        records: 1,
        last_id: record.id,
        rng: Rng::new(started.seed),
        last_attempt: 0,
        next_frame: ROOT + 1,
        frames: BTreeMap::from([(ROOT, root)]),
        map_runs: BTreeMap::new(),
        cut_off: BTreeMap::new(),
        deadline: started.deadline,
        redrives: Redrives::default(),
        test: None,
    })
}

/// Remembers one record.
///
/// # Panics
/// When the record is not a legal next one: the journal is damaged or the engine has a fault.
pub fn apply(x: &mut Execution, record: &Record) {
    lifecycle::assert_legal(x, record);
    x.records += 1;
    x.last_at = record.at;
    if record.id != 0 {
        x.last_id = record.id;
    }
    match &record.event {
        Event::ExecutionStarted(_) => unreachable!("the lifecycle allows one start, and `begin` took it"),
        Event::StateEntered { frame, state, input } => entered(x, record, *frame, *state, input),
        Event::StateExited { .. } => exited(x, record),
        Event::EvaluationFailed { frame, .. } => x.frame_mut(*frame).chain = record.id,
        Event::WaitStarted { frame, until } => {
            x.frame_mut(*frame).activity = Activity::Waiting { until: *until };
        }
        Event::TaskScheduled { .. }
        | Event::TaskStarted { .. }
        | Event::ActivityStarted { .. }
        | Event::TaskSubmitted { .. }
        | Event::SubmitLost { .. }
        | Event::TaskSucceeded { .. }
        | Event::TaskFailed { .. }
        | Event::TaskTimedOut { .. }
        | Event::HeartbeatRecorded { .. } => task(x, record),
        Event::RetryScheduled { frame, retrier, until } => retry_scheduled(x, *frame, *retrier, *until),
        Event::ParallelStarted { .. } | Event::ParallelSucceeded { .. } | Event::ParallelFailed { .. } => {
            parallel(x, record);
        }
        Event::BranchFailed { child } => child_failed(x, *child),
        Event::MapStarted { .. }
        | Event::MapIterationStarted { .. }
        | Event::MapIterationSucceeded { .. }
        | Event::MapIterationFailed { .. }
        | Event::MapIterationAborted { .. }
        | Event::MapSucceeded { .. }
        | Event::MapFailed { .. } => map(x, record),
        Event::MapRunStarted { .. }
        | Event::ChildStarted { .. }
        | Event::ChildEnded { .. }
        | Event::MapRunUpdated { .. }
        | Event::MapRunSucceeded { .. }
        | Event::MapRunFailed { .. }
        | Event::MapRunAborted { .. }
        | Event::MapRunRedriven { .. }
        | Event::ChildRedriven { .. }
        | Event::MapRunPlanned(_)
        | Event::ItemsTaken { .. }
        | Event::ReaderEnded { .. }
        | Event::ResultsAwaited { .. } => map_run::remember(x, record),
        Event::ChildSettled { attempt, end, .. } => map_run::settled(x, *attempt, *end),
        Event::RedriveFollowed { map_run } => x.redrives.map_run = *map_run,
        Event::TestCaseChosen { case, first } => x.test = Some(TestRun::new(case.clone(), *first)),
        Event::ExecutionRedriven(redriven) => redrive::remember(x, record, redriven),
        // The chain does not go on from here; the frame is removed with its siblings.
        Event::StateAborted { frame, .. } => x.frame_mut(*frame).join(),
        Event::RandomDrawn { state } => x.rng = Rng::new(*state),
        Event::ExecutionSucceeded { output } => end(x, record, Ending::Succeeded(output.clone())),
        Event::ExecutionFailed { failure } => end(x, record, Ending::Failed(failure.clone())),
        Event::ExecutionAborted { failure } => end(x, record, Ending::Aborted(failure.clone())),
        Event::ExecutionTimedOut => end(x, record, Ending::TimedOut),
    }
}

fn end(x: &mut Execution, record: &Record, ending: Ending) {
    x.ending = Some(ending);
    x.stopped_at = Some(record.at);
    map_run::close_open(x, record);
}

fn entered(x: &mut Execution, record: &Record, frame: FrameId, state: u32, input: &Payload) {
    let visitor = x.frame_mut(frame);
    visitor.before = visitor.chain;
    visitor.chain = record.id;
    visitor.state = state;
    visitor.entered_id = record.id;
    visitor.entered_at = record.at;
    visitor.input = input.clone();
    visitor.retries.clear();
    visitor.retry_count = 0;
    visitor.activity = Activity::Entered;
}

fn exited(x: &mut Execution, record: &Record) {
    let Event::StateExited { frame, output, next, assigned, .. } = &record.event else { return };
    x.remove_below(*frame);
    let visitor = x.frame_mut(*frame);
    visitor.variables.assign(assigned);
    visitor.chain = record.id;
    visitor.activity = match next {
        Some(next) => Activity::Leaving(*next),
        None => Activity::Done(output.clone()),
    };
    // What leaves the state is what enters the next one.
    visitor.input = output.clone();
}

fn task(x: &mut Execution, record: &Record) {
    match &record.event {
        Event::TaskScheduled {
            frame,
            state,
            attempt,
            parameters,
            timeout_seconds,
            heartbeat_seconds,
            role_arn,
            ..
        } => {
            x.last_attempt = *attempt;
            let invocation = x.test.as_mut().map_or(0, |test| test.count(*state));
            let visitor = x.frame_mut(*frame);
            visitor.invocation = invocation;
            visitor.chain = record.id;
            visitor.attempt = *attempt;
            visitor.activity = Activity::Scheduled {
                attempt: *attempt,
                parameters: parameters.clone(),
                timeout_seconds: *timeout_seconds,
                heartbeat_seconds: *heartbeat_seconds,
                role: role_arn.clone(),
            };
        }
        Event::TaskStarted { frame, clock, .. } => task_started(x, record, *frame, *clock, Hold::Call),
        Event::ActivityStarted { frame, clock, .. } => {
            task_started(x, record, *frame, *clock, Hold::Taken);
        }
        Event::TaskSubmitted { frame, output, .. } => {
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.id;
            if let Activity::Running { hold, .. } = &mut visitor.activity {
                *hold = Hold::Submitted(output.clone());
            }
        }
        Event::SubmitLost { frame } => {
            if let Activity::Running { hold, .. } = &mut x.frame_mut(*frame).activity {
                *hold = Hold::Taken;
            }
        }
        Event::TaskSucceeded { frame, .. }
        | Event::TaskFailed { frame, .. }
        | Event::TaskTimedOut { frame, .. } => {
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.id;
            visitor.activity = Activity::TaskEnded;
        }
        Event::HeartbeatRecorded { frame, until } => {
            if let Activity::Running { clock, .. } = &mut x.frame_mut(*frame).activity {
                clock.heartbeat = Some(*until);
            }
        }
        _ => unreachable!("`apply` sends only task events here"),
    }
}

/// From here on the task's clocks run.
fn task_started(x: &mut Execution, record: &Record, frame: FrameId, clock: TaskClock, hold: Hold) {
    let visitor = x.frame_mut(frame);
    visitor.chain = record.id;
    if let Activity::Scheduled { attempt, parameters, heartbeat_seconds, role, .. } = &visitor.activity {
        visitor.activity = Activity::Running {
            attempt: *attempt,
            parameters: parameters.clone(),
            clock,
            heartbeat_seconds: *heartbeat_seconds,
            role: role.clone(),
            hold,
        };
    }
}

fn retry_scheduled(x: &mut Execution, frame: FrameId, retrier: u32, until: stateline_base::Timestamp) {
    x.remove_below(frame);
    let visitor = x.frame_mut(frame);
    let retrier = retrier as usize;
    if visitor.retries.len() <= retrier {
        visitor.retries.resize(retrier + 1, 0);
    }
    if let Some(used) = visitor.retries.get_mut(retrier) {
        *used += 1;
    }
    visitor.retry_count += 1;
    visitor.activity = Activity::Backoff { until };
}

fn parallel(x: &mut Execution, record: &Record) {
    match &record.event {
        Event::ParallelStarted { frame, first, branches, input } => {
            x.remove_below(*frame);
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.id;
            visitor.activity = Activity::Branches { first: *first, count: *branches, input: input.clone() };
            for index in 0..*branches {
                x.frames.insert(first + index, Frame::new(Some(*frame), index, record.id, record.at));
            }
            x.next_frame = first + branches;
        }
        // The exit names the event before the success: the chain stays where it is.
        Event::ParallelSucceeded { frame } => {
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.previous;
            visitor.join();
        }
        Event::ParallelFailed { frame } => {
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.id;
            visitor.join();
        }
        _ => unreachable!("`apply` sends only events of Parallel states here"),
    }
}

fn map(x: &mut Execution, record: &Record) {
    match &record.event {
        Event::MapStarted { frame, items, input, length, concurrency } => {
            x.remove_below(*frame);
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.id;
            visitor.activity = Activity::Iterations(Box::new(Iterations {
                items: items.clone(),
                input: input.clone(),
                concurrency: *concurrency,
                next: 0,
                running: 0,
                outputs: vec![None; *length as usize],
                chain: record.id,
            }));
        }
        Event::MapIterationStarted { frame, child, index, .. } => {
            if let Activity::Iterations(map) = &mut x.frame_mut(*frame).activity {
                map.next = index + 1;
                map.running += 1;
            }
            x.frames.insert(*child, Frame::new(Some(*frame), *index, record.id, record.at));
            x.next_frame = child + 1;
        }
        Event::MapIterationSucceeded { child, .. } => iteration_succeeded(x, record, *child),
        Event::MapIterationFailed { child, .. } => child_failed(x, *child),
        Event::MapIterationAborted { .. } => {}
        Event::MapSucceeded { frame } => {
            let visitor = x.frame_mut(*frame);
            // A distributed Map's chain stands at the start of its Map Run (reference 03, rule 4).
            if !matches!(visitor.activity.work(), Activity::MapRun(_)) {
                visitor.chain = record.previous;
            }
            visitor.join();
        }
        Event::MapFailed { frame } => {
            let visitor = x.frame_mut(*frame);
            visitor.chain = record.id;
            visitor.join();
        }
        _ => unreachable!("`apply` sends only events of Map states here"),
    }
}

/// Keeps the iteration's output and lets its frame go.
fn iteration_succeeded(x: &mut Execution, record: &Record, child: FrameId) {
    let Some(ended) = x.frames.remove(&child) else { return };
    let (Some(parent), Activity::Done(output)) = (ended.parent, ended.activity) else { return };
    let visitor = x.frame_mut(parent);
    visitor.chain = record.id;
    if let Activity::Iterations(map) = &mut visitor.activity {
        map.running -= 1;
        // The next iteration goes on from this one's last event, not from its success.
        map.chain = ended.chain;
        if let Some(place) = map.outputs.get_mut(ended.index as usize) {
            *place = Some(output);
        }
    }
}

/// Nothing names a child's failure as predecessor: the child's own last event goes on.
fn child_failed(x: &mut Execution, child: FrameId) {
    let failed = x.frame(child);
    let (parent, chain) = (failed.parent, failed.chain);
    if let Some(parent) = parent {
        x.frame_mut(parent).chain = chain;
    }
}
