//! `w1t-function`: five Task states, each of which calls a function: of a server of our own a process
//! behind the Lambda Runtime API, which is not counted as the server's.

use super::pass5::led_on;
use super::w1;
use crate::bench::closed::Script;
use serde_json::{Map, Value, json};

/// What its clients do.
pub fn script(function: &str) -> Script {
    Script { definition: definition(function), ..w1::script() }
}

/// Five Task states of one resource.
pub fn definition(resource: &str) -> String {
    let states: Map<String, Value> =
        (0..5).map(|n| (format!("S{n}"), led_on(json!({"Type": "Task", "Resource": resource}), n))).collect();
    json!({"StartAt": "S0", "States": states}).to_string()
}
