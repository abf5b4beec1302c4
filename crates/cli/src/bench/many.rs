//! Starting a number of executions, as fast as some connections can.

use super::BenchError;
use super::site::{Site, text_of};
use serde_json::json;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::task::JoinSet;

/// Connections that start them.
const CONNECTIONS: u64 = 64;

/// Executions that were started.
#[derive(Debug)]
pub struct Many {
    /// How long it took until the last was acknowledged.
    pub seconds: f64,
    /// The ARNs of some of them, from all over the range.
    pub some: Vec<String>,
}

/// Starts an execution `NAME-N` for each number, with the same input; keeps each `every`-th ARN.
///
/// # Errors
/// The first error of a connection.
pub async fn start(
    site: &Site,
    (machine, name, input): (&str, &str, &str),
    numbers: Range<u64>,
    every: u64,
) -> Result<Many, BenchError> {
    let first = format!("{{\"stateMachineArn\":\"{machine}\",\"name\":\"{name}-");
    let rest = format!("\",\"input\":{}}}", json!(input));
    let next = Arc::new(AtomicU64::new(numbers.start));
    let began = Instant::now();
    let mut starters = JoinSet::new();
    for _ in 0..CONNECTIONS.min(numbers.end.saturating_sub(numbers.start)) {
        let mut connection = site.connect().await?;
        let (first, rest, next, end) = (first.clone(), rest.clone(), next.clone(), numbers.end);
        starters.spawn(async move {
            let (mut body, mut some) = (Vec::new(), Vec::new());
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return Ok::<_, BenchError>(some);
                }
                body.clear();
                write!(body, "{first}{number}{rest}")?;
                let answer = connection.call("StartExecution", &body).await?;
                if number % every == 0 {
                    some.push(text_of(answer, "executionArn")?.to_owned());
                }
            }
        });
    }
    let mut some = Vec::new();
    while let Some(ended) = starters.join_next().await {
        some.extend(ended.map_err(|error| BenchError::Client(error.to_string()))??);
    }
    Ok(Many { seconds: began.elapsed().as_secs_f64(), some })
}
