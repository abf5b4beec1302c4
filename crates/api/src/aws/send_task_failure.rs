//! `SendTaskFailure`: the task of a token failed.

use super::Call;
use super::constrain::{read, text};
use super::error::ApiError;
use crate::shapes;
use stateline_base::Failure;
use stateline_runtime::TokenWord;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::SendTaskFailure<'_> = read(call)?;
    let token = text(request.task_token.as_ref());
    let failure = Failure {
        error: request.error.as_deref().map(Into::into),
        cause: request.cause.as_deref().map(Into::into),
    };
    call.api.service().token(token, TokenWord::Failed(failure)).await?;
    Ok(b"{}".to_vec())
}
