//! Public history events, as `GetExecutionHistory` shows them (reference 03).
//!
//! The wire form (member names, JSON) belongs to the API; here are the facts.

use stateline_base::{Failure, Payload, Timestamp};
use std::sync::Arc;

/// One event of the public history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEvent {
    /// When.
    pub timestamp: Timestamp,
    /// Dense from 1.
    pub id: u64,
    /// The event before it in the same chain, or 0.
    pub previous_event_id: u64,
    /// AWS's name of the type: `TaskStateEntered`.
    pub event_type: &'static str,
    /// The details.
    pub details: HistoryDetails,
}

/// What `resourceType` and `resource` show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLabel {
    /// `lambda`, `aws-sdk:dynamodb`.
    pub resource_type: Arc<str>,
    /// `invoke`, `startExecution.sync:2`.
    pub resource: Arc<str>,
}

/// The details member of an event. Each variant says which member it becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryDetails {
    /// No member at all.
    None,
    /// `executionStartedEventDetails`.
    ExecutionStarted {
        /// As written by the caller.
        input: Payload,
        /// The machine's role.
        role_arn: Arc<str>,
        /// If started through a version or alias.
        version_arn: Option<Arc<str>>,
        /// If started through an alias.
        alias_arn: Option<Arc<str>>,
    },
    /// `stateEnteredEventDetails`.
    StateEntered {
        /// The state.
        name: Arc<str>,
        /// Its raw input.
        input: Payload,
    },
    /// `stateExitedEventDetails`.
    StateExited {
        /// The state.
        name: Arc<str>,
        /// Its output.
        output: Payload,
        /// Variables that were assigned, in order.
        assigned: Vec<(Arc<str>, Payload)>,
    },
    /// `taskScheduledEventDetails`.
    TaskScheduled {
        /// The service and action.
        label: TaskLabel,
        /// The machine's region.
        region: Arc<str>,
        /// The effective request.
        parameters: Payload,
        /// Where declared.
        timeout_seconds: Option<u64>,
        /// Where declared.
        heartbeat_seconds: Option<u64>,
        /// Where `Credentials` are declared.
        role_arn: Option<Arc<str>>,
    },
    /// `taskStartedEventDetails`.
    TaskStarted(TaskLabel),
    /// `taskSubmittedEventDetails`.
    TaskSubmitted {
        /// The service and action.
        label: TaskLabel,
        /// The service's answer.
        output: Payload,
    },
    /// `activityStartedEventDetails`.
    ActivityStarted {
        /// What the worker calls itself.
        worker: Option<Arc<str>>,
    },
    /// `taskSucceededEventDetails`.
    TaskSucceeded {
        /// The service and action.
        label: TaskLabel,
        /// The result.
        output: Payload,
    },
    /// `taskFailedEventDetails` or `taskTimedOutEventDetails`.
    TaskEnded {
        /// The service and action.
        label: TaskLabel,
        /// Error and cause.
        failure: Failure,
    },
    /// `lambdaFunctionScheduledEventDetails` or `activityScheduledEventDetails`.
    ResourceScheduled {
        /// The function's or activity's ARN.
        resource: Arc<str>,
        /// The effective request.
        input: Payload,
        /// Where declared.
        timeout_seconds: Option<u64>,
        /// Where declared; activities only.
        heartbeat_seconds: Option<u64>,
        /// Where `Credentials` are declared; functions only.
        role_arn: Option<Arc<str>>,
    },
    /// `lambdaFunctionSucceededEventDetails`, `activitySucceededEventDetails`, `executionSucceededEventDetails`.
    Output(Payload),
    /// Every member that holds only `error` and `cause`.
    Failure(Failure),
    /// `mapStateStartedEventDetails`.
    MapStarted {
        /// How many items.
        length: u32,
    },
    /// `mapIteration…EventDetails`.
    MapIteration {
        /// The Map state.
        name: Arc<str>,
        /// Index of the item.
        index: u32,
    },
    /// `evaluationFailedEventDetails`.
    EvaluationFailed {
        /// Error and cause.
        failure: Failure,
        /// The field below the state.
        location: Option<Arc<str>>,
        /// The state.
        state: Arc<str>,
    },
    /// `mapRunStartedEventDetails`.
    MapRunStarted {
        /// The Map Run.
        map_run_arn: Arc<str>,
    },
    /// `mapRunFailedEventDetails`.
    MapRunFailed(Failure),
    /// `executionRedrivenEventDetails`.
    ExecutionRedriven {
        /// How often it has been redriven.
        count: u32,
    },
    /// `mapRunRedrivenEventDetails`.
    MapRunRedriven {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// How often it has been redriven.
        count: u32,
    },
}
