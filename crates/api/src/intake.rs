//! What is taken in at once: bytes of requests that are being read, and requests that are being done.
//!
//! More work than a server can do must not make all of it late. So only so many requests are worked on
//! at a time; one more waits a moment for a place, and the newest goes first: its client still waits,
//! and what has waited long has been given up or soon will be. Whoever has waited too long is refused
//! with a `ThrottlingException`, which every SDK takes as a reason to come again later.
//!
//! A refusal costs a good part of what the work itself costs. That is why refusals are slow: the more
//! wait, the longer each of them does, so that saying no never takes the time that work needs.

use crate::aws::ApiError;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long a request waits for a place at least, before it is refused.
const WAIT_MIN: Duration = Duration::from_millis(250);
/// And at most.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// Refusals a second, about.
const REFUSALS_PER_SECOND: u32 = 2_000;
/// When whoever is refused may come again, in milliseconds.
const AGAIN_MILLIS: u64 = 250;

/// Places for requests.
#[derive(Debug)]
pub(crate) struct Gate {
    inner: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    free: usize,
    next: u64,
    /// Those who wait, the newest last.
    waiting: BTreeMap<u64, oneshot::Sender<Place>>,
}

/// A place at which a request is worked on; whoever waits gets it when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    gate: Option<Arc<Gate>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(gate) = self.gate.take() else { return };
        loop {
            let mut places = gate.lock();
            let Some((_, newest)) = places.waiting.pop_last() else {
                places.free += 1;
                return;
            };
            drop(places);
            let Err(mut back) = newest.send(Place { gate: Some(gate.clone()) }) else { return };
            // That one has gone away meanwhile.
            back.gate = None;
        }
    }
}

impl Gate {
    /// With so many places.
    pub(crate) fn new(places: usize) -> Arc<Self> {
        Arc::new(Gate { inner: Mutex::new(Places { free: places, ..Places::default() }) })
    }

    /// A place, at once or after a while.
    ///
    /// # Errors
    /// [`ApiError::Throttling`] when none became free in time.
    pub(crate) async fn enter(self: &Arc<Self>) -> Result<Place, ApiError> {
        let (number, mut place, wait) = {
            let mut places = self.lock();
            if places.free > 0 {
                places.free -= 1;
                return Ok(Place { gate: Some(self.clone()) });
            }
            let (sender, receiver) = oneshot::channel();
            let number = places.next;
            places.next += 1;
            places.waiting.insert(number, sender);
            (number, receiver, patience(places.waiting.len()))
        };
        let waiting = Waiting { gate: self, number };
        if let Ok(Ok(place)) = timeout(wait, &mut place).await {
            return Ok(place);
        }
        drop(waiting);
        // It may have been given at the last moment.
        place.try_recv().map_err(|_| ApiError::Throttling { wait_millis: AGAIN_MILLIS })
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.inner.lock().expect("no holder of the places panics")
    }
}

/// How long one waits of so many: so long that no more than so many are refused each second.
fn patience(waiting: usize) -> Duration {
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    (Duration::from_secs(1) * waiting / REFUSALS_PER_SECOND).clamp(WAIT_MIN, WAIT_MAX)
}

/// Somebody who waits, until he does not any more.
struct Waiting<'a> {
    gate: &'a Gate,
    number: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.gate.lock().waiting.remove(&self.number);
    }
}

/// Places for requests of each kind, so that none of them keeps the others out.
#[derive(Debug)]
pub(crate) struct Gates {
    /// What must become durable before it is answered.
    pub(crate) writes: Arc<Gate>,
    /// What is looked up. A disk that is slow to write does not hold these up.
    pub(crate) reads: Arc<Gate>,
    /// Synchronous Express executions, which keep their places until they have ended.
    pub(crate) runs: Arc<Gate>,
}

impl Gates {
    /// As many places as the settings say.
    pub(crate) fn new(requests: usize, runs: usize) -> Self {
        Gates { writes: Gate::new(requests), reads: Gate::new(requests), runs: Gate::new(runs) }
    }
}

/// Bytes of bodies that may be held at once.
#[derive(Debug)]
pub(crate) struct Bodies {
    held: AtomicUsize,
    max: usize,
}

/// Bytes that are held of one request.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    bodies: &'a Bodies,
    bytes: usize,
}

impl Bodies {
    /// For so many bytes.
    pub(crate) fn new(max: usize) -> Self {
        Bodies { held: AtomicUsize::new(0), max }
    }

    /// None yet.
    pub(crate) fn hold(&self) -> Held<'_> {
        Held { bodies: self, bytes: 0 }
    }
}

impl Held<'_> {
    /// So many more.
    ///
    /// # Errors
    /// [`ApiError::Throttling`] when all together would be too many.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        // Counted before it is known whether there is room, and given back when this is dropped.
        self.bytes += bytes;
        let before = self.bodies.held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.bodies.max {
            return Err(ApiError::Throttling { wait_millis: AGAIN_MILLIS });
        }
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.bodies.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    fn free(gate: &Gate) -> (usize, usize) {
        let places = gate.lock();
        (places.free, places.waiting.len())
    }

    #[tokio::test]
    async fn the_newest_goes_first_and_the_rest_is_refused() {
        let gate = Gate::new(1);
        let first = gate.enter().await.expect("there is a place");
        let waiting = ["older", "newer"].map(|name| {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter().await.map(|place| (name, place)) })
        });
        while free(&gate).1 < 2 {
            tokio::task::yield_now().await;
        }
        let begun = Instant::now();
        drop(first);
        let [older, newer] = waiting;
        let (name, place) = newer.await.expect("it does not panic").expect("it has a place");
        assert_eq!(name, "newer");
        assert!(begun.elapsed() < WAIT_MIN, "{:?}", begun.elapsed());
        let refused = older.await.expect("it does not panic").expect_err("nobody left in time");
        assert!(matches!(refused, ApiError::Throttling { .. }), "{refused:?}");
        assert!(begun.elapsed() + Duration::from_millis(50) > WAIT_MIN, "{:?}", begun.elapsed());
        drop(place);
        assert_eq!(free(&gate), (1, 0));
    }

    #[tokio::test]
    async fn places_of_those_who_go_away_are_not_lost() {
        let gate = Gate::new(2);
        let held = [gate.enter().await.expect("one"), gate.enter().await.expect("two")];
        let gone = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter().await.map(drop) }
        });
        while free(&gate).1 < 1 {
            tokio::task::yield_now().await;
        }
        gone.abort();
        assert!(gone.await.is_err());
        drop(held);
        assert_eq!(free(&gate), (2, 0));
    }

    #[test]
    fn the_more_wait_the_longer_each_does() {
        let check =
            |waiting, millis| assert_eq!(patience(waiting), Duration::from_millis(millis), "{waiting}");
        check(0, 250);
        check(500, 250);
        check(1_000, 500);
        check(3_000, 1_500);
        check(usize::MAX, 2_000);
    }

    #[test]
    fn bytes_are_given_back() {
        let bodies = Bodies::new(10);
        let mut first = bodies.hold();
        assert!(first.grow(6).is_ok());
        let mut second = bodies.hold();
        assert!(second.grow(4).is_ok());
        assert!(second.grow(1).is_err());
        drop(second);
        assert!(first.grow(4).is_ok());
        drop(first);
        assert_eq!(bodies.held.load(Ordering::Relaxed), 0);
    }
}
