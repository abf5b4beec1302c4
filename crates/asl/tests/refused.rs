//! Definitions that are refused or warned of, and the words for it: AWS's where
//! a recording or a report has them, with our advice behind the arrow.

mod common;

use common::{check, check_state, shown};
use expect_test::{Expect, expect};
use stateline_asl::{MachineKind, compile, compile_stored};

#[test]
fn five_mistakes_are_five_diagnostics() {
    let text = r#"{
  "StartAt": "Check",
  "States": {
    "Check": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.n", "NumericGreaterThan": "5", "Next": "Wiat"}]
    },
    "Wait": {"Type": "Wait", "Seconds": -1, "Next": "Call"},
    "Call": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:query",
      "Parameters": {"Key.$": "a.b", "Other": 1},
      "End": true
    }
  }
}"#;
    check(
        text,
        &expect![[r#"
            6:61 SCHEMA_VALIDATION_FAILED: Expected value of type [NUMBER] at /States/Check/Choices[0]/NumericGreaterThan
              -> this is a string
            8:41 SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/Wait/Seconds
            11:19 SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/Call/Resource
              -> dynamodb has getItem, putItem, updateItem, deleteItem; for any other action write arn:aws:states:::aws-sdk:dynamodb:query
            12:31 SCHEMA_VALIDATION_FAILED: The value for the field 'Key.$' must be a valid JSONPath or a valid intrinsic function call at /States/Call/Parameters
              -> Expected a path or a call of an intrinsic function
            6:74 MISSING_TRANSITION_TARGET: Missing 'Next' target: Wiat at /States/Check/Choices[0]/Next
              -> did you mean 'Wait'?
        "#]],
    );
}

#[test]
fn mistakes_are_found_beside_syntax_errors() {
    check(
        "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\"Type\": \"Pass\" \"Next\": \"B\"},\n    \"B\": {\"Type\": \"Psas\", \"End\": true}\n  }\n}",
        &expect![[r#"
            4:26 INVALID_JSON_DESCRIPTION: Unexpected character ('"' (code 34)): was expecting comma to separate Object entries at …
              -> put a comma in front of this
            5:19 SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/B/Type
              -> did you mean 'Pass'?
        "#]],
    );
    check(
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\"",
        &expect![[r#"
        1:34 INVALID_JSON_DESCRIPTION: Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"StartAt": "A", "States": {"A": {"Type": "Pass""; line: 1, column: 34]) at …
          -> it is opened here and never closed with }
    "#]],
    );
    check(
        "",
        &expect![[r#"
        1:1 SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at 
    "#]],
    );
    check(
        "[1]",
        &expect![[r#"
        1:1 SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at 
    "#]],
    );
    check(
        "not a definition",
        &expect![[r#"
        1:1 INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') at …
          -> put text into quotes: "…"
    "#]],
    );
}

#[test]
fn the_top_level() {
    check(
        "{}",
        &expect![[r#"
        1:1 SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /
    "#]],
    );
    check(
        r#"{"StartAt": "A", "States": {}}"#,
        &expect![[r#"
        1:28 SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States
    "#]],
    );
    check(
        r#"{"StartAt": 1, "States": []}"#,
        &expect![[r#"
        1:13 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /StartAt
          -> this is a number
        1:26 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States
          -> this is an array
    "#]],
    );
    check(
        r#"{"Startat": "A", "Coment": "x", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}, "Other": 1}"#,
        &expect![[r#"
            1:2 SCHEMA_VALIDATION_FAILED: Field 'Startat' is not supported at /
              -> did you mean 'StartAt'?
            1:18 SCHEMA_VALIDATION_FAILED: Field 'Coment' is not supported at /
              -> did you mean 'Comment'?
            1:87 SCHEMA_VALIDATION_FAILED: Field 'Other' is not supported at /
        "#]],
    );
    check(
        r#"{"Comment": 1, "Version": "2.0", "TimeoutSeconds": 0, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            1:13 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /Comment
              -> this is a number
            1:27 SCHEMA_VALIDATION_FAILED: Value should be one of the following: [1.0] at /Version
            1:52 SCHEMA_VALIDATION_FAILED: Minimum value is 1 at /TimeoutSeconds
        "#]],
    );
    check(
        r#"{"TimeoutSeconds": 1.5, "StartAt": "A", "States": {"A": 5, "B": {}}}"#,
        &expect![[r#"
        1:20 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /TimeoutSeconds
          -> this is a number
        1:57 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/A
          -> this is a number
        1:60 SCHEMA_VALIDATION_FAILED: These fields are required: [Type] at /States/B
        1:60 MISSING_TRANSITION_TARGET (warning): State "B" is not reachable. at /States/B
    "#]],
    );
}

#[test]
fn names_and_transitions() {
    check(
        r#"{"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            1:13 MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /StartAt
        "#]],
    );
    check(
        r#"{"StartAt": "pass1", "States": {"pass1": {"Type": "Pass", "Next": "pass3"}, "pass2": {"Type": "Pass", "End": true}}}"#,
        &expect![[r#"
            1:67 MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next
              -> did you mean 'pass1'?
        "#]],
    );
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#,
        &expect![[r#"
        1:18 MISSING_END_STATE: Workflow has no terminal state at 
          -> at least one state must be a Succeed or Fail state or have "End": true
    "#]],
    );
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}, "A": {"Type": "Succeed"}}}"#,
        &expect![[r#"
        1:65 DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A
          -> a state's name must be unique in the whole definition, branches and item processors included
    "#]],
    );
    check(
        r#"{"StartAt": "", "States": {"": {"Type": "Succeed"}}}"#,
        &expect![[r#"
        1:28 INVALID_STATE_NAME: State name cannot be empty at /States/
    "#]],
    );
    let long = "x".repeat(81);
    check(
        &format!(r#"{{"StartAt": "{long}", "States": {{"{long}": {{"Type": "Succeed"}}}}}}"#),
        &expect![[r#"
        1:109 INVALID_STATE_NAME: State name 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' exceeds the 80-character limit allowed by the service at /States/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    "#]],
    );
    check(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
{"StartAt": "Z", "States": {"P": {"Type": "Pass", "Next": "Z"}, "I": {"Type": "Pass", "Next": "I"}}}]},
"Z": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            2:29 DUPLICATE_STATE_NAME: Duplicate State name: P at /States/P/Branches[0]/States/P
              -> a state's name must be unique in the whole definition, branches and item processors included
            2:13 MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /States/P/Branches[0]/StartAt
              -> a state of that name stands in another States object; transitions cannot leave or enter a branch
            2:59 MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /States/P/Branches[0]/States/P/Next
              -> a state of that name stands in another States object; transitions cannot leave or enter a branch
            3:1 MISSING_TRANSITION_TARGET (warning): State "Z" is not reachable. at /States/Z
            2:18 MISSING_END_STATE: Workflow has no terminal state at /States/P/Branches[0]
              -> at least one state must be a Succeed or Fail state or have "End": true
        "#]],
    );
    check_state(
        r#""Type": "Pass", "Next": "Z", "End": true"#,
        &expect![[r#"
        2:36 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [Next, End] at /States/S
          -> keep one of Next and End and remove the others
    "#]],
    );
    check_state(
        r#""Type": "Pass""#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/S
          -> add "Next" or "End": true
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": false"#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/S
          -> "End" must be true, or give a "Next"
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": "true""#,
        &expect![[r#"
        2:30 SCHEMA_VALIDATION_FAILED: Expected value of type [BOOLEAN] at /States/S/End
          -> this is a string
    "#]],
    );
    check_state(
        r#""Type": "Pass", "Next": 5"#,
        &expect![[r#"
        2:31 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/Next
          -> this is a number
    "#]],
    );
    check_state(
        r#""Type": "Succeed", "End": true"#,
        &expect![[r#"
        2:26 SCHEMA_VALIDATION_FAILED: Field 'End' is not supported at /States/S
    "#]],
    );
    check_state(
        r#""End": true"#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: These fields are required: [Type] at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Lambda", "End": true"#,
        &expect![[r#"
        2:15 SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/S/Type
    "#]],
    );
}

#[test]
fn paths_and_templates() {
    check_state(
        r#""Type": "Pass", "End": true, "InputPath": "a", "OutputPath": 5, "ResultPath": "$.a[*]""#,
        &expect![[r#"
        2:49 SCHEMA_VALIDATION_FAILED: Value must be a valid JSONPath. at /States/S/InputPath
          -> A path must start with '$'
        2:68 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/OutputPath
          -> this is a number
        2:85 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path at /States/S/ResultPath
          -> A reference path has names and indexes only
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "InputPath": "$.a b", "ResultPath": "$$.a""#,
        &expect![[r#"
            2:49 SCHEMA_VALIDATION_FAILED: Value must be a valid JSONPath. at /States/S/InputPath
              -> Use bracket notion ['my prop'] if your property contains blank characters. position: 2
            2:72 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path at /States/S/ResultPath
              -> a result cannot be written into the Context object
        "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "InputPath": null, "OutputPath": "$$.Execution.Id", "ResultPath": null"#,
        &expect![[""]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Parameters": [1]"#,
        &expect![[r#"
        2:50 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Parameters
          -> this is an array
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Parameters": {"a.$": "a", "b.$": 5, "c": {"d": [{"e.$": "States.Nope()"}]}, "f.$": "$.x", "f": 1}"#,
        &expect![[r#"
            2:58 SCHEMA_VALIDATION_FAILED: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters
              -> Expected a path or a call of an intrinsic function
            2:70 SCHEMA_VALIDATION_FAILED: The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters
              -> the value of a key that ends in '.$' is a string
            2:93 SCHEMA_VALIDATION_FAILED: The value for the field 'e.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters/c/d[0]
              -> There is no intrinsic function 'States.Nope'
            2:127 SCHEMA_VALIDATION_FAILED: The field 'f' is specified more than once, with and without '.$' at /States/S/Parameters
        "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Parameters": {"a": "$.x", "b": {"c": "States.UUID()"}}"#,
        &expect![[r#"
        2:56 NO_DOLLAR (warning): The value of the field 'a' appears to be a JSONPath or an intrinsic function, but the field name does not end with '.$' at /States/S/Parameters
          -> write 'a.$' to have it evaluated
        2:74 NO_DOLLAR (warning): The value of the field 'c' appears to be a JSONPath or an intrinsic function, but the field name does not end with '.$' at /States/S/Parameters/b
          -> write 'c.$' to have it evaluated
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Result": {"a": "$.x"}"#,
        &expect![[r#"
        2:46 PASS_RESULT_IS_STATIC (warning): The 'Result' of a Pass state is static: paths and intrinsic functions in it are not evaluated at /States/S/Result
          -> use 'Parameters' to compute the result
    "#]],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Parameters": {"x.$": "States.StringToJson('{\"a\":\"b \\\"c\\\" d\"}')"}"#,
        &expect![[r#"
        2:58 SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters
          -> A backslash may only stand before ', {, } and \
    "#]],
    );
}

#[test]
fn task_states() {
    check_state(
        r#""Type": "Task", "End": true"#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: These fields are required: [Resource] at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "my-function""#,
        &expect![[r#"
        2:48 SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at /States/S/Resource
          -> give the ARN of a function or an activity, or arn:aws:states:::<service>:<action>
    "#]],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::lambda:invoke.sync""#,
        &expect![[r#"
        2:48 SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::lambda:invoke.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource
          -> lambda:invoke does not have this integration pattern
    "#]],
    );
    for known in ["lambda:invoke.waitForTaskToken", "http:invoke", "apigateway:invoke.waitForTaskToken"] {
        let state = format!(r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::{known}""#);
        check_state(&state, &expect![""]);
    }
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:us-east-1:000000000000:activity:a", "Credentials": {"RoleArn": "arn:x"}"#,
        &expect![[r#"
            2:100 SCHEMA_VALIDATION_FAILED: The field 'Credentials' is not supported for activities at /States/S/Credentials
        "#]],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::lambda:invoke", "Credentials": {}, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$..t""#,
        &expect![[r#"
            2:97 SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/S/Credentials
            2:122 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/S
              -> keep one of TimeoutSeconds and TimeoutSecondsPath and remove the others
            2:175 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path at /States/S/HeartbeatSecondsPath
              -> A name must follow '.' in a reference path
        "#]],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 5, "HeartbeatSeconds": 5"#,
        &expect![[r#"
            2:123 SCHEMA_VALIDATION_FAILED: The field 'HeartbeatSeconds' must be smaller than the field 'TimeoutSeconds' at /States/S/HeartbeatSeconds
        "#]],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 100000000, "HeartbeatSeconds": "5""#,
        &expect![[r#"
            2:100 SCHEMA_VALIDATION_FAILED: Maximum value is 99999999 at /States/S/TimeoutSeconds
            2:131 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /States/S/HeartbeatSeconds
              -> this is a string
        "#]],
    );
}

#[test]
fn retry_and_catch() {
    let task = |rest: &str| {
        format!(r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::lambda:invoke", {rest}"#)
    };
    check_state(
        &task(r#""Retry": [{}, {"ErrorEquals": []}, {"ErrorEquals": "x"}, 5]"#),
        &expect![[r#"
        2:92 SCHEMA_VALIDATION_FAILED: These fields are required: [ErrorEquals] at /States/S/Retry[0]
        2:112 SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/S/Retry[1]/ErrorEquals
        2:133 SCHEMA_VALIDATION_FAILED: Expected value of type [ARRAY] at /States/S/Retry[2]/ErrorEquals
          -> this is a string
        2:139 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Retry[3]
          -> this is a number
    "#]],
    );
    check_state(
        &task(
            r#""Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["States.ALL", "x"], "IntervalSeconds": 0, "MaxAttempts": -1, "BackoffRate": 0.5, "MaxDelaySeconds": 31622401, "JitterStrategy": "SOME"}]"#,
        ),
        &expect![[r#"
            2:108 SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and at end of list at /States/S/Retry[0]/ErrorEquals
              -> States.ALL matches every error, so nothing beside or behind it would ever be looked at
            2:141 SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and at end of list at /States/S/Retry[1]/ErrorEquals
              -> States.ALL matches every error, so nothing beside or behind it would ever be looked at
            2:181 SCHEMA_VALIDATION_FAILED: Minimum value is 1 at /States/S/Retry[1]/IntervalSeconds
            2:199 SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/S/Retry[1]/MaxAttempts
            2:218 SCHEMA_VALIDATION_FAILED: Minimum value is 1.0 at /States/S/Retry[1]/BackoffRate
            2:242 SCHEMA_VALIDATION_FAILED: Maximum value is 31622400 at /States/S/Retry[1]/MaxDelaySeconds
            2:270 SCHEMA_VALIDATION_FAILED: Value should be one of the following: [NONE, FULL] at /States/S/Retry[1]/JitterStrategy
        "#]],
    );
    check_state(
        &task(
            r#""Catch": [{"ErrorEquals": ["a", 5]}, {"ErrorEquals": ["b"], "Next": "Y", "ResultPath": "x", "Retry": 1}]"#,
        ),
        &expect![[r#"
            2:92 SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/S/Catch[0]
            2:114 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/Catch[0]/ErrorEquals[1]
              -> this is a number
            2:169 SCHEMA_VALIDATION_FAILED: Value must be a valid JSONPath. at /States/S/Catch[1]/ResultPath
              -> A reference path must start with '$'
            2:174 SCHEMA_VALIDATION_FAILED: Field 'Retry' is not supported at /States/S/Catch[1]
            2:150 MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/S/Catch[1]/Next
        "#]],
    );
    check_state(
        &task(r#""Retry": {}, "Catch": "x""#),
        &expect![[r#"
        2:91 SCHEMA_VALIDATION_FAILED: Expected value of type [ARRAY] at /States/S/Retry
          -> this is an object
        2:104 SCHEMA_VALIDATION_FAILED: Expected value of type [ARRAY] at /States/S/Catch
          -> this is a string
    "#]],
    );
    check_state(
        r#""Type": "Wait", "Seconds": 1, "Next": "Z", "Catch": [], "TimeoutSeconds": 5"#,
        &expect![[r#"
        2:50 SCHEMA_VALIDATION_FAILED: Field 'Catch' is not supported at /States/S
        2:63 SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/S
    "#]],
    );
}

#[test]
fn choice_states() {
    check_state(
        r#""Type": "Choice""#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: These fields are required: [Choices] at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [], "Default": "Y", "End": true"#,
        &expect![[r#"
            2:36 SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/S/Choices
            2:56 SCHEMA_VALIDATION_FAILED: Field 'End' is not supported at /States/S
            2:51 MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/S/Default
        "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Variable": "$.x", "StringEqual": "a", "Next": "Z"}]"#,
        &expect![[r#"
        2:57 SCHEMA_VALIDATION_FAILED: Field 'StringEqual' is not supported at /States/S/Choices[0]
          -> did you mean 'StringEquals'?
    "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Variable": "$.x", "Next": "Z"}]"#,
        &expect![[r#"
        2:37 SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [StringEquals, StringEqualsPath, StringLessThan, StringLessThanPath, StringGreaterThan, StringGreaterThanPath, StringLessThanEquals, StringLessThanEqualsPath, StringGreaterThanEquals, StringGreaterThanEqualsPath, StringMatches, NumericEquals, NumericEqualsPath, NumericLessThan, NumericLessThanPath, NumericGreaterThan, NumericGreaterThanPath, NumericLessThanEquals, NumericLessThanEqualsPath, NumericGreaterThanEquals, NumericGreaterThanEqualsPath, BooleanEquals, BooleanEqualsPath, TimestampEquals, TimestampEqualsPath, TimestampLessThan, TimestampLessThanPath, TimestampGreaterThan, TimestampGreaterThanPath, TimestampLessThanEquals, TimestampLessThanEqualsPath, TimestampGreaterThanEquals, TimestampGreaterThanEqualsPath, IsNull, IsPresent, IsNumeric, IsString, IsBoolean, IsTimestamp] at /States/S/Choices[0]
          -> add a comparison operator, such as StringEquals
    "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Variable": "$.x", "StringEquals": "a", "IsNull": true}]"#,
        &expect![[r#"
        2:37 SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/S/Choices[0]
        2:78 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [StringEquals, IsNull] at /States/S/Choices[0]
          -> keep one of StringEquals and IsNull and remove the others
    "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Next": "Z", "StringEquals": "a"}, 5]"#,
        &expect![[r#"
        2:37 SCHEMA_VALIDATION_FAILED: The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/S/Choices[0]
        2:73 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Choices[1]
          -> this is a number
    "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Next": "Z", "And": [{"Variable": "x", "IsNull": 1, "Next": "Z"}, {"Not": {"Or": []}}], "Or": []}]"#,
        &expect![[r#"
            2:37 SCHEMA_VALIDATION_FAILED: The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/S/Choices[0]
        "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Next": "Z", "And": [{"Variable": "x", "IsNull": 1, "Next": "Z"}, {"Not": {"Or": []}}, {"Not": 1}]}]"#,
        &expect![[r#"
            2:72 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path: Reference path didn't start with '$' at /States/S/Choices[0]/And[0]/Variable
              -> A path must start with '$'
            2:87 SCHEMA_VALIDATION_FAILED: Expected value of type [BOOLEAN] at /States/S/Choices[0]/And[0]/IsNull
              -> this is a number
            2:90 SCHEMA_VALIDATION_FAILED: Field 'Next' is not supported at /States/S/Choices[0]/And[0]
            2:119 SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/S/Choices[0]/And[1]/Not/Or
            2:133 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Choices[0]/And[2]/Not
              -> this is a number
        "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [
{"Next": "Z", "Variable": "$.x", "NumericEquals": "5"},
{"Next": "Z", "Variable": "$.x", "TimestampEquals": "2020"},
{"Next": "Z", "Variable": "$.x", "BooleanEqualsPath": "y"},
{"Next": "Z", "Variable": "$.x", "StringEquals": "$.y"},
{"Next": "Z", "Condition": true}]"#,
        &expect![[r#"
            3:51 SCHEMA_VALIDATION_FAILED: Expected value of type [NUMBER] at /States/S/Choices[0]/NumericEquals
              -> this is a string
            4:53 SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/S/Choices[1]/TimestampEquals
              -> write it as 2030-01-31T23:59:59Z, with a capital T and a zone
            5:55 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path: Reference path didn't start with '$' at /States/S/Choices[2]/BooleanEqualsPath
              -> A path must start with '$'
            6:50 NO_PATH (warning): The value of the field 'StringEquals' appears to be a path, but the field name does not end with 'Path' at /States/S/Choices[3]/StringEquals
              -> write 'StringEqualsPath' to have it read
            7:15 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage at /States/S/Choices[4]
        "#]],
    );
}

#[test]
fn parameters_of_services() {
    // What is not given, or computed as a whole, is looked at when the task runs.
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::sqs:sendMessage""#,
        &expect![""],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Parameters": {"Bucket.$": "$.b", "key": 1}"#,
        &expect![[r#"
            2:89 SCHEMA_VALIDATION_FAILED: The field 'Key' is required but was missing at /States/S/Parameters
            2:123 SCHEMA_VALIDATION_FAILED: The field 'key' is not supported by Step Functions at /States/S/Parameters
              -> GetObject takes Bucket, IfMatch, IfModifiedSince, IfNoneMatch, IfUnmodifiedSince, Key, Range, ResponseCacheControl, ResponseContentDisposition, ResponseContentEncoding, ResponseContentLanguage, ResponseContentType, others
        "#]],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::batch:submitJob.sync", "Parameters": {"JobName": "n", "JobQueue": "q", "JobDefinition": "d", "Tags": {"any": "x"}}"#,
        &expect![""],
    );
    check_state(
        r#""Type": "Task", "End": true, "Resource": "arn:aws:states:::aws-sdk:dynamodb:fetchItem""#,
        &expect![[r#"
            2:48 SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::aws-sdk:dynamodb:fetchItem is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource
              -> dynamodb has no action 'fetchItem'; actions begin with a small letter, as in getItem
        "#]],
    );
}

#[test]
fn what_was_accepted_before_is_run_whatever_services_there_are_now() {
    let text = r#"{"StartAt": "S", "States": {"S": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::aws-sdk:qldb:describeLedger", "Parameters": {"Any": 1}}}}"#;
    assert!(compile(text, MachineKind::Standard).has_errors());
    assert!(compile_stored(text, MachineKind::Standard).program.is_some());
}

#[test]
fn wait_and_fail_states() {
    check_state(
        r#""Type": "Wait", "Next": "Z""#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S
          -> add one of SecondsPath, Seconds, TimestampPath, Timestamp
    "#]],
    );
    check_state(
        r#""Type": "Wait", "Next": "Z", "Seconds": 1, "Timestamp": "2030-01-01T00:00:00Z""#,
        &expect![[r#"
        2:50 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S
          -> keep one of Seconds and Timestamp and remove the others
    "#]],
    );
    check_state(
        r#""Type": "Wait", "Next": "Z", "Timestamp": "2030-01-01""#,
        &expect![[r#"
        2:49 SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/S/Timestamp
          -> write it as 2030-01-31T23:59:59Z, with a capital T and a zone
    "#]],
    );
    check_state(
        r#""Type": "Wait", "Next": "Z", "Seconds": "$.x""#,
        &expect![[r#"
            2:47 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /States/S/Seconds
              -> this is a string
        "#]],
    );
    check_state(
        r#""Type": "Wait", "Next": "Z", "SecondsPath": "$.x[?(@.y)]""#,
        &expect![[r#"
        2:51 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path at /States/S/SecondsPath
          -> A reference path has names and indexes only
    "#]],
    );
    check_state(
        r#""Type": "Fail", "Error": "E", "ErrorPath": "$.e", "CausePath": "States.Format('{}')", "Next": "Z""#,
        &expect![[r#"
        2:37 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [Error, ErrorPath] at /States/S
          -> keep one of Error and ErrorPath and remove the others
        2:93 SCHEMA_VALIDATION_FAILED: Field 'Next' is not supported at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Fail", "Error": 5, "Cause": "$.cause""#,
        &expect![[r#"
        2:32 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/Error
          -> this is a number
        2:44 NO_PATH (warning): The value of the field 'Cause' appears to be a path, but the field name does not end with 'Path' at /States/S/Cause
          -> write 'CausePath' to have it read
    "#]],
    );
}

#[test]
fn parallel_and_map_states() {
    check_state(
        r#""Type": "Parallel", "End": true"#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: These fields are required: [Branches] at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Parallel", "End": true, "Branches": []"#,
        &expect![[r#"
        2:52 SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/S/Branches
    "#]],
    );
    check_state(
        r#""Type": "Parallel", "End": true, "Branches": [5, {"StartAt": "A"}, {"QueryLanguage": "JSONPath", "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]"#,
        &expect![[r#"
        2:53 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/Branches[0]
          -> this is a number
        2:56 SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /States/S/Branches[1]
        2:75 SCHEMA_VALIDATION_FAILED: Field 'QueryLanguage' is not supported at /States/S/Branches[2]
    "#]],
    );
    check_state(
        r#""Type": "Map", "End": true"#,
        &expect![[r#"
        2:1 SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/S
          -> add one of ItemProcessor, Iterator
    "#]],
    );
    let map = |rest: &str| {
        format!(
            r#""Type": "Map", "End": true, "ItemProcessor": {{"StartAt": "A", "States": {{"A": {{"Type": "Succeed"}}}}}}, {rest}"#
        )
    };
    check_state(
        &map(r#""MaxConcurrency": -1, "ItemsPath": "$.a[*]", "Parameters": {}, "ItemSelector": {}"#),
        &expect![[r#"
        2:126 SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/S/MaxConcurrency
        2:143 SCHEMA_VALIDATION_FAILED: Value is not a Reference Path at /States/S/ItemsPath
          -> A reference path has names and indexes only
        2:153 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [ItemSelector, Parameters] at /States/S
          -> keep one of ItemSelector and Parameters and remove the others
    "#]],
    );
    check_state(
        &map(r#""MaxConcurrency": 1, "MaxConcurrencyPath": "$.a", "Iterator": {}"#),
        &expect![[r#"
        2:129 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [MaxConcurrency, MaxConcurrencyPath] at /States/S
          -> keep one of MaxConcurrency and MaxConcurrencyPath and remove the others
        2:158 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [ItemProcessor, Iterator] at /States/S
          -> keep one of ItemProcessor and Iterator and remove the others
        2:170 SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /States/S/Iterator
    "#]],
    );
    check_state(
        &map(r#""Label": "x", "ItemReader": {}"#),
        &expect![[r#"
            2:108 NO_EFFECT (warning): The field 'Label' has no effect on an INLINE map at /States/S/Label
            2:122 SCHEMA_VALIDATION_FAILED: The ItemReader, ItemBatcher and ResultWriter fields are not supported for INLINE maps at /States/S
              -> set "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"} in the item processor
            2:136 SCHEMA_VALIDATION_FAILED: These fields are required: [Resource] at /States/S/ItemReader
        "#]],
    );
    check_state(
        r#""Type": "Map", "End": true, "Label": "x", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            2:86 SCHEMA_VALIDATION_FAILED: These fields are required: [ExecutionType] at /States/S/ItemProcessor/ProcessorConfig
        "#]],
    );
    check_state(
        r#""Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "OTHER", "Type": 1}, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            2:81 SCHEMA_VALIDATION_FAILED: Value should be one of the following: [INLINE, DISTRIBUTED] at /States/S/ItemProcessor/ProcessorConfig/Mode
            2:90 SCHEMA_VALIDATION_FAILED: Field 'Type' is not supported at /States/S/ItemProcessor/ProcessorConfig
        "#]],
    );
}

#[test]
fn languages_do_not_mix() {
    check(
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": "{% 1 %}", "InputPath": "$", "End": true}}}"#,
        &expect![[r#"
            1:101 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/A
        "#]],
    );
    check(
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "Output": 1, "End": true}}}"#,
        &expect![[r#"
            1:96 SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A
        "#]],
    );
    check(
        r#"{"QueryLanguage": "jsonpath", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &expect![[r#"
            1:19 SCHEMA_VALIDATION_FAILED: Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage
        "#]],
    );
    check_state(
        r#""Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, "TimeoutSeconds": "{% 5 %}", "Catch": [{"ErrorEquals": ["x"], "Next": "Z", "Output": 1, "ResultPath": "$.a"}], "End": true"#,
        &expect![[r#"
            2:202 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage at /States/S/Catch[0]
        "#]],
    );
    check_state(
        r#""Type": "Pass", "QueryLanguage": "JSONata", "Result": 1, "Parameters": {}, "ResultPath": "$.a", "OutputPath": "$", "End": true"#,
        &expect![[r#"
            2:51 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for the 'JSONPath' QueryLanguage at /States/S
            2:64 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'Parameters' is only supported for the 'JSONPath' QueryLanguage at /States/S
            2:82 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage at /States/S
            2:103 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'OutputPath' is only supported for the 'JSONPath' QueryLanguage at /States/S
        "#]],
    );
    check_state(
        r#""Type": "Pass", "Output": 1, "Assign": {"x": 1}, "End": true"#,
        &expect![[r#"
        2:23 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S
    "#]],
    );
    check_state(
        r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, "TimeoutSeconds": "{% 5 %}", "Catch": [{"ErrorEquals": ["x"], "Next": "Z", "Output": 1}], "End": true"#,
        &expect![[r#"
            2:69 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the 'JSONata' QueryLanguage at /States/S
            2:104 SCHEMA_VALIDATION_FAILED: Expected value of type [INTEGER] at /States/S/TimeoutSeconds
              -> this is a string
            2:161 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S/Catch[0]
        "#]],
    );
    check_state(
        r#""Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Variable": "$.v", "IsNull": true, "Next": "Z"}, {"And": [{"Variable": "$.v", "IsNull": true}], "Next": "Z"}, {"Condition": 1, "Next": "Z"}, {"Condition": "true", "Next": "Z"}]"#,
        &expect![[r#"
            2:66 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for the 'JSONPath' QueryLanguage at /States/S/Choices[0]
            2:116 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'And' is only supported for the 'JSONPath' QueryLanguage at /States/S/Choices[1]
            2:190 SCHEMA_VALIDATION_FAILED: Expected value of type [BOOLEAN] at /States/S/Choices[2]/Condition
              -> this is a number
            2:221 SCHEMA_VALIDATION_FAILED: Expected value of type [BOOLEAN] at /States/S/Choices[3]/Condition
              -> this is a string
        "#]],
    );
    check_state(
        r#""Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Z", "Output": 1}]"#,
        &expect![[r#"
            2:38 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage at /States/S/Choices[0]
            2:78 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S/Choices[0]
        "#]],
    );
}

#[test]
fn the_language_of_a_map_is_its_own() {
    check(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "QueryLanguage": "JSONata", "Items": [1], "End": true, "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "Output": 1, "End": true}}}}}}"#,
        &expect![[r#"
            1:172 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/M/ItemProcessor/States/P
        "#]],
    );
    check(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Parallel", "QueryLanguage": "JSONata", "End": true, "Branches": [{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "InputPath": "$.a", "End": true}}}]}}}"#,
        &expect![[r#"
            1:110 SCHEMA_VALIDATION_FAILED: Field 'QueryLanguage' is not supported at /States/M/Branches[0]
        "#]],
    );
}

#[test]
fn what_express_cannot_do() {
    let express = |resource: &str, expected: &Expect| {
        let text = format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "{resource}", "End": true}}}}}}"#
        );
        expected.assert_eq(&shown(&text, MachineKind::Express));
    };
    express(
        "arn:aws:states:::states:startExecution.sync:2",
        &expect![[r#"
        1:63 SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/A/Resource
          -> an Express state machine can only wait for the answer of a call; use a Standard one
    "#]],
    );
    express(
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
        &expect![[r#"
        1:63 SCHEMA_VALIDATION_FAILED: Express state machine does not support '.waitForTaskToken' service integration  at /States/A/Resource
          -> an Express state machine can only wait for the answer of a call; use a Standard one
    "#]],
    );
    express(
        "arn:aws:states:us-east-1:000000000000:activity:a",
        &expect![[r#"
        1:63 SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at /States/A/Resource
          -> an Express state machine can only wait for the answer of a call; use a Standard one
    "#]],
    );
    express("arn:aws:states:::lambda:invoke", &expect![[""]]);
    let map = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}}}"#;
    expect![[r#"
        1:109 SCHEMA_VALIDATION_FAILED: The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at /States/M/ItemProcessor/ProcessorConfig/Mode
    "#]].assert_eq(&shown(map, MachineKind::Express));
}
