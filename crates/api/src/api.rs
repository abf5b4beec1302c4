//! One request to one answer, without sockets: routes by method, path and
//! target, and gives every answer its request id. Reading the body within
//! limits is done by `http`; the operations are in `aws`.

use crate::aws::{self, Object};
use crate::body::AnswerBody;
use crate::fence;
use crate::intake::{Bodies, Gates};
use crate::own::{self, Presence, Turns};
use crate::pages::{self, Console};
use crate::throttling::{Throttle, Throttling};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use stateline_base::Timestamp;
use stateline_runtime::Service;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// What a request is answered with.
pub type Answer = Response<AnswerBody>;

/// What an operator may set about the API. The defaults suit one machine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The region of a request whose signature names none.
    pub default_region: String,
    /// The account of a request whose access key id is not itself an account number.
    pub default_account: String,
    /// Connections open at once; more wait in the listener's queue.
    pub connections_max: usize,
    /// Requests of each kind (writes, reads) that are worked on at once; more wait a moment for a
    /// place and are throttled then.
    pub requests_max: usize,
    /// Synchronous Express executions that run at once; the same holds for more.
    pub runs_max: usize,
    /// Bytes of bodies that are held at once; a request that goes beyond is throttled.
    pub bodies_bytes_max: usize,
    /// Streams of events open at once; more are turned away. Each keeps a connection, so that fewer
    /// of them leave connections for everything else.
    pub streams_max: usize,
    /// How long a client may take to send a request's head, and how long a connection may idle.
    pub head_timeout: Duration,
    /// How long a client may take to send a request's body.
    pub body_timeout: Duration,
    /// How long an answer may wait for its client to read on.
    pub answer_timeout: Duration,
    /// How long a backup may take: the store gives back no space meanwhile.
    pub backup_timeout: Duration,
    /// The console, and by which names browsers may reach the server.
    pub console: Console,
    /// Rates of requests.
    pub throttling: Throttling,
    /// How long requests in flight may go on after the server was asked to stop.
    pub drain_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            default_region: "us-east-1".to_owned(),
            default_account: "000000000000".to_owned(),
            connections_max: 10_000,
            // Two groups of the committer: one is written while the other fills.
            requests_max: 512,
            runs_max: 2_000,
            bodies_bytes_max: 256 << 20,
            streams_max: 1_000,
            head_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            answer_timeout: Duration::from_secs(60),
            backup_timeout: Duration::from_secs(3_600),
            console: Console::default(),
            throttling: Throttling::default(),
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// What [`Api::on_behalf`] gives.
#[derive(Clone, Debug)]
pub struct InnerAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The answer's members, or those of an error.
    pub body: serde_json::Value,
    /// The request's id.
    pub request_id: String,
}

/// The API over a running service.
pub struct Api {
    service: Service,
    settings: Settings,
    throttle: Throttle,
    gates: Gates,
    bodies: Bodies,
    presence: Presence,
    turns: Turns,
    streams: Arc<Semaphore>,
    opened: Instant,
    started: Timestamp,
}

impl Api {
    /// An API that answers from `service`.
    #[must_use]
    pub fn new(service: Service, settings: Settings) -> Self {
        let throttle = Throttle::new(settings.throttling.clone());
        let streams = Arc::new(Semaphore::new(settings.streams_max.min(Semaphore::MAX_PERMITS)));
        let gates = Gates::new(settings.requests_max, settings.runs_max);
        let bodies = Bodies::new(settings.bodies_bytes_max);
        let (presence, turns, started) = (Presence::default(), Turns::default(), service.now());
        let opened = Instant::now();
        Api { service, settings, throttle, gates, bodies, presence, turns, streams, opened, started }
    }

    /// The service behind the API.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The settings it was built with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// When this API was made.
    pub(crate) fn started(&self) -> Timestamp {
        self.started
    }

    /// Which requests are too many.
    pub(crate) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Where requests wait for their turn.
    pub(crate) fn gates(&self) -> &Gates {
        &self.gates
    }

    /// Room for bodies.
    pub(crate) fn bodies(&self) -> &Bodies {
        &self.bodies
    }

    /// Who has which draft open.
    pub(crate) fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Who is answered about a text, and who waits.
    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Places for streams.
    pub(crate) fn streams(&self) -> &Arc<Semaphore> {
        &self.streams
    }

    /// Milliseconds since this API was made, for the rates of requests: a clock that is set does
    /// not touch them.
    pub(crate) fn millis(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Answers one request whose body has been read. Programs may call operations under any `Host`,
    /// because SDKs put `sync-` before it for some; browsers may not.
    pub async fn handle(&self, request: Request<Bytes>) -> Answer {
        let (head, body) = request.into_parts();
        if let Some(error) = fence::refusal(&self.settings.console.hosts, &head) {
            return self.identified(error.answer());
        }
        if let Some(answer) = own::answer(self, &head, &body).await {
            return self.identified(answer);
        }
        let answer = match (&head.method, head.uri.path()) {
            (&Method::POST, _) if !speaks_aws_json(&head.headers) => unclaimed(),
            (&Method::POST, _) => aws::answer(self, &head.headers, &body, false).await,
            (&Method::GET | &Method::HEAD, "/health") => self.health(),
            (&Method::GET | &Method::HEAD, _) => {
                pages::answer(&self.settings.console, &head).unwrap_or_else(not_found)
            }
            _ => method_not_allowed(),
        };
        self.identified(answer)
    }

    /// Carries out an operation for a workflow of this server, on behalf of its account: the same
    /// checks, limits and answers as for any other caller, without a socket.
    pub async fn on_behalf(&self, operation: &str, body: String, region: &str, account: &str) -> InnerAnswer {
        let scope = format!("AWS4-HMAC-SHA256 Credential={account}/00000000/{region}/states/aws4_request");
        let mut headers = HeaderMap::new();
        let target = HeaderValue::try_from(format!("AWSStepFunctions.{operation}"));
        headers.extend(target.ok().map(|target| (HeaderName::from_static("x-amz-target"), target)));
        headers.extend(HeaderValue::try_from(scope).ok().map(|scope| (AUTHORIZATION, scope)));
        let answer = self.identified(aws::answer(self, &headers, body.as_bytes(), true).await);
        let (head, body) = answer.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(never) => match never {},
        };
        let request_id = head.headers.get("x-amzn-requestid").and_then(|id| id.to_str().ok());
        InnerAnswer {
            status: head.status.as_u16(),
            body: serde_json::from_slice(&body).unwrap_or_default(),
            request_id: request_id.unwrap_or_default().to_owned(),
        }
    }

    /// Whether requests can be served: not any more once the store has failed.
    fn health(&self) -> Answer {
        match self.service.fault() {
            None => plain_answer(StatusCode::OK, Bytes::from_static(br#"{"status":"ok"}"#)),
            Some(fault) => {
                let body = Object::document(|answer| {
                    answer.text("status", "failed");
                    answer.text("message", &fault);
                });
                plain_answer(StatusCode::SERVICE_UNAVAILABLE, Bytes::from(body))
            }
        }
    }

    /// The answer with a request id, which every answer carries.
    pub(crate) fn identified(&self, mut answer: Answer) -> Answer {
        if let Ok(id) = HeaderValue::from_str(&self.service.new_name()) {
            answer.headers_mut().insert("x-amzn-requestid", id);
        }
        answer
    }
}

/// An answer with a JSON body of AWS's content type.
pub(crate) fn json_answer(status: StatusCode, body: Bytes) -> Answer {
    answer_of("application/x-amz-json-1.0", status, body)
}

/// An answer with a JSON body for those who do not speak AWS's protocol.
pub(crate) fn plain_answer(status: StatusCode, body: Bytes) -> Answer {
    answer_of("application/json", status, body)
}

/// An answer with a body of a content type.
pub(crate) fn answer_of(content_type: &'static str, status: StatusCode, body: Bytes) -> Answer {
    let mut answer = Response::new(AnswerBody::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// Whether a request's body has one of these media types by its content type, whatever its parameters.
pub(crate) fn has_media_type(headers: &HeaderMap, known: &[&str]) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    known.iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

/// Whether the content type is that of a request in AWS's JSON protocols.
fn speaks_aws_json(headers: &HeaderMap) -> bool {
    has_media_type(headers, &["application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json"])
}

/// What AWS's servers answer when no protocol of theirs claims a request: this text, and no
/// content type.
fn unclaimed() -> Answer {
    let mut answer = Response::new(AnswerBody::from(Bytes::from_static(b"<UnknownOperationException/>\n")));
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

fn not_found() -> Answer {
    let text = br#"{"message":"Nothing is here. The API takes POST requests with an X-Amz-Target header; GET /health says whether the server is up."}"#;
    plain_answer(StatusCode::NOT_FOUND, Bytes::from_static(text))
}

fn method_not_allowed() -> Answer {
    let text = br#"{"message":"The API takes POST requests with an X-Amz-Target header."}"#;
    let mut answer = plain_answer(StatusCode::METHOD_NOT_ALLOWED, Bytes::from_static(text));
    answer.headers_mut().insert(hyper::header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_compared_without_their_parameters() {
        let check = |text: &'static str, expected: bool| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(text))]);
            assert_eq!(has_media_type(&headers, &["application/json"]), expected, "{text}");
        };
        check("application/json", true);
        check("Application/JSON ; charset=utf-8", true);
        check("text/plain", false);
        check("application/x-amz-json-1.0", false);
        assert!(!has_media_type(&HeaderMap::new(), &["application/json"]));
    }
}
