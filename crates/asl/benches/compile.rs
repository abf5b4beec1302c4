//! How long a definition takes from text to program: what CreateStateMachine,
//! ValidateStateMachineDefinition and a start after a restart wait for. The aim is
//! 2 ms for 200 states.

use stateline_asl::{MachineKind, compile, compile_yaml, parse};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// A chain of states of all common kinds with the fields they have in practice.
fn definition(states: usize, language: &str) -> String {
    let mut text = format!("{{\"QueryLanguage\": \"{language}\", \"StartAt\": \"S0\", \"States\": {{\n");
    for at in 0..states {
        let next = at + 1;
        let _ = writeln!(text, "\"S{at}\": {},", state(at, next, language == "JSONata"));
    }
    let _ = write!(text, "\"S{states}\": {{\"Type\": \"Succeed\"}}}}}}");
    text
}

fn state(at: usize, next: usize, jsonata: bool) -> String {
    match (at % 4, jsonata) {
        (0, false) => format!(
            r#"{{"Type": "Pass", "Parameters": {{"id.$": "$.order.id", "sum.$": "States.MathAdd($.a, $.b)", "fixed": [1, 2, 3]}}, "Assign": {{"v{at}.$": "$.id"}}, "ResultPath": "$.r{at}", "Next": "S{next}"}}"#
        ),
        (0, true) => format!(
            r#"{{"Type": "Pass", "Output": {{"id": "{{% $states.input.order.id %}}", "sum": "{{% $sum($states.input.items.(price * count)) %}}"}}, "Assign": {{"v{at}": "{{% $states.input.id %}}"}}, "Next": "S{next}"}}"#
        ),
        (1, false) => format!(
            r#"{{"Type": "Choice", "Choices": [{{"And": [{{"Variable": "$.n", "NumericGreaterThan": 5}}, {{"Variable": "$.s", "StringMatches": "a*"}}], "Next": "S{next}"}}, {{"Variable": "$.x", "IsPresent": true, "Next": "S{next}"}}], "Default": "S{next}"}}"#
        ),
        (1, true) => format!(
            r#"{{"Type": "Choice", "Choices": [{{"Condition": "{{% $states.input.n > 5 and $contains($states.input.s, 'a') %}}", "Next": "S{next}"}}, {{"Condition": "{{% $exists($states.input.x) %}}", "Next": "S{next}"}}], "Default": "S{next}"}}"#
        ),
        (2, false) => format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {{"FunctionName": "f", "Payload": {{"id.$": "$.id", "token.$": "$$.Execution.Id"}}}}, "ResultSelector": {{"r.$": "$.Payload"}}, "ResultPath": "$.task", "TimeoutSeconds": 30, "Retry": [{{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}}], "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "S{next}", "ResultPath": "$.error"}}], "Next": "S{next}"}}"#
        ),
        (2, true) => format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {{"FunctionName": "f", "Payload": "{{% $merge([$states.input, {{'token': $states.context.Execution.Id}}]) %}}"}}, "Output": "{{% $states.result.Payload %}}", "TimeoutSeconds": 30, "Retry": [{{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}}], "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "S{next}", "Output": "{{% $states.errorOutput %}}"}}], "Next": "S{next}"}}"#
        ),
        _ => format!(r#"{{"Type": "Wait", "Seconds": 5, "Next": "S{next}"}}"#),
    }
}

#[divan::bench(args = ["JSONPath", "JSONata"])]
fn compile_200_states(bencher: divan::Bencher<'_, '_>, language: &str) {
    let text = definition(200, language);
    let compilation = compile(&text, MachineKind::Standard);
    assert!(compilation.program.is_some(), "{:?}", compilation.diagnostics);
    bencher.bench(|| compile(divan::black_box(&text), MachineKind::Standard));
}

#[divan::bench]
fn parse_200_states(bencher: divan::Bencher<'_, '_>) {
    let text = definition(200, "JSONPath");
    bencher.bench(|| parse(divan::black_box(&text)));
}

#[divan::bench]
fn compile_200_states_of_yaml(bencher: divan::Bencher<'_, '_>) {
    // JSON is YAML too.
    let text = definition(200, "JSONPath");
    bencher.bench(|| compile_yaml(divan::black_box(&text), MachineKind::Standard));
}
