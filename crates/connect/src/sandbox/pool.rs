//! A function's processes: as many as its concurrency allows, reused while they
//! are warm. Who finds none free waits in order; who finds the queue full is
//! refused.
//!
//! An invocation that has begun runs to its end even if nobody waits for it any
//! more, as on AWS, where a state's timeout does not reach into the function.

use super::desk::Invocation;
use super::fault::Fault;
use super::launch::Launch;
use super::process::Spawner;
use super::sandbox::{Ending, Sandbox, StartFailure};
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

/// How long the tail of a log may trail the answer.
const LOG_GRACE: Duration = Duration::from_millis(20);

/// The processes of one function.
pub(crate) struct Pool {
    launch: Launch,
    spawner: Arc<Spawner>,
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue_max: usize,
    idle: Mutex<Vec<Sandbox>>,
    closed: AtomicBool,
}

/// What the function said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub body: Bytes,
    /// The body is an error document.
    pub function_error: bool,
    /// The last bytes of the log, where they were asked for.
    pub log: Option<Vec<u8>>,
}

/// The queue is full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Throttled;

impl Pool {
    /// What runs the function.
    pub fn runtime(&self) -> &str {
        self.launch.runtime()
    }

    /// A pool without processes yet: `concurrency` of them at most, and `queue_max` invocations waiting.
    pub fn new(launch: Launch, spawner: Arc<Spawner>, concurrency: usize, queue_max: usize) -> Arc<Self> {
        Arc::new(Pool {
            launch,
            spawner,
            slots: Arc::new(Semaphore::new(concurrency)),
            waiting: AtomicUsize::new(0),
            queue_max,
            idle: Mutex::new(Vec::new()),
            closed: AtomicBool::new(false),
        })
    }

    /// Runs the function once. Dropping the future gives up a place in the queue, but not a call that has begun.
    ///
    /// # Errors
    /// When too many wait already.
    pub async fn invoke(
        self: Arc<Self>,
        invocation: Invocation,
        with_log: bool,
    ) -> Result<Answer, Throttled> {
        let slot = self.slot().await?;
        let request_id = Arc::clone(&invocation.request_id);
        let pool = Arc::clone(&self);
        let running = tokio::spawn(async move {
            let answer = pool.run(invocation, with_log).await;
            drop(slot);
            answer
        });
        // The task ends early only when the whole runtime does.
        Ok(running.await.unwrap_or_else(|_| failed(Fault::Stopped.document(&request_id))))
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit, Throttled> {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(slot);
        }
        let place = Place::take(&self.waiting, self.queue_max)?;
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| Throttled)?;
        drop(place);
        Ok(slot)
    }

    async fn run(&self, invocation: Invocation, with_log: bool) -> Answer {
        let request_id = Arc::clone(&invocation.request_id);
        let began = Instant::now();
        loop {
            let warm = self.warm();
            let was_warm = warm.is_some();
            let mut sandbox = match warm {
                Some(sandbox) => sandbox,
                None => match Sandbox::start(&self.launch, &self.spawner).await {
                    Ok(sandbox) => sandbox,
                    Err(StartFailure::Document(document)) => return failed(document),
                    Err(StartFailure::Fault(fault)) => return self.fault(&fault, &request_id),
                },
            };
            if with_log {
                sandbox.log.clear();
                sandbox.log.push(format!("START RequestId: {request_id} Version: $LATEST").as_bytes());
            }
            let ending = sandbox.invoke(invocation.clone()).await;
            let mut answer = match ending {
                // It died while it was idle and the function saw nothing: another process may try.
                Ending::Undelivered(_) if was_warm => continue,
                Ending::Undelivered(fault) | Ending::Fault(fault) => self.fault(&fault, &request_id),
                Ending::Answer(body) => Answer { body, function_error: false, log: None },
                Ending::Error(document) => failed(document),
            };
            if with_log {
                answer.log = Some(self.log(&sandbox, &request_id, began).await);
            }
            self.put_back(sandbox);
            return answer;
        }
    }

    fn fault(&self, fault: &Fault, request_id: &str) -> Answer {
        let document = fault.document(request_id);
        let shown = String::from_utf8_lossy(&document);
        tracing::warn!(function = %self.launch.name, request_id, "the function gave no answer: {shown}");
        failed(document)
    }

    async fn log(&self, sandbox: &Sandbox, request_id: &str, began: Instant) -> Vec<u8> {
        sleep(LOG_GRACE).await;
        let duration = began.elapsed();
        sandbox.log.push(format!("END RequestId: {request_id}").as_bytes());
        let report = format!(
            "REPORT RequestId: {request_id}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB",
            duration.as_secs_f64() * 1_000.0,
            duration.as_millis() + 1,
            self.launch.memory_mb
        );
        sandbox.log.push(report.as_bytes());
        sandbox.log.bytes()
    }

    fn warm(&self) -> Option<Sandbox> {
        let mut idle = self.idle();
        // The one used last is the warmest, and lets the others grow old enough to be stopped.
        while let Some(sandbox) = idle.pop() {
            if sandbox.usable() {
                return Some(sandbox);
            }
        }
        None
    }

    fn put_back(&self, mut sandbox: Sandbox) {
        if sandbox.usable() && !self.closed.load(Ordering::SeqCst) {
            sandbox.idle_since = Instant::now();
            self.idle().push(sandbox);
        }
    }

    /// Stops processes that had nothing to do for `age`.
    pub fn stop_idle(&self, age: Duration) {
        let old: Vec<Sandbox> = {
            let mut idle = self.idle();
            let (old, young) =
                idle.drain(..).partition(|sandbox| !sandbox.usable() || sandbox.idle_since.elapsed() >= age);
            *idle = young;
            old
        };
        if !old.is_empty() {
            tracing::debug!(function = %self.launch.name, count = old.len(), "idle function processes stopped");
        }
    }

    /// Stops idle processes now, and busy ones after their invocation.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Sandbox>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(document: Bytes) -> Answer {
    Answer { body: document, function_error: true, log: None }
}

/// A place in the queue, given back when the wait is over or given up.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, places_max: usize) -> Result<Self, Throttled> {
        if waiting.fetch_add(1, Ordering::SeqCst) >= places_max {
            waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(Throttled);
        }
        Ok(Place(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
