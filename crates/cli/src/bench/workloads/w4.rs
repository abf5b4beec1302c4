//! `w4`: kill -9 with many open executions. Each of them has done one state of five and waits for a
//! moment that comes right after the kill; others are being started all the time. The server starts
//! again on the same data, and everything that was acknowledged must come to one good end.

use super::pass5::{self, led_on};
use super::w1;
use crate::bench::BenchError;
use crate::bench::case::Case;
use crate::bench::closed::{Goal, Script, Starter};
use crate::bench::figures::{Figure, Figures};
use crate::bench::http::Connection;
use crate::bench::many;
use crate::bench::runner::{Measured, Stage};
use crate::bench::site::{Listed, PAGE_MAX, Site};
use memchr::memmem;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::task::JoinSet;

/// How long before the sleepers' moment the process is killed.
const BEFORE: Duration = Duration::from_millis(50);
/// How long others have been started by then.
const LIVELY: Duration = Duration::from_millis(800);
/// How long everything may take to end.
const PATIENCE: Duration = Duration::from_secs(300);
/// Connections that read the histories.
const READERS: usize = 16;

/// Runs the case.
///
/// # Errors
/// When the server was not started by us, refuses, or executions still run long after the restart.
pub async fn run(case: &Case, stage: &mut Stage) -> Result<Measured, BenchError> {
    let Some(server) = &mut stage.server else {
        return Err(BenchError::NotReady("only a server that the benchmark started is killed".to_owned()));
    };
    let site = server.site.clone();
    let open = case.size.unwrap_or(1);
    let waiting = site.create("w4-open", false, &definition()).await?;
    let lively = site.create("w4-live", false, &pass5::definition()).await?;
    let until = moment(case, &site, open).await?;
    let started = many::start(&site, (&waiting, "open", &input(until)), 0..open, u64::MAX).await?;
    let left = until.duration_since(SystemTime::now()).unwrap_or_default();
    let Some(left) = left.checked_sub(BEFORE + LIVELY) else {
        let message = format!(
            "starting {open} executions took {:.1} s, much longer than the first few",
            started.seconds
        );
        return Err(BenchError::Client(message));
    };
    tokio::time::sleep(left).await;
    let live = start_until_gone(case, &site, &lively);
    let (crashed, acknowledged) = tokio::join!(
        async {
            tokio::time::sleep(LIVELY).await;
            server.crash().await
        },
        live
    );
    crashed?;
    let acknowledged = acknowledged?;
    let began = Instant::now();
    let ready = server.restart().await?;
    let site = server.site.clone();
    stage.site = site.clone();
    site.until_none_runs(&[&waiting, &lively], PATIENCE).await?;
    let ended = began.elapsed();
    let mut listed = site.list(&waiting, "SUCCEEDED").await?;
    listed.extend(site.list(&lively, "SUCCEEDED").await?);
    let wanted = (0..open).map(|n| format!("open-{n}")).chain(acknowledged.iter().cloned());
    let (lost, listed_twice) = compared(wanted, &listed);
    let ended_twice = listed_twice + ended_twice(&site, listed).await?;
    let figures = Figures::default()
        .with(Figure::Open, open as f64)
        .with(Figure::Acknowledged, (open + acknowledged.len() as u64) as f64)
        .with(Figure::ReadySeconds, ready.as_secs_f64())
        .with(Figure::EndedSeconds, ended.as_secs_f64())
        .with(Figure::Lost, lost as f64)
        .with(Figure::EndedTwice, ended_twice as f64);
    Ok(Measured::one(*case, figures, open))
}

/// Five states, the second of which waits.
fn definition() -> String {
    let states: Map<String, Value> = (0..5)
        .map(|n| {
            let state = match n {
                1 => json!({"Type": "Wait", "TimestampPath": "$.until"}),
                _ => json!({"Type": "Pass", "Result": {"n": n}, "ResultPath": "$.r"}),
            };
            (format!("S{n}"), led_on(state, n))
        })
        .collect();
    json!({"StartAt": "S0", "States": states}).to_string()
}

fn input(until: SystemTime) -> String {
    let seconds = until.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let until = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    json!({"until": until.unwrap_or_default().to_string()}).to_string()
}

/// A whole second that is far enough for all to have been started, several times over: a start costs
/// more while much is open and the machine is busy.
async fn moment(case: &Case, site: &Site, open: u64) -> Result<SystemTime, BenchError> {
    let machine = site.create("w4-rate", false, &pass5::definition()).await?;
    let few = (open / 10).clamp(100, 2_000);
    let tried = many::start(site, (&machine, "try", "{}"), 0..few, u64::MAX).await?;
    let needed = 4.0 * tried.seconds * open as f64 / few as f64 + 2.0 * case.warm_up_seconds;
    let far = SystemTime::now() + Duration::from_secs_f64(needed) + BEFORE + LIVELY;
    let whole = far.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() + 1;
    Ok(UNIX_EPOCH + Duration::from_secs(whole))
}

/// Starts executions until the server is gone; gives the names of those that were acknowledged.
async fn start_until_gone(case: &Case, site: &Site, machine: &str) -> Result<Vec<String>, BenchError> {
    let script = Script { goal: Goal::Accepted, ..w1::script() };
    let mut clients = JoinSet::new();
    for client in 0..case.in_flight {
        let mut starter = Starter::new(site.connect().await?, &script, (machine, client), None);
        clients.spawn(async move {
            loop {
                match starter.start().await {
                    Ok(()) => {}
                    // The last one was begun and never acknowledged.
                    Err(BenchError::Connection { .. }) => break Ok((client, starter.begun() - 1)),
                    Err(error) => break Err(error),
                }
            }
        });
    }
    let mut names = Vec::new();
    while let Some(ended) = clients.join_next().await {
        let (client, count) = ended.map_err(|error| BenchError::Client(error.to_string()))??;
        names.extend((1..=count).map(|n| format!("c{client}-{n}")));
    }
    Ok(names)
}

/// How many of the wanted are not listed, and how many are listed again.
fn compared(wanted: impl Iterator<Item = String>, listed: &[Listed]) -> (u64, u64) {
    let mut names = HashSet::new();
    let again = listed.iter().filter(|execution| !names.insert(execution.name.as_str())).count();
    let lost = wanted.filter(|name| !names.contains(name.as_str())).count();
    (lost as u64, again as u64)
}

/// How many of the executions have another than one end in their history.
async fn ended_twice(site: &Site, listed: Vec<Listed>) -> Result<u64, BenchError> {
    let (listed, next) = (Arc::new(listed), Arc::new(AtomicUsize::new(0)));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let (mut connection, listed, next) = (site.connect().await?, listed.clone(), next.clone());
        readers.spawn(async move {
            let mut odd = 0;
            while let Some(execution) = listed.get(next.fetch_add(1, Ordering::Relaxed)) {
                odd += u64::from(ends(&mut connection, &execution.execution_arn).await? != 1);
            }
            Ok::<_, BenchError>(odd)
        });
    }
    let mut odd = 0;
    while let Some(read) = readers.join_next().await {
        odd += read.map_err(|error| BenchError::Client(error.to_string()))??;
    }
    Ok(odd)
}

/// How many ends a history has.
async fn ends(connection: &mut Connection, arn: &str) -> Result<usize, BenchError> {
    let request = json!({"executionArn": arn, "maxResults": PAGE_MAX}).to_string();
    let answer = connection.call("GetExecutionHistory", request).await?;
    Ok(memmem::find_iter(answer, b"\"ExecutionSucceeded\"").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_compiles() {
        let compiled = stateline_asl::compile(&definition(), stateline_asl::MachineKind::Standard);
        assert!(compiled.program.is_some(), "{:?}", compiled.diagnostics);
        let until = UNIX_EPOCH + Duration::from_secs(1_763_769_600);
        assert_eq!(input(until), r#"{"until":"2025-11-22T00:00:00Z"}"#);
    }

    #[test]
    fn what_is_missing_or_there_twice_is_counted() {
        let listed = |name: &str| Listed {
            execution_arn: String::new(),
            name: name.to_owned(),
            start_date: 0.0,
            stop_date: None,
        };
        let found = [listed("a"), listed("b"), listed("b"), listed("nobody asked")];
        let wanted = ["a", "b", "c"].map(str::to_owned).into_iter();
        assert_eq!(compared(wanted, &found), (1, 1));
    }
}
