//! `pass5`: five Pass states, each of which writes a small result into its input.

use crate::bench::case::{Case, Kind};
use crate::bench::closed::{Goal, Input, Script};
use serde_json::{Map, Value, json};

/// The workflow.
pub fn definition() -> String {
    let states: Map<String, Value> = (0..5)
        .map(|n| {
            let state = json!({"Type": "Pass", "Result": {"n": n}, "ResultPath": "$.r"});
            (format!("S{n}"), led_on(state, n))
        })
        .collect();
    json!({"StartAt": "S0", "States": states}).to_string()
}

/// The n-th of five states, led on to the next or ended.
pub fn led_on(mut state: Value, n: u32) -> Value {
    match n {
        4 => state["End"] = json!(true),
        _ => state["Next"] = json!(format!("S{}", n + 1)),
    }
    state
}

/// What its clients do.
pub fn script(case: &Case) -> Script {
    let (express, goal) = of_kind(case);
    Script { definition: definition(), express, goal, input: Input::Numbered, items: None }
}

/// Whether a type is Express, and what its clients wait for.
pub fn of_kind(case: &Case) -> (bool, Goal) {
    match case.kind {
        Some(Kind::Express) => (true, Goal::Accepted),
        Some(Kind::ExpressSync) => (true, Goal::Answered),
        Some(Kind::Standard) | None => (false, Goal::Ended),
    }
}
