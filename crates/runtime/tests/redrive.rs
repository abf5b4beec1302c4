//! Redrives in a whole service: across restarts, in lists, and against retention.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, ChildFilter, ChildStatus, Clock, Config, Connector, Ending, Lineage, Machine,
    MachineStatus, Outcome, RedriveStatus, Service, ServiceError, StartRequest, SystemEntropy,
};
use stateline_store::{MemStore, Options, Status, Store, open_embedded};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

const DAY_MS: i64 = 86_400_000;
const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m";

/// A clock that tests set forward.
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + self.0.load(Ordering::SeqCst))
    }
}

/// Fails the first so many calls of each input, then hangs, then answers, and counts them.
struct Moody {
    fails: usize,
    hangs: AtomicUsize,
    calls: Mutex<BTreeMap<String, usize>>,
}

impl Moody {
    fn new(fails: usize, hangs: usize) -> Arc<Self> {
        Arc::new(Moody { fails, hangs: AtomicUsize::new(hangs), calls: Mutex::default() })
    }

    fn calls(&self, input: &str) -> usize {
        self.calls.lock().expect("a count").get(input).copied().unwrap_or(0)
    }

    async fn wait_for(&self, input: &str, calls: usize) {
        for _ in 0..2_000 {
            if self.calls(input) >= calls {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{calls} calls with {input} are not made");
    }
}

impl Connector for Moody {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let mut calls = self.calls.lock().expect("a count");
        let made = calls.entry(attempt.input.text().to_owned()).or_default();
        *made += 1;
        let hangs = self.hangs.load(Ordering::Relaxed);
        let (fails, hangs) = (*made <= self.fails, *made <= self.fails + hangs);
        Box::pin(async move {
            match (fails, hangs) {
                (true, _) => Outcome::Failed(Failure::new("Broken", "as told")),
                (false, true) => std::future::pending().await,
                (false, false) => Outcome::Succeeded(attempt.input),
            }
        })
    }
}

struct Bench {
    clock: Arc<Ahead>,
    store: Arc<dyn Store>,
    connector: Arc<Moody>,
    limits: Limits,
}

impl Bench {
    fn new(store: Arc<dyn Store>, connector: Arc<Moody>) -> Self {
        Bench { clock: Arc::new(Ahead(AtomicI64::new(0))), store, connector, limits: Limits::default() }
    }

    fn open(&self) -> Service {
        let config = Config {
            store: self.store.clone(),
            connector: self.connector.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy::new()),
            limits: self.limits.clone(),
            workers: 2,
            mailbox_capacity: 1_000,
        };
        Service::open(config, &Handle::current()).expect("the store opens")
    }

    fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }
}

fn task() -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true})
}

async fn start(service: &Service, definition: &Value, input: Value) -> Arc<str> {
    let machine = Machine {
        arn: MACHINE.into(),
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
    let input = Payload::from(input);
    let request =
        StartRequest { machine_arn: MACHINE.into(), name: Some("x".into()), input, trace_header: None };
    service.start(request).await.expect("accepted").arn
}

async fn wait_for(service: &Service, arn: &str, holds: impl Fn(&Ending) -> bool) -> Ending {
    for _ in 0..2_000 {
        let ending = service.describe(arn).await.expect("it is there").ending;
        if holds(&ending) {
            return ending;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} stands at {:?}", service.describe(arn).await);
}

async fn failed(service: &Service, arn: &str) {
    wait_for(service, arn, |ending| matches!(ending, Ending::Failed(_))).await;
}

async fn listed(service: &Service, status: Status) -> usize {
    service.executions(MACHINE, Some(status), None, 10).await.expect("a page").items.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redrive_survives_a_restart_on_disk() {
    let folder = std::env::temp_dir().join(format!("stateline-redrive-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    let store: Arc<dyn Store> = Arc::new(open_embedded(&folder, Options::default()).expect("a store"));
    // The call of the redrive hangs when the process ends: its outcome is in doubt after that.
    let mut bench = Bench::new(store, Moody::new(1, 1));
    let service = bench.open();
    let arn = start(&service, &json!({"StartAt": "T", "States": {"T": task()}}), json!(7)).await;
    failed(&service, &arn).await;
    let redriven = service.redrive(&arn, Some("t".into())).await.expect("it failed");
    bench.connector.wait_for("7", 2).await;
    service.shutdown(Duration::ZERO).await;
    drop(service);
    bench.store = Arc::new(MemStore::new());
    bench.store = Arc::new(open_embedded(&folder, Options::default()).expect("a store"));
    let service = bench.open();
    // In doubt, so it fails, and the same token still means the same redrive.
    failed(&service, &arn).await;
    assert_eq!(service.redrive(&arn, Some("t".into())).await, Ok(redriven));
    let view = service.describe(&arn).await.expect("it is there");
    assert_eq!((view.redrives, view.redriven_at), (1, Some(redriven)));
    bench.pass(16 * 60 * 1_000);
    let again = service.redrive(&arn, Some("t".into())).await.expect("the token is forgotten");
    assert!(again > redriven);
    let ending = wait_for(&service, &arn, |ending| matches!(ending, Ending::Succeeded(_))).await;
    assert_eq!(ending, Ending::Succeeded(Payload::from(json!(7))));
    assert_eq!(bench.connector.calls("7"), 3);
    service.shutdown(Duration::ZERO).await;
    drop(std::fs::remove_dir_all(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_follow_and_retention_lets_it_be() {
    let bench = Bench::new(Arc::new(MemStore::new()), Moody::new(1, 1));
    let service = bench.open();
    let arn = start(&service, &json!({"StartAt": "T", "States": {"T": task()}}), json!(1)).await;
    failed(&service, &arn).await;
    assert_eq!((listed(&service, Status::Failed).await, listed(&service, Status::Running).await), (1, 0));
    bench.pass(13 * DAY_MS);
    service.redrive(&arn, None).await.expect("it failed 13 days ago");
    assert_eq!((listed(&service, Status::Failed).await, listed(&service, Status::Running).await), (0, 1));
    let open = bench.store.open_executions(None, 10).expect("rows");
    assert_eq!(open.iter().map(|row| row.expires).collect::<Vec<_>>(), [None]);
    // Past the day on which its first end would have expired, it runs.
    bench.pass(89 * DAY_MS);
    assert_eq!(bench.store.expire(bench.clock.now(), 10), Ok(0));
    service.stop(&arn, Failure::default()).await.expect("it runs");
    assert_eq!((listed(&service, Status::Aborted).await, listed(&service, Status::Running).await), (1, 0));
    bench.pass(91 * DAY_MS);
    assert_eq!(bench.store.expire(bench.clock.now(), 10), Ok(1));
    let gone = service.redrive(&arn, None).await;
    assert_eq!(gone, Err(ServiceError::ExecutionDoesNotExist(arn.clone())));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_to_be_deleted_or_too_old_stays_closed() {
    let not = |why: &str| Err(ServiceError::ExecutionNotRedrivable(why.into()));
    let mut bench = Bench::new(Arc::new(MemStore::new()), Moody::new(1, 0));
    bench.limits.retention_days = 2;
    let service = bench.open();
    let arn = start(&service, &json!({"StartAt": "T", "States": {"T": task()}}), json!(1)).await;
    failed(&service, &arn).await;
    bench.pass(2 * DAY_MS - 1_000);
    assert_eq!(service.redrive(&arn, None).await, not("Execution redrivable period exceeded"));
    let status = service.describe(&arn).await.expect("it is there").redrive_status;
    assert!(matches!(status, RedriveStatus::Not(_)), "{status:?}");
    service.shutdown(Duration::ZERO).await;
    bench.limits.retention_days = 90;
    let service = bench.open();
    // Its row says that it goes, whatever the settings say by now.
    let status = service.describe(&arn).await.expect("it is there").redrive_status;
    assert!(matches!(status, RedriveStatus::Not(_)), "{status:?}");
    assert_eq!(service.redrive(&arn, None).await, not("Execution redrivable period exceeded"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_fortnight_it_is_too_late() {
    let bench = Bench::new(Arc::new(MemStore::new()), Moody::new(1, 0));
    let service = bench.open();
    let arn = start(&service, &json!({"StartAt": "T", "States": {"T": task()}}), json!(1)).await;
    failed(&service, &arn).await;
    assert_eq!(service.describe(&arn).await.expect("it is there").redrive_status, RedriveStatus::Redrivable);
    bench.pass(14 * DAY_MS + 1_000);
    let late = Err(ServiceError::ExecutionNotRedrivable("Execution redrivable period exceeded".into()));
    assert_eq!(service.redrive(&arn, None).await, late);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_gone_takes_no_redrives() {
    let bench = Bench::new(Arc::new(MemStore::new()), Moody::new(1, 0));
    let service = bench.open();
    let arn = start(&service, &json!({"StartAt": "T", "States": {"T": task()}}), json!(1)).await;
    failed(&service, &arn).await;
    service.delete_machine(MACHINE).await.expect("deleted");
    let refused = service.redrive(&arn, None).await;
    assert_eq!(
        refused,
        Err(ServiceError::ExecutionNotRedrivable("State machine is in DELETING status".into()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn children_follow_once_across_restarts() {
    for kind in ["STANDARD", "EXPRESS"] {
        let bench = Bench::new(Arc::new(MemStore::new()), Moody::new(1, 1));
        let service = bench.open();
        let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "M", "End": true,
            "ToleratedFailurePercentage": 100, "Next": "After",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
                "StartAt": "T", "States": {"T": task()}}},
            "After": {"Type": "Pass", "End": true}}});
        let mut map = map;
        map["States"]["M"].as_object_mut().expect("an object").remove("End");
        map["States"]["M"].as_object_mut().expect("an object").remove("ToleratedFailurePercentage");
        let arn = start(&service, &map, json!([1, 2, 3])).await;
        failed(&service, &arn).await;
        let runs = service.map_runs(&arn, None, 10).await.expect("a page").items;
        let run = runs.first().expect("there is one").summary.arn.clone();
        // Some failed, and some may have been cut off before they called.
        for _ in 0..400 {
            let running = Some(ChildStatus::Is(Status::Running));
            let filter = ChildFilter { status: running, redriven: None };
            if service.children(&run, filter, None, 10).await.expect("a page").items.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        service.redrive(&arn, None).await.expect("it failed");
        for _ in 0..400 {
            let calls: usize = (1..=3).map(|item| bench.connector.calls(&item.to_string())).sum();
            if calls >= 4 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Calls of redriven children hang when the process ends: they are in doubt, and fail.
        service.shutdown(Duration::ZERO).await;
        // One that had not called by then would hang for ever.
        bench.connector.hangs.store(0, Ordering::Relaxed);
        let service = bench.open();
        for _ in 0..8 {
            let ending = wait_for(&service, &arn, |ending| *ending != Ending::Running).await;
            if matches!(ending, Ending::Succeeded(_)) {
                break;
            }
            service.redrive(&arn, None).await.expect("it failed");
        }
        let view = service.describe(&arn).await.expect("it is there");
        assert_eq!(view.ending, Ending::Succeeded(Payload::from(json!([1, 2, 3]))), "{kind}");
        let runs = service.map_runs(&arn, None, 10).await.expect("a page").items;
        let counts = runs.first().expect("there is one").summary.children;
        assert_eq!((counts.succeeded, counts.total, counts.pending_redrive), (3, 3, 0));
        let all = service.children(&run, ChildFilter::default(), None, 10).await.expect("a page").items;
        // Express children are in memory only.
        let stored = if kind == "EXPRESS" { 0 } else { 3 };
        assert_eq!(all.len(), stored, "a child that begins again is the same one");
        service.shutdown(Duration::ZERO).await;
    }
}
