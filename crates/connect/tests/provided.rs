//! Local functions through a custom runtime: the life of processes, from the
//! first start over reuse and waiting to every way to end.

#![allow(clippy::disallowed_methods, reason = "the tests wait for real processes")]

mod common;

use common::*;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stateline_connect::FunctionConfig;
use stateline_runtime::Connector;
use std::path::PathBuf;
use std::time::{Duration, Instant};

async fn check(event: Value, expected: Expect) {
    let world = provided(|function, _| function.timeout_seconds = 2);
    expected.assert_eq(&call_f(&world.connectors, &event).await);
}

#[tokio::test]
async fn answers_keep_their_text() {
    check(json!({"a": [1, 2.5, null]}), expect![[r#"{"a": [1, 2.5, null]}"#]]).await;
    check(json!("HelloWorld"), expect![[r#""HelloWorld""#]]).await;
    check(json!({"do": "raw", "text": "no JSON"}), expect![[r#""no JSON""#]]).await;
    check(json!({"do": "raw", "text": ""}), expect![[r#""""#]]).await;
    check(json!({"do": "chunks"}), expect![[r#"{"in":"pieces"}"#]]).await;
}

#[tokio::test]
async fn functions_are_listed_with_what_runs_them() {
    let world = provided(|_, _| {});
    let listed = world.connectors.functions();
    let shown: Vec<_> = listed.iter().map(|function| (&*function.name, &*function.runtime)).collect();
    assert_eq!(shown, [("f", "provided.al2023")]);
}

#[tokio::test]
async fn errors_keep_their_text() {
    let document = r#"{"errorMessage": "sold out", "errorType": "OutOfStock"}"#;
    check(
        json!({"do": "fail", "document": document}),
        expect![[r#"OutOfStock: {"errorMessage": "sold out", "errorType": "OutOfStock"}"#]],
    )
    .await;
    check(
        json!({"do": "fail", "document": r#"{"errorMessage": "?"}"#}),
        expect![[r#"Lambda.Unknown: {"errorMessage": "?"}"#]],
    )
    .await;
    check(json!({"do": "fail", "document": ""}), expect![[r#"Lambda.Unknown: {"errorMessage":""}"#]]).await;
}

#[tokio::test]
async fn ends_of_processes() {
    check(
        json!({"do": "exit", "status": 3}),
        expect![[r#"Runtime.ExitError: {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 3"}"#]],
    )
    .await;
    check(
        json!({"do": "exit", "status": 0}),
        expect![[r#"Runtime.ExitError: {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited without providing a reason"}"#]],
    )
    .await;
    check(
        json!({"do": "die", "signal": 9}),
        expect![[r#"Runtime.ExitError: {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited with error: signal: killed"}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_late_function_is_killed_with_all_it_started() {
    let world = provided(|function, _| function.timeout_seconds = 1);
    let file = world.dir.path().join("pids");
    let event = json!({"do": "spawn", "file": file.to_str(), "then_sleep": 60});
    let began = Instant::now();
    expect![[r#"Sandbox.Timedout: {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: Task timed out after 1.00 seconds"}"#]]
        .assert_eq(&call_f(&world.connectors, &event).await);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    for pid in std::fs::read_to_string(&file).expect("the function wrote it").split(' ') {
        gone(pid.parse().expect("a number")).await;
    }
    assert_eq!(value_of_f(&world.connectors, &json!({"again": true})).await, json!({"again": true}));
}

#[tokio::test]
async fn large_answers_are_refused() {
    let world = provided(|function, _| function.timeout_seconds = 30);
    let text = call_f(&world.connectors, &json!({"do": "large", "bytes": 7_000_000})).await;
    assert_eq!(
        text,
        r#"Function.ResponseSizeTooLarge: {"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size (7000002 bytes) exceeded maximum allowed payload size (6291556 bytes)."}"#
    );
    let text = call_f(&world.connectors, &json!({"do": "large", "bytes": 6_000_000})).await;
    assert_eq!(text.len(), 6_000_002);
}

#[tokio::test]
async fn initialisation_may_fail() {
    let check = async |start: &str, expected: Expect| {
        let world = provided(|function, config| {
            function.env.insert("START".to_owned(), start.to_owned());
            config.init_timeout = Duration::from_millis(1_500);
        });
        expected.assert_eq(&call_f(&world.connectors, &json!({})).await);
    };
    check(
        "error",
        expect![[r#"Runtime.NoDisk: {"errorMessage": "no disk", "errorType": "Runtime.NoDisk"}"#]],
    )
    .await;
    check("exit", expect![[r#"Runtime.ExitError: {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 7"}"#]]).await;
    check("hang", expect![[r#"Sandbox.Timedout: {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: Initialization timed out after 1.50 seconds"}"#]]).await;
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let world = provided(|function, _| {
        function.runtime = None;
        function.command = Some(vec!["./no-such-program".to_owned(), "--fast".to_owned()]);
    });
    let dir = world.dir.path().display().to_string();
    let text = call_f(&world.connectors, &json!({})).await.replace(&dir, "DIR");
    expect![[r#"Runtime.InvalidEntrypoint: {"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: 00000000-0000-4000-8000-000000000001 Error: function f: `DIR/./no-such-program --fast` in DIR: No such file or directory (os error 2)"}"#]]
        .assert_eq(&text);
}

#[tokio::test]
async fn commands_run_in_the_function_s_folder() {
    let world = provided(|function, _| {
        function.runtime = None;
        function.command = Some(vec!["python3".to_owned(), "bootstrap".to_owned()]);
    });
    assert_eq!(call_f(&world.connectors, &json!([1])).await, "[1]");
}

#[tokio::test]
async fn processes_are_reused_and_replaced_when_they_die() {
    let world = provided(|function, _| function.concurrency = 1);
    let pid = async || value_of_f(&world.connectors, &json!({"do": "pid"})).await["pid"].clone();
    let first = pid().await;
    assert_eq!(pid().await, first);
    let failed = call_f(&world.connectors, &json!({"do": "fail", "document": "{}"})).await;
    assert_eq!(failed, "Lambda.Unknown: {}");
    assert_eq!(pid().await, first, "a handled error keeps the process");
    call_f(&world.connectors, &json!({"do": "exit", "status": 1})).await;
    let second = pid().await;
    assert_ne!(second, first);
    // Killed while it idles: once its end has been noticed, the next call goes to a new process.
    let idle = second.as_i64().and_then(|pid| rustix::process::Pid::from_raw(pid as i32)).expect("a pid");
    rustix::process::kill_process(idle, rustix::process::Signal::KILL).expect("killed");
    while rustix::process::test_kill_process(idle).is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_ne!(pid().await, second);
    // It answers and ends by itself.
    let event = json!({"do": "answer and leave"});
    assert_eq!(value_of_f(&world.connectors, &event).await, event);
    assert!(pid().await.is_number());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrency_is_the_number_of_processes_and_the_rest_waits() {
    let world = provided(|function, _| {
        function.concurrency = 2;
        function.timeout_seconds = 30;
    });
    let event = json!({"do": "sleep", "seconds": 0.3});
    let calls: Vec<_> = (0..6)
        .map(|number| tokio::spawn(world.connectors.call(attempt(&format!("{ARN}f"), &event, number))))
        .collect();
    let mut pids = std::collections::BTreeSet::new();
    let began = Instant::now();
    for call in calls {
        pids.insert(show(&call.await.expect("no panic")));
    }
    assert_eq!(pids.len(), 2, "{pids:?}");
    assert!(began.elapsed() >= Duration::from_millis(850), "six calls, two at once: {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses() {
    let world = provided(|function, _| {
        function.concurrency = 1;
        function.queue = 1;
        function.timeout_seconds = 30;
    });
    call_f(&world.connectors, &json!({})).await;
    let call = |number: u32| {
        let event = json!({"do": "sleep", "seconds": 0.5});
        tokio::spawn(world.connectors.call(attempt(&format!("{ARN}f"), &event, number)))
    };
    let (first, second) = (call(1), call(2));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let refused = show(&call(3).await.expect("no panic"));
    expect!["Lambda.TooManyRequestsException: Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: 00000000-0000-4000-8000-000000000003; Proxy: null)"]
        .assert_eq(&refused);
    for call in [first, second] {
        assert!(show(&call.await.expect("no panic")).contains("pid"));
    }
}

#[tokio::test]
async fn a_dropped_call_that_began_runs_on_and_one_that_waits_never_begins() {
    let world = provided(|function, _| {
        function.concurrency = 1;
        function.timeout_seconds = 30;
    });
    call_f(&world.connectors, &json!({})).await;
    let file = |name: &str| world.dir.path().join(name);
    let touch = |name: &str| json!({"do": "touch", "file": file(name).to_str(), "after": 0.3});
    let running = world.connectors.call(attempt(&format!("{ARN}f"), &touch("running"), 1));
    let waiting = world.connectors.call(attempt(&format!("{ARN}f"), &touch("waiting"), 2));
    let both = futures(running, waiting);
    assert!(tokio::time::timeout(Duration::from_millis(100), both).await.is_err());
    // Both are dropped now; this one comes after them.
    call_f(&world.connectors, &json!({})).await;
    assert!(file("running").exists(), "on AWS too, a function runs on when its state has timed out");
    assert!(!file("waiting").exists());
}

async fn futures(a: stateline_runtime::CallFuture, b: stateline_runtime::CallFuture) {
    let (_, _) = tokio::join!(a, b);
}

#[tokio::test]
async fn idle_processes_are_stopped() {
    let world = provided(|_, config| config.idle_timeout = Duration::from_millis(200));
    let pid = value_of_f(&world.connectors, &json!({"do": "pid"})).await["pid"].as_u64().expect("a pid");
    assert!(lives(pid));
    gone(pid).await;
}

#[tokio::test]
async fn stopping_kills_busy_and_idle_processes_and_what_they_started() {
    let world = provided(|function, _| function.timeout_seconds = 60);
    let file = world.dir.path().join("pids");
    let event = json!({"do": "spawn", "file": file.to_str(), "then_sleep": 60});
    let busy = tokio::spawn(world.connectors.call(attempt(&format!("{ARN}f"), &event, 1)));
    let idle = value_of_f(&world.connectors, &json!({"do": "pid"})).await["pid"].as_u64().expect("a pid");
    while !std::fs::read_to_string(&file).is_ok_and(|text| text.contains(' ')) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    world.connectors.stop();
    assert!(show(&busy.await.expect("no panic")).starts_with("Runtime.ExitError: "));
    gone(idle).await;
    for pid in std::fs::read_to_string(&file).expect("written").split(' ') {
        gone(pid.parse().expect("a number")).await;
    }
    let refused = call_f(&world.connectors, &json!({})).await;
    assert!(refused.contains("function processes are being stopped"), "{refused}");
}

#[tokio::test]
async fn replaced_functions_run_the_new_code() {
    let world = provided(|_, _| {});
    let before = value_of_f(&world.connectors, &json!({"do": "pid"})).await["pid"].as_u64().expect("a pid");
    let function = |name: &str| {
        let env = [("COLOUR".to_owned(), name.to_owned())].into();
        FunctionConfig { runtime: Some("provided".to_owned()), env, ..FunctionConfig::default() }
    };
    let bad = FunctionConfig { dir: PathBuf::from("nowhere"), ..function("red") };
    assert!(world.connectors.replace_functions(&[("f".to_owned(), bad)].into()).is_err());
    assert!(lives(before), "a bad configuration changes nothing");
    world.connectors.replace_functions(&[("f".to_owned(), function("blue"))].into()).expect("good");
    gone(before).await;
    let event = json!({"do": "env", "names": ["COLOUR", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]});
    let seen = value_of_f(&world.connectors, &event).await;
    assert_eq!(
        seen,
        json!({"COLOUR": "blue", "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"})
    );
}

#[tokio::test]
async fn invocations_carry_what_aws_s_carry() {
    let world = provided(|_, _| {});
    let input = json!({
        "FunctionName": "f:live",
        "Payload": {"do": "headers"},
        "ClientContext": "eyJjbGllbnQiOiB7fX0=",
    });
    let output = call(&world.connectors, INVOKE, &input).await;
    let output: Value = serde_json::from_str(&output).expect("JSON");
    let seen = &output["Payload"];
    assert_eq!(seen["lambda-runtime-aws-request-id"], "00000000-0000-4000-8000-000000000001");
    assert_eq!(seen["lambda-runtime-invoked-function-arn"], format!("{ARN}f:live"));
    assert_eq!(seen["lambda-runtime-client-context"], r#"{"client": {}}"#);
    let trace = seen["lambda-runtime-trace-id"].as_str().expect("a text");
    assert!(trace.starts_with("Root=1-") && trace.ends_with(";Sampled=0"), "{trace}");
    let deadline: u128 =
        seen["lambda-runtime-deadline-ms"].as_str().expect("a text").parse().expect("a number");
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
    assert!(deadline > now && deadline <= now + 3_000, "{deadline} against {now}");
    assert_eq!(value_of_f(&world.connectors, &json!({"do": "wrong id"})).await, json!({"status": 400}));
}

#[tokio::test]
async fn the_wrapped_form_is_the_recorded_one() {
    let world = provided(|_, _| {});
    let input = json!({"FunctionName": "f", "Payload": null});
    let output = call(&world.connectors, INVOKE, &input).await;
    let output: Value = serde_json::from_str(&output).expect("JSON");
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    assert_eq!(
        keys(&output),
        ["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]
    );
    assert_eq!(output["Payload"], json!({}));
    assert_eq!(output["ExecutedVersion"], "$LATEST");
    assert_eq!(output["SdkHttpMetadata"]["HttpHeaders"]["Content-Length"], "2");
    assert_eq!(
        keys(&output["SdkHttpMetadata"]["HttpHeaders"]),
        [
            "Connection",
            "Content-Length",
            "Content-Type",
            "Date",
            "X-Amz-Executed-Version",
            "x-amzn-Remapped-Content-Length",
            "x-amzn-RequestId",
            "X-Amzn-Trace-Id"
        ]
    );
    let text = call(&world.connectors, INVOKE, &json!({"FunctionName": "f", "Payload": "plain words"})).await;
    assert!(text.starts_with("Lambda.InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: Unrecognized token 'plain'"), "{text}");
}

#[tokio::test]
async fn log_tails_hold_what_the_function_printed() {
    let world = provided(|_, _| {});
    let input = json!({
        "FunctionName": "f",
        "LogType": "Tail",
        "Payload": {"do": "print", "text": "hello log"},
    });
    let output: Value = serde_json::from_str(&call(&world.connectors, INVOKE, &input).await).expect("JSON");
    let log = {
        use base64::Engine as _;
        let text = output["LogResult"].as_str().expect("a text");
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).expect("base64"))
            .expect("UTF-8")
    };
    for part in
        ["START RequestId: 00000000", "hello log\n", "hello log as an error\n", "END RequestId: ", "REPORT "]
    {
        assert!(log.contains(part), "no {part} in {log}");
    }
}

#[tokio::test]
async fn events_are_not_waited_for_and_dry_runs_do_nothing() {
    let world = provided(|_, _| {});
    let file = world.dir.path().join("touched");
    let input = |kind: &str| {
        let payload = json!({"do": "touch", "file": file.to_str(), "after": 0.2});
        json!({"FunctionName": "f", "InvocationType": kind, "Payload": payload})
    };
    let output: Value =
        serde_json::from_str(&call(&world.connectors, INVOKE, &input("DryRun")).await).expect("JSON");
    assert_eq!((&output["StatusCode"], &output["Payload"]), (&json!(204), &json!("")));
    let output: Value =
        serde_json::from_str(&call(&world.connectors, INVOKE, &input("Event")).await).expect("JSON");
    assert_eq!((&output["StatusCode"], output.get("ExecutedVersion")), (&json!(202), None));
    assert!(!file.exists());
    let deadline = Instant::now() + Duration::from_secs(10);
    while std::fs::read_to_string(&file).unwrap_or_default() != "x" {
        assert!(Instant::now() < deadline, "the event never ran");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn other_patterns_are_calls_too() {
    let world = provided(|_, _| {});
    let text =
        call(&world.connectors, &format!("{INVOKE}.waitForTaskToken"), &json!({"FunctionName": "f"})).await;
    assert!(text.contains(r#""StatusCode":200"#), "{text}");
}
