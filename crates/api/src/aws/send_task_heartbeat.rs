//! `SendTaskHeartbeat`: whoever has a token says that the task goes on.

use super::Call;
use super::constrain::{read, text};
use super::error::ApiError;
use crate::shapes;
use stateline_runtime::TokenWord;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::SendTaskHeartbeat<'_> = read(call)?;
    let token = text(request.task_token.as_ref());
    call.api.service().token(token, TokenWord::Heartbeat).await?;
    Ok(b"{}".to_vec())
}
