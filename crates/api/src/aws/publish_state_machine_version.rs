//! `PublishStateMachineVersion`: a machine as it stands gets a number. The same revision gets
//! the same one again.

use super::arn::check_unlabelled_machine;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;
use std::sync::Arc;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::PublishStateMachineVersion<'_> = read(call)?;
    let arn = text(request.state_machine_arn.as_ref()).to_owned();
    check_unlabelled_machine(&arn)?;
    let revision_id = request.revision_id.as_deref().map(str::to_owned);
    let description = request.description.as_deref().map(Arc::from);
    let service = call.api.service().clone();
    let publish = async move { service.publish_version(&arn, revision_id.as_deref(), description).await };
    let version = detached(publish).await?;
    Ok(Object::document(|answer| {
        answer.time("creationDate", version.created);
        answer.text("stateMachineVersionArn", &version.arn);
    }))
}
