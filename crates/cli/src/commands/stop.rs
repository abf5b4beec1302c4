//! `stateline stop`: ends an execution from outside.

use super::Outcome;
use crate::args::{Format, StopArgs};
use crate::names;
use crate::output::{pretty, say};
use serde_json::json;
use std::process::ExitCode;

pub async fn run(args: StopArgs) -> Outcome {
    let client = names::client(&args.endpoint)?;
    let arn = names::execution_arn(&client, &args.execution).await?;
    let mut request = json!({"executionArn": arn});
    for (member, text) in [("error", &args.error), ("cause", &args.cause)] {
        if let Some(text) = text {
            request[member] = text.as_str().into();
        }
    }
    let stopped = client.call("StopExecution", request).await?;
    // Stopping one that has ended is no error for the API, and changes nothing; the status tells.
    let end = client.call("DescribeExecution", json!({"executionArn": arn})).await?;
    match args.output {
        Format::Json => say(&pretty(&stopped)),
        Format::Table => say(&format!("{arn} {}", end["status"].as_str().unwrap_or_default())),
    }
    Ok(ExitCode::SUCCESS)
}
