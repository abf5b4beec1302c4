//! The list of open tasks that wait for somebody.
#![allow(clippy::disallowed_methods, reason = "a test of the threads themselves waits for them")]

use serde_json::{Value, json};
use stateline_base::{Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    ActivityEntry, Attempt, CallFuture, Config, Connector, Lineage, Machine, MachineStatus, OpenTask,
    Outcome, Service, StartRequest, SystemClock, SystemEntropy, TaskFilter, TokenWord,
};
use stateline_store::{Append, ExecutionRow, Group, MemStore, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

const PREFIX: &str = "arn:aws:states:us-east-1:000000000000:";
const ACTIVITY: &str = "arn:aws:states:us-east-1:000000000000:activity:a";

struct Yes;

impl Connector for Yes {
    fn call(&self, _: Attempt) -> CallFuture {
        Box::pin(std::future::ready(Outcome::Succeeded(Payload::empty_object())))
    }
}

fn open(store: &MemStore) -> Service {
    let config = Config {
        store: Arc::new(store.clone()),
        connector: Arc::new(Yes),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("a store in memory opens")
}

async fn create(service: &Service, name: &str, definition: &Value) {
    let machine = Machine {
        arn: format!("{PREFIX}stateMachine:{name}").into(),
        name: name.into(),
        definition: definition.to_string().into(),
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
}

async fn start(service: &Service, machine: &str, name: &str) {
    let request = StartRequest {
        machine_arn: format!("{PREFIX}stateMachine:{machine}").into(),
        name: Some(name.into()),
        input: Payload::parse("[1,2]").expect("JSON"),
        trace_header: None,
    };
    service.start(request).await.expect("accepted");
}

fn callback(more: &Value) -> Value {
    let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
        "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}});
    for (name, value) in more.as_object().into_iter().flatten() {
        state[name] = value.clone();
    }
    state
}

fn one(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

fn all() -> TaskFilter {
    TaskFilter { machine_prefix: format!("{PREFIX}stateMachine:"), ..TaskFilter::default() }
}

/// All pages of a list, each of at most so many.
async fn pages(service: &Service, filter: TaskFilter, limit: usize) -> Vec<OpenTask> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = service.open_tasks(filter.clone(), after.as_deref(), limit).await.expect("it can be read");
        assert!(page.items.len() <= limit);
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

async fn until(service: &Service, count: usize) -> Vec<OpenTask> {
    for _ in 0..2_000 {
        let found = pages(service, all(), 100).await;
        if found.len() == count {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it does not come to {count}: {:?}", pages(service, all(), 100).await);
}

fn shown(task: &OpenTask) -> String {
    let name = task.execution_arn.rsplit(':').next().unwrap_or_default();
    let (deadline, beat) = (task.deadline.is_some(), task.heartbeat_deadline.is_some());
    let token = task.token.is_some();
    format!(
        "{name} {} {:?} {:?} deadline {deadline} heartbeat {beat} token {token}",
        task.state, task.waits_for, task.worker
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_whom_is_listed_over_restarts() {
    let store = MemStore::new();
    let service = open(&store);
    let entry = ActivityEntry {
        arn: ACTIVITY.into(),
        name: "a".into(),
        created: Timestamp::from_millis(1),
        encryption: None,
        tags: Vec::new(),
    };
    service.create_activity(entry).await.expect("the activity is created");
    let clocks = json!({"TimeoutSeconds": 600, "HeartbeatSeconds": 60});
    create(&service, "callback", &one(&callback(&clocks))).await;
    create(
        &service,
        "work",
        &one(&json!({"Type": "Task", "Resource": ACTIVITY, "End": true, "TimeoutSeconds": 600})),
    )
    .await;
    create(&service, "sleep", &one(&json!({"Type": "Wait", "Seconds": 600, "End": true}))).await;
    for machine in ["callback", "sleep", "work"] {
        start(&service, machine, machine).await;
    }
    let found = until(&service, 2).await;
    assert_eq!(
        found.iter().map(shown).collect::<Vec<_>>(),
        [
            "callback S Token None deadline true heartbeat true token true",
            "work S Worker None deadline false heartbeat false token false",
        ]
    );
    assert_eq!(&*found[0].resource, "arn:aws:states:::lambda:invoke.waitForTaskToken");
    assert!(found[0].deadline.is_some_and(|deadline| deadline == found[0].since.plus_seconds(600)));

    let taken = service.activity_task(ACTIVITY, Some("Ada".into()), Duration::from_secs(20)).await;
    let taken = taken.expect("the service is up").expect("a task");
    let disk = store.crash();
    service.shutdown(Duration::ZERO).await;
    let service = open(&disk);
    let found = pages(&service, all(), 100).await;
    assert_eq!(shown(&found[1]), r#"work S Result Some("Ada") deadline true heartbeat false token true"#);
    assert_eq!(found[1].token.as_deref(), Some(taken.token.as_str()));

    // The listed tokens are the ones that end the tasks, and then they are listed no more.
    for task in found {
        let token = task.token.expect("both have one");
        service.token(&token, TokenWord::Succeeded(Payload::empty_object())).await.expect("it is good");
    }
    assert_eq!(pages(&service, all(), 100).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_may_end_within_an_execution_and_filters_hold() {
    let service = open(&MemStore::new());
    create(&service, "one", &one(&callback(&json!({})))).await;
    let branch = |name: &str| json!({"StartAt": name, "States": {name: callback(&json!({}))}});
    let both = json!({"Type": "Parallel", "End": true, "Branches": [branch("A"), branch("B"), branch("C")]});
    create(&service, "three", &one(&both)).await;
    let map = json!({"Type": "Map", "Label": "Each", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "I", "States": {"I": callback(&json!({}))}}});
    create(&service, "map", &one(&map)).await;
    for (machine, name) in [("one", "a"), ("three", "b"), ("map", "c"), ("one", "d")] {
        start(&service, machine, name).await;
    }
    // A child for each of two items.
    let whole = until(&service, 7).await;
    for limit in [1, 2, 3, 7] {
        assert_eq!(pages(&service, all(), limit).await, whole, "{limit} a page");
    }
    let of = |machine: &str| TaskFilter {
        machine_arn: Some(format!("{PREFIX}stateMachine:{machine}").into()),
        ..all()
    };
    assert_eq!(pages(&service, of("one"), 1).await.len(), 2);
    assert_eq!(pages(&service, of("map"), 1).await.len(), 2);
    assert_eq!(pages(&service, of("thre"), 1).await.len(), 0);
    let elsewhere = TaskFilter { machine_prefix: PREFIX.replace("us-east-1", "eu-west-1"), ..all() };
    assert_eq!(pages(&service, elsewhere, 10).await.len(), 0);
    // With details they say what was asked for, and where.
    let detailed = pages(&service, TaskFilter { details: true, ..of("one") }, 10).await;
    for (task, name) in detailed.iter().zip(["a", "d"]) {
        let details = task.details.as_ref().expect("they were wanted");
        assert_eq!((&*details.execution_name, details.scheduled_event_id), (name, 3));
        let parameters: Value = serde_json::from_str(details.parameters.text()).expect("JSON");
        assert_eq!(parameters["Payload"]["token"].as_str(), task.token.as_deref());
    }
    assert_eq!(detailed.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_of_older_releases_are_found_by_their_journals() {
    let store = MemStore::new();
    let service = open(&store);
    create(&service, "callback", &one(&callback(&json!({})))).await;
    start(&service, "callback", "x").await;
    assert_eq!(until(&service, 1).await.len(), 1);
    service.shutdown(Duration::ZERO).await;
    let row = store.open_executions(None, 10).expect("it can be read").remove(0);
    // Rows of older releases do not tell of tokens.
    let epoch = store.acquire("an older release").expect("a store in memory");
    let old = ExecutionRow { body: vec![0], ..row };
    let (id, expected_seq) = (old.id, old.next_seq);
    let append = Append { id, expected_seq, events: 0, bytes: Vec::new(), row: old };
    store.commit(&Group { epoch, appends: vec![append], puts: Vec::new() }).expect("a store in memory");
    let service = open(&store);
    assert_eq!(pages(&service, all(), 10).await.len(), 1);
}
