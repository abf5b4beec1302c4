//! `stateline run`: output, exit codes, functions, data directories, Ctrl-C and crashes.

use crate::harness::{Folder, Ran, eventually};
use expect_test::{Expect, expect};
use rustix::process::Signal;
use serde_json::json;

const PASS: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"b": 1.0}, "ResultPath": "$.a", "End": true}}}"#;
const FAIL: &str =
    r#"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Sad", "Cause": "so it goes"}}}"#;

fn wait(seconds: u32) -> String {
    json!({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": seconds, "Next": "D"},
        "D": {"Type": "Pass", "Result": "done", "End": true}}})
    .to_string()
}

fn check(ran: &Ran, expected: &Expect) {
    let code = ran.code.map_or("a signal".to_owned(), |code| code.to_string());
    expected.assert_eq(&format!("{code}\n{}---\n{}", ran.stdout, ran.stderr));
}

#[test]
fn the_output_goes_to_stdout_and_nothing_else_anywhere() {
    let folder = Folder::new();
    folder.write("m.asl.json", PASS);
    folder.write("in.json", r#"{"x": "ä"}"#);
    check(
        &folder.run(&["run", "m.asl.json"]),
        &expect![[r#"
        0
        {"a":{"b":1.0}}
        ---
    "#]],
    );
    check(
        &folder.run(&["run", "m.asl.json", "--input", "@in.json"]),
        &expect![[r#"
        0
        {"x":"ä","a":{"b":1.0}}
        ---
    "#]],
    );
    check(
        &folder.run(&["run", "m.asl.json", "-i", "{\"x\":[]}"]),
        &expect![[r#"
        0
        {"x":[],"a":{"b":1.0}}
        ---
    "#]],
    );
}

#[test]
fn failures_are_said_in_plain_words() {
    let folder = Folder::new();
    folder.write("m.asl.json", FAIL);
    check(
        &folder.run(&["run", "m.asl.json"]),
        &expect![[r#"
        1
        ---
        m failed in A: Sad
        so it goes
    "#]],
    );
    folder.write("t.asl.json", r#"{"TimeoutSeconds": 1, "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}}"#);
    check(
        &folder.run(&["run", "t.asl.json"]),
        &expect![[r#"
        1
        ---
        t took longer than it may and was ended
    "#]],
    );
}

#[test]
fn what_cannot_run_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("m.asl.json", PASS);
    folder.write("wrong.asl.json", "{}");
    folder.write("in.json", "{");
    check(
        &folder.run(&["run", "wrong.asl.json"]),
        &expect![[r#"
        2
        ---
        wrong.asl.json:1:1: error[SCHEMA_VALIDATION_FAILED]: These fields are required: [States, StartAt]
         1 | {}
           | ^
           = at /

        error: wrong.asl.json cannot run before it is right
    "#]],
    );
    check(
        &folder.run(&["run", "none.asl.json"]),
        &expect![[r#"
        2
        ---
        error: none.asl.json: No such file or directory (os error 2)
    "#]],
    );
    check(
        &folder.run(&["run", "m.asl.json", "--input", "@in.json"]),
        &expect![[r#"
        2
        ---
        error: in.json is not JSON: EOF while parsing an object at line 1 column 1
    "#]],
    );
    check(
        &folder.run(&["run", "m.asl.json", "--input", "@none.json"]),
        &expect![[r#"
        2
        ---
        error: none.json: No such file or directory (os error 2)
    "#]],
    );
    check(
        &folder.run(&["run", "m.asl.json", "--name", "no/slash"]),
        &expect![[r#"
        2
        ---
        error: InvalidName: Invalid Name: 'no/slash'
    "#]],
    );
    let large = format!("\"{}\"", "x".repeat(300 << 10));
    folder.write("large.json", &large);
    check(
        &folder.run(&["run", "m.asl.json", "--input", "@large.json"]),
        &expect![[r#"
        2
        ---
        error: ValidationException: 1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144
    "#]],
    );
    assert_eq!(folder.run(&["run"]).code, Some(2));
    assert_eq!(folder.run(&["walk"]).code, Some(2));
}

#[test]
fn wrong_settings_name_file_and_line() {
    let folder = Folder::new();
    folder.write("sub/m.asl.json", PASS);
    let settings = folder.write("stateline.toml", "[functions.f]\nruntime = \"provided\"\ntimeout = 3\n");
    let ran = folder.run(&["run", "sub/m.asl.json"]);
    assert_eq!(ran.code, Some(2));
    let place = format!("error: {}:3: unknown field `timeout`", settings.display());
    assert!(ran.stderr.starts_with(&place), "{}", ran.stderr);
    folder.write("stateline.toml", "[functions.f]\nruntime = \"cobol\"\n");
    let ran = folder.run(&["run", "sub/m.asl.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("functions.f.runtime: 'cobol' is not known"), "{}", ran.stderr);
    assert_eq!(folder.run(&["run", "sub/m.asl.json", "--config", "/dev/null"]).code, Some(0));
}

#[test]
fn express_machines_are_run_by_the_settings() {
    let folder = Folder::new();
    folder.write("m.asl.json", PASS);
    folder.write("stateline.toml", "[machines.m]\ntype = \"EXPRESS\"\n");
    check(
        &folder.run(&["run", "m.asl.json"]),
        &expect![[r#"
        0
        {"a":{"b":1.0}}
        ---
    "#]],
    );
    folder.write("m.asl.json", FAIL);
    check(
        &folder.run(&["run", "m.asl.json"]),
        &expect![[r#"
        1
        ---
        m failed: Sad
        so it goes
    "#]],
    );
}

#[test]
fn tables_show_the_states() {
    let folder = Folder::new();
    folder.write("m.asl.json", FAIL);
    let ran = folder.run(&["run", "m.asl.json", "--output", "table"]);
    assert_eq!(ran.code, Some(1));
    let row = ran.stdout.lines().nth(1).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!((cells[0], cells[1], cells[2], cells[6]), ("A", "Fail", "failed", "Sad"));
}

#[test]
fn a_data_directory_keeps_names_and_takes_new_definitions() {
    let folder = Folder::new();
    folder.write("m.asl.json", PASS);
    let run = |input| folder.run(&["run", "m.asl.json", "--data", "d", "--name", "n", "--input", input]);
    assert_eq!(run("{}").code, Some(0));
    let again = run("{}");
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("ExecutionAlreadyExists: "), "{}", again.stderr);
    folder.write("m.asl.json", FAIL);
    assert_eq!(folder.run(&["run", "m.asl.json", "--data", "d"]).code, Some(1));
}

#[test]
fn a_run_that_was_killed_goes_on_under_its_name() {
    let folder = Folder::new();
    folder.write("m.asl.json", &wait(6));
    let args = ["run", "m.asl.json", "--data", "d", "--name", "n"];
    let first = folder.start(&args);
    // What follows shows whether the start was durable by then.
    eventually("the data directory is there", || folder.path().join("d/mark").exists());
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    drop(first);
    let begun = std::time::Instant::now();
    let second = folder.run(&args);
    assert_eq!((second.code, second.stdout.as_str()), (Some(0), "\"done\"\n"), "{}", second.stderr);
    assert!(begun.elapsed() < std::time::Duration::from_millis(5_900), "it waited for the rest only");
    let third = folder.run(&args);
    assert!(third.stderr.contains("ExecutionAlreadyExists"), "{}", third.stderr);
}

#[test]
fn ctrl_c_stops_the_execution() {
    let folder = Folder::new();
    folder.write("m.asl.json", &wait(60));
    let mut running = folder.start(&["run", "m.asl.json", "--data", "d"]);
    eventually("the data directory is there", || folder.path().join("d/mark").exists());
    std::thread::sleep(std::time::Duration::from_millis(500));
    running.signal(Signal::INT);
    let ran = running.end();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("m was stopped: Stateline.Interrupted"), "{}", ran.stderr);
    let server = folder.listen(&["serve", "--listen", "127.0.0.1:0", "--data", "d"]);
    let listed = folder.ask(&server, &["executions", "m", "--output", "json"]).json();
    assert_eq!(listed[0]["status"], "ABORTED");
}
