//! Items on their way from a reader to the execution that wants them.
//!
//! An execution asks for as many items as it can begin with, and takes what fits; what it did not
//! take it asks for again. So what was read and not taken yet is held here, and the reader is asked
//! for each item once, unless the process ended in between.

use crate::connector::{Connector, ItemPage, ItemSource};
use crate::dispatch::worker_of;
use crate::mailbox::Mailbox;
use crate::panics::caught;
use crate::shards::Message;
use stateline_base::{ExecutionId, Failure, error_name};
use stateline_engine::ReadItem;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// A question for items.
#[derive(Clone, Debug)]
pub struct ItemRequest {
    /// Whose Map Run it is.
    pub execution: ExecutionId,
    /// Its worker's number of the question, which the answer has too.
    pub ask: u64,
    /// What is read.
    pub source: Arc<ItemSource>,
    /// Where the items begin; `None` for the first.
    pub cursor: Option<Arc<str>>,
    /// How many are needed, unless the source ends before. Of large ones fewer come, and more each time
    /// that they were too few.
    pub at_least: usize,
    /// How many may come.
    pub wanted: usize,
}

type Key = (ExecutionId, Arc<str>);

/// The sources that are read.
pub(crate) struct Feeds {
    runtime: Handle,
    connector: Arc<dyn Connector>,
    workers: Vec<Arc<Mailbox<Message>>>,
    open: Arc<Mutex<HashMap<Key, Feed>>>,
}

/// One source.
struct Feed {
    source: Arc<ItemSource>,
    /// The question that is out.
    task: Option<AbortHandle>,
    /// Tells this reading from another of the same source.
    token: Arc<()>,
    ahead: Ahead,
}

/// Items that were read and not taken.
#[derive(Debug, Default)]
struct Ahead {
    /// Where the first of them begins.
    begins: Option<Arc<str>>,
    items: VecDeque<ReadItem>,
    /// Whether nothing comes after them.
    ended: bool,
    /// How many of them were given already, and were too few.
    given: usize,
}

/// Bytes of items in a page, after which it ends unless they were too few before.
const PAGE_BYTES: usize = 4 << 20;

/// Bytes of items that wait for others of their batch. An item may be far larger than what a batch
/// takes of it.
const HELD_BYTES_MAX: usize = 256 << 20;

impl Ahead {
    /// Forgets what stands before a cursor; all, where the cursor is not among them.
    fn seek(&mut self, cursor: Option<&Arc<str>>) {
        if self.begins.as_ref() == cursor {
            return;
        }
        let at = cursor.and_then(|cursor| self.items.iter().position(|item| item.cursor == *cursor));
        match at {
            Some(at) => drop(self.items.drain(..=at)),
            None => (self.items, self.ended) = (VecDeque::new(), false),
        }
        (self.begins, self.given) = (cursor.cloned(), 0);
    }

    /// Where the item after all of them begins.
    fn end(&self) -> Option<Arc<str>> {
        self.items.back().map_or_else(|| self.begins.clone(), |item| Some(item.cursor.clone()))
    }

    /// How many of the items make a page of at most `wanted`; `None` when more would go into it.
    ///
    /// It ends where it has bytes enough, but with twice as many items as were too few before: a batch
    /// may need many large ones of which it takes little.
    fn full(&self, wanted: usize) -> Option<usize> {
        let least = self.given.saturating_mul(2).max(1);
        let mut bytes = 0;
        for (item, count) in self.items.iter().zip(1..) {
            bytes += item.value.bytes_len();
            if count >= wanted || bytes >= PAGE_BYTES && count >= least {
                return Some(count);
            }
        }
        None
    }

    fn page(&mut self, wanted: usize) -> ItemPage {
        let count = self.full(wanted).unwrap_or(self.items.len());
        let items: Vec<ReadItem> = self.items.iter().take(count).cloned().collect();
        self.given = items.len();
        let ended = self.ended && items.len() == self.items.len();
        ItemPage { items, ended }
    }
}

impl Feeds {
    pub(crate) fn new(
        runtime: Handle,
        connector: Arc<dyn Connector>,
        workers: Vec<Arc<Mailbox<Message>>>,
    ) -> Self {
        Feeds { runtime, connector, workers, open: Arc::default() }
    }

    /// Reads items, and tells the worker of the execution.
    #[allow(clippy::disallowed_methods, reason = "this is where reads leave the engine")]
    pub(crate) fn read(&self, request: ItemRequest) {
        let Some(worker) = self.workers.get(worker_of(request.execution, self.workers.len())).cloned() else {
            return;
        };
        let key = (request.execution, request.source.map_run_arn.clone());
        let (connector, open) = (self.connector.clone(), self.open.clone());
        let mut table = lock(&self.open);
        let feed = table.entry(key.clone()).or_insert_with(|| Feed {
            source: request.source.clone(),
            task: None,
            token: Arc::default(),
            ahead: Ahead::default(),
        });
        // One that is out is not waited for any more.
        if let Some(task) = feed.task.take() {
            task.abort();
        }
        let (token, mut ahead) = (feed.token.clone(), std::mem::take(&mut feed.ahead));
        let task = self.runtime.spawn(async move {
            let ItemRequest { execution, ask, source, cursor, at_least, wanted } = request;
            ahead.seek(cursor.as_ref());
            let (mut ahead, failed) = fill(connector, source.clone(), ahead, at_least, wanted).await;
            let page = failed.map_or_else(|| Ok(ahead.page(wanted)), Err);
            // In this order: the next question finds what this one has left.
            if let Some(feed) = lock(&open).get_mut(&key).filter(|feed| Arc::ptr_eq(&feed.token, &token)) {
                (feed.ahead, feed.task) = (ahead, None);
            }
            let map_run_arn = source.map_run_arn.clone();
            worker.push(Message::ItemsRead { execution, map_run_arn, ask, cursor, page });
        });
        feed.task = Some(task.abort_handle());
    }

    /// Nobody reads a source any more.
    pub(crate) fn release(&self, execution: ExecutionId, map_run_arn: &Arc<str>) {
        let feed = lock(&self.open).remove(&(execution, map_run_arn.clone()));
        if let Some(feed) = feed {
            self.close(feed);
        }
    }

    /// Nothing is read any more.
    pub(crate) fn stop(&self) {
        let all = std::mem::take(&mut *lock(&self.open));
        all.into_values().for_each(|feed| self.close(feed));
    }

    fn close(&self, feed: Feed) {
        if let Some(task) = feed.task {
            task.abort();
        }
        self.connector.close_items(&feed.source);
    }
}

/// Reads until there are enough, in number or in bytes, the source has ended, or it fails.
async fn fill(
    connector: Arc<dyn Connector>,
    source: Arc<ItemSource>,
    mut ahead: Ahead,
    at_least: usize,
    wanted: usize,
) -> (Ahead, Option<Failure>) {
    let mut held: usize = ahead.items.iter().map(|item| item.value.bytes_len()).sum();
    while ahead.items.len() < at_least && !ahead.ended && ahead.full(wanted).is_none() {
        let more = wanted.saturating_sub(ahead.items.len()).max(1);
        let read = connector.read_items(source.clone(), ahead.end(), more);
        let page = match caught(read).await {
            Ok(Ok(page)) => page,
            Ok(Err(failure)) => return (ahead, Some(failure)),
            Err(error) => return (ahead, Some(failed(&format!("the reader failed: {error}")))),
        };
        if page.items.is_empty() && !page.ended {
            return (ahead, Some(failed("the reader gave no item and did not end")));
        }
        held += page.items.iter().map(|item| item.value.bytes_len()).sum::<usize>();
        if held > HELD_BYTES_MAX {
            let why = format!(
                "The items that a batch is made of have more than {HELD_BYTES_MAX} bytes: lower MaxItemsPerBatch."
            );
            return (Ahead::default(), Some(failed(&why)));
        }
        ahead.items.extend(page.items);
        ahead.ended = page.ended;
    }
    (ahead, None)
}

fn failed(why: &str) -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, why)
}

fn lock(table: &Mutex<HashMap<Key, Feed>>) -> MutexGuard<'_, HashMap<Key, Feed>> {
    table.lock().expect("no holder of the feeds panics")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stateline_base::Payload;

    fn ahead(numbers: std::ops::Range<u32>, begins: Option<&str>) -> Ahead {
        let item = |number: u32| ReadItem {
            value: Payload::from(json!(number)),
            key: None,
            source: None,
            cursor: (number + 1).to_string().into(),
        };
        Ahead { begins: begins.map(Arc::from), items: numbers.map(item).collect(), ended: true, given: 0 }
    }

    fn check(cursor: Option<&str>, expected: &[&str], ends: bool) {
        let mut ahead = ahead(0..4, None);
        ahead.seek(cursor.map(Arc::from).as_ref());
        let page = ahead.page(2);
        let texts: Vec<&str> = page.items.iter().map(|item| item.value.text()).collect();
        assert_eq!((&*texts, page.ended), (expected, ends), "{cursor:?}");
    }

    #[test]
    fn what_was_not_taken_is_given_again() {
        check(None, &["0", "1"], false);
        check(Some("2"), &["2", "3"], true);
        check(Some("4"), &[], true);
        // From somewhere else it is read again.
        check(Some("77"), &[], false);
    }

    #[test]
    fn pages_end_where_they_have_bytes_enough() {
        let large = Payload::from(json!("t".repeat(PAGE_BYTES / 2)));
        let mut ahead = ahead(0..20, None);
        ahead.items.iter_mut().for_each(|item| item.value = large.clone());
        assert_eq!(ahead.full(1), Some(1));
        // They were too few, and are again: each time twice as many come.
        let counts: Vec<usize> = (0..5).map(|_| ahead.page(1_000).items.len()).collect();
        assert_eq!(counts, [2, 4, 8, 16, 20]);
        assert!(ahead.page(1_000).ended);
        // Behind what was taken it begins anew.
        ahead.seek(Some(&"10".into()));
        assert_eq!(ahead.page(1_000).items.len(), 2);
    }

    #[test]
    fn reading_goes_on_behind_what_is_there() {
        assert_eq!(ahead(0..2, None).end().as_deref(), Some("2"));
        assert_eq!(ahead(0..0, Some("7")).end().as_deref(), Some("7"));
        assert_eq!(ahead(0..0, None).end(), None);
    }
}
