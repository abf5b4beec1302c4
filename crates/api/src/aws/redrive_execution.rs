//! `RedriveExecution`: an execution that has ended badly goes on from where it stood.

use super::Call;
use super::arn::check_execution;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::RedriveExecution<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    check_execution(arn)?;
    let token = request.client_token.as_deref().map(Into::into);
    let redriven = call.api.service().redrive(arn, token).await?;
    Ok(Object::document(|answer| answer.time("redriveDate", redriven)))
}
