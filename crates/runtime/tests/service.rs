//! The service as its callers see it, on the store in memory: starts and their
//! names, stops, reads, restarts, faults, Express, deletion, shutdown.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Created, Ending, HistoryRequest, Lineage, Machine, MachineStatus,
    Outcome, Service, ServiceError, StartRequest, StateTestRequest, StateTestStatus, SystemClock,
    SystemEntropy, TestRequest,
};
use stateline_store::{Fault, MemStore, Status, Store};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

/// Answers with its input; functions whose name contains `hang` never answer, `fail` fail, `panic` panic.
#[derive(Default)]
struct Echo {
    calls: AtomicUsize,
    seen: Mutex<Vec<String>>,
}

impl Connector for Echo {
    fn call(&self, attempt: Attempt) -> CallFuture {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.seen.lock().expect("no test panics with the lock").push(attempt.request_id.to_string());
        let name = attempt.resource.arn().to_string();
        Box::pin(async move {
            if name.contains("hang") {
                std::future::pending::<()>().await;
            }
            assert!(!name.contains("panic"), "the connector was told to panic");
            if name.contains("fail") {
                return Outcome::Failed(Failure::new("E", "told to"));
            }
            Outcome::Succeeded(attempt.input)
        })
    }
}

fn open(store: &MemStore, connector: &Arc<Echo>) -> Service {
    let config = Config {
        store: Arc::new(store.clone()),
        connector: connector.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("a store in memory opens")
}

fn machine(name: &str, kind: MachineKind, definition: &Value) -> Machine {
    Machine {
        arn: format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}").into(),
        name: name.into(),
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
    }
}

fn one(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

fn task(function: &str) -> Value {
    one(&json!({"Type": "Task", "End": true,
        "Resource": format!("arn:aws:lambda:us-east-1:000000000000:function:{function}")}))
}

fn pass() -> Value {
    one(&json!({"Type": "Pass", "End": true}))
}

async fn create(service: &Service, name: &str, kind: MachineKind, definition: &Value) -> Arc<str> {
    match service.create_machine(machine(name, kind, definition)).await {
        Ok(Created::New(machine) | Created::Exists(machine)) => machine.arn.clone(),
        Err(error) => panic!("{name} was not created: {error}"),
    }
}

fn request(arn: &Arc<str>, name: Option<&str>, input: &str) -> StartRequest {
    StartRequest {
        machine_arn: arn.clone(),
        name: name.map(Arc::from),
        input: Payload::parse(input).expect("the test's input is JSON"),
        trace_header: None,
    }
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_execution_runs_and_is_read_back() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &task("f")).await;
    let started = service.start(request(&arn, Some("one"), "{ \"a\":1}")).await.expect("accepted");
    assert_eq!(&*started.arn, "arn:aws:states:us-east-1:000000000000:execution:m:one");
    assert_eq!(
        end_of(&service, &started.arn).await,
        Ending::Succeeded(Payload::parse("{ \"a\":1}").expect("JSON"))
    );
    let page = |reverse, from_id| HistoryRequest { limit: 3, reverse, from_id };
    let ids =
        |page: &stateline_runtime::HistoryPage| page.events.iter().map(|event| event.id).collect::<Vec<_>>();
    let first = service.history(&started.arn, page(false, None)).await.expect("read");
    assert_eq!((ids(&first), first.next_id), (vec![1, 2, 3], Some(4)));
    let second = service.history(&started.arn, page(false, first.next_id)).await.expect("read");
    assert_eq!((ids(&second), second.next_id), (vec![4, 5, 6], Some(7)));
    let last = service.history(&started.arn, page(true, None)).await.expect("read");
    assert_eq!((ids(&last), last.next_id), (vec![7, 6, 5], Some(4)));
    let rest = service.history(&started.arn, page(true, Some(2))).await.expect("read");
    assert_eq!((ids(&rest), rest.next_id), (vec![2, 1], None));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_taken_as_aws_takes_them() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &task("hang")).await;
    let first = service.start(request(&arn, Some("n"), "{}")).await.expect("accepted");
    assert_eq!(service.start(request(&arn, Some("n"), "{}")).await.as_ref(), Ok(&first));
    let other = service.start(request(&arn, Some("n"), "{ }")).await;
    assert_eq!(other, Err(ServiceError::ExecutionAlreadyExists(first.arn.clone())));
    let stopped = service.stop(&first.arn, Failure::new("why", "because")).await.expect("stopped");
    assert_eq!(service.stop(&first.arn, Failure::default()).await, Ok(stopped));
    assert_eq!(end_of(&service, &first.arn).await, Ending::Aborted(Failure::new("why", "because")));
    let again = service.start(request(&arn, Some("n"), "{}")).await;
    assert_eq!(again, Err(ServiceError::ExecutionAlreadyExists(first.arn.clone())));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_survives_a_crash() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let hanging = create(&service, "h", MachineKind::Standard, &task("hang")).await;
    let wait = one(&json!({"Type": "Wait", "Seconds": 1, "End": true}));
    let waiting = create(&service, "w", MachineKind::Standard, &wait).await;
    let lost = service.start(request(&hanging, Some("a"), "{}")).await.expect("accepted");
    let slept = service.start(request(&waiting, Some("b"), "[1]")).await.expect("accepted");
    // A start is acknowledged before its first call leaves.
    while echo.calls.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let after = store.crash();
    drop(service);
    let calls = echo.calls.load(Ordering::SeqCst);
    let service = open(&after, &echo);
    let Ending::Failed(failure) = end_of(&service, &lost.arn).await else {
        panic!("an attempt in doubt fails")
    };
    assert_eq!(failure.name(), "States.TaskFailed");
    assert_eq!(echo.calls.load(Ordering::SeqCst), calls, "an attempt in doubt is not made again");
    assert_eq!(end_of(&service, &slept.arn).await, Ending::Succeeded(Payload::parse("[1]").expect("JSON")));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planned_stop_leaves_nothing_in_doubt() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let chain = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Next": "B", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:a"},
        "B": {"Type": "Task", "Next": "A", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:b"},
        "Z": {"Type": "Succeed"}}});
    let arn = create(&service, "loop", MachineKind::Standard, &chain).await;
    let started = service.start(request(&arn, None, "{}")).await.expect("accepted");
    tokio::time::sleep(Duration::from_millis(30)).await;
    service.shutdown(Duration::from_secs(5)).await;
    assert!(matches!(service.start(request(&arn, None, "{}")).await, Err(ServiceError::Unavailable(_))));
    let before = echo.calls.load(Ordering::SeqCst);
    let service = open(&store, &echo);
    for _ in 0..200 {
        if echo.calls.load(Ordering::SeqCst) > before + 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(service.describe(&started.arn).await.expect("known").ending, Ending::Running);
    service.shutdown(Duration::from_secs(5)).await;
    let seen = echo.seen.lock().expect("no test panics with the lock");
    let distinct: std::collections::HashSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "no attempt is called twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connector_that_panics_fails_the_task() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &task("panic")).await;
    let started = service.start(request(&arn, None, "{}")).await.expect("accepted");
    let Ending::Failed(failure) = end_of(&service, &started.arn).await else { panic!("it must fail") };
    assert_eq!(failure.name(), "States.TaskFailed");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_turns_new_work_away_and_loses_nothing() {
    let full = Arc::new(AtomicUsize::new(0));
    let told = full.clone();
    let plan = move |_: u64| if told.load(Ordering::SeqCst) == 1 { Fault::Full } else { Fault::None };
    let (store, echo) = (MemStore::with_faults(plan), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(
        &service,
        "m",
        MachineKind::Standard,
        &one(&json!({"Type": "Wait", "Seconds": 1, "End": true})),
    )
    .await;
    let before = service.start(request(&arn, Some("before"), "{}")).await.expect("accepted");
    full.store(1, Ordering::SeqCst);
    let refused = service.start(request(&arn, Some("during"), "{}")).await;
    assert!(matches!(refused, Err(ServiceError::StoreFull(_))), "{refused:?}");
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    full.store(0, Ordering::SeqCst);
    assert!(matches!(end_of(&service, &before.arn).await, Ending::Succeeded(_)));
    assert!(matches!(
        service.describe("arn:aws:states:us-east-1:000000000000:execution:m:during").await,
        Err(ServiceError::ExecutionDoesNotExist(_))
    ));
    service.start(request(&arn, Some("after"), "{}")).await.expect("accepted again");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poisoned_store_stops_the_service() {
    let broken = Arc::new(AtomicUsize::new(0));
    let told = broken.clone();
    let plan = move |_: u64| {
        if told.load(Ordering::SeqCst) == 1 { Fault::Poison { survives: false } } else { Fault::None }
    };
    let (store, echo) = (MemStore::with_faults(plan), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &pass()).await;
    let done = service.start(request(&arn, None, "{}")).await.expect("accepted");
    broken.store(1, Ordering::SeqCst);
    let refused = service.start(request(&arn, None, "{}")).await;
    assert!(matches!(refused, Err(ServiceError::Unavailable(_))), "{refused:?}");
    assert!(service.fault().is_some());
    assert!(matches!(service.describe(&done.arn).await.expect("reads go on").ending, Ending::Succeeded(_)));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn express_runs_without_a_journal() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "x", MachineKind::Express, &task("f")).await;
    let view = service.start_sync(request(&arn, Some("n"), "[1]")).await.expect("it ran");
    assert_eq!(view.ending, Ending::Succeeded(Payload::parse("[1]").expect("JSON")));
    assert!(view.arn.starts_with("arn:aws:states:us-east-1:000000000000:express:x:n:"));
    let failing = create(&service, "y", MachineKind::Express, &task("fail")).await;
    let view = service.start_sync(request(&failing, None, "{}")).await.expect("it ran");
    assert_eq!(view.ending, Ending::Failed(Failure::new("E", "told to")));
    let standard = create(&service, "s", MachineKind::Standard, &pass()).await;
    assert_eq!(service.start_sync(request(&standard, None, "{}")).await, Err(ServiceError::TypeNotSupported));
    let started = service.start(request(&arn, None, "{}")).await.expect("accepted");
    for _ in 0..400 {
        if service.recent_express(&arn, 10).iter().any(|kept| kept.view.arn == started.arn) {
            service.shutdown(Duration::ZERO).await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the asynchronous execution does not end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asynchronous_express_execution_runs_again_after_a_crash() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "x", MachineKind::Express, &task("hang")).await;
    service.start(request(&arn, None, "{}")).await.expect("accepted");
    for _ in 0..400 {
        if echo.calls.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let _again = open(&store.crash(), &echo);
    for _ in 0..400 {
        if echo.calls.load(Ordering::SeqCst) > 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it was not run again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_express_execution_that_ran_again_is_forgotten_and_the_service_goes_on() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let waiting = one(&json!({"Type": "Wait", "Seconds": 1, "End": true}));
    let arn = create(&service, "x", MachineKind::Express, &waiting).await;
    service.start(request(&arn, None, "{}")).await.expect("accepted");
    // So that the second run begins at another time than the first.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let store = store.crash();
    let service = open(&store, &echo);
    for _ in 0..800 {
        if store.open_executions(None, 10).expect("read").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(store.open_executions(None, 10).expect("read"), []);
    assert_eq!(service.fault(), None);
    service.start(request(&arn, None, "{}")).await.expect("accepted");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_machine_stops_its_executions_and_is_gone() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &task("hang")).await;
    let mut open_ones = Vec::new();
    for _ in 0..150 {
        open_ones.push(service.start(request(&arn, None, "{}")).await.expect("accepted").arn);
    }
    let listed = service.executions(&arn, Some(Status::Running), None, 1_000).await.expect("listed");
    assert_eq!(listed.items.len(), 150);
    service.delete_machine(&arn).await.expect("deleted");
    assert_eq!(service.machine(&arn).await, Err(ServiceError::MachineDoesNotExist(arn.clone())));
    for execution in &open_ones {
        assert_eq!(end_of(&service, execution).await, Ending::Aborted(Failure::default()));
    }
    assert_eq!(service.delete_machine(&arn).await, Ok(()));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_express_machine_ends_its_executions() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "x", MachineKind::Express, &task("hang")).await;
    let started = service.start(request(&arn, None, "{}")).await.expect("accepted");
    assert!(matches!(
        service.stop(&started.arn, Failure::default()).await,
        Err(ServiceError::ExecutionDoesNotExist(_))
    ));
    service.delete_machine(&arn).await.expect("deleted");
    assert_eq!(service.fault(), None);
    let arn = create(&service, "x", MachineKind::Express, &task("f")).await;
    service.start_sync(request(&arn, None, "{}")).await.expect("the service goes on");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_forgotten_when_there_is_room() {
    let full = Arc::new(AtomicUsize::new(1));
    let told = full.clone();
    let plan = move |write: u64| {
        if write > 3 && told.load(Ordering::SeqCst) == 1 { Fault::Full } else { Fault::None }
    };
    let (store, echo) = (MemStore::with_faults(plan), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &task("hang")).await;
    service.start(request(&arn, Some("a"), "{}")).await.expect("accepted");
    // A start that finds no room, beside answers that write nothing.
    let (mut turned_away, mut tries) = (false, 0);
    while !turned_away && tries < 50 {
        let other = format!("b{tries}");
        let start = service.start(request(&arn, Some(&other), "{}"));
        let answer = service.start(request(&arn, Some("a"), "{}"));
        let (start, _) = tokio::join!(start, answer);
        turned_away = matches!(start, Err(ServiceError::StoreFull(_)));
        tries += 1;
    }
    assert!(turned_away);
    full.store(0, Ordering::SeqCst);
    for _ in 0..200 {
        if service.start(request(&arn, None, "{}")).await.is_ok() {
            service.shutdown(Duration::ZERO).await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the disk has room and new executions are refused for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_express_execution_is_not_kept_whole() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let endless = json!({"StartAt": "A", "TimeoutSeconds": 1, "States": {
        "A": {"Type": "Pass", "Next": "A"}, "Z": {"Type": "Succeed"}}});
    let arn = create(&service, "x", MachineKind::Express, &endless).await;
    let view = service.start_sync(request(&arn, None, "{}")).await.expect("it ran");
    assert_eq!(view.ending, Ending::TimedOut);
    let kept = service.recent_express(&arn, 1);
    assert!(kept.iter().all(|record| record.records.len() <= 1_000));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_page_newest_first() {
    let (store, echo) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &echo);
    let arn = create(&service, "m", MachineKind::Standard, &pass()).await;
    for n in 0..25 {
        service.start(request(&arn, Some(&format!("n{n}")), "{}")).await.expect("accepted");
    }
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = service.executions(&arn, None, after.as_deref(), 10).await.expect("listed");
        names.extend(page.items.iter().map(|item| item.name.to_string()));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let expected: Vec<String> = (0..25).rev().map(|n| format!("n{n}")).collect();
    assert_eq!(names, expected);
    service.shutdown(Duration::ZERO).await;
}

fn test_of(definition: &Value, state: &str) -> TestRequest {
    let compiled = stateline_asl::compile(&definition.to_string(), stateline_asl::MachineKind::Standard);
    let program = compiled.program.expect("the test's own definition has no error");
    let test = StateTestRequest {
        state: program.find(state).expect("the state is there"),
        input: Payload::empty_object(),
        variables: Vec::new(),
        context: serde_json::Map::new(),
        mock: None,
        retries_used: 0,
        failed_items: 0,
        reader_data: None,
        preview: false,
    };
    let machine_prefix = "arn:aws:states:us-east-1:000000000000:stateMachine:".to_owned();
    TestRequest { program: Arc::new(program), test, machine_prefix, role_arn: None, reveal_secrets: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_state_is_tested_and_nothing_of_it_is_kept() {
    let (store, connector) = (MemStore::new(), Arc::new(Echo::default()));
    let service = open(&store, &connector);
    let place = service.test_place().expect("nothing else is tested");
    let outcome = service.test_state(&place, test_of(&task("echo"), "S")).await.expect("it runs");
    assert_eq!(
        (outcome.outcome.status, connector.calls.load(Ordering::SeqCst)),
        (StateTestStatus::Succeeded, 1)
    );
    let mut slow = task("hang");
    slow["States"]["S"]["TimeoutSeconds"] = json!(1);
    let outcome = service.test_state(&place, test_of(&slow, "S")).await.expect("it runs");
    assert_eq!(outcome.outcome.failure, Some(Failure::named("States.Timeout")));
    let failed = service.test_state(&place, test_of(&task("fail"), "S")).await.expect("it runs");
    assert_eq!(failed.outcome.failure, Some(Failure::new("E", "told to")));
    let open = store.open_executions(None, 10).expect("the store can be read");
    assert!(open.is_empty(), "{open:?}");
    service.shutdown(Duration::ZERO).await;
    let late = service.test_state(&place, test_of(&task("echo"), "S")).await;
    assert!(matches!(late, Err(ServiceError::Unavailable(_))), "{late:?}");
}
