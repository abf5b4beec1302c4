//! What an execution remembers: the events of its journal, how they are written
//! down, and which of them the public sees.
//!
//! Events are past-tense facts that carry results: an evaluated output, a drawn
//! delay, a chosen branch. Nothing is ever evaluated again to read them. The
//! engine decides events and applies them; the store keeps them as bytes; the
//! API shows their projection.

mod codec;
mod event;
mod history;
mod projection;

pub use codec::{Batch, CodecError, decode, encode};
pub use event::{
    AttemptId, ChildEnd, ChildEnding, Event, FrameId, MachineKind, MapRunLimits, ParentLink, ReaderPlan,
    Record, Redriven, RunPlan, Started, TaskClock,
};
pub use history::{HistoryDetails, HistoryEvent, TaskLabel};
pub use projection::{Names, StateType, TaskKind, project};
