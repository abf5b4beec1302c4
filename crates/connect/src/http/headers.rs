//! Headers that a workflow gives: their forms, and those that it may not give.

use crate::parameters::Parameters;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::Value;
use stateline_base::Failure;

/// What an HTTP Task may not set, as AWS lists it.
const TASK: [&str; 32] = [
    "a-im",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-md5",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "referer",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
];
const TASK_PREFIXES: [&str; 3] = ["x-forwarded-", "x-amz-", "x-amzn-"];

/// What a call of API Gateway may not set, as AWS lists it.
const GATEWAY: [&str; 15] = [
    "authorization",
    "connection",
    "content-md5",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "transfer-encoding",
    "trailer",
    "upgrade",
    "via",
    "www-authenticate",
    CONTENT_LENGTH,
];
/// `X-Amzn` begins with `X-Amz`.
const GATEWAY_PREFIXES: [&str; 2] = ["x-forwarded", "x-amz"];

/// On neither list, but the body's length is ours to say: two lengths in one request are a way to
/// smuggle another.
const CONTENT_LENGTH: &str = "content-length";

/// The headers of an HTTP Task: texts, or lists of texts.
///
/// # Errors
/// `States.Runtime` for a form or a header that there may not be.
pub(super) fn of_task(parameters: &Parameters<'_>) -> Result<Vec<(String, String)>, Failure> {
    let remedy = "give an object whose values are texts or lists of texts";
    let headers = read(parameters, remedy, |value| match value {
        Value::String(text) => Some(vec![text]),
        value => texts(value),
    })?;
    refuse_forbidden(parameters, &headers, |name| {
        TASK.contains(&name)
            || name == CONTENT_LENGTH
            || TASK_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })?;
    Ok(headers)
}

/// The headers of a call of API Gateway: lists of texts. Recorded: a plain text is refused.
///
/// # Errors
/// `States.Runtime` for a form or a header that there may not be.
pub(super) fn of_gateway(parameters: &Parameters<'_>) -> Result<Vec<(String, String)>, Failure> {
    let headers = read(parameters, "give an object whose values are lists of texts", texts)?;
    refuse_forbidden(parameters, &headers, |name| {
        GATEWAY.contains(&name) || GATEWAY_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })?;
    Ok(headers)
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn read<'a>(
    parameters: &Parameters<'a>,
    remedy: &str,
    values: impl Fn(&'a Value) -> Option<Vec<&'a str>>,
) -> Result<Vec<(String, String)>, Failure> {
    let Some(headers) = parameters.get("Headers") else { return Ok(Vec::new()) };
    let invalid = |remedy: &str| parameters.invalid("Headers", remedy);
    let mut read = Vec::new();
    for (name, value) in headers.as_object().ok_or_else(|| invalid(remedy))? {
        if HeaderName::try_from(name).is_err() {
            return Err(invalid(&format!("'{name}' cannot be the name of a header")));
        }
        for value in values(value).ok_or_else(|| invalid(remedy))? {
            if HeaderValue::from_str(value).is_err() {
                return Err(invalid(&format!("the value of '{name}' cannot stand in a header")));
            }
            read.push((name.clone(), value.to_owned()));
        }
    }
    Ok(read)
}

fn refuse_forbidden(
    parameters: &Parameters<'_>,
    headers: &[(String, String)],
    is_forbidden: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    match headers.iter().find(|(name, _)| is_forbidden(&name.to_ascii_lowercase())) {
        Some((name, _)) => {
            let remedy = format!("the header '{name}' may not be set here; leave it out");
            Err(parameters.invalid("Headers", &remedy))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;

    type Reader = fn(&Parameters<'_>) -> Result<Vec<(String, String)>, Failure>;

    fn read(headers: &str, of: Reader) -> Option<String> {
        let attempt = attempt("arn:aws:states:::http:invoke", &format!(r#"{{"Headers":{headers}}}"#));
        let parameters = Parameters::of(&attempt, &["Headers"]).expect("an object");
        match of(&parameters) {
            Ok(headers) => {
                let lines = headers.iter().map(|(name, value)| format!("{name}: {value}"));
                Some(lines.collect::<Vec<_>>().join(", "))
            }
            Err(failure) => {
                assert_eq!(failure.name(), "States.Runtime");
                None
            }
        }
    }

    #[test]
    fn values_are_texts_or_lists_of_texts() {
        let headers = r#"{"Content-Type":"text/plain","X-A":["1","2"]}"#;
        assert_eq!(read(headers, of_task).as_deref(), Some("Content-Type: text/plain, X-A: 1, X-A: 2"));
        assert_eq!(read(headers, of_gateway), None);
        assert_eq!(read(r#"{"X-A":["1","2"]}"#, of_gateway).as_deref(), Some("X-A: 1, X-A: 2"));
        for wrong in [r#"{"a":1}"#, r#"{"a":[1]}"#, r#"{"a b":["c"]}"#, r#"{"a":["c\nd: e"]}"#, "[]", "7"] {
            assert_eq!(read(wrong, of_task), None, "{wrong}");
            assert_eq!(read(wrong, of_gateway), None, "{wrong}");
        }
    }

    #[test]
    fn forbidden_headers_are_refused_in_any_spelling() {
        let task = |name: &str| read(&format!(r#"{{"{name}":["x"]}}"#), of_task).is_some();
        for name in TASK.into_iter().chain(["Authorization", "X-Amzn-Trace-Id", "X-Forwarded-For", "x-amz-a"])
        {
            assert!(!task(name), "{name}");
        }
        assert!(task("Accept") && task("X-Api-Key") && task("content-type") && task("Proxy-Authenticate"));
        let gateway = |name: &str| read(&format!(r#"{{"{name}":["x"]}}"#), of_gateway).is_some();
        for name in GATEWAY.into_iter().chain(["Host", "X-Forwarded", "X-AMZ-Date", "x-amzn-x"]) {
            assert!(!gateway(name), "{name}");
        }
        assert!(gateway("Accept") && gateway("Cache-Control") && gateway("TaskToken"));
    }
}
