//! One invocation as a task asks for it: the bare function ARN, whose payload
//! is the task's input, or the parameters of `lambda:invoke`.

use super::service_error::ServiceError;
use super::target::Target;
use crate::aws::Behalf;
use crate::parameters::{NO_OBJECT, invalid_field, missing_field, refused, unsupported_field};
use bytes::Bytes;
use serde_json::Value;
use stateline_base::Failure;
use stateline_runtime::Attempt;

/// Bytes of a payload that Lambda takes in a synchronous call.
const PAYLOAD_BYTES_MAX: usize = 6_291_456;
/// Bytes of a payload that Lambda takes in an asynchronous call.
const EVENT_BYTES_MAX: usize = 1_048_576;

/// The members that `lambda:invoke` knows.
const MEMBERS: [&str; 6] =
    ["FunctionName", "Payload", "InvocationType", "LogType", "Qualifier", "ClientContext"];

/// Whether the caller waits for the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

impl InvocationType {
    pub fn as_str(self) -> &'static str {
        match self {
            InvocationType::RequestResponse => "RequestResponse",
            InvocationType::Event => "Event",
            InvocationType::DryRun => "DryRun",
        }
    }
}

/// What Lambda is asked to do.
#[derive(Clone, Debug)]
pub(crate) struct InvokeRequest {
    pub target: Target,
    pub payload: Bytes,
    pub invocation_type: InvocationType,
    /// The last 4 KiB of the log come back with the answer.
    pub log_tail: bool,
    /// Base64, as the caller wrote it.
    pub client_context: Option<String>,
    pub request_id: String,
}

impl InvokeRequest {
    /// The bare ARN: the input is the payload, as it was written.
    ///
    /// # Errors
    /// What the task fails with when the ARN or the payload is refused.
    pub fn direct(attempt: &Attempt, arn: &str) -> Result<Self, Failure> {
        let target = target(arn, attempt)?;
        let request = InvokeRequest {
            target,
            payload: Bytes::copy_from_slice(attempt.input.text().as_bytes()),
            invocation_type: InvocationType::RequestResponse,
            log_tail: false,
            client_context: None,
            request_id: attempt.request_id.to_string(),
        };
        request.within_limits()
    }

    /// The parameters of `lambda:invoke`.
    ///
    /// # Errors
    /// What the task fails with when the parameters are refused.
    pub fn from_parameters(attempt: &Attempt) -> Result<Self, Failure> {
        let parameters = attempt.input.value();
        let refuse = |reason: &str| refused(attempt.input.text(), reason);
        let members = parameters.as_object().ok_or_else(|| refuse(NO_OBJECT))?;
        if let Some(unknown) = members.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
            return Err(refuse(&unsupported_field(unknown)));
        }
        let text = |field: &'static str| match members.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(refuse(&invalid_field(field))),
        };
        let name = text("FunctionName")?.ok_or_else(|| refuse(&missing_field("FunctionName")))?;
        let mut target = target(&name, attempt)?;
        if let Some(qualifier) = text("Qualifier")? {
            target = qualified(target, qualifier, attempt)?;
        }
        let request = InvokeRequest {
            target,
            payload: payload(members.get("Payload")),
            invocation_type: invocation_type(text("InvocationType")?.as_deref(), attempt)?,
            log_tail: log_tail(text("LogType")?.as_deref(), attempt)?,
            client_context: text("ClientContext")?,
            request_id: attempt.request_id.to_string(),
        };
        request.within_limits()
    }

    fn within_limits(self) -> Result<Self, Failure> {
        let bytes_max = match self.invocation_type {
            InvocationType::Event => EVENT_BYTES_MAX,
            InvocationType::RequestResponse | InvocationType::DryRun => PAYLOAD_BYTES_MAX,
        };
        if self.payload.len() <= bytes_max {
            return Ok(self);
        }
        let message = format!(
            "{} byte payload is too large for the {} invocation type (limit {bytes_max} bytes)",
            self.payload.len(),
            self.invocation_type.as_str()
        );
        Err(ServiceError::own(413, "RequestTooLargeException", message, &self.request_id).failure())
    }
}

/// A text goes out as it is, because it is taken for the payload's bytes; everything else as JSON.
///
/// Recorded: `"\"HelloWorld\""` reaches the function as the JSON string of 12 bytes, and both
/// `null` and no payload at all reach it as `{}`.
fn payload(value: Option<&Value>) -> Bytes {
    match value {
        None | Some(Value::Null) => Bytes::from_static(b"{}"),
        Some(Value::String(text)) => Bytes::copy_from_slice(text.as_bytes()),
        Some(value) => Bytes::from(value.to_string()),
    }
}

fn invalid(message: String, attempt: &Attempt) -> Failure {
    ServiceError::own(400, "ValidationException", message, &attempt.request_id).failure()
}

fn target(name: &str, attempt: &Attempt) -> Result<Target, Failure> {
    Target::parse(name, &attempt.region, Behalf::from(attempt).account())
        .map_err(|message| invalid(message, attempt))
}

fn qualified(target: Target, qualifier: String, attempt: &Attempt) -> Result<Target, Failure> {
    match &target.qualifier {
        Some(given) if *given != qualifier => {
            let message =
                "The derived qualifier from the function name does not match the specified qualifier.";
            let code = "InvalidParameterValueException";
            Err(ServiceError::own(400, code, message, &attempt.request_id).failure())
        }
        _ => Ok(Target { qualifier: Some(qualifier), ..target }),
    }
}

fn invocation_type(text: Option<&str>, attempt: &Attempt) -> Result<InvocationType, Failure> {
    match text {
        None | Some("RequestResponse") => Ok(InvocationType::RequestResponse),
        Some("Event") => Ok(InvocationType::Event),
        Some("DryRun") => Ok(InvocationType::DryRun),
        Some(other) => Err(invalid(
            format!(
                "1 validation error detected: Value '{other}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]"
            ),
            attempt,
        )),
    }
}

fn log_tail(text: Option<&str>, attempt: &Attempt) -> Result<bool, Failure> {
    match text {
        None | Some("None") => Ok(false),
        Some("Tail") => Ok(true),
        Some(other) => Err(invalid(
            format!(
                "1 validation error detected: Value '{other}' at 'logType' failed to satisfy constraint: Member must satisfy enum value set: [None, Tail]"
            ),
            attempt,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;
    use expect_test::{Expect, expect};

    fn check(parameters: &str, expected: &Expect) {
        let found =
            match InvokeRequest::from_parameters(&attempt("arn:aws:states:::lambda:invoke", parameters)) {
                Ok(request) => format!(
                    "{} {} {}",
                    request.target.arn(),
                    request.invocation_type.as_str(),
                    String::from_utf8_lossy(&request.payload)
                ),
                Err(failure) => {
                    format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
                }
            };
        expected.assert_eq(&found);
    }

    #[test]
    fn payloads_reach_the_function_as_recorded() {
        let payload = |json: &str| {
            let parameters = format!(r#"{{"FunctionName":"f","Payload":{json}}}"#);
            let request =
                InvokeRequest::from_parameters(&attempt("arn:aws:states:::lambda:invoke", &parameters));
            String::from_utf8(request.expect("good parameters").payload.to_vec()).expect("UTF-8")
        };
        assert_eq!(payload("null"), "{}");
        assert_eq!(payload(r#""\"HelloWorld\"""#), r#""HelloWorld""#);
        assert_eq!(payload(r#""0.0""#), "0.0");
        assert_eq!(payload(r#""{}""#), "{}");
        assert_eq!(payload(r#"{ "a": [1.0, true] }"#), r#"{"a":[1.0,true]}"#);
        assert_eq!(payload("0"), "0");
    }

    #[test]
    fn parameters_are_understood() {
        check(
            r#"{"FunctionName":"f:live","InvocationType":"Event","LogType":"Tail"}"#,
            &expect!["arn:aws:lambda:us-east-1:000000000000:function:f:live Event {}"],
        );
        check(
            r#"{"FunctionName":"f","Qualifier":"3","Payload":[1]}"#,
            &expect!["arn:aws:lambda:us-east-1:000000000000:function:f:3 RequestResponse [1]"],
        );
    }

    #[test]
    fn parameters_are_refused() {
        check(
            r#"{"Payload":{}}"#,
            &expect![[
                r#"States.Runtime: The Parameters '{"Payload":{}}' could not be used to start the Task: [The field 'FunctionName' is required but was missing]"#
            ]],
        );
        check(
            r#"{"FunctionName":1}"#,
            &expect![[
                r#"States.Runtime: The Parameters '{"FunctionName":1}' could not be used to start the Task: [The value of the field 'FunctionName' has an invalid format]"#
            ]],
        );
        check(
            r#"{"FunctionName":"f","Colour":"red"}"#,
            &expect![[
                r#"States.Runtime: The Parameters '{"FunctionName":"f","Colour":"red"}' could not be used to start the Task: [The field 'Colour' is not supported by Step Functions]"#
            ]],
        );
        check(
            r#"{"FunctionName":"f:1","Qualifier":"2"}"#,
            &expect![
                "Lambda.InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier. (Service: AWSLambda; Status Code: 400; Error Code: InvalidParameterValueException; Request ID: 00000000-0000-4000-8000-00000000abcd; Proxy: null)"
            ],
        );
        check(
            r#"{"FunctionName":"f","InvocationType":"Later"}"#,
            &expect![
                "Lambda.AWSLambdaException: 1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun] (Service: AWSLambda; Status Code: 400; Error Code: ValidationException; Request ID: 00000000-0000-4000-8000-00000000abcd; Proxy: null)"
            ],
        );
    }

    #[test]
    fn payloads_have_a_limit() {
        let long = "x".repeat(PAYLOAD_BYTES_MAX);
        check(
            &format!(r#"{{"FunctionName":"f","Payload":["{long}"]}}"#),
            &expect![
                "Lambda.RequestTooLargeException: 6291460 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes) (Service: AWSLambda; Status Code: 413; Error Code: RequestTooLargeException; Request ID: 00000000-0000-4000-8000-00000000abcd; Proxy: null)"
            ],
        );
    }
}
