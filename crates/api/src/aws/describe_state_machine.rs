//! `DescribeStateMachine`: a machine as it stands, or one of its versions, with
//! what AWS adds by default.

use super::Call;
use super::arn::check_machine;
use super::configuration::{ENCRYPTION_DEFAULT, LOGGING_DEFAULT};
use super::constrain::{read, text};
use super::describe_state_machine_for_execution::item_processor;
use super::encode::Object;
use super::error::ApiError;
use super::included_data::{IncludedData, included_data};
use crate::shapes;
use serde_json::{Map, Value};
use stateline_asl::program::Kind;
use stateline_journal::MachineKind;
use stateline_runtime::{Machine, MachineStatus, MachineView};
use std::sync::Arc;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeStateMachine<'_> = read(call)?;
    let arn = text(request.state_machine_arn.as_ref());
    check_machine(arn)?;
    let included = included_data(request.included_data.as_ref());
    let service = call.api.service();
    let Some((whole, label)) = arn.split_once('/') else {
        return Ok(write(&service.machine_view(arn).await?, None, included));
    };
    let missing = || ApiError::StateMachineDoesNotExist(arn.into());
    let view = service.machine_view(whole).await.map_err(|_| missing())?;
    let machine = of_label(&view.machine, arn, label).ok_or_else(missing)?;
    Ok(write(&MachineView { machine: Arc::new(machine), ..view }, Some(label), included))
}

/// What the children of a distributed Map are executions of: the machine, with the Map's processor as
/// its definition. The last label of nested Maps is the Map's own.
fn of_label(machine: &Machine, arn: &str, label: &str) -> Option<Machine> {
    let own = label.rsplit('/').next().unwrap_or(label);
    let program = stateline_asl::compile_stored(&machine.definition, checked_kind(machine.kind)).program?;
    let state = program.states.iter().find(|state| match &state.kind {
        Kind::Map(map) => map.distributed.as_ref().is_some_and(|map| &*map.label == own),
        _ => false,
    })?;
    let definition = item_processor(&machine.definition, &state.name)?;
    let name = format!("{}/{label}", machine.name);
    Some(Machine { arn: arn.into(), name: name.into(), definition: definition.into(), ..machine.clone() })
}

fn checked_kind(kind: MachineKind) -> stateline_asl::MachineKind {
    match kind {
        MachineKind::Standard => stateline_asl::MachineKind::Standard,
        MachineKind::Express => stateline_asl::MachineKind::Express,
    }
}

/// AWS's word for a machine's type.
pub(super) fn kind_name(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::Standard => "STANDARD",
        MachineKind::Express => "EXPRESS",
    }
}

/// `variableReferences`: the variables that states read, by the state's name; absent where
/// no state reads any, and where an older release took a definition that this one does not.
pub(super) fn variable_references(machine: &Machine) -> Option<String> {
    let program = stateline_asl::compile_stored(&machine.definition, checked_kind(machine.kind)).program?;
    let names = |names: &[Arc<str>]| names.iter().map(|name| Value::from(&**name)).collect::<Value>();
    let states: Map<String, Value> =
        program.variable_references().map(|(state, read)| (state.to_owned(), names(read))).collect();
    (!states.is_empty()).then(|| Value::Object(states).to_string())
}

fn write(view: &MachineView, label: Option<&str>, included: IncludedData) -> Vec<u8> {
    let machine = &view.machine;
    Object::document(|answer| {
        answer.text("stateMachineArn", &machine.arn);
        answer.text("name", &machine.name);
        answer.text(
            "status",
            match machine.status {
                MachineStatus::Active => "ACTIVE",
                MachineStatus::Deleting => "DELETING",
            },
        );
        // The member is required, so that without data it is an empty definition.
        answer.text("definition", if included == IncludedData::All { &machine.definition } else { "{}" });
        answer.text("roleArn", &machine.role_arn);
        answer.text("type", kind_name(machine.kind));
        answer.time("creationDate", machine.created);
        answer.json("loggingConfiguration", machine.logging.as_deref().unwrap_or(LOGGING_DEFAULT));
        answer.object("tracingConfiguration", |tracing| tracing.flag("enabled", machine.tracing_enabled));
        answer.text_if("label", label);
        answer.text_if("revisionId", machine.lineage.revision_id.as_deref());
        answer.text_if("description", view.description.as_deref());
        answer.json("encryptionConfiguration", machine.encryption.as_deref().unwrap_or(ENCRYPTION_DEFAULT));
        if included == IncludedData::All
            && let Some(references) = variable_references(machine)
        {
            answer.json("variableReferences", &references);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::testing::machine;
    use expect_test::expect;

    fn text_of(machine: &Machine, included: IncludedData) -> Vec<u8> {
        write(&MachineView { machine: Arc::new(machine.clone()), description: None }, None, included)
    }

    #[test]
    fn a_machine_shows_its_defaults_and_what_was_given() {
        let mut machine = machine();
        let plain = String::from_utf8(text_of(&machine, IncludedData::All)).expect("text");
        expect![[r#"{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"m","status":"ACTIVE","definition":"{\"StartAt\": \"S\"}","roleArn":"arn:aws:iam::000000000000:role/r","type":"STANDARD","creationDate":1763683200.123,"loggingConfiguration":{"level":"OFF","includeExecutionData":false},"tracingConfiguration":{"enabled":false},"encryptionConfiguration":{"type":"AWS_OWNED_KEY"}}"#]].assert_eq(&plain);
        machine.kind = MachineKind::Express;
        machine.status = MachineStatus::Deleting;
        machine.logging = Some(r#"{"destinations":[],"level":"OFF","includeExecutionData":false}"#.into());
        machine.tracing_enabled = true;
        machine.encryption = Some(r#"{"kmsKeyId":"k"}"#.into());
        let given = String::from_utf8(text_of(&machine, IncludedData::Metadata)).expect("text");
        expect![[r#"{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"m","status":"DELETING","definition":"{}","roleArn":"arn:aws:iam::000000000000:role/r","type":"EXPRESS","creationDate":1763683200.123,"loggingConfiguration":{"destinations":[],"level":"OFF","includeExecutionData":false},"tracingConfiguration":{"enabled":true},"encryptionConfiguration":{"kmsKeyId":"k"}}"#]].assert_eq(&given);
    }

    #[test]
    fn a_label_names_the_processor_of_its_map() {
        let mut machine = machine();
        let processor = r#"{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}"#;
        machine.definition = format!(
            r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "Label": "Lab", "ItemProcessor": {processor}, "End": true}}}}}}"#
        )
        .into();
        let found = of_label(&machine, "arn:m/Lab", "Lab").expect("the Map has this label");
        assert_eq!((&*found.arn, &*found.name, &*found.definition), ("arn:m/Lab", "m/Lab", processor));
        assert_eq!(of_label(&machine, "arn:m/Other", "Other"), None);
    }

    #[test]
    fn variables_that_states_read_are_shown() {
        let mut machine = machine();
        machine.definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"y": 1, "x": 2}, "Next": "B"}, "B": {"Type": "Pass", "InputPath": "$y", "OutputPath": "$x", "End": true}}}"#.into();
        let shown: Value = serde_json::from_slice(&text_of(&machine, IncludedData::All)).expect("JSON");
        assert_eq!(shown["variableReferences"], serde_json::json!({"B": ["x", "y"]}));
        let without: Value =
            serde_json::from_slice(&text_of(&machine, IncludedData::Metadata)).expect("JSON");
        assert_eq!(without.get("variableReferences"), None);
    }
}
