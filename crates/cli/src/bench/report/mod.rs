//! The report: tables for people, every run as JSON for programs, a picture for documents.

mod ratio;
mod svg;
mod table;

use super::BenchError;
use super::args::{BenchArgs, SideArgs};
use super::case::{Case, Until};
use super::figures::{Figure, Figures};
use super::meter::file_system;
use super::runner::Bench;
use crate::args::Format;
use crate::output::{pretty, say};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

pub use ratio::{Ratio, Spread};
pub use table::shown;

/// What the JSON calls itself; a change that readers must know of changes the number.
const SCHEMA: &str = "stateline-bench/1";

/// Which of two servers that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that is measured.
    First,
    /// The one that it is measured against.
    Second,
    /// None of them: this program as a library, or the machine.
    Neither,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::First | Side::Neither => "",
            Side::Second => " (the second server)",
        })
    }
}

/// A run of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The case.
    pub case: Case,
    /// On which server.
    pub side: Side,
    /// From 1.
    pub round: u32,
    /// What its measured time ends with.
    pub until: Until,
    /// How long work waited for a processor in the ten seconds before, on the whole machine.
    pub cpu_pressure_percent_before: Option<f64>,
    /// What was measured.
    pub figures: Figures,
}

/// On what it ran, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The release that measured.
    pub version: String,
    /// Whether it was built for speed.
    pub optimised: bool,
    /// When it began.
    pub date: String,
    /// What was typed.
    pub command_line: Vec<String>,
    /// The machine.
    pub machine: MachineFacts,
    /// `memory`, or the file system that the data was on.
    pub store: String,
    /// The first server, and the second if there is one.
    pub sides: Vec<SideFacts>,
}

/// A server that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideFacts {
    /// How reports call it.
    pub label: String,
    /// Its endpoint, its command, or `this program`.
    pub server: String,
}

/// The machine, as far as it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineFacts {
    /// Processors that this process may use.
    pub processors: usize,
    /// Their model.
    pub model: String,
    /// The kernel.
    pub kernel: String,
}

impl MachineFacts {
    /// Of this machine.
    pub fn read() -> Self {
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

impl Facts {
    /// Of this process and this machine, now.
    pub fn read(bench: &Bench, args: &BenchArgs) -> Self {
        let SideArgs { endpoint, command, label, against, against_command, against_label, .. } = &args.sides;
        let side = |label: &Option<String>, usual: &str, server: &str| SideFacts {
            label: label.as_deref().unwrap_or(usual).to_owned(),
            server: server.to_owned(),
        };
        let first = endpoint.as_deref().or(command.as_deref()).unwrap_or("this program");
        let second = against.as_deref().or(against_command.as_deref());
        let mut sides = vec![side(label, "A", first)];
        sides.extend(second.map(|server| side(against_label, "B", server)));
        Facts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            optimised: !cfg!(debug_assertions),
            date: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            command_line: std::env::args().skip(1).collect(),
            machine: MachineFacts::read(),
            store: if bench.in_memory { "memory".to_owned() } else { file_system(&bench.root) },
            sides,
        }
    }
}

/// All runs, and on what they ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What kind of JSON this is.
    pub schema: String,
    /// On what it ran, and how.
    #[serde(flatten)]
    pub facts: Facts,
    /// Workloads that were measured, and what they are.
    pub workloads: Vec<About>,
    /// In the order in which they ran.
    pub runs: Vec<Run>,
    /// Cases that were asked for and cannot be measured, and why.
    pub left_out: Vec<String>,
    /// Cases that failed, and why.
    pub failed: Vec<String>,
}

/// What a workload is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its name.
    pub name: super::workloads::Workload,
    /// In one line.
    pub about: String,
}

impl Report {
    /// Of runs, which it sets in relation to their ceilings where these were measured in the same round.
    pub fn new(facts: Facts, mut runs: Vec<Run>, left_out: Vec<String>, failed: Vec<String>) -> Self {
        let rates: Vec<_> = runs
            .iter()
            .map(|run| (run.case.workload, run.case.in_flight, run.round, run.figures.get(Figure::PerSecond)))
            .collect();
        for run in &mut runs {
            let Some(ceiling) = run.case.workload.ceiling() else { continue };
            let wanted = (ceiling, run.case.in_flight, run.round);
            let found =
                rates.iter().find(|(workload, clients, round, _)| (*workload, *clients, *round) == wanted);
            let bound = found.and_then(|(.., per_second)| *per_second);
            let share = run.figures.get(Figure::PerSecond).zip(bound).map(|(rate, bound)| rate / bound);
            run.figures.set(Figure::OfCeiling, share);
        }
        let mut workloads: Vec<_> = runs.iter().map(|run| run.case.workload).collect();
        workloads.sort();
        workloads.dedup();
        let workloads = workloads.into_iter().map(|name| About { name, about: name.about() }).collect();
        Report { schema: SCHEMA.to_owned(), facts, workloads, runs, left_out, failed }
    }

    /// Reads one that was saved.
    ///
    /// # Errors
    /// When the file is not there or holds something else.
    pub fn read(path: &Path) -> Result<Report, BenchError> {
        let wrong = |why: String| BenchError::File { path: path.to_owned(), why };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let report: Report = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("it is no report of bench: {error}")))?;
        if report.schema != SCHEMA {
            return Err(wrong(format!("it is {}, and this program reads {SCHEMA}", report.schema)));
        }
        Ok(report)
    }

    /// Prints it.
    pub fn print(&self, format: Format) {
        match format {
            Format::Json => say(&self.json()),
            Format::Table => say(&table::text(self)),
        }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        pretty(&serde_json::json!(self))
    }

    /// As a picture.
    pub fn svg(&self) -> String {
        svg::draw(self)
    }

    /// The cases, each once, in the order of their workloads.
    fn cases(&self) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for run in &self.runs {
            if !cases.contains(&run.case) {
                cases.push(run.case);
            }
        }
        cases
    }

    /// Whether two servers were measured.
    fn compares(&self) -> bool {
        self.facts.sides.len() > 1
    }

    /// How a side is called.
    fn label(&self, side: Side) -> &str {
        let at = match side {
            Side::First => 0,
            Side::Second => 1,
            Side::Neither => return "-",
        };
        self.facts.sides.get(at).map_or("", |side| side.label.as_str())
    }

    /// A figure of a case on one side, in each round that has it.
    fn values(&self, case: &Case, side: Side, figure: Figure) -> Vec<f64> {
        let runs = self.runs.iter().filter(|run| run.case == *case && run.side == side);
        runs.filter_map(|run| run.figures.get(figure)).collect()
    }

    /// What a case cannot exceed, a second: the median of its ceiling with as many clients.
    fn bound(&self, case: &Case) -> Option<f64> {
        let ceiling = case.workload.ceiling()?;
        let runs = self
            .runs
            .iter()
            .filter(|run| (run.case.workload, run.case.in_flight) == (ceiling, case.in_flight));
        Spread::of(runs.filter_map(|run| run.figures.get(Figure::PerSecond)).collect())
            .map(|spread| spread.median)
    }

    /// A figure on the first server over that on the second, round by round.
    fn ratio(&self, case: &Case, figure: Figure) -> Option<Ratio> {
        let of = |side| {
            let runs = self.runs.iter().filter(move |run| run.case == *case && run.side == side);
            runs.filter_map(|run| Some((run.round, run.figures.get(figure)?))).collect::<Vec<_>>()
        };
        Ratio::of(&of(Side::First), &of(Side::Second))
    }
}

#[cfg(test)]
pub mod testing {
    //! A report to draw and to print.

    use super::super::case::{Case, Way};
    use super::super::workloads::Workload;
    use super::*;

    /// A case of a workload.
    pub fn case(workload: Workload, in_flight: u32) -> Case {
        Case {
            workload,
            kind: None,
            way: Way::Http,
            in_flight,
            size: None,
            seconds: 5.0,
            warm_up_seconds: 1.0,
            poll_ms: None,
            sleep_seconds: None,
        }
    }

    /// A run of it.
    pub fn run(case: Case, side: Side, round: u32, per_second: f64) -> Run {
        let figures = Figures::default()
            .with(Figure::PerSecond, per_second)
            .with(Figure::P50Ms, 1_000.0 / per_second)
            .with(Figure::CpuUsPerWorkflow, 500_000.0 / per_second);
        Run { case, side, round, until: case.until(), cpu_pressure_percent_before: Some(12.0), figures }
    }

    /// Two servers, three rounds, and a ceiling.
    pub fn report() -> Report {
        let starts = case(Workload::Starts, 32);
        let ceiling = case(Workload::CeilingDurable, 32);
        let mut runs = Vec::new();
        for (round, first, second) in [(1, 9_000.0, 3_000.0), (2, 8_000.0, 4_000.0), (3, 8_800.0, 2_200.0)] {
            runs.push(run(starts, Side::First, round, first));
            runs.push(run(starts, Side::Second, round, second));
            runs.push(run(ceiling, Side::Neither, round, 16_000.0));
        }
        let sleepers = Case { size: Some(10_000), ..case(Workload::W3, 64) };
        let figures = Figures::default().with(Figure::KibPerSleeper, 0.75).with(Figure::LateP99Ms, 9.0);
        runs.push(Run { case: sleepers, figures, ..run(sleepers, Side::First, 1, 1.0) });
        let side =
            |label: &str, server: &str| SideFacts { label: label.to_owned(), server: server.to_owned() };
        let facts = Facts {
            version: "0".to_owned(),
            optimised: false,
            date: "2026-11-21T00:00:00Z".to_owned(),
            command_line: vec!["bench".to_owned(), "--workload".to_owned(), "starts <x>".to_owned()],
            machine: MachineFacts { processors: 2, model: "Chip".to_owned(), kernel: "6".to_owned() },
            store: "tmpfs".to_owned(),
            sides: vec![side("new", "this program"), side("old & dear", "old {port}")],
        };
        Report::new(facts, runs, vec!["a case: why".to_owned()], vec!["another: why".to_owned()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_report_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        let report = testing::report();
        std::fs::write(&path, report.json()).expect("it is written");
        assert_eq!(Report::read(&path).expect("it is read"), report);

        let refused = |text: &str| {
            std::fs::write(&path, text).expect("it is written");
            let error = Report::read(&path).expect_err("it is refused").to_string();
            error.rsplit_once("report.json: ").map(|(_, why)| why.to_owned()).unwrap_or(error)
        };
        let other = report.json().replacen(SCHEMA, "stateline-bench/2", 1);
        assert_eq!(refused(&other), "it is stateline-bench/2, and this program reads stateline-bench/1");
        assert!(refused("{}").starts_with("it is no report of bench: "));
    }

    #[test]
    fn ceilings_are_those_of_the_round() {
        let report = testing::report();
        let case = testing::case(super::super::workloads::Workload::Starts, 32);
        assert_eq!(report.values(&case, Side::First, Figure::OfCeiling), [0.5625, 0.5, 0.55]);
    }
}
