//! A client of the API: one call at a time, to a server or to the engine inside this process.
//!
//! Both are asked in the same words, so that `run` and `start --wait` are the
//! same program. Requests are not signed; the header that would hold the
//! signature says account and region.

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST};
use hyper::http::request::Builder;
use hyper::http::response::Parts;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use stateline_api::Api;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// The longest call is a synchronous Express execution: five minutes and the way there and back.
const CALL_TIMEOUT: Duration = Duration::from_secs(330);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a download may bring nothing.
const SILENCE_MAX: Duration = Duration::from_secs(120);
/// Bytes of an answer that are read; a page of a history is far below.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Account and region that calls act in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
}

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The API refused it.
    #[error("{name}: {message}")]
    Refused {
        /// AWS's name of the error: `ExecutionDoesNotExist`.
        name: String,
        /// AWS's message.
        message: String,
    },
    /// Nobody answered.
    #[error("no server answers at {endpoint}: {why}; `stateline serve` or `stateline dev` starts one")]
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// What the network said.
        why: String,
    },
    /// The endpoint is not an address.
    #[error("{endpoint} is not an endpoint: {why}")]
    Endpoint {
        /// As given.
        endpoint: String,
        /// What is wrong.
        why: String,
    },
    /// The answer is not the API's.
    #[error("{endpoint} does not answer as AWS Step Functions does: {why}")]
    Strange {
        /// The endpoint.
        endpoint: String,
        /// What came instead.
        why: String,
    },
}

impl CallError {
    /// Whether the API refused with this error.
    pub fn is(&self, wanted: &str) -> bool {
        matches!(self, CallError::Refused { name, .. } if name == wanted)
    }
}

/// What a server says of itself.
#[derive(Debug)]
pub struct Health {
    /// 200 when it is well.
    pub status: StatusCode,
    /// The header `Date`.
    pub date: Option<String>,
    /// The body.
    pub text: String,
}

/// Asks the API.
pub struct Client {
    place: Place,
    way: Way,
    host: Option<String>,
}

enum Way {
    Inside(Arc<Api>),
    Plain(String, HttpClient<HttpConnector, Full<Bytes>>),
    Tls(String, HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl Client {
    /// A client of the engine inside this process.
    pub fn inside(api: Arc<Api>, place: Place) -> Self {
        Client { place, way: Way::Inside(api), host: None }
    }

    /// A client of a server. Nothing is connected yet.
    ///
    /// # Errors
    /// When the endpoint is no http or https address.
    pub fn new(endpoint: &str, place: Place) -> Result<Self, CallError> {
        let wrong = |why: String| CallError::Endpoint { endpoint: endpoint.to_owned(), why };
        let base = endpoint.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().map_err(|error| wrong(format!("{error}")))?;
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        let builder = HttpClient::builder(TokioExecutor::new());
        let way = match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(_)) => Way::Plain(base, builder.build(connector)),
            (Some("https"), Some(_)) => {
                connector.enforce_http(false);
                let tls = HttpsConnectorBuilder::new()
                    .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
                    .map_err(|error| wrong(format!("the system's certificates cannot be read: {error}")))?;
                Way::Tls(base, builder.build(tls.https_only().enable_http1().wrap_connector(connector)))
            }
            _ => return Err(wrong("it must be http://HOST:PORT or https://HOST".to_owned())),
        };
        Ok(Client { place, way, host: None })
    }

    /// Names another host in its requests than the one it connects to.
    pub fn naming(self, host: String) -> Self {
        Client { host: Some(host), ..self }
    }

    /// Where calls act.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether the engine is in this process, so that asking often costs little.
    pub fn is_inside(&self) -> bool {
        matches!(self.way, Way::Inside(_))
    }

    /// Calls an operation: `call("StartExecution", json!({…}))`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call(&self, operation: &str, request: Value) -> Result<Value, CallError> {
        let (status, body) = self.exchange(operation, request.to_string().into()).await?;
        self.read(status, &body)
    }

    /// Asks for what a server has beyond AWS's API: `get("/stateline/tasks", &[("maxResults", …)])`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, CallError> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let request = Request::get(format!("{}{path}?{query}", self.endpoint()));
        let request = self.identified(request).body(Bytes::new());
        let (head, body) = self.send(request.map_err(|error| self.strange(error.to_string()))?).await?;
        if head.status == StatusCode::NOT_FOUND {
            return Err(self.strange(format!("{path} is not there; it may be an older release, or AWS")));
        }
        self.read(head.status, &body)
    }

    /// Fetches what is too long to be held: its bytes go to `chunks` as they come. It ends early, and
    /// well, when nobody takes them any more.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn download(&self, path: &str, chunks: mpsc::Sender<Bytes>) -> Result<(), CallError> {
        let request = self.identified(Request::get(format!("{}{path}", self.endpoint()))).body(Bytes::new());
        let request = request.map_err(|error| self.strange(error.to_string()))?;
        let answering = async {
            match &self.way {
                Way::Inside(api) => {
                    let answer = api.handle(request).await;
                    Ok(answer.map(|body| body.map_err(|never| match never {}).boxed()))
                }
                Way::Plain(_, client) => client.request(request.map(Full::new)).await.map(boxed),
                Way::Tls(_, client) => client.request(request.map(Full::new)).await.map(boxed),
            }
        };
        let answer = tokio::time::timeout(CALL_TIMEOUT, answering).await;
        let answer = answer.map_err(|_| self.unreachable("it took too long".to_owned()))?;
        let (head, mut body) = answer.map_err(|error| self.unreachable(root_of(&error)))?.into_parts();
        if head.status == StatusCode::NOT_FOUND {
            return Err(self.strange(format!("{path} is not there; it may be an older release, or AWS")));
        }
        if !head.status.is_success() {
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| self.strange(format!("the answer broke off: {error}")))?;
            return self.read(head.status, &body.to_bytes()).map(drop);
        }
        loop {
            let frame = tokio::time::timeout(SILENCE_MAX, body.frame()).await;
            let Some(frame) = frame.map_err(|_| self.unreachable("nothing came any more".to_owned()))? else {
                return Ok(());
            };
            let frame = frame.map_err(|error| self.strange(format!("the answer broke off: {error}")))?;
            if let Ok(data) = frame.into_data()
                && chunks.send(data).await.is_err()
            {
                return Ok(());
            }
        }
    }

    fn unreachable(&self, why: String) -> CallError {
        CallError::Unreachable { endpoint: self.endpoint().to_owned(), why }
    }

    /// An answer, or the error that it tells of.
    fn read(&self, status: StatusCode, body: &[u8]) -> Result<Value, CallError> {
        let strange = |why: String| CallError::Strange { endpoint: self.endpoint().to_owned(), why };
        let answer: Value = serde_json::from_slice(body)
            .map_err(|_| strange(format!("{status}, and a body that is not JSON")))?;
        if status.is_success() {
            return Ok(answer);
        }
        let name = answer["__type"].as_str().map(|name| name.rsplit('#').next().unwrap_or(name));
        let message = answer["message"].as_str().or(answer["Message"].as_str());
        match (name, message) {
            (Some(name), message) => Err(CallError::Refused {
                name: name.to_owned(),
                message: message.unwrap_or("(no message)").to_owned(),
            }),
            _ => Err(strange(format!("{status}"))),
        }
    }

    /// Asks how the server is.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn health(&self) -> Result<Health, CallError> {
        let request = Request::get(format!("{}/health", self.endpoint())).body(Bytes::new());
        let request = request.map_err(|error| self.strange(error.to_string()))?;
        let (head, body) = self.send(request).await?;
        let date = head.headers.get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
        Ok(Health { status: head.status, date, text: String::from_utf8_lossy(&body).into_owned() })
    }

    fn strange(&self, why: String) -> CallError {
        CallError::Strange { endpoint: self.endpoint().to_owned(), why }
    }

    async fn exchange(&self, operation: &str, body: Bytes) -> Result<(StatusCode, Bytes), CallError> {
        let head = self.head(operation).map_err(|error| self.strange(error.to_string()))?;
        let (head, body) = self.send(head.map(|()| body)).await?;
        Ok((head.status, body))
    }

    async fn send(&self, request: Request<Bytes>) -> Result<(Parts, Bytes), CallError> {
        let unreachable = |why: String| self.unreachable(why);
        let pending = match &self.way {
            Way::Inside(api) => {
                let (head, body) = api.handle(request).await.into_parts();
                let body = body.collect().await.map(http_body_util::Collected::to_bytes);
                return Ok((head, body.unwrap_or_default()));
            }
            Way::Plain(_, client) => client.request(request.map(Full::new)),
            Way::Tls(_, client) => client.request(request.map(Full::new)),
        };
        let answered = tokio::time::timeout(CALL_TIMEOUT, async {
            let answer = pending.await.map_err(|error| unreachable(root_of(&error)))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| self.strange(format!("the answer broke off: {error}")))?;
            Ok((head, body.to_bytes()))
        });
        answered.await.unwrap_or_else(|_| Err(unreachable("it took too long".to_owned())))
    }

    fn head(&self, operation: &str) -> Result<Request<()>, hyper::http::Error> {
        self.identified(Request::post(format!("{}/", self.endpoint())))
            .header(CONTENT_TYPE, "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AWSStepFunctions.{operation}"))
            .body(())
    }

    /// Says as whom, and to which host.
    fn identified(&self, mut request: Builder) -> Builder {
        let Place { account, region } = &self.place;
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={account}/19700101/{region}/states/aws4_request, SignedHeaders=host, Signature=0"
        );
        if let Some(host) = &self.host {
            request = request.header(HOST, host);
        }
        request.header(AUTHORIZATION, scope)
    }

    fn endpoint(&self) -> &str {
        match &self.way {
            Way::Inside(_) => "http://localhost",
            Way::Plain(base, _) | Way::Tls(base, _) => base,
        }
    }
}

fn boxed(answer: Response<Incoming>) -> Response<BoxBody<Bytes, hyper::Error>> {
    answer.map(BodyExt::boxed)
}

/// The innermost reason of an error: `Connection refused`.
fn root_of(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
