//! `stateline tokens`: who waits, and a word to end it.

use crate::harness::{Folder, Server, eventually};
use serde_json::{Value, json};

const PREFIX: &str = "arn:aws:states:us-east-1:000000000000";

/// Gives its token to another workflow, and waits.
fn ask() -> Value {
    json!({"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "End": true, "TimeoutSeconds": 600,
        "HeartbeatSeconds": 300, "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken",
        "Parameters": {"StateMachineArn": format!("{PREFIX}:stateMachine:letter"), "Input": {"token.$": "$$.Task.Token"}}}}})
}

fn serve(folder: &Folder) -> Server {
    let server = folder.serve(&[]);
    server.create("letter", &json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}));
    server.create("ask", &ask());
    server.call("CreateActivity", &json!({"name": "carpentry"}));
    let work = json!({"Type": "Task", "Resource": format!("{PREFIX}:activity:carpentry"), "End": true});
    server.create("work", &json!({"StartAt": "Work", "States": {"Work": work}}));
    server
}

fn listed(folder: &Folder, server: &Server, more: &[&str]) -> Vec<Value> {
    let ran = folder.ask(server, &[&["tokens", "list", "--output", "json"], more].concat());
    ran.json().as_array().cloned().expect("a list")
}

/// Starts an execution and gives the token that it waits for.
fn token(folder: &Folder, server: &Server, name: &str) -> String {
    folder.ask(server, &["start", "ask", "--name", name]).ok();
    let mut token = None;
    eventually("it waits for its token", || {
        let wanted = format!("{PREFIX}:execution:ask:{name}");
        let found =
            listed(folder, server, &["ask"]).into_iter().find(|task| task["executionArn"] == wanted.as_str());
        token = found.and_then(|task| task["taskToken"].as_str().map(str::to_owned));
        token.is_some()
    });
    token.expect("it came true")
}

fn status(server: &Server, name: &str) -> Value {
    let request = json!({"executionArn": format!("{PREFIX}:execution:ask:{name}")});
    let mut end = Value::Null;
    eventually("it ends", || {
        end = server.call("DescribeExecution", &request);
        end["status"] != "RUNNING"
    });
    end
}

#[test]
fn tasks_are_listed_and_ended_by_their_tokens() {
    let folder = Folder::new();
    let server = serve(&folder);
    assert_eq!(folder.ask(&server, &["tokens", "list"]).ok(), "no task waits for a token or a worker\n");

    let first = token(&folder, &server, "first");
    assert_eq!(folder.ask(&server, &["tokens", "heartbeat", &first]).ok(), "the task goes on\n");
    let said = folder.ask(&server, &["tokens", "succeed", &first, "--output", r#"{"approved":true}"#]).ok();
    assert_eq!(said, "the task has succeeded\n");
    let end = status(&server, "first");
    assert_eq!((&end["status"], &end["output"]), (&json!("SUCCEEDED"), &json!(r#"{"approved":true}"#)));

    let second = token(&folder, &server, "second");
    let said =
        folder.ask(&server, &["tokens", "fail", &second, "--error", "Rejected", "--cause", "too late"]).ok();
    assert_eq!(said, "the task has failed\n");
    let end = status(&server, "second");
    assert_eq!((&end["error"], &end["cause"]), (&json!("Rejected"), &json!("too late")));

    folder.write("answer.json", "[1]");
    let third = token(&folder, &server, "third");
    folder.ask(&server, &["tokens", "succeed", &third, "--output", "@answer.json"]).ok();
    assert_eq!(status(&server, "third")["output"], "[1]");
    assert_eq!(listed(&folder, &server, &[]), Vec::<Value>::new());
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn the_table_says_who_has_to_do_something() {
    let folder = Folder::new();
    let server = serve(&folder);
    let token = token(&folder, &server, "one");
    folder.ask(&server, &["start", "work", "--name", "two"]).ok();
    eventually("both wait", || listed(&folder, &server, &[]).len() == 2);
    let text = folder.ask(&server, &["tokens", "list"]).ok();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("execution  state  waits for"), "{text}");
    assert!(lines[1].starts_with("ask:one    Ask    its token") && lines[1].ends_with(&token), "{text}");
    assert!(lines[1].contains(" 4 min "), "{text}");
    assert!(
        lines[2].starts_with("work:two   Work   a worker of carpentry")
            && lines[2].split_whitespace().rev().take(2).all(|cell| cell == "-"),
        "{text}"
    );
    // Two pages, one task each.
    assert_eq!(listed(&folder, &server, &["--limit", "1"]).len(), 1);
    assert_eq!(listed(&folder, &server, &["work"]).len(), 1);
    let nobody = folder.ask(&server, &["tokens", "list", "wrok"]);
    assert_eq!(
        nobody.stderr,
        "error: there is no state machine wrok in us-east-1; there is: ask, letter, work\n"
    );
    let taken = server.call(
        "GetActivityTask",
        &json!({"activityArn": format!("{PREFIX}:activity:carpentry"), "workerName": "Ada"}),
    );
    let task = listed(&folder, &server, &["work"]).remove(0);
    assert_eq!((&task["waitsFor"], &task["taskToken"]), (&json!("RESULT"), &taken["taskToken"]));
    assert!(folder.ask(&server, &["tokens", "list"]).ok().contains("Ada, a worker of carpentry"));
}

#[test]
fn tokens_that_are_no_good_are_explained() {
    let folder = Folder::new();
    let server = serve(&folder);
    let token = token(&folder, &server, "one");
    folder.ask(&server, &["tokens", "succeed", &token]).ok();
    let check = |args: &[&str], expected: &str| {
        let ran = folder.ask(&server, args);
        assert_eq!(ran.code, Some(1), "{}", ran.stdout);
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    };
    check(&["tokens", "succeed", &token], "the task is over");
    check(&["tokens", "heartbeat", &token], "the task is over");
    check(&["tokens", "fail", "nonsense"], "`stateline tokens list` shows those");
    assert_eq!(folder.ask(&server, &["tokens", "succeed", &token, "--output", "{"]).code, Some(2));
}
