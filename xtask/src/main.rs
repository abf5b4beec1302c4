//! The house's own tool: checks that the rules of CONTRIBUTING.md hold in this tree, and makes the
//! files that are made of others.
//!
//! `tidy` reads the repository and prints findings; it never changes a file and knows nothing about
//! what the crates do. `make verify` calls it as `cargo xtask tidy`, and so may anyone by hand.
//! `shapes` makes the API's requests from AWS's public model.

#![allow(clippy::disallowed_methods, reason = "a tool of the house: it runs beside the engine, never in it")]

mod check;
mod finding;
mod models;
mod shapes;
mod tree;

use std::path::Path;
use std::process::ExitCode;

use finding::Finding;

const USAGE: &str = "usage: cargo xtask tidy | shapes [--check] | models [--check]

  tidy     check floors, purity, sizes, headings, manifests, text and links
  shapes   write crates/api/src/shapes from AWS's public model, or check that it is what the model gives
  models   write the table of services' answers from botocore in .venv, or say whether it is stale
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => tidy(),
        ["models"] => models::run(root(), false),
        ["models", "--check"] => models::run(root(), true),
        ["shapes"] => shapes::run(root(), false),
        ["shapes", "--check"] => shapes::run(root(), true),
        ["--help" | "-h" | "help"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The repository that this tool was built in.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one folder below the root")
}

/// Runs every check over the repository.
fn tidy() -> ExitCode {
    let mut findings = match tree::read(root()) {
        Ok(tree) => check::all(&tree),
        Err(message) => {
            eprintln!("tidy: {message}");
            return ExitCode::from(2);
        }
    };
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    report(&findings)
}

fn report(findings: &[Finding]) -> ExitCode {
    if findings.is_empty() {
        println!("tidy: nothing to report");
        ExitCode::SUCCESS
    } else {
        println!("tidy: {} findings", findings.len());
        ExitCode::FAILURE
    }
}
