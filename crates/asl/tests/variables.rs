//! `Assign` and the variables that are read: names, scopes, and what is said of
//! names that nothing assigns. AWS's words where they are known; our advice is
//! behind the arrow.

mod common;

use common::{check, check_state};
use expect_test::expect;
use stateline_asl::program::{Choice, Kind, Number, Program, Selector, Template};
use stateline_asl::{MachineKind, aws_text, compile};

fn program(text: &str) -> Program {
    let compilation = compile(text, MachineKind::Standard);
    let said = aws_text(&compilation.diagnostics);
    compilation.program.unwrap_or_else(|| panic!("a valid definition: {said}"))
}

#[test]
fn variables_stand_wherever_a_path_may() {
    let program = program(
        r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"v": {"a": [1]}, "w.$": "$.x"}, "Next": "T"},
        "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "InputPath": "$v.a[0]", "OutputPath": "$w",
            "TimeoutSecondsPath": "$v.t", "HeartbeatSecondsPath": "$v.h", "Credentials": {"RoleArn.$": "$w"},
            "Parameters": {"p.$": "States.Format('{}', $v)"}, "ResultSelector": {"r.$": "$w.r"}, "Next": "C",
            "Assign": {"w.$": "$w"},
            "Catch": [{"ErrorEquals": ["x"], "Next": "C", "Assign": {"e.$": "$.Error", "w": 1}}]},
        "C": {"Type": "Choice", "Assign": {"c": 1}, "Default": "W", "Choices": [
            {"Not": {"Variable": "$v", "StringEqualsPath": "$w"}, "Next": "W", "Assign": {"c.$": "$e"}}]},
        "W": {"Type": "Wait", "SecondsPath": "$c", "Next": "M"},
        "M": {"Type": "Map", "ItemsPath": "$v.a", "MaxConcurrencyPath": "$c", "Next": "F",
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Wait", "TimestampPath": "$w", "End": true}}}},
        "F": {"Type": "Fail", "ErrorPath": "$e", "CausePath": "States.Format('{}', $c)"}}}"#,
    );
    let read: Vec<String> =
        program.variable_references().map(|(state, names)| format!("{state}: {}", names.join(" "))).collect();
    expect![[r#"
        T: v w
        C: e v w
        W: c
        M: c v
        I: w
        F: c e"#]]
    .assert_eq(&read.join("\n"));
    let Kind::Task(task) = &program.states[1].kind else { panic!("a Task state") };
    assert!(matches!(&task.timeout, Some(Number::Path(path)) if path.text() == "$v.t"));
    assert!(matches!(&program.states[1].input_path, Selector::Query(path) if path.text() == "$v.a[0]"));
    assert!(matches!(&task.catch[0].assign, Some(Template::Object(fields)) if fields.len() == 2));
    let Kind::Choice(Choice { rules, .. }) = &program.states[2].kind else { panic!("a Choice state") };
    assert!(matches!(&rules[0].assign, Some(Template::Object(fields)) if &*fields[0].0 == "c"));
    assert!(matches!(&program.states[2].assign, Some(Template::Literal(value)) if value["c"] == 1));
}

#[test]
fn names_are_identifiers() {
    check_state(
        r#""Type": "Pass", "End": true, "Assign": {"states": 1, "a.b": 1, "_x": 2, "ok.$": "$.x", "n[0].$": "$.y"}"#,
        &expect![[r#"
            2:47 SCHEMA_VALIDATION_FAILED: The variable name 'states' is reserved at /States/S/Assign
              -> '$states' holds the input, the result and the Context object; take another name
            2:60 SCHEMA_VALIDATION_FAILED: The variable name 'a.b' is not valid at /States/S/Assign
              -> a name is a letter and then letters, digits and underscores; a part of a variable cannot be assigned
            2:70 SCHEMA_VALIDATION_FAILED: The variable name '_x' is not valid at /States/S/Assign
              -> a name is a letter and then letters, digits and underscores; a part of a variable cannot be assigned
            2:94 SCHEMA_VALIDATION_FAILED: The variable name 'n[0]' is not valid at /States/S/Assign
              -> a name is a letter and then letters, digits and underscores; a part of a variable cannot be assigned
        "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Assign": [1]"#,
        &expect![[r#"
        2:46 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Assign
          -> this is an array
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Assign": {"x": 1, "x.$": "$.y", "z.$": "not a path"}"#,
        &expect![[r#"
            2:55 SCHEMA_VALIDATION_FAILED: The field 'x' is specified more than once, with and without '.$' at /States/S/Assign
            2:76 SCHEMA_VALIDATION_FAILED: The value for the field 'z.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Assign
              -> Expected a path or a call of an intrinsic function
        "#]],
    );
    check_state(
        r#""Type": "Pass", "QueryLanguage": "JSONata", "End": true, "Assign": {"x.$": 1, "states": 1}"#,
        &expect![[r#"
            2:75 SCHEMA_VALIDATION_FAILED: The variable name 'x.$' is not valid at /States/S/Assign
              -> a name is a letter and then letters, digits and underscores; a part of a variable cannot be assigned
            2:85 SCHEMA_VALIDATION_FAILED: The variable name 'states' is reserved at /States/S/Assign
              -> '$states' holds the input, the result and the Context object; take another name
        "#]],
    );
    check_state(
        r#""Type": "Pass", "QueryLanguage": "JSONata", "End": true, "Assign": "{% {} %}""#,
        &expect![[r#"
            2:74 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Assign
              -> this is a string
        "#]],
    );
    check_state(
        r#""Type": "Succeed", "Assign": {"x": 1}"#,
        &expect![[r#"
        2:26 SCHEMA_VALIDATION_FAILED: Field 'Assign' is not supported at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "ResultPath": "$x""#,
        &expect![[r#"
        2:50 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path at /States/S/ResultPath
          -> A reference path goes on with '.' or '['
    "#]],
    );
}

#[test]
fn inner_scopes_read_but_do_not_assign_what_is_outside() {
    check(
        r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "P"},
        "P": {"Type": "Parallel", "End": true, "Assign": {"y": 1}, "Branches": [
            {"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"x": 2, "inner.$": "$x"}, "End": true}}},
            {"StartAt": "C", "States": {"C": {"Type": "Pass", "Assign": {"y.$": "$inner", "own": 1}, "Next": "D"},
                "D": {"Type": "Pass", "InputPath": "$own", "End": true}}}]}}}"#,
        &expect![[r#"
            4:74 DUPLICATE_VARIABLE_NAME: The variable name 'x' was already defined in a parent scope. at /States/P/Branches[0]/States/B/Assign
              -> inner states can read the variables outside, but not assign them; take another name, or return the value in the output
            5:74 DUPLICATE_VARIABLE_NAME: The variable name 'y' was already defined in a parent scope. at /States/P/Branches[1]/States/C/Assign
              -> inner states can read the variables outside, but not assign them; take another name, or return the value in the output
            5:81 POSSIBLY_UNDEFINED_VARIABLE (warning): Variable 'inner' is possibly not defined. at /States/P/Branches[1]/States/C/Assign
              -> it is assigned where this state cannot see it: in another branch, inside a Map, or outside a distributed Map
        "#]],
    );
}

#[test]
fn children_of_a_distributed_map_see_nothing_from_outside() {
    check(
        r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
        "M": {"Type": "Map", "End": true, "ItemsPath": "$x", "ItemSelector": {"x.$": "$x"}, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "B", "States": {
            "B": {"Type": "Pass", "Assign": {"x": 2}, "Next": "C"},
            "C": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "D", "States": {
                "D": {"Type": "Pass", "Parameters": {"a.$": "$x"}, "Assign": {"x": 3}, "End": true}}}}}}}}}"#,
        &expect![[r#"
            7:79 DUPLICATE_VARIABLE_NAME: The variable name 'x' was already defined in a parent scope. at /States/M/ItemProcessor/States/C/ItemProcessor/States/D/Assign
              -> inner states can read the variables outside, but not assign them; take another name, or return the value in the output
        "#]],
    );
    check(
        r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
        "M": {"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "B", "States": {
            "B": {"Type": "Pass", "InputPath": "$x", "OutputPath": "$nowhere", "End": true}}}}}}"#,
        &expect![[r#"
            5:48 POSSIBLY_UNDEFINED_VARIABLE (warning): Variable 'x' is possibly not defined. at /States/M/ItemProcessor/States/B/InputPath
              -> it is assigned where this state cannot see it: in another branch, inside a Map, or outside a distributed Map
            5:68 POSSIBLY_UNDEFINED_VARIABLE (warning): Variable 'nowhere' is possibly not defined. at /States/M/ItemProcessor/States/B/OutputPath
              -> no Assign of the definition gives it a value
        "#]],
    );
}
