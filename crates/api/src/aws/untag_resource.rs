//! `UntagResource`: fewer tags. Keys that are not there are passed over.

use super::arn::check_tagged;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::UntagResource<'_> = read(call)?;
    let arn = text(request.resource_arn.as_ref()).to_owned();
    check_tagged(&arn)?;
    let keys: Vec<String> = request.tag_keys.iter().flatten().map(|key| key.to_string()).collect();
    let service = call.api.service().clone();
    detached(async move { service.untag(&arn, &keys).await }).await?;
    Ok(Object::document(|_| {}))
}
