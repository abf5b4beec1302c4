//! `stateline doctor`: what it finds, and its exit codes.

use crate::harness::Folder;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;

/// The verdicts by the name of the check.
fn verdict<'a>(report: &'a Value, check: &str) -> &'a str {
    let checks = report["checks"].as_array().expect("checks");
    let found = checks.iter().find(|found| found["check"] == check);
    found.unwrap_or_else(|| panic!("no {check}: {report}"))["verdict"].as_str().expect("a verdict")
}

#[test]
fn a_server_that_is_there_is_found_well() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    let data = folder.path().to_string_lossy().into_owned();
    let ran = folder.ask(&server, &["doctor", "--json", "--data", &data]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (&report["ok"], &report["endpoint"]),
        (&Value::Bool(true), &Value::from(server.endpoint.as_str()))
    );
    for check in ["name", "connection", "health", "clock", "call", "proxies"] {
        assert_eq!(verdict(&report, check), "ok", "{check}: {report}");
    }
    assert_ne!(verdict(&report, "host prefix"), "failed", "{report}");
    assert_ne!(verdict(&report, "disk"), "failed", "{report}");
    // sync-127.0.0.1 is no name that resolves anywhere.
    assert_eq!(verdict(&report, "sync- name"), "warning", "{report}");
    let clients = report["clients"].as_array().expect("clients");
    assert!(clients.iter().any(|client| client["client"] == "boto3"), "{report}");
    // Nothing was left behind, neither a machine nor a file.
    assert_eq!(
        server.call("ListStateMachines", &serde_json::json!({}))["stateMachines"],
        serde_json::json!([])
    );
    let left = std::fs::read_dir(folder.path()).expect("a folder").flatten();
    assert!(left.into_iter().all(|entry| !entry.file_name().to_string_lossy().contains("doctor")));
    let text = folder.ask(&server, &["doctor"]).ok();
    assert!(text.contains("ok       health: the server is well\n"), "{text}");
    assert!(
        text.contains("\nwhat each client needs:\n  boto3: AWS_ENDPOINT_URL_SFN=http://127.0.0.1:"),
        "{text}"
    );
}

#[test]
fn nobody_there_is_a_failure() {
    let folder = Folder::new();
    let ran = folder.run(&["doctor", "--endpoint", "http://127.0.0.1:9"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.stdout.contains("failed   connection: port 9 of 127.0.0.1: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("stateline serve"), "{}", ran.stdout);
    let ran = folder.run(&["doctor", "--endpoint", "http://nobody.invalid:9", "--json"]);
    assert_eq!(ran.code, Some(1));
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((verdict(&report, "name"), &report["ok"]), ("failed", &Value::Bool(false)));
    assert_eq!(folder.run(&["doctor", "--endpoint", "localhost:8083"]).code, Some(2));
}

#[test]
fn somebody_else_there_is_a_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    // Answers everything with a page and a clock of long ago.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            drop(stream.read(&mut request));
            let answer = "HTTP/1.1 200 OK\r\nDate: Tue, 15 Nov 1994 08:12:31 GMT\r\n\
                          Content-Length: 6\r\nConnection: close\r\n\r\n<html>";
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    let ran = Folder::new().run(&["doctor", "--endpoint", &endpoint, "--json"]);
    assert_eq!(ran.code, Some(1));
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    for check in ["health", "clock", "call", "host prefix"] {
        assert_eq!(verdict(&report, check), "failed", "{check}: {report}");
    }
}

#[test]
fn the_environment_names_the_endpoint() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    let mut command = folder.command(&["doctor", "--json"]);
    command.env("AWS_ENDPOINT_URL", &server.endpoint).env("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    command.env("AWS_REGION", "eu-west-1").env("AWS_DEFAULT_REGION", "eu-west-1");
    command.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "hush");
    command.env("HTTP_PROXY", "http://proxy.invalid:3128").env("NO_PROXY", "");
    let output = command.output().expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(!text.contains("hush"), "{text}");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    for check in ["endpoint variable", "region", "credentials", "call"] {
        assert_eq!(verdict(&report, check), "ok", "{check}: {report}");
    }
    assert_eq!(verdict(&report, "proxies"), "warning", "{report}");
    assert!(text.contains("eu-west-1") && text.contains("the prefix is turned off for them"), "{text}");
}

#[test]
fn a_server_may_listen_at_several_addresses() {
    let folder = Folder::new();
    let mut server = folder.serve(&["--listen", "127.0.0.1:0"]);
    let line = server.next_line();
    let second = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}"));
    for endpoint in [server.endpoint.as_str(), second] {
        let ran = folder.run(&["doctor", "--endpoint", endpoint]);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    }
    assert_eq!(server.stop().code, Some(0));
}
