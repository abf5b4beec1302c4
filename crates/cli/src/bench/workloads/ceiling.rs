//! `ceiling-http` and `ceiling-durable`: the same requests to a server that does no workflow work.
//! What it reaches is the machine's bound on everything that is asked for over HTTP.

use crate::bench::BenchError;
use crate::bench::case::Case;
use crate::bench::closed::{Asking, loop_of};
use crate::bench::runner::Measured;
use crate::bench::site::Site;

/// As long as the request that starts a workflow.
const BODY: &[u8] = br#"{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:bench-w1-10000-0","name":"c1-1000","input":"{\"id\":1000}"}"#;

/// Runs the loop.
///
/// # Errors
/// When the server goes away.
pub async fn run(case: &Case, site: &Site) -> Result<Measured, BenchError> {
    let mut clients = Vec::new();
    for _ in 0..case.in_flight {
        clients.push(Asking::new(site.connect().await?, "StartExecution", BODY.to_vec()));
    }
    let (looped, _) = loop_of(clients, case, site).await?;
    Ok(looped.into())
}
