//! A token bucket as arithmetic: it holds so many tokens, gains some each
//! second, and a request takes one. Time is passed in.

use serde::Deserialize;

/// What a bucket counts in: a rate of one a second is one of these a millisecond.
const PARTS: u64 = 1_000;

/// How large a bucket is, and how fast it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Requests that a full bucket lets through at once; at least 1.
    pub bucket: u32,
    /// Requests that it lets through each second for good; at least 1.
    pub per_second: u32,
}

/// A bucket of a given rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// Thousandths of a token.
    level: u64,
    /// When the level was right, in milliseconds.
    at: u64,
}

impl Bucket {
    /// A full one.
    pub(super) fn full(rate: Rate, now: u64) -> Self {
        Bucket { level: u64::from(rate.bucket) * PARTS, at: now }
    }

    /// Takes a token; or says in how many milliseconds there will be one.
    pub(super) fn take(&mut self, rate: Rate, now: u64) -> Result<(), u64> {
        self.fill(rate, now);
        match self.level.checked_sub(PARTS) {
            Some(rest) => {
                self.level = rest;
                Ok(())
            }
            None => Err((PARTS - self.level).div_ceil(u64::from(rate.per_second.max(1)))),
        }
    }

    /// Whether it is as good as a new one.
    pub(super) fn is_full(&mut self, rate: Rate, now: u64) -> bool {
        self.fill(rate, now);
        *self == Bucket::full(rate, self.at)
    }

    /// A clock that stands still or goes back adds nothing and takes nothing.
    fn fill(&mut self, rate: Rate, now: u64) {
        let gained = now.saturating_sub(self.at).saturating_mul(u64::from(rate.per_second));
        self.level = self.level.saturating_add(gained).min(u64::from(rate.bucket) * PARTS);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_bucket_lets_a_burst_through_and_then_the_rate() {
        let rate = Rate { bucket: 3, per_second: 2 };
        let mut bucket = Bucket::full(rate, 0);
        let taken: Vec<_> = (0..5).map(|_| bucket.take(rate, 0)).collect();
        assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Err(500), Err(500)]);
        assert_eq!(bucket.take(rate, 100), Err(400), "what was refused took nothing");
        assert_eq!(bucket.take(rate, 499), Err(1));
        assert_eq!(bucket.take(rate, 500), Ok(()));
        assert_eq!(bucket.take(rate, 999), Err(1));
        assert_eq!(bucket.take(rate, 100_000), Ok(()), "it holds no more than its size");
        let rest: Vec<_> = (0..3).map(|_| bucket.take(rate, 100_000)).collect();
        assert_eq!(rest, [Ok(()), Ok(()), Err(500)]);
    }

    #[test]
    fn a_clock_that_goes_back_does_no_harm() {
        let rate = Rate { bucket: 1, per_second: 1 };
        let mut bucket = Bucket::full(rate, 5_000);
        assert_eq!(bucket.take(rate, 5_000), Ok(()));
        assert_eq!(bucket.take(rate, 0), Err(1_000));
        assert_eq!(bucket.take(rate, 5_999), Err(1));
        assert_eq!(bucket.take(rate, 6_000), Ok(()));
        assert_eq!(bucket.take(rate, u64::MAX), Ok(()));
    }

    proptest! {
        /// Never more than the bucket and the rate allow, and the wait that is told is right.
        #[test]
        fn the_rate_is_kept(
            bucket in 1u32..50,
            per_second in 1u32..2_000,
            pauses in prop::collection::vec(0u64..2_000, 1..200),
        ) {
            let rate = Rate { bucket, per_second };
            let (mut held, mut now, mut passed) = (Bucket::full(rate, 0), 0, 0u64);
            for pause in pauses {
                now += pause;
                match held.take(rate, now) {
                    Ok(()) => passed += 1,
                    Err(wait) => {
                        prop_assert!(wait >= 1);
                        let mut early = held;
                        prop_assert!(early.take(rate, now + wait - 1).is_err());
                        let mut later = held;
                        prop_assert!(later.take(rate, now + wait).is_ok());
                    }
                }
                prop_assert!(passed * 1_000 <= u64::from(bucket) * 1_000 + now * u64::from(per_second));
            }
        }
    }
}
