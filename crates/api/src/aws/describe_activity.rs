//! `DescribeActivity`: an activity as it was created.

use super::Call;
use super::arn::check_activity;
use super::configuration::ENCRYPTION_DEFAULT;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeActivity<'_> = read(call)?;
    let arn = text(request.activity_arn.as_ref());
    check_activity(arn)?;
    let activity = call.api.service().activity(arn)?;
    Ok(Object::document(|answer| {
        answer.text("activityArn", &activity.arn);
        answer.text("name", &activity.name);
        answer.time("creationDate", activity.created);
        answer.json("encryptionConfiguration", activity.encryption.as_deref().unwrap_or(ENCRYPTION_DEFAULT));
    }))
}
