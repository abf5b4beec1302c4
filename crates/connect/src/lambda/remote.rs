//! Functions behind an endpoint: AWS's Invoke call over HTTP, at whatever
//! speaks it. One request per attempt; a request that may have reached the
//! service is never sent again, because a function must not run twice.

use super::invoked::{Invoked, header_name};
use super::request::InvokeRequest;
use super::service_error::{ServiceError, unreachable};
use super::sign::sign_request;
use crate::config::{ConfigError, Credentials};
use crate::wire::{Answer, Sent, Wire, innermost};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderMap};
use hyper::{Request, Uri};
use serde_json::Value;
use stateline_base::Failure;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Bytes of an answer that are read; Lambda's own limit is lower.
const ANSWER_BYTES_MAX: usize = 8 * 1_048_576;
/// A function ends within 900 s; the rest is the way there and back.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(930);

/// An endpoint.
pub(crate) struct Endpoint {
    base: String,
    authority: String,
    credentials: Option<Credentials>,
    wire: Arc<Wire>,
}

impl Endpoint {
    /// Understands `text`; nothing is connected yet.
    ///
    /// # Errors
    /// When `text` is no http or https address.
    pub fn new(text: &str, credentials: Option<Credentials>, wire: Arc<Wire>) -> Result<Self, ConfigError> {
        let fail = |message: String| ConfigError::Endpoint { endpoint: text.to_owned(), message };
        let base = text.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().map_err(|error| fail(format!("not an address: {error}")))?;
        let authority = uri.authority().ok_or_else(|| fail("has no host".to_owned()))?.to_string();
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(fail("must start with http:// or https://".to_owned()));
        }
        Ok(Endpoint { base, authority, credentials, wire })
    }

    /// Invokes once.
    ///
    /// `region` and `account` are the state machine's: a function of the same place is
    /// called by its name, which every server understands, another one by its ARN.
    ///
    /// # Errors
    /// What the task fails with when the service refuses or cannot be reached.
    pub async fn invoke(
        &self,
        invoke: &InvokeRequest,
        region: &str,
        account: &str,
    ) -> Result<Invoked, Failure> {
        let request = self.request(invoke, region, account).map_err(|reason| unreachable(&reason))?;
        match self.wire.exchange(request, ANSWER_BYTES_MAX, ANSWER_TIMEOUT).await {
            Ok(answer) => read(answer),
            Err(reason) => Err(unreachable(&reason.to_string())),
        }
    }

    fn request(&self, invoke: &InvokeRequest, region: &str, account: &str) -> Result<Sent, String> {
        let target = &invoke.target;
        let near = target.region == region && target.account == account;
        let function = if near {
            target.name.clone()
        } else {
            let unqualified = super::target::Target { qualifier: None, ..target.clone() };
            unqualified.arn().replace(':', "%3A")
        };
        let query = match &target.qualifier {
            Some(qualifier) => format!("?Qualifier={}", qualifier.replace('$', "%24")),
            None => String::new(),
        };
        let uri = format!("{}/2015-03-31/functions/{function}/invocations{query}", self.base);
        let mut builder = Request::post(uri)
            .header(HOST, &self.authority)
            .header(CONTENT_LENGTH, invoke.payload.len())
            .header("content-type", "application/json")
            .header("user-agent", concat!("stateline/", env!("CARGO_PKG_VERSION")))
            .header("amz-sdk-invocation-id", &invoke.request_id)
            .header("x-amz-invocation-type", invoke.invocation_type.as_str());
        if invoke.log_tail {
            builder = builder.header("x-amz-log-type", "Tail");
        }
        if let Some(context) = &invoke.client_context {
            builder = builder.header("x-amz-client-context", context);
        }
        let body = invoke.payload.clone();
        let mut request = builder.body(Full::new(body.clone())).map_err(|error| error.to_string())?;
        if let Some(credentials) = &self.credentials {
            sign_request(&mut request, &body, credentials, "lambda", &target.region, SystemTime::now())
                .map_err(|error| innermost(&error))?;
        }
        Ok(request)
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

    fn uri(function: &str) -> String {
        let endpoint =
            Endpoint::new("http://127.0.0.1:9/base/", None, Arc::new(Wire::new())).expect("an endpoint");
        let attempt =
            attempt("arn:aws:states:::lambda:invoke", &format!(r#"{{"FunctionName":"{function}"}}"#));
        let invoke = InvokeRequest::from_parameters(&attempt).expect("good parameters");
        let request = endpoint.request(&invoke, "us-east-1", "000000000000").expect("a request");
        request.uri().to_string()
    }

    #[test]
    fn near_functions_are_called_by_name_and_far_ones_by_arn() {
        assert_eq!(uri("f"), "http://127.0.0.1:9/base/2015-03-31/functions/f/invocations");
        assert_eq!(
            uri("arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"),
            "http://127.0.0.1:9/base/2015-03-31/functions/f/invocations?Qualifier=%24LATEST"
        );
        assert_eq!(
            uri("arn:aws:lambda:us-east-1:000000000002:function:f:7"),
            "http://127.0.0.1:9/base/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000002%3Afunction%3Af/invocations?Qualifier=7"
        );
    }

    #[test]
    fn endpoints_are_http_or_https_addresses() {
        let error = |text: &str| {
            Endpoint::new(text, None, Arc::new(Wire::new())).err().map(|error| error.to_string())
        };
        assert_eq!(error("http://127.0.0.1:9"), None);
        assert_eq!(
            error("ftp://host").as_deref(),
            Some("Lambda endpoint ftp://host: must start with http:// or https://")
        );
        assert!(error("").is_some());
        assert!(error("http://a b").is_some());
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
