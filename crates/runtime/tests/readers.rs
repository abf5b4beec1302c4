//! Distributed Maps whose items come from a reader and whose results go to a writer, in a whole
//! service: many items, a crash in the middle, redrives, stops, and children that are kept.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload, Timestamp, error_name};
use stateline_engine::{Counts, MapRunStatus};
use stateline_journal::{HistoryDetails, MachineKind};
use stateline_runtime::{
    Attempt, CallFuture, ChildResult, Config, Connector, Created, Ending, HistoryRequest, ItemPage,
    ItemSource, ItemsFuture, Lineage, Machine, MachineStatus, MapRunView, Outcome, ReadItem, ResultSource,
    ResultStatus, ResultTarget, Service, StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::{ListQuery, MemStore, Status, Store};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

/// Items that a page has at most.
const PAGE: usize = 700;

/// A bucket with so many lines, and a place for results.
#[derive(Default)]
struct Bucket {
    lines: usize,
    calls: AtomicUsize,
    /// Calls that come back; the others hang.
    answers: AtomicUsize,
    /// How often the items were asked for at another place than where the last ones ended.
    jumps: AtomicUsize,
    closed: AtomicUsize,
    /// The most that was wanted at once.
    wanted: AtomicUsize,
    cursor: Mutex<Option<Arc<str>>>,
    /// Items whose call fails the first time.
    failing: Mutex<HashSet<u64>>,
    written: Mutex<Vec<ChildResult>>,
    writes: AtomicUsize,
}

impl Bucket {
    fn new(lines: usize) -> Self {
        Bucket { lines, answers: AtomicUsize::new(usize::MAX), ..Bucket::default() }
    }

    async fn wait_for(&self, calls: usize) {
        for _ in 0..8_000 {
            if self.calls.load(Ordering::SeqCst) >= calls {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{calls} calls are not made");
    }
}

/// The bucket as a connector: what is written in one process is there in the next.
struct Shop(Arc<Bucket>);

impl Connector for Shop {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let bucket = self.0.clone();
        let number = bucket.calls.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            if number >= bucket.answers.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            let line = attempt.input.value()["line"].as_u64().unwrap_or(u64::MAX);
            if bucket.failing.lock().expect("no test panics here").remove(&line) {
                return Outcome::Failed(Failure::new("Bad", "luck"));
            }
            Outcome::Succeeded(attempt.input)
        })
    }

    fn read_items(&self, source: Arc<ItemSource>, cursor: Option<Arc<str>>, wanted: usize) -> ItemsFuture {
        assert_eq!(&*source.resource, "arn:aws:states:::s3:getObject");
        assert_eq!(source.parameters.text(), r#"{"Bucket":"b","Key":"k"}"#);
        assert_eq!(source.config.text(), r#"{"InputType":"JSONL"}"#);
        let bucket = &self.0;
        bucket.wanted.fetch_max(wanted, Ordering::SeqCst);
        let from: usize = cursor.as_ref().map_or(0, |cursor| cursor.parse().expect("a number"));
        let upto = (from + wanted.min(PAGE)).min(bucket.lines);
        let mut at = bucket.cursor.lock().expect("no test panics here");
        if *at != cursor {
            bucket.jumps.fetch_add(1, Ordering::SeqCst);
        }
        *at = Some(upto.to_string().into());
        let item = |line: usize| ReadItem {
            value: Payload::from_checked_text(format!("{{\"line\":{line}}}")),
            key: None,
            source: Some("S3://b/k".into()),
            cursor: (line + 1).to_string().into(),
        };
        let page = ItemPage { items: (from..upto).map(item).collect(), ended: upto == bucket.lines };
        Box::pin(async move {
            tokio::task::yield_now().await;
            Ok(page)
        })
    }

    fn close_items(&self, _source: &ItemSource) {
        self.0.closed.fetch_add(1, Ordering::SeqCst);
    }

    fn write_results(&self, target: Arc<ResultTarget>, mut results: Box<dyn ResultSource>) -> CallFuture {
        assert_eq!(target.parameters.text(), r#"{"Bucket":"b","Prefix":"out"}"#);
        let bucket = self.0.clone();
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || {
                let mut all = Vec::new();
                loop {
                    let page = results.next_page()?;
                    if page.is_empty() {
                        return Ok::<_, Failure>(all);
                    }
                    all.extend(page);
                }
            });
            match written.await.expect("nothing panics") {
                Ok(all) => {
                    *bucket.written.lock().expect("no test panics here") = all;
                    bucket.writes.fetch_add(1, Ordering::SeqCst);
                    Outcome::Succeeded(Payload::from(json!({"Bucket": "b", "Key": "out/manifest.json"})))
                }
                Err(failure) => Outcome::Failed(failure),
            }
        })
    }
}

fn open(store: Arc<dyn Store>, bucket: &Arc<Bucket>, limits: Limits) -> Service {
    let config = Config {
        store,
        connector: Arc::new(Shop(bucket.clone())),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits,
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("the store opens")
}

/// A Map over the lines of the bucket, with these fields; its children do this state.
fn over(kind: &str, each: &Value, fields: &Value) -> Value {
    let mut map = json!({"Type": "Map", "Label": "Each", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "b", "Key": "k"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "b", "Prefix": "out"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "Do", "States": {"Do": each}}});
    if let (Value::Object(map), Value::Object(fields)) = (&mut map, fields) {
        map.extend(fields.clone());
    }
    json!({"StartAt": "Each", "States": {"Each": map}})
}

fn pass() -> Value {
    json!({"Type": "Pass", "End": true})
}

fn call() -> Value {
    json!({"Type": "Task", "End": true, "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f"})
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
    let (name, input) = (Some("x".into()), Payload::empty_object());
    service.start(StartRequest { machine_arn, name, input, trace_header: None }).await.expect("accepted").arn
}

async fn end_of(service: &Service, arn: &str) -> Ending {
    for _ in 0..24_000 {
        let view = service.describe(arn).await.expect("an accepted execution can be described");
        if view.ending != Ending::Running {
            return view.ending;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} does not end");
}

async fn map_run(service: &Service, arn: &str) -> MapRunView {
    let whole = HistoryRequest { limit: 100, reverse: false, from_id: None };
    let page = service.history(arn, whole).await.expect("read");
    let named = page.events.iter().find_map(|event| match &event.details {
        HistoryDetails::MapRunStarted { map_run_arn } => Some(map_run_arn.clone()),
        _ => None,
    });
    service.map_run(&named.expect("the history names its Map Run")).await.expect("it is stored")
}

fn all(count: usize) -> Counts {
    Counts { succeeded: count as u64, total: count as u64, ..Counts::default() }
}

/// Every line is the input of one result, and each result is of a child of its own.
fn check_written(bucket: &Bucket, status: impl Fn(usize) -> ResultStatus) {
    let written = bucket.written.lock().expect("no test panics here");
    let mut lines: BTreeMap<usize, ResultStatus> = BTreeMap::new();
    let mut names = HashSet::new();
    for result in written.iter() {
        let input: Value =
            serde_json::from_str(result.metadata["Input"].as_str().expect("a text")).expect("JSON");
        let line = usize::try_from(input["line"].as_u64().expect("a line")).expect("a number");
        assert_eq!(lines.insert(line, result.status), None, "line {line} is written twice");
        assert!(names.insert(result.metadata["Name"].to_string()), "a child is written twice");
        assert_eq!(result.output.is_some(), result.status == ResultStatus::Succeeded);
    }
    assert_eq!(lines.len(), bucket.lines, "some line is lost");
    for (line, found) in lines {
        assert_eq!(found, status(line), "line {line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_items_pass_through() {
    let bucket = Arc::new(Bucket::new(100_000));
    let service = open(Arc::new(MemStore::new()), &bucket, Limits::default());
    let began = std::time::Instant::now();
    let arn = begin(&service, &over("EXPRESS", &pass(), &json!({}))).await;
    let ending = end_of(&service, &arn).await;
    println!("100,000 items in {:?}", began.elapsed());
    let view = map_run(&service, &arn).await;
    let details = json!({"Bucket": "b", "Key": "out/manifest.json"});
    let output = json!({"MapRunArn": &*view.summary.arn, "ResultWriterDetails": details});
    assert_eq!(ending, Ending::Succeeded(Payload::from(output)));
    assert_eq!((view.summary.items, view.summary.children), (all(100_000), all(100_000)));
    check_written(&bucket, |_| ResultStatus::Succeeded);
    // Each item was asked for once, and never many of them at a time.
    assert_eq!(bucket.jumps.load(Ordering::SeqCst), 0);
    assert_eq!(bucket.closed.load(Ordering::SeqCst), 1);
    assert!(bucket.wanted.load(Ordering::SeqCst) <= 1_000);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_in_the_middle_loses_nothing() {
    for (kind, batcher) in [("EXPRESS", false), ("STANDARD", false), ("EXPRESS", true)] {
        let bucket = Arc::new(Bucket::new(3_000));
        let again = json!([{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 3}]);
        let mut each = call();
        each["Retry"] = again;
        let fields = if batcher {
            json!({"MaxConcurrency": 20, "ItemBatcher": {"MaxItemsPerBatch": 7}})
        } else {
            json!({"MaxConcurrency": 100})
        };
        let children = if batcher { 3_000_usize.div_ceil(7) } else { 3_000 };
        bucket.answers.store(children / 2, Ordering::SeqCst);
        let store = MemStore::new();
        let service = open(Arc::new(store.clone()), &bucket, Limits::default());
        let arn = begin(&service, &over(kind, &each, &fields)).await;
        bucket.wait_for(children / 2 + if batcher { 20 } else { 100 }).await;
        let running = map_run(&service, &arn).await.summary;
        assert_eq!(running.status, MapRunStatus::Running);
        assert!(running.items.total < 3_000 && running.items.total > 1_000, "{:?}", running.items);
        let after = store.crash();
        bucket.answers.store(usize::MAX, Ordering::SeqCst);
        drop(service);
        let service = open(Arc::new(after), &bucket, Limits::default());
        let ending = end_of(&service, &arn).await;
        assert!(matches!(ending, Ending::Succeeded(_)), "{ending:?}");
        let view = map_run(&service, &arn).await.summary;
        assert_eq!((view.items, view.children), (all(3_000), all(children)), "{kind}");
        if batcher {
            assert_eq!(bucket.written.lock().expect("no test panics here").len(), children);
        } else {
            check_written(&bucket, |_| ResultStatus::Succeeded);
        }
        service.shutdown(Duration::ZERO).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redrive_writes_each_child_once_more() {
    for kind in ["EXPRESS", "STANDARD"] {
        let bucket = Arc::new(Bucket::new(500));
        bucket.failing.lock().expect("no test panics here").extend([3, 70, 200]);
        let service = open(Arc::new(MemStore::new()), &bucket, Limits::default());
        let fields = json!({"MaxConcurrency": 5, "ToleratedFailureCount": 2});
        let arn = begin(&service, &over(kind, &call(), &fields)).await;
        let Ending::Failed(failure) = end_of(&service, &arn).await else { panic!("too many failed") };
        assert_eq!(failure.name(), error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD);
        let first = bucket.written.lock().expect("no test panics here").len();
        assert!((200..300).contains(&first), "{first} results are written of the run that failed");
        service.redrive(&arn, None).await.expect("it is redriven");
        let ending = end_of(&service, &arn).await;
        assert!(matches!(ending, Ending::Succeeded(_)), "{ending:?}");
        assert_eq!(map_run(&service, &arn).await.summary.items, all(500));
        check_written(&bucket, |_| ResultStatus::Succeeded);
        assert_eq!(bucket.writes.load(Ordering::SeqCst), 2);
        let redriven = |result: &ChildResult| result.metadata["RedriveCount"] == 1;
        let again =
            bucket.written.lock().expect("no test panics here").iter().filter(|one| redriven(one)).count();
        assert!((3..=8).contains(&again), "{again} children were redriven");
        service.shutdown(Duration::ZERO).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_cuts_express_children_off() {
    let bucket = Arc::new(Bucket::new(500));
    bucket.answers.store(100, Ordering::SeqCst);
    let service = open(Arc::new(MemStore::new()), &bucket, Limits::default());
    let arn = begin(&service, &over("EXPRESS", &call(), &json!({"MaxConcurrency": 50}))).await;
    bucket.wait_for(150).await;
    service.stop(&arn, Failure::new("Enough", "of it")).await.expect("it runs");
    let view = map_run(&service, &arn).await.summary;
    assert_eq!((view.status, view.items.aborted, view.items.running), (MapRunStatus::Aborted, 50, 0));
    assert_eq!(view.items.succeeded, 100);
    // Nothing runs on: a service with a long grace has nobody to wait for.
    let began = std::time::Instant::now();
    service.shutdown(Duration::from_secs(20)).await;
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(bucket.closed.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn express_children_are_kept_where_express_executions_are() {
    let bucket = Arc::new(Bucket::new(300));
    bucket.failing.lock().expect("no test panics here").insert(7);
    let limits = Limits { express_history_days: 3, ..Limits::default() };
    let store = MemStore::new();
    let service = open(Arc::new(store.clone()), &bucket, limits);
    let fields = json!({"ToleratedFailureCount": 1});
    let arn = begin(&service, &over("EXPRESS", &call(), &fields)).await;
    assert!(matches!(end_of(&service, &arn).await, Ending::Succeeded(_)));
    let run = map_run(&service, &arn).await.summary;
    let listed = |status| {
        let query = ListQuery { machine: run.arn.to_string(), status, before: None, limit: 1_000 };
        store.list(&query).expect("the store can be read")
    };
    assert_eq!((listed(None).len(), listed(Some(Status::Succeeded)).len()), (300, 299));
    let failed = listed(Some(Status::Failed)).pop().expect("one failed");
    let whole = HistoryRequest { limit: 100, reverse: false, from_id: None };
    let page = service.history(&failed.arn, whole).await.expect("its history is kept");
    assert_eq!(page.events.last().map(|event| event.event_type), Some("ExecutionFailed"));
    check_written(&bucket, |line| if line == 7 { ResultStatus::Failed } else { ResultStatus::Succeeded });
    service.shutdown(Duration::ZERO).await;
}

/// Maps five items of the state's input, one at a time, of which one call fails: the inputs of the
/// children that were never started.
async fn never_started(fields: &Value, failing: u64) -> Vec<String> {
    let bucket = Arc::new(Bucket::new(5));
    bucket.failing.lock().expect("no test panics here").insert(failing);
    let service = open(Arc::new(MemStore::new()), &bucket, Limits::default());
    let mut definition = over("EXPRESS", &call(), fields);
    definition["States"]["Each"]["MaxConcurrency"] = json!(1);
    definition["States"]["Each"].as_object_mut().expect("a Map").remove("ItemReader");
    definition["States"]["Items"] = json!({"Type": "Pass", "Result": [0, 1, 2, 3, 4], "Next": "Each"});
    definition["StartAt"] = json!("Items");
    let arn = begin(&service, &definition).await;
    assert!(matches!(end_of(&service, &arn).await, Ending::Failed(_)));
    let written = std::mem::take(&mut *bucket.written.lock().expect("no test panics here"));
    let is_pending = |result: &&ChildResult| result.status == ResultStatus::Pending;
    let pending = written.iter().filter(is_pending).map(|result| {
        assert_eq!(result.metadata["Status"], "PENDING");
        assert_eq!(result.output, None);
        result.metadata["Input"].as_str().expect("a text").to_owned()
    });
    let pending: Vec<String> = pending.collect();
    let view = map_run(&service, &arn).await.summary;
    assert_eq!((view.children.pending, view.children.failed), (pending.len() as u64, 1));
    assert_eq!(written.len() as u64, view.children.total, "each child is written once");
    // When all have begun none is pending.
    service.redrive(&arn, None).await.expect("it is redriven");
    assert!(matches!(end_of(&service, &arn).await, Ending::Succeeded(_)));
    let written = std::mem::take(&mut *bucket.written.lock().expect("no test panics here"));
    assert_eq!(written.len() as u64, view.children.total);
    assert!(written.iter().all(|result| result.status == ResultStatus::Succeeded));
    service.shutdown(Duration::ZERO).await;
    pending
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn children_that_were_never_started_are_written_as_pending() {
    let selected = json!({"ItemSelector": {"line.$": "$$.Map.Item.Value"}});
    assert_eq!(never_started(&selected, 1).await, [r#"{"line":2}"#, r#"{"line":3}"#, r#"{"line":4}"#]);
    let mut batched = selected;
    batched["ItemBatcher"] = json!({"MaxItemsPerBatch": 2});
    let pending = never_started(&batched, u64::MAX).await;
    assert_eq!(pending, [r#"{"Items":[{"line":2},{"line":3}]}"#, r#"{"Items":[{"line":4}]}"#]);
}
