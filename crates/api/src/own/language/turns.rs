//! Whose turn it is. A question about a large text keeps a core busy, and someone who types asks at
//! every pause: so a few are worked on at a time, on threads that nobody else's requests wait for, some
//! wait, and the rest are asked to come again. Whoever goes away leaves the line.

use crate::aws::ApiError;
use stateline_runtime::ServiceError;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// Questions in one line, those at work among them.
const LINE_MAX: usize = 256;

/// The lines. Previews have one of their own: their expressions may take as long as AWS's, and nobody
/// who types shall wait for that.
#[derive(Debug)]
pub(crate) struct Turns {
    texts: Line,
    previews: Line,
}

impl Default for Turns {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Turns { texts: Line::new(cores, LINE_MAX), previews: Line::new(cores.div_ceil(2), LINE_MAX) }
    }
}

impl Turns {
    /// Works on a question about a text.
    ///
    /// # Errors
    /// What the work says, or that the line is too long.
    pub(super) async fn text<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.texts.work(work).await
    }

    /// Works on a preview.
    ///
    /// # Errors
    /// As [`Turns::text`].
    pub(super) async fn preview<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.previews.work(work).await
    }
}

/// Some at work, and some that wait.
#[derive(Debug)]
struct Line {
    places: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
}

impl Line {
    fn new(at_work: usize, places: usize) -> Self {
        Line { places: Arc::new(Semaphore::new(places)), at_work: Arc::new(Semaphore::new(at_work)) }
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| ServiceError::Throttled)?;
        let turn = self.at_work.clone().acquire_owned().await.expect("nobody closes the line");
        // Work that has begun goes on when its connection is gone, and keeps its turn.
        let working = tokio::task::spawn_blocking(move || {
            let _kept = (place, turn);
            work()
        });
        match working.await {
            Ok(outcome) => outcome,
            Err(_) => Err(ServiceError::Unavailable("it is shutting down".into()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    #[tokio::test]
    async fn some_work_some_wait_and_the_rest_come_again() {
        let line = Arc::new(Line::new(1, 2));
        let (go, gate) = channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let ask = || {
            let (line, gate) = (line.clone(), gate.clone());
            let work = move || Ok(gate.lock().expect("nobody panics").recv().is_ok());
            tokio::spawn(async move { line.work(work).await })
        };
        let wait_for = async |free: (usize, usize)| {
            while (line.places.available_permits(), line.at_work.available_permits()) != free {
                tokio::task::yield_now().await;
            }
        };
        let first = ask();
        wait_for((1, 0)).await;
        let second = ask();
        wait_for((0, 0)).await;
        let third = line.work(|| Ok(())).await;
        assert_eq!(third.map_err(|error| error.name()), Err("ThrottlingException"));
        // Who goes away while it waits makes room.
        second.abort();
        wait_for((1, 0)).await;
        let second = ask();
        wait_for((0, 0)).await;
        go.send(()).expect("the first works");
        assert!(first.await.expect("it ends").is_ok_and(|opened| opened));
        go.send(()).expect("then the second does");
        assert!(second.await.expect("it ends").is_ok_and(|opened| opened));
        wait_for((2, 1)).await;
    }
}
