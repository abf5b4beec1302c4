//! Rules that hold for every execution of every definition: random programs in random worlds.
//!
//! [`world`] holds each single run to its rules (it ends, replay gives the live state at every
//! step, the codec gives the records back, ids are dense); here, runs are compared.

mod author;
mod choices;
mod compared;
mod world;

use choices::Choices;
use compared::{compare_kinds, compare_manners};
use proptest::prelude::*;

/// Bytes for a case; with all zeros it is the simplest.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..400)
}

fn config() -> ProptestConfig {
    // Failures are kept as tests of their own, not as files beside the sources.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn cut_decisions_and_useless_inputs_change_nothing(bytes in bytes()) {
        compare_manners(&mut Choices::new(&bytes));
    }

    #[test]
    fn standard_and_express_give_the_same_output(bytes in bytes()) {
        compare_kinds(&mut Choices::new(&bytes));
    }
}

/// The cases above are worth something only if they come to all kinds of ends and events.
#[test]
fn the_cases_reach_everything() {
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    let mut rng = stateline_base::Rng::new(1);
    for _ in 0..600 {
        let bytes: Vec<u8> = (0..40).flat_map(|_| rng.next_u64().to_le_bytes()).collect();
        let told = compare_manners(&mut Choices::new(&bytes));
        for record in &told.records {
            let shown = format!("{:?}", record.event);
            let name = shown.split([' ', '(']).next().unwrap_or_default().to_owned();
            *seen.entry(name).or_default() += 1;
        }
    }
    let wanted = [
        "ExecutionStarted",
        "StateEntered",
        "StateExited",
        "WaitStarted",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "ActivityStarted",
        "TaskSubmitted",
        "SubmitLost",
        "TaskFailed",
        "TaskTimedOut",
        "RetryScheduled",
        "ParallelStarted",
        "ParallelSucceeded",
        "ParallelFailed",
        "MapStarted",
        "MapIterationStarted",
        "MapIterationSucceeded",
        "MapIterationFailed",
        "MapIterationAborted",
        "MapSucceeded",
        "MapFailed",
        "StateAborted",
        "RandomDrawn",
        "ExecutionSucceeded",
        "ExecutionFailed",
        "ExecutionAborted",
        "ExecutionTimedOut",
        "BranchFailed",
        "EvaluationFailed",
        "MapRunStarted",
        "ChildStarted",
        "ChildEnded",
        "MapRunUpdated",
        "MapRunSucceeded",
        "MapRunFailed",
        "MapRunAborted",
        "ExecutionRedriven",
        "MapRunRedriven",
        "ChildRedriven",
    ];
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !seen.contains_key(*name)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}; seen: {seen:?}");
}
