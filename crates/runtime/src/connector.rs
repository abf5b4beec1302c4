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
    /// In whose name it is made.
    pub caller: Caller,
    /// Whether it may have been made before: the process ended before its outcome was known.
    pub repeated: bool,
    /// In an execution that runs a test case, where its mocks are asked.
    pub mock: Option<MockPlace>,
}

/// In whose name an attempt is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The state machine.
    pub machine_arn: Arc<str>,
    /// The role that the state machine has.
    pub machine_role: Arc<str>,
    /// The role that the task is to take instead (`Credentials.RoleArn`).
    pub task_role: Option<Arc<str>>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service's answer, shaped as AWS shapes the task's result.
    Succeeded(Payload),
    /// The error with AWS's name and cause.
    Failed(Failure),
}

/// A call that was looked at on its way: what `TestState` shows of an HTTP Task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// How it ended.
    pub outcome: Outcome,
    /// What went over the wire, where something did and the connector shows it.
    pub exchange: Option<HttpExchange>,
}

/// A request and its answer, as texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpExchange {
    /// What was sent.
    pub request: HttpRequest,
    /// What came back, if anything did.
    pub response: Option<HttpResponse>,
}

/// `InspectionDataRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// `https` or `http`.
    pub protocol: String,
    /// `GET`.
    pub method: String,
    /// With its query.
    pub url: String,
    /// `[name: value, name: value]`.
    pub headers: String,
    /// Absent when nothing was sent.
    pub body: Option<String>,
}

/// `InspectionDataResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// `https` or `http`.
    pub protocol: String,
    /// `200`.
    pub status_code: u16,
    /// `OK`.
    pub status_message: String,
    /// `[name: value, name: value]`.
    pub headers: String,
    /// As it came.
    pub body: String,
}

/// The future of a call that is looked at.
pub type TracedFuture = Pin<Box<dyn Future<Output = Traced> + Send>>;

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

    /// Calls once, and shows what went over the wire. What a connection added to a request is
    /// shown only with `reveal_secrets`.
    ///
    /// A connector that has nothing to show need not have it.
    fn trace(&self, attempt: Attempt, _reveal_secrets: bool) -> TracedFuture {
        let call = self.call(attempt);
        Box::pin(async move { Traced { outcome: call.await, exchange: None } })
    }

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
