//! What was typed: the commands, their options, and the help that teaches them.
//!
//! Nothing is done here. Names of commands and options are an interface that
//! others script against; they change only with a note to users.

use crate::bench::{BenchArgs, BenchCaseArgs, BenchCeilingArgs, BenchFunctionArgs};
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

/// A durable workflow engine that speaks AWS Step Functions.
///
/// Workflows are written in the Amazon States Language. Run one file to its end with `run`,
/// or start the server with `serve` and use it from any AWS SDK, from the AWS CLI, or with
/// `start`, `executions`, `history`, `stop` and `tokens`.
#[derive(Debug, Parser)]
#[command(name = "stateline", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "Try:
  stateline run examples/order-processing/order.asl.json --input @examples/order-processing/input.json
  stateline dev examples/

RUST_LOG=info (or debug) says more on stderr; NO_COLOR=1 turns colours off.
`stateline COMMAND --help` explains a command with examples.")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run one definition to its end, without a server
    Run(RunArgs),
    /// Start the server
    Serve(ServeArgs),
    /// Start the server with everything of a folder, and reload what changes
    Dev(DevArgs),
    /// Check definitions and explain what is wrong with them
    Validate(ValidateArgs),
    /// Start an execution on a server
    Start(StartArgs),
    /// List executions, newest first
    Executions(ExecutionsArgs),
    /// Show what happened in an execution
    History(HistoryArgs),
    /// Stop an execution
    Stop(StopArgs),
    /// List tasks that wait for a person or a worker, and end them
    Tokens(TokensArgs),
    /// Check that clients on this machine would reach a server, and say what to set
    Doctor(DoctorArgs),
    /// Take a backup of a server's data while it runs, or of a data directory
    Backup(BackupArgs),
    /// Make a data directory out of a backup, or check one
    Restore(RestoreArgs),
    /// Draw a workflow
    Graph(GraphArgs),
    /// Evaluate an expression
    Eval(EvalArgs),
    /// Measure how fast this engine is on this machine, alone or against another
    Bench(Box<BenchArgs>),
    /// Run one case of a benchmark in this process
    #[command(hide = true)]
    BenchCase(BenchCaseArgs),
    /// Be the function that a benchmark calls
    #[command(hide = true)]
    BenchFunction(BenchFunctionArgs),
    /// Be the bare server that a benchmark compares with
    #[command(hide = true)]
    BenchCeiling(BenchCeilingArgs),
    /// Print a script that completes commands in a shell
    Completions(CompletionsArgs),
}

impl Command {
    /// What is logged when `RUST_LOG` says nothing.
    pub fn default_log(&self) -> &'static str {
        match self {
            Command::Serve(_) | Command::Dev(_) => "info",
            _ => "warn",
        }
    }
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For scripts
    Json,
    /// For people
    #[default]
    Table,
}

/// Standard or Express.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MachineType {
    /// Durable, at most one year, every step recorded
    Standard,
    /// At most five minutes, kept in memory
    Express,
}

/// Arguments of `run`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline run order.asl.json
  stateline run order.asl.json --input '{\"id\": 7}'
  stateline run order.asl.json --input @order.json | jq .total
  stateline run order.asl.json --data ./data --name nightly-2026-11-21
  stateline run order.asl.json --mock MockConfigFile.json#CardDeclined

Functions come from the nearest stateline.toml: beside FILE, or in a folder above it.
Others are invoked at AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL, where one is set.

--mock takes the mock configuration file of Step Functions Local. The test case is named behind a
#, as in the ARN of a state machine; a machine's only one need not be. The machine is the one
with FILE's name, or the only one in the mock file. States that the case does not name call what
they always call.

Progress is shown on stderr if that is a terminal; stdout has nothing but the output.
Exit code: 0 succeeded; 1 failed, timed out or stopped; 2 wrong usage or a wrong definition.")]
pub struct RunArgs {
    /// The definition: a file in the Amazon States Language (JSON or YAML)
    pub file: PathBuf,
    /// The input: JSON, or @FILE to read it from a file, or - for stdin
    #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
    pub input: String,
    /// Answer tasks out of a mock configuration file, as a test case of it says
    #[arg(long, value_name = "FILE[#CASE]")]
    pub mock: Option<String>,
    /// Keep the execution in this data directory; run again with the same --name to go on after a crash
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The settings and functions to use instead of the nearest stateline.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The execution's name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What to print on stdout: the output as JSON, or a table of the states and the result
    #[arg(long, value_enum, default_value = "json")]
    pub output: Format,
}

/// Arguments of `serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline serve
  stateline serve --listen 127.0.0.1:9000 --data /var/lib/stateline
  stateline serve --store memory: --listen 127.0.0.1:0
  AWS_ENDPOINT_URL_SFN=http://127.0.0.1:8083 aws stepfunctions list-state-machines
  SFN_MOCK_CONFIG=MockConfigFile.json stateline serve

Prints a line `listening on http://ADDRESS` for each --listen when it is ready; port 0 takes a
free port. Requests are served whatever host they name: AWS SDKs put `sync-` before it for
StartSyncExecution and TestState, and `stateline doctor` says what to do about that.
SIGTERM or Ctrl-C: it takes no more requests, waits for calls that are out, and ends. What
still runs goes on at the next start; after a kill -9 too.

SFN_MOCK_CONFIG names a mock configuration file, which is read again when it changes: an execution
of STATE-MACHINE-ARN#CASE runs that test case.

Options stand above stateline.toml ([server], [limits], [functions.NAME]), which stands above
the defaults. There is no authentication yet, so other than loopback addresses need --insecure.")]
pub struct ServeArgs {
    /// The server's options.
    #[command(flatten)]
    pub server: ServerArgs,
    /// The settings [default: stateline.toml in this folder, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Arguments of `dev`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline dev
  stateline dev examples/
  stateline start order --input @examples/order-processing/input.json --wait

Below DIR, each NAME.asl.json is a state machine NAME, and each stateline.toml adds its functions.
[machines.NAME] type = \"EXPRESS\" in a stateline.toml makes an Express machine.
A changed function is used by the next call. A changed definition replaces the state machine as
soon as none of its executions runs; the ones that ran keep their definition and history.
[server] and [limits] are read from DIR/stateline.toml at the start.")]
pub struct DevArgs {
    /// The folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The server's options.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Options of whatever listens.
#[derive(Debug, Default, ClapArgs)]
pub struct ServerArgs {
    /// Address and port; may be given several times [default: 127.0.0.1:8083]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Vec<String>,
    /// The data directory [default: ./.stateline]
    #[arg(long, value_name = "DIR", conflicts_with = "store")]
    pub data: Option<PathBuf>,
    /// Where to keep everything: a data directory, or memory: to keep nothing
    #[arg(long, value_name = "DIR|memory:")]
    pub store: Option<String>,
    /// Serve an address that others can reach, without authentication
    #[arg(long)]
    pub insecure: bool,
    /// Threads that decide [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
    /// How long a stop waits for requests and calls that are out [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub grace_seconds: Option<u64>,
    /// How long a backup of the running server may take [default: 3600]
    #[arg(long, value_name = "SECONDS")]
    pub backup_seconds: Option<u64>,
}

/// Arguments of `validate`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline validate order.asl.json
  stateline validate --type express *.asl.json
  stateline validate --output json order.asl.json | jq '.[].message'

Every mistake is reported, not only the first, as FILE:LINE:COLUMN: severity[CODE]: message.
Codes and messages are those of AWS; the help below them is ours.
Exit code: 0 no errors (warnings may be), 1 errors, 2 a file cannot be read.")]
pub struct ValidateArgs {
    /// The definitions
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The type of state machine that the definitions are for
    #[arg(long = "type", value_enum, default_value = "standard")]
    pub machine_type: MachineType,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
}

/// Where the server is and as whom it is asked.
#[derive(Clone, Debug, ClapArgs)]
pub struct EndpointArgs {
    /// The server [default: STATELINE_ENDPOINT, AWS_ENDPOINT_URL_SFN, or http://127.0.0.1:8083]
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, or us-east-1]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// The account [default: 000000000000]
    #[arg(long, value_name = "12 DIGITS")]
    pub account: Option<String>,
}

/// Arguments of `start`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline start order
  stateline start order --input @order.json --name order-7
  stateline start order --input '{\"id\": 7}' --wait
  stateline start order#CardDeclined --wait

Prints the execution's ARN; with --wait, the output. Starting again with the same name and
input while it runs is the same execution, as on AWS. Behind a # stands a test case of the server's
SFN_MOCK_CONFIG. An Express machine with --wait is run
by StartSyncExecution.
Exit code with --wait: 0 succeeded; 1 failed, timed out or stopped.")]
pub struct StartArgs {
    /// The state machine: name or ARN
    pub machine: String,
    /// The input: JSON, or @FILE to read it from a file, or - for stdin
    #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
    pub input: String,
    /// The execution's name, unique for its state machine
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Follow it to its end; Ctrl-C stops following, not the execution
    #[arg(long, short)]
    pub wait: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `executions`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline executions
  stateline executions order --status FAILED --limit 100
  stateline executions --output json | jq -r '.[].executionArn'")]
pub struct ExecutionsArgs {
    /// Only of this state machine: name or ARN
    pub machine: Option<String>,
    /// Only those that stand so
    #[arg(long, value_enum, ignore_case = true)]
    pub status: Option<StatusFilter>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// A status to filter by, spelled as the API spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StatusFilter {
    /// Still going
    Running,
    /// Ended with an output
    Succeeded,
    /// Ended with an error
    Failed,
    /// Took too long
    TimedOut,
    /// Was stopped
    Aborted,
}

impl StatusFilter {
    /// As the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            StatusFilter::Running => "RUNNING",
            StatusFilter::Succeeded => "SUCCEEDED",
            StatusFilter::Failed => "FAILED",
            StatusFilter::TimedOut => "TIMED_OUT",
            StatusFilter::Aborted => "ABORTED",
        }
    }
}

/// Arguments of `history`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline history order-7
  stateline history order:order-7 --output json
  stateline history arn:aws:states:us-east-1:000000000000:execution:order:order-7")]
pub struct HistoryArgs {
    /// The execution: its name, MACHINE:NAME, or its ARN
    pub execution: String,
    /// Newest event first
    #[arg(long)]
    pub reverse: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `stop`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline stop order-7
  stateline stop order:order-7 --error Cancelled --cause 'the customer changed their mind'")]
pub struct StopArgs {
    /// The execution: its name, MACHINE:NAME, or its ARN
    pub execution: String,
    /// The error to record
    #[arg(long, value_name = "NAME")]
    pub error: Option<String>,
    /// The cause to record
    #[arg(long, value_name = "TEXT")]
    pub cause: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `tokens`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline tokens list
  stateline tokens succeed TOKEN --output '{\"approved\": true}'
  stateline tokens fail TOKEN --error Rejected --cause 'too expensive'
  stateline tokens heartbeat TOKEN

A token is as good as the right to end its task: treat the list like a password.")]
pub struct TokensArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: TokensCommand,
}

/// The commands of `tokens`.
#[derive(Debug, Subcommand)]
pub enum TokensCommand {
    /// List tasks that wait for their token or for a worker, the oldest executions first
    List(TokensListArgs),
    /// End a task with a result
    Succeed(TokensSucceedArgs),
    /// End a task with an error
    Fail(TokensFailArgs),
    /// Say that a task goes on, where it must be said
    Heartbeat(TokensHeartbeatArgs),
}

/// Arguments of `tokens list`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline tokens list
  stateline tokens list order --limit 1000
  stateline tokens list --output json | jq -r '.[] | select(.stateName == \"AskManager\").taskToken'

An activity's task that no worker has taken has no token yet.")]
pub struct TokensListArgs {
    /// Only of this state machine: name or ARN
    pub machine: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `tokens succeed`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline tokens succeed TOKEN
  stateline tokens succeed TOKEN --output '{\"approved\": true}'
  stateline tokens succeed TOKEN --output @answer.json")]
pub struct TokensSucceedArgs {
    /// The task's token
    pub token: String,
    /// The task's result: JSON, or @FILE to read it from a file, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    pub output: String,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `tokens fail`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline tokens fail TOKEN --error Rejected --cause 'too expensive'")]
pub struct TokensFailArgs {
    /// The task's token
    pub token: String,
    /// The error's name, which Retry and Catch look at
    #[arg(long, value_name = "NAME")]
    pub error: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub cause: Option<String>,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `tokens heartbeat`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline tokens heartbeat TOKEN")]
pub struct TokensHeartbeatArgs {
    /// The task's token
    pub token: String,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `doctor`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline doctor
  stateline doctor --endpoint http://states.internal:8083
  stateline doctor --data /var/lib/stateline
  stateline doctor --json | jq -r '.checks[] | select(.verdict != \"ok\") | .text'

Looks up the endpoint's name and its sync- sibling, connects, asks for health and for a list,
compares clocks, and reads what SDKs read from the environment. It starts and changes nothing.
Without --endpoint it takes STATELINE_ENDPOINT, AWS_ENDPOINT_URL_SFN or AWS_ENDPOINT_URL.
Exit code: 0 nothing failed (warnings may be), 1 a check failed, 2 wrong usage.")]
pub struct DoctorArgs {
    /// Also measure how long a durable write takes in this folder
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `backup`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline backup monday.backup
  stateline backup --endpoint http://127.0.0.1:9000 monday.backup
  stateline backup --data /var/lib/stateline monday.backup
  stateline backup - | ssh vault 'cat > monday.backup'

A server goes on meanwhile: the backup shows one moment between two commits, of all accounts. With
--data it is read from a data directory that no server holds. What comes is checked as it is written,
and OUT is there only when all of it is. It holds inputs, outputs and what task tokens are made with:
keep it as you keep the data directory.

A server gives a backup an hour ([server] backup_seconds), and does one at a time.
docs/backup.md says what becomes of executions that ran at that moment.")]
pub struct BackupArgs {
    /// The file to write, which must not be there yet; - for stdout
    pub out: PathBuf,
    /// A data directory that no server holds, instead of a server
    #[arg(long, value_name = "DIR", conflicts_with = "endpoint")]
    pub data: Option<PathBuf>,
    /// How to print what is in it
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
    /// The server.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// Arguments of `restore`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline restore monday.backup --data /var/lib/stateline
  stateline restore --check monday.backup
  ssh vault 'cat monday.backup' | stateline restore - --data /var/lib/stateline

The folder must be empty, or not there yet. It becomes a data directory when all of the backup is
there, checked and on disk; what is broken off before is refused by `serve`, and restored anew.
--check reads a backup to its end and makes nothing.

Do not run a copy beside its original: both would make the same calls and take the same task tokens.")]
pub struct RestoreArgs {
    /// The backup; - for stdin
    pub file: PathBuf,
    /// The folder that becomes the data directory
    #[arg(long, value_name = "DIR", required_unless_present = "check", conflicts_with = "check")]
    pub data: Option<PathBuf>,
    /// Only check that the backup is whole
    #[arg(long)]
    pub check: bool,
    /// How to print what is in it
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
}

/// Arguments of `graph`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline graph order.asl.json > order.svg
  stateline graph order.asl.json --format mermaid
  stateline graph order.asl.json --format dot | dot -Tpng > order.png")]
pub struct GraphArgs {
    /// The definition
    pub file: PathBuf,
    /// The kind of picture
    #[arg(long, value_enum, default_value = "svg")]
    pub format: GraphFormat,
}

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A picture for browsers and documents
    Svg,
    /// Text that Markdown viewers draw
    Mermaid,
    /// Text for Graphviz
    Dot,
}

/// Arguments of `eval`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline eval '$sum($states.input.items.price)' --bindings '{\"states\": {\"input\": {\"items\": [{\"price\": 2}]}}}'
  stateline eval '$sum(items.price)' --input @order.json
  stateline eval '$.items[?(@.price > 10)].sku' --input @order.json
  stateline eval \"States.Format('{} items', $.count)\" --input '{\"count\": 3}'

Without --language, what begins like a path ($. $[ $$. States.) is JSONPath and all else JSONata.
{% and %} around an expression may stay. --batch reads a line of JSON each from stdin,
{\"id\", \"language\", \"expression\", \"input\"?, \"bindings\"?}, and prints for each {\"id\", \"result\"},
{\"id\", \"undefined\": true} or {\"id\", \"error\": {\"code\", \"message\"}}; for JSONPath with \"definite\".
Exit code: 0 there is a value; 1 undefined or an error; 2 wrong usage.")]
pub struct EvalArgs {
    /// The expression
    pub expression: Option<String>,
    /// Its language
    #[arg(long, value_enum)]
    pub language: Option<ExpressionLanguage>,
    /// The document that the expression is about: JSON, @FILE, or - for stdin
    #[arg(long, short, value_name = "JSON|@FILE|-")]
    pub input: Option<String>,
    /// Variables: a JSON object of names and values, or @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    pub bindings: Option<String>,
    /// Many expressions: a line of JSON each, from stdin
    #[arg(long, conflicts_with_all = ["expression", "input", "bindings"])]
    pub batch: bool,
    /// Whose JSONata: Step Functions' (no $eval, six functions more), or the language's own
    /// (the default of --batch)
    #[arg(long, value_enum)]
    pub dialect: Option<Dialect>,
}

/// Languages of expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExpressionLanguage {
    /// JSONata
    Jsonata,
    /// Paths and intrinsic functions
    Jsonpath,
}

/// Dialects of JSONata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// As a state machine evaluates it
    StepFunctions,
    /// As JSONata 2.0.6 evaluates it
    Reference,
}

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  stateline completions bash > ~/.local/share/bash-completion/completions/stateline
  stateline completions zsh > \"${fpath[1]}/_stateline\"
  stateline completions fish > ~/.config/fish/completions/stateline.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_by_examples() {
        for command in Args::command().get_subcommands() {
            let help = command.clone().render_long_help().to_string();
            assert!(help.contains("Examples:\n  stateline "), "{}: {help}", command.get_name());
        }
    }
}
