//! `StartExecution`: durable before it is answered. Whether a name is free, and
//! whether the same start came before, is the service's to say.

use super::Call;
use super::constrain;
use super::encode::Object;
use super::error::ApiError;
use super::input::Start;
use crate::shapes;
use crate::throttling::Throttle;
use stateline_journal::MachineKind;
use stateline_runtime::{Service, StartRequest, Started};

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let (service, request) = (call.api.service(), read(call)?);
    if call.api.throttle().limits_starts() {
        call.counted_as(Throttle::start_name(is_express(service, &request.machine_arn).await))?;
    }
    Ok(write(&service.start(request).await?))
}

fn read(call: &Call<'_>) -> Result<StartRequest, ApiError> {
    let request: shapes::StartExecution<'_> = constrain::read(call)?;
    let start = Start {
        machine_arn: request.state_machine_arn.as_ref(),
        name: request.name.as_ref(),
        input: request.input,
        trace_header: request.trace_header.as_ref(),
    };
    start.request(call)
}

/// Whether it starts an Express machine, by whatever ARN. One that does not exist counts as Standard.
async fn is_express(service: &Service, arn: &str) -> bool {
    let arn = arn.split('#').next().unwrap_or_default();
    let machine_arn = arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    service.machine(&machine_arn).await.is_ok_and(|machine| machine.kind == MachineKind::Express)
}

fn write(started: &Started) -> Vec<u8> {
    Object::document(|answer| {
        answer.text("executionArn", &started.arn);
        answer.time("startDate", started.started);
    })
}
