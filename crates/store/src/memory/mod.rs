//! A store in memory, for tests and the simulator.
//!
//! It stores the same bytes under the same keys as the one on disk, through
//! the same record layer; only the engine differs. Nothing in it depends on
//! chance or time, so the same calls give the same answers, faults included.

mod engine;
mod fault;

pub use fault::{Fault, FaultPlan};

use crate::records::Records;
use crate::store::{Epoch, Group, JournalBatch, ListQuery, Store, StoreFacts, Table};
use crate::{CommitError, ExecutionRow, StoreError};
use engine::MemKv;
use stateline_base::{ExecutionId, Timestamp};
use std::sync::Arc;

/// A store in memory. Clones are handles to the same store.
#[derive(Clone)]
pub struct MemStore {
    records: Arc<Records<MemKv>>,
}

impl MemStore {
    /// An empty store in which nothing goes wrong.
    #[must_use]
    pub fn new() -> Self {
        MemStore::with_faults(|_: u64| Fault::None)
    }

    /// An empty store that asks `plan` before each commit and each expiry.
    #[must_use]
    pub fn with_faults(plan: impl FaultPlan) -> Self {
        MemStore::over(MemKv::new(Box::new(plan)))
    }

    /// The machine goes down: gives a store with what was durable, and the rest of the plan.
    ///
    /// This handle and its clones are those of a dead process: they write nothing any more.
    #[must_use]
    pub fn crash(&self) -> Self {
        MemStore::over(self.records.kv().crash())
    }

    /// Bytes of all keys and values.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.records.kv().bytes()
    }

    #[cfg(test)]
    pub(crate) fn records(&self) -> &Records<MemKv> {
        &self.records
    }

    /// A store in which nothing goes wrong, with what `fill` puts into it.
    pub(crate) fn filled<T, E>(fill: impl FnOnce(&MemKv) -> Result<T, E>) -> Result<(Self, T), E> {
        let kv = MemKv::new(Box::new(|_: u64| Fault::None));
        let filled = fill(&kv)?;
        Ok((MemStore::over(kv), filled))
    }

    #[allow(clippy::unnecessary_wraps, reason = "the same for every store")]
    fn own_facts(&self) -> Result<StoreFacts, StoreError> {
        Ok(StoreFacts { kind: Some("memory"), path: None, bytes: Some(self.bytes()) })
    }

    fn over(kv: MemKv) -> Self {
        let records = Records::open(kv).expect("what this process wrote into memory can be read");
        MemStore { records: Arc::new(records) }
    }
}

impl Default for MemStore {
    fn default() -> Self {
        MemStore::new()
    }
}

crate::records::store_by_records!(MemStore);
