//! What a case gave: raw as counted, and as the report shows it.

use super::case::{Case, Until};
use super::load::Laps;
use serde::{Deserialize, Serialize};

/// As counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Workflows in the measured time.
    pub workflows: u64,
    /// All workflows.
    pub workflows_all: u64,
    /// How often clients asked for an end in the measured time.
    pub polls: u64,
    /// The measured time.
    pub seconds: f64,
    /// Start to end, in milliseconds.
    pub p50_ms: f64,
    /// Ninety-nine in a hundred were not slower.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Processor time of the engine's process in the measured time.
    pub cpu_micros: Option<u64>,
    /// Of it, what answering the clients' questions took.
    pub poll_cpu_micros: Option<u64>,
    /// The most resident memory of the engine's process.
    pub rss_max_kib: Option<u64>,
    /// The data directory before the first workflow.
    pub disk_bytes_before: Option<u64>,
    /// The data directory after the engine was closed.
    pub disk_bytes_after: Option<u64>,
}

impl Measured {
    /// What the clients counted.
    pub fn of(laps: &Laps) -> Self {
        let ms = |nanos: u64| nanos as f64 / 1e6;
        Measured {
            workflows: laps.workflows,
            workflows_all: laps.workflows_all,
            polls: laps.polls,
            seconds: laps.seconds,
            p50_ms: ms(laps.nanos.value_at_quantile(0.5)),
            p99_ms: ms(laps.nanos.value_at_quantile(0.99)),
            max_ms: ms(laps.nanos.max()),
            ..Measured::default()
        }
    }
}

/// A run of a case, as reported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The case.
    #[serde(flatten)]
    pub case: Case,
    /// What its measured time ends with.
    pub until: Until,
    /// From 1.
    pub round: u32,
    /// Workflows in the measured time.
    pub workflows: u64,
    /// Workflows a second.
    pub per_second: f64,
    /// Median of start to end.
    pub p50_ms: f64,
    /// Ninety-nine in a hundred were not slower.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Processor time of the engine's process a workflow, in microseconds, without the polls.
    pub cpu_us_per_workflow: Option<f64>,
    /// Processor time that answering the polls of one workflow took.
    pub poll_cpu_us_per_workflow: Option<f64>,
    /// Polls a workflow.
    pub polls_per_workflow: f64,
    /// The most resident memory of the engine's process.
    pub rss_max_mib: Option<f64>,
    /// What the data directory grew by a workflow, once closed.
    pub disk_bytes_per_workflow: Option<f64>,
    /// How long work waited for a processor in the ten seconds before, on the whole machine.
    pub cpu_pressure_percent_before: Option<f64>,
}

impl Run {
    /// From what was counted.
    pub fn new(case: Case, round: u32, measured: &Measured, cpu_pressure_percent_before: Option<f64>) -> Run {
        let per_workflow = |amount: u64| amount as f64 / measured.workflows.max(1) as f64;
        let poll_micros = measured.poll_cpu_micros.unwrap_or(0);
        let grown = measured.disk_bytes_before.zip(measured.disk_bytes_after).map(|(before, after)| {
            after.saturating_sub(before) as f64 / measured.workflows_all.max(1) as f64
        });
        Run {
            case,
            until: case.until(),
            round,
            workflows: measured.workflows,
            per_second: measured.workflows as f64 / measured.seconds.max(f64::EPSILON),
            p50_ms: measured.p50_ms,
            p99_ms: measured.p99_ms,
            max_ms: measured.max_ms,
            cpu_us_per_workflow: measured.cpu_micros.map(|all| per_workflow(all.saturating_sub(poll_micros))),
            poll_cpu_us_per_workflow: measured.poll_cpu_micros.map(per_workflow),
            polls_per_workflow: per_workflow(measured.polls),
            rss_max_mib: measured.rss_max_kib.map(|kib| kib as f64 / 1024.0),
            disk_bytes_per_workflow: grown,
            cpu_pressure_percent_before,
        }
    }
}
