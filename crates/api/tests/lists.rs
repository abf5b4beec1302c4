//! The server's own lists: machines with how they do, executions across machines, tasks, accounts, the system.

#![allow(clippy::disallowed_methods, reason = "tests wait and give up after a while")]

mod support;

use serde_json::{Value, json};
use std::time::Duration;
use support::{Client, pass, wait};

/// A definition whose function is called with the input; one that says `fail` fails.
fn call() -> String {
    json!({"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true}}})
        .to_string()
}

async fn get(client: &Client, path: &str) -> Value {
    let (status, answer) = client.get(path).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// Starts an execution of this name and waits for its end.
async fn run(client: &Client, machine: &str, name: &str, input: &str) -> Value {
    let body = json!({"stateMachineArn": machine, "name": name, "input": input});
    let started = client.ok("StartExecution", body).await;
    client.ended(started["executionArn"].as_str().expect("an ARN")).await
}

/// All pages of a list.
async fn pages(client: &Client, path: &str, member: &str, limit: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = String::new();
    for _ in 0..1_000 {
        let answer = get(client, &format!("{path}maxResults={limit}{next}")).await;
        let items = answer[member].as_array().expect("a list");
        assert!(items.len() <= limit);
        found.extend(items.iter().cloned());
        match answer["nextToken"].as_str() {
            Some(token) => next = format!("&nextToken={token}"),
            None => return found,
        }
    }
    panic!("the pages of {path} have no end");
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_of_all_machines_come_newest_first() {
    let client = Client::new();
    let mut machines = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        machines.push(client.create(name, "STANDARD", &pass()).await);
    }
    let mut expected = Vec::new();
    for number in 0..37 {
        // One machine has most of them, one none.
        let machine = if number % 3 == 0 { number % 4 } else { 2 };
        let name = format!("n{number}");
        run(&client, &machines[machine], &name, "{}").await;
        expected.insert(0, name);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for limit in [1, 2, 5, 36, 37, 100] {
        let found = pages(&client, "/stateline/executions?", "executions", limit).await;
        assert_eq!(names(&found), expected, "{limit} on a page");
    }
    let found = pages(&client, "/stateline/executions?", "executions", 100).await;
    // Between two of them in time, to the millisecond.
    let (newest, oldest) = (&found[10]["startDate"], &found[20]["startDate"]);
    let path = format!("/stateline/executions?from={oldest}&to={newest}&");
    assert_eq!(names(&pages(&client, &path, "executions", 4).await), expected[10..=20]);
    let path = format!("/stateline/executions?stateMachineArn={}&", machines[1]);
    assert_eq!(pages(&client, &path, "executions", 2).await.len(), 3);
    let path = format!("/stateline/executions?stateMachineArn={}&", machines[4]);
    assert_eq!(pages(&client, &path, "executions", 2).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_are_found_by_how_they_stand_and_what_they_say() {
    let client = Client::new();
    let calls = client.create("calls", "STANDARD", &call()).await;
    let waits = client.create("waits", "STANDARD", &wait(600)).await;
    run(&client, &calls, "good-1", "{}").await;
    run(&client, &calls, "bad-1", r#""fail""#).await;
    let body = json!({"stateMachineArn": waits, "name": "open-1"});
    client.ok("StartExecution", body.clone()).await;
    let stopped = client.ok("StartExecution", json!({"stateMachineArn": waits, "name": "stopped-1"})).await;
    let cause = "c".repeat(1_000);
    let stop = json!({"executionArn": stopped["executionArn"], "error": "Enough", "cause": cause});
    client.ok("StopExecution", stop).await;
    let check = async |query: &str, expected: &[&str]| {
        let mut found = pages(&client, &format!("/stateline/executions?{query}&"), "executions", 1).await;
        found.sort_by_key(|item| item["name"].to_string());
        assert_eq!(names(&found), expected, "{query}");
        found
    };
    check("status=RUNNING", &["open-1"]).await;
    check("status=RUNNING&status=SUCCEEDED", &["good-1", "open-1"]).await;
    check("status=TIMED_OUT", &[]).await;
    check("search=GOOD", &["good-1"]).await;
    check("search=-1", &["bad-1", "good-1", "open-1", "stopped-1"]).await;
    check("search=execution%3Awaits", &["open-1", "stopped-1"]).await;
    check("search=none", &[]).await;
    check("search=broke&status=RUNNING", &[]).await;
    let found = check("search=broke", &["bad-1"]).await;
    assert_eq!((&found[0]["error"], &found[0]["cause"]), (&json!("Broken"), &json!("as asked")));
    assert_eq!(found[0]["redriveCount"], 0);
    let found = check("search=enough", &["stopped-1"]).await;
    assert_eq!(found[0]["cause"].as_str().map(str::len), Some(300));
    assert!(found[0]["stopDate"].is_number());
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_do_not_see_each_other() {
    let client = Client::new();
    let other = Client { api: client.api.clone(), credential: ("000000000002".into(), "eu-west-1".into()) };
    let machine = client.create("m", "STANDARD", &pass()).await;
    run(&client, &machine, "mine", "{}").await;
    for (path, member) in
        [("/stateline/executions?", "executions"), ("/stateline/machines?", "stateMachines")]
    {
        assert_eq!(pages(&client, path, member, 10).await.len(), 1, "{path}");
        assert_eq!(pages(&other, path, member, 10).await.len(), 0, "{path}");
    }
    let (status, answer) = other.get(&format!("/stateline/executions?stateMachineArn={machine}")).await;
    assert_eq!(status, 400, "{answer}");
    let token = get(&client, "/stateline/executions?maxResults=1").await["nextToken"].clone();
    assert_eq!(token, Value::Null);
    run(&client, &machine, "too", "{}").await;
    let token = get(&client, "/stateline/executions?maxResults=1").await["nextToken"].clone();
    let token = token.as_str().expect("there is more");
    let (status, answer) = other.get(&format!("/stateline/executions?maxResults=1&nextToken={token}")).await;
    assert_eq!((status, answer["message"].as_str()), (400, Some("Invalid Token: 'Invalid token'")));
    other.create("theirs", "STANDARD", &pass()).await;
    let accounts = get(&other, "/stateline/accounts").await;
    assert_eq!(
        accounts,
        json!({"accounts": [
            {"account": "000000000000", "region": "us-east-1", "stateMachines": 1},
            {"account": "000000000002", "region": "eu-west-1", "stateMachines": 1}],
            "default": {"account": "000000000000", "region": "us-east-1"}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_show_how_they_do() {
    let client = Client::new();
    let calls = client.create("calls", "STANDARD", &call()).await;
    let waits = client.create("waits", "STANDARD", &wait(600)).await;
    let quick = client.create("quick", "EXPRESS", &pass()).await;
    for number in 0..25 {
        let input = if number % 5 == 0 { r#""fail""# } else { "{}" };
        run(&client, &calls, &format!("n{number}"), input).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let open = client.start(&waits, "{}").await;
    let input = json!({"stateMachineArn": quick, "input": "{}"});
    client.ok("StartSyncExecution", input).await;
    let found = pages(&client, "/stateline/machines?", "stateMachines", 2).await;
    assert_eq!(names(&found), ["calls", "quick", "waits"]);
    let [first, express, last] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&first["stateMachineArn"], &first["type"]), (&json!(calls), &json!("STANDARD")));
    assert_eq!((&first["running"], &first["finished"], &first["failed"]), (&json!(0), &json!(25), &json!(5)));
    let recent = first["recent"].as_array().expect("a list");
    let expected: Vec<String> = (5..25).rev().map(|number| format!("n{number}")).collect();
    assert_eq!(names(recent), expected);
    assert_eq!((&recent[4]["status"], &recent[5]["status"]), (&json!("FAILED"), &json!("SUCCEEDED")));
    let (p50, p95) = (first["p50Seconds"].as_f64().expect("a number"), first["p95Seconds"].as_f64());
    assert!((0.0..5.0).contains(&p50) && Some(p50) <= p95, "{p50} {p95:?}");
    assert_eq!((&express["finished"], &express["recent"]), (&json!(1), &json!([])));
    assert_eq!((&last["running"], &last["finished"]), (&json!(1), &json!(0)));
    assert_eq!((&last["recent"][0]["executionArn"], &last["p50Seconds"]), (&json!(open), &Value::Null));
    let found = pages(&client, "/stateline/machines?search=Ai&", "stateMachines", 1).await;
    assert_eq!(names(&found), ["waits"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn children_of_a_map_run_are_found_by_it() {
    let client = Client::new();
    let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "Each", "End": true,
        "ToleratedFailurePercentage": 100, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true}}}}}});
    let machine = client.create("m", "STANDARD", &map.to_string()).await;
    let parent = run(&client, &machine, "parent", r#"["fail", 1, 2]"#).await;
    assert_eq!(parent["status"], "SUCCEEDED", "{parent}");
    let runs = client.ok("ListMapRuns", json!({"executionArn": parent["executionArn"]})).await;
    let run = runs["mapRuns"][0]["mapRunArn"].as_str().expect("an ARN");
    let all = pages(&client, "/stateline/executions?", "executions", 1).await;
    assert_eq!(names(&all), ["parent"]);
    let path = format!("/stateline/executions?mapRunArn={run}&");
    let children = pages(&client, &path, "executions", 2).await;
    assert_eq!(children.len(), 3);
    assert!(children.iter().all(|child| child["mapRunArn"] == run));
    let failed = pages(&client, &format!("{path}status=FAILED&search=broken&"), "executions", 2).await;
    assert_eq!((failed.len(), &failed[0]["error"]), (1, &json!("Broken")));
    assert_eq!(pages(&client, &format!("{path}status=PENDING_REDRIVE&"), "executions", 2).await.len(), 0);
    let (status, _) = client.get("/stateline/executions?status=PENDING_REDRIVE").await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_tell_what_was_asked_for() {
    let client = Client::new();
    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
        "Parameters": {"QueueUrl": "http://q/1/q", "MessageBody": {"token.$": "$$.Task.Token", "form": {"type": "object"}}}});
    let definition = json!({"StartAt": "Ask", "States": {"Ask": state}}).to_string();
    let machine = client.create("m", "STANDARD", &definition).await;
    client.ok("StartExecution", json!({"stateMachineArn": machine, "name": "e"})).await;
    for _ in 0..500 {
        let answer = get(&client, "/stateline/tasks?details=true").await;
        let Some(task) = answer["tasks"].get(0) else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        assert_eq!((&task["executionName"], &task["scheduledEventId"]), (&json!("e"), &json!(3)));
        let parameters: Value =
            serde_json::from_str(task["parameters"].as_str().expect("text")).expect("JSON");
        assert_eq!(parameters["MessageBody"]["token"], task["taskToken"]);
        assert_eq!(parameters["MessageBody"]["form"], json!({"type": "object"}));
        let plain = get(&client, "/stateline/tasks").await;
        assert_eq!(plain["tasks"][0].get("parameters"), None);
        return;
    }
    panic!("no task waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_counts_what_it_does() {
    let client = Client::new();
    let before = get(&client, "/stateline/system").await;
    let machine = client.create("m", "STANDARD", &wait(600)).await;
    for _ in 0..5 {
        client.start(&machine, "{}").await;
    }
    let open = |system: &Value| -> u64 {
        let workers = system["workers"].as_array().expect("a list");
        workers.iter().map(|worker| worker["openExecutions"].as_u64().expect("a number")).sum()
    };
    let mut after = get(&client, "/stateline/system").await;
    for _ in 0..200 {
        if open(&after) == 5 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        after = get(&client, "/stateline/system").await;
    }
    assert_eq!((open(&before), open(&after)), (0, 5));
    let batches = |system: &Value| system["commits"]["batches"].as_u64().expect("a number");
    assert_eq!(batches(&after) - batches(&before), 6);
    assert!(after["commits"]["p50Millis"].is_number() && after["commits"]["groupP50"].is_number());
    assert!(after["timers"]["next"].is_number());
    assert_eq!((&after["store"]["kind"], &after["health"]), (&json!("memory"), &json!({"status": "ok"})));
    assert_eq!((&after["shards"], &after["workers"].as_array().map(Vec::len)), (&json!(1024), &Some(2)));
    let (status, answer) = client.get("/stateline/system?x=1").await;
    assert_eq!(status, 400, "{answer}");
}
