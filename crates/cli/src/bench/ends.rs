//! Seeing the end of an execution without asking for it: a store that passes everything on and
//! tells who waits when a commit has made an execution's end durable.

use stateline_base::{ExecutionId, Timestamp};
use stateline_store::{
    CommitError, Epoch, ExecutionRow, Group, JournalBatch, ListQuery, Status, Store, StoreError, Table,
    TakeItem,
};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Ends that came and ends that are waited for, by the execution's ARN.
#[derive(Debug, Default)]
pub struct Ends {
    slots: Mutex<HashMap<String, Slot>>,
}

#[derive(Debug)]
enum Slot {
    Came(Status),
    Awaited(oneshot::Sender<Status>),
}

impl Ends {
    /// Waits for an execution's end, which may have come already. An end is given once.
    pub async fn of(&self, arn: &str) -> Option<Status> {
        let waiting = {
            let mut slots = self.slots.lock().expect("no holder of the ends panics");
            if let Some(Slot::Came(status)) = slots.remove(arn) {
                return Some(status);
            }
            let (sender, waiting) = oneshot::channel();
            slots.insert(arn.to_owned(), Slot::Awaited(sender));
            waiting
        };
        waiting.await.ok()
    }

    fn came(&self, arn: &str, status: Status) {
        let mut slots = self.slots.lock().expect("no holder of the ends panics");
        match slots.remove(arn) {
            // A client that has gone away needs no answer.
            Some(Slot::Awaited(sender)) => drop(sender.send(status)),
            _ => drop(slots.insert(arn.to_owned(), Slot::Came(status))),
        }
    }
}

/// A store whose commits are watched for ends.
pub struct WatchedStore {
    inner: Arc<dyn Store>,
    ends: Arc<Ends>,
}

impl WatchedStore {
    /// Over a store; ends are told to `ends`.
    pub fn new(inner: Arc<dyn Store>, ends: Arc<Ends>) -> Self {
        WatchedStore { inner, ends }
    }
}

impl Store for WatchedStore {
    fn commit(&self, group: &Group) -> Result<(), CommitError> {
        self.inner.commit(group)?;
        for append in &group.appends {
            if !append.row.status.is_open() {
                self.ends.came(&append.row.arn, append.row.status);
            }
        }
        Ok(())
    }

    fn acquire(&self, owner: &str) -> Result<Epoch, StoreError> {
        self.inner.acquire(owner)
    }

    fn open_executions(
        &self,
        after: Option<ExecutionId>,
        limit: usize,
    ) -> Result<Vec<ExecutionRow>, StoreError> {
        self.inner.open_executions(after, limit)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
        self.inner.execution(id)
    }

    fn journal(&self, id: ExecutionId, from: u64, limit: usize) -> Result<Vec<JournalBatch>, StoreError> {
        self.inner.journal(id, from, limit)
    }

    fn find_by_name(&self, machine: &str, name: &str) -> Result<Option<ExecutionId>, StoreError> {
        self.inner.find_by_name(machine, name)
    }

    fn list(&self, query: &ListQuery) -> Result<Vec<ExecutionRow>, StoreError> {
        self.inner.list(query)
    }

    fn due(&self, at: Timestamp, limit: usize) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
        self.inner.due(at, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due()
    }

    fn expire(&self, at: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.inner.expire(at, limit)
    }

    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.inner.scan(table, after, limit)
    }

    fn export(&self, take: &mut TakeItem<'_>) -> Result<ControlFlow<()>, StoreError> {
        self.inner.export(take)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_end_is_seen_whoever_comes_first() {
        let ends = Arc::new(Ends::default());
        ends.came("early", Status::Succeeded);
        assert_eq!(ends.of("early").await, Some(Status::Succeeded));
        let late = ends.clone();
        let waiting = tokio::spawn(async move { late.of("late").await });
        tokio::task::yield_now().await;
        ends.came("late", Status::Failed);
        assert_eq!(waiting.await.expect("the wait ends"), Some(Status::Failed));
        assert!(ends.slots.lock().expect("not poisoned").is_empty(), "nothing is kept");
    }
}
