//! Rules that need no whole history: errors, limits, in-doubt attempts, and the
//! property that replay always gives the live state.

mod common;

use common::{Answer, Run, START, run};
use proptest::prelude::*;
use stateline_base::Limits;
use stateline_engine::{Ending, Input};
use stateline_journal::MachineKind;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

fn single(state: &str) -> String {
    format!(r#"{{"StartAt": "S", "States": {{"S": {state}, "N": {{"Type": "Pass", "End": true}}}}}}"#)
}

fn check(state: &str, input: &str, expected: &str) {
    assert_eq!(run(&single(state), input).run_out().output(), expected, "{state} on {input}");
}

const PREFIX: &str =
    "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). ";

#[test]
fn runtime_errors_use_the_words_of_aws() {
    let table = [
        (
            r#"{"Type":"Pass","InputPath":"$.x","End":true}"#,
            "{}",
            "Invalid path '$.x' : No results for path: $['x']",
        ),
        (
            r#"{"Type":"Pass","OutputPath":"$.a.b","End":true}"#,
            "{}",
            "Invalid path '$.a.b' : Missing property in path $['a']",
        ),
        (
            r#"{"Type":"Pass","Parameters":{"k.$":"$.x"},"End":true}"#,
            r#"{"a": 1}"#,
            "The JSONPath '$.x' specified for the field 'k.$' could not be found in the input '{\"a\":1}'",
        ),
        (
            r#"{"Type":"Wait","SecondsPath":"$.s","End":true}"#,
            r#"{"s":1.5}"#,
            "The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5",
        ),
        (
            r#"{"Type":"Wait","SecondsPath":"$.s","End":true}"#,
            r#"{"s":-1}"#,
            "The SecondsPath parameter references a negative value: $.s == -1",
        ),
        (
            r#"{"Type":"Wait","SecondsPath":"$.s","End":true}"#,
            "{}",
            "The SecondsPath parameter does not reference an input value: $.s",
        ),
        (
            r#"{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"N"}]}"#,
            "{}",
            "Invalid path '$.x': The choice state's condition path references an invalid value.",
        ),
        (
            r#"{"Type":"Choice","Choices":[{"Variable":"$.x","NumericEquals":2,"Next":"N"}]}"#,
            r#"{"x":1}"#,
            "Failed to transition out of the state. The state does not point to a next state.",
        ),
    ];
    for (state, input, expected) in table {
        check(state, input, &format!("{PREFIX}{expected}"));
    }
}

#[test]
fn an_index_beyond_the_end_is_null_in_a_template() {
    let state = r#"{"Type":"Pass","Parameters":{"k.$":"$.a[5]"},"End":true}"#;
    check(state, r#"{"a":[1]}"#, r#"{"k":null}"#);
    let missing = format!(
        "{PREFIX}The JSONPath '$.a[5]' specified for the field 'k.$' could not be found in the input '{{}}'"
    );
    check(state, "{}", &missing);
}

#[test]
fn what_grows_deeper_at_each_turn_is_stopped() {
    let definition = r#"{"StartAt": "P", "States": {
        "P": {"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": "P"}, "Z": {"Type": "Succeed"}}}"#;
    let run = run(definition, "{}").run_out();
    assert!(run.output().ends_with("The data is nested deeper than 127 levels."), "{}", run.output());
}

#[test]
fn a_heartbeat_counts_only_where_one_can_be_sent() {
    let state = format!(
        r#"{{"Type":"Task","Resource":"{FUNCTION}","HeartbeatSeconds":1,"TimeoutSeconds":5,"End":true}}"#
    );
    let mut run = run(&single(&state), "{}").answer("S", &[Answer::Silence]);
    assert_eq!(run.x.wake(), Some(START.plus_seconds(5)));
    run.step();
    assert_eq!(run.output(), "States.Timeout: -");
}

#[test]
fn the_context_object_is_whole_where_it_is_asked_for_whole() {
    let state = r#"{"Type":"Pass","Parameters":{"all.$":"$$","input.$":"$$.Execution.Input","deep.$":"$$..Input","name.$":"$$.State.Name"},"OutputPath":"$['input','deep','name']","End":true}"#;
    check(state, r#"{"x":1}"#, r#"{"input":{"x":1},"deep":[{"x":1}],"name":"S"}"#);
}

#[test]
fn the_history_ends_with_its_last_place() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}, "Z": {"Type": "Succeed"}}}"#;
    let limits = Limits { history_events_max: 100, ..Limits::default() };
    let run = Run::new(definition, "{}", MachineKind::Standard, limits).run_out();
    let history = run.history();
    let last = history.last().expect("a history has events");
    assert_eq!((last.id, last.previous_event_id, last.event_type), (100, 99, "ExecutionFailed"));
    assert_eq!(
        run.output(),
        "States.Runtime: The execution reached the maximum number of history events (100)."
    );
}

#[test]
fn the_last_place_is_kept_in_every_kind_of_work() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "Next": "P", "ItemProcessor": {
        "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}},
        "Z": {"Type": "Succeed"},
        "P": {"Type": "Parallel", "Next": "M", "ResultPath": null, "Branches": [
            {"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}},
            {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "FN", "End": true}}}]}}}"#
        .replace("FN", FUNCTION);
    for max in 3..80 {
        let limits = Limits { history_events_max: max, ..Limits::default() };
        let run = Run::new(&definition, "[1,2]", MachineKind::Standard, limits).run_out();
        assert_eq!(run.history().len() as u64, max);
        assert!(matches!(run.x.ending, Some(Ending::Failed(_))));
    }
}

#[test]
fn express_goes_on_for_longer_than_one_decision() {
    let definition = r#"{"StartAt": "A", "TimeoutSeconds": 2, "States": {"A": {"Type": "Pass", "Next": "A"}, "Z": {"Type": "Succeed"}}}"#;
    let mut run = Run::new(definition, "{}", MachineKind::Express, Limits::default());
    for _ in 0..10 {
        assert!(run.step());
    }
    run.now = START.plus_seconds(2);
    run.input(Input::Continue);
    assert_eq!(run.x.ending, Some(Ending::TimedOut));
}

#[test]
fn a_lost_attempt_is_the_authors_to_retry() {
    let task = |retry: &str| {
        let state = format!(r#"{{"Type":"Task","Resource":"{FUNCTION}","End":true{retry}}}"#);
        let mut run = run(&single(&state), "{}");
        run.input(Input::AttemptLost { attempt: 1 });
        run
    };
    let failed = task("").run_out();
    assert!(failed.output().starts_with("States.TaskFailed: The server stopped after"));
    assert_eq!(failed.calls, ["S#1 {}"]);
    let retried = task(r#","Retry":[{"ErrorEquals":["States.TaskFailed"]}]"#).run_out();
    assert_eq!(retried.calls, ["S#1 {}", "S#2 {}"]);
}

#[test]
fn a_retry_that_fails_before_it_begins_is_caught() {
    // The first request can be made, the second one cannot: there are no chunks of size 0.
    let state = format!(
        r#"{{"Type":"Task","Resource":"{FUNCTION}","End":true,
            "Parameters":{{"a.$":"States.ArrayPartition($.list, States.ArrayGetItem($.sizes, $$.State.RetryCount))"}},
            "Retry":[{{"ErrorEquals":["E"],"MaxAttempts":1}}],
            "Catch":[{{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Z"}}]}}"#
    );
    let definition = format!(
        r#"{{"StartAt":"S","States":{{"S":{state},"Z":{{"Type":"Pass","OutputPath":"$.error.Error","End":true}}}}}}"#
    );
    let run = run(&definition, r#"{"list":[1,2],"sizes":[1,0]}"#);
    let run = run.answer("S", &[Answer::Err("E", "once")]).run_out();
    assert_eq!(run.calls, [r#"S#1 {"a":[[1],[2]]}"#]);
    assert_eq!(run.output(), r#""States.IntrinsicFailure""#);
}

#[test]
fn late_answers_change_nothing() {
    let state = format!(
        r#"{{"Type":"Task","Resource":"{FUNCTION}","TimeoutSeconds":1,"End":true,"Catch":[{{"ErrorEquals":["States.ALL"],"Next":"N"}}]}}"#
    );
    let mut run = run(&single(&state), "{}").answer("S", &[Answer::Silence]);
    run.step();
    let before = run.records.len();
    run.input(Input::TaskSucceeded { attempt: 1, output: stateline_base::Payload::empty_object() });
    run.input(Input::AttemptLost { attempt: 99 });
    assert_eq!(run.records.len(), before);
}

#[test]
fn payloads_over_the_limit_are_refused_where_they_arise() {
    let limits = Limits { payload_bytes_max: 100, ..Limits::default() };
    let large = r#"{"Type":"Pass","Parameters":{"a.$":"$.x","b.$":"$.x"},"End":true}"#;
    let input = format!(r#"{{"x":"{}"}}"#, "y".repeat(60));
    let run = Run::new(&single(large), &input, MachineKind::Standard, limits).run_out();
    assert!(run.output().starts_with("States.DataLimitExceeded: The state/task 'S' returned a result"));
}

#[test]
fn retriers_count_for_themselves() {
    let state = format!(
        r#"{{"Type":"Task","Resource":"{FUNCTION}","End":true,"Retry":[
            {{"ErrorEquals":["A"],"MaxAttempts":1}},{{"ErrorEquals":["B"],"MaxAttempts":2}},
            {{"ErrorEquals":["States.ALL"],"MaxAttempts":5}}]}}"#
    );
    let answers = [
        Answer::Err("A", ""),
        Answer::Err("B", ""),
        Answer::Err("B", ""),
        // The first retrier that matches is used up: none of the later ones is tried.
        Answer::Err("A", "end"),
    ];
    let run = run(&single(&state), "{}").answer("S", &answers).run_out();
    assert_eq!(run.output(), "A: end");
    assert_eq!(run.calls.len(), 4);
}

#[test]
fn jitter_is_the_same_for_the_same_seed() {
    let state = format!(
        r#"{{"Type":"Task","Resource":"{FUNCTION}","End":true,"Retry":[
            {{"ErrorEquals":["States.ALL"],"IntervalSeconds":100,"JitterStrategy":"FULL","MaxAttempts":3}}]}}"#
    );
    let wake = || {
        let mut run = run(&single(&state), "{}").answer("S", &[Answer::Err("E", "")]);
        run.step();
        run.x.wake()
    };
    assert_eq!(wake(), wake());
    assert!(wake().is_some_and(|at| at > START && at < START.plus_seconds(100)));
}

/// Answers drawn at random for a workflow with every kind of state.
fn everything() -> String {
    r#"{"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Next": "W", "ResultPath": "$.p",
              "Retry": [{"ErrorEquals": ["E1"], "MaxAttempts": 2}],
              "Catch": [{"ErrorEquals": ["E2", "States.Timeout"], "ResultPath": "$.caught", "Next": "W"}],
              "Branches": [
                {"StartAt": "T1", "States": {"T1": {"Type": "Task", "Resource": "FN", "TimeoutSeconds": 9, "End": true,
                    "Retry": [{"ErrorEquals": ["E3"], "JitterStrategy": "FULL"}]}}},
                {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "Next": "X",
                    "Retry": [{"ErrorEquals": ["E4"]}],
                    "ItemProcessor": {"StartAt": "T2", "States": {"T2": {"Type": "Task", "Resource": "FN", "Next": "W2"},
                        "W2": {"Type": "Wait", "Seconds": 3, "End": true}}}},
                    "X": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}}}]},
        "W": {"Type": "Wait", "Seconds": 5, "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.caught", "IsPresent": true, "Next": "F"}], "Default": "S"},
        "F": {"Type": "Fail", "Error": "Caught"},
        "S": {"Type": "Succeed"}}}"#
        .replace("FN", FUNCTION)
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        5 => Just(Answer::Ok("{}")),
        1 => Just(Answer::Err("E1", "")),
        1 => Just(Answer::Err("E2", "")),
        1 => Just(Answer::Err("E3", "")),
        1 => Just(Answer::Err("E4", "")),
        1 => Just(Answer::Err("E5", "")),
        1 => Just(Answer::Silence),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// `Run` compares the replayed execution with the live one after every decision.
    #[test]
    fn replay_gives_the_live_state(
        first in prop::collection::vec(answer(), 0..6),
        second in prop::collection::vec(answer(), 0..12),
        stop_after in 0_usize..60,
    ) {
        // A silent task in the Map has no timeout; the stop ends it.
        let mut run = run(&everything(), r#"{"items":[1,2,3]}"#).answer("T1", &first).answer("T2", &second);
        for _ in 0..stop_after {
            if !run.step() {
                break;
            }
        }
        run.input(Input::Stop(stateline_base::Failure::default()));
        prop_assert!(!run.x.is_open());
        let ids: Vec<u64> = run.history().iter().map(|event| event.id).collect();
        prop_assert_eq!(ids.clone(), (1..=ids.len() as u64).collect::<Vec<_>>());
    }
}
