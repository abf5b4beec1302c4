//! The row of an execution: what the store must know about it to keep the
//! indexes, and an opaque body for everything else.

use serde::{Deserialize, Serialize};
use stateline_base::{ExecutionId, Timestamp};

/// Where an execution stands, as far as lists are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Open.
    Running,
    /// Closed with an output.
    Succeeded,
    /// Closed with an error.
    Failed,
    /// Closed because it ran too long.
    TimedOut,
    /// Closed from outside.
    Aborted,
}

impl Status {
    /// Every status, for tests and tables.
    pub const ALL: [Status; 5] =
        [Status::Running, Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted];

    /// The byte that stands for it in keys. Never changes; 0 is left for "any".
    pub(crate) const fn code(self) -> u8 {
        match self {
            Status::Running => 1,
            Status::Succeeded => 2,
            Status::Failed => 3,
            Status::TimedOut => 4,
            Status::Aborted => 5,
        }
    }

    /// Whether the execution may still change by itself.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Status::Running)
    }
}

/// The projection of an execution after its latest batch.
///
/// `machine`, `name`, `started`, `map_run` and `lists` never change once stored,
/// because the index keys are made of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionRow {
    /// The execution.
    pub id: ExecutionId,
    /// ARN of its state machine.
    pub machine: String,
    /// ARN of the execution.
    pub arn: String,
    /// Its name, unique where the caller keeps it so.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// When it started.
    pub started: Timestamp,
    /// When it closed.
    pub stopped: Option<Timestamp>,
    /// The sequence the next event will have: one more than the last one stored.
    pub next_seq: u64,
    /// The earliest timer; keeps the index of wake-ups.
    pub wake: Option<Timestamp>,
    /// Something is in flight that a restart must look at, not only timers.
    pub busy: bool,
    /// When it may be deleted; set when it closes, never on an open execution.
    pub expires: Option<Timestamp>,
    /// Keys in [`crate::Table::MapRuns`] that are deleted with the execution.
    pub map_runs: Vec<String>,
    /// Whatever describing the execution needs; opaque here.
    pub body: Vec<u8>,
    /// ARN of the Map Run that it is a child of; such an execution is listed there and nowhere else.
    pub map_run: Option<String>,
    /// Other lists that it stands in beside its machine's: the version and the alias it was
    /// started through. Written behind the rest and only where there is one, so that
    /// rows of releases without versions read as they are.
    #[serde(skip)]
    pub lists: Vec<String>,
}

impl ExecutionRow {
    /// Whose list it is in: its Map Run's, or its state machine's.
    pub(crate) fn list(&self) -> &str {
        self.map_run.as_deref().unwrap_or(&self.machine)
    }
}
