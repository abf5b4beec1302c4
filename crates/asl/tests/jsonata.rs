//! JSONata states: what their fields become, and what is said of wrong ones. AWS's
//! words where they are known; our advice is behind the arrow.

mod common;

use common::check_state;
use expect_test::expect;
use stateline_asl::program::{
    Condition, FailText, Jsonata, Kind, Number, Program, QueryLanguage, State, Template, WaitUntil,
};
use stateline_asl::{MachineKind, aws_text, compile};

fn program(text: &str) -> Program {
    let compilation = compile(text, MachineKind::Standard);
    let said = aws_text(&compilation.diagnostics);
    compilation.program.unwrap_or_else(|| panic!("a valid definition: {said}"))
}

/// The only state of a JSONata machine.
fn only(fields: &str) -> State {
    let text = format!(
        r#"{{"QueryLanguage": "JSONata", "StartAt": "S", "States": {{"S": {{{fields}}}, "Z": {{"Type": "Succeed"}}}}}}"#
    );
    program(&text).states.remove(0)
}

/// An expression with its place.
fn told(jsonata: &Jsonata) -> String {
    format!("{} = {}", jsonata.location, jsonata.expression.text().trim())
}

/// All expressions of a template, in order.
fn places(template: &Template) -> Vec<String> {
    match template {
        Template::Literal(_) => Vec::new(),
        Template::Object(fields) => fields.iter().flat_map(|(_, inner)| places(inner)).collect(),
        Template::Array(items) => items.iter().flat_map(places).collect(),
        Template::Jsonata(jsonata) => vec![told(jsonata)],
        Template::Dynamic { field, .. } => panic!("a payload template's key {field}"),
    }
}

#[test]
fn expressions_are_found_at_any_depth() {
    let state = only(
        r#""Type": "Pass", "End": true, "Output": {"a": "{% 1 %}", "b": [1, "{% 2 %}", {"c": "{%3%}"}, ["{% 4 %}"]],
            "d.$": "$.x", "e": " {% 5 %} ", "f": "text", "g": {"h": null}}, "Assign": {"v": "{% 6 %}", "w": [7]}"#,
    );
    assert_eq!(state.language, QueryLanguage::Jsonata);
    let output = state.output.expect("an Output");
    expect![[r#"
        Output/a = 1
        Output/b[1] = 2
        Output/b[2]/c = 3
        Output/b[3][0] = 4"#]]
    .assert_eq(&places(&output).join("\n"));
    let Template::Object(fields) = &output else { panic!("an object") };
    let literal = |at: usize| match &fields[at].1 {
        Template::Literal(value) => value.clone(),
        other => panic!("a literal, not {other:?}"),
    };
    assert_eq!((literal(2), literal(3)), ("$.x".into(), " {% 5 %} ".into()));
    assert_eq!(places(&state.assign.expect("an Assign")), ["Assign/v = 6"]);
    let whole = only(r#""Type": "Succeed", "Output": "{% $states.input %}""#);
    assert_eq!(places(&whole.output.expect("an Output")), ["Output = $states.input"]);
    let literal = only(r#""Type": "Succeed", "Output": [1, {"a.$": "$"}]"#);
    assert!(matches!(literal.output, Some(Template::Literal(value)) if value[1]["a.$"] == "$"));
}

#[test]
fn tasks_and_their_catchers_are_complete() {
    let state = only(
        r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, "Arguments": {"Payload": "{% $states.input %}"},
            "TimeoutSeconds": "{% 9 %}", "HeartbeatSeconds": 5, "Credentials": {"RoleArn": "{% $states.input.role %}"},
            "Output": "{% $states.result %}", "Assign": {"r": "{% $states.result.x %}"},
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z", "Output": {"e": "{% $states.errorOutput.Error %}"}, "Assign": {"c": "{% $states.errorOutput.Cause %}"}}]"#,
    );
    let Kind::Task(task) = &state.kind else { panic!("a Task state") };
    assert_eq!(places(task.parameters.as_ref().expect("Arguments")), ["Arguments/Payload = $states.input"]);
    assert_eq!(
        places(task.credentials.as_ref().expect("Credentials")),
        ["Credentials/RoleArn = $states.input.role"]
    );
    assert!(matches!(&task.timeout, Some(Number::Jsonata(jsonata)) if told(jsonata) == "TimeoutSeconds = 9"));
    assert!(matches!(task.heartbeat, Some(Number::Fixed(5))));
    let catcher = &task.catch[0];
    assert_eq!(
        places(catcher.output.as_ref().expect("an Output")),
        ["Catch[0]/Output/e = $states.errorOutput.Error"]
    );
    assert_eq!(
        places(catcher.assign.as_ref().expect("an Assign")),
        ["Catch[0]/Assign/c = $states.errorOutput.Cause"]
    );
}

#[test]
fn every_type_has_its_expressions() {
    let Kind::Wait(wait) = only(r#""Type": "Wait", "Seconds": "{% 3 %}", "End": true"#).kind else {
        panic!("a Wait state")
    };
    assert!(matches!(&wait.until, WaitUntil::SecondsJsonata(jsonata) if told(jsonata) == "Seconds = 3"));
    let Kind::Wait(wait) = only(r#""Type": "Wait", "Timestamp": "{% $now() %}", "End": true"#).kind else {
        panic!("a Wait state")
    };
    assert!(
        matches!(&wait.until, WaitUntil::TimestampJsonata(jsonata) if told(jsonata) == "Timestamp = $now()")
    );
    let Kind::Wait(wait) = only(r#""Type": "Wait", "Seconds": 3, "End": true"#).kind else {
        panic!("a Wait state")
    };
    assert!(matches!(wait.until, WaitUntil::Seconds(3)));
    let Kind::Fail(fail) = only(r#""Type": "Fail", "Error": "E", "Cause": "{% 'c' %}""#).kind else {
        panic!("a Fail state")
    };
    assert!(matches!(&fail.error, Some(FailText::Fixed(text)) if &**text == "E"));
    assert!(matches!(&fail.cause, Some(FailText::Jsonata(jsonata)) if told(jsonata) == "Cause = 'c'"));
    let state = only(
        r#""Type": "Choice", "Default": "Z", "Output": 1, "Choices": [{"Condition": true, "Next": "Z"},
            {"Condition": "{% $states.input %}", "Next": "Z", "Output": "{% 1 %}", "Assign": {"x": "{% 2 %}"}}]"#,
    );
    let Kind::Choice(choice) = &state.kind else { panic!("a Choice state") };
    assert!(matches!(choice.rules[0].condition, Condition::Constant(true)));
    assert!(
        matches!(&choice.rules[1].condition, Condition::Jsonata(jsonata) if told(jsonata) == "Choices[1]/Condition = $states.input")
    );
    assert_eq!(places(choice.rules[1].output.as_ref().expect("an Output")), ["Choices[1]/Output = 1"]);
    assert_eq!(places(choice.rules[1].assign.as_ref().expect("an Assign")), ["Choices[1]/Assign/x = 2"]);
    let state = only(
        r#""Type": "Map", "End": true, "Items": [1, "{% 2 %}"], "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}"},
            "MaxConcurrency": "{% 3 %}", "Output": "{% $states.result %}",
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}"#,
    );
    let Kind::Map(map) = &state.kind else { panic!("a Map state") };
    assert_eq!(places(map.items.as_ref().expect("Items")), ["Items[1] = 2"]);
    assert_eq!(
        places(map.item_selector.as_ref().expect("an ItemSelector")),
        ["ItemSelector/i = $states.context.Map.Item.Index"]
    );
    assert!(
        matches!(&map.max_concurrency, Number::Jsonata(jsonata) if told(jsonata) == "MaxConcurrency = 3")
    );
    let state = only(
        r#""Type": "Parallel", "End": true, "Arguments": "{% 1 %}", "Output": "{% $states.result %}",
            "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}]"#,
    );
    let Kind::Parallel(parallel) = &state.kind else { panic!("a Parallel state") };
    assert_eq!(places(parallel.parameters.as_ref().expect("Arguments")), ["Arguments = 1"]);
}

/// Findings of a JSONata state with these fields.
fn refused(fields: &str, expected: &expect_test::Expect) {
    check_state(&format!("\"QueryLanguage\": \"JSONata\",\n{fields}"), expected);
}

#[test]
fn half_an_expression_is_none() {
    refused(
        r#""Type": "Pass", "End": true, "Output": {"a": "{% 1", "b": ["1 %}"], "c": "{%}"}"#,
        &expect![[r#"
            3:46 INVALID_JSONATA_EXPRESSION: A JSONata expression must start with '{%' and end with '%}' at /States/S/Output/a
              -> put both delimiters at the very ends of the text; a text with other words around is not evaluated
            3:60 INVALID_JSONATA_EXPRESSION: A JSONata expression must start with '{%' and end with '%}' at /States/S/Output/b[0]
              -> put both delimiters at the very ends of the text; a text with other words around is not evaluated
            3:74 INVALID_JSONATA_EXPRESSION: A JSONata expression must start with '{%' and end with '%}' at /States/S/Output/c
              -> put both delimiters at the very ends of the text; a text with other words around is not evaluated
        "#]],
    );
    refused(
        r#""Type": "Wait", "End": true, "Seconds": "{% 1 %} ""#,
        &expect![[r#"
        3:41 INVALID_JSONATA_EXPRESSION: A JSONata expression must start with '{%' and end with '%}' at /States/S/Seconds
          -> put both delimiters at the very ends of the text; a text with other words around is not evaluated
    "#]],
    );
    refused(
        r#""Type": "Fail", "Cause": "{% 1 }""#,
        &expect![[r#"
        3:26 INVALID_JSONATA_EXPRESSION: A JSONata expression must start with '{%' and end with '%}' at /States/S/Cause
          -> put both delimiters at the very ends of the text; a text with other words around is not evaluated
    "#]],
    );
}

#[test]
fn literals_have_the_types_of_their_fields() {
    refused(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": "5", "HeartbeatSeconds": 0, "Credentials": "x""#,
        &expect![[r#"
            3:94 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /States/S/TimeoutSeconds
              -> this is a string
            3:119 SCHEMA_VALIDATION_FAILED: Minimum value is 1 at /States/S/HeartbeatSeconds
            3:137 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Credentials
              -> this is a string
        "#]],
    );
    refused(
        r#""Type": "Wait", "End": true, "Seconds": 1.5"#,
        &expect![[r#"
        3:41 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /States/S/Seconds
          -> this is a number
    "#]],
    );
    refused(
        r#""Type": "Wait", "End": true, "Timestamp": "tomorrow""#,
        &expect![[r#"
        3:43 SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/S/Timestamp
          -> write it as 2030-01-31T23:59:59Z, with a capital T and a zone
    "#]],
    );
    refused(
        r#""Type": "Fail", "Error": 1"#,
        &expect![[r#"
        3:26 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/Error
          -> this is a number
    "#]],
    );
    refused(
        r#""Type": "Map", "End": true, "Items": 5, "MaxConcurrency": true, "ItemSelector": 1, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            3:38 SCHEMA_VALIDATION_FAILED: Expected value of type [ARRAY] at /States/S/Items
              -> this is a number
            3:59 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /States/S/MaxConcurrency
              -> this is true or false
            3:81 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/ItemSelector
              -> this is a number
        "#]],
    );
}
