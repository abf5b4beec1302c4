//! `CreateStateMachineAlias`: a name for one or two versions. Creating the same one again answers as before.

use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::routing::routes;
use super::{Call, detached};
use crate::shapes;
use std::sync::Arc;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::CreateStateMachineAlias<'_> = read(call)?;
    let (machine, routes) = routes(request.routing_configuration.as_deref().unwrap_or_default())?;
    let (machine, name) = (machine.to_owned(), text(request.name.as_ref()).to_owned());
    let description = request.description.as_deref().map(Arc::from);
    let service = call.api.service().clone();
    let alias =
        detached(async move { service.create_alias(&machine, &name, description, routes).await }).await?;
    Ok(Object::document(|answer| {
        answer.text("stateMachineAliasArn", &alias.arn);
        answer.time("creationDate", alias.created);
    }))
}
