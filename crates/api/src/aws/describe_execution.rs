//! `DescribeExecution`: one execution with its input and how it stands.

use super::Call;
use super::arn::check_kept_execution;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::included_data::{IncludedData, included_data};
use crate::shapes;
use stateline_base::Failure;
use stateline_runtime::{Ending, ExecutionView, RedriveStatus};

/// The status of a child that waits to go on with its Map Run.
pub(crate) const PENDING_REDRIVE: &str = "PENDING_REDRIVE";

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeExecution<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    check_kept_execution(arn, call.api.service().keeps_express())?;
    let view = call.api.service().describe(arn).await?;
    Ok(write(&view, included_data(request.included_data.as_ref())))
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

fn write(view: &ExecutionView, included: IncludedData) -> Vec<u8> {
    let data = included == IncludedData::All;
    write_parts(view, data, data)
}

/// The same without input and output, but with how it failed: for those who watch an execution.
pub(crate) fn write_standing(view: &ExecutionView) -> Vec<u8> {
    write_parts(view, false, true)
}

fn write_parts(view: &ExecutionView, data: bool, failure: bool) -> Vec<u8> {
    Object::document(|answer| {
        answer.text("executionArn", &view.arn);
        answer.text("stateMachineArn", &view.machine_arn);
        answer.text("name", &view.name);
        answer.text("status", if view.pending_redrive { PENDING_REDRIVE } else { status_name(&view.ending) });
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
            Ending::Failed(why) | Ending::Aborted(why) if failure => write_failure(answer, why),
            // A timed-out execution shows neither error nor cause, although its last event does.
            _ => {}
        }
        answer.text_if("traceHeader", view.trace_header.as_deref());
        answer.text_if("mapRunArn", view.map_run_arn.as_deref());
        answer.text_if("stateMachineVersionArn", view.version_arn.as_deref());
        answer.text_if("stateMachineAliasArn", view.alias_arn.as_deref());
        answer.number("redriveCount", u64::from(view.redrives));
        answer.time_if("redriveDate", view.redriven_at);
        match view.redrive_status {
            RedriveStatus::Redrivable => answer.text("redriveStatus", "REDRIVABLE"),
            RedriveStatus::ByMapRun => answer.text("redriveStatus", "REDRIVABLE_BY_MAP_RUN"),
            RedriveStatus::Not(why) => {
                answer.text("redriveStatus", "NOT_REDRIVABLE");
                answer.text("redriveStatusReason", &why.to_string());
            }
        }
    })
}

fn write_failure(answer: &mut Object<'_>, failure: &Failure) {
    answer.text_if("error", failure.error.as_deref());
    answer.text_if("cause", failure.cause.as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::testing::view;
    use expect_test::{Expect, expect};
    use stateline_base::Payload;
    use stateline_runtime::NotRedrivable;

    fn check(ending: Ending, included: IncludedData, status: RedriveStatus, expected: &Expect) {
        let view = ExecutionView { redrive_status: status, ..view(ending) };
        expected.assert_eq(&String::from_utf8_lossy(&write(&view, included)));
    }

    #[test]
    fn a_child_that_waits_for_its_redrive_shows_where_it_belongs() {
        let child = ExecutionView {
            map_run_arn: Some("arn:r".into()),
            redrives: 1,
            redriven_at: Some(stateline_base::Timestamp::from_millis(1_763_683_201_000)),
            redrive_status: RedriveStatus::ByMapRun,
            pending_redrive: true,
            ..view(Ending::TimedOut)
        };
        expect![[r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"PENDING_REDRIVE","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"mapRunArn":"arn:r","redriveCount":1,"redriveDate":1763683201.000,"redriveStatus":"REDRIVABLE_BY_MAP_RUN"}"#]].assert_eq(&String::from_utf8_lossy(&write(&child, IncludedData::All)));
    }

    #[test]
    fn each_ending_shows_what_aws_shows() {
        let output = Payload::parse(r#"{ "b": "ä\n" }"#).expect("JSON");
        check(
            Ending::Running,
            IncludedData::All,
            RedriveStatus::Not(NotRedrivable::Running),
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"RUNNING","startDate":1763683200.123,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is RUNNING and cannot be redriven"}"#
            ]],
        );
        check(
            Ending::Succeeded(output.clone()),
            IncludedData::All,
            RedriveStatus::Not(NotRedrivable::Succeeded),
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"SUCCEEDED","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"output":"{ \"b\": \"ä\\n\" }","outputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"}"#
            ]],
        );
        check(
            Ending::Succeeded(output),
            IncludedData::Metadata,
            RedriveStatus::Not(NotRedrivable::Succeeded),
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"SUCCEEDED","startDate":1763683200.123,"stopDate":1763683200.623,"inputDetails":{"included":true},"outputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"}"#
            ]],
        );
        check(
            Ending::Failed(Failure::new("E", "because")),
            IncludedData::All,
            RedriveStatus::Redrivable,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"FAILED","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"error":"E","cause":"because","redriveCount":0,"redriveStatus":"REDRIVABLE"}"#
            ]],
        );
        check(
            Ending::Failed(Failure::new("E", "because")),
            IncludedData::Metadata,
            RedriveStatus::Not(NotRedrivable::EndedTooLongAgo),
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"FAILED","startDate":1763683200.123,"stopDate":1763683200.623,"inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution redrivable period exceeded"}"#
            ]],
        );
        check(
            Ending::Aborted(Failure::default()),
            IncludedData::All,
            RedriveStatus::Redrivable,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"ABORTED","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"REDRIVABLE"}"#
            ]],
        );
        check(
            Ending::TimedOut,
            IncludedData::All,
            RedriveStatus::Redrivable,
            &expect![[
                r#"{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"TIMED_OUT","startDate":1763683200.123,"stopDate":1763683200.623,"input":"{ \"a\" : 1 }","inputDetails":{"included":true},"redriveCount":0,"redriveStatus":"REDRIVABLE"}"#
            ]],
        );
    }
}
