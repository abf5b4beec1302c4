//! The command line: the one binary, `stateline`.
//!
//! It wires the crates below into commands and owns what only a program can
//! own: arguments, files, signals, the terminal and exit codes. What
//! workflows mean is decided below; the API's client verbs know nothing that
//! any other client of the API could not know.

#![allow(
    clippy::disallowed_methods,
    reason = "the command line is the outside: it reads the environment and the clock, and waits"
)]

mod args;
mod bench;
mod client;
mod commands;
mod config;
mod copying;
mod doctor;
mod files;
mod follow;
mod host;
mod inputs;
mod names;
mod output;
mod progress;
mod shutdown;
mod story;
mod watch;

use clap::Parser;
use std::process::ExitCode;

/// What one thread allocates another frees, all the time: the system's allocator took a fifth of the
/// processor time of a workflow, this one a third of that (docs/benchmarks.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    output::start_logging(args.command.default_log());
    match commands::run(args.command) {
        Ok(code) => code,
        Err(error) => {
            output::note(&format!("{} {error}", output::red("error:")));
            ExitCode::from(error.code())
        }
    }
}
