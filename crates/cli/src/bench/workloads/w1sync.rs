//! `w1sync`: five Pass states, Express, in one request. Nothing of it is durable; against `w1` it
//! shows what durability and the question for the end cost.

use super::w1;
use crate::bench::closed::{Goal, Script};

/// What its clients do.
pub fn script() -> Script {
    Script { express: true, goal: Goal::Answered, ..w1::script() }
}
