//! How many executions a worker has, for others to read.

use super::Shards;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Set by the worker after each turn; a reading may be one turn old.
#[derive(Debug, Default)]
pub(crate) struct WorkerGauge {
    open: AtomicUsize,
    in_memory: AtomicUsize,
}

impl WorkerGauge {
    /// Open executions, and those of them that are in memory.
    pub(crate) fn read(&self) -> (usize, usize) {
        (self.open.load(Ordering::Relaxed), self.in_memory.load(Ordering::Relaxed))
    }
}

impl Shards {
    /// The same with a gauge that others read.
    #[must_use]
    pub(crate) fn with_gauge(mut self, gauge: Arc<WorkerGauge>) -> Self {
        self.gauge = gauge;
        self
    }

    /// Sets the gauge. Each open execution has a timer: at the latest for its end.
    pub(crate) fn show(&self) {
        self.gauge.open.store(self.timers.len(), Ordering::Relaxed);
        self.gauge.in_memory.store(self.live.len(), Ordering::Relaxed);
    }
}
