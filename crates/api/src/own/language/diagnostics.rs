//! All that is wrong with a text, with its places.

use super::{parsed, source};
use crate::aws::{ApiError, Object};
use serde::Deserialize;
use stateline_asl::{Diagnostic, Severity, Utf16Index};
use std::borrow::Cow;

/// A text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked<'b> {
    #[serde(borrow)]
    definition: Cow<'b, str>,
    #[serde(borrow)]
    format: Cow<'b, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'b, str>,
}

pub(super) fn run(body: &[u8], bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let asked: Asked<'_> = parsed(body)?;
    let source = source(&asked.definition, &asked.format, &asked.kind)?;
    if source.text.len() > bytes_max {
        return Ok(too_large(source.text, bytes_max));
    }
    let found = source.compile().diagnostics;
    Ok(write(source.text, &found))
}

fn write(text: &str, found: &[Diagnostic]) -> Vec<u8> {
    let index = Utf16Index::new(text);
    Object::document(|answer| {
        answer.array("diagnostics", found, usize::MAX, |object, found| {
            let severity = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            object.text("severity", severity);
            object.text("code", found.code.as_str());
            object.text("message", &found.message);
            object.text_if("help", found.help.as_deref());
            object.text("location", &found.location);
            places(object, &index, ("start", found.span.start), ("end", found.span.end));
        });
    })
}

/// Two places as members.
pub(super) fn places(
    object: &mut Object<'_>,
    index: &Utf16Index<'_>,
    start: (&str, usize),
    end: (&str, usize),
) {
    for (name, byte) in [start, end] {
        object.number(name, index.unit(byte) as u64);
    }
}

/// A text that no state machine can be made of is not read. What is too much of it is underlined.
fn too_large(text: &str, bytes_max: usize) -> Vec<u8> {
    let bytes = text.len();
    let index = Utf16Index::new(text);
    Object::document(|answer| {
        answer.array("diagnostics", &[()], usize::MAX, |object, ()| {
            object.text("severity", "error");
            object.text("code", "DEFINITION_TOO_LARGE");
            object.text(
                "message",
                &format!("The definition has {bytes} bytes; the limit is {bytes_max} bytes"),
            );
            object.text(
                "help",
                "move inner states into a state machine of their own and start it with states:startExecution; what is behind the limit was not checked, nor what is before it",
            );
            object.text("location", "/");
            places(object, &index, ("start", bytes_max), ("end", bytes));
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(definition: &str, format: &str, expected: &Expect) {
        let body = serde_json::json!({"definition": definition, "format": format, "type": "STANDARD"});
        let said = run(body.to_string().as_bytes(), 200).map(|said| String::from_utf8(said).expect("text"));
        expected.assert_eq(&said.unwrap_or_else(|error| format!("{}: {error}", error.name())));
    }

    #[test]
    fn places_are_utf16_units() {
        check(
            r#"{"StartAt": "😀", "States": {"😀": {"Type": "Pass", "End": true}}}"#,
            "json",
            &expect![[r#"{"diagnostics":[]}"#]],
        );
        check(
            r#"{"StartAt": "A", "States": {"A": {"Comment": "😀", "Type": "Pass", "Ende": true}}}"#,
            "json",
            &expect![[
                r#"{"diagnostics":[{"severity":"error","code":"SCHEMA_VALIDATION_FAILED","message":"This object should have only one of the following fields: [Next, End]","help":"add \"Next\" or \"End\": true","location":"/States/A","start":28,"end":31},{"severity":"error","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'Ende' is not supported","help":"did you mean 'End'?","location":"/States/A","start":67,"end":73}]}"#
            ]],
        );
        check(
            "StartAt: A\nStates:\n  A:\n    Comment: 😀\n    Type: Pas\n",
            "yaml",
            &expect![[
                r#"{"diagnostics":[{"severity":"error","code":"SCHEMA_VALIDATION_FAILED","message":"The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]","help":"did you mean 'Pass'?","location":"/States/A/Type","start":50,"end":53}]}"#
            ]],
        );
        check(
            "{",
            "json",
            &expect![[
                r#"{"diagnostics":[{"severity":"error","code":"INVALID_JSON_DESCRIPTION","message":"Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])\n at [Source: (String)\"{\"; line: 1, column: 2]","help":"it is opened here and never closed with }","location":"[Source: (String)\"{\"; line: 1, column: 2]","start":0,"end":1}]}"#
            ]],
        );
        check(
            "",
            "yaml",
            &expect![[
                r#"{"diagnostics":[{"severity":"error","code":"SCHEMA_VALIDATION_FAILED","message":"Definition must be a valid JSON object","location":"","start":0,"end":0}]}"#
            ]],
        );
    }

    #[test]
    fn a_text_over_the_limit_says_so() {
        check(
            &"ä".repeat(150),
            "json",
            &expect![[
                r#"{"diagnostics":[{"severity":"error","code":"DEFINITION_TOO_LARGE","message":"The definition has 300 bytes; the limit is 200 bytes","help":"move inner states into a state machine of their own and start it with states:startExecution; what is behind the limit was not checked, nor what is before it","location":"/","start":100,"end":150}]}"#
            ]],
        );
    }

    #[test]
    fn odd_questions_are_refused() {
        check("", "xml", &expect!["ValidationException: format must be json or yaml, not 'xml'"]);
        let said = run(b"{}", 9).map_err(|error| error.to_string());
        expect![[r#"Err("the request's body is not what this path takes: missing field `definition` at line 1 column 2")"#]]
            .assert_eq(&format!("{said:?}"));
    }
}
