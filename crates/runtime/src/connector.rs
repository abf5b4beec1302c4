//! The port through which tasks leave: a connector calls one attempt and says
//! how it ended. It knows how to call; when to retry, what a timeout is and
//! how a task ends belongs to the engine.

use crate::mocks::MockPlace;
use stateline_asl::TaskResource;
use stateline_base::{Failure, Payload, Timestamp, error_name};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// One try of a task, ready to leave. It is durable before it gets here.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The execution's ARN.
    pub execution_arn: Arc<str>,
    /// The state's name.
    pub state: Arc<str>,
    /// Unique to this attempt and the same after a restart: a UUID made from the
    /// execution's id and the attempt's number. Functions see it as their request id.
    pub request_id: Arc<str>,
    /// What to call.
    pub resource: TaskResource,
    /// The effective request: the state's input after `Parameters`.
    pub input: Payload,
    /// When the task's `TimeoutSeconds` ends it; the engine keeps the time, this is a hint.
    pub deadline: Option<Timestamp>,
    /// Region of the state machine.
    pub region: Arc<str>,
    /// Account of the state machine.
    pub account: Arc<str>,
    /// Whether it may have been made before: the process ended before its outcome was known.
    pub repeated: bool,
    /// In an execution that runs a test case, where its mocks are asked.
    pub mock: Option<MockPlace>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service's answer, shaped as AWS shapes the task's result.
    Succeeded(Payload),
    /// The error with AWS's name and cause.
    Failed(Failure),
}

/// The future of a call.
pub type CallFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Calls services on behalf of tasks.
///
/// Dropping the future cancels the call: nobody waits for its outcome any more
/// (the task timed out, or its execution was stopped).
pub trait Connector: Send + Sync + 'static {
    /// Calls once. Never retries by itself, and never panics: what goes wrong is an [`Outcome::Failed`].
    ///
    /// For a task that ends later (a job, a callback) the outcome says whether the service has taken the request.
    fn call(&self, attempt: Attempt) -> CallFuture;

    /// Nobody waits for a job any more: it is called off as well as can be.
    fn give_up(&self, _attempt: Attempt, _submitted: Payload) {}

    /// Watches a job until it is done; `submitted` is what [`Connector::call`] gave. After a restart
    /// it is watched again, with the same arguments.
    ///
    /// A connector that takes no jobs need not have it.
    fn watch(&self, attempt: Attempt, _submitted: Payload) -> CallFuture {
        let cause = format!("Nothing here watches jobs of {}", attempt.resource.arn());
        Box::pin(std::future::ready(Outcome::Failed(Failure::new(error_name::TASK_FAILED, cause))))
    }
}
