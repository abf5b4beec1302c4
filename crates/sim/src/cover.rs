//! Coverage: which kinds of event, input, crash and move a run has met.
//!
//! A simulation that never meets a case says nothing about it, so the lists of
//! what must be met are part of the tests.

use stateline_journal::Event;
use std::collections::{BTreeMap, BTreeSet};

/// What was met, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Kinds of event in stored histories.
    pub events: BTreeMap<&'static str, u64>,
    /// Kinds of input that reached the engine, and of message that reached a worker.
    pub inputs: BTreeMap<&'static str, u64>,
    /// Faults of commits, and moments at which the machine went down.
    pub crashes: BTreeMap<&'static str, u64>,
    /// Faults of calls, clocks and disks that do not bring the machine down by themselves, and crashes in a row.
    pub faults: BTreeMap<&'static str, u64>,
    /// Pairs of a frame's place and the event that met it there.
    pub moves: BTreeMap<(&'static str, &'static str), u64>,
}

impl Cover {
    pub(crate) fn event(&mut self, event: &Event) {
        *self.events.entry(event_name(event)).or_default() += 1;
    }

    pub(crate) fn input(&mut self, name: &'static str) {
        *self.inputs.entry(name).or_default() += 1;
    }

    pub(crate) fn crash(&mut self, name: &'static str) {
        *self.crashes.entry(name).or_default() += 1;
    }

    pub(crate) fn fault(&mut self, name: &'static str) {
        *self.faults.entry(name).or_default() += 1;
    }

    pub(crate) fn step(&mut self, place: &'static str, event: &Event) {
        *self.moves.entry((place, event_name(event))).or_default() += 1;
    }

    /// Adds what another run has met.
    pub fn add(&mut self, other: &Cover) {
        add(&mut self.events, &other.events);
        add(&mut self.inputs, &other.inputs);
        add(&mut self.crashes, &other.crashes);
        add(&mut self.faults, &other.faults);
        add(&mut self.moves, &other.moves);
    }

    /// What must be met and was not.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let lists = [
            (EXPECTED_EVENTS, &self.events, "event"),
            (EXPECTED_INPUTS, &self.inputs, "input"),
            (EXPECTED_CRASHES, &self.crashes, "crash"),
            (EXPECTED_FAULTS, &self.faults, "fault"),
        ];
        for (expected, met, kind) in lists {
            missing.extend(
                expected.iter().filter(|name| !met.contains_key(*name)).map(|name| format!("{kind} {name}")),
            );
        }
        let met: BTreeSet<(&str, &str)> = self.moves.keys().copied().collect();
        for (place, events) in EXPECTED_MOVES {
            let unmet = events.iter().filter(|event| !met.contains(&(*place, **event)));
            missing.extend(unmet.map(|event| format!("move {place} -> {event}")));
        }
        missing
    }

    /// What was met, one line a kind.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let lists = [
            ("event", &self.events),
            ("input", &self.inputs),
            ("crash", &self.crashes),
            ("fault", &self.faults),
        ];
        for (kind, met) in lists {
            lines.extend(met.iter().map(|(name, count)| format!("{kind:<6} {name:<28} {count:>9}")));
        }
        let moves = self.moves.iter();
        lines.extend(
            moves.map(|((place, event), count)| format!("move   {place:<10} {event:<22} {count:>5}")),
        );
        lines
    }
}

fn add<K: Clone + Ord>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        *to.entry(key.clone()).or_default() += count;
    }
}

/// Every kind of event.
pub const EXPECTED_EVENTS: &[&str] = &[
    "ExecutionStarted",
    "StateEntered",
    "StateExited",
    "WaitStarted",
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskFailed",
    "TaskTimedOut",
    "ActivityStarted",
    "TaskSubmitted",
    "SubmitLost",
    "HeartbeatRecorded",
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
    "MapRunSucceeded",
    "MapRunFailed",
    "MapRunAborted",
    "MapRunUpdated",
    "ExecutionRedriven",
    "MapRunRedriven",
    "ChildRedriven",
    "RedriveFollowed",
    "ChildSettled",
    "MapRunPlanned",
    "ItemsTaken",
    "ReaderEnded",
    "ResultsAwaited",
];

/// Every kind of input and message.
pub const EXPECTED_INPUTS: &[&str] = &[
    "Start",
    "Stop",
    "TaskSucceeded",
    "TaskFailed",
    "AttemptLost",
    "Tick",
    "Continue",
    "Recover",
    "Forget",
    "Drain",
    "LateOutcome",
    "StartChild",
    "StopChild",
    "ChildEnded",
    "ChildAsks",
    "Redrive",
    "UpdateMapRun",
    "Take",
    "Token",
    "TokenRefused",
    "OldToken",
    "WorkerGone",
    "Watch",
    "CallRepeated",
    "GivenUp",
    "ExpressChild",
    "ExpressChildAgain",
    "ChildrenEnded",
    "ItemsRead",
    "ReadFailed",
    "ResultsWritten",
    "WriteFailed",
];

/// Every fault of a commit, and every moment at which the machine goes down.
pub const EXPECTED_CRASHES: &[&str] = &[
    "commit tried again",
    "commit without room",
    "commit torn",
    "commit unknown, written",
    "commit unknown, not written",
    "sync failed, written",
    "sync failed, not written",
    "before a commit",
    "during a release",
    "with messages waiting",
    "with calls out",
    "with tasks at the desk",
    "with tokens out",
    "at rest",
    "during recovery",
    "after a drain",
    "taken over",
];

/// Every fault that does not bring the machine down by itself.
pub const EXPECTED_FAULTS: &[&str] = &[
    "commit slow",
    "call failed",
    "call slow by minutes",
    "call never answered",
    "call answered late",
    "call answered twice",
    "clock back by hours",
    "clock back by seconds",
    "clock ahead by hours",
    "clock ahead by seconds",
    "crash in a row",
];

/// Which events must be met in which place of a frame: every move that this release can make.
pub const EXPECTED_MOVES: &[(&str, &[&str])] = &[
    ("New", &["StateEntered", "MapIterationFailed", "MapIterationAborted"]),
    ("Leaving", &["StateEntered", "MapIterationAborted"]),
    (
        "Entered",
        &[
            "StateExited",
            "WaitStarted",
            "TaskScheduled",
            "ParallelStarted",
            "MapStarted",
            "EvaluationFailed",
            "RetryScheduled",
            "BranchFailed",
            "MapIterationFailed",
            "MapIterationAborted",
            "StateAborted",
        ],
    ),
    ("Waiting", &["StateExited", "BranchFailed", "MapIterationFailed", "StateAborted"]),
    ("Scheduled", &["TaskStarted", "ActivityStarted", "StateAborted"]),
    (
        "Running",
        &[
            "TaskSucceeded",
            "TaskFailed",
            "TaskTimedOut",
            "TaskSubmitted",
            "SubmitLost",
            "HeartbeatRecorded",
            "StateAborted",
        ],
    ),
    ("TaskEnded", &["StateExited", "RetryScheduled", "MapIterationFailed", "StateAborted"]),
    (
        "Backoff",
        &[
            "TaskScheduled",
            "ParallelStarted",
            "MapStarted",
            "EvaluationFailed",
            "RetryScheduled",
            "StateExited",
            "MapIterationFailed",
            "StateAborted",
        ],
    ),
    ("Branches", &["ParallelSucceeded", "ParallelFailed", "RetryScheduled", "StateAborted"]),
    (
        "Iterations",
        &[
            "MapIterationStarted",
            "MapSucceeded",
            "MapFailed",
            "RetryScheduled",
            "BranchFailed",
            "MapIterationFailed",
            "StateAborted",
            "MapRunStarted",
        ],
    ),
    (
        "Children",
        &[
            "ChildStarted",
            "ChildEnded",
            "ChildRedriven",
            "MapRunPlanned",
            "ItemsTaken",
            "ReaderEnded",
            "ResultsAwaited",
            "MapRunUpdated",
            "MapRunRedriven",
            "MapRunSucceeded",
            "MapRunFailed",
            "MapRunAborted",
            "MapSucceeded",
            "MapFailed",
            "RetryScheduled",
            "StateAborted",
        ],
    ),
    (
        "Joined",
        &["StateExited", "RetryScheduled", "BranchFailed", "MapIterationFailed", "MapIterationAborted"],
    ),
    ("Done", &["MapIterationSucceeded"]),
];

/// The name of an event's kind.
pub(crate) fn event_name(event: &Event) -> &'static str {
    match event {
        Event::ExecutionStarted(_) => "ExecutionStarted",
        Event::StateEntered { .. } => "StateEntered",
        Event::StateExited { .. } => "StateExited",
        Event::WaitStarted { .. } => "WaitStarted",
        Event::TaskScheduled { .. } => "TaskScheduled",
        Event::TaskStarted { .. } => "TaskStarted",
        Event::TaskSucceeded { .. } => "TaskSucceeded",
        Event::TaskFailed { .. } => "TaskFailed",
        Event::TaskTimedOut { .. } => "TaskTimedOut",
        Event::HeartbeatRecorded { .. } => "HeartbeatRecorded",
        Event::RetryScheduled { .. } => "RetryScheduled",
        Event::ParallelStarted { .. } => "ParallelStarted",
        Event::ParallelSucceeded { .. } => "ParallelSucceeded",
        Event::ParallelFailed { .. } => "ParallelFailed",
        Event::MapStarted { .. } => "MapStarted",
        Event::MapIterationStarted { .. } => "MapIterationStarted",
        Event::MapIterationSucceeded { .. } => "MapIterationSucceeded",
        Event::MapIterationFailed { .. } => "MapIterationFailed",
        Event::MapIterationAborted { .. } => "MapIterationAborted",
        Event::MapSucceeded { .. } => "MapSucceeded",
        Event::MapFailed { .. } => "MapFailed",
        Event::StateAborted { .. } => "StateAborted",
        Event::RandomDrawn { .. } => "RandomDrawn",
        Event::ExecutionSucceeded { .. } => "ExecutionSucceeded",
        Event::ExecutionFailed { .. } => "ExecutionFailed",
        Event::ExecutionAborted { .. } => "ExecutionAborted",
        Event::ExecutionTimedOut => "ExecutionTimedOut",
        Event::BranchFailed { .. } => "BranchFailed",
        Event::EvaluationFailed { .. } => "EvaluationFailed",
        Event::MapRunStarted { .. } => "MapRunStarted",
        Event::ChildStarted { .. } => "ChildStarted",
        Event::ChildEnded { .. } => "ChildEnded",
        Event::MapRunUpdated { .. } => "MapRunUpdated",
        Event::MapRunSucceeded { .. } => "MapRunSucceeded",
        Event::MapRunFailed { .. } => "MapRunFailed",
        Event::MapRunAborted { .. } => "MapRunAborted",
        Event::ActivityStarted { .. } => "ActivityStarted",
        Event::TaskSubmitted { .. } => "TaskSubmitted",
        Event::SubmitLost { .. } => "SubmitLost",
        Event::ExecutionRedriven(_) => "ExecutionRedriven",
        Event::MapRunRedriven { .. } => "MapRunRedriven",
        Event::ChildRedriven { .. } => "ChildRedriven",
        Event::RedriveFollowed { .. } => "RedriveFollowed",
        Event::ChildSettled { .. } => "ChildSettled",
        Event::TestCaseChosen { .. } => "TestCaseChosen",
        Event::MapRunPlanned(_) => "MapRunPlanned",
        Event::ItemsTaken { .. } => "ItemsTaken",
        Event::ReaderEnded { .. } => "ReaderEnded",
        Event::ResultsAwaited { .. } => "ResultsAwaited",
    }
}
