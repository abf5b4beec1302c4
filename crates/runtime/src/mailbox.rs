//! A worker's mailbox: bounded for those who ask, open for what is already accepted.
//!
//! New requests are refused when it is full, so that a client learns at once
//! that it must wait. Outcomes of tasks that were sent out, and requests to go
//! on, are always taken: their number is bounded by what was accepted before,
//! and refusing them would strand an execution.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// A queue with one reader and many writers.
#[derive(Debug)]
pub struct Mailbox<T> {
    inner: Mutex<Inner<T>>,
    filled: Condvar,
    room: Condvar,
    capacity: usize,
}

#[derive(Debug)]
struct Inner<T> {
    queue: VecDeque<T>,
    closed: bool,
}

/// The mailbox is full or closed; the message comes back.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused<T> {
    /// Full: try again later.
    Full(T),
    /// Closed: the worker has stopped.
    Closed(T),
}

impl<T> Mailbox<T> {
    /// A mailbox that refuses new requests beyond `capacity` messages.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let inner = Inner { queue: VecDeque::new(), closed: false };
        Mailbox { inner: Mutex::new(inner), filled: Condvar::new(), room: Condvar::new(), capacity }
    }

    /// Puts a new request in, unless the mailbox is full or closed.
    ///
    /// # Errors
    /// The message, when it was not taken.
    pub fn offer(&self, message: T) -> Result<(), Refused<T>> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(Refused::Closed(message));
        }
        if inner.queue.len() >= self.capacity {
            return Err(Refused::Full(message));
        }
        inner.queue.push_back(message);
        drop(inner);
        self.filled.notify_one();
        Ok(())
    }

    /// Puts in what must not be lost. After the close it is dropped: the next start recovers it.
    pub fn push(&self, message: T) {
        let mut inner = self.lock();
        if !inner.closed {
            inner.queue.push_back(message);
        }
        drop(inner);
        self.filled.notify_one();
    }

    /// Waits until there is room, then puts the message in. Gives it back when the mailbox is closed.
    ///
    /// # Errors
    /// The message, when the mailbox is closed.
    pub fn push_when_room(&self, message: T) -> Result<(), T> {
        let mut inner = self.lock();
        while inner.queue.len() >= self.capacity && !inner.closed {
            inner = self.room.wait(inner).expect("no holder of the mailbox panics");
        }
        if inner.closed {
            return Err(message);
        }
        inner.queue.push_back(message);
        drop(inner);
        self.filled.notify_one();
        Ok(())
    }

    /// Takes up to `max` messages into `into`; waits for the first at most so long. False when closed and empty.
    pub fn take(&self, into: &mut Vec<T>, max: usize, wait: Option<Duration>) -> bool {
        let mut inner = self.lock();
        while inner.queue.is_empty() && !inner.closed {
            match wait {
                None => inner = self.filled.wait(inner).expect("no holder of the mailbox panics"),
                Some(wait) => {
                    let (back, timeout) =
                        self.filled.wait_timeout(inner, wait).expect("no holder of the mailbox panics");
                    inner = back;
                    if timeout.timed_out() {
                        break;
                    }
                }
            }
        }
        let count = inner.queue.len().min(max);
        into.extend(inner.queue.drain(..count));
        let open = !inner.closed || !inner.queue.is_empty() || count > 0;
        drop(inner);
        if count > 0 {
            self.room.notify_all();
        }
        open
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().queue.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes no more messages; what is in it can still be taken out.
    pub fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
        self.room.notify_all();
    }

    /// Closes the mailbox and drops what is in it: nobody will take it any more. Those who
    /// wait for an answer to a message learn that none will come.
    pub fn abandon(&self) {
        self.close();
        // Dropped outside the lock: a message's end may wake somebody who asks for it.
        let left = std::mem::take(&mut self.lock().queue);
        drop(left);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().expect("no holder of the mailbox panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_refused_when_full_and_outcomes_are_not() {
        let mailbox = Mailbox::new(1);
        assert_eq!(mailbox.offer(1), Ok(()));
        assert_eq!(mailbox.offer(2), Err(Refused::Full(2)));
        mailbox.push(3);
        let mut taken = Vec::new();
        assert!(mailbox.take(&mut taken, 10, None));
        assert_eq!(taken, [1, 3]);
    }

    #[test]
    fn a_closed_mailbox_is_emptied_and_then_over() {
        let mailbox = Mailbox::new(4);
        mailbox.push(1);
        mailbox.close();
        assert_eq!(mailbox.offer(2), Err(Refused::Closed(2)));
        assert_eq!(mailbox.push_when_room(3), Err(3));
        let mut taken = Vec::new();
        assert!(mailbox.take(&mut taken, 10, None));
        assert!(!mailbox.take(&mut taken, 10, None));
        assert_eq!(taken, [1]);
    }

    #[test]
    fn what_is_abandoned_is_dropped() {
        let mailbox = Mailbox::new(4);
        let message = std::sync::Arc::new(());
        mailbox.push(message.clone());
        mailbox.abandon();
        assert_eq!(std::sync::Arc::strong_count(&message), 1);
        assert!(!mailbox.take(&mut Vec::new(), 1, None));
    }

    #[test]
    fn waiting_ends() {
        let mailbox: Mailbox<u8> = Mailbox::new(1);
        let mut taken = Vec::new();
        assert!(mailbox.take(&mut taken, 1, Some(Duration::from_millis(1))));
        assert!(taken.is_empty());
    }
}
