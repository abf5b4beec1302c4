//! The connections that are open, and which of them is given up when there are as many as may be.
//!
//! Whoever opens connections and says nothing, or says a byte a second, would keep everybody else
//! out once all places are taken. So those that have been silent longest make room for new ones.
//! A connection with a request that is being answered, or with a stream of events, is never given up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;

/// One of so many is given up at a time, since finding them means to look at all.
const SHARE: usize = 256;
/// And so many at least.
const COUNT_MIN: usize = 8;
/// Milliseconds for which one must have been silent.
const SILENT_MIN: u64 = 250;

/// One connection.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    /// Requests that are being read or answered, and streams.
    busy: AtomicUsize,
    /// When it was last heard of, in milliseconds from anywhere.
    since: AtomicU64,
    given_up: Notify,
}

impl Connection {
    /// A request has come.
    pub(crate) fn begins(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// It has been answered.
    pub(crate) fn ends(&self, now: u64) {
        self.since.store(now, Ordering::Relaxed);
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether nothing is asked that is not answered.
    pub(crate) fn is_silent(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0
    }

    /// Waits until it is to make room for another.
    pub(crate) async fn given_up(&self) {
        self.given_up.notified().await;
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    connections: HashMap<u64, Arc<Connection>>,
}

/// A connection's place among those that are open; it goes when this is dropped.
pub(crate) struct Place {
    connections: Arc<Connections>,
    number: u64,
    /// What is known of it.
    pub(crate) connection: Arc<Connection>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().connections.remove(&self.number);
    }
}

impl Connections {
    /// A connection that was opened now, in milliseconds.
    pub(crate) fn enter(self: &Arc<Self>, now: u64) -> Place {
        let connection = Arc::new(Connection { since: AtomicU64::new(now), ..Connection::default() });
        let mut table = self.lock();
        table.next += 1;
        let number = table.next;
        table.connections.insert(number, connection.clone());
        drop(table);
        Place { connections: self.clone(), number, connection }
    }

    /// Gives up those that have been silent longest, a few at a time. Gives how many.
    pub(crate) fn give_up_some(&self, now: u64) -> usize {
        let table = self.lock();
        let silent = table.connections.values().filter(|connection| connection.is_silent());
        let mut silent: Vec<_> = silent
            .map(|connection| (connection.since.load(Ordering::Relaxed), connection))
            .filter(|(since, _)| since.saturating_add(SILENT_MIN) <= now)
            .collect();
        let count = (table.connections.len() / SHARE).max(COUNT_MIN).min(silent.len());
        silent.sort_unstable_by_key(|(since, _)| *since);
        silent.iter().take(count).for_each(|(_, connection)| connection.given_up.notify_one());
        count
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.open.lock().expect("no holder of the table panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Duration, timeout};

    async fn is_given_up(place: &Place) -> bool {
        timeout(Duration::from_millis(1), place.connection.given_up()).await.is_ok()
    }

    #[tokio::test]
    async fn those_who_were_silent_longest_make_room() {
        let connections = Arc::new(Connections::default());
        let places: Vec<Place> = (0..20).map(|at| connections.enter(at)).collect();
        let given_up = async || {
            let mut numbers = Vec::new();
            for (number, place) in places.iter().enumerate() {
                if is_given_up(place).await {
                    numbers.push(number);
                }
            }
            numbers
        };
        places[0].connection.begins();
        assert_eq!(connections.give_up_some(250), 0, "nobody has been silent for long");
        assert_eq!(connections.give_up_some(400), COUNT_MIN);
        assert_eq!(given_up().await, [1, 2, 3, 4, 5, 6, 7, 8], "the first is being answered");
        places[0].connection.ends(300);
        places[3].connection.begins();
        places[3].connection.ends(300);
        assert_eq!(connections.give_up_some(400), COUNT_MIN);
        assert_eq!(given_up().await, [1, 2, 4, 5, 6, 7, 8, 9], "those were heard of later");
    }

    #[tokio::test]
    async fn nobody_makes_room_while_all_are_answered() {
        let connections = Arc::new(Connections::default());
        let places: Vec<Place> = (0..3).map(|at| connections.enter(at)).collect();
        places.iter().for_each(|place| place.connection.begins());
        assert_eq!(connections.give_up_some(u64::MAX), 0);
        drop(places);
        assert_eq!(connections.give_up_some(u64::MAX), 0);
        assert!(connections.lock().connections.is_empty());
    }
}
