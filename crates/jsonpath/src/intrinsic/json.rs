//! `States.StringToJson`, `JsonToString` and `JsonMerge`.

use serde_json::Value;

use super::{Refusal, expect_text};
use crate::java;

/// The value a text holds; a blank text is null.
pub(super) fn parse(text: &Value) -> Result<Value, Refusal> {
    let text = expect_text(text, "first")?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|error| format!("The text is not valid JSON: {error}"))
}

/// The value as compact JSON text.
pub(super) fn print(value: &Value) -> Result<Value, Refusal> {
    Ok(Value::String(value.to_string()))
}

/// The members of both objects, the second's where both have one. The members
/// come in the order of a Java hash map, as AWS gives them.
pub(super) fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, Refusal> {
    let (Value::Object(first), Value::Object(second)) = (first, second) else {
        return Err("The first and second argument must be objects".to_owned());
    };
    if deep != &Value::Bool(false) {
        return Err("The third argument must be false: only shallow merging exists".to_owned());
    }
    let mut merged = first.clone();
    for (name, value) in second {
        merged.insert(name.clone(), value.clone());
    }
    Ok(Value::Object(java::hash_order(merged)))
}

#[cfg(test)]
mod tests {
    use crate::intrinsic::{Call, check, check_refused, test_scope};
    use serde_json::json;

    #[test]
    fn parse() {
        check(&[
            ("States.StringToJson($.json)", json!({"a": [1, 2.5]})),
            ("States.StringToJson('1')", json!(1)),
            ("States.StringToJson('\"x\"')", json!("x")),
            ("States.StringToJson('')", json!(null)),
            ("States.StringToJson('  ')", json!(null)),
        ]);
        check_refused(&[
            ("States.StringToJson($.i)", "The first argument must be a string"),
            (
                "States.StringToJson($.bad)",
                "The text is not valid JSON: key must be a string at line 1 column 2",
            ),
        ]);
    }

    #[test]
    fn print() {
        check(&[
            ("States.JsonToString($.n)", json!("null")),
            ("States.JsonToString(1.1)", json!("1.1")),
            ("States.JsonToString('HelloWorld')", json!("\"HelloWorld\"")),
            ("States.JsonToString($.o)", json!("{\"a\":1,\"b\":{\"x\":1}}")),
            ("States.JsonToString(States.Array(1, 'a'))", json!("[1,\"a\"]")),
        ]);
    }

    #[test]
    fn merge() {
        check(&[
            ("States.JsonMerge($.o, $.p, false)", json!({"a": 1, "b": {"y": 2}, "c": 3})),
            ("States.JsonMerge($.p, $.o, false)", json!({"a": 1, "b": {"x": 1}, "c": 3})),
        ]);
        let call = Call::compile("States.JsonMerge($.p, $.o, false)").expect("a call");
        let merged = call.evaluate(&test_scope()).map(|value| value.to_string());
        assert_eq!(merged, Ok(r#"{"a":1,"b":{"x":1},"c":3}"#.to_owned()));
        let objects = "The first and second argument must be objects";
        let shallow = "The third argument must be false: only shallow merging exists";
        check_refused(&[
            ("States.JsonMerge($.o, $.l, false)", objects),
            ("States.JsonMerge($.n, $.o, false)", objects),
            ("States.JsonMerge($.o, $.p, true)", shallow),
            ("States.JsonMerge($.o, $.p, null)", shallow),
        ]);
    }
}
