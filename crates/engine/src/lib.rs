//! The pure core: it decides what an execution does next, and remembers it.
//!
//! [`start`] and [`advance`] decide; [`apply`] remembers. Deciding reads nothing
//! but its arguments; remembering evaluates nothing. Replaying the records that
//! were decided gives the same execution, so history is the only truth that
//! has to be stored. The runtime stores records, then carries the effects out.

mod advance;
mod apply;
mod catch;
mod context;
mod data_flow;
mod decider;
mod execution;
mod expression;
mod lifecycle;
mod map_run;
mod names;
mod order;
mod outside;
mod redrive;
mod retry;
mod scope;
mod states;
mod test_run;
mod testing;
mod timers;
mod variables;

pub use advance::{Beginning, advance, start, start_with};
pub use apply::{apply, begin, replay};
pub use decider::{Decision, Effect, Input, RECORDS_PER_DECISION_MAX, ReadItem, Rejection, Setting};
pub use execution::{Activity, ChildOut, Ending, Execution, Frame, Hold};
pub use map_run::{ChildInput, Counts, EndedChild, MapRun, MapRunStatus, MapRunSummary};
pub use names::ProgramNames;
pub use outside::{Apart, Outside};
pub use redrive::{ChildRedrive, NotRedrivable, RedriveFacts, Redrives};
pub use states::map_run::{child_metadata, pending_inputs, pending_metadata};
pub use test_run::TestCase;
pub use testing::{
    Inspection, Mock, StateTest, StateTestOutcome, StateTestRequest, StateTestStatus, StateTestStep,
};
