//! A cluster's API server as the rest of this folder sees it: requests, answers, and what a refusal
//! becomes.

use crate::jobs::Refusal;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};
use stateline_base::Failure;
use std::future::Future;
use std::pin::Pin;

/// A request to an API server.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub method: Method,
    /// Begins with a slash.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Option<Body>,
}

/// What is sent along.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub content_type: &'static str,
    pub bytes: Bytes,
}

/// Whatever the server answered.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub status: u16,
    /// Names as the server wrote them, as far as that can be known.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// The future of a reply.
pub(super) type Replied<'a> = Pin<Box<dyn Future<Output = Result<Reply, Refusal>> + Send + 'a>>;

/// An API server.
pub(super) trait Api: Send + Sync {
    /// Sends once. What comes back is a reply, whatever its status.
    fn send(&self, request: Request) -> Replied<'_>;
}

impl Request {
    pub fn get(path: String) -> Self {
        Request { method: Method::GET, path, query: Vec::new(), body: None }
    }
}

impl Reply {
    /// The body as JSON if it is JSON, and as a text otherwise.
    pub fn document(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| Value::from(self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// As the task's result.
    pub fn shown(&self) -> Value {
        let mut headers = Map::new();
        for (name, value) in &self.headers {
            let values = headers.entry(name.clone()).or_insert_with(|| json!([]));
            values
                .as_array_mut()
                .expect("every header is entered as a list")
                .push(Value::from(value.as_str()));
        }
        let status = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        json!({
            "Headers": headers,
            "ResponseBody": self.document(),
            "StatusCode": self.status,
            "StatusText": status.unwrap_or_default(),
        })
    }

    /// `EKS.<status>`, with what the server says of it.
    fn refusal(&self) -> Refusal {
        let reason = self.document().get("reason").and_then(Value::as_str).map(str::to_owned);
        let failure = Failure::new(format!("EKS.{}", self.status), self.text());
        Refusal::answered(failure, self.status, reason)
    }
}

/// Sends once; a status that says no is a refusal.
pub(super) async fn answered(api: &dyn Api, request: Request) -> Result<Reply, Refusal> {
    let reply = api.send(request).await?;
    if reply.status < 400 { Ok(reply) } else { Err(reply.refusal()) }
}
