//! `w3`: sleepers. So many executions wait at once; what they take of the server's memory is its
//! proportional set size while all of them sleep, less that before. Each of them ends right after its
//! sleep, so how late it was is told by its dates.

use crate::bench::BenchError;
use crate::bench::case::Case;
use crate::bench::closed::{Goal, Script, Starter, loop_of};
use crate::bench::figures::{Figure, Figures};
use crate::bench::load;
use crate::bench::many;
use crate::bench::meter::Meter;
use crate::bench::runner::Measured;
use crate::bench::site::{Listed, Site};
use serde_json::json;
use std::time::Duration;

/// How much longer than their sleep executions may take to end.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs the case.
///
/// # Errors
/// When the server refuses, goes away, or the first sleeper wakes before the last one sleeps.
pub async fn run(case: &Case, site: &Site) -> Result<Measured, BenchError> {
    let sleep_seconds = case.sleep_seconds.unwrap_or(10);
    let definition =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": sleep_seconds, "End": true}}});
    let machine = site.create("w3", false, &definition.to_string()).await?;
    warm_up(case, site).await?;
    let memory = || site.meter.and_then(Meter::pss_kib);
    let before = memory();
    let sleepers = case.size.unwrap_or(1);
    let started = many::start(site, (&machine, "z", "{}"), 0..sleepers, u64::MAX).await?;
    let asleep = memory();
    if started.seconds >= f64::from(sleep_seconds) {
        return Err(BenchError::Client(format!(
            "starting {sleepers} sleepers took {:.1} s, longer than they sleep; --sleep-seconds says how long",
            started.seconds
        )));
    }
    let patience = Duration::from_secs(u64::from(sleep_seconds)) + PATIENCE;
    site.until_none_runs(&[&machine], patience).await?;
    let ended = site.list(&machine, "SUCCEEDED").await?;
    site.delete(&machine).await?;
    if ended.len() as u64 != sleepers {
        let message = format!("{sleepers} sleepers were started and {} succeeded", ended.len());
        return Err(BenchError::Client(message));
    }
    let mut figures = lateness(&ended, f64::from(sleep_seconds));
    figures.set(Figure::StartedPerSecond, Some(sleepers as f64 / started.seconds));
    let each = |(before, asleep): (u64, u64)| (asleep as f64 - before as f64) / sleepers as f64;
    figures.set(Figure::KibPerSleeper, before.zip(asleep).map(each));
    Ok(Measured::one(*case, figures, sleepers))
}

/// Starts that end at once, so that what a server takes for any load at all is there before.
async fn warm_up(case: &Case, site: &Site) -> Result<(), BenchError> {
    let script = Script { goal: Goal::Accepted, ..super::w1::script() };
    let machine = site.create("w3-warm-up", false, &script.definition).await?;
    let mut clients = Vec::new();
    for client in 0..case.in_flight {
        clients.push(Starter::new(site.connect().await?, &script, (&machine, client), None));
    }
    let short = Case { seconds: case.warm_up_seconds, warm_up_seconds: 0.0, ..*case };
    loop_of(clients, &short, site).await?;
    site.until_none_runs(&[&machine], PATIENCE).await?;
    site.delete(&machine).await
}

/// How much later than asked for executions ended, and how many a second.
fn lateness(ended: &[Listed], sleep_seconds: f64) -> Figures {
    let mut nanos = load::histogram();
    let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
    for Listed { start_date, stop_date, .. } in ended {
        let Some(stop) = stop_date else { continue };
        (first, last) = (first.min(*stop), last.max(*stop));
        // The dates have milliseconds, and the histogram no zero.
        let late = ((stop - start_date - sleep_seconds) * 1e9).round().max(1.0);
        nanos.saturating_record(late as u64);
    }
    let ms = |nanos: u64| (nanos as f64 / 1e6).round();
    Figures::default()
        .with(Figure::LateP50Ms, ms(nanos.value_at_quantile(0.5)))
        .with(Figure::LateP99Ms, ms(nanos.value_at_quantile(0.99)))
        .with(Figure::LateMaxMs, ms(nanos.max()))
        .with(Figure::WakesPerSecond, ended.len() as f64 / (last - first).max(0.001))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_what_the_dates_say() {
        let listed = |start_date: f64, stop: f64| Listed {
            execution_arn: String::new(),
            name: String::new(),
            start_date,
            stop_date: Some(stop),
        };
        let figures = lateness(&[listed(100.0, 110.0), listed(100.5, 110.504), listed(101.0, 112.0)], 10.0);
        assert_eq!(figures.get(Figure::LateP50Ms), Some(4.0));
        assert_eq!(figures.get(Figure::LateMaxMs), Some(1_000.0));
        assert_eq!(figures.get(Figure::WakesPerSecond), Some(1.5));
    }
}
