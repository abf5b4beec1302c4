//! Starting and stopping the service: threads, recovery, retention, drain.

use super::express::{Recent, Running};
use super::test_state::Places;
use super::{Inner, LOOKS_MAX, Service};
use crate::body::is_express;
use crate::catalog::{Catalog, TOKEN_KEY};
use crate::committer::{Committer, Health};
use crate::connector::Connector;
use crate::desk::Desk;
use crate::dispatch::{ConnectorDispatch, Dispatch, worker_of};
use crate::family::Family;
use crate::inputs::ChildInputs;
use crate::mailbox::Mailbox;
use crate::mocks::{MockingConnector, Mocks, NoMocks};
use crate::ports::{Clock, Entropy};
use crate::shards::{Message, Shards, WorkerGauge};
use crate::token::TokenKey;
use crate::worker::Worker;
use stateline_base::Limits;
use stateline_store::{Epoch, ExecutionRow, Group, Put, Store, StoreError, Table};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// What a service is made of.
pub struct Config {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// How tasks are called.
    pub connector: Arc<dyn Connector>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The limits.
    pub limits: Limits,
    /// Worker threads, at least 1.
    pub workers: usize,
    /// New requests that may wait for one worker.
    pub mailbox_capacity: usize,
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenServiceError {
    /// The store holds what cannot be read.
    #[error("the store could not be recovered: {0}")]
    Store(#[from] StoreError),
    /// The system gives no thread.
    #[error("a thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// The threads of a service and the async runtime its calls run on.
pub(super) struct Threads {
    runtime: Handle,
    workers: Mutex<Vec<JoinHandle<()>>>,
    committer: Mutex<Option<JoinHandle<()>>>,
    sweeper: Mutex<Option<JoinHandle<()>>>,
    /// Closed when the sweeper must stop.
    sweep: Arc<Mailbox<()>>,
}

impl Threads {
    /// Before any is started.
    fn none(runtime: &Handle) -> Self {
        Threads {
            runtime: runtime.clone(),
            workers: Mutex::default(),
            committer: Mutex::default(),
            sweeper: Mutex::default(),
            sweep: Arc::new(Mailbox::new(1)),
        }
    }

    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

/// Batches that wait for the committer before the workers wait for it.
const COMMITTER_CAPACITY: usize = 8_192;
/// Open executions read at a time at a start.
const RECOVER_PAGE: usize = 1_024;
/// How often expired executions are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(20);
/// Executions deleted in one go.
const SWEEP_PAGE: usize = 500;
/// How often a drain looks whether calls are still out.
const DRAIN_STEP: Duration = Duration::from_millis(10);

impl Service {
    /// Starts the threads and picks up every open execution. New requests may come as soon as this returns.
    ///
    /// # Errors
    /// When the store cannot be recovered or no thread can be had.
    pub fn open(config: Config, runtime: &Handle) -> Result<Service, OpenServiceError> {
        Service::open_with_mocks(config, Arc::new(NoMocks), runtime)
    }

    /// [`Service::open`] of a service whose executions may run test cases.
    ///
    /// # Errors
    /// As there.
    pub fn open_with_mocks(
        config: Config,
        mocks: Arc<dyn Mocks>,
        runtime: &Handle,
    ) -> Result<Service, OpenServiceError> {
        let connector: Arc<dyn Connector> =
            Arc::new(MockingConnector { inner: config.connector.clone(), mocks: mocks.clone() });
        let epoch = config.store.acquire(&format!("process {}", std::process::id()))?;
        let catalog = Catalog::load(&*config.store)?;
        let catalog = Arc::new(with_token_key(catalog, &config, epoch)?);
        let desk: Arc<Desk> = Arc::default();
        let limits = Arc::new(config.limits);
        let count = config.workers.max(1);
        let workers: Vec<Arc<Mailbox<Message>>> =
            (0..count).map(|_| Arc::new(Mailbox::new(config.mailbox_capacity.max(1)))).collect();
        let committer = Arc::new(Mailbox::new(COMMITTER_CAPACITY));
        let health = Arc::new(Health::default());
        let durable: Vec<Arc<AtomicU64>> = (0..count).map(|_| Arc::default()).collect();
        let family = Family {
            runtime: runtime.clone(),
            store: config.store.clone(),
            connector: connector.clone(),
            clock: config.clock.clone(),
            entropy: config.entropy.clone(),
            limits: limits.clone(),
            workers: workers.clone(),
            committer: committer.clone(),
            inputs: ChildInputs::default(),
        };
        let dispatch: Arc<dyn Dispatch> = Arc::new(ConnectorDispatch::new(family, desk.clone()));
        let threads = Threads::none(runtime);
        let inner = Inner {
            store: config.store,
            catalog,
            limits,
            clock: config.clock,
            entropy: config.entropy,
            connector,
            mocks,
            dispatch,
            workers,
            committer,
            health,
            stopping: AtomicBool::new(false),
            machines: tokio::sync::Mutex::new(()),
            drafts: tokio::sync::Mutex::new(()),
            looks: Arc::new(Semaphore::new(LOOKS_MAX)),
            backups: Arc::new(Semaphore::new(1)),
            desk,
            watchers: Arc::default(),
            meter: Arc::default(),
            gauges: (0..count).map(|_| Arc::default()).collect(),
            recent: Recent::default(),
            express: Running::default(),
            tests: Places::default(),
            threads,
        };
        let service = Service { inner: Arc::new(inner) };
        // Before a worker takes its first turn: what they do may not be met again as something found open.
        let mut shards = service.shards();
        service.recover(&mut shards)?;
        service.start_threads(epoch, &durable, shards)?;
        service.go_on_deleting();
        Ok(service)
    }

    /// The executions of each worker, none in memory yet.
    fn shards(&self) -> Vec<Shards> {
        let inner = &self.inner;
        let of_worker = |(index, gauge): (usize, &Arc<WorkerGauge>)| {
            let (store, catalog) = (inner.store.clone(), inner.catalog.clone());
            Shards::new(index, store, catalog, inner.limits.clone(), inner.entropy.clone())
                .with_mocks(inner.mocks.clone())
                .with_gauge(gauge.clone())
        };
        inner.gauges.iter().enumerate().map(of_worker).collect()
    }

    fn start_threads(
        &self,
        epoch: Epoch,
        durable: &[Arc<AtomicU64>],
        shards: Vec<Shards>,
    ) -> Result<(), std::io::Error> {
        let inner = &self.inner;
        let committer = Committer {
            store: inner.store.clone(),
            epoch,
            inbox: inner.committer.clone(),
            workers: inner.workers.clone(),
            durable: durable.to_vec(),
            dispatch: inner.dispatch.clone(),
            health: inner.health.clone(),
            watchers: inner.watchers.clone(),
            meter: inner.meter.clone(),
            pause: crate::committer::pause,
            gone: RefCell::default(),
        };
        *lock(&inner.threads.committer) = Some(spawn("stateline-commit", move || committer.run())?);
        for (index, ((mailbox, durable), shards)) in inner.workers.iter().zip(durable).zip(shards).enumerate()
        {
            let worker = Worker {
                shards,
                mailbox: mailbox.clone(),
                committer: inner.committer.clone(),
                durable: durable.clone(),
                clock: inner.clock.clone(),
                health: inner.health.clone(),
            };
            let name = format!("stateline-work-{index}");
            lock(&inner.threads.workers).push(spawn(&name, move || worker.run())?);
        }
        let (store, clock, sweep) = (inner.store.clone(), inner.clock.clone(), inner.threads.sweep.clone());
        let sweeper = spawn("stateline-sweep", move || sweep_until_closed(&*store, &*clock, &sweep))?;
        *lock(&inner.threads.sweeper) = Some(sweeper);
        Ok(())
    }

    /// Hands every open execution to its owner. One that sleeps costs no message, only a timer.
    fn recover(&self, shards: &mut [Shards]) -> Result<(), StoreError> {
        let inner = &self.inner;
        let found = |row: &ExecutionRow| {
            if is_express(row) {
                return self.recover_express(row).map(|()| true);
            }
            Ok(shards
                .get_mut(worker_of(row.id, inner.workers.len()))
                .is_some_and(|shards| shards.sleeps(row)))
        };
        let count = hand_out_open(&*inner.store, &inner.workers, found)?;
        if count > 0 {
            tracing::info!(count, "open executions were found and go on");
        }
        Ok(())
    }

    /// Goes on with deletions that were begun.
    #[allow(clippy::disallowed_methods, reason = "a begun deletion goes on beside the service")]
    fn go_on_deleting(&self) {
        for machine in self.inner.catalog.deleting() {
            let service = self.clone();
            self.inner.threads.runtime().spawn(async move {
                if let Err(error) = service.finish_deletion(&machine).await {
                    tracing::warn!(arn = %machine.arn, %error, "the deletion of a state machine goes on at the next start");
                }
            });
        }
    }

    /// Stops: refuses new requests, waits up to `grace` for calls that are out, makes
    /// everything durable and ends the threads. What still runs goes on at the next start.
    #[allow(clippy::disallowed_methods, reason = "waiting for calls is what a drain does")]
    pub async fn shutdown(&self, grace: Duration) {
        self.inner.stopping.store(true, Ordering::Relaxed);
        self.stop_polling();
        for worker in &self.inner.workers {
            worker.push(Message::Drain);
        }
        // What was decided before the drain may let calls leave; only then there is something to count.
        drop(tokio::time::timeout(grace.max(DRAIN_STEP), self.barrier()).await);
        let mut waited = Duration::ZERO;
        while self.is_busy() && waited < grace && self.inner.health.fault().is_none() {
            tokio::time::sleep(DRAIN_STEP).await;
            waited += DRAIN_STEP;
        }
        // Now, and not when the threads have ended: readers of items may hold every thread that the
        // runtime has for what blocks.
        self.inner.dispatch.stop();
        self.threads_end().await;
        // Batches that were decided before may have let reads and children leave.
        self.inner.dispatch.stop();
    }

    /// Waits for the service's threads, on one of its own: the runtime may have none left that may block.
    async fn threads_end(&self) {
        let (ended, end) = tokio::sync::oneshot::channel::<()>();
        let service = self.clone();
        let joining = spawn("stateline-stop", move || {
            service.join_threads();
            // Being closed is the word.
            drop(ended);
        });
        match joining {
            Ok(_) => drop(end.await),
            Err(error) => {
                tracing::warn!(%error, "no thread is to be had to wait for the service's threads");
                self.join_threads();
            }
        }
    }

    /// Whether calls are out or asynchronous Express executions run.
    fn is_busy(&self) -> bool {
        self.inner.dispatch.out() > 0 || self.inner.express.count() > 0
    }

    /// Waits until all that the workers have been told so far is durable.
    pub(super) async fn barrier(&self) {
        let mut passed = Vec::new();
        for worker in &self.inner.workers {
            let (reply, answer) = tokio::sync::oneshot::channel();
            worker.push(Message::Barrier(reply));
            passed.push(answer);
        }
        for answer in passed {
            // A worker that has stopped has nothing more to make durable.
            drop(answer.await);
        }
    }

    fn join_threads(&self) {
        let threads = &self.inner.threads;
        for worker in &self.inner.workers {
            worker.close();
        }
        for worker in lock(&threads.workers).drain(..) {
            drop(worker.join());
        }
        self.inner.committer.close();
        threads.sweep.close();
        for thread in [lock(&threads.committer).take(), lock(&threads.sweeper).take()].into_iter().flatten() {
            drop(thread.join());
        }
    }
}

/// Hands every open execution that `taken` does not take to the worker that owns it. Gives how many
/// there are. No worker may have had a turn before.
///
/// # Errors
/// When the store cannot be read or holds damaged data.
pub fn hand_out_open(
    store: &dyn Store,
    workers: &[Arc<Mailbox<Message>>],
    mut taken: impl FnMut(&ExecutionRow) -> Result<bool, StoreError>,
) -> Result<usize, StoreError> {
    let (mut after, mut count) = (None, 0);
    loop {
        let rows = store.open_executions(after, RECOVER_PAGE)?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = Some(last.id);
        count += rows.len();
        for row in rows {
            if taken(&row)? {
                continue;
            }
            if let Some(worker) = workers.get(worker_of(row.id, workers.len())) {
                worker.push(Message::Recover(Box::new(row)));
            }
        }
    }
}

/// The catalog with the installation's key of task tokens, which its first start draws.
fn with_token_key(catalog: Catalog, config: &Config, epoch: Epoch) -> Result<Catalog, StoreError> {
    if config.store.get(Table::Settings, TOKEN_KEY)?.is_some() {
        return Ok(catalog);
    }
    let key = TokenKey::from_draws(std::array::from_fn(|_| config.entropy.draw()));
    let put = Put { table: Table::Settings, key: TOKEN_KEY.to_owned(), bytes: Some(key.to_bytes()) };
    config.store.commit(&Group { epoch, appends: Vec::new(), puts: vec![put] })?;
    Ok(catalog.with_token_key(key))
}

fn sweep_until_closed(store: &dyn Store, clock: &dyn Clock, sweep: &Mailbox<()>) {
    let mut wake = Vec::new();
    while sweep.take(&mut wake, 1, Some(SWEEP_EVERY)) {
        loop {
            match store.expire(clock.now(), SWEEP_PAGE) {
                // It may stop before the limit; only nothing means that nothing is left.
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "expired executions could not be deleted; it is tried again later");
                    break;
                }
            }
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the service's own threads start here and are joined at its end"
)]
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, std::io::Error> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no holder of the thread handles panics")
}
