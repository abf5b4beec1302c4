//! Stops of a whole service, of executions and of Map Runs, while something outside is at work that
//! blocks threads of the runtime.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Created, ItemPage, ItemSource, ItemsFuture, Lineage, Machine,
    MachineStatus, Outcome, ReadItem, ResultSource, ResultTarget, Service, StartRequest, SystemClock,
    SystemEntropy,
};
use stateline_store::MemStore;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;

fn open(connector: Arc<dyn Connector>) -> Service {
    let config = Config {
        store: Arc::new(MemStore::new()),
        connector,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("a store in memory opens")
}

/// A Map over what is read, with these fields; its children pass.
fn over(fields: &Value) -> Value {
    let mut map = json!({"Type": "Map", "Label": "Each", "End": true, "MaxConcurrency": 1,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "b", "Key": "k"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}});
    if let (Value::Object(map), Value::Object(fields)) = (&mut map, fields) {
        map.extend(fields.clone());
    }
    json!({"StartAt": "Each", "States": {"Each": map}})
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
    let request =
        StartRequest { machine_arn, name: None, input: Payload::empty_object(), trace_header: None };
    service.start(request).await.expect("accepted").arn
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

/// Reads on a thread of the runtime, which is held until the source is closed.
struct Holding {
    reads: AtomicUsize,
    held: Mutex<Option<Receiver<()>>>,
    close: Mutex<Option<Sender<()>>>,
}

impl Connector for Holding {
    fn call(&self, attempt: Attempt) -> CallFuture {
        Box::pin(std::future::ready(Outcome::Succeeded(attempt.input)))
    }

    fn read_items(&self, _: Arc<ItemSource>, _: Option<Arc<str>>, _: usize) -> ItemsFuture {
        let first = self.reads.fetch_add(1, Ordering::SeqCst) == 0;
        let held = self.held.lock().expect("no test panics with the lock").take();
        Box::pin(async move {
            if !first {
                std::future::pending::<()>().await;
            }
            // Until nobody is left to close it.
            tokio::task::spawn_blocking(move || held.map(|held| held.recv()));
            let value = Payload::from(json!(1));
            let items = vec![ReadItem { value, key: None, source: None, cursor: "1".into() }];
            Ok(ItemPage { items, ended: false })
        })
    }

    fn close_items(&self, _: &ItemSource) {
        drop(self.close.lock().expect("no test panics with the lock").take());
    }
}

#[test]
fn a_stop_needs_no_thread_that_a_reader_holds() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .expect("a runtime can be built");
    runtime.block_on(async {
        let (sender, receiver) = channel();
        let holding = Arc::new(Holding {
            reads: AtomicUsize::new(0),
            held: Mutex::new(Some(receiver)),
            close: Mutex::new(Some(sender)),
        });
        let service = open(holding.clone());
        begin(&service, &over(&json!({}))).await;
        until("more is read", || holding.reads.load(Ordering::SeqCst) > 1).await;
        let stopped = tokio::time::timeout(Duration::from_secs(20), service.shutdown(Duration::ZERO)).await;
        // The thread is let go before this panics: the runtime waits for it.
        drop(holding.close.lock().expect("no test panics with the lock").take());
        assert!(stopped.is_ok(), "the stop waits for a thread that a reader holds");
    });
}

/// One item to read, and a writer on a thread of its own that is let go on page by page.
#[derive(Default)]
struct Slow {
    /// How many writings have begun.
    begun: AtomicUsize,
    /// Pages that may be asked for.
    pages: AtomicUsize,
    /// How writings ended: with the number of results, or with a cause.
    ended: Mutex<Vec<Result<usize, String>>>,
}

impl Slow {
    fn write(&self, results: &mut dyn ResultSource) -> Result<usize, String> {
        let mut count = 0;
        loop {
            let taken = |pages: usize| pages.checked_sub(1);
            while self.pages.fetch_update(Ordering::SeqCst, Ordering::SeqCst, taken).is_err() {
                std::thread::sleep(Duration::from_millis(2));
            }
            match results.next_page() {
                Ok(page) if page.is_empty() => return Ok(count),
                Ok(page) => count += page.len(),
                Err(failure) => return Err(failure.cause.as_deref().unwrap_or_default().to_owned()),
            }
        }
    }
}

struct SlowWriter(Arc<Slow>);

impl Connector for SlowWriter {
    fn call(&self, attempt: Attempt) -> CallFuture {
        Box::pin(std::future::ready(Outcome::Succeeded(attempt.input)))
    }

    fn read_items(&self, _: Arc<ItemSource>, _: Option<Arc<str>>, _: usize) -> ItemsFuture {
        let value = Payload::from(json!(1));
        let items = vec![ReadItem { value, key: None, source: None, cursor: "1".into() }];
        Box::pin(std::future::ready(Ok(ItemPage { items, ended: true })))
    }

    fn write_results(&self, _: Arc<ResultTarget>, mut results: Box<dyn ResultSource>) -> CallFuture {
        let slow = self.0.clone();
        slow.begun.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let writing = tokio::task::spawn_blocking(move || {
                let ended = slow.write(&mut *results);
                slow.ended.lock().expect("no test panics with the lock").push(ended);
            });
            writing.await.expect("nothing panics");
            Outcome::Succeeded(Payload::from(json!({"Bucket": "b", "Key": "out/manifest.json"})))
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_is_called_off_and_the_next_one_waits_for_it() {
    let slow = Arc::new(Slow::default());
    let service = open(Arc::new(SlowWriter(slow.clone())));
    let writer = json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "b", "Prefix": "out"}}});
    let arn = begin(&service, &over(&writer)).await;
    until("results are written", || slow.begun.load(Ordering::SeqCst) == 1).await;
    service.stop(&arn, Failure::default()).await.expect("it is stopped");
    service.redrive(&arn, None).await.expect("it is redriven");
    // The first writer has not heard of all that, and would write into the second one's files.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(slow.begun.load(Ordering::SeqCst), 1);
    slow.pages.store(1, Ordering::SeqCst);
    until("they are written again", || slow.begun.load(Ordering::SeqCst) == 2).await;
    let ended = slow.ended.lock().expect("no test panics with the lock").clone();
    assert!(matches!(&*ended, [Err(cause)] if cause.contains("called off")), "{ended:?}");
    slow.pages.store(2, Ordering::SeqCst);
    until("they are written", || slow.ended.lock().is_ok_and(|ended| ended.len() == 2)).await;
    assert_eq!(slow.ended.lock().expect("no test panics with the lock")[1], Ok(1));
    service.shutdown(Duration::ZERO).await;
}
