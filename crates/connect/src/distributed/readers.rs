//! Sources that are being read: each on a thread of its own, some items ahead of the Map that takes
//! them. The threads are none of the async runtime's, which others wait for.

use super::stores::{Holder, Stores};
use stateline_base::{Failure, error_name};
use stateline_engine::ReadItem;
use stateline_items::{Reader, Reading};
use stateline_runtime::{Caller, ItemPage, ItemSource};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Items that one message from a thread holds at most.
const PORTION_ITEMS: usize = 256;
/// Bytes of items in one message after which it is sent.
const PORTION_BYTES: usize = 256 * 1_024;
/// Messages that wait; with the one that is being made they bound what is read ahead.
const PORTIONS_AHEAD: usize = 4;
/// Sources that are read at once; others wait.
const READERS_MAX: usize = 256;
/// A thread whose items nobody takes for so long ends; its source is opened again where it was.
const IDLE_MAX: Duration = Duration::from_secs(10);

/// What a thread says. Without a last word it has stopped in the middle.
enum Portion {
    Items(Vec<ReadItem>),
    Ended,
    Failed(Failure),
}

/// All sources that are open.
pub(crate) struct Readers {
    open: Mutex<HashMap<Arc<str>, Slot>>,
    places: Arc<Semaphore>,
}

/// A source between two questions, or while one is answered.
enum Slot {
    Idle(Flow),
    Busy,
}

/// One source, being read.
struct Flow {
    /// Where the next item begins; `None` at the beginning.
    next: Option<Arc<str>>,
    /// Items that came with those that were asked for.
    left: VecDeque<ReadItem>,
    /// The last word, once it came; it counts when nothing is left.
    end: Option<Result<(), Failure>>,
    portions: mpsc::Receiver<Portion>,
    /// Whether the thread has ended because nobody took its items.
    idle: Arc<AtomicBool>,
}

impl Default for Readers {
    fn default() -> Self {
        Readers { open: Mutex::default(), places: Arc::new(Semaphore::new(READERS_MAX)) }
    }
}

impl Readers {
    /// The next items at a cursor.
    ///
    /// # Errors
    /// What the reader fails with.
    pub async fn read(
        &self,
        stores: &Arc<Stores>,
        source: Arc<ItemSource>,
        cursor: Option<Arc<str>>,
        wanted: usize,
    ) -> Result<ItemPage, Failure> {
        let id = source.request_id.clone();
        // Taken out: a read that is called off closes its source, and the next one opens it again.
        let known = match self.lock().insert(id.clone(), Slot::Busy) {
            Some(Slot::Idle(flow)) if flow.next == cursor => Some(flow),
            _ => None,
        };
        let mut flow = match known {
            Some(flow) => flow,
            None => self.begin(stores, &source, cursor).await?,
        };
        let page = loop {
            match flow.page(wanted.max(1)).await {
                Some(page) => break page,
                None => flow = self.begin(stores, &source, flow.next).await?,
            }
        };
        let mut open = self.lock();
        match &page {
            // It was closed meanwhile, or there is nothing more to come.
            Ok(page) if !page.ended && matches!(open.get(&id), Some(Slot::Busy)) => {
                open.insert(id, Slot::Idle(flow));
            }
            _ => drop(open.remove(&id)),
        }
        page
    }

    /// Closes a source.
    pub fn close(&self, source: &ItemSource) {
        self.lock().remove(&source.request_id);
    }

    /// Closes all.
    pub fn stop(&self) {
        self.lock().clear();
    }

    async fn begin(
        &self,
        stores: &Arc<Stores>,
        source: &Arc<ItemSource>,
        cursor: Option<Arc<str>>,
    ) -> Result<Flow, Failure> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| stopped())?;
        let (sender, portions) = mpsc::channel(PORTIONS_AHEAD);
        let idle = Arc::new(AtomicBool::new(false));
        let (pump, next) = (Pump { sender, idle: idle.clone(), _place: place }, cursor.clone());
        let (stores, source) = (stores.clone(), source.clone());
        let thread = std::thread::Builder::new().name("items".to_owned());
        thread.spawn(move || pump.run(&stores, &source, cursor.as_deref())).map_err(|error| {
            let cause = format!("The system has no thread to read items on: {error}");
            Failure::new(error_name::ITEM_READER_FAILED, cause)
        })?;
        Ok(Flow { next, left: VecDeque::new(), end: None, portions, idle })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Slot>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
    /// At least one item unless the source has ended, and no more than are there. `None` when the
    /// source has to be opened again.
    async fn page(&mut self, wanted: usize) -> Option<Result<ItemPage, Failure>> {
        while self.left.len() < wanted && self.end.is_none() {
            let portion = if self.left.is_empty() {
                self.portions.recv().await
            } else {
                match self.portions.try_recv() {
                    Ok(portion) => Some(portion),
                    Err(_) => break,
                }
            };
            match portion {
                Some(Portion::Items(items)) => self.left.extend(items),
                Some(Portion::Ended) => self.end = Some(Ok(())),
                Some(Portion::Failed(failure)) => self.end = Some(Err(failure)),
                None if self.idle.load(Ordering::Acquire) => return None,
                None => self.end = Some(Err(stopped())),
            }
        }
        let items: Vec<ReadItem> = self.left.drain(..wanted.min(self.left.len())).collect();
        if let Some(last) = items.last() {
            self.next = Some(last.cursor.clone());
        }
        Some(match self.end.take_if(|_| self.left.is_empty()) {
            // What was read before a failure is good; the failure comes again when it is reached.
            Some(Err(failure)) if items.is_empty() => Err(failure),
            Some(Err(failure)) => {
                self.end = Some(Err(failure));
                Ok(ItemPage { items, ended: false })
            }
            Some(Ok(())) => Ok(ItemPage { items, ended: true }),
            None => Ok(ItemPage { items, ended: false }),
        })
    }
}

/// The thread is gone without a last word; that is a mistake of ours, and no end of the items.
fn stopped() -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, "The reading of items was stopped in the middle.")
}

/// The thread's side.
struct Pump {
    sender: mpsc::Sender<Portion>,
    idle: Arc<AtomicBool>,
    /// Given back when the thread ends.
    _place: OwnedSemaphorePermit,
}

impl Pump {
    /// Reads a source to its end, or until nobody takes its items any more.
    fn run(self, stores: &Arc<Stores>, source: &ItemSource, cursor: Option<&str>) {
        let reading = Reading {
            resource: &source.resource,
            parameters: source.parameters.value(),
            config: source.config.value(),
        };
        let objects = stores.objects(holder(source));
        let mut reader = match Reader::open(objects, &reading, &stores.limits, cursor) {
            Ok(reader) => reader,
            Err(failure) => {
                self.send(stores, Portion::Failed(failure));
                return;
            }
        };
        loop {
            let (items, end) = portion(&mut reader);
            if !items.is_empty() && !self.send(stores, Portion::Items(items)) {
                return;
            }
            if let Some(end) = end {
                self.send(stores, end);
                return;
            }
        }
    }

    /// False when nobody wants it.
    fn send(&self, stores: &Stores, portion: Portion) -> bool {
        let portion = match self.sender.try_send(portion) {
            Ok(()) => return true,
            Err(mpsc::error::TrySendError::Closed(_)) => return false,
            Err(mpsc::error::TrySendError::Full(portion)) => portion,
        };
        let runtime = stores.runtime();
        let sent =
            runtime.block_on(async { tokio::time::timeout(IDLE_MAX, self.sender.send(portion)).await });
        // What could not be sent is read again, with all that comes after it.
        self.idle.store(sent.is_err(), Ordering::Release);
        matches!(sent, Ok(Ok(())))
    }
}

fn holder(source: &ItemSource) -> Holder {
    Holder {
        region: source.region.clone(),
        account: source.account.clone(),
        request_id: source.request_id.clone(),
        caller: Caller {
            machine_arn: "".into(),
            machine_role: source.role_arn.clone(),
            // Buckets are of the state machine's own account (reference 04, section 13).
            task_role: None,
        },
    }
}

/// The next items, and the last word behind them.
fn portion(reader: &mut Reader) -> (Vec<ReadItem>, Option<Portion>) {
    let (mut items, mut bytes) = (Vec::new(), 0);
    while items.len() < PORTION_ITEMS && bytes < PORTION_BYTES {
        match reader.next() {
            None => return (items, Some(Portion::Ended)),
            Some(Err(failure)) => return (items, Some(Portion::Failed(failure))),
            Some(Ok(item)) => {
                bytes += item.value.text().len();
                let source = Some(item.source);
                items.push(ReadItem { value: item.value, key: item.key, source, cursor: item.cursor });
            }
        }
    }
    (items, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributed::test_stores::stores_of;
    use stateline_base::Payload;

    fn source(key: &str) -> Arc<ItemSource> {
        Arc::new(ItemSource {
            execution_arn: "e".into(),
            map_run_arn: "m".into(),
            state: "Each".into(),
            request_id: key.into(),
            resource: "arn:aws:states:::s3:getObject".into(),
            parameters: Payload::from(serde_json::json!({"Bucket": "b", "Key": key})),
            config: Payload::from(serde_json::json!({"InputType": "JSONL"})),
            region: "us-east-1".into(),
            account: "000000000000".into(),
            role_arn: "r".into(),
        })
    }

    async fn all(readers: &Readers, stores: &Arc<Stores>, key: &str, wanted: usize) -> Vec<u64> {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = readers.read(stores, source(key), cursor.clone(), wanted).await.expect("a page");
            assert!(page.ended || !page.items.is_empty());
            assert!(page.items.len() <= wanted);
            found.extend(page.items.iter().filter_map(|item| item.value.value().as_u64()));
            match page.items.last() {
                Some(last) if !page.ended => cursor = Some(last.cursor.clone()),
                _ => return found,
            }
        }
    }

    #[tokio::test]
    async fn pages_give_every_item_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let text: String = (0..5_000).map(|n| format!("{n}\n")).collect();
        std::fs::write(folder.path().join("k"), text).expect("written");
        let (readers, stores) = (Readers::default(), stores_of(folder.path(), None));
        let expected: Vec<u64> = (0..5_000).collect();
        for wanted in [1, 700, 100_000] {
            assert_eq!(all(&readers, &stores, "k", wanted).await, expected);
        }
        assert!(readers.lock().is_empty());
    }

    #[tokio::test]
    async fn a_source_goes_on_at_any_cursor_and_after_it_was_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("k"), "1\n2\n3\n4\n").expect("written");
        let (readers, stores) = (Readers::default(), stores_of(folder.path(), None));
        let first = readers.read(&stores, source("k"), None, 2).await.expect("a page");
        let cursor = first.items.first().map(|item| item.cursor.clone());
        let again = readers.read(&stores, source("k"), cursor.clone(), 1).await.expect("a page");
        assert_eq!(again.items.first().map(|item| item.value.text().to_owned()).as_deref(), Some("2"));
        readers.close(&source("k"));
        assert!(readers.lock().is_empty());
        let after = readers.read(&stores, source("k"), cursor, 10).await.expect("a page");
        assert_eq!(after.items.len(), 3);
    }

    #[tokio::test]
    async fn a_failure_comes_behind_the_items_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("k"), "1\n2\nno JSON\n").expect("written");
        let (readers, stores) = (Readers::default(), stores_of(folder.path(), None));
        let page = readers.read(&stores, source("k"), None, 10).await.expect("a page");
        assert_eq!((page.items.len(), page.ended), (2, false));
        let cursor = page.items.last().map(|item| item.cursor.clone());
        let failure = readers.read(&stores, source("k"), cursor, 10).await.expect_err("it fails");
        assert_eq!(failure.name(), "States.ItemReaderFailed");
        let missing = readers.read(&stores, source("none"), None, 10).await.expect_err("it is not there");
        assert_eq!(missing.name(), "States.ItemReaderFailed");
    }
}
