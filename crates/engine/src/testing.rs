//! One state on its own, as `TestState` runs it: the same decisions, on an execution that
//! consists of this state, with whatever the author puts in the place of the world.

mod bench;
mod source;

pub(crate) use bench::{
    Bench, as_written, read_items, shows_input, shows_request, shows_result, shows_steps,
};

use crate::apply::begin;
use crate::decider::{Decider, Effect, Input, Rejection, Setting};
use crate::execution::{Activity, Execution, ROOT};
use crate::states;
use serde_json::{Map, Value};
use stateline_asl::program::{self, Kind, StateIndex};
use stateline_base::{Failure, Payload, Timestamp, error_name};
use stateline_journal::{AttemptId, Event, Record, Started};
use std::sync::Arc;

/// What is tested, and under which circumstances.
#[derive(Clone, Debug)]
pub struct StateTestRequest {
    /// The state.
    pub state: StateIndex,
    /// Its raw input.
    pub input: Payload,
    /// Variables that were assigned before.
    pub variables: Vec<(Arc<str>, Payload)>,
    /// Members of the Context object that stand instead of the real ones.
    pub context: Map<String, Value>,
    /// What stands for the task, the branches or the iterations.
    pub mock: Option<Mock>,
    /// Retries that the retriers have used already.
    pub retries_used: u32,
    /// Items of a Map that failed.
    pub failed_items: u64,
    /// What the `ItemReader` of a mocked Map would have read, as it stands at its source.
    pub reader_data: Option<String>,
    /// Whether this is a look at what the state does with its data: every step is shown, also those that
    /// AWS's tests leave out, and work that nothing stands for is not waited for.
    pub preview: bool,
}

/// What stands for the work of a Task, Parallel or Map.
#[derive(Clone, Debug, PartialEq)]
pub enum Mock {
    /// It gives this.
    Result(Payload),
    /// It fails with this.
    Error(Failure),
}

/// A state that is being tested.
#[derive(Debug)]
pub struct StateTest {
    x: Execution,
    mock: Option<Mock>,
    failed_items: u64,
    bench: Bench,
}

/// Where a test stands.
#[derive(Clone, Debug, PartialEq)]
pub enum StateTestStep {
    /// A call has to be made; its outcome is the next input.
    Call {
        /// The attempt.
        attempt: AttemptId,
        /// The request.
        parameters: Payload,
        /// When the task times out.
        deadline: Option<Timestamp>,
        /// `Credentials.RoleArn`.
        role: Option<Arc<str>>,
    },
    /// Time has to pass; [`Input::Tick`] is the next input.
    Wait(Timestamp),
    /// Branches or iterations would have to run, which only a mock can stand for.
    NeedsMock,
    /// The state is done.
    Done(Box<StateTestOutcome>),
}

/// What became of a tested state.
#[derive(Clone, Debug, PartialEq)]
pub struct StateTestOutcome {
    /// In a word.
    pub status: StateTestStatus,
    /// Its output, where it has one.
    pub output: Option<Payload>,
    /// Error and cause, where there was an error.
    pub failure: Option<Failure>,
    /// The state that would go on.
    pub next: Option<StateIndex>,
    /// What it showed on its way.
    pub inspection: Inspection,
}

/// `TestState.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateTestStatus {
    /// It has an output.
    Succeeded,
    /// It failed and nothing takes the error.
    Failed,
    /// A retrier takes the error.
    Retriable,
    /// A catcher takes the error.
    CaughtError,
}

/// What a state shows on its way, as far as it came: `inspectionData`.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the names are those of the States Language's steps")]
pub struct Inspection {
    pub after_input_path: Option<Payload>,
    pub after_parameters: Option<Payload>,
    pub after_arguments: Option<Payload>,
    pub result: Option<Payload>,
    pub after_result_selector: Option<Payload>,
    pub after_result_path: Option<Payload>,
    pub after_items_path: Option<Payload>,
    pub after_items_pointer: Option<Payload>,
    pub after_item_selector: Option<Payload>,
    pub after_item_batcher: Option<Payload>,
    /// Those that were given and those that the state assigned.
    pub variables: Vec<(Arc<str>, Payload)>,
    /// How many iterations, or children, a Map has.
    pub iterations: Option<u32>,
    pub max_concurrency: Option<u64>,
    pub tolerated_failure_count: Option<u64>,
    pub tolerated_failure_percentage: Option<f64>,
    /// Which retrier takes the error, or took it for as long as it had attempts.
    pub retry_index: Option<u32>,
    /// How long it would wait, in milliseconds.
    pub retry_delay_ms: Option<i64>,
    /// Which catcher takes the error.
    pub catch_index: Option<u32>,
    /// The last error that arose.
    pub failure: Option<Failure>,
    /// The field below the state whose expression failed.
    pub failed_field: Option<Arc<str>>,
    /// Which rule of a Choice held.
    pub rule_index: Option<u32>,
    /// The items of a Map in JSONata.
    pub items: Option<Payload>,
}

impl Inspection {
    /// Notes variables with their new values.
    pub(crate) fn assign(&mut self, assigned: &[(Arc<str>, Payload)]) {
        for (name, value) in assigned {
            match self.variables.iter_mut().find(|(known, _)| known == name) {
                Some(variable) => variable.1 = value.clone(),
                None => self.variables.push((name.clone(), value.clone())),
            }
        }
    }
}

impl StateTest {
    /// Begins a test and runs it until it needs something from outside.
    ///
    /// `started` tells about the execution that the state believes to be in.
    #[must_use]
    pub fn start(
        setting: Setting<'_>,
        started: Started,
        mut request: StateTestRequest,
        at: Timestamp,
    ) -> (StateTest, StateTestStep) {
        let record = Record { at, id: 1, previous: 0, event: Event::ExecutionStarted(Box::new(started)) };
        let x = begin(&record).expect("the record is a start");
        let bench = Bench::of(&mut request, setting.limits);
        let mut test = StateTest { x, mock: request.mock, failed_items: request.failed_items, bench };
        // A test has no journal that its execution would have to follow from.
        test.x.frame_mut(ROOT).variables.assign(&request.variables);
        let step = test.decide(setting, at, |decider| {
            let StateIndex(state) = request.state;
            decider.emit(ROOT, Event::StateEntered { frame: ROOT, state, input: request.input });
            let retriers = crate::catch::handlers(&decider.state(ROOT).kind).0.len();
            let visitor = decider.x.frame_mut(ROOT);
            visitor.retries = vec![request.retries_used; retriers];
            visitor.retry_count = request.retries_used;
            decider.step(ROOT);
        });
        (test, step)
    }

    /// Goes on with what came back.
    ///
    /// # Errors
    /// [`Rejection`] when the test is done or waits for something else.
    pub fn advance(
        &mut self,
        setting: Setting<'_>,
        input: Input,
        at: Timestamp,
    ) -> Result<StateTestStep, Rejection> {
        if !self.x.is_open() {
            return Err(Rejection::Closed);
        }
        match (&self.x.frame(ROOT).activity, input) {
            (Activity::Running { attempt: out, .. }, Input::TaskSucceeded { attempt, output })
                if *out == attempt =>
            {
                Ok(self.decide(setting, at, |decider| states::task::succeeded(decider, ROOT, &output)))
            }
            (Activity::Running { attempt: out, .. }, Input::TaskFailed { attempt, failure })
                if *out == attempt =>
            {
                Ok(self.decide(setting, at, |decider| states::task::failed(decider, ROOT, failure)))
            }
            (Activity::Running { .. }, Input::Tick) => {
                Ok(self.decide(setting, at, |decider| states::task::timed_out(decider, ROOT)))
            }
            (Activity::Waiting { .. }, Input::Tick) => {
                Ok(self.decide(setting, at, |decider| states::wait::over(decider, ROOT)))
            }
            _ => Err(Rejection::StaleAttempt),
        }
    }

    /// What the state has shown so far.
    #[must_use]
    pub fn inspection(&self) -> Inspection {
        self.bench.inspection()
    }

    /// What becomes of a test whose time is over: nothing retries or catches that.
    #[must_use]
    pub fn timed_out(&self) -> StateTestOutcome {
        StateTestOutcome {
            status: StateTestStatus::Failed,
            output: None,
            failure: Some(Failure::named(error_name::TIMEOUT)),
            next: None,
            inspection: self.bench.inspection(),
        }
    }

    /// Lets the state do something, and then the mock, where the state waits for what it stands for.
    fn decide(
        &mut self,
        setting: Setting<'_>,
        at: Timestamp,
        first: impl FnOnce(&mut Decider<'_>),
    ) -> StateTestStep {
        let mut decider = Decider::new(setting, &mut self.x, at).on_bench(&self.bench);
        first(&mut decider);
        if let Some(mock) = self.mock.take_if(|_| waits_for_work(decider.x)) {
            stand_in(&mut decider, mock, self.failed_items);
        } else if self.bench.preview && waits_for_work(decider.x) {
            // What iterations would begin with is all that can be seen of them.
            if let Err(raised) = bench::show_items(&decider, ROOT) {
                decider.fail_joined(ROOT, raised);
            }
        }
        let decision = decider.finish();
        let mut call = None;
        for effect in decision.effects {
            if let Effect::Invoke { attempt, parameters, deadline, .. } = effect {
                let role = self.x.task_role(attempt).cloned();
                call = Some(StateTestStep::Call { attempt, parameters, deadline, role });
            }
        }
        self.step_of(&decision.records).unwrap_or_else(|| match &self.x.frame(ROOT).activity {
            Activity::Waiting { until } => StateTestStep::Wait(*until),
            _ => call.unwrap_or(StateTestStep::NeedsMock),
        })
    }

    /// The outcome, when the records tell one.
    fn step_of(&self, records: &[Record]) -> Option<StateTestStep> {
        let inspection = self.bench.inspection();
        let (failure, caught) = (inspection.failure.clone(), inspection.catch_index.is_some());
        let outcome =
            |status, output, failure, next| StateTestOutcome { status, output, failure, next, inspection };
        let done = |outcome| Some(StateTestStep::Done(Box::new(outcome)));
        for record in records {
            match &record.event {
                Event::StateExited { output, next, .. } => {
                    let status =
                        if caught { StateTestStatus::CaughtError } else { StateTestStatus::Succeeded };
                    let failure = failure.filter(|_| caught);
                    return done(outcome(status, Some(output.clone()), failure, next.map(StateIndex)));
                }
                Event::RetryScheduled { .. } => {
                    return done(outcome(StateTestStatus::Retriable, None, failure, None));
                }
                Event::ExecutionFailed { failure } => {
                    return done(outcome(StateTestStatus::Failed, None, Some(failure.clone()), None));
                }
                _ => {}
            }
        }
        None
    }
}

/// Whether the state has come to where a mock stands in.
fn waits_for_work(x: &Execution) -> bool {
    matches!(
        x.frame(ROOT).activity,
        Activity::Scheduled { .. }
            | Activity::Running { .. }
            | Activity::Branches { .. }
            | Activity::Iterations(_)
            | Activity::MapRun(_)
    )
}

/// Recorded on AWS: without a tolerance any number of failed items goes through.
fn threshold(decider: &Decider<'_>, map: &program::Map, failed_items: u64) -> Option<Failure> {
    let distributed = map.distributed.as_ref()?;
    let tolerates = distributed.tolerated_count.is_some() || distributed.tolerated_percentage.is_some();
    states::map_run::threshold(decider, ROOT, failed_items).filter(|_| tolerates)
}

fn stand_in(decider: &mut Decider<'_>, mock: Mock, failed_items: u64) {
    if let Err(raised) = bench::show_items(decider, ROOT) {
        return decider.fail_joined(ROOT, raised);
    }
    match (&decider.state(ROOT).kind, mock) {
        (Kind::Task(_), mock) => {
            // An activity's task has to be taken before it can end; for others this does nothing.
            states::task::taken(decider, ROOT, None);
            match mock {
                Mock::Result(result) => states::task::completed(decider, ROOT, &result),
                Mock::Error(failure) => states::task::failed(decider, ROOT, failure),
            }
        }
        (Kind::Parallel(_), Mock::Result(result)) => {
            decider.emit(ROOT, Event::ParallelSucceeded { frame: ROOT });
            states::parallel::joined(decider, ROOT, &result);
        }
        (Kind::Map(map), Mock::Result(result)) => match threshold(decider, map, failed_items) {
            Some(failure) => decider.fail_joined(ROOT, failure.into()),
            None => {
                decider.emit(ROOT, Event::MapSucceeded { frame: ROOT });
                states::map::joined(decider, ROOT, &result);
            }
        },
        (Kind::Parallel(_) | Kind::Map(_), Mock::Error(failure)) => {
            decider.fail_joined(ROOT, failure.into());
        }
        _ => {}
    }
}
