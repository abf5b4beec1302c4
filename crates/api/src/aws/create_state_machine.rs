//! `CreateStateMachine`. Creating the same machine again answers as before;
//! the comparison is on the definition's text, as AWS does it, and leaves role
//! and tags out.

use super::arn::check_role;
use super::configuration;
use super::constrain::{self, text};
use super::encode::Object;
use super::error::ApiError;
use super::validate::check_name;
use super::{Call, detached};
use crate::shapes;
use stateline_asl::compile;
use stateline_journal::MachineKind;
use stateline_runtime::{CreateMachine, Created, Machine, MachineStatus};

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let wanted = read(call)?;
    let (service, machine) = (call.api.service().clone(), wanted.clone());
    match detached(async move { service.create_machine(machine).await }).await? {
        Created::New(machine) => Ok(write(&machine)),
        Created::Exists(machine) if machine.status == MachineStatus::Deleting => {
            Err(ApiError::StateMachineDeleting(machine.arn.clone()))
        }
        Created::Exists(machine) if is_same(&machine, &wanted) => Ok(write(&machine)),
        Created::Exists(machine) => Err(ApiError::StateMachineAlreadyExists(machine.arn.clone())),
    }
}

fn read(call: &Call<'_>) -> Result<CreateMachine, ApiError> {
    let request: shapes::CreateStateMachine<'_> = constrain::read(call)?;
    let (name, definition) = (text(request.name.as_ref()), text(request.definition.as_ref()));
    let role_arn = text(request.role_arn.as_ref());
    let express = request.kind.as_deref() == Some("EXPRESS");
    let kind = if express { MachineKind::Express } else { MachineKind::Standard };
    check_name(name)?;
    check_publish(&request)?;
    check_role(role_arn)?;
    let arn = format!("{}{name}", call.caller.machine_prefix());
    let tracing = request.tracing_configuration.as_ref().and_then(|tracing| tracing.enabled);
    let machine = CreateMachine {
        tags: configuration::tags(request.tags.as_ref(), &arn)?,
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
    };
    check_definition(definition, kind)?;
    Ok(machine)
}

/// Versions are not made by this release; a caller that relies on one must hear of it.
fn check_publish(request: &shapes::CreateStateMachine<'_>) -> Result<(), ApiError> {
    if request.publish.unwrap_or_default() {
        let text = "This release of Stateline does not publish versions yet: create the state machine without 'publish'";
        return Err(ApiError::Validation(text.to_owned()));
    }
    if request.version_description.is_some() {
        return Err(ApiError::Validation(
            "Version description can only be set when publish is true".to_owned(),
        ));
    }
    Ok(())
}

fn check_definition(definition: &str, kind: MachineKind) -> Result<(), ApiError> {
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
}

fn write(machine: &Machine) -> Vec<u8> {
    Object::document(|answer| {
        answer.text("stateMachineArn", &machine.arn);
        answer.time("creationDate", machine.created);
    })
}
