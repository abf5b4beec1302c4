//! Distributed Maps: what a parent asks for, its whole history, and its result.

mod common;

use common::{Answer, Run, run};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stateline_base::{Failure, Limits, Payload};
use stateline_engine::{Ending, Input, MapRunStatus, MapRunSummary, Rejection};
use stateline_journal::{ChildEnding, MachineKind, MapRunLimits};

/// A Map with these fields, whose children pass their input on, and what catches its failures.
fn map(fields: &Value) -> String {
    let mut map = json!({"Type": "Map", "Label": "M", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}}});
    if let (Value::Object(map), Value::Object(fields)) = (&mut map, fields) {
        map.extend(fields.clone());
    }
    json!({"StartAt": "M", "States": {"M": map, "P": {"Type": "Pass", "End": true}}}).to_string()
}

/// What was asked of the world, the history, and how it ended.
fn told(run: &Run) -> String {
    let calls: String = run.calls.iter().map(|call| format!("> {call}\n")).collect();
    format!("{calls}{}= {}\n", run.print(), run.output())
}

fn check(run: Run, expected: &Expect) {
    expected.assert_eq(&told(&run.run_out()));
}

/// The only Map Run of an execution.
fn only(run: &Run) -> &MapRunSummary {
    assert_eq!(run.x.map_runs.len(), 1);
    run.x.map_runs.values().next().expect("there is one")
}

#[test]
fn every_item_is_a_child() {
    check(
        run(&map(&json!({})), r#"["a","b"]"#),
        &expect![[r#"
        > child #1 "a"
        > child #2 "b"
        1(0) ExecutionStarted ["a","b"]
        2(0) MapStateEntered M ["a","b"]
        3(2) MapStateStarted length 2
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M ["a","b"]
        8(7) ExecutionSucceeded ["a","b"]
        = ["a","b"]
    "#]],
    );
}

#[test]
fn no_item_is_no_child() {
    check(
        run(&map(&json!({})), "[]"),
        &expect![[r#"
        1(0) ExecutionStarted []
        2(0) MapStateEntered M []
        3(2) MapStateStarted length 0
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M []
        8(7) ExecutionSucceeded []
        = []
    "#]],
    );
}

#[test]
fn one_failure_is_too_many_where_none_is_tolerated() {
    let fields = json!({"MaxConcurrency": 2});
    let failing = [Answer::Ok("1"), Answer::Err("E", "no")];
    let run = run(&map(&fields), "[1,2,3,4]").answer("child", &failing).run_out();
    let summary = only(&run);
    assert_eq!(summary.status, MapRunStatus::Failed);
    let items = (summary.items.succeeded, summary.items.failed, summary.items.aborted, summary.items.pending);
    assert_eq!(items, (1, 1, 1, 1));
    assert_eq!(summary.items, summary.children);
    expect![[r#"
        > child #1 1
        > child #2 2
        > child #3 3
        > stop child #3
        1(0) ExecutionStarted [1,2,3,4]
        2(0) MapStateEntered M [1,2,3,4]
        3(2) MapStateStarted length 4
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateFailed
        7(6) ExecutionFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        = States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded
    "#]].assert_eq(&told(&run));
}

#[test]
fn a_catcher_takes_the_failure() {
    let fields = json!({"Catch": [
        {"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "ResultPath": "$.error", "Next": "P"}],
        "ItemsPath": "$.items"});
    let run = run(&map(&fields), r#"{"items":[1]}"#).answer("child", &[Answer::Silence]);
    check(
        run,
        &expect![[r#"
        > child #1 1
        1(0) ExecutionStarted {"items":[1]}
        2(0) MapStateEntered M {"items":[1]}
        3(2) MapStateStarted length 1
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateFailed
        7(6) MapStateExited M {"items":[1],"error":{"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"}}
        8(7) PassStateEntered P {"items":[1],"error":{"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"}}
        9(8) PassStateExited P {"items":[1],"error":{"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"}}
        10(9) ExecutionSucceeded {"items":[1],"error":{"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"}}
        = {"items":[1],"error":{"Error":"States.ExceedToleratedFailureThreshold","Cause":"The specified tolerated failure threshold was exceeded"}}
    "#]],
    );
}

#[test]
fn a_retry_is_a_new_map_run() {
    let fields = json!({"Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 1}]});
    let run = run(&map(&fields), "[1,2]").answer("child", &[Answer::Err("E", "no")]).run_out();
    let mut statuses: Vec<_> = run.x.map_runs.values().map(|run| (run.started_at, run.status)).collect();
    statuses.sort_by_key(|(started, _)| *started);
    let statuses: Vec<_> = statuses.into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [MapRunStatus::Failed, MapRunStatus::Succeeded]);
    expect![[r#"
        > child #1 1
        > child #2 2
        > stop child #2
        > child #3 1
        > child #4 2
        1(0) ExecutionStarted [1,2]
        2(0) MapStateEntered M [1,2]
        3(2) MapStateStarted length 2
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateStarted +3000ms length 2
        7(6) MapRunStarted +3000ms
        8(7) MapRunSucceeded +3000ms
        9(8) MapStateSucceeded +3000ms
        10(7) MapStateExited +3000ms M [1,2]
        11(10) ExecutionSucceeded +3000ms [1,2]
        = [1,2]
    "#]].assert_eq(&told(&run));
}

#[test]
fn tolerated_failures_stand_in_the_result() {
    let fields = json!({"ToleratedFailureCount": 2});
    let failing = [Answer::Err("E", "no"), Answer::Ok("\"yes\""), Answer::Silence];
    let run = run(&map(&fields), "[1,2,3]").answer("child", &failing).run_out();
    assert_eq!(only(&run).status, MapRunStatus::Succeeded);
    expect![[r#"[{"ExecutionArn":"arn:aws:states:us-east-1:000000000000:execution:m/M:4e08d6bd-b050-4523-b77a-d2f17ff613d5","Input":"1","InputDetails":{"Included":true},"Name":"4e08d6bd-b050-4523-b77a-d2f17ff613d5","Error":"E","Cause":"no","RedriveCount":0,"RedriveStatus":"REDRIVABLE","StartDate":"2023-11-14T22:13:20Z","StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m/M","Status":"FAILED","StopDate":"2023-11-14T22:13:20Z"},"yes",{"ExecutionArn":"arn:aws:states:us-east-1:000000000000:execution:m/M:b01901a8-e5f8-4949-a98a-42d7a361e422","Input":"3","InputDetails":{"Included":true},"Name":"b01901a8-e5f8-4949-a98a-42d7a361e422","Error":"States.Timeout","RedriveCount":0,"RedriveStatus":"REDRIVABLE","StartDate":"2023-11-14T22:13:20Z","StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m/M","Status":"TIMED_OUT","StopDate":"2023-11-14T22:13:20Z"}]"#]].assert_eq(&run.output());
}

#[test]
fn either_threshold_may_be_exceeded() {
    let tolerant = |count: u64, share: f64| {
        let fields = json!({"ToleratedFailureCount": count, "ToleratedFailurePercentage": share});
        let failing = [Answer::Err("E", "1"), Answer::Err("E", "2")];
        let run = run(&map(&fields), "[1,2,3,4,5,6,7,8]").answer("child", &failing).run_out();
        only(&run).status
    };
    assert_eq!(tolerant(2, 25.0), MapRunStatus::Succeeded);
    assert_eq!(tolerant(2, 24.9), MapRunStatus::Failed);
    assert_eq!(tolerant(1, 25.0), MapRunStatus::Failed);
    assert_eq!(tolerant(2, 0.0), MapRunStatus::Succeeded);
    assert_eq!(tolerant(0, 25.0), MapRunStatus::Succeeded);
    assert_eq!(tolerant(0, 0.0), MapRunStatus::Failed);
}

#[test]
fn thresholds_count_items_and_not_batches() {
    let fields = json!({"ToleratedFailureCount": 2, "ItemBatcher": {"MaxItemsPerBatch": 3}});
    let run = run(&map(&fields), "[1,2,3,4]").answer("child", &[Answer::Err("E", "no")]).run_out();
    let summary = only(&run);
    assert_eq!(summary.status, MapRunStatus::Failed);
    assert_eq!((summary.items.failed, summary.children.failed), (3, 1));
    assert_eq!((summary.items.aborted, summary.children.aborted), (1, 1));
}

#[test]
fn batches_have_an_input_and_both_bounds() {
    let fields = json!({"ItemsPath": "$.items",
        "ItemSelector": {"v.$": "$$.Map.Item.Value"},
        "ItemBatcher": {"BatchInput": {"k.$": "$.k"}, "MaxItemsPerBatch": 2, "MaxInputBytesPerBatch": 60}});
    let input = r#"{"k":7,"items":[1,2,3,"a long item that fills a batch alone",5]}"#;
    check(
        run(&map(&fields), input),
        &expect![[r#"
        > child #1 {"BatchInput":{"k":7},"Items":[{"v":1},{"v":2}]}
        > child #2 {"BatchInput":{"k":7},"Items":[{"v":3}]}
        > child #3 {"BatchInput":{"k":7},"Items":[{"v":"a long item that fills a batch alone"}]}
        > child #4 {"BatchInput":{"k":7},"Items":[{"v":5}]}
        1(0) ExecutionStarted {"k":7,"items":[1,2,3,"a long item that fills a batch alone",5]}
        2(0) MapStateEntered M {"k":7,"items":[1,2,3,"a long item that fills a batch alone",5]}
        3(2) MapStateStarted length 5
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M [{"BatchInput":{"k":7},"Items":[{"v":1},{"v":2}]},{"BatchInput":{"k":7},"Items":[{"v":3}]},{"BatchInput":{"k":7},"Items":[{"v":"a long item that fills a batch alone"}]},{"BatchInput":{"k":7},"Items":[{"v":5}]}]
        8(7) ExecutionSucceeded [{"BatchInput":{"k":7},"Items":[{"v":1},{"v":2}]},{"BatchInput":{"k":7},"Items":[{"v":3}]},{"BatchInput":{"k":7},"Items":[{"v":"a long item that fills a batch alone"}]},{"BatchInput":{"k":7},"Items":[{"v":5}]}]
        = [{"BatchInput":{"k":7},"Items":[{"v":1},{"v":2}]},{"BatchInput":{"k":7},"Items":[{"v":3}]},{"BatchInput":{"k":7},"Items":[{"v":"a long item that fills a batch alone"}]},{"BatchInput":{"k":7},"Items":[{"v":5}]}]
    "#]],
    );
}

#[test]
fn members_of_an_object_are_items_with_a_key() {
    let fields = json!({"ItemSelector":
        {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"}});
    check(
        run(&map(&fields), r#"{"x":1,"y":[2]}"#),
        &expect![[r#"
        > child #1 {"k":"x","v":1,"i":0}
        > child #2 {"k":"y","v":[2],"i":1}
        1(0) ExecutionStarted {"x":1,"y":[2]}
        2(0) MapStateEntered M {"x":1,"y":[2]}
        3(2) MapStateStarted length 2
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M [{"k":"x","v":1,"i":0},{"k":"y","v":[2],"i":1}]
        8(7) ExecutionSucceeded [{"k":"x","v":1,"i":0},{"k":"y","v":[2],"i":1}]
        = [{"k":"x","v":1,"i":0},{"k":"y","v":[2],"i":1}]
    "#]],
    );
}

#[test]
fn results_have_three_forms() {
    let result = |form: &str| {
        let fields =
            json!({"ResultWriter": {"WriterConfig": {"Transformation": form, "OutputType": "JSON"}}});
        run(&map(&fields), r#"[[1,[2]],"x"]"#).run_out().output()
    };
    assert_eq!(result("COMPACT"), r#"[[1,[2]],"x"]"#);
    assert_eq!(result("FLATTEN"), r#"[1,[2],"x"]"#);
    expect![[r#"[{"ExecutionArn":"arn:aws:states:us-east-1:000000000000:execution:m/M:4e08d6bd-b050-4523-b77a-d2f17ff613d5","Input":"[1,[2]]","InputDetails":{"Included":true},"Name":"4e08d6bd-b050-4523-b77a-d2f17ff613d5","Output":"[1,[2]]","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":"2023-11-14T22:13:20Z","StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m/M","Status":"SUCCEEDED","StopDate":"2023-11-14T22:13:20Z"},{"ExecutionArn":"arn:aws:states:us-east-1:000000000000:execution:m/M:2381093e-64eb-4168-9ecd-9410aff51209","Input":"\"x\"","InputDetails":{"Included":true},"Name":"2381093e-64eb-4168-9ecd-9410aff51209","Output":"\"x\"","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":"2023-11-14T22:13:20Z","StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m/M","Status":"SUCCEEDED","StopDate":"2023-11-14T22:13:20Z"}]"#]].assert_eq(&result("NONE"));
}

#[test]
fn a_result_may_be_too_large() {
    let limits = Limits { payload_bytes_max: 60, ..Limits::default() };
    let large = "\"0123456789012345678901234567890123456789\"";
    let run = Run::new(&map(&json!({})), "[1,2]", MachineKind::Standard, limits)
        .answer("child", &[Answer::Ok(large), Answer::Ok(large)]);
    check(
        run,
        &expect![[r#"
        > child #1 1
        > child #2 2
        1(0) ExecutionStarted [1,2]
        2(0) MapStateEntered M [1,2]
        3(2) MapStateStarted length 2
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) ExecutionFailed States.DataLimitExceeded / The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit.
        = States.DataLimitExceeded: The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit.
    "#]],
    );
}

#[test]
fn one_at_a_time_is_in_order() {
    let run = run(&map(&json!({"MaxConcurrency": 1})), "[1,2,3]").run_out();
    assert_eq!(run.calls, ["child #1 1", "child #2 2", "child #3 3"]);
    assert_eq!(run.output(), "[1,2,3]");
}

#[test]
fn no_more_run_than_may() {
    let mut run = run(&map(&json!({"MaxConcurrency": 2})), "[1,2,3,4]");
    assert_eq!(run.calls.len(), 2);
    assert_eq!((only(&run).children.running, only(&run).children.pending), (2, 2));
    assert!(run.step());
    assert_eq!((only(&run).children.running, only(&run).children.pending), (2, 1));
    let limits = MapRunLimits { concurrency: 3, ..only(&run).limits };
    let map_run_arn = only(&run).arn.clone();
    run.input(Input::UpdateMapRun { map_run_arn, limits });
    assert_eq!((only(&run).children.running, only(&run).children.pending), (3, 0));
    assert_eq!(run.run_out().output(), "[1,2,3,4]");
}

#[test]
fn results_are_in_the_order_of_the_items() {
    let mut run = run(&map(&json!({})), "[1,2,3]");
    for attempt in [3, 1, 2] {
        let ending = ChildEnding::Succeeded(Payload::from(json!(attempt * 10)));
        let (started_at, stopped_at) = (run.now, run.now);
        run.input(Input::ChildEnded { attempt, ending, started_at, stopped_at });
        // A second answer changes nothing.
        let ending = ChildEnding::Failed(Failure::new("E", "late"));
        run.input(Input::ChildEnded { attempt, ending, started_at, stopped_at });
    }
    assert_eq!(run.output(), "[10,20,30]");
}

#[test]
fn a_stop_stops_the_children() {
    let mut run = run(&map(&json!({"MaxConcurrency": 2})), "[1,2,3]");
    run.input(Input::Stop(Failure::new("Enough", "for today")));
    assert_eq!(only(&run).status, MapRunStatus::Aborted);
    assert_eq!((only(&run).items.aborted, only(&run).items.pending), (2, 1));
    expect![[r#"
        > child #1 1
        > child #2 2
        > stop child #1
        > stop child #2
        1(0) ExecutionStarted [1,2,3]
        2(0) MapStateEntered M [1,2,3]
        3(2) MapStateStarted length 3
        4(3) MapRunStarted
        5(4) MapRunAborted
        6(0) ExecutionAborted Enough / for today
        = Some(Aborted(Failure { error: Some("Enough"), cause: Some("for today") }))
    "#]]
    .assert_eq(&told(&run));
}

/// Tells the parent of a child's end, be it open or not.
fn child_ended(run: &mut Run, attempt: u64, ending: ChildEnding) -> Result<(), Rejection> {
    let (started_at, stopped_at) = (run.now, run.now);
    run.give(Input::ChildEnded { attempt, ending, started_at, stopped_at })
}

fn broken() -> ChildEnding {
    ChildEnding::Failed(Failure::named("E"))
}

#[test]
fn ends_after_the_end_are_counted_once() {
    let mut run = run(&map(&json!({"MaxConcurrency": 5})), "[1,2,3,4,5,6]");
    child_ended(&mut run, 1, broken()).expect("it runs");
    assert_eq!((only(&run).status, only(&run).children.aborted), (MapRunStatus::Failed, 4));
    let stopped = only(&run).stopped_at;
    let full = "The execution reached the maximum number of history events (25000).";
    let ends = [broken(), ChildEnding::TimedOut, ChildEnding::Failed(Failure::runtime(full.to_owned()))];
    for (attempt, ending) in (2..).zip(ends) {
        child_ended(&mut run, attempt, ending.clone()).expect("it was cut off");
        assert_eq!(child_ended(&mut run, attempt, ending), Err(Rejection::Closed));
    }
    assert_eq!(child_ended(&mut run, 5, ChildEnding::Aborted(Failure::default())), Err(Rejection::Closed));
    assert_eq!(child_ended(&mut run, 6, broken()), Err(Rejection::Closed), "it never was");
    let counts = only(&run).children;
    assert_eq!((counts.failed, counts.timed_out, counts.aborted, counts.pending), (3, 1, 1, 1));
    assert_eq!((counts.failures_not_redrivable, counts.total), (1, 6));
    assert_eq!((only(&run).items, only(&run).stopped_at), (counts, stopped));
    // All of them go on with a redrive, and none is left where it was counted.
    run.input(Input::Redrive { token: None, map_run: 0 });
    let counts = only(&run).children;
    assert_eq!((counts.running, counts.pending, counts.pending_redrive), (5, 1, 0));
    assert_eq!(
        (counts.failed, counts.timed_out, counts.aborted, counts.failures_not_redrivable),
        (0, 0, 0, 0)
    );
    child_ended(&mut run, 1, broken()).expect("it runs again");
    assert_eq!((only(&run).children.failed, only(&run).children.aborted), (1, 4));
    child_ended(&mut run, 2, broken()).expect("it was cut off once more");
    assert_eq!((only(&run).children.failed, only(&run).children.aborted), (2, 3));
}

#[test]
fn ends_after_a_caught_failure_are_counted() {
    let catch = json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "W"}]});
    let mut definition: Value = serde_json::from_str(&map(&catch)).expect("JSON");
    definition["States"]["W"] = json!({"Type": "Wait", "Seconds": 5, "Next": "P"});
    let mut run = run(&definition.to_string(), "[1,2,3]");
    child_ended(&mut run, 1, broken()).expect("it runs");
    assert!(run.x.is_open());
    child_ended(&mut run, 2, ChildEnding::Succeeded(Payload::empty_object())).expect("it was cut off");
    let mut run = run.run_out();
    child_ended(&mut run, 3, broken()).expect("it was cut off");
    let counts = only(&run).children;
    assert_eq!((counts.failed, counts.succeeded, counts.aborted), (2, 1, 0));
}

#[test]
fn an_end_that_finds_the_time_over_is_counted() {
    let mut definition: Value = serde_json::from_str(&map(&json!({}))).expect("JSON");
    definition["TimeoutSeconds"] = json!(5);
    let mut run = run(&definition.to_string(), "[1,2]");
    run.now = run.now.plus_seconds(9);
    child_ended(&mut run, 1, broken()).expect("it is taken");
    assert_eq!(run.x.ending, Some(Ending::TimedOut));
    assert_eq!((only(&run).status, only(&run).children.failed), (MapRunStatus::Aborted, 1));
    assert_eq!(only(&run).children.aborted, 1);
}

#[test]
fn a_sibling_cuts_it_off() {
    let map: Value = serde_json::from_str(&map(&json!({}))).expect("it is JSON");
    let mut branch = map;
    branch["States"].as_object_mut().expect("it is an object").remove("P");
    let definition = json!({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
        branch,
        {"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 5, "Next": "F"},
            "F": {"Type": "Fail", "Error": "E", "Cause": "of it"}}}]}}});
    let mut run = run(&definition.to_string(), "[1,2]");
    run.now = run.x.wake().expect("it waits");
    run.input(Input::Tick);
    assert_eq!(only(&run).status, MapRunStatus::Aborted);
    expect![[r#"
        > child #1 1
        > child #2 2
        > stop child #1
        > stop child #2
        1(0) ExecutionStarted [1,2]
        2(0) ParallelStateEntered Both [1,2]
        3(2) ParallelStateStarted
        4(3) MapStateEntered M [1,2]
        5(4) MapStateStarted length 2
        6(5) MapRunStarted
        7(3) WaitStateEntered W [1,2]
        8(7) WaitStateExited +5000ms W [1,2]
        9(8) FailStateEntered +5000ms F [1,2]
        10(6) MapRunAborted +5000ms
        11(6) MapStateAborted +5000ms
        12(9) ParallelStateFailed +5000ms
        13(12) ExecutionFailed +5000ms E / of it
        = E: of it
    "#]]
    .assert_eq(&told(&run));
}

#[test]
fn an_item_that_cannot_be_made_fails_the_run() {
    let fields = json!({"MaxConcurrency": 1, "ItemSelector": {"v.$": "$$.Map.Item.Value.x"}});
    check(
        run(&map(&fields), r#"[{"x":1},{"y":2},{"x":3}]"#),
        &expect![[r#"
        > child #1 {"v":1}
        1(0) ExecutionStarted [{"x":1},{"y":2},{"x":3}]
        2(0) MapStateEntered M [{"x":1},{"y":2},{"x":3}]
        3(2) MapStateStarted length 3
        4(3) MapRunStarted
        5(4) MapRunFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$$.Map.Item.Value.x' specified for the field 'v.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":[{"x":1},{"y":2},{"x":3}],"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"M","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0},"Map":{"Item":{"Index":1,"Value":{"y":2},"Source":"STATE_DATA"}}}'
        6(5) MapStateFailed
        7(6) ExecutionFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$$.Map.Item.Value.x' specified for the field 'v.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":[{"x":1},{"y":2},{"x":3}],"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"M","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0},"Map":{"Item":{"Index":1,"Value":{"y":2},"Source":"STATE_DATA"}}}'
        = States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$$.Map.Item.Value.x' specified for the field 'v.$' could not be found in the input '{"Execution":{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:e","Input":[{"x":1},{"y":2},{"x":3}],"StartTime":"2023-11-14T22:13:20Z","Name":"e","RoleArn":"arn:aws:iam::000000000000:role/r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"State":{"Name":"M","EnteredTime":"2023-11-14T22:13:20Z","RetryCount":0},"Map":{"Item":{"Index":1,"Value":{"y":2},"Source":"STATE_DATA"}}}'
    "#]],
    );
}

#[test]
fn an_item_that_cannot_be_measured_is_caught() {
    let chunks = "States.ArrayPartition(States.Array(1), $$.Map.Item.Value)";
    let fields = json!({"ItemSelector": {"c.$": chunks}, "ItemBatcher": {"MaxInputBytesPerBatch": 60},
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "P"}]});
    check(
        run(&map(&fields), "[1,0]"),
        &expect![[r#"
        1(0) ExecutionStarted [1,0]
        2(0) MapStateEntered M [1,0]
        3(2) MapStateStarted length 2
        4(3) MapStateExited M [1,0]
        5(4) PassStateEntered P [1,0]
        6(5) PassStateExited P [1,0]
        7(6) ExecutionSucceeded [1,0]
        = [1,0]
    "#]],
    );
}

#[test]
fn a_bad_threshold_fails_the_execution() {
    let fields = json!({"ItemsPath": "$.items", "ToleratedFailurePercentagePath": "$.share"});
    check(
        run(&map(&fields), r#"{"items":[1],"share":"many"}"#),
        &expect![[r#"
        1(0) ExecutionStarted {"items":[1],"share":"many"}
        2(0) MapStateEntered M {"items":[1],"share":"many"}
        3(2) MapStateStarted length 1
        4(3) ExecutionFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). The ToleratedFailurePercentagePath field refers to value "many" which is not a valid float: $.share
        = States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). The ToleratedFailurePercentagePath field refers to value "many" which is not a valid float: $.share
    "#]],
    );
    check(
        run(&map(&fields), r#"{"items":[1],"share":101}"#),
        &expect![[r#"
        1(0) ExecutionStarted {"items":[1],"share":101}
        2(0) MapStateEntered M {"items":[1],"share":101}
        3(2) MapStateStarted length 1
        4(3) ExecutionFailed States.Runtime / An error occurred while executing the state 'M' (entered at the event id #2). ToleratedFailurePercentage must be between 0 and 100.
        = States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). ToleratedFailurePercentage must be between 0 and 100.
    "#]],
    );
}

#[test]
fn a_full_history_ends_the_map_run_too() {
    let limits = Limits { history_events_max: 8, ..Limits::default() };
    let map: Value = serde_json::from_str(&map(&json!({}))).expect("it is JSON");
    let mut branch = map;
    branch["States"].as_object_mut().expect("it is an object").remove("P");
    let definition = json!({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
        branch,
        {"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 5, "Next": "Q"}, "Q": {"Type": "Pass", "End": true}}}]}}});
    let mut run = Run::new(&definition.to_string(), "[1,2]", MachineKind::Standard, limits);
    run.now = run.x.wake().expect("it waits");
    run.input(Input::Tick);
    assert!(!run.x.is_open());
    assert_eq!(only(&run).status, MapRunStatus::Aborted);
    assert_eq!(only(&run).items.aborted, 2);
    expect![[r#"
        > child #1 1
        > child #2 2
        > stop child #1
        > stop child #2
        1(0) ExecutionStarted [1,2]
        2(0) ParallelStateEntered Both [1,2]
        3(2) ParallelStateStarted
        4(3) MapStateEntered M [1,2]
        5(4) MapStateStarted length 2
        6(5) MapRunStarted
        7(3) WaitStateEntered W [1,2]
        8(7) ExecutionFailed +5000ms States.Runtime / The execution reached the maximum number of history events (8).
        = States.Runtime: The execution reached the maximum number of history events (8).
    "#]].assert_eq(&told(&run));
}
