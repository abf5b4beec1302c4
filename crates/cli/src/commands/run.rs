//! `stateline run`: one definition to its end, with the engine in this process.

use super::deploy::{self, Step, Wanted};
use super::{CommandError, Outcome, definition};
use crate::args::{Format, MachineType, RunArgs};
use crate::client::{CallError, Client};
use crate::config::{self, Settings};
use crate::follow;
use crate::host::{Host, HostPlan, Storage};
use crate::inputs;
use crate::names;
use crate::output::{self, note, say};
use crate::progress::Progress;
use crate::shutdown::Signals;
use crate::story::{Stand, Story};
use serde_json::{Value, json};
use stateline_connect::MockFile;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// How long a stop waits for calls that are out: none is waited for once the execution has ended.
const GRACE: Duration = Duration::from_millis(200);
/// The role of state machines made here; nothing assumes it.
const ROLE: &str = "arn:aws:iam::000000000000:role/stateline-run";
/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

pub async fn run(args: RunArgs) -> Outcome {
    let text = inputs::file(&args.file)?;
    let input = inputs::json(&args.input)?;
    let settings = match args.config.clone().or_else(|| config::nearest(&args.file)) {
        Some(path) => Settings::read(&path)?,
        None => Settings::default(),
    };
    let name = definition::name_of(&args.file);
    let test = args.mock.as_deref().map(|mock| Test::of(mock, &name)).transpose()?;
    let machine_type = settings.machine_type(&name);
    let compilation = definition::check(&args.file, &text, machine_type);
    if compilation.program.is_none() {
        note(&definition::report(&args.file, &text, &compilation.diagnostics));
        return Err(CommandError::Usage(format!("{} cannot run before it is right", args.file.display())));
    }
    let wanted = Wanted { path: args.file.clone(), text, machine_type };
    let storage = args.data.clone().map_or(Storage::Memory, Storage::Directory);
    let plan = HostPlan {
        console: stateline_api::Console::default(),
        storage,
        workers: None,
        drain: Duration::ZERO,
        backup: None,
        mocks: test.as_ref().map(|test| test.path.clone()),
    };
    let mut signals = Signals::listen()?;
    // Rates hold clients off each other; here there is only the one that waits for the end.
    let host = Host::open(&Settings { throttling: None, ..settings.clone() }, &plan)?;
    let client = Client::inside(host.api.clone(), names::place(None, Some(settings.region())));
    let outcome = tokio::select! {
        outcome = execute(&client, &args, (&name, test.as_ref()), &wanted, &input, &mut signals) => outcome,
        fault = host_fault(&host) => Err(CommandError::Failed(fault)),
    };
    host.stop(GRACE).await;
    outcome
}

/// A test case to run, out of `--mock FILE#CASE`.
struct Test {
    path: PathBuf,
    /// The state machine in the mock file. The one that is run gets its name.
    machine: String,
    case: String,
}

impl Test {
    fn of(mock: &str, name: &str) -> Result<Test, CommandError> {
        let (path, case) = match mock.rsplit_once('#') {
            // A file may have a # in its name.
            Some((path, case)) if !Path::new(mock).exists() => (path, Some(case)),
            _ => (mock, None),
        };
        let path = PathBuf::from(path);
        let file = MockFile::read(&path).map_err(|error| CommandError::Usage(error.to_string()))?;
        let machine = file.machine_for(name).map_err(CommandError::Usage)?.to_owned();
        let case = match case {
            Some(case) => case.to_owned(),
            None => {
                let only = file
                    .only_case(&machine)
                    .map_err(|why| CommandError::Usage(format!("{why} (--mock {mock}#CASE)")))?;
                only.to_owned()
            }
        };
        Ok(Test { path, machine, case })
    }
}

/// Completes when the engine can write no more.
async fn host_fault(host: &Host) -> String {
    loop {
        if let Some(fault) = host.fault() {
            return fault.to_string();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn execute(
    client: &Client,
    args: &RunArgs,
    (name, test): (&str, Option<&Test>),
    wanted: &Wanted,
    input: &str,
    signals: &mut Signals,
) -> Outcome {
    let mut machine_arn = machine(client, test.map_or(name, |test| &test.machine), wanted).await?;
    if let Some(test) = test {
        machine_arn = format!("{machine_arn}#{}", test.case);
    }
    let mut request = json!({"stateMachineArn": machine_arn, "input": input});
    if let Some(name) = &args.name {
        request["name"] = name.as_str().into();
    }
    if wanted.machine_type == MachineType::Express {
        let running = client.call("StartSyncExecution", request);
        let end = tokio::select! {
            end = running => end.map_err(usage)?,
            _ = signals.next() => return Ok(ExitCode::from(INTERRUPTED)),
        };
        return Ok(conclude(args, &end, &Story::default()));
    }
    let started = client.call("StartExecution", request).await.map_err(usage)?;
    let arn = started["executionArn"].as_str().unwrap_or_default();
    let end = tokio::select! {
        end = follow::to_the_end(client, arn, Progress::on_terminal()) => end?,
        signal = signals.next() => stopped(client, arn, signal, signals).await?,
    };
    let story = match (end["status"].as_str(), args.output) {
        (Some("SUCCEEDED"), Format::Json) => Story::default(),
        _ => Story::of(&follow::events(client, arn).await?),
    };
    Ok(conclude(args, &end, &story))
}

/// An input or a name that the API refuses was wrong usage.
fn usage(error: CallError) -> CommandError {
    match error {
        CallError::Refused { .. } => CommandError::Usage(error.to_string()),
        other => other.into(),
    }
}

/// Stops the execution after Ctrl-C and gives its end; a second Ctrl-C does not wait for it.
async fn stopped(
    client: &Client,
    arn: &str,
    signal: &str,
    signals: &mut Signals,
) -> Result<Value, CommandError> {
    note(&format!("\n{signal}: stopping the execution"));
    let request = json!({"executionArn": arn, "error": "Stateline.Interrupted", "cause": format!("{signal} ended `stateline run`")});
    let stop = async {
        client.call("StopExecution", request).await?;
        follow::to_the_end(client, arn, None).await
    };
    tokio::select! {
        end = stop => Ok(end?),
        _ = signals.next() => Err(CommandError::Failed("interrupted before the execution was stopped".to_owned())),
    }
}

/// Makes the state machine, or finds it where the data directory has it. Executions that are
/// there keep the definition they were started with.
async fn machine(client: &Client, name: &str, wanted: &Wanted) -> Result<String, CommandError> {
    match deploy::make(client, name, wanted, ROLE).await.map_err(usage)? {
        Step::Created | Step::Kept | Step::Replaced => Ok(names::machine_arn(client.place(), name)),
        Step::Busy => Err(CommandError::Failed(format!(
            "the data directory has executions of {name} that still run, as another type of state machine; \
             let `stateline serve --data` end them, or choose another data directory"
        ))),
    }
}

/// Prints the end and gives its exit code.
fn conclude(args: &RunArgs, end: &Value, story: &Story) -> ExitCode {
    let succeeded = end["status"] == "SUCCEEDED";
    if args.output == Format::Table {
        say(&table(end, story));
    }
    if succeeded && args.output == Format::Json {
        say(end["output"].as_str().unwrap_or("null"));
    }
    if !succeeded {
        note(&follow::failure(end, story));
    }
    if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn table(end: &Value, story: &Story) -> String {
    let rows: Vec<Vec<String>> = story
        .visits
        .iter()
        .map(|visit| {
            let stand = match visit.stand {
                Stand::Open => "open",
                Stand::Left => "succeeded",
                Stand::Caught => "caught",
                Stand::Failed => "failed",
                Stand::Aborted => "stopped",
            };
            let took = visit.ended.map_or_else(String::new, |ended| output::duration(ended - visit.entered));
            let error = visit.error.as_ref().map_or("", |(error, _)| error);
            let label = format!("{}{}", "  ".repeat(visit.depth), visit.label());
            vec![
                label,
                visit.kind.clone(),
                stand.to_owned(),
                took,
                visit.attempts.max(1).to_string(),
                error.to_owned(),
            ]
        })
        .collect();
    let mut lines = Vec::new();
    if !rows.is_empty() {
        lines.push(output::table(&["state", "type", "end", "took", "attempts", "error"], &rows));
        lines.push(String::new());
    }
    let took = crate::story::millis(&end["stopDate"]) - crate::story::millis(&end["startDate"]);
    lines.push(format!("{} {} in {}", text(end, "name"), text(end, "status"), output::duration(took)));
    if let Some(output) = end["output"].as_str() {
        lines.push(output.to_owned());
    }
    lines.join("\n")
}

fn text<'a>(end: &'a Value, member: &str) -> &'a str {
    end[member].as_str().unwrap_or_default()
}
