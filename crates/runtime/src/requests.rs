//! What callers ask of the service, and what it answers.

use crate::{Machine, Publish, Version};
use stateline_base::{ExecutionId, Failure, Payload, Timestamp};
use stateline_journal::{HistoryEvent, MachineKind};
use std::sync::Arc;

/// Start of an execution. The caller has checked name, input and sizes.
#[derive(Clone, Debug)]
pub struct StartRequest {
    /// The ARN of a state machine, a version or an alias; behind a `#` the test case to run.
    pub machine_arn: Arc<str>,
    /// The execution's name; one is made when absent.
    pub name: Option<Arc<str>>,
    /// The input, with the caller's exact text.
    pub input: Payload,
    /// `X-Amzn-Trace-Id`, kept and shown.
    pub trace_header: Option<Arc<str>>,
}

/// An accepted execution; it is durable (Standard and asynchronous Express).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its ARN.
    pub arn: Arc<str>,
    /// When it started.
    pub started: Timestamp,
}

/// How an execution stands or ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// Still going.
    Running,
    /// With this output.
    Succeeded(Payload),
    /// With this error and cause.
    Failed(Failure),
    /// Longer than it may.
    TimedOut,
    /// Stopped, with what the caller gave.
    Aborted(Failure),
}

/// The status that an ending shows as.
#[must_use]
pub fn status_of(ending: &Ending) -> stateline_store::Status {
    use stateline_store::Status;
    match ending {
        Ending::Running => Status::Running,
        Ending::Succeeded(_) => Status::Succeeded,
        Ending::Failed(_) => Status::Failed,
        Ending::TimedOut => Status::TimedOut,
        Ending::Aborted(_) => Status::Aborted,
    }
}

/// An execution as `DescribeExecution` and `StartSyncExecution` show it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecutionView {
    /// The engine's own id.
    pub id: ExecutionId,
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its state machine.
    pub machine_arn: Arc<str>,
    /// Set when started through a version or alias.
    pub version_arn: Option<Arc<str>>,
    /// Set when started through an alias.
    pub alias_arn: Option<Arc<str>>,
    /// Standard or Express.
    pub kind: MachineKind,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub stopped: Option<Timestamp>,
    /// The caller's exact input.
    pub input: Payload,
    /// The caller's trace header.
    pub trace_header: Option<Arc<str>>,
    /// How it stands.
    pub ending: Ending,
    /// The Map Run whose child it is.
    pub map_run_arn: Option<Arc<str>>,
    /// How often it was redriven.
    pub redrives: u32,
    /// When last.
    pub redriven_at: Option<Timestamp>,
    /// Whether it can be redriven now.
    pub redrive_status: RedriveStatus,
    /// A child that ended badly and waits to go on with its Map Run, which was redriven.
    pub pending_redrive: bool,
}

/// Whether an execution can be redriven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedriveStatus {
    /// By whoever asks for it.
    Redrivable,
    /// With the Map Run whose child it is.
    ByMapRun,
    /// Not, and why.
    Not(stateline_engine::NotRedrivable),
}

/// A row of `ListExecutions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionItem {
    /// The engine's own id; with `started` it is the place in the list.
    pub id: ExecutionId,
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its state machine.
    pub machine_arn: Arc<str>,
    /// Set when started through a version or alias.
    pub version_arn: Option<Arc<str>>,
    /// Set when started through an alias.
    pub alias_arn: Option<Arc<str>>,
    /// How it stands.
    pub status: stateline_store::Status,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub stopped: Option<Timestamp>,
    /// The Map Run whose child it is, in that one's list.
    pub map_run_arn: Option<Arc<str>>,
    /// How often it was redriven.
    pub redrives: u32,
    /// When last.
    pub redriven_at: Option<Timestamp>,
    /// A child that ended badly and waits to go on with its Map Run, which was redriven.
    pub pending_redrive: bool,
}

/// Which children of a Map Run are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChildFilter {
    /// Only those that stand so.
    pub status: Option<ChildStatus>,
    /// Only those that were redriven, or only the others.
    pub redriven: Option<bool>,
}

/// How a child of a Map Run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildStatus {
    /// As any execution may; what waits to be redriven is left out.
    Is(stateline_store::Status),
    /// It ended badly and waits to go on.
    PendingRedrive,
}

impl ChildFilter {
    /// Whether a child is wanted.
    pub(crate) fn takes(&self, child: &ExecutionItem) -> bool {
        let status = match self.status {
            None => true,
            Some(ChildStatus::PendingRedrive) => child.pending_redrive,
            Some(ChildStatus::Is(status)) => child.status == status && !child.pending_redrive,
        };
        status && self.redriven.is_none_or(|redriven| (child.redrives > 0) == redriven)
    }
}

/// A machine as one execution uses it.
#[derive(Clone, Debug, PartialEq)]
pub struct UsedMachine {
    /// The machine's ARN; for a child of a Map Run `stateMachine:<machine>/<label>`.
    pub machine_arn: Arc<str>,
    /// The machine, with the definition, the role and the configuration that the execution has.
    pub machine: Machine,
    /// The Map Run that a child belongs to.
    pub map_run_arn: Option<Arc<str>>,
    /// The Map state whose processor a child runs.
    pub map_state: Option<Arc<str>>,
}

/// A task that a worker has taken.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityTask {
    /// What it is ended with.
    pub token: String,
    /// The request.
    pub input: Payload,
}

/// What is said with a task token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenWord {
    /// The task is done, with this result.
    Succeeded(Payload),
    /// The task failed.
    Failed(Failure),
    /// The task goes on.
    Heartbeat,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, opaque to callers; absent on the last page.
    pub next: Option<String>,
}

/// A page of a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryRequest {
    /// How many events at most.
    pub limit: usize,
    /// Newest first.
    pub reverse: bool,
    /// The event id to begin with (inclusive); absent: the first, or with `reverse` the last.
    pub from_id: Option<u64>,
}

/// A page of events and the id with which the next page begins.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryPage {
    /// The events in the order asked for.
    pub events: Vec<HistoryEvent>,
    /// The next id, absent on the last page.
    pub next_id: Option<u64>,
}

/// A new state machine. The caller has checked the definition. Where its lineage asks for
/// a first version, that is published at once.
pub type CreateMachine = Machine;

/// A change of a state machine; what is absent stays. The caller has checked the definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateMachine {
    /// The machine; not one of its versions or aliases.
    pub arn: Arc<str>,
    /// Its new definition.
    pub definition: Option<Arc<str>>,
    /// Its new role.
    pub role_arn: Option<Arc<str>>,
    /// Its new logging, where the inner `None` is the default.
    pub logging: Option<Option<Arc<str>>>,
    /// Whether traces are wanted from now on.
    pub tracing_enabled: Option<bool>,
    /// Its new encryption, where the inner `None` is the default.
    pub encryption: Option<Option<Arc<str>>>,
    /// Asks for a version of what comes out.
    pub publish: Option<Publish>,
    /// The revision that the machine must have for the change to be made; empty for the initial one.
    pub if_revision: Option<Arc<str>>,
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    /// The machine as it is now.
    pub machine: Arc<Machine>,
    /// The version that was asked for.
    pub version: Option<Arc<Version>>,
}

/// A state machine or a version of one, as `DescribeStateMachine` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineView {
    /// The machine; for a version with the version's ARN, date, definition and configuration.
    pub machine: Arc<Machine>,
    /// A version's description.
    pub description: Option<Arc<str>>,
}

/// A change of an alias; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateAlias {
    /// The alias.
    pub arn: Arc<str>,
    /// Its new description.
    pub description: Option<Arc<str>>,
    /// Where it leads from now on.
    pub routes: Option<Vec<crate::Route>>,
}

/// What became of a creation.
#[derive(Clone, Debug, PartialEq)]
pub enum Created {
    /// It is new.
    New(Arc<Machine>),
    /// One with this name exists; the caller compares what must be equal.
    Exists(Arc<Machine>),
}

/// Why the service did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// No such state machine.
    #[error("State Machine Does Not Exist: '{0}'")]
    MachineDoesNotExist(Arc<str>),
    /// The machine is being deleted.
    #[error("State Machine is being deleted: '{0}'")]
    MachineDeleting(Arc<str>),
    /// No such execution.
    #[error("Execution Does Not Exist: '{0}'")]
    ExecutionDoesNotExist(Arc<str>),
    /// A version or an alias that the request needs is not there.
    #[error("Request references a resource that does not exist.")]
    NoSuchResource(Arc<str>),
    /// Nothing that could have tags is there.
    #[error("Resource not found: '{0}'")]
    ResourceNotFound(Arc<str>),
    /// More tags than a resource may have.
    #[error("Too many tags: '{resource}' may have at most {limit} tags")]
    TooManyTags {
        /// What was to be tagged.
        resource: Arc<str>,
        /// How many there may be.
        limit: usize,
    },
    /// The alias is there and leads elsewhere.
    #[error(
        "Failed to create alias because an alias with the same name and a different routing configuration already exists."
    )]
    AliasExists,
    /// Aliases lead to the version. Holds their names.
    #[error(
        "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [{0}]"
    )]
    VersionInUse(String),
    /// The machine has another revision than the one to publish.
    #[error(
        "Failed to publish the State Machine version for revision {wanted}. The current State Machine revision is {current}."
    )]
    RevisionConflict {
        /// The revision that the caller named.
        wanted: Arc<str>,
        /// The machine's.
        current: Arc<str>,
    },
    /// The machine has another revision than the one that was to be changed.
    #[error(
        "The State Machine was not updated: it was to have the revision '{wanted}' and has the revision '{current}'. Somebody else has changed it; take that change over, or update without a condition."
    )]
    RevisionChanged {
        /// The revision that the caller named; empty for the initial one.
        wanted: Arc<str>,
        /// The machine's.
        current: Arc<str>,
    },
    /// An account has as many drafts in a region as it may have.
    #[error(
        "There are {limit} drafts in this account and region already, which is the limit; delete some that are not needed any more."
    )]
    TooManyDrafts {
        /// How many there may be.
        limit: usize,
    },
    /// The machine has as many versions or aliases as it may have.
    #[error("The state machine '{machine}' has {limit} {what} already, which is the limit.")]
    QuotaExceeded {
        /// Versions or aliases.
        what: &'static str,
        /// The machine's ARN.
        machine: Arc<str>,
        /// How many there may be.
        limit: usize,
    },
    /// The execution cannot be redriven; the text says why.
    #[error("Execution Not Redrivable: '{0}'")]
    ExecutionNotRedrivable(Arc<str>),
    /// The Map Run has ended.
    #[error("Map Run has already completed and can no longer be updated: '{0}'")]
    MapRunCompleted(Arc<str>),
    /// No such Map Run.
    #[error("Map Run Does Not Exist: '{0}'")]
    MapRunDoesNotExist(Arc<str>),
    /// No such activity.
    #[error("Activity Does Not Exist: '{0}'")]
    ActivityDoesNotExist(Arc<str>),
    /// More workers ask for one activity's tasks than may.
    #[error("The maximum number of workers concurrently polling for activity tasks has been reached: '{0}'")]
    TooManyWorkers(Arc<str>),
    /// Not a token of this installation.
    #[error("Invalid Token: 'Invalid token'")]
    InvalidTaskToken,
    /// The token's execution is not kept any more.
    #[error("Task Does Not Exist: 'Provided task does not exist anymore'")]
    TaskDoesNotExist,
    /// The token's task is over.
    #[error("Task Timed Out: 'Provided task does not exist anymore'")]
    TaskTimedOut,
    /// The test case cannot be run; the text says why.
    #[error("{0}")]
    TestCase(Arc<str>),
    /// The name is taken by another execution.
    #[error("Execution Already Exists: '{0}'")]
    ExecutionAlreadyExists(Arc<str>),
    /// The operation is not for this type of machine.
    #[error("This operation is not supported by this type of state machine")]
    TypeNotSupported,
    /// The shard's mailbox is full: try again in a moment. Nothing was accepted.
    #[error("Rate exceeded")]
    Throttled,
    /// The data directory has no room. Nothing was accepted, nothing is lost.
    #[error("the data directory is full: {0}")]
    StoreFull(Arc<str>),
    /// The server is shutting down or its store has failed; what was acknowledged before is safe.
    #[error("the service is unavailable: {0}")]
    Unavailable(Arc<str>),
}
