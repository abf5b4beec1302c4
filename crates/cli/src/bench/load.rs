//! The closed loop: clients that each begin a workflow when their last one has ended.

use super::BenchError;
use hdrhistogram::Histogram;
use std::future::Future;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The longest time of a workflow that is told apart from longer ones: ten minutes.
const NANOS_MAX: u64 = 600_000_000_000;

/// How long the last workflows may take once the measured time is over.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often it is looked whether one has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// One client of the loop.
pub trait Client: Send + 'static {
    /// Runs one workflow until its end is seen. Gives how often it had to ask for the end.
    fn workflow(&mut self) -> impl Future<Output = Result<u32, BenchError>> + Send;
}

/// What was measured.
#[derive(Debug)]
pub struct Laps {
    /// Workflows that ended while it was measured.
    pub workflows: u64,
    /// All workflows, with those before and after.
    pub workflows_all: u64,
    /// How often the clients asked for an end while it was measured.
    pub polls: u64,
    /// How long it was measured.
    pub seconds: f64,
    /// Nanoseconds from start to end of each measured workflow.
    pub nanos: Histogram<u64>,
}

const WARMING_UP: u8 = 0;
const MEASURING: u8 = 1;
const OVER: u8 = 2;

/// What the clients share.
struct Shared {
    phase: AtomicU8,
    all: AtomicU64,
    polls: AtomicU64,
    nanos: Mutex<Histogram<u64>>,
}

impl Shared {
    /// Whether nothing was measured, and no client has failed.
    fn nothing_yet(&self) -> bool {
        let measured = self.nanos.lock().expect("no holder of the histogram panics");
        measured.is_empty() && self.phase.load(Ordering::SeqCst) == MEASURING
    }
}

/// An empty histogram of nanoseconds, as every loop fills one.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(NANOS_MAX, 3).expect("three digits up to ten minutes can be kept")
}

/// Runs the loop. `read` is called when the measured time begins and again when it ends.
///
/// # Errors
/// The first error of a client; the others stop after their workflow.
pub async fn run<C: Client, R>(
    clients: Vec<C>,
    warm_up: Duration,
    measured: Duration,
    mut read: impl FnMut() -> R,
) -> Result<(Laps, R, R), BenchError> {
    let shared = Arc::new(Shared {
        phase: AtomicU8::new(WARMING_UP),
        all: AtomicU64::new(0),
        polls: AtomicU64::new(0),
        nanos: Mutex::new(histogram()),
    });
    let mut running = JoinSet::new();
    for client in clients {
        running.spawn(loop_of(client, shared.clone()));
    }
    tokio::time::sleep(warm_up).await;
    let before = read();
    let began = Instant::now();
    // A client that has failed already has ended it.
    shared.phase.compare_exchange(WARMING_UP, MEASURING, Ordering::SeqCst, Ordering::SeqCst).ok();
    tokio::time::sleep(measured).await;
    // A rate of nothing would say nothing: where workflows take longer, one is waited for.
    while began.elapsed() < PATIENCE && shared.nothing_yet() {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    shared.phase.store(OVER, Ordering::SeqCst);
    let seconds = began.elapsed().as_secs_f64();
    let after = read();
    match tokio::time::timeout(PATIENCE, all_of(&mut running)).await {
        Ok(ended) => ended?,
        Err(_) => {
            let (left, seconds) = (running.len(), PATIENCE.as_secs());
            return Err(BenchError::Client(format!("{left} clients got no answer in {seconds} s")));
        }
    }
    let nanos = shared.nanos.lock().expect("no holder of the histogram panics").clone();
    let laps = Laps {
        workflows: nanos.len(),
        workflows_all: shared.all.load(Ordering::SeqCst),
        polls: shared.polls.load(Ordering::SeqCst),
        seconds,
        nanos,
    };
    Ok((laps, before, after))
}

async fn all_of(running: &mut JoinSet<Result<(), BenchError>>) -> Result<(), BenchError> {
    while let Some(ended) = running.join_next().await {
        ended.map_err(|error| BenchError::Client(error.to_string()))??;
    }
    Ok(())
}

async fn loop_of<C: Client>(mut client: C, shared: Arc<Shared>) -> Result<(), BenchError> {
    loop {
        let began = Instant::now();
        let polls = client.workflow().await;
        let nanos = u64::try_from(began.elapsed().as_nanos()).unwrap_or(NANOS_MAX);
        let phase = shared.phase.load(Ordering::SeqCst);
        let polls = polls.inspect_err(|_| shared.phase.store(OVER, Ordering::SeqCst))?;
        shared.all.fetch_add(1, Ordering::Relaxed);
        if phase == MEASURING {
            shared.polls.fetch_add(u64::from(polls), Ordering::Relaxed);
            let mut histogram = shared.nanos.lock().expect("no holder of the histogram panics");
            histogram.saturating_record(nanos.max(1));
        }
        if phase == OVER {
            return Ok(());
        }
        // A workflow that never waits, such as a synchronous one of Pass states in-process, would
        // keep its thread for ever, and nobody would be left to tell the time.
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pause {
        left: u32,
    }

    impl Client for Pause {
        async fn workflow(&mut self) -> Result<u32, BenchError> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.left = self.left.checked_sub(1).ok_or_else(|| BenchError::Client("no more".to_owned()))?;
            Ok(2)
        }
    }

    async fn check(left: u32) -> Result<Laps, BenchError> {
        let clients = vec![Pause { left }, Pause { left }];
        let span = Duration::from_millis(20);
        run(clients, span, span, || ()).await.map(|(laps, (), ())| laps)
    }

    #[tokio::test]
    async fn only_the_measured_time_counts() {
        let laps = check(u32::MAX).await.expect("no client fails");
        assert!(laps.workflows > 0 && laps.workflows < laps.workflows_all, "{laps:?}");
        assert_eq!(laps.polls, 2 * laps.workflows);
        assert!(laps.nanos.min() >= 1_000_000, "a lap takes a millisecond");
    }

    #[tokio::test]
    async fn one_workflow_is_waited_for() {
        struct Slow;

        impl Client for Slow {
            async fn workflow(&mut self) -> Result<u32, BenchError> {
                tokio::time::sleep(Duration::from_millis(60)).await;
                Ok(1)
            }
        }
        let span = Duration::from_millis(1);
        let (laps, (), ()) = run(vec![Slow], span, span, || ()).await.expect("no client fails");
        assert!(laps.workflows >= 1, "{laps:?}");
        assert!(laps.seconds > 0.001, "it lasted longer than it should have: {laps:?}");
    }

    /// Never waits.
    struct Busy;

    impl Client for Busy {
        async fn workflow(&mut self) -> Result<u32, BenchError> {
            Ok(0)
        }
    }

    #[tokio::test]
    async fn clients_that_never_wait_end_all_the_same() {
        let span = Duration::from_millis(10);
        let (laps, (), ()) = run(vec![Busy, Busy], span, span, || ()).await.expect("no client fails");
        assert!(laps.workflows > 0);
    }

    #[tokio::test]
    async fn a_client_that_fails_ends_the_case() {
        assert!(matches!(check(0).await, Err(BenchError::Client(why)) if why == "no more"));
    }
}
