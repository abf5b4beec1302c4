//! What `bench` can be told.

use super::case::{Kind, Way, Workload};
use crate::args::Format;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Arguments of `bench`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline bench
  stateline bench --quick
  stateline bench --workload pass5 --kind standard --in-flight 1,32,256 --rounds 5
  stateline bench --waiting
  stateline bench --endpoint http://127.0.0.1:8083 --pid $(pidof stateline) --output json

Every case is a closed loop: so many clients, each of which starts its next workflow when it has seen
the end of the last one. In-process cases run in a process of their own, cases over HTTP against a
server of their own with a new data directory, or against --endpoint.

What can be seen of an end differs. In-process, and over HTTP for synchronous Express, it is the end
itself. Over HTTP the end of a Standard workflow is asked for with DescribeExecution; what those
requests cost the server is measured afterwards and shown apart. An asynchronous Express workflow
cannot be asked for, so over HTTP its case ends with the acceptance, and says so.

With --waiting, DescribeExecution is measured on two servers by turns: one that has nothing else to
do, and one that holds --pollers requests of workers while --open-tasks tasks wait for their tokens.")]
pub struct BenchArgs {
    /// The workflows [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub workload: Vec<Workload>,
    /// The types of execution [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub kind: Vec<Kind>,
    /// How the engine is reached [default: all, or http with --endpoint]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub way: Vec<Way>,
    /// Workflows in flight at once [default: 1,32,256]
    #[arg(long, value_delimiter = ',', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub in_flight: Vec<u32>,
    /// How long each case is measured [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<f64>,
    /// How long each case runs before it is measured [default: 1]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub warm_up: Option<f64>,
    /// All cases in turn, so often; the table then shows medians
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub rounds: u32,
    /// A few short cases, to see that everything runs
    #[arg(long)]
    pub quick: bool,
    /// Instead of the cases: how DescribeExecution answers while workers poll and tasks wait for their tokens
    #[arg(long, conflicts_with_all = ["workload", "kind", "way", "rounds", "quick", "endpoint"])]
    pub waiting: bool,
    /// Of --waiting: GetActivityTask that are held at once; AWS takes 1000 of one activity
    #[arg(long, value_name = "N", default_value_t = 1_000, requires = "waiting", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub pollers: u32,
    /// Of --waiting: tasks that are open at once
    #[arg(long, value_name = "N", default_value_t = 10_000, requires = "waiting", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub open_tasks: u32,
    /// Where the engines of the benchmark keep executions: a folder for new data directories, or memory:
    /// [default: the folder for temporary files]
    #[arg(long, value_name = "DIR|memory:")]
    pub store: Option<String>,
    /// A server that runs already, instead of one of our own
    #[arg(long, value_name = "http://ADDRESS:PORT")]
    pub endpoint: Option<String>,
    /// The process of the server at --endpoint, to measure its processor time and memory
    #[arg(long, value_name = "PID", requires = "endpoint")]
    pub pid: Option<u32>,
    /// A function that the server at --endpoint can call; without one, no case calls functions
    #[arg(long, value_name = "ARN", requires = "endpoint")]
    pub function: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
}

/// Arguments of `bench-case`, which `bench` starts.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline bench --way in-process")]
pub struct BenchCaseArgs {
    /// The case as JSON
    pub case: String,
    /// The data directory; without one, executions are kept in memory
    #[arg(long)]
    pub data: Option<PathBuf>,
}

/// Arguments of `bench-function`, which the server of `bench` starts.
#[derive(Clone, Copy, Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline bench --workload call1 --way http")]
pub struct BenchFunctionArgs {}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.01..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("it must be a number of seconds from 0.01 to 86400".to_owned()),
    }
}
