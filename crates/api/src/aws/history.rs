//! History events in their wire form (reference 03, section 2).
//!
//! A details member is named after its event's type; entered and exited states
//! share one name each. `error` and `cause` are left out where they are absent,
//! and the object stays, empty.

use super::encode::Object;
use stateline_base::{Failure, Payload};
use stateline_journal::{HistoryDetails, HistoryEvent, TaskLabel};
use std::sync::Arc;

/// Writes one event. Without `include_data`, inputs, outputs and parameters are left out.
pub(crate) fn write_event(out: &mut Object<'_>, event: &HistoryEvent, include_data: bool) {
    out.time("timestamp", event.timestamp);
    out.text("type", event.event_type);
    out.number("id", event.id);
    out.number("previousEventId", event.previous_event_id);
    match &event.details {
        HistoryDetails::None => {}
        HistoryDetails::StateEntered { .. } => out.object("stateEnteredEventDetails", |details| {
            write_details(details, &event.details, include_data);
        }),
        HistoryDetails::StateExited { .. } => out.object("stateExitedEventDetails", |details| {
            write_details(details, &event.details, include_data);
        }),
        others => out.details(event.event_type, |details| write_details(details, others, include_data)),
    }
}

fn write_details(out: &mut Object<'_>, details: &HistoryDetails, data: bool) {
    match details {
        HistoryDetails::None => {}
        HistoryDetails::ExecutionStarted { input, role_arn, version_arn, alias_arn } => {
            write_data(out, "input", input, data);
            out.text("roleArn", role_arn);
            out.text_if("stateMachineAliasArn", alias_arn.as_deref());
            out.text_if("stateMachineVersionArn", version_arn.as_deref());
        }
        HistoryDetails::StateEntered { name, input } => {
            out.text("name", name);
            write_data(out, "input", input, data);
        }
        HistoryDetails::StateExited { name, output, assigned } => {
            out.text("name", name);
            write_data(out, "output", output, data);
            write_assigned(out, assigned, data);
        }
        HistoryDetails::TaskScheduled { .. } | HistoryDetails::ResourceScheduled { .. } => {
            write_scheduled(out, details, data);
        }
        HistoryDetails::TaskStarted(label) => write_label(out, label),
        HistoryDetails::ActivityStarted { worker } => out.text_if("workerName", worker.as_deref()),
        HistoryDetails::TaskSubmitted { label, output } | HistoryDetails::TaskSucceeded { label, output } => {
            write_label(out, label);
            write_data(out, "output", output, data);
        }
        HistoryDetails::TaskEnded { label, failure } => {
            write_label(out, label);
            write_failure(out, failure);
        }
        HistoryDetails::Output(output) => write_data(out, "output", output, data),
        HistoryDetails::Failure(failure) => write_failure(out, failure),
        HistoryDetails::MapStarted { length } => out.number("length", u64::from(*length)),
        HistoryDetails::MapIteration { name, index } => {
            out.text("name", name);
            out.number("index", u64::from(*index));
        }
        HistoryDetails::EvaluationFailed { failure, location, state } => {
            write_evaluation(out, failure, location.as_deref(), state);
        }
        HistoryDetails::MapRunStarted { map_run_arn } => out.text("mapRunArn", map_run_arn),
        HistoryDetails::MapRunFailed(failure) => write_failure(out, failure),
        HistoryDetails::ExecutionRedriven { count } => out.number("redriveCount", u64::from(*count)),
        HistoryDetails::MapRunRedriven { map_run_arn, count } => {
            out.text("mapRunArn", map_run_arn);
            out.number("redriveCount", u64::from(*count));
        }
    }
}

/// A request that is made.
fn write_scheduled(out: &mut Object<'_>, details: &HistoryDetails, data: bool) {
    let (timeout_seconds, heartbeat_seconds, role_arn) = match details {
        HistoryDetails::TaskScheduled {
            label,
            region,
            parameters,
            timeout_seconds,
            heartbeat_seconds,
            role_arn,
        } => {
            write_label(out, label);
            out.text("region", region);
            out.text_if("parameters", data.then(|| parameters.text()));
            (timeout_seconds, heartbeat_seconds, role_arn)
        }
        HistoryDetails::ResourceScheduled {
            resource,
            input,
            timeout_seconds,
            heartbeat_seconds,
            role_arn,
        } => {
            out.text("resource", resource);
            write_data(out, "input", input, data);
            (timeout_seconds, heartbeat_seconds, role_arn)
        }
        _ => return,
    };
    out.number_if("timeoutInSeconds", *timeout_seconds);
    out.number_if("heartbeatInSeconds", *heartbeat_seconds);
    write_credentials(out, role_arn.as_deref());
}

fn write_evaluation(out: &mut Object<'_>, failure: &Failure, location: Option<&str>, state: &str) {
    write_failure(out, failure);
    out.text_if("location", location);
    out.text("state", state);
}

/// Variables by name, each value as JSON text; nothing where none was assigned.
fn write_assigned(out: &mut Object<'_>, assigned: &[(Arc<str>, Payload)], data: bool) {
    if assigned.is_empty() {
        return;
    }
    if data {
        out.object("assignedVariables", |variables| {
            for (name, value) in assigned {
                variables.member_text(name, value.text());
            }
        });
    }
    out.object("assignedVariablesDetails", |details| details.flag("truncated", false));
}

/// A payload and its companion, which says that the API never cuts one.
fn write_data(out: &mut Object<'_>, member: &'static str, payload: &Payload, data: bool) {
    if data {
        out.text(member, payload.text());
    }
    let companion = if member == "input" { "inputDetails" } else { "outputDetails" };
    out.object(companion, |details| details.flag("truncated", false));
}

fn write_label(out: &mut Object<'_>, label: &TaskLabel) {
    out.text("resourceType", &label.resource_type);
    out.text("resource", &label.resource);
}

fn write_failure(out: &mut Object<'_>, failure: &Failure) {
    out.text_if("error", failure.error.as_deref());
    out.text_if("cause", failure.cause.as_deref());
}

fn write_credentials(out: &mut Object<'_>, role_arn: Option<&str>) {
    if let Some(role_arn) = role_arn {
        out.object("taskCredentials", |credentials| credentials.text("roleArn", role_arn));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use stateline_base::Timestamp;

    fn payload() -> Payload {
        Payload::parse(r#"{"a": 1}"#).expect("JSON")
    }

    fn label() -> TaskLabel {
        TaskLabel { resource_type: "lambda".into(), resource: "invoke".into() }
    }

    fn check(event_type: &'static str, details: HistoryDetails, expected: &Expect) {
        let event = HistoryEvent {
            timestamp: Timestamp::from_millis(1_500),
            id: 7,
            previous_event_id: 6,
            event_type,
            details,
        };
        let bytes = Object::document(|object| write_event(object, &event, true));
        let text = String::from_utf8(bytes).expect("text");
        let head = format!(r#"{{"timestamp":1.500,"type":"{event_type}","id":7,"previousEventId":6"#);
        expected.assert_eq(text.strip_prefix(&head).expect("each event begins alike"));
    }

    #[test]
    fn executions() {
        let started = |version: Option<&str>| HistoryDetails::ExecutionStarted {
            input: payload(),
            role_arn: "arn:role".into(),
            version_arn: version.map(Into::into),
            alias_arn: version.map(Into::into),
        };
        check(
            "ExecutionStarted",
            started(None),
            &expect![[
                r#","executionStartedEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"roleArn":"arn:role"}}"#
            ]],
        );
        check(
            "ExecutionStarted",
            started(Some("arn:v")),
            &expect![[
                r#","executionStartedEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"roleArn":"arn:role","stateMachineAliasArn":"arn:v","stateMachineVersionArn":"arn:v"}}"#
            ]],
        );
        check(
            "ExecutionSucceeded",
            HistoryDetails::Output(payload()),
            &expect![[
                r#","executionSucceededEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false}}}"#
            ]],
        );
        check(
            "ExecutionFailed",
            HistoryDetails::Failure(Failure::new("E", "C\"")),
            &expect![[r#","executionFailedEventDetails":{"error":"E","cause":"C\""}}"#]],
        );
        check(
            "ExecutionFailed",
            HistoryDetails::Failure(Failure::default()),
            &expect![[r#","executionFailedEventDetails":{}}"#]],
        );
        check(
            "ExecutionAborted",
            HistoryDetails::Failure(Failure::default()),
            &expect![[r#","executionAbortedEventDetails":{}}"#]],
        );
        let timeout = Failure { error: Some("States.Timeout".into()), cause: None };
        check(
            "ExecutionTimedOut",
            HistoryDetails::Failure(timeout),
            &expect![[r#","executionTimedOutEventDetails":{"error":"States.Timeout"}}"#]],
        );
    }

    #[test]
    fn states() {
        check(
            "PassStateEntered",
            HistoryDetails::StateEntered { name: "S".into(), input: payload() },
            &expect![[
                r#","stateEnteredEventDetails":{"name":"S","input":"{\"a\": 1}","inputDetails":{"truncated":false}}}"#
            ]],
        );
        check(
            "PassStateExited",
            HistoryDetails::StateExited { name: "S".into(), output: payload(), assigned: Vec::new() },
            &expect![[
                r#","stateExitedEventDetails":{"name":"S","output":"{\"a\": 1}","outputDetails":{"truncated":false}}}"#
            ]],
        );
        let assigned = vec![("x".into(), payload())];
        check(
            "PassStateExited",
            HistoryDetails::StateExited { name: "S".into(), output: payload(), assigned },
            &expect![[
                r#","stateExitedEventDetails":{"name":"S","output":"{\"a\": 1}","outputDetails":{"truncated":false},"assignedVariables":{"x":"{\"a\": 1}"},"assignedVariablesDetails":{"truncated":false}}}"#
            ]],
        );
        let failure = Failure::new("E", "C");
        check(
            "EvaluationFailed",
            HistoryDetails::EvaluationFailed {
                failure,
                location: Some("Output/x".into()),
                state: "S".into(),
            },
            &expect![[
                r#","evaluationFailedEventDetails":{"error":"E","cause":"C","location":"Output/x","state":"S"}}"#
            ]],
        );
        check(
            "MapRunStarted",
            HistoryDetails::MapRunStarted { map_run_arn: "arn:m".into() },
            &expect![[r#","mapRunStartedEventDetails":{"mapRunArn":"arn:m"}}"#]],
        );
        check(
            "MapStateStarted",
            HistoryDetails::MapStarted { length: 3 },
            &expect![[r#","mapStateStartedEventDetails":{"length":3}}"#]],
        );
        check(
            "MapIterationStarted",
            HistoryDetails::MapIteration { name: "M".into(), index: 0 },
            &expect![[r#","mapIterationStartedEventDetails":{"name":"M","index":0}}"#]],
        );
        check(
            "MapIterationFailed",
            HistoryDetails::MapIteration { name: "M".into(), index: 2 },
            &expect![[r#","mapIterationFailedEventDetails":{"name":"M","index":2}}"#]],
        );
        check("MapStateSucceeded", HistoryDetails::None, &expect!["}"]);
        check("TaskStateAborted", HistoryDetails::None, &expect!["}"]);
    }

    #[test]
    fn integrations() {
        let scheduled = |seconds, role: Option<&str>| HistoryDetails::TaskScheduled {
            label: label(),
            region: "us-east-1".into(),
            parameters: payload(),
            timeout_seconds: seconds,
            heartbeat_seconds: seconds,
            role_arn: role.map(Into::into),
        };
        check(
            "TaskScheduled",
            scheduled(None, None),
            &expect![[
                r#","taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"us-east-1","parameters":"{\"a\": 1}"}}"#
            ]],
        );
        check(
            "TaskScheduled",
            scheduled(Some(60), Some("arn:role")),
            &expect![[
                r#","taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"us-east-1","parameters":"{\"a\": 1}","timeoutInSeconds":60,"heartbeatInSeconds":60,"taskCredentials":{"roleArn":"arn:role"}}}"#
            ]],
        );
        check(
            "TaskStarted",
            HistoryDetails::TaskStarted(label()),
            &expect![[r#","taskStartedEventDetails":{"resourceType":"lambda","resource":"invoke"}}"#]],
        );
        check(
            "TaskSucceeded",
            HistoryDetails::TaskSucceeded { label: label(), output: payload() },
            &expect![[
                r#","taskSucceededEventDetails":{"resourceType":"lambda","resource":"invoke","output":"{\"a\": 1}","outputDetails":{"truncated":false}}}"#
            ]],
        );
        let ended = HistoryDetails::TaskEnded { label: label(), failure: Failure::new("E", "C") };
        check(
            "TaskFailed",
            ended.clone(),
            &expect![[
                r#","taskFailedEventDetails":{"resourceType":"lambda","resource":"invoke","error":"E","cause":"C"}}"#
            ]],
        );
        check(
            "TaskTimedOut",
            ended,
            &expect![[
                r#","taskTimedOutEventDetails":{"resourceType":"lambda","resource":"invoke","error":"E","cause":"C"}}"#
            ]],
        );
    }

    #[test]
    fn functions() {
        let scheduled = HistoryDetails::ResourceScheduled {
            resource: "arn:function".into(),
            input: payload(),
            timeout_seconds: Some(3),
            heartbeat_seconds: None,
            role_arn: Some("arn:role".into()),
        };
        check(
            "LambdaFunctionScheduled",
            scheduled,
            &expect![[
                r#","lambdaFunctionScheduledEventDetails":{"resource":"arn:function","input":"{\"a\": 1}","inputDetails":{"truncated":false},"timeoutInSeconds":3,"taskCredentials":{"roleArn":"arn:role"}}}"#
            ]],
        );
        check("LambdaFunctionStarted", HistoryDetails::None, &expect!["}"]);
        check(
            "LambdaFunctionSucceeded",
            HistoryDetails::Output(payload()),
            &expect![[
                r#","lambdaFunctionSucceededEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false}}}"#
            ]],
        );
        check(
            "LambdaFunctionFailed",
            HistoryDetails::Failure(Failure::new("E", "C")),
            &expect![[r#","lambdaFunctionFailedEventDetails":{"error":"E","cause":"C"}}"#]],
        );
    }

    #[test]
    fn data_may_be_left_out_while_the_shape_stays() {
        let event = HistoryEvent {
            timestamp: Timestamp::from_millis(0),
            id: 2,
            previous_event_id: 0,
            event_type: "PassStateEntered",
            details: HistoryDetails::StateEntered { name: "S".into(), input: payload() },
        };
        let text = Object::document(|object| write_event(object, &event, false));
        expect![[r#"{"timestamp":0.000,"type":"PassStateEntered","id":2,"previousEventId":0,"stateEnteredEventDetails":{"name":"S","inputDetails":{"truncated":false}}}"#]].assert_eq(&String::from_utf8_lossy(&text));
    }
}
