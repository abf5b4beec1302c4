//! `UpdateStateMachineAlias`: another description, or other versions.

use super::arn::check_alias;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::routing::routes;
use super::{Call, detached};
use crate::shapes;
use stateline_runtime::{Qualifier, UpdateAlias, qualifier};

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::UpdateStateMachineAlias<'_> = read(call)?;
    let change = change(&request)?;
    let service = call.api.service().clone();
    let alias = detached(async move { service.update_alias(change).await }).await?;
    Ok(Object::document(|answer| answer.time("updateDate", alias.updated)))
}

fn change(request: &shapes::UpdateStateMachineAlias<'_>) -> Result<UpdateAlias, ApiError> {
    let arn = text(request.state_machine_alias_arn.as_ref());
    check_alias(arn)?;
    if request.description.is_none() && request.routing_configuration.is_none() {
        let text = "Either the description or the routingConfiguration must be specified";
        return Err(ApiError::MissingMember(text));
    }
    let routing = request.routing_configuration.as_deref().map(routes).transpose()?;
    if let (Some((machine, _)), Some((own, Qualifier::Alias(_)))) = (&routing, qualifier(arn))
        && *machine != own
    {
        let text = format!("Routing configuration must contain versions of the state machine '{own}'.");
        return Err(ApiError::InvalidRouting(text));
    }
    let description = request.description.as_deref().map(Into::into);
    Ok(UpdateAlias { arn: arn.into(), description, routes: routing.map(|(_, routes)| routes) })
}
