//! The ports through which chance and time come in. The simulator has its own.

use crate::steady::{Steady, Step};
use stateline_base::{Rng, Timestamp};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, in milliseconds.
    fn now(&self) -> Timestamp;
}

/// Draws seeds and names that nobody can foresee.
pub trait Entropy: Send + Sync + 'static {
    /// 64 fresh bits.
    fn draw(&self) -> u64;

    /// A number above every earlier one of this process, so that executions which start in
    /// one millisecond are listed in the order of their starts. `None` leaves them unordered.
    fn sequence(&self) -> Option<u64> {
        None
    }
}

/// The machine's clock, which is followed when it is set forward and not when it is set back: time
/// never goes back within a process (`steady`).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        static STEADY: Steady = Steady::new();
        let (wall, elapsed) = both_clocks();
        let (now, step) = STEADY.at(wall, elapsed);
        match step {
            None => {}
            Some(Step::Forward(seconds)) => {
                tracing::warn!(seconds, "the machine's clock was set forward; what is due by it is done now");
            }
            Some(Step::Back(seconds)) => {
                // A process that stood still between its two looks sees the same, once.
                let (wall, elapsed) = both_clocks();
                if STEADY.is_behind(wall, elapsed) {
                    tracing::warn!(
                        seconds,
                        "the machine's clock was set back; time goes on here as if it had not been, until a restart"
                    );
                }
            }
        }
        now
    }
}

/// The time of day and then, in this order, what has gone by since the process first asked.
#[allow(clippy::disallowed_methods, reason = "this is the port that the rest of the engine uses instead")]
fn both_clocks() -> (i64, i64) {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let begun = *BEGUN;
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (nanos(wall), nanos(begun.elapsed()))
}

/// Nanoseconds; those of this century and the next fit.
fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// Chance from the standard library's random hasher keys, stretched by a generator.
///
/// The draws seed jitter and make names; nothing secret is made of them.
#[derive(Debug)]
pub struct SystemEntropy {
    rng: Mutex<Rng>,
    sequence: AtomicU64,
}

impl SystemEntropy {
    /// Seeds from the operating system.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the port that the rest of the engine uses instead")]
    pub fn new() -> Self {
        use std::hash::{BuildHasher, Hasher, RandomState};
        // `RandomState` takes its keys from the operating system; its hash of nothing depends on them alone.
        let seed = RandomState::new().build_hasher().finish();
        let mut rng = Rng::new(seed);
        // Begins anywhere in the lower half, so that two processes hardly ever meet and none overflows.
        let sequence = AtomicU64::new(rng.next_u64() >> 1);
        SystemEntropy { rng: Mutex::new(rng), sequence }
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        SystemEntropy::new()
    }
}

impl Entropy for SystemEntropy {
    fn draw(&self) -> u64 {
        self.rng.lock().expect("drawing a number does not panic").next_u64()
    }

    fn sequence(&self) -> Option<u64> {
        Some(self.sequence.fetch_add(1, Ordering::Relaxed))
    }
}
