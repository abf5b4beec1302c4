//! A worker: a thread that owns some shards and takes their messages in turn.

use crate::batch::Batch;
use crate::committer::Health;
use crate::mailbox::Mailbox;
use crate::ports::Clock;
use crate::shards::{Message, Shards};
use stateline_store::StoreError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The end of a worker's thread.
struct End {
    mailbox: Arc<Mailbox<Message>>,
    health: Arc<Health>,
}

impl Drop for End {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.health.fail("a worker has panicked; what was acknowledged is safe on disk");
        }
        self.mailbox.abandon();
    }
}

/// Messages taken from the mailbox at a time.
const TURN_MAX: usize = 256;
/// The longest sleep: a clock that was set forward is noticed within it.
const SLEEP_MAX_MS: i64 = 500;

/// A worker with what it needs.
pub struct Worker {
    /// The executions it owns.
    pub shards: Shards,
    /// What it is asked to do.
    pub mailbox: Arc<Mailbox<Message>>,
    /// Where its batches go.
    pub committer: Arc<Mailbox<Batch>>,
    /// Its last ticket that is durable.
    pub durable: Arc<AtomicU64>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Told when the store cannot be read.
    pub health: Arc<Health>,
}

impl Worker {
    /// Works until the mailbox is closed and empty, or the store fails.
    pub(crate) fn run(mut self) {
        let mut turn: Vec<Message> = Vec::new();
        // Also when a panic unwinds this thread: nobody may wait for a worker that is gone.
        let _end = End { mailbox: self.mailbox.clone(), health: self.health.clone() };
        loop {
            let open = self.mailbox.take(&mut turn, TURN_MAX, Some(self.sleep()));
            let healthy = self.turn(&mut turn);
            if !open || !healthy {
                return;
            }
        }
    }

    /// Deals with messages that were taken from the mailbox, then with whatever is due.
    /// False when the service has a fault: the worker must stop.
    pub fn turn(&mut self, messages: &mut Vec<Message>) -> bool {
        self.shards.durable_up_to(self.durable.load(Ordering::Acquire));
        if let Err(error) = self.decide(messages) {
            self.health.fail(&error.to_string());
            return false;
        }
        self.shards.show();
        self.health.fault().is_none()
    }

    fn decide(&mut self, messages: &mut Vec<Message>) -> Result<(), StoreError> {
        for message in messages.drain(..) {
            let now = self.clock.now();
            if let Some(batch) = self.shards.handle(message, now)? {
                self.hand_over(batch);
            }
        }
        let now = self.clock.now();
        // Messages and timers take turns: neither can keep the other waiting for long.
        for _ in 0..TURN_MAX {
            match self.shards.tick(now)? {
                Some(batch) => self.hand_over(batch),
                None => break,
            }
        }
        Ok(())
    }

    /// Waits when the committer is behind: this is what fills the mailbox and slows the callers down.
    fn hand_over(&self, batch: Batch) {
        // A closed committer means that the service stops; the next start recovers.
        drop(self.committer.push_when_room(batch));
    }

    /// Until the next timer, but not for long.
    fn sleep(&self) -> Duration {
        let until = self.shards.next_due().map_or(SLEEP_MAX_MS, |due| due.since_millis(self.clock.now()));
        Duration::from_millis(until.clamp(0, SLEEP_MAX_MS).unsigned_abs())
    }
}
