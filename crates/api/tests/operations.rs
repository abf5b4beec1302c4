//! Each operation from its request to its answer, over a service in memory.

#![allow(clippy::disallowed_methods, reason = "tests wait, spawn and give up after a while")]

mod support;

use serde_json::{Value, json};
use stateline_base::{Limits, Rng};
use std::sync::Arc;
use support::{Client, PREFIX, ROLE, pass, wait};

fn create_body(name: &str) -> Value {
    json!({"name": name, "definition": pass(), "roleArn": ROLE})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_created_shown_listed_and_deleted() {
    let client = Client::new();
    let created = client.ok("CreateStateMachine", create_body("m.1_ä")).await;
    let arn = format!("{PREFIX}:stateMachine:m.1_ä");
    assert_eq!(created["stateMachineArn"], arn.as_str());
    assert!(created["creationDate"].as_f64().is_some_and(|date| date > 1.7e9), "{created}");
    let shown = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    let expected = json!({
        "stateMachineArn": arn, "name": "m.1_ä", "status": "ACTIVE", "definition": pass(), "roleArn": ROLE,
        "type": "STANDARD", "creationDate": created["creationDate"],
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
        "tracingConfiguration": {"enabled": false},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    });
    assert_eq!(shown, expected);
    let item = json!({"stateMachineArn": arn, "name": "m.1_ä", "type": "STANDARD", "creationDate": created["creationDate"]});
    assert_eq!(client.ok("ListStateMachines", json!({})).await, json!({"stateMachines": [item]}));
    for _ in 0..2 {
        assert_eq!(client.ok("DeleteStateMachine", json!({"stateMachineArn": arn})).await, json!({}));
    }
    let error = client.error("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!(error, format!("StateMachineDoesNotExist: State Machine Does Not Exist: '{arn}'"));
    assert_eq!(client.ok("ListStateMachines", json!({})).await, json!({"stateMachines": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn creation_is_idempotent_on_everything_but_role_and_tags() {
    let client = Client::new();
    let first = client.ok("CreateStateMachine", create_body("m")).await;
    let with = |member: &str, value: Value| {
        let mut body = create_body("m");
        body[member] = value;
        body
    };
    for same in [
        create_body("m"),
        with("roleArn", json!("arn:aws:iam::000000000000:role/other")),
        with("tags", json!([{"key": "k", "value": "v"}])),
        with("type", json!("STANDARD")),
        with("publish", json!(false)),
        with("loggingConfiguration", json!({"level": "OFF"})),
        with("tracingConfiguration", json!({"enabled": false})),
        with("encryptionConfiguration", json!({"type": "AWS_OWNED_KEY"})),
    ] {
        assert_eq!(client.ok("CreateStateMachine", same.clone()).await, first, "{same}");
    }
    let expected =
        format!("StateMachineAlreadyExists: State Machine Already Exists: '{PREFIX}:stateMachine:m'");
    for other in [
        with("definition", json!(format!("{} ", pass()))),
        with("type", json!("EXPRESS")),
        with("loggingConfiguration", json!({"destinations": []})),
        with("tracingConfiguration", json!({"enabled": true})),
        with("publish", json!(true)),
        with("encryptionConfiguration", json!({"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"})),
    ] {
        assert_eq!(client.error("CreateStateMachine", other.clone()).await, expected, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn creations_that_aws_refuses_are_refused_in_its_words() {
    let client = Client::new();
    let refuse = async |body: Value, expected: &str| {
        assert_eq!(client.error("CreateStateMachine", body).await, expected);
    };
    let with = |member: &str, value: Value| {
        let mut body = create_body("m");
        body[member] = value;
        body
    };
    refuse(
        with("definition", json!(r#"{"StartAt": "S"}"#)),
        "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    )
    .await;
    refuse(with("name", json!("a b")), "InvalidName: Invalid Name: 'a b'").await;
    refuse(
        with("name", json!("x".repeat(81))),
        &format!(
            "ValidationException: 1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: \
             Member must have length less than or equal to 80",
            "x".repeat(81)
        ),
    )
    .await;
    refuse(with("roleArn", json!("nonsense")), "InvalidArn: Invalid Role Arn: 'nonsense'").await;
    refuse(
        with("versionDescription", json!("first")),
        "ValidationException: Version description can only be set when publish is true",
    )
    .await;
    refuse(
        with("loggingConfiguration", json!({"level": "ALL"})),
        "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.",
    )
    .await;
    refuse(
        json!({}),
        "ValidationException: 3 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; \
         Value null at 'definition' failed to satisfy constraint: Member must not be null; \
         Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    )
    .await;
    refuse(
        with("type", json!("FAST")),
        "ValidationException: 1 validation error detected: Value 'FAST' at 'type' failed to satisfy constraint: \
         Member must satisfy enum value set: [STANDARD, EXPRESS]",
    )
    .await;
    assert_eq!(client.ok("ListStateMachines", json!({})).await, json!({"stateMachines": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_regions_do_not_see_each_other() {
    let first = Client::new();
    first.create("m", "STANDARD", &pass()).await;
    let mut second = Client::over(Arc::clone(&first.api));
    second.credential = ("000000000002".to_owned(), "eu-west-1".to_owned());
    let arn = second.create("m", "STANDARD", &pass()).await;
    assert_eq!(arn, "arn:aws:states:eu-west-1:000000000002:stateMachine:m");
    for client in [&first, &second] {
        let list = client.ok("ListStateMachines", json!({})).await;
        assert_eq!(list["stateMachines"].as_array().map(Vec::len), Some(1), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_runs_and_is_shown() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &pass()).await;
    let body =
        json!({"stateMachineArn": machine, "name": "e", "input": "{ \"a\" : 1 }", "traceHeader": "Root=1"});
    let started = client.ok("StartExecution", body).await;
    let arn = format!("{PREFIX}:execution:m:e");
    assert_eq!(started["executionArn"], arn.as_str());
    let shown = client.ended(&arn).await;
    let expected = json!({
        "executionArn": arn, "stateMachineArn": machine, "name": "e", "status": "SUCCEEDED",
        "startDate": started["startDate"], "stopDate": shown["stopDate"],
        "input": "{ \"a\" : 1 }", "inputDetails": {"included": true},
        "output": shown["output"], "outputDetails": {"included": true}, "traceHeader": "Root=1",
        "redriveCount": 0, "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    });
    assert_eq!(shown, expected);
    let output: Value = serde_json::from_str(shown["output"].as_str().expect("text")).expect("JSON");
    assert_eq!(output, json!({"a": 1}));
    let metadata = json!({"executionArn": arn, "includedData": "METADATA_ONLY"});
    let shown = client.ok("DescribeExecution", metadata).await;
    assert!(shown.get("input").is_none() && shown.get("output").is_none(), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_come_in_pages_from_either_end() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &pass()).await;
    let execution = client.start(&machine, "{}").await;
    client.ended(&execution).await;
    let types = |answer: &Value| -> Vec<String> {
        let events = answer["events"].as_array().expect("events");
        events.iter().map(|event| event["type"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let whole = client.ok("GetExecutionHistory", json!({"executionArn": execution})).await;
    let expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
    assert_eq!(types(&whole), expected);
    assert!(whole.get("nextToken").is_none(), "{whole}");
    assert_eq!(whole["events"][0]["executionStartedEventDetails"]["roleArn"], ROLE);
    for reverse in [false, true] {
        let mut found = Vec::new();
        let mut token = None;
        let mut pages = 0;
        loop {
            let mut body = json!({"executionArn": execution, "maxResults": 3, "reverseOrder": reverse});
            if let Some(token) = &token {
                body["nextToken"] = json!(token);
            }
            let page = client.ok("GetExecutionHistory", body).await;
            found.extend(types(&page));
            pages += 1;
            token = page["nextToken"].as_str().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        if reverse {
            found.reverse();
        }
        assert_eq!((found.iter().map(String::as_str).collect::<Vec<_>>(), pages), (expected.to_vec(), 2));
    }
    let body = json!({"executionArn": execution, "includeExecutionData": false});
    let bare = client.ok("GetExecutionHistory", body).await;
    assert_eq!(
        bare["events"][1]["stateEnteredEventDetails"],
        json!({"name": "S", "inputDetails": {"truncated": false}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_serve_the_question_they_came_from() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &pass()).await;
    let execution = client.start(&machine, "{}").await;
    client.ended(&execution).await;
    let first = client.ok("GetExecutionHistory", json!({"executionArn": execution, "maxResults": 1})).await;
    let token = &first["nextToken"];
    let body = json!({"executionArn": execution, "maxResults": 2, "nextToken": token});
    assert_eq!(client.ok("GetExecutionHistory", body).await["events"][0]["id"], 2);
    let invalid = "InvalidToken: Invalid Token: 'Invalid token'";
    let reverse = json!({"executionArn": execution, "nextToken": token, "reverseOrder": true});
    assert_eq!(client.error("GetExecutionHistory", reverse).await, invalid);
    let made_up = json!({"executionArn": execution, "nextToken": "InvalidToken"});
    assert_eq!(client.error("GetExecutionHistory", made_up).await, invalid);
    let elsewhere = json!({"stateMachineArn": machine, "nextToken": token});
    assert_eq!(client.error("ListExecutions", elsewhere).await, invalid);
    assert_eq!(client.error("ListStateMachines", json!({"nextToken": token})).await, invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_are_listed_newest_first_in_pages() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &pass()).await;
    let mut expected = Vec::new();
    for n in 0..13 {
        let body = json!({"stateMachineArn": machine, "name": format!("e{n}")});
        let started = client.ok("StartExecution", body).await;
        client.ended(started["executionArn"].as_str().expect("an ARN")).await;
        expected.insert(0, format!("e{n}"));
        // Starts of one millisecond have no order among themselves.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let names = |answer: &Value| -> Vec<String> {
        let items = answer["executions"].as_array().expect("a list");
        items.iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let first = client.ok("ListExecutions", json!({"stateMachineArn": machine, "maxResults": 10})).await;
    let body = json!({"stateMachineArn": machine, "maxResults": 3, "nextToken": first["nextToken"]});
    let second = client.ok("ListExecutions", body).await;
    assert_eq!([names(&first), names(&second)].concat(), expected);
    assert!(second.get("nextToken").is_none(), "{second}");
    assert_eq!(first["executions"][0]["status"], "SUCCEEDED");
    assert_eq!(first["executions"][0]["redriveCount"], 0);
    let running =
        client.ok("ListExecutions", json!({"stateMachineArn": machine, "statusFilter": "RUNNING"})).await;
    assert_eq!(running, json!({"executions": []}));
    let missing = format!("{PREFIX}:stateMachine:other");
    let error = client.error("ListExecutions", json!({"stateMachineArn": missing})).await;
    assert_eq!(error, format!("StateMachineDoesNotExist: State Machine Does Not Exist: '{missing}'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_listed_in_pages() {
    let client = Client::new();
    for n in 0..5 {
        client.create(&format!("m{n}"), "STANDARD", &pass()).await;
    }
    let first = client.ok("ListStateMachines", json!({"maxResults": 4})).await;
    assert_eq!(first["stateMachines"].as_array().map(Vec::len), Some(4));
    let second = client.ok("ListStateMachines", json!({"nextToken": first["nextToken"]})).await;
    assert_eq!(second["stateMachines"][0]["name"], "m4");
    assert!(second.get("nextToken").is_none(), "{second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_starts_one_execution() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &wait(60)).await;
    let body = json!({"stateMachineArn": machine, "name": "e", "input": "{\"a\": 1}"});
    let first = client.ok("StartExecution", body.clone()).await;
    assert_eq!(client.ok("StartExecution", body.clone()).await, first);
    let arn = first["executionArn"].as_str().expect("an ARN");
    let taken = format!("ExecutionAlreadyExists: Execution Already Exists: '{arn}'");
    let mut other = body.clone();
    other["input"] = json!("{\"a\":1}");
    assert_eq!(client.error("StartExecution", other).await, taken);
    client.ok("StopExecution", json!({"executionArn": arn})).await;
    assert_eq!(client.error("StartExecution", body).await, taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_are_json_of_limited_size() {
    let limits = Limits { payload_bytes_max: 100, ..Limits::default() };
    let api = Arc::new(stateline_api::Api::new(support::service(limits), stateline_api::Settings::default()));
    let client = Client::over(api);
    let standard = client.create("m", "STANDARD", &pass()).await;
    let express = client.create("x", "EXPRESS", &pass()).await;
    let too_large = "ValidationException: 1 validation error detected: Value at 'input' failed to satisfy constraint: \
                     Member must have length less than or equal to 100";
    let empty = "InvalidExecutionInput: Invalid State Machine Execution Input: 'Invalid execution input.'";
    for (operation, machine) in [("StartExecution", &standard), ("StartSyncExecution", &express)] {
        let start = |input: &str| json!({"stateMachineArn": machine, "input": input});
        assert_eq!(client.error(operation, start(&format!("\"{}\"", "x".repeat(99)))).await, too_large);
        client.ok(operation, start(&format!("\"{}\"", "x".repeat(98)))).await;
        assert_eq!(client.error(operation, start("")).await, empty);
        for broken in ["{", "not json", "{} {}", "{'a': 1}", "{\"a\": 01}"] {
            let error = client.error(operation, start(broken)).await;
            assert!(
                error.starts_with("InvalidExecutionInput: Invalid State Machine Execution Input: '"),
                "{error}"
            );
        }
        for scalar in ["null", "5", "\"text\"", "[]", " {} "] {
            client.ok(operation, start(scalar)).await;
        }
        client.ok(operation, json!({"stateMachineArn": machine})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_stop_with_what_the_caller_gives() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &wait(60)).await;
    let execution = client.start(&machine, "{}").await;
    let body = json!({"executionArn": execution, "error": "Why", "cause": "because"});
    let stopped = client.ok("StopExecution", body).await;
    let shown = client.ok("DescribeExecution", json!({"executionArn": execution})).await;
    assert_eq!(
        (&shown["status"], &shown["error"], &shown["cause"], &shown["stopDate"]),
        (&json!("ABORTED"), &json!("Why"), &json!("because"), &stopped["stopDate"])
    );
    assert_eq!(client.ok("StopExecution", json!({"executionArn": execution})).await, stopped);
    let bare = client.start(&machine, "{}").await;
    client.ok("StopExecution", json!({"executionArn": bare})).await;
    let shown = client.ok("DescribeExecution", json!({"executionArn": bare})).await;
    assert!(shown.get("error").is_none() && shown.get("cause").is_none(), "{shown}");
    let history = client.ok("GetExecutionHistory", json!({"executionArn": bare, "reverseOrder": true})).await;
    assert_eq!(history["events"][0]["executionAbortedEventDetails"], json!({}));
    let long = json!({"executionArn": bare, "error": "x".repeat(257)});
    assert_eq!(
        client.error("StopExecution", long).await,
        "ValidationException: 1 validation error detected: Value at 'error' failed to satisfy constraint: \
         Member must have length less than or equal to 256"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_said_so() {
    let client = Client::new();
    let missing = format!("{PREFIX}:execution:m:none");
    for operation in ["DescribeExecution", "GetExecutionHistory", "StopExecution"] {
        let error = client.error(operation, json!({"executionArn": missing})).await;
        assert_eq!(error, format!("ExecutionDoesNotExist: Execution Does Not Exist: '{missing}'"));
        let error = client.error(operation, json!({"executionArn": "invalid_state_machine_arn"})).await;
        assert_eq!(error, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: invalid_state_machine_arn'");
        let express = format!("{PREFIX}:express:m:e:u");
        let error = client.error(operation, json!({"executionArn": express})).await;
        assert_eq!(error, "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'");
    }
    let machine = format!("{PREFIX}:stateMachine:none");
    for operation in ["StartExecution", "StartSyncExecution", "DescribeStateMachine"] {
        let error = client.error(operation, json!({"stateMachineArn": machine})).await;
        assert_eq!(error, format!("StateMachineDoesNotExist: State Machine Does Not Exist: '{machine}'"));
    }
    let labelled = json!({"stateMachineArn": format!("{machine}/label")});
    let error = client.error("StartExecution", labelled).await;
    assert!(error.starts_with("ValidationException: "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn express_executions_run_at_once_or_in_the_background() {
    let client = Client::new();
    let fail =
        json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}}).to_string();
    let good = client.create("good", "EXPRESS", &pass()).await;
    let bad = client.create("bad", "EXPRESS", &fail).await;
    let answer = client
        .ok("StartSyncExecution", json!({"stateMachineArn": good, "name": "n", "input": "{\"a\": 1}"}))
        .await;
    let arn = answer["executionArn"].as_str().expect("an ARN");
    assert!(arn.starts_with(&format!("{PREFIX}:express:good:n:")), "{arn}");
    assert_eq!((&answer["status"], &answer["input"]), (&json!("SUCCEEDED"), &json!("{\"a\": 1}")));
    assert_eq!(
        answer["billingDetails"],
        json!({"billedDurationInMilliseconds": 100, "billedMemoryUsedInMB": 64})
    );
    let answer = client.ok("StartSyncExecution", json!({"stateMachineArn": bad})).await;
    assert_eq!(
        (&answer["status"], &answer["error"], &answer["cause"]),
        (&json!("FAILED"), &json!("E"), &json!("C"))
    );
    assert_eq!(answer["outputDetails"], json!({"included": true}));
    assert!(answer.get("output").is_none(), "{answer}");
    let answer = client.ok("StartExecution", json!({"stateMachineArn": good})).await;
    assert!(answer["executionArn"].as_str().is_some_and(|arn| arn.contains(":express:")), "{answer}");
    let unsupported =
        "StateMachineTypeNotSupported: This operation is not supported by this type of state machine";
    assert_eq!(client.error("ListExecutions", json!({"stateMachineArn": good})).await, unsupported);
    let standard = client.create("standard", "STANDARD", &pass()).await;
    assert_eq!(client.error("StartSyncExecution", json!({"stateMachineArn": standard})).await, unsupported);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_cannot_be_read_are_refused() {
    let client = Client::new();
    for body in
        ["[]", "{", "\"x\"", "{\"stateMachineArn\": 5}", "{\"stateMachineArn\": \"a\" \"b\"}", "\u{0}"]
    {
        let error = client.error_of_text("StartExecution", body).await;
        assert!(error.starts_with("SerializationException: "), "{body}: {error}");
    }
    let error = client.error_of_text("StartExecution", "").await;
    assert!(error.starts_with("ValidationException: 1 validation error detected: Value null at"), "{error}");
}

/// Bodies damaged in a thousand ways: every answer is JSON of a known shape, and nobody panics.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_requests_always_get_an_answer() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &pass()).await;
    let express = client.create("x", "EXPRESS", &pass()).await;
    let execution = client.start(&machine, "{}").await;
    let requests = [
        ("CreateStateMachine", create_body("other").to_string()),
        ("DescribeStateMachine", json!({"stateMachineArn": machine, "includedData": "ALL_DATA"}).to_string()),
        ("ListStateMachines", json!({"maxResults": 10}).to_string()),
        ("StartExecution", json!({"stateMachineArn": machine, "input": "{\"a\": [1, 2]}"}).to_string()),
        (
            "StartSyncExecution",
            json!({"stateMachineArn": express, "name": "n", "traceHeader": "t"}).to_string(),
        ),
        ("DescribeExecution", json!({"executionArn": execution}).to_string()),
        ("ListExecutions", json!({"stateMachineArn": machine, "statusFilter": "FAILED"}).to_string()),
        ("GetExecutionHistory", json!({"executionArn": execution, "reverseOrder": true}).to_string()),
        ("StopExecution", json!({"executionArn": execution, "error": "e", "cause": "c"}).to_string()),
        ("DeleteStateMachine", json!({"stateMachineArn": format!("{machine}-2")}).to_string()),
        (
            "TestState",
            json!({"definition": pass(), "stateName": "S", "variables": "{}", "inspectionLevel": "DEBUG"})
                .to_string(),
        ),
    ];
    let mut rng = Rng::new(20_261_121);
    for (operation, body) in &requests {
        for _ in 0..100 {
            let mut damaged = body.clone().into_bytes();
            for _ in 0..=rng.below(3) {
                let at = rng.below(damaged.len() as u64) as usize;
                match rng.below(4) {
                    0 => damaged.truncate(at.max(1)),
                    1 => drop(damaged.remove(at)),
                    2 => damaged.insert(at, b"\"{}[]:,\\0 "[rng.below(10) as usize]),
                    _ => damaged[at] = rng.next_u64() as u8,
                }
                if damaged.is_empty() {
                    break;
                }
            }
            let (status, answer) = client.send_bytes(operation, damaged.clone()).await;
            let shown = String::from_utf8_lossy(&damaged).into_owned();
            assert!(matches!(status, 200 | 400), "{operation} {shown}: {status} {answer}");
            assert!(status == 200 || answer["message"].is_string(), "{operation} {shown}: {answer}");
        }
    }
}
