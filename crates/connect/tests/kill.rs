//! Sandboxes die with the server, also under `kill -9`: the test runs itself as
//! the server, kills it, and looks for what is left.

#![allow(clippy::disallowed_methods, reason = "the test waits for real processes")]

mod common;

use common::*;
use serde_json::json;
use stateline_connect::{Config, FunctionConfig};
use stateline_runtime::Connector;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Set in the copy of this program that plays the server; names the file for the processes' numbers.
const ROLE: &str = "STATELINE_TEST_KILLED_SERVER";

/// Plays the server when it is told to; by itself it has nothing to show.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_of_the_next_test() {
    let Ok(file) = std::env::var(ROLE) else { return };
    let dir = std::path::Path::new(&file).parent().expect("a folder").to_owned();
    let mut config = Config::new(dir);
    let function = FunctionConfig {
        runtime: Some("provided".to_owned()),
        timeout_seconds: 60,
        ..FunctionConfig::default()
    };
    config.functions.insert("f".to_owned(), function);
    let connectors = start(config);
    // One idle process with a child of its own, and one that is at work.
    let idle = value_of_f(&connectors, &json!({"do": "spawn"})).await;
    std::fs::write(format!("{file}.idle"), format!("{} {}", idle["pid"], idle["child"])).expect("written");
    let busy = json!({"do": "spawn", "file": file, "then_sleep": 60});
    connectors.call(attempt(&format!("{ARN}f"), &busy, 2)).await;
}

#[tokio::test]
async fn kill_9_of_the_server_leaves_nothing_behind() {
    let dir = tempfile::TempDir::new().expect("a temporary folder");
    write_executable(&dir.path().join("bootstrap"), include_str!("functions/provided.py"));
    let (first, second) = (dir.path().join("pids.idle"), dir.path().join("pids"));
    let mut server = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "the_server_of_the_next_test", "--nocapture"])
        .env(ROLE, &second)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut pids = Vec::new();
    for file in [first, second] {
        let deadline = Instant::now() + Duration::from_secs(30);
        let text = loop {
            match std::fs::read_to_string(&file) {
                // Four processes are told of in two files; each is complete with both its numbers.
                Ok(text) if text.split(' ').filter(|n| n.parse::<u64>().is_ok()).count() == 2 => break text,
                _ => assert!(Instant::now() < deadline, "the server did not start its functions"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        pids.extend(text.split(' ').map(|number| number.parse::<u64>().expect("a number")));
    }
    assert_eq!(pids.len(), 4);
    assert!(pids.iter().all(|pid| lives(*pid)), "{pids:?}");
    server.kill().expect("SIGKILL");
    server.wait().expect("a child of ours");
    for pid in pids {
        gone(pid).await;
    }
}
