//! Tasks that end later: with their token, with a worker's answer, or with a job.

mod common;

use common::{Answer, Run, START, run};
use expect_test::expect;
use stateline_base::{Failure, Limits, Payload};
use stateline_engine::{Ending, Input, Rejection};
use stateline_journal::{AttemptId, MachineKind};

const CALLBACK: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", MORE
    "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}, "End": true}}}"#;
const ACTIVITY: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:us-east-1:000000000000:activity:a", MORE "End": true}}}"#;

fn with(definition: &str, more: &str) -> String {
    definition.replace("MORE", more)
}

fn token(attempt: AttemptId, output: &str) -> Input {
    Input::TokenSucceeded { attempt, output: Payload::parse(output).expect("the test's own JSON") }
}

fn taken(attempt: AttemptId) -> Input {
    Input::TaskTaken { attempt, worker: Some("w".into()) }
}

/// Moves time on and lets the execution look at it.
fn later(run: &mut Run, seconds: u64) {
    run.now = run.now.plus_seconds(seconds);
    run.input(Input::Tick);
}

#[test]
fn a_callback_ends_with_its_token_and_not_with_the_services_answer() {
    let mut run = run(&with(CALLBACK, ""), "{}").answer("T", &[Answer::Ok(r#"{"taken":true}"#)]);
    assert!(run.step());
    assert_eq!(run.x.calls_out().count(), 0);
    run.input(token(1, r#"{"approved":true}"#));
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) TaskStateEntered T {}
        3(2) TaskScheduled lambda:invoke.waitForTaskToken {"FunctionName":"f","Payload":{"token":"task-token-1"}}
        4(3) TaskStarted
        5(4) TaskSubmitted {"taken":true}
        6(5) TaskSucceeded {"approved":true}
        7(6) TaskStateExited T {"approved":true}
        8(7) ExecutionSucceeded {"approved":true}
    "#]]
    .assert_eq(&run.print());
    assert_eq!(run.give(token(1, "{}")), Err(Rejection::Closed));
}

#[test]
fn a_token_may_come_before_the_services_answer() {
    let mut run = run(&with(CALLBACK, ""), "{}").answer("T", &[Answer::Silence]);
    run.input(token(1, "1"));
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) TaskStateEntered T {}
        3(2) TaskScheduled lambda:invoke.waitForTaskToken {"FunctionName":"f","Payload":{"token":"task-token-1"}}
        4(3) TaskStarted
        5(4) TaskSucceeded 1
        6(5) TaskStateExited T 1
        7(6) ExecutionSucceeded 1
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn each_attempt_has_a_token_of_its_own_and_the_old_one_is_stale() {
    let retry = r#""Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1}],"#;
    let mut run = run(&with(CALLBACK, retry), "{}");
    assert!(run.step());
    run.input(Input::TokenFailed { attempt: 1, failure: Failure::new("E", "no") });
    assert_eq!(run.give(token(1, "{}")), Err(Rejection::StaleAttempt));
    later(&mut run, 1);
    assert_eq!(run.give(token(1, "{}")), Err(Rejection::StaleAttempt));
    run.input(token(2, "2"));
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) TaskStateEntered T {}
        3(2) TaskScheduled lambda:invoke.waitForTaskToken {"FunctionName":"f","Payload":{"token":"task-token-1"}}
        4(3) TaskStarted
        5(4) TaskSubmitted {"FunctionName":"f","Payload":{"token":"task-token-1"}}
        6(5) TaskFailed E / no
        7(6) TaskScheduled +1000ms lambda:invoke.waitForTaskToken {"FunctionName":"f","Payload":{"token":"task-token-2"}}
        8(7) TaskStarted +1000ms
        9(8) TaskSucceeded +1000ms 2
        10(9) TaskStateExited +1000ms T 2
        11(10) ExecutionSucceeded +1000ms 2
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn a_request_that_fails_fails_the_task() {
    let run = run(&with(CALLBACK, ""), "{}").answer("T", &[Answer::Err("E", "c")]).run_out();
    assert_eq!(run.output(), "E: c");
    assert!(run.print().contains("5(4) TaskFailed E / c"), "{}", run.print());
}

#[test]
fn heartbeats_keep_a_task_alive_and_a_missed_one_ends_it() {
    let clocks = r#""HeartbeatSeconds": 5, "TimeoutSeconds": 60,"#;
    let mut run = run(&with(CALLBACK, clocks), "{}");
    assert!(run.step());
    for _ in 0..3 {
        later(&mut run, 4);
        assert_eq!(run.give(Input::Heartbeat { attempt: 1 }), Ok(()));
    }
    assert_eq!(run.x.wake(), Some(START.plus_seconds(17)));
    later(&mut run, 5);
    assert_eq!(run.output(), "States.Timeout: -");
    assert_eq!(run.give(Input::Heartbeat { attempt: 1 }), Err(Rejection::Closed));
    assert!(run.print().ends_with("6(5) TaskTimedOut +17000ms States.Timeout / -\n7(6) ExecutionFailed +17000ms States.Timeout / -\n"), "{}", run.print());
}

#[test]
fn heartbeats_in_quick_succession_are_written_down_once() {
    let mut run = run(&with(CALLBACK, r#""HeartbeatSeconds": 10,"#), "{}");
    assert!(run.step());
    let before = run.records.len();
    for _ in 0..100 {
        run.now = run.now.plus_millis(99);
        assert_eq!(run.give(Input::Heartbeat { attempt: 1 }), Ok(()));
    }
    assert_eq!(run.records.len() - before, 9);
    assert_eq!(run.x.wake(), Some(START.plus_millis(99 * 99 + 10_000)));
}

#[test]
fn heartbeats_do_not_move_the_timeout() {
    let clocks = r#""HeartbeatSeconds": 5, "TimeoutSeconds": 7,"#;
    let mut run = run(&with(CALLBACK, clocks), "{}");
    assert!(run.step());
    later(&mut run, 4);
    run.input(Input::Heartbeat { attempt: 1 });
    assert_eq!(run.x.wake(), Some(START.plus_seconds(7)));
}

#[test]
fn a_heartbeat_without_heartbeat_seconds_is_taken_and_leaves_nothing() {
    let mut run = run(&with(CALLBACK, ""), "{}");
    assert!(run.step());
    let before = run.records.len();
    assert_eq!(run.give(Input::Heartbeat { attempt: 1 }), Ok(()));
    assert_eq!(run.records.len(), before);
}

#[test]
fn an_activity_waits_for_its_worker_and_its_clocks_run_from_then() {
    let clocks = r#""TimeoutSeconds": 10, "HeartbeatSeconds": 3,"#;
    let mut run = run(&with(ACTIVITY, clocks), r#"{"n":1}"#);
    assert_eq!(run.calls, ["offer #1 arn:aws:states:us-east-1:000000000000:activity:a"]);
    assert_eq!(run.x.offers().collect::<Vec<_>>(), [(1, 0)]);
    assert!(!run.x.has_work());
    // However long nobody asks for it, it is not late.
    later(&mut run, 1_000);
    assert_eq!(run.give(token(1, "{}")), Err(Rejection::StaleAttempt));
    run.input(taken(1));
    assert_eq!(run.give(taken(1)), Err(Rejection::StaleAttempt));
    assert_eq!(run.x.wake(), Some(START.plus_seconds(1_003)));
    later(&mut run, 2);
    run.input(Input::Heartbeat { attempt: 1 });
    later(&mut run, 2);
    run.input(token(1, r#"{"n":2}"#));
    expect![[r#"
        1(0) ExecutionStarted {"n":1}
        2(0) TaskStateEntered T {"n":1}
        3(2) ActivityScheduled {"n":1}
        4(3) ActivityStarted +1000000ms w
        5(4) ActivitySucceeded +1004000ms {"n":2}
        6(5) TaskStateExited +1004000ms T {"n":2}
        7(6) ExecutionSucceeded +1004000ms {"n":2}
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn a_worker_that_is_silent_times_out_and_the_next_attempt_is_offered() {
    let more = r#""TimeoutSeconds": 10, "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}],"#;
    let mut run = run(&with(ACTIVITY, more), "{}");
    run.input(taken(1));
    later(&mut run, 10);
    later(&mut run, 1);
    assert_eq!(
        run.calls.last().map(String::as_str),
        Some("offer #2 arn:aws:states:us-east-1:000000000000:activity:a")
    );
    run.input(taken(2));
    run.input(Input::TokenFailed { attempt: 2, failure: Failure::new("E", "c") });
    assert_eq!(run.output(), "E: c");
    assert!(run.print().contains("ActivityTimedOut +10000ms States.Timeout / -"), "{}", run.print());
    assert!(run.print().contains("ActivityFailed +11000ms E / c"), "{}", run.print());
}

#[test]
fn a_crash_in_between_leaves_tokens_good() {
    // The call was out: whoever got the token may return it.
    let mut run = run(&with(CALLBACK, ""), "{}").answer("T", &[Answer::Silence]);
    run.input(Input::AttemptLost { attempt: 1 });
    assert!(run.x.is_open());
    assert_eq!(run.x.calls_out().count(), 0);
    run.input(token(1, "3"));
    assert_eq!(run.output(), "3");
}

#[test]
fn a_job_is_watched_and_its_outcome_is_the_tasks() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": "m"}, "End": true}}}"#;
    let mut run =
        run(definition, "{}").answer("T", &[Answer::Ok(r#"{"job":1}"#), Answer::Ok(r#"{"done":1}"#)]);
    assert!(run.step());
    assert_eq!(run.calls.last().map(String::as_str), Some(r#"watch T#1 {"job":1}"#));
    assert_eq!(run.x.submitted().count(), 1);
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) TaskStateEntered T {}
        3(2) TaskScheduled states:startExecution.sync:2 {"StateMachineArn":"m"}
        4(3) TaskStarted
        5(4) TaskSubmitted {"job":1}
        6(5) TaskSucceeded {"done":1}
        7(6) TaskStateExited T {"done":1}
        8(7) ExecutionSucceeded {"done":1}
    "#]]
    .assert_eq(&run.run_out().print());
}

#[test]
fn what_waits_for_a_token_is_cut_off_like_any_other_task() {
    for (definition, last) in [(ACTIVITY, "3(2) ActivityScheduled"), (CALLBACK, "5(4) TaskSubmitted")] {
        let mut run = Run::new(&with(definition, ""), "{}", MachineKind::Standard, Limits::default());
        if definition == CALLBACK {
            run.step();
        }
        run.input(Input::Stop(Failure::default()));
        assert!(matches!(run.x.ending, Some(Ending::Aborted(_))));
        let print = run.print();
        let before = print.lines().rev().nth(1).unwrap_or_default();
        assert!(before.starts_with(last), "{print}");
        assert_eq!(run.give(token(1, "{}")), Err(Rejection::Closed));
    }
}
