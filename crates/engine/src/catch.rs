//! What a failure does: it is retried, caught, or ends the scope and goes up.

use crate::data_flow;
use crate::decider::Decider;
use crate::execution::Activity;
use crate::retry::{self, Raised};
use serde_json::{Map, Value};
use stateline_asl::program::{Catcher, Kind, Retrier, Transition};
use stateline_base::{Failure, Payload};
use stateline_journal::{Event, FrameId};

impl Decider<'_> {
    /// A state failed by itself.
    pub(crate) fn fail(&mut self, frame: FrameId, raised: Raised) {
        self.settle(frame, raised, false);
    }

    /// A failure whose expression history has been told of, so that its consequences come after it.
    pub(crate) fn told(&mut self, frame: FrameId, raised: Raised) -> Raised {
        self.tell_evaluation(frame, &raised);
        Raised { evaluation: None, ..raised }
    }

    /// A Map Run failed, which history has been told.
    pub(crate) fn fail_joined(&mut self, frame: FrameId, raised: Raised) {
        self.settle(frame, raised, true);
    }

    /// A frame failed before it came to its first state: its parent's state deals with it.
    pub(crate) fn fail_upward(&mut self, child: FrameId, raised: Raised) {
        let Some(parent) = self.frame(child).parent else { return };
        let raised = self.told(parent, raised);
        self.child_failed(parent, child);
        self.settle(parent, raised, true);
    }

    /// Retries, catches, or lets the failure go up to the next frame, until one takes it or the execution ends.
    fn settle(&mut self, frame: FrameId, raised: Raised, from_child: bool) {
        let (mut frame, mut from_child) = (frame, from_child);
        let mut raised = Raised { failure: raised.failure.clipped(self.setting.limits), ..raised };
        self.inspect(|seen| {
            seen.failure = Some(raised.failure.clone());
            seen.failed_field = raised.evaluation.as_ref().and_then(|evaluation| evaluation.location.clone());
        });
        self.tell_evaluation(frame, &raised);
        while self.x.is_open() {
            if self.retry(frame, &raised) {
                return;
            }
            if from_child || raised.evaluation.is_some() {
                self.join_failed(frame);
            }
            match self.catch(frame, &raised) {
                Ok(true) => return,
                Ok(false) => {}
                // What the catcher itself did wrong goes up instead.
                Err(worse) => {
                    self.inspect(|seen| seen.catch_index = None);
                    raised = Raised { failure: worse.failure.clipped(self.setting.limits), ..worse };
                    let field = raised.evaluation.as_ref().and_then(|evaluation| evaluation.location.clone());
                    self.inspect(|seen| seen.failed_field = field);
                    self.tell_evaluation(frame, &raised);
                }
            }
            let Some(parent) = self.frame(frame).parent else {
                self.cancel_all();
                self.emit(frame, Event::ExecutionFailed { failure: raised.failure });
                return;
            };
            self.child_failed(parent, frame);
            (frame, from_child) = (parent, true);
        }
    }

    fn retry(&mut self, frame: FrameId, raised: &Raised) -> bool {
        let (retriers, _) = handlers(&self.state(frame).kind);
        let matching = retriers.iter().position(|retrier| raised.matches(&retrier.error_equals));
        self.inspect(|seen| seen.retry_index = matching.and_then(|index| u32::try_from(index).ok()));
        let Some(index) = retry::pick(retriers, self.frame(frame), raised) else { return false };
        let Some(retrier) = retriers.get(index) else { return false };
        let used = self.frame(frame).retries.get(index).copied().unwrap_or(0);
        let mut rng = self.rng.get();
        let delay = retry::delay_ms(retrier, used, &mut rng);
        self.rng.set(rng);
        let until = self.at.plus_millis(delay);
        let retrier = u32::try_from(index).expect("a definition has fewer than 2^32 retriers");
        self.inspect(|seen| seen.retry_delay_ms = Some(delay));
        self.emit(frame, Event::RetryScheduled { frame, retrier, until });
        true
    }

    /// A branch or iteration failed and nothing retries the state.
    fn join_failed(&mut self, frame: FrameId) {
        // An expression may fail before a branch or an iteration is open, or when all have ended.
        let unopened = matches!(self.frame(frame).activity, Activity::Entered | Activity::Backoff { .. });
        match (&self.state(frame).kind, &self.frame(frame).activity) {
            (_, Activity::Branches { .. }) => self.emit(frame, Event::ParallelFailed { frame }),
            (_, Activity::Iterations(_) | Activity::MapRun(_)) => {
                self.emit(frame, Event::MapFailed { frame });
            }
            (Kind::Parallel(_), _) if unopened => self.emit(frame, Event::ParallelFailed { frame }),
            (Kind::Map(_), _) if unopened => self.emit(frame, Event::MapFailed { frame }),
            _ => {}
        }
    }

    /// The event that AWS writes for an expression that failed, once an attempt. As long as the
    /// state has done nothing else, it names what came before the state (reference 03, rule 5).
    fn tell_evaluation(&mut self, frame: FrameId, raised: &Raised) {
        let Some(evaluation) = &raised.evaluation else { return };
        let visitor = self.frame(frame);
        // Recorded on AWS: a Wait state's names the state's own entry.
        let is_wait = matches!(self.state(frame).kind, Kind::Wait(_));
        let previous =
            if visitor.chain == visitor.entered_id && !is_wait { visitor.before } else { visitor.chain };
        let (state, failure, location) = (visitor.state, raised.failure.clone(), evaluation.location.clone());
        self.emit_after(previous, Event::EvaluationFailed { frame, state, failure, location });
    }

    /// Whether a catcher took the failure.
    fn catch(&mut self, frame: FrameId, raised: &Raised) -> Result<bool, Raised> {
        let (_, catchers) = handlers(&self.state(frame).kind);
        let Some(index) = catchers.iter().position(|catcher| raised.matches(&catcher.error_equals)) else {
            return Ok(false);
        };
        let Some(catcher) = catchers.get(index) else { return Ok(false) };
        self.inspect(|seen| seen.catch_index = u32::try_from(index).ok());
        if !self.x.is_open() {
            return Ok(true);
        }
        let error_output = Payload::from(error_output(&raised.failure));
        match data_flow::after_error(self, frame, catcher, &error_output) {
            Ok(left) => {
                self.exit(frame, left, Transition::Next(catcher.next));
                Ok(true)
            }
            Err(worse) => Err(worse),
        }
    }

    /// Recorded on AWS: a Task whose failure ends its branch is shown as aborted besides.
    fn abort_failed_task(&mut self, branch: FrameId) {
        let visitor = self.frame(branch);
        let is_task = matches!(self.state(branch).kind, Kind::Task(_));
        if is_task && !matches!(visitor.activity, Activity::New) {
            let state = visitor.state;
            self.emit(branch, Event::StateAborted { frame: branch, state });
        }
    }

    /// A child of a Parallel or Map state failed for good: its siblings are cut off.
    fn child_failed(&mut self, parent: FrameId, child: FrameId) {
        let siblings: Vec<FrameId> =
            self.x.children(parent).into_iter().filter(|other| *other != child).collect();
        if let Activity::Iterations(_) = self.frame(parent).activity {
            let (state, index) = (self.frame(parent).state, self.frame(child).index);
            self.emit(child, Event::MapIterationFailed { child, state, index });
        } else {
            self.abort_failed_task(child);
            self.emit(child, Event::BranchFailed { child });
        }
        for sibling in siblings {
            if self.x.is_open() {
                self.abort(sibling);
            }
        }
    }
}

/// The retriers and catchers of a state; only three kinds have any.
pub(crate) fn handlers(kind: &Kind) -> (&[Retrier], &[Catcher]) {
    match kind {
        Kind::Task(task) => (&task.retry, &task.catch),
        Kind::Parallel(parallel) => (&parallel.retry, &parallel.catch),
        Kind::Map(map) => (&map.retry, &map.catch),
        Kind::Pass(_) | Kind::Choice(_) | Kind::Wait(_) | Kind::Succeed | Kind::Fail(_) => (&[], &[]),
    }
}

/// What a catcher works with. AWS always writes both members, an absent cause as an empty text.
fn error_output(failure: &Failure) -> Value {
    let mut members = Map::new();
    members.insert("Error".into(), Value::from(failure.name()));
    members.insert("Cause".into(), Value::from(failure.cause.as_deref().unwrap_or_default()));
    Value::Object(members)
}
