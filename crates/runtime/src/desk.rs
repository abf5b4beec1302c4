//! Where activities' tasks wait for workers, and workers for tasks.
//!
//! Tasks and workers are served in the order in which they came. The desk is memory only:
//! a task stands in its execution's journal, and is brought here again after a restart.

use stateline_base::ExecutionId;
use stateline_journal::AttemptId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot;

/// A task that a worker may take: an attempt of an execution.
pub type Offer = (ExecutionId, AttemptId);

/// The desk.
#[derive(Debug, Default)]
pub struct Desk {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    queues: BTreeMap<Arc<str>, Queue>,
    closed: bool,
}

/// One activity.
#[derive(Debug, Default)]
struct Queue {
    /// Tasks that wait.
    tasks: VecDeque<Offer>,
    /// Workers that wait.
    workers: VecDeque<oneshot::Sender<Offer>>,
    /// Workers that ask, waiting or about to.
    asking: usize,
}

/// A worker's place at the desk, until it is dropped.
#[derive(Debug)]
pub struct Place {
    desk: Arc<Desk>,
    activity: Arc<str>,
}

/// A wait for a task. What comes when nobody waits any more goes back to the desk.
#[derive(Debug)]
pub struct Wait<'a> {
    place: &'a Place,
    comes: oneshot::Receiver<Offer>,
}

impl Desk {
    /// Brings a task: to the worker that has waited longest, or into the queue.
    pub fn offer(&self, activity: &Arc<str>, offer: Offer) {
        self.bring(activity, offer, false);
    }

    fn bring(&self, activity: &Arc<str>, offer: Offer, first: bool) {
        let mut inner = self.lock();
        let queue = inner.queues.entry(activity.clone()).or_default();
        while let Some(worker) = queue.workers.pop_front() {
            // One that went away meanwhile is passed over.
            if worker.send(offer).is_ok() {
                return;
            }
        }
        if first {
            queue.tasks.push_front(offer);
        } else {
            queue.tasks.push_back(offer);
        }
    }

    /// A place for one more worker; `None` when `most` ask already.
    pub fn enter(self: &Arc<Self>, activity: &str, most: usize) -> Option<Place> {
        let activity: Arc<str> = activity.into();
        let mut inner = self.lock();
        let queue = inner.queues.entry(activity.clone()).or_default();
        if queue.asking >= most {
            return None;
        }
        queue.asking += 1;
        Some(Place { desk: self.clone(), activity })
    }

    /// Nobody waits any more: the service stops.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        for queue in inner.queues.values_mut() {
            queue.workers.clear();
        }
    }

    /// Tasks that wait for a worker of an activity.
    #[must_use]
    pub fn waiting(&self, activity: &str) -> usize {
        self.lock().queues.get(activity).map_or(0, |queue| queue.tasks.len())
    }

    /// Tasks that wait for a worker of any activity.
    #[must_use]
    pub fn waiting_in_all(&self) -> usize {
        self.lock().queues.values().map(|queue| queue.tasks.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no holder of the desk panics")
    }
}

impl Place {
    /// A task that waits already.
    #[must_use]
    pub fn take(&self) -> Option<Offer> {
        let mut inner = self.desk.lock();
        if inner.closed {
            return None;
        }
        inner.queues.get_mut(&self.activity)?.tasks.pop_front()
    }

    /// Waits for a task from now on.
    #[must_use]
    pub fn wait(&self) -> Wait<'_> {
        let (comes_in, comes) = oneshot::channel();
        let mut inner = self.desk.lock();
        if !inner.closed {
            let queue = inner.queues.entry(self.activity.clone()).or_default();
            // Between a look at the queue and this one a task may have come.
            match queue.tasks.pop_front() {
                Some(offer) => drop(comes_in.send(offer)),
                None => queue.workers.push_back(comes_in),
            }
        }
        Wait { place: self, comes }
    }

    /// Puts a task back that could not be taken for the moment.
    pub fn give_back(&self, offer: Offer) {
        self.desk.bring(&self.activity, offer, true);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inner = self.desk.lock();
        let Some(queue) = inner.queues.get_mut(&self.activity) else { return };
        queue.asking -= 1;
        queue.workers.retain(|worker| !worker.is_closed());
        if queue.asking == 0 && queue.tasks.is_empty() {
            inner.queues.remove(&self.activity);
        }
    }
}

impl Wait<'_> {
    /// The task that comes; `None` when the desk closes.
    pub async fn next(&mut self) -> Option<Offer> {
        (&mut self.comes).await.ok()
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.comes.close();
        if let Ok(offer) = self.comes.try_recv() {
            self.place.give_back(offer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_base::{ShardId, Timestamp};

    fn offer(attempt: AttemptId) -> Offer {
        (ExecutionId::new(Timestamp::from_millis(1), ShardId::from_number(1), 1), attempt)
    }

    fn desk() -> (Arc<Desk>, Arc<str>) {
        (Arc::default(), "a".into())
    }

    #[tokio::test]
    async fn tasks_and_workers_meet_in_order() {
        let (desk, a) = desk();
        desk.offer(&a, offer(1));
        desk.offer(&a, offer(2));
        let place = desk.enter(&a, 9).expect("there is room");
        assert_eq!((place.take(), place.take(), place.take()), (Some(offer(1)), Some(offer(2)), None));
        let other = desk.enter(&a, 9).expect("there is room");
        let (mut first, mut second) = (place.wait(), other.wait());
        desk.offer(&a, offer(3));
        desk.offer(&a, offer(4));
        assert_eq!((second.next().await, first.next().await), (Some(offer(4)), Some(offer(3))));
    }

    #[tokio::test]
    async fn nothing_is_lost_with_a_worker_that_goes_away() {
        let (desk, a) = desk();
        let place = desk.enter(&a, 9).expect("there is room");
        let wait = place.wait();
        desk.offer(&a, offer(1));
        drop(wait);
        assert_eq!(desk.waiting(&a), 1);
        let gone = place.wait();
        assert_eq!(desk.waiting(&a), 0);
        drop(gone);
        drop(place);
        assert_eq!(desk.waiting(&a), 1);
        // A task that comes after the worker has gone is not given to it.
        let place = desk.enter(&a, 9).expect("there is room");
        assert_eq!(place.take(), Some(offer(1)));
        drop(place.wait());
        desk.offer(&a, offer(2));
        assert_eq!(place.take(), Some(offer(2)));
    }

    #[tokio::test]
    async fn places_are_limited_and_the_desk_closes() {
        let (desk, a) = desk();
        let one = desk.enter(&a, 1).expect("there is room");
        assert!(desk.enter(&a, 1).is_none());
        assert!(desk.enter("b", 1).is_some());
        drop(one);
        let one = desk.enter(&a, 1).expect("there is room again");
        let mut wait = one.wait();
        desk.close();
        assert_eq!(wait.next().await, None);
        desk.offer(&a, offer(1));
        assert_eq!(one.take(), None);
        assert_eq!(one.wait().next().await, None);
    }

    #[test]
    fn an_activity_that_nobody_uses_takes_no_memory() {
        let (desk, a) = desk();
        drop(desk.enter(&a, 1));
        assert!(desk.lock().queues.is_empty());
    }
}
