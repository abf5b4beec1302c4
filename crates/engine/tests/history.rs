//! Whole histories, one a scenario: ids, predecessors, order and details as AWS records them.

mod common;

use common::{Answer, run};
use expect_test::{Expect, expect};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

fn check(run: common::Run, expected: &Expect) {
    expected.assert_eq(&run.run_out().print());
}

fn with_function(definition: &str) -> String {
    definition.replace("FUNCTION", FUNCTION)
}

#[test]
fn passes_and_a_choice() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Result": {"n": 1}, "ResultPath": "$.a", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.a.n", "NumericEquals": 1, "Next": "S"}]},
        "S": {"Type": "Succeed", "OutputPath": "$.a"}}}"#;
    check(
        run(definition, r#"{ "x" : 1 }"#),
        &expect![[r#"
        1(0) ExecutionStarted { "x" : 1 }
        2(0) PassStateEntered A { "x" : 1 }
        3(2) PassStateExited A {"x":1,"a":{"n":1}}
        4(3) ChoiceStateEntered C {"x":1,"a":{"n":1}}
        5(4) ChoiceStateExited C {"x":1,"a":{"n":1}}
        6(5) SucceedStateEntered S {"x":1,"a":{"n":1}}
        7(6) SucceedStateExited S {"n":1}
        8(7) ExecutionSucceeded {"n":1}
    "#]],
    );
}

#[test]
fn a_task_with_retries_and_a_catch() {
    let definition = with_function(
        r#"{"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "FUNCTION", "End": true,
              "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 2, "MaxAttempts": 2}],
              "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "P"}]},
        "P": {"Type": "Pass", "End": true}}}"#,
    );
    let failing = [Answer::Err("E", "1"), Answer::Err("E", "2"), Answer::Err("E", "3")];
    check(
        run(&definition, r#"{"x":1}"#).answer("T", &failing),
        &expect![[r#"
        1(0) ExecutionStarted {"x":1}
        2(0) TaskStateEntered T {"x":1}
        3(2) LambdaFunctionScheduled {"x":1}
        4(3) LambdaFunctionStarted
        5(4) LambdaFunctionFailed E / 1
        6(5) LambdaFunctionScheduled +2000ms {"x":1}
        7(6) LambdaFunctionStarted +2000ms
        8(7) LambdaFunctionFailed +2000ms E / 2
        9(8) LambdaFunctionScheduled +6000ms {"x":1}
        10(9) LambdaFunctionStarted +6000ms
        11(10) LambdaFunctionFailed +6000ms E / 3
        12(11) TaskStateExited +6000ms T {"x":1,"error":{"Error":"E","Cause":"3"}}
        13(12) PassStateEntered +6000ms P {"x":1,"error":{"Error":"E","Cause":"3"}}
        14(13) PassStateExited +6000ms P {"x":1,"error":{"Error":"E","Cause":"3"}}
        15(14) ExecutionSucceeded +6000ms {"x":1,"error":{"Error":"E","Cause":"3"}}
    "#]],
    );
}

#[test]
fn a_map_runs_its_iterations_in_order() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "End": true,
        "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.k"},
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;
    check(
        run(definition, r#"{"items":["a","b"],"k":7}"#),
        &expect![[r#"
        1(0) ExecutionStarted {"items":["a","b"],"k":7}
        2(0) MapStateEntered M {"items":["a","b"],"k":7}
        3(2) MapStateStarted length 2
        4(3) MapIterationStarted M[0]
        5(4) PassStateEntered P {"i":0,"v":"a","all":7}
        6(5) PassStateExited P {"i":0,"v":"a","all":7}
        7(6) MapIterationSucceeded M[0]
        8(6) MapIterationStarted M[1]
        9(8) PassStateEntered P {"i":1,"v":"b","all":7}
        10(9) PassStateExited P {"i":1,"v":"b","all":7}
        11(10) MapIterationSucceeded M[1]
        12(11) MapStateSucceeded
        13(11) MapStateExited M [{"i":0,"v":"a","all":7},{"i":1,"v":"b","all":7}]
        14(13) ExecutionSucceeded [{"i":0,"v":"a","all":7},{"i":1,"v":"b","all":7}]
    "#]],
    );
}

#[test]
fn a_failing_iteration_cuts_off_the_others() {
    let definition = with_function(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "Catch": [{"ErrorEquals": ["E"], "Next": "P"}],
        "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "FUNCTION", "End": true}}}},
        "P": {"Type": "Pass", "End": true}}}"#,
    );
    let first_fails = [Answer::Err("E", "no")];
    check(
        run(&definition, "[1,2]").answer("T", &first_fails),
        &expect![[r#"
        1(0) ExecutionStarted [1,2]
        2(0) MapStateEntered M [1,2]
        3(2) MapStateStarted length 2
        4(3) MapIterationStarted M[0]
        5(4) TaskStateEntered T 1
        6(5) LambdaFunctionScheduled 1
        7(6) LambdaFunctionStarted
        8(3) MapIterationStarted M[1]
        9(8) TaskStateEntered T 2
        10(9) LambdaFunctionScheduled 2
        11(10) LambdaFunctionStarted
        12(7) LambdaFunctionFailed E / no
        13(12) MapIterationFailed M[0]
        14(11) TaskStateAborted
        15(11) MapIterationAborted M[1]
        16(12) MapStateFailed
        17(16) MapStateExited M {"Error":"E","Cause":"no"}
        18(17) PassStateEntered P {"Error":"E","Cause":"no"}
        19(18) PassStateExited P {"Error":"E","Cause":"no"}
        20(19) ExecutionSucceeded {"Error":"E","Cause":"no"}
    "#]],
    );
}

#[test]
fn a_map_is_retried_without_a_second_entry() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
        "ItemProcessor": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}}}}"#;
    check(
        run(definition, "[1]"),
        &expect![[r#"
        1(0) ExecutionStarted [1]
        2(0) MapStateEntered M [1]
        3(2) MapStateStarted length 1
        4(3) MapIterationStarted M[0]
        5(4) FailStateEntered F 1
        6(5) MapIterationFailed M[0]
        7(5) MapStateStarted +1000ms length 1
        8(7) MapIterationStarted +1000ms M[0]
        9(8) FailStateEntered +1000ms F 1
        10(9) MapIterationFailed +1000ms M[0]
        11(9) MapStateFailed +1000ms
        12(11) ExecutionFailed +1000ms E / c
    "#]],
    );
}

#[test]
fn branches_join_in_their_order() {
    let definition = with_function(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "FUNCTION", "End": true}}},
            {"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": "b", "End": true}}}]}}}"#,
    );
    check(
        run(&definition, "{}").answer("A", &[Answer::Ok("\"a\"")]),
        &expect![[r#"
        1(0) ExecutionStarted {}
        2(0) ParallelStateEntered P {}
        3(2) ParallelStateStarted
        4(3) TaskStateEntered A {}
        5(4) LambdaFunctionScheduled {}
        6(5) LambdaFunctionStarted
        7(3) PassStateEntered B {}
        8(7) PassStateExited B "b"
        9(6) LambdaFunctionSucceeded "a"
        10(9) TaskStateExited A "a"
        11(10) ParallelStateSucceeded
        12(10) ParallelStateExited P ["a","b"]
        13(12) ExecutionSucceeded ["a","b"]
    "#]],
    );
}

#[test]
fn a_failing_branch_cuts_off_its_siblings_and_goes_up() {
    let definition = with_function(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "FUNCTION", "End": true}}},
            {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}},
            {"StartAt": "N", "States": {"N": {"Type": "Map", "End": true, "ItemsPath": "$.items",
                "ItemProcessor": {"StartAt": "X", "States": {"X": {"Type": "Wait", "Seconds": 9, "End": true}}}}}}
        ]}}}"#,
    );
    check(
        run(&definition, r#"{"items":[1]}"#).answer("A", &[Answer::Err("E", "c")]),
        &expect![[r#"
            1(0) ExecutionStarted {"items":[1]}
            2(0) ParallelStateEntered P {"items":[1]}
            3(2) ParallelStateStarted
            4(3) TaskStateEntered A {"items":[1]}
            5(4) LambdaFunctionScheduled {"items":[1]}
            6(5) LambdaFunctionStarted
            7(3) WaitStateEntered W {"items":[1]}
            8(3) MapStateEntered N {"items":[1]}
            9(8) MapStateStarted length 1
            10(9) MapIterationStarted N[0]
            11(10) WaitStateEntered X 1
            12(6) LambdaFunctionFailed E / c
            13(12) TaskStateAborted
            14(7) WaitStateAborted
            15(11) WaitStateAborted
            16(11) MapIterationAborted N[0]
            17(9) MapStateAborted
            18(12) ParallelStateFailed
            19(18) ExecutionFailed E / c
        "#]],
    );
}

#[test]
fn a_timeout_calls_the_attempt_back() {
    let definition = with_function(
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "FUNCTION", "TimeoutSeconds": 5, "End": true,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "P"}]}, "P": {"Type": "Pass", "End": true}}}"#,
    );
    let run = run(&definition, "{}").answer("T", &[Answer::Silence]).run_out();
    assert_eq!(run.calls, ["T#1 {}", "cancel #1"]);
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) TaskStateEntered T {}
        3(2) LambdaFunctionScheduled {}
        4(3) LambdaFunctionStarted
        5(4) LambdaFunctionTimedOut +5000ms States.Timeout / -
        6(5) TaskStateExited +5000ms T {"Error":"States.Timeout","Cause":""}
        7(6) PassStateEntered +5000ms P {"Error":"States.Timeout","Cause":""}
        8(7) PassStateExited +5000ms P {"Error":"States.Timeout","Cause":""}
        9(8) ExecutionSucceeded +5000ms {"Error":"States.Timeout","Cause":""}
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn the_whole_execution_times_out_at_its_due_time() {
    let definition = r#"{"StartAt": "W", "TimeoutSeconds": 3, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
    check(
        run(definition, "{}"),
        &expect![[r#"
        1(0) ExecutionStarted {}
        2(0) WaitStateEntered W {}
        3(0) ExecutionTimedOut +3000ms States.Timeout / -
    "#]],
    );
}

#[test]
fn a_stop_stands_apart_from_the_chain() {
    let definition = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
    let mut run = run(definition, "{}");
    run.input(stateline_engine::Input::Stop(stateline_base::Failure::new("Stopped", "by hand")));
    expect![[r#"
        1(0) ExecutionStarted {}
        2(0) WaitStateEntered W {}
        3(0) ExecutionAborted Stopped / by hand
    "#]]
    .assert_eq(&run.print());
}
