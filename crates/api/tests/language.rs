//! What an editor asks, over the wire.

#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

mod support;

use serde_json::{Value, json};
use stateline_api::Settings;
use stateline_base::Limits;
use support::{Client, Server, pass};

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_has_every_integration() {
    let client = Client::new();
    let (status, palette) = client.own("GET", "/stateline/language/palette", None).await;
    assert_eq!(status, 200);
    let services = palette["services"].as_array().expect("a list");
    let sqs = services.iter().find(|service| service["id"] == "sqs");
    assert_eq!(
        sqs,
        Some(&json!({"id": "sqs", "title": "SQS", "optimised": true, "actions": [{
            "action": "sendMessage", "title": "Send message", "resource": "arn:aws:states:::sqs:sendMessage",
            "patterns": ["waitForTaskToken"],
        }]}))
    );
    let sdk = palette["sdk"].as_array().expect("a list");
    assert!(sdk.len() > 300, "{}", sdk.len());
    assert!(sdk.contains(&json!({"id": "cloudwatchlogs", "title": "CloudWatch Logs"})));
    let (_, ec2) = client.own("GET", "/stateline/language/palette?service=ec2", None).await;
    let wanted = json!({"action": "describeInstances", "title": "Describe instances", "resource": "arn:aws:states:::aws-sdk:ec2:describeInstances"});
    assert!(ec2["actions"].as_array().is_some_and(|actions| actions.contains(&wanted)));
    // Whatever is offered has its parameters.
    for service in services {
        for action in service["actions"].as_array().into_iter().flatten() {
            let path = format!(
                "/stateline/language/palette?resource={}",
                action["resource"].as_str().unwrap_or_default()
            );
            let (status, answer) = client.own("GET", &path, None).await;
            assert_eq!(status, 200, "{action} {answer}");
            assert!(answer["parameters"].as_array().is_some_and(|found| !found.is_empty()), "{action}");
        }
    }
    for path in [
        "?service=none",
        "?resource=none",
        "?resource=arn:aws:states:::sqs:nothing",
        "?service=a&resource=b",
        "?x=y",
    ] {
        let (status, answer) = client.own("GET", &format!("/stateline/language/palette{path}"), None).await;
        assert_eq!(status, 400, "{path} {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_of_two_megabytes_is_told_to_be_too_large() {
    let server = Server::start(Settings::default(), Limits::default()).await;
    let definition = "x".repeat(2 * 1_024 * 1_024);
    let body = json!({"definition": definition, "format": "json", "type": "STANDARD"}).to_string();
    let head = format!(
        "POST /stateline/language/diagnostics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let answer = server.exchange(format!("{head}{body}").as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let found: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(
        found["diagnostics"][0]["message"],
        "The definition has 2097152 bytes; the limit is 1048576 bytes"
    );
    assert_eq!(found["diagnostics"][0]["start"], 1_048_576);
}

/// What an editor is offered for a place; `|` is the place.
async fn offered(client: &Client, marked: &str) -> Vec<String> {
    let position = marked.find('|').expect("a place");
    let body = json!({
        "definition": marked.replacen('|', "", 1), "format": "json", "type": "STANDARD", "position": position,
    });
    let (status, answer) = client.own("POST", "/stateline/language/completion", Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    let items = answer["items"].as_array().expect("a list").iter();
    let here =
        items.filter(|item| item["detail"].as_str().is_some_and(|detail| detail.ends_with("of this server")));
    here.map(|item| item["insert"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_has_here_is_offered() {
    let client = Client::new();
    let machine = client.create("m", "STANDARD", &pass()).await;
    let activity = client.ok("CreateActivity", json!({"name": "a"})).await["activityArn"].clone();
    let task = r#"{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "|"}}}"#;
    assert_eq!(offered(&client, task).await, [activity.as_str().expect("an ARN")]);
    let start = r#"{"StartAt": "S", "States": {"S": {"Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "|"}}}}"#;
    assert_eq!(offered(&client, start).await, [machine]);
    let other = Client { api: client.api.clone(), credential: ("000000000002".into(), "us-east-1".into()) };
    assert!(offered(&other, task).await.is_empty() && offered(&other, start).await.is_empty());
}
