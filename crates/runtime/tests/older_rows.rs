//! Data of older releases goes on: children of Map Runs whose rows stand in their machine's list.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::json;
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Ending, Lineage, Machine, MachineStatus, Outcome, Service,
    StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::{Append, ExecutionRow, Group, MemStore, Put, Store, Table};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

/// Lets calls hang, until it is told to answer.
struct Gate(AtomicBool);

impl Connector for Gate {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let answers = self.0.load(Ordering::SeqCst);
        Box::pin(async move {
            if !answers {
                std::future::pending::<()>().await;
            }
            Outcome::Succeeded(attempt.input)
        })
    }
}

fn open(store: &MemStore, gate: &Arc<Gate>) -> Service {
    let config = Config {
        store: Arc::new(store.clone()),
        connector: gate.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("the store opens")
}

async fn start(service: &Service) -> Arc<str> {
    let definition = json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", "End": true,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
                "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 3}]}}}}}});
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
    let machine_arn = machine.arn.clone();
    service.create_machine(machine).await.expect("the machine is created");
    let input = Payload::from(json!([1, 2, 3]));
    service
        .start(StartRequest { machine_arn, name: None, input, trace_header: None })
        .await
        .expect("accepted")
        .arn
}

async fn ends(service: &Service, arn: &str) -> Ending {
    for _ in 0..2_000 {
        let ending = service.describe(arn).await.expect("it can be described").ending;
        if ending != Ending::Running {
            return ending;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} does not end");
}

fn rows(store: &MemStore) -> Vec<ExecutionRow> {
    store.open_executions(None, 100).expect("the store can be read")
}

/// The same data with rows as they were before children were listed by their Map Run.
fn as_of_old(store: &MemStore) -> MemStore {
    let old = MemStore::new();
    let epoch = old.acquire("the older release").expect("a store in memory");
    let mut group = Group { epoch, ..Group::default() };
    for row in rows(store) {
        for batch in store.journal(row.id, 0, 1_000).expect("the store can be read") {
            let next_seq = batch.first_seq + u64::from(batch.events);
            let row = ExecutionRow { map_run: None, next_seq, ..row.clone() };
            let (expected_seq, events) = (batch.first_seq, batch.events);
            group.appends.push(Append { id: row.id, expected_seq, events, bytes: batch.bytes.to_vec(), row });
        }
    }
    for table in [Table::StateMachines, Table::Versions, Table::MapRuns, Table::Settings, Table::Definitions]
    {
        for (key, bytes) in store.scan(table, None, 1_000).expect("the store can be read") {
            group.puts.push(Put { table, key, bytes: Some(bytes) });
        }
    }
    old.commit(&group).expect("a store in memory");
    old
}

#[tokio::test(flavor = "multi_thread")]
async fn children_of_an_older_release_end_and_are_stopped() {
    for stops in [false, true] {
        let (store, gate) = (MemStore::new(), Arc::new(Gate(AtomicBool::new(false))));
        let service = open(&store, &gate);
        let arn = start(&service).await;
        for _ in 0..2_000 {
            if rows(&store).len() == 4 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let old = as_of_old(&store);
        service.shutdown(Duration::ZERO).await;
        assert_eq!(rows(&old).iter().filter(|row| row.map_run.is_none()).count(), 4);
        gate.0.store(true, Ordering::SeqCst);
        let service = open(&old, &gate);
        if stops {
            service.stop(&arn, Failure::default()).await.expect("it is stopped");
            assert_eq!(ends(&service, &arn).await, Ending::Aborted(Failure::default()));
        } else {
            assert_eq!(ends(&service, &arn).await, Ending::Succeeded(Payload::from(json!([1, 2, 3]))));
        }
        assert_eq!(service.fault(), None);
        service.shutdown(Duration::ZERO).await;
    }
}
