//! Streams on real sockets: one execution as it goes, and what happens in an account.

#![allow(clippy::disallowed_methods, reason = "tests wait, spawn and give up after a while")]

mod support;

use serde_json::{Value, json};
use stateline_api::Settings;
use stateline_base::Limits;
use std::time::{Duration, Instant};
use support::stream::{Event, Stream};
use support::{Client, Server, pass, wait};
use tokio::io::AsyncWriteExt;

fn events_of(execution: &str) -> String {
    format!("/stateline/executions/events?executionArn={execution}")
}

/// A definition that asks a person, and then passes.
fn approval() -> String {
    json!({"StartAt": "Ask", "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}, "Next": "Done"},
        "Done": {"Type": "Pass", "End": true}}})
    .to_string()
}

/// Ids and types of history events.
fn history(events: &[Event]) -> Vec<(u64, String)> {
    let history = events.iter().filter(|event| event.kind == "history");
    history
        .map(|event| {
            assert_eq!(event.id, event.data["id"].as_u64());
            (event.id.expect("an id"), event.data["type"].as_str().expect("a type").to_owned())
        })
        .collect()
}

/// What AWS's operation says, in the same form.
async fn history_of(client: &Client, execution: &str) -> Vec<(u64, String)> {
    let answer = client.ok("GetExecutionHistory", json!({"executionArn": execution})).await;
    let events = answer["events"].as_array().expect("events").iter();
    let read = |event: &Value| {
        (event["id"].as_u64().expect("an id"), event["type"].as_str().expect("a type").to_owned())
    };
    events.map(read).collect()
}

/// Reads up to the event of a type.
async fn until(stream: &mut Stream, wanted: &str) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = stream.next().await.expect("the stream goes on");
        let found = event.data["type"] == wanted;
        events.push(event);
        if found {
            return events;
        }
    }
}

/// The token of the only task that waits.
async fn token(client: &Client) -> String {
    for _ in 0..500 {
        let answer = client.get("/stateline/tasks").await.1;
        if let Some(token) = answer["tasks"][0]["taskToken"].as_str() {
            return token.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no task waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_is_seen_as_it_goes() {
    let server = Server::plain().await;
    let client = &server.client;
    let machine = client.create("m", "STANDARD", &approval()).await;
    let execution = client.start(&machine, r#"{"a": 1}"#).await;
    let mut stream = server.stream(&events_of(&execution)).await;
    let first = stream.expect("execution").await;
    assert_eq!((&first.data["status"], &first.data["executionArn"]), (&json!("RUNNING"), &json!(execution)));
    assert_eq!(first.data["input"], Value::Null);
    let mut seen = until(&mut stream, "TaskSubmitted").await;
    assert_eq!(seen[0].data["executionStartedEventDetails"]["input"], r#"{"a": 1}"#);
    assert!(stream.is_still().await, "nothing happens while a person is waited for");
    let token = token(client).await;
    client.ok("SendTaskSuccess", json!({"taskToken": token, "output": "7"})).await;
    let told = Instant::now();
    seen.extend(until(&mut stream, "TaskSucceeded").await);
    println!("from the answer to the event on the socket: {:?}", told.elapsed());
    assert!(told.elapsed() < Duration::from_secs(1), "it is told when it is committed");
    let rest = stream.rest().await;
    let kinds: Vec<&str> = rest.iter().map(|event| &*event.kind).collect();
    let [.., last, end] = &rest[..] else { panic!("{kinds:?}") };
    assert_eq!((&*last.kind, &last.data["status"]), ("execution", &json!("SUCCEEDED")), "{kinds:?}");
    assert!(last.data["stopDate"].is_number() && last.data["output"].is_null());
    assert_eq!((&*end.kind, &end.data), ("end", &json!({})));
    seen.extend(rest);
    assert_eq!(history(&seen), history_of(client, &execution).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_behind_what_was_seen() {
    let server = Server::plain().await;
    let client = &server.client;
    let machine = client.create("m", "STANDARD", &approval()).await;
    let execution = client.start(&machine, "{}").await;
    client.ok("SendTaskSuccess", json!({"taskToken": token(client).await, "output": "7"})).await;
    client.ended(&execution).await;
    let all = history_of(client, &execution).await;
    for after in 0..=all.len() {
        let rest = &all[after..];
        let mut stream = server.stream(&format!("{}&after={after}", events_of(&execution))).await;
        let events = stream.rest().await;
        assert_eq!(history(&events), rest, "after {after}");
        let kinds: Vec<&str> = events.iter().map(|event| &*event.kind).collect();
        assert_eq!((kinds.first(), kinds.last()), (Some(&"execution"), Some(&"end")));
        let last = Some(after as u64);
        let mut stream = server.stream_as("000000000000", &events_of(&execution), last).await;
        assert_eq!(history(&stream.rest().await), rest, "after {after}, by header");
    }
    let mut beyond = server.stream(&format!("{}&after=9999", events_of(&execution))).await;
    assert_eq!(history(&beyond.rest().await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redrive_is_seen_by_who_comes_again() {
    let server = Server::plain().await;
    let client = &server.client;
    let machine = client.create("m", "STANDARD", &approval()).await;
    let execution = client.start(&machine, "{}").await;
    let mut changes = server.stream("/stateline/changes").await;
    client.ok("SendTaskFailure", json!({"taskToken": token(client).await, "error": "E", "cause": "c"})).await;
    assert_eq!(status_told(&mut changes, &execution).await, "FAILED");
    let mut stream = server.stream(&events_of(&execution)).await;
    let mut seen = stream.rest().await;
    assert_eq!((&seen[0].data["error"], &seen[0].data["cause"]), (&json!("E"), &json!("c")));
    let last = history(&seen).last().map(|(id, _)| *id);
    client.ok("RedriveExecution", json!({"executionArn": execution})).await;
    assert_eq!(status_told(&mut changes, &execution).await, "RUNNING");
    let mut stream = server.stream_as("000000000000", &events_of(&execution), last).await;
    let standing = stream.expect("execution").await;
    assert_eq!((&standing.data["status"], &standing.data["redriveCount"]), (&json!("RUNNING"), &json!(1)));
    seen.extend(until(&mut stream, "TaskSubmitted").await);
    client.ok("SendTaskSuccess", json!({"taskToken": token(client).await, "output": "7"})).await;
    seen.extend(stream.rest().await);
    assert_eq!(seen.last().map(|event| &*event.kind), Some("end"));
    assert_eq!(history(&seen), history_of(client, &execution).await);
    assert_eq!(status_told(&mut changes, &execution).await, "SUCCEEDED");
}

/// What the next news say of the only execution.
async fn status_told(changes: &mut Stream, execution: &str) -> String {
    let news = changes.expect("execution").await.data;
    assert_eq!((news.as_array().map(Vec::len), &news[0]["executionArn"]), (Some(1), &json!(execution)));
    news[0]["status"].as_str().expect("a status").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_watched_is_refused() {
    let server = Server::plain().await;
    let client = &server.client;
    let machine = client.create("m", "STANDARD", &wait(60)).await;
    let execution = client.start(&machine, "{}").await;
    let check = async |path: String, expected: &str| {
        let (status, answer) = client.get(&path).await;
        assert_eq!(status, 400, "{path}: {answer}");
        let name = answer["__type"].as_str().unwrap_or_default().rsplit('#').next();
        assert_eq!(name, Some(expected), "{path}: {answer}");
    };
    check(events_of("nonsense"), "InvalidArn").await;
    check(events_of(&execution).replace(":m:", ":other:"), "ExecutionDoesNotExist").await;
    check(format!("{}&after=x", events_of(&execution)), "ValidationException").await;
    check("/stateline/changes?since=1".to_owned(), "ValidationException").await;
    check("/stateline/changes?mapRunArn=nonsense".to_owned(), "InvalidArn").await;
    let elsewhere = "/stateline/changes?mapRunArn=arn:aws:states:us-east-1:000000000002:mapRun:m/x:1";
    check(elsewhere.to_owned(), "ResourceNotFound").await;
    let other = Client { api: client.api.clone(), credential: ("000000000002".into(), "us-east-1".into()) };
    let (status, answer) = other.get(&events_of(&execution)).await;
    assert_eq!(status, 400, "another account's: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_streams_are_open() {
    let settings = Settings { streams_max: 2, ..Settings::default() };
    let server = Server::start(settings, Limits::default()).await;
    let client = &server.client;
    let first = server.stream("/stateline/changes").await;
    let _second = server.stream("/stateline/changes").await;
    let (status, answer) = client.get("/stateline/changes").await;
    let said = "2 streams are open, which is the limit; close some, or ask from time to time";
    assert_eq!((status, &answer["message"]), (503, &json!(said)));
    // Everything else goes on, and a place is free when its client has gone.
    assert_eq!(client.get("/stateline/machines").await.0, 200);
    drop(first);
    let began = Instant::now();
    while client.status("/stateline/changes").await != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "a place is free again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_at_once_when_the_server_stops() {
    let mut server = Server::plain().await;
    let machine = server.client.create("m", "STANDARD", &wait(60)).await;
    let execution = server.client.start(&machine, "{}").await;
    let mut stream = server.stream(&events_of(&execution)).await;
    let mut changes = server.stream("/stateline/changes").await;
    until(&mut stream, "WaitStateEntered").await;
    let began = Instant::now();
    server.stop().await.expect("the server stops");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    let rest = stream.rest().await;
    assert!(rest.iter().all(|event| event.kind != "end"), "it is not over: {rest:?}");
    assert!(changes.rest().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_see_their_own_changes_only() {
    let server = Server::plain().await;
    let other =
        Client { api: server.client.api.clone(), credential: ("000000000002".into(), "us-east-1".into()) };
    let mut ours = server.stream("/stateline/changes").await;
    let mut theirs = server.stream_as("000000000002", "/stateline/changes", None).await;
    let machine = server.client.create("m", "STANDARD", &pass()).await;
    assert_eq!(ours.expect("machine").await.data, json!({"stateMachineArn": machine}));
    let execution = server.client.start(&machine, "{}").await;
    let changes = ours.expect("execution").await.data;
    let change = &changes[0];
    // Its start and its end were committed together.
    assert_eq!(
        (&change["executionArn"], &change["stateMachineArn"], &change["status"]),
        (&json!(execution), &json!(machine), &json!("SUCCEEDED"))
    );
    assert!(change["startDate"].is_number() && change["stopDate"].is_number());
    assert_eq!(change["name"], execution.rsplit(':').next().expect("a name"));
    let mine = other.create("m", "STANDARD", &pass()).await;
    assert_eq!(theirs.expect("machine").await.data, json!({"stateMachineArn": mine}));
    assert!(ours.is_still().await, "the other account's machine is not ours");
    server.client.ok("DeleteStateMachine", json!({"stateMachineArn": machine})).await;
    assert_eq!(ours.expect("machine").await.data, json!({"stateMachineArn": machine}));
}

/// An execution with a long history of large events.
async fn long(client: &Client) -> (String, usize) {
    let big = "x".repeat(200_000);
    let states: serde_json::Map<String, Value> = (0..150)
        .map(|number| {
            let next = format!("S{}", number + 1);
            let state = if number == 149 {
                json!({"Type": "Pass", "End": true})
            } else {
                json!({"Type": "Pass", "Next": next})
            };
            (format!("S{number}"), state)
        })
        .collect();
    let machine =
        client.create("m", "STANDARD", &json!({"StartAt": "S0", "States": states}).to_string()).await;
    let execution = client.start(&machine, &json!({"big": big}).to_string()).await;
    client.ended(&execution).await;
    (execution, 2 * 150 + 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_gets_everything() {
    let server = Server::plain().await;
    let (execution, count) = long(&server.client).await;
    let mut stream = server.stream(&events_of(&execution)).await;
    stream.expect("execution").await;
    // Sixty megabytes wait in the journal, not in memory.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ids: Vec<u64> = history(&stream.rest().await).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, (1..=count as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stands_still_is_given_up_and_an_idle_stream_is_not() {
    let settings = Settings {
        answer_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_millis(300),
        head_timeout: Duration::from_millis(300),
        ..Settings::default()
    };
    let server = Server::start(settings, Limits::default()).await;
    let mut changes = server.stream("/stateline/changes").await;
    let (execution, count) = long(&server.client).await;
    let mut stuck = server.connect().await;
    let request =
        format!("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", events_of(&execution));
    stuck.write_all(request.as_bytes()).await.expect("the server reads");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let answer = support::read_to_end(&mut stuck).await;
    let events = answer.matches("event: history").count();
    assert!(events < count, "all {events} events were sent to somebody who did not read");
    // This one had nothing to read for five times as long.
    changes.expect("machine").await;
    server.client.start(&server.client.create("n", "STANDARD", &pass()).await, "{}").await;
    let mut kinds = Vec::new();
    while kinds.len() < 3 {
        kinds.push(changes.next().await.expect("the stream goes on").kind);
    }
    assert!(kinds.contains(&"machine".to_owned()) && kinds.contains(&"execution".to_owned()), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_express_execution_is_running_until_its_history_comes() {
    let limits = Limits { express_history_days: 1, ..Limits::default() };
    let server = Server::start(Settings::default(), limits).await;
    let client = &server.client;
    let mut changes = server.stream("/stateline/changes").await;
    let machine = client.create("m", "EXPRESS", &wait(1)).await;
    changes.expect("machine").await;
    let execution = client.start(&machine, "{}").await;
    let mut stream = server.stream(&events_of(&execution)).await;
    assert_eq!(stream.expect("execution").await.data["status"], "RUNNING");
    assert_eq!(status_told(&mut changes, &execution).await, "RUNNING");
    assert_eq!(stream.expect("history").await.data["type"], "ExecutionStarted");
    assert!(stream.is_still().await, "the rest comes when it ends");
    let rest = stream.rest().await;
    let types: Vec<String> = history(&rest).into_iter().map(|(_, event)| event).collect();
    assert_eq!(types, ["WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"]);
    let kinds: Vec<&str> = rest.iter().map(|event| &*event.kind).collect();
    assert_eq!(kinds, ["history", "history", "history", "execution", "end"]);
    assert_eq!(status_told(&mut changes, &execution).await, "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn children_are_told_of_to_those_who_watch_their_map_run() {
    let server = Server::plain().await;
    let client = &server.client;
    let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "Each", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "End": true}}}}}});
    let machine = client.create("m", "STANDARD", &map.to_string()).await;
    let mut all = server.stream("/stateline/changes").await;
    let execution = client.start(&machine, "[1, 2, 3]").await;
    assert_eq!(status_told(&mut all, &execution).await, "RUNNING");
    let mut run = Value::Null;
    while run.is_null() {
        let runs = client.ok("ListMapRuns", json!({"executionArn": execution})).await;
        run = runs["mapRuns"][0]["mapRunArn"].clone();
    }
    let run = run.as_str().expect("an ARN");
    let mut of_run = server.stream(&format!("/stateline/changes?mapRunArn={run}")).await;
    let mut ended = std::collections::BTreeSet::new();
    while !ended.contains(&execution) {
        for change in of_run.expect("execution").await.data.as_array().expect("a list") {
            let arn = change["executionArn"].as_str().expect("an ARN");
            assert_eq!(change["mapRunArn"] == run, arn != execution, "{change}");
            if change["status"] == "SUCCEEDED" {
                ended.insert(arn.to_owned());
            }
        }
    }
    assert_eq!(ended.len(), 4);
    // Nobody else hears of children.
    assert_eq!(status_told(&mut all, &execution).await, "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_not_fetched_says_that_it_has_lagged() {
    let server = Server::plain().await;
    let client = &server.client;
    let machine = client.create("m", "STANDARD", &pass()).await;
    let filter = stateline_runtime::ChangeFilter {
        machine_prefix: machine.trim_end_matches('m').to_owned(),
        ..Default::default()
    };
    let mut changes = client.api.service().changes(filter);
    for _ in 0..1_100 {
        client.start(&machine, "{}").await;
    }
    let news = changes.next().await;
    assert!(news.lagged && (1..1_000).contains(&news.executions.len()), "{}", news.executions.len());
    // What comes later is told again.
    let execution = client.start(&machine, "{}").await;
    let news = changes.next().await;
    assert!(!news.lagged && news.executions.values().all(|change| *change.arn == *execution));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_commits_are_told_in_order() {
    let server = Server::plain().await;
    let client = &server.client;
    let states = json!({"S": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 300, "Next": "P"}], "Default": "D"},
        "P": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "S"},
        "D": {"Type": "Succeed"}});
    let machine =
        client.create("m", "STANDARD", &json!({"StartAt": "S", "States": states}).to_string()).await;
    let execution = client.start(&machine, r#"{"n": 0}"#).await;
    // Several watch one execution, each from somewhere else.
    let mut streams = Vec::new();
    for after in [0, 1, 100] {
        streams.push((after, server.stream(&format!("{}&after={after}", events_of(&execution))).await));
    }
    for (after, mut stream) in streams {
        let events = stream.rest().await;
        assert_eq!(events.last().map(|event| &*event.kind), Some("end"));
        let all = history_of(client, &execution).await;
        let seen = history(&events);
        assert_eq!(seen.len(), events.iter().filter(|event| event.kind == "history").count());
        assert_eq!(
            seen.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            (after + 1..=seen.len() as u64 + after).collect::<Vec<_>>()
        );
        assert!(seen.len() > 1_000, "{}", all.len());
    }
}
