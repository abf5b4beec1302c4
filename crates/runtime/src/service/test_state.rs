//! One state on its own, for `TestState`: like an Express execution of which nothing is kept. Real
//! calls go through the service's connector and Waits take their time.

use super::{Service, unavailable};
use crate::ServiceError;
use crate::connector::{Attempt, Caller, HttpExchange, Outcome};
use crate::express::pause;
use stateline_asl::Program;
use stateline_asl::program::{Kind, StateIndex};
use stateline_base::{Arn, Payload, Timestamp};
use stateline_engine::{
    Apart, Input, RECORDS_PER_DECISION_MAX, Setting, StateTest, StateTestOutcome, StateTestRequest,
    StateTestStep,
};
use stateline_journal::{AttemptId, MachineKind, Started};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Tests that may run at once. Each may wait, or keep a call out, for as long as an Express execution
/// may take; more are turned away for the moment.
const TESTS_MAX: usize = 1_000;

/// Places for tests that run.
pub(super) struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Places(Arc::new(Semaphore::new(TESTS_MAX)))
    }
}

/// The right to run a test, until it is dropped.
#[derive(Debug)]
pub struct TestPlace {
    _permit: OwnedSemaphorePermit,
}

/// A state to be tested, and where it believes to be.
#[derive(Clone, Debug)]
pub struct TestRequest {
    /// The machine it stands in.
    pub program: Arc<Program>,
    /// What is tested, and under which circumstances.
    pub test: StateTestRequest,
    /// What ARNs of state machines begin with: `arn:aws:states:us-east-1:000000000000:stateMachine:`.
    pub machine_prefix: String,
    /// The role; one is made up when absent.
    pub role_arn: Option<Arc<str>>,
    /// Whether [`Tested::exchange`] shows what a connection added to the request.
    pub reveal_secrets: bool,
}

/// What became of a tested state.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// Its outcome.
    pub outcome: StateTestOutcome,
    /// What an HTTP Task sent and got.
    pub exchange: Option<HttpExchange>,
}

/// A call that a tested Task wants.
struct Wanted {
    attempt: AttemptId,
    parameters: Payload,
    deadline: Option<Timestamp>,
    caller: Caller,
}

impl Service {
    /// A place for a test, to be had before anything is done for it.
    ///
    /// # Errors
    /// [`ServiceError::Throttled`] when as many tests run as may.
    pub fn test_place(&self) -> Result<TestPlace, ServiceError> {
        let permit = self.inner.tests.0.clone().try_acquire_owned();
        Ok(TestPlace { _permit: permit.map_err(|_| ServiceError::Throttled)? })
    }

    /// Runs one state to its end, or until the time that an Express execution has is over.
    ///
    /// # Errors
    /// When the service is stopping, and for a Parallel or Map state without a mock.
    pub async fn test_state(&self, _place: &TestPlace, request: TestRequest) -> Result<Tested, ServiceError> {
        self.check_running()?;
        let started = self.pretended(&request)?;
        let (execution_arn, machine_arn) = (started.execution_arn.clone(), started.machine_arn.clone());
        let machine_role = started.role_arn.clone();
        let end = started.deadline;
        let TestRequest { program, test, reveal_secrets, .. } = request;
        let state = test.state;
        let mut exchange = None;
        let setting = Setting {
            program: &program,
            limits: &self.inner.limits,
            records_max: RECORDS_PER_DECISION_MAX,
            outside: &Apart,
        };
        let (mut test, mut step) = StateTest::start(setting, started, test, self.now());
        loop {
            let input = match step {
                StateTestStep::Done(outcome) => return Ok(Tested { outcome: *outcome, exchange }),
                StateTestStep::NeedsMock => return Err(unavailable("a Parallel or Map state needs a mock")),
                StateTestStep::Wait(until) => self.wait(until.min(end)).await,
                StateTestStep::Call { attempt, parameters, deadline, role: task_role } => {
                    let (machine_arn, machine_role) = (machine_arn.clone(), machine_role.clone());
                    let caller = Caller { machine_arn, machine_role, task_role };
                    let wanted = Wanted { attempt, parameters, deadline, caller };
                    let call = self.attempt_of(&program, state, &wanted, &execution_arn);
                    let (input, shown) = self.outcome_of(wanted, call, reveal_secrets, end).await;
                    exchange = shown;
                    input
                }
            };
            let now = self.now();
            if input == Input::Tick && now >= end {
                return Ok(Tested { outcome: test.timed_out(), exchange });
            }
            step = match test.advance(setting, input, now) {
                Ok(step) => step,
                Err(rejection) => return Err(unavailable(rejection)),
            };
        }
    }

    async fn wait(&self, until: Timestamp) -> Input {
        // The timer and the clock are two: a tick must not come before its time.
        loop {
            let left = until.since_millis(self.now());
            if left <= 0 {
                return Input::Tick;
            }
            pause(Duration::from_millis(left.unsigned_abs())).await;
        }
    }

    /// Makes a call and waits for it, for as long as the task and the test may take.
    async fn outcome_of(
        &self,
        wanted: Wanted,
        call: Option<Attempt>,
        reveal_secrets: bool,
        end: Timestamp,
    ) -> (Input, Option<HttpExchange>) {
        let Some(call) = call else { return (Input::Tick, None) };
        let attempt = wanted.attempt;
        let deadline = wanted.deadline.map_or(end, |deadline| deadline.min(end));
        tokio::select! {
            traced = self.inner.connector.trace(call, reveal_secrets) => match traced.outcome {
                Outcome::Succeeded(output) => (Input::TaskSucceeded { attempt, output }, traced.exchange),
                Outcome::Failed(failure) => (Input::TaskFailed { attempt, failure }, traced.exchange),
            },
            tick = self.wait(deadline) => (tick, None),
        }
    }

    fn attempt_of(
        &self,
        program: &Program,
        state: StateIndex,
        wanted: &Wanted,
        execution_arn: &Arc<str>,
    ) -> Option<Attempt> {
        let state = program.state(state);
        let Kind::Task(task) = &state.kind else { return None };
        let arn = Arn::parse(&wanted.caller.machine_arn).ok()?;
        Some(Attempt {
            execution_arn: execution_arn.clone(),
            state: state.name.clone(),
            request_id: self.new_name(),
            resource: task.resource.clone(),
            input: wanted.parameters.clone(),
            deadline: wanted.deadline,
            region: arn.region.into(),
            account: arn.account.into(),
            caller: wanted.caller.clone(),
            repeated: false,
            mock: None,
        })
    }

    /// The execution that the state believes to be in. Recorded on AWS: an Express one whose names
    /// are made up, and which has no more than a name.
    pub(super) fn pretended(&self, request: &TestRequest) -> Result<Started, ServiceError> {
        let (machine, name) = (self.new_name(), self.new_name());
        let machine_arn: Arc<str> = format!("{}{machine}", request.machine_prefix).into();
        let arn = Arn::parse(&machine_arn).map_err(unavailable)?;
        let made_up =
            || format!("arn:{}:iam::{}:role/{}", arn.partition, arn.account, self.new_name()).into();
        Ok(Started {
            execution_arn: arn.with_resource(&format!("express:{machine}:{name}")).to_string().into(),
            version_arn: None,
            alias_arn: None,
            definition: "".into(),
            kind: MachineKind::Express,
            role_arn: request.role_arn.clone().unwrap_or_else(made_up),
            trace_header: None,
            input: request.test.input.clone(),
            seed: self.inner.entropy.draw(),
            deadline: self.now().plus_seconds(self.inner.limits.express_seconds_max),
            scope: 0,
            parent: None,
            machine_arn: machine_arn.clone(),
        })
    }
}
