//! `cargo xtask shapes`: the requests of the API as Rust, made from AWS's public model.
//!
//! The model comes with botocore, which the clients' tests install; one file an operation is
//! written to `crates/api/src/shapes`. Nothing of the model itself is kept. `--check` says whether
//! the files are what the model at hand would give, and skips where there is no model.

mod emit;
mod model;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// Where the files are, below the repository.
const FOLDER: &str = "crates/api/src/shapes";

/// Writes the files, or with `check` compares them.
pub fn run(root: &Path, check: bool) -> ExitCode {
    let Some(path) = model::find(root) else {
        println!("shapes: skipped, because botocore is not installed in .venv (scripts/setup does it)");
        return if check { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    match model::read(&path).and_then(|model| files(&model)) {
        Ok(files) if check => compare(&root.join(FOLDER), &files),
        Ok(files) => write(&root.join(FOLDER), &files),
        Err(message) => fail(&message),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("shapes: {message}");
    ExitCode::from(2)
}

/// Names and contents of all files.
fn files(model: &model::Model) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (name, text) in emit::files(model)? {
        files.push((name, formatted(&text)?));
    }
    Ok(files)
}

/// The text as rustfmt writes it.
fn formatted(text: &str) -> Result<String, String> {
    use std::io::Write;
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", concat!(env!("CARGO_MANIFEST_DIR"), "/..")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt does not start: {error}"))?;
    let mut input = rustfmt.stdin.take().ok_or("rustfmt takes no input")?;
    input.write_all(text.as_bytes()).map_err(|error| format!("rustfmt: {error}"))?;
    drop(input);
    let done = rustfmt.wait_with_output().map_err(|error| format!("rustfmt: {error}"))?;
    if done.status.success() {
        String::from_utf8(done.stdout).map_err(|error| format!("rustfmt: {error}"))
    } else {
        Err("rustfmt refuses what was made".to_owned())
    }
}

fn write(folder: &Path, files: &[(String, String)]) -> ExitCode {
    for (name, text) in files {
        if let Err(error) = fs::write(folder.join(name), text) {
            return fail(&format!("{name}: {error}"));
        }
    }
    println!("shapes: wrote {} files to {FOLDER}", files.len());
    ExitCode::SUCCESS
}

fn compare(folder: &Path, files: &[(String, String)]) -> ExitCode {
    let differs = |(name, text): &&(String, String)| {
        let path: PathBuf = folder.join(name);
        fs::read_to_string(path).map_or(true, |found| found != *text)
    };
    let stale: Vec<&str> = files.iter().filter(differs).map(|(name, _)| name.as_str()).collect();
    if stale.is_empty() {
        println!("shapes: {} files are what the model gives", files.len());
        return ExitCode::SUCCESS;
    }
    println!("shapes: {} differ from the model; run `cargo xtask shapes`", stale.join(", "));
    ExitCode::FAILURE
}
