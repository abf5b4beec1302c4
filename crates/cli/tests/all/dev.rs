//! `stateline dev`: what a folder has is there, and what changes is reloaded.

use crate::harness::{Folder, eventually, has};
use serde_json::json;

/// A function in the standard library only, which answers with a word.
fn function(word: &str) -> String {
    format!(
        r#"import http.client, os
api = os.environ["AWS_LAMBDA_RUNTIME_API"]
while True:
    http_ = http.client.HTTPConnection(api)
    http_.request("GET", "/2018-06-01/runtime/invocation/next")
    next_ = http_.getresponse()
    next_.read()
    request = next_.getheader("Lambda-Runtime-Aws-Request-Id")
    http_ = http.client.HTTPConnection(api)
    http_.request("POST", f"/2018-06-01/runtime/invocation/{{request}}/response", '"{word}"')
    http_.getresponse().read()
"#
    )
}

fn pass(result: &str) -> String {
    json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": true}}}).to_string()
}

const DEV: [&str; 6] = ["dev", "project", "--listen", "127.0.0.1:0", "--store", "memory:"];

#[test]
fn a_changed_definition_counts_at_once_and_what_runs_goes_on() {
    let folder = Folder::new();
    folder.write("project/a/order.asl.json", &pass("one"));
    folder.write("project/a/input.json", "{}");
    let server = folder.listen(&DEV);
    let order = || folder.ask(&server, &["start", "order", "--wait"]).ok();
    // Files are looked at once a second, so each replacement is waited for.
    let replaced = || folder.log().matches("order is now as in project/a/order.asl.json").count();
    assert_eq!(order(), "\"one\"\n");
    folder.write("project/a/order.asl.json", &pass("two, which is longer"));
    eventually("the new definition counts", || replaced() == 1);
    assert_eq!(order(), "\"two, which is longer\"\n");

    let wait = json!({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 600, "End": true}}});
    folder.write("project/a/order.asl.json", &wait.to_string());
    eventually("the waiting definition counts", || replaced() == 2);
    folder.ask(&server, &["start", "order"]).ok();
    let running = folder.ask(&server, &["executions", "order", "--status", "RUNNING", "--output", "json"]);
    let waiting = running.json().pointer("/0/executionArn").cloned().unwrap_or_default();
    folder.write("project/a/order.asl.json", &pass("three"));
    eventually("the new definition counts", || replaced() == 3);
    assert_eq!(order(), "\"three\"\n");
    let running = folder.ask(&server, &["executions", "order", "--status", "RUNNING", "--output", "json"]);
    let still = running.json().pointer("/0/executionArn").cloned().unwrap_or_default();
    assert_eq!(still, waiting, "what runs keeps its definition");
    folder.ask(&server, &["stop", waiting.as_str().expect("an ARN")]).ok();

    folder.write("project/a/order.asl.json", "{");
    eventually("mistakes are reported", || {
        folder.log().contains("order is not made before project/a/order.asl.json is right")
    });
    assert_eq!(order(), "\"three\"\n");
    folder.write("project/b/new.asl.json", &pass("new"));
    eventually("a new file is a new machine", || {
        folder.ask(&server, &["start", "new", "--wait"]).code == Some(0)
    });

    let ran = server.stop();
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stdout
            .contains("arn:aws:states:us-east-1:000000000000:stateMachine:order  project/a/order.asl.json"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("stateline start order --input @project/a/input.json --wait --endpoint "),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_changed_function_is_used_by_the_next_call() {
    if !has("python3") {
        println!("skipped: this machine has no python3");
        return;
    }
    let folder = Folder::new();
    let task = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:say", "End": true}}});
    folder.write("project/talk.asl.json", &task.to_string());
    folder.write("project/sub/stateline.toml", "[functions.say]\ncommand = [\"python3\", \"say.py\"]\ndir = \"code\"\n[machines.talk]\ntype = \"EXPRESS\"\n");
    folder.write("project/sub/code/say.py", &function("hello"));
    let server = folder.listen(&DEV);
    let talk = || folder.ask(&server, &["start", "talk", "--wait"]).stdout;
    assert_eq!(talk(), "\"hello\"\n");
    folder.write("project/sub/code/say.py", &function("good evening"));
    eventually("the new function answers", || talk() == "\"good evening\"\n");
    folder.write("project/sub/stateline.toml", "[functions.say]\nruntime = 3\n");
    eventually("wrong settings are reported", || folder.log().contains("the settings stay as they were"));
    assert_eq!(talk(), "\"good evening\"\n");
}

#[test]
fn folders_that_make_no_sense_are_refused() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["dev", "nowhere"]).code, Some(2));
    folder.write("project/stateline.toml", "[functions.f]\ncommand = [\"x\"]\n");
    folder.write("project/a/stateline.toml", "[functions.f]\ncommand = [\"y\"]\n");
    let ran = folder.run(&DEV);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("functions.f stands in another stateline.toml as well"), "{}", ran.stderr);
}
