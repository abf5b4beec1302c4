//! What `bench` can be told.

use super::case::{Kind, Way};
use super::workloads::Workload;
use crate::args::Format;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Arguments of `bench`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline bench
  stateline bench --quick
  stateline bench --suite --save suite.json --svg suite.svg
  stateline bench --workload w1,w1sync --in-flight 1,32,128 --rounds 5
  stateline bench --workload w1 --endpoint http://127.0.0.1:8083 --pid $(pidof stateline) --output json
  stateline bench --against http://127.0.0.1:18333 --rounds 5
  stateline bench --against-command 'old/stateline serve --data {data} --listen 127.0.0.1:{port} --config {config}'
  stateline bench --report suite.json --svg suite.svg

Most workloads are closed loops: so many clients, each of which starts its next workflow when it has
seen the end of the last one. Every case has a server of its own with a new data directory, unless
--endpoint names one. With --against or --against-command each case runs on both by turns, A B B A.

What can be seen of an end differs. For synchronous Express it is the answer. The end of a Standard
workflow is asked for with DescribeExecution, first when half of the time is over that the last one
took, or every --poll-ms; what these requests cost the server is measured afterwards and shown apart.
An asynchronous Express workflow cannot be asked for, so its case ends with the acceptance.

Ctrl-C ends the benchmark and prints what was measured. docs/benchmarks.md explains the workloads.")]
pub struct BenchArgs {
    /// What is measured [default: w1, w1sync, express1, starts, w1t, w2, and the ceilings]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub workload: Vec<Workload>,
    /// Every workload at the lengths of docs/benchmarks.md, in three rounds
    #[arg(long, conflicts_with_all = ["workload", "quick", "kind", "way"])]
    pub suite: bool,
    /// Everything short and small, to see that it runs
    #[arg(long)]
    pub quick: bool,
    /// Of pass5 and call1: the types of execution [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub kind: Vec<Kind>,
    /// Of pass5 and call1: how the engine is reached [default: both]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub way: Vec<Way>,
    /// Clients of a closed loop [default: 1,32,128]
    #[arg(long, value_delimiter = ',', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub in_flight: Vec<u32>,
    /// How long each case is measured [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<f64>,
    /// How long each case runs before it is measured [default: 1]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub warm_up: Option<f64>,
    /// All cases in turn, so often; tables show medians [default: 1, of a comparison 5, of --suite 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub rounds: Option<u32>,
    /// Ask for an end every so often, instead of as the last workflows took
    #[arg(long, value_name = "MS", value_parser = millis)]
    pub poll_ms: Option<f64>,
    /// Of w3: executions that sleep [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub sleepers: Option<u64>,
    /// Of w3: how long they sleep; at least as long as it takes to start them all [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub sleep_seconds: Option<u32>,
    /// Of w4: executions that are open when the server is killed [default: 25000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub open: Option<u64>,
    /// Of growth: up to how many executions are stored, a power of ten [default: 100000]
    #[arg(long, value_name = "MAX", value_parser = power_of_ten)]
    pub executions: Option<u64>,
    /// Instead of the cases: how DescribeExecution answers while workers poll and tasks wait for their tokens
    #[arg(long, conflicts_with_all = ["workload", "suite", "kind", "way", "rounds", "quick", "endpoint", "command", "against", "against_command", "save", "svg"])]
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
    #[command(flatten)]
    pub sides: SideArgs,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// Write the report as JSON to a file, too
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Draw the report into a file, as SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Instead of measuring: the report of such a JSON file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["workload", "suite", "quick", "waiting", "endpoint", "command", "against", "against_command", "save"])]
    pub report: Option<PathBuf>,
}

/// What is measured, and what against.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct SideArgs {
    /// A server that runs already, instead of one of our own
    #[arg(long, value_name = "http://ADDRESS:PORT", conflicts_with = "command")]
    pub endpoint: Option<String>,
    /// The process of the server at --endpoint, to measure its processor time and memory
    #[arg(long, value_name = "PID", requires = "endpoint")]
    pub pid: Option<u32>,
    /// Starts the server, instead of this program; {data}, {port} and {config} stand for a new folder,
    /// a free port of 127.0.0.1 and a stateline.toml with the function of the benchmark
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    /// A function that the server at --endpoint or of --command can call; without one, no case calls functions
    #[arg(long, value_name = "ARN")]
    pub function: Option<String>,
    /// How reports call it [default: A]
    #[arg(long, value_name = "NAME")]
    pub label: Option<String>,
    /// A second server that runs already, measured by turns with the first
    #[arg(long, value_name = "http://ADDRESS:PORT", conflicts_with = "against_command")]
    pub against: Option<String>,
    /// The process of the server at --against
    #[arg(long, value_name = "PID", requires = "against")]
    pub against_pid: Option<u32>,
    /// Starts the second server, as --command the first
    #[arg(long, value_name = "COMMAND")]
    pub against_command: Option<String>,
    /// A function that the second server can call
    #[arg(long, value_name = "ARN")]
    pub against_function: Option<String>,
    /// How reports call the second server [default: B]
    #[arg(long, value_name = "NAME")]
    pub against_label: Option<String>,
}

/// Arguments of `bench-case`, which `bench` starts.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline bench --workload pass5 --way in-process")]
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

/// Arguments of `bench-ceiling`, which `bench` starts.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline bench --workload ceiling-http,ceiling-durable")]
pub struct BenchCeilingArgs {
    /// Makes each request durable in a log in this folder before it is answered
    #[arg(long)]
    pub log: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.01..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("it must be a number of seconds from 0.01 to 86400".to_owned()),
    }
}

fn millis(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(millis) if (0.1..=60_000.0).contains(&millis) => Ok(millis),
        _ => Err("it must be a number of milliseconds from 0.1 to 60000".to_owned()),
    }
}

fn power_of_ten(text: &str) -> Result<u64, String> {
    match text.parse::<u64>() {
        Ok(count) if (2..=9).any(|power| 10_u64.pow(power) == count) => Ok(count),
        _ => Err("it must be a power of ten from 100 to 1000000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use expect_test::{Expect, expect};

    #[derive(Debug, Parser)]
    struct Typed {
        #[command(flatten)]
        bench: BenchArgs,
    }

    fn check(typed: &[&str], expected: &Expect) {
        let error = Typed::try_parse_from(std::iter::once(&"bench").chain(typed)).expect_err("it is refused");
        expected.assert_eq(error.to_string().lines().next().unwrap_or_default());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        check(
            &["--executions", "5000"],
            &expect![
                "error: invalid value '5000' for '--executions <MAX>': it must be a power of ten from 100 to 1000000000"
            ],
        );
        check(
            &["--poll-ms", "fast"],
            &expect![
                "error: invalid value 'fast' for '--poll-ms <MS>': it must be a number of milliseconds from 0.1 to 60000"
            ],
        );
        check(
            &["--seconds", "0"],
            &expect![
                "error: invalid value '0' for '--seconds <SECONDS>': it must be a number of seconds from 0.01 to 86400"
            ],
        );
        check(
            &["--endpoint", "http://a", "--command", "b"],
            &expect![
                "error: the argument '--endpoint <http://ADDRESS:PORT>' cannot be used with '--command <COMMAND>'"
            ],
        );
        check(
            &["--against-pid", "7"],
            &expect!["error: the following required arguments were not provided:"],
        );
    }
}
