//! `TestState` over a service in memory: what a state shows, and what is refused.

#![allow(clippy::disallowed_methods, reason = "tests wait and give up after a while")]

mod support;

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stateline_base::Limits;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Client, ROLE};

/// A request for a state; members of `more` come on top.
fn request(state: &Value, more: Value) -> Value {
    let mut body = json!({"definition": state.to_string()});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

async fn shown(state: &Value, more: Value, expected: &Expect) {
    let answer = Client::new().ok("TestState", request(state, more)).await;
    expected.assert_eq(&answer.to_string());
}

async fn refused(state: &Value, more: Value, expected: &Expect) {
    expected.assert_eq(&Client::new().error("TestState", request(state, more)).await);
}

fn invoke() -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$.x"},
        "Retry": [{"ErrorEquals": ["Often"], "MaxAttempts": 2, "IntervalSeconds": 3}],
        "Catch": [{"ErrorEquals": ["Broken"], "ResultPath": "$.error", "Next": "Mend"}], "Next": "After"})
}

fn map() -> Value {
    json!({"Type": "Map", "ItemsPath": "$.all", "End": true, "ItemProcessor":
        {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": true}}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_called() {
    let task = invoke();
    shown(
        &task,
        json!({"roleArn": ROLE, "input": r#"{"x": 1}"#, "inspectionLevel": "DEBUG"}),
        &expect![[r#"{"output":"{\"FunctionName\":\"f\",\"Payload\":1}","inspectionData":{"input":"{\"x\": 1}","afterInputPath":"{\"x\": 1}","afterParameters":"{\"FunctionName\":\"f\",\"Payload\":1}","result":"{\"FunctionName\":\"f\",\"Payload\":1}","afterResultSelector":"{\"FunctionName\":\"f\",\"Payload\":1}","afterResultPath":"{\"FunctionName\":\"f\",\"Payload\":1}"},"nextState":"After","status":"SUCCEEDED"}"#]],
    )
    .await;
    shown(
        &task,
        json!({"roleArn": ROLE, "input": r#"{"x": "fail"}"#, "inspectionLevel": "TRACE"}),
        &expect![[r#"{"output":"{\"x\":\"fail\",\"error\":{\"Error\":\"Broken\",\"Cause\":\"as asked\"}}","error":"Broken","cause":"as asked","inspectionData":{"input":"{\"x\": \"fail\"}","afterInputPath":"{\"x\": \"fail\"}","afterParameters":"{\"FunctionName\":\"f\",\"Payload\":\"fail\"}","errorDetails":{"catchIndex":0}},"nextState":"Mend","status":"CAUGHT_ERROR"}"#]],
    )
    .await;
    shown(&task, json!({"roleArn": ROLE, "input": "{}"}), &expect![[r#"{"error":"States.Runtime","cause":"An error occurred while executing the state 'StateName' (entered at the event id #2). The JSONPath '$.x' specified for the field 'Payload.$' could not be found in the input '{}'","status":"FAILED"}"#]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_task_shows_what_it_sent_and_got() {
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true});
    let traced = async |more: Value| {
        let mut body = json!({"roleArn": ROLE, "input": "{}", "inspectionLevel": "TRACE"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let answer = Client::new().ok("TestState", request(&task, body)).await;
        let data = &answer["inspectionData"];
        format!("{} {}", data["request"], data["response"])
    };
    expect![[r#"{"protocol":"https","method":"GET","url":"https://a/b?c=d","headers":"[Range: bytes=0-262144]"} {"protocol":"https","statusCode":"200","statusMessage":"OK","headers":"[content-type: text/plain]","body":"hi"}"#]].assert_eq(&traced(json!({})).await);
    let revealed = traced(json!({"revealSecrets": true})).await;
    assert!(revealed.contains("[Key: hush, Range: bytes=0-262144]"), "{revealed}");
    let unanswered = traced(json!({"input": r#""fail""#})).await;
    assert!(unanswered.ends_with(" null"), "{unanswered}");
    assert_eq!(traced(json!({"inspectionLevel": "DEBUG"})).await, "null null");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mock_stands_for_the_task() {
    let task = invoke();
    let often = json!({"mock": {"errorOutput": {"error": "Often", "cause": "c"}}, "input": r#"{"x": 1}"#,
        "inspectionLevel": "DEBUG", "stateConfiguration": {"retrierRetryCount": 1}});
    shown(&task, often, &expect![[r#"{"error":"Often","cause":"c","inspectionData":{"input":"{\"x\": 1}","afterInputPath":"{\"x\": 1}","afterParameters":"{\"FunctionName\":\"f\",\"Payload\":1}","errorDetails":{"retryIndex":0,"retryBackoffIntervalSeconds":6}},"status":"RETRIABLE"}"#]]).await;
    let result = json!({"mock": {"result": r#"{ "Payload" : {} }"#}, "input": r#"{"x": 1}"#, "variables": r#"{"v": [1]}"#,
        "inspectionLevel": "DEBUG"});
    shown(&task, result, &expect![[r#"{"output":"{ \"Payload\" : {} }","inspectionData":{"input":"{\"x\": 1}","afterInputPath":"{\"x\": 1}","afterParameters":"{\"FunctionName\":\"f\",\"Payload\":1}","result":"{ \"Payload\" : {} }","afterResultSelector":"{ \"Payload\" : {} }","afterResultPath":"{ \"Payload\" : {} }","variables":"{\"v\":[1]}"},"nextState":"After","status":"SUCCEEDED"}"#]]).await;
    for resource in [
        "arn:aws:states:us-east-1:000000000000:activity:a",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    ] {
        let task = json!({"Type": "Task", "Resource": resource, "End": true});
        shown(&task, json!({"mock": {"result": "7"}}), &expect![[r#"{"output":"7","status":"SUCCEEDED"}"#]])
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_context_object_is_made_up_or_given() {
    let token = json!({"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": "u", "MessageBody": "b"}, "Output": "{% $states.context %}", "End": true});
    let client = Client::new();
    let answer = client.ok("TestState", request(&token, json!({"mock": {"result": "1"}}))).await;
    let context: Value = serde_json::from_str(answer["output"].as_str().expect("a text")).expect("JSON");
    let id = context["Execution"]["Id"].as_str().unwrap_or_default();
    let [machine, name] = [&context["StateMachine"]["Name"], &context["Execution"]["Name"]];
    assert_eq!(
        id,
        format!(
            "arn:aws:states:us-east-1:000000000000:express:{}:{}",
            machine.as_str().unwrap_or_default(),
            name.as_str().unwrap_or_default()
        )
    );
    assert_eq!(context["State"]["Name"], "StateName");
    assert!(context["Task"]["Token"].is_string() && context["Execution"]["RoleArn"].is_string(), "{context}");
    let given = json!({"Task": {"Token": "mine"}, "Execution": {"Input": 5}, "State": {"RetryCount": 2}, "StateMachine": {}});
    shown(&token, json!({"mock": {"result": "1"}, "context": given.to_string()}), &expect![[r#"{"output":"{\"Execution\":{\"Input\":5},\"StateMachine\":{},\"State\":{\"RetryCount\":2},\"Task\":{\"Token\":\"mine\"}}","status":"SUCCEEDED"}"#]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_within_a_map_works_on_an_item() {
    let machine = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "I", "States": {
        "I": {"Type": "Pass", "Parameters": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value.a"}, "End": true}}}}}});
    shown(
        &machine,
        json!({"stateName": "I", "input": r#"{"a": "b"}"#}),
        &expect![[r#"{"output":"{\"i\":0,\"v\":\"b\"}","status":"SUCCEEDED"}"#]],
    )
    .await;
    refused(
        &machine,
        json!({"stateName": "i"}),
        &expect!["ValidationException: State not found in definition"],
    )
    .await;
    refused(&machine, json!({}), &expect!["InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [Type] at /States/StateName'"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waits_take_their_time_and_no_more_than_there_is() {
    let wait = |seconds: u64| json!({"Type": "Wait", "Seconds": seconds, "Next": "N"});
    let start = Instant::now();
    shown(&wait(1), json!({}), &expect![[r#"{"output":"{}","nextState":"N","status":"SUCCEEDED"}"#]]).await;
    assert!(start.elapsed() >= Duration::from_secs(1));
    let limits = Limits { express_seconds_max: 1, ..Limits::default() };
    let api = stateline_api::Api::new(support::service(limits), stateline_api::Settings::default());
    let answer = Client::over(Arc::new(api)).ok("TestState", request(&wait(60), json!({}))).await;
    expect![[r#"{"error":"States.Timeout","status":"FAILED"}"#]].assert_eq(&answer.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_tests_than_may_run_at_once_are_turned_away() {
    let client = Client::new();
    let wait = request(&json!({"Type": "Wait", "Seconds": 60, "Next": "N"}), json!({}));
    let pass = request(&json!({"Type": "Pass", "End": true}), json!({}));
    let running = async { client.ok("TestState", wait).await };
    let others = async {
        // The one that waits has its place by now; these are all the others.
        let mut places: Vec<_> = std::iter::from_fn(|| client.api.service().test_place().ok()).collect();
        assert_eq!(places.len(), 999);
        let error = client.error("TestState", pass.clone()).await;
        expect!["ThrottlingException: Rate exceeded"].assert_eq(&error);
        places.pop();
        client.ok("TestState", pass.clone()).await;
        places.clear();
    };
    tokio::select! {
        biased;
        answer = running => panic!("a minute is not over: {answer}"),
        () = others => {}
    }
    // A client that goes away leaves its place.
    let places = std::iter::from_fn(|| client.api.service().test_place().ok());
    assert_eq!(places.collect::<Vec<_>>().len(), 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tested_is_told() {
    let task = invoke();
    let pass = json!({"Type": "Pass", "End": true});
    refused(
        &task,
        json!({}),
        &expect!["ValidationException: RoleArn must be specified when testing a Task state"],
    )
    .await;
    refused(&task, json!({"roleArn": "role"}), &expect!["InvalidArn: Invalid Role Arn: 'role'"]).await;
    let job = json!({"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "End": true});
    refused(&job, json!({"roleArn": ROLE}), &expect!["InvalidDefinition: TestState API does not support the .sync service integration pattern unless a mock is specified"]).await;
    let activity =
        json!({"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:a", "End": true});
    refused(
        &activity,
        json!({"roleArn": ROLE}),
        &expect![
            "InvalidDefinition: TestState API does not support Activity tasks unless a mock is specified"
        ],
    )
    .await;
    refused(&pass, json!({"inspectionLevel": "ALL"}), &expect!["ValidationException: 1 validation error detected: Value 'ALL' at 'inspectionLevel' failed to satisfy constraint: Member must satisfy enum value set: [INFO, DEBUG, TRACE]"]).await;
    refused(&pass, json!({"input": "{"}), &expect![[r#"
        InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"; line: 1, column: 1])
         at [Source: (String)"{"; line: 1, column: 2]'"#]]).await;
    refused(
        &pass,
        json!({"variables": "[]"}),
        &expect!["ValidationException: Variables must be a valid JSON object"],
    )
    .await;
    refused(
        &pass,
        json!({"context": "{}"}),
        &expect!["ValidationException: A Context object can only be specified when a mock is specified"],
    )
    .await;
    refused(
        &pass,
        json!({"mock": {"result": "{}"}}),
        &expect!["ValidationException: State type 'Pass' is not supported when a mock is specified"],
    )
    .await;
    refused(&json!({"Type": "Pass"}), json!({}), &expect!["InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/StateName'"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mocks_have_to_fit() {
    let task = invoke();
    refused(&task, json!({"mock": {}}), &expect!["ValidationException: A test mock should have only one of the following fields: [result, errorOutput]."]).await;
    refused(&task, json!({"mock": {"errorOutput": {"cause": "c"}}}), &expect!["ValidationException: 1 validation error detected: Value null at 'mock.errorOutput.error' failed to satisfy constraint: Member must not be null"]).await;
    refused(&task, json!({"mock": {"result": "{}", "fieldValidationMode": "SOME"}}), &expect!["ValidationException: 1 validation error detected: Value 'SOME' at 'mock.fieldValidationMode' failed to satisfy constraint: Member must satisfy enum value set: [STRICT, PRESENT, NONE]"]).await;
    refused(
        &task,
        json!({"mock": {"result": "{}"}, "revealSecrets": true}),
        &expect!["ValidationException: TestState does not support RevealSecrets when a mock is specified."],
    )
    .await;
    refused(
        &task,
        json!({"mock": {"result": r#"{"StatusCode": ""}"#}}),
        &expect![
            "ValidationException: Mock result schema validation error: Field 'StatusCode' must be a number"
        ],
    )
    .await;
    refused(
        &map(),
        json!({"mock": {"result": "{}"}}),
        &expect!["ValidationException: Mocked result must be an array."],
    )
    .await;
    let mock = json!({"result": r#"{"Payload": 1}"#});
    refused(&task, json!({"mock": mock, "context": r#"{"Task": {}}"#}), &expect!["ValidationException: Invalid Context object provided: 'Task' field is only supported for .sync and .waitForTaskToken integrations"]).await;
    refused(
        &task,
        json!({"mock": mock, "context": r#"{"State": {"RetryCount": "1"}}"#}),
        &expect!["ValidationException: Invalid Context object provided: State.RetryCount must be a number"],
    )
    .await;
    refused(
        &task,
        json!({"mock": mock, "context": r#"{"State": []}"#}),
        &expect!["ValidationException: Invalid Context object provided: State must be an object"],
    )
    .await;
    refused(
        &task,
        json!({"mock": mock, "context": "[]"}),
        &expect!["ValidationException: Invalid Context object provided: must be a valid JSON object"],
    )
    .await;
    refused(
        &task,
        json!({"mock": mock, "context": r#"{"Other": 1}"#}),
        &expect!["ValidationException: Invalid Context object provided: Field 'Other' is not allowed"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_mock_is_checked_beside_the_connections() {
    let task =
        json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ec2:describeInstances", "End": true});
    let mock = |last: &str| {
        let result = format!(r#"{{"Reservations":[{{"Instances":[{}{last}]}}]}}"#, "{},".repeat(80_000));
        request(&task, json!({"mock": {"result": result, "fieldValidationMode": "PRESENT"}}))
    };
    let client = Client::new();
    tokio::select! {
        biased;
        answer = client.ok("TestState", mock("{}")) => panic!("the check held up everything else: {answer}"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(client.ok("TestState", mock("{}")).await["status"], "SUCCEEDED");
    let error = client.error("TestState", mock(r#"{"AmiLaunchIndex":"1"}"#)).await;
    expect![
        "ValidationException: Mock result schema validation error: Field 'AmiLaunchIndex' must be a number"
    ]
    .assert_eq(&error);
}

#[tokio::test(flavor = "multi_thread")]
async fn circumstances_have_to_fit() {
    let error = json!({"errorOutput": {"error": "E"}});
    let with = |configuration: Value| json!({"mock": error, "input": r#"{"all": [1, 2]}"#, "stateConfiguration": configuration});
    shown(
        &map(),
        with(json!({"errorCausedByState": "Inner"})),
        &expect![[r#"{"error":"E","status":"FAILED"}"#]],
    )
    .await;
    refused(
        &map(),
        with(json!({"errorCausedByState": "Outer"})),
        &expect!["ValidationException: State not found in definition"],
    )
    .await;
    refused(&map(), with(json!({"mapIterationFailureCount": 3})), &expect!["ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations"]).await;
    refused(&map(), with(json!({"mapItemReaderData": "[]"})), &expect!["ValidationException: Map item reader data can only be specified for a Map state with an ItemReader and a mock"]).await;
    refused(&map(), with(json!({"mapIterationFailureCount": -1})), &expect!["ValidationException: 1 validation error detected: Value '-1' at 'stateConfiguration.mapIterationFailureCount' failed to satisfy constraint: Member must have value greater than or equal to 0"]).await;
    refused(&invoke(), with(json!({"mapIterationFailureCount": 1})), &expect!["ValidationException: Map iteration failure count can only be specified for a Map state with a mock"]).await;
    refused(&invoke(), with(json!({"errorCausedByState": "Inner"})), &expect!["ValidationException: The state that caused an error can only be specified when an error is mocked for a Map or Parallel state"]).await;
}
