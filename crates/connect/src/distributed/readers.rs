//! Sources that are being read: each on a thread of its own, some items ahead of the Map that takes
//! them.

use super::stores::{Holder, Stores};
use stateline_base::{Failure, error_name};
use stateline_engine::ReadItem;
use stateline_items::{Reader, Reading};
use stateline_runtime::{Caller, ItemPage, ItemSource};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Items that one message from a thread holds at most.
const PORTION_ITEMS: usize = 256;
/// Bytes of items in one message after which it is sent.
const PORTION_BYTES: usize = 256 * 1_024;
/// Messages that wait; with the one that is being made they bound what is read ahead.
const PORTIONS_AHEAD: usize = 4;
/// A source that nobody asks for so long is closed; it is opened again where it was.
const IDLE_MAX: Duration = Duration::from_secs(120);

/// What a thread says. Without a last word it has stopped in the middle.
enum Portion {
    Items(Vec<ReadItem>),
    Ended,
    Failed(Failure),
}

/// All sources that are open.
#[derive(Default)]
pub(crate) struct Readers {
    open: Mutex<HashMap<Arc<str>, Flow>>,
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
    asked: std::time::Instant,
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
        let known = self.lock().remove(&id).filter(|flow| flow.next == cursor);
        let mut flow = known.unwrap_or_else(|| Flow::begin(stores, source, cursor));
        let page = flow.page(wanted.max(1)).await?;
        if !page.ended {
            let mut open = self.lock();
            let now = std::time::Instant::now();
            open.retain(|_, flow| now.duration_since(flow.asked) < IDLE_MAX);
            flow.asked = now;
            open.insert(id, flow);
        }
        Ok(page)
    }

    /// Closes a source.
    pub fn close(&self, source: &ItemSource) {
        self.lock().remove(&source.request_id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Flow>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
    fn begin(stores: &Arc<Stores>, source: Arc<ItemSource>, cursor: Option<Arc<str>>) -> Flow {
        let (sender, portions) = mpsc::channel(PORTIONS_AHEAD);
        let (stores, next) = (stores.clone(), cursor.clone());
        let runtime = stores.runtime().clone();
        runtime.spawn_blocking(move || pump(&stores, &source, cursor.as_deref(), &sender));
        Flow { next, left: VecDeque::new(), end: None, portions, asked: std::time::Instant::now() }
    }

    /// At least one item unless the source has ended, and no more than are there.
    async fn page(&mut self, wanted: usize) -> Result<ItemPage, Failure> {
        while self.left.len() < wanted && self.end.is_none() {
            let portion = if self.left.is_empty() {
                self.portions.recv().await
            } else {
                match self.portions.try_recv() {
                    Ok(portion) => Some(portion),
                    Err(mpsc::error::TryRecvError::Empty) => break,
                    Err(mpsc::error::TryRecvError::Disconnected) => None,
                }
            };
            match portion {
                Some(Portion::Items(items)) => self.left.extend(items),
                Some(Portion::Ended) => self.end = Some(Ok(())),
                Some(Portion::Failed(failure)) => self.end = Some(Err(failure)),
                None => self.end = Some(Err(stopped())),
            }
        }
        let items: Vec<ReadItem> = self.left.drain(..wanted.min(self.left.len())).collect();
        if let Some(last) = items.last() {
            self.next = Some(last.cursor.clone());
        }
        match self.end.take_if(|_| self.left.is_empty()) {
            // What was read before a failure is good; the failure comes again when it is reached.
            Some(Err(failure)) if items.is_empty() => Err(failure),
            Some(Err(failure)) => {
                self.end = Some(Err(failure));
                Ok(ItemPage { items, ended: false })
            }
            Some(Ok(())) => Ok(ItemPage { items, ended: true }),
            None => Ok(ItemPage { items, ended: false }),
        }
    }
}

/// The thread is gone without a last word; that is a mistake of ours, and no end of the items.
fn stopped() -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, "The reading of items was stopped in the middle.")
}

/// Reads a source to its end, or until nobody takes its items any more.
fn pump(stores: &Arc<Stores>, source: &ItemSource, cursor: Option<&str>, to: &mpsc::Sender<Portion>) {
    let holder = Holder {
        region: source.region.clone(),
        account: source.account.clone(),
        request_id: source.request_id.clone(),
        caller: Caller {
            machine_arn: "".into(),
            machine_role: source.role_arn.clone(),
            // Buckets are of the state machine's own account (reference 04, section 13).
            task_role: None,
        },
    };
    let reading = Reading {
        resource: &source.resource,
        parameters: source.parameters.value(),
        config: source.config.value(),
    };
    let mut reader = match Reader::open(stores.objects(holder), &reading, &stores.limits, cursor) {
        Ok(reader) => reader,
        Err(failure) => return drop(to.blocking_send(Portion::Failed(failure))),
    };
    loop {
        let (items, end) = portion(&mut reader);
        if !items.is_empty() && to.blocking_send(Portion::Items(items)).is_err() {
            return;
        }
        if let Some(end) = end {
            return drop(to.blocking_send(end));
        }
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
