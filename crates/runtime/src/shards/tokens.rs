//! Workers that take tasks, and tokens that come back.

use super::effects::{is_mocked, is_watched, offer};
use super::{Live, Shards};
use crate::ServiceError;
use crate::batch::{Batch, Then};
use crate::connector::{Attempt, Outcome};
use crate::desk::Offer;
use crate::mocks::Mocks;
use crate::repeatable::is_repeatable;
use crate::requests::{ActivityTask, TokenWord};
use crate::tasks;
use crate::token::TaskToken;
use stateline_asl::program::{Program, StateIndex};
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_engine::{Decision, Ending, Execution, Input};
use stateline_journal::AttemptId;
use stateline_store::StoreError;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The worker's answer on its way: sent when it is durable that the worker has the task.
#[derive(Debug)]
pub struct Delivery {
    /// Who waits for it.
    pub reply: oneshot::Sender<Option<ActivityTask>>,
    /// What he gets.
    pub task: ActivityTask,
    /// Where the task goes back to when he does not wait any more.
    pub activity: Arc<str>,
    /// The task.
    pub offer: Offer,
}

/// A job that a service has taken: the attempt, the state, the request and the answer.
type Job<'a> = (AttemptId, StateIndex, &'a Payload, &'a Payload);

impl Shards {
    /// Gives a worker an activity's task, unless the task is over.
    pub(super) fn take(
        &mut self,
        (execution, attempt): Offer,
        worker: Option<Arc<str>>,
        reply: oneshot::Sender<Option<ActivityTask>>,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.activate(execution)? {
            drop(reply.send(None));
            return Ok(None);
        }
        let decision = self.advance(execution, Input::TaskTaken { attempt, worker }, now).unwrap_or_default();
        let token = self.catalog.token_key().seal(TaskToken { execution, attempt });
        let found = self
            .live
            .get(&execution)
            .and_then(|live| Some((live.execution.request(attempt)?.clone(), activity_of(live, attempt)?)));
        let mut then = Vec::new();
        match found {
            // One that was taken by somebody who had gone is given to the next as it stands.
            Some((input, activity)) => {
                let task = ActivityTask { token, input };
                let offer = (execution, attempt);
                then.push(Then::Deliver(Box::new(Delivery { reply, task, activity, offer })));
            }
            None => drop(reply.send(None)),
        }
        Ok(self.decided(execution, decision, then, now))
    }

    /// Ends a task by its token, or keeps it alive.
    ///
    /// Every answer goes through the committer, behind the batch that it rests on. Whoever is told
    /// that the task is over does not come again; so what ended it must be durable by then.
    pub(super) fn token(
        &mut self,
        TaskToken { execution, attempt }: TaskToken,
        word: TokenWord,
        reply: oneshot::Sender<Result<(), ServiceError>>,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.activate(execution)? {
            let known = self.live.contains_key(&execution) || self.store.execution(execution)?.is_some();
            let error = if known { ServiceError::TaskTimedOut } else { ServiceError::TaskDoesNotExist };
            return Ok(Some(self.batch(Some(execution), Vec::new(), vec![Then::Told(reply, Err(error))])));
        }
        let input = match word {
            TokenWord::Succeeded(output) => Input::TokenSucceeded { attempt, output },
            TokenWord::Failed(failure) => Input::TokenFailed { attempt, failure },
            TokenWord::Heartbeat => Input::Heartbeat { attempt },
        };
        let decision = self.advance(execution, input, now);
        let ending = self.live.get(&execution).and_then(|live| live.execution.ending.as_ref());
        // When the execution's own time was over, that is all that came of it.
        let taken = decision.is_some() && !matches!(ending, Some(Ending::TimedOut));
        let answer = if taken { Ok(()) } else { Err(ServiceError::TaskTimedOut) };
        Ok(self.decided(execution, decision.unwrap_or_default(), vec![Then::Told(reply, answer)], now))
    }

    /// A call came back. A job that a service has taken, and that the execution does not wait for any
    /// more, is given up: nobody else knows its name.
    pub(super) fn answered(
        &mut self,
        execution: ExecutionId,
        attempt: AttemptId,
        outcome: Outcome,
        job: Option<Box<Attempt>>,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let taken = match (job, &outcome) {
            (Some(job), Outcome::Succeeded(answer)) => Some((job, answer.clone())),
            _ => None,
        };
        let batch = self.outcome(execution, attempt, outcome, now)?;
        let Some((job, answer)) = taken.filter(|_| !self.waits_for_job(execution, attempt)) else {
            return Ok(batch);
        };
        let mut batch = batch.unwrap_or_else(|| self.batch(Some(execution), Vec::new(), Vec::new()));
        batch.then.push(Then::GiveUp(job, answer));
        Ok(Some(batch))
    }

    fn waits_for_job(&self, execution: ExecutionId, attempt: AttemptId) -> bool {
        let is_job = |live: &Live| live.execution.submitted().any(|(job, ..)| job == attempt);
        self.live.get(&execution).is_some_and(is_job)
    }

    /// A call came back. What a mock says for an activity's workers comes the same way: it takes the
    /// task and ends it in one.
    fn outcome(
        &mut self,
        execution: ExecutionId,
        attempt: AttemptId,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.activate(execution)? {
            return Ok(None);
        }
        let is_offer = |live: &Live| live.execution.offers().any(|(offer, _)| offer == attempt);
        if !self.live.get(&execution).is_some_and(is_offer) {
            let input = match outcome {
                Outcome::Succeeded(output) => Input::TaskSucceeded { attempt, output },
                Outcome::Failed(failure) => Input::TaskFailed { attempt, failure },
            };
            return self.input(execution, input, now);
        }
        let end = match outcome {
            Outcome::Succeeded(output) => Input::TokenSucceeded { attempt, output },
            Outcome::Failed(failure) => Input::TokenFailed { attempt, failure },
        };
        let mut decision = Decision::default();
        for input in [Input::TaskTaken { attempt, worker: None }, end] {
            let next = self.advance(execution, input, now).unwrap_or_default();
            decision.records.extend(next.records);
            decision.effects.extend(next.effects);
        }
        Ok(self.decided(execution, decision, Vec::new(), now))
    }

    /// What has to be brought back after a restart: tasks for the desk, and jobs to watch.
    pub(super) fn tasks_again(&self, execution: ExecutionId) -> Vec<Then> {
        let Some(live) = self.live.get(&execution) else { return Vec::new() };
        let x = &live.execution;
        let offers = x.offers().filter_map(|(attempt, state)| {
            let activity = activity(&live.definition.program, state)?;
            offer(execution, live, &*self.mocks, (attempt, StateIndex(state)), activity)
        });
        let jobs = jobs(x, &live.definition.program);
        let watched = jobs.filter(|(_, state, ..)| is_watched(live, &*self.mocks, *state));
        let watches = watched.map(|(attempt, state, request, answer)| {
            let call = super::call(execution, x, &live.definition, (attempt, state), request.clone(), None);
            let invocation = crate::Invocation { execution, attempt, call };
            Then::Watch(Box::new(invocation), answer.clone())
        });
        let calls = x.attempts_out().filter(|(_, attempt, _)| repeats(live, &*self.mocks, *attempt));
        let repeated = calls.filter_map(|(_, attempt, state)| {
            let request = x.request(attempt)?.clone();
            let call =
                super::call(execution, x, &live.definition, (attempt, StateIndex(state)), request, None);
            let call = Attempt { repeated: true, ..call };
            Some(Then::Invoke(Box::new(crate::Invocation { execution, attempt, call })))
        });
        offers.chain(watches).chain(repeated).collect()
    }
}

/// The activity that an attempt is of.
fn activity_of(live: &Live, attempt: AttemptId) -> Option<Arc<str>> {
    let (_, _, state) = live.execution.attempts_out().find(|(_, other, _)| *other == attempt)?;
    activity(&live.definition.program, state)
}

fn activity(program: &Program, state: u32) -> Option<Arc<str>> {
    match resource(program, state)? {
        TaskResource::Activity { arn } => Some(arn.clone()),
        _ => None,
    }
}

fn resource(program: &Program, state: u32) -> Option<&TaskResource> {
    tasks::resource(program, StateIndex(state))
}

/// Whether a call that was out in a crash is made again: a job whose service can tell that it is the
/// same one, by its name or by a token, and a mock, which changes nothing outside.
pub(super) fn repeats(live: &Live, mocks: &dyn Mocks, attempt: AttemptId) -> bool {
    let x = &live.execution;
    let out = x.calls_out().any(|other| other == attempt);
    let state = x.attempts_out().find(|(_, other, _)| *other == attempt).map(|(_, _, state)| state);
    if out && state.is_some_and(|state| is_mocked(live, mocks, StateIndex(state))) {
        return true;
    }
    out && state.and_then(|state| resource(&live.definition.program, state)).is_some_and(is_repeatable)
}

/// Jobs that services have taken and that are watched until they are done. In a test a mock may
/// return a token; whether it does is not known here.
pub(super) fn jobs<'a>(x: &'a Execution, program: &'a Program) -> impl Iterator<Item = Job<'a>> {
    x.submitted().filter_map(|(attempt, state, request, answer)| {
        let pattern = match resource(program, state)? {
            TaskResource::Integration { pattern, .. } => *pattern,
            _ => return None,
        };
        let is_job = match pattern {
            Pattern::Sync | Pattern::Sync2 => true,
            Pattern::WaitForTaskToken => x.test_case().is_some(),
            Pattern::RequestResponse => false,
        };
        is_job.then_some((attempt, StateIndex(state), request, answer))
    })
}
