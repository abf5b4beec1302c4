//! `ValidateStateMachineDefinition`: what is wrong with a definition, without
//! making a state machine of it. A wrong definition is an answer, not an error.

use super::Call;
use super::constrain::{read_within, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;
use stateline_asl::{Diagnostic, MachineKind, Severity, aws_reports, compile};
use stateline_base::Limits;

const RESULTS_DEFAULT: usize = 100;

/// A request that can be answered.
struct Wanted {
    definition: String,
    kind: MachineKind,
    least: Severity,
    most: usize,
}

pub(super) fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let wanted = read(call.body, &call.api.service().limits())?;
    let compilation = compile(&wanted.definition, wanted.kind);
    Ok(write(&compilation.diagnostics, &wanted))
}

fn read(body: &[u8], limits: &Limits) -> Result<Wanted, ApiError> {
    let request: shapes::ValidateStateMachineDefinition<'_> = read_within(body, limits)?;
    let express = request.kind.as_deref() == Some("EXPRESS");
    let warnings = request.severity.as_deref() == Some("WARNING");
    Ok(Wanted {
        definition: text(request.definition.as_ref()).to_owned(),
        kind: if express { MachineKind::Express } else { MachineKind::Standard },
        least: if warnings { Severity::Warning } else { Severity::Error },
        most: match request.max_results {
            None | Some(0) => RESULTS_DEFAULT,
            Some(most) => usize::try_from(most).unwrap_or(RESULTS_DEFAULT),
        },
    })
}

fn write(diagnostics: &[Diagnostic], wanted: &Wanted) -> Vec<u8> {
    let fails = diagnostics.iter().any(Diagnostic::is_error);
    let mut found = aws_reports(diagnostics);
    found.retain(|found| found.is_error() || wanted.least == Severity::Warning);
    let truncated = found.len() > wanted.most;
    found.truncate(wanted.most);
    Object::document(|answer| {
        answer.text("result", if fails { "FAIL" } else { "OK" });
        answer.array("diagnostics", &found, usize::MAX, |object, found| {
            object.text("severity", found.severity.as_str());
            object.text("code", found.code.as_str());
            object.text("message", &found.message);
            object.text_if("location", (!found.location.is_empty()).then_some(&found.location));
        });
        answer.flag("truncated", truncated);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(body: &str, expected: &Expect) {
        let said = match read(body.as_bytes(), &Limits { definition_bytes_max: 1_000, ..Limits::default() }) {
            Ok(wanted) => {
                let compilation = compile(&wanted.definition, wanted.kind);
                String::from_utf8(write(&compilation.diagnostics, &wanted)).expect("text")
            }
            Err(error) => format!("{}: {error}", error.name()),
        };
        expected.assert_eq(&said);
    }

    fn definition(text: &str, rest: &str) -> String {
        format!("{{\"definition\": {}{rest}}}", serde_json::Value::from(text))
    }

    const WARNED: &str =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "$.x", "End": true}}}"#;
    const WRONG: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "$.x", "End": 1, "No": 1, "Never": 1}}}"#;

    #[test]
    fn findings_are_an_answer() {
        check(&definition(WARNED, ""), &expect![[r#"{"result":"OK","diagnostics":[],"truncated":false}"#]]);
        check(
            &definition(WARNED, r#", "severity": "WARNING""#),
            &expect![[
                r#"{"result":"OK","diagnostics":[{"severity":"WARNING","code":"PASS_RESULT_IS_STATIC","message":"The 'Result' of a Pass state is static: paths and intrinsic functions in it are not evaluated","location":"/States/A/Result"}],"truncated":false}"#
            ]],
        );
        check(
            &definition(WRONG, ""),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Expected value of type [BOOLEAN]","location":"/States/A/End"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'No' is not supported","location":"/States/A"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'Never' is not supported","location":"/States/A"}],"truncated":false}"#
            ]],
        );
        check(
            &definition(" ", ""),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Definition must be a valid JSON object"}],"truncated":false}"#
            ]],
        );
        check(
            &definition("{", ""),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"INVALID_JSON_DESCRIPTION","message":"Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])\n at [Source: (String)\"{\"; line: 1, column: 2]","location":"[Source: (String)\"{\"; line: 1, column: 2]"}],"truncated":false}"#
            ]],
        );
    }

    #[test]
    fn findings_are_counted_and_cut() {
        check(
            &definition(WRONG, r#", "maxResults": 1"#),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Expected value of type [BOOLEAN]","location":"/States/A/End"}],"truncated":true}"#
            ]],
        );
        check(
            &definition(WRONG, r#", "maxResults": 3"#),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Expected value of type [BOOLEAN]","location":"/States/A/End"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'No' is not supported","location":"/States/A"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'Never' is not supported","location":"/States/A"}],"truncated":false}"#
            ]],
        );
        check(
            &definition(WRONG, r#", "maxResults": 0, "severity": "WARNING""#),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"WARNING","code":"PASS_RESULT_IS_STATIC","message":"The 'Result' of a Pass state is static: paths and intrinsic functions in it are not evaluated","location":"/States/A/Result"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Expected value of type [BOOLEAN]","location":"/States/A/End"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'No' is not supported","location":"/States/A"},{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Field 'Never' is not supported","location":"/States/A"}],"truncated":false}"#
            ]],
        );
    }

    #[test]
    fn the_type_counts() {
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": true}}}"#;
        check(
            &definition(text, r#", "type": "STANDARD""#),
            &expect![[r#"{"result":"OK","diagnostics":[],"truncated":false}"#]],
        );
        check(
            &definition(text, r#", "type": "EXPRESS""#),
            &expect![[
                r#"{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"Express state machine does not support '.sync' service integration","location":"/States/A/Resource"}],"truncated":false}"#
            ]],
        );
    }

    #[test]
    fn requests_are_constrained() {
        check(
            "{}",
            &expect![
                "ValidationException: 1 validation error detected: Value null at 'definition' failed to satisfy constraint: Member must not be null"
            ],
        );
        check(
            &definition("", r#", "maxResults": 101, "type": "FAST", "severity": "INFO""#),
            &expect![
                "ValidationException: 4 validation errors detected: Value at 'definition' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]; Value 'INFO' at 'severity' failed to satisfy constraint: Member must satisfy enum value set: [ERROR, WARNING]; Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"
            ],
        );
        check(
            &definition(&"x".repeat(1_001), ""),
            &expect![
                "ValidationException: 1 validation error detected: Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to 1000"
            ],
        );
        check(
            &definition(WARNED, r#", "maxResults": -1"#),
            &expect![
                "ValidationException: 1 validation error detected: Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"
            ],
        );
        check(
            &definition(WARNED, r#", "maxResults": "1""#),
            &expect![[
                r#"SerializationException: invalid type: string "1", expected i64 at line 1 column 135"#
            ]],
        );
    }
}
