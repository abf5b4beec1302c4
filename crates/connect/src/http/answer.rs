//! What an HTTP Task makes of an answer.

use crate::parameters::refused;
use crate::wire::{Answer, NoAnswer};
use hyper::HeaderMap;
use serde_json::{Map, Value, json};
use stateline_base::{Failure, Payload, error_name};
use stateline_runtime::{Attempt, Outcome};
use std::time::Duration;

/// Types that a workflow cannot hold: all of them, up to the slash where one stands at the end.
const UNSUPPORTED: [&str; 4] = ["application/octet-stream", "image/", "video/", "audio/"];

/// The task's outcome.
///
/// `place` is where the request went, for causes.
pub(super) fn outcome(answer: &Answer, attempt: &Attempt, place: &str) -> Outcome {
    if !(200..300).contains(&answer.status) {
        let name = format!("States.Http.StatusCode.{}", answer.status);
        return Outcome::Failed(Failure::new(name, String::from_utf8_lossy(&answer.body)));
    }
    let kind = media_type(answer);
    if UNSUPPORTED.iter().any(|unsupported| {
        if unsupported.ends_with('/') { kind.starts_with(unsupported) } else { kind == *unsupported }
    }) {
        return unusable(attempt, place, &format!("its content type is {kind}"));
    }
    let Some(text) = text(answer) else {
        return unusable(attempt, place, "it is no text in the character set it claims to have");
    };
    Outcome::Succeeded(output(answer, lower_case(&answer.headers), body(text, &kind)))
}

/// `{Headers, ResponseBody, StatusCode, StatusText}`, as both HTTP integrations give it.
pub(super) fn output(answer: &Answer, headers: Map<String, Value>, body: Value) -> Payload {
    let mut output = Map::new();
    output.insert("Headers".to_owned(), Value::Object(headers));
    output.insert("ResponseBody".to_owned(), body);
    output.insert("StatusCode".to_owned(), Value::from(answer.status));
    output.insert("StatusText".to_owned(), Value::from(answer.reason.as_str()));
    Payload::from(Value::Object(output))
}

/// JSON where the answer says that it is JSON, or says nothing; everything else as a text.
pub(super) fn body(text: String, kind: &str) -> Value {
    let subtype = kind.split_once('/').map_or("", |(_, subtype)| subtype);
    let is_json = kind.is_empty() || subtype == "json" || subtype.ends_with("+json");
    match serde_json::from_str(&text) {
        Ok(value) if is_json => value,
        _ => Value::String(text),
    }
}

/// `application/json`, in lower case and without parameters; empty when there is none.
pub(super) fn media_type(answer: &Answer) -> String {
    let kind = answer.header("content-type").unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Each header with all its values.
fn lower_case(headers: &HeaderMap) -> Map<String, Value> {
    let values = |name| -> Vec<String> {
        let values = headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    };
    headers.keys().map(|name| (name.as_str().to_owned(), json!(values(name)))).collect()
}

/// The body in its character set; other sets than these are read as UTF-8.
fn text(answer: &Answer) -> Option<String> {
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let set = kind.split(';').find_map(|part| part.trim().strip_prefix("charset="));
    match set.map(|set| set.trim_matches('"')) {
        // Each byte is the character of its number.
        Some("iso-8859-1" | "latin1") => Some(answer.body.iter().map(|byte| char::from(*byte)).collect()),
        _ => String::from_utf8(answer.body.to_vec()).ok(),
    }
}

fn unusable(attempt: &Attempt, place: &str, reason: &str) -> Outcome {
    let cause =
        format!("The answer of {place} to the HTTP Task '{}' cannot be used: {reason}", attempt.state);
    Outcome::Failed(Failure::runtime(cause))
}

/// The failure of a request that got no answer.
pub(super) fn failure(reason: &NoAnswer, attempt: &Attempt, place: &str) -> Failure {
    match reason {
        NoAnswer::TooLarge(_) => Failure::new(
            error_name::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{}' returned a result with a size exceeding the maximum number of bytes service limit.",
                attempt.resource.arn()
            ),
        ),
        NoAnswer::TimedOut(_, time) => late(place, *time),
        reason => Failure::new(SOCKET, format!("{place}: {reason}")),
    }
}

/// The failure of a request that took longer than this, or what had to come before it.
pub(super) fn late(place: &str, time: Duration) -> Failure {
    Failure::new(SOCKET, format!("{place}: no answer within {} seconds", time.as_secs_f64()))
}

/// The failure of a request that could not be written.
pub(super) fn unsendable(attempt: &Attempt, reason: &str) -> Failure {
    refused(attempt.input.text(), reason)
}

const SOCKET: &str = "States.Http.Socket";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;
    use bytes::Bytes;
    use expect_test::{Expect, expect};

    fn check(status: u16, kind: &str, body: &'static [u8], expected: &Expect) {
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.append("content-type", kind.parse().expect("a value"));
        }
        let answer = Answer { status, reason: "Said".to_owned(), headers, body: Bytes::from_static(body) };
        let found = match outcome(&answer, &attempt("arn:aws:states:::http:invoke", "{}"), "GET https://a/") {
            Outcome::Succeeded(output) => output.value()["ResponseBody"].to_string(),
            Outcome::Failed(failure) => {
                format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
            }
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn json_is_read_and_other_text_kept() {
        check(200, "application/json; charset=UTF-8", br#"{"a": 1.0}"#, &expect![[r#"{"a":1.0}"#]]);
        check(201, "application/problem+json", b"[]", &expect!["[]"]);
        check(200, "", b"7", &expect!["7"]);
        check(200, "text/plain", b"7", &expect![[r#""7""#]]);
        check(200, "application/json", b"{oh", &expect![[r#""{oh""#]]);
        check(204, "application/json", b"", &expect![[r#""""#]]);
        check(200, "text/plain; charset=ISO-8859-1", b"\xe4", &expect![[r#""ä""#]]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        check(
            200,
            "image/png",
            b"x",
            &expect![
                "States.Runtime: The answer of GET https://a/ to the HTTP Task 'Call' cannot be used: its content type is image/png"
            ],
        );
        check(
            200,
            "Application/Octet-Stream",
            b"x",
            &expect![
                "States.Runtime: The answer of GET https://a/ to the HTTP Task 'Call' cannot be used: its content type is application/octet-stream"
            ],
        );
        check(
            200,
            "text/plain",
            b"\xff",
            &expect![
                "States.Runtime: The answer of GET https://a/ to the HTTP Task 'Call' cannot be used: it is no text in the character set it claims to have"
            ],
        );
    }

    #[test]
    fn other_statuses_are_errors_of_that_number() {
        check(500, "text/html", b"<h1>oh</h1>", &expect!["States.Http.StatusCode.500: <h1>oh</h1>"]);
        check(301, "", b"", &expect!["States.Http.StatusCode.301: "]);
        check(404, "image/png", b"\xff", &expect!["States.Http.StatusCode.404: \u{fffd}"]);
    }
}
