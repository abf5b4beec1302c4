//! `stateline bench`: a load generator and its report.
//!
//! It measures the engine as a library and as a server, on workflows that do
//! nothing but be workflows. Figures are printed, never judged: what is fast
//! enough is for people to say, and for the machine they have.

mod args;
mod case;
mod ends;
mod function;
mod http;
mod inside;
mod load;
mod measured;
mod meter;
mod outside;
mod report;
mod server;
mod waiting;

pub use args::{BenchArgs, BenchCaseArgs, BenchFunctionArgs};
pub use function::run as run_function;
pub use inside::run_case;

use crate::output::note;
use case::{Case, Plan, Way};
use measured::{Measured, Run};
use meter::{Meter, cpu_pressure_percent, disk_bytes};
use outside::Site;
use report::Report;
use server::Server;
use stateline_runtime::{OpenServiceError, ServiceError};
use stateline_store::OpenError;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

/// Why a benchmark gave no figures.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Nothing is left of what was asked for.
    #[error("no case is left to run: {0}")]
    NoCase(String),
    /// The endpoint is not one.
    #[error("{0} is not an endpoint that can be measured; it must be http://ADDRESS:PORT")]
    Endpoint(String),
    /// A server cannot be reached, or not any more.
    #[error("the connection to {address} is lost: {why}")]
    Connection {
        /// The server.
        address: String,
        /// What the network said.
        why: String,
    },
    /// The API refused.
    #[error("{operation} was refused: {answer}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// What it answered.
        answer: String,
    },
    /// A client could not go on.
    #[error("{0}")]
    Client(String),
    /// The server of a case.
    #[error("the server did not do as it should: {0}")]
    NotReady(String),
    /// `bench-case` and its caller do not understand each other.
    #[error("the process of a case failed: {0}")]
    Case(String),
    /// `bench-function` was not started as a function.
    #[error("bench-function is started by `stateline bench`, as a function of its server")]
    NotAFunction,
    /// The store.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The engine.
    #[error(transparent)]
    Open(#[from] OpenServiceError),
    /// The engine refused.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The system refused.
    #[error("the system refused: {0}")]
    System(#[from] std::io::Error),
}

/// Runs the cases and prints the report.
///
/// # Errors
/// See [`BenchError`]; the first case that fails ends the benchmark, and what was measured before it
/// is printed all the same.
pub async fn run(args: BenchArgs) -> Result<ExitCode, BenchError> {
    if args.waiting {
        waiting::run(&Bench::new(&args)?, &args).await?.print(args.output);
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Plan::new(&args);
    if plan.cases.is_empty() {
        return Err(BenchError::NoCase(plan.left_out.join("; ")));
    }
    let bench = Bench::new(&args)?;
    let (runs, failed) = bench.measure_all(&plan, args.rounds).await;
    if !runs.is_empty() {
        Report::new(&bench.root, bench.in_memory, runs, plan.left_out).print(args.output);
    }
    failed.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// What all cases share.
struct Bench {
    /// Where the folders of the cases are made.
    root: PathBuf,
    in_memory: bool,
    /// A server that runs already.
    elsewhere: Option<Site>,
}

impl Bench {
    fn new(args: &BenchArgs) -> Result<Bench, BenchError> {
        let in_memory = args.store.as_deref() == Some("memory:");
        let root = match &args.store {
            Some(folder) if !in_memory => PathBuf::from(folder),
            _ => std::env::temp_dir(),
        };
        let elsewhere = match &args.endpoint {
            None => None,
            Some(endpoint) => Some(Site {
                address: http::address_of(endpoint)?,
                meter: args.pid.map(Meter::of),
                function: args.function.clone().unwrap_or_default(),
            }),
        };
        Ok(Bench { root: std::path::absolute(root)?, in_memory, elsewhere })
    }

    /// Every case in turn, round by round, up to the first that fails.
    async fn measure_all(&self, plan: &Plan, rounds: u32) -> (Vec<Run>, Option<BenchError>) {
        let mut runs = Vec::new();
        for round in 1..=rounds {
            for (at, case) in plan.cases.iter().enumerate() {
                if std::io::stderr().is_terminal() {
                    let cases = plan.cases.len();
                    note(&format!("round {round}, case {} of {cases}: {}", at + 1, case.title()));
                }
                let pressure = cpu_pressure_percent();
                match self.measure(case, (round, at)).await {
                    Ok(measured) => runs.push(Run::new(*case, round, &measured, pressure)),
                    Err(error) => return (runs, Some(error)),
                }
            }
        }
        (runs, None)
    }

    async fn measure(&self, case: &Case, (round, at): (u32, usize)) -> Result<Measured, BenchError> {
        if let Some(site) = &self.elsewhere {
            return outside::run(case, site).await;
        }
        let folder =
            Folder::create(self.root.join(format!("stateline-bench-{}-{round}-{at}", std::process::id())))?;
        let data = folder.0.join("data");
        let data = (!self.in_memory).then_some(data.as_path());
        let mut measured = match case.way {
            Way::InProcess => in_process_of_its_own(case, data).await?,
            Way::Http => with_server_of_its_own(case, &folder.0, data).await?,
        };
        measured.disk_bytes_after = data.map(disk_bytes).transpose()?;
        Ok(measured)
    }
}

async fn in_process_of_its_own(case: &Case, data: Option<&Path>) -> Result<Measured, BenchError> {
    let case = serde_json::to_string(case).map_err(|error| BenchError::Case(error.to_string()))?;
    let mut process = tokio::process::Command::new(std::env::current_exe()?);
    process.arg("bench-case").arg(case).stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    if let Some(data) = data {
        process.arg("--data").arg(data);
    }
    let ended = process.output().await?;
    if !ended.status.success() {
        return Err(BenchError::Case(format!("it ended with {}", ended.status)));
    }
    serde_json::from_slice(&ended.stdout).map_err(|error| BenchError::Case(error.to_string()))
}

async fn with_server_of_its_own(
    case: &Case,
    folder: &Path,
    data: Option<&Path>,
) -> Result<Measured, BenchError> {
    let server = Server::start(folder, data).await?;
    let disk_bytes_before = data.map(disk_bytes).transpose()?;
    let measured = outside::run(case, &server.site).await?;
    server.stop().await?;
    Ok(Measured { disk_bytes_before, ..measured })
}

/// A folder that goes with the benchmark.
struct Folder(PathBuf);

impl Folder {
    fn create(path: PathBuf) -> std::io::Result<Folder> {
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            note(&format!("{} is left behind: {error}", self.0.display()));
        }
    }
}
