//! What `StartExecution` and `StartSyncExecution` share: their request is the
//! same, and so are the rules for names, inputs and trace headers.

use super::Call;
use super::arn::check_unlabelled_machine;
use super::decode::{Text, decode, shape};
use super::error::ApiError;
use super::validate::{ARN_CHARS, Violations, check_name};
use stateline_asl::Code;
use stateline_base::Payload;
use stateline_runtime::StartRequest;

shape! {
    /// The members that both operations have.
    Start {
        /// Machine, version or alias.
        machine_arn: Text<'a> = "stateMachineArn",
        /// One is made when absent.
        name: Text<'a> = "name",
        /// JSON text; `{}` when absent.
        input: Text<'a> = "input",
        /// Kept and shown.
        trace_header: Text<'a> = "traceHeader",
        /// `StartSyncExecution` only.
        included_data: Text<'a> = "includedData",
    }
}

impl Start<'_> {
    /// Checks everything that needs no look at the machine. Violations found before are reported too.
    pub(super) fn validate(
        self,
        call: &Call<'_>,
        mut violations: Violations,
    ) -> Result<StartRequest, ApiError> {
        let machine_arn = violations.required_sized("stateMachineArn", self.machine_arn.as_ref(), ARN_CHARS);
        if let Some(name) = &self.name {
            violations.name(name);
        }
        if let Some(input) = &self.input {
            violations.bytes_hidden("input", input, call.api.service().limits().payload_bytes_max);
        }
        let trace_header = call.trace_header().or(self.trace_header.as_deref());
        if let Some(header) = trace_header {
            violations.trace_header(header);
        }
        violations.finish()?;
        check_unlabelled_machine(machine_arn)?;
        if let Some(name) = &self.name {
            check_name(name)?;
        }
        Ok(StartRequest {
            machine_arn: machine_arn.into(),
            name: self.name.as_deref().map(Into::into),
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
fn parse(input: Option<Text<'_>>, body: &[u8]) -> Result<Payload, ApiError> {
    match input {
        None => Ok(Payload::from_checked_text("{}")),
        Some(text) if text.trim().is_empty() => {
            Err(ApiError::InvalidExecutionInput("Invalid execution input.".to_owned()))
        }
        Some(text) => Payload::parse(text.into_owned()).map_err(|error| {
            // The text went into the failed attempt, so that the common case copies nothing.
            let again = decode::<Start<'_>>(body).ok().and_then(|start| start.input);
            ApiError::InvalidExecutionInput(why_not_json(again.as_deref().unwrap_or_default(), &error))
        }),
    }
}

/// AWS's words for text that is not JSON; the parser's own where it is stricter than AWS's.
fn why_not_json(text: &str, error: &serde_json::Error) -> String {
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
        let start: Start<'_> = decode(body.as_bytes()).expect("the test's own body is well formed");
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
