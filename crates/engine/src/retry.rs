//! Which retrier takes a failure, and how long it waits.

use crate::execution::Frame;
use stateline_asl::program::{Jitter, Retrier};
use stateline_base::{Failure, Rng, error_name};
use std::sync::Arc;

/// A failure on its way to a retrier or a catcher, with what the names alone do not tell.
#[derive(Clone, Debug)]
pub(crate) struct Raised {
    pub(crate) failure: Failure,
    /// A missed heartbeat: `States.HeartbeatTimeout` matches it too.
    pub(crate) heartbeat: bool,
    /// It came out of a task rather than from the interpreter.
    pub(crate) from_task: bool,
    /// It came out of a JSONata expression, which history tells by an event of its own.
    pub(crate) evaluation: Option<Evaluation>,
}

/// Where an expression failed.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    /// The field below the state; `None` when no single field is at fault.
    pub(crate) location: Option<Arc<str>>,
}

impl Raised {
    /// A failure of the interpreter or of a Fail state.
    pub(crate) fn plain(failure: Failure) -> Self {
        Raised { failure, heartbeat: false, from_task: false, evaluation: None }
    }

    /// A failure of a task.
    pub(crate) fn by_task(failure: Failure) -> Self {
        Raised { from_task: true, ..Raised::plain(failure) }
    }

    /// `States.QueryEvaluationError`, with the field it arose in.
    pub(crate) fn by_evaluation(location: Option<Arc<str>>, cause: String) -> Self {
        let failure = Failure::new(error_name::QUERY_EVALUATION_ERROR, cause);
        Raised { evaluation: Some(Evaluation { location }), ..Raised::plain(failure) }
    }

    /// Whether one of the names of an `ErrorEquals` stands for this failure (reference 01, section 8).
    pub(crate) fn matches(&self, error_equals: &[Arc<str>]) -> bool {
        !error_name::is_uncatchable(self.failure.name())
            && error_equals.iter().any(|name| self.is_named_by(name))
    }

    fn is_named_by(&self, name: &str) -> bool {
        let own = self.failure.name();
        // Recorded on AWS: States.ALL catches a task's result that is too large, and
        // the documentation means the payloads that the interpreter itself makes.
        let limit = own == error_name::DATA_LIMIT_EXCEEDED && !self.from_task;
        match name {
            error_name::ALL => !limit,
            error_name::TASK_FAILED => !limit && (own != error_name::TIMEOUT || self.heartbeat),
            error_name::HEARTBEAT_TIMEOUT => self.heartbeat || own == name,
            _ => own == name,
        }
    }
}

impl From<Failure> for Raised {
    fn from(failure: Failure) -> Self {
        Raised::plain(failure)
    }
}

/// The retrier that takes the failure now, by its index.
///
/// The first that matches decides: when its attempts are used up, no later one is tried.
pub(crate) fn pick(retriers: &[Retrier], frame: &Frame, raised: &Raised) -> Option<usize> {
    let index = retriers.iter().position(|retrier| raised.matches(&retrier.error_equals))?;
    let used = frame.retries.get(index).copied().unwrap_or(0);
    let retrier = retriers.get(index)?;
    (u64::from(used) < retrier.max_attempts).then_some(index)
}

/// Milliseconds until the next attempt, after `used` earlier retries of this retrier.
///
/// The bound is applied first and the jitter after it, as AWS does.
pub(crate) fn delay_ms(retrier: &Retrier, used: u32, rng: &mut Rng) -> i64 {
    let exponent = i32::try_from(used).unwrap_or(i32::MAX);
    #[allow(clippy::cast_precision_loss, reason = "seconds are below 2^53")]
    let grown = retrier.interval_seconds as f64 * retrier.backoff_rate.powi(exponent);
    #[allow(clippy::cast_precision_loss, reason = "seconds are below 2^53")]
    let bound = retrier.max_delay_seconds.unwrap_or(stateline_base::limits::SECONDS_MAX) as f64;
    let seconds = grown.min(bound);
    let seconds = match retrier.jitter {
        Jitter::None => seconds,
        Jitter::Full => seconds * rng.next_unit(),
    };
    #[allow(clippy::cast_possible_truncation, reason = "bounded by 99,999,999 seconds")]
    let millis = (seconds * 1000.0).round() as i64;
    millis
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retrier(names: &[&str]) -> Retrier {
        Retrier {
            error_equals: names.iter().map(|name| Arc::from(*name)).collect(),
            interval_seconds: 2,
            max_attempts: 3,
            backoff_rate: 2.0,
            max_delay_seconds: Some(5),
            jitter: Jitter::None,
        }
    }

    #[test]
    fn wildcards_match_what_aws_lets_them() {
        let table = [
            ("Custom", error_name::ALL, true),
            ("Custom", error_name::TASK_FAILED, true),
            ("Custom", "custom", false),
            (error_name::TIMEOUT, error_name::TASK_FAILED, false),
            (error_name::TIMEOUT, error_name::ALL, true),
            (error_name::RUNTIME, error_name::ALL, false),
            (error_name::RUNTIME, error_name::RUNTIME, false),
            (error_name::DATA_LIMIT_EXCEEDED, error_name::ALL, false),
            (error_name::DATA_LIMIT_EXCEEDED, error_name::DATA_LIMIT_EXCEEDED, true),
        ];
        for (error, name, expected) in table {
            let raised = Raised::plain(Failure::named(error));
            assert_eq!(raised.matches(&[name.into()]), expected, "{error} against {name}");
        }
        let large = Raised::by_task(Failure::named(error_name::DATA_LIMIT_EXCEEDED));
        assert!(large.matches(&[error_name::ALL.into()]));
        let silent = Raised { heartbeat: true, ..Raised::by_task(Failure::named(error_name::TIMEOUT)) };
        assert!(silent.matches(&[error_name::HEARTBEAT_TIMEOUT.into()]));
        assert!(silent.matches(&[error_name::TIMEOUT.into()]));
    }

    #[test]
    fn delays_grow_up_to_the_bound() {
        let retrier = retrier(&["E"]);
        let mut rng = Rng::new(1);
        let delays: Vec<i64> = (0..4).map(|used| delay_ms(&retrier, used, &mut rng)).collect();
        assert_eq!(delays, [2_000, 4_000, 5_000, 5_000]);
        let full = Retrier { jitter: Jitter::Full, ..retrier };
        for used in 0..50 {
            assert!((0..=5_000).contains(&delay_ms(&full, used, &mut rng)));
        }
    }
}
