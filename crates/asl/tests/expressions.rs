//! JSONata expressions as a machine's creation judges them: what does not parse, what
//! refers to things that Step Functions does not have, and which variables are read.

mod common;

use common::check_state;
use expect_test::{Expect, expect};
use stateline_asl::{MachineKind, compile};

/// The findings of an expression in the `Output` of a Pass state: code, message, place.
fn found(expression: &str) -> Vec<(String, String)> {
    let quoted = serde_json::Value::from(format!("{{% {expression} %}}"));
    let text = format!(
        r#"{{"QueryLanguage": "JSONata", "StartAt": "E", "States": {{"E": {{"Type": "Pass", "Output": {{"v": {quoted}}}, "End": true}}}}}}"#
    );
    let compilation = compile(&text, MachineKind::Standard);
    let found = compilation.diagnostics.into_iter();
    found
        .map(|found| {
            assert_eq!(found.location, "/States/E/Output/v", "{expression}");
            (found.code.as_str().to_owned(), found.message)
        })
        .collect()
}

#[test]
fn what_is_no_jsonata_is_told_in_its_own_words() {
    // Each pair was seen in an answer of ValidateStateMachineDefinition.
    for (expression, message) in [
        ("a[1,2)", r#"Expected "]", got ",""#),
        ("\"unterminated", "String literal must be terminated by a matching quote"),
        ("1 +", "Unexpected end of expression"),
        ("{\"a\":}", r#"The symbol "}" cannot be used as a unary operator"#),
        ("$x :=", "Unexpected end of expression"),
        ("$match(\"a\", /abc", "No terminating / in regular expression"),
        ("phone %.other", r#"The symbol "." cannot be used as a unary operator"#),
        ("", "Unexpected end of expression"),
    ] {
        assert_eq!(
            found(expression),
            [("INVALID_JSONATA_EXPRESSION".to_owned(), message.to_owned())],
            "{expression}"
        );
    }
}

#[test]
fn there_is_no_input_document() {
    for (expression, message) in [
        ("phone", "Reference to 'phone' at the top level is not supported."),
        ("phone.number", "Reference to 'phone' at the top level is not supported."),
        ("$", "Reference to '$' at the top level is not supported."),
        ("$$", "Reference to '$$' is not supported."),
        ("$states.errorOutput", "Field '$states.errorOutput' does not exist."),
        ("$states.result.x", "Field '$states.result' does not exist."),
        ("$states.inputs", "Field '$states.inputs' does not exist."),
        ("$map($states.input.a, function($x) { b })", "Reference to 'b' at the top level is not supported."),
    ] {
        assert_eq!(
            found(expression),
            [("UNSUPPORTED_JSONATA_EXPRESSION".to_owned(), message.to_owned())],
            "{expression}"
        );
    }
    // The same name is told once, each name by itself.
    let names: Vec<String> = found("a + b + a").into_iter().map(|(_, message)| message).collect();
    assert_eq!(
        names,
        [
            "Reference to 'a' at the top level is not supported.",
            "Reference to 'b' at the top level is not supported."
        ]
    );
    for expression in [
        "$states.input.phone[type = 'x'].number",
        "$states.input.list[$ > 1]",
        "$states.context.Execution.Id",
        "$states",
        "$sum($states.input.items.(price * count))",
        "($x := 1; $x + 1)",
        "$map($states.input.a, function($x, $i) { $x + $i })",
        "$states.input{name: $count(value)}",
        "$states.input^(>price)",
    ] {
        assert_eq!(found(expression), [], "{expression}");
    }
}

#[test]
fn variables_that_nothing_assigns_are_warned_of() {
    let warning = |name: &str| {
        vec![(
            "POSSIBLY_UNDEFINED_VARIABLE".to_owned(),
            format!("Variable '{name}' is possibly not defined."),
        )]
    };
    assert_eq!(found("$doesNotExist"), warning("doesNotExist"));
    assert_eq!(found("$x.y.z"), warning("x"));
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% ($z := $y; $z + $x) %}", "Assign": {"y": "{% $x %}"}, "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% $states.input %}", "End": true}}}"#;
    let compilation = compile(text, MachineKind::Standard);
    assert_eq!(compilation.diagnostics, []);
    let program = compilation.program.expect("a valid definition");
    let read: Vec<(&str, Vec<&str>)> = program
        .variable_references()
        .map(|(state, names)| (state, names.iter().map(|name| &**name).collect()))
        .collect();
    assert_eq!(read, [("B", vec!["x", "y"])]);
}

/// Findings of a JSONata state with these fields.
fn refused(fields: &str, expected: &Expect) {
    check_state(&format!("\"QueryLanguage\": \"JSONata\",\n{fields}"), expected);
}

#[test]
fn results_and_errors_are_there_where_they_belong() {
    refused(
        r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, "Output": "{% $states.result %}", "Assign": {"a": "{% $states.result %}"}, "Catch": [{"ErrorEquals": ["x"], "Next": "Z", "Output": "{% $states.errorOutput %}", "Assign": {"b": "{% $states.errorOutput %}"}}]"#,
        &expect![[""]],
    );
    refused(
        r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, "Arguments": {"Payload": "{% $states.result %}"}, "TimeoutSeconds": "{% $states.result %}", "Output": "{% $states.errorOutput %}", "Catch": [{"ErrorEquals": ["x"], "Next": "Z", "Output": "{% $states.result %}"}]"#,
        &expect![[r#"
            3:105 UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at /States/S/Arguments/Payload
              -> the result is there in Output and Assign of a Task, Parallel or Map state itself
            3:148 UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at /States/S/TimeoutSeconds
              -> the result is there in Output and Assign of a Task, Parallel or Map state itself
            3:182 UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/S/Output
              -> the error is there in Output and Assign of a catcher
            3:267 UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at /States/S/Catch[0]/Output
              -> the result is there in Output and Assign of a Task, Parallel or Map state itself
        "#]],
    );
    refused(
        r#""Type": "Choice", "Output": "{% $states.result %}", "Choices": [{"Condition": "{% $states.result %}", "Next": "Z", "Assign": {"x": "{% name %}"}}]"#,
        &expect![[r#"
            3:33 UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at /States/S/Output
              -> the result is there in Output and Assign of a Task, Parallel or Map state itself
            3:83 UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at /States/S/Choices[0]/Condition
              -> the result is there in Output and Assign of a Task, Parallel or Map state itself
            3:136 UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'name' at the top level is not supported. at /States/S/Choices[0]/Assign/x
              -> an expression has no input document of its own; write $states.input
        "#]],
    );
}

#[test]
fn mistakes_are_underlined_where_they_are() {
    refused(
        r#""Type": "Pass", "End": true, "Output": {"v": "{% $states.input.a + b %}"}"#,
        &expect![[r#"
        3:68 UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'b' at the top level is not supported. at /States/S/Output/v
          -> an expression has no input document of its own; write $states.input
    "#]],
    );
    refused(
        r#""Type": "Pass", "End": true, "Output": {"v": "{% 1 + ) %}"}"#,
        &expect![[r#"
        3:54 INVALID_JSONATA_EXPRESSION: The symbol ")" cannot be used as a unary operator at /States/S/Output/v
          -> JSONata error S0211
    "#]],
    );
    // Behind an escape the places do not run side by side; the whole text is underlined.
    refused(
        r#""Type": "Pass", "End": true, "Output": {"v": "{% \"a\" & b %}"}"#,
        &expect![[r#"
        3:46 UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'b' at the top level is not supported. at /States/S/Output/v
          -> an expression has no input document of its own; write $states.input
    "#]],
    );
}

#[test]
fn an_expression_of_very_many_names_is_quick() {
    let names: String = (0..40_000).map(|number| format!(",a{number}, $b{number}")).collect();
    let text = format!(
        r#"{{"QueryLanguage": "JSONata", "StartAt": "S", "States": {{"S": {{"Type": "Succeed", "Output": "{{% [0{names}] %}}"}}}}}}"#
    );
    // As many errors, and as many warnings, as are kept of one definition.
    assert_eq!(compile(&text, MachineKind::Standard).diagnostics.len(), 2_000);
}
