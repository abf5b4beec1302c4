//! The figures that a run may have: their names in JSON, their columns in a table, and which way is
//! better.

use super::load::Laps;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A figure. Its name in JSON is its name here, in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Workflows, or requests where no workflow is seen to its end, in the measured time.
    Workflows,
    /// Of them a second.
    PerSecond,
    /// Per second, over what the ceiling gave in the same round with as many in flight.
    OfCeiling,
    /// Items of Map states a second.
    ItemsPerSecond,
    /// Median of start to end, in milliseconds.
    P50Ms,
    /// Ninety-nine in a hundred were not slower.
    P99Ms,
    /// The slowest.
    MaxMs,
    /// Processor time of the engine's process a workflow, in microseconds, without the polls.
    CpuUsPerWorkflow,
    /// Processor time that answering the polls of one workflow took.
    PollCpuUsPerWorkflow,
    /// Polls a workflow.
    PollsPerWorkflow,
    /// Processor time of the engine's process an item of a Map state.
    CpuUsPerItem,
    /// Processor time of the clients, and of workers among them, a workflow.
    ClientCpuUsPerWorkflow,
    /// The most resident memory of the engine's process.
    RssMaxMib,
    /// What the data directory grew by a workflow, once closed.
    DiskBytesPerWorkflow,
    /// Starts a second, durable.
    StartedPerSecond,
    /// What the engine's process grew by a sleeper, in proportional set size.
    KibPerSleeper,
    /// Median of how much later than asked for an execution ended.
    LateP50Ms,
    /// Ninety-nine in a hundred were not later.
    LateP99Ms,
    /// The latest.
    LateMaxMs,
    /// Ends a second, between the first and the last.
    WakesPerSecond,
    /// Executions that were open when the process was killed, at least.
    Open,
    /// Executions whose start was acknowledged before.
    Acknowledged,
    /// From the start of the new process to its first answer.
    ReadySeconds,
    /// From the start of the new process until nothing was open any more.
    EndedSeconds,
    /// Acknowledged executions that were not found, or did not succeed.
    Lost,
    /// Executions that are listed twice, or whose history has two ends.
    EndedTwice,
    /// Processor time of a start that runs to its end.
    StartCpuUs,
    /// Median of the newest hundred executions' list.
    ListMs,
    /// Median of a page of a hundred far behind them.
    DeepListMs,
    /// Median of DescribeExecution of one in the store.
    DescribeMs,
    /// Median of GetExecutionHistory of one in the store.
    HistoryMs,
    /// Resident memory of the engine's process.
    RssMib,
    /// The data directory over the executions in it.
    DiskBytesPerExecution,
    /// Appends made durable a second, one after the other.
    SyncsPerSecond,
    /// What they wrote.
    MibPerSecond,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More.
    More,
    /// Less.
    Less,
    /// Neither; it is told, not compared.
    Neither,
}

impl Figure {
    /// The head of its column, with its unit, and which way is better.
    pub fn title(self) -> (&'static str, Better) {
        use Better::{Less, More, Neither};
        match self {
            Figure::Workflows => ("count", Neither),
            Figure::PerSecond => ("per s", More),
            Figure::OfCeiling => ("of ceiling", Neither),
            Figure::ItemsPerSecond => ("items/s", More),
            Figure::P50Ms => ("p50 ms", Less),
            Figure::P99Ms => ("p99 ms", Less),
            Figure::MaxMs => ("max ms", Neither),
            Figure::CpuUsPerWorkflow => ("cpu us", Less),
            Figure::PollCpuUsPerWorkflow => ("+ polls", Neither),
            Figure::PollsPerWorkflow => ("polls", Neither),
            Figure::CpuUsPerItem => ("cpu us/item", Less),
            Figure::ClientCpuUsPerWorkflow => ("client us", Neither),
            Figure::RssMaxMib => ("rss MiB", Less),
            Figure::DiskBytesPerWorkflow => ("disk B", Less),
            Figure::StartedPerSecond => ("started/s", More),
            Figure::KibPerSleeper => ("KiB/sleeper", Less),
            Figure::LateP50Ms => ("late p50 ms", Less),
            Figure::LateP99Ms => ("late p99 ms", Less),
            Figure::LateMaxMs => ("late max ms", Neither),
            Figure::WakesPerSecond => ("wakes/s", Neither),
            Figure::Open => ("open", Neither),
            Figure::Acknowledged => ("acknowledged", Neither),
            Figure::ReadySeconds => ("ready s", Less),
            Figure::EndedSeconds => ("all ended s", Less),
            Figure::Lost => ("lost", Neither),
            Figure::EndedTwice => ("ended twice", Neither),
            Figure::StartCpuUs => ("start cpu us", Less),
            Figure::ListMs => ("list ms", Less),
            Figure::DeepListMs => ("deep list ms", Less),
            Figure::DescribeMs => ("describe ms", Less),
            Figure::HistoryMs => ("history ms", Less),
            Figure::RssMib => ("rss MiB", Less),
            Figure::DiskBytesPerExecution => ("disk B", Less),
            Figure::SyncsPerSecond => ("syncs/s", More),
            Figure::MibPerSecond => ("MiB/s", More),
        }
    }

    /// Which way is better.
    pub fn better(self) -> Better {
        self.title().1
    }
}

/// The figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(BTreeMap<Figure, f64>);

impl Figures {
    /// What the clients of a loop counted.
    pub fn of(laps: &Laps) -> Self {
        let ms = |nanos: u64| nanos as f64 / 1e6;
        let mut figures = Figures::default()
            .with(Figure::Workflows, laps.workflows as f64)
            .with(Figure::PerSecond, laps.workflows as f64 / laps.seconds.max(f64::EPSILON));
        if laps.workflows > 0 {
            figures.set(Figure::P50Ms, Some(ms(laps.nanos.value_at_quantile(0.5))));
            figures.set(Figure::P99Ms, Some(ms(laps.nanos.value_at_quantile(0.99))));
            figures.set(Figure::MaxMs, Some(ms(laps.nanos.max())));
        }
        figures
    }

    /// With one more.
    pub fn with(mut self, figure: Figure, value: f64) -> Self {
        self.set(figure, Some(value));
        self
    }

    /// Adds one where it is known. JSON has no infinity, so a value without bounds is unknown.
    pub fn set(&mut self, figure: Figure, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.0.insert(figure, value);
        }
    }

    /// One of them.
    pub fn get(&self, figure: Figure) -> Option<f64> {
        self.0.get(&figure).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn they_are_json_by_their_names() {
        let mut figures = Figures::default().with(Figure::P50Ms, 1.5).with(Figure::KibPerSleeper, 0.25);
        figures.set(Figure::MaxMs, Some(f64::INFINITY));
        figures.set(Figure::LateMaxMs, None);
        let text = serde_json::to_string(&figures).expect("JSON");
        expect![[r#"{"p50_ms":1.5,"kib_per_sleeper":0.25}"#]].assert_eq(&text);
        assert_eq!(serde_json::from_str::<Figures>(&text).expect("the same"), figures);
    }
}
