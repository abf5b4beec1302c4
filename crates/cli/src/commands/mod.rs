//! One file a command: from arguments to an exit code.

mod backup;
mod completions;
mod definition;
mod deploy;
mod dev;
mod doctor;
mod eval;
mod executions;
mod graph;
mod history;
mod restore;
mod run;
mod serve;
mod server;
mod start;
mod stop;
mod tokens;
mod validate;

use crate::args::Command;
use crate::bench::{self, BenchError};
use crate::client::CallError;
use crate::config::SettingsError;
use crate::host::HostError;
use crate::inputs::InputError;
use crate::names::NameError;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It was asked wrongly.
    #[error("{0}")]
    Usage(String),
    /// It could not.
    #[error("{0}")]
    Failed(String),
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// An input or a file is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The engine did not start.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The API refused.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A name leads nowhere.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A benchmark gave no figures.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// The system refused something that hardly ever fails.
    #[error("the system refused: {0}")]
    System(#[from] std::io::Error),
}

impl CommandError {
    /// The exit code: 2 when it was asked wrongly, 1 when it could not.
    pub fn code(&self) -> u8 {
        match self {
            CommandError::Usage(_) | CommandError::Settings(_) | CommandError::Input(_) => 2,
            CommandError::Host(HostError::Connect(_) | HostError::Mocks(_)) => 2,
            CommandError::Bench(
                BenchError::NoCase(_) | BenchError::Endpoint(_) | BenchError::File { .. },
            ) => 2,
            _ => 1,
        }
    }
}

type Outcome = Result<ExitCode, CommandError>;

/// Does what was asked.
///
/// # Errors
/// See [`CommandError`]; what went wrong was not printed yet.
pub fn run(command: Command) -> Outcome {
    match command {
        Command::Run(args) => wide(run::run(args)),
        Command::Serve(args) => wide(serve::run(args)),
        Command::Dev(args) => wide(dev::run(args)),
        Command::Validate(args) => validate::run(&args),
        Command::Start(args) => narrow(start::run(args)),
        Command::Executions(args) => narrow(executions::run(args)),
        Command::History(args) => narrow(history::run(args)),
        Command::Stop(args) => narrow(stop::run(args)),
        Command::Tokens(args) => narrow(tokens::run(args.command)),
        Command::Doctor(args) => narrow(doctor::run(args)),
        Command::Backup(args) => narrow(backup::run(args)),
        Command::Restore(args) => restore::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Bench(args) => narrow(async { Ok(bench::run(*args).await?) }),
        Command::BenchCase(args) => wide(async { Ok(bench::run_case(args).await?) }),
        Command::BenchCeiling(args) => wide(async { Ok(bench::run_ceiling(args).await?) }),
        Command::BenchFunction(_) => narrow(async { Ok(bench::run_function().await?) }),
        Command::Completions(args) => Ok(completions::run(&args)),
    }
}

/// Runs what hosts the engine.
fn wide(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Runs a client.
fn narrow(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
