//! A definition that is one state.

use expect_test::{Expect, expect};
use stateline_asl::program::{Kind, Transition};
use stateline_asl::{LONE_STATE, aws_text, compile_state};

fn refused(text: &str, expected: &Expect) {
    let compilation = compile_state(text);
    assert!(compilation.program.is_none());
    expected.assert_eq(&aws_text(&compilation.diagnostics));
}

#[test]
fn a_state_is_the_only_one_and_may_go_anywhere() {
    let text = r#"{"Type": "Parallel", "Next": "B", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}],
        "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}]}"#;
    let program = compile_state(text).program.expect("no error");
    let state = program.state(program.scope(program.root()).start_at);
    let Kind::Parallel(parallel) = &state.kind else { panic!("not what it was: {state:?}") };
    let Transition::Next(next) = parallel.transition else { panic!("it goes on") };
    assert_eq!((&*state.name, &*program.state(next).name), (LONE_STATE, "B"));
    assert_eq!(parallel.catch.first().map(|catcher| &*program.state(catcher.next).name), Some("C"));
    let choice = r#"{"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "StateName"}], "Default": ""}"#;
    assert!(compile_state(choice).program.is_some());
}

#[test]
fn mistakes_are_told_where_aws_has_them() {
    refused(
        r#"{"Type": "Parallel", "Branches": [], "End": true}"#,
        &expect![
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/StateName/Branches'"
        ],
    );
    refused(
        r#"{"StartAt": "A", "States": {}}"#,
        &expect![
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [Type] at /States/StateName'"
        ],
    );
    refused(
        "[]",
        &expect![
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'"
        ],
    );
    refused(
        "",
        &expect![
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'"
        ],
    );
    refused(
        r#"{"Type": "Pass","#,
        &expect![[r#"
        Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"Type": "Pass","; line: 1, column: 1])
         at [Source: (String)"{"Type": "Pass","; line: 1, column: 17] at [Source: (String)"{"Type": "Pass","; line: 1, column: 17]'"#]],
    );
}
