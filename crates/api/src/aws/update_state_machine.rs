//! `UpdateStateMachine`: another definition, role or configuration. What runs keeps what it has.

use super::arn::{check_role, check_unlabelled_machine};
use super::configuration;
use super::constrain::{self, text};
use super::create_state_machine::{check_definition, publish};
use super::encode::Object;
use super::error::ApiError;
use super::{Call, detached};
use crate::shapes;
use hyper::HeaderMap;
use stateline_journal::MachineKind;
use stateline_runtime::{UpdateMachine, Updated};
use std::sync::Arc;

/// What AWS does not have: the revision that the machine must still have, empty for the initial one.
const IF_REVISION: &str = "x-stateline-if-revision";

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::UpdateStateMachine<'_> = constrain::read(call)?;
    let arn = text(request.state_machine_arn.as_ref());
    check_unlabelled_machine(arn)?;
    let service = call.api.service().clone();
    let kind = service.machine(arn).await?.kind;
    let change = read(&request, call.headers, kind)?;
    let updated = detached(async move { service.update_machine(change).await }).await?;
    Ok(write(&updated))
}

fn read(
    request: &shapes::UpdateStateMachine<'_>,
    headers: &HeaderMap,
    kind: MachineKind,
) -> Result<UpdateMachine, ApiError> {
    let (logging, tracing) = (&request.logging_configuration, &request.tracing_configuration);
    let encryption = &request.encryption_configuration;
    let configured = logging.is_some() || tracing.is_some() || encryption.is_some();
    if request.definition.is_none() && request.role_arn.is_none() && !configured {
        return Err(ApiError::MissingRequiredParameter(
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
        ));
    }
    let publish = publish(request.publish, request.version_description.as_ref())?;
    if let Some(role) = &request.role_arn {
        check_role(role)?;
    }
    let change = UpdateMachine {
        arn: text(request.state_machine_arn.as_ref()).into(),
        definition: request.definition.as_deref().map(Into::into),
        role_arn: request.role_arn.as_deref().map(Into::into),
        logging: logging.as_ref().map(|logging| configuration::logging(Some(logging))).transpose()?,
        tracing_enabled: tracing.as_ref().map(|tracing| tracing.enabled.unwrap_or_default()),
        encryption: encryption
            .as_ref()
            .map(|encryption| configuration::encryption(Some(encryption)))
            .transpose()?,
        publish,
        if_revision: condition(headers)?,
    };
    if let Some(definition) = &change.definition {
        check_definition(definition, kind)?;
    }
    Ok(change)
}

fn condition(headers: &HeaderMap) -> Result<Option<Arc<str>>, ApiError> {
    let Some(value) = headers.get(IF_REVISION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| {
        ApiError::Validation(format!(
            "The header {IF_REVISION} must be a revision's id, or empty for the initial one"
        ))
    })?;
    Ok(Some(text.trim().into()))
}

fn write(updated: &Updated) -> Vec<u8> {
    let machine = &updated.machine;
    Object::document(|answer| {
        answer.time("updateDate", machine.lineage.updated.unwrap_or(machine.created));
        answer.text_if("revisionId", machine.lineage.revision_id.as_deref());
        answer.text_if("stateMachineVersionArn", updated.version.as_ref().map(|version| &*version.arn));
    })
}
