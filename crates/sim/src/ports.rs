//! The ports of the runtime, false: time that the world sets, chance from the
//! seed, and calls that only go on a list.

use crate::dice::Dice;
use crate::store::SimStore;
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_journal::AttemptId;
use stateline_runtime::parts::Dispatch;
use stateline_runtime::{Attempt, ChildStart, Clock, Entropy, Invocation, ItemRequest, Offer, ResultRequest};
use stateline_store::Store;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The clock on the wall, which may be set forward and back.
#[derive(Debug, Default)]
pub(crate) struct SimClock {
    wall: AtomicI64,
    /// How far the workers' view of it is ahead; 0 but under sabotage.
    ahead: AtomicI64,
}

impl SimClock {
    pub(crate) fn set(&self, wall: i64) {
        self.wall.store(wall, Ordering::Relaxed);
    }

    pub(crate) fn set_ahead(&self, millis: i64) {
        self.ahead.store(millis, Ordering::Relaxed);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.wall.load(Ordering::Relaxed) + self.ahead.load(Ordering::Relaxed))
    }
}

/// Chance from the seed.
#[derive(Debug)]
pub(crate) struct SimEntropy {
    dice: Mutex<Dice>,
    sequence: AtomicU64,
}

impl SimEntropy {
    pub(crate) fn new(mut dice: Dice) -> Self {
        let sequence = AtomicU64::new(dice.word() >> 1);
        SimEntropy { dice: Mutex::new(dice), sequence }
    }
}

impl Entropy for SimEntropy {
    fn draw(&self) -> u64 {
        self.dice.lock().expect("throwing dice does not panic").word()
    }

    fn sequence(&self) -> Option<u64> {
        Some(self.sequence.fetch_add(1, Ordering::Relaxed))
    }
}

/// Something that left the service.
#[derive(Debug)]
pub(crate) enum Left {
    /// A call.
    Invoke {
        invocation: Box<Invocation>,
        /// Where the execution's durable journal ended when the call left.
        durable_seq: u64,
    },
    /// The watch of a job that a service has taken.
    Watch(Box<Invocation>),
    /// A task for the desk where workers ask.
    Offer {
        activity: Arc<str>,
        offer: Offer,
        /// As with a call.
        durable_seq: u64,
    },
    /// A call that nobody waits for any more.
    Cancel(ExecutionId, AttemptId),
    /// A question for items.
    Read(ItemRequest),
    /// Results that are to be written.
    Write(ResultRequest),
    /// A Map Run that reads and writes no more.
    Release(ExecutionId, Arc<str>),
    /// An Express child.
    Child(Box<ChildStart>),
    /// An Express child that nobody waits for any more.
    StopChild(Arc<str>),
}

/// Takes what leaves down, until the machine goes down in the middle of it.
pub(crate) struct SimDispatch {
    store: Arc<SimStore>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    left: Vec<Left>,
    /// Express children that run.
    children: BTreeSet<Arc<str>>,
    /// So many more things may leave.
    dead_after: Option<usize>,
}

impl SimDispatch {
    pub(crate) fn new(store: Arc<SimStore>) -> Self {
        SimDispatch { store, inner: Mutex::default() }
    }

    /// The machine goes down after so many more things have left.
    pub(crate) fn die_after(&self, count: Option<usize>) {
        self.lock().dead_after = count;
    }

    /// An Express child has ended.
    pub(crate) fn child_ended(&self, arn: &str) {
        self.lock().children.remove(arn);
    }

    pub(crate) fn take(&self) -> Vec<Left> {
        std::mem::take(&mut self.lock().left)
    }

    fn push(&self, left: Left) {
        let mut inner = self.lock();
        match &mut inner.dead_after {
            Some(0) => return,
            Some(count) => *count -= 1,
            None => {}
        }
        inner.left.push(left);
    }

    /// Where the durable journal of an execution ends now.
    fn durable_seq(&self, id: ExecutionId) -> u64 {
        self.store.execution(id).ok().flatten().map_or(0, |row| row.next_seq)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("taking things down does not panic")
    }
}

impl Dispatch for SimDispatch {
    fn invoke(&self, invocation: Invocation) {
        let durable_seq = self.durable_seq(invocation.execution);
        self.push(Left::Invoke { invocation: Box::new(invocation), durable_seq });
    }

    fn watch(&self, invocation: Invocation, _submitted: Payload) {
        self.push(Left::Watch(Box::new(invocation)));
    }

    fn give_up(&self, _call: Attempt, _submitted: Payload) {
        // Outcomes come without their requests here: no worker knows what to give up.
    }

    fn offer(&self, activity: &Arc<str>, offer: Offer) {
        let durable_seq = self.durable_seq(offer.0);
        self.push(Left::Offer { activity: activity.clone(), offer, durable_seq });
    }

    fn cancel(&self, execution: ExecutionId, attempt: AttemptId) {
        self.push(Left::Cancel(execution, attempt));
    }

    fn read_items(&self, request: ItemRequest) {
        self.push(Left::Read(request));
    }

    fn write_results(&self, request: ResultRequest) {
        self.push(Left::Write(request));
    }

    fn release(&self, execution: ExecutionId, map_run_arn: &Arc<str>) {
        self.push(Left::Release(execution, map_run_arn.clone()));
    }

    fn start_child(&self, start: ChildStart) {
        self.lock().children.insert(start.arn.clone());
        self.push(Left::Child(Box::new(start)));
    }

    fn stop_child(&self, arn: &str) -> bool {
        let found = self.lock().children.remove(arn);
        if found {
            self.push(Left::StopChild(arn.into()));
        }
        found
    }

    fn stop(&self) {}

    fn out(&self) -> usize {
        // Only a threaded service asks, while it waits for its calls.
        0
    }
}
