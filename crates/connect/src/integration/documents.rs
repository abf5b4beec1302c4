//! Tasks may give JSON where a service takes a text: it is written out, as Step Functions does
//! (recorded of Step Functions' `Input`, of SNS's `Message`). Bytes are `stateline-protocols`' affair.

use serde_json::Value;
use stateline_models::{Form, Forms, Operation, Shape};

/// Depth beyond which nothing is written; such a request is refused for its depth elsewhere.
const DEPTH_MAX: usize = 128;

/// The parameters with all such members written.
pub(super) fn written(operation: &Operation<'_>, parameters: &Value) -> Value {
    let mut parameters = parameters.clone();
    if let Some(input) = operation.input() {
        write(&mut Forms::default(), input, &mut parameters, 0);
    }
    parameters
}

fn write<'a>(forms: &mut Forms<'a>, shape: Shape<'a>, value: &mut Value, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    let form = forms.of(shape);
    match (&*form, &mut *value) {
        (Form::Structure(structure), Value::Object(members)) => {
            for (name, value) in members {
                if let Some(member) = structure.member(name) {
                    write(forms, member.shape, value, depth + 1);
                }
            }
        }
        (Form::List(list), Value::Array(items)) => {
            items.iter_mut().for_each(|item| write(forms, list.of, item, depth + 1));
        }
        (Form::Map(map), Value::Object(members)) => {
            members.values_mut().for_each(|value| write(forms, map.of, value, depth + 1));
        }
        (Form::Text(..), Value::Object(_) | Value::Array(_)) => *value = Value::String(value.to_string()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stateline_models::Service;

    #[track_caller]
    fn check(service: &str, action: &str, parameters: &Value, expected: &Value) {
        let service = Service::find(service).expect("a service");
        let operation = service.operation(action).expect("an action");
        assert_eq!(written(&operation, parameters), *expected);
    }

    #[test]
    fn json_becomes_text_where_a_text_is_taken() {
        check(
            "sns",
            "publish",
            &json!({"Message": {"a": [1, "b"]}, "TopicArn": "t", "MessageAttributes": {"k": {"DataType": "String", "StringValue": ["v"]}}}),
            &json!({"Message": "{\"a\":[1,\"b\"]}", "TopicArn": "t", "MessageAttributes": {"k": {"DataType": "String", "StringValue": "[\"v\"]"}}}),
        );
        check(
            "eventbridge",
            "putEvents",
            &json!({"Entries": [{"Detail": {"a": 1}}, {"Detail": "{}"}]}),
            &json!({"Entries": [{"Detail": "{\"a\":1}"}, {"Detail": "{}"}]}),
        );
    }

    #[test]
    fn other_members_stay_what_they_are() {
        let item = json!({"Item": {"id": {"S": "x"}, "n": {"N": 1}}, "Unknown": {"a": 1}});
        check("dynamodb", "putItem", &item, &item);
        check("s3", "putObject", &json!({"Body": {"a": 1}}), &json!({"Body": {"a": 1}}));
        check("s3", "putObject", &json!("no object"), &json!("no object"));
    }
}
