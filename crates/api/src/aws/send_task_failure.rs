//! `SendTaskFailure`: the task of a token failed.

use super::constrain::{read, text};
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;
use stateline_base::Failure;
use stateline_runtime::TokenWord;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::SendTaskFailure<'_> = read(call)?;
    let token = text(request.task_token.as_ref()).to_owned();
    let failure = Failure {
        error: request.error.as_deref().map(Into::into),
        cause: request.cause.as_deref().map(Into::into),
    };
    let service = call.api.service().clone();
    detached(async move { service.token(&token, TokenWord::Failed(failure)).await }).await?;
    Ok(b"{}".to_vec())
}
