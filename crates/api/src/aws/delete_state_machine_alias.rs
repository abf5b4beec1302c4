//! `DeleteStateMachineAlias`: the versions it leads to stay.

use super::arn::check_alias;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DeleteStateMachineAlias<'_> = read(call)?;
    let arn = text(request.state_machine_alias_arn.as_ref()).to_owned();
    check_alias(&arn)?;
    let service = call.api.service().clone();
    detached(async move { service.delete_alias(&arn).await }).await?;
    Ok(Object::document(|_| {}))
}
