//! The workbench of a decision: what it may look at, and the records and
//! effects it has come to so far.

use crate::apply::apply;
use crate::execution::{Execution, Frame, ROOT};
use crate::map_run::ChildInput;
use crate::outside::Outside;
use crate::redrive::NotRedrivable;
use crate::testing::{Bench, Inspection};
use stateline_asl::Program;
use stateline_asl::program::{State, StateIndex};
use stateline_base::{Failure, Limits, Payload, Rng, Timestamp, error_name};
use stateline_journal::{AttemptId, ChildEnding, Event, FrameId, MachineKind, MapRunLimits, Record};
use std::cell::Cell;
use std::sync::Arc;

/// What a decision may look at beside the execution.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The execution's definition.
    pub program: &'a Program,
    /// The service's limits.
    pub limits: &'a Limits,
    /// After so many records a decision stops between two steps and lets others go
    /// first; 0 stops it as soon as the input itself is dealt with (a shutdown).
    pub records_max: usize,
    /// What only the execution's surroundings know.
    pub outside: &'a dyn Outside,
}

/// What [`Setting::records_max`] is in ordinary service.
pub const RECORDS_PER_DECISION_MAX: usize = 4_096;

/// After so many bytes of new documents a decision stops as well.
const BYTES_PER_DECISION_MAX: usize = 8 << 20;

/// What comes to an execution from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// An attempt came back with a result.
    TaskSucceeded {
        /// The attempt.
        attempt: AttemptId,
        /// The task's result.
        output: Payload,
    },
    /// An attempt came back with an error.
    TaskFailed {
        /// The attempt.
        attempt: AttemptId,
        /// Error and cause.
        failure: Failure,
    },
    /// A worker takes an activity's task.
    TaskTaken {
        /// The attempt.
        attempt: AttemptId,
        /// What the worker calls itself.
        worker: Option<Arc<str>>,
    },
    /// Somebody returned an attempt's token with a result.
    TokenSucceeded {
        /// The attempt.
        attempt: AttemptId,
        /// The task's result.
        output: Payload,
    },
    /// Somebody returned an attempt's token with an error.
    TokenFailed {
        /// The attempt.
        attempt: AttemptId,
        /// Error and cause.
        failure: Failure,
    },
    /// Whoever has an attempt's token says that the task goes on.
    Heartbeat {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The process ended after an attempt left and before its outcome was durable.
    AttemptLost {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Time has passed: whatever is due is dealt with.
    Tick,
    /// A child execution of a Map Run ended.
    ChildEnded {
        /// Its number within this execution.
        attempt: AttemptId,
        /// How.
        ending: ChildEnding,
        /// When it had started.
        started_at: Timestamp,
        /// When it ended.
        stopped_at: Timestamp,
    },
    /// A Map Run's reader has read items.
    ItemsRead {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// Where they begin.
        cursor: Option<Arc<str>>,
        /// In the order of the source.
        items: Vec<ReadItem>,
        /// Whether nothing comes after them.
        ended: bool,
    },
    /// A Map Run's reader can read no more.
    ReadFailed {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// Why.
        failure: Failure,
    },
    /// A Map Run's results are written.
    ResultsWritten {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// Where: `ResultWriterDetails`.
        output: Payload,
    },
    /// A Map Run's results cannot be written.
    WriteFailed {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// Why.
        failure: Failure,
    },
    /// The limits of a Map Run are changed.
    UpdateMapRun {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// What it goes by from now on.
        limits: MapRunLimits,
    },
    /// Stop the execution.
    Stop(Failure),
    /// Go on with an execution that has ended badly.
    Redrive {
        /// The caller's token.
        token: Option<Arc<str>>,
        /// For a child, how often its Map Run has been redriven; otherwise 0.
        map_run: u32,
    },
    /// Go on with work that was cut short.
    Continue,
}

/// An item that an `ItemReader` has read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadItem {
    /// The item.
    pub value: Payload,
    /// The member's name, where items are the members of an object: `$$.Map.Item.Key`.
    pub key: Option<Arc<str>>,
    /// Where it came from: `$$.Map.Item.Source`.
    pub source: Option<Arc<str>>,
    /// Where the item after this one begins, in words of the reader's own; no two items of one
    /// source have the same.
    pub cursor: Arc<str>,
}

/// What follows from an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Already applied to the execution; to be made durable.
    pub records: Vec<Record>,
    /// To be carried out once the records are durable.
    pub effects: Vec<Effect>,
}

/// What an execution asks of the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Call a task's resource.
    Invoke {
        /// The attempt.
        attempt: AttemptId,
        /// The Task state.
        state: StateIndex,
        /// The request.
        parameters: Payload,
        /// When the task times out.
        deadline: Option<Timestamp>,
    },
    /// Put an activity's task where workers ask for it.
    Offer {
        /// The attempt.
        attempt: AttemptId,
        /// The activity's ARN.
        activity: Arc<str>,
    },
    /// Watch a job that a service took, until it is done: its outcome is the attempt's.
    Watch {
        /// The attempt.
        attempt: AttemptId,
        /// The Task state.
        state: StateIndex,
        /// The request.
        parameters: Payload,
        /// The service's answer to it.
        submitted: Payload,
    },
    /// Nobody waits for this attempt any more.
    Cancel {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Start a child execution of a Map Run, unless it is there already. What it is made of:
    /// [`Execution::child`].
    StartChild {
        /// Its number within this execution.
        attempt: AttemptId,
        /// Its input.
        input: ChildInput,
    },
    /// Nobody waits for this child any more: stop it.
    StopChild {
        /// Its number within this execution.
        attempt: AttemptId,
        /// Its ARN.
        execution_arn: String,
    },
    /// Read items of a Map Run. It may be asked for again before they come: nothing more is wanted
    /// then. What the source is: [`Execution::item_source`].
    ReadItems {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// Where they begin; `None` for the first.
        cursor: Option<Arc<str>>,
        /// How many are needed to go on, at least 1, unless the source ends before.
        at_least: usize,
        /// How many may come.
        wanted: usize,
    },
    /// Write the results of a Map Run. It may be asked for again before they are written: nothing
    /// more is wanted then. Where to: [`Execution::result_target`].
    WriteResults {
        /// The Map Run.
        map_run_arn: Arc<str>,
    },
    /// Nobody reads items of a Map Run any more, or waits for its results to be written.
    Release {
        /// The Map Run.
        map_run_arn: Arc<str>,
    },
    /// There is more to decide: give the execution [`Input::Continue`] soon.
    Continue,
}

/// Why an input changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The execution has ended.
    #[error("the execution has ended")]
    Closed,
    /// The attempt is over or was never made.
    #[error("the attempt is over or unknown")]
    StaleAttempt,
    /// There is no such Map Run, or it has ended.
    #[error("the Map Run has ended or is unknown")]
    StaleMapRun,
    /// The execution cannot be redriven.
    #[error("{0}")]
    NotRedrivable(NotRedrivable),
}

/// How the cause begins with which an execution fails whose history is full.
const HISTORY_IS_FULL: &str = "The execution reached the maximum number of history events";

/// Whether an execution failed because its history was full.
pub(crate) fn is_full_history(failure: &Failure) -> bool {
    failure.name() == error_name::RUNTIME
        && failure.cause.as_ref().is_some_and(|cause| cause.starts_with(HISTORY_IS_FULL))
}

pub(crate) struct Decider<'a> {
    pub(crate) setting: Setting<'a>,
    pub(crate) x: &'a mut Execution,
    pub(crate) at: Timestamp,
    pub(crate) rng: Cell<Rng>,
    /// Frames to go on with; the last one first.
    pub(crate) ready: Vec<FrameId>,
    /// The circumstances of a tested state; `None` in ordinary service.
    bench: Option<&'a Bench>,
    decision: Decision,
    /// Bytes of documents in the records, each that is handed on counted once.
    bytes: usize,
    counted: Option<Payload>,
}

impl<'a> Decider<'a> {
    pub(crate) fn new(setting: Setting<'a>, x: &'a mut Execution, at: Timestamp) -> Self {
        let rng = Cell::new(x.rng);
        Decider {
            setting,
            x,
            at,
            rng,
            ready: Vec::new(),
            bench: None,
            decision: Decision::default(),
            bytes: 0,
            counted: None,
        }
    }

    /// The same for a test.
    pub(crate) fn on_bench(mut self, bench: &'a Bench) -> Self {
        self.bench = Some(bench);
        self
    }

    /// Notes what a tested state shows; does nothing in ordinary service.
    pub(crate) fn inspect(&self, note: impl FnOnce(&mut Inspection)) {
        if let Some(bench) = self.bench {
            bench.note(note);
        }
    }

    /// The circumstances of a tested state.
    pub(crate) fn bench(&self) -> Option<&'a Bench> {
        self.bench
    }

    /// Whether a test puts something in the place of the state's work.
    pub(crate) fn is_mocked(&self) -> bool {
        self.bench.is_some_and(|bench| bench.mocked)
    }

    pub(crate) fn frame(&self, id: FrameId) -> &Frame {
        self.x.frame(id)
    }

    /// The state a frame is in.
    pub(crate) fn state(&self, id: FrameId) -> &'a State {
        self.setting.program.state(StateIndex(self.frame(id).state))
    }

    /// Records an event of a frame's chain.
    pub(crate) fn emit(&mut self, frame: FrameId, event: Event) {
        if self.x.is_open() {
            let previous = self.frame(frame).chain;
            self.emit_after(previous, event);
        }
    }

    /// Records an event with the predecessor given.
    ///
    /// After the end nothing is recorded any more: the caller may go on without
    /// asking whether its last event was the one too many for the history.
    pub(crate) fn emit_after(&mut self, previous: u64, event: Event) {
        if !self.x.is_open() {
            return;
        }
        let public = event.is_public();
        if public && self.history_is_full(&event) {
            self.fail_for_history();
            return;
        }
        let (id, previous) = if public { (self.x.last_id + 1, previous) } else { (0, 0) };
        self.push(Record { at: self.at, id, previous, event });
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.decision.effects.push(effect);
    }

    /// Whether this decision has grown so long that others should go first.
    pub(crate) fn is_long(&self) -> bool {
        self.decision.records.len() >= self.setting.records_max || self.bytes > BYTES_PER_DECISION_MAX
    }

    /// The decision, with the generator's new position where numbers were drawn.
    pub(crate) fn finish(mut self) -> Decision {
        self.note_draws();
        self.decision
    }

    /// Records where the generator stands. Before an end too: a redrive must not draw the same again.
    fn note_draws(&mut self) {
        if self.rng.get() != self.x.rng {
            let state = self.rng.get().state();
            self.emit_after(0, Event::RandomDrawn { state });
        }
    }

    /// Counts a record's document, unless it is the one that was counted last.
    fn count(&mut self, event: &Event) {
        let (Event::StateEntered { input: document, .. }
        | Event::StateExited { output: document, .. }
        | Event::ChildStarted { input: document, .. }
        | Event::ItemsTaken { input: document, .. }
        | Event::TaskSubmitted { output: document, .. }
        | Event::TaskScheduled { parameters: document, .. }) = event
        else {
            return;
        };
        if self.counted.as_ref().is_some_and(|counted| counted.same(document)) {
            return;
        }
        self.bytes += document.bytes_len();
        self.counted = Some(document.clone());
    }

    fn push(&mut self, record: Record) {
        if record.event.is_end() {
            self.note_draws();
        }
        self.count(&record.event);
        apply(self.x, &record);
        self.decision.records.push(record);
    }

    /// The last place of a Standard history is kept for the end of the execution.
    fn history_is_full(&self, event: &Event) -> bool {
        let ends = matches!(
            event,
            Event::ExecutionSucceeded { .. }
                | Event::ExecutionFailed { .. }
                | Event::ExecutionAborted { .. }
                | Event::ExecutionTimedOut
        );
        !ends
            && self.x.started.kind == MachineKind::Standard
            && self.x.last_id + 1 >= self.setting.limits.history_events_max
    }

    /// Records that the execution is open again: the one event that may come after an end, which it names.
    pub(crate) fn reopen(&mut self, event: Event) {
        let (id, previous) = (self.x.last_id + 1, self.x.last_id);
        self.push(Record { at: self.at, id, previous, event });
    }

    /// Records what has no place in the history, also after the end.
    pub(crate) fn note(&mut self, event: Event) {
        self.push(Record { at: self.at, id: 0, previous: 0, event });
    }

    fn fail_for_history(&mut self) {
        self.cancel_all();
        let max = self.setting.limits.history_events_max;
        let cause = format!("{HISTORY_IS_FULL} ({max}).");
        let record = Record {
            at: self.at,
            id: self.x.last_id + 1,
            previous: self.x.last_id,
            event: Event::ExecutionFailed { failure: Failure::runtime(cause) },
        };
        self.push(record);
    }

    /// Calls back every attempt that is out.
    pub(crate) fn cancel_all(&mut self) {
        let out: Vec<AttemptId> = self.x.attempts_out().map(|(_, attempt, _)| attempt).collect();
        for attempt in out {
            self.effect(Effect::Cancel { attempt });
        }
        for child in self.x.children_out() {
            let (attempt, execution_arn) = (child.attempt, child.execution_arn);
            self.effect(Effect::StopChild { attempt, execution_arn });
        }
        for map_run_arn in self.x.map_runs_outside() {
            self.effect(Effect::Release { map_run_arn });
        }
    }

    /// Begins a decision with the record that starts the execution.
    pub(crate) fn note_start(&mut self, record: Record) {
        self.decision.records.push(record);
        self.ready.push(ROOT);
    }
}
