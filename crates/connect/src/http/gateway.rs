//! Calls of API Gateway (`apigateway:invoke`): a REST or HTTP API by its host, unsigned or signed
//! (reference 04, section 8).

use super::answer;
use super::encode;
use super::endpoint::is_loopback;
use super::headers;
use super::request::METHODS;
use crate::aws::{Aws, Behalf, Fault, Style};
use crate::integration::metadata::header_name;
use crate::parameters::Parameters;
use crate::wire::{Answer, NoAnswer, Sent, Wire};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use hyper::http::uri::Authority;
use hyper::{Method, Request, Uri};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};
use stateline_asl::TaskResource;
use stateline_base::Failure;
use stateline_runtime::{Attempt, Outcome};
use std::sync::Arc;
use std::time::Duration;

const MEMBERS: [&str; 9] = [
    "ApiEndpoint",
    "Method",
    "Headers",
    "Stage",
    "Path",
    "QueryParameters",
    "RequestBody",
    "AllowNullValues",
    "AuthType",
];
/// Bytes of an answer that are read; API Gateway's own limit is 10 MB, a workflow's far lower.
const ANSWER_BYTES_MAX: usize = 8 * 1_048_576;
/// An API may be allowed five minutes; the rest is the way there and back.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(310);
/// Whose words errors of the signing have.
const STYLE: Style<'static> = Style::Optimised { prefix: "ApiGateway", product: "AmazonApiGateway" };
/// What a path cannot have in it as it is; what is encoded already stays.
const NOT_IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');

/// The connector of API Gateway.
pub(crate) struct Gateway {
    wire: Arc<Wire>,
    aws: Arc<Aws>,
}

/// What a task asks for.
#[derive(Debug)]
struct GatewayRequest {
    method: Method,
    uri: Uri,
    authority: String,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    auth: AuthType,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AuthType {
    NoAuth,
    IamRole,
    ResourcePolicy,
}

/// Whether a task calls API Gateway.
pub(crate) fn is_gateway(resource: &TaskResource) -> bool {
    matches!(resource, TaskResource::Integration { service, action, .. }
        if &**service == "apigateway" && action.split('.').next() == Some("invoke"))
}

impl Gateway {
    /// A connector that signs as calls of services are signed, where a task wants that.
    pub fn new(wire: Arc<Wire>, aws: Arc<Aws>) -> Self {
        Gateway { wire, aws }
    }

    /// Makes one call.
    pub async fn call(&self, attempt: &Attempt) -> Outcome {
        self.answer(attempt).await.unwrap_or_else(Outcome::Failed)
    }

    async fn answer(&self, attempt: &Attempt) -> Result<Outcome, Failure> {
        let request = GatewayRequest::read(attempt)?;
        let place = format!("{} {}", request.method, request.uri);
        let region = region_of(&request.authority).unwrap_or(&attempt.region).to_owned();
        let auth = request.auth;
        let (mut sent, body) = request.sent().map_err(|reason| unreachable(&place, &reason))?;
        if auth != AuthType::NoAuth {
            let behalf = Behalf { region: &region, ..attempt.into() };
            self.aws.sign(&mut sent, &body, "execute-api", behalf).await.map_err(|fault| match fault {
                Fault::NoCredentials(None) => unsigned(&place, auth),
                Fault::Role { .. } => fault.failure(STYLE, attempt.input.value()),
                other => unreachable(&place, &other.reason()),
            })?;
        }
        match self.wire.exchange(sent, ANSWER_BYTES_MAX, ANSWER_TIMEOUT).await {
            Ok(answer) => Ok(outcome(&answer)),
            Err(reason @ NoAnswer::TooLarge(_)) => Err(answer::failure(&reason, attempt, &place)),
            Err(reason) => Err(unreachable(&place, &reason.to_string())),
        }
    }
}

impl GatewayRequest {
    fn read(attempt: &Attempt) -> Result<Self, Failure> {
        let parameters = Parameters::of(attempt, &MEMBERS)?;
        let host = parameters.required("ApiEndpoint")?;
        let authority: Authority = host
            .parse()
            .ok()
            .filter(|authority: &Authority| !authority.as_str().contains('@') && !authority.host().is_empty())
            .ok_or_else(|| {
                parameters.invalid("ApiEndpoint", "give the host alone, without https:// and path")
            })?;
        let method = parameters.required("Method")?;
        let method = parameters.one_of("Method", method, &METHODS)?;
        let auth = parameters.word(
            "AuthType",
            &[
                ("NO_AUTH", AuthType::NoAuth),
                ("IAM_ROLE", AuthType::IamRole),
                ("RESOURCE_POLICY", AuthType::ResourcePolicy),
            ],
        )?;
        let body = body(&parameters, &method)?;
        Ok(GatewayRequest {
            uri: uri(&parameters, &authority)?,
            authority: authority.to_string(),
            headers: headers::of_gateway(&parameters)?,
            body,
            method,
            auth: auth.unwrap_or(AuthType::NoAuth),
        })
    }

    /// As it leaves, and its body. Recorded: a text is sent as a JSON text, in quotes.
    fn sent(self) -> Result<(Sent, Bytes), String> {
        let mut request = Request::builder().method(self.method).uri(self.uri).header(HOST, self.authority);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = self.body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        if !body.is_empty() {
            if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                request = request.header(CONTENT_TYPE, "application/json");
            }
            request = request.header(CONTENT_LENGTH, body.len());
        }
        let sent = request.body(Full::new(body.clone())).map_err(|error| error.to_string())?;
        Ok((sent, body))
    }
}

/// `https://<host>/<stage>/<path>?<query>`; http where the host is this machine.
fn uri(parameters: &Parameters<'_>, authority: &Authority) -> Result<Uri, Failure> {
    let scheme = if is_loopback(authority.host()) { "http" } else { "https" };
    let mut uri = format!("{scheme}://{authority}");
    for field in ["Stage", "Path"] {
        let part = parameters.text(field)?.unwrap_or_default().trim_start_matches('/');
        if !part.is_empty() {
            uri.push('/');
            uri.extend(utf8_percent_encode(part, NOT_IN_PATH));
        }
    }
    let query = query(parameters)?;
    if !query.is_empty() {
        uri.push('?');
        uri.push_str(&query);
    }
    uri.parse().map_err(|error| parameters.invalid("Path", &format!("'{uri}' is no address: {error}")))
}

/// Lists of plain values under their names.
fn query(parameters: &Parameters<'_>) -> Result<String, Failure> {
    let Some(value) = parameters.get("QueryParameters") else { return Ok(String::new()) };
    let invalid = || parameters.invalid("QueryParameters", "give an object whose values are lists of texts");
    let mut pairs = Vec::new();
    for (name, values) in value.as_object().ok_or_else(invalid)? {
        for value in values.as_array().ok_or_else(invalid)? {
            if value.is_array() || value.is_object() {
                return Err(invalid());
            }
            pairs.push((name.as_str(), encode::text(value)));
        }
    }
    Ok(encode::pairs(pairs.iter().map(|(name, value)| (*name, value.as_str()))))
}

/// The body, without its members that are null unless those are wanted.
fn body(parameters: &Parameters<'_>, method: &Method) -> Result<Option<Value>, Failure> {
    let keeps_nulls = match parameters.get("AllowNullValues") {
        None => false,
        Some(Value::Bool(keeps)) => *keeps,
        Some(_) => return Err(parameters.invalid("AllowNullValues", "give true or false")),
    };
    let Some(mut body) = parameters.get("RequestBody").cloned() else { return Ok(None) };
    if !keeps_nulls {
        remove_nulls(&mut body);
    }
    if [Method::POST, Method::PUT, Method::PATCH].contains(method) {
        return Ok(Some(body));
    }
    // AWS's own example of a GET has an empty object here.
    let is_empty = body.as_object().is_some_and(Map::is_empty) || body.as_str() == Some("");
    match is_empty {
        true => Ok(None),
        false => Err(parameters.invalid("RequestBody", "only PATCH, POST and PUT have a body; leave it out")),
    }
}

fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

/// `<id>.execute-api.<region>.amazonaws.com` names its region.
fn region_of(authority: &str) -> Option<&str> {
    let mut parts = authority.split('.').skip_while(|part| *part != "execute-api");
    parts.next().and_then(|_| parts.next())
}

fn outcome(answer: &Answer) -> Outcome {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    if !(200..300).contains(&answer.status) {
        return Outcome::Failed(Failure::new(format!("ApiGateway.{}", answer.status), text));
    }
    let body = answer::body(text, &answer::media_type(answer));
    Outcome::Succeeded(answer::output(answer, spelt(answer), body))
}

/// As recorded: names in AWS's spelling, in their order without regard to case, each with a list.
fn spelt(answer: &Answer) -> Map<String, Value> {
    let mut listed = answer.listed_headers();
    listed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut headers = Map::new();
    for (name, value) in listed {
        if let Value::Array(values) = headers.entry(header_name(&name)).or_insert_with(|| json!([])) {
            values.push(Value::String(value));
        }
    }
    headers
}

/// Without a status the client's error counts, as for every optimised integration.
fn unreachable(place: &str, reason: &str) -> Failure {
    let cause = format!("Unable to execute HTTP request: {place}: {reason}");
    Failure::new("ApiGateway.SdkClientException", cause)
}

fn unsigned(place: &str, auth: AuthType) -> Failure {
    let auth = if auth == AuthType::IamRole { "IAM_ROLE" } else { "RESOURCE_POLICY" };
    unreachable(
        place,
        &format!(
            "AuthType {auth} needs credentials to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY before the server starts, or use NO_AUTH"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;
    use expect_test::{Expect, expect};
    use http_body_util::BodyExt;
    use hyper::HeaderMap;

    async fn check(input: &str, expected: Expect) {
        let read = GatewayRequest::read(&attempt("arn:aws:states:::apigateway:invoke", input));
        let found = match read.map(GatewayRequest::sent) {
            Ok(Ok((sent, _))) => {
                let (head, body) = sent.into_parts();
                let body = body.collect().await.expect("a body").to_bytes();
                format!("{} {} {}", head.method, head.uri, String::from_utf8_lossy(&body))
            }
            Ok(Err(reason)) => reason,
            Err(failure) => {
                let cause = failure.cause.as_deref().unwrap_or_default();
                let reason = cause.split_once("start the Task: ").map_or(cause, |(_, reason)| reason);
                format!("{}: {reason}", failure.name())
            }
        };
        expected.assert_eq(&found);
    }

    #[tokio::test]
    async fn addresses_are_put_together() {
        check(
            r#"{"ApiEndpoint":"example.execute-api.us-east-1.amazonaws.com","Method":"GET","Stage":"prod","Path":"bills","QueryParameters":{"billId":["123 456","7"]},"RequestBody":{}}"#,
            expect!["GET https://example.execute-api.us-east-1.amazonaws.com/prod/bills?billId=123%20456&billId=7 "],
        )
        .await;
        check(
            r#"{"ApiEndpoint":"127.0.0.1:4566","Method":"DELETE","Path":"/a b/%20"}"#,
            expect!["DELETE http://127.0.0.1:4566/a%20b/%20 "],
        )
        .await;
    }

    #[tokio::test]
    async fn bodies_lose_their_nulls_unless_told_otherwise() {
        let post = |body: &str, rest: &str| {
            format!(r#"{{"ApiEndpoint":"localhost","Method":"POST","RequestBody":{body}{rest}}}"#)
        };
        let pet = r#"{"NewPet":{"type":"turtle","category":null,"list":[null,{"a":null}]}}"#;
        check(
            &post(pet, ""),
            expect![[r#"POST http://localhost/ {"NewPet":{"type":"turtle","list":[null,{}]}}"#]],
        )
        .await;
        check(
            &post(pet, r#","AllowNullValues":true"#),
            expect![[r#"POST http://localhost/ {"NewPet":{"type":"turtle","category":null,"list":[null,{"a":null}]}}"#]],
        )
        .await;
        check(&post(r#""true""#, ""), expect![[r#"POST http://localhost/ "true""#]]).await;
        check(&post("null", ""), expect!["POST http://localhost/ "]).await;
    }

    #[tokio::test]
    async fn what_cannot_be_used_names_its_field() {
        check(
            r#"{"ApiEndpoint":"https://a/","Method":"GET"}"#,
            expect!["States.Runtime: [The value of the field 'ApiEndpoint' has an invalid format: give the host alone, without https:// and path]"],
        )
        .await;
        check(
            r#"{"ApiEndpoint":"a","Method":"GET","Headers":{"a":"b"}}"#,
            expect!["States.Runtime: [The value of the field 'Headers' has an invalid format: give an object whose values are lists of texts]"],
        )
        .await;
        check(
            r#"{"ApiEndpoint":"a","Method":"GET","AuthType":"COGNITO"}"#,
            expect!["States.Runtime: [The value of the field 'AuthType' has an invalid format: 'COGNITO' is none of NO_AUTH, IAM_ROLE, RESOURCE_POLICY]"],
        )
        .await;
        check(
            r#"{"ApiEndpoint":"a","Method":"GET","QueryParameters":{"a":"b"}}"#,
            expect!["States.Runtime: [The value of the field 'QueryParameters' has an invalid format: give an object whose values are lists of texts]"],
        )
        .await;
        check(
            r#"{"ApiEndpoint":"a","Method":"GET","RequestBody":{"a":1}}"#,
            expect!["States.Runtime: [The value of the field 'RequestBody' has an invalid format: only PATCH, POST and PUT have a body; leave it out]"],
        )
        .await;
        check(
            r#"{"Method":"GET"}"#,
            expect!["States.Runtime: [The field 'ApiEndpoint' is required but was missing]"],
        )
        .await;
    }

    #[test]
    fn answers_are_shaped_as_recorded() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-amzn-requestid", "r"),
            ("content-type", "application/json"),
            ("x-amz-apigw-id", "i"),
            ("date", "d"),
        ] {
            headers.append(name, value.parse().expect("a value"));
        }
        let answer = |status: u16| Answer {
            status,
            reason: "OK".to_owned(),
            headers: headers.clone(),
            body: Bytes::from_static(br#"{"message":"Missing Authentication Token"}"#),
        };
        let Outcome::Succeeded(output) = outcome(&answer(200)) else { panic!("it succeeds") };
        expect![[r#"{"Headers":{"Content-Type":["application/json"],"Date":["d"],"x-amz-apigw-id":["i"],"x-amzn-RequestId":["r"]},"ResponseBody":{"message":"Missing Authentication Token"},"StatusCode":200,"StatusText":"OK"}"#]]
            .assert_eq(output.text());
        let denied = Failure::new("ApiGateway.403", r#"{"message":"Missing Authentication Token"}"#);
        assert_eq!(outcome(&answer(403)), Outcome::Failed(denied));
    }

    #[test]
    fn regions_are_found_in_hosts() {
        assert_eq!(region_of("a.execute-api.eu-west-1.amazonaws.com"), Some("eu-west-1"));
        assert_eq!(region_of("localhost:4566"), None);
    }
}
