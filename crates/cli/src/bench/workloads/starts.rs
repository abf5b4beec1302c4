//! `starts`: five Pass states, Standard, only started. Each answer comes when the start is durable.
//! The executions run to their ends meanwhile, and nobody asks for them. Against `ceiling-durable`
//! it shows what the engine adds to a durable log.

use super::w1;
use crate::bench::closed::{Goal, Script};

/// What its clients do.
pub fn script() -> Script {
    Script { goal: Goal::Accepted, ..w1::script() }
}
