//! Mock configuration files, for `run` and for servers.

use crate::harness::{Folder, Server};
use serde_json::{Value, json};

/// Charges through a function that is nowhere, and gives up when that fails.
fn order() -> Value {
    let function = "arn:aws:lambda:us-east-1:000000000000:function:nowhere";
    json!({"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": function, "Next": "Ask",
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Declined"], "Next": "GiveUp"}]},
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:nobody", "End": true},
        "GiveUp": {"Type": "Fail", "Error": "Declined", "Cause": "no money"}}})
}

fn mocks() -> Value {
    json!({
        "StateMachines": {"order": {"TestCases": {
            "Happy": {"Charge": "charged", "Ask": "asked"},
            "Declined": {"Charge": "declined"}}}},
        "MockedResponses": {
            "charged": {"0": {"Throw": {"Error": "Busy", "Cause": "later"}}, "1-9": {"Return": {"paid": true}}},
            "asked": {"0": {"Return": "yes"}},
            "declined": {"0": {"Throw": {"Error": "Declined", "Cause": "no money"}}}}
    })
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("order.asl.json", &order().to_string());
    folder.write("mocks.json", &mocks().to_string());
    folder
}

#[test]
fn run_answers_tasks_out_of_a_mock_file() {
    let folder = folder();
    let run = |file: &str, mock: &str| folder.run(&["run", file, "--mock", mock]);
    assert_eq!(run("order.asl.json", "mocks.json#Happy").ok(), "\"yes\"\n");
    let declined = run("order.asl.json", "mocks.json#Declined");
    assert_eq!((declined.code, declined.stdout.as_str()), (Some(1), ""));
    assert!(declined.stderr.contains("Declined"), "{}", declined.stderr);
    // The only state machine of the file is meant, whatever the definition's file is called.
    folder.write("a#copy.asl.json", &order().to_string());
    folder.write("all#.json", &mocks().to_string());
    assert_eq!(run("a#copy.asl.json", "all#.json#Happy").ok(), "\"yes\"\n");
    let wrong = |mock: &str, expected: &str| {
        let ran = run("order.asl.json", mock);
        assert_eq!((ran.code, ran.stderr), (Some(2), format!("error: {expected}\n")));
    };
    wrong(
        "mocks.json",
        "mocks.json has more than one test case, or none, for the state machine 'order'; name one: 'Declined', 'Happy' (--mock mocks.json#CASE)",
    );
    wrong(
        "mocks.json#Sad",
        "ValidationException: mocks.json has no test case 'Sad' for the state machine 'order'; it has: 'Declined', 'Happy'",
    );
    wrong(
        "none.json#Sad",
        "the mock configuration none.json cannot be read: No such file or directory (os error 2)",
    );
    let mut only = mocks();
    only["StateMachines"]["order"]["TestCases"].as_object_mut().expect("cases").remove("Declined");
    folder.write("only.json", &only.to_string());
    assert_eq!(run("order.asl.json", "only.json").ok(), "\"yes\"\n");
    folder.write("stateline.toml", "[machines.order]\ntype = \"EXPRESS\"\n");
    let pass = json!({"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:000000000000:function:nowhere"}}});
    folder.write("order.asl.json", &pass.to_string());
    let text = run("order.asl.json", "mocks.json#Happy").stderr;
    assert!(text.contains("names the state 'Ask', which the state machine does not have"), "{text}");
    assert_eq!(run("order.asl.json", "mocks.json#Declined").code, Some(1));
}

fn serve(folder: &Folder, more: &[&str]) -> Server {
    folder.listen_with(&[("SFN_MOCK_CONFIG", "mocks.json")], more)
}

#[test]
fn a_server_runs_test_cases_and_reads_the_file_again() {
    let folder = folder();
    let server = serve(&folder, &["serve", "--listen", "127.0.0.1:0", "--data", "data"]);
    server.create("order", &order());
    let start = |server: &Server, case: &str| folder.ask(server, &["start", case, "--wait"]);
    assert_eq!(start(&server, "order#Happy").ok(), "\"yes\"\n");
    assert_eq!(start(&server, "order#Declined").code, Some(1));
    let listed = folder.ask(&server, &["executions", "order", "--output", "json"]).json();
    assert_eq!(listed[0]["stateMachineArn"], "arn:aws:states:us-east-1:000000000000:stateMachine:order");
    folder.write("mocks.json", &mocks().to_string().replace("\"yes\"", "\"the new answer\""));
    assert_eq!(start(&server, "order#Happy").ok(), "\"the new answer\"\n");
    folder.write("mocks.json", r#"{"MockedResponses": {"charged": {"first": {"Return": 1}}}}"#);
    assert_eq!(
        start(&server, "order#Happy").stderr,
        "error: ValidationException: mocks.json: MockedResponses.charged.first: an invocation is a number from 0, as in \"0\", or a range of them, as in \"1-2\"\n"
    );
    folder.write("mocks.json", &mocks().to_string());
    assert_eq!(start(&server, "order#Happy").ok(), "\"yes\"\n");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_server_does_not_start_with_a_broken_file_and_says_that_it_has_none() {
    let folder = folder();
    folder.write("mocks.json", "{");
    let args = ["serve", "--listen", "127.0.0.1:0", "--data", "data"];
    let mut command = folder.command(&args);
    let ran = command.env("SFN_MOCK_CONFIG", "mocks.json").output().expect("the binary starts");
    let text = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{text}");
    assert!(text.contains("error: mocks.json:1:1: the mock configuration is not JSON: "), "{text}");
    let server = folder.serve(&[]);
    server.create("order", &order());
    let refused = folder.ask(&server, &["start", "order#Happy"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("start it with SFN_MOCK_CONFIG"), "{}", refused.stderr);
}

#[test]
fn a_folder_is_served_with_its_mocks() {
    let folder = folder();
    let server = serve(&folder, &["dev", ".", "--listen", "127.0.0.1:0", "--store", "memory:"]);
    assert_eq!(folder.ask(&server, &["start", "order#Happy", "--wait"]).ok(), "\"yes\"\n");
}
