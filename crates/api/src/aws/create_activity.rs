//! `CreateActivity`. Creating the same name again answers as before, whatever
//! its tags; only another key is refused.

use super::configuration;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::validate::check_name;
use super::{Call, detached};
use crate::shapes;
use stateline_runtime::ActivityEntry;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::CreateActivity<'_> = read(call)?;
    let name = text(request.name.as_ref());
    check_name(name)?;
    let arn = format!("{}{name}", call.caller.activity_prefix());
    let wanted = ActivityEntry {
        tags: configuration::tags(request.tags.as_ref(), &arn, call.api.service().limits().tags_max)?,
        arn: arn.into(),
        name: name.into(),
        created: call.api.service().now(),
        encryption: configuration::encryption(request.encryption_configuration.as_ref())?,
    };
    let (service, new) = (call.api.service().clone(), wanted.clone());
    let activity = detached(async move { service.create_activity(new).await }).await?;
    if activity.encryption != wanted.encryption {
        return Err(ApiError::ActivityAlreadyExists(activity.arn.clone()));
    }
    Ok(Object::document(|answer| {
        answer.text("activityArn", &activity.arn);
        answer.time("creationDate", activity.created);
    }))
}
