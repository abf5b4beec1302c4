//! Whatever the text: `compile` comes to an end without a panic, gives a program
//! or an error, and places every finding within the text.

use proptest::prelude::*;
use stateline_asl::{LineIndex, MachineKind, aws_text, compile};

/// A definition with every type of state and most fields, to be damaged.
const WHOLE: &str = r#"{"Comment": "c", "Version": "1.0", "TimeoutSeconds": 60, "StartAt": "Pass", "States": {
"Pass": {"Type": "Pass", "InputPath": "$.a", "Parameters": {"x.$": "States.Format('{}', $.b)", "y": [1, {"z.$": "$$.Execution.Id"}]}, "ResultPath": "$.r", "Next": "Choice"},
"Choice": {"Type": "Choice", "Choices": [{"And": [{"Variable": "$.n", "NumericGreaterThanEquals": 1.5}, {"Not": {"Variable": "$.s", "StringEqualsPath": "$.t"}}], "Next": "Wait"}, {"Variable": "$.x", "IsPresent": true, "Next": "Map"}], "Default": "Fail"},
"Wait": {"Type": "Wait", "Timestamp": "2030-01-01T00:00:00Z", "Next": "Task"},
"Task": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 5, "HeartbeatSecondsPath": "$.h", "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "BackoffRate": 1.5}], "Catch": [{"ErrorEquals": ["a"], "Next": "Fail", "ResultPath": null}], "Next": "Parallel"},
"Parallel": {"Type": "Parallel", "Branches": [{"StartAt": "B1", "States": {"B1": {"Type": "Succeed"}}}, {"StartAt": "B2", "States": {"B2": {"Type": "Pass", "Result": null, "End": true}}}], "Next": "Map"},
"Map": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": {"i.$": "$$.Map.Item.Index"}, "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "I", "States": {"I": {"Type": "Wait", "SecondsPath": "$.s", "End": true}}}, "End": true},
"Fail": {"Type": "Fail", "Error": "e", "CausePath": "States.JsonToString($)"}}}"#;

/// The same with JSONata, variables and a distributed Map.
const WHOLE_JSONATA: &str = r#"{"QueryLanguage": "JSONata", "StartAt": "Pass", "States": {
"Pass": {"Type": "Pass", "Output": {"a": "{% $states.input.x %}", "b": [1, "{% [1..5][$ > 2] %}"]}, "Assign": {"v": "{% $states.input.y %}", "w": {"z": 1}}, "Next": "Choice"},
"Choice": {"Type": "Choice", "Choices": [{"Condition": "{% $v = 'x' and $states.context.State.Name != 'y' %}", "Next": "Wait", "Assign": {"v": 2}, "Output": "{% $v %}"}, {"Condition": true, "Next": "Map"}], "Default": "Fail"},
"Wait": {"Type": "Wait", "Seconds": "{% $w.z %}", "Next": "Task"},
"Task": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"Payload": "{% $merge([$states.input, {'t': $v}]) %}"}, "TimeoutSeconds": "{% 5 %}", "Credentials": {"RoleArn": "{% $v %}"}, "Output": "{% $states.result.Payload %}", "Catch": [{"ErrorEquals": ["a"], "Next": "Fail", "Output": "{% $states.errorOutput %}", "Assign": {"v": "{% $states.errorOutput.Cause %}"}}], "Next": "Parallel"},
"Parallel": {"Type": "Parallel", "Arguments": "{% $v %}", "Branches": [{"StartAt": "B1", "States": {"B1": {"Type": "Succeed", "Output": "{% $w %}"}}}], "Next": "Map"},
"Map": {"Type": "Map", "Items": [1, "{% 2 %}"], "MaxConcurrency": "{% 2 %}", "Label": "items", "ToleratedFailurePercentage": "{% 5 %}", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "b", "Key": "{% $v %}"}, "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "MaxItems": "{% 9 %}"}}, "ItemBatcher": {"MaxItemsPerBatch": 5, "BatchInput": {"v": "{% $v %}"}}, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}, "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSONL"}}, "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}"}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Wait", "Timestamp": "{% $now() %}", "End": true}}}, "End": true},
"Fail": {"Type": "Fail", "Error": "e", "Cause": "{% $string($states.input) %}"}}}"#;

fn check(text: &str) {
    for kind in [MachineKind::Standard, MachineKind::Express] {
        let compilation = compile(text, kind);
        assert_eq!(compilation.program.is_some(), !compilation.has_errors(), "{text}");
        let lines = LineIndex::new(text);
        for found in &compilation.diagnostics {
            assert!(found.span.start <= found.span.end && found.span.end <= text.len(), "{found:?}");
            assert!(text.get(found.span.start..found.span.end).is_some(), "{found:?}");
            let position = lines.position(found.span.start);
            assert!(position.line >= 1 && position.column >= 1);
        }
        let _ = aws_text(&compilation.diagnostics);
    }
}

#[test]
fn the_whole_definition_is_valid() {
    for text in [WHOLE, WHOLE_JSONATA] {
        let compilation = compile(text, MachineKind::Standard);
        assert_eq!(compilation.diagnostics, [], "{}", aws_text(&compilation.diagnostics));
    }
}

/// The definition cut into pieces, of which some are left out, doubled or exchanged.
fn pieces(whole: &'static str) -> Vec<&'static str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in whole.char_indices() {
        if matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"') {
            pieces.extend([&whole[start..at], &whole[at..=at]]);
            start = at + 1;
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_survived(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn text_of_json_characters_is_survived(text in "[\\[\\]{}:,\"\\\\u0-9a-e.$ \n-]{0,200}") {
        check(&text);
    }

    #[test]
    fn a_definition_that_breaks_off_is_survived(at in 0..WHOLE.len()) {
        check(WHOLE.get(..at).unwrap_or_default());
        check(WHOLE_JSONATA.get(..at).unwrap_or_default());
    }

    #[test]
    fn any_expression_is_survived(inner in "[\\[\\]{}:,'/$@#%^*.()<>=~|?&;a-z0-9 +-]{0,60}") {
        check(&WHOLE_JSONATA.replace("$states.input.x", &inner));
        check(&WHOLE_JSONATA.replace("{% $v %}", &format!("{{%{inner}%}}")));
    }

    #[test]
    fn a_damaged_definition_is_survived(jsonata: bool, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4), 1..6)) {
        let mut pieces = pieces(if jsonata { WHOLE_JSONATA } else { WHOLE });
        for (at, other, change) in changes {
            let (at, other) = (at.index(pieces.len()), other.index(pieces.len()));
            match change {
                0 => { pieces.remove(at); }
                1 => pieces.insert(at, pieces[other]),
                2 => pieces.swap(at, other),
                _ => pieces[at] = "null",
            }
        }
        check(&pieces.concat());
    }
}
