//! What the events of a Map Run speak of.

use super::{Event, FrameId};
use serde::{Deserialize, Serialize};
use stateline_base::{Failure, Payload};

/// What a Map Run goes by; the limits may be changed while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapRunLimits {
    /// Children that may run at once, at least 1.
    pub concurrency: u32,
    /// Items that may fail.
    pub tolerated_count: u64,
    /// The share of the items that may fail, in percent.
    pub tolerated_percentage: f64,
}

impl Eq for MapRunLimits {}

/// How a child execution of a Map Run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildEnding<P = Payload> {
    /// With an output.
    Succeeded(P),
    /// With an error.
    Failed(Failure),
    /// Longer than allowed.
    TimedOut,
    /// Stopped from outside.
    Aborted(Failure),
}

/// How a child execution ended that was not stopped, without what it gave: as much as counts need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildEnd {
    /// With an output.
    Succeeded,
    /// With an error; it may be redriven.
    Failed,
    /// With an error that no redrive can mend.
    FailedForGood,
    /// Longer than allowed.
    TimedOut,
}

/// What a Map Run is to read, to write and to keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPlan<P = Payload> {
    /// The visitor of the Map state.
    pub frame: FrameId,
    /// Where its items come from, where they are not in the state's input.
    pub reader: Option<ReaderPlan<P>>,
    /// The effective parameters of what writes its results, where something does.
    pub writer: Option<P>,
    /// Outputs are kept for the state's result until they have more bytes together.
    pub kept_bytes_max: u64,
}

/// What a reader is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderPlan<P = Payload> {
    /// The effective `Parameters` or `Arguments`.
    pub parameters: P,
    /// The effective `ReaderConfig`.
    pub config: P,
    /// Items that are read at most.
    pub items_max: Option<u64>,
    /// Items of one child at most, where they are batched.
    pub batch_items_max: Option<u64>,
    /// Bytes of one child's input at most, where items are batched.
    pub batch_bytes_max: Option<u64>,
}

impl<P> ChildEnding<P> {
    pub(super) fn try_map<Q, E>(&self, f: &mut impl FnMut(&P) -> Result<Q, E>) -> Result<ChildEnding<Q>, E> {
        Ok(match self {
            ChildEnding::Succeeded(output) => ChildEnding::Succeeded(f(output)?),
            ChildEnding::Failed(failure) => ChildEnding::Failed(failure.clone()),
            ChildEnding::TimedOut => ChildEnding::TimedOut,
            ChildEnding::Aborted(failure) => ChildEnding::Aborted(failure.clone()),
        })
    }
}

impl<P> RunPlan<P> {
    pub(super) fn try_map<Q, E>(&self, f: &mut impl FnMut(&P) -> Result<Q, E>) -> Result<RunPlan<Q>, E> {
        let reader = match &self.reader {
            None => None,
            Some(plan) => Some(ReaderPlan {
                parameters: f(&plan.parameters)?,
                config: f(&plan.config)?,
                items_max: plan.items_max,
                batch_items_max: plan.batch_items_max,
                batch_bytes_max: plan.batch_bytes_max,
            }),
        };
        let writer = self.writer.as_ref().map(f).transpose()?;
        Ok(RunPlan { frame: self.frame, reader, writer, kept_bytes_max: self.kept_bytes_max })
    }
}

impl<P> Event<P> {
    /// The iterations' part of `without_payload`.
    pub(super) fn without_payload_of_iterations<Q>(&self) -> Event<Q> {
        match self {
            Event::MapIterationStarted { frame, child, state, index } => {
                Event::MapIterationStarted { frame: *frame, child: *child, state: *state, index: *index }
            }
            Event::MapIterationSucceeded { child, state, index } => {
                Event::MapIterationSucceeded { child: *child, state: *state, index: *index }
            }
            Event::MapIterationFailed { child, state, index } => {
                Event::MapIterationFailed { child: *child, state: *state, index: *index }
            }
            Event::MapIterationAborted { child, state, index } => {
                Event::MapIterationAborted { child: *child, state: *state, index: *index }
            }
            _ => unreachable!("`without_payload` sends only these events here"),
        }
    }
}
