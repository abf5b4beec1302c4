//! Nested executions: started under a name that stays the same when the start is
//! repeated after a crash, and watched until they end.

use super::convert::{Dates, Style, failure, picked, request_of, result_of};
use super::{Own, OwnAnswer, ask};
use crate::jobs::aborted;
use serde_json::{Map, Value, json};
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{Failure, Payload, error_name};
use stateline_runtime::{Attempt, Outcome};
use std::time::Duration;

/// Pauses between two looks at a nested execution: short at first.
const LOOKS: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];
/// Members of a nested execution's description that a task's result has.
const MEMBERS: [&str; 15] = [
    "ExecutionArn",
    "Input",
    "InputDetails",
    "Name",
    "Output",
    "OutputDetails",
    "RedriveCount",
    "RedriveStatus",
    "RedriveStatusReason",
    "StartDate",
    "StateMachineArn",
    "Status",
    "StopDate",
    "Error",
    "Cause",
];

/// Whether a task is a nested execution that is waited for.
pub(crate) fn is_job_of(resource: &TaskResource) -> bool {
    matches!(resource, TaskResource::Integration { service, pattern: Pattern::Sync | Pattern::Sync2, .. } if &**service == "states")
}

/// `startExecution`, with or without waiting.
pub(super) async fn start(own: Own, attempt: &Attempt) -> Outcome {
    let body = match request_of("StartExecution", attempt.input.value()) {
        Ok(body) => named(body, attempt),
        Err(failure) => return Outcome::Failed(failure),
    };
    let answer = match ask(own.clone(), attempt, "StartExecution", body.clone()).await {
        Ok(answer) => answer,
        Err(failure) => return Outcome::Failed(failure),
    };
    if answer.status == 200 {
        return Outcome::Succeeded(Payload::from(submitted(answer)));
    }
    // The start that is repeated after a crash may have been the one that took the name.
    if attempt.repeated
        && let Some(found) = existing(own, attempt, &answer, &body).await
    {
        return Outcome::Succeeded(Payload::from(submitted(found)));
    }
    Outcome::Failed(failure(&answer, Style::Optimised))
}

/// Without a name of the author's, one that follows from the attempt. Without an input, none is sent.
fn named(mut body: Value, attempt: &Attempt) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, value| !value.is_null());
        members.entry("name").or_insert_with(|| json!(&*attempt.request_id));
    }
    body
}

/// The execution that has the name already, when its input says that it is this task's.
async fn existing(own: Own, attempt: &Attempt, refused: &OwnAnswer, body: &Value) -> Option<OwnAnswer> {
    let kind = refused.body.get("__type")?.as_str()?;
    if !kind.ends_with("#ExecutionAlreadyExists") {
        return None;
    }
    let message = refused.body.get("message")?.as_str()?;
    let arn = message.split('\'').nth(1)?;
    let found = ask(own, attempt, "DescribeExecution", json!({"executionArn": arn})).await.ok()?;
    let input = body.get("input").and_then(Value::as_str).unwrap_or("{}");
    let same = found.status == 200 && found.body.get("input").and_then(Value::as_str) == Some(input);
    let answer =
        json!({"executionArn": found.body.get("executionArn")?, "startDate": found.body.get("startDate")?});
    same.then_some(OwnAnswer { body: answer, ..found })
}

/// The answer of the service with what the SDK adds.
fn submitted(answer: OwnAnswer) -> Value {
    let length = answer.body.to_string().len().to_string();
    let OwnAnswer { status, body, request_id } = answer;
    let mut result = match result_of(body, Dates::Millis) {
        Value::Object(members) => members,
        other => Map::from_iter([("Answer".to_owned(), other)]),
    };
    let headers = [
        ("Content-Length", length.as_str()),
        ("Content-Type", "application/x-amz-json-1.0"),
        ("x-amzn-RequestId", request_id.as_str()),
    ];
    let all: Map<String, Value> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
    let single: Map<String, Value> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let start = result.remove("StartDate");
    result.insert(
        "SdkHttpMetadata".to_owned(),
        json!({"AllHttpHeaders": all, "HttpHeaders": single, "HttpStatusCode": status}),
    );
    result.insert("SdkResponseMetadata".to_owned(), json!({"RequestId": request_id}));
    result.extend(start.map(|start| ("StartDate".to_owned(), start)));
    Value::Object(result)
}

/// Looks at a nested execution until it has ended.
pub(super) async fn wait(own: Own, attempt: &Attempt, submitted: &Payload, parsed: bool) -> Outcome {
    let form = Form { parsed, redrive: attempt.caller.task_role.is_some() };
    let arn = submitted.value().get("ExecutionArn").cloned().unwrap_or_default();
    let mut pause = LOOKS[0];
    loop {
        // An API that is not up yet after a restart, however long that takes, says nothing of the
        // execution, which goes on meanwhile.
        if let Ok(answer) = ask(own.clone(), attempt, "DescribeExecution", json!({"executionArn": arn})).await
        {
            let code = answer.body.get("__type").and_then(Value::as_str).unwrap_or_default();
            let busy = answer.status >= 500 || code.ends_with("#ThrottlingException");
            if answer.status != 200 && !busy {
                return Outcome::Failed(failure(&answer, Style::Optimised));
            }
            if let Some(outcome) = outcome(answer, form) {
                return outcome;
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LOOKS[1]);
    }
}

/// How a description is shown.
#[derive(Clone, Copy)]
struct Form {
    /// `Input` and `Output` are JSON instead of text (`.sync:2`).
    parsed: bool,
    /// Whether an execution can be redriven is told (recorded of executions in another role's name
    /// only: those AWS looks at, of others it hears by an event that does not tell).
    redrive: bool,
}

/// What a nested execution's description means for the task; `None` while it runs.
fn outcome(answer: OwnAnswer, form: Form) -> Option<Outcome> {
    let Value::Object(all) = result_of(answer.body, Dates::Millis) else { return None };
    let mut members = picked(&all, &MEMBERS);
    members.retain(|name, _| form.redrive || !name.starts_with("Redrive"));
    match members.get("Status").and_then(Value::as_str)? {
        "RUNNING" => None,
        "SUCCEEDED" => {
            if form.parsed {
                for member in ["Input", "Output"] {
                    let document = members
                        .get(member)
                        .and_then(Value::as_str)
                        .and_then(|text| serde_json::from_str(text).ok());
                    if let Some(document) = document {
                        members.insert(member.to_owned(), document);
                    }
                }
            }
            Some(Outcome::Succeeded(Payload::from(Value::Object(members))))
        }
        _ => {
            let cause = Value::Object(members).to_string();
            Some(Outcome::Failed(Failure::new(error_name::TASK_FAILED, cause)))
        }
    }
}

/// Nobody waits for a nested execution any more: it is stopped, as AWS does as well as it can.
pub(crate) async fn stop(own: Own, attempt: Attempt, submitted: Payload) {
    let arn = submitted.value().get("ExecutionArn").cloned().unwrap_or_default();
    let body = json!({"executionArn": arn, "cause": aborted(&attempt.execution_arn)});
    if let Err(failure) = ask(own, &attempt, "StopExecution", body).await {
        tracing::warn!(cause = failure.cause.as_deref(), "a nested execution that nobody waits for goes on");
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OwnFuture, OwnRequest, OwnService};
    use super::*;
    use crate::test_attempt::attempt;
    use std::sync::Arc;
    use tokio::sync::watch;

    const TEXT: Form = Form { parsed: false, redrive: false };
    const DOCUMENT: Form = Form { parsed: true, ..TEXT };

    fn described(body: Value) -> OwnAnswer {
        OwnAnswer { status: 200, body, request_id: "r".to_owned() }
    }

    #[test]
    fn a_nested_execution_is_waited_for_and_shown_in_both_forms() {
        assert_eq!(outcome(described(json!({"status": "RUNNING"})), TEXT), None);
        let ended = json!({"status": "SUCCEEDED", "input": "{}", "output": r#"{"a":1}"#, "redriveCount": 0});
        let text = outcome(described(ended.clone()), TEXT);
        assert_eq!(
            text,
            Some(Outcome::Succeeded(Payload::from(
                json!({"Input": "{}", "Output": r#"{"a":1}"#, "Status": "SUCCEEDED"})
            )))
        );
        let document = outcome(described(ended.clone()), DOCUMENT);
        assert_eq!(
            document,
            Some(Outcome::Succeeded(Payload::from(
                json!({"Input": {}, "Output": {"a": 1}, "Status": "SUCCEEDED"})
            )))
        );
        let elsewhere = outcome(described(ended), Form { redrive: true, ..TEXT });
        assert_eq!(
            elsewhere,
            Some(Outcome::Succeeded(Payload::from(
                json!({"Input": "{}", "Output": r#"{"a":1}"#, "RedriveCount": 0, "Status": "SUCCEEDED"})
            )))
        );
    }

    /// Keeps the last request.
    #[derive(Default)]
    struct Kept(std::sync::Mutex<Option<(String, Value)>>);

    impl OwnService for Kept {
        fn request(&self, request: OwnRequest) -> OwnFuture {
            *self.0.lock().expect("no test panics with the lock") = Some((request.operation, request.body));
            Box::pin(std::future::ready(described(json!({}))))
        }
    }

    #[tokio::test]
    async fn a_nested_execution_is_stopped_with_the_cause_that_aws_gives() {
        let kept = Arc::new(Kept::default());
        let service: Arc<dyn OwnService> = kept.clone();
        let (_sender, own) = watch::channel(Some(Arc::downgrade(&service)));
        let task = attempt("arn:aws:states:::states:startExecution.sync", "{}");
        stop(own, task, Payload::from(json!({"ExecutionArn": "child"}))).await;
        let request = kept.0.lock().expect("no test panics with the lock").take();
        let cause = "The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted";
        assert_eq!(
            request,
            Some(("StopExecution".to_owned(), json!({"executionArn": "child", "cause": cause})))
        );
    }

    /// Tells of an execution that has ended.
    struct Ended;

    impl OwnService for Ended {
        fn request(&self, _: OwnRequest) -> OwnFuture {
            Box::pin(std::future::ready(described(json!({"status": "SUCCEEDED", "output": "1"}))))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_nested_execution_is_waited_for_until_the_api_is_up() {
        let service: Arc<dyn OwnService> = Arc::new(Ended);
        let (sender, own) = watch::channel(None);
        let task = attempt("arn:aws:states:::states:startExecution.sync", "{}");
        let submitted = Payload::from(json!({"ExecutionArn": "child"}));
        let waiting = wait(own, &task, &submitted, false);
        // A start that has much to read takes longer than a call would wait.
        let starting = async {
            tokio::time::sleep(super::super::PATIENCE * 4).await;
            sender.send(Some(Arc::downgrade(&service))).expect("it is waited for");
        };
        let (outcome, ()) = tokio::join!(waiting, starting);
        assert_eq!(outcome, Outcome::Succeeded(Payload::from(json!({"Output": "1", "Status": "SUCCEEDED"}))));
    }

    #[test]
    fn a_nested_failure_is_the_tasks_cause() {
        let failed = json!({"status": "FAILED", "error": "E", "cause": "C", "name": "n"});
        let cause = r#"{"Name":"n","Status":"FAILED","Error":"E","Cause":"C"}"#;
        assert_eq!(
            outcome(described(failed), DOCUMENT),
            Some(Outcome::Failed(Failure::new("States.TaskFailed", cause)))
        );
    }
}
