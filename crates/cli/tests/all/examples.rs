//! The examples of the repository, each with every input that its `expected.json` names.

use crate::harness::{Folder, Ran, has};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Whether some Python that the binary would choose has the runtime client.
fn python_runs() -> bool {
    let of_clone = root().join(".venv/bin/python");
    let python = if of_clone.exists() { of_clone } else { PathBuf::from("python3") };
    let probe = Command::new(python).args(["-c", "import awslambdaric"]).output();
    probe.is_ok_and(|output| output.status.success())
}

/// Whether `whole` has all that `part` has: objects at any depth, arrays item by item.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| contains(whole, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| contains(whole, part))
        }
        _ => whole == part,
    }
}

#[track_caller]
fn check_one(ran: &Ran, expected: &Value) {
    let name = &expected["name"];
    if expected["status"] != "SUCCEEDED" {
        assert_eq!(ran.code, Some(1), "{name}: {}", ran.stderr);
        let error = format!(": {}\n", expected["error"].as_str().expect("an error's name"));
        assert!(ran.stderr.contains(&error), "{name}: {}", ran.stderr);
        let cause = expected["cause"].as_str().unwrap_or_default();
        assert!(ran.stderr.contains(cause), "{name}: {}", ran.stderr);
        return;
    }
    assert_eq!(ran.code, Some(0), "{name}: {}", ran.stderr);
    let output: Value = serde_json::from_str(&ran.stdout).expect("the output is JSON");
    if let Some(exact) = expected.get("output") {
        assert_eq!(&output, exact, "{name}");
    }
    if let Some(part) = expected.get("outputContains") {
        assert!(contains(&output, part), "{name}: {output}");
    }
}

fn check(example: &str) {
    let dir = root().join("examples").join(example);
    let definition = std::fs::read_dir(&dir)
        .expect("the example")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.to_string_lossy().ends_with(".asl.json"))
        .expect("a definition");
    let text = std::fs::read_to_string(dir.join("expected.json")).expect("expected.json");
    let all: Vec<Value> = serde_json::from_str(&text).expect("expected.json is a list");
    assert!(!all.is_empty());
    let folder = Folder::new();
    for expected in &all {
        let input = dir.join(expected["input"].as_str().expect("an input"));
        let input = format!("@{}", input.display());
        let ran = folder.run(&["run", &definition.to_string_lossy(), "--input", &input]);
        check_one(&ran, expected);
    }
}

#[test]
fn order_processing() {
    if python_runs() {
        check("order-processing");
    } else {
        println!("skipped: no Python with awslambdaric; scripts/setup makes one in .venv");
    }
}

#[test]
fn interview_scheduling() {
    if has("node") {
        check("interview-scheduling");
    } else {
        println!("skipped: this machine has no node");
    }
}

#[test]
fn the_examples_are_right() {
    let folder = Folder::new();
    for definition in ["order-processing/order.asl.json", "interview-scheduling/interview.asl.json"] {
        let path = root().join("examples").join(definition);
        let out = folder.run(&["validate", &path.to_string_lossy()]).ok();
        assert_eq!(out, "1 file: 0 errors, 0 warnings\n", "{definition}");
    }
}
