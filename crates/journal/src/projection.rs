//! From the journal to the public history: one arm an event.
//!
//! The projection is exact and needs nothing but the record and the names of
//! the program's states, so that any page of a history can be made on its own.

use crate::{Event, HistoryDetails, HistoryEvent, Record, Started, TaskLabel};
use std::sync::Arc;

/// The kinds of state, as history names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum StateType {
    Pass,
    Task,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
}

/// What a Task state calls, as far as history shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// A function's ARN as the resource: `LambdaFunction…` events.
    Function {
        /// The ARN.
        resource: Arc<str>,
    },
    /// An activity: `Activity…` events.
    Activity {
        /// The ARN.
        resource: Arc<str>,
    },
    /// Everything else: `Task…` events.
    Service(TaskLabel),
}

/// What the projection asks of a program.
pub trait Names {
    /// The name of the state at an index.
    fn state_name(&self, state: u32) -> Arc<str>;
    /// The kind of the state at an index.
    fn state_type(&self, state: u32) -> StateType;
    /// What the Task state at an index calls.
    fn task_kind(&self, state: u32) -> TaskKind;
    /// The region of the machine.
    fn region(&self) -> Arc<str>;
}

/// The public event of a record; `None` for internal ones.
#[must_use]
pub fn project(record: &Record, names: &dyn Names) -> Option<HistoryEvent> {
    let (event_type, details) = public_form(&record.event, names)?;
    Some(HistoryEvent {
        timestamp: record.at,
        id: record.id,
        previous_event_id: record.previous,
        event_type,
        details,
    })
}

fn public_form(event: &Event, names: &dyn Names) -> Option<(&'static str, HistoryDetails)> {
    Some(match event {
        Event::ExecutionStarted(started) => ("ExecutionStarted", execution_started(started)),
        Event::StateEntered { state, input, .. } => (
            entered_type(names.state_type(*state)),
            HistoryDetails::StateEntered { name: names.state_name(*state), input: input.clone() },
        ),
        Event::StateExited { state, output, assigned, .. } => (
            exited_type(names.state_type(*state)),
            HistoryDetails::StateExited {
                name: names.state_name(*state),
                output: output.clone(),
                assigned: assigned.clone(),
            },
        ),
        Event::TaskScheduled { state, .. } => task_scheduled(event, names.task_kind(*state), names),
        Event::TaskStarted { .. }
        | Event::ActivityStarted { .. }
        | Event::TaskSubmitted { .. }
        | Event::TaskSucceeded { .. }
        | Event::TaskFailed { .. }
        | Event::TaskTimedOut { .. } => task(event, names),
        Event::ParallelStarted { .. }
        | Event::ParallelSucceeded { .. }
        | Event::ParallelFailed { .. }
        | Event::MapStarted { .. }
        | Event::MapSucceeded { .. }
        | Event::MapFailed { .. }
        | Event::MapIterationStarted { .. }
        | Event::MapIterationSucceeded { .. }
        | Event::MapIterationFailed { .. }
        | Event::MapIterationAborted { .. }
        | Event::MapRunStarted { .. }
        | Event::MapRunSucceeded { .. }
        | Event::MapRunFailed { .. }
        | Event::MapRunAborted { .. }
        | Event::MapRunRedriven { .. } => fan_out(event, names),
        Event::ExecutionRedriven(redriven) => {
            ("ExecutionRedriven", HistoryDetails::ExecutionRedriven { count: redriven.count })
        }
        Event::StateAborted { state, .. } => (aborted_type(names.state_type(*state))?, HistoryDetails::None),
        Event::ExecutionSucceeded { output } => {
            ("ExecutionSucceeded", HistoryDetails::Output(output.clone()))
        }
        Event::ExecutionFailed { failure } => ("ExecutionFailed", HistoryDetails::Failure(failure.clone())),
        Event::ExecutionAborted { failure } => ("ExecutionAborted", HistoryDetails::Failure(failure.clone())),
        Event::ExecutionTimedOut => ("ExecutionTimedOut", execution_timed_out()),
        Event::EvaluationFailed { state, failure, location, .. } => {
            let (failure, location, state) = (failure.clone(), location.clone(), names.state_name(*state));
            ("EvaluationFailed", HistoryDetails::EvaluationFailed { failure, location, state })
        }
        Event::WaitStarted { .. }
        | Event::HeartbeatRecorded { .. }
        | Event::RetryScheduled { .. }
        | Event::RandomDrawn { .. }
        | Event::BranchFailed { .. }
        | Event::ChildStarted { .. }
        | Event::ChildEnded { .. }
        | Event::MapRunUpdated { .. }
        | Event::SubmitLost { .. }
        | Event::ChildRedriven { .. }
        | Event::RedriveFollowed { .. }
        | Event::ChildSettled { .. }
        | Event::TestCaseChosen { .. }
        | Event::MapRunPlanned(_)
        | Event::ItemsTaken { .. }
        | Event::ReaderEnded { .. }
        | Event::ResultsAwaited { .. } => return None,
    })
}

fn execution_timed_out() -> HistoryDetails {
    HistoryDetails::Failure(stateline_base::Failure::named(stateline_base::error_name::TIMEOUT))
}

/// The events of a task that has been scheduled.
fn task(event: &Event, names: &dyn Names) -> (&'static str, HistoryDetails) {
    match event {
        Event::TaskStarted { state, .. } => match names.task_kind(*state) {
            TaskKind::Function { .. } => ("LambdaFunctionStarted", HistoryDetails::None),
            // An activity's task is started by its worker, with an event of its own.
            TaskKind::Activity { .. } => {
                ("ActivityStarted", HistoryDetails::ActivityStarted { worker: None })
            }
            TaskKind::Service(label) => ("TaskStarted", HistoryDetails::TaskStarted(label)),
        },
        Event::ActivityStarted { worker, .. } => {
            ("ActivityStarted", HistoryDetails::ActivityStarted { worker: worker.clone() })
        }
        Event::TaskSubmitted { state, output, .. } => {
            let label = match names.task_kind(*state) {
                TaskKind::Service(label) => label,
                TaskKind::Function { resource } | TaskKind::Activity { resource } => {
                    TaskLabel { resource_type: resource.clone(), resource }
                }
            };
            ("TaskSubmitted", HistoryDetails::TaskSubmitted { label, output: output.clone() })
        }
        Event::TaskSucceeded { state, output, .. } => match names.task_kind(*state) {
            TaskKind::Function { .. } => ("LambdaFunctionSucceeded", HistoryDetails::Output(output.clone())),
            TaskKind::Activity { .. } => ("ActivitySucceeded", HistoryDetails::Output(output.clone())),
            TaskKind::Service(label) => {
                ("TaskSucceeded", HistoryDetails::TaskSucceeded { label, output: output.clone() })
            }
        },
        Event::TaskFailed { state, failure, .. } => {
            let names = (names.task_kind(*state), ["LambdaFunctionFailed", "ActivityFailed", "TaskFailed"]);
            task_ended(names, failure)
        }
        Event::TaskTimedOut { state, failure, .. } => {
            let types = ["LambdaFunctionTimedOut", "ActivityTimedOut", "TaskTimedOut"];
            task_ended((names.task_kind(*state), types), failure)
        }
        _ => unreachable!("the caller matched an event of a task"),
    }
}

/// The events of Parallel and Map states.
fn fan_out(event: &Event, names: &dyn Names) -> (&'static str, HistoryDetails) {
    match event {
        Event::ParallelStarted { .. } => ("ParallelStateStarted", HistoryDetails::None),
        Event::ParallelSucceeded { .. } => ("ParallelStateSucceeded", HistoryDetails::None),
        Event::ParallelFailed { .. } => ("ParallelStateFailed", HistoryDetails::None),
        Event::MapStarted { length, .. } => {
            ("MapStateStarted", HistoryDetails::MapStarted { length: *length })
        }
        Event::MapSucceeded { .. } => ("MapStateSucceeded", HistoryDetails::None),
        Event::MapFailed { .. } => ("MapStateFailed", HistoryDetails::None),
        Event::MapIterationStarted { state, index, .. } => {
            ("MapIterationStarted", iteration(*state, *index, names))
        }
        Event::MapIterationSucceeded { state, index, .. } => {
            ("MapIterationSucceeded", iteration(*state, *index, names))
        }
        Event::MapIterationFailed { state, index, .. } => {
            ("MapIterationFailed", iteration(*state, *index, names))
        }
        Event::MapIterationAborted { state, index, .. } => {
            ("MapIterationAborted", iteration(*state, *index, names))
        }
        Event::MapRunStarted { map_run_arn, .. } => {
            ("MapRunStarted", HistoryDetails::MapRunStarted { map_run_arn: map_run_arn.clone() })
        }
        Event::MapRunSucceeded { .. } => ("MapRunSucceeded", HistoryDetails::None),
        Event::MapRunFailed { failure, .. } => {
            ("MapRunFailed", HistoryDetails::MapRunFailed(failure.clone()))
        }
        Event::MapRunAborted { .. } => ("MapRunAborted", HistoryDetails::None),
        Event::MapRunRedriven { map_run_arn, count, .. } => (
            "MapRunRedriven",
            HistoryDetails::MapRunRedriven { map_run_arn: map_run_arn.clone(), count: *count },
        ),
        _ => unreachable!("the caller matched an event of a Parallel or Map state"),
    }
}

fn execution_started(started: &Started) -> HistoryDetails {
    HistoryDetails::ExecutionStarted {
        input: started.input.clone(),
        role_arn: started.role_arn.clone(),
        version_arn: started.version_arn.clone(),
        alias_arn: started.alias_arn.clone(),
    }
}

fn task_scheduled(event: &Event, kind: TaskKind, names: &dyn Names) -> (&'static str, HistoryDetails) {
    let Event::TaskScheduled { parameters, timeout_seconds, heartbeat_seconds, role_arn, .. } = event else {
        unreachable!("the caller matched a TaskScheduled")
    };
    let (parameters, role_arn) = (parameters.clone(), role_arn.clone());
    let (timeout_seconds, heartbeat_seconds) = (*timeout_seconds, *heartbeat_seconds);
    match kind {
        TaskKind::Function { resource } => (
            "LambdaFunctionScheduled",
            HistoryDetails::ResourceScheduled {
                resource,
                input: parameters,
                timeout_seconds,
                heartbeat_seconds: None,
                role_arn,
            },
        ),
        TaskKind::Activity { resource } => (
            "ActivityScheduled",
            HistoryDetails::ResourceScheduled {
                resource,
                input: parameters,
                timeout_seconds,
                heartbeat_seconds,
                role_arn: None,
            },
        ),
        TaskKind::Service(label) => (
            "TaskScheduled",
            HistoryDetails::TaskScheduled {
                label,
                region: names.region(),
                parameters,
                timeout_seconds,
                heartbeat_seconds,
                role_arn,
            },
        ),
    }
}

/// The type for a function, an activity and a service, in this order.
fn task_ended(
    (kind, types): (TaskKind, [&'static str; 3]),
    failure: &stateline_base::Failure,
) -> (&'static str, HistoryDetails) {
    let [function, activity, service] = types;
    match kind {
        TaskKind::Function { .. } => (function, HistoryDetails::Failure(failure.clone())),
        TaskKind::Activity { .. } => (activity, HistoryDetails::Failure(failure.clone())),
        TaskKind::Service(label) => (service, HistoryDetails::TaskEnded { label, failure: failure.clone() }),
    }
}

fn iteration(state: u32, index: u32, names: &dyn Names) -> HistoryDetails {
    HistoryDetails::MapIteration { name: names.state_name(state), index }
}

fn entered_type(kind: StateType) -> &'static str {
    match kind {
        StateType::Pass => "PassStateEntered",
        StateType::Task => "TaskStateEntered",
        StateType::Choice => "ChoiceStateEntered",
        StateType::Wait => "WaitStateEntered",
        StateType::Succeed => "SucceedStateEntered",
        StateType::Fail => "FailStateEntered",
        StateType::Parallel => "ParallelStateEntered",
        StateType::Map => "MapStateEntered",
    }
}

fn exited_type(kind: StateType) -> &'static str {
    match kind {
        StateType::Pass => "PassStateExited",
        StateType::Task => "TaskStateExited",
        StateType::Choice => "ChoiceStateExited",
        StateType::Wait => "WaitStateExited",
        StateType::Succeed => "SucceedStateExited",
        // A Fail state is never exited; the engine has no event for it.
        StateType::Fail => "FailStateExited",
        StateType::Parallel => "ParallelStateExited",
        StateType::Map => "MapStateExited",
    }
}

/// Only states in which an execution can rest have a type for being cut off.
fn aborted_type(kind: StateType) -> Option<&'static str> {
    match kind {
        StateType::Task => Some("TaskStateAborted"),
        StateType::Wait => Some("WaitStateAborted"),
        StateType::Parallel => Some("ParallelStateAborted"),
        StateType::Map => Some("MapStateAborted"),
        StateType::Pass | StateType::Choice | StateType::Succeed | StateType::Fail => None,
    }
}
