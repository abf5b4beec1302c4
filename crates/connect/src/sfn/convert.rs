//! Spellings: tasks write members in PascalCase, the API in camelCase; tasks
//! may give documents where the API wants texts, and get dates as the SDKs that
//! Step Functions calls with write them.

use super::OwnAnswer;
use serde_json::{Map, Value};
use stateline_base::{Failure, Timestamp, error_name};

/// In whose words an error is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Optimised integrations: the Java SDK's first version.
    Optimised,
    /// `aws-sdk`: its second version.
    Sdk,
}

/// How dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    /// ISO 8601.
    Text,
    /// Milliseconds since the epoch.
    Millis,
}

/// Members that are texts holding JSON: a task may give the document itself.
const DOCUMENTS: [&str; 7] =
    ["input", "output", "definition", "variables", "context", "result", "mapItemReaderData"];

/// A task's parameters as the API's request.
pub(super) fn request_of(operation: &str, parameters: &Value) -> Result<Value, Failure> {
    match parameters {
        Value::Object(_) => Ok(lowered(parameters)),
        other => {
            let cause = format!("The parameters of {operation} must be an object but were: {other}");
            Err(Failure::new(error_name::RUNTIME, cause))
        }
    }
}

fn lowered(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let lower = members.iter().map(|(name, value)| {
                let name = uncapitalised(name);
                let is_text =
                    DOCUMENTS.contains(&name.as_str()) && !matches!(value, Value::String(_) | Value::Null);
                let value = if is_text { Value::String(value.to_string()) } else { lowered(value) };
                (name, value)
            });
            Value::Object(lower.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(lowered).collect()),
        other => other.clone(),
    }
}

/// The API's answer as a task's result.
pub(super) fn result_of(body: Value, dates: Dates) -> Value {
    match body {
        Value::Object(members) => {
            let upper = members.into_iter().map(|(name, value)| {
                let date = if is_date(&name) { value.as_f64() } else { None };
                let value = date.map_or_else(|| result_of(value, dates), |seconds| date_of(seconds, dates));
                (capitalised(&name), value)
            });
            Value::Object(upper.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| result_of(item, dates)).collect()),
        other => other,
    }
}

fn is_date(name: &str) -> bool {
    name == "timestamp" || name.ends_with("Date")
}

fn date_of(seconds: f64, dates: Dates) -> Value {
    #[allow(clippy::cast_possible_truncation, reason = "the API writes milliseconds, which are whole")]
    let millis = (seconds * 1_000.0).round() as i64;
    match dates {
        Dates::Millis => Value::from(millis),
        Dates::Text => Value::from(Timestamp::from_millis(millis).to_string()),
    }
}

/// An error of the API as a task's failure.
pub(super) fn failure(answer: &OwnAnswer, style: Style) -> Failure {
    let text = |member: &str| answer.body.get(member).and_then(Value::as_str).unwrap_or_default();
    let code = text("__type").rsplit('#').next().unwrap_or_default().to_owned();
    let (status, id, message) = (answer.status, &answer.request_id, text("message"));
    let exception = match code.as_str() {
        "" => "ServiceUnavailableException".to_owned(),
        name if name.ends_with("Exception") => name.to_owned(),
        name => format!("{name}Exception"),
    };
    match style {
        Style::Optimised => Failure::new(
            format!("StepFunctions.{exception}"),
            format!(
                "{message} (Service: AWSStepFunctions; Status Code: {status}; Error Code: {code}; Request ID: {id}; Proxy: null)"
            ),
        ),
        Style::Sdk => Failure::new(
            format!("Sfn.{exception}"),
            format!(
                "{message} (Service: Sfn, Status Code: {status}, Request ID: {id}) (SDK Attempt Count: 1)"
            ),
        ),
    }
}

/// Picks members, in this order.
pub(super) fn picked(members: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), members.get(*name)?.clone()))).collect()
}

/// `startExecution` as `StartExecution`.
pub(super) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_become_a_request() {
        let parameters =
            json!({"StateMachineArn": "m", "Input": {"A": 1}, "Tags": [{"Key": "k", "Value": "v"}]});
        let request =
            json!({"stateMachineArn": "m", "input": r#"{"A":1}"#, "tags": [{"key": "k", "value": "v"}]});
        assert_eq!(request_of("StartExecution", &parameters), Ok(request));
        assert_eq!(request_of("X", &json!({"Input": "text"})), Ok(json!({"input": "text"})));
        assert!(request_of("X", &json!([])).is_err());
    }

    #[test]
    fn answers_become_results() {
        let answer =
            json!({"executionArn": "e", "startDate": 1_763_683_200.123, "events": [{"timestamp": 1.5}]});
        assert_eq!(
            result_of(answer.clone(), Dates::Text),
            json!({"ExecutionArn": "e", "StartDate": "2025-11-21T00:00:00.123Z", "Events": [{"Timestamp": "1970-01-01T00:00:01.5Z"}]})
        );
        assert_eq!(result_of(answer, Dates::Millis)["StartDate"], json!(1_763_683_200_123_i64));
    }

    #[test]
    fn errors_are_told_in_both_styles() {
        let answer = OwnAnswer {
            status: 400,
            body: json!({"__type": "com.amazonaws.swf.service.v2.model#InvalidToken", "message": "Invalid Token: 'Invalid token'"}),
            request_id: "r".to_owned(),
        };
        let sdk = failure(&answer, Style::Sdk);
        assert_eq!(sdk.name(), "Sfn.InvalidTokenException");
        assert_eq!(
            sdk.cause.as_deref(),
            Some(
                "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: r) (SDK Attempt Count: 1)"
            )
        );
        let optimised = failure(&answer, Style::Optimised);
        assert_eq!(optimised.name(), "StepFunctions.InvalidTokenException");
        assert_eq!(
            optimised.cause.as_deref(),
            Some(
                "Invalid Token: 'Invalid token' (Service: AWSStepFunctions; Status Code: 400; Error Code: InvalidToken; Request ID: r; Proxy: null)"
            )
        );
    }
}
