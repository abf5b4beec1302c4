//! Executions that run test cases: they count, and ask whoever stands for a service how a task ends.

mod common;

use common::{Answer, Run};
use expect_test::expect;
use stateline_base::Limits;
use stateline_engine::{Beginning, TestCase};
use stateline_journal::{Event, MachineKind};

fn test(definition: &str, input: &str, first: u32) -> Run {
    let test = Some(TestCase { name: "case".into(), first });
    let beginning = Beginning { map_run: 0, test };
    Run::beginning(definition, input, MachineKind::Standard, Limits::default(), beginning)
}

/// The invocation that is out, of one that is.
fn out(run: &Run) -> Option<u32> {
    let attempt = run.x.attempts_out().map(|(_, attempt, _)| attempt).last();
    attempt.and_then(|attempt| run.x.invocation(attempt))
}

#[test]
fn the_case_stands_behind_the_start_and_history_does_not_show_it() {
    let run = test(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#, "{}", 0);
    assert!(matches!(&run.records[1].event, Event::TestCaseChosen { case, first: 0 } if &**case == "case"));
    assert_eq!(run.x.test_case().map(|case| &**case), Some("case"));
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) PassStateEntered A {}
        3(2) PassStateExited A {}
        4(3) ExecutionSucceeded {}
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn each_state_counts_its_own_invocations() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "Next": "B",
            "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 2}]},
        "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true}}}"#;
    let mut run = test(definition, "{}", 5)
        .answer("A", &[Answer::Err("E", "c"), Answer::Ok("1")])
        .answer("B", &[Answer::Ok("2")]);
    let mut seen = vec![out(&run)];
    while run.x.is_open() {
        if run.step() {
            seen.push(out(&run));
        } else {
            break;
        }
    }
    seen.retain(Option::is_some);
    // Each begins where its execution was told to, and only retries and visits count.
    assert_eq!(seen.first(), Some(&Some(5)));
    assert_eq!(seen.last(), Some(&Some(5)));
    assert!(seen.contains(&Some(6)), "{seen:?}");
}

#[test]
fn a_callback_is_watched_in_a_test_and_nowhere_else() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}}}}"#;
    let mut run =
        test(definition, "{}", 0).answer("T", &[Answer::Ok("{}"), Answer::Ok(r#"{"approved":true}"#)]);
    assert!(run.step());
    assert!(run.calls.last().is_some_and(|call| call == "watch T#1 {}"), "{:?}", run.calls);
    assert!(run.step());
    assert_eq!(run.output(), r#"{"approved":true}"#);
    let mut plain = common::run(definition, "{}").answer("T", &[Answer::Ok("{}")]);
    assert!(plain.step());
    assert!(!plain.calls.iter().any(|call| call.starts_with("watch")), "{:?}", plain.calls);
    assert_eq!((plain.x.test_case(), plain.x.is_open()), (None, true));
}
