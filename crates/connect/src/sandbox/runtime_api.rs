//! The Lambda Runtime API on a port of its own per process: next, response,
//! error and init/error, and as much of the Extensions and Telemetry APIs as
//! lets an extension register and wait.

use super::desk::{Desk, Report};
use super::fault::ANSWER_BYTES_MAX;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

type Answer = Response<Full<Bytes>>;

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// The server of one process; it ends when this is dropped.
pub(crate) struct RuntimeApi {
    /// Where the process finds it.
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl RuntimeApi {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn serve(desk: Arc<Desk>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(accept(listener, desk));
        Ok(RuntimeApi { address, task })
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely; it may pass.
                tracing::warn!(function = %desk.function, %error, "the Runtime API cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Answers are small and wait for nothing.
        let _ = stream.set_nodelay(true);
        let desk = Arc::clone(&desk);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let desk = Arc::clone(&desk);
                async move { Ok::<_, Infallible>(route(&desk, request).await) }
            });
            // A process may hang up whenever it likes; its end is seen elsewhere.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn route(desk: &Desk, request: Request<Incoming>) -> Answer {
    let path = request.uri().path().trim_matches('/').to_owned();
    let segments: Vec<&str> = path.split('/').collect();
    match (request.method(), segments.as_slice()) {
        (&Method::GET, ["2018-06-01", "runtime", "invocation", "next"]) => next(desk).await,
        (&Method::POST, ["2018-06-01", "runtime", "invocation", id, "response"]) => {
            response(desk, id, request).await
        }
        (&Method::POST, ["2018-06-01", "runtime", "invocation", id, "error"]) => {
            error(desk, id, request).await
        }
        (&Method::POST, ["2018-06-01", "runtime", "init", "error"]) => init_error(desk, request).await,
        (&Method::POST, ["2020-01-01", "extension", "register"]) => register(desk),
        // Extensions are not told of invocations; they wait until they are killed.
        (&Method::GET, ["2020-01-01", "extension", "event", "next"]) => std::future::pending().await,
        (&Method::POST, ["2020-01-01", "extension", "init" | "exit", "error"]) => accepted(),
        (&Method::PUT, ["2022-07-01", "telemetry"] | ["2020-08-15", "logs"]) => {
            text(StatusCode::OK, "text/plain", "OK".to_owned())
        }
        _ => refused(StatusCode::NOT_FOUND, "NotFound", "no such call of the Runtime API"),
    }
}

async fn next(desk: &Desk) -> Answer {
    let Some((invocation, deadline_ms)) = desk.next().await else {
        return refused(StatusCode::GONE, "Stopped", "the sandbox is being stopped");
    };
    let mut builder = Response::builder()
        .header(CONTENT_TYPE, "application/json")
        .header("Lambda-Runtime-Aws-Request-Id", &*invocation.request_id)
        .header("Lambda-Runtime-Deadline-Ms", deadline_ms.to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", &invocation.arn)
        .header("Lambda-Runtime-Trace-Id", &invocation.trace_id);
    if let Some(context) = &invocation.client_context {
        builder = builder.header("Lambda-Runtime-Client-Context", context);
    }
    builder.body(Full::new(invocation.payload)).unwrap_or_else(|_| {
        refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InvalidHeader",
            "a header of the invocation has bad characters",
        )
    })
}

async fn response(desk: &Desk, id: &str, request: Request<Incoming>) -> Answer {
    // The answer counts from the moment it begins, as the request is no longer open from then on.
    if !desk.finish(id) {
        return invalid_id(id);
    }
    let report = match read(request).await {
        Ok(Body { bytes, error_type: None }) => Report::Answer(bytes),
        // A streamed answer may turn into an error at its end.
        Ok(Body { bytes, error_type: Some(kind) }) => Report::Error(document(&bytes, Some(&kind))),
        Err(ReadError::TooLarge(bytes)) => {
            desk.report(Report::TooLarge(bytes)).await;
            let message = format!("Exceeded maximum allowed payload size ({ANSWER_BYTES_MAX} bytes).");
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message);
        }
        Err(ReadError::BrokenOff) => Report::Error(document(
            br#"{"errorType":"Runtime.TruncatedResponse","errorMessage":"the function's answer broke off"}"#,
            None,
        )),
    };
    desk.report(report).await;
    accepted()
}

async fn error(desk: &Desk, id: &str, request: Request<Incoming>) -> Answer {
    if !desk.finish(id) {
        return invalid_id(id);
    }
    desk.report(Report::Error(error_document(request).await)).await;
    accepted()
}

async fn init_error(desk: &Desk, request: Request<Incoming>) -> Answer {
    desk.report(Report::InitError(error_document(request).await)).await;
    accepted()
}

fn register(desk: &Desk) -> Answer {
    let body = json!({"functionName": desk.function, "functionVersion": "$LATEST", "handler": desk.handler});
    let mut answer = text(StatusCode::OK, "application/json", body.to_string());
    let id = hyper::header::HeaderValue::from_static("00000000-0000-4000-8000-000000000001");
    answer.headers_mut().insert("Lambda-Extension-Identifier", id);
    answer
}

struct Body {
    bytes: Bytes,
    error_type: Option<String>,
}

enum ReadError {
    TooLarge(usize),
    BrokenOff,
}

/// Reads a body with its length given or in chunks, with trailers or without.
async fn read(request: Request<Incoming>) -> Result<Body, ReadError> {
    let (head, body) = request.into_parts();
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if let Some(bytes) = announced
        && bytes > ANSWER_BYTES_MAX
    {
        return Err(ReadError::TooLarge(bytes));
    }
    match Limited::new(body, ANSWER_BYTES_MAX).collect().await {
        Ok(collected) => {
            let error_type = collected.trailers().and_then(error_type).or_else(|| error_type(&head.headers));
            Ok(Body { bytes: collected.to_bytes(), error_type })
        }
        Err(error) if error.is::<LengthLimitError>() => Err(ReadError::TooLarge(ANSWER_BYTES_MAX + 1)),
        Err(_) => Err(ReadError::BrokenOff),
    }
}

fn error_type(headers: &HeaderMap) -> Option<String> {
    headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

async fn error_document(request: Request<Incoming>) -> Bytes {
    match read(request).await {
        Ok(Body { bytes, error_type }) => document(&bytes, error_type.as_deref()),
        Err(_) => document(b"", None),
    }
}

/// The document as the function wrote it; one is made up only where it wrote none.
fn document(bytes: &[u8], error_type: Option<&str>) -> Bytes {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(_)) => Bytes::copy_from_slice(bytes),
        _ => {
            let message = String::from_utf8_lossy(bytes);
            let made = match error_type {
                Some(kind) => json!({"errorType": kind, "errorMessage": message}),
                None => json!({"errorMessage": message}),
            };
            Bytes::from(made.to_string())
        }
    }
}

fn accepted() -> Answer {
    text(StatusCode::ACCEPTED, "application/json", r#"{"status":"OK"}"#.to_owned())
}

fn invalid_id(id: &str) -> Answer {
    refused(StatusCode::BAD_REQUEST, "InvalidRequestID", &format!("{id} is not the invocation that runs"))
}

fn refused(status: StatusCode, kind: &str, message: &str) -> Answer {
    text(status, "application/json", json!({"errorMessage": message, "errorType": kind}).to_string())
}

fn text(status: StatusCode, content_type: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    answer
}
