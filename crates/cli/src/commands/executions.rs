//! `stateline executions`: what runs and what ran.

use super::{CommandError, Outcome};
use crate::args::{ExecutionsArgs, Format};
use crate::client::{CallError, Client};
use crate::output::{duration, pretty, say, table};
use crate::story::millis;
use crate::{follow, names};
use serde_json::{Value, json};
use stateline_base::Timestamp;
use std::cmp::Reverse;
use std::process::ExitCode;

pub async fn run(args: ExecutionsArgs) -> Outcome {
    let client = names::client(&args.endpoint)?;
    let mut found = match &args.machine {
        Some(name) => of_named(&client, &args, name).await?,
        None => of_all(&client, &args).await?,
    };
    found.sort_by_key(|execution| Reverse(millis(&execution["startDate"])));
    found.truncate(args.limit as usize);
    match args.output {
        Format::Json => say(&pretty(&Value::Array(found))),
        Format::Table if found.is_empty() => say("no executions"),
        Format::Table => say(&table(&["machine", "name", "status", "started", "took"], &rows(&found))),
    }
    Ok(ExitCode::SUCCESS)
}

async fn of_named(client: &Client, args: &ExecutionsArgs, name: &str) -> Result<Vec<Value>, CommandError> {
    let arn = names::machine_arn(client.place(), name);
    match of(client, args, &arn).await {
        Ok(found) => Ok(found),
        Err(error) => Err(names::explain_machine(client, name, error).await.into()),
    }
}

/// Of every machine that has a list: Express ones have one only where their executions are kept.
async fn of_all(client: &Client, args: &ExecutionsArgs) -> Result<Vec<Value>, CommandError> {
    let mut found = Vec::new();
    for machine in names::machines(client).await? {
        match of(client, args, machine["stateMachineArn"].as_str().unwrap_or_default()).await {
            Ok(executions) => found.extend(executions),
            Err(error) if error.is("StateMachineTypeNotSupported") => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

async fn of(client: &Client, args: &ExecutionsArgs, machine_arn: &str) -> Result<Vec<Value>, CallError> {
    let limit = args.limit as usize;
    let mut found = Vec::new();
    let mut request = json!({"stateMachineArn": machine_arn, "maxResults": limit.min(1000)});
    if let Some(status) = args.status {
        request["statusFilter"] = status.name().into();
    }
    loop {
        let mut page = client.call("ListExecutions", request.clone()).await?;
        if let Value::Array(executions) = page["executions"].take() {
            found.extend(executions);
        }
        let token = page["nextToken"].take();
        if token.is_null() || found.len() >= limit {
            return Ok(found);
        }
        request["nextToken"] = token;
    }
}

fn rows(found: &[Value]) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |execution: &Value| {
        let machine = text(&execution["stateMachineArn"]);
        let started = millis(&execution["startDate"]);
        let stopped = match &execution["stopDate"] {
            Value::Null => follow::now(),
            date => millis(date),
        };
        vec![
            machine.rsplit(':').next().unwrap_or_default().to_owned(),
            text(&execution["name"]),
            text(&execution["status"]),
            Timestamp::from_millis(started).to_string(),
            duration(stopped - started),
        ]
    };
    found.iter().map(row).collect()
}
