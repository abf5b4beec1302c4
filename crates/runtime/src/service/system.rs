//! What the process knows about itself.

use super::Service;
use crate::ServiceError;
use crate::connector::FunctionFacts;
use crate::mailbox::Mailbox;
use crate::meter::CommitFigures;
use crate::shards::{Message, WorkerGauge, unavailable};
use stateline_base::Timestamp;
use stateline_store::{StoreError, StoreFacts};
use std::sync::Arc;

/// Timers counted that are due: with so many there may be more.
const DUE_MAX: usize = 1_000;

/// A worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerFigures {
    /// Messages that wait for it.
    pub mailbox: usize,
    /// Open executions that it owns. Those of Express have no worker.
    pub open: usize,
    /// Those of its executions that are in memory; the others rest on disk.
    pub in_memory: usize,
}

/// The process.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemFigures {
    /// The workers, in order.
    pub workers: Vec<WorkerFigures>,
    /// The commits since the start.
    pub commits: CommitFigures,
    /// Batches that wait for the committer.
    pub committing: usize,
    /// Timers that are due, at most 1,000.
    pub timers_due: usize,
    /// When the next timer is due, or was.
    pub timers_next: Option<Timestamp>,
    /// Calls that are out, and Express children that run.
    pub calls_out: usize,
    /// Asynchronous Express executions that run.
    pub express_running: usize,
    /// Tasks of activities that wait for a worker.
    pub activities_waiting: usize,
    /// Streams that are watched.
    pub watchers: usize,
    /// Where everything is kept.
    pub store: StoreFacts,
    /// Local functions.
    pub functions: Vec<FunctionFacts>,
}

impl Service {
    /// What the process knows about itself now.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub async fn system(&self) -> Result<SystemFigures, ServiceError> {
        // The size of the data is asked of the file system.
        self.look(Service::figures).await?.map_err(unavailable)
    }

    /// Whether the service can write: not for the moment while the store is full, and not any more after
    /// a fault.
    ///
    /// # Errors
    /// [`ServiceError::StoreFull`] and [`ServiceError::Unavailable`].
    pub fn health(&self) -> Result<(), ServiceError> {
        self.inner.health.check()
    }

    /// Local functions.
    #[must_use]
    pub fn functions(&self) -> Vec<FunctionFacts> {
        self.inner.connector.functions()
    }

    fn figures(&self) -> Result<SystemFigures, StoreError> {
        let inner = &self.inner;
        let worker = |(mailbox, gauge): (&Arc<Mailbox<Message>>, &Arc<WorkerGauge>)| {
            let (open, in_memory) = gauge.read();
            WorkerFigures { mailbox: mailbox.len(), open, in_memory }
        };
        Ok(SystemFigures {
            workers: inner.workers.iter().zip(&inner.gauges).map(worker).collect(),
            commits: inner.meter.figures(),
            committing: inner.committer.len(),
            timers_due: inner.store.due(self.now(), DUE_MAX)?.len(),
            timers_next: inner.store.next_due()?,
            calls_out: inner.dispatch.out(),
            express_running: inner.express.count(),
            activities_waiting: inner.desk.waiting_in_all(),
            watchers: inner.watchers.count(),
            store: inner.store.facts()?,
            functions: self.functions(),
        })
    }
}
