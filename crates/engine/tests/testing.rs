//! One state on its own: what `TestState` gets to see.

mod common;

use common::{START, program};
use serde_json::json;
use stateline_asl::Program;
use stateline_base::{Failure, Limits, Payload};
use stateline_engine::{
    Apart, Input, Mock, RECORDS_PER_DECISION_MAX, Setting, StateTest, StateTestOutcome, StateTestRequest,
    StateTestStatus, StateTestStep,
};
use stateline_journal::{MachineKind, Started};

fn started() -> Started {
    Started {
        execution_arn: "arn:aws:states:us-east-1:000000000000:express:m:e:u".into(),
        machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        version_arn: None,
        alias_arn: None,
        definition: "".into(),
        kind: MachineKind::Express,
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        trace_header: None,
        input: Payload::empty_object(),
        seed: 1,
        deadline: START.plus_seconds(300),
        scope: 0,
        parent: None,
    }
}

fn request(program: &Program, state: &str, input: &str) -> StateTestRequest {
    StateTestRequest {
        state: program.find(state).expect("the test's state is there"),
        input: Payload::parse(input).expect("JSON"),
        variables: Vec::new(),
        context: serde_json::Map::new(),
        mock: None,
        retries_used: 0,
        failed_items: 0,
        reader_data: None,
        preview: false,
    }
}

fn run(program: &Program, request: StateTestRequest) -> (StateTest, StateTestStep) {
    let limits = Limits::default();
    let setting =
        Setting { program, limits: &limits, records_max: RECORDS_PER_DECISION_MAX, outside: &Apart };
    StateTest::start(setting, started(), request, START)
}

fn done(program: &Program, request: StateTestRequest) -> StateTestOutcome {
    match run(program, request) {
        (_, StateTestStep::Done(outcome)) => *outcome,
        (_, other) => panic!("the state is not done: {other:?}"),
    }
}

fn text(payload: Option<&Payload>) -> &str {
    payload.map_or("-", Payload::text)
}

const TASK: &str = r#"{"StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
          "InputPath": "$.in", "Parameters": {"FunctionName": "f", "Payload.$": "$.x"},
          "ResultSelector": {"got.$": "$.Payload"}, "ResultPath": "$.out", "OutputPath": "$.out.got",
          "Retry": [{"ErrorEquals": ["Often"], "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 3}],
          "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "After"}],
          "Next": "After"},
    "After": {"Type": "Succeed"}}}"#;

#[test]
fn every_step_of_the_data_flow_is_shown() {
    let program = program(TASK);
    let mut request = request(&program, "T", r#"{"in": {"x": 7}}"#);
    request.mock = Some(Mock::Result(Payload::from(json!({"Payload": "done"}))));
    let outcome = done(&program, request);
    assert_eq!((outcome.status, text(outcome.output.as_ref())), (StateTestStatus::Succeeded, "\"done\""));
    assert_eq!(outcome.next, program.find("After"));
    let seen = &outcome.inspection;
    assert_eq!(text(seen.after_input_path.as_ref()), r#"{"x":7}"#);
    assert_eq!(text(seen.after_parameters.as_ref()), r#"{"FunctionName":"f","Payload":7}"#);
    assert_eq!(text(seen.result.as_ref()), r#"{"Payload":"done"}"#);
    assert_eq!(text(seen.after_result_selector.as_ref()), r#"{"got":"done"}"#);
    assert_eq!(text(seen.after_result_path.as_ref()), r#"{"in":{"x":7},"out":{"got":"done"}}"#);
    assert_eq!(seen.after_arguments, None);
}

#[test]
fn without_a_mock_the_call_is_asked_for() {
    let program = program(TASK);
    let limits = Limits::default();
    let setting = Setting {
        program: &program,
        limits: &limits,
        records_max: RECORDS_PER_DECISION_MAX,
        outside: &Apart,
    };
    let (mut test, step) = run(&program, request(&program, "T", r#"{"in": {"x": 7}}"#));
    let StateTestStep::Call { attempt, parameters, .. } = step else { panic!("no call: {step:?}") };
    assert_eq!(parameters.text(), r#"{"FunctionName":"f","Payload":7}"#);
    let late = Input::TaskFailed { attempt: attempt + 1, failure: Failure::named("E") };
    assert!(test.advance(setting, late, START).is_err());
    let failed = Input::TaskFailed { attempt, failure: Failure::new("Rare", "why") };
    let Ok(StateTestStep::Done(outcome)) = test.advance(setting, failed, START) else { panic!("not done") };
    assert_eq!(outcome.status, StateTestStatus::CaughtError);
    assert_eq!(text(outcome.output.as_ref()), r#"{"in":{"x":7},"error":{"Error":"Rare","Cause":"why"}}"#);
    assert_eq!(outcome.failure, Some(Failure::new("Rare", "why")));
    assert_eq!(outcome.inspection.catch_index, Some(0));
}

#[test]
fn retriers_count_what_was_used_before() {
    let program = program(TASK);
    let with = |used: u32| {
        let mut request = request(&program, "T", r#"{"in": {"x": 7}}"#);
        request.mock = Some(Mock::Error(Failure::new("Often", "again")));
        request.retries_used = used;
        done(&program, request)
    };
    let second = with(1);
    assert_eq!(second.status, StateTestStatus::Retriable);
    assert_eq!((second.inspection.retry_index, second.inspection.retry_delay_ms), (Some(0), Some(4_000)));
    assert_eq!(second.failure, Some(Failure::new("Often", "again")));
    let last = with(3);
    assert_eq!(last.status, StateTestStatus::CaughtError);
    assert_eq!((last.inspection.retry_index, last.inspection.retry_delay_ms), (Some(0), None));
}

#[test]
fn branches_and_iterations_need_a_mock() {
    let definition = r#"{"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "ResultPath": "$.p", "Next": "M",
              "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}]},
        "M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "End": true,
              "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Fail"}}}}}}"#;
    let program = program(definition);
    assert_eq!(run(&program, request(&program, "P", "{}")).1, StateTestStep::NeedsMock);
    let mut parallel = request(&program, "P", r#"{"a": 1}"#);
    parallel.mock = Some(Mock::Result(Payload::from(json!(["b"]))));
    let outcome = done(&program, parallel);
    assert_eq!(text(outcome.output.as_ref()), r#"{"a":1,"p":["b"]}"#);
    assert_eq!(outcome.next, program.find("M"));
    let mut map = request(&program, "M", r#"{"items": [1, 2.0]}"#);
    map.mock = Some(Mock::Result(Payload::from(json!([3, 4]))));
    let outcome = done(&program, map.clone());
    assert_eq!(text(outcome.output.as_ref()), "[3,4]");
    assert_eq!(text(outcome.inspection.after_items_path.as_ref()), "[1, 2.0]");
    assert_eq!(outcome.inspection.max_concurrency, Some(3));
    map.mock = Some(Mock::Error(Failure::new("E", "c")));
    assert_eq!(done(&program, map).status, StateTestStatus::Failed);
}

#[test]
fn the_context_is_the_one_given_and_waits_are_told() {
    let definition = r#"{"StartAt": "P", "States": {
        "P": {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Id", "name.$": "$$.State.Name", "more.$": "$$.Task.Token"}, "Next": "W"},
        "W": {"Type": "Wait", "Seconds": 5, "Next": "F"},
        "F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}"#;
    let program = program(definition);
    let mut pass = request(&program, "P", "{}");
    pass.context =
        json!({"Execution": {"Id": "mine"}, "Task": {"Token": "t"}}).as_object().cloned().unwrap_or_default();
    assert_eq!(text(done(&program, pass).output.as_ref()), r#"{"id":"mine","name":"P","more":"t"}"#);
    let limits = Limits::default();
    let setting = Setting {
        program: &program,
        limits: &limits,
        records_max: RECORDS_PER_DECISION_MAX,
        outside: &Apart,
    };
    let (mut test, step) = run(&program, request(&program, "W", r#"{"a": 1}"#));
    let until = START.plus_seconds(5);
    assert_eq!(step, StateTestStep::Wait(until));
    let Ok(StateTestStep::Done(outcome)) = test.advance(setting, Input::Tick, until) else {
        panic!("not done")
    };
    assert_eq!((text(outcome.output.as_ref()), outcome.next), (r#"{"a": 1}"#, program.find("F")));
    let failed = done(&program, request(&program, "F", "{}"));
    assert_eq!((failed.status, failed.failure), (StateTestStatus::Failed, Some(Failure::new("E", "c"))));
}

#[test]
fn a_mock_stands_for_jobs_callbacks_and_activities() {
    for resource in [
        "arn:aws:states:::batch:submitJob.sync",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:us-east-1:000000000000:activity:a",
    ] {
        let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, "End": true,
            "Catch": [{"ErrorEquals": ["E"], "Next": "C"}]}, "C": {"Type": "Succeed"}}});
        let program = program(&definition.to_string());
        let mut mocked = request(&program, "T", "{}");
        mocked.mock = Some(Mock::Result(Payload::from(json!({"JobId": "j"}))));
        assert_eq!(text(done(&program, mocked.clone()).output.as_ref()), r#"{"JobId":"j"}"#, "{resource}");
        mocked.mock = Some(Mock::Error(Failure::new("E", "c")));
        assert_eq!(done(&program, mocked).status, StateTestStatus::CaughtError, "{resource}");
    }
}

const READER: &str = r#"{"StartAt": "M", "QueryLanguage": "JSONata", "States": {"M": {"Type": "Map", "End": true,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "b", "Key": "k"},
        "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/all", "MaxItems": 3}},
    "ItemSelector": {"n": "{% $states.context.Map.Item.Value %}"},
    "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"x": 1}},
    "ToleratedFailureCount": 1, "Assign": {"seen": "{% $count($states.result) %}"},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}}}"#;

#[test]
fn items_are_those_of_the_data_that_is_given() {
    let program = program(READER);
    let mut map = request(&program, "M", "{}");
    map.mock = Some(Mock::Result(Payload::from(json!([5]))));
    map.variables = vec![("before".into(), Payload::from(json!(true)))];
    map.reader_data = Some(r#"{"all": [1, 2, 3, 4]}"#.to_owned());
    let outcome = done(&program, map.clone());
    assert_eq!(text(outcome.output.as_ref()), "[5]");
    let seen = &outcome.inspection;
    assert_eq!(text(seen.after_items_pointer.as_ref()), "[1,2,3,4]");
    assert_eq!(text(seen.after_item_selector.as_ref()), r#"[{"n":1},{"n":2},{"n":3}]"#);
    assert_eq!(
        text(seen.after_item_batcher.as_ref()),
        r#"[{"BatchInput":{"x":1},"Items":[{"n":1},{"n":2}]},{"BatchInput":{"x":1},"Items":[{"n":3}]}]"#
    );
    assert_eq!((seen.iterations, seen.tolerated_failure_count, &seen.result), (Some(2), Some(1), &None));
    let variables: Vec<_> = seen.variables.iter().map(|(name, value)| (&**name, value.text())).collect();
    assert_eq!(variables, [("before", "true"), ("seen", "1")]);
    map.failed_items = 2;
    let over = done(&program, map.clone());
    assert_eq!(over.failure.as_ref().map(Failure::name), Some("States.ExceedToleratedFailureThreshold"));
    map.reader_data = Some("nonsense".to_owned());
    let unread = done(&program, map);
    assert_eq!(unread.failure.as_ref().map(Failure::name), Some("States.ItemReaderFailed"));
}

#[test]
fn each_kind_shows_what_aws_shows() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Pass", "Result": 1, "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "D"}], "Default": "D"},
        "D": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {}, "Next": "E"},
        "E": {"Type": "Succeed"}}}"#;
    let program = program(definition);
    let shown = |state: &str| {
        let seen = done(&program, request(&program, state, "{}")).inspection;
        let steps = [
            ("input", seen.after_input_path),
            ("parameters", seen.after_parameters),
            ("arguments", seen.after_arguments),
            ("result", seen.result),
            ("selector", seen.after_result_selector),
            ("path", seen.after_result_path),
        ];
        steps.into_iter().filter_map(|(name, step)| step.map(|_| name)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown("A"), "input parameters selector path");
    assert_eq!(shown("B"), "result selector path");
    assert_eq!(shown("C"), "input");
    assert_eq!(shown("D"), "");
    assert_eq!(shown("E"), "input");
}
