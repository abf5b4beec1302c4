//! Distributed Maps in a whole service, on the store in memory and on disk: many
//! children, a restart in the middle, what is told of the Map Run, and stops.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_engine::{Counts, MapRunStatus};
use stateline_journal::{HistoryDetails, MachineKind};
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Created, Ending, HistoryRequest, Lineage, Machine, MachineStatus,
    MapRunView, Outcome, Service, ServiceError, StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::{ListQuery, MemStore, Options, Status, Store, Table, open_embedded};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

const CHILDREN: usize = 200;
const CHILD_MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m/Each";

/// Answers so many calls with their input, and lets the others hang.
struct Gate {
    calls: AtomicUsize,
    open_for: AtomicUsize,
}

impl Gate {
    fn new(open_for: usize) -> Arc<Self> {
        Arc::new(Gate { calls: AtomicUsize::new(0), open_for: AtomicUsize::new(open_for) })
    }

    async fn wait_for(&self, calls: usize) {
        for _ in 0..4_000 {
            if self.calls.load(Ordering::SeqCst) >= calls {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{calls} calls are not made");
    }
}

impl Connector for Gate {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let passes = number < self.open_for.load(Ordering::SeqCst);
        Box::pin(async move {
            if !passes {
                std::future::pending::<()>().await;
            }
            Outcome::Succeeded(attempt.input)
        })
    }
}

fn open(store: Arc<dyn Store>, connector: &Arc<Gate>) -> Service {
    let config = Config {
        store,
        connector: connector.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("the store opens")
}

/// A Map whose children make one call, once more when its outcome is in doubt.
fn spread(concurrency: usize, kind: &str) -> Value {
    json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", "End": true,
        "MaxConcurrency": concurrency,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
                "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 3}]}}}}}})
}

async fn begin(service: &Service, definition: &Value) -> Arc<str> {
    let machine = Machine {
        arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
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
    let machine_arn = match service.create_machine(machine).await {
        Ok(Created::New(machine) | Created::Exists(machine)) => machine.arn.clone(),
        Err(error) => panic!("the machine was not created: {error}"),
    };
    let input = Payload::from(items());
    let request = StartRequest { machine_arn, name: Some("x".into()), input, trace_header: None };
    service.start(request).await.expect("accepted").arn
}

fn items() -> Value {
    (0..CHILDREN).map(|number| json!({"number": number})).collect()
}

async fn end_of(service: &Service, arn: &str) -> Ending {
    for _ in 0..6_000 {
        let view = service.describe(arn).await.expect("an accepted execution can be described");
        if view.ending != Ending::Running {
            return view.ending;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} does not end");
}

/// The Map Run that a history names.
async fn map_run(service: &Service, arn: &str) -> MapRunView {
    let whole = HistoryRequest { limit: 100, reverse: false, from_id: None };
    let page = service.history(arn, whole).await.expect("read");
    let named = page.events.iter().find_map(|event| match &event.details {
        HistoryDetails::MapRunStarted { map_run_arn } => Some(map_run_arn.clone()),
        _ => None,
    });
    service.map_run(&named.expect("the history names its Map Run")).await.expect("it is stored")
}

fn children(store: &dyn Store, status: Option<Status>) -> usize {
    let runs = store.scan(Table::MapRuns, None, 100).expect("the store can be read");
    let of_run = |(arn, _): (String, Vec<u8>)| {
        let query = ListQuery { machine: arn, status, before: None, limit: 1_000 };
        store.list(&query).expect("the store can be read").len()
    };
    runs.into_iter().map(of_run).sum()
}

async fn all_are_aborted(store: &dyn Store) {
    for _ in 0..2_000 {
        if children(store, Some(Status::Aborted)) == CHILDREN {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} children of {CHILDREN} are aborted", children(store, Some(Status::Aborted)));
}

fn all(count: impl FnOnce(&mut Counts)) -> Counts {
    let mut counts = Counts { total: CHILDREN as u64, ..Counts::default() };
    count(&mut counts);
    counts
}

/// Starts the children, ends the first service when half of the calls have come back, and
/// has the second one, on what the first left, go on to the end.
async fn restart_in_the_middle(
    kind: &str,
    store: Arc<dyn Store>,
    again: impl FnOnce(Service) -> Arc<dyn Store>,
) {
    let gate = Gate::new(CHILDREN / 2);
    let service = open(store, &gate);
    let arn = begin(&service, &spread(30, kind)).await;
    gate.wait_for(CHILDREN / 2 + 30).await;
    let view = map_run(&service, &arn).await;
    assert_eq!(view.summary.status, MapRunStatus::Running);
    assert_eq!(view.summary.items.total, CHILDREN as u64);
    assert!(view.summary.items.running <= 30, "{:?}", view.summary.items);
    gate.open_for.store(usize::MAX, Ordering::SeqCst);
    let store = again(service);
    let service = open(store.clone(), &gate);
    assert_eq!(end_of(&service, &arn).await, Ending::Succeeded(Payload::from(items())));
    let view = map_run(&service, &arn).await;
    assert_eq!(view.summary.status, MapRunStatus::Succeeded);
    assert_eq!(view.summary.items, all(|counts| counts.succeeded = CHILDREN as u64));
    assert_eq!(view.summary.children, view.summary.items);
    assert_eq!((&*view.execution_arn, &*view.machine_arn), (&*arn, CHILD_MACHINE));
    // Express children are in memory only.
    let stored = if kind == "EXPRESS" { 0 } else { CHILDREN };
    assert_eq!(children(&*store, None), stored);
    assert_eq!(children(&*store, Some(Status::Succeeded)), stored);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn children_go_on_after_a_crash() {
    for kind in ["STANDARD", "EXPRESS"] {
        let store = MemStore::new();
        let disk = store.clone();
        let crash = |service| -> Arc<dyn Store> {
            let after = disk.crash();
            drop(service);
            Arc::new(after)
        };
        restart_in_the_middle(kind, Arc::new(store), crash).await;
    }
}

/// A directory that goes with the test.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        // What is left behind is in the place for temporary files.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn children_go_on_after_a_restart_on_disk() {
    let name = format!("stateline-map-runs-{}", std::process::id());
    let directory = Directory(std::env::temp_dir().join(name));
    let path = directory.0.join("data");
    std::fs::create_dir_all(&directory.0).expect("there is a place for temporary files");
    let store = open_embedded(&path, Options { sync: false, ..Options::default() }).expect("it is new");
    let restart = |service: Service| -> Arc<dyn Store> {
        tokio::task::block_in_place(|| Handle::current().block_on(service.shutdown(Duration::ZERO)));
        drop(service);
        for _ in 0..1_000 {
            // The threads of the first service give the directory back as they end.
            match open_embedded(&path, Options { sync: false, ..Options::default() }) {
                Ok(store) => return Arc::new(store),
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        panic!("the directory is not given back");
    };
    restart_in_the_middle("STANDARD", Arc::new(store), restart).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_reaches_every_child() {
    let (store, gate) = (MemStore::new(), Gate::new(0));
    let service = open(Arc::new(store.clone()), &gate);
    let arn = begin(&service, &spread(0, "STANDARD")).await;
    gate.wait_for(CHILDREN).await;
    service.stop(&arn, Failure::new("Enough", "of it")).await.expect("it runs");
    all_are_aborted(&store).await;
    let view = map_run(&service, &arn).await;
    assert_eq!(view.summary.status, MapRunStatus::Aborted);
    assert_eq!(view.summary.items, all(|counts| counts.aborted = CHILDREN as u64));
    assert!(view.summary.stopped_at.is_some());
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_that_a_crash_swallowed_reaches_every_child() {
    let (store, gate) = (MemStore::new(), Gate::new(0));
    let service = open(Arc::new(store.clone()), &gate);
    let arn = begin(&service, &spread(0, "STANDARD")).await;
    gate.wait_for(CHILDREN).await;
    service.stop(&arn, Failure::new("Enough", "of it")).await.expect("it runs");
    // The parent's end is durable; most children have not heard of it.
    let after = store.crash();
    drop(service);
    let service = open(Arc::new(after.clone()), &gate);
    all_are_aborted(&after).await;
    let view = map_run(&service, &arn).await;
    assert_eq!(view.summary.items, all(|counts| counts.aborted = CHILDREN as u64));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_map_run_is_told_so() {
    let service = open(Arc::new(MemStore::new()), &Gate::new(0));
    let arn = "arn:aws:states:us-east-1:000000000000:mapRun:m/Each:none";
    let missing = service.map_run(arn).await;
    assert!(matches!(missing, Err(ServiceError::MapRunDoesNotExist(_))), "{missing:?}");
    service.shutdown(Duration::ZERO).await;
}
