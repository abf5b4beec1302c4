//! Runs the cases of a plan, round by round, each on its own server or on the ones that were named.

use super::BenchError;
use super::args::{BenchArgs, SideArgs};
use super::case::Case;
use super::figures::Figures;
use super::http::address_of;
use super::meter::{Meter, cpu_pressure_percent, disk_bytes};
use super::plan::Plan;
use super::report::{Run, Side};
use super::server::{Program, Server};
use super::site::Site;
use super::workloads::{self, Needs};
use crate::output::note;
use serde::{Deserialize, Serialize};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What a case gave.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Mostly the case itself; one that grows has figures at several sizes.
    pub rows: Vec<(Case, Figures)>,
    /// Workflows that left their history in the store, measured or not.
    pub workflows_all: u64,
}

impl Measured {
    /// Of one case.
    pub fn one(case: Case, figures: Figures, workflows_all: u64) -> Self {
        Measured { rows: vec![(case, figures)], workflows_all }
    }
}

/// A server that is measured, and how to get one.
#[derive(Clone, Debug)]
pub enum Target {
    /// A new one for each case.
    Started(Program, Option<String>),
    /// One that runs already.
    Running(Site),
}

impl Target {
    fn new(
        endpoint: Option<&str>,
        command: Option<&str>,
        pid: Option<u32>,
        function: Option<&str>,
    ) -> Result<Option<Target>, BenchError> {
        let function = function.map(str::to_owned);
        Ok(match (endpoint, command) {
            (Some(endpoint), _) => Some(Target::Running(Site {
                address: address_of(endpoint)?,
                meter: pid.map(Meter::of),
                function,
            })),
            (None, Some(command)) => Some(Target::Started(Program::Command(command.to_owned()), function)),
            (None, None) => None,
        })
    }

    /// The first, which is this program if nothing is said.
    pub fn first(args: &SideArgs) -> Result<Target, BenchError> {
        let named = Target::new(
            args.endpoint.as_deref(),
            args.command.as_deref(),
            args.pid,
            args.function.as_deref(),
        )?;
        Ok(named.unwrap_or_else(|| Target::Started(Program::Own, args.function.clone())))
    }

    /// The second, if there is one.
    pub fn second(args: &SideArgs) -> Result<Option<Target>, BenchError> {
        let SideArgs { against, against_command, against_function, .. } = args;
        Target::new(
            against.as_deref(),
            against_command.as_deref(),
            args.against_pid,
            against_function.as_deref(),
        )
    }

    /// Fails at once if it runs already, but not there.
    async fn check(&self) -> Result<(), BenchError> {
        match self {
            Target::Started(..) => Ok(()),
            Target::Running(site) => site.connect().await?.call("ListStateMachines", "{}").await.map(|_| ()),
        }
    }
}

/// What all cases share.
pub struct Bench {
    /// Where the folders of the cases are made.
    pub root: PathBuf,
    /// Whether engines of our own keep executions in memory.
    pub in_memory: bool,
    first: Target,
    second: Option<Target>,
}

/// Where a case runs.
pub struct Stage {
    /// The server.
    pub site: Site,
    /// The server, if it is for us to end.
    pub server: Option<Server>,
    /// Its data directory, if it has one that is known.
    pub data: Option<PathBuf>,
    /// A folder that goes with the case.
    pub folder: Folder,
}

impl Bench {
    /// As was typed.
    ///
    /// # Errors
    /// When an endpoint is none.
    pub fn new(args: &BenchArgs) -> Result<Bench, BenchError> {
        let in_memory = args.store.as_deref() == Some("memory:");
        let root = match &args.store {
            Some(folder) if !in_memory => PathBuf::from(folder),
            _ => std::env::temp_dir(),
        };
        let (first, second) = (Target::first(&args.sides)?, Target::second(&args.sides)?);
        Ok(Bench { root: std::path::absolute(root)?, in_memory, first, second })
    }

    /// Fails at once if a server that should run already does not.
    ///
    /// # Errors
    /// When it cannot be reached, or refuses.
    pub async fn check(&self) -> Result<(), BenchError> {
        self.first.check().await?;
        match &self.second {
            Some(second) => second.check().await,
            None => Ok(()),
        }
    }

    /// Every case in turn, round by round: `ran` is told each run as it ends, `failed` each case that
    /// did not; it is left out of later rounds.
    pub async fn measure_all(&self, plan: &Plan, rounds: u32, runs: &mut Vec<Run>, failed: &mut Vec<String>) {
        let mut broken = vec![false; plan.cases.len()];
        for round in 1..=rounds {
            for (at, case) in plan.cases.iter().enumerate() {
                for (side, target) in self.turns(case, round) {
                    if broken.get(at) == Some(&true) {
                        continue;
                    }
                    if std::io::stderr().is_terminal() {
                        let cases = plan.cases.len();
                        note(&format!("round {round}, case {} of {cases}: {}{side}", at + 1, case.title()));
                    }
                    let pressure = cpu_pressure_percent();
                    match Box::pin(self.measure(case, target)).await {
                        Ok(outcome) => runs.extend(outcome.rows.into_iter().map(|(case, figures)| Run {
                            case,
                            side,
                            round,
                            until: case.until(),
                            cpu_pressure_percent_before: pressure,
                            figures,
                        })),
                        Err(error) => {
                            note(&format!("{}{side}: {error}", case.title()));
                            failed.push(format!("{}{side}: {error}", case.title()));
                            broken[at] = true;
                        }
                    }
                }
            }
        }
    }

    /// Who is measured in a round, in order: A B, then B A, so that what drifts falls on both alike.
    fn turns(&self, case: &Case, round: u32) -> Vec<(Side, &Target)> {
        let mut turns = vec![(Side::First, &self.first)];
        match &self.second {
            _ if workloads::needs(case) != Needs::Engine => turns = vec![(Side::Neither, &self.first)],
            Some(second) => turns.push((Side::Second, second)),
            None => {}
        }
        if round.is_multiple_of(2) {
            turns.reverse();
        }
        turns
    }

    async fn measure(&self, case: &Case, target: &Target) -> Result<Measured, BenchError> {
        let folder = Folder::create(&self.root)?;
        let data = (!self.in_memory).then(|| folder.0.join("data"));
        let durable = |durable| Target::Started(Program::Ceiling { durable }, None);
        let ceiling;
        let target = match workloads::needs(case) {
            Needs::Folder => return workloads::disk::run(case, &folder.0).await,
            Needs::Process => return in_process_of_its_own(case, data.as_deref()).await,
            Needs::Ceiling => {
                ceiling = durable(case.workload == workloads::Workload::CeilingDurable);
                &ceiling
            }
            Needs::Engine => target,
        };
        let mut stage = match target {
            Target::Running(site) => Stage { site: site.clone(), server: None, data: None, folder },
            Target::Started(program, function) => {
                let server =
                    Server::start(program.clone(), (&folder.0, data.as_deref()), function.clone()).await?;
                Stage { site: server.site.clone(), server: Some(server), data, folder }
            }
        };
        let before = stage.disk_bytes();
        let mut outcome = workloads::run(case, &mut stage).await?;
        if let Some(server) = stage.server.take() {
            server.stop().await?;
        }
        grown(&mut outcome, before, stage.disk_bytes());
        Ok(outcome)
    }
}

impl Stage {
    /// The data directory, if it is there.
    pub fn disk_bytes(&self) -> Option<u64> {
        self.data.as_deref().filter(|data| data.is_dir()).and_then(|data| disk_bytes(data).ok())
    }
}

/// What the data directory grew by, for each workflow whose history is in it.
fn grown(outcome: &mut Measured, before: Option<u64>, after: Option<u64>) {
    if let ([(_, figures)], Some((before, after))) = (outcome.rows.as_mut_slice(), before.zip(after))
        && figures.get(super::figures::Figure::PerSecond).is_some()
    {
        let each = after.saturating_sub(before) as f64 / outcome.workflows_all.max(1) as f64;
        figures.set(super::figures::Figure::DiskBytesPerWorkflow, Some(each));
    }
}

async fn in_process_of_its_own(case: &Case, data: Option<&Path>) -> Result<Measured, BenchError> {
    let text = serde_json::to_string(case).map_err(|error| BenchError::Case(error.to_string()))?;
    let mut process = tokio::process::Command::new(std::env::current_exe()?);
    process.arg("bench-case").arg(text).stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    if let Some(data) = data {
        process.arg("--data").arg(data);
    }
    let ended = process.output().await?;
    if !ended.status.success() {
        return Err(BenchError::Case(format!("it ended with {}", ended.status)));
    }
    let (mut outcome, before): (Measured, Option<u64>) =
        serde_json::from_slice(&ended.stdout).map_err(|error| BenchError::Case(error.to_string()))?;
    grown(&mut outcome, before, data.map(disk_bytes).transpose()?);
    Ok(outcome)
}

/// A folder that goes with its case.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new one below `root`.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(root: &Path) -> std::io::Result<Folder> {
        let path = root.join(format!("stateline-{}", super::site::unique("case")));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            note(&format!("{} is left behind: {error}", self.0.display()));
        }
    }
}
