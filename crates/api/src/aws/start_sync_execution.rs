//! `StartSyncExecution`: runs an Express execution to its end and answers with
//! how it ended. A failed execution is still a successful call.

use super::constrain;
use super::describe_execution::status_name;
use super::encode::Object;
use super::error::ApiError;
use super::included_data::{IncludedData, included_data};
use super::input::Start;
use super::{Call, detached};
use crate::shapes;
use stateline_runtime::{Ending, ExecutionView, StartRequest};

/// Milliseconds by which Express executions are billed.
const BILLED_STEP_MILLIS: u64 = 100;
/// Megabytes in the smallest step of memory; what is used beyond is not measured.
const BILLED_MEMORY_MB: u64 = 64;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let (request, included) = read(call)?;
    let service = call.api.service().clone();
    let view = detached(async move { service.start_sync(request).await }).await?;
    Ok(write(&view, included))
}

fn read(call: &Call<'_>) -> Result<(StartRequest, IncludedData), ApiError> {
    let request: shapes::StartSyncExecution<'_> = constrain::read(call)?;
    let included = included_data(request.included_data.as_ref());
    let start = Start {
        machine_arn: request.state_machine_arn.as_ref(),
        name: request.name.as_ref(),
        input: request.input,
        trace_header: request.trace_header.as_ref(),
    };
    Ok((start.request(call)?, included))
}

fn write(view: &ExecutionView, included: IncludedData) -> Vec<u8> {
    let stopped = view.stopped.unwrap_or(view.started);
    let data = included == IncludedData::All;
    Object::document(|answer| {
        answer.text("executionArn", &view.arn);
        answer.text("stateMachineArn", &view.machine_arn);
        answer.text("name", &view.name);
        answer.time("startDate", view.started);
        answer.time("stopDate", stopped);
        answer.text("status", status_name(&view.ending));
        if data {
            match &view.ending {
                Ending::Succeeded(output) => answer.text("output", output.text()),
                Ending::Failed(failure) | Ending::Aborted(failure) => {
                    answer.text_if("error", failure.error.as_deref());
                    answer.text_if("cause", failure.cause.as_deref());
                }
                Ending::TimedOut | Ending::Running => {}
            }
            answer.text("input", view.input.text());
        }
        answer.object("inputDetails", |details| details.flag("included", true));
        answer.object("outputDetails", |details| details.flag("included", true));
        answer.text_if("traceHeader", view.trace_header.as_deref());
        answer.object("billingDetails", |billing| {
            let millis = u64::try_from(stopped.since_millis(view.started)).unwrap_or_default();
            let steps = millis.div_ceil(BILLED_STEP_MILLIS).max(1);
            billing.number("billedDurationInMilliseconds", steps * BILLED_STEP_MILLIS);
            billing.number("billedMemoryUsedInMB", BILLED_MEMORY_MB);
        });
    })
}
