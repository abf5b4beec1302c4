//! How long nobody could be asked about a job: a task that waits on should say why, once in a while.

use stateline_base::Failure;
use std::time::Duration;
use tokio::time::Instant;

/// After so long without an answer there is a warning, and one more each time that it is over again.
const WORTH_TELLING: Duration = Duration::from_secs(300);

/// The time since the last answer.
#[derive(Debug, Default)]
pub(crate) struct Silence {
    since: Option<Instant>,
    warnings: u32,
}

impl Silence {
    /// There was an answer, whatever it says.
    pub fn ends(&mut self) {
        *self = Silence::default();
    }

    /// There was none, because of this.
    pub fn goes_on(&mut self, job: &str, failure: &Failure) {
        let cause = failure.cause.as_deref();
        match self.worth_telling() {
            Some(silence) => {
                let seconds = silence.as_secs();
                tracing::warn!(
                    job,
                    cause,
                    seconds,
                    "a job cannot be looked at for some time; its task waits on"
                );
            }
            None => tracing::debug!(job, cause, "a job cannot be looked at now"),
        }
    }

    fn worth_telling(&mut self) -> Option<Duration> {
        let silence = self.since.get_or_insert_with(Instant::now).elapsed();
        let due = silence >= WORTH_TELLING * (self.warnings + 1);
        self.warnings += u32::from(due);
        due.then_some(silence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_silence_is_told_now_and_then() {
        let mut silence = Silence::default();
        let mut told = Vec::new();
        let begun = Instant::now();
        for look in 0..30 {
            told.extend(silence.worth_telling().map(|_| begun.elapsed().as_secs()));
            tokio::time::sleep(Duration::from_secs(60)).await;
            if look == 20 {
                silence.ends();
            }
        }
        assert_eq!(told, [300, 600, 900, 1_200, 1_560]);
    }
}
