//! `ListTagsForResource`.

use super::Call;
use super::arn::check_tagged;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListTagsForResource<'_> = read(call)?;
    let arn = text(request.resource_arn.as_ref());
    check_tagged(arn)?;
    let tags = call.api.service().tags(arn).await?;
    Ok(Object::document(|answer| {
        answer.array("tags", &tags, usize::MAX, |item, (key, value)| {
            item.text("key", key);
            item.text("value", value);
        });
    }))
}
