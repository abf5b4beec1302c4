//! `bench-ceiling`: a server that reads a request and answers 200 bytes, and nothing else.
//!
//! With a log it first makes each request durable as a log-structured engine would that needs one
//! commit a workflow: 1.5 KiB of history, appended by one writer that takes whatever is waiting,
//! writes it as one batch and makes it durable before it wakes the requests.

use super::BenchError;
use super::args::BenchCeilingArgs;
use super::workloads::disk::fill;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The answer's length: that of StartExecution.
const ANSWER_BYTES: usize = 200;
/// What a workflow of five states leaves in a log, and the frame around it.
const RECORD_BYTES: usize = 1_536 + 8;
/// The log's length; its blocks are there before it is used, and it is used again from its beginning.
const LOG_BYTES: u64 = 64 << 20;
/// Requests that may wait for the writer; more wait before it.
const QUEUE: usize = 65_536;

/// Wakes a request.
type Waiting = oneshot::Sender<std::io::Result<()>>;

/// Serves until it is killed.
///
/// # Errors
/// When there is no port, or no log.
pub async fn run(args: BenchCeilingArgs) -> Result<ExitCode, BenchError> {
    let log = args.log.as_deref().map(writer).transpose()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::output::say(&format!("listening on http://{}", listener.local_addr()?));
    let mut ended = std::pin::pin!(crate::shutdown::Signals::listen()?);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            _ = ended.next() => return Ok(ExitCode::SUCCESS),
        };
        stream.set_nodelay(true)?;
        let log = log.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, log.as_ref()));
            // A client that goes away is no error of the server.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    log: Option<&mpsc::SyncSender<Waiting>>,
) -> Result<Response<Full<Bytes>>, BenchError> {
    let body = request.into_body().collect().await;
    body.map_err(|error| BenchError::Client(error.to_string()))?;
    if let Some(log) = log {
        let (waiting, durable) = oneshot::channel();
        let gone = |_| BenchError::Client("the writer of the log has ended".to_owned());
        log.try_send(waiting).map_err(|error| BenchError::Client(error.to_string()))?;
        durable.await.map_err(gone)??;
    }
    let mut answer = Response::new(Full::new(Bytes::from_static(ANSWER)));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    Ok(answer)
}

const ANSWER: &[u8] = &{
    let mut answer = [b'x'; ANSWER_BYTES];
    let head = *br#"{"executionArn":""#;
    let mut at = 0;
    while at < head.len() {
        answer[at] = head[at];
        at += 1;
    }
    answer[ANSWER_BYTES - 2] = b'"';
    answer[ANSWER_BYTES - 1] = b'}';
    answer
};

/// Starts the one thread that writes.
fn writer(folder: &Path) -> Result<mpsc::SyncSender<Waiting>, BenchError> {
    let mut file = File::create(folder.join("ceiling.log"))?;
    fill(&mut file, LOG_BYTES)?;
    let (sender, waiting) = mpsc::sync_channel::<Waiting>(QUEUE);
    std::thread::Builder::new().name("log".to_owned()).spawn(move || {
        let (mut at, mut batch) = (0, Vec::new());
        while let Ok(first) = waiting.recv() {
            let together: Vec<Waiting> = std::iter::once(first).chain(waiting.try_iter()).collect();
            batch.clear();
            batch.resize(RECORD_BYTES * together.len(), (at % 251) as u8);
            let durable = append(&mut file, &mut at, &batch);
            for request in together {
                let told = match &durable {
                    Ok(()) => Ok(()),
                    Err(error) => Err(error.kind().into()),
                };
                // A request whose client has gone away needs no answer.
                drop(request.send(told));
            }
        }
    })?;
    Ok(sender)
}

fn append(file: &mut File, at: &mut u64, batch: &[u8]) -> std::io::Result<()> {
    if *at + batch.len() as u64 > LOG_BYTES {
        file.seek(SeekFrom::Start(0))?;
        *at = 0;
    }
    file.write_all(batch)?;
    *at += batch.len() as u64;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_what_clients_look_for() {
        assert_eq!(ANSWER.len(), 200);
        let arn = super::super::answer::text(ANSWER, "executionArn").expect("a text");
        assert!(arn.chars().all(|character| character == 'x'));
    }

    #[tokio::test]
    async fn waiting_requests_are_made_durable_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = writer(folder.path()).expect("a log");
        let mut durable = Vec::new();
        for _ in 0..1_000 {
            let (waiting, told) = oneshot::channel();
            log.send(waiting).expect("the writer runs");
            durable.push(told);
        }
        for told in durable {
            told.await.expect("the writer answers").expect("it is durable");
        }
        let bytes = std::fs::metadata(folder.path().join("ceiling.log")).expect("a file").len();
        assert_eq!(bytes, LOG_BYTES, "it is used again from its beginning");
    }
}
