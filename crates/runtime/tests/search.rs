//! Pages of a search that has to look through very much.
#![allow(clippy::disallowed_methods, reason = "the service has threads of its own")]

use serde_json::json;
use stateline_base::{ExecutionId, Limits, Payload, ShardId, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Lineage, Machine, MachineStatus, Outcome, Search, Service,
    SystemClock, SystemEntropy,
};
use stateline_store::{Append, ExecutionRow, Group, MemStore, Status, Store};
use std::sync::Arc;
use tokio::runtime::Handle;

const PREFIX: &str = "arn:aws:states:us-east-1:000000000000:";

struct Yes;

impl Connector for Yes {
    fn call(&self, _: Attempt) -> CallFuture {
        Box::pin(std::future::ready(Outcome::Succeeded(Payload::empty_object())))
    }
}

fn row(number: i64) -> ExecutionRow {
    let started = Timestamp::from_millis(1_000 + number);
    ExecutionRow {
        id: ExecutionId::new(started, ShardId::from_number(1), 1),
        machine: format!("{PREFIX}stateMachine:m"),
        arn: format!("{PREFIX}execution:m:n{number}"),
        name: format!("n{number}"),
        status: Status::Succeeded,
        started,
        stopped: Some(started),
        next_seq: 0,
        wake: None,
        busy: false,
        expires: Some(started.plus_seconds(1 << 40)),
        map_runs: Vec::new(),
        body: vec![8],
        map_run: None,
        lists: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_looks_at_no_more_than_it_may_and_the_next_goes_on() {
    let store = MemStore::new();
    let config = Config {
        store: Arc::new(store.clone()),
        connector: Arc::new(Yes),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: 1,
        mailbox_capacity: 100,
    };
    let service = Service::open(config, &Handle::current()).expect("a store in memory opens");
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}).to_string();
    let machine = Machine {
        arn: format!("{PREFIX}stateMachine:m").into(),
        name: "m".into(),
        definition: definition.into(),
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
    let epoch = store.acquire("the test").expect("a store in memory");
    let append =
        |row: ExecutionRow| Append { id: row.id, expected_seq: 0, events: 0, bytes: Vec::new(), row };
    let appends = (0..12_000).map(|number| append(row(number))).collect();
    store.commit(&Group { epoch, appends, puts: Vec::new() }).expect("a store in memory");

    let search = Search {
        machine_prefix: format!("{PREFIX}stateMachine:"),
        text: Some(":n7".to_owned()),
        from: Some(Timestamp::from_millis(1_000)),
        ..Search::default()
    };
    let (mut pages, mut found, mut after) = (Vec::new(), 0, None);
    loop {
        let page = service.search(search.clone(), after.as_deref(), 2_000).await.expect("it can be read");
        pages.push(page.items.len());
        found += page.items.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // 7, 70 to 79, 700 to 799 and 7000 to 7999 of 0 to 11999, five thousand looked at in a page.
    assert_eq!((found, pages), (1_111, vec![1_000, 0, 111]));
}
