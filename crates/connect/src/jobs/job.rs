//! What the files of the services say about a job.

use serde_json::{Map, Value};

/// A kind of job: a row of a service's table.
pub(crate) struct Job {
    /// As in the resource: `elasticmapreduce`.
    pub service: &'static str,
    /// As in the resource, without the pattern: `addStep`.
    pub action: &'static str,
    /// The service's model, as after `aws-sdk:`.
    pub model: &'static str,
    /// The operation that submits it.
    pub operation: &'static str,
    /// What happens when it is submitted twice.
    pub again: Again,
    /// The longest pause between two looks, in seconds.
    pub pause_max_s: u64,
    /// The operation's parameters, made from the task's; or AWS's words for what is wrong with those.
    pub request: fn(Map<String, Value>) -> Result<Value, String>,
    /// The task's view of the service's answer: what `TaskSubmitted` shows.
    pub shown: fn(&Value, Value) -> Value,
    /// How to look at it; `None` when nothing names it.
    pub look: fn(&Work<'_>) -> Option<Call>,
    /// What the answer to the look means.
    pub read: fn(&Work<'_>, Value) -> Progress,
    /// What it means when the service does not know it.
    pub missing: Missing,
    /// How to call it off; nothing where AWS lets it go on.
    pub stop: fn(&Work<'_>) -> Vec<Call>,
}

/// What happens when a job is submitted twice, as it is after a crash that left the first answer unknown.
/// `stateline_runtime::is_repeatable` says the same to the runtime, which does not see this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// There are two jobs, so it is not done.
    Twice,
    /// The service takes both for one by this member, which is filled in where the author does not.
    Token(&'static str),
    /// The service refuses the second one, by this name, with this code.
    Name(&'static str, &'static str),
    /// Nothing: it is as if it had been asked for once.
    Once,
}

/// What it means when the service does not know a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The job is gone, and so the task has failed.
    Fails,
    /// The job was to make something go away, and it has.
    Ends,
}

/// A job that the service has taken.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    /// The task's parameters.
    pub request: &'a Value,
    /// What `TaskSubmitted` showed.
    pub answer: &'a Value,
    /// The ARN of the execution.
    pub execution: &'a str,
}

impl Work<'_> {
    /// A parameter of the task's, by a JSON pointer.
    pub fn asked(&self, pointer: &str) -> Option<Value> {
        self.request.pointer(pointer).filter(|value| !value.is_null()).cloned()
    }

    /// A member of the service's answer, by a JSON pointer.
    pub fn answered(&self, pointer: &str) -> Option<Value> {
        self.answer.pointer(pointer).filter(|value| !value.is_null()).cloned()
    }

    /// What a service is told as the reason when the task does not wait any more.
    pub fn reason(&self) -> String {
        aborted(self.execution)
    }
}

/// Why something is stopped that an execution does not wait for any more, in AWS's words: measured of
/// Batch, ECS and nested executions.
pub(crate) fn aborted(execution: &str) -> String {
    format!(
        "The Task state in AWS Step Functions execution [{execution}] which was managing this resource was aborted"
    )
}

/// A question to a service.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub operation: &'static str,
    pub parameters: Value,
}

impl Call {
    pub fn new(operation: &'static str, parameters: Value) -> Option<Self> {
        Some(Call { operation, parameters })
    }
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Progress {
    /// It goes on; its description.
    Running(Value),
    /// It is done; the task's output.
    Done(Value),
    /// It has failed; the cause is this as text.
    Failed(Value),
    /// The service does not know it.
    Gone,
}

/// The progress that a state means: any word that is in neither list is one of a job that goes on.
pub(crate) fn by_state(description: Value, pointer: &str, good: &[&str], bad: &[&str]) -> Progress {
    let state = description.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    if good.contains(&state) {
        Progress::Done(description)
    } else if bad.contains(&state) {
        Progress::Failed(description)
    } else {
        Progress::Running(description)
    }
}

/// What stands at a pointer, taken out.
pub(crate) fn taken(mut value: Value, pointer: &str) -> Option<Value> {
    value.pointer_mut(pointer).map(Value::take).filter(|value| !value.is_null())
}

/// The answer, with a member that it does not have.
pub(crate) fn filled(answer: Value, member: &str, value: Value) -> Value {
    let mut members = match answer {
        Value::Object(members) => members,
        Value::Null => Map::new(),
        other => return other,
    };
    members.entry(member).or_insert(value);
    Value::Object(members)
}

/// The task's parameters are the operation's.
pub(crate) fn as_given(parameters: Map<String, Value>) -> Result<Value, String> {
    Ok(Value::Object(parameters))
}

/// The service's answer is the task's.
pub(crate) fn as_answered(_: &Value, answer: Value) -> Value {
    answer
}

/// There is nothing to call off.
pub(crate) fn never(_: &Work<'_>) -> Vec<Call> {
    Vec::new()
}
