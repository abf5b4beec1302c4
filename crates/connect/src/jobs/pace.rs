//! How often a job is looked at: soon at first, then ever less often, and each job at its own moments.

use std::time::Duration;

/// Before the first look; a job is rarely done sooner, and a service may not know it yet.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause while the service answers nothing or asks for patience.
const BUSY_MAX: Duration = Duration::from_secs(60);

/// The shortest pause after an answer that is hard to believe: what was just submitted, or just
/// allowed, is not known everywhere at once.
const DOUBT_MIN: Duration = Duration::from_secs(5);

/// The pauses between the looks at one job.
pub(crate) struct Pace {
    seed: u64,
    looks: u64,
    pause: Duration,
    pause_max: Duration,
}

impl Pace {
    /// `seed` is what is unique to the attempt, so that jobs which began together are not looked at together.
    pub fn new(seed: &str, pause_max_s: u64) -> Self {
        // FNV-1a: any spread will do, and it must be the same after a restart and on every machine.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let seed = seed.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        Pace { seed, looks: 0, pause: FIRST, pause_max: Duration::from_secs(pause_max_s).max(FIRST) }
    }

    /// The pause before the next look: three quarters to five quarters of what it is at this point.
    pub fn next(&mut self) -> Duration {
        self.looks += 1;
        let mixed = (self.seed ^ self.looks).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let share = u32::try_from(mixed % 501).unwrap_or_default() + 750;
        self.pause * share / 1_000
    }

    /// The service has answered: half as long again the next time.
    pub fn answered(&mut self) {
        self.pause = (self.pause * 3 / 2).min(self.pause_max);
    }

    /// The service is busy or cannot be reached: twice as long the next time.
    pub fn busy(&mut self) {
        self.pause = (self.pause * 2).min(BUSY_MAX);
    }

    /// The service says what may be true no more after a while: three times as long the next time.
    pub fn doubted(&mut self) {
        self.pause = (self.pause * 3).clamp(DOUBT_MIN, BUSY_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_services_own_and_differ_between_jobs() {
        let pauses = |seed: &str| {
            let mut pace = Pace::new(seed, 10);
            std::iter::repeat_with(|| {
                let pause = pace.next();
                pace.answered();
                pause
            })
            .take(50)
            .collect::<Vec<_>>()
        };
        let (some, other) = (pauses("a"), pauses("b"));
        assert_eq!(some, pauses("a"));
        assert_ne!(some, other);
        let within = |pause: &Duration, of: f64| (0.75 * of..=1.25 * of).contains(&pause.as_secs_f64());
        assert!(within(&some[0], 1.0) && within(&some[1], 1.5), "{some:?}");
        assert!(some[8..].iter().all(|pause| within(pause, 10.0)), "{some:?}");
        let distinct: std::collections::BTreeSet<_> = some[8..].iter().collect();
        assert!(distinct.len() > 20, "the moments are spread: {some:?}");
    }

    #[test]
    fn a_busy_service_is_left_alone_longer_and_then_asked_as_before() {
        let mut pace = Pace::new("a", 5);
        (0..10).for_each(|_| pace.busy());
        assert!(pace.next() >= BUSY_MAX * 3 / 4);
        pace.answered();
        assert!(pace.next() <= Duration::from_secs(5) * 5 / 4);
        pace.doubted();
        assert!(pace.next() >= DOUBT_MIN * 3 / 4);
    }
}
