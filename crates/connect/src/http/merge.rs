//! What is sent: the task's request with all that its connection adds. Where both have a key, the
//! connection's value counts; encoding comes after that.

use super::connection::HttpParameters;
use super::encode;
use super::endpoint::Endpoint;
use super::request::{Encoding, TaskRequest};
use super::secret::Secret;
use crate::parameters::invalid_field;
use crate::wire::Sent;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request};
use serde_json::{Map, Value};
use stateline_runtime::HttpRequest;

/// So many bytes of an answer are asked for.
const RANGE: &str = "bytes=0-262144";
const JSON: &str = "application/json; charset=UTF-8";

/// A header or a query parameter.
#[derive(Debug)]
struct Part {
    name: String,
    value: Secret,
    /// The connection gave it.
    added: bool,
}

/// A request that is complete but for its transport.
#[derive(Debug)]
pub(super) struct Merged {
    endpoint: Endpoint,
    method: Method,
    headers: Vec<Part>,
    query: Vec<Part>,
    body: Option<Secret>,
    /// The body without what the connection added.
    own_body: Option<Secret>,
}

impl Merged {
    /// Puts a task's request and its connection together.
    ///
    /// `authorization` is the header that authorises it.
    ///
    /// # Errors
    /// Why the two do not go together.
    pub fn new(
        request: TaskRequest,
        added: &HttpParameters,
        authorization: (&str, Secret),
        region: &str,
    ) -> Result<Self, String> {
        let own = |pairs: Vec<(String, String)>| -> Vec<Part> {
            let part =
                |(name, value): (String, String)| Part { name, value: Secret::new(value), added: false };
            pairs.into_iter().map(part).collect()
        };
        let mut headers = own(request.headers);
        let same_header = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let (name, value) = authorization;
        overlay(&mut headers, name, value, same_header);
        for (header, value) in added.headers.iter().filter(|(header, _)| !same_header(header, name)) {
            overlay(&mut headers, header, value.clone(), same_header);
        }
        for (name, value) in
            [("User-Agent", format!("Amazon|StepFunctions|HttpInvoke|{region}")), ("Range", RANGE.to_owned())]
        {
            headers.retain(|part| !same_header(&part.name, name));
            headers.push(Part { name: name.to_owned(), value: Secret::new(value), added: false });
        }
        let mut query = own(request.query);
        for (name, value) in &added.query {
            overlay(&mut query, name, value.clone(), |a, b| a == b);
        }
        let (body, own_body) = bodies(request.body, &added.body)?;
        let encoded = |body: Option<Value>| {
            body.map(|body| encoded(body, request.encoding)).transpose().map(|body| body.map(Secret::new))
        };
        Ok(Merged {
            endpoint: request.endpoint,
            method: request.method,
            headers,
            query,
            body: encoded(body)?,
            own_body: encoded(own_body)?,
        })
    }

    /// As it leaves.
    ///
    /// # Errors
    /// Why it cannot be written; the reason names no values.
    pub fn sent(&self) -> Result<Sent, String> {
        let mut request = Request::builder().method(self.method.clone()).uri(self.url(true));
        for Part { name, value, added } in &self.headers {
            let mut value =
                HeaderValue::from_str(value.reveal()).map_err(|error| format!("header '{name}': {error}"))?;
            value.set_sensitive(*added);
            request = request.header(name, value);
        }
        if self.body.is_some() {
            if !self.headers.iter().any(|part| part.name.eq_ignore_ascii_case("content-type")) {
                request = request.header(CONTENT_TYPE, JSON);
            }
            request = request.header(TRANSFER_ENCODING, "chunked");
        }
        let body = self.body.as_ref().map_or_else(Bytes::new, |body| Bytes::from(body.reveal().to_owned()));
        request.body(Full::new(body)).map_err(|error| error.to_string())
    }

    /// Where it goes, for a failure's cause: method and address as the task gave them.
    pub fn place(&self) -> String {
        format!("{} {}", self.method, self.endpoint.place())
    }

    /// `https` or `http`.
    pub fn protocol(&self) -> &'static str {
        self.endpoint.scheme()
    }

    /// As `TestState` shows it; without `reveal` nothing that the connection added is in it.
    pub fn shown(&self, reveal: bool) -> HttpRequest {
        let headers = self.headers.iter().filter(|part| reveal || !part.added);
        let body = if reveal { &self.body } else { &self.own_body };
        HttpRequest {
            protocol: self.protocol().to_owned(),
            method: self.method.to_string(),
            url: self.url(reveal),
            headers: header_text(headers.map(|part| (part.name.as_str(), part.value.reveal()))),
            body: body.as_ref().map(|body| body.reveal().to_owned()),
        }
    }

    fn url(&self, reveal: bool) -> String {
        let parts = self.query.iter().filter(|part| reveal || !part.added);
        let pairs = parts.map(|part| (part.name.as_str(), part.value.reveal()));
        self.endpoint.with_query(&encode::pairs(pairs))
    }
}

/// Headers as AWS shows them.
pub(super) fn header_text<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    format!("[{}]", headers.join(", "))
}

/// Takes the place of the first part of this name, and of all others.
fn overlay(parts: &mut Vec<Part>, name: &str, value: Secret, same: impl Fn(&str, &str) -> bool) {
    let place = parts.iter().position(|part| same(&part.name, name)).unwrap_or(parts.len());
    parts.retain(|part| !same(&part.name, name));
    parts.insert(place, Part { name: name.to_owned(), value, added: true });
}

/// The body to be sent, and the task's part of it that is left.
fn bodies(body: Option<Value>, added: &[(String, Secret)]) -> Result<(Option<Value>, Option<Value>), String> {
    if added.is_empty() {
        return Ok((body.clone(), body));
    }
    let own = match body {
        None => None,
        Some(Value::Object(members)) => Some(members),
        Some(_) => {
            return Err("The connection has body parameters, and the field 'RequestBody' is no object that \
                        they could be merged into: give an object, or take the parameters out of the connection"
                .to_owned());
        }
    };
    let mut merged = own.clone().unwrap_or_default();
    for (name, value) in added {
        merged.insert(name.clone(), Value::from(value.reveal()));
    }
    let left = own.map(|mut own: Map<String, Value>| {
        own.retain(|name, _| added.iter().all(|(key, _)| key != name));
        Value::Object(own)
    });
    Ok((Some(Value::Object(merged)), left))
}

/// A text goes out as it is, everything else as JSON or as a form.
fn encoded(body: Value, encoding: Encoding) -> Result<String, String> {
    match (body, encoding) {
        (Value::String(text), _) => Ok(text),
        (body, Encoding::Json) => Ok(body.to_string()),
        (Value::Object(members), Encoding::Form(arrays)) => Ok(encode::form(&members, arrays)),
        (_, Encoding::Form(_)) => {
            Err(format!("{}: URL_ENCODED needs an object", invalid_field("RequestBody")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;
    use expect_test::{Expect, expect};

    fn some(pairs: &[(&str, &str)]) -> Vec<(String, Secret)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
    }

    fn merged(members: &str, added: &HttpParameters) -> Result<Merged, String> {
        let input = format!(
            r#"{{"ApiEndpoint":"https://example.com/path","Method":"POST","Authentication":{{"ConnectionArn":"arn:aws:events:us-east-1:000000000000:connection/c"}},{members}}}"#
        );
        let request = TaskRequest::read(&attempt("arn:aws:states:::http:invoke", &input));
        let request = request.expect("good parameters");
        Merged::new(request, added, ("ApiKey", Secret::new("key_value")), "us-east-1")
    }

    fn check(members: &str, added: &HttpParameters, expected: &Expect) {
        let found = match merged(members, added) {
            Ok(merged) => {
                let text = |HttpRequest { url, headers, body, .. }| {
                    format!("{url}\n{headers}\n{}\n", body.as_deref().unwrap_or("-"))
                };
                format!("{}{}", text(merged.shown(true)), text(merged.shown(false)))
            }
            Err(reason) => reason,
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn the_documented_example_comes_out_as_documented() {
        let added = HttpParameters {
            headers: some(&[("Header-Param", "connection_header_param")]),
            query: some(&[("QueryParam", "connection_query_param")]),
            body: some(&[("BodyParam", "connection_body_param")]),
        };
        let members = r#""Headers":{"Request-Id":"my_request_id","Header-Param":"mine"},
            "RequestBody":{"Job":"Software Engineer","Company":"AnyCompany","BodyParam":"mine"},
            "QueryParameters":{"QueryParam":"mine"}"#;
        check(
            members,
            &added,
            &expect![[r#"
                https://example.com/path?QueryParam=connection_query_param
                [Request-Id: my_request_id, Header-Param: connection_header_param, ApiKey: key_value, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]
                {"Job":"Software Engineer","Company":"AnyCompany","BodyParam":"connection_body_param"}
                https://example.com/path
                [Request-Id: my_request_id, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]
                {"Job":"Software Engineer","Company":"AnyCompany"}
            "#]],
        );
        let shown = format!("{:?}", merged(members, &added));
        assert!(!shown.contains("key_value") && !shown.contains("connection_"), "{shown}");
    }

    #[test]
    fn connections_win_in_any_spelling() {
        let added = HttpParameters {
            headers: some(&[("content-type", "application/x-www-form-urlencoded"), ("apikey", "other")]),
            ..HttpParameters::default()
        };
        check(
            r#""Headers":{"Content-Type":["a","b"],"APIKEY":"mine","user-agent":"mine"},
               "RequestBody":{"a":["x","y"]},"Transform":{"RequestBodyEncoding":"URL_ENCODED"}"#,
            &added,
            &expect![[r#"
                https://example.com/path
                [content-type: application/x-www-form-urlencoded, ApiKey: key_value, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]
                a%5B0%5D=x&a%5B1%5D=y
                https://example.com/path
                [User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]
                a%5B0%5D=x&a%5B1%5D=y
            "#]],
        );
    }

    #[test]
    fn bodies_are_merged_or_refused() {
        let added = HttpParameters { body: some(&[("k", "v")]), ..HttpParameters::default() };
        let body = |members: &str, added: &HttpParameters| {
            merged(members, added).map(|merged| merged.shown(true).body.unwrap_or_default())
        };
        assert_eq!(body(r#""RequestBody":null"#, &added).as_deref(), Ok(r#"{"k":"v"}"#));
        for wrong in [r#""RequestBody":"a text""#, r#""RequestBody":[1]"#] {
            assert!(body(wrong, &added).is_err_and(|reason| reason.starts_with("The connection has body")));
        }
        let none = HttpParameters::default();
        assert_eq!(body(r#""RequestBody":"<a/>""#, &none).as_deref(), Ok("<a/>"));
        assert_eq!(body(r#""RequestBody":[1.0]"#, &none).as_deref(), Ok("[1.0]"));
        let form = r#""RequestBody":[1],"Transform":{"RequestBodyEncoding":"URL_ENCODED"}"#;
        assert!(body(form, &none).is_err());
    }

    #[test]
    fn only_bodies_have_a_type_and_a_length() {
        let names = |members: &str| {
            let sent = merged(members, &HttpParameters::default()).expect("it goes").sent().expect("it goes");
            let mut names: Vec<String> = sent.headers().keys().map(ToString::to_string).collect();
            names.sort();
            names.join(" ")
        };
        assert_eq!(names(r#""RequestBody":{}"#), "apikey content-type range transfer-encoding user-agent");
        assert_eq!(names(r#""RequestBody":null"#), "apikey range user-agent");
    }
}
