//! A case: which workload, of which type, reached how, how many at once.

use super::workloads::Workload;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A type of execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Standard: every step durable
    Standard,
    /// Express, started with StartExecution: the start durable
    Express,
    /// Express, started with StartSyncExecution: nothing durable
    ExpressSync,
}

/// How the engine is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// As a library in the process that makes the load
    InProcess,
    /// As a server, over one keep-alive connection a client
    Http,
}

/// What a workflow's measured time ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// The workflow's end, durable where its type promises that.
    Ended,
    /// The answer that it is accepted; its end is not asked for, or cannot be seen from outside.
    Accepted,
}

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Which workload.
    pub workload: Workload,
    /// Of which type, where a workload has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Reached how.
    pub way: Way,
    /// How many clients.
    pub in_flight: u32,
    /// How many of what the workload is about: sleepers, open executions, stored ones, bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Measured for so long.
    pub seconds: f64,
    /// After running for so long.
    pub warm_up_seconds: f64,
    /// Between two questions for an end; none: as the last workflows took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_ms: Option<f64>,
    /// How long sleepers sleep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleep_seconds: Option<u32>,
}

impl Case {
    /// How long it runs before it is measured.
    pub fn warm_up(&self) -> Duration {
        Duration::from_secs_f64(self.warm_up_seconds)
    }

    /// How long it is measured.
    pub fn measured(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// What its measured time ends with.
    pub fn until(&self) -> Until {
        match (self.workload, self.kind, self.way) {
            (Workload::Starts, ..) | (_, Some(Kind::Express), Way::Http) => Until::Accepted,
            _ => Until::Ended,
        }
    }

    /// The workload, with what sets it apart: `w1`, `pass5 standard in-process`.
    pub fn name(&self) -> String {
        match self.kind {
            Some(kind) => format!("{} {} {}", word(&self.workload), word(&kind), word(&self.way)),
            None => word(&self.workload),
        }
    }

    /// How much of it: clients, or what the workload counts.
    pub fn amount(&self) -> u64 {
        self.size.unwrap_or_else(|| u64::from(self.in_flight))
    }

    /// In a line: `pass5 standard in-process x32`.
    pub fn title(&self) -> String {
        format!("{} x{}", self.name(), self.amount())
    }
}

/// The name of a variant, as the command line and the JSON spell it.
pub fn word<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
