//! The server: connections, limits, deadlines and shutdown. What a request
//! means is left to [`Api::handle`].
//!
//! HTTP/1.1 and cleartext HTTP/2 arrive on one port and are told apart by their
//! first bytes. Everything is bounded: connections, heads, bodies, the time a
//! client may take for each, and the time a stop may take.

use crate::api::{Answer, Api};
use crate::aws::ApiError;
use crate::body::AnswerBody;
use crate::connections::{Connection, Connections, Place};
use crate::encoding::decoded;
use crate::intake::Held;
use crate::own;
use crate::patience::Patient;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep, timeout};

/// Bytes of a request's head.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Header lines of a request.
const HEADERS_MAX: usize = 100;
/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 256;
/// Bytes an HTTP/2 client may send ahead on one stream; a whole body fits.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;
/// Bytes an HTTP/2 client may send ahead on one connection.
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;
/// Pause after a failed accept (for example when file descriptors ran out), so that it does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long a connection that is to make room may take to end by itself.
const GIVE_UP_AFTER: Duration = Duration::from_millis(500);
/// How long room is waited for before more connections are given up.
const ROOM_AFTER: Duration = Duration::from_millis(20);

/// Serves the API on all of `listeners` until `shutdown` completes.
///
/// Then it accepts nothing more, tells every connection to end after the requests in flight, and
/// waits for them no longer than [`drain_timeout`](crate::Settings::drain_timeout). It returns when
/// the last connection is closed.
pub async fn serve(mut listeners: Vec<TcpListener>, api: Arc<Api>, shutdown: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(api.settings().connections_max));
    let open: Arc<Connections> = Arc::default();
    let (closing, closed) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = accept(&listeners, &slots, &open, &api) => {
                let (stream, peer, slot) = accepted;
                // Another one has the first turn next time, so that a busy one starves none.
                listeners.rotate_left(1);
                let (api, closed) = (Arc::clone(&api), closed.clone());
                let place = open.enter(api.millis());
                connections.spawn(async move {
                    connection(stream, peer, place, api, closed).await;
                    drop(slot);
                });
            }
        }
    }
    drop(listeners);
    // A worker that waits for a task would hold its connection for a minute.
    api.service().stop_polling();
    drop(closing);
    let drained =
        timeout(api.settings().drain_timeout, async { while connections.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!(connections = connections.len(), "requests still in flight were cut off");
        connections.shutdown().await;
    }
}

/// The next connection, once there is room for it, which others make if need be.
async fn accept(
    listeners: &[TcpListener],
    slots: &Arc<Semaphore>,
    open: &Connections,
    api: &Api,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let slot = loop {
        if let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
            break slot;
        }
        open.give_up_some(api.millis());
        if let Ok(slot) = timeout(ROOM_AFTER, Arc::clone(slots).acquire_owned()).await {
            break slot.expect("the semaphore lives as long as the server and is not closed");
        }
    };
    loop {
        match accept_from_any(listeners).await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The next connection of whichever listener has one.
async fn accept_from_any(listeners: &[TcpListener]) -> std::io::Result<(TcpStream, SocketAddr)> {
    poll_fn(|cx| {
        let ready = listeners.iter().map(|listener| listener.poll_accept(cx)).find(Poll::is_ready);
        ready.unwrap_or(Poll::Pending)
    })
    .await
}

/// One connection to its end. `closed` changes (its sender is dropped) when the server stops.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    api: Arc<Api>,
    mut closed: watch::Receiver<()>,
) {
    // Answers are written whole; waiting for more bytes to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "TCP_NODELAY was refused");
    }
    let head_timeout = api.settings().head_timeout;
    let spoke = AtomicBool::new(false);
    let service = service_fn(|request| {
        spoke.store(true, Ordering::Relaxed);
        let (api, busy) = (Arc::clone(&api), Busy::new(&api, &place));
        async move {
            let answer = exchange(&api, request).await;
            if matches!(answer.body(), AnswerBody::Stream(_)) {
                // It stays busy: its client has nothing to say.
                busy.connection.begins();
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let builder = builder(head_timeout);
    let stream = Patient::new(stream, api.settings().answer_timeout);
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // hyper's own timer starts with HTTP/1's first line; this one also ends a client that
    // connects and says nothing, or stops in the middle of HTTP/2's preface.
    let mut first_request = pin!(sleep(head_timeout));
    let mut waiting_for_first = true;
    let mut stopping = false;
    let mut giving_up = pin!(None::<Sleep>);
    let outcome = loop {
        tokio::select! {
            outcome = serving.as_mut() => break outcome,
            () = first_request.as_mut(), if waiting_for_first => {
                waiting_for_first = false;
                if !spoke.load(Ordering::Relaxed) {
                    return;
                }
            }
            () = place.connection.given_up(), if giving_up.is_none() => {
                serving.as_mut().graceful_shutdown();
                giving_up.set(Some(sleep(GIVE_UP_AFTER)));
            }
            // It is in the midst of a head, or of reading an answer.
            () = over(giving_up.as_mut()), if giving_up.is_some() && place.connection.is_silent() => return,
            _ = closed.changed(), if !stopping => {
                stopping = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%peer, error = %error, "a connection ended early");
    }
}

/// A request that is being answered, or given up with its future.
struct Busy {
    api: Arc<Api>,
    connection: Arc<Connection>,
}

impl Busy {
    fn new(api: &Arc<Api>, place: &Place) -> Self {
        place.connection.begins();
        Busy { api: Arc::clone(api), connection: Arc::clone(&place.connection) }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.connection.ends(self.api.millis());
    }
}

/// The end of a pause, if there is one.
async fn over(pause: Pin<&mut Option<Sleep>>) {
    match pause.as_pin_mut() {
        Some(pause) => pause.await,
        None => std::future::pending().await,
    }
}

fn builder(head_timeout: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD_BYTES_MAX as u32)
        .max_concurrent_streams(STREAMS_MAX)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(head_timeout)
        .keep_alive_timeout(head_timeout);
    builder
}

/// One request: its body within limits and time, then its answer.
async fn exchange(api: &Api, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let limit = match api.service().limits().request_bytes_max {
        limit if own::takes_body(&head) => limit.max(own::BODY_BYTES_MAX),
        limit => limit,
    };
    let version = head.version;
    // A body that says it is too large is refused before it is sent.
    if body.size_hint().lower() > limit as u64 {
        return refused(api, version, &ApiError::RequestTooLarge { limit });
    }
    // Until it is answered.
    let mut held = api.bodies().hold();
    match timeout(api.settings().body_timeout, read_body(body, limit, &mut held)).await {
        Ok(Ok(body)) => match decoded(&head.headers, body, limit) {
            Ok(body) => api.handle(Request::from_parts(head, body)).await,
            Err(error) => api.identified(error.answer()),
        },
        Ok(Err(error)) => refused(api, version, &error),
        Err(_) => refused(api, version, &ApiError::RequestTimeout),
    }
}

/// The whole body. One that arrives in one piece is not copied.
async fn read_body(body: Incoming, limit: usize, held: &mut Held<'_>) -> Result<Bytes, ApiError> {
    let mut body = Limited::new(body, limit);
    let (mut first, mut all) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() {
                return ApiError::RequestTooLarge { limit };
            }
            ApiError::Serialization(format!("the request's body ended early: {error}"))
        })?;
        // Trailers say nothing here.
        let Ok(data) = frame.into_data() else { continue };
        held.grow(data.len())?;
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// The answer to a body that was not read to its end; the connection cannot be used again.
fn refused(api: &Api, version: Version, error: &ApiError) -> Answer {
    let mut answer = api.identified(error.answer());
    if version < Version::HTTP_2 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}
