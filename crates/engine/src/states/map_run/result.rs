//! What a Map Run gives: the outputs of its children, or who they were; and their names.

use crate::execution::Execution;
use crate::map_run::{EndedChild, MapRun};
use serde_json::{Map as Object, Value, json};
use stateline_asl::program::{Map, Transformation};
use stateline_base::{Arn, Failure, Payload, Rng, error_name};
use stateline_journal::{AttemptId, ChildEnding};

/// What the children gave, in order; of those that failed, who they were.
pub(super) fn result(x: &Execution, map: &Map, run: &MapRun) -> Payload {
    let distributed = map.distributed.as_ref();
    let writer = distributed.and_then(|distributed| distributed.writer.as_ref());
    let transformation = writer.and_then(|writer| writer.transformation).unwrap_or(Transformation::Compact);
    let mut results = Vec::with_capacity(run.ended.len());
    for ended in run.ended.values().filter_map(|ended| ended.whole.as_deref()) {
        match (&ended.ending, transformation) {
            (ChildEnding::Succeeded(output), Transformation::Compact) => results.push(output.value().clone()),
            (ChildEnding::Succeeded(output), Transformation::Flatten) => match output.value() {
                Value::Array(elements) => results.extend(elements.iter().cloned()),
                other => results.push(other.clone()),
            },
            _ => results.push(child_metadata(x.started.seed, &run.arn, ended)),
        }
    }
    Payload::from(Value::Array(results))
}

/// A child as ResultWriter's transformation NONE writes it (reference 01, section 5.7). `seed` is
/// that of the execution whose Map Run it is.
#[must_use]
pub fn child_metadata(seed: u64, map_run_arn: &str, ended: &EndedChild) -> Value {
    let (status, output, failure) = match &ended.ending {
        ChildEnding::Succeeded(output) => ("SUCCEEDED", Some(output), None),
        ChildEnding::Failed(failure) => ("FAILED", None, Some(failure.clone())),
        ChildEnding::TimedOut => ("TIMED_OUT", None, Some(Failure::named(error_name::TIMEOUT))),
        ChildEnding::Aborted(failure) => ("ABORTED", None, Some(failure.clone())),
    };
    let name = name_of(seed, ended.attempt);
    let mut members = Object::new();
    members.insert("ExecutionArn".into(), json!(child_arn(map_run_arn, &name)));
    members.insert("Input".into(), json!(ended.input.text()));
    members.insert("InputDetails".into(), json!({"Included": true}));
    members.insert("Name".into(), json!(name));
    if let Some(failure) = failure {
        members.extend(failure.error.map(|error| ("Error".to_owned(), json!(&*error))));
        members.extend(failure.cause.map(|cause| ("Cause".to_owned(), json!(&*cause))));
    }
    if let Some(output) = output {
        members.insert("Output".into(), json!(output.text()));
        members.insert("OutputDetails".into(), json!({"Included": true}));
    }
    members.insert("RedriveCount".into(), json!(ended.redrives));
    let redrivable = status != "SUCCEEDED";
    members.insert("RedriveStatus".into(), json!(if redrivable { "REDRIVABLE" } else { "NOT_REDRIVABLE" }));
    if !redrivable {
        let reason = "Execution is SUCCEEDED and cannot be redriven";
        members.insert("RedriveStatusReason".into(), json!(reason));
    }
    members.insert("StartDate".into(), json!(ended.started_at.to_string()));
    members.insert("StateMachineArn".into(), json!(child_machine(map_run_arn)));
    members.insert("Status".into(), json!(status));
    members.insert("StopDate".into(), json!(ended.stopped_at.to_string()));
    Value::Object(members)
}

/// A child that was never started, as far as there is something to tell: it has no name, as it gets
/// its number when it begins.
#[must_use]
pub fn pending_metadata(map_run_arn: &str, input: &Payload) -> Value {
    json!({
        "Input": input.text(),
        "InputDetails": {"Included": true},
        "RedriveCount": 0,
        "StateMachineArn": child_machine(map_run_arn),
        "Status": "PENDING",
    })
}

/// A child's name: a UUID that follows from the parent's seed and the child's number.
pub(crate) fn child_name(x: &Execution, attempt: AttemptId) -> String {
    name_of(x.started.seed, attempt)
}

fn name_of(seed: u64, attempt: AttemptId) -> String {
    Rng::new(seed ^ attempt.rotate_left(32)).uuid()
}

/// `execution:<machine>/<label>:<name>`, from `mapRun:<machine>/<label>:<uuid>`.
pub(crate) fn child_arn(map_run_arn: &str, name: &str) -> String {
    beside(map_run_arn, |machine| format!("execution:{machine}:{name}"))
}

/// `stateMachine:<machine>/<label>`.
pub(crate) fn child_machine(map_run_arn: &str) -> String {
    beside(map_run_arn, |machine| format!("stateMachine:{machine}"))
}

fn beside(map_run_arn: &str, resource: impl Fn(&str) -> String) -> String {
    let Ok(arn) = Arn::parse(map_run_arn) else { return resource(map_run_arn) };
    let machine = arn.resource_rest().rsplit_once(':').map_or("", |(machine, _)| machine);
    arn.with_resource(&resource(machine)).to_string()
}
