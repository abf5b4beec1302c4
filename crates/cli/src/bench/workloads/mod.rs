//! The workloads, one file each: what is run, and what of it is measured.

pub mod call1;
mod ceiling;
pub mod disk;
mod express1;
mod growth;
mod jsonata;
pub mod pass5;
mod starts;
mod w1;
mod w1sync;
mod w1t;
mod w1t_function;
mod w2;
mod w2_nested;
mod w3;
mod w4;
pub mod waiting;

use super::BenchError;
use super::case::{Case, Way};
use super::closed;
use super::figures::Figure;
use super::runner::{Measured, Stage};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Workload {
    /// Five Pass states, Standard, each started and seen to its end
    W1,
    /// Five Pass states, Express, started with StartSyncExecution
    W1sync,
    /// One Pass state, Express, started with StartSyncExecution: what HTTP leaves room for
    Express1,
    /// Five Pass states, Standard, only started: durable, and not asked for again
    Starts,
    /// Five Task states of an activity, Standard, done by workers outside
    W1t,
    /// Five Task states of a local function, Standard
    W1tFunction,
    /// An inline Map over 1,000 items, a Pass state in each
    W2,
    /// Maps within Parallel states within a Map, 1,000 Pass states in all
    W2Nested,
    /// Orders filtered, summed up and chosen by in JSONata, Express, started with StartSyncExecution
    Jsonata,
    /// Sleepers: what they take of memory, and how late they wake
    W3,
    /// kill -9 with many open executions, and a restart
    W4,
    /// What starting, listing, describing cost as the store grows
    Growth,
    /// Five Pass states, of each type, in-process and over HTTP
    Pass5,
    /// One Task state that calls a function, of each type, in-process and over HTTP
    Call1,
    /// A bare HTTP server that answers 200 bytes: what no engine can exceed
    CeilingHttp,
    /// The same, each request appended to a log and made durable together with others
    CeilingDurable,
    /// Appends to a file of fixed size, each made durable
    Disk,
    /// Appends to a file that grows, each made durable
    DiskGrowing,
}

/// What a case runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A server of the API.
    Engine,
    /// A process with the engine as a library.
    Process,
    /// The bare server.
    Ceiling,
    /// A folder.
    Folder,
}

/// What a case runs on.
pub fn needs(case: &Case) -> Needs {
    match (case.workload, case.way) {
        (Workload::CeilingHttp | Workload::CeilingDurable, _) => Needs::Ceiling,
        (Workload::Disk | Workload::DiskGrowing, _) => Needs::Folder,
        (_, Way::InProcess) => Needs::Process,
        (_, Way::Http) => Needs::Engine,
    }
}

/// Runs a case on its server.
///
/// # Errors
/// When the server refuses, goes away, or does not do what the case is about.
pub async fn run(case: &Case, stage: &mut Stage) -> Result<Measured, BenchError> {
    let site = &stage.site;
    let function = || site.function.clone().unwrap_or_default();
    let script = match case.workload {
        Workload::W1 => w1::script(),
        Workload::W1sync => w1sync::script(),
        Workload::Express1 => express1::script(),
        Workload::Starts => starts::script(),
        Workload::W1tFunction => w1t_function::script(&function()),
        Workload::W2 => w2::script(),
        Workload::W2Nested => w2_nested::script(),
        Workload::Jsonata => jsonata::script(),
        Workload::Pass5 => pass5::script(case),
        Workload::Call1 => call1::script(case, &function()),
        Workload::W1t => return w1t::run(case, site).await,
        Workload::W3 => return w3::run(case, site).await,
        Workload::W4 => return w4::run(case, stage).await,
        Workload::Growth => return growth::run(case, stage).await,
        Workload::CeilingHttp | Workload::CeilingDurable => return ceiling::run(case, site).await,
        Workload::Disk | Workload::DiskGrowing => return disk::run(case, &stage.folder.0).await,
    };
    closed::run(case, site, &script).await
}

/// Workloads that have the same figures stand in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// Closed loops of workflows or requests.
    Loops,
    /// Closed loops of workflows that fan out.
    Fans,
    /// Sleepers.
    Sleepers,
    /// Crashes.
    Crashes,
    /// Stores that grow.
    Growth,
    /// The disk.
    Disk,
}

impl Sheet {
    /// In the order in which they are shown.
    pub const ALL: [Sheet; 6] =
        [Sheet::Loops, Sheet::Fans, Sheet::Sleepers, Sheet::Crashes, Sheet::Growth, Sheet::Disk];

    /// What the number beside a workload counts.
    pub fn amount(self) -> &'static str {
        match self {
            Sheet::Loops | Sheet::Fans => "in flight",
            Sheet::Sleepers => "sleepers",
            Sheet::Crashes => "open",
            Sheet::Growth => "stored",
            Sheet::Disk => "bytes",
        }
    }

    /// Its columns.
    pub fn columns(self) -> &'static [Figure] {
        use Figure::*;
        match self {
            Sheet::Loops => &[
                PerSecond,
                OfCeiling,
                P50Ms,
                P99Ms,
                CpuUsPerWorkflow,
                PollCpuUsPerWorkflow,
                ClientCpuUsPerWorkflow,
                RssMaxMib,
                DiskBytesPerWorkflow,
            ],
            Sheet::Fans => &[ItemsPerSecond, P50Ms, P99Ms, CpuUsPerItem, RssMaxMib, DiskBytesPerWorkflow],
            Sheet::Sleepers => {
                &[StartedPerSecond, KibPerSleeper, LateP50Ms, LateP99Ms, LateMaxMs, WakesPerSecond]
            }
            Sheet::Crashes => &[Acknowledged, ReadySeconds, EndedSeconds, Lost, EndedTwice],
            Sheet::Growth => &[
                StartCpuUs,
                StartedPerSecond,
                ListMs,
                DeepListMs,
                DescribeMs,
                HistoryMs,
                RssMib,
                DiskBytesPerExecution,
            ],
            Sheet::Disk => &[SyncsPerSecond, MibPerSecond, P50Ms, P99Ms, MaxMs],
        }
    }

    /// The columns that are drawn, at most three.
    pub fn drawn(self) -> &'static [Figure] {
        use Figure::*;
        match self {
            Sheet::Loops => &[PerSecond, P50Ms, CpuUsPerWorkflow],
            Sheet::Fans => &[ItemsPerSecond, P50Ms, CpuUsPerItem],
            Sheet::Sleepers => &[KibPerSleeper, LateP99Ms, StartedPerSecond],
            Sheet::Crashes => &[ReadySeconds, EndedSeconds],
            Sheet::Growth => &[StartCpuUs, DescribeMs, DeepListMs],
            Sheet::Disk => &[SyncsPerSecond, P50Ms],
        }
    }
}

impl Workload {
    /// The table that it stands in.
    pub fn sheet(self) -> Sheet {
        match self {
            Workload::W2 | Workload::W2Nested => Sheet::Fans,
            Workload::W3 => Sheet::Sleepers,
            Workload::W4 => Sheet::Crashes,
            Workload::Growth => Sheet::Growth,
            Workload::Disk | Workload::DiskGrowing => Sheet::Disk,
            _ => Sheet::Loops,
        }
    }

    /// What it cannot exceed, where that is measured.
    pub fn ceiling(self) -> Option<Workload> {
        match self {
            Workload::W1 | Workload::Starts => Some(Workload::CeilingDurable),
            Workload::W1sync | Workload::Express1 => Some(Workload::CeilingHttp),
            _ => None,
        }
    }

    /// What it is, in one line.
    pub fn about(self) -> String {
        self.to_possible_value()
            .and_then(|value| value.get_help().map(ToString::to_string))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::closed::{Goal, Script};
    use super::*;
    use stateline_asl::MachineKind;

    #[test]
    fn definitions_compile() {
        let function = call1::own_function_arn();
        let case = |kind| Case {
            workload: Workload::Pass5,
            kind: Some(kind),
            way: Way::Http,
            in_flight: 1,
            size: None,
            seconds: 1.0,
            warm_up_seconds: 1.0,
            poll_ms: None,
            sleep_seconds: None,
        };
        use super::super::case::Kind::*;
        let kinds = [Standard, Express, ExpressSync].map(case);
        let mut scripts =
            vec![w1::script(), w1sync::script(), express1::script(), starts::script(), w2::script()];
        scripts.extend([w2_nested::script(), jsonata::script(), w1t_function::script(&function)]);
        scripts.extend(kinds.iter().map(pass5::script));
        scripts.extend(kinds.iter().map(|case| call1::script(case, &function)));
        for Script { definition, express, goal, .. } in scripts {
            assert!(express || goal != Goal::Answered, "Standard has no synchronous start: {definition}");
            let kind = if express { MachineKind::Express } else { MachineKind::Standard };
            let compiled = stateline_asl::compile(&definition, kind);
            assert!(compiled.program.is_some(), "{definition}: {:?}", compiled.diagnostics);
        }
    }

    #[test]
    fn no_more_is_drawn_than_there_is_room_for() {
        for sheet in Sheet::ALL {
            assert!((1..=3).contains(&sheet.drawn().len()));
            assert!(sheet.drawn().iter().all(|figure| sheet.columns().contains(figure)));
        }
    }
}
