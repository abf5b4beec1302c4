//! What an invocation came to, and how the two task forms show it: the bare ARN
//! gives the function's answer alone, `lambda:invoke` wraps it as the service's
//! response was recorded. Function errors read the same in both.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use stateline_base::{Failure, Payload};
use stateline_runtime::Outcome;

/// The service's answer, local or remote.
#[derive(Clone, Debug)]
pub(crate) struct Invoked {
    pub status: u16,
    /// The function's answer or its error document, as it was written.
    pub body: Bytes,
    /// The body is an error document.
    pub function_error: bool,
    pub executed_version: Option<String>,
    /// Base64.
    pub log_result: Option<String>,
    /// The response's headers in AWS's spelling.
    pub headers: Vec<(String, String)>,
    pub request_id: Option<String>,
}

impl Invoked {
    /// The task's outcome where the resource is the function's ARN.
    pub fn direct(self) -> Outcome {
        match self.failure() {
            Some(failure) => Outcome::Failed(failure),
            None => Outcome::Succeeded(answer(&self.body)),
        }
    }

    /// The task's outcome where the resource is `lambda:invoke`.
    pub fn wrapped(self) -> Outcome {
        if let Some(failure) = self.failure() {
            return Outcome::Failed(compact(failure));
        }
        let mut output = Map::new();
        if let Some(version) = &self.executed_version {
            output.insert("ExecutedVersion".to_owned(), json!(version));
        }
        if let Some(log) = &self.log_result {
            output.insert("LogResult".to_owned(), json!(log));
        }
        output.insert("Payload".to_owned(), answer(&self.body).value().clone());
        output.insert("SdkHttpMetadata".to_owned(), self.http_metadata());
        output.insert("SdkResponseMetadata".to_owned(), json!({"RequestId": self.request_id}));
        output.insert("StatusCode".to_owned(), json!(self.status));
        Outcome::Succeeded(Payload::from(Value::Object(output)))
    }

    /// The function's error type and, as the cause, its document as written.
    fn failure(&self) -> Option<Failure> {
        if !self.function_error {
            return None;
        }
        let document = serde_json::from_slice::<Value>(&self.body).ok();
        let name = document.as_ref().and_then(|d| d.get("errorType")).and_then(Value::as_str);
        let name = name.filter(|name| !name.is_empty()).unwrap_or("Lambda.Unknown");
        Some(Failure::new(name, String::from_utf8_lossy(&self.body)))
    }

    /// Headers twice, as recorded: once each with all values, once with one value and in order of their names.
    fn http_metadata(&self) -> Value {
        let mut all = Map::new();
        for (name, value) in &self.headers {
            if let Value::Array(values) = all.entry(name.as_str()).or_insert_with(|| json!([])) {
                values.push(json!(value));
            }
        }
        let mut sorted: Vec<&(String, String)> = self.headers.iter().collect();
        sorted.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        let single: Map<String, Value> =
            sorted.into_iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({"AllHttpHeaders": all, "HttpHeaders": single, "HttpStatusCode": self.status})
    }
}

/// Recorded on AWS: `lambda:invoke` writes a function's error document anew, without spaces;
/// the bare form keeps it as it came.
fn compact(failure: Failure) -> Failure {
    let document = failure.cause.as_deref().and_then(|cause| serde_json::from_str::<Value>(cause).ok());
    match document {
        Some(document) => Failure { cause: Some(document.to_string().into()), ..failure },
        None => failure,
    }
}

/// The answer as JSON; what is not JSON is taken as a text, so that nothing a function says is lost.
fn answer(body: &Bytes) -> Payload {
    let text = String::from_utf8_lossy(body);
    Payload::parse(text.as_ref()).unwrap_or_else(|_| Payload::from(Value::String(text.into_owned())))
}

/// AWS's spelling of a header's name, from the lower case that HTTP libraries give.
pub(crate) fn header_name(lower: &str) -> String {
    match lower {
        "x-amz-apigw-id" => lower.to_owned(),
        "x-amzn-requestid" => "x-amzn-RequestId".to_owned(),
        "x-amzn-remapped-content-length" => "x-amzn-Remapped-Content-Length".to_owned(),
        "x-amzn-errortype" => "x-amzn-ErrorType".to_owned(),
        _ => lower.split('-').map(capitalised).collect::<Vec<_>>().join("-"),
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn invoked(body: &'static str, function_error: bool) -> Invoked {
        let header = |name: &str, value: &str| (header_name(name), value.to_owned());
        Invoked {
            status: 200,
            body: Bytes::from_static(body.as_bytes()),
            function_error,
            executed_version: Some("$LATEST".to_owned()),
            log_result: None,
            headers: vec![
                header("x-amz-executed-version", "$LATEST"),
                header("x-amzn-requestid", "r-1"),
                header("content-length", "2"),
            ],
            request_id: Some("r-1".to_owned()),
        }
    }

    fn check(outcome: Outcome, expected: &Expect) {
        let found = match outcome {
            Outcome::Succeeded(payload) => payload.text().to_owned(),
            Outcome::Failed(failure) => {
                format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
            }
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn the_bare_form_gives_the_answer_as_written() {
        check(invoked(r#"{ "a" : 0.0 }"#, false).direct(), &expect![[r#"{ "a" : 0.0 }"#]]);
        check(invoked("plain words", false).direct(), &expect![[r#""plain words""#]]);
    }

    #[test]
    fn the_wrapped_form_has_the_recorded_members_in_order() {
        check(
            invoked("{}", false).wrapped(),
            &expect![[
                r#"{"ExecutedVersion":"$LATEST","Payload":{},"SdkHttpMetadata":{"AllHttpHeaders":{"X-Amz-Executed-Version":["$LATEST"],"x-amzn-RequestId":["r-1"],"Content-Length":["2"]},"HttpHeaders":{"Content-Length":"2","X-Amz-Executed-Version":"$LATEST","x-amzn-RequestId":"r-1"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"r-1"},"StatusCode":200}"#
            ]],
        );
    }

    #[test]
    fn function_errors_keep_the_document_in_the_bare_form_only() {
        let document = r#"{"errorMessage": "no", "errorType": "CustomException"}"#;
        check(
            invoked(document, true).direct(),
            &expect![[r#"CustomException: {"errorMessage": "no", "errorType": "CustomException"}"#]],
        );
        check(
            invoked(document, true).wrapped(),
            &expect![[r#"CustomException: {"errorMessage":"no","errorType":"CustomException"}"#]],
        );
    }

    #[test]
    fn errors_without_a_type_are_unknown() {
        check(
            invoked(r#"{"errorMessage":"no"}"#, true).direct(),
            &expect![[r#"Lambda.Unknown: {"errorMessage":"no"}"#]],
        );
        check(invoked("not JSON", true).direct(), &expect!["Lambda.Unknown: not JSON"]);
    }
}
