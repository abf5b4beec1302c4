//! The report: a table of medians for people, every run as JSON for programs.

use super::case::{Case, Until, Way, word};
use super::measured::Run;
use super::meter::file_system;
use crate::args::Format;
use crate::output::{pretty, say, table};
use serde::Serialize;
use std::path::Path;

/// All runs, and on what they ran.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Report {
    /// The release that measured.
    pub version: &'static str,
    /// Whether it was built for speed.
    pub optimised: bool,
    /// The machine.
    pub machine: MachineFacts,
    /// `memory`, or the file system that the data was on.
    pub store: String,
    /// In the order in which they ran.
    pub runs: Vec<Run>,
    /// Cases that were asked for and cannot be measured, and why.
    pub left_out: Vec<String>,
}

/// The machine, as far as it tells.
#[derive(Debug, Serialize)]
pub struct MachineFacts {
    /// Processors that this process may use.
    pub processors: usize,
    /// Their model.
    pub model: String,
    /// The kernel.
    pub kernel: String,
}

impl MachineFacts {
    pub(super) fn read() -> Self {
        let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let cpus = text("/proc/cpuinfo");
        let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
        MachineFacts {
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            model: model.trim_start_matches([' ', '\t', ':']).to_owned(),
            kernel: text("/proc/sys/kernel/osrelease").trim().to_owned(),
        }
    }
}

impl Report {
    /// Of runs whose data was below `root`, if anywhere.
    pub fn new(root: &Path, in_memory: bool, runs: Vec<Run>, left_out: Vec<String>) -> Self {
        let store = if in_memory { "memory".to_owned() } else { file_system(root) };
        Report {
            version: env!("CARGO_PKG_VERSION"),
            optimised: !cfg!(debug_assertions),
            machine: MachineFacts::read(),
            store,
            runs,
            left_out,
        }
    }

    /// Prints it.
    pub fn print(&self, format: Format) {
        match format {
            Format::Json => say(&pretty(&serde_json::json!(self))),
            Format::Table => say(&self.text()),
        }
    }

    fn text(&self) -> String {
        let mut cases: Vec<Case> = Vec::new();
        for run in &self.runs {
            if !cases.contains(&run.case) {
                cases.push(run.case);
            }
        }
        let rows: Vec<Vec<String>> = cases.iter().map(|case| self.row(case)).collect();
        let head = [
            "workflow",
            "type",
            "way",
            "in flight",
            "per s",
            "p50 ms",
            "p99 ms",
            "cpu us",
            "+ polls",
            "rss MiB",
            "disk B",
            "until",
        ];
        let mut lines = vec![table(&head, &rows), String::new()];
        lines.extend(self.notes());
        lines.join("\n")
    }

    fn row(&self, case: &Case) -> Vec<String> {
        let runs: Vec<&Run> = self.runs.iter().filter(|run| run.case == *case).collect();
        let of = |get: fn(&Run) -> Option<f64>| median(runs.iter().filter_map(|run| get(run)).collect());
        let until = match case.until() {
            Until::Ended => "ended",
            Until::Accepted => "accepted",
        };
        vec![
            word(&case.workload),
            word(&case.kind),
            word(&case.way),
            case.in_flight.to_string(),
            shown(of(|run| Some(run.per_second))),
            shown(of(|run| Some(run.p50_ms))),
            shown(of(|run| Some(run.p99_ms))),
            shown(of(|run| run.cpu_us_per_workflow)),
            shown(of(|run| run.poll_cpu_us_per_workflow)),
            shown(of(|run| run.rss_max_mib)),
            shown(of(|run| run.disk_bytes_per_workflow)),
            until.to_owned(),
        ]
    }

    fn notes(&self) -> Vec<String> {
        let MachineFacts { processors, model, kernel } = &self.machine;
        let rounds = self.runs.iter().map(|run| run.round).max().unwrap_or(1);
        let pressure = self.runs.iter().filter_map(|run| run.cpu_pressure_percent_before);
        let pressure = pressure.fold(0.0, f64::max);
        let mut notes = vec![format!(
            "stateline {}, {processors} x {model}, Linux {kernel}, data on {}; medians of {rounds} {}; \
             pressure on the processors before a case up to {pressure:.0} %",
            self.version,
            self.store,
            if rounds == 1 { "round" } else { "rounds" },
        )];
        if !self.optimised {
            notes.push("This program was built without optimisation: the figures mean nothing.".to_owned());
        }
        if self.store == "tmpfs" {
            notes.push(
                "tmpfs is memory: making data durable costs nothing there. --store names a folder on a disk."
                    .to_owned(),
            );
        }
        if self.runs.iter().any(|run| run.case.way == Way::InProcess) {
            notes.push("cpu and rss in-process include the clients.".to_owned());
        }
        notes.extend(self.left_out.iter().map(|why| format!("Left out: {why}.")));
        notes
    }
}

/// The middle one, or of an even number the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 { Some(upper) } else { Some((values.get(middle - 1)? + upper) / 2.0) }
}

/// With three digits that say something.
pub(super) fn shown(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) if value >= 1.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::case::{Kind, Workload};
    use crate::bench::measured::Measured;
    use expect_test::expect;

    fn run(round: u32, workflows: u64) -> Run {
        let case = Case {
            workload: Workload::Pass5,
            kind: Kind::Standard,
            way: Way::Http,
            in_flight: 32,
            seconds: 5.0,
            warm_up_seconds: 1.0,
        };
        let measured = Measured {
            workflows,
            workflows_all: 2 * workflows,
            polls: workflows,
            seconds: 5.0,
            p50_ms: 1.5,
            p99_ms: 12.25,
            cpu_micros: Some(workflows * 100),
            poll_cpu_micros: Some(workflows * 20),
            rss_max_kib: Some(20_480),
            disk_bytes_before: Some(1_000),
            disk_bytes_after: Some(1_000 + workflows * 1_400),
            ..Measured::default()
        };
        Run::new(case, round, &measured, Some(12.0))
    }

    #[test]
    fn the_table_has_medians_of_the_rounds() {
        let runs =
            [1_000, 90_000, 2_000].into_iter().zip(1..).map(|(workflows, round)| run(round, workflows));
        let report = Report {
            version: "0",
            optimised: false,
            machine: MachineFacts { processors: 2, model: "Chip".to_owned(), kernel: "6".to_owned() },
            store: "tmpfs".to_owned(),
            runs: runs.collect(),
            left_out: vec!["a case: why".to_owned()],
        };
        expect![[r#"
            workflow  type      way   in flight  per s  p50 ms  p99 ms  cpu us  + polls  rss MiB  disk B  until
            pass5     standard  http  32         400    1.50    12.2    80.0    20.0     20.0     700     ended

            stateline 0, 2 x Chip, Linux 6, data on tmpfs; medians of 3 rounds; pressure on the processors before a case up to 12 %
            This program was built without optimisation: the figures mean nothing.
            tmpfs is memory: making data durable costs nothing there. --store names a folder on a disk.
            Left out: a case: why."#]].assert_eq(&report.text());
    }

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
