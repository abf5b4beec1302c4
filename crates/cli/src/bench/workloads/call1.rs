//! `call1`: one Task state that calls a function.

use super::pass5::of_kind;
use crate::bench::case::Case;
use crate::bench::closed::{Input, Script};
use serde_json::json;

/// The function that a server of our own runs.
pub const FUNCTION_NAME: &str = "stateline-bench";

/// The ARN of that function.
pub fn own_function_arn() -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION_NAME}")
}

/// The workflow. `function` is the ARN that is called.
pub fn definition(function: &str) -> String {
    json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": function, "End": true}}})
        .to_string()
}

/// What its clients do.
pub fn script(case: &Case, function: &str) -> Script {
    let (express, goal) = of_kind(case);
    Script { definition: definition(function), express, goal, input: Input::Numbered, items: None }
}
