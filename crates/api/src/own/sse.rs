//! Server-sent events: an answer that goes on, as text that every browser and every line reader reads.
//!
//! A stream is written by a task of its own into a channel of a few chunks, which the connection
//! empties as fast as its client reads. So a stream holds no more than that in memory; a client that
//! does not read is given up after the patience that any answer has, and one that has gone away ends
//! its task. When the server stops, all of them end at once. There are only so many: each keeps a
//! connection for as long as it likes.

use crate::api::{Answer, Api};
use crate::aws::ApiError;
use crate::body::AnswerBody;
use bytes::Bytes;
use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use std::future::Future;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How often a stream that has nothing to tell says that it is there.
const IDLE: Duration = Duration::from_secs(15);
/// Chunks between a stream's task and its connection.
const CHUNKS: usize = 2;
/// Bytes of events after which they are sent, where more of them come at once.
const CHUNK_BYTES: usize = 32 * 1024;

/// The client has gone away, or does not read.
#[derive(Debug)]
pub(super) struct Gone;

/// Where a stream's task writes.
pub(super) struct Sink {
    chunks: mpsc::Sender<Bytes>,
    patience: Duration,
    /// Events that were written and not sent yet.
    ready: Vec<u8>,
}

/// Answers with a stream that `write` writes; it is over when that returns, or when the server stops.
///
/// # Errors
/// When as many streams are open as may be.
pub(super) fn stream<F>(api: &Api, write: impl FnOnce(Sink) -> F) -> Result<Answer, ApiError>
where
    F: Future<Output = Result<(), Gone>> + Send + 'static,
{
    let place = api.streams().clone().try_acquire_owned().map_err(|_| {
        let most = api.settings().streams_max;
        ApiError::ServiceUnavailable(format!(
            "{most} streams are open, which is the limit; close some, or ask from time to time"
        ))
    })?;
    let (chunks, receiver) = mpsc::channel(CHUNKS);
    // With something to send at once, whatever lies between passes the answer's head on.
    let ready = b": open\n\n".to_vec();
    let writing = write(Sink { chunks, patience: api.settings().answer_timeout, ready });
    let service = api.service().clone();
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            // Nothing is to be done for a client that is not there.
            outcome = writing => drop(outcome),
            () = service.watching_ends() => {}
        }
    });
    let mut answer = Response::new(AnswerBody::Stream(receiver));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that collect answers before they pass them on let this one through.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(answer)
}

impl Sink {
    /// Writes an event whose data is a document: JSON has no line breaks of its own. It leaves with
    /// others; [`Sink::flush`] sends what there is.
    pub(super) async fn event(&mut self, id: Option<u64>, kind: &str, data: &[u8]) -> Result<(), Gone> {
        if let Some(id) = id {
            self.ready.extend_from_slice(format!("id: {id}\n").as_bytes());
        }
        self.ready.extend_from_slice(b"event: ");
        self.ready.extend_from_slice(kind.as_bytes());
        self.ready.extend_from_slice(b"\ndata: ");
        self.ready.extend_from_slice(data);
        self.ready.extend_from_slice(b"\n\n");
        if self.ready.len() >= CHUNK_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Sends what was written.
    pub(super) async fn flush(&mut self) -> Result<(), Gone> {
        if self.ready.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::take(&mut self.ready));
        timeout(self.patience, self.chunks.send(chunk)).await.map_err(|_| Gone)?.map_err(|_| Gone)
    }

    /// Tells why the stream ends early.
    pub(super) async fn error(&mut self, error: &ApiError) -> Result<(), Gone> {
        self.event(None, "error", &error.body()).await?;
        self.flush().await
    }

    /// Sends what was written and waits for what comes next. Without anything for a while it says that
    /// the stream is there and gives `None`: `next` is dropped then, and must have lost nothing.
    pub(super) async fn wait<T>(&mut self, next: impl Future<Output = T>) -> Result<Option<T>, Gone> {
        self.flush().await?;
        let waited = tokio::select! {
            waited = timeout(IDLE, next) => waited,
            () = self.chunks.closed() => return Err(Gone),
        };
        match waited {
            Ok(next) => Ok(Some(next)),
            Err(_) => {
                self.ready.extend_from_slice(b": idle\n\n");
                self.flush().await.map(|()| None)
            }
        }
    }
}
