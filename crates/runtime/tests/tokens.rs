//! Activities and callbacks on a running service: workers, tokens, restarts.
#![allow(clippy::disallowed_methods, reason = "a test of the threads themselves waits for them")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    ActivityEntry, ActivityTask, Attempt, CallFuture, Config, Connector, Ending, Lineage, Machine,
    MachineStatus, Outcome, Service, ServiceError, StartRequest, SystemClock, SystemEntropy, TokenWord,
};
use stateline_store::MemStore;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

const ACTIVITY: &str = "arn:aws:states:us-east-1:000000000000:activity:a";
const PATIENCE: Duration = Duration::from_secs(20);

/// Takes every request and remembers it.
#[derive(Default)]
struct Post {
    letters: Mutex<Vec<Payload>>,
    /// Never answers.
    silent: bool,
}

impl Connector for Post {
    fn call(&self, attempt: Attempt) -> CallFuture {
        self.letters.lock().expect("no test panics with the lock").push(attempt.input);
        let silent = self.silent;
        Box::pin(async move {
            if silent {
                std::future::pending::<()>().await;
            }
            Outcome::Succeeded(Payload::from(json!({"taken": true})))
        })
    }
}

impl Post {
    /// The token in the last request.
    async fn token(&self) -> String {
        for _ in 0..2_000 {
            let last = self.letters.lock().expect("no test panics with the lock").last().cloned();
            if let Some(token) = last.and_then(|last| last.value()["Payload"].as_str().map(str::to_owned)) {
                return token;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nothing was called");
    }
}

fn open(store: &MemStore, post: &Arc<Post>, limits: Limits) -> Service {
    let config = Config {
        store: Arc::new(store.clone()),
        connector: post.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits,
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("a store in memory opens")
}

fn activity() -> ActivityEntry {
    ActivityEntry {
        arn: ACTIVITY.into(),
        name: "a".into(),
        created: Timestamp::from_millis(1),
        encryption: None,
        tags: Vec::new(),
    }
}

/// A machine of one Task state, and an execution of it.
async fn start(service: &Service, name: &str, task: &Value) -> Arc<str> {
    let definition = json!({"StartAt": "S", "States": {"S": task}}).to_string();
    let arn: Arc<str> = format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}").into();
    let machine = Machine {
        arn: arn.clone(),
        name: name.into(),
        definition: definition.into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        kind: MachineKind::Standard,
        created: Timestamp::from_millis(1),
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: Vec::new(),
        lineage: Lineage::default(),
    };
    service.create_machine(machine).await.expect("the machine is created");
    let input = Payload::parse(r#"{"n":1}"#).expect("JSON");
    let request = StartRequest { machine_arn: arn, name: None, input, trace_header: None };
    service.start(request).await.expect("the execution starts").arn
}

fn callback() -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
        "Parameters": {"FunctionName": "f", "Payload.$": "$$.Task.Token"}})
}

fn work() -> Value {
    json!({"Type": "Task", "Resource": ACTIVITY, "End": true})
}

async fn take(service: &Service) -> Option<ActivityTask> {
    service.activity_task(ACTIVITY, Some("w".into()), PATIENCE).await.expect("the service is up")
}

fn done(json: &Value) -> TokenWord {
    TokenWord::Succeeded(Payload::from(json.clone()))
}

async fn end_of(service: &Service, arn: &str) -> Ending {
    for _ in 0..2_000 {
        let view = service.describe(arn).await.expect("an accepted execution can be described");
        if view.ending != Ending::Running {
            return view.ending;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} does not end");
}

/// Waits until the service has let an execution leave memory, so that a token must bring it back.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_ends_with_its_token_once() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let service = open(&store, &post, Limits::default());
    let arn = start(&service, "m", &callback()).await;
    let token = post.token().await;
    settle().await;
    assert_eq!(service.token(&token, TokenWord::Heartbeat).await, Ok(()));
    assert_eq!(service.token(&token, done(&json!({"ok": 1}))).await, Ok(()));
    assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!({"ok": 1}))));
    assert_eq!(service.token(&token, done(&json!(2))).await, Err(ServiceError::TaskTimedOut));
    assert_eq!(service.token(&token, TokenWord::Heartbeat).await, Err(ServiceError::TaskTimedOut));
    assert_eq!(service.token("nonsense", TokenWord::Heartbeat).await, Err(ServiceError::InvalidTaskToken));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_good_after_a_restart_whether_or_not_the_call_came_back() {
    for silent in [false, true] {
        let (store, post) = (MemStore::new(), Arc::new(Post { silent, ..Post::default() }));
        let service = open(&store, &post, Limits::default());
        let arn = start(&service, "m", &callback()).await;
        let token = post.token().await;
        settle().await;
        let disk = store.crash();
        service.shutdown(Duration::ZERO).await;
        let service = open(&disk, &post, Limits::default());
        settle().await;
        assert_eq!(service.token(&token, done(&json!("late"))).await, Ok(()), "silent: {silent}");
        assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!("late"))));
        // The call was not made again.
        assert_eq!(post.letters.lock().expect("no test panics with the lock").len(), 1);
        service.shutdown(Duration::ZERO).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_get_each_task_once_and_in_order() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let service = open(&store, &post, Limits::default());
    service.create_activity(activity()).await.expect("the activity is created");
    let first = start(&service, "one", &work()).await;
    let second = start(&service, "two", &work()).await;
    let (a, b) = (take(&service).await.expect("a task"), take(&service).await.expect("a task"));
    assert_eq!(a.input.text(), r#"{"n":1}"#);
    assert_ne!(a.token, b.token);
    let none = service.activity_task(ACTIVITY, None, Duration::from_millis(50)).await;
    assert_eq!(none, Ok(None));
    service.token(&b.token, TokenWord::Failed(Failure::new("E", "c"))).await.expect("the token is good");
    service.token(&a.token, done(&json!(1))).await.expect("the token is good");
    assert_eq!(end_of(&service, &first).await, Ending::Succeeded(Payload::from(json!(1))));
    assert_eq!(end_of(&service, &second).await, Ending::Failed(Failure::new("E", "c")));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_waits_gets_the_task_that_comes() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let service = open(&store, &post, Limits::default());
    service.create_activity(activity()).await.expect("the activity is created");
    let waiting = tokio::spawn({
        let service = service.clone();
        async move { take(&service).await }
    });
    settle().await;
    let arn = start(&service, "m", &work()).await;
    let task = waiting.await.expect("the worker lives").expect("a task");
    service.token(&task.token, done(&json!(7))).await.expect("the token is good");
    assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!(7))));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_wait_for_workers_across_a_restart() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let service = open(&store, &post, Limits::default());
    service.create_activity(activity()).await.expect("the activity is created");
    let waits = start(&service, "waits", &work()).await;
    let taken = start(&service, "taken", &work()).await;
    // Whichever comes first: one is taken, one goes on waiting.
    let before = take(&service).await.expect("a task");
    settle().await;
    let disk = store.crash();
    service.shutdown(Duration::ZERO).await;
    let service = open(&disk, &post, Limits::default());
    let after = take(&service).await.expect("the other task");
    assert_ne!(before.token, after.token);
    assert_eq!(service.activity_task(ACTIVITY, None, Duration::from_millis(50)).await, Ok(None));
    for task in [before, after] {
        service.token(&task.token, done(&json!(true))).await.expect("the token is good");
    }
    for arn in [waits, taken] {
        assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!(true))));
    }
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_goes_away_leaves_the_task_to_the_next() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let service = open(&store, &post, Limits::default());
    service.create_activity(activity()).await.expect("the activity is created");
    for round in 0..40 {
        let gone = tokio::spawn({
            let service = service.clone();
            async move { take(&service).await }
        });
        tokio::task::yield_now().await;
        let arn = start(&service, &format!("m{round}"), &work()).await;
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        gone.abort();
        let task = match gone.await {
            Ok(task) => task,
            Err(_) => take(&service).await,
        };
        let task = task.expect("the task is not lost");
        service.token(&task.token, done(&json!(round))).await.expect("the token is good");
        assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!(round))));
    }
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn activities_are_known_counted_and_missed() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let limits = Limits { activity_workers_max: 1, ..Limits::default() };
    let service = open(&store, &post, limits);
    let missing = ServiceError::ActivityDoesNotExist(ACTIVITY.into());
    assert_eq!(service.activity_task(ACTIVITY, None, PATIENCE).await, Err(missing.clone()));
    let arn = start(&service, "m", &work()).await;
    let cause = format!("The activity {ACTIVITY} does not exist.");
    assert_eq!(end_of(&service, &arn).await, Ending::Failed(Failure::new("States.Runtime", cause)));
    let first = service.create_activity(activity()).await.expect("the activity is created");
    let again = ActivityEntry { created: Timestamp::from_millis(9), ..activity() };
    assert_eq!(service.create_activity(again).await, Ok(first));
    let waiting = tokio::spawn({
        let service = service.clone();
        async move { take(&service).await }
    });
    settle().await;
    let full = ServiceError::TooManyWorkers(ACTIVITY.into());
    assert_eq!(service.activity_task(ACTIVITY, None, PATIENCE).await, Err(full));
    service.delete_activity(ACTIVITY).await.expect("the activity is deleted");
    service.delete_activity(ACTIVITY).await.expect("and deleted again");
    assert_eq!(service.activity(ACTIVITY), Err(missing));
    // A stop lets nobody wait.
    service.shutdown(Duration::ZERO).await;
    assert_eq!(waiting.await.expect("the worker lives"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_heartbeat_ends_the_task_and_its_token() {
    let (store, post) = (MemStore::new(), Arc::new(Post::default()));
    let service = open(&store, &post, Limits::default());
    let mut task = callback();
    task["HeartbeatSeconds"] = json!(1);
    let arn = start(&service, "m", &task).await;
    let token = post.token().await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(service.token(&token, TokenWord::Heartbeat).await, Ok(()));
    }
    assert_eq!(end_of(&service, &arn).await, Ending::Failed(Failure::named("States.Timeout")));
    assert_eq!(service.token(&token, done(&json!(1))).await, Err(ServiceError::TaskTimedOut));
    service.shutdown(Duration::ZERO).await;
}
