//! Mistakes of the server's: a panic in an Express execution is its failure, and strands nobody.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_base::{Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Created, Ending, Lineage, Machine, MachineStatus, Service,
    StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::MemStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// Breaks before there is a call that could be waited for.
struct Broken;

impl Connector for Broken {
    fn call(&self, _: Attempt) -> CallFuture {
        panic!("nobody thought of that");
    }
}

fn open() -> Service {
    let config = Config {
        store: Arc::new(MemStore::new()),
        connector: Arc::new(Broken),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits { express_history_days: 1, ..Limits::default() },
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("a store in memory opens")
}

fn calls() -> Value {
    json!({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f"}}})
}

async fn request(service: &Service, kind: MachineKind, definition: &Value) -> StartRequest {
    let machine = Machine {
        arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        name: "m".into(),
        definition: definition.to_string().into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        kind,
        created: Timestamp::from_millis(1),
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: Vec::new(),
        lineage: Lineage::default(),
    };
    let machine_arn = match service.create_machine(machine).await {
        Ok(Created::New(machine) | Created::Exists(machine)) => machine.arn.clone(),
        Err(error) => panic!("the machine was not created: {error}"),
    };
    StartRequest { machine_arn, name: None, input: Payload::empty_object(), trace_header: None }
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

fn check(ending: &Ending, error: &str, cause: &str) {
    let Ending::Failed(failure) = ending else { panic!("{ending:?}") };
    assert_eq!(failure.name(), error);
    assert!(failure.cause.as_deref().is_some_and(|told| told.contains(cause)), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_express_execution_fails_by_it() {
    let service = open();
    let request = request(&service, MachineKind::Express, &calls()).await;
    let view = service.start_sync(request.clone()).await.expect("it is answered");
    check(&view.ending, "States.Runtime", "nobody thought of that");
    let started = service.start(request).await.expect("it is accepted");
    check(&end_of(&service, &started.arn).await, "States.Runtime", "nobody thought of that");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_express_child_tells_its_parent_of_it() {
    let service = open();
    let mut processor = calls();
    processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"});
    let map =
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": processor}}});
    let mut request = request(&service, MachineKind::Standard, &map).await;
    request.input = Payload::from(json!([1, 2, 3]));
    let started = service.start(request).await.expect("it is accepted");
    let ending = end_of(&service, &started.arn).await;
    check(&ending, "States.ExceedToleratedFailureThreshold", "tolerated failure threshold");
    service.shutdown(Duration::ZERO).await;
}
