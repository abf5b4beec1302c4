//! Redrive: an execution that has ended badly goes on from where it stood.
//!
//! An end keeps the frames, and a frame that was cut off keeps what it did, so going on needs
//! nothing but the records. What had not finished runs again: a state's work is decided anew from
//! the input with which it was entered; branches, iterations and children that had succeeded stay.

use crate::decider::{Decider, Decision, Rejection, Setting};
use crate::execution::{Activity, Ending, Execution, Frame, ROOT};
use crate::map_run::MapRunStatus;
use crate::order;
use crate::states;
use crate::states::map_run::MAX_ITEMS_NEGATIVE;
use stateline_base::{Failure, Limits, Timestamp, error_name};
use stateline_journal::{Event, FrameId, MachineKind, Record, Redriven};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How an execution was redriven.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redrives {
    /// How often.
    pub count: u32,
    /// When last.
    pub at: Option<Timestamp>,
    /// For a child, the redrive of its Map Run that it followed last, or began with; 0 for none.
    pub map_run: u32,
    /// How long it was open before, without the time in between.
    pub open_millis: i64,
    /// The callers' last tokens.
    tokens: VecDeque<(Arc<str>, Timestamp)>,
}

/// A redrive of a Map Run, as its children see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildRedrive {
    /// How often the Map Run has been redriven, with this time.
    pub map_run: u32,
    /// When.
    pub at: Timestamp,
}

/// Why an execution cannot be redriven. The texts are AWS's `redriveStatusReason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRedrivable {
    /// It is an Express execution of its own, which AWS does not even describe.
    #[error("Express executions cannot be redriven")]
    Express,
    /// It has not ended.
    #[error("Execution is RUNNING and cannot be redriven")]
    Running,
    /// It has ended well.
    #[error("Execution is SUCCEEDED and cannot be redriven")]
    Succeeded,
    /// Its machine is being deleted.
    #[error("State machine is in DELETING status")]
    Deleting,
    /// Its history is full.
    #[error("Execution history event limit exceeded")]
    HistoryFull,
    /// It was open for as long as an execution may be.
    #[error("Execution has exceeded the max execution time")]
    OpenTooLong,
    /// It has ended too long ago.
    #[error("Execution redrivable period exceeded")]
    EndedTooLongAgo,
    /// A Map Run of it was redriven as often as may be.
    #[error("Map Run redrive limit exceeded")]
    MapRunRedrivenTooOften,
}

/// What decides whether an execution can be redriven, as far as its row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedriveFacts {
    /// Whether it still runs.
    pub is_open: bool,
    /// Whether it has ended well.
    pub succeeded: bool,
    /// When it ended.
    pub stopped_at: Option<Timestamp>,
    /// The last public event id.
    pub last_id: u64,
    /// How long it was open.
    pub open_millis: i64,
    /// Standard, which keeps its history, or Express, which starts from its beginning.
    pub kind: MachineKind,
}

/// Tokens that are remembered.
const TOKENS_MAX: usize = 10;
/// For how long.
const TOKEN_MILLIS: i64 = 15 * 60 * 1_000;

impl RedriveFacts {
    /// Why the execution cannot be redriven now.
    ///
    /// # Errors
    /// The first reason there is.
    pub fn check(&self, limits: &Limits, at: Timestamp) -> Result<(), NotRedrivable> {
        if self.is_open {
            return Err(NotRedrivable::Running);
        }
        if self.succeeded {
            return Err(NotRedrivable::Succeeded);
        }
        if self.kind == MachineKind::Express {
            return Ok(());
        }
        // The event that redrives, and the end, which has the last place, must find room.
        if self.last_id + 1 >= limits.history_events_max {
            return Err(NotRedrivable::HistoryFull);
        }
        if self.open_millis >= millis(limits.standard_seconds_max) {
            return Err(NotRedrivable::OpenTooLong);
        }
        let since = self.stopped_at.map_or(0, |stopped| at.since_millis(stopped));
        if since > millis(limits.redrivable_days.saturating_mul(86_400).into()) {
            return Err(NotRedrivable::EndedTooLongAgo);
        }
        Ok(())
    }
}

fn millis(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000)
}

impl Execution {
    /// What decides whether it can be redriven.
    #[must_use]
    pub fn redrive_facts(&self) -> RedriveFacts {
        RedriveFacts {
            is_open: self.is_open(),
            succeeded: matches!(self.ending, Some(Ending::Succeeded(_))),
            stopped_at: self.stopped_at,
            last_id: self.last_id,
            open_millis: self.open_millis(),
            kind: self.started.kind,
        }
    }

    /// When it was redriven with this token, if that was a short while ago.
    #[must_use]
    pub fn redriven_by(&self, token: &str, at: Timestamp) -> Option<Timestamp> {
        // The newest: one that was forgotten may have been used anew.
        let known = self.redrives.tokens.iter().rev().find(|(known, _)| **known == *token)?;
        (at.since_millis(known.1) < TOKEN_MILLIS).then_some(known.1)
    }

    /// How long it was open until its end, or until its last record.
    fn open_millis(&self) -> i64 {
        let since = self.redrives.at.unwrap_or(self.started_at);
        let until = self.stopped_at.unwrap_or(self.last_at);
        self.redrives.open_millis.saturating_add(until.since_millis(since).max(0))
    }

    /// Whether some Map Run that would go on has done so as often as may be.
    fn is_redriven_too_often(&self, limits: &Limits) -> bool {
        let goes_on = |frame: &Frame| match frame.activity.work() {
            Activity::MapRun(run) => self.map_runs.get(&run.arn),
            _ => None,
        };
        self.frames.values().filter_map(goes_on).any(|run| run.redrives >= limits.map_run_redrives_max)
    }
}

/// Decides on a redrive.
pub(crate) fn redrive(
    setting: Setting<'_>,
    x: &mut Execution,
    token: Option<Arc<str>>,
    map_run: u32,
    at: Timestamp,
) -> Result<Decision, Rejection> {
    // Always after the end, so that it can be told which came first.
    let at = at.max(x.last_at.plus_millis(1));
    x.redrive_facts().check(setting.limits, at).map_err(Rejection::NotRedrivable)?;
    if x.is_redriven_too_often(setting.limits) {
        return Err(Rejection::NotRedrivable(NotRedrivable::MapRunRedrivenTooOften));
    }
    let (count, deadline) = (x.redrives.count + 1, deadline(setting, x, at));
    let mut decider = Decider::new(setting, x, at);
    decider.reopen(Event::ExecutionRedriven(Box::new(Redriven { count, token, deadline, map_run })));
    decider.ready = order::stack(decider.x);
    decider.run();
    Ok(decider.finish())
}

/// `TimeoutSeconds` begins again; the time that an execution may be open in all does not.
fn deadline(setting: Setting<'_>, x: &Execution, at: Timestamp) -> Timestamp {
    if x.started.kind == MachineKind::Express {
        return at.plus_seconds(setting.limits.express_seconds_max);
    }
    let left = millis(setting.limits.standard_seconds_max).saturating_sub(x.open_millis());
    // A child's processor has no timeout of its own.
    let timeout = setting.program.timeout_seconds.filter(|_| x.started.parent.is_none());
    at.plus_millis(timeout.map_or(left, |timeout| millis(timeout).min(left)))
}

/// All branches or iterations had succeeded before, and what came of them had failed: that is done again.
pub(crate) fn join_again(decider: &mut Decider<'_>, frame: FrameId) {
    match *decider.frame(frame).activity.work() {
        Activity::Branches { first, .. } => states::parallel::branch_done(decider, frame, first),
        Activity::Iterations(_) => states::map::succeed(decider, frame),
        _ => {}
    }
}

/// Remembers a redrive.
pub(crate) fn remember(x: &mut Execution, record: &Record, redriven: &Redriven) {
    let open_millis = x.open_millis();
    let redrives = &mut x.redrives;
    (redrives.count, redrives.at, redrives.open_millis) = (redriven.count, Some(record.at), open_millis);
    redrives.map_run = redriven.map_run;
    if let Some(token) = &redriven.token {
        redrives.tokens.push_back((token.clone(), record.at));
        if redrives.tokens.len() > TOKENS_MAX {
            redrives.tokens.pop_front();
        }
    }
    x.deadline = redriven.deadline;
    x.stopped_at = None;
    let ending = x.ending.take();
    if x.started.kind == MachineKind::Express {
        // Express has no place to go on from: it begins again.
        x.frames = BTreeMap::from([(ROOT, Frame::new(None, 0, record.id, record.at))]);
        return;
    }
    if let Some(Ending::Failed(failure)) = &ending {
        go_on_whole(x, failure);
    }
    let frames: Vec<FrameId> = x.frames.keys().copied().collect();
    for frame in frames {
        let joined = is_joined(x, frame);
        let visitor = x.frame_mut(frame);
        visitor.activity = reopened(std::mem::replace(&mut visitor.activity, Activity::New), joined);
        if !matches!(visitor.activity, Activity::Done(_)) {
            visitor.chain = record.id;
            visitor.retries.clear();
            visitor.retry_count = 0;
        }
    }
}

/// States that run again from their beginning, with everything below them: where what they gave or
/// had made was too large, and distributed Maps also where they failed by `States.Runtime`, or by a
/// `MaxItems` that nothing can be read by.
fn go_on_whole(x: &mut Execution, failure: &Failure) {
    let too_large = failure.name() == error_name::DATA_LIMIT_EXCEEDED;
    let unreadable = failure.cause.as_deref() == Some(MAX_ITEMS_NEGATIVE);
    if !too_large && !unreadable && failure.name() != error_name::RUNTIME {
        return;
    }
    let whole = x.frames.iter().filter_map(|(id, frame)| match frame.activity.work() {
        Activity::MapRun(run) => {
            let aborted = x.map_runs.get(&run.arn).is_none_or(|run| run.status == MapRunStatus::Aborted);
            (!aborted).then_some(*id)
        }
        // The execution's failure went through the top level, and was its state's failure.
        Activity::Branches { .. } | Activity::Iterations(_) if too_large && *id == ROOT => Some(*id),
        _ => None,
    });
    let whole: Vec<FrameId> = whole.collect();
    for frame in whole {
        if x.frames.contains_key(&frame) {
            x.remove_below(frame);
            x.frame_mut(frame).activity = Activity::Entered;
        }
    }
}

/// Whether every branch or iteration of a frame's state has succeeded.
fn is_joined(x: &Execution, frame: FrameId) -> bool {
    match x.frame(frame).activity.work() {
        Activity::Branches { first, count, .. } => (*first..first + count).all(|child| {
            x.frames.get(&child).is_some_and(|child| matches!(child.activity, Activity::Done(_)))
        }),
        Activity::Iterations(map) => map.outputs.iter().all(Option::is_some),
        _ => false,
    }
}

/// What a frame does after a redrive.
fn reopened(activity: Activity, joined: bool) -> Activity {
    match activity {
        work @ (Activity::Branches { .. } | Activity::Iterations(_)) if joined => {
            Activity::Joined(Box::new(work))
        }
        Activity::Joined(work) => reopened(*work, joined),
        // The state's work is done anew.
        Activity::Entered
        | Activity::Waiting { .. }
        | Activity::Scheduled { .. }
        | Activity::Running { .. }
        | Activity::TaskEnded
        | Activity::Backoff { .. } => Activity::Entered,
        other @ (Activity::New
        | Activity::Leaving(_)
        | Activity::Branches { .. }
        | Activity::Iterations(_)
        | Activity::MapRun(_)
        | Activity::Done(_)) => other,
    }
}
