//! HTTP Tasks with connections of `stateline.toml`, and API Gateway, through the real binary.

use crate::harness::{Folder, eventually};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

const ROLE: &str = "arn:aws:iam::000000000000:role/r";

/// A server that lets in who has the password, and tells what it was asked.
fn guarded() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has one").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut lines = BufReader::new(stream.try_clone().expect("a handle")).lines();
            let lines = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty());
            let lines: Vec<String> = lines.map(|line| line.to_ascii_lowercase()).collect();
            // "me:hush"
            let status = match lines.iter().any(|line| line == "authorization: basic bwu6ahvzaa==") {
                true => "200 OK",
                false => "403 Forbidden",
            };
            let body = json!({"asked": lines.first()}).to_string();
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close");
            write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).expect("it is read");
        }
    });
    address
}

fn task(address: &str) -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::http:invoke",
        "Parameters": {
            "ApiEndpoint": format!("http://{address}/customers"),
            "Method": "GET",
            "InvocationConfig": {"ConnectionArn": "arn:aws:events:us-east-1:000000000000:connection/crm/1"},
            "QueryParameters": {"name.$": "$.name"}
        },
        "ResultSelector": {"asked.$": "$.ResponseBody.asked"},
        "Catch": [{"ErrorEquals": ["States.Http.StatusCode.403"], "ResultPath": "$.error", "Next": "Refused"}],
        "End": true
    })
}

fn settings(password: &str) -> String {
    format!("[connections.crm]\nauthorization = \"BASIC\"\nusername = \"me\"\npassword = {password}\n")
}

#[test]
fn a_connection_s_secret_stays_out_of_everything_that_is_shown() {
    let (folder, address) = (Folder::new(), guarded());
    folder.write("project/stateline.toml", &settings("{ file = \"secrets/crm\" }"));
    folder.write("project/secrets/crm", "hush\n");
    let refused = json!({"Type": "Pass", "OutputPath": "$.error", "End": true});
    let machine = json!({"StartAt": "Ask", "States": {"Ask": task(&address), "Refused": refused}});
    folder.write("project/ask.asl.json", &machine.to_string());
    let server = folder.listen(&["dev", "project", "--listen", "127.0.0.1:0", "--store", "memory:"]);
    let ask = || folder.ask(&server, &["start", "ask", "--input", r#"{"name": "A & B"}"#, "--wait"]).ok();
    assert_eq!(ask(), "{\"asked\":\"get /customers?name=a%20%26%20b http/1.1\"}\n");

    let test = |reveal: bool| {
        let answer = server.call(
            "TestState",
            &json!({"definition": task(&address).to_string(), "roleArn": ROLE, "input": r#"{"name": "n"}"#,
                "inspectionLevel": "TRACE", "revealSecrets": reveal}),
        );
        let headers = answer["inspectionData"]["request"]["headers"].as_str().expect("headers").to_owned();
        assert_eq!(answer["inspectionData"]["response"]["statusCode"], "200");
        (headers, answer.to_string())
    };
    assert!(test(true).0.starts_with("[Authorization: Basic bWU6aHVzaA==, User-Agent: "));
    let (headers, answer) = test(false);
    assert!(headers.starts_with("[User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1"), "{headers}");
    assert!(!answer.contains("bWU6aHVzaA") && !answer.contains("hush"), "{answer}");

    // Another password counts without a restart, and what it leads to can be caught.
    folder.write("project/stateline.toml", &settings("\"wrong, and written down\""));
    eventually("the new password counts", || ask().contains("States.Http.StatusCode.403"));
    assert!(!folder.log().contains("hush") && !folder.log().contains("written down"), "{}", folder.log());
    let ran = server.stop();
    assert!(ran.stdout.contains("connections: crm"), "{}", ran.stdout);
}

/// An API that takes one request and passes on the task token in its headers.
fn gateway() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has one").to_string();
    let (send, receive) = sync_channel(1);
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let lines = BufReader::new(stream.try_clone().expect("a handle")).lines().map_while(Result::ok);
        let token = lines.take_while(|line| !line.is_empty()).find_map(|line| {
            line.to_ascii_lowercase().starts_with("tasktoken: ").then(|| line[11..].to_owned())
        });
        write!(stream, "HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            .expect("it is read");
        send.send(token.expect("a token")).expect("somebody waits for it");
    });
    (address, receive)
}

#[test]
fn a_call_of_api_gateway_waits_for_its_token() {
    let (folder, (address, token)) = (Folder::new(), gateway());
    let machine = json!({"StartAt": "Ask", "States": {"Ask": {
        "Type": "Task",
        "Resource": "arn:aws:states:::apigateway:invoke.waitForTaskToken",
        "Parameters": {
            "ApiEndpoint": address, "Method": "GET", "Stage": "prod", "Path": "bills",
            "Headers": {"TaskToken.$": "States.Array($$.Task.Token)"}
        },
        "TimeoutSeconds": 60,
        "End": true
    }}});
    folder.write("project/ask.asl.json", &machine.to_string());
    let server = folder.listen(&["dev", "project", "--listen", "127.0.0.1:0", "--store", "memory:"]);
    let arn = "arn:aws:states:us-east-1:000000000000:stateMachine:ask";
    let started = server.call("StartExecution", &json!({"stateMachineArn": arn}));
    let token = token.recv_timeout(Duration::from_secs(30)).expect("the API is called");
    let running = server.call("DescribeExecution", &json!({"executionArn": started["executionArn"]}));
    assert_eq!(running["status"], "RUNNING");
    server.call("SendTaskSuccess", &json!({"taskToken": token, "output": "\"paid\""}));
    eventually("the execution goes on", || {
        let found = server.call("DescribeExecution", &json!({"executionArn": started["executionArn"]}));
        found["status"] == "SUCCEEDED" && found["output"] == "\"paid\""
    });
    let history = server.call("GetExecutionHistory", &json!({"executionArn": started["executionArn"]}));
    let submitted = history["events"].as_array().expect("events").iter();
    let submitted: Vec<&str> =
        submitted.filter_map(|event| event["taskSubmittedEventDetails"]["output"].as_str()).collect();
    assert!(matches!(submitted[..], [output] if output.contains(r#""StatusCode":202"#)), "{history}");
    server.stop();
}

#[test]
fn mistakes_are_reported_at_start() {
    let folder = Folder::new();
    let start = |settings: &str| {
        folder.write("project/stateline.toml", settings);
        let ran = folder.run(&["dev", "project", "--listen", "127.0.0.1:0", "--store", "memory:"]);
        assert!(ran.code.is_some_and(|code| code != 0), "{ran:?}");
        ran.stderr
    };
    let said = start(&settings("{ env = \"STATELINE_TEST_NO_SUCH\" }"));
    assert!(
        said.contains("connections.crm.password: the variable STATELINE_TEST_NO_SUCH is not set"),
        "{said}"
    );
    let said = start(&settings("{ file = \"no-such\" }"));
    assert!(
        said.contains("connections.crm.password: ") && said.contains("project/no-such: No such file"),
        "{said}"
    );
    let said = start("[connections.crm]\nauthorization = \"BASIC\"\nusername = \"me\"\n");
    assert!(said.contains("stateline.toml: connections.crm.password: missing: BASIC needs it"), "{said}");
}
