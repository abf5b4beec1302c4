//! Redrives and Map Runs from request to answer, over a service in memory.

#![allow(clippy::disallowed_methods, reason = "tests wait, spawn and give up after a while")]

mod support;

use serde_json::{Value, json};
use support::{Client, PREFIX, ROLE};

/// Finds no way to go until it is redriven.
fn once() -> Value {
    json!({"StartAt": "Pick", "States": {
        "Pick": {"Type": "Choice", "Choices": [
            {"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "Good"}]},
        "Good": {"Type": "Pass", "End": true}}})
}

async fn start(client: &Client, definition: &Value, input: &Value) -> String {
    let body = json!({"name": "m", "definition": definition.to_string(), "roleArn": ROLE});
    client.ok("CreateStateMachine", body).await;
    let body = json!({"stateMachineArn": format!("{PREFIX}:stateMachine:m"), "input": input.to_string()});
    client.ok("StartExecution", body).await["executionArn"].as_str().expect("an ARN").to_owned()
}

async fn describe(client: &Client, arn: &str) -> Value {
    client.ok("DescribeExecution", json!({"executionArn": arn})).await
}

async fn wait_for(client: &Client, arn: &str, status: &str) -> Value {
    for _ in 0..2_000 {
        let found = describe(client, arn).await;
        if found["status"] == status {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{arn} does not come to {status}: {}", describe(client, arn).await);
}

async fn listed(client: &Client, body: Value) -> Vec<String> {
    let found = client.ok("ListExecutions", body).await;
    let items = found["executions"].as_array().expect("a list").iter();
    items.map(|item| item["status"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_is_redriven_once_a_token() {
    let client = Client::new();
    let definition = json!({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": 1000, "Next": "S"}, "S": {"Type": "Succeed"}}});
    let arn = start(&client, &definition, &json!({})).await;
    let redrive = json!({"executionArn": arn, "clientToken": "first"});
    let error = client.error("RedriveExecution", redrive.clone()).await;
    assert_eq!(
        error,
        "ExecutionNotRedrivable: Execution Not Redrivable: 'Execution is RUNNING and cannot be redriven'"
    );
    client.ok("StopExecution", json!({"executionArn": arn})).await;
    let stopped = describe(&client, &arn).await;
    assert_eq!((&stopped["redriveCount"], &stopped["redriveStatus"]), (&json!(0), &json!("REDRIVABLE")));
    let machine = format!("{PREFIX}:stateMachine:m");
    assert_eq!(
        listed(&client, json!({"stateMachineArn": machine, "statusFilter": "ABORTED"})).await,
        ["ABORTED"]
    );
    let first = client.ok("RedriveExecution", redrive.clone()).await;
    let found = describe(&client, &arn).await;
    assert_eq!(found["status"], "RUNNING");
    assert_eq!((&found["redriveCount"], &found["redriveDate"]), (&json!(1), &first["redriveDate"]));
    assert_eq!(found["redriveStatusReason"], "Execution is RUNNING and cannot be redriven");
    assert!(found.get("stopDate").is_none(), "{found}");
    assert_eq!(
        listed(&client, json!({"stateMachineArn": machine, "statusFilter": "ABORTED"})).await,
        [""; 0]
    );
    assert_eq!(
        listed(&client, json!({"stateMachineArn": machine, "statusFilter": "RUNNING"})).await,
        ["RUNNING"]
    );
    let item = &client.ok("ListExecutions", json!({"stateMachineArn": machine})).await["executions"][0];
    assert_eq!((&item["redriveCount"], &item["redriveDate"]), (&json!(1), &first["redriveDate"]));
    // The same token means the redrive that was: while it runs, and when it has ended again.
    assert_eq!(client.ok("RedriveExecution", redrive.clone()).await, first);
    client.ok("StopExecution", json!({"executionArn": arn})).await;
    assert_eq!(client.ok("RedriveExecution", redrive).await, first);
    assert_eq!(describe(&client, &arn).await["status"], "ABORTED");
    let second = json!({"executionArn": arn, "clientToken": "second"});
    assert_ne!(client.ok("RedriveExecution", second).await, first);
    let history = client.ok("GetExecutionHistory", json!({"executionArn": arn, "reverseOrder": true})).await;
    let last = &history["events"][0];
    assert_eq!(
        (&last["type"], &last["id"], &last["previousEventId"]),
        (&json!("ExecutionRedriven"), &json!(6), &json!(5))
    );
    assert_eq!(last["executionRedrivenEventDetails"], json!({"redriveCount": 2}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_redriven_is_refused_by_name() {
    let client = Client::new();
    let arn = start(&client, &once(), &json!({})).await;
    wait_for(&client, &arn, "FAILED").await;
    client.ok("RedriveExecution", json!({"executionArn": arn})).await;
    let done = wait_for(&client, &arn, "SUCCEEDED").await;
    assert_eq!(done["redriveCount"], 1);
    let refuse = async |body: Value, expected: &str| {
        assert_eq!(client.error("RedriveExecution", body).await, expected);
    };
    refuse(
        json!({"executionArn": arn}),
        "ExecutionNotRedrivable: Execution Not Redrivable: 'Execution is SUCCEEDED and cannot be redriven'",
    )
    .await;
    let unknown = format!("{PREFIX}:execution:m:nobody");
    refuse(
        json!({"executionArn": unknown}),
        &format!("ExecutionDoesNotExist: Execution Does Not Exist: '{unknown}'"),
    )
    .await;
    let express = format!("{PREFIX}:express:m:e:u");
    refuse(
        json!({"executionArn": express}),
        "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
    )
    .await;
    refuse(json!({"executionArn": arn, "clientToken": "with space"}), "ValidationException: 1 validation error detected: Value 'with space' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [!-~]+").await;
}

/// A distributed Map whose items fail until they are redriven, and one item that never fails.
fn spread(kind: &str, processor: &Value) -> Value {
    let mut processor = processor.clone();
    processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": kind});
    json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "M", "End": true, "MaxConcurrency": 2,
        "ToleratedFailureCount": 1, "ItemProcessor": processor}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_run_is_shown_listed_and_redriven() {
    let client = Client::new();
    let arn = start(&client, &spread("STANDARD", &once()), &json!([1, 2, 3])).await;
    let failed = wait_for(&client, &arn, "FAILED").await;
    assert_eq!(failed["error"], "States.ExceedToleratedFailureThreshold");
    let runs = client.ok("ListMapRuns", json!({"executionArn": arn})).await;
    let item = &runs["mapRuns"][0];
    assert_eq!(
        (&item["executionArn"], &item["stateMachineArn"]),
        (&json!(arn), &json!(format!("{PREFIX}:stateMachine:m")))
    );
    let run_arn = item["mapRunArn"].as_str().expect("an ARN").to_owned();
    let run = client.ok("DescribeMapRun", json!({"mapRunArn": run_arn})).await;
    assert_eq!(
        (&run["status"], &run["maxConcurrency"], &run["toleratedFailureCount"]),
        (&json!("FAILED"), &json!(2), &json!(1))
    );
    // The third child may begin before the second has failed, and fail before it is stopped.
    assert!([json!(2), json!(3)].contains(&run["itemCounts"]["failed"]), "{run}");
    assert_eq!(run["itemCounts"]["total"], 3);
    let error = client.error("UpdateMapRun", json!({"mapRunArn": run_arn, "maxConcurrency": 1})).await;
    assert_eq!(
        error,
        format!(
            "ValidationException: Map Run has already completed and can no longer be updated: '{run_arn}'"
        )
    );
    let of_run = |filter: Value| {
        let mut body = json!({"mapRunArn": run_arn});
        if let (Value::Object(body), Value::Object(filter)) = (&mut body, filter) {
            body.extend(filter);
        }
        body
    };
    let children = client.ok("ListExecutions", of_run(json!({"statusFilter": "FAILED"}))).await;
    let child = children["executions"][0]["executionArn"].as_str().expect("an ARN").to_owned();
    assert_eq!(children["executions"][0]["mapRunArn"], json!(run_arn));
    let shown = describe(&client, &child).await;
    assert_eq!(
        (&shown["mapRunArn"], &shown["redriveStatus"]),
        (&json!(run_arn), &json!("REDRIVABLE_BY_MAP_RUN"))
    );
    let error = client.error("RedriveExecution", json!({"executionArn": child})).await;
    assert!(error.starts_with("ExecutionNotRedrivable"), "{error}");

    client.ok("RedriveExecution", json!({"executionArn": arn})).await;
    wait_for(&client, &arn, "SUCCEEDED").await;
    let run = client.ok("DescribeMapRun", json!({"mapRunArn": run_arn})).await;
    assert_eq!((&run["status"], &run["redriveCount"]), (&json!("SUCCEEDED"), &json!(1)));
    // The child that had not begun fails within the tolerance: it was never redriven.
    let counts = &run["executionCounts"];
    assert_eq!(
        (&counts["total"], &counts["pendingRedrive"], &counts["running"]),
        (&json!(3), &json!(0), &json!(0))
    );
    assert_eq!(counts["succeeded"].as_u64().unwrap_or(0) + counts["failed"].as_u64().unwrap_or(0), 3);
    let redriven = listed(&client, of_run(json!({"redriveFilter": "REDRIVEN"}))).await;
    let others = listed(&client, of_run(json!({"redriveFilter": "NOT_REDRIVEN"}))).await;
    assert_eq!(redriven.len() + others.len(), 3);
    assert!(redriven.len() >= 2 && redriven.iter().all(|status| status == "SUCCEEDED"), "{redriven:?}");
    // Pages are by place, and a page's token belongs to its question.
    let page = client.ok("ListExecutions", of_run(json!({"maxResults": 2}))).await;
    let rest =
        client.ok("ListExecutions", of_run(json!({"maxResults": 2, "nextToken": page["nextToken"]}))).await;
    assert_eq!(page["executions"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest["executions"].as_array().map(Vec::len), Some(1));
    assert!(rest.get("nextToken").is_none(), "{rest}");
    let history = client.ok("GetExecutionHistory", json!({"executionArn": arn})).await;
    let types: Vec<&str> = history["events"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(
        types[6..],
        [
            "ExecutionFailed",
            "ExecutionRedriven",
            "MapRunRedriven",
            "MapRunSucceeded",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded"
        ]
    );
    assert_eq!(
        history["events"][8]["mapRunRedrivenEventDetails"],
        json!({"mapRunArn": run_arn, "redriveCount": 1})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_map_run_takes_other_limits_and_its_children_wait_their_turn() {
    let client = Client::new();
    let waits = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}});
    let arn = start(&client, &spread("STANDARD", &waits), &json!([1, 2, 3, 4])).await;
    let run_arn = loop {
        let runs = client.ok("ListMapRuns", json!({"executionArn": arn})).await;
        if let Some(run) = runs["mapRuns"][0]["mapRunArn"].as_str() {
            break run.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let counts = async |wanted: &[(&str, u64)]| {
        for _ in 0..2_000 {
            let run = client.ok("DescribeMapRun", json!({"mapRunArn": run_arn})).await;
            if wanted.iter().all(|(member, number)| run["itemCounts"][member] == *number) {
                return run;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("{wanted:?}: {}", client.ok("DescribeMapRun", json!({"mapRunArn": run_arn})).await);
    };
    counts(&[("running", 2), ("pending", 2)]).await;
    let update = json!({"mapRunArn": run_arn, "maxConcurrency": 3, "toleratedFailurePercentage": 12.5});
    assert_eq!(client.ok("UpdateMapRun", update).await, json!({}));
    let run = counts(&[("running", 3), ("pending", 1)]).await;
    assert_eq!(
        (&run["maxConcurrency"], &run["toleratedFailurePercentage"], &run["toleratedFailureCount"]),
        (&json!(3), &json!(12.5), &json!(1))
    );
    let error = client
        .error("UpdateMapRun", json!({"mapRunArn": run_arn, "toleratedFailurePercentage": 100.5}))
        .await;
    assert!(
        error.starts_with(
            "ValidationException: 1 validation error detected: Value '100.5' at 'toleratedFailurePercentage'"
        ),
        "{error}"
    );
    let nobody = format!("{PREFIX}:mapRun:m/M:nobody");
    let error = client.error("UpdateMapRun", json!({"mapRunArn": nobody})).await;
    assert_eq!(error, format!("ResourceNotFound: Resource not found: '{nobody}'"));

    client.ok("StopExecution", json!({"executionArn": arn})).await;
    let run = counts(&[("aborted", 3), ("pending", 1)]).await;
    assert_eq!(run["status"], "ABORTED");
    let aborted = json!({"mapRunArn": run_arn, "statusFilter": "ABORTED"});
    for _ in 0..2_000 {
        if listed(&client, aborted.clone()).await.len() == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    client.ok("RedriveExecution", json!({"executionArn": arn})).await;
    counts(&[("running", 3), ("pendingRedrive", 0), ("aborted", 0)]).await;
    let narrow = json!({"mapRunArn": run_arn, "maxConcurrency": 1});
    client.ok("UpdateMapRun", narrow).await;
    client.ok("StopExecution", json!({"executionArn": arn})).await;
    for _ in 0..2_000 {
        if listed(&client, aborted.clone()).await.len() == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    client.ok("RedriveExecution", json!({"executionArn": arn})).await;
    let run = counts(&[("running", 1), ("pendingRedrive", 2), ("pending", 1)]).await;
    assert_eq!((&run["status"], &run["redriveCount"]), (&json!("RUNNING"), &json!(2)));
    let pending = json!({"mapRunArn": run_arn, "statusFilter": "PENDING_REDRIVE"});
    for _ in 0..2_000 {
        if listed(&client, pending.clone()).await.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(listed(&client, pending.clone()).await, ["PENDING_REDRIVE"; 2]);
    assert_eq!(listed(&client, aborted).await, [""; 0]);
    let child = client.ok("ListExecutions", pending).await["executions"][0]["executionArn"].clone();
    let shown = client.ok("DescribeExecution", json!({"executionArn": child})).await;
    assert_eq!(shown["status"], "PENDING_REDRIVE");
}
