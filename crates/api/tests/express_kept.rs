//! Express executions that are kept because the settings say so, and AWS's
//! answers where they do not.

#![allow(clippy::disallowed_methods, reason = "tests wait and take their time from the system's clock")]

mod support;

use serde_json::{Value, json};
use stateline_api::{Api, Settings};
use stateline_base::{Limits, Timestamp};
use stateline_runtime::{Clock, Service, SystemClock};
use stateline_store::{MemStore, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use support::{Client, PREFIX, pass, service_over, wait};

const DAY_SECONDS: i64 = 86_400;

/// The system's clock, put forward by so many seconds.
#[derive(Default)]
struct Later(AtomicI64);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_millis(self.0.load(Ordering::SeqCst) * 1_000)
    }
}

/// A store and its clock, on which services are opened one after the other.
#[derive(Default)]
struct World {
    store: MemStore,
    clock: Arc<Later>,
}

impl World {
    fn open(&self, days: u32) -> (Client, Service) {
        let limits = Limits { express_history_days: days, ..Limits::default() };
        let service = service_over(&self.store, limits, self.clock.clone());
        (Client::over(Arc::new(Api::new(service.clone(), Settings::default()))), service)
    }
}

async fn listed(client: &Client, machine: &str) -> Vec<Value> {
    let answer = client.ok("ListExecutions", json!({"stateMachineArn": machine})).await;
    answer["executions"].as_array().expect("a list").clone()
}

async fn kinds(client: &Client, execution: &str) -> Vec<String> {
    let answer = client.ok("GetExecutionHistory", json!({"executionArn": execution})).await;
    let events = answer["events"].as_array().expect("events");
    events.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect()
}

async fn run_sync(client: &Client, machine: &str, name: &str) -> Value {
    client
        .ok("StartSyncExecution", json!({"stateMachineArn": machine, "name": name, "input": "{\"a\": 1}"}))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_of_starting_are_kept() {
    let world = World::default();
    let (client, _service) = world.open(3);
    let machine = client.create("x", "EXPRESS", &pass()).await;
    let sync = run_sync(&client, &machine, "s").await;
    let sync_arn = sync["executionArn"].as_str().expect("an ARN");
    let start = client.start(&machine, "{ \"b\" : 2 }").await;
    let ended = client.ended(&start).await;
    assert_eq!((&ended["status"], &ended["input"]), (&json!("SUCCEEDED"), &json!("{ \"b\" : 2 }")));
    // A synchronous one is there as soon as it is answered, under its name and its express ARN.
    let shown = client.ok("DescribeExecution", json!({"executionArn": sync_arn})).await;
    for member in
        ["executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate", "input", "output"]
    {
        assert_eq!(shown[member], sync[member], "{member}");
    }
    assert_eq!(shown["redriveStatus"], "NOT_REDRIVABLE");
    let expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
    assert_eq!(kinds(&client, sync_arn).await, expected);
    assert_eq!(kinds(&client, &start).await, expected);
    let rows = listed(&client, &machine).await;
    assert_eq!(rows.len(), 2);
    // Those that began within one millisecond stand in any order.
    let row = |arn: &str| rows.iter().find(|row| row["executionArn"] == arn);
    assert!(row(&start).is_some(), "{rows:?}");
    assert_eq!(row(sync_arn).map(|row| &row["name"]), Some(&json!("s")));
    // The same name again is another execution.
    run_sync(&client, &machine, "s").await;
    assert_eq!(listed(&client, &machine).await.len(), 3);
    // What AWS refuses stays refused.
    let stop = client.error("StopExecution", json!({"executionArn": start})).await;
    assert!(stop.starts_with("InvalidArn") || stop.starts_with("ExecutionDoesNotExist"), "{stop}");
    let disguised = sync_arn.replace(":express:", ":execution:");
    let error = client.error("DescribeExecution", json!({"executionArn": disguised})).await;
    assert!(error.starts_with("ExecutionDoesNotExist"), "{error}");
    let other = format!("{PREFIX}:express:x:s:00000000-0000-0000-0000-000000000000");
    let error = client.error("DescribeExecution", json!({"executionArn": other})).await;
    assert!(error.starts_with("ExecutionDoesNotExist"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_and_histories_in_pages_are_kept_too() {
    let (client, _service) = World::default().open(1);
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f",
              "Parameters": {"x": "fail"}, "Next": "C"},
        "C": {"Type": "Succeed"}}});
    let machine = client.create("x", "EXPRESS", &definition.to_string()).await;
    let ran = run_sync(&client, &machine, "s").await;
    let arn = ran["executionArn"].as_str().expect("an ARN");
    let shown = client.ok("DescribeExecution", json!({"executionArn": arn})).await;
    assert_eq!(
        (&shown["status"], &shown["error"], &shown["cause"]),
        (&json!("FAILED"), &ran["error"], &ran["cause"])
    );
    let whole = kinds(&client, arn).await;
    assert_eq!(whole.last().map(String::as_str), Some("ExecutionFailed"));
    for reverse in [false, true] {
        let (mut found, mut token) = (Vec::new(), Value::Null);
        loop {
            let mut request = json!({"executionArn": arn, "maxResults": 2, "reverseOrder": reverse});
            if !token.is_null() {
                request["nextToken"] = token;
            }
            let mut page = client.ok("GetExecutionHistory", request).await;
            let events = page["events"].as_array().expect("events");
            found.extend(events.iter().map(|event| event["type"].as_str().expect("a type").to_owned()));
            token = page["nextToken"].take();
            if token.is_null() {
                break;
            }
        }
        if reverse {
            found.reverse();
        }
        assert_eq!(found, whole, "reverse: {reverse}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_outlive_the_server_and_end_with_their_days() {
    let world = World::default();
    let (client, service) = world.open(3);
    let machine = client.create("x", "EXPRESS", &pass()).await;
    let sync = run_sync(&client, &machine, "s").await;
    let arn = sync["executionArn"].as_str().expect("an ARN").to_owned();
    let start = client.start(&machine, "{}").await;
    client.ended(&start).await;
    service.shutdown(Duration::from_secs(5)).await;
    let (client, service) = world.open(3);
    assert_eq!(listed(&client, &machine).await.len(), 2);
    assert_eq!(kinds(&client, &arn).await.len(), 4);
    world.clock.0.store(3 * DAY_SECONDS - 60, Ordering::SeqCst);
    assert_eq!(listed(&client, &machine).await.len(), 2);
    world.clock.0.store(3 * DAY_SECONDS + 60, Ordering::SeqCst);
    assert_eq!(listed(&client, &machine).await, Vec::<Value>::new());
    assert_eq!(world.store.expire(world.clock.now(), 100).expect("the store deletes"), 2);
    let error = client.error("GetExecutionHistory", json!({"executionArn": arn})).await;
    assert!(error.starts_with("ExecutionDoesNotExist"), "{error}");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_a_crash_interrupted_is_run_again_and_kept_once() {
    let world = World::default();
    let (client, service) = world.open(3);
    let machine = client.create("x", "EXPRESS", &wait(1)).await;
    let start = client.start(&machine, "{}").await;
    assert_eq!(listed(&client, &machine).await[0]["status"], "RUNNING");
    let running = client.ok("DescribeExecution", json!({"executionArn": start})).await;
    service.shutdown(Duration::ZERO).await;
    let (client, service) = world.open(3);
    let ended = client.ended(&start).await;
    assert_eq!((&ended["status"], &ended["startDate"]), (&json!("SUCCEEDED"), &running["startDate"]));
    let expected = ["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"];
    assert_eq!(kinds(&client, &start).await, expected);
    assert_eq!(listed(&client, &machine).await.len(), 1);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_machine_stops_what_runs_and_leaves_what_ended() {
    let (client, service) = World::default().open(3);
    let machine = client.create("x", "EXPRESS", &wait(60)).await;
    let quick = client.create("q", "EXPRESS", &pass()).await;
    let ended = client.start(&quick, "{}").await;
    client.ended(&ended).await;
    let mut running = Vec::new();
    for _ in 0..20 {
        running.push(client.start(&machine, "{}").await);
    }
    for arn in [&machine, &quick] {
        client.ok("DeleteStateMachine", json!({"stateMachineArn": arn})).await;
    }
    for arn in &running {
        assert_eq!(client.ended(arn).await["status"], "ABORTED");
        assert_eq!(kinds(&client, arn).await, ["ExecutionStarted", "ExecutionAborted"]);
    }
    assert_eq!(client.ended(&ended).await["status"], "SUCCEEDED");
    assert_eq!(kinds(&client, &ended).await.len(), 4);
    assert_eq!(service.fault(), None);
    // Executions that end while their machine goes are closed once, by whoever comes first.
    let short =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}).to_string();
    let machine = client.create("y", "EXPRESS", &short).await;
    let mut ending = Vec::new();
    for _ in 0..50 {
        ending.push(client.start(&machine, "{}").await);
    }
    tokio::time::sleep(Duration::from_millis(950)).await;
    client.ok("DeleteStateMachine", json!({"stateMachineArn": machine})).await;
    for arn in &ending {
        let status = client.ended(arn).await["status"].clone();
        assert!(status == "ABORTED" || status == "SUCCEEDED", "{status}");
    }
    assert_eq!(service.fault(), None);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_the_answers_are_those_of_aws() {
    let world = World::default();
    let (client, service) = world.open(3);
    let machine = client.create("x", "EXPRESS", &pass()).await;
    let kept = run_sync(&client, &machine, "s").await["executionArn"].clone();
    service.shutdown(Duration::from_secs(5)).await;
    // Turned off, what was kept before is hidden; turned on, what was not kept is not there.
    let (client, service) = world.open(0);
    let start = client.start(&machine, "{}").await;
    for arn in [kept.clone(), json!(start)] {
        for operation in ["DescribeExecution", "GetExecutionHistory"] {
            assert_eq!(
                client.error(operation, json!({"executionArn": arn})).await,
                "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'"
            );
        }
    }
    let error = client.error("ListExecutions", json!({"stateMachineArn": machine})).await;
    assert!(error.starts_with("StateMachineTypeNotSupported"), "{error}");
    run_sync(&client, &machine, "t").await;
    service.shutdown(Duration::from_secs(5)).await;
    let (client, service) = world.open(3);
    let rows = listed(&client, &machine).await;
    assert_eq!(rows.iter().map(|row| &row["executionArn"]).collect::<Vec<_>>(), [&kept]);
    let error = client.error("DescribeExecution", json!({"executionArn": start})).await;
    assert!(error.starts_with("ExecutionDoesNotExist"), "{error}");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_one_is_kept_with_its_beginning_and_its_end() {
    let limits = Limits { express_history_days: 1, history_events_max: 100, ..Limits::default() };
    let service = service_over(&MemStore::new(), limits, Arc::new(SystemClock));
    let client = Client::over(Arc::new(Api::new(service.clone(), Settings::default())));
    let endless = json!({"StartAt": "A", "TimeoutSeconds": 1, "States": {
        "A": {"Type": "Pass", "Next": "A"}, "Z": {"Type": "Succeed"}}});
    let machine = client.create("x", "EXPRESS", &endless.to_string()).await;
    let ran = run_sync(&client, &machine, "s").await;
    let arn = ran["executionArn"].as_str().expect("an ARN");
    assert_eq!(client.ended(arn).await["status"], "TIMED_OUT");
    let (mut count, mut last, mut token) = (0, Value::Null, Value::Null);
    loop {
        let mut request = json!({"executionArn": arn, "maxResults": 30});
        if !token.is_null() {
            request["nextToken"] = token;
        }
        let mut page = client.ok("GetExecutionHistory", request).await;
        let events = page["events"].as_array().expect("events");
        count += events.len();
        last = events.last().map_or(last, |event| event["type"].clone());
        token = page["nextToken"].take();
        if token.is_null() {
            break;
        }
    }
    assert_eq!((count, &last), (100, &json!("ExecutionTimedOut")));
    let newest =
        client.ok("GetExecutionHistory", json!({"executionArn": arn, "reverseOrder": true, "maxResults": 1}));
    assert_eq!(newest.await["events"][0]["type"], "ExecutionTimedOut");
    service.shutdown(Duration::ZERO).await;
}
