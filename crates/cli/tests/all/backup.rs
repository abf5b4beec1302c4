//! `stateline backup` of a server that goes on, and `stateline restore` into a server of its own.

use crate::harness::{Folder, Server, eventually};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn pass() -> Value {
    json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"ok": true}, "End": true}}})
}

fn asks() -> Value {
    json!({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:desk", "Next": "D"},
        "D": {"Type": "Pass", "Result": "done", "End": true}}})
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:{kind}:{name}")
}

/// A server with an execution that has ended and one whose task a worker has taken; gives the token.
fn filled(folder: &Folder) -> (Server, String) {
    let server = folder.serve(&[]);
    server.call("CreateActivity", &json!({"name": "desk"}));
    server.create("pass", &pass());
    server.create("asks", &asks());
    folder.ask(&server, &["start", "pass", "--name", "ended", "--wait"]).ok();
    folder.ask(&server, &["start", "asks", "--name", "open"]).ok();
    let task = server.call("GetActivityTask", &json!({"activityArn": arn("activity", "desk")}));
    (server, task["taskToken"].as_str().expect("a token").to_owned())
}

fn history(server: &Server, execution: &str) -> Value {
    server.call(
        "GetExecutionHistory",
        &json!({"executionArn": arn("execution", execution), "maxResults": 1000}),
    )
}

fn status(server: &Server, execution: &str) -> Value {
    server.call("DescribeExecution", &json!({"executionArn": arn("execution", execution)}))["status"].clone()
}

#[test]
fn a_copy_of_a_running_server_goes_on() {
    let folder = Folder::new();
    let (server, token) = filled(&folder);
    let ran = folder.ask(&server, &["backup", "one.backup"]);
    assert_eq!(ran.stderr, "");
    let said = ran.ok();
    assert!(said.starts_with("one.backup: 2 executions (1 open), 2 state machines, as of 20"), "{said}");
    // What comes later is not in it.
    folder.ask(&server, &["start", "pass", "--name", "later", "--wait"]).ok();
    let checked = folder.run(&["restore", "--check", "one.backup", "--output", "json"]).json();
    assert_eq!((&checked["openExecutions"], &checked["closedExecutions"]), (&json!(1), &json!(1)));
    let ran = folder.run(&["restore", "one.backup", "--data", "copy"]);
    assert!(ran.stderr.contains("do not run it beside its original"), "{}", ran.stderr);
    assert!(ran.ok().starts_with("restored into copy: 2 executions (1 open)"));
    let (ended, open) = (history(&server, "pass:ended"), history(&server, "asks:open"));
    server.kill();

    let copy = folder.listen(&["serve", "--listen", "127.0.0.1:0", "--data", "copy"]);
    assert_eq!(history(&copy, "pass:ended"), ended);
    assert_eq!(history(&copy, "asks:open"), open);
    let listed = folder.ask(&copy, &["executions", "--output", "json"]).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    assert_eq!(status(&copy, "asks:open"), "RUNNING");
    // The key of tokens has come along.
    copy.call("SendTaskSuccess", &json!({"taskToken": token, "output": "{}"}));
    eventually("the copy's execution ends", || status(&copy, "asks:open") == "SUCCEEDED");
    assert_eq!(copy.stop().code, Some(0));
}

#[test]
fn a_data_directory_is_backed_up_while_no_server_holds_it() {
    let folder = Folder::new();
    let (server, _) = filled(&folder);
    let held = folder.run(&["backup", "--data", "data", "two.backup"]);
    assert_eq!((held.code, held.stdout.as_str()), (Some(1), ""));
    assert!(held.stderr.contains("or take the backup from the server that holds it"), "{}", held.stderr);
    assert_eq!(server.stop().code, Some(0));
    let told = folder.run(&["backup", "--data", "data", "two.backup", "--output", "json"]).json();
    assert_eq!((&told["openExecutions"], &told["stateMachines"]), (&json!(1), &json!(2)));
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("readable").filter_map(Result::ok).collect();
    assert!(names.iter().all(|entry| !entry.file_name().to_string_lossy().ends_with(".part")));
    for (args, why) in [
        (&["backup", "--data", "data", "two.backup"][..], "two.backup is there already; choose another name"),
        (&["backup", "--data", "none", "new.backup"], "none is no data directory: it has no file format"),
        (&["restore", "two.backup", "--data", "data"], "the folder is not empty (it has db)"),
        (&["restore", "none", "--data", "new"], "none: No such file or directory"),
        (&["restore", "log", "--data", "new"], "log: this is no backup"),
        (&["restore", "two.backup"], "--data <DIR>"),
    ] {
        let ran = folder.run(args);
        assert_ne!(ran.code, Some(0), "{args:?}");
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
    assert!(!folder.path().join("none").exists() && !folder.path().join("new").exists());
}

#[test]
fn a_backup_goes_through_pipes() {
    let folder = Folder::new();
    let (server, _) = filled(&folder);
    let mut command = folder.command(&["backup", "-", "--endpoint", &server.endpoint]);
    let out = command.output().expect("the binary runs");
    assert!(out.status.success());
    assert!(String::from_utf8_lossy(&out.stderr).starts_with("backup: 2 executions (1 open)"));
    let mut restoring = folder
        .command(&["restore", "-", "--data", "copy"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary runs");
    restoring.stdin.take().expect("a pipe").write_all(&out.stdout).expect("the backup is read");
    assert!(restoring.wait_with_output().expect("it ends").status.success());
    // Half of it is none, and leaves a folder that takes the whole.
    std::fs::write(folder.path().join("half"), &out.stdout[..out.stdout.len() / 2]).expect("written");
    let half = folder.run(&["restore", "half", "--data", "other"]);
    assert_eq!(half.code, Some(1));
    assert!(half.stderr.contains("half: the backup is cut: it ends at byte"), "{}", half.stderr);
    let lost = folder.run(&["backup", "lost.backup", "--endpoint", "http://127.0.0.1:9"]);
    assert!(lost.stderr.contains("no server answers at http://127.0.0.1:9"), "{}", lost.stderr);
    assert!(!folder.path().join("lost.backup.part").exists());
}

#[test]
fn backups_under_load_hold_what_was_acknowledged_before() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    server.create("pass", &pass());
    let stop = AtomicBool::new(false);
    let started = |n: usize| json!({"stateMachineArn": arn("stateMachine", "pass"), "name": format!("n{n}")});
    let acknowledged = AtomicUsize::new(0);
    let mut rounds = Vec::new();
    std::thread::scope(|scope| {
        let (server, stop, count) = (&server, &stop, &acknowledged);
        scope.spawn(move || {
            for n in 0.. {
                if stop.load(Ordering::Acquire) {
                    return;
                }
                server.call("StartExecution", &started(n));
                count.store(n + 1, Ordering::Release);
            }
        });
        for round in 1..=3 {
            eventually("some are acknowledged", || acknowledged.load(Ordering::Acquire) >= 40 * round);
            let before = acknowledged.load(Ordering::Acquire);
            let name = format!("{round}.backup");
            let told = folder.ask(server, &["backup", &name, "--output", "json"]).json();
            rounds.push((name, before, told));
        }
        stop.store(true, Ordering::Release);
    });
    assert_eq!(server.stop().code, Some(0));
    for (name, before, told) in rounds {
        let data = format!("{name}.data");
        folder.run(&["restore", &name, "--data", &data]).ok();
        let copy = folder.listen(&["serve", "--listen", "127.0.0.1:0", "--data", &data]);
        let count = told["openExecutions"].as_u64().expect("a count")
            + told["closedExecutions"].as_u64().expect("a count");
        assert!(count >= before as u64, "{before} were acknowledged before, {count} are in it");
        for n in 0..before {
            let execution = format!("pass:n{n}");
            eventually("it ends in the copy", || status(&copy, &execution) == "SUCCEEDED");
        }
        let last = history(&copy, &format!("pass:n{}", before - 1));
        assert_eq!(last["events"].as_array().map(Vec::len), Some(4));
        assert_eq!(copy.stop().code, Some(0));
    }
}

/// Asks for a backup as any HTTP client can, and leaves the answer in the connection.
fn fetch(server: &Server, method: &str, more: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a deadline");
    write!(
        stream,
        "{method} /stateline/backup HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n"
    )
    .expect("the server reads");
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn who_may_have_a_backup_and_how_many_there_are() {
    let folder = Folder::new();
    let (server, _) = filled(&folder);
    let site = answer(fetch(&server, "GET", "Sec-Fetch-Site: cross-site\r\n"));
    assert!(site.starts_with("HTTP/1.1 403") && site.contains("a page of another site"), "{site}");
    let head = answer(fetch(&server, "HEAD", ""));
    assert!(
        head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("application/octet-stream"),
        "{head}"
    );
    let post = answer(fetch(&server, "POST", "Content-Length: 0\r\n"));
    assert!(post.starts_with("HTTP/1.1 405") && post.contains("takes GET, HEAD"), "{post}");
    let whole = answer(fetch(&server, "GET", ""));
    assert!(whole.contains("stateline backup, format 1\n"), "{whole}");

    // More than the buffers on the way hold, which does not shrink when it is packed.
    server.create("keeps", &pass());
    for n in 0..120u64 {
        let mut noise = String::new();
        let mut word = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        while noise.len() < 200_000 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            noise.push_str(&format!("{:013x}", word >> 12));
        }
        let input = json!({"noise": noise}).to_string();
        server.call(
            "StartExecution",
            &json!({"stateMachineArn": arn("stateMachine", "keeps"), "input": input}),
        );
    }
    // A client that does not read keeps the place, one that goes away gives it back.
    let idle = fetch(&server, "GET", "");
    let mut begun = [0; 15];
    (&idle).read_exact(&mut begun).expect("it begins");
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    let second = folder.ask(&server, &["backup", "second.backup"]);
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains("another backup is under way"), "{}", second.stderr);
    drop(idle);
    eventually("the place is free again", || {
        folder.ask(&server, &["backup", "third.backup"]).code == Some(0)
    });
    // One that is under way does not hold up a stop.
    let idle = fetch(&server, "GET", "");
    (&idle).read_exact(&mut begun).expect("it begins");
    let ran = server.stop();
    assert_eq!(ran.code, Some(0));
    drop(idle);
}

#[test]
fn a_backup_that_takes_too_long_is_none() {
    let folder = Folder::new();
    let server = folder.serve(&["--backup-seconds", "0"]);
    server.create("keeps", &pass());
    for n in 0..30 {
        let input = json!({"text": format!("{n}").repeat(100_000)}).to_string();
        server.call(
            "StartExecution",
            &json!({"stateMachineArn": arn("stateMachine", "keeps"), "input": input}),
        );
    }
    let ran = folder.ask(&server, &["backup", "late.backup"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("was not finished when it was taken"), "{}", ran.stderr);
    assert!(ran.stderr.contains("it took more than 0 seconds"), "{}", ran.stderr);
    assert!(!folder.path().join("late.backup").exists() && !folder.path().join("late.backup.part").exists());
    assert_eq!(server.stop().code, Some(0));
}
