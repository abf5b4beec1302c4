//! What an author may ask for without end, and where it ends.

mod common;

use common::{Answer, Run, run};
use stateline_base::Limits;
use stateline_engine::{Apart, Effect, Input, RECORDS_PER_DECISION_MAX, Setting, start};
use stateline_journal::{MachineKind, MapRunLimits};

fn distributed(fields: &str) -> String {
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", {fields} "End": true, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
            "StartAt": "I", "States": {{"I": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
    )
}

fn nested(levels: usize) -> String {
    format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn items_that_could_not_be_read_back_are_refused() {
    let object = format!(r#"{{"a": {}}}"#, nested(126));
    let output = run(&distributed(""), &object).run_out().output();
    assert!(output.contains("The data is nested deeper than 127 levels."), "{output}");
    let inline = r#"{"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map", "Items": ["{% $states.input %}", 2], "End": true,
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}}}"#;
    let output = run(inline, &nested(127)).run_out().output();
    assert!(output.contains("The data is nested deeper than 127 levels."), "{output}");
}

#[test]
fn a_result_that_is_too_large_is_not_built() {
    let answers: Vec<Answer> = (0..30).map(|_| Answer::Ok(r#""0123456789""#)).collect();
    let items = serde_json::to_string(&vec![1; 30]).expect("JSON");
    let limits = Limits { payload_bytes_max: 200, ..Limits::default() };
    let output = Run::new(&distributed(""), &items, MachineKind::Standard, limits)
        .answer("child", &answers)
        .run_out()
        .output();
    assert!(output.starts_with("States.DataLimitExceeded: The state/task 'M' returned a result"), "{output}");
}

#[test]
fn a_decision_ends_after_so_many_bytes() {
    let definition = distributed(r#""ItemsPath": "$.items", "ItemSelector": {"all.$": "$.text"},"#);
    let program = common::program(&definition);
    let text = "x".repeat(200_000);
    let input = serde_json::json!({"items": vec![1; 500], "text": text}).to_string();
    let run = Run::new(&definition, "{}", MachineKind::Standard, Limits::default());
    let limits = Limits { payload_bytes_max: 1 << 20, ..Limits::default() };
    let setting = Setting {
        program: &program,
        limits: &limits,
        records_max: RECORDS_PER_DECISION_MAX,
        outside: &Apart,
    };
    let started = stateline_journal::Started {
        input: stateline_base::Payload::parse(input).expect("JSON"),
        ..run.x.started
    };
    let (_, decision) = start(setting, started, common::START);
    assert!(decision.records.len() < 100, "{} records", decision.records.len());
    assert!(decision.effects.contains(&Effect::Continue));
}

#[test]
fn what_a_catcher_does_wrong_is_told() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
              "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"v.$": "$.nope"}, "Next": "B"}], "End": true},
        "B": {"Type": "Succeed"}}}"#;
    let output = run(definition, "{}").answer("A", &[Answer::Err("E", "c")]).run_out().output();
    assert!(output.starts_with("States.Runtime: ") && output.contains("$.nope"), "{output}");
}

#[test]
fn no_limits_of_a_map_run_strand_it() {
    let mut run = run(&distributed(r#""MaxConcurrency": 1, "ToleratedFailureCount": 5,"#), "[1, 2, 3]")
        .answer("child", &[Answer::Err("E", "c"), Answer::Err("E", "c")]);
    assert!(run.step());
    let arn = run.x.map_runs.keys().next().cloned().expect("a Map Run is open");
    let limits = MapRunLimits { concurrency: 0, tolerated_count: 5, tolerated_percentage: 0.0 };
    run.input(Input::UpdateMapRun { map_run_arn: arn.clone(), limits });
    assert_eq!(run.x.map_runs.get(&arn).map(|run| run.limits.concurrency), Some(10_000));
    let limits = MapRunLimits { concurrency: 1, tolerated_count: 0, tolerated_percentage: 0.0 };
    run.input(Input::UpdateMapRun { map_run_arn: arn, limits });
    assert!(run.output().starts_with("States.ExceedToleratedFailureThreshold"), "{}", run.output());
}

#[test]
fn empty_batches_are_refused() {
    let fields = r#""ItemsPath": "$.items", "ItemBatcher": {"MaxItemsPerBatchPath": "$.n"},"#;
    let output = run(&distributed(fields), r#"{"items": [1], "n": 0}"#).run_out().output();
    assert!(output.contains("MaxItemsPerBatch must be a positive integer."), "{output}");
}
