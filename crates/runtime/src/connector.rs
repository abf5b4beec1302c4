//! The port through which tasks leave: a connector calls one attempt and says
//! how it ended. It knows how to call; when to retry, what a timeout is and
//! how a task ends belongs to the engine.
//!
//! A distributed Map's items come and its results go the same way: page by page,
//! so that neither is ever in memory as a whole.

use crate::mocks::MockPlace;
use serde_json::Value;
use stateline_asl::TaskResource;
use stateline_asl::program::{OutputType, Transformation};
use stateline_base::{Failure, Payload, Timestamp, error_name};
use stateline_engine::ReadItem;
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

/// Where a Map Run's items are read from. What is the same is asked for again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemSource {
    /// The ARN of the execution whose Map state it is.
    pub execution_arn: Arc<str>,
    /// The Map Run.
    pub map_run_arn: Arc<str>,
    /// The Map state's name.
    pub state: Arc<str>,
    /// A UUID of this reading, the same after a restart and after a redrive.
    pub request_id: Arc<str>,
    /// `ItemReader.Resource`.
    pub resource: Arc<str>,
    /// The effective `Parameters` or `Arguments`.
    pub parameters: Payload,
    /// The effective `ReaderConfig`, an object. `MaxItems` is a number where there is a bound; it is
    /// kept by the engine, so here it only tells how much is worth reading ahead.
    pub config: Payload,
    /// Region of the state machine.
    pub region: Arc<str>,
    /// Account of the state machine.
    pub account: Arc<str>,
    /// Role of the state machine.
    pub role_arn: Arc<str>,
}

/// Some items in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemPage {
    /// In the order of the source. Empty only where it has ended.
    pub items: Vec<ReadItem>,
    /// Whether nothing comes after them.
    pub ended: bool,
}

/// The future of a read.
pub type ItemsFuture = Pin<Box<dyn Future<Output = Result<ItemPage, Failure>> + Send>>;

/// Where a Map Run's results are written to.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultTarget {
    /// The ARN of the execution whose Map state it is.
    pub execution_arn: Arc<str>,
    /// The Map Run, whose UUID the names of the files have.
    pub map_run_arn: Arc<str>,
    /// The Map state's name.
    pub state: Arc<str>,
    /// A UUID of this writing, the same after a restart.
    pub request_id: Arc<str>,
    /// `ResultWriter.Resource`.
    pub resource: Arc<str>,
    /// The effective `Parameters` or `Arguments`.
    pub parameters: Payload,
    /// `WriterConfig.OutputType`; JSON where it is not given.
    pub output_type: OutputType,
    /// `WriterConfig.Transformation`; NONE where it is not given.
    pub transformation: Transformation,
    /// Region of the state machine.
    pub region: Arc<str>,
    /// Account of the state machine.
    pub account: Arc<str>,
    /// Role of the state machine.
    pub role_arn: Arc<str>,
}

/// How a child execution of a Map Run ended, for the file that it belongs into.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildResult {
    /// Its end.
    pub status: ResultStatus,
    /// What the transformation NONE writes of it: `ExecutionArn`, `Input`, `Name`, `Output` and so on.
    pub metadata: Value,
    /// Its output, where it succeeded: what COMPACT and FLATTEN write.
    pub output: Option<Payload>,
}

/// The end of a child execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultStatus {
    /// With an output.
    Succeeded,
    /// With an error.
    Failed,
    /// Ran longer than it may.
    TimedOut,
    /// Stopped.
    Aborted,
    /// Never started.
    Pending,
}

/// The results of a Map Run, read page by page out of its execution's journal.
pub trait ResultSource: Send {
    /// The next results; an empty page is the end. Each child that was started comes once, with its
    /// last end, in the order in which they ended; behind them those that never were, where it is
    /// known what their items are. Blocks: to be called on a thread that may.
    ///
    /// # Errors
    /// When the journal cannot be read; the failure is what the writing has failed with.
    fn next_page(&mut self) -> Result<Vec<ChildResult>, Failure>;
}

/// A function that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionFacts {
    /// Its name.
    pub name: String,
    /// What runs it: `python3.12`, or the program that was set.
    pub runtime: String,
}

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

    /// Local functions, for whoever wants to see what there is.
    fn functions(&self) -> Vec<FunctionFacts> {
        Vec::new()
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

    /// Reads items that begin at a cursor, `None` for the first; as many as are there at once, at
    /// most `wanted`, and at least one unless the source has ended.
    ///
    /// The same source is asked again and again, each time where the last page ended. After a
    /// restart or a redrive it is asked at the cursor of the last item that was taken, which may be
    /// any that it gave before. A failure ends the Map Run, with the name that it has
    /// (`States.ItemReaderFailed` and others). Dropping the future calls the read off.
    ///
    /// A connector that reads no items need not have it.
    fn read_items(&self, source: Arc<ItemSource>, _cursor: Option<Arc<str>>, _wanted: usize) -> ItemsFuture {
        let cause = format!("Nothing here reads items by {}", source.resource);
        let failure = Failure::new(error_name::ITEM_READER_FAILED, cause);
        Box::pin(std::future::ready(Err(failure)))
    }

    /// Nobody reads from a source any more, unless it is asked for again: what is open may be closed.
    fn close_items(&self, _source: &ItemSource) {}

    /// Writes a Map Run's results and gives `{"Bucket": …, "Key": …}`: where the manifest is. It may
    /// be asked for again with the same target, after a crash and after a redrive: what was written
    /// before is written over.
    ///
    /// A connector that writes no results need not have it.
    fn write_results(&self, target: Arc<ResultTarget>, _results: Box<dyn ResultSource>) -> CallFuture {
        let cause = format!("Nothing here writes results by {}", target.resource);
        let failure = Failure::new(error_name::RESULT_WRITER_FAILED, cause);
        Box::pin(std::future::ready(Outcome::Failed(failure)))
    }
}
