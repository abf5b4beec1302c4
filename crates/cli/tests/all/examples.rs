//! The examples of the repository, each with every input that its `expected.json` names.

use crate::harness::{Folder, Ran, Server, eventually, has};
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
fn expense_approval() {
    if python_runs() {
        check("expense-approval");
    } else {
        println!("skipped: no Python with awslambdaric; scripts/setup makes one in .venv");
    }
}

#[test]
fn expense_approval_runs_on_mocks_alone() {
    let dir = root().join("examples/expense-approval");
    let path = |name: &str| dir.join(name).to_string_lossy().into_owned();
    let folder = Folder::new();
    for (case, expected) in [
        ("Approved", r#"{"id":"EXP-7","status":"APPROVED","by":"grace"}"#),
        ("RejectedByManager", r#"{"id":"EXP-7","status":"REJECTED","by":"alan","why":"not this year"}"#),
    ] {
        let (mock, input) =
            (format!("{}#{case}", path("MockConfigFile.json")), format!("@{}", path("input.json")));
        let ran = folder.run(&["run", &path("approval.asl.json"), "--mock", &mock, "--input", &input]);
        assert_eq!(ran.ok(), format!("{expected}\n"));
    }
}

/// Copies a folder with all that is in it, but not what an example has written.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "outbox" {
            copy(&path, &to.join(name));
        } else if path.is_file() {
            std::fs::copy(&path, to.join(name)).expect("the file");
        }
    }
}

/// The approval example as `stateline dev examples/` serves it, and the people in it.
struct Office {
    folder: Folder,
    server: Server,
}

impl Office {
    fn open() -> Office {
        let folder = Folder::new();
        copy(&root().join("examples"), &folder.path().join("examples"));
        let environment = root().join(".venv");
        let environment = environment.to_string_lossy();
        let env: &[(&str, &str)] =
            if root().join(".venv").exists() { &[("VIRTUAL_ENV", &environment)] } else { &[] };
        let dev = ["dev", "examples/", "--listen", "127.0.0.1:0", "--store", "memory:"];
        let server = folder.listen_with(env, &dev);
        Office { folder, server }
    }

    /// Starts a request whose people have so long for an answer.
    fn request(&self, id: &str, patience: u32) {
        let text =
            std::fs::read_to_string(root().join("examples/expense-approval/input.json")).expect("an input");
        let mut input: Value = serde_json::from_str(&text).expect("JSON");
        (input["id"], input["patienceSeconds"]) = (id.into(), patience.into());
        self.folder
            .ask(&self.server, &["start", "approval", "--name", id, "--input", &input.to_string()])
            .ok();
    }

    /// Reads the letter that somebody gets.
    fn letter(&self, id: &str, to: &str) -> String {
        let path = self.folder.path().join(format!("examples/expense-approval/outbox/{id}-{to}.txt"));
        eventually("the letter comes", || path.exists());
        std::fs::read_to_string(path).expect("a letter")
    }

    /// Does what a letter says, word for word: the first line that begins so.
    fn follow(&self, letter: &str, begins: &str) -> String {
        let line = letter.lines().map(str::trim).find(|line| line.starts_with(begins)).expect("such a line");
        let binary = Path::new(env!("CARGO_BIN_EXE_stateline")).parent().expect("a folder");
        let search = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
        let ran = Command::new("sh")
            .args(["-c", line])
            .envs([("PATH", search.as_str()), ("STATELINE_ENDPOINT", self.server.endpoint.as_str())])
            .output()
            .expect("a shell");
        assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }

    fn end(&self, id: &str) -> Value {
        let arn = format!("arn:aws:states:us-east-1:000000000000:execution:approval:{id}");
        let mut end = Value::Null;
        eventually("the request is decided", || {
            end = self.server.call("DescribeExecution", &serde_json::json!({"executionArn": arn}));
            end["status"] != "RUNNING"
        });
        serde_json::from_str(end["output"].as_str().expect("it succeeds")).expect("JSON")
    }
}

#[test]
fn expense_approval_with_people() {
    if !python_runs() {
        println!("skipped: no Python with awslambdaric; scripts/setup makes one in .venv");
        return;
    }
    let office = Office::open();
    office.request("EXP-1", 600);
    office.request("EXP-2", 600);
    let said = office.follow(&office.letter("EXP-1", "grace"), "stateline tokens succeed ");
    assert_eq!(said, "the task has succeeded\n");
    assert_eq!(office.end("EXP-1"), serde_json::json!({"id": "EXP-1", "status": "APPROVED", "by": "grace"}));
    assert!(office.letter("EXP-1", "ada").contains("was approved by grace"));
    office.follow(&office.letter("EXP-2", "grace"), "stateline tokens fail ");
    let rejected =
        serde_json::json!({"id": "EXP-2", "status": "REJECTED", "by": "grace", "why": "too expensive"});
    assert_eq!(office.end("EXP-2"), rejected);

    // Grace is away: Alan is asked, and Grace's token is good for nothing any more.
    office.request("EXP-3", 6);
    let (grace, alan) = (office.letter("EXP-3", "grace"), office.letter("EXP-3", "alan"));
    assert!(alan.contains("grace did not answer"), "{alan}");
    let token = |letter: &str| {
        let line = letter.lines().find(|line| line.contains("?token=")).expect("a link");
        line.split_once("?token=").expect("a token").1.to_owned()
    };
    let late = office.folder.ask(&office.server, &["tokens", "succeed", &token(&grace)]);
    assert!(late.stderr.contains("the task is over"), "{}", late.stderr);
    office.follow(&alan, "stateline tokens succeed ");
    assert_eq!(office.end("EXP-3")["by"], "alan");
}

#[test]
fn the_examples_are_right() {
    let folder = Folder::new();
    for definition in [
        "order-processing/order.asl.json",
        "interview-scheduling/interview.asl.json",
        "expense-approval/approval.asl.json",
    ] {
        let path = root().join("examples").join(definition);
        let out = folder.run(&["validate", &path.to_string_lossy()]).ok();
        assert_eq!(out, "1 file: 0 errors, 0 warnings\n", "{definition}");
    }
}
