//! `stateline tokens`: tasks that wait for a person or a worker, and a word to end them.

use super::{CommandError, Outcome};
use crate::args::{Format, TokensCommand, TokensListArgs};
use crate::client::{CallError, Client};
use crate::output::{duration, pretty, say, table};
use crate::story::millis;
use crate::{follow, inputs, names};
use serde_json::{Value, json};
use stateline_base::Timestamp;
use std::process::ExitCode;

/// Where a server lists such tasks.
const PATH: &str = "/stateline/tasks";
/// Tasks asked for at a time.
const PAGE: usize = 1_000;

pub async fn run(command: TokensCommand) -> Outcome {
    match command {
        TokensCommand::List(args) => list(&args).await,
        TokensCommand::Succeed(args) => {
            let output = inputs::json(&args.output)?;
            let request = json!({"taskToken": args.token, "output": output});
            let client = names::client(&args.endpoint)?;
            word(&client, "SendTaskSuccess", request, "the task has succeeded").await
        }
        TokensCommand::Fail(args) => {
            let mut request = json!({"taskToken": args.token});
            for (member, text) in [("error", &args.error), ("cause", &args.cause)] {
                if let Some(text) = text {
                    request[member] = text.as_str().into();
                }
            }
            let client = names::client(&args.endpoint)?;
            word(&client, "SendTaskFailure", request, "the task has failed").await
        }
        TokensCommand::Heartbeat(args) => {
            let client = names::client(&args.endpoint)?;
            let request = json!({"taskToken": args.token});
            word(&client, "SendTaskHeartbeat", request, "the task goes on").await
        }
    }
}

/// Says something with a token; what AWS answers to one that is no good is explained.
async fn word(client: &Client, operation: &str, request: Value, done: &str) -> Outcome {
    let error = match client.call(operation, request).await {
        Ok(_) => {
            say(done);
            return Ok(ExitCode::SUCCESS);
        }
        Err(error) => error,
    };
    let why = match &error {
        CallError::Refused { name, .. } => match name.as_str() {
            "TaskTimedOut" => "the task is over: it was ended, its time was over, or its execution ended",
            "TaskDoesNotExist" => "the task's execution is not kept any more",
            "InvalidToken" => {
                "this is no task token of the server; `stateline tokens list` shows those that it waits for"
            }
            _ => return Err(error.into()),
        },
        _ => return Err(error.into()),
    };
    Err(CommandError::Failed(format!("{error}\n{why}")))
}

async fn list(args: &TokensListArgs) -> Outcome {
    let client = names::client(&args.endpoint)?;
    let machine = args.machine.as_ref().map(|name| names::machine_arn(client.place(), name));
    let limit = args.limit as usize;
    let mut found: Vec<Value> = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let rest = limit - found.len();
        let mut query = vec![("maxResults", rest.min(PAGE).to_string())];
        query.extend(machine.clone().map(|arn| ("stateMachineArn", arn)));
        query.extend(next.map(|token| ("nextToken", token)));
        let mut page = match (client.get(PATH, &query).await, &args.machine) {
            (Ok(page), _) => page,
            (Err(error), Some(name)) => {
                return Err(names::explain_machine(&client, name, error).await.into());
            }
            (Err(error), None) => return Err(error.into()),
        };
        if let Value::Array(tasks) = page["tasks"].take() {
            found.extend(tasks);
        }
        next = page["nextToken"].as_str().map(str::to_owned);
        if next.is_none() || found.len() >= limit {
            break;
        }
    }
    match args.output {
        Format::Json => say(&pretty(&Value::Array(found))),
        Format::Table if found.is_empty() => say("no task waits for a token or a worker"),
        Format::Table => {
            let head = ["execution", "state", "waits for", "since", "ends in", "token"];
            say(&table(&head, &rows(&found, follow::now())));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn rows(found: &[Value], now: i64) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |task: &Value| {
        // As the other commands take it: MACHINE:NAME.
        let execution = text(&task["executionArn"]).splitn(7, ':').last().unwrap_or_default().to_owned();
        let clocks = [&task["deadline"], &task["heartbeatDeadline"]];
        let ends = clocks.into_iter().filter(|clock| !clock.is_null()).map(millis).min();
        vec![
            execution,
            text(&task["stateName"]),
            whom(task),
            Timestamp::from_millis(millis(&task["since"])).to_string(),
            ends.map_or_else(|| "-".to_owned(), |ends| duration(ends - now)),
            task["taskToken"].as_str().unwrap_or("-").to_owned(),
        ]
    };
    found.iter().map(row).collect()
}

/// Who has to do something.
fn whom(task: &Value) -> String {
    let resource = task["resource"].as_str().unwrap_or_default();
    let activity = resource.rsplit(':').next().unwrap_or_default();
    match (task["waitsFor"].as_str(), task["workerName"].as_str()) {
        (Some("WORKER"), _) => format!("a worker of {activity}"),
        (Some("RESULT"), Some(worker)) => format!("{worker}, a worker of {activity}"),
        (Some("RESULT"), None) => format!("its worker of {activity}"),
        _ => "its token".to_owned(),
    }
}
