//! `stateline completions`: a script that completes commands in a shell.

use crate::args::{Args, CompletionsArgs};
use clap::CommandFactory;
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &CompletionsArgs) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "stateline", &mut script);
    // A reader that goes away has seen enough.
    drop(std::io::stdout().lock().write_all(&script));
    ExitCode::SUCCESS
}
