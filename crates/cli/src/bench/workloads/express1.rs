//! `express1`: the least that is still a workflow, in one request. Against `ceiling-http` it shows
//! what the engine adds to HTTP.

use crate::bench::closed::{Goal, Input, Script};
use serde_json::json;

/// What its clients do.
pub fn script() -> Script {
    Script {
        definition: json!({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": true}}}).to_string(),
        express: true,
        goal: Goal::Answered,
        input: Input::Same("{}".to_owned()),
        items: None,
    }
}
