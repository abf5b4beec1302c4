//! What `StartExecution` and `StartSyncExecution` share: their request is the
//! same, and so are the rules for names, inputs and trace headers.

use super::Call;
use super::arn::check_unlabelled_machine;
use super::constrain::text;
use super::decode::{Text, decode};
use super::error::ApiError;
use super::validate::{Violations, check_name};
use crate::shapes;
use stateline_asl::Code;
use stateline_base::Payload;
use stateline_runtime::StartRequest;
use std::sync::Arc;

/// What both requests have, checked against their shapes.
pub(super) struct Start<'r, 'a> {
    /// Machine, version or alias.
    pub(super) machine_arn: Option<&'r Text<'a>>,
    /// One is made when absent.
    pub(super) name: Option<&'r Text<'a>>,
    /// JSON text; `{}` when absent.
    pub(super) input: Option<Text<'a>>,
    /// Kept and shown.
    pub(super) trace_header: Option<&'r Text<'a>>,
}

impl Start<'_, '_> {
    /// Checks everything that needs no look at the machine.
    pub(super) fn request(self, call: &Call<'_>) -> Result<StartRequest, ApiError> {
        let machine_arn = text(self.machine_arn);
        let trace_header = match call.trace_header() {
            Some(header) => {
                let mut violations = Violations::default();
                violations.trace_header(header);
                violations.finish()?;
                Some(header)
            }
            None => self.trace_header.map(|header| &**header),
        };
        // What stands behind a # is a test case's name, which is the service's to know.
        check_unlabelled_machine(machine_arn.split('#').next().unwrap_or_default())?;
        if let Some(name) = self.name {
            check_name(name)?;
        }
        Ok(StartRequest {
            machine_arn: machine_arn.into(),
            name: self.name.map(|name| Arc::from(&**name)),
            trace_header: trace_header.map(Into::into),
            input: parse(self.input, call.body)?,
        })
    }
}

impl Call<'_> {
    /// The HTTP header, which wins over the member of the body.
    fn trace_header(&self) -> Option<&str> {
        self.headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok())
    }
}

/// The input as a document; parsed once, its text kept as written.
pub(super) fn parse(input: Option<Text<'_>>, body: &[u8]) -> Result<Payload, ApiError> {
    match input {
        None => Ok(Payload::from_checked_text("{}")),
        Some(text) if text.trim().is_empty() => {
            Err(ApiError::InvalidExecutionInput("Invalid execution input.".to_owned()))
        }
        Some(text) => Payload::parse(text.into_owned()).map_err(|error| {
            // The text went into the failed attempt, so that the common case copies nothing.
            let again = decode::<shapes::StartExecution<'_>>(body).ok().and_then(|start| start.input);
            ApiError::InvalidExecutionInput(why_not_json(again.as_deref().unwrap_or_default(), &error))
        }),
    }
}

/// AWS's words for text that is not JSON; the parser's own where it is stricter than AWS's.
pub(super) fn why_not_json(text: &str, error: &serde_json::Error) -> String {
    let (_, found) = stateline_asl::parse(text);
    let syntax =
        found.into_iter().find(|found| found.is_error() && found.code == Code::InvalidJsonDescription);
    syntax.map_or_else(|| error.to_string(), |found| found.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(input: &str, expected: &Expect) {
        let body = serde_json::json!({"input": input}).to_string();
        let start: shapes::StartExecution<'_> =
            decode(body.as_bytes()).expect("the test's own body is well formed");
        let shown = match parse(start.input, body.as_bytes()) {
            Ok(payload) => payload.text().to_owned(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn inputs_keep_their_text_and_errors_have_aws_words() {
        check(" { \"a\" : 1.0 } ", &expect![[r#" { "a" : 1.0 } "#]]);
        check("", &expect!["Invalid State Machine Execution Input: 'Invalid execution input.'"]);
        check("\n", &expect!["Invalid State Machine Execution Input: 'Invalid execution input.'"]);
        check(
            "not json",
            &expect![[r#"
            Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
             at [Source: (String)"not json"; line: 1, column: 4]'"#]],
        );
        check(
            "{\"a\": }",
            &expect![[r#"
            Invalid State Machine Execution Input: 'Unexpected character ('}' (code 125)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
             at [Source: (String)"{"a": }"; line: 1, column: 8]'"#]],
        );
        check(
            "{\"a\": 1",
            &expect![[r#"
            Invalid State Machine Execution Input: 'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": 1"; line: 1, column: 1])
             at [Source: (String)"{"a": 1"; line: 1, column: 8]'"#]],
        );
        check(
            &format!("{}{}", "[".repeat(200), "]".repeat(200)),
            &expect![
                "Invalid State Machine Execution Input: 'recursion limit exceeded at line 1 column 128'"
            ],
        );
    }
}
