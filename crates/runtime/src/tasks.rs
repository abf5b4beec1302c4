//! Tasks that are open and end with a word from outside: by whoever has their token.

use stateline_asl::program::{Kind, StateIndex};
use stateline_asl::{Pattern, Program, TaskResource};
use stateline_base::{Payload, Timestamp};
use stateline_engine::Execution;
use stateline_journal::{AttemptId, TaskClock};
use std::sync::Arc;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTask {
    /// Its execution.
    pub execution_arn: Arc<str>,
    /// Whose execution that is; for a child of a Map Run with the Map state's label.
    pub machine_arn: Arc<str>,
    /// Its state.
    pub state: Arc<str>,
    /// The state's `Resource`.
    pub resource: Arc<str>,
    /// Who has to do something.
    pub waits_for: WaitsFor,
    /// Since when.
    pub since: Timestamp,
    /// When `TimeoutSeconds` ends it.
    pub deadline: Option<Timestamp>,
    /// When `HeartbeatSeconds` ends it, unless a heartbeat comes first.
    pub heartbeat_deadline: Option<Timestamp>,
    /// What it is ended with; absent while no worker has taken it.
    pub token: Option<String>,
    /// What the worker that has it calls itself.
    pub worker: Option<Arc<str>>,
    /// Where it was asked for.
    pub details: Option<TaskDetails>,
}

/// What whoever does a task must know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDetails {
    /// The name of its execution.
    pub execution_name: Arc<str>,
    /// The public event with which its request was made.
    pub scheduled_event_id: u64,
    /// What was asked for: the parameters of that event, or an activity's input.
    pub parameters: Payload,
}

/// Who has to do something for a task to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// Whoever got the token with the request.
    Token,
    /// A worker of the activity: none has taken it.
    Worker,
    /// The worker that has taken it.
    Result,
}

/// The tasks of an execution that end so: the attempt, the state, and the clock once it runs.
pub(crate) fn open<'a>(
    x: &'a Execution,
    program: &'a Program,
) -> impl Iterator<Item = (AttemptId, StateIndex, Option<TaskClock>)> + 'a {
    let all = x.tasks_open().map(|(attempt, state, clock)| (attempt, StateIndex(state), clock));
    all.filter(|(_, state, _)| resource(program, *state).is_some_and(ends_from_outside))
}

/// The resource of a Task state.
pub(crate) fn resource(program: &Program, state: StateIndex) -> Option<&TaskResource> {
    match &program.state(state).kind {
        Kind::Task(task) => Some(&task.resource),
        _ => None,
    }
}

fn ends_from_outside(resource: &TaskResource) -> bool {
    match resource {
        TaskResource::Activity { .. } => true,
        TaskResource::Integration { pattern, .. } => *pattern == Pattern::WaitForTaskToken,
        TaskResource::Function { .. } => false,
    }
}
