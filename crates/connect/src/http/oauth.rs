//! Tokens of OAuth connections: client credentials are exchanged for one, which is kept until it is
//! about to expire or an endpoint has refused it.

use super::connection::{ConnectionFailure, HttpParameters};
use super::encode;
use super::endpoint::Endpoint;
use super::secret::Secret;
use crate::wire::{Answer, Sent, Wire};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request};
use serde_json::{Map, Value};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Bytes of a token endpoint's answer that are read.
const ANSWER_BYTES_MAX: usize = 1_048_576;
/// A token is not used in its last moments: it could expire on its way.
const MARGIN: Duration = Duration::from_secs(60);

/// A client of an authorization server, and the token that it has.
#[derive(Debug)]
pub(crate) struct OAuthClient {
    pub client_id: String,
    pub client_secret: Secret,
    pub endpoint: Endpoint,
    pub method: Method,
    /// What is added to the request for a token: `OAuthHttpParameters`.
    pub parameters: HttpParameters,
    /// Held while a token is asked for, so that many tasks ask once.
    pub token: Mutex<Option<Token>>,
}

/// A token as it stands in a request.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    authorization: Secret,
    until: Option<Instant>,
}

impl OAuthClient {
    /// The value of `Authorization`, with a token that is good for now.
    ///
    /// # Errors
    /// When the authorization server gives none.
    pub async fn authorization(&self, wire: &Wire, time_max: Duration) -> Result<Secret, ConnectionFailure> {
        let mut kept = self.token.lock().await;
        if let Some(token) = &*kept
            && token.until.is_none_or(|until| Instant::now() < until)
        {
            return Ok(token.authorization.clone());
        }
        let token = self.ask(wire, time_max).await?;
        Ok(kept.insert(token).authorization.clone())
    }

    /// An endpoint has refused this token: the next request gets another.
    pub async fn refused(&self, authorization: &Secret) {
        let mut kept = self.token.lock().await;
        if kept.as_ref().is_some_and(|token| token.authorization == *authorization) {
            *kept = None;
        }
    }

    async fn ask(&self, wire: &Wire, time_max: Duration) -> Result<Token, ConnectionFailure> {
        let at = format!("{} {}", self.method, self.endpoint.place());
        let fail = |reason: String| {
            ConnectionFailure::not_authorized(format!("The connection has no access token: {at}: {reason}"))
        };
        let request = self.request().map_err(fail)?;
        let answer =
            wire.exchange(request, ANSWER_BYTES_MAX, time_max).await.map_err(|no| fail(no.to_string()))?;
        read(&answer).map_err(fail)
    }

    /// Parameters stand in the query of a GET, otherwise in a form, or in JSON where a header says so.
    fn request(&self) -> Result<Sent, String> {
        let members = self.members();
        let pairs = || {
            let pairs =
                members.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
            encode::pairs(pairs)
        };
        let mut query: Vec<String> = vec![encode::pairs(
            self.parameters.query.iter().map(|(name, value)| (name.as_str(), value.reveal())),
        )];
        let has_body = self.method != Method::GET;
        let mut body = String::new();
        if !has_body {
            query.push(pairs());
        } else if self.speaks_json() {
            body = Value::Object(members.clone()).to_string();
        } else {
            body = pairs();
        }
        query.retain(|part| !part.is_empty());
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.endpoint.with_query(&query.join("&")))
            .header("accept", "application/json")
            .header("user-agent", concat!("stateline/", env!("CARGO_PKG_VERSION")));
        if has_body && !self.gives_content_type() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in &self.parameters.headers {
            let value = HeaderValue::from_str(value.reveal()).map_err(|error| format!("{name}: {error}"))?;
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())
    }

    /// What the connection says stands above what is usual.
    fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        let mut put = |name: &str, value: &str| members.insert(name.to_owned(), Value::from(value));
        put("grant_type", "client_credentials");
        put("client_id", &self.client_id);
        put("client_secret", self.client_secret.reveal());
        for (name, value) in &self.parameters.body {
            put(name, value.reveal());
        }
        members
    }

    fn gives_content_type(&self) -> bool {
        self.parameters.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
    }

    fn speaks_json(&self) -> bool {
        self.parameters
            .headers
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case("content-type") && value.reveal().contains("json"))
    }
}

/// The token of an answer. The reason why there is none never quotes the answer, which may hold secrets.
fn read(answer: &Answer) -> Result<Token, String> {
    let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let member = |name: &str| document.get(name).and_then(Value::as_str);
    if !(200..300).contains(&answer.status) {
        // RFC 6749, section 5.2: a word such as invalid_client.
        let word = member("error").filter(|word| is_error_word(word));
        let word = word.map_or_else(String::new, |word| format!(" ({word})"));
        return Err(format!("the answer is {} {}{word}", answer.status, answer.reason));
    }
    let Some(token) = member("access_token").filter(|token| !token.is_empty()) else {
        return Err(format!("the answer {} has no access_token", answer.status));
    };
    let kind = match member("token_type") {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") && !kind.is_empty() => kind,
        _ => "Bearer",
    };
    let authorization = format!("{kind} {token}");
    if HeaderValue::from_str(&authorization).is_err() {
        return Err("the answer's access_token cannot stand in a header".to_owned());
    }
    let seconds = document.get("expires_in").and_then(|value| {
        value.as_u64().or_else(|| value.as_f64().map(|s| s as u64)).or_else(|| value.as_str()?.parse().ok())
    });
    let until = seconds.and_then(|seconds| {
        let lives = Duration::from_secs(seconds);
        Instant::now().checked_add(lives - MARGIN.min(lives / 2))
    });
    Ok(Token { authorization: Secret::new(authorization), until })
}

fn is_error_word(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use http_body_util::BodyExt;
    use hyper::HeaderMap;

    fn client(method: Method, parameters: HttpParameters) -> OAuthClient {
        OAuthClient {
            client_id: "me".to_owned(),
            client_secret: Secret::new("hush hush"),
            endpoint: Endpoint::parse("http://127.0.0.1:9/token").expect("an address"),
            method,
            parameters,
            token: Mutex::default(),
        }
    }

    async fn check(method: Method, parameters: HttpParameters, expected: Expect) {
        let (head, body) = client(method, parameters).request().expect("a request").into_parts();
        let kind = head.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("-");
        let body = body.collect().await.expect("a body").to_bytes();
        let body = String::from_utf8_lossy(&body);
        expected.assert_eq(&format!("{} {} {kind} {body}", head.method, head.uri));
    }

    fn some(pairs: &[(&str, &str)]) -> Vec<(String, Secret)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
    }

    #[tokio::test]
    async fn requests_for_tokens() {
        check(
            Method::POST,
            HttpParameters::default(),
            expect!["POST http://127.0.0.1:9/token application/x-www-form-urlencoded grant_type=client_credentials&client_id=me&client_secret=hush%20hush"],
        )
        .await;
        check(
            Method::POST,
            HttpParameters {
                headers: some(&[("Content-Type", "application/json")]),
                query: some(&[("tenant", "t 1")]),
                body: some(&[("grant_type", "other"), ("audience", "a")]),
            },
            expect![[r#"POST http://127.0.0.1:9/token?tenant=t%201 application/json {"grant_type":"other","client_id":"me","client_secret":"hush hush","audience":"a"}"#]],
        )
        .await;
        check(
            Method::GET,
            HttpParameters { query: some(&[("tenant", "t")]), ..HttpParameters::default() },
            expect!["GET http://127.0.0.1:9/token?tenant=t&grant_type=client_credentials&client_id=me&client_secret=hush%20hush - "],
        )
        .await;
    }

    #[test]
    fn answers_of_token_endpoints() {
        let check = |status: u16, body: &'static str| {
            let body = Bytes::from_static(body.as_bytes());
            match read(&Answer { status, reason: "Said".to_owned(), headers: HeaderMap::new(), body }) {
                Ok(token) => format!("{} {}", token.authorization.reveal(), token.until.is_some()),
                Err(reason) => reason,
            }
        };
        assert_eq!(
            check(200, r#"{"access_token":"t","token_type":"bearer","expires_in":3600}"#),
            "Bearer t true"
        );
        assert_eq!(check(200, r#"{"access_token":"t","expires_in":"3600"}"#), "Bearer t true");
        assert_eq!(check(200, r#"{"access_token":"t","token_type":"MAC"}"#), "MAC t false");
        assert_eq!(check(200, "{}"), "the answer 200 has no access_token");
        assert_eq!(
            check(200, r#"{"access_token":"a\nb"}"#),
            "the answer's access_token cannot stand in a header"
        );
        assert_eq!(check(401, r#"{"error":"invalid_client"}"#), "the answer is 401 Said (invalid_client)");
        assert_eq!(check(500, r#"{"error":"hush HUSH"}"#), "the answer is 500 Said");
    }

    #[test]
    fn nothing_secret_is_shown() {
        let shown = format!("{:?}", client(Method::POST, HttpParameters::default()));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
