//! A server that HTTP Tasks call: the path says what it does.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A running server.
pub struct Endpoint {
    /// Host and port.
    pub address: String,
    state: Arc<Mutex<State>>,
}

/// What it knows of its tokens.
#[derive(Default)]
struct State {
    given: u32,
    good: Option<String>,
    request: String,
}

impl Endpoint {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                let service = service_fn(move |request| answer(request, state.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Endpoint { address, state }
    }

    /// How many tokens it gave.
    pub fn tokens_given(&self) -> u32 {
        self.state.lock().expect("nobody panics").given
    }

    /// Content type and body of the last request for a token.
    pub fn token_request(&self) -> String {
        self.state.lock().expect("nobody panics").request.clone()
    }

    /// From now on no token is good that was given before.
    pub fn revoke_tokens(&self) {
        self.state.lock().expect("nobody panics").good = None;
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    let header = |name: &str| head.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let json = Response::builder().header("content-type", "application/json").header("date", "today");
    let mut state = state.lock().expect("nobody panics");
    let (builder, body) = match head.uri.path() {
        "/token" if !text.contains("client_id=me") => {
            (json.status(401), r#"{"error":"invalid_client"}"#.into())
        }
        "/token" => {
            state.given += 1;
            let token = format!("token-{}", state.given);
            state.request = format!("{} {text}", header("content-type"));
            state.good = Some(format!("Bearer {token}"));
            (json, json!({"access_token": token, "token_type": "bearer", "expires_in": 3600}).to_string())
        }
        "/guarded" if state.good.as_deref() != Some(header("authorization")) => {
            (json.status(401), "who are you?".to_owned())
        }
        "/guarded" => (json, r#""come in""#.to_owned()),
        "/echo" => {
            let mut lines: Vec<String> = head
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or_default()))
                .collect();
            lines.sort();
            let seen = format!("{} {}\n{}\n{text}\n", head.method, head.uri, lines.join("\n"));
            (json, json!({"seen": seen}).to_string())
        }
        "/plain" => {
            let plain = Response::builder().status(201).header("content-type", "text/plain");
            (plain.header("date", "today").header("x-many", "1").header("x-many", "2"), "hi".to_owned())
        }
        "/image" => (Response::builder().header("content-type", "image/png"), "png".to_owned()),
        "/large" => (json, "x".repeat(9 * 1_048_576)),
        path => {
            let status = path.strip_prefix("/status/").and_then(|status| status.parse().ok());
            (json.status(status.unwrap_or(404u16)).header("location", "/plain"), r#"{"oh":"no"}"#.to_owned())
        }
    };
    Ok(builder.body(Full::new(Bytes::from(body))).expect("a response"))
}

/// A server that reads a request, waits, and writes these bytes.
pub async fn raw(answer: &'static [u8], pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                tokio::time::sleep(pause).await;
                let _ = stream.write_all(answer).await;
            });
        }
    });
    address
}
