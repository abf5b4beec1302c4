//! `StartExecution`: durable before it is answered. Whether a name is free, and
//! whether the same start came before, is the service's to say.

use super::decode::decode;
use super::encode::Object;
use super::error::ApiError;
use super::input::Start;
use super::validate::Violations;
use super::{Call, detached};
use stateline_runtime::{StartRequest, Started};

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let (service, request) = (call.api.service().clone(), read(call)?);
    let started = detached(async move { service.start(request).await }).await?;
    Ok(write(&started))
}

fn read(call: &Call<'_>) -> Result<StartRequest, ApiError> {
    decode::<Start<'_>>(call.body)?.validate(call, Violations::default())
}

fn write(started: &Started) -> Vec<u8> {
    Object::document(|answer| {
        answer.text("executionArn", &started.arn);
        answer.time("startDate", started.started);
    })
}
