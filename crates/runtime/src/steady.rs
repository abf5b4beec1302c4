//! Time that never goes back within a process, whatever is done to the machine's clock.
//!
//! Seconds of a Wait, of a timeout and of a retry are counted by points in time. Were a clock that is
//! set back by two hours followed, whatever sleeps would sleep two hours longer. So time goes on at
//! the pace of the monotonic clock from the furthest point that the machine's clock has been at: one
//! that is set forward is followed at once, one that is set back is followed by the next process.
//! Called by the port in `ports`; the arithmetic is here, so that it can be tested without a clock.

use stateline_base::Timestamp;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

const NANOS_PER_MILLI: i64 = 1_000_000;
/// Steps of a clock that are worth a line in the log.
const TOLD_NANOS: i64 = 1_000_000_000;

/// The furthest that the machine's clock has been, against the monotonic one.
#[derive(Debug)]
pub(crate) struct Steady {
    /// The time of day at which the monotonic clock stood at nothing, in nanoseconds; only grows.
    begin: AtomicI64,
    /// Whether it has been said that the machine's clock is behind.
    told: AtomicBool,
}

/// What became of the machine's clock since it was last asked, if that is worth saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It was set forward by so many seconds.
    Forward(i64),
    /// It was set back, and is so many seconds behind now.
    Back(i64),
}

impl Steady {
    /// Nothing is known yet.
    pub(crate) const fn new() -> Self {
        Steady { begin: AtomicI64::new(i64::MIN), told: AtomicBool::new(false) }
    }

    /// The time, from both clocks in nanoseconds. `wall` is read before `elapsed`: whatever happens
    /// in between then makes the machine's clock look late, which changes nothing.
    pub(crate) fn at(&self, wall: i64, elapsed: i64) -> (Timestamp, Option<Step>) {
        let begin = wall.saturating_sub(elapsed);
        let mut known = self.begin.load(Ordering::Relaxed);
        if begin > known {
            known = self.begin.fetch_max(begin, Ordering::Relaxed);
        }
        let step = self.step(begin, known);
        let now = begin.max(known).saturating_add(elapsed);
        (Timestamp::from_millis(now.div_euclid(NANOS_PER_MILLI)), step)
    }

    /// Whether the machine's clock is behind, by more than is worth mentioning.
    pub(crate) fn is_behind(&self, wall: i64, elapsed: i64) -> bool {
        let ahead = wall.saturating_sub(elapsed).saturating_sub(self.begin.load(Ordering::Relaxed));
        ahead <= -TOLD_NANOS
    }

    /// What there is to say, once.
    fn step(&self, begin: i64, known: i64) -> Option<Step> {
        if known == i64::MIN {
            return None;
        }
        let ahead = begin.saturating_sub(known);
        if ahead > -TOLD_NANOS {
            // Two threads may see one step; the one that took it says so.
            self.told.store(false, Ordering::Relaxed);
            return (ahead > TOLD_NANOS).then_some(Step::Forward(ahead / TOLD_NANOS));
        }
        let first = !self.told.swap(true, Ordering::Relaxed);
        first.then_some(Step::Back(-ahead / TOLD_NANOS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000_000;

    #[test]
    fn a_clock_that_is_set_is_followed_forward_only() {
        let steady = Steady::new();
        let check = |wall: i64, elapsed: i64, seconds: i64, step: Option<Step>| {
            let expected = (Timestamp::from_millis(seconds * 1_000), step);
            assert_eq!(steady.at(wall * SECOND, elapsed * SECOND), expected, "{wall} after {elapsed}");
        };
        check(1_000, 0, 1_000, None);
        check(1_001, 1, 1_001, None);
        // Two hours back: time goes on, and that is said once.
        check(1_002 - 7_200, 2, 1_002, Some(Step::Back(7_200)));
        check(1_003 - 7_200, 3, 1_003, None);
        // As it should be again, and forward by an hour.
        check(1_004, 4, 1_004, None);
        check(1_005 + 3_600, 5, 4_605, Some(Step::Forward(3_600)));
        check(1_006 + 3_600, 6, 4_606, None);
        check(1_007, 7, 4_607, Some(Step::Back(3_600)));
    }

    #[test]
    fn a_pause_between_the_two_looks_does_no_harm() {
        let steady = Steady::new();
        steady.at(1_000 * SECOND, 0);
        // The process stood still for a minute after it had read the first.
        assert_eq!(steady.at(1_001 * SECOND, 61 * SECOND).0, Timestamp::from_millis(1_061_000));
        assert_eq!(steady.at(1_062 * SECOND, 62 * SECOND).0, Timestamp::from_millis(1_062_000));
        assert!(!steady.is_behind(1_062 * SECOND, 62 * SECOND));
        assert!(steady.is_behind(1_060 * SECOND, 62 * SECOND));
    }

    proptest! {
        /// It never goes back, never lags behind the machine's clock, and what takes a second by the
        /// monotonic clock takes at least a second.
        #[test]
        fn time_goes_on(moves in prop::collection::vec((0i64..10_000, -20_000i64..20_000), 1..200)) {
            let steady = Steady::new();
            let (mut elapsed, mut wall, mut last) = (0i64, 1_000_000_000i64, None::<Timestamp>);
            for (pause, set) in moves {
                elapsed += pause * NANOS_PER_MILLI;
                wall += (pause + set) * NANOS_PER_MILLI;
                let (now, _) = steady.at(wall, elapsed);
                prop_assert!(now.as_millis() >= wall.div_euclid(NANOS_PER_MILLI));
                if let Some(last) = last {
                    prop_assert!(now.since_millis(last) >= pause);
                }
                last = Some(now);
            }
        }
    }
}
