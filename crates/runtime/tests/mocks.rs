//! Executions that run test cases: mocks stand for services, whatever becomes of the process.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_asl::Program;
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Ending, HistoryRequest, Lineage, Machine, MachineStatus,
    MockPlace, Mocked, Mocks, Outcome, Service, ServiceError, StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::MemStore;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m";

/// What is called in earnest: it answers with the state's name.
#[derive(Default)]
struct Real(Mutex<Vec<String>>);

impl Connector for Real {
    fn call(&self, attempt: Attempt) -> CallFuture {
        self.0.lock().expect("no test panics with the lock").push(attempt.state.to_string());
        Box::pin(std::future::ready(Outcome::Succeeded(Payload::from(json!({"real": &*attempt.state})))))
    }
}

/// One test case, `case`: what each state answers to its first invocation, to its second, and so on.
/// `"!E"` throws the error E.
#[derive(Debug, Default)]
struct Script {
    answers: BTreeMap<&'static str, Vec<Value>>,
    /// Gives no answer for as long as this is set.
    held: AtomicBool,
}

impl Mocks for Script {
    fn check(&self, _: &str, case: &str, _: &Program) -> Result<(), String> {
        if case == "case" { Ok(()) } else { Err(format!("no test case {case}")) }
    }

    fn names(&self, _: &str, _: &str, state: &str) -> bool {
        self.answers.contains_key(state)
    }

    fn answer(&self, place: &MockPlace, attempt: &Attempt) -> Option<Mocked> {
        let answers = self.answers.get(&*attempt.state)?;
        while self.held.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Some(match answers.get(place.invocation as usize) {
            Some(Value::String(text)) if text.starts_with('!') => {
                Mocked::Ends(Outcome::Failed(Failure::new(&text[1..], "as told")))
            }
            Some(result) => Mocked::Ends(Outcome::Succeeded(Payload::from(result.clone()))),
            None => Mocked::Missing(Failure::runtime(format!("nothing for {}", place.invocation))),
        })
    }
}

struct Bench {
    store: MemStore,
    real: Arc<Real>,
    mocks: Arc<Script>,
}

impl Bench {
    fn new(script: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let list = |value: Value| value.as_array().cloned().unwrap_or_default();
        let script: BTreeMap<_, _> =
            script.into_iter().map(|(state, answers)| (state, list(answers))).collect();
        Bench {
            store: MemStore::new(),
            real: Arc::default(),
            mocks: Arc::new(Script { answers: script, held: AtomicBool::new(false) }),
        }
    }

    fn open(&self) -> Service {
        let config = Config {
            store: Arc::new(self.store.clone()),
            connector: self.real.clone(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy::new()),
            limits: Limits::default(),
            workers: 2,
            mailbox_capacity: 1_000,
        };
        Service::open_with_mocks(config, self.mocks.clone(), &Handle::current()).expect("it opens")
    }

    /// The calls that were made in earnest.
    fn calls(&self) -> String {
        self.real.0.lock().expect("no test panics with the lock").join(" ")
    }
}

async fn create(service: &Service, definition: &Value, kind: MachineKind) {
    let machine = Machine {
        arn: MACHINE.into(),
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
    service.create_machine(machine).await.expect("the machine is created");
}

fn request(case: &str, name: Option<&str>) -> StartRequest {
    StartRequest {
        machine_arn: format!("{MACHINE}{case}").into(),
        name: name.map(Arc::from),
        input: Payload::parse("{}").expect("JSON"),
        trace_header: None,
    }
}

async fn start(service: &Service, definition: &Value) -> Arc<str> {
    create(service, definition, MachineKind::Standard).await;
    service.start(request("#case", Some("x"))).await.expect("accepted").arn
}

async fn end(service: &Service, arn: &str) -> String {
    for _ in 0..2_000 {
        let view = service.describe(arn).await.expect("an accepted execution can be described");
        if view.ending != Ending::Running {
            return shown(&view.ending);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} does not end");
}

fn shown(ending: &Ending) -> String {
    match ending {
        Ending::Succeeded(output) => output.text().to_owned(),
        Ending::Failed(failure) => {
            format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
        }
        other => format!("{other:?}"),
    }
}

/// The types of an execution's events, without what states begin and end with.
async fn events(service: &Service, arn: &str) -> String {
    let page = service.history(arn, HistoryRequest { limit: 1_000, ..HistoryRequest::default() }).await;
    let names = page.expect("it has a history").events.into_iter().map(|event| event.event_type);
    names.filter(|name| !name.contains("State")).collect::<Vec<_>>().join(" ")
}

fn task(resource: &str, more: &Value) -> Value {
    let mut state = json!({"Type": "Task", "Resource": resource, "End": true});
    for (name, value) in more.as_object().into_iter().flatten() {
        state[name] = value.clone();
    }
    state
}

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

fn function(more: &Value) -> Value {
    task(FUNCTION, more)
}

fn one(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

#[tokio::test(flavor = "multi_thread")]
async fn states_that_the_case_names_are_mocked_and_others_are_called() {
    let bench = Bench::new([("Mocked", json!([1]))]);
    let service = bench.open();
    let definition = json!({"StartAt": "Mocked", "States": {
        "Mocked": {"Type": "Task", "Resource": FUNCTION, "Next": "Called"},
        "Called": function(&json!({}))}});
    let arn = start(&service, &definition).await;
    assert_eq!(end(&service, &arn).await, r#"{"real":"Called"}"#);
    assert_eq!(bench.calls(), "Called");
    let view = service.describe(&arn).await.expect("it is there");
    assert_eq!((&*view.machine_arn, &*view.name), (MACHINE, "x"));
    // Without a case everything is called.
    let plain = service.start(request("", None)).await.expect("accepted").arn;
    assert_eq!(end(&service, &plain).await, r#"{"real":"Called"}"#);
    assert_eq!(bench.calls(), "Called Mocked Called");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_is_refused() {
    let bench = Bench::new([("S", json!([1]))]);
    let service = bench.open();
    create(&service, &one(&json!({"Type": "Wait", "Seconds": 60, "End": true})), MachineKind::Standard).await;
    let refused = service.start(request("#other", None)).await;
    assert_eq!(refused, Err(ServiceError::TestCase("no test case other".into())));
    let started = service.start(request("#case", Some("x"))).await.expect("accepted");
    // The case is part of what is started, as the input is.
    assert_eq!(service.start(request("#case", Some("x"))).await, Ok(started.clone()));
    let other = service.start(request("", Some("x"))).await;
    assert_eq!(other, Err(ServiceError::ExecutionAlreadyExists(started.arn)));
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_count_and_what_lies_beyond_the_mock_fails() {
    let retry = json!({"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 1.0}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]});
    let definition = |state: &Value| json!({"StartAt": "S", "States": {"S": state, "Caught": {"Type": "Pass", "End": true}}});
    let bench = Bench::new([("S", json!(["!E", 2]))]);
    let service = bench.open();
    let arn = start(&service, &definition(&function(&retry))).await;
    assert_eq!(end(&service, &arn).await, "2");
    let short = Bench::new([("S", json!(["!E"]))]);
    let service = short.open();
    let arn = start(&service, &definition(&function(&retry))).await;
    // Nothing catches that, not even States.ALL.
    assert_eq!(end(&service, &arn).await, "States.Runtime: nothing for 1");
    assert_eq!((bench.calls(), short.calls()), (String::new(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_and_jobs_are_submitted_and_end_as_the_mock_says() {
    for (resource, more) in [
        (
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            json!({"Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}}),
        ),
        ("arn:aws:states:::states:startExecution.sync:2", json!({"Parameters": {"StateMachineArn": "x"}})),
    ] {
        let bench = Bench::new([("S", json!(["done"]))]);
        let service = bench.open();
        let arn = start(&service, &one(&task(resource, &more))).await;
        assert_eq!(end(&service, &arn).await, r#""done""#);
        let seen =
            "ExecutionStarted TaskScheduled TaskStarted TaskSubmitted TaskSucceeded ExecutionSucceeded";
        assert_eq!(events(&service, &arn).await, seen);
        assert_eq!(bench.calls(), "");
    }
    let bench = Bench::new([("S", json!(["!E"]))]);
    let service = bench.open();
    let callback = task(
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        &json!({"Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}}),
    );
    let arn = start(&service, &one(&callback)).await;
    assert_eq!(end(&service, &arn).await, "E: as told");
    assert!(events(&service, &arn).await.contains("TaskSubmitted TaskFailed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_not_mocked_waits_for_its_token() {
    let bench = Bench::new([("Other", json!([1]))]);
    let service = bench.open();
    let callback = task(
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
        &json!({"TimeoutSeconds": 1, "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}}),
    );
    let arn = start(&service, &one(&callback)).await;
    assert_eq!(end(&service, &arn).await, "States.Timeout: ");
    assert_eq!(bench.calls(), "S");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mock_stands_for_an_activity_that_need_not_be_there() {
    let bench = Bench::new([("S", json!(["!E", {"approved": true}]))]);
    let service = bench.open();
    let retry = json!({"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1}]});
    let activity = task("arn:aws:states:us-east-1:000000000000:activity:a", &retry);
    let arn = start(&service, &one(&activity)).await;
    assert_eq!(end(&service, &arn).await, r#"{"approved":true}"#);
    assert_eq!(
        events(&service, &arn).await,
        "ExecutionStarted ActivityScheduled ActivityStarted ActivityFailed \
         ActivityScheduled ActivityStarted ActivitySucceeded ExecutionSucceeded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn iterations_and_children_count_on() {
    let map = |config: &Value| {
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true,
            "ItemsPath": "$.items",
            "ItemProcessor": {"ProcessorConfig": config, "StartAt": "S", "States": {"S": function(&json!({}))}}}}})
    };
    let inline = json!({"Mode": "INLINE"});
    let distributed = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let express = json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"});
    for config in [inline, distributed, express] {
        let bench = Bench::new([("S", json!(["a", "b", "c"]))]);
        let service = bench.open();
        create(&service, &map(&config), MachineKind::Standard).await;
        let input = Payload::parse(r#"{"items":[1,2,3]}"#).expect("JSON");
        let started =
            service.start(StartRequest { input, ..request("#case", None) }).await.expect("accepted");
        assert_eq!(end(&service, &started.arn).await, r#"["a","b","c"]"#, "{config}");
        assert_eq!(bench.calls(), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_and_its_count_outlive_the_process() {
    let bench = Bench::new([("S", json!(["!E", "second"]))]);
    let service = bench.open();
    let retry = json!({"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1}]});
    let arn = start(&service, &one(&function(&retry))).await;
    for _ in 0..2_000 {
        if events(&service, &arn).await.contains("LambdaFunctionFailed") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let disk = bench.store.crash();
    service.shutdown(Duration::ZERO).await;
    let bench = Bench { store: disk, ..bench };
    let service = bench.open();
    assert_eq!(end(&service, &arn).await, r#""second""#);
    assert_eq!(bench.calls(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_out_in_a_crash_is_asked_again_with_the_same_count() {
    let call = json!({"Parameters": {"FunctionName": "f"}});
    let callback = json!({"Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}});
    for (resource, more) in [
        ("arn:aws:states:::lambda:invoke", call),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", callback),
        ("arn:aws:states:us-east-1:000000000000:activity:a", json!({})),
    ] {
        let bench = Bench::new([("S", json!(["first", "second"]))]);
        bench.mocks.held.store(true, Ordering::SeqCst);
        let service = bench.open();
        let arn = start(&service, &one(&task(resource, &more))).await;
        let after = Bench { store: bench.store.crash(), ..Bench::new([("S", json!(["first", "second"]))]) };
        bench.mocks.held.store(false, Ordering::SeqCst);
        service.shutdown(Duration::ZERO).await;
        assert_eq!(end(&after.open(), &arn).await, r#""first""#, "{resource}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redrive_counts_on() {
    let bench = Bench::new([("S", json!(["!E", "after the redrive"]))]);
    let service = bench.open();
    let arn = start(&service, &one(&function(&json!({})))).await;
    assert_eq!(end(&service, &arn).await, "E: as told");
    service.redrive(&arn, None).await.expect("it failed");
    assert_eq!(end(&service, &arn).await, r#""after the redrive""#);
}

#[tokio::test(flavor = "multi_thread")]
async fn express_executions_run_test_cases_also_after_a_crash() {
    let bench = Bench::new([("S", json!(["mocked"]))]);
    let service = bench.open();
    let definition = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "S"},
        "S": {"Type": "Task", "Resource": FUNCTION, "Next": "Called"}, "Called": function(&json!({}))}});
    create(&service, &definition, MachineKind::Express).await;
    let view = service.start_sync(request("#case", None)).await.expect("it runs");
    assert_eq!(
        (shown(&view.ending), bench.calls()),
        (r#"{"real":"Called"}"#.to_owned(), "Called".to_owned())
    );
    assert_eq!(&*view.machine_arn, MACHINE);
    let refused = service.start_sync(request("#other", None)).await;
    assert_eq!(refused.map(|_| ()), Err(ServiceError::TestCase("no test case other".into())));
    service.start(request("#case", None)).await.expect("accepted");
    let disk = bench.store.crash();
    service.shutdown(Duration::ZERO).await;
    let bench = Bench { store: disk, real: Arc::default(), ..bench };
    let service = bench.open();
    for _ in 0..2_000 {
        if !service.recent_express(MACHINE, 1).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ended = service.recent_express(MACHINE, 1);
    assert_eq!(
        ended.first().map(|record| shown(&record.view.ending)).as_deref(),
        Some(r#"{"real":"Called"}"#)
    );
    assert_eq!(bench.calls(), "Called");
}
