//! Rates of requests, from settings to what a client sees.

#![allow(clippy::disallowed_methods, reason = "tests wait")]

mod support;

use serde_json::{Value, json};
use stateline_api::{Api, Settings, Throttling};
use stateline_base::Limits;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use support::{Client, Server, pass, post, service};

fn settings(throttling: &Value) -> Settings {
    let throttling: Throttling = serde_json::from_value(throttling.clone()).expect("the test's own settings");
    Settings { throttling, ..Settings::default() }
}

fn client(throttling: &Value) -> Client {
    Client::over(Arc::new(Api::new(service(Limits::default()), settings(throttling))))
}

/// Calls until the first refusal; gives how many went through.
async fn burst(client: &Client, operation: &str, body: &Value) -> usize {
    for count in 0..10_000 {
        let (status, answer) = client.send(operation, &body.to_string()).await;
        if status != 200 {
            assert_eq!(answer["__type"], "com.amazon.coral.service#ThrottlingException");
            return count;
        }
    }
    10_000
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_when_to_come_again_and_then_lets_in() {
    let rates = json!({"operations": {"ListStateMachines": {"bucket": 1, "per_second": 2}}});
    let server = Server::start(settings(&rates), Limits::default()).await;
    let call = post("ListStateMachines", "{}");
    assert!(server.exchange(&call).await.starts_with("HTTP/1.1 200"));
    let refused = server.exchange(&call).await;
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    assert!(
        refused.ends_with(
            r#"{"__type":"com.amazon.coral.service#ThrottlingException","message":"Rate exceeded"}"#
        ),
        "{refused}"
    );
    let (_, rest) = refused.split_once("x-amz-retry-after: ").expect("milliseconds to wait");
    let wait: u64 = rest.split_once("\r\n").expect("a line").0.parse().expect("a number");
    assert!((1..=500).contains(&wait), "{wait}");
    let (_, after) = rest.split_once("retry-after: 1\r\n").expect("the seconds come after the milliseconds");
    assert!(!after.contains("x-amz-retry-after"));
    // Neither health nor other operations are touched.
    assert!(server.exchange(&post("ListExecutions", "{}")).await.contains("ValidationException"));
    tokio::time::sleep(Duration::from_millis(wait)).await;
    assert!(server.exchange(&call).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_of_standard_and_express_machines_have_buckets_of_their_own() {
    let rates = json!({"operations": {
        "StartExecution": {"bucket": 5, "per_second": 1},
        "StartExecutionExpress": {"bucket": 9, "per_second": 1},
    }});
    let client = client(&rates);
    let standard = json!({"stateMachineArn": client.create("s", "STANDARD", &pass()).await});
    let express = json!({"stateMachineArn": client.create("x", "EXPRESS", &pass()).await});
    // A machine that is busy may take a second for it, which is worth a token more.
    let few = burst(&client, "StartExecution", &standard).await;
    assert!((5..8).contains(&few), "{few}");
    let more = burst(&client, "StartExecution", &express).await;
    assert!((9..14).contains(&more), "{more}");
    // What is no request does not count, and what does not exist counts as Standard.
    let refused = client.error("StartExecution", json!({})).await;
    assert!(refused.starts_with("ValidationException"), "{refused}");
    let nobody = json!({"stateMachineArn": format!("{}:stateMachine:nobody", support::PREFIX)});
    burst(&client, "StartExecution", &standard).await;
    assert!(client.error("StartExecution", nobody).await.starts_with("ThrottlingException"));
    // Another account is not held up.
    let other = Client {
        credential: ("000000000002".to_owned(), "us-east-1".to_owned()),
        api: Arc::clone(&client.api),
    };
    assert!(burst(&other, "StartExecution", &standard).await >= 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_there_and_what_was_refused_is_not() {
    let rates = json!({"operations": {"StartExecution": {"bucket": 20, "per_second": 50}}});
    let client = Arc::new(client(&rates));
    let machine = client.create("m", "STANDARD", &pass()).await;
    let starts = (0..200).map(|number| {
        let (client, machine) = (Arc::clone(&client), machine.clone());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(number * 5)).await;
            let body = json!({"stateMachineArn": machine, "name": format!("n{number}")});
            let (status, _) = client.send("StartExecution", &body.to_string()).await;
            (status == 200).then(|| format!("n{number}"))
        })
    });
    let starts: Vec<_> = starts.collect();
    let mut accepted = BTreeSet::new();
    for start in starts {
        accepted.extend(start.await.expect("no call panics"));
    }
    assert!((20..200).contains(&accepted.len()), "{}", accepted.len());
    let list = client.ok("ListExecutions", json!({"stateMachineArn": machine, "maxResults": 1000})).await;
    let rows = list["executions"].as_array().expect("a list");
    let listed: BTreeSet<_> =
        rows.iter().map(|row| row["name"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(listed, accepted);
    for name in &accepted {
        let ended = client.ended(&format!("{}:execution:m:{name}", support::PREFIX)).await;
        assert_eq!(ended["status"], "SUCCEEDED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_rates_follow_the_region() {
    let client = client(&json!({"aws": true}));
    let body = json!({});
    let passed = burst(&client, "ListStateMachines", &body).await;
    assert!((100..200).contains(&passed), "{passed}");
    let small =
        Client { credential: ("test".to_owned(), "eu-north-1".to_owned()), api: Arc::clone(&client.api) };
    let missing = json!({"executionArn": "arn:aws:states:eu-north-1:000000000000:execution:m:e"});
    for _ in 0..250 {
        assert!(small.error("DescribeExecution", missing.clone()).await.starts_with("ExecutionDoesNotExist"));
    }
    let mut refused = 0;
    for _ in 0..50 {
        let error = small.error("DescribeExecution", missing.clone()).await;
        refused += usize::from(error == "ThrottlingException: Rate exceeded");
    }
    assert!(refused > 25, "{refused} of 50");
}
