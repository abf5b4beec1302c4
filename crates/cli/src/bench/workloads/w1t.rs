//! `w1t`: five Task states of an activity, done by workers outside of the server: each asks for a
//! task with GetActivityTask, does nothing, and says so with SendTaskSuccess.

use super::{w1, w1t_function};
use crate::bench::BenchError;
use crate::bench::answer::text;
use crate::bench::case::Case;
use crate::bench::closed::{self, Script};
use crate::bench::http::Connection;
use crate::bench::runner::Measured;
use crate::bench::site::{Site, text_of, unique};
use serde_json::json;
use std::io::Write;
use tokio::task::JoinSet;

/// Workers, at most: more of them would only wait for the same two processors.
const WORKERS_MAX: u32 = 32;

/// Runs the loop with its workers.
///
/// # Errors
/// When the server refuses, goes away, or a workflow does not succeed.
pub async fn run(case: &Case, site: &Site) -> Result<Measured, BenchError> {
    let mut connection = site.connect().await?;
    let request = json!({"name": unique("w1t")}).to_string();
    let activity = text_of(connection.call("CreateActivity", request).await?, "activityArn")?.to_owned();
    let mut workers = JoinSet::new();
    for _ in 0..case.in_flight.min(WORKERS_MAX) {
        workers.spawn(work(site.connect().await?, json!({"activityArn": activity}).to_string()));
    }
    let script = Script { definition: w1t_function::definition(&activity), ..w1::script() };
    let outcome = tokio::select! {
        outcome = closed::run(case, site, &script) => outcome,
        Some(ended) = workers.join_next() => match ended {
            Ok(Ok(never)) => match never {},
            Ok(Err(error)) => Err(error),
            Err(error) => Err(BenchError::Client(error.to_string())),
        },
    };
    workers.shutdown().await;
    let request = json!({"activityArn": activity}).to_string();
    let deleted = site.connect().await?.call("DeleteActivity", request).await.map(|_| ());
    let outcome = outcome?;
    deleted?;
    Ok(outcome)
}

/// Takes one task after the other.
async fn work(mut connection: Connection, request: String) -> Result<std::convert::Infallible, BenchError> {
    let mut done = Vec::new();
    loop {
        let answer = connection.call("GetActivityTask", &request).await?;
        // A poll that ends without a task has no token.
        let Some(token) = text(answer, "taskToken").filter(|token| !token.is_empty()) else { continue };
        done.clear();
        write!(done, "{{\"taskToken\":\"{token}\",\"output\":\"{{\\\"n\\\":1}}\"}}")?;
        connection.call("SendTaskSuccess", &done).await?;
    }
}
