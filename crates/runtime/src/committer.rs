//! The commit loop: one writer collects the batches of all workers, makes them
//! durable with one fsync, and only then lets go what must come after.
//!
//! While a group is being written the next one fills, so the group grows with
//! the load and nobody waits for a timer.

use crate::ServiceError;
use crate::batch::{Batch, Then};
use crate::dispatch::{Dispatch, worker_of, worker_of_arn};
use crate::mailbox::Mailbox;
use crate::meter::CommitMeter;
use crate::shards::{Delivery, Message};
use crate::watchers::Watchers;
use stateline_base::ExecutionId;
use stateline_journal::MachineKind;
use stateline_store::{CommitError, Epoch, Group, Store};
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Batches in one group at most.
const GROUP_BATCHES_MAX: usize = 256;
/// Bytes of events in one group, after which no further batch joins.
const GROUP_BYTES_MAX: usize = 4 << 20;
/// How long to wait before a write is tried again that found no room.
const RETRY_AFTER: Duration = Duration::from_millis(200);

/// Why the service has stopped writing, and whether it has room.
#[derive(Debug, Default)]
pub struct Health {
    full: AtomicBool,
    fault: Mutex<Option<Arc<str>>>,
}

impl Health {
    /// The error that a new request gets now, if any.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] after a fault, [`ServiceError::StoreFull`] while there is no room.
    pub fn check(&self) -> Result<(), ServiceError> {
        if let Some(fault) = self.fault() {
            return Err(ServiceError::Unavailable(fault));
        }
        if self.full.load(Ordering::Relaxed) {
            return Err(ServiceError::StoreFull("no space is left on the device".into()));
        }
        Ok(())
    }

    /// What stopped the service, if anything did.
    #[must_use]
    pub fn fault(&self) -> Option<Arc<str>> {
        self.fault.lock().expect("no holder of the health panics").clone()
    }

    /// Stops the service for good: what is on disk is right, what is in memory may not be.
    pub fn fail(&self, why: &str) {
        tracing::error!(why, "the service has stopped writing; restart it to recover from disk");
        let mut fault = self.fault.lock().expect("no holder of the health panics");
        fault.get_or_insert_with(|| why.into());
    }
}

/// The writer.
pub struct Committer {
    /// Where it writes.
    pub store: Arc<dyn Store>,
    /// As whose owner.
    pub epoch: Epoch,
    /// Batches to come.
    pub inbox: Arc<Mailbox<Batch>>,
    /// The workers' mailboxes.
    pub workers: Vec<Arc<Mailbox<Message>>>,
    /// For each worker, the last ticket that is durable.
    pub durable: Vec<Arc<AtomicU64>>,
    /// How calls leave.
    pub dispatch: Arc<dyn Dispatch>,
    /// Told when nothing can be written.
    pub health: Arc<Health>,
    /// Told of each group that is durable.
    pub watchers: Arc<Watchers>,
    /// Counts how long that took.
    pub meter: Arc<CommitMeter>,
    /// Lets a moment pass before a write is tried again.
    pub pause: fn(),
    /// Executions that were turned away and that their workers have not forgotten yet.
    pub gone: RefCell<HashSet<ExecutionId>>,
}

/// The end of the committer's thread.
struct End {
    inbox: Arc<Mailbox<Batch>>,
    health: Arc<Health>,
}

impl Drop for End {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.health.fail("the committer has panicked; what was acknowledged is safe on disk");
        }
        self.inbox.abandon();
    }
}

/// What became of a group.
enum Written {
    /// It is durable.
    All,
    /// It is not, and nothing more will be.
    Nothing(Arc<str>),
}

impl Committer {
    /// Writes until the inbox is closed and empty.
    pub fn run(self) {
        // Also when a panic unwinds this thread: nobody may wait for a commit that cannot come.
        let _end = End { inbox: self.inbox.clone(), health: self.health.clone() };
        let mut taken: Vec<Batch> = Vec::new();
        while self.inbox.take(&mut taken, GROUP_BATCHES_MAX, None) {
            let mut waiting = taken.drain(..).peekable();
            while waiting.peek().is_some() {
                let mut group: Vec<Batch> = Vec::new();
                let mut bytes = 0;
                for batch in waiting.by_ref() {
                    bytes += batch.appends.iter().map(|append| append.bytes.len()).sum::<usize>();
                    group.push(batch);
                    if bytes >= GROUP_BYTES_MAX {
                        break;
                    }
                }
                self.write(group);
            }
        }
    }

    /// Makes one group durable and lets go what waits for it.
    pub fn write(&self, mut batches: Vec<Batch>) {
        if let Some(fault) = self.health.fault() {
            return refuse(batches, &ServiceError::Unavailable(fault));
        }
        self.drop_gone(&mut batches);
        match self.commit(&mut batches) {
            Written::All => {
                for batch in batches {
                    self.release(batch);
                }
            }
            Written::Nothing(why) => {
                self.health.fail(&why);
                refuse(batches, &ServiceError::Unavailable(why));
            }
        }
    }

    fn commit(&self, batches: &mut Vec<Batch>) -> Written {
        loop {
            let (group, shares) = gather(self.epoch, batches);
            if group.appends.is_empty() && group.puts.is_empty() {
                // With nothing to write nothing is known of the room: the next request may try.
                self.health.full.store(false, Ordering::Relaxed);
                return Written::All;
            }
            let began = now();
            match self.store.commit(&group) {
                Ok(()) => {
                    self.meter.count(now().duration_since(began), batches.len());
                    self.health.full.store(false, Ordering::Relaxed);
                    self.watchers.committed(&group);
                    return Written::All;
                }
                Err(CommitError::Retry) => {
                    give_back(group, &shares, batches);
                    (self.pause)();
                }
                Err(CommitError::Full(why)) => {
                    tracing::warn!(
                        why,
                        "the data directory is full; new executions are refused until there is room"
                    );
                    self.health.full.store(true, Ordering::Relaxed);
                    give_back(group, &shares, batches);
                    self.turn_away(batches, &ServiceError::StoreFull(why.into()));
                    (self.pause)();
                }
                Err(other) => return Written::Nothing(other.to_string().into()),
            }
        }
    }

    /// With no room, what has not been acknowledged is turned away; what has been goes on waiting.
    fn turn_away(&self, batches: &mut Vec<Batch>, error: &ServiceError) {
        for batch in std::mem::take(batches) {
            let start = start_of(&batch);
            if let Some(start) = start
                && let Some(worker) = self.workers.get(batch.worker)
            {
                self.gone.borrow_mut().insert(start);
                worker.push(Message::Forget(start));
            }
            // Documents of an execution's own go with its records; those that a caller writes are refused.
            let written = batch.execution.is_none() && !batch.puts.is_empty();
            if start.is_some() || written || self.is_of_gone(&batch) {
                refuse(vec![batch], error);
            } else {
                batches.push(batch);
            }
        }
        if batches.is_empty() {
            // Nothing is left to find out with whether there is room: the next request may try.
            self.health.full.store(false, Ordering::Relaxed);
        }
    }

    /// Turns away what workers still say of executions that were turned away: until it has
    /// forgotten them, a worker goes on with them, and answers callers who ask for them.
    fn drop_gone(&self, batches: &mut Vec<Batch>) {
        if self.gone.borrow().is_empty() {
            return;
        }
        let error = ServiceError::StoreFull("no space is left on the device".into());
        for batch in std::mem::take(batches) {
            if self.is_of_gone(&batch) {
                refuse(vec![batch], &error);
            } else {
                batches.push(batch);
            }
        }
    }

    fn is_of_gone(&self, batch: &Batch) -> bool {
        batch.execution.is_some_and(|execution| self.gone.borrow().contains(&execution))
    }

    fn tell(&self, worker: usize, message: Message) {
        if let Some(worker) = self.workers.get(worker) {
            worker.push(message);
        }
    }

    fn release(&self, batch: Batch) {
        for then in batch.then {
            match then {
                // A caller that has gone away needs no answer.
                Then::Started(reply, answer) => drop(reply.send(answer)),
                Then::Stopped(reply, answer) | Then::Answered(reply, answer) => drop(reply.send(answer)),
                Then::Written(reply) => drop(reply.send(Ok(()))),
                Then::Told(reply, answer) => drop(reply.send(answer)),
                Then::Invoke(invocation) => self.dispatch.invoke(*invocation),
                Then::Offer(activity, offer) => self.dispatch.offer(&activity, offer),
                Then::Deliver(delivery) => {
                    let Delivery { reply, task, activity, offer } = *delivery;
                    // Nobody has seen the token: the next worker may have the task.
                    if reply.send(Some(task)).is_err() {
                        self.dispatch.offer(&activity, offer);
                    }
                }
                Then::Watch(invocation, submitted) => self.dispatch.watch(*invocation, submitted),
                Then::GiveUp(job, answer) => self.dispatch.give_up(*job, answer),
                Then::Cancel(execution, attempt) => self.dispatch.cancel(execution, attempt),
                Then::Forgotten(execution) => drop(self.gone.borrow_mut().remove(&execution)),
                Then::Continue(execution) => {
                    if let Some(worker) = self.workers.get(batch.worker) {
                        worker.push(Message::Continue(execution));
                    }
                }
                Then::StartChild(start) if start.kind == MachineKind::Express => {
                    self.dispatch.start_child(*start);
                }
                Then::StartChild(start) => {
                    let worker = worker_of_arn(&start.arn, self.workers.len());
                    self.tell(worker, Message::StartChild(start));
                }
                Then::StopChild(arn) if self.dispatch.stop_child(&arn) => {}
                Then::StopChild(arn) => {
                    self.tell(worker_of_arn(&arn, self.workers.len()), Message::StopChild(arn));
                }
                Then::ReadItems(request) => self.dispatch.read_items(*request),
                Then::WriteResults(request) => self.dispatch.write_results(*request),
                Then::Release(execution, map_run_arn) => self.dispatch.release(execution, &map_run_arn),
                Then::TakeReports(reports) => self.tell(batch.worker, Message::ChildrenEnded(reports)),
                Then::AskParent(question) => {
                    let worker = worker_of(question.parent, self.workers.len());
                    self.tell(worker, Message::ChildAsks(question));
                }
                Then::TellParent(report) => {
                    let worker = worker_of(report.parent, self.workers.len());
                    self.tell(worker, Message::ChildEnded(report));
                }
            }
        }
        if let Some(durable) = self.durable.get(batch.worker) {
            durable.store(batch.ticket, Ordering::Release);
        }
    }
}

/// Whether a batch begins an execution for a caller that waits for the answer. A child execution
/// has none: its parent was told that there is room, so it waits like everything accepted.
fn start_of(batch: &Batch) -> Option<ExecutionId> {
    let asked = batch.then.iter().any(|then| matches!(then, Then::Started(..)));
    let start = batch.appends.iter().find(|append| append.expected_seq == 0);
    start.filter(|_| asked).map(|append| append.id)
}

/// How many appends and puts of a group came from one batch.
type Share = (usize, usize);

/// Moves what is to be written out of the batches; a copy would cost more than all the rest here.
fn gather(epoch: Epoch, batches: &mut [Batch]) -> (Group, Vec<Share>) {
    let mut group = Group { epoch, appends: Vec::new(), puts: Vec::new() };
    let shares = batches.iter().map(|batch| (batch.appends.len(), batch.puts.len())).collect();
    for batch in batches {
        group.appends.append(&mut batch.appends);
        group.puts.append(&mut batch.puts);
    }
    (group, shares)
}

/// Moves what was not written back to where it came from.
fn give_back(group: Group, shares: &[Share], batches: &mut [Batch]) {
    let (mut appends, mut puts) = (group.appends.into_iter(), group.puts.into_iter());
    for (batch, (append_count, put_count)) in batches.iter_mut().zip(shares) {
        batch.appends.extend(appends.by_ref().take(*append_count));
        batch.puts.extend(puts.by_ref().take(*put_count));
    }
}

fn refuse(batches: Vec<Batch>, error: &ServiceError) {
    for batch in batches {
        for then in batch.then {
            then.refuse(error);
        }
    }
}

/// For measuring only: nothing is decided by it.
#[allow(clippy::disallowed_methods, reason = "how long a commit takes is measured, not decided by")]
fn now() -> Instant {
    Instant::now()
}

#[allow(clippy::disallowed_methods, reason = "the commit thread has nothing else to do meanwhile")]
pub(crate) fn pause() {
    std::thread::sleep(RETRY_AFTER);
}
