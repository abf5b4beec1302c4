//! The store under test, with one lie on demand.
//!
//! It is [`MemStore`] and nothing else, unless the sabotage is that groups are
//! called durable before they are: then each group is written with the next one.

use stateline_base::{ExecutionId, Timestamp};
use stateline_store::{
    CommitError, Epoch, ExecutionRow, Group, JournalBatch, ListQuery, MemStore, Store, StoreError, Table,
    TakeItem,
};
use std::ops::ControlFlow;
use std::sync::Mutex;

/// A store in memory that may lie about durability.
pub(crate) struct SimStore {
    pub(crate) disk: MemStore,
    lies: bool,
    held: Mutex<Option<Group>>,
}

impl SimStore {
    pub(crate) fn new(disk: MemStore, lies: bool) -> Self {
        SimStore { disk, lies, held: Mutex::new(None) }
    }
}

impl Store for SimStore {
    fn commit(&self, group: &Group) -> Result<(), CommitError> {
        if !self.lies {
            return self.disk.commit(group);
        }
        let held = self.held.lock().expect("holding a group does not panic").replace(group.clone());
        held.map_or(Ok(()), |held| self.disk.commit(&held))
    }

    fn acquire(&self, owner: &str) -> Result<Epoch, StoreError> {
        self.disk.acquire(owner)
    }

    fn open_executions(
        &self,
        after: Option<ExecutionId>,
        limit: usize,
    ) -> Result<Vec<ExecutionRow>, StoreError> {
        self.disk.open_executions(after, limit)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
        self.disk.execution(id)
    }

    fn journal(&self, id: ExecutionId, from: u64, limit: usize) -> Result<Vec<JournalBatch>, StoreError> {
        self.disk.journal(id, from, limit)
    }

    fn find_by_name(&self, machine: &str, name: &str) -> Result<Option<ExecutionId>, StoreError> {
        self.disk.find_by_name(machine, name)
    }

    fn list(&self, query: &ListQuery) -> Result<Vec<ExecutionRow>, StoreError> {
        self.disk.list(query)
    }

    fn due(&self, at: Timestamp, limit: usize) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
        self.disk.due(at, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.disk.next_due()
    }

    fn expire(&self, at: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.disk.expire(at, limit)
    }

    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.disk.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.disk.scan(table, after, limit)
    }

    fn export(&self, take: &mut TakeItem<'_>) -> Result<ControlFlow<()>, StoreError> {
        self.disk.export(take)
    }
}
