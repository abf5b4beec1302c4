//! `stateline serve` and the client verbs against it.

use crate::harness::{Folder, Server, eventually};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn pass() -> Value {
    json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"ok": true}, "End": true}}})
}

fn wait(seconds: u32) -> Value {
    json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "Next": "D"},
        "D": {"Type": "Pass", "Result": "done", "End": true}}})
}

fn status(folder: &Folder, server: &Server, machine: &str) -> String {
    let listed = folder.ask(server, &["executions", machine, "--output", "json"]).json();
    listed[0]["status"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn executions_are_started_listed_shown_and_stopped() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    server.create("order", &pass());
    server.create("long", &wait(600));

    let ran = folder.ask(&server, &["start", "order", "--name", "one", "--input", "{\"a\":1}", "--wait"]);
    assert_eq!(ran.stderr, "arn:aws:states:us-east-1:000000000000:execution:order:one\n");
    assert_eq!(ran.ok(), "{\"ok\":true}\n");
    let arn = folder.ask(&server, &["start", "long", "--name", "two"]).ok();
    assert_eq!(arn, "arn:aws:states:us-east-1:000000000000:execution:long:two\n");

    let rows = folder.ask(&server, &["executions"]).ok();
    let cells: Vec<Vec<&str>> = rows.lines().map(|row| row.split_whitespace().take(3).collect()).collect();
    assert_eq!(
        cells,
        [["machine", "name", "status"], ["long", "two", "RUNNING"], ["order", "one", "SUCCEEDED"]]
    );
    let running = folder.ask(&server, &["executions", "--status", "running", "--output", "json"]).json();
    assert_eq!(running.as_array().map(Vec::len), Some(1));

    let history = folder.ask(&server, &["history", "one"]).ok();
    let kinds: Vec<&str> = history.lines().skip(1).filter_map(|row| row.split_whitespace().nth(4)).collect();
    assert_eq!(kinds, ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]);
    let events = folder.ask(&server, &["history", "order:one", "--reverse", "--output", "json"]).json();
    assert_eq!((&events[0]["id"], &events[3]["type"]), (&json!(4), &json!("ExecutionStarted")));

    let stopped = folder.ask(&server, &["stop", "two", "--error", "Enough", "--cause", "why not"]).ok();
    assert_eq!(stopped, "arn:aws:states:us-east-1:000000000000:execution:long:two ABORTED\n");
    let events = folder.ask(&server, &["history", arn.trim(), "--output", "json"]).json();
    let last = events.as_array().and_then(|events| events.last()).expect("events");
    assert_eq!(last["executionAbortedEventDetails"], json!({"error": "Enough", "cause": "why not"}));
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn names_that_lead_nowhere_are_explained() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    server.create("order", &pass());
    server.create("other", &pass());
    let wrong = |args: &[&str]| {
        let ran = folder.ask(&server, args);
        assert_eq!(ran.code, Some(1), "{}", ran.stdout);
        ran.stderr
    };
    let text = wrong(&["start", "odrer"]);
    assert_eq!(text, "error: there is no state machine odrer in us-east-1; there is: order, other\n");
    assert!(wrong(&["executions", "odrer"]).contains("there is: order, other"));
    assert!(wrong(&["history", "none"]).contains("no state machine in us-east-1 has an execution none"));
    for machine in ["order", "other"] {
        folder.ask(&server, &["start", machine, "--name", "same"]).ok();
    }
    assert!(
        wrong(&["stop", "same"])
            .contains("same is an execution of order and of other; say which, as MACHINE:same or by its ARN")
    );
    let lost = folder.run(&["executions", "--endpoint", "http://127.0.0.1:9"]);
    assert_eq!(lost.code, Some(1));
    assert!(lost.stderr.contains("no server answers at http://127.0.0.1:9"), "{}", lost.stderr);
    let odd = folder.run(&["executions", "--endpoint", "127.0.0.1:9"]);
    assert!(odd.stderr.contains("it must be http://HOST:PORT"), "{}", odd.stderr);
}

#[test]
fn failed_executions_fail_the_command_that_waits() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    server.create(
        "sad",
        &json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Sad", "Cause": "so it goes"}}}),
    );
    let ran = folder.ask(&server, &["start", "sad", "--wait"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.ends_with("sad failed in F: Sad\nso it goes\n"), "{}", ran.stderr);
}

#[test]
fn one_data_directory_has_one_process() {
    let folder = Folder::new();
    let _server = folder.serve(&[]);
    let second = folder.run(&["serve", "--listen", "127.0.0.1:0", "--data", "data"]);
    assert_eq!((second.code, second.stdout.as_str()), (Some(1), ""));
    assert!(second.stderr.contains("data is in use by process "), "{}", second.stderr);
    assert!(second.stderr.contains("stop it, or choose another data directory"), "{}", second.stderr);
}

#[test]
fn others_are_served_only_when_asked_for() {
    let folder = Folder::new();
    let refused = folder.run(&["serve", "--listen", "0.0.0.0:0", "--store", "memory:"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("give --insecure"), "{}", refused.stderr);
    let open = folder.listen(&["serve", "--listen", "0.0.0.0:0", "--store", "memory:", "--insecure"]);
    assert_eq!(open.stop().code, Some(0));
    let postgres = folder.run(&["serve", "--store", "postgres://localhost/x"]);
    assert_eq!(postgres.code, Some(2));
    assert!(postgres.stderr.contains("no PostgreSQL store yet"), "{}", postgres.stderr);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    let second = folder.run(&["serve", "--listen", server.address(), "--store", "memory:"]);
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains(&format!("cannot listen on {}", server.address())), "{}", second.stderr);
}

/// Stops the server in the middle of a wait, starts it again, and sees the wait end in time.
fn goes_on_after(stop: impl FnOnce(Server)) {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    server.create("long", &wait(6));
    let begun = Instant::now();
    folder.ask(&server, &["start", "long", "--name", "n"]).ok();
    assert_eq!(status(&folder, &server, "long"), "RUNNING");
    stop(server);
    let server = folder.serve(&[]);
    assert!(begun.elapsed() < Duration::from_millis(5_900), "the machine is too slow for this test");
    assert_eq!(status(&folder, &server, "long"), "RUNNING");
    eventually("the execution ends", || status(&folder, &server, "long") == "SUCCEEDED");
    assert!(begun.elapsed() >= Duration::from_secs(6), "timers are not early");
    let history = folder.ask(&server, &["history", "n"]).ok();
    assert_eq!(history.lines().count(), 1 + 6, "{history}");
}

#[test]
fn after_sigterm_a_waiting_execution_goes_on() {
    goes_on_after(|server| assert_eq!(server.stop().code, Some(0)));
}

#[test]
fn after_sigint_a_waiting_execution_goes_on() {
    goes_on_after(|mut server| {
        server.running.signal(Signal::INT);
        assert_eq!(server.running.end().code, Some(0));
    });
}

#[test]
fn after_kill_9_a_waiting_execution_goes_on() {
    goes_on_after(Server::kill);
}

#[test]
fn settings_stand_below_options() {
    let folder = Folder::new();
    folder.write("stateline.toml", "region = \"eu-west-1\"\n[server]\nlisten = \"127.0.0.1:0\"\ndata = \"mine\"\n[limits]\npayload_bytes_max = 30\n");
    let server = folder.listen(&["serve"]);
    assert!(folder.path().join("mine/lock").exists());
    server.create("order", &pass());
    let start =
        |input: &str| folder.ask(&server, &["start", "order", "--region", "eu-west-1", "--input", input]);
    assert!(start("{}").ok().starts_with("arn:aws:states:eu-west-1:"));
    assert_eq!(start(&format!("\"{}\"", "x".repeat(40))).code, Some(1));
    assert_eq!(server.stop().code, Some(0));
    folder.write("stateline.toml", "[server]\nport = 1\n");
    let ran = folder.run(&["serve"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.starts_with("error: stateline.toml:2: unknown field `port`"), "{}", ran.stderr);
}

/// The status of a GET that a browser makes of the page, under a name.
fn page(server: &Server, host: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n")
        .expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn the_console_is_there_unless_it_is_switched_off() {
    let folder = Folder::new();
    folder.write("stateline.toml", "[console]\nhosts = [\"ops.example.com\"]\n");
    let mut server = folder.listen(&["serve", "--listen", "127.0.0.1:0"]);
    let statuses = ["localhost", "ops.example.com", "evil.example"].map(|host| page(&server, host));
    assert_eq!(statuses, ["200", "200", "421"]);
    if stateline_console::is_built() {
        assert_eq!(server.next_line(), format!("console at {}/", server.endpoint));
    }
    assert_eq!(server.stop().code, Some(0));
    folder.write("stateline.toml", "[console]\nenabled = false\n");
    let server = folder.listen(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(page(&server, "localhost"), "404");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn express_machines_wait_by_a_synchronous_start() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    let role = "arn:aws:iam::000000000000:role/test";
    server.call(
        "CreateStateMachine",
        &json!({"name": "quick", "definition": pass().to_string(), "roleArn": role, "type": "EXPRESS"}),
    );
    assert_eq!(folder.ask(&server, &["start", "quick", "--wait"]).ok(), "{\"ok\":true}\n");
    let ran = folder.ask(&server, &["start", "quick", "--wait", "--output", "json"]).json();
    assert_eq!((&ran["status"], &ran["output"]), (&json!("SUCCEEDED"), &json!("{\"ok\":true}")));
}

#[test]
fn a_stop_lets_requests_in_flight_finish() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    let role = "arn:aws:iam::000000000000:role/test";
    let definition = wait(2).to_string();
    server.call(
        "CreateStateMachine",
        &json!({"name": "slow", "definition": definition, "roleArn": role, "type": "EXPRESS"}),
    );
    let mut waiting = folder.start(&["start", "slow", "--wait", "--endpoint", &server.endpoint]);
    // Long enough for the request to be there, and shorter than it takes.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(server.stop().code, Some(0));
    let ran = waiting.end();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "\"done\"\n"), "{}", ran.stderr);
}

#[test]
fn express_executions_are_kept_when_the_settings_say_so() {
    let folder = Folder::new();
    folder.write("stateline.toml", "[express]\nkeep = true\nretention_days = 3\n");
    let server = folder.serve(&[]);
    let role = "arn:aws:iam::000000000000:role/test";
    let request =
        json!({"name": "quick", "type": "EXPRESS", "roleArn": role, "definition": pass().to_string()});
    server.call("CreateStateMachine", &request);
    assert_eq!(folder.ask(&server, &["start", "quick", "--name", "one", "--wait"]).ok(), "{\"ok\":true}\n");
    let arn = folder.ask(&server, &["start", "quick", "--name", "two"]).ok();
    eventually("both are listed as ended", || {
        let rows = folder.ask(&server, &["executions", "--status", "succeeded", "--output", "json"]).json();
        rows.as_array().map(Vec::len) == Some(2)
    });
    let kinds = |name: &str| -> Vec<String> {
        let history = folder.ask(&server, &["history", name]).ok();
        let rows = history.lines().skip(1);
        rows.filter_map(|row| row.split_whitespace().nth(4).map(str::to_owned)).collect()
    };
    let expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
    let short = arn.trim().splitn(7, ':').nth(6).expect("an ARN").to_owned();
    for name in ["one", "two", arn.trim(), &short] {
        assert_eq!(kinds(name), expected, "{name}");
    }
    assert_eq!(server.stop().code, Some(0));
}
