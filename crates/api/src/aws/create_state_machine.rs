//! `CreateStateMachine`. Creating the same machine again answers as before;
//! the comparison is on the definition's text, as AWS does it, and leaves role
//! and tags out. Whether a version was asked for, and how it was described, counts.

use super::arn::check_role;
use super::configuration;
use super::constrain::{self, text};
use super::decode::Text;
use super::encode::Object;
use super::error::ApiError;
use super::validate::check_name;
use super::{Call, detached};
use crate::shapes;
use stateline_asl::compile;
use stateline_journal::MachineKind;
use stateline_runtime::{
    CreateMachine, Created, Lineage, Machine, MachineStatus, Publish, Service, ServiceError, Version,
};
use std::sync::Arc;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let wanted = read(call)?;
    let service = call.api.service().clone();
    detached(async move {
        let first = wanted.lineage.first_version.is_some();
        let machine = match service.create_machine(wanted.clone()).await? {
            Created::New(machine) => machine,
            Created::Exists(machine) if machine.status == MachineStatus::Deleting => {
                return Ok(Err(ApiError::StateMachineDeleting(machine.arn.clone())));
            }
            Created::Exists(machine) if is_same(&machine, &wanted) => machine,
            Created::Exists(machine) => {
                return Ok(Err(ApiError::StateMachineAlreadyExists(machine.arn.clone())));
            }
        };
        let version = if first { Some(first_version(&service, &machine).await?) } else { None };
        Ok(Ok(write(&machine, version.as_deref())))
    })
    .await?
}

/// The version that was made with a machine. Where it has been deleted since, creating the same
/// machine again means what publishing it again means.
async fn first_version(service: &Service, machine: &Machine) -> Result<Arc<Version>, ServiceError> {
    match service.version(&machine.qualified_arn(1)) {
        Some(version) => Ok(version),
        None => service.publish_version(&machine.arn, None, None).await,
    }
}

fn read(call: &Call<'_>) -> Result<CreateMachine, ApiError> {
    let request: shapes::CreateStateMachine<'_> = constrain::read(call)?;
    let (name, definition) = (text(request.name.as_ref()), text(request.definition.as_ref()));
    let role_arn = text(request.role_arn.as_ref());
    let express = request.kind.as_deref() == Some("EXPRESS");
    let kind = if express { MachineKind::Express } else { MachineKind::Standard };
    check_name(name)?;
    let publish = publish(request.publish, request.version_description.as_ref())?;
    check_role(role_arn)?;
    let arn = format!("{}{name}", call.caller.machine_prefix());
    let tracing = request.tracing_configuration.as_ref().and_then(|tracing| tracing.enabled);
    let machine = CreateMachine {
        tags: configuration::tags(request.tags.as_ref(), &arn, call.api.service().limits().tags_max)?,
        arn: arn.into(),
        name: name.into(),
        definition: definition.into(),
        role_arn: role_arn.into(),
        kind,
        created: call.api.service().now(),
        status: MachineStatus::Active,
        logging: configuration::logging(request.logging_configuration.as_ref())?,
        tracing_enabled: tracing.unwrap_or_default(),
        encryption: configuration::encryption(request.encryption_configuration.as_ref())?,
        lineage: Lineage { first_version: publish, ..Lineage::default() },
    };
    check_definition(definition, kind)?;
    Ok(machine)
}

/// The version that is asked for.
pub(super) fn publish(
    publish: Option<bool>,
    description: Option<&Text<'_>>,
) -> Result<Option<Publish>, ApiError> {
    match (publish.unwrap_or_default(), description) {
        (true, description) => Ok(Some(Publish { description: description.map(|text| (**text).into()) })),
        (false, None) => Ok(None),
        (false, Some(_)) => {
            let text = "Version description can only be set when publish is true";
            Err(ApiError::Validation(text.to_owned()))
        }
    }
}

pub(super) fn check_definition(definition: &str, kind: MachineKind) -> Result<(), ApiError> {
    let kind = match kind {
        MachineKind::Standard => stateline_asl::MachineKind::Standard,
        MachineKind::Express => stateline_asl::MachineKind::Express,
    };
    let compilation = compile(definition, kind);
    if compilation.program.is_some() {
        return Ok(());
    }
    Err(ApiError::InvalidDefinition(stateline_asl::aws_text(&compilation.diagnostics)))
}

/// Whether creating `wanted` is the same as what was done when `machine` was created.
fn is_same(machine: &Machine, wanted: &Machine) -> bool {
    machine.definition == wanted.definition
        && machine.kind == wanted.kind
        && machine.logging == wanted.logging
        && machine.tracing_enabled == wanted.tracing_enabled
        && machine.encryption == wanted.encryption
        && machine.lineage.first_version == wanted.lineage.first_version
}

fn write(machine: &Machine, version: Option<&Version>) -> Vec<u8> {
    Object::document(|answer| {
        answer.text("stateMachineArn", &machine.arn);
        answer.time("creationDate", machine.created);
        answer.text_if("stateMachineVersionArn", version.map(|version| &*version.arn));
    })
}
