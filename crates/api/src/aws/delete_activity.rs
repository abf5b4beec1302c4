//! `DeleteActivity`: succeeds also when there is none.

use super::arn::check_activity;
use super::constrain::{read, text};
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DeleteActivity<'_> = read(call)?;
    let arn = text(request.activity_arn.as_ref());
    check_activity(arn)?;
    let (service, arn) = (call.api.service().clone(), arn.to_owned());
    detached(async move { service.delete_activity(&arn).await }).await?;
    Ok(b"{}".to_vec())
}
