//! `growth`: the store is filled with executions of `w1`, and at each power of ten it is measured
//! what one more costs, and how long it takes to list, page, describe and read.

use super::pass5;
use crate::bench::BenchError;
use crate::bench::case::Case;
use crate::bench::closed::{Asking, loop_of};
use crate::bench::figures::{Figure, Figures};
use crate::bench::many;
use crate::bench::meter::Meter;
use crate::bench::runner::{Measured, Stage};
use crate::bench::site::{PAGE_MAX, Site, list_request};
use serde_json::json;
use std::time::Duration;

/// What is listed at once.
const PAGE: usize = 100;
/// Pages before the one far behind; fewer in a store of fewer executions.
const DEEP_PAGES: u64 = 1_000;
/// Executions that are described in turn.
const SOME: u64 = 500;
/// Of the measured time, what each question gets.
const ASK_SHARE: f64 = 0.2;
/// How long the last executions may take to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the case: figures at each power of ten, up to its size. What a start costs is that of the
/// second half of the executions up to there.
///
/// # Errors
/// When the server refuses or goes away.
pub async fn run(case: &Case, stage: &Stage) -> Result<Measured, BenchError> {
    let site = &stage.site;
    let machine = site.create("growth", false, &pass5::definition()).await?;
    let most = case.size.unwrap_or(1);
    let mut outcome = Measured { workflows_all: most, ..Measured::default() };
    let (mut stored, mut some) = (0, Vec::new());
    for power in powers(most) {
        let half = (power / 2).max(stored);
        let every = (power / SOME).max(1);
        some.extend(many::start(site, (&machine, "fill", "{}"), stored..half, every).await?.some);
        site.until_none_runs(&[&machine], PATIENCE).await?;
        let cpu = || site.meter.and_then(Meter::thread_micros);
        let before = cpu();
        let started = many::start(site, (&machine, "fill", "{}"), half..power, every).await?;
        site.until_none_runs(&[&machine], PATIENCE).await?;
        let used = before.zip(cpu()).map(|(before, after)| after.saturating_sub(before) as f64);
        let measured = (power - half) as f64;
        some.extend(started.some);
        stored = power;
        let disk = stage.disk_bytes();
        let mut figures = asked(case, site, &machine, (stored, &some)).await?;
        figures.set(Figure::StartCpuUs, used.map(|micros| micros / measured));
        figures.set(Figure::StartedPerSecond, Some(measured / started.seconds));
        figures.set(Figure::DiskBytesPerExecution, disk.map(|bytes| bytes as f64 / stored as f64));
        let rss = site.meter.and_then(Meter::rss_kib);
        figures.set(Figure::RssMib, rss.map(|kib| kib as f64 / 1024.0));
        outcome.rows.push((Case { size: Some(power), ..*case }, figures));
    }
    site.delete(&machine).await?;
    Ok(outcome)
}

/// From a thousand, or from a hundred where that is all.
fn powers(most: u64) -> impl Iterator<Item = u64> {
    let first = most.clamp(1, 1_000);
    (2..=9).map(|power| 10_u64.pow(power)).filter(move |power| (first..=most).contains(power))
}

/// What is asked of the store, by one client.
async fn asked(
    case: &Case,
    site: &Site,
    machine: &str,
    (stored, some): (u64, &[String]),
) -> Result<Figures, BenchError> {
    let wanted = (machine, None, PAGE);
    let pages = (stored / 2 / PAGE as u64).min(DEEP_PAGES);
    let mut token = None;
    let mut connection = site.connect().await?;
    for _ in 0..pages {
        let page = site.page(&mut connection, wanted, token.as_deref()).await?;
        token = page.next_token.or(token);
    }
    let first = vec![list_request(wanted, None).into_bytes()];
    let deep = vec![list_request(wanted, token.as_deref()).into_bytes()];
    let of = |arn: &String| json!({"executionArn": arn}).to_string().into_bytes();
    let history =
        |arn: &String| json!({"executionArn": arn, "maxResults": PAGE_MAX}).to_string().into_bytes();
    let mut figures = Figures::default();
    let questions = [
        (Figure::ListMs, "ListExecutions", first),
        (Figure::DeepListMs, "ListExecutions", deep),
        (Figure::DescribeMs, "DescribeExecution", some.iter().map(of).collect()),
        (Figure::HistoryMs, "GetExecutionHistory", some.iter().map(history).collect()),
    ];
    let seconds = case.seconds * ASK_SHARE;
    let short = Case { seconds, warm_up_seconds: seconds * 0.1, ..*case };
    for (figure, operation, bodies) in questions {
        if bodies.is_empty() {
            continue;
        }
        let client = Asking::each(site.connect().await?, operation, bodies);
        let (looped, _) = loop_of(vec![client], &short, site).await?;
        let outcome: Measured = looped.into();
        let median = outcome.rows.first().and_then(|(_, figures)| figures.get(Figure::P50Ms));
        figures.set(figure, median);
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_measured_at_each_power_of_ten() {
        let check = |most, expected: &[u64]| assert_eq!(powers(most).collect::<Vec<_>>(), expected);
        check(100, &[100]);
        check(1_000, &[1_000]);
        check(100_000, &[1_000, 10_000, 100_000]);
    }
}
