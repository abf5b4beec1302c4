//! `DescribeExecution`: one execution with its input and how it stands.

use super::Call;
use super::arn::check_execution;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::included_data::{IncludedData, included_data};
use crate::shapes;
use stateline_base::{Failure, Timestamp};
use stateline_runtime::{Ending, ExecutionView};

/// For how long after its end an execution may be redriven.
const REDRIVABLE_MILLIS: i64 = 14 * 24 * 60 * 60 * 1000;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeExecution<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    check_execution(arn)?;
    let view = call.api.service().describe(arn).await?;
    Ok(write(&view, included_data(request.included_data.as_ref()), call.api.service().now()))
}

/// AWS's word for how an execution stands.
pub(super) fn status_name(ending: &Ending) -> &'static str {
    match ending {
        Ending::Running => "RUNNING",
        Ending::Succeeded(_) => "SUCCEEDED",
        Ending::Failed(_) => "FAILED",
        Ending::TimedOut => "TIMED_OUT",
        Ending::Aborted(_) => "ABORTED",
    }
}

fn write(view: &ExecutionView, included: IncludedData, now: Timestamp) -> Vec<u8> {
    let data = included == IncludedData::All;
    Object::document(|answer| {
        answer.text("executionArn", &view.arn);
        answer.text("stateMachineArn", &view.machine_arn);
        answer.text("name", &view.name);
        answer.text("status", status_name(&view.ending));
        answer.time("startDate", view.started);
        answer.time_if("stopDate", view.stopped);
        if data {
            answer.text("input", view.input.text());
        }
        answer.object("inputDetails", |details| details.flag("included", true));
        match &view.ending {
            Ending::Succeeded(output) => {
                if data {
                    answer.text("output", output.text());
                }
                answer.object("outputDetails", |details| details.flag("included", true));
            }
            Ending::Failed(failure) | Ending::Aborted(failure) if data => write_failure(answer, failure),
            // A timed-out execution shows neither error nor cause, although its last event does.
            _ => {}
        }
        answer.text_if("traceHeader", view.trace_header.as_deref());
        answer.text_if("stateMachineVersionArn", view.version_arn.as_deref());
        answer.text_if("stateMachineAliasArn", view.alias_arn.as_deref());
        answer.number("redriveCount", 0);
        match not_redrivable(view, now) {
            Some(reason) => {
                answer.text("redriveStatus", "NOT_REDRIVABLE");
                answer.text("redriveStatusReason", &reason);
            }
            None => answer.text("redriveStatus", "REDRIVABLE"),
        }
    })
}

fn write_failure(answer: &mut Object<'_>, failure: &Failure) {
    answer.text_if("error", failure.error.as_deref());
    answer.text_if("cause", failure.cause.as_deref());
}

/// Why an execution cannot be redriven, in AWS's words.
fn not_redrivable(view: &ExecutionView, now: Timestamp) -> Option<String> {
    match &view.ending {
        ending @ (Ending::Running | Ending::Succeeded(_)) => {
            Some(format!("Execution is {} and cannot be redriven", status_name(ending)))
        }
        _ if view.stopped.is_some_and(|stopped| now.since_millis(stopped) > REDRIVABLE_MILLIS) => {
            Some("Execution redrivable period exceeded".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::testing::view;
    use expect_test::{Expect, expect};
    use stateline_base::Payload;

    fn check(ending: Ending, included: IncludedData, days_later: i64, expected: &Expect) {
        let view = view(ending);
        let now = view.started.plus_millis(days_later * 24 * 60 * 60 * 1000);
        expected.assert_eq(&String::from_utf8_lossy(&write(&view, included, now)));
    }

    #[test]
    fn each_ending_shows_what_aws_shows() {
        let output = Payload::parse(r#"{ "b": "ä\n" }"#).expect("JSON");
        check(
            Ending::Running,
            IncludedData::All,
            0,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"RUNNING","startDate":1763683200.123,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is RUNNING and cannot be redriven"}"#
            ]],
        );
        check(
            Ending::Succeeded(output.clone()),
            IncludedData::All,
            0,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"SUCCEEDED","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"output":"{ \"b\": \"ä\\n\" }","outputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"}"#
            ]],
        );
        check(
            Ending::Succeeded(output),
            IncludedData::Metadata,
            0,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"SUCCEEDED","startDate":1763683200.123,"stopDate":1763683200.623,"inputDetails":{"included":true},"outputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"}"#
            ]],
        );
        check(
            Ending::Failed(Failure::new("E", "because")),
            IncludedData::All,
            1,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"FAILED","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"error":"E","cause":"because","redriveCount":0,"redriveStatus":"REDRIVABLE"}"#
            ]],
        );
        check(
            Ending::Failed(Failure::new("E", "because")),
            IncludedData::Metadata,
            15,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"FAILED","startDate":1763683200.123,"stopDate":1763683200.623,"inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution redrivable period exceeded"}"#
            ]],
        );
        check(
            Ending::Aborted(Failure::default()),
            IncludedData::All,
            1,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"ABORTED","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"REDRIVABLE"}"#
            ]],
        );
        check(
            Ending::TimedOut,
            IncludedData::All,
            1,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"TIMED_OUT","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"REDRIVABLE"}"#
            ]],
        );
    }
}
