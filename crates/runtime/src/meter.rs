//! How long commits take and how much goes into one: counts in fixed buckets, which the committer
//! raises and whoever asks reads. No locks, no allocation; a reading may be one commit old.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets of one power of two: a quantile is told within 13 percent.
const STEPS: usize = 8;
/// Powers of two of microseconds: the last bucket begins at about nine minutes.
const POWERS: usize = 30;
/// Batches that a group can have, and a bucket for more.
const GROUPS: usize = 258;

/// The counts.
#[derive(Debug)]
pub struct CommitMeter {
    latencies: [AtomicU64; STEPS * POWERS],
    groups: [AtomicU64; GROUPS],
    batches: AtomicU64,
    max_micros: AtomicU64,
}

/// What the counts tell of all commits since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CommitFigures {
    /// Commits: one atomic write and one sync each.
    pub count: u64,
    /// Batches in all of them: decisions made durable.
    pub batches: u64,
    /// Half of the commits took no longer, in milliseconds, within 13 percent; 0 without commits.
    pub p50_millis: f64,
    /// The same of 99 in 100.
    pub p99_millis: f64,
    /// The longest, in milliseconds.
    pub max_millis: f64,
    /// Half of the commits had no more batches than this.
    pub group_p50: u64,
}

impl Default for CommitMeter {
    fn default() -> Self {
        CommitMeter {
            latencies: std::array::from_fn(|_| AtomicU64::new(0)),
            groups: std::array::from_fn(|_| AtomicU64::new(0)),
            batches: AtomicU64::new(0),
            max_micros: AtomicU64::new(0),
        }
    }
}

impl CommitMeter {
    /// Counts a commit.
    pub(crate) fn count(&self, took: Duration, batches: usize) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        raise(self.latencies.get(bucket(micros)));
        raise(self.groups.get(batches.min(GROUPS - 1)));
        self.batches.fetch_add(batches as u64, Ordering::Relaxed);
        self.max_micros.fetch_max(micros, Ordering::Relaxed);
    }

    /// What was counted so far.
    #[must_use]
    pub fn figures(&self) -> CommitFigures {
        let max_micros = self.max_micros.load(Ordering::Relaxed);
        let (latencies, groups) = (read(&self.latencies), read(&self.groups));
        let millis = |micros: u64| micros as f64 / 1_000.0;
        let latency = |share| quantile(&latencies, share).map_or(0, |at| upper(at).min(max_micros));
        CommitFigures {
            count: latencies.iter().sum(),
            batches: self.batches.load(Ordering::Relaxed),
            p50_millis: millis(latency(0.5)),
            p99_millis: millis(latency(0.99)),
            max_millis: millis(max_micros),
            group_p50: quantile(&groups, 0.5).unwrap_or_default() as u64,
        }
    }
}

fn raise(bucket: Option<&AtomicU64>) {
    if let Some(bucket) = bucket {
        bucket.fetch_add(1, Ordering::Relaxed);
    }
}

fn read(buckets: &[AtomicU64]) -> Vec<u64> {
    buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect()
}

/// The bucket of a number of microseconds: small ones have one each, then each power of two has `STEPS`.
fn bucket(micros: u64) -> usize {
    let steps = STEPS as u64;
    if micros < steps {
        return micros as usize;
    }
    let power = micros.ilog2();
    let step = (micros >> (power - STEPS.ilog2())) - steps;
    let at = (power - STEPS.ilog2() + 1) as usize * STEPS + step as usize;
    at.min(STEPS * POWERS - 1)
}

/// The largest number that falls into a bucket.
fn upper(bucket: usize) -> u64 {
    let (power, step) = (bucket / STEPS, (bucket % STEPS) as u64);
    if power == 0 {
        return step;
    }
    ((STEPS as u64 + step + 1) << (power - 1)) - 1
}

/// The first bucket up to which that share of the counts lies; `None` without counts.
fn quantile(buckets: &[u64], share: f64) -> Option<usize> {
    let all: u64 = buckets.iter().sum();
    if all == 0 {
        return None;
    }
    let wanted = (all as f64 * share).ceil().max(1.0) as u64;
    let mut seen = 0;
    buckets.iter().position(|count| {
        seen += count;
        seen >= wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_falls_into_a_bucket_that_is_near() {
        let mut last = 0;
        for micros in (0..5_000).chain((0..28).map(|power| (1 << power) + 3)) {
            let at = bucket(micros);
            assert!(upper(at) >= micros, "{micros} in {at}, which ends at {}", upper(at));
            assert!(upper(at) as f64 <= micros as f64 * 1.13 + 1.0, "{micros} in {at}: {}", upper(at));
            assert!(at == 0 || upper(at - 1) < micros, "{micros} in {at}");
            last = last.max(at);
        }
        assert!(last < STEPS * POWERS);
        assert_eq!(bucket(u64::MAX), STEPS * POWERS - 1);
    }

    #[test]
    fn figures_follow_from_what_was_counted() {
        let meter = CommitMeter::default();
        assert_eq!(meter.figures(), CommitFigures::default());
        for _ in 0..98 {
            meter.count(Duration::from_micros(1_000), 2);
        }
        meter.count(Duration::from_micros(9_000), 7);
        meter.count(Duration::from_micros(90_000), 1_000);
        let figures = meter.figures();
        assert_eq!((figures.count, figures.batches, figures.group_p50), (100, 98 * 2 + 1_007, 2));
        assert!((1.0..1.13).contains(&figures.p50_millis), "{figures:?}");
        assert!((9.0..10.2).contains(&figures.p99_millis), "{figures:?}");
        assert_eq!(figures.max_millis, 90.0);
    }
}
