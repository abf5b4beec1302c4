//! `DeleteStateMachineVersion`: what runs of the version goes on; its number never comes again.

use super::arn::check_version;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DeleteStateMachineVersion<'_> = read(call)?;
    let arn = text(request.state_machine_version_arn.as_ref()).to_owned();
    check_version(&arn)?;
    let service = call.api.service().clone();
    detached(async move { service.delete_version(&arn).await }).await?;
    Ok(Object::document(|_| {}))
}
