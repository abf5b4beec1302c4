//! Redrive: what runs again for each kind of state (reference 02, section 8), and when it may.

mod common;

use common::{Answer, Run, START, run};
use expect_test::{Expect, expect};
use stateline_base::{Failure, Limits, Timestamp};
use stateline_engine::{Input, MapRunStatus, NotRedrivable, Rejection, Setting, advance};
use stateline_journal::{ChildEnding, MachineKind};

/// Runs to the end, redrives, and runs to the end again.
fn redriven(run: Run) -> Run {
    let mut run = run.run_out();
    redrive(&mut run, None).expect("it has ended badly");
    run.run_out()
}

fn redrive(run: &mut Run, token: Option<&str>) -> Result<(), Rejection> {
    let setting = Setting {
        program: &run.program,
        limits: &run.limits,
        records_max: 4_096,
        outside: &stateline_engine::Apart,
    };
    let input = Input::Redrive { token: token.map(Into::into), map_run: 0 };
    let mut copy = run.x.clone();
    advance(setting, &mut copy, input.clone(), run.now)?;
    run.input(input);
    Ok(())
}

/// What was asked of the world, the history, and how it ended.
fn check(run: &Run, expected: &Expect) {
    let calls: String = run.calls.iter().map(|call| format!("> {call}\n")).collect();
    expected.assert_eq(&format!("{calls}{}= {}\n", run.print(), run.output()));
}

fn task(fields: &str) -> String {
    format!(
        r#"{{"StartAt": "A", "States": {{
            "A": {{"Type": "Pass", "Result": {{"a": 1}}, "Next": "T"}},
            "T": {{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true{fields}}}}}}}"#
    )
}

#[test]
fn a_task_is_scheduled_again_with_fresh_retries() {
    let retry = r#", "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
        "Parameters": {"in.$": "$", "retry.$": "$$.State.RetryCount", "redrive.$": "$$.Execution.RedriveCount"}"#;
    let failure = || Answer::Err("E", "again");
    let first = run(&task(retry), "{}").answer("T", &[failure(), failure(), failure(), Answer::Ok("7")]);
    check(
        &redriven(first),
        &expect![[r#"
        > T#1 {"in":{"a":1},"retry":0,"redrive":0}
        > T#2 {"in":{"a":1},"retry":1,"redrive":0}
        > T#3 {"in":{"a":1},"retry":0,"redrive":1}
        > T#4 {"in":{"a":1},"retry":1,"redrive":1}
        1(0) ExecutionStarted {}
        2(0) PassStateEntered A {}
        3(2) PassStateExited A {"a":1}
        4(3) TaskStateEntered T {"a":1}
        5(4) LambdaFunctionScheduled {"in":{"a":1},"retry":0,"redrive":0}
        6(5) LambdaFunctionStarted
        7(6) LambdaFunctionFailed E / again
        8(7) LambdaFunctionScheduled +1000ms {"in":{"a":1},"retry":1,"redrive":0}
        9(8) LambdaFunctionStarted +1000ms
        10(9) LambdaFunctionFailed +1000ms E / again
        11(10) ExecutionFailed +1000ms E / again
        12(11) ExecutionRedriven +1001ms redrive 1
        13(12) LambdaFunctionScheduled +1001ms {"in":{"a":1},"retry":0,"redrive":1}
        14(13) LambdaFunctionStarted +1001ms
        15(14) LambdaFunctionFailed +1001ms E / again
        16(15) LambdaFunctionScheduled +2001ms {"in":{"a":1},"retry":1,"redrive":1}
        17(16) LambdaFunctionStarted +2001ms
        18(17) LambdaFunctionSucceeded +2001ms 7
        19(18) TaskStateExited +2001ms T 7
        20(19) ExecutionSucceeded +2001ms 7
        = 7
    "#]],
    );
}

#[test]
fn a_wait_begins_anew_and_a_moment_that_has_passed_is_over_at_once() {
    let wait = |until: &str| {
        format!(
            r#"{{"StartAt": "W", "States": {{"W": {{"Type": "Wait", {until}, "Next": "P"}}, "P": {{"Type": "Pass", "End": true}}}}}}"#
        )
    };
    for (until, expected) in [
        (
            r#""Seconds": 10"#,
            expect![[r#"
            1(0) ExecutionStarted {}
            2(0) WaitStateEntered W {}
            3(0) ExecutionAborted +3000ms Stopped / by hand
            4(3) ExecutionRedriven +8000ms redrive 1
            5(4) WaitStateExited +18000ms W {}
            6(5) PassStateEntered +18000ms P {}
            7(6) PassStateExited +18000ms P {}
            8(7) ExecutionSucceeded +18000ms {}
            = {}
        "#]],
        ),
        (
            r#""Timestamp": "2023-11-14T22:13:25Z""#,
            expect![[r#"
            1(0) ExecutionStarted {}
            2(0) WaitStateEntered W {}
            3(0) ExecutionAborted +3000ms Stopped / by hand
            4(3) ExecutionRedriven +8000ms redrive 1
            5(4) WaitStateExited +8000ms W {}
            6(5) PassStateEntered +8000ms P {}
            7(6) PassStateExited +8000ms P {}
            8(7) ExecutionSucceeded +8000ms {}
            = {}
        "#]],
        ),
    ] {
        let mut stopped = run(&wait(until), "{}");
        stopped.now = START.plus_millis(3_000);
        stopped.input(Input::Stop(Failure::new("Stopped", "by hand")));
        stopped.now = START.plus_millis(8_000);
        redrive(&mut stopped, None).expect("it was stopped");
        check(&stopped.run_out(), &expected);
    }
}

#[test]
fn a_choice_is_made_again_and_a_fail_state_fails_again() {
    let choice = r#"{"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [
            {"Variable": "$$.Execution.RedriveCount", "NumericEquals": 1, "Next": "F"}]},
        "F": {"Type": "Fail", "Error": "Last", "Cause": "as it says"}}}"#;
    let mut twice = redriven(run(choice, "{}"));
    redrive(&mut twice, None).expect("it failed");
    check(
        &twice,
        &expect![[r#"
        1(0) ExecutionStarted {}
        2(0) ChoiceStateEntered C {}
        3(2) ExecutionFailed States.Runtime / An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.
        4(3) ExecutionRedriven +1ms redrive 1
        5(4) ChoiceStateExited +1ms C {}
        6(5) FailStateEntered +1ms F {}
        7(6) ExecutionFailed +1ms Last / as it says
        8(7) ExecutionRedriven +2ms redrive 2
        9(8) ExecutionFailed +2ms Last / as it says
        = Last: as it says
    "#]],
    );
}

/// Three branches: one is done, one fails, one is cut off.
const PARALLEL: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "Result": "done", "End": true}}},
    {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f"}, "End": true}}},
    {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "After"},
        "After": {"Type": "Pass", "Result": "waited", "End": true}}}]}}}"#;

#[test]
fn branches_that_had_succeeded_stay() {
    let first = run(PARALLEL, "{}").answer("T", &[Answer::Err("E", "once"), Answer::Ok(r#"{"Payload": 1}"#)]);
    check(
        &redriven(first),
        &expect![[r#"
        > T#1 {"FunctionName":"f"}
        > T#2 {"FunctionName":"f"}
        1(0) ExecutionStarted {}
        2(0) ParallelStateEntered P {}
        3(2) ParallelStateStarted
        4(3) PassStateEntered Done {}
        5(4) PassStateExited Done "done"
        6(3) TaskStateEntered T {}
        7(6) TaskScheduled lambda:invoke {"FunctionName":"f"}
        8(7) TaskStarted
        9(3) WaitStateEntered W {}
        10(8) TaskFailed E / once
        11(10) TaskStateAborted
        12(9) WaitStateAborted
        13(10) ParallelStateFailed
        14(13) ExecutionFailed E / once
        15(14) ExecutionRedriven +1ms redrive 1
        16(15) TaskScheduled +1ms lambda:invoke {"FunctionName":"f"}
        17(16) TaskStarted +1ms
        18(17) TaskSucceeded +1ms {"Payload": 1}
        19(18) TaskStateExited +1ms T {"Payload": 1}
        20(15) WaitStateExited +5001ms W {}
        21(20) PassStateEntered +5001ms After {}
        22(21) PassStateExited +5001ms After "waited"
        23(22) ParallelStateSucceeded +5001ms
        24(22) ParallelStateExited +5001ms P ["done",{"Payload":1},"waited"]
        25(24) ExecutionSucceeded +5001ms ["done",{"Payload":1},"waited"]
        = ["done",{"Payload":1},"waited"]
    "#]],
    );
}

#[test]
fn iterations_that_had_succeeded_stay_and_the_others_go_on() {
    let map = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 2, "End": true,
        "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true}}}}}}"#;
    let answers =
        [Answer::Ok("10"), Answer::Err("E", "once"), Answer::Ok("20"), Answer::Ok("30"), Answer::Ok("40")];
    check(
        &redriven(run(map, "[1,2,3,4]").answer("T", &answers)),
        &expect![[r#"
        > T#1 1
        > T#2 2
        > T#3 3
        > cancel #3
        > T#4 2
        > T#5 3
        > T#6 4
        1(0) ExecutionStarted [1,2,3,4]
        2(0) MapStateEntered M [1,2,3,4]
        3(2) MapStateStarted length 4
        4(3) MapIterationStarted M[0]
        5(4) TaskStateEntered T 1
        6(5) LambdaFunctionScheduled 1
        7(6) LambdaFunctionStarted
        8(3) MapIterationStarted M[1]
        9(8) TaskStateEntered T 2
        10(9) LambdaFunctionScheduled 2
        11(10) LambdaFunctionStarted
        12(7) LambdaFunctionSucceeded 10
        13(12) TaskStateExited T 10
        14(13) MapIterationSucceeded M[0]
        15(13) MapIterationStarted M[2]
        16(15) TaskStateEntered T 3
        17(16) LambdaFunctionScheduled 3
        18(17) LambdaFunctionStarted
        19(11) LambdaFunctionFailed E / once
        20(19) MapIterationFailed M[1]
        21(18) TaskStateAborted
        22(18) MapIterationAborted M[2]
        23(19) MapStateFailed
        24(23) ExecutionFailed E / once
        25(24) ExecutionRedriven +1ms redrive 1
        26(25) LambdaFunctionScheduled +1ms 2
        27(26) LambdaFunctionStarted +1ms
        28(25) LambdaFunctionScheduled +1ms 3
        29(28) LambdaFunctionStarted +1ms
        30(27) LambdaFunctionSucceeded +1ms 20
        31(30) TaskStateExited +1ms T 20
        32(31) MapIterationSucceeded +1ms M[1]
        33(31) MapIterationStarted +1ms M[3]
        34(33) TaskStateEntered +1ms T 4
        35(34) LambdaFunctionScheduled +1ms 4
        36(35) LambdaFunctionStarted +1ms
        37(29) LambdaFunctionSucceeded +1ms 30
        38(37) TaskStateExited +1ms T 30
        39(38) MapIterationSucceeded +1ms M[2]
        40(36) LambdaFunctionSucceeded +1ms 40
        41(40) TaskStateExited +1ms T 40
        42(41) MapIterationSucceeded +1ms M[3]
        43(42) MapStateSucceeded +1ms
        44(42) MapStateExited +1ms M [10,20,30,40]
        45(44) ExecutionSucceeded +1ms [10,20,30,40]
        = [10,20,30,40]
    "#]],
    );
}

#[test]
fn everything_runs_again_when_the_results_were_too_large() {
    let limits = Limits { payload_bytes_max: 60, ..Limits::default() };
    let large = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": true}}},
        {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}]}}}"#;
    let long = r#""012345678901234567890123456789012345678901234567890""#;
    let first = Run::new(large, r#"{"x": 12345}"#, MachineKind::Standard, limits)
        .answer("T", &[Answer::Ok(long), Answer::Ok("1")]);
    check(
        &redriven(first),
        &expect![[r#"
        > T#1 {"x": 12345}
        > T#2 {"x": 12345}
        1(0) ExecutionStarted {"x": 12345}
        2(0) ParallelStateEntered P {"x": 12345}
        3(2) ParallelStateStarted
        4(3) TaskStateEntered T {"x": 12345}
        5(4) LambdaFunctionScheduled {"x": 12345}
        6(5) LambdaFunctionStarted
        7(3) PassStateEntered B {"x": 12345}
        8(7) PassStateExited B {"x": 12345}
        9(6) LambdaFunctionSucceeded "012345678901234567890123456789012345678901234567890"
        10(9) TaskStateExited T "012345678901234567890123456789012345678901234567890"
        11(10) ParallelStateSucceeded
        12(10) ExecutionFailed States.DataLimitExceeded / The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit.
        13(12) ExecutionRedriven +1ms redrive 1
        14(13) ParallelStateStarted +1ms
        15(14) TaskStateEntered +1ms T {"x": 12345}
        16(15) LambdaFunctionScheduled +1ms {"x": 12345}
        17(16) LambdaFunctionStarted +1ms
        18(14) PassStateEntered +1ms B {"x": 12345}
        19(18) PassStateExited +1ms B {"x": 12345}
        20(17) LambdaFunctionSucceeded +1ms 1
        21(20) TaskStateExited +1ms T 1
        22(21) ParallelStateSucceeded +1ms
        23(21) ParallelStateExited +1ms P [1,{"x":12345}]
        24(23) ExecutionSucceeded +1ms [1,{"x":12345}]
        = [1,{"x":12345}]
    "#]],
    );
}

#[test]
fn what_came_of_branches_is_looked_at_again_without_running_them() {
    let selector = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
        "ResultSelector": {"x.$": "$$.Execution.RedriveTime"}, "Branches": [
        {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}]}}}"#;
    check(
        &redriven(run(selector, "{}")),
        &expect![[r#"
        1(0) ExecutionStarted {}
        2(0) ParallelStateEntered P {}
        3(2) ParallelStateStarted
        4(3) PassStateEntered B {}
        5(4) PassStateExited B {}
        6(5) ParallelStateSucceeded
        7(5) ExecutionFailed States.Runtime / An error occurred while executing the state 'P' (entered at the event id #2). The JSONPath '$$.Execution.RedriveTime' specified for the field 'x.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":{},"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"P","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0}}'
        8(7) ExecutionRedriven +1ms redrive 1
        9(8) ParallelStateSucceeded +1ms
        10(8) ParallelStateExited +1ms P {"x":"2023-11-14T22:13:20.001Z"}
        11(10) ExecutionSucceeded +1ms {"x":"2023-11-14T22:13:20.001Z"}
        = {"x":"2023-11-14T22:13:20.001Z"}
    "#]],
    );
    let empty = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "ResultSelector": {"x.$": "$$.Execution.RedriveTime"},
        "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}}}"#;
    check(
        &redriven(run(empty, "[1]")),
        &expect![[r#"
        1(0) ExecutionStarted [1]
        2(0) MapStateEntered M [1]
        3(2) MapStateStarted length 1
        4(3) MapIterationStarted M[0]
        5(4) PassStateEntered B 1
        6(5) PassStateExited B 1
        7(6) MapIterationSucceeded M[0]
        8(7) MapStateSucceeded
        9(7) ExecutionFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$$.Execution.RedriveTime' specified for the field 'x.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":[1],"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"M","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0}}'
        10(9) ExecutionRedriven +1ms redrive 1
        11(10) MapStateSucceeded +1ms
        12(10) MapStateExited +1ms M {"x":"2023-11-14T22:13:20.001Z"}
        13(12) ExecutionSucceeded +1ms {"x":"2023-11-14T22:13:20.001Z"}
        = {"x":"2023-11-14T22:13:20.001Z"}
    "#]],
    );
}

#[test]
fn a_timeout_of_the_whole_begins_again() {
    let definition = r#"{"TimeoutSeconds": 10, "StartAt": "T", "States": {"T": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "TimeoutSeconds": 30, "End": true}}}"#;
    let mut twice = redriven(run(definition, "{}").answer("T", &[Answer::Silence]));
    redrive(&mut twice, None).expect("it timed out");
    check(
        &twice,
        &expect![[r#"
        > T#1 {}
        > cancel #1
        > T#2 {}
        > cancel #2
        > T#3 {}
        1(0) ExecutionStarted {}
        2(0) TaskStateEntered T {}
        3(2) LambdaFunctionScheduled {}
        4(3) LambdaFunctionStarted
        5(0) ExecutionTimedOut +10000ms States.Timeout / -
        6(5) ExecutionRedriven +10001ms redrive 1
        7(6) LambdaFunctionScheduled +10001ms {}
        8(7) LambdaFunctionStarted +10001ms
        9(0) ExecutionTimedOut +20001ms States.Timeout / -
        10(9) ExecutionRedriven +20002ms redrive 2
        11(10) LambdaFunctionScheduled +20002ms {}
        12(11) LambdaFunctionStarted +20002ms
        = None
    "#]],
    );
    assert_eq!(twice.x.wake(), twice.x.redrives.at.map(|at| at.plus_millis(10_000)));
    assert_eq!(twice.x.redrives.open_millis, 20_000);
}

/// A distributed Map with these fields, whose children pass their input on.
fn distributed(fields: &str) -> String {
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "Label": "M", "End": true{fields}, "ItemProcessor": {{
        "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "StartAt": "C", "States": {{"C": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
    )
}

#[test]
fn a_map_run_goes_on_with_the_children_that_did_not_succeed() {
    let answers = [Answer::Ok("10"), Answer::Err("E", "once"), Answer::Ok("20")];
    let first = run(&distributed(r#", "MaxConcurrency": 2"#), "[1,2,3,4]").answer("child", &answers);
    let mut failed = first.run_out();
    redrive(&mut failed, None).expect("it failed");
    let summary = failed.x.map_runs.values().next().expect("there is one").clone();
    assert_eq!((summary.status, summary.redrives, summary.stopped_at), (MapRunStatus::Running, 1, None));
    let counts = summary.children;
    assert_eq!((counts.succeeded, counts.running, counts.pending, counts.total), (1, 2, 1, 4));
    assert_eq!((counts.failed, counts.aborted, counts.pending_redrive), (0, 0, 0));
    let out = failed.x.children_out();
    let redrives: Vec<_> =
        out.iter().map(|child| (child.attempt, child.redrive.map(|of| of.map_run))).collect();
    assert_eq!(redrives, [(2, Some(1)), (3, Some(1))]);
    check(
        &failed.run_out(),
        &expect![[r#"
        > child #1 1
        > child #2 2
        > child #3 3
        > stop child #3
        > child #2 2
        > child #3 3
        > child #4 4
        1(0) ExecutionStarted [1,2,3,4]
        2(0) MapStateEntered M [1,2,3,4]
        3(2) MapStateStarted length 4
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateFailed
        7(6) ExecutionFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        8(7) ExecutionRedriven +1ms redrive 1
        9(8) MapRunRedriven +1ms redrive 1
        10(9) MapRunSucceeded +1ms
        11(10) MapStateSucceeded +1ms
        12(9) MapStateExited +1ms M [10,20,3,4]
        13(12) ExecutionSucceeded +1ms [10,20,3,4]
        = [10,20,3,4]
    "#]],
    );
}

#[test]
fn children_wait_for_their_redrive_within_the_concurrency() {
    let mut run = run(&distributed(r#", "MaxConcurrency": 3"#), "[1,2,3]");
    run.input(Input::Stop(Failure::default()));
    let narrow = {
        redrive(&mut run, None).expect("it was stopped");
        let open = run.x.map_runs.values().next().expect("there is one");
        Input::UpdateMapRun {
            map_run_arn: open.arn.clone(),
            limits: stateline_journal::MapRunLimits { concurrency: 1, ..open.limits },
        }
    };
    run.input(narrow);
    run.input(Input::Stop(Failure::default()));
    redrive(&mut run, None).expect("it was stopped");
    let counts = run.x.map_runs.values().next().expect("there is one").items;
    assert_eq!((counts.running, counts.pending_redrive, counts.aborted), (1, 2, 0));
    // Stopped once more, those that were waiting stand as they ended.
    run.input(Input::Stop(Failure::default()));
    let counts = run.x.map_runs.values().next().expect("there is one").items;
    assert_eq!((counts.running, counts.pending_redrive, counts.aborted), (0, 0, 3));
    redrive(&mut run, None).expect("it was stopped");
    check(
        &run.run_out(),
        &expect![[r#"
        > child #1 1
        > child #2 2
        > child #3 3
        > stop child #1
        > stop child #2
        > stop child #3
        > child #1 1
        > child #2 2
        > child #3 3
        > stop child #1
        > stop child #2
        > stop child #3
        > child #1 1
        > stop child #1
        > child #1 1
        > child #2 2
        > child #3 3
        1(0) ExecutionStarted [1,2,3]
        2(0) MapStateEntered M [1,2,3]
        3(2) MapStateStarted length 3
        4(3) MapRunStarted
        5(4) MapRunAborted
        6(0) ExecutionAborted - / -
        7(6) ExecutionRedriven +1ms redrive 1
        8(7) MapRunRedriven +1ms redrive 1
        9(8) MapRunAborted +1ms
        10(0) ExecutionAborted +1ms - / -
        11(10) ExecutionRedriven +2ms redrive 2
        12(11) MapRunRedriven +2ms redrive 2
        13(12) MapRunAborted +2ms
        14(0) ExecutionAborted +2ms - / -
        15(14) ExecutionRedriven +3ms redrive 3
        16(15) MapRunRedriven +3ms redrive 3
        17(16) MapRunSucceeded +3ms
        18(17) MapStateSucceeded +3ms
        19(16) MapStateExited +3ms M [1,2,3]
        20(19) ExecutionSucceeded +3ms [1,2,3]
        = [1,2,3]
    "#]],
    );
}

#[test]
fn a_new_map_run_begins_when_the_old_one_cannot_be_gone_on_with() {
    let limits = Limits { payload_bytes_max: 60, ..Limits::default() };
    let long = Answer::Ok(r#""01234567890123456789012345678901234567890123""#);
    let first = Run::new(&distributed(""), "[1,2]", MachineKind::Standard, limits)
        .answer("child", &[long.clone(), long, Answer::Ok("1"), Answer::Ok("2")]);
    check(
        &redriven(first),
        &expect![[r#"
        > child #1 1
        > child #2 2
        > child #3 1
        > child #4 2
        1(0) ExecutionStarted [1,2]
        2(0) MapStateEntered M [1,2]
        3(2) MapStateStarted length 2
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) ExecutionFailed States.DataLimitExceeded / The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit.
        8(7) ExecutionRedriven +1ms redrive 1
        9(8) MapStateStarted +1ms length 2
        10(9) MapRunStarted +1ms
        11(10) MapRunSucceeded +1ms
        12(11) MapStateSucceeded +1ms
        13(10) MapStateExited +1ms M [1,2]
        14(13) ExecutionSucceeded +1ms [1,2]
        = [1,2]
    "#]],
    );
    let selector =
        r#", "ItemSelector": {"x.$": "$$.Execution.RedriveTime"}, "ResultSelector": {"n.$": "$[0].x"}"#;
    let again = redriven(run(&distributed(selector), "[1]"));
    assert_eq!(again.x.map_runs.len(), 2);
    check(
        &again,
        &expect![[r#"
        > child #1 {"x":"2023-11-14T22:13:20.001Z"}
        1(0) ExecutionStarted [1]
        2(0) MapStateEntered M [1]
        3(2) MapStateStarted length 1
        4(3) MapRunStarted
        5(4) MapRunFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$$.Execution.RedriveTime' specified for the field 'x.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":[1],"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"M","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0},"Map":{"Item":{"Index":0,"Value":1,"Source":"STATE_DATA"}}}'
        6(5) MapStateFailed
        7(6) ExecutionFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$$.Execution.RedriveTime' specified for the field 'x.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":[1],"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"M","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0},"Map":{"Item":{"Index":0,"Value":1,"Source":"STATE_DATA"}}}'
        8(7) ExecutionRedriven +1ms redrive 1
        9(8) MapStateStarted +1ms length 1
        10(9) MapRunStarted +1ms
        11(10) MapRunSucceeded +1ms
        12(11) MapStateSucceeded +1ms
        13(10) MapStateExited +1ms M {"n":"2023-11-14T22:13:20.001Z"}
        14(13) ExecutionSucceeded +1ms {"n":"2023-11-14T22:13:20.001Z"}
        = {"n":"2023-11-14T22:13:20.001Z"}
    "#]],
    );
}

#[test]
fn a_child_that_has_filled_its_history_fails_its_map_run_again() {
    let mut run = run(&distributed(""), "[1]");
    let cause = "The execution reached the maximum number of history events (25000).";
    let ending = ChildEnding::Failed(Failure::runtime(cause));
    run.input(Input::ChildEnded { attempt: 1, ending, started_at: START, stopped_at: START });
    redrive(&mut run, None).expect("it failed");
    let counts = run.x.map_runs.values().next().expect("there is one").items;
    assert_eq!((counts.failed, counts.failures_not_redrivable, counts.pending_redrive), (1, 1, 0));
    check(
        &run,
        &expect![[r#"
        > child #1 1
        1(0) ExecutionStarted [1]
        2(0) MapStateEntered M [1]
        3(2) MapStateStarted length 1
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateFailed
        7(6) ExecutionFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        8(7) ExecutionRedriven +1ms redrive 1
        9(8) MapRunRedriven +1ms redrive 1
        10(9) MapRunFailed +1ms States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        11(10) MapStateFailed +1ms
        12(11) ExecutionFailed +1ms States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        = States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded
    "#]],
    );
}

#[test]
fn children_that_wait_to_go_on_stay_as_they_were_where_the_history_is_full() {
    // There is room for the Map Run's redrive, and none to say that it fails again.
    let limits = Limits { history_events_max: 10, ..Limits::default() };
    let mut run = Run::new(&distributed(""), "[1,2]", MachineKind::Standard, limits);
    let cause = "The execution reached the maximum number of history events (10).";
    let ending = ChildEnding::Failed(Failure::runtime(cause));
    run.input(Input::ChildEnded { attempt: 1, ending, started_at: START, stopped_at: START });
    let summary = |run: &Run| run.x.map_runs.values().next().expect("there is one").clone();
    let before = summary(&run);
    assert_eq!((before.status, before.items.failed, before.items.aborted), (MapRunStatus::Failed, 1, 1));
    redrive(&mut run, None).expect("it failed");
    let after = summary(&run);
    assert_eq!((after.status, after.redrives), (MapRunStatus::Aborted, 1));
    assert_eq!((after.items, after.children), (before.items, before.children));
    check(
        &run,
        &expect![[r#"
        > child #1 1
        > child #2 2
        > stop child #2
        1(0) ExecutionStarted [1,2]
        2(0) MapStateEntered M [1,2]
        3(2) MapStateStarted length 2
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateFailed
        7(6) ExecutionFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        8(7) ExecutionRedriven +1ms redrive 1
        9(8) MapRunRedriven +1ms redrive 1
        10(9) ExecutionFailed +1ms States.Runtime / The execution reached the maximum number of history events (10).
        = States.Runtime: The execution reached the maximum number of history events (10).
    "#]],
    );
}

#[test]
fn a_bad_max_items_is_bad_again() {
    let map = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
            "ReaderConfig": {"MaxItemsPath": "$.max"}, "Parameters": {"Bucket": "b"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;
    let run = redriven(run(map, r#"{"max": -1}"#));
    // Nothing is asked for in between.
    check(
        &run,
        &expect![[r#"
            > release
            > release
            1(0) ExecutionStarted {"max": -1}
            2(0) MapStateEntered M {"max": -1}
            3(2) MapStateStarted length 0
            4(3) MapRunStarted
            5(4) MapRunFailed States.ItemReaderFailed / field MaxItems must be positive
            6(5) MapStateFailed
            7(6) ExecutionFailed States.ItemReaderFailed / field MaxItems must be positive
            8(7) ExecutionRedriven +1ms redrive 1
            9(8) MapStateStarted +1ms length 0
            10(9) MapRunStarted +1ms
            11(10) MapRunFailed +1ms States.ItemReaderFailed / field MaxItems must be positive
            12(11) MapStateFailed +1ms
            13(12) ExecutionFailed +1ms States.ItemReaderFailed / field MaxItems must be positive
            = States.ItemReaderFailed: field MaxItems must be positive
        "#]],
    );
}

#[test]
fn an_express_child_begins_again() {
    let mut run = Run::new(&task(""), "{}", MachineKind::Express, Limits::default())
        .answer("T", &[Answer::Err("E", "once")])
        .run_out();
    redrive(&mut run, None).expect("it failed");
    check(
        &run.run_out(),
        &expect![[r#"
        > T#1 {"a":1}
        > T#2 {"a":1}
        1(0) ExecutionStarted {}
        2(0) PassStateEntered A {}
        3(2) PassStateExited A {"a":1}
        4(3) TaskStateEntered T {"a":1}
        5(4) LambdaFunctionScheduled {"a":1}
        6(5) LambdaFunctionStarted
        7(6) LambdaFunctionFailed E / once
        8(7) ExecutionFailed E / once
        9(8) ExecutionRedriven +1ms redrive 1
        10(9) PassStateEntered +1ms A {}
        11(10) PassStateExited +1ms A {"a":1}
        12(11) TaskStateEntered +1ms T {"a":1}
        13(12) LambdaFunctionScheduled +1ms {"a":1}
        14(13) LambdaFunctionStarted +1ms
        15(14) LambdaFunctionSucceeded +1ms {"a":1}
        16(15) TaskStateExited +1ms T {"a":1}
        17(16) ExecutionSucceeded +1ms {"a":1}
        = {"a":1}
    "#]],
    );
}

#[test]
fn who_may_not_be_redriven_is_told_why() {
    let failing = || run(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}"#, "{}");
    let refused = |run: &mut Run| match redrive(run, None) {
        Err(Rejection::NotRedrivable(why)) => why,
        other => panic!("it is refused: {other:?}"),
    };
    assert_eq!(refused(&mut run(&task(""), "{}")), NotRedrivable::Running);
    assert_eq!(refused(&mut run(&task(""), "{}").run_out()), NotRedrivable::Succeeded);
    let mut late = failing();
    late.now = START.plus_millis(14 * 86_400_000);
    redrive(&mut late, None).expect("the last moment");
    let mut late = failing();
    late.now = START.plus_millis(14 * 86_400_000 + 1);
    assert_eq!(refused(&mut late), NotRedrivable::EndedTooLongAgo);
    let mut full = failing();
    full.limits.history_events_max = 5;
    redrive(&mut full, None).expect("there is room for it and the end");
    assert_eq!(full.x.last_id, 5);
    assert_eq!(refused(&mut full), NotRedrivable::HistoryFull);
    let mut long = run(&task(""), "{}").answer("T", &[Answer::Silence]).run_out();
    assert_eq!(refused(&mut long), NotRedrivable::OpenTooLong);
    let mut often = run(&distributed(""), "[1]");
    often.limits.map_run_redrives_max = 1;
    often.input(Input::Stop(Failure::default()));
    redrive(&mut often, None).expect("once is allowed");
    often.input(Input::Stop(Failure::default()));
    assert_eq!(refused(&mut often), NotRedrivable::MapRunRedrivenTooOften);
}

#[test]
fn the_last_ten_tokens_are_known_for_a_quarter_of_an_hour() {
    let mut run = run(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}"#, "{}");
    let mut times: Vec<Timestamp> = Vec::new();
    for token in 0..11 {
        run.now = run.now.plus_millis(1_000);
        redrive(&mut run, Some(&format!("token-{token}"))).expect("it failed");
        times.push(run.x.redrives.at.expect("it was redriven"));
    }
    assert_eq!(run.x.redriven_by("token-0", run.now), None);
    assert_eq!(run.x.redriven_by("token-1", run.now), Some(times[1]));
    let last = times[10];
    assert_eq!(run.x.redriven_by("token-10", last.plus_millis(899_999)), Some(last));
    assert_eq!(run.x.redriven_by("token-10", last.plus_millis(900_000)), None);
    assert_eq!(run.x.redrives.count, 11);
}

#[test]
fn a_token_that_is_used_anew_counts_from_then_on() {
    let mut run = run(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}"#, "{}");
    redrive(&mut run, Some("token")).expect("it failed");
    run.now = run.now.plus_millis(900_000);
    redrive(&mut run, Some("token")).expect("it failed, and the token is forgotten");
    let again = run.x.redrives.at.expect("it was redriven");
    assert_eq!(run.x.redriven_by("token", again.plus_millis(1)), Some(again));
    assert_eq!(run.x.redrives.count, 2);
}
