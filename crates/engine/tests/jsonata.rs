//! States in JSONata mode, and variables in both: exact histories.

mod common;

use common::{Answer, Run, run};
use expect_test::expect;
use stateline_base::Limits;
use stateline_journal::MachineKind;

/// A machine of these states in JSONata, starting at `A`.
fn machine(states: &str) -> String {
    format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{{states}}}}}"#)
}

fn output(states: &str, input: &str) -> String {
    run(&machine(states), input).run_out().output()
}

#[test]
fn output_and_assign_see_what_was_there_at_the_entry() {
    let run = run(
        &machine(
            r#""A": {"Type": "Pass", "Assign": {"x": "{% $states.input.n %}", "y": [1, "{% $states.input.n + 1 %}"]},
                  "Output": {"sum": "{% $sum($states.input.list) %}", "x": "{% $exists($x) %}"}, "Next": "B"},
            "B": {"Type": "Pass", "Assign": {"x": "{% $x * 10 %}"}, "Output": "{% $x + $y[1] %}", "Next": "C"},
            "C": {"Type": "Succeed", "Output": "{% [$x, $states.input] %}"}"#,
        ),
        r#"{"n": 4, "list": [1, 2, 3.5]}"#,
    )
    .run_out();
    expect![[r#"
        1(0) ExecutionStarted {"n": 4, "list": [1, 2, 3.5]}
        2(0) PassStateEntered A {"n": 4, "list": [1, 2, 3.5]}
        3(2) PassStateExited A {"sum":6.5,"x":false} $x=4 $y=[1,5]
        4(3) PassStateEntered B {"sum":6.5,"x":false}
        5(4) PassStateExited B 9 $x=40
        6(5) SucceedStateEntered C 9
        7(6) SucceedStateExited C [40,9]
        8(7) ExecutionSucceeded [40,9]
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn a_task_has_arguments_and_a_result() {
    let states = r#""A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": "{% $states.input.t %}",
          "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.order %}"},
          "Assign": {"got": "{% $states.result.Payload %}"}, "Output": "{% $states.result.Payload & '!' %}", "End": true}"#;
    let run = Run::new(&machine(states), r#"{"order": 7, "t": 5}"#, MachineKind::Standard, Limits::default())
        .answer("A", &[Answer::Ok(r#"{"Payload": "ok"}"#)])
        .run_out();
    expect![[r#"
        1(0) ExecutionStarted {"order": 7, "t": 5}
        2(0) TaskStateEntered A {"order": 7, "t": 5}
        3(2) TaskScheduled lambda:invoke {"FunctionName":"f","Payload":7}
        4(3) TaskStarted
        5(4) TaskSucceeded {"Payload": "ok"}
        6(5) TaskStateExited A "ok!" $got="ok"
        7(6) ExecutionSucceeded "ok!"
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn a_failed_expression_is_told_once_an_attempt_and_can_be_caught() {
    let states = r#""A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "{% $states.input.name.first %}"},
          "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}],
          "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"why": "{% $states.errorOutput.Error %}"}, "Output": "{% $states.input %}", "Next": "B"}], "End": true},
        "B": {"Type": "Pass", "Output": "{% $why %}", "End": true}"#;
    let run = run(&machine(states), r#"{"name": {}}"#).run_out();
    expect![[r#"
        1(0) ExecutionStarted {"name": {}}
        2(0) TaskStateEntered A {"name": {}}
        3(0) EvaluationFailed A Arguments/FunctionName States.QueryEvaluationError / An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.name.first' specified for the field 'Arguments/FunctionName' returned nothing (undefined).
        4(3) EvaluationFailed +1000ms A Arguments/FunctionName States.QueryEvaluationError / An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.name.first' specified for the field 'Arguments/FunctionName' returned nothing (undefined).
        5(4) TaskStateExited +1000ms A {"name": {}} $why="States.QueryEvaluationError"
        6(5) PassStateEntered +1000ms B {"name": {}}
        7(6) PassStateExited +1000ms B "States.QueryEvaluationError"
        8(7) ExecutionSucceeded +1000ms "States.QueryEvaluationError"
    "#]]
    .assert_eq(&run.print());
}

#[test]
fn failures_of_expressions_have_the_words_of_aws() {
    let prefix = "States.QueryEvaluationError: An error occurred while executing the state 'A' (entered at the event id #2). ";
    let table = [
        (
            r#""Type": "Pass", "Output": {"v": "{% 'a' + 1 %}"}, "End": true"#,
            "The JSONata expression ''a' + 1' specified for the field 'Output/v' threw an error during evaluation. T2001: The left side of the \"+\" operator must evaluate to a number",
        ),
        (
            r#""Type": "Pass", "Output": "{% $uppercase %}", "End": true"#,
            "The JSONata expression '$uppercase' specified for the field 'Output' returned an unsupported result type.",
        ),
        (
            r#""Type": "Pass", "Output": "{% [1..10000000] %}", "End": true"#,
            "The JSONata expression '[1..10000000]' specified for the field 'Output' threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage",
        ),
        (
            r#""Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "B"}], "Default": "B""#,
            "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
        ),
        (
            r#""Type": "Wait", "Timestamp": "{% 'soon' %}", "End": true"#,
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon",
        ),
        (
            r#""Type": "Map", "Items": "{% 'x' %}", "End": true, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}"#,
            "The JSONata expression ''x'' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'string' for value: \"x\"",
        ),
        (
            r#""Type": "Fail", "Error": "{% 5 %}""#,
            "The JSONata expression '5' specified for the field 'Error' returned an unexpected result type. Expected 'string', but was 'number' for value: 5",
        ),
    ];
    for (state, expected) in table {
        let states = format!(r#""A": {{{state}}}, "B": {{"Type": "Succeed"}}"#);
        let definition = if state.contains("\"B\"") { states } else { format!(r#""A": {{{state}}}"#) };
        assert_eq!(output(&definition, "{}"), format!("{prefix}{expected}"), "{state}");
    }
}

#[test]
fn choice_rules_have_their_own_assign_and_output() {
    let states = r#""A": {"Type": "Choice", "Assign": {"x": "none"}, "Output": "none", "Default": "B", "Choices": [
            {"Condition": "{% $states.input > 10 %}", "Assign": {"x": "{% 'over ' & $states.input %}"}, "Output": "{% $states.input - 10 %}", "Next": "B"},
            {"Condition": "{% $states.input = 1 %}", "Next": "B"}]},
        "B": {"Type": "Pass", "Output": "{% [$states.input, $exists($x) ? $x : 'unset'] %}", "End": true}"#;
    assert_eq!(output(states, "15"), r#"[5,"over 15"]"#);
    assert_eq!(output(states, "1"), r#"[1,"unset"]"#);
    assert_eq!(output(states, "2"), r#"["none","none"]"#);
}

#[test]
fn scopes_nest_and_siblings_are_apart() {
    let states = r#""A": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "P"},
        "P": {"Type": "Parallel", "Arguments": "{% $outer + 1 %}", "Assign": {"joined": "{% $states.result %}"}, "Next": "M", "Branches": [
            {"StartAt": "P1", "States": {"P1": {"Type": "Pass", "Assign": {"mine": 1}, "Next": "P2"}, "P2": {"Type": "Pass", "Output": "{% $outer + $mine + $states.input %}", "End": true}}},
            {"StartAt": "P3", "States": {"P3": {"Type": "Pass", "Output": "{% $exists($mine) %}", "End": true}}}]},
        "M": {"Type": "Map", "Items": "{% ['a', 'b'] %}", "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}", "i": "{% $states.context.Map.Item.Index + $outer %}"}, "MaxConcurrency": "{% $outer %}",
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"it": "{% $states.input.v %}"}, "Next": "J"}, "J": {"Type": "Pass", "Output": "{% $it & $states.input.i & $outer %}", "End": true}}},
            "Output": {"mapped": "{% $states.result %}", "joined": "{% $joined %}"}, "End": true}"#;
    assert_eq!(output(states, "{}"), r#"{"mapped":["a11","b21"],"joined":[4,false]}"#);
}

#[test]
fn jsonpath_states_assign_and_read_variables() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "Assign": {"all.$": "$", "fixed": [1, 2], "sum.$": "States.MathAdd($.n, 1)"}, "ResultPath": "$.r", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$sum", "NumericEqualsPath": "$fixed[1]", "Assign": {"chosen.$": "$.r.n"}, "Next": "C"}], "Default": "F"},
        "C": {"Type": "Pass", "InputPath": "$all", "Parameters": {"a.$": "$.n", "b.$": "$fixed", "c.$": "States.Format('{}', $chosen)"}, "End": true},
        "F": {"Type": "Fail"}}}"#;
    assert_eq!(run(definition, r#"{"n": 1}"#).run_out().output(), r#"{"a":1,"b":[1,2],"c":"1"}"#);
}

#[test]
fn languages_mix_state_by_state() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"v.$": "$.n"}, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"twice": "{% $v * 2 %}"}, "Assign": {"w": "{% $v & 'w' %}"}, "Next": "C"},
        "C": {"Type": "Pass", "Parameters": {"t.$": "$.twice", "w.$": "$w"}, "End": true}}}"#;
    assert_eq!(run(definition, r#"{"n": 3}"#).run_out().output(), r#"{"t":6,"w":"3w"}"#);
}

#[test]
fn variables_have_limits() {
    let limits = Limits { payload_bytes_max: 100, variables_bytes_max: 150, ..Limits::default() };
    let of = |states: &str| {
        let run = Run::new(&machine(states), "{}", MachineKind::Standard, limits.clone()).run_out();
        run.output()
    };
    let one =
        of(r#""A": {"Type": "Pass", "Assign": {"x": "{% $pad('', 120, 'y') %}"}, "Output": 1, "End": true}"#);
    assert_eq!(
        one,
        "States.DataLimitExceeded: An error occurred while executing the state 'A' (entered at the event id #2). The value of the variable 'x' in the field 'Assign' has 122 bytes, which is more than the 100 bytes that are allowed."
    );
    let sum = of(
        r#""A": {"Type": "Pass", "Assign": {"x": "{% $pad('', 60, 'y') %}", "y": "{% $pad('', 60, 'y') %}"}, "Output": 1, "End": true}"#,
    );
    assert!(sum.contains("The variables in the field 'Assign' have 124 bytes"), "{sum}");
    let all =
        of(r#""A": {"Type": "Pass", "Assign": {"x": "{% $pad('', 90, 'y') %}"}, "Output": 1, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"y": "{% $pad('', 90, 'y') %}"}, "Output": 1, "End": true}"#);
    assert!(all.contains("All variables of the execution have 184 bytes"), "{all}");
    let again =
        of(r#""A": {"Type": "Pass", "Assign": {"x": "{% $pad('', 90, 'y') %}"}, "Output": 1, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x": "{% $pad('', 80, 'z') %}"}, "Output": 1, "End": true}"#);
    assert_eq!(again, "1");
}

#[test]
fn chance_and_time_are_the_executions_own() {
    let states =
        r#""A": {"Type": "Pass", "Output": "{% [$uuid(), $random(), $millis(), $now()] %}", "End": true}"#;
    let (one, two) = (output(states, "{}"), output(states, "{}"));
    assert_eq!(one, two);
    assert!(one.ends_with(r#",1700000000000,"2023-11-14T22:13:20.000Z"]"#), "{one}");
}
