//! Jobs: submitted, watched, watched again after a restart, given up.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::json;
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Ending, Lineage, Machine, MachineStatus, Outcome, Service,
    StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::MemStore;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

/// A service that takes jobs and does them when it is told to.
#[derive(Default)]
struct Works {
    /// Never answers that it has taken a request.
    deaf: AtomicBool,
    /// Takes its time to answer that it has taken a request.
    slow: AtomicBool,
    done: AtomicBool,
    watched: AtomicUsize,
    given_up: AtomicUsize,
    /// Requests: their ids, and whether they were said to be repeated.
    requests: Mutex<Vec<(String, bool)>>,
}

/// The service as the runtime gets it.
struct Door(Arc<Works>);

impl Connector for Door {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let (deaf, slow) = (self.0.deaf.load(Ordering::SeqCst), self.0.slow.load(Ordering::SeqCst));
        let request = (attempt.request_id.to_string(), attempt.repeated);
        self.0.requests.lock().expect("no test panics with the lock").push(request);
        Box::pin(async move {
            if deaf {
                std::future::pending::<()>().await;
            }
            if slow {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Outcome::Succeeded(Payload::from(json!({"ExecutionArn": "job"})))
        })
    }

    fn watch(&self, _: Attempt, submitted: Payload) -> CallFuture {
        assert_eq!(submitted.text(), r#"{"ExecutionArn":"job"}"#);
        let works = self.0.clone();
        works.watched.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            while !works.done.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Outcome::Succeeded(Payload::from(json!("done")))
        })
    }

    fn give_up(&self, _: Attempt, _: Payload) {
        self.0.given_up.fetch_add(1, Ordering::SeqCst);
    }
}

fn open(store: &MemStore, works: &Arc<Works>) -> Service {
    let config = Config {
        store: Arc::new(store.clone()),
        connector: Arc::new(Door(works.clone())),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("a store in memory opens")
}

async fn start(service: &Service) -> Arc<str> {
    start_task(service, "states:startExecution.sync:2", json!({"StateMachineArn": "m"})).await
}

async fn start_task(service: &Service, resource: &str, parameters: serde_json::Value) -> Arc<str> {
    let definition = json!({"StartAt": "S", "States": {"S": {"Type": "Task", "End": true,
        "Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters}}});
    let arn: Arc<str> = "arn:aws:states:us-east-1:000000000000:stateMachine:m".into();
    let machine = Machine {
        arn: arn.clone(),
        name: "m".into(),
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
    let request = StartRequest {
        machine_arn: arn,
        name: None,
        input: Payload::parse("{}").expect("JSON"),
        trace_header: None,
    };
    service.start(request).await.expect("the execution starts").arn
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: it does not come to that");
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

fn watched(works: &Works) -> usize {
    works.watched.load(Ordering::SeqCst)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_watched_again_after_a_restart_and_not_submitted_again() {
    let (store, works) = (MemStore::new(), Arc::new(Works::default()));
    let service = open(&store, &works);
    let arn = start(&service).await;
    until("it is watched", || watched(&works) == 1).await;
    let disk = store.crash();
    // A stop does not wait for jobs, and does not give them up.
    service.shutdown(Duration::from_secs(60)).await;
    let service = open(&disk, &works);
    until("it is watched again", || watched(&works) == 2).await;
    works.done.store(true, Ordering::SeqCst);
    assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!("done"))));
    assert_eq!(works.requests.lock().expect("no test panics with the lock").len(), 1);
    assert_eq!(works.given_up.load(Ordering::SeqCst), 0);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_was_out_in_a_crash_is_made_again_under_the_same_id() {
    for (resource, parameters) in [
        ("states:startExecution.sync:2", json!({"StateMachineArn": "m"})),
        ("ecs:runTask.sync", json!({"TaskDefinition": "d"})),
        (
            "sagemaker:createTrainingJob.sync",
            json!({"TrainingJobName": "n", "RoleArn": "r", "AlgorithmSpecification": {},
                "OutputDataConfig": {}, "ResourceConfig": {}, "StoppingCondition": {}}),
        ),
    ] {
        made_again(resource, parameters).await;
    }
}

async fn made_again(resource: &str, parameters: serde_json::Value) {
    let (store, works) = (MemStore::new(), Arc::new(Works::default()));
    works.deaf.store(true, Ordering::SeqCst);
    let service = open(&store, &works);
    let arn = start_task(&service, resource, parameters).await;
    until("it is submitted", || works.requests.lock().is_ok_and(|requests| requests.len() == 1)).await;
    let disk = store.crash();
    service.shutdown(Duration::ZERO).await;
    works.deaf.store(false, Ordering::SeqCst);
    works.done.store(true, Ordering::SeqCst);
    let service = open(&disk, &works);
    assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(json!("done"))));
    let requests = works.requests.lock().expect("no test panics with the lock").clone();
    let (first, second) = (&requests[0], &requests[1]);
    assert_eq!((first.1, second.1, &first.0), (false, true, &second.0));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_would_make_two_jobs_is_in_doubt_after_a_crash() {
    let (store, works) = (MemStore::new(), Arc::new(Works::default()));
    works.deaf.store(true, Ordering::SeqCst);
    let service = open(&store, &works);
    let parameters = json!({"JobName": "n", "JobQueue": "q", "JobDefinition": "d"});
    let arn = start_task(&service, "batch:submitJob.sync", parameters).await;
    until("it is submitted", || works.requests.lock().is_ok_and(|requests| requests.len() == 1)).await;
    let disk = store.crash();
    service.shutdown(Duration::ZERO).await;
    let service = open(&disk, &works);
    match end_of(&service, &arn).await {
        Ending::Failed(failure) => assert_eq!(failure.name(), "States.TaskFailed"),
        other => panic!("{other:?}"),
    }
    assert_eq!(works.requests.lock().expect("no test panics with the lock").len(), 1);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_nobody_waits_for_is_given_up() {
    let (store, works) = (MemStore::new(), Arc::new(Works::default()));
    let service = open(&store, &works);
    let arn = start(&service).await;
    until("it is watched", || watched(&works) == 1).await;
    service.stop(&arn, Failure::default()).await.expect("it is stopped");
    until("it is given up", || works.given_up.load(Ordering::SeqCst) == 1).await;
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_taken_when_nobody_waits_any_more_is_given_up() {
    let (store, works) = (MemStore::new(), Arc::new(Works::default()));
    works.slow.store(true, Ordering::SeqCst);
    let service = open(&store, &works);
    let arn = start(&service).await;
    until("it is submitted", || works.requests.lock().is_ok_and(|requests| requests.len() == 1)).await;
    service.stop(&arn, Failure::default()).await.expect("it is stopped");
    until("it is given up", || works.given_up.load(Ordering::SeqCst) == 1).await;
    assert_eq!(watched(&works), 0);
    service.shutdown(Duration::ZERO).await;
}
