//! What a state makes of an input, over the wire.

#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]
#![allow(clippy::needless_pass_by_value, reason = "values are written where they are asked with")]

mod support;

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use support::Client;

/// A look at the state `S` of a machine, a line a step.
async fn look(machine: &Value, asked: &Value) -> String {
    let mut body = json!({
        "definition": machine.to_string(), "format": "json", "type": "STANDARD", "state": "/States/S", "input": "{}",
    });
    for (key, value) in asked.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let client = Client::new();
    let (status, answer) = client.own("POST", "/stateline/language/preview", Some(body)).await;
    if status != 200 {
        return format!("{status} {}", answer["message"].as_str().unwrap_or_default());
    }
    let mut lines = Vec::new();
    for step in answer["steps"].as_array().into_iter().flatten() {
        let outcome = match step.get("value") {
            Some(value) => value.as_str().unwrap_or_default().to_owned(),
            None => format!("! {} {}", step["error"]["error"], step["error"]["cause"]),
        };
        lines.push(format!(
            "{} {}: {outcome}",
            step["name"].as_str().unwrap_or_default(),
            step["field"].as_str().unwrap_or_default()
        ));
    }
    for member in ["next", "output", "error"] {
        lines.extend(answer.get(member).map(|value| format!("{member} {value}")));
    }
    lines.join("\n")
}

fn machine(language: &str, state: &Value) -> Value {
    json!({"QueryLanguage": language, "StartAt": "S", "States": {"S": state.clone(), "T": {"Type": "Succeed"}}})
}

async fn jsonpath(state: Value, asked: Value, expected: Expect) {
    expected.assert_eq(&look(&machine("JSONPath", &state), &asked).await);
}

async fn jsonata(state: Value, asked: Value, expected: Expect) {
    expected.assert_eq(&look(&machine("JSONata", &state), &asked).await);
}

const SEND: &str = "arn:aws:states:::sqs:sendMessage";

#[tokio::test(flavor = "multi_thread")]
async fn a_task_in_jsonpath() {
    let state = json!({
        "Type": "Task", "Resource": SEND, "InputPath": "$.in", "Next": "T",
        "Parameters": {"QueueUrl": "q", "MessageBody.$": "$.text"},
        "ResultSelector": {"id.$": "$.MessageId"}, "ResultPath": "$.sent", "OutputPath": "$.sent",
        "Assign": {"last.$": "$.MessageId"},
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Busy"], "Next": "T", "ResultPath": "$.problem", "Assign": {"why.$": "$.Cause"}}],
    });
    let input = json!({"in": {"text": "hi"}}).to_string();
    jsonpath(
        state.clone(),
        json!({"input": input}),
        expect![[r#"
        InputPath /States/S/InputPath: {"text":"hi"}
        Parameters /States/S/Parameters: {"QueueUrl":"q","MessageBody":"hi"}"#]],
    )
    .await;
    jsonpath(
        state.clone(),
        json!({"input": input, "result": "{\"MessageId\": \"7\"}"}),
        expect![[r#"
        InputPath /States/S/InputPath: {"text":"hi"}
        Parameters /States/S/Parameters: {"QueueUrl":"q","MessageBody":"hi"}
        Result /States/S/Resource: {"MessageId": "7"}
        ResultSelector /States/S/ResultSelector: {"id":"7"}
        ResultPath /States/S/ResultPath: {"in":{"text":"hi"},"sent":{"id":"7"}}
        Assign /States/S/Assign: {"last":"7"}
        OutputPath /States/S/OutputPath: {"id":"7"}
        next "T"
        output "{\"id\":\"7\"}""#]],
    )
    .await;
    jsonpath(
        state.clone(),
        json!({"input": input, "error": {"error": "Busy", "cause": "later"}}),
        expect![[r#"
            InputPath /States/S/InputPath: {"text":"hi"}
            Parameters /States/S/Parameters: {"QueueUrl":"q","MessageBody":"hi"}
            Result /States/S/Resource: ! "Busy" "later"
            Retry /States/S/Retry/0: {"index":0,"delaySeconds":3.0}
            Catch /States/S/Catch/0: {"index":0,"next":"T"}
            Assign /States/S/Catch/0/Assign: {"why":"later"}
            ResultPath /States/S/Catch/0/ResultPath: {"in":{"text":"hi"},"problem":{"Error":"Busy","Cause":"later"}}
            next "T"
            output "{\"in\":{\"text\":\"hi\"},\"problem\":{\"Error\":\"Busy\",\"Cause\":\"later\"}}""#]],
    )
    .await;
    jsonpath(
        state.clone(),
        json!({"input": input, "error": {"error": "Other"}}),
        expect![[r#"
        InputPath /States/S/InputPath: {"text":"hi"}
        Parameters /States/S/Parameters: {"QueueUrl":"q","MessageBody":"hi"}
        Result /States/S/Resource: ! "Other" null
        error {"error":"Other"}"#]],
    )
    .await;
    jsonpath(state.clone(), json!({"input": input, "result": "{}"}), expect![[r#"
        InputPath /States/S/InputPath: {"text":"hi"}
        Parameters /States/S/Parameters: {"QueueUrl":"q","MessageBody":"hi"}
        Result /States/S/Resource: {}
        Assign /States/S/Assign/last.$: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.MessageId' specified for the field 'last.$' could not be found in the input '{}'"
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.MessageId' specified for the field 'last.$' could not be found in the input '{}'"}"#]]).await;
    jsonpath(state.clone(), json!({"input": "{\"in\": {}}"}), expect![[r#"
        InputPath /States/S/InputPath: {}
        Parameters /States/S/Parameters/MessageBody.$: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.text' specified for the field 'MessageBody.$' could not be found in the input '{}'"
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.text' specified for the field 'MessageBody.$' could not be found in the input '{}'"}"#]]).await;
    jsonpath(state, json!({}), expect![[r#"
        InputPath /States/S/InputPath: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.in' : No results for path: $['in']"
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.in' : No results for path: $['in']"}"#]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_in_jsonata() {
    let state = json!({
        "Type": "Task", "Resource": SEND, "Next": "T",
        "Arguments": {"QueueUrl": "q", "MessageBody": "{% $states.input.text & $suffix %}"},
        "Assign": {"last": "{% $states.result.MessageId %}"}, "Output": "{% {'id': $states.result.MessageId} %}",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T", "Output": "{% $states.errorOutput.Error %}"}],
    });
    let with = |more: Value| {
        let mut asked = json!({"input": "{\"text\": \"hi\"}", "variables": "{\"suffix\": \"!\"}"});
        for (key, value) in more.as_object().into_iter().flatten() {
            asked[key] = value.clone();
        }
        asked
    };
    jsonata(
        state.clone(),
        with(json!({})),
        expect![[r#"Arguments /States/S/Arguments: {"QueueUrl":"q","MessageBody":"hi!"}"#]],
    )
    .await;
    jsonata(
        state.clone(),
        with(json!({"result": "{\"MessageId\": \"7\"}"})),
        expect![[r#"
        Arguments /States/S/Arguments: {"QueueUrl":"q","MessageBody":"hi!"}
        Result /States/S/Resource: {"MessageId": "7"}
        Assign /States/S/Assign: {"last":"7"}
        Output /States/S/Output: {"id":"7"}
        next "T"
        output "{\"id\":\"7\"}""#]],
    )
    .await;
    jsonata(
        state.clone(),
        with(json!({"error": {"error": "E", "cause": "c"}})),
        expect![[r#"
        Arguments /States/S/Arguments: {"QueueUrl":"q","MessageBody":"hi!"}
        Result /States/S/Resource: ! "E" "c"
        Catch /States/S/Catch/0: {"index":0,"next":"T"}
        Output /States/S/Catch/0/Output: "E"
        next "T"
        output "\"E\"""#]],
    )
    .await;
    let wrong = json!({"Type": "Task", "Resource": SEND, "Next": "T", "Arguments": {"QueueUrl": "q", "MessageBody": "{% $states.input.a.b + 'x' %}"}});
    jsonata(wrong, with(json!({"input": "{\"a\": {\"b\": 1}}"})), expect![[r#"
        Arguments /States/S/Arguments/MessageBody: ! "States.QueryEvaluationError" "An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input.a.b + 'x'' specified for the field 'Arguments/MessageBody' threw an error during evaluation. T2002: The right side of the \"+\" operator must evaluate to a number"
        error {"error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input.a.b + 'x'' specified for the field 'Arguments/MessageBody' threw an error during evaluation. T2002: The right side of the \"+\" operator must evaluate to a number"}"#]]).await;
    let wrong = json!({"Type": "Pass", "Next": "T", "Output": "{% 1 + %}", "Nxt": 1});
    jsonata(wrong, json!({}), expect![[r#"
        Output /States/S/Output: ! "INVALID_JSONATA_EXPRESSION" "Unexpected end of expression; JSONata error S0207"
        Nxt /States/S/Nxt: ! "SCHEMA_VALIDATION_FAILED" "Field 'Nxt' is not supported; did you mean 'Next'?"
        error {"error":"INVALID_JSONATA_EXPRESSION","cause":"Unexpected end of expression; JSONata error S0207"}"#]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn states_without_work() {
    let choice = json!({"Type": "Choice", "Default": "S", "Choices": [
        {"Variable": "$.n", "NumericGreaterThan": 5, "Next": "T", "Assign": {"big": true}},
        {"Variable": "$.n", "NumericEquals": 1, "Next": "S"},
    ]});
    jsonpath(
        choice.clone(),
        json!({"input": "{\"n\": 9}"}),
        expect![[r#"
        Choice /States/S/Choices/0: {"index":0,"next":"T"}
        Assign /States/S/Choices/0/Assign: {"big":true}
        next "T"
        output "{\"n\": 9}""#]],
    )
    .await;
    jsonpath(
        choice.clone(),
        json!({"input": "{\"n\": 0}"}),
        expect![[r#"
        Choice /States/S/Default: {"default":true,"next":"S"}
        next "S"
        output "{\"n\": 0}""#]],
    )
    .await;
    jsonpath(choice, json!({"input": "{}"}), expect![[r#"
        Choice /States/S/Choices/0/Variable: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.n': The choice state's condition path references an invalid value."
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.n': The choice state's condition path references an invalid value."}"#]]).await;
    let choice = json!({"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n %}", "Next": "T"}]});
    jsonata(
        choice.clone(),
        json!({"input": "{\"n\": true}"}),
        expect![[r#"
        Choice /States/S/Choices/0: {"index":0,"next":"T"}
        next "T"
        output "{\"n\": true}""#]],
    )
    .await;
    jsonata(choice.clone(), json!({"input": "{\"n\": false}"}), expect![[r#"
        Choice /States/S/Choices: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state."
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state."}"#]]).await;
    jsonata(choice, json!({"input": "{\"n\": 1}"}), expect![[r#"
        Choice /States/S/Choices/0/Condition: ! "States.QueryEvaluationError" "An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input.n' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1"
        error {"error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input.n' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1"}"#]]).await;
    jsonata(
        json!({"Type": "Wait", "Seconds": "{% $states.input %}", "Next": "T", "Output": "done"}),
        json!({"input": "\"x\""}),
        expect![[r#"
            Seconds /States/S/Seconds: ! "States.QueryEvaluationError" "An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\""
            error {"error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\""}"#]],
    )
    .await;
    let waited = look(
        &machine("JSONPath", &json!({"Type": "Wait", "SecondsPath": "$.s", "Next": "T"})),
        &json!({"input": "{\"s\": 90}"}),
    )
    .await;
    assert!(waited.starts_with("Wait /States/S/SecondsPath: {\"seconds\":90.0,\"until\":\"20"), "{waited}");
    jsonpath(
        json!({"Type": "Pass", "Result": {"a": 1}, "ResultPath": "$.r", "End": true}),
        json!({"input": "{\"b\": 2}"}),
        expect![[r#"
            Result /States/S/Result: {"a":1}
            ResultPath /States/S/ResultPath: {"b":2,"r":{"a":1}}
            output "{\"b\":2,\"r\":{\"a\":1}}""#]],
    )
    .await;
    jsonpath(
        json!({"Type": "Succeed", "OutputPath": "$.b"}),
        json!({"input": "{\"b\": 2}"}),
        expect![[r#"
            OutputPath /States/S/OutputPath: 2
            output "2""#]],
    )
    .await;
    jsonpath(
        json!({"Type": "Fail", "Error": "E", "CausePath": "$.why"}),
        json!({"input": "{\"why\": \"so\"}"}),
        expect![[r#"
            Fail /States/S: ! "E" "so"
            error {"error":"E","cause":"so"}"#]],
    )
    .await;
    jsonpath(json!({"Type": "Fail", "Error": "E", "CausePath": "$.why"}), json!({}), expect![[r#"
        CausePath /States/S/CausePath: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.why' specified for the field 'CausePath' could not be found in the input '{}'"
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.why' specified for the field 'CausePath' could not be found in the input '{}'"}"#]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn maps_and_parallels() {
    let processor = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Parameters": {"v.$": "$$.Map.Item.Value", "i.$": "$.x"}, "End": true}}});
    let map = json!({
        "Type": "Map", "ItemsPath": "$.list", "ItemSelector": {"x.$": "$$.Map.Item.Value"}, "MaxConcurrency": 2,
        "ItemProcessor": processor, "ResultPath": "$.out", "Next": "T",
    });
    let input = "{\"list\": [1, 2]}";
    jsonpath(
        map.clone(),
        json!({"input": input}),
        expect![[r#"
        ItemsPath /States/S/ItemsPath: [1, 2]
        ItemSelector /States/S/ItemSelector: [{"x":1},{"x":2}]
        Iterations /States/S/ItemProcessor: {"iterations":2,"maxConcurrency":2}"#]],
    )
    .await;
    jsonpath(
        map.clone(),
        json!({"input": input, "result": "[3]"}),
        expect![[r#"
        ItemsPath /States/S/ItemsPath: [1, 2]
        ItemSelector /States/S/ItemSelector: [{"x":1},{"x":2}]
        Iterations /States/S/ItemProcessor: {"iterations":2,"maxConcurrency":2}
        Result /States/S/ItemProcessor: [3]
        ResultPath /States/S/ResultPath: {"list":[1,2],"out":[3]}
        next "T"
        output "{\"list\":[1,2],\"out\":[3]}""#]],
    )
    .await;
    jsonpath(map.clone(), json!({"input": "{\"list\": 1}"}), expect![[r#"
        ItemsPath /States/S/ItemsPath: 1
        ItemsPath /States/S/ItemsPath: ! "States.Runtime" "An error occurred while executing the state 'S' (entered at the event id #2). Reference path \"$.list\" must point to array."
        error {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id #2). Reference path \"$.list\" must point to array."}"#]]).await;
    let inner = json!({"state": "/States/S/ItemProcessor/States/I", "input": "{\"x\": 5}"});
    jsonpath(
        map,
        inner,
        expect![[r#"
        Parameters /States/S/ItemProcessor/States/I/Parameters: {"v":{"x":5},"i":5}
        output "{\"v\":{\"x\":5},\"i\":5}""#]],
    )
    .await;
    let map = json!({
        "Type": "Map", "Items": "{% $states.input.list[$ > 1] %}", "ItemSelector": {"x": "{% $states.context.Map.Item.Value %}"},
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "Next": "T",
    });
    jsonata(
        map,
        json!({"input": "{\"list\": [1, 2, 3]}"}),
        expect![[r#"
        Items /States/S/Items: [2,3]
        ItemSelector /States/S/ItemSelector: [{"x":2},{"x":3}]
        Iterations /States/S/ItemProcessor: {"iterations":2,"maxConcurrency":0}"#]],
    )
    .await;
    let parallel = json!({"Type": "Parallel", "Next": "T", "Parameters": {"p.$": "$.q"}, "ResultSelector": {"first.$": "$[0]"},
        "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]});
    jsonpath(
        parallel.clone(),
        json!({"input": "{\"q\": 1}"}),
        expect![[r#"Parameters /States/S/Parameters: {"p":1}"#]],
    )
    .await;
    jsonpath(
        parallel,
        json!({"input": "{\"q\": 1}", "result": "[7]"}),
        expect![[r#"
        Parameters /States/S/Parameters: {"p":1}
        Result /States/S/Branches: [7]
        ResultSelector /States/S/ResultSelector: {"first":7}
        next "T"
        output "{\"first\":7}""#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_elsewhere_does_not_matter_and_odd_questions_are_refused() {
    let mut broken = machine(
        "JSONata",
        &json!({"Type": "Pass", "Output": "{% $states.context.State.Name %}", "Next": "T"}),
    );
    broken["States"]["Broken"] = json!({"Type": "Nothing"});
    expect![[r#"
        Output /States/S/Output: "S"
        next "T"
        output "\"S\"""#]]
    .assert_eq(&look(&broken, &json!({})).await);
    let pass = json!({"Type": "Pass", "Next": "T"});
    jsonpath(pass.clone(), json!({"state": "/States/X"}), expect!["400 state: at '/States/X' is no state; write the JSON pointer of a state's object, as in /States/Name"]).await;
    jsonpath(pass.clone(), json!({"state": "/States"}), expect!["400 state: at '/States' is no state; write the JSON pointer of a state's object, as in /States/Name"]).await;
    jsonpath(
        pass.clone(),
        json!({"input": "{"}),
        expect!["400 input must be JSON: EOF while parsing an object at line 1 column 1"],
    )
    .await;
    jsonpath(
        pass.clone(),
        json!({"result": "1"}),
        expect!["400 only a Task, Parallel or Map state has work that a result or an error could stand for"],
    )
    .await;
    jsonpath(pass.clone(), json!({"variables": "1"}), expect!["400 variables must be a JSON object: invalid type: integer `1`, expected a map at line 1 column 1"]).await;
    jsonpath(pass.clone(), json!({"other": 1}), expect!["400 the request's body is not what this path takes: unknown field `other`, expected one of `definition`, `format`, `type`, `state`, `input`, `result`, `error`, `variables`, `context` at line 1 column 224"]).await;
    let yaml = "StartAt: S\nStates:\n  S:\n    Type: Pass\n    Parameters:\n      a.$: $$.Execution.Name\n    Next: T\n  T:\n    Type: ";
    jsonpath(
        pass,
        json!({"definition": yaml, "format": "yaml", "context": "{\"Execution\": {\"Name\": \"n\"}}"}),
        expect![[r#"
            Parameters /States/S/Parameters: {"a":"n"}
            next "T"
            output "{\"a\":\"n\"}""#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_is_no_larger_than_executions_have_it() {
    let large = json!("x".repeat(262_143)).to_string();
    let parameters = json!({"QueueUrl": "q", "MessageBody": "m"});
    let task = json!({"Type": "Task", "Resource": SEND, "Parameters": parameters, "Next": "T"});
    for name in ["input", "result", "context"] {
        let said = format!("400 {name} has 262145 bytes; the limit is 262144 bytes");
        assert_eq!(look(&machine("JSONPath", &task), &json!({name: large})).await, said);
    }
    let large = json!({"x": "y".repeat(10_485_760)}).to_string();
    let said = look(&machine("JSONPath", &task), &json!({"variables": large})).await;
    assert_eq!(said, "400 variables has 10485768 bytes; the limit is 10485760 bytes");
    let fits = json!("x".repeat(262_142)).to_string();
    let said = look(&machine("JSONPath", &json!({"Type": "Succeed"})), &json!({"input": fits})).await;
    assert_eq!(said, format!("output {}", json!(fits)));
}

/// The expressions of a preview have a budget together: here each of a thousand would use up its own.
#[tokio::test(flavor = "multi_thread")]
async fn many_long_expressions_end_together() {
    let client = Client::over(std::sync::Arc::new(stateline_api::Api::new(
        support::service(stateline_base::Limits { jsonata_steps_max: 20_000, ..Default::default() }),
        stateline_api::Settings::default(),
    )));
    let preview = async |items: usize| {
        let state = json!({
            "Type": "Map", "Items": vec![0; items], "End": true,
            "ItemSelector": {"n": "{% $sum([1..2000]) %}"},
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
        });
        let body = json!({
            "definition": machine("JSONata", &state).to_string(), "format": "json", "type": "STANDARD",
            "state": "/States/S", "input": "{}",
        });
        let (status, answer) = client.own("POST", "/stateline/language/preview", Some(body)).await;
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let few = preview(2).await;
    let selected = few["steps"].as_array().into_iter().flatten().find(|step| step["name"] == "ItemSelector");
    assert_eq!(
        selected.map(|step| &step["value"]),
        Some(&json!(r#"[{"n":2001000},{"n":2001000}]"#)),
        "{few}"
    );
    let many = preview(1_000).await;
    let error = &many["error"];
    assert_eq!(error["error"], "States.QueryEvaluationError", "{many}");
    assert!(error["cause"].as_str().is_some_and(|cause| cause.contains("Expression evaluation timeout")));
}
