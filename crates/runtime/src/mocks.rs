//! Mocks: what stands for services in an execution that runs a test case.
//!
//! Where cases and answers come from is the rim's business. Here a mock is asked before a task's
//! call leaves: a state that the case names never calls anything, any other goes its usual way. A
//! mocked call changes nothing outside, so one that was out in a crash is simply made again.

use crate::connector::{
    Attempt, CallFuture, Connector, FunctionFacts, ItemSource, ItemsFuture, Outcome, ResultSource,
    ResultTarget, Traced, TracedFuture,
};
use stateline_asl::{Pattern, Program, TaskResource};
use stateline_base::{Failure, Payload};
use std::fmt::Debug;
use std::sync::Arc;

/// One invocation of a state, in an execution that runs a test case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MockPlace {
    /// The ARN of the execution's machine; of a Map Run's child, with the Map state's label.
    pub machine_arn: Arc<str>,
    /// The test case.
    pub case: Arc<str>,
    /// The how manieth invocation of the state in this execution, from 0.
    pub invocation: u32,
}

/// What a mock says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mocked {
    /// How the task ends.
    Ends(Outcome),
    /// There is no answer, and the service must not be called in its place.
    Missing(Failure),
}

/// Where test cases and their mocks are found.
pub trait Mocks: Debug + Send + Sync + 'static {
    /// Whether an execution of a machine can run a test case.
    ///
    /// # Errors
    /// Why it cannot, as a sentence for whoever starts it.
    fn check(&self, machine_arn: &str, case: &str, program: &Program) -> Result<(), String>;

    /// Whether a case names a state, so that its task never leaves. True also where that cannot be known.
    fn names(&self, machine_arn: &str, case: &str, state: &str) -> bool;

    /// What a mock answers to an invocation; `None` for a state that the case does not name, whose
    /// task is done as in any other execution.
    fn answer(&self, place: &MockPlace, attempt: &Attempt) -> Option<Mocked>;
}

/// A service without test cases. An execution that runs one, left over from a service that had
/// them, gets no further.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMocks;

impl NoMocks {
    fn why(case: &str) -> String {
        format!(
            "The execution runs the test case '{case}', and this server has no mock configuration: \
             start it with SFN_MOCK_CONFIG, which names the file, or `stateline run` with --mock."
        )
    }
}

impl Mocks for NoMocks {
    fn check(&self, _machine_arn: &str, case: &str, _program: &Program) -> Result<(), String> {
        Err(NoMocks::why(case))
    }

    fn names(&self, _machine_arn: &str, _case: &str, _state: &str) -> bool {
        true
    }

    fn answer(&self, place: &MockPlace, _attempt: &Attempt) -> Option<Mocked> {
        Some(Mocked::Missing(Failure::runtime(NoMocks::why(&place.case))))
    }
}

/// A connector whose calls are answered by mocks where a test case names their state.
pub(crate) struct MockingConnector {
    pub(crate) inner: Arc<dyn Connector>,
    pub(crate) mocks: Arc<dyn Mocks>,
}

impl Connector for MockingConnector {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let outcome = match mocked(&*self.mocks, &attempt) {
            // What stood for the activity's workers is gone since the task was given to it.
            None if matches!(attempt.resource, TaskResource::Activity { .. }) => {
                let cause = format!("The test case names the state '{}' no more.", attempt.state);
                Outcome::Failed(Failure::runtime(cause))
            }
            None => return self.inner.call(attempt),
            Some(Mocked::Missing(failure)) => Outcome::Failed(failure),
            // The mock says how the task ends and nothing of the service's first answer.
            Some(Mocked::Ends(_)) if ends_later(&attempt.resource) => {
                Outcome::Succeeded(Payload::empty_object())
            }
            Some(Mocked::Ends(outcome)) => outcome,
        };
        Box::pin(std::future::ready(outcome))
    }

    fn watch(&self, attempt: Attempt, submitted: Payload) -> CallFuture {
        match mocked(&*self.mocks, &attempt) {
            None => self.inner.watch(attempt, submitted),
            Some(mocked) => Box::pin(std::future::ready(mocked.outcome())),
        }
    }

    fn give_up(&self, attempt: Attempt, submitted: Payload) {
        if mocked(&*self.mocks, &attempt).is_none() {
            self.inner.give_up(attempt, submitted);
        }
    }

    fn trace(&self, attempt: Attempt, reveal_secrets: bool) -> TracedFuture {
        match mocked(&*self.mocks, &attempt) {
            None => self.inner.trace(attempt, reveal_secrets),
            Some(_) => {
                let call = self.call(attempt);
                Box::pin(async move { Traced { outcome: call.await, exchange: None } })
            }
        }
    }

    fn functions(&self) -> Vec<FunctionFacts> {
        self.inner.functions()
    }

    // Items and results are no tasks: no mock stands for them.

    fn read_items(&self, source: Arc<ItemSource>, cursor: Option<Arc<str>>, wanted: usize) -> ItemsFuture {
        self.inner.read_items(source, cursor, wanted)
    }

    fn close_items(&self, source: &ItemSource) {
        self.inner.close_items(source);
    }

    fn write_results(&self, target: Arc<ResultTarget>, results: Box<dyn ResultSource>) -> CallFuture {
        self.inner.write_results(target, results)
    }
}

impl Mocked {
    /// How the task ends.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Mocked::Ends(outcome) => outcome,
            Mocked::Missing(failure) => Outcome::Failed(failure),
        }
    }
}

/// What a mock says to an attempt; `None` when it is to be made.
pub(crate) fn mocked(mocks: &dyn Mocks, attempt: &Attempt) -> Option<Mocked> {
    mocks.answer(attempt.mock.as_ref()?, attempt)
}

/// Whether a task goes on once the service has taken its request.
fn ends_later(resource: &TaskResource) -> bool {
    match resource {
        TaskResource::Integration { pattern, .. } => *pattern != Pattern::RequestResponse,
        TaskResource::Function { .. } | TaskResource::Activity { .. } => false,
    }
}

/// The ARN of a machine and the test case that is named behind it: `…:stateMachine:Name#Case`.
pub(crate) fn split_case(arn: &Arc<str>) -> (Arc<str>, Option<Arc<str>>) {
    match arn.split_once('#') {
        Some((machine, case)) => (machine.into(), Some(case.into())),
        None => (arn.clone(), None),
    }
}
