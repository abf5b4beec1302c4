//! `DescribeStateMachineForExecution`: the machine as one execution uses it,
//! whatever has become of the machine since.

use super::Call;
use super::arn::check_execution;
use super::configuration::{ENCRYPTION_DEFAULT, LOGGING_DEFAULT};
use super::constrain::{read, text};
use super::describe_state_machine::variable_references;
use super::encode::Object;
use super::error::ApiError;
use super::included_data::{IncludedData, included_data};
use crate::shapes;
use serde_json::value::RawValue;
use stateline_base::Arn;
use stateline_runtime::UsedMachine;
use std::collections::HashMap;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeStateMachineForExecution<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    check_execution(arn)?;
    let used = call.api.service().used_machine(arn).await?;
    Ok(write(&used, included_data(request.included_data.as_ref())))
}

fn write(used: &UsedMachine, included: IncludedData) -> Vec<u8> {
    let data = included == IncludedData::All;
    let machine = &used.machine;
    let processor = used.map_state.as_deref().and_then(|state| item_processor(&machine.definition, state));
    Object::document(|answer| {
        answer.text("stateMachineArn", &used.machine_arn);
        answer.text("name", name_of(&used.machine_arn));
        let definition = processor.as_deref().unwrap_or(&machine.definition);
        answer.text("definition", if data { definition } else { "{}" });
        answer.text("roleArn", &machine.role_arn);
        answer.time("updateDate", machine.lineage.updated.unwrap_or(machine.created));
        answer.json("loggingConfiguration", machine.logging.as_deref().unwrap_or(LOGGING_DEFAULT));
        answer.object("tracingConfiguration", |tracing| tracing.flag("enabled", machine.tracing_enabled));
        answer.text_if("mapRunArn", used.map_run_arn.as_deref());
        answer.text_if("label", used.map_run_arn.as_deref().and_then(label_of));
        answer.text_if("revisionId", machine.lineage.revision_id.as_deref());
        answer.json("encryptionConfiguration", machine.encryption.as_deref().unwrap_or(ENCRYPTION_DEFAULT));
        if data && let Some(references) = variable_references(machine) {
            answer.json("variableReferences", &references);
        }
    })
}

/// The machine's name; of a child's, with the label.
fn name_of(machine_arn: &str) -> &str {
    Arn::parse(machine_arn).map_or("", |arn| arn.resource_rest())
}

/// The label within `mapRun:<machine>/<label>:<uuid>`.
fn label_of(map_run_arn: &str) -> Option<&str> {
    let rest = Arn::parse(map_run_arn).ok()?.resource_rest();
    rest.split_once('/')?.1.split(':').next()
}

/// The members of an object, each as its text.
fn fields(object: &RawValue) -> Option<HashMap<String, &RawValue>> {
    serde_json::from_str(object.get()).ok()
}

/// The text of the processor of a Map state, wherever the state stands in a definition.
pub(super) fn item_processor(definition: &str, state: &str) -> Option<String> {
    let scope: HashMap<String, &RawValue> = serde_json::from_str(definition).ok()?;
    let states: HashMap<String, &RawValue> = serde_json::from_str(scope.get("States")?.get()).ok()?;
    if let Some(map) = states.get(state) {
        let map = fields(map)?;
        return map.get("ItemProcessor").or_else(|| map.get("Iterator")).map(|text| text.get().to_owned());
    }
    states.values().filter_map(|state| fields(state)).find_map(|fields| {
        let inner = ["ItemProcessor", "Iterator"].into_iter().filter_map(|name| fields.get(name));
        let branches =
            fields.get("Branches").and_then(|list| serde_json::from_str::<Vec<&RawValue>>(list.get()).ok());
        let branches = branches.unwrap_or_default();
        inner.copied().chain(branches).find_map(|scope| item_processor(scope.get(), state))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::testing::machine;
    use serde_json::Value;

    fn used(definition: &str) -> UsedMachine {
        let mut machine = machine();
        machine.definition = definition.into();
        UsedMachine { machine_arn: machine.arn.clone(), machine, map_run_arn: None, map_state: None }
    }

    #[test]
    fn it_is_the_machine_with_another_date() {
        let used = used(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
        let shown: Value = serde_json::from_slice(&write(&used, IncludedData::All)).expect("JSON");
        assert_eq!(shown["name"], "m");
        assert_eq!(shown["definition"], r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
        assert_eq!(shown["updateDate"], 1_763_683_200.123);
        assert_eq!(shown.get("label"), None);
        let without: Value = serde_json::from_slice(&write(&used, IncludedData::Metadata)).expect("JSON");
        assert_eq!(without["definition"], "{}");
    }

    #[test]
    fn a_child_uses_the_processor() {
        let processor = r#"{"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}"#;
        let map = format!(r#"{{"Type": "Map", "ItemProcessor": {processor}, "End": true}}"#);
        let branch = format!(r#"{{"StartAt": "M", "States": {{"M": {map}}}}}"#);
        let mut used = used(&format!(
            r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "Branches": [{branch}], "End": true}}}}}}"#
        ));
        used.map_state = Some("M".into());
        used.map_run_arn = Some("arn:aws:states:us-east-1:000000000000:mapRun:m/Lab:u".into());
        used.machine_arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m/Lab".into();
        let shown: Value = serde_json::from_slice(&write(&used, IncludedData::All)).expect("JSON");
        assert_eq!((&shown["definition"], &shown["label"]), (&Value::from(processor), &Value::from("Lab")));
        assert_eq!(shown["name"], "m/Lab");
    }
}
