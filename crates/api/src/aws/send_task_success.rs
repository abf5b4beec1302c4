//! `SendTaskSuccess`: the task of a token is done, with a result.

use super::Call;
use super::constrain::{read, text};
use super::error::ApiError;
use super::input::why_not_json;
use crate::shapes;
use stateline_base::Payload;
use stateline_runtime::TokenWord;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::SendTaskSuccess<'_> = read(call)?;
    let token = text(request.task_token.as_ref());
    // Recorded on AWS: the token is looked at before the output is.
    call.api.service().check_token(token)?;
    let output = text(request.output.as_ref());
    let output = Payload::parse(output.to_owned())
        .map_err(|error| ApiError::InvalidOutput(why_not_json(output, &error)))?;
    call.api.service().token(token, TokenWord::Succeeded(output)).await?;
    Ok(b"{}".to_vec())
}
