//! `w1`: five Pass states, Standard, each started and seen to its end.

use super::pass5;
use crate::bench::closed::{Goal, Input, Script};

/// What its clients do.
pub fn script() -> Script {
    Script {
        definition: pass5::definition(),
        express: false,
        goal: Goal::Ended,
        input: Input::Numbered,
        items: None,
    }
}
