//! `DeleteStateMachine`: succeeds also when there is none.

use super::arn::check_unlabelled_machine;
use super::constrain::{read, text};
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DeleteStateMachine<'_> = read(call)?;
    let arn = text(request.state_machine_arn.as_ref());
    check_unlabelled_machine(arn)?;
    let (service, arn) = (call.api.service().clone(), arn.to_owned());
    detached(async move { service.delete_machine(&arn).await }).await?;
    Ok(b"{}".to_vec())
}
