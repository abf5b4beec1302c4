//! `stateline bench`: a load generator and its report.
//!
//! It measures engines that speak the API, this one as a library too, on workflows that do nothing
//! but be workflows, beside what the machine would allow. Figures are printed, never judged: what is
//! fast enough is for people to say, and for the machine they have.
//!
//! `plan` makes cases from what was typed, `runner` gives each its server, `workloads` has what is
//! run there, and `report` shows it.

mod answer;
mod args;
mod case;
mod ceiling;
mod closed;
mod ends;
mod figures;
mod function;
mod http;
mod inside;
mod load;
mod many;
mod meter;
mod plan;
mod process;
mod report;
mod runner;
mod server;
mod site;
mod workloads;

pub use args::{BenchArgs, BenchCaseArgs, BenchCeilingArgs, BenchFunctionArgs};
pub use ceiling::run as run_ceiling;
pub use function::run as run_function;
pub use inside::run_case;

use crate::output::note;
use crate::shutdown::Signals;
use plan::Plan;
use report::{Facts, Report};
use runner::Bench;
use stateline_runtime::{OpenServiceError, ServiceError};
use stateline_store::OpenError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use workloads::waiting;

/// What a shell says of a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

/// Why a benchmark gave no figures, or not all.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Nothing is left of what was asked for.
    #[error("no case is left to run: {0}")]
    NoCase(String),
    /// The endpoint is not one.
    #[error("{0} is not an endpoint that can be measured; it must be http://ADDRESS:PORT")]
    Endpoint(String),
    /// A file cannot be read, or written.
    #[error("{}: {why}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Some cases failed; what went wrong was printed as it did.
    #[error("{0} of the cases failed; their figures are missing")]
    Failed(usize),
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

/// Runs the cases and prints the report, or prints one that was saved.
///
/// # Errors
/// See [`BenchError`]. A case that fails is told at once and the others go on; in the end it is an
/// error, after the report.
pub async fn run(args: BenchArgs) -> Result<ExitCode, BenchError> {
    if let Some(path) = &args.report {
        let report = Report::read(path)?;
        report.print(args.output);
        return draw(&args, &report).map(|()| ExitCode::SUCCESS);
    }
    let bench = Bench::new(&args)?;
    if args.waiting {
        waiting::run(&bench, &args).await?.print(args.output);
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Plan::new(&args);
    if plan.cases.is_empty() {
        return Err(BenchError::NoCase(plan.left_out.join("; ")));
    }
    check_files(&args)?;
    bench.check().await?;
    let facts = Facts::read(&bench, &args);
    let (mut runs, mut failed) = (Vec::new(), Vec::new());
    let mut signals = Signals::listen()?;
    let interrupted = tokio::select! {
        () = bench.measure_all(&plan, plan.rounds, &mut runs, &mut failed) => false,
        _ = signals.next() => true,
    };
    if interrupted {
        let told = if runs.is_empty() {
            "stopped; nothing was measured yet"
        } else {
            "stopped; what was measured until now:"
        };
        note(told);
    }
    let (broken, measured) = (failed.len(), !runs.is_empty());
    let report = Report::new(facts, runs, plan.left_out, failed);
    if measured {
        report.print(args.output);
        if let Some(path) = &args.save {
            write(path, &report.json())?;
        }
        draw(&args, &report)?;
    }
    match (interrupted, broken) {
        (true, _) => Ok(ExitCode::from(INTERRUPTED)),
        (false, 0) => Ok(ExitCode::SUCCESS),
        (false, broken) => Err(BenchError::Failed(broken)),
    }
}

fn draw(args: &BenchArgs, report: &Report) -> Result<(), BenchError> {
    match &args.svg {
        Some(path) => write(path, &report.svg()),
        None => Ok(()),
    }
}

/// Files that cannot be written are found before the benchmark, not after it.
fn check_files(args: &BenchArgs) -> Result<(), BenchError> {
    for path in [&args.save, &args.svg].into_iter().flatten() {
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
        opened.map_err(|error| BenchError::File { path: path.clone(), why: error.to_string() })?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), BenchError> {
    let written = std::fs::write(path, format!("{text}\n"));
    written.map_err(|error| BenchError::File { path: path.to_owned(), why: error.to_string() })
}
