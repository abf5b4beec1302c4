//! `stateline start`: starts an execution on a server, and follows it if asked.

use super::{CommandError, Outcome};
use crate::args::{Format, StartArgs};
use crate::client::Client;
use crate::output::{note, pretty, say};
use crate::progress::Progress;
use crate::story::Story;
use crate::{follow, inputs, names};
use serde_json::{Value, json};
use std::process::ExitCode;

pub async fn run(args: StartArgs) -> Outcome {
    let input = inputs::json(&args.input)?;
    let client = names::client(&args.endpoint)?;
    let machine_arn = names::machine_arn(client.place(), &args.machine);
    let mut request = json!({"stateMachineArn": machine_arn, "input": input});
    if let Some(name) = &args.name {
        request["name"] = name.as_str().into();
    }
    if args.wait && is_express(&client, &args.machine, &machine_arn).await? {
        let end = client.call("StartSyncExecution", request).await?;
        return Ok(conclude(&args, &end, &Story::default()));
    }
    let started = match client.call("StartExecution", request).await {
        Ok(started) => started,
        Err(error) => return Err(names::explain_machine(&client, &args.machine, error).await.into()),
    };
    let arn = started["executionArn"].as_str().unwrap_or_default();
    if !args.wait {
        match args.output {
            Format::Json => say(&pretty(&started)),
            Format::Table => say(arn),
        }
        return Ok(ExitCode::SUCCESS);
    }
    note(arn);
    let end = follow::to_the_end(&client, arn, Progress::on_terminal()).await?;
    let story = match end["status"].as_str() {
        Some("SUCCEEDED") => Story::default(),
        _ => Story::of(&follow::events(&client, arn).await?),
    };
    Ok(conclude(&args, &end, &story))
}

async fn is_express(client: &Client, name: &str, arn: &str) -> Result<bool, CommandError> {
    // Behind a # stands a test case, which is none of the machine's.
    let machine_arn = arn.split('#').next().unwrap_or_default();
    match client.call("DescribeStateMachine", json!({"stateMachineArn": machine_arn})).await {
        Ok(machine) => Ok(machine["type"] == "EXPRESS"),
        Err(error) => Err(names::explain_machine(client, name, error).await.into()),
    }
}

fn conclude(args: &StartArgs, end: &Value, story: &Story) -> ExitCode {
    let succeeded = end["status"] == "SUCCEEDED";
    match args.output {
        Format::Json => say(&pretty(end)),
        Format::Table if succeeded => say(end["output"].as_str().unwrap_or("null")),
        Format::Table => {}
    }
    if !succeeded {
        note(&follow::failure(end, story));
    }
    if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
