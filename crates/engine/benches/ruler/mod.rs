//! A ruler for the benchmarks of the pure crates.
//!
//! It counts the processor time of its own thread, so that what else runs on the machine does not
//! count, and takes what it compares by turns, round after round, so that a change of the
//! processor's speed meets all of them. Kept here instead of a harness: those print times of one
//! case after the other, and what is claimed are ratios within one run.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Rounds that are taken; the median of them is told.
const ROUNDS: usize = 21;

/// How long a case runs in one round, about.
const ROUND_NANOS: f64 = 15e6;

/// What is measured: a name and what to do once.
pub struct Case<'a> {
    pub name: &'a str,
    pub run: Box<dyn FnMut() + 'a>,
}

impl<'a> Case<'a> {
    pub fn new(name: &'a str, run: impl FnMut() + 'a) -> Self {
        Case { name, run: Box::new(run) }
    }
}

/// Microseconds of processor time for each case: the median of the rounds. Prints them, too.
pub fn measure(cases: &mut [Case<'_>]) -> Vec<f64> {
    let times: Vec<u32> = cases.iter_mut().map(|case| times_in_a_round(&mut *case.run)).collect();
    let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
    for _ in 0..ROUNDS {
        for ((case, times), found) in cases.iter_mut().zip(&times).zip(&mut rounds) {
            found.push(once(&mut *case.run, *times));
        }
    }
    let medians: Vec<f64> = rounds.into_iter().map(median).collect();
    for (case, micros) in cases.iter().zip(&medians) {
        println!("{:<52} {micros:>12.2} us", case.name);
    }
    medians
}

/// Prints how a ratio stands to what it may be.
pub fn ratio(name: &str, ratio: f64, most: f64) {
    let verdict = if ratio <= most { "holds" } else { "MISSED" };
    println!("{name:<52} {ratio:>12.2}    at most {most}: {verdict}");
}

fn times_in_a_round(run: &mut dyn FnMut()) -> u32 {
    let mut times = 1;
    loop {
        let nanos = once(run, times) * 1e3 * f64::from(times);
        if nanos > ROUND_NANOS / 4.0 {
            return (f64::from(times) * ROUND_NANOS / nanos).ceil() as u32;
        }
        times *= 2;
    }
}

/// Microseconds for one run, out of so many.
fn once(run: &mut dyn FnMut(), times: u32) -> f64 {
    let begun = clock_gettime(ClockId::ThreadCPUTime);
    for _ in 0..times {
        run();
    }
    let ended = clock_gettime(ClockId::ThreadCPUTime);
    (micros(ended) - micros(begun)) / f64::from(times)
}

fn micros(time: Timespec) -> f64 {
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

fn median(mut found: Vec<f64>) -> f64 {
    found.sort_unstable_by(f64::total_cmp);
    found[found.len() / 2]
}
