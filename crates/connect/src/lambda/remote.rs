//! Functions behind an endpoint: AWS's Invoke call over HTTP, at whatever
//! speaks it. One request per attempt; a request that may have reached the
//! service is never sent again, because a function must not run twice.

use super::invoked::Invoked;
use super::request::InvokeRequest;
use super::service_error::{STYLE, ServiceError};
use super::target::Target;
use crate::aws::{Aws, Behalf, Prepared};
use crate::integration::metadata::header_name;
use crate::wire::Answer;
use bytes::Bytes;
use hyper::header::HeaderMap;
use serde_json::Value;
use stateline_base::Failure;
use stateline_runtime::Attempt;

/// Invokes once.
///
/// A function of the caller's own region and account is called by its name, which every server
/// understands, another one by its ARN.
///
/// # Errors
/// What the task fails with when the service refuses or cannot be reached.
pub(crate) async fn invoke(aws: &Aws, invoke: &InvokeRequest, attempt: &Attempt) -> Result<Invoked, Failure> {
    let request = request(invoke, attempt);
    let behalf = Behalf { region: &invoke.target.region, ..attempt.into() };
    match aws.exchange(("lambda", "invoke"), request, behalf).await {
        Ok(answer) => read(answer),
        Err(fault) => Err(fault.failure(STYLE, attempt.input.value())),
    }
}

fn request(invoke: &InvokeRequest, attempt: &Attempt) -> Prepared {
    let target = &invoke.target;
    let near = target.region == *attempt.region && target.account == Behalf::from(attempt).account();
    let function = if near {
        target.name.clone()
    } else {
        let unqualified = Target { qualifier: None, ..target.clone() };
        unqualified.arn().replace(':', "%3A")
    };
    let query = match &target.qualifier {
        Some(qualifier) => format!("?Qualifier={}", qualifier.replace('$', "%24")),
        None => String::new(),
    };
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("x-amz-invocation-type".to_owned(), invoke.invocation_type.as_str().to_owned()),
    ];
    if invoke.log_tail {
        headers.push(("x-amz-log-type".to_owned(), "Tail".to_owned()));
    }
    if let Some(context) = &invoke.client_context {
        headers.push(("x-amz-client-context".to_owned(), context.clone()));
    }
    Prepared {
        method: "POST".to_owned(),
        target: format!("/2015-03-31/functions/{function}/invocations{query}"),
        headers,
        body: invoke.payload.clone(),
        host_prefix: None,
        signed: true,
        signs_body: true,
    }
}

fn read(answer: Answer) -> Result<Invoked, Failure> {
    if !(200..300).contains(&answer.status) {
        return Err(refusal(answer.status, &answer.headers, &answer.body).failure());
    }
    let header = |name: &str| answer.header(name).map(str::to_owned);
    let named = answer.listed_headers().into_iter();
    Ok(Invoked {
        status: answer.status,
        function_error: answer.headers.contains_key("x-amz-function-error"),
        executed_version: header("x-amz-executed-version"),
        log_result: header("x-amz-log-result"),
        request_id: header("x-amzn-requestid"),
        headers: named.map(|(name, value)| (header_name(&name), value)).collect(),
        body: answer.body,
    })
}

/// The code is in a header or in the body, the message in one of two spellings.
fn refusal(status: u16, headers: &HeaderMap, body: &Bytes) -> ServiceError {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let member = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
    let code = header("x-amzn-errortype").or_else(|| member("__type")).or_else(|| member("code"));
    ServiceError {
        status,
        // "com.amazonaws.lambda#Code:http://…" is the long form of "Code".
        code: code.map(|code| {
            let short = code.split(':').next().unwrap_or_default();
            short.rsplit('#').next().unwrap_or_default().to_owned()
        }),
        message: member("Message").or_else(|| member("message")),
        request_id: header("x-amzn-requestid"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;

    fn target(function: &str) -> String {
        let attempt =
            attempt("arn:aws:states:::lambda:invoke", &format!(r#"{{"FunctionName":"{function}"}}"#));
        let invoke = InvokeRequest::from_parameters(&attempt).expect("good parameters");
        request(&invoke, &attempt).target
    }

    #[test]
    fn near_functions_are_called_by_name_and_far_ones_by_arn() {
        assert_eq!(target("f"), "/2015-03-31/functions/f/invocations");
        assert_eq!(
            target("arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"),
            "/2015-03-31/functions/f/invocations?Qualifier=%24LATEST"
        );
        assert_eq!(
            target("arn:aws:lambda:us-east-1:000000000002:function:f:7"),
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000002%3Afunction%3Af/invocations?Qualifier=7"
        );
    }

    #[test]
    fn refusals_are_read_in_every_spelling() {
        let mut headers = HeaderMap::new();
        let body = Bytes::from_static(br#"{"__type":"com.amazonaws#ServiceException","message":"down"}"#);
        let error = refusal(500, &headers, &body);
        assert_eq!(
            (error.code.as_deref(), error.message.as_deref()),
            (Some("ServiceException"), Some("down"))
        );
        headers.insert("x-amzn-errortype", "TooManyRequestsException:http://x".parse().expect("a value"));
        let error = refusal(429, &headers, &Bytes::from_static(br#"{"Message":"Rate Exceeded."}"#));
        assert_eq!(error.code.as_deref(), Some("TooManyRequestsException"));
        assert_eq!(refusal(502, &HeaderMap::new(), &Bytes::from_static(b"<html>")).code, None);
    }
}
