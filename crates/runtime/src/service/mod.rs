//! The service: what the API and the command line call.
//!
//! A [`Service`] owns the workers' and the committer's threads. Its methods are
//! asynchronous because they wait for those threads; none of them blocks the
//! async runtime for longer than a look into the store.

mod activities;
mod aliases;
mod backup;
mod drafts;
mod express;
mod machines;
mod map_runs;
mod open;
mod overview;
mod preview;
mod read;
mod redrive;
mod search;
mod system;
mod tags;
mod tasks;
mod test_state;
mod versions;
mod watch;

use crate::batch::{Batch, Then};
use crate::body::is_express;
use crate::catalog::{Catalog, Entry};
use crate::committer::Health;
use crate::connector::Connector;
use crate::desk::Desk;
use crate::dispatch::{Dispatch, worker_of};
use crate::mailbox::{Mailbox, Refused};
use crate::meter::CommitMeter;
use crate::mocks::{Mocks, split_case};
use crate::ports::{Clock, Entropy};
use crate::shards::{Message, WorkerGauge, unavailable};
use crate::watchers::Watchers;
use crate::{MachineStatus, ServiceError, StartRequest, Started};
use express::{Recent, Running};
use stateline_base::{Arn, ExecutionId, Failure, Limits, ShardId, Timestamp, uuid_text};
use stateline_journal::MachineKind;
use stateline_store::{Put, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Semaphore, oneshot};

pub use backup::Backup;
pub use express::ExpressRecord;
pub use open::{Config, OpenServiceError, hand_out_open};
pub use overview::{Figures, MachineOverview};
pub use preview::Preview;
pub use search::{Found, Search};
pub use system::{SystemFigures, WorkerFigures};
pub use tasks::TaskFilter;
pub use test_state::{TestPlace, TestRequest, Tested};
pub use watch::{ExecutionWatch, Seen};

/// A handle on the running engine; clones are the same engine.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    catalog: Arc<Catalog>,
    limits: Arc<Limits>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Asks mocks first.
    connector: Arc<dyn Connector>,
    mocks: Arc<dyn Mocks>,
    dispatch: Arc<dyn Dispatch>,
    workers: Vec<Arc<Mailbox<Message>>>,
    committer: Arc<Mailbox<Batch>>,
    health: Arc<Health>,
    stopping: AtomicBool,
    /// Changes of machines, their versions and aliases go one at a time.
    machines: tokio::sync::Mutex<()>,
    /// Changes of drafts, too.
    drafts: tokio::sync::Mutex<()>,
    /// Places for looks into the store that take a while.
    looks: Arc<Semaphore>,
    /// The place of the one backup that may be under way.
    backups: Arc<Semaphore>,
    desk: Arc<Desk>,
    watchers: Arc<Watchers>,
    meter: Arc<CommitMeter>,
    /// One for each worker.
    gauges: Vec<Arc<WorkerGauge>>,
    recent: Recent,
    express: Running,
    tests: test_state::Places,
    threads: open::Threads,
}

/// Looks into the store at once that read some thousand rows each; more wait for their turn.
const LOOKS_MAX: usize = 16;

impl Service {
    /// Has a look at much on a thread that may block. When whoever asked does not wait any more, a look
    /// that has not begun is left out.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Service) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let place = self.inner.looks.clone().acquire_owned().await.map_err(unavailable)?;
        let service = self.clone();
        let work = move || {
            let _place = place;
            look(&service)
        };
        self.inner.threads.runtime().spawn_blocking(work).await.map_err(unavailable)
    }

    /// Starts an execution and answers once it is durable.
    ///
    /// A caller that does not wait for the answer takes nothing back.
    ///
    /// # Errors
    /// As [`ServiceError`] says; nothing was accepted then.
    pub async fn start(&self, request: StartRequest) -> Result<Started, ServiceError> {
        let entry = self.start_target(&request)?;
        match entry.machine.kind {
            MachineKind::Standard => self.start_standard(entry, request).await,
            MachineKind::Express => self.start_express(entry, request).await,
        }
    }

    async fn start_standard(&self, entry: Entry, request: StartRequest) -> Result<Started, ServiceError> {
        let name = request.name.clone().unwrap_or_else(|| self.new_name());
        let machine = Arn::parse(&entry.machine.arn).map_err(unavailable)?;
        let resource = format!("execution:{}:{name}", entry.machine.name);
        let arn: Arc<str> = machine.with_resource(&resource).to_string().into();
        let worker = self.worker(ShardId::of(&arn));
        let (reply, answer) = oneshot::channel();
        let message = Message::Start { entry: Box::new(entry), request: Box::new(request), arn, reply };
        offer(worker, message)?;
        answer.await.map_err(|_| self.gone())?
    }

    /// Stops an execution; a closed one answers with its stop date.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], or that the service cannot write.
    pub async fn stop(&self, execution_arn: &str, failure: Failure) -> Result<Timestamp, ServiceError> {
        self.check_running()?;
        let row = self.row(execution_arn)?;
        if is_express(&row) {
            // As on AWS: an Express execution cannot be stopped by its caller.
            return Err(ServiceError::ExecutionDoesNotExist(execution_arn.into()));
        }
        let (reply, answer) = oneshot::channel();
        let worker = self.worker(row.id.shard());
        offer(worker, Message::Stop { execution: row.id, failure, reply })?;
        answer.await.map_err(|_| self.gone())?
    }

    /// The engine's limits.
    #[must_use]
    pub fn limits(&self) -> Arc<Limits> {
        self.inner.limits.clone()
    }

    /// The service's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// A fresh UUID, for names and request ids.
    #[must_use]
    pub fn new_name(&self) -> Arc<str> {
        uuid_text(self.inner.entropy.draw(), self.inner.entropy.draw()).into()
    }

    /// Why the service has stopped writing, if it has.
    #[must_use]
    pub fn fault(&self) -> Option<Arc<str>> {
        self.inner.health.fault()
    }

    /// What a request starts, with the test case that it names, if it can be run.
    fn start_target(&self, request: &StartRequest) -> Result<Entry, ServiceError> {
        let (machine_arn, case) = split_case(&request.machine_arn);
        let entry = self.target(&machine_arn)?;
        if let Some(case) = case {
            let checked = self.inner.mocks.check(&entry.machine.arn, &case, &entry.definition.program);
            checked.map_err(|why| ServiceError::TestCase(why.into()))?;
        }
        Ok(entry)
    }

    /// What a machine, a version or an alias that takes new executions leads to, in a service that does.
    fn target(&self, arn: &Arc<str>) -> Result<Entry, ServiceError> {
        self.check_running()?;
        let entry = self.inner.catalog.target(&*self.inner.store, arn, || self.inner.entropy.draw())?;
        if entry.machine.status == MachineStatus::Deleting {
            return Err(ServiceError::MachineDeleting(arn.clone()));
        }
        self.inner.health.check()?;
        Ok(entry)
    }

    fn check_running(&self) -> Result<(), ServiceError> {
        if self.inner.stopping.load(Ordering::Relaxed) {
            return Err(unavailable("the server is shutting down"));
        }
        match self.inner.health.fault() {
            Some(fault) => Err(ServiceError::Unavailable(fault)),
            None => Ok(()),
        }
    }

    fn worker(&self, shard: ShardId) -> &Mailbox<Message> {
        let id = ExecutionId::new(Timestamp::default(), shard, 0);
        let workers = &self.inner.workers;
        workers.get(worker_of(id, workers.len())).expect("a service has at least one worker")
    }

    /// Writes documents and answers once they are durable.
    async fn write(&self, puts: Vec<Put>) -> Result<(), ServiceError> {
        let (reply, answer) = oneshot::channel();
        let batch = Batch { worker: NO_WORKER, puts, then: vec![Then::Written(reply)], ..Batch::default() };
        self.hand_over(batch)?;
        answer.await.map_err(|_| self.gone())?
    }

    fn hand_over(&self, batch: Batch) -> Result<(), ServiceError> {
        self.inner.committer.offer(batch).map_err(|refused| match refused {
            Refused::Full(_) => ServiceError::Throttled,
            Refused::Closed(_) => unavailable("the server is shutting down"),
        })
    }

    /// The answer's sender went away: the service stopped in between.
    fn gone(&self) -> ServiceError {
        match self.inner.health.fault() {
            Some(fault) => ServiceError::Unavailable(fault),
            None => unavailable("the server is shutting down"),
        }
    }
}

/// Batches that come from no worker.
const NO_WORKER: usize = usize::MAX;

fn offer(worker: &Mailbox<Message>, message: Message) -> Result<(), ServiceError> {
    worker.offer(message).map_err(|refused| match refused {
        Refused::Full(_) => ServiceError::Throttled,
        Refused::Closed(_) => unavailable("the server is shutting down"),
    })
}
