//! The questions that a decision may ask beside its records.
//!
//! The answers become part of what is recorded (the request that holds a token, the
//! failure that an activity is gone), so replaying asks nothing.

use stateline_journal::AttemptId;
use std::fmt::Debug;

/// What only the surroundings of an execution know.
pub trait Outside: Debug + Sync {
    /// The token of an attempt of this execution: the same whenever it is asked for, at most
    /// 1,024 characters, and not to be guessed.
    fn task_token(&self, attempt: AttemptId) -> String;

    /// Whether workers can ask for tasks of this activity.
    fn activity_exists(&self, arn: &str) -> bool;

    /// Whether a mock stands for whoever does the task of a state, in an execution of this machine
    /// that runs this test case.
    fn is_mocked(&self, _machine_arn: &str, _case: &str, _state: &str) -> bool {
        false
    }
}

/// Surroundings in which nobody asks for tasks or returns tokens: those of Express executions, and
/// of states that are tested on their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Apart;

impl Outside for Apart {
    fn task_token(&self, attempt: AttemptId) -> String {
        format!("task-token-{attempt}")
    }

    fn activity_exists(&self, _arn: &str) -> bool {
        true
    }
}
