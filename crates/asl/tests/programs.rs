//! What valid definitions become: indexes, defaults, compiled fields.

use stateline_asl::program::{
    Condition, FailText, Jitter, Kind, Number, Operand, Operator, Relation, ResultPath, ScopeIndex, Selector,
    StateIndex, Template, Transition, WaitUntil,
};
use stateline_asl::{MachineKind, Pattern, Program, TaskResource, aws_text, compile};

fn program(text: &str) -> Program {
    let compilation = compile(text, MachineKind::Standard);
    let said = aws_text(&compilation.diagnostics);
    compilation.program.unwrap_or_else(|| panic!("a valid definition: {said}"))
}

/// The kind of the only state.
fn only(fields: &str) -> Kind {
    program(&format!(r#"{{"StartAt": "S", "States": {{"S": {{{fields}}}}}}}"#)).states.remove(0).kind
}

#[test]
fn states_and_scopes_are_numbered_in_the_order_of_the_text() {
    let program = program(
        r#"{"TimeoutSeconds": 9, "StartAt": "P", "States": {
            "Z": {"Type": "Succeed"},
            "P": {"Type": "Parallel", "Next": "M", "Branches": [
                {"StartAt": "A2", "States": {"A1": {"Type": "Succeed"}, "A2": {"Type": "Pass", "Next": "A1"}}},
                {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]},
            "M": {"Type": "Map", "Next": "Z", "Iterator": {"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}}}}"#,
    );
    assert_eq!(program.timeout_seconds, Some(9));
    let names: Vec<(&str, u32)> = program.states.iter().map(|state| (&*state.name, state.scope.0)).collect();
    assert_eq!(names, [("Z", 0), ("P", 0), ("A1", 1), ("A2", 1), ("B", 2), ("M", 0), ("C", 3)]);
    let scopes: Vec<(u32, Option<u32>)> =
        program.scopes.iter().map(|scope| (scope.start_at.0, scope.parent.map(|parent| parent.0))).collect();
    assert_eq!(scopes, [(1, None), (3, Some(1)), (4, Some(1)), (6, Some(5))]);
    let Kind::Parallel(parallel) = &program.states[1].kind else { panic!("a Parallel state") };
    assert_eq!(parallel.branches, [ScopeIndex(1), ScopeIndex(2)]);
    assert_eq!(parallel.transition, Transition::Next(StateIndex(5)));
    let Kind::Map(map) = &program.states[5].kind else { panic!("a Map state") };
    assert_eq!(map.processor, ScopeIndex(3));
    assert!(matches!(map.max_concurrency, Number::Fixed(0)));
    assert!(matches!(map.items_path, Selector::Whole));
    assert_eq!(program.find("B"), Some(StateIndex(4)));
}

#[test]
fn data_flow_has_its_defaults_and_its_nulls() {
    let kind = only(r#""Type": "Pass", "End": true"#);
    let Kind::Pass(pass) = kind else { panic!("a Pass state") };
    assert!(
        pass.result.is_none() && pass.parameters.is_none() && matches!(pass.result_path, ResultPath::Replace)
    );
    assert_eq!(pass.transition, Transition::End);
    let text = r#"{"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true,
        "InputPath": null, "OutputPath": "$", "ResultPath": null, "Result": {"a": 1.0, "b": null}}}}"#;
    let state = program(text).states.remove(0);
    assert!(matches!((&state.input_path, &state.output_path), (Selector::Nothing, Selector::Whole)));
    let Kind::Pass(pass) = state.kind else { panic!("a Pass state") };
    assert!(matches!(pass.result_path, ResultPath::Discard));
    assert_eq!(pass.result.expect("a result").text(), r#"{"a":1.0,"b":null}"#);
}

#[test]
fn templates_keep_what_is_literal_whole() {
    let kind = only(
        r#""Type": "Pass", "End": true, "Parameters": {"l": {"m": [1, 2]}, "a.$": "$.x", "n": [3, {"b.$": "States.UUID()"}]}"#,
    );
    let Kind::Pass(pass) = kind else { panic!("a Pass state") };
    let Some(Template::Object(fields)) = &pass.parameters else {
        panic!("an object with something to evaluate")
    };
    let keys: Vec<&str> = fields.iter().map(|(key, _)| &**key).collect();
    assert_eq!(keys, ["l", "a", "n"]);
    assert!(matches!(&fields[0].1, Template::Literal(value) if value["m"][1] == 2));
    assert!(
        matches!(&fields[1].1, Template::Dynamic { field, expression } if &**field == "a.$" && expression.text() == "$.x")
    );
    assert!(matches!(&fields[2].1, Template::Array(items) if items.len() == 2));
    let kind = only(r#""Type": "Pass", "End": true, "Parameters": {"a": {}}"#);
    let Kind::Pass(pass) = kind else { panic!("a Pass state") };
    assert!(matches!(pass.parameters, Some(Template::Literal(_))));
}

#[test]
fn tasks_retriers_and_catchers_are_complete() {
    let program = program(
        r#"{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "TimeoutSecondsPath": "$.t", "HeartbeatSeconds": 7, "Credentials": {"RoleArn.$": "$.role"}, "End": true,
            "Retry": [{"ErrorEquals": ["a", "b"]},
                {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 9, "JitterStrategy": "FULL"}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z", "ResultPath": "$.e"}]}, "Z": {"Type": "Succeed"}}}"#,
    );
    let Kind::Task(task) = &program.states[0].kind else { panic!("a Task state") };
    assert!(matches!(&task.resource, TaskResource::Integration { pattern: Pattern::Sync2, .. }));
    assert!(matches!(&task.timeout, Some(Number::Path(query)) if query.text() == "$.t"));
    assert!(matches!(task.heartbeat, Some(Number::Fixed(7))));
    assert!(matches!(task.credentials, Some(Template::Object(_))));
    let [first, second] = &task.retry[..] else { panic!("two retriers") };
    assert_eq!((first.interval_seconds, first.max_attempts, first.backoff_rate), (1, 3, 2.0));
    assert_eq!((first.max_delay_seconds, first.jitter), (None, Jitter::None));
    assert_eq!((second.interval_seconds, second.max_attempts, second.backoff_rate), (3, 0, 1.0));
    assert_eq!((second.max_delay_seconds, second.jitter), (Some(9), Jitter::Full));
    assert!(matches!(&task.catch[0].result_path, ResultPath::At(path) if path.text() == "$.e"));
    assert_eq!(task.catch[0].next, StateIndex(1));
}

#[test]
fn every_operator_of_a_choice_is_compiled() {
    let families = [
        (
            "String",
            "\"a\"",
            &["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"][..],
        ),
        ("Numeric", "1.5", &["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"]),
        ("Boolean", "true", &["Equals"]),
        (
            "Timestamp",
            "\"2030-01-01T00:00:00Z\"",
            &["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"],
        ),
        ("Is", "true", &["Null", "Present", "Numeric", "String", "Boolean", "Timestamp"]),
    ];
    let mut rules = vec![r#"{"Variable": "$.x", "StringMatches": "a*", "Next": "Z"}"#.to_owned()];
    for (family, operand, names) in families {
        for name in names {
            rules.push(format!(r#"{{"Variable": "$.x", "{family}{name}": {operand}, "Next": "Z"}}"#));
            if family != "Is" {
                rules.push(format!(r#"{{"Variable": "$$.y", "{family}{name}Path": "$.z", "Next": "Z"}}"#));
            }
        }
    }
    let text = format!(
        r#"{{"StartAt": "C", "States": {{"C": {{"Type": "Choice", "Choices": [{}]}}, "Z": {{"Type": "Succeed"}}}}}}"#,
        rules.join(",")
    );
    let program = program(&text);
    let Kind::Choice(choice) = &program.states[0].kind else { panic!("a Choice state") };
    assert_eq!((choice.rules.len(), choice.default), (39, None));
    let operator = |at: usize| match &choice.rules[at].condition {
        Condition::Test(comparison) => &comparison.operator,
        other => panic!("a data test, not {other:?}"),
    };
    assert!(matches!(operator(0), Operator::StringMatches(pattern) if &**pattern == "a*"));
    assert!(
        matches!(operator(1), Operator::String(Relation::Equals, Operand::Value(text)) if &**text == "a")
    );
    assert!(matches!(operator(4), Operator::String(Relation::Less, Operand::Path(_))));
    assert!(matches!(operator(9), Operator::String(Relation::GreaterOrEqual, Operand::Value(_))));
}

#[test]
fn combinators_nest() {
    let text = r#"{"StartAt": "C", "States": {"C": {"Type": "Choice", "Default": "Z", "Choices": [
        {"Or": [{"Not": {"Variable": "$.a", "IsNull": false}}, {"And": [{"Variable": "$.b", "NumericEquals": 1}]}], "Next": "Z"}]},
        "Z": {"Type": "Succeed"}}}"#;
    let program = program(text);
    let Kind::Choice(choice) = &program.states[0].kind else { panic!("a Choice state") };
    assert_eq!(choice.default, Some(StateIndex(1)));
    let Condition::Any(inner) = &choice.rules[0].condition else { panic!("an Or") };
    assert!(matches!(&inner[..], [Condition::Not(_), Condition::All(_)]));
}

#[test]
fn waits_and_failures_have_their_forms() {
    let until = |field: &str| match only(&format!(r#""Type": "Wait", {field}, "End": true"#)) {
        Kind::Wait(wait) => wait.until,
        other => panic!("a Wait state, not {other:?}"),
    };
    assert!(matches!(until(r#""Seconds": 0"#), WaitUntil::Seconds(0)));
    assert!(matches!(until(r#""SecondsPath": "$.s""#), WaitUntil::SecondsPath(_)));
    assert!(
        matches!(until(r#""Timestamp": "1970-01-01T00:00:01.5Z""#), WaitUntil::Timestamp(at) if at.as_millis() == 1500)
    );
    assert!(matches!(until(r#""TimestampPath": "$$.Execution.StartTime""#), WaitUntil::TimestampPath(_)));
    let Kind::Fail(fail) = only(r#""Type": "Fail", "Error": "E", "CausePath": "States.Format('{}', $.c)""#)
    else {
        panic!("a Fail state")
    };
    assert!(matches!(fail.error, Some(FailText::Fixed(text)) if &*text == "E"));
    assert!(matches!(fail.cause, Some(FailText::Dynamic(_))));
}
