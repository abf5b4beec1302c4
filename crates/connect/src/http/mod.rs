//! HTTP Tasks (`http:invoke`) and calls of API Gateway (`apigateway:invoke`): from a task's parameters
//! to a request, and from the answer to the task's outcome (reference 04, sections 7 and 8).
//!
//! | file | does |
//! |---|---|
//! | `request` | checks the parameters of an HTTP Task |
//! | `headers`, `encode`, `endpoint` | their parts |
//! | `connection` | what a connection is, and where it may be found |
//! | `settings`, `secret` | connections of `stateline.toml` |
//! | `event_bridge` | connections of EventBridge |
//! | `oauth` | tokens |
//! | `merge` | task and connection make a request |
//! | `answer` | the answer makes an outcome |
//! | `gateway` | API Gateway |

mod answer;
mod connection;
mod encode;
mod endpoint;
mod event_bridge;
pub(crate) mod gateway;
mod headers;
mod merge;
mod oauth;
mod request;
mod secret;
mod settings;

pub(crate) use connection::ConnectionSource;
pub(crate) use event_bridge::Everywhere;
pub use secret::{File, Secret, SecretConfig, Variable};
pub(crate) use settings::Configured;
pub use settings::{AuthorizationType, ConnectionConfig, ParameterConfig, ParametersConfig, TokenMethod};

use crate::wire::{Answer, NoAnswer, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connection::{Authorization, Connection, ConnectionFailure};
use merge::Merged;
use request::TaskRequest;
use stateline_asl::TaskResource;
use stateline_base::Failure;
use stateline_runtime::{Attempt, HttpExchange, HttpResponse, Outcome, Traced};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of an answer that are read. A task's result may have 256 KiB, which the engine minds; this
/// is for who has raised that limit.
const ANSWER_BYTES_MAX: usize = 8 * 1_048_576;

/// The connector of HTTP Tasks.
pub(crate) struct HttpTasks {
    wire: Arc<Wire>,
    connections: Arc<dyn ConnectionSource>,
    time_max: Duration,
}

/// Whether a task is an HTTP Task.
pub(crate) fn is_http_task(resource: &TaskResource) -> bool {
    matches!(resource, TaskResource::Integration { service, action, .. }
        if &**service == "http" && action.split('.').next() == Some("invoke"))
}

impl HttpTasks {
    /// A connector that finds its connections here, and gives a request so much time.
    pub fn new(wire: Arc<Wire>, connections: Arc<dyn ConnectionSource>, time_max: Duration) -> Self {
        HttpTasks { wire, connections, time_max }
    }

    /// Makes one request and shows it. What the connection added is shown only with `reveal`.
    pub async fn call(&self, attempt: &Attempt, reveal: bool) -> Traced {
        let end = Instant::now() + self.time_max;
        let (merged, authorized) = match self.prepare(attempt, end).await {
            Ok(prepared) => prepared,
            Err(failure) => return Traced { outcome: Outcome::Failed(failure), exchange: None },
        };
        let place = merged.place();
        let sent = match merged.sent() {
            Ok(sent) => sent,
            Err(reason) => {
                let outcome = Outcome::Failed(answer::unsendable(attempt, &reason));
                return Traced { outcome, exchange: None };
            }
        };
        let answer = self.wire.exchange(sent, ANSWER_BYTES_MAX, left_until(end)).await;
        let outcome = match &answer {
            Ok(answer) => answer::outcome(answer, attempt, &place),
            Err(reason) => Outcome::Failed(answer::failure(&self.in_full(reason), attempt, &place)),
        };
        if let Ok(Answer { status: 401 | 407, .. }) = answer {
            authorized.refused().await;
        }
        let response = answer.ok().map(|answer| response(&answer, merged.protocol()));
        Traced { outcome, exchange: Some(HttpExchange { request: merged.shown(reveal), response }) }
    }

    /// The request with its connection's part, and what authorises it.
    async fn prepare(&self, attempt: &Attempt, end: Instant) -> Result<(Merged, Authorized), Failure> {
        let request = TaskRequest::read(attempt)?;
        let found = async {
            let connection = self.connections.find(&request.connection).await?;
            self.authorize(connection, end).await
        };
        let place = format!("{} {}", request.method, request.endpoint.place());
        let authorized = match tokio::time::timeout(left_until(end), found).await {
            Ok(authorized) => authorized.map_err(ConnectionFailure::failure)?,
            Err(_) => return Err(answer::late(&place, self.time_max)),
        };
        let header = (authorized.name.as_str(), authorized.value.clone());
        let merged = Merged::new(request, &authorized.connection.parameters, header, &attempt.region)
            .map_err(|reason| answer::unsendable(attempt, &reason))?;
        Ok((merged, authorized))
    }

    async fn authorize(
        &self,
        connection: Arc<Connection>,
        end: Instant,
    ) -> Result<Authorized, ConnectionFailure> {
        let (name, value) = match &connection.authorization {
            Authorization::Basic { username, password } => {
                let pair = STANDARD.encode(format!("{username}:{}", password.reveal()));
                ("Authorization", Secret::new(format!("Basic {pair}")))
            }
            Authorization::ApiKey { name, value } => (name.as_str(), value.clone()),
            Authorization::OAuth(client) => {
                ("Authorization", client.authorization(&self.wire, left_until(end)).await?)
            }
        };
        Ok(Authorized { name: name.to_owned(), value, connection })
    }

    /// A request that ran out of time had all the time that there was, with what came before it.
    fn in_full(&self, reason: &NoAnswer) -> NoAnswer {
        match reason {
            NoAnswer::TimedOut(authority, _) => NoAnswer::TimedOut(authority.clone(), self.time_max),
            reason => reason.clone(),
        }
    }
}

/// A connection, and the header that authorises one request.
struct Authorized {
    connection: Arc<Connection>,
    name: String,
    value: Secret,
}

impl Authorized {
    /// The endpoint says that it is not authorised. As on AWS nothing is sent again: the task fails,
    /// and its next attempt gets a new token.
    async fn refused(&self) {
        if let Authorization::OAuth(client) = &self.connection.authorization {
            client.refused(&self.value).await;
        }
    }
}

fn left_until(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}

fn response(answer: &Answer, protocol: &str) -> HttpResponse {
    let headers = answer.listed_headers();
    HttpResponse {
        protocol: protocol.to_owned(),
        status_code: answer.status,
        status_message: answer.reason.clone(),
        headers: merge::header_text(headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        body: String::from_utf8_lossy(&answer.body).into_owned(),
    }
}
