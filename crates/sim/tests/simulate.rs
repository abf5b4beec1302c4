//! Seeds: many that must find nothing, and rules broken on purpose that must be found.
//!
//! - `scripts/simulate --seeds 100000`: many more of them, with optimisation.
//! - `STATELINE_SEED=7 cargo test -p stateline-sim one_seed -- --nocapture`: the trace of one.

#![allow(clippy::disallowed_methods, reason = "a test reads its settings and starts its threads itself")]

use stateline_sim::{Cover, Options, Report, Sabotage, run};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Seeds of an ordinary run.
const SEEDS: u64 = 1_700;
/// Of more seeds than that, one of so many is run twice, to see that it is the same.
const TWICE_EVERY: u64 = 16;
/// Seeds between two words about how far a long run has come.
const WORD_EVERY: u64 = 5_000;
/// Seeds that have found something.
const REGRESSIONS: &str = include_str!("regressions.txt");
/// Within so many seeds a broken rule must be found.
const SABOTAGE_SEEDS: u64 = 300;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Hands seeds to as many threads as there are processors.
fn each_seed(seeds: u64, work: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    work(seed);
                }
            });
        }
    });
}

#[derive(Default)]
struct Totals {
    cover: Cover,
    executions: usize,
    compared: usize,
    crashes: u64,
    steps: u64,
    seeds: u64,
    failed: Vec<String>,
}

impl Totals {
    fn take(&mut self, first: &Report, second: Option<&Report>) {
        let seed = first.seed;
        let replay = format!("STATELINE_SEED={seed} cargo test -p stateline-sim one_seed -- --nocapture");
        if let Some(violation) = &first.violation {
            self.failed.push(format!("seed {seed}: {violation}\n  {replay}"));
        }
        if second.is_some_and(|second| second.trace != first.trace) {
            self.failed.push(format!("seed {seed}: two runs have different traces\n  {replay}"));
        }
        self.seeds += 1;
        if self.seeds.is_multiple_of(WORD_EVERY) {
            println!("{} seeds, {} steps, {} violations", self.seeds, self.steps, self.failed.len());
        }
        self.cover.add(&first.cover);
        self.executions += first.executions;
        self.compared += first.compared;
        self.crashes += u64::from(first.crashes);
        self.steps += first.steps;
    }
}

#[test]
fn seeds() {
    let seeds = setting("STATELINE_SEEDS").unwrap_or(SEEDS);
    let first = setting("STATELINE_FIRST").unwrap_or(0);
    let totals = Mutex::new(Totals::default());
    each_seed(seeds, |seed| {
        let seed = first + seed;
        let one = run(seed, Options::default());
        let again = seeds <= SEEDS || seed.is_multiple_of(TWICE_EVERY);
        let other = again.then(|| run(seed, Options::default()));
        totals.lock().expect("taking totals does not panic").take(&one, other.as_ref());
    });
    let totals = totals.into_inner().expect("taking totals does not panic");
    for line in totals.cover.lines() {
        println!("{line}");
    }
    println!(
        "{} violations; {seeds} seeds, {} executions ({} compared with a run without faults), {} crashes, {} steps",
        totals.failed.len(),
        totals.executions,
        totals.compared,
        totals.crashes,
        totals.steps
    );
    let shown = totals.failed.len().min(20);
    assert!(
        totals.failed.is_empty(),
        "{} seeds:\n{}",
        totals.failed.len(),
        totals.failed[..shown].join("\n")
    );
    if seeds >= SEEDS {
        let missing = totals.cover.missing();
        assert!(missing.is_empty(), "never met: {missing:#?}");
    }
}

#[test]
fn seeds_that_have_found_something_find_nothing_any_more() {
    let mut count = 0;
    for line in REGRESSIONS.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let (seed, found) = line.split_once(' ').unwrap_or((line, ""));
        let seed = seed.parse().unwrap_or_else(|_| panic!("a line begins with a seed: {line}"));
        assert_eq!(run(seed, Options::default()).violation, None, "seed {seed}, which once found: {found}");
        count += 1;
    }
    println!("{count} seeds");
}

#[test]
fn one_seed() {
    let seed = setting("STATELINE_SEED").unwrap_or(1);
    let report = run(seed, Options { keep_trace: true, ..Options::default() });
    for line in &report.lines {
        println!("{line}");
    }
    println!("seed {seed}: trace {:016x}, {} executions", report.trace, report.executions);
    assert_eq!(report.violation, None);
}

#[test]
fn broken_rules_are_found() {
    for sabotage in Sabotage::ALL {
        let found = (0..SABOTAGE_SEEDS)
            .map(|seed| run(seed, Options { sabotage: Some(sabotage), ..Options::default() }))
            .find(|report| report.violation.is_some());
        match found {
            Some(report) => {
                let violation = report.violation.unwrap_or_default();
                println!("{sabotage:?}: seed {}: {violation}", report.seed);
            }
            None => panic!("{sabotage:?} was not found within {SABOTAGE_SEEDS} seeds"),
        }
    }
}
