//! A backup of everything, of all accounts: a file that comes as it is made.
//!
//! The store holds the moment until the end and gives back no space meanwhile. So there is one backup
//! at a time, its client must read on, and it has only so long. A backup that is given up says why in
//! its last part; one that ends without an end is cut, and its readers find that out.

use super::{Asked, query};
use crate::api::Answer;
use crate::aws::ApiError;
use crate::body::AnswerBody;
use bytes::Bytes;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Response};
use stateline_runtime::{Backup, Service};
use std::io::{self, Write};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Where it is.
pub(super) const PATH: &str = "/stateline/backup";
/// Parts between the store and the connection.
const PARTS: usize = 2;

/// Streams a backup.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    query::values(&asked.head.uri, [])?;
    let (parts, receiver) = mpsc::channel(PARTS);
    if asked.head.method == Method::GET {
        let (service, settings) = (asked.api.service().clone(), asked.api.settings());
        let backup = service.backup().ok_or_else(|| {
            ApiError::ServiceUnavailable(
                "another backup is under way; try again when it has ended".to_owned(),
            )
        })?;
        let limits = Limits { patience: settings.answer_timeout, whole: settings.backup_timeout };
        let sink = Sink { parts, service, limits, runtime: Handle::current() };
        tokio::task::spawn_blocking(move || write(backup, sink));
    }
    let mut answer = Response::new(AnswerBody::Stream(receiver));
    for (name, value) in [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"stateline.backup\""),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

/// How long things may take.
#[derive(Clone, Copy)]
struct Limits {
    /// One part until its client has room for it.
    patience: Duration,
    /// All of it.
    whole: Duration,
}

fn write(backup: Backup, mut sink: Sink) {
    let (begun, whole) = (Instant::now(), sink.limits.whole);
    let outcome = backup.write(&mut sink, &mut || {
        if begun.elapsed() < whole {
            return Ok(());
        }
        Err(format!(
            "it took more than {} seconds, for which the server would have had to keep what is deleted \
             meanwhile; read it faster, set [server] backup_seconds, or take it from the data directory \
             while no server runs",
            whole.as_secs()
        ))
    });
    match outcome {
        Ok(facts) => tracing::info!(
            open = facts.counts.open,
            closed = facts.counts.closed,
            seconds = begun.elapsed().as_secs_f64(),
            "a backup was taken"
        ),
        Err(error) => tracing::warn!(%error, "a backup was not finished"),
    }
}

/// The connection, as something that a thread writes into.
struct Sink {
    parts: mpsc::Sender<Bytes>,
    service: Service,
    limits: Limits,
    runtime: Handle,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = Bytes::copy_from_slice(bytes);
        let sent = async {
            tokio::select! {
                biased;
                () = self.service.watching_ends() => Err("the server is stopping"),
                sent = timeout(self.limits.patience, self.parts.send(part)) => match sent {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) => Err("the client has gone away"),
                    Err(_) => Err("the client does not read"),
                },
            }
        };
        self.runtime.block_on(sent).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
