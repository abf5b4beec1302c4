//! `TagResource`: more tags, or other values of those that are there.

use super::arn::check_tagged;
use super::configuration::tags;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::TagResource<'_> = read(call)?;
    let arn = text(request.resource_arn.as_ref()).to_owned();
    check_tagged(&arn)?;
    let service = call.api.service().clone();
    let tags = tags(request.tags.as_ref(), &arn, service.limits().tags_max)?;
    detached(async move { service.tag(&arn, tags).await }).await?;
    Ok(Object::document(|_| {}))
}
