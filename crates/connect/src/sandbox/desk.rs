//! Where a sandbox and its process meet: the pool's side puts an invocation on
//! the desk, the Runtime API's side takes it and brings back what became of it.

use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

/// Reports that may lie on the desk: one invocation makes three.
const REPORTS_MAX: usize = 16;

/// One call of the function.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub request_id: Arc<str>,
    pub payload: Bytes,
    /// The ARN it was addressed by.
    pub arn: String,
    pub trace_id: String,
    /// As JSON text.
    pub client_context: Option<String>,
}

/// What the process did.
#[derive(Debug)]
pub(crate) enum Report {
    /// It asks for work.
    Ready,
    /// It has the invocation; its time runs.
    Taken,
    /// It cannot start; the document says why.
    InitError(Bytes),
    /// It answered.
    Answer(Bytes),
    /// It failed; the document says why.
    Error(Bytes),
    /// Its answer is too large to be read.
    TooLarge(usize),
}

/// The Runtime API's side.
pub(crate) struct Desk {
    pub function: String,
    pub handler: String,
    timeout: Duration,
    inbox: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    current: Mutex<Option<Arc<str>>>,
    reports: mpsc::Sender<Report>,
}

/// The pool's side.
pub(crate) struct DeskOwner {
    pub invocations: mpsc::Sender<Invocation>,
    pub reports: mpsc::Receiver<Report>,
}

impl Desk {
    /// A desk for a function whose invocations may take `timeout`.
    pub fn new(function: &str, handler: &str, timeout: Duration) -> (Arc<Desk>, DeskOwner) {
        let (invocations, inbox) = mpsc::channel(1);
        let (reports, outbox) = mpsc::channel(REPORTS_MAX);
        let desk = Desk {
            function: function.to_owned(),
            handler: handler.to_owned(),
            timeout,
            inbox: tokio::sync::Mutex::new(inbox),
            current: Mutex::new(None),
            reports,
        };
        (Arc::new(desk), DeskOwner { invocations, reports: outbox })
    }

    /// Waits for work, for ever. Gives the invocation and its deadline in milliseconds since 1970.
    ///
    /// `None` when the pool has given the process up.
    pub async fn next(&self) -> Option<(Invocation, u128)> {
        // Nobody reads while the process idles; one word that it is ready is enough.
        let _ = self.reports.try_send(Report::Ready);
        let invocation = self.inbox.lock().await.recv().await?;
        *self.current() = Some(Arc::clone(&invocation.request_id));
        let deadline = SystemTime::now() + self.timeout;
        self.report(Report::Taken).await;
        let since = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Some((invocation, since.as_millis()))
    }

    /// Whether `request_id` is the invocation that runs; from now on none does.
    pub fn finish(&self, request_id: &str) -> bool {
        let mut current = self.current();
        let matches = current.as_deref() == Some(request_id);
        if matches {
            *current = None;
        }
        matches
    }

    /// Brings a report to the pool's side.
    pub async fn report(&self, report: Report) {
        // The pool's side is gone: it has killed the process.
        let _ = self.reports.send(report).await;
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<Arc<str>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
