//! The events of an execution's journal.
//!
//! Variants are only ever appended: the codec writes their position. A changed
//! meaning is a new variant. `P` is what a payload is: [`Payload`] in memory, an
//! index into the batch's table of texts on disk, so that a document that goes
//! unchanged through many states is written once.

mod map_run;

pub use map_run::{ChildEnd, ChildEnding, MapRunLimits, ReaderPlan, RunPlan};

use serde::{Deserialize, Serialize};
use stateline_base::{ExecutionId, Failure, Payload, Timestamp};
use std::sync::Arc;

/// A visit to one `States` object: the top level, one branch, or one iteration.
pub type FrameId = u32;
/// One try of a task, counted over the whole execution from 1.
pub type AttemptId = u64;

/// Standard or Express.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MachineKind {
    /// Durable at every step, at most once.
    Standard,
    /// Fast and short: at least once when asynchronous, at most once when synchronous.
    Express,
}

/// An event with its place in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<P = Payload> {
    /// When it was decided.
    pub at: Timestamp,
    /// The public id, dense from 1; 0 for events the public does not see.
    pub id: u64,
    /// The public `previousEventId`.
    pub previous: u64,
    /// What happened.
    pub event: Event<P>,
}

/// All that an execution is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started<P = Payload> {
    /// The execution's ARN.
    pub execution_arn: Arc<str>,
    /// The state machine's ARN, without version or alias.
    pub machine_arn: Arc<str>,
    /// The version it was started through.
    pub version_arn: Option<Arc<str>>,
    /// The alias it was started through.
    pub alias_arn: Option<Arc<str>>,
    /// Key of the revision this execution keeps for its whole life: definition, role and
    /// configuration. In journals of releases without revisions, the definition's hash.
    pub definition: Arc<str>,
    /// Standard or Express.
    pub kind: MachineKind,
    /// The role the machine had at the start.
    pub role_arn: Arc<str>,
    /// The caller's trace header.
    pub trace_header: Option<Arc<str>>,
    /// The input, as written by the caller.
    pub input: P,
    /// Where the execution's random draws begin.
    pub seed: u64,
    /// When the execution times out as a whole.
    pub deadline: Timestamp,
    /// The `States` object it runs, by its index in the program: 0 unless it is a child.
    pub scope: u32,
    /// What started it, for a child of a Map Run.
    pub parent: Option<Box<ParentLink>>,
}

/// The Map Run that a child execution belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentLink {
    /// The execution whose Map state it is, as the engine finds it.
    pub execution: ExecutionId,
    /// The same, as everybody else does.
    pub execution_arn: Arc<str>,
    /// The child's number within that execution.
    pub attempt: AttemptId,
    /// The Map Run.
    pub map_run_arn: Arc<str>,
}

/// The clocks that run while a task is out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskClock {
    /// When `TimeoutSeconds` ends the attempt.
    pub deadline: Option<Timestamp>,
    /// When `HeartbeatSeconds` ends the attempt, unless a heartbeat comes first.
    pub heartbeat: Option<Timestamp>,
}

/// A fact in the life of an execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event<P = Payload> {
    /// The execution was accepted. Public.
    ExecutionStarted(Box<Started<P>>),
    /// A frame came to a state. Public.
    StateEntered {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The raw input.
        input: P,
    },
    /// A frame left its state. Public.
    StateExited {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The state's output.
        output: P,
        /// Where the frame goes; `None` when its scope is done.
        next: Option<u32>,
        /// Variables that were assigned, in the order of the definition.
        assigned: Vec<(Arc<str>, P)>,
    },
    /// A Wait state knows its end. Internal.
    WaitStarted {
        /// The visitor.
        frame: FrameId,
        /// When the wait is over.
        until: Timestamp,
    },
    /// A task's request is made. Public.
    TaskScheduled {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The attempt this opens.
        attempt: AttemptId,
        /// The effective request.
        parameters: P,
        /// `TimeoutSeconds`, where declared.
        timeout_seconds: Option<u64>,
        /// `HeartbeatSeconds`, where declared.
        heartbeat_seconds: Option<u64>,
        /// `Credentials.RoleArn`, where declared.
        role_arn: Option<Arc<str>>,
    },
    /// The request leaves as soon as this is durable; its clocks run from here. Public.
    TaskStarted {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The clocks.
        clock: TaskClock,
    },
    /// The task succeeded. Public.
    TaskSucceeded {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The task's result.
        output: P,
    },
    /// The task failed. Public.
    TaskFailed {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// With what.
        failure: Failure,
    },
    /// The task was out for too long, or silent for too long. Public.
    TaskTimedOut {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// `States.Timeout`.
        failure: Failure,
        /// Whether it was the heartbeat that was missed.
        heartbeat: bool,
    },
    /// A worker said that it is alive. Internal.
    HeartbeatRecorded {
        /// The visitor.
        frame: FrameId,
        /// When the next one is due.
        until: Timestamp,
    },
    /// A retrier matched: the state is tried again later. Internal.
    RetryScheduled {
        /// The visitor.
        frame: FrameId,
        /// Index of the retrier within `Retry`.
        retrier: u32,
        /// When the next attempt is due.
        until: Timestamp,
    },
    /// A Parallel state opened its branches. Public.
    ParallelStarted {
        /// The visitor of the Parallel state.
        frame: FrameId,
        /// Frame of the first branch; the others follow.
        first: FrameId,
        /// How many branches.
        branches: u32,
        /// What each branch gets.
        input: P,
    },
    /// Every branch succeeded. Public.
    ParallelSucceeded {
        /// The visitor of the Parallel state.
        frame: FrameId,
    },
    /// A branch failed and nothing retries the state. Public.
    ParallelFailed {
        /// The visitor of the Parallel state.
        frame: FrameId,
    },
    /// An inline Map state knows its items. Public.
    MapStarted {
        /// The visitor of the Map state.
        frame: FrameId,
        /// The items, an array.
        items: P,
        /// What `ItemSelector` sees as `$`: the effective input.
        input: P,
        /// How many items.
        length: u32,
        /// How many iterations may run at once, at least 1.
        concurrency: u32,
    },
    /// An iteration began. Public.
    MapIterationStarted {
        /// The visitor of the Map state.
        frame: FrameId,
        /// The iteration's own frame.
        child: FrameId,
        /// Index of the Map state in the program.
        state: u32,
        /// Index of the item.
        index: u32,
    },
    /// An iteration succeeded. Public.
    MapIterationSucceeded {
        /// The iteration's frame.
        child: FrameId,
        /// Index of the Map state in the program.
        state: u32,
        /// Index of the item.
        index: u32,
    },
    /// An iteration failed. Public.
    MapIterationFailed {
        /// The iteration's frame.
        child: FrameId,
        /// Index of the Map state in the program.
        state: u32,
        /// Index of the item.
        index: u32,
    },
    /// An iteration was cut off because another failed. Public.
    MapIterationAborted {
        /// The iteration's frame.
        child: FrameId,
        /// Index of the Map state in the program.
        state: u32,
        /// Index of the item.
        index: u32,
    },
    /// Every iteration succeeded. Public.
    MapSucceeded {
        /// The visitor of the Map state.
        frame: FrameId,
    },
    /// An iteration failed and nothing retries the state. Public.
    MapFailed {
        /// The visitor of the Map state.
        frame: FrameId,
    },
    /// A state was cut off because a sibling failed or the execution was stopped. Public.
    StateAborted {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
    },
    /// Random numbers were drawn; the generator goes on from here. Internal.
    RandomDrawn {
        /// The generator's new position.
        state: u64,
    },
    /// The execution ended well. Public.
    ExecutionSucceeded {
        /// Its output.
        output: P,
    },
    /// The execution failed. Public.
    ExecutionFailed {
        /// With what.
        failure: Failure,
    },
    /// The execution was stopped from outside. Public.
    ExecutionAborted {
        /// What the caller gave as error and cause.
        failure: Failure,
    },
    /// The execution ran longer than it may. Public.
    ExecutionTimedOut,
    /// A branch of a Parallel state failed. Internal: AWS shows nothing between the
    /// branch's own last event and the Parallel state's next one.
    BranchFailed {
        /// The branch's frame.
        child: FrameId,
    },
    /// A JSONata expression failed; one for each attempt. Public.
    EvaluationFailed {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// `States.QueryEvaluationError` and what happened.
        failure: Failure,
        /// The field below the state; absent when it was no expression of a field.
        location: Option<Arc<str>>,
    },
    /// A distributed Map opened its Map Run. Public.
    MapRunStarted {
        /// The visitor of the Map state.
        frame: FrameId,
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// How many children: items, or batches of items.
        children: u32,
        /// How many items each child has, in order; empty when each has one.
        batches: Vec<u32>,
        /// What it goes by.
        limits: MapRunLimits,
        /// Whether the items came from an object: each is a pair of key and value then.
        keyed: bool,
    },
    /// A child execution is to be started. Internal.
    ChildStarted {
        /// The visitor of the Map state.
        frame: FrameId,
        /// Which child, from 0.
        index: u32,
        /// The child's number within this execution.
        attempt: AttemptId,
        /// The child's input.
        input: P,
    },
    /// A child execution ended. Internal.
    ChildEnded {
        /// The visitor of the Map state.
        frame: FrameId,
        /// The child's number within this execution.
        attempt: AttemptId,
        /// How.
        ending: ChildEnding<P>,
        /// When it had started.
        started_at: Timestamp,
        /// When it ended.
        stopped_at: Timestamp,
    },
    /// The limits of a Map Run were changed. Internal.
    MapRunUpdated {
        /// The visitor of the Map state.
        frame: FrameId,
        /// What it goes by from now on.
        limits: MapRunLimits,
    },
    /// Every child ended and failures were within the tolerance. Public.
    MapRunSucceeded {
        /// The visitor of the Map state.
        frame: FrameId,
    },
    /// More failed than may. Public.
    MapRunFailed {
        /// The visitor of the Map state.
        frame: FrameId,
        /// Why.
        failure: Failure,
    },
    /// The Map Run was cut off with its state. Public.
    MapRunAborted {
        /// The visitor of the Map state.
        frame: FrameId,
    },
    /// A worker took an activity's task; its clocks run from here. Public.
    ActivityStarted {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The clocks.
        clock: TaskClock,
        /// What the worker calls itself.
        worker: Option<Arc<str>>,
    },
    /// The service took the request of a task that ends later: with its token, or when a job is done. Public.
    TaskSubmitted {
        /// The visitor.
        frame: FrameId,
        /// Index of the state in the program.
        state: u32,
        /// The service's answer.
        output: P,
    },
    /// Whether the service took such a request is unknown: the task goes on waiting for its token. Internal.
    SubmitLost {
        /// The visitor.
        frame: FrameId,
    },
    /// An execution that had ended goes on from where it stood. Public.
    ExecutionRedriven(Box<Redriven>),
    /// A Map Run goes on with the children that did not succeed. Public.
    MapRunRedriven {
        /// The visitor of the Map state.
        frame: FrameId,
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// How often it has been redriven, with this time.
        count: u32,
    },
    /// A child execution is to be redriven, or started where it never was. Internal.
    ChildRedriven {
        /// The visitor of the Map state.
        frame: FrameId,
        /// The child's number within this execution.
        attempt: AttemptId,
    },
    /// This execution, a child, begins with a redrive of its Map Run, which it follows. Internal.
    RedriveFollowed {
        /// How often the Map Run has been redriven, with that time.
        map_run: u32,
    },
    /// A child that was cut off had ended by itself before it was stopped. It may follow the end of
    /// the execution, and changes nothing but the counts. Internal.
    ChildSettled {
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// The child's number within this execution.
        attempt: AttemptId,
        /// How.
        end: ChildEnd,
    },
    /// The execution runs a test case: tasks that the case names are answered by mocks. It follows
    /// the start, or nothing does. Internal.
    TestCaseChosen {
        /// The case's name.
        case: Arc<str>,
        /// Where counting the invocations of a state begins: a child's number among those of its Map
        /// state, 0 for every other execution.
        first: u32,
    },
    /// What a Map Run reads from, where its results go, and how much of them is kept. Internal.
    MapRunPlanned(Box<RunPlan<P>>),
    /// The next items of a Map Run's reader became a child execution, which is to be started. Internal.
    ItemsTaken {
        /// The visitor of the Map state.
        frame: FrameId,
        /// Which child, from 0.
        index: u32,
        /// The child's number within this execution.
        attempt: AttemptId,
        /// The child's input.
        input: P,
        /// How many items it has.
        items: u32,
        /// Where the item after them begins, in words of the reader's own.
        cursor: Arc<str>,
    },
    /// A Map Run's reader has no more items. Internal.
    ReaderEnded {
        /// The visitor of the Map state.
        frame: FrameId,
    },
    /// No child of a Map Run will start any more, and its results are to be written. Internal.
    ResultsAwaited {
        /// The visitor of the Map state.
        frame: FrameId,
        /// With what the Map Run fails once they are written; `None` when it succeeds.
        failure: Option<Failure>,
    },
}

/// All that an execution is redriven with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redriven {
    /// How often it has been redriven, with this time.
    pub count: u32,
    /// The caller's token: who sends it again means this redrive.
    pub token: Option<Arc<str>>,
    /// When the execution times out as a whole, from now on.
    pub deadline: Timestamp,
    /// For a child, how often its Map Run has been redriven: a child follows each time once.
    pub map_run: u32,
}

impl<P> Event<P> {
    /// Whether the execution has ended with it.
    pub fn is_end(&self) -> bool {
        matches!(
            self,
            Event::ExecutionSucceeded { .. }
                | Event::ExecutionFailed { .. }
                | Event::ExecutionAborted { .. }
                | Event::ExecutionTimedOut
        )
    }

    /// Whether it is of the life of a Map Run.
    pub fn is_of_map_run(&self) -> bool {
        matches!(
            self,
            Event::MapRunStarted { .. }
                | Event::ChildStarted { .. }
                | Event::ChildEnded { .. }
                | Event::MapRunUpdated { .. }
                | Event::MapRunSucceeded { .. }
                | Event::MapRunFailed { .. }
                | Event::MapRunAborted { .. }
                | Event::MapRunRedriven { .. }
                | Event::ChildRedriven { .. }
                | Event::ChildSettled { .. }
                | Event::ItemsTaken { .. }
        )
    }

    /// Whether the event shows in the public history.
    pub fn is_public(&self) -> bool {
        !matches!(
            self,
            Event::WaitStarted { .. }
                | Event::HeartbeatRecorded { .. }
                | Event::RetryScheduled { .. }
                | Event::RandomDrawn { .. }
                | Event::BranchFailed { .. }
                | Event::ChildStarted { .. }
                | Event::ChildEnded { .. }
                | Event::MapRunUpdated { .. }
                | Event::SubmitLost { .. }
                | Event::ChildRedriven { .. }
                | Event::RedriveFollowed { .. }
                | Event::ChildSettled { .. }
                | Event::TestCaseChosen { .. }
                | Event::MapRunPlanned(_)
                | Event::ItemsTaken { .. }
                | Event::ReaderEnded { .. }
                | Event::ResultsAwaited { .. }
        )
    }

    /// The same event with every payload replaced, in the order in which they stand.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn try_map<Q, E>(&self, f: &mut impl FnMut(&P) -> Result<Q, E>) -> Result<Event<Q>, E> {
        Ok(match self {
            Event::ExecutionStarted(started) => {
                Event::ExecutionStarted(Box::new(started.with_input(f(&started.input)?)))
            }
            Event::StateEntered { frame, state, input } => {
                Event::StateEntered { frame: *frame, state: *state, input: f(input)? }
            }
            Event::StateExited { frame, state, output, next, assigned } => {
                let output = f(output)?;
                let mut assign = |(name, value): &(Arc<str>, P)| Ok((name.clone(), f(value)?));
                let assigned = assigned.iter().map(&mut assign).collect::<Result<_, E>>()?;
                Event::StateExited { frame: *frame, state: *state, output, next: *next, assigned }
            }
            Event::TaskScheduled {
                frame,
                state,
                attempt,
                parameters,
                timeout_seconds,
                heartbeat_seconds,
                role_arn,
            } => Event::TaskScheduled {
                frame: *frame,
                state: *state,
                attempt: *attempt,
                parameters: f(parameters)?,
                timeout_seconds: *timeout_seconds,
                heartbeat_seconds: *heartbeat_seconds,
                role_arn: role_arn.clone(),
            },
            Event::TaskSucceeded { frame, state, output } => {
                Event::TaskSucceeded { frame: *frame, state: *state, output: f(output)? }
            }
            Event::TaskSubmitted { frame, state, output } => {
                Event::TaskSubmitted { frame: *frame, state: *state, output: f(output)? }
            }
            Event::ParallelStarted { frame, first, branches, input } => {
                Event::ParallelStarted { frame: *frame, first: *first, branches: *branches, input: f(input)? }
            }
            Event::MapStarted { frame, items, input, length, concurrency } => Event::MapStarted {
                frame: *frame,
                items: f(items)?,
                input: f(input)?,
                length: *length,
                concurrency: *concurrency,
            },
            Event::ExecutionSucceeded { output } => Event::ExecutionSucceeded { output: f(output)? },
            Event::ChildStarted { frame, index, attempt, input } => {
                Event::ChildStarted { frame: *frame, index: *index, attempt: *attempt, input: f(input)? }
            }
            Event::ChildEnded { frame, attempt, ending, started_at, stopped_at } => Event::ChildEnded {
                frame: *frame,
                attempt: *attempt,
                ending: ending.try_map(f)?,
                started_at: *started_at,
                stopped_at: *stopped_at,
            },
            Event::MapRunPlanned(plan) => Event::MapRunPlanned(Box::new(plan.try_map(f)?)),
            Event::ItemsTaken { frame, index, attempt, input, items, cursor } => Event::ItemsTaken {
                frame: *frame,
                index: *index,
                attempt: *attempt,
                input: f(input)?,
                items: *items,
                cursor: cursor.clone(),
            },
            other => other.without_payload(),
        })
    }

    /// The variants that carry no payload, in another payload type.
    fn without_payload<Q>(&self) -> Event<Q> {
        match self {
            Event::WaitStarted { frame, until } => Event::WaitStarted { frame: *frame, until: *until },
            Event::TaskStarted { frame, state, clock } => {
                Event::TaskStarted { frame: *frame, state: *state, clock: *clock }
            }
            Event::TaskFailed { frame, state, failure } => {
                Event::TaskFailed { frame: *frame, state: *state, failure: failure.clone() }
            }
            Event::RetryScheduled { frame, retrier, until } => {
                Event::RetryScheduled { frame: *frame, retrier: *retrier, until: *until }
            }
            Event::ParallelSucceeded { frame } => Event::ParallelSucceeded { frame: *frame },
            Event::ParallelFailed { frame } => Event::ParallelFailed { frame: *frame },
            Event::MapSucceeded { frame } => Event::MapSucceeded { frame: *frame },
            Event::MapFailed { frame } => Event::MapFailed { frame: *frame },
            Event::StateAborted { frame, state } => Event::StateAborted { frame: *frame, state: *state },
            Event::RandomDrawn { state } => Event::RandomDrawn { state: *state },
            Event::ExecutionFailed { failure } => Event::ExecutionFailed { failure: failure.clone() },
            Event::ExecutionAborted { failure } => Event::ExecutionAborted { failure: failure.clone() },
            Event::ExecutionTimedOut => Event::ExecutionTimedOut,
            Event::BranchFailed { .. }
            | Event::TaskTimedOut { .. }
            | Event::MapIterationStarted { .. }
            | Event::MapIterationSucceeded { .. }
            | Event::MapIterationFailed { .. }
            | Event::MapIterationAborted { .. }
            | Event::HeartbeatRecorded { .. }
            | Event::ActivityStarted { .. }
            | Event::SubmitLost { .. }
            | Event::EvaluationFailed { .. }
            | Event::MapRunStarted { .. }
            | Event::MapRunUpdated { .. }
            | Event::MapRunSucceeded { .. }
            | Event::MapRunFailed { .. }
            | Event::MapRunAborted { .. }
            | Event::ExecutionRedriven(_)
            | Event::MapRunRedriven { .. }
            | Event::ChildRedriven { .. }
            | Event::RedriveFollowed { .. }
            | Event::ChildSettled { .. }
            | Event::TestCaseChosen { .. }
            | Event::ReaderEnded { .. }
            | Event::ResultsAwaited { .. } => self.without_payload_of_later_ones(),
            Event::ExecutionStarted(_)
            | Event::StateEntered { .. }
            | Event::StateExited { .. }
            | Event::TaskScheduled { .. }
            | Event::TaskSucceeded { .. }
            | Event::TaskSubmitted { .. }
            | Event::ParallelStarted { .. }
            | Event::MapStarted { .. }
            | Event::ChildStarted { .. }
            | Event::ChildEnded { .. }
            | Event::MapRunPlanned(_)
            | Event::ItemsTaken { .. }
            | Event::ExecutionSucceeded { .. } => {
                unreachable!("`try_map` handles every variant with a payload before it comes here")
            }
        }
    }

    /// The other part of `without_payload`.
    fn without_payload_of_later_ones<Q>(&self) -> Event<Q> {
        match self {
            Event::EvaluationFailed { frame, state, failure, location } => Event::EvaluationFailed {
                frame: *frame,
                state: *state,
                failure: failure.clone(),
                location: location.clone(),
            },
            Event::MapRunStarted { frame, map_run_arn, children, batches, limits, keyed } => {
                Event::MapRunStarted {
                    frame: *frame,
                    map_run_arn: map_run_arn.clone(),
                    children: *children,
                    batches: batches.clone(),
                    limits: *limits,
                    keyed: *keyed,
                }
            }
            Event::MapRunUpdated { frame, limits } => Event::MapRunUpdated { frame: *frame, limits: *limits },
            Event::MapRunSucceeded { frame } => Event::MapRunSucceeded { frame: *frame },
            Event::MapRunFailed { frame, failure } => {
                Event::MapRunFailed { frame: *frame, failure: failure.clone() }
            }
            Event::MapRunAborted { frame } => Event::MapRunAborted { frame: *frame },
            Event::ActivityStarted { frame, state, clock, worker } => {
                Event::ActivityStarted { frame: *frame, state: *state, clock: *clock, worker: worker.clone() }
            }
            Event::BranchFailed { child } => Event::BranchFailed { child: *child },
            Event::HeartbeatRecorded { frame, until } => {
                Event::HeartbeatRecorded { frame: *frame, until: *until }
            }
            Event::SubmitLost { frame } => Event::SubmitLost { frame: *frame },
            Event::ExecutionRedriven(redriven) => Event::ExecutionRedriven(redriven.clone()),
            Event::MapRunRedriven { frame, map_run_arn, count } => {
                Event::MapRunRedriven { frame: *frame, map_run_arn: map_run_arn.clone(), count: *count }
            }
            Event::ChildRedriven { frame, attempt } => {
                Event::ChildRedriven { frame: *frame, attempt: *attempt }
            }
            Event::RedriveFollowed { map_run } => Event::RedriveFollowed { map_run: *map_run },
            Event::ChildSettled { map_run_arn, attempt, end } => {
                Event::ChildSettled { map_run_arn: map_run_arn.clone(), attempt: *attempt, end: *end }
            }
            Event::TestCaseChosen { case, first } => {
                Event::TestCaseChosen { case: case.clone(), first: *first }
            }
            Event::TaskTimedOut { frame, state, failure, heartbeat } => Event::TaskTimedOut {
                frame: *frame,
                state: *state,
                failure: failure.clone(),
                heartbeat: *heartbeat,
            },
            Event::ReaderEnded { frame } => Event::ReaderEnded { frame: *frame },
            Event::ResultsAwaited { frame, failure } => {
                Event::ResultsAwaited { frame: *frame, failure: failure.clone() }
            }
            _ => self.without_payload_of_iterations(),
        }
    }
}

impl<P> Started<P> {
    /// The same start with another input.
    fn with_input<Q>(&self, input: Q) -> Started<Q> {
        Started {
            execution_arn: self.execution_arn.clone(),
            machine_arn: self.machine_arn.clone(),
            version_arn: self.version_arn.clone(),
            alias_arn: self.alias_arn.clone(),
            definition: self.definition.clone(),
            kind: self.kind,
            role_arn: self.role_arn.clone(),
            trace_header: self.trace_header.clone(),
            input,
            seed: self.seed,
            deadline: self.deadline,
            scope: self.scope,
            parent: self.parent.clone(),
        }
    }
}
