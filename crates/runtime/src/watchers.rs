//! Who is told of what was committed: watchers of one execution, and feeds of all that starts, ends
//! and goes on in an account.
//!
//! The committer tells after a group is durable, and only that something happened: what it was stands
//! in the journal, where a watcher goes on reading from where it was. So nothing can be lost here that
//! would have to be kept, and a watcher that is slow costs nobody anything. While nobody watches, a
//! commit costs one look at a counter; while feeds are there, one message, however many they are: it
//! stands in a ring that all of them read, and each picks out for itself what it wants.

use crate::body::{self, is_express};
use stateline_base::{ExecutionId, Timestamp};
use stateline_journal::{Event, decode};
use stateline_store::{Append, Group, Status};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{Notify, broadcast, watch};

/// Executions, and machines, of which a feed holds news; with more it lags.
const PENDING_MAX: usize = 1_000;
/// Messages that a feed may be behind the last one; who is further behind lags. A commit is one at most.
const MESSAGES_MAX: usize = 512;

/// All who watch.
#[derive(Debug)]
pub struct Watchers {
    /// How many. The committer looks no further when it is 0.
    count: AtomicUsize,
    /// How many feeds want the children of some Map Run. While it is 0 nobody is told of any.
    of_children: AtomicUsize,
    bells: Mutex<Bells>,
    /// What feeds read.
    ring: broadcast::Sender<Arc<Told>>,
    /// True once nobody is to watch any more: the service stops.
    closed: watch::Sender<bool>,
}

/// Who watches one execution each.
type Bells = HashMap<ExecutionId, Vec<Arc<Notify>>>;

/// What all feeds are told; never changed any more.
#[derive(Debug)]
enum Told {
    /// Executions that a group has started, ended or opened again.
    Executions(Vec<Change>),
    /// The ARN of a machine that was created, changed or deleted.
    Machine(Arc<str>),
}

impl Default for Watchers {
    fn default() -> Self {
        Watchers {
            count: AtomicUsize::new(0),
            of_children: AtomicUsize::new(0),
            bells: Mutex::default(),
            ring: broadcast::Sender::new(MESSAGES_MAX),
            closed: watch::Sender::new(false),
        }
    }
}

/// Rings when something of an execution was committed. Dropping it ends the watch.
#[derive(Debug)]
pub(crate) struct Bell {
    watchers: Arc<Watchers>,
    execution: ExecutionId,
    rings: Arc<Notify>,
}

/// News of executions and machines, until it is dropped.
#[derive(Debug)]
pub struct Changes {
    watchers: Arc<Watchers>,
    filter: ChangeFilter,
    ring: broadcast::Receiver<Arc<Told>>,
    /// What was taken from the ring and not handed out.
    news: News,
}

/// Whose news a feed has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// What the ARNs of the machines begin with: account and region.
    pub machine_prefix: String,
    /// Children of this Map Run too. Those of others are left out: there may be very many.
    pub map_run_arn: Option<Arc<str>>,
    /// Express executions too: lists have them where they are kept.
    pub express: bool,
}

/// An execution that has started, ended, or been redriven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The execution.
    pub id: ExecutionId,
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its machine's.
    pub machine_arn: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// How it stands.
    pub status: Status,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub stopped: Option<Timestamp>,
    /// Whose child it is.
    pub map_run_arn: Option<Arc<str>>,
    /// Whether it is an Express execution.
    pub express: bool,
}

/// What a feed has to tell: of each execution the last that happened.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    /// By their ids, which is the order in which they started.
    pub executions: BTreeMap<ExecutionId, Change>,
    /// Machines that were created, changed or deleted, by ARN.
    pub machines: BTreeSet<Arc<str>>,
    /// There was more than is held: whoever shows lists must fetch them again.
    pub lagged: bool,
}

impl Watchers {
    /// Tells of a group that is durable.
    pub(crate) fn committed(&self, group: &Group) {
        // Whoever begins to watch counts first and reads the store then; here it is the other way
        // round. With the fences one of the two sees the other.
        fence(Ordering::SeqCst);
        if self.count.load(Ordering::Relaxed) == 0 {
            return;
        }
        let bells = self.lock();
        if !bells.is_empty() {
            let ringing = group.appends.iter().filter_map(|append| bells.get(&append.id));
            ringing.flatten().for_each(|bell| bell.notify_one());
        }
        drop(bells);
        if self.ring.receiver_count() == 0 {
            return;
        }
        let children = self.of_children.load(Ordering::Relaxed) > 0;
        let told = group.appends.iter().filter(|append| children || append.row.map_run.is_none());
        let changes: Vec<Change> = told.filter_map(change).collect();
        if !changes.is_empty() {
            self.tell(Told::Executions(changes));
        }
    }

    /// Tells that a machine was created, changed or deleted.
    pub(crate) fn machine_changed(&self, arn: &str) {
        if self.ring.receiver_count() > 0 {
            self.tell(Told::Machine(arn.into()));
        }
    }

    fn tell(&self, told: Told) {
        // It fails when the last feed has gone meanwhile.
        drop(self.ring.send(Arc::new(told)));
    }

    /// A bell for an execution. What is committed from now on rings it.
    pub(crate) fn bell(self: &Arc<Self>, execution: ExecutionId) -> Bell {
        let rings: Arc<Notify> = Arc::default();
        self.lock().entry(execution).or_default().push(rings.clone());
        self.enter();
        Bell { watchers: self.clone(), execution, rings }
    }

    /// A feed from now on.
    pub(crate) fn changes(self: &Arc<Self>, filter: ChangeFilter) -> Changes {
        let ring = self.ring.subscribe();
        self.of_children.fetch_add(usize::from(filter.map_run_arn.is_some()), Ordering::Relaxed);
        self.enter();
        Changes { watchers: self.clone(), filter, ring, news: News::default() }
    }

    fn enter(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    /// Nobody is to watch any more.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Waits until nobody is to watch any more.
    pub(crate) async fn closed(&self) {
        // The sender is `self`, so that it lives as long as this waits.
        drop(self.closed.subscribe().wait_for(|closed| *closed).await);
    }

    /// How many watch.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Bells> {
        self.bells.lock().expect("no holder of the bells panics")
    }
}

impl Bell {
    /// Waits until it rings; at once where it has rung since this last returned.
    pub(crate) async fn rung(&self) {
        self.rings.notified().await;
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        let mut bells = self.watchers.lock();
        if let Some(here) = bells.get_mut(&self.execution) {
            here.retain(|rings| !Arc::ptr_eq(rings, &self.rings));
            if here.is_empty() {
                bells.remove(&self.execution);
            }
        }
        drop(bells);
        self.watchers.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Changes {
    /// What is new since this last returned. It waits until there is something; dropping the future
    /// meanwhile loses nothing.
    pub async fn next(&mut self) -> News {
        loop {
            self.take_all();
            if self.news != News::default() {
                return std::mem::take(&mut self.news);
            }
            match self.ring.recv().await {
                Ok(told) => self.take(&told),
                Err(RecvError::Lagged(_)) => self.news.lagged = true,
                // The sender lives in `watchers`.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Takes what is in the ring.
    fn take_all(&mut self) {
        loop {
            match self.ring.try_recv() {
                Ok(told) => self.take(&told),
                Err(TryRecvError::Lagged(_)) => self.news.lagged = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn take(&mut self, told: &Told) {
        let (filter, news) = (&self.filter, &mut self.news);
        match told {
            Told::Machine(arn) if arn.starts_with(&filter.machine_prefix) => {
                if news.machines.len() < PENDING_MAX || news.machines.contains(arn) {
                    news.machines.insert(arn.clone());
                } else {
                    news.lagged = true;
                }
            }
            Told::Machine(_) => {}
            Told::Executions(changes) => {
                for change in changes.iter().filter(|change| filter.takes(change)) {
                    if news.executions.len() < PENDING_MAX || news.executions.contains_key(&change.id) {
                        news.executions.insert(change.id, change.clone());
                    } else {
                        // What is held is still true; it is only not all.
                        news.lagged = true;
                    }
                }
            }
        }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        let children = usize::from(self.filter.map_run_arn.is_some());
        self.watchers.of_children.fetch_sub(children, Ordering::Relaxed);
        self.watchers.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ChangeFilter {
    fn takes(&self, change: &Change) -> bool {
        let of_nobody = change.map_run_arn.is_none();
        change.machine_arn.starts_with(&self.machine_prefix)
            && (of_nobody || change.map_run_arn == self.map_run_arn)
            && (self.express || !change.express)
    }
}

/// What a durable batch of an execution means for lists; nothing, where it only went on.
fn change(append: &Append) -> Option<Change> {
    let row = &append.row;
    if append.expected_seq > 0 && row.status.is_open() && !is_redrive(append) {
        return None;
    }
    // An Express execution's row has its name with the part that makes it unique.
    let name = if is_express(row) { row.name.split(':').next().unwrap_or_default() } else { &row.name };
    Some(Change {
        id: row.id,
        arn: row.arn.as_str().into(),
        machine_arn: row.machine.as_str().into(),
        name: name.into(),
        status: row.status,
        started: row.started,
        stopped: row.stopped,
        map_run_arn: row.map_run.as_deref().map(Arc::from),
        express: is_express(row),
    })
}

/// Whether a batch opens its execution again. Only those that were redriven once are looked into.
fn is_redrive(append: &Append) -> bool {
    if body::read(&append.row).redrives == 0 {
        return false;
    }
    let opens = |event: &Event| matches!(event, Event::ExecutionRedriven(_));
    decode(&append.bytes).is_ok_and(|batch| batch.records.iter().any(|record| opens(&record.event)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_base::ShardId;
    use stateline_store::{Epoch, ExecutionRow};
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn append(number: u64, expected_seq: u64, status: Status, map_run: Option<&str>) -> Append {
        let id = ExecutionId::new(Timestamp::from_millis(1), ShardId::from_number(1), number);
        let row = ExecutionRow {
            id,
            machine: "arn:a:m".to_owned(),
            arn: format!("arn:e:{number}"),
            name: number.to_string(),
            status,
            started: Timestamp::from_millis(1),
            stopped: None,
            next_seq: expected_seq,
            wake: None,
            busy: false,
            expires: None,
            map_runs: Vec::new(),
            body: vec![8],
            map_run: map_run.map(str::to_owned),
            lists: Vec::new(),
        };
        Append { id, expected_seq, events: 0, bytes: Vec::new(), row }
    }

    fn group(appends: Vec<Append>) -> Group {
        Group { epoch: Epoch(1), appends, puts: Vec::new() }
    }

    /// What a future gives now, if it is done.
    fn now<T>(future: impl Future<Output = T>) -> Option<T> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    fn filter(prefix: &str, map_run: Option<&str>) -> ChangeFilter {
        ChangeFilter {
            machine_prefix: prefix.to_owned(),
            map_run_arn: map_run.map(Arc::from),
            express: false,
        }
    }

    #[test]
    fn a_bell_rings_for_its_execution_and_remembers_it() {
        let watchers: Arc<Watchers> = Arc::default();
        let one = append(1, 5, Status::Running, None);
        let bell = watchers.bell(one.id);
        watchers.committed(&group(vec![append(2, 5, Status::Running, None)]));
        assert_eq!(now(bell.rung()), None);
        watchers.committed(&group(vec![one.clone(), one]));
        assert_eq!(now(bell.rung()), Some(()));
        assert_eq!(now(bell.rung()), None);
        drop(bell);
        assert_eq!(watchers.count(), 0);
        assert!(watchers.lock().is_empty());
    }

    #[test]
    fn feeds_have_what_lists_show() {
        let watchers: Arc<Watchers> = Arc::default();
        let mut changes = watchers.changes(filter("arn:a:", None));
        let mut of_run = watchers.changes(filter("arn:a:", Some("arn:r")));
        let mut of_others = watchers.changes(filter("arn:b:", None));
        watchers.committed(&group(vec![
            append(1, 0, Status::Running, None),
            append(2, 4, Status::Running, None),
            append(3, 4, Status::Failed, None),
            append(4, 0, Status::Running, Some("arn:r")),
            append(5, 0, Status::Running, Some("arn:other")),
        ]));
        watchers.machine_changed("arn:a:m");
        let arns = |news: &News| {
            let arns: Vec<&str> = news.executions.values().map(|change| &*change.arn).collect();
            (arns.join(" "), news.machines.len())
        };
        let told = now(changes.next()).expect("there are news");
        assert_eq!(arns(&told), ("arn:e:1 arn:e:3".to_owned(), 1));
        let told = now(of_run.next()).expect("there are news");
        assert_eq!(arns(&told), ("arn:e:1 arn:e:3 arn:e:4".to_owned(), 1));
        assert_eq!(now(of_others.next()), None);
        assert_eq!(now(changes.next()), None);
        // Of one execution the last counts.
        let both = vec![append(7, 0, Status::Running, None), append(7, 2, Status::Succeeded, None)];
        watchers.committed(&group(both));
        let told = now(changes.next()).expect("there are news");
        let statuses: Vec<Status> = told.executions.values().map(|change| change.status).collect();
        assert_eq!(statuses, [Status::Succeeded]);
    }

    #[test]
    fn a_feed_that_nobody_fetches_stays_small_and_says_so() {
        let watchers: Arc<Watchers> = Arc::default();
        let mut changes = watchers.changes(filter("", None));
        let numbers: Vec<u64> = (0..3 * PENDING_MAX as u64).collect();
        for numbers in numbers.chunks(100) {
            let appends = numbers.iter().map(|number| append(*number, 0, Status::Running, None));
            watchers.committed(&group(appends.collect()));
        }
        let told = now(changes.next()).expect("there are news");
        assert_eq!((told.executions.len(), told.lagged), (PENDING_MAX, true));
        watchers.committed(&group(vec![append(0, 1, Status::Succeeded, None)]));
        let told = now(changes.next()).expect("there are news");
        assert_eq!((told.executions.len(), told.lagged), (1, false));
        // So does one that is too many commits behind; it goes on with the last of them.
        for number in 0..MESSAGES_MAX as u64 + 7 {
            watchers.committed(&group(vec![append(number, 0, Status::Running, None)]));
        }
        let told = now(changes.next()).expect("there are news");
        assert_eq!((told.executions.len(), told.lagged), (MESSAGES_MAX, true));
        assert_eq!(now(changes.next()), None);
    }

    #[test]
    fn children_are_told_of_while_somebody_asks_for_some() {
        let watchers: Arc<Watchers> = Arc::default();
        let mut changes = watchers.changes(filter("", None));
        let of_run = watchers.changes(filter("", Some("arn:r")));
        assert_eq!(watchers.of_children.load(Ordering::Relaxed), 1);
        drop(of_run);
        assert_eq!((watchers.of_children.load(Ordering::Relaxed), watchers.count()), (0, 1));
        watchers.committed(&group(vec![append(4, 0, Status::Running, Some("arn:r"))]));
        assert_eq!(now(changes.next()), None);
        assert!(watchers.ring.is_empty());
        drop(changes);
        assert_eq!((watchers.ring.receiver_count(), watchers.count()), (0, 0));
    }

    #[test]
    fn news_that_were_waited_for_in_vain_are_not_lost() {
        let watchers: Arc<Watchers> = Arc::default();
        let mut changes = watchers.changes(filter("", None));
        let mut cx = Context::from_waker(Waker::noop());
        {
            let mut waiting = pin!(changes.next());
            assert!(waiting.as_mut().poll(&mut cx).is_pending());
            watchers.machine_changed("arn:a:m");
            // Dropped without having been looked at again.
        }
        assert_eq!(now(changes.next()).map(|news| news.machines.len()), Some(1));
    }

    #[test]
    fn closing_is_told_to_those_who_come_later_too() {
        let watchers: Arc<Watchers> = Arc::default();
        assert_eq!(now(watchers.closed()), None);
        watchers.close();
        assert_eq!(now(watchers.closed()), Some(()));
    }
}
