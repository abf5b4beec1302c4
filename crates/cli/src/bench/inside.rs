//! Cases in-process: the engine as a library in the process that makes the load.
//!
//! `bench` starts a process for each such case, so that its processor time and
//! memory are those of one case. They include the clients, which do little.

use super::BenchError;
use super::args::BenchCaseArgs;
use super::case::{Case, word};
use super::closed::Goal;
use super::ends::{Ends, WatchedStore};
use super::figures::{Figure, Figures};
use super::load::{self, Client};
use super::meter::{Meter, disk_bytes};
use super::runner::Measured;
use super::workloads::{Workload, call1, pass5};
use stateline_base::{Limits, Payload};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Attempt, CallFuture, Config, Connector, Ending, Lineage, Machine, MachineStatus, Outcome, Service,
    StartRequest, SystemClock, SystemEntropy,
};
use stateline_store::{MemStore, Options, Status, Store, open_embedded};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

const MACHINE: &str = "bench";
const MACHINE_ARN: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:bench";
const MAILBOX_CAPACITY: usize = 16_384;
const GRACE: Duration = Duration::from_secs(10);

/// A function that answers at once with what it was given.
struct Answering;

impl Connector for Answering {
    fn call(&self, attempt: Attempt) -> CallFuture {
        Box::pin(async move { Outcome::Succeeded(attempt.input) })
    }
}

/// Runs one case and prints what was measured as JSON.
///
/// # Errors
/// When the engine does not start or a workflow does not succeed.
pub async fn run_case(args: BenchCaseArgs) -> Result<ExitCode, BenchError> {
    let case: Case = serde_json::from_str(&args.case).map_err(|error| BenchError::Case(error.to_string()))?;
    let measured = run(&case, args.data.as_deref()).await?;
    crate::output::say(
        &serde_json::to_string(&measured).map_err(|error| BenchError::Case(error.to_string()))?,
    );
    Ok(ExitCode::SUCCESS)
}

/// Runs a case; gives what it measured and what the data directory took before.
async fn run(case: &Case, data: Option<&Path>) -> Result<(Measured, Option<u64>), BenchError> {
    let ends = Arc::new(Ends::default());
    let service = open(data, &ends)?;
    let script = match case.workload {
        Workload::Pass5 => pass5::script(case),
        Workload::Call1 => call1::script(case, &call1::own_function_arn()),
        other => return Err(BenchError::Case(format!("{} does not run in-process", word(&other)))),
    };
    let kind = if script.express { MachineKind::Express } else { MachineKind::Standard };
    service.create_machine(machine(kind, &script.definition)).await?;
    let before = data.map(disk_bytes).transpose()?;
    let clients = (0..case.in_flight)
        .map(|client| Inside {
            service: service.clone(),
            ends: ends.clone(),
            goal: script.goal,
            client,
            next: 0,
        })
        .collect();
    let own = Meter::own();
    let (laps, cpu_before, cpu_after) =
        load::run(clients, case.warm_up(), case.measured(), || own.cpu_micros()).await?;
    service.shutdown(GRACE).await;
    let used = cpu_before.zip(cpu_after).map(|(before, after)| after.saturating_sub(before) as f64);
    let mut figures = Figures::of(&laps);
    figures.set(Figure::CpuUsPerWorkflow, used.map(|micros| micros / laps.workflows as f64));
    figures.set(Figure::RssMaxMib, own.rss_max_kib().map(|kib| kib as f64 / 1024.0));
    Ok((Measured::one(*case, figures, laps.workflows_all), before))
}

fn open(data: Option<&Path>, ends: &Arc<Ends>) -> Result<Service, BenchError> {
    let store: Arc<dyn Store> = match data {
        Some(path) => Arc::new(open_embedded(path, Options::default())?),
        None => Arc::new(MemStore::new()),
    };
    let config = Config {
        store: Arc::new(WatchedStore::new(store, ends.clone())),
        connector: Arc::new(Answering),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        limits: Limits::default(),
        workers: std::thread::available_parallelism().map_or(1, usize::from),
        mailbox_capacity: MAILBOX_CAPACITY,
    };
    Ok(Service::open(config, &Handle::current())?)
}

fn machine(kind: MachineKind, definition: &str) -> Machine {
    Machine {
        arn: MACHINE_ARN.into(),
        name: MACHINE.into(),
        definition: definition.into(),
        role_arn: "arn:aws:iam::000000000000:role/bench".into(),
        kind,
        created: stateline_base::Timestamp::default(),
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: Vec::new(),
        lineage: Lineage::default(),
    }
}

/// A client in the engine's process.
struct Inside {
    service: Service,
    ends: Arc<Ends>,
    goal: Goal,
    client: u32,
    next: u64,
}

impl Client for Inside {
    async fn workflow(&mut self) -> Result<u32, BenchError> {
        self.next += 1;
        let request = StartRequest {
            machine_arn: MACHINE_ARN.into(),
            name: Some(format!("c{}-{}", self.client, self.next).into()),
            input: Payload::from_checked_text(format!("{{\"id\":{}}}", self.next)),
            trace_header: None,
        };
        if self.goal == Goal::Answered {
            let view = self.service.start_sync(request).await?;
            return match view.ending {
                Ending::Succeeded(_) => Ok(0),
                other => Err(BenchError::Client(format!("a workflow ended with {other:?}"))),
            };
        }
        let started = self.service.start(request).await?;
        match self.ends.of(&started.arn).await {
            Some(Status::Succeeded) => Ok(0),
            other => Err(BenchError::Client(format!("a workflow ended with {other:?}"))),
        }
    }
}
