//! `StopExecution`: aborts a running execution; a closed one keeps its ending
//! and the answer is when it ended.

use super::Call;
use super::arn::check_execution;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;
use stateline_base::{Failure, Timestamp};

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::StopExecution<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    check_execution(arn)?;
    let failure = Failure {
        error: request.error.as_deref().map(Into::into),
        cause: request.cause.as_deref().map(Into::into),
    };
    Ok(write(call.api.service().stop(arn, failure).await?))
}

fn write(stopped: Timestamp) -> Vec<u8> {
    Object::document(|answer| answer.time("stopDate", stopped))
}
