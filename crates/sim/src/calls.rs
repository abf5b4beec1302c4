//! The world that tasks call: what a call gives follows from the seed, the state
//! and the request, so that an execution that runs again gets the same answers.

use crate::dice::Dice;
use serde_json::{Value, json};
use stateline_asl::TaskResource;
use stateline_base::{Failure, Payload};
use stateline_runtime::{Attempt, Outcome};

/// What a call gives; `None` for one that never comes back.
///
/// Only requests that say that their task has a timeout are left hanging.
pub(crate) fn outcome(seed: u64, call: &Attempt) -> Option<Outcome> {
    let request = request(call);
    let mood = Dice::of_text(seed, &call.state).below(4);
    let mut dice = Dice::of_text(seed ^ 1, &format!("{} {}", call.state, call.input.text()));
    if request.get("timed") == Some(&Value::Bool(true)) && dice.once_in(7) {
        return None;
    }
    let fails = match mood {
        0 => 0,
        1 => 8,
        2 => 4,
        _ => 2,
    };
    if dice.once_in(fails) {
        let error = *dice.pick(&["E1", "E2", "Lambda.Unknown", "States.TaskFailed"]);
        return Some(Outcome::Failed(Failure::new(error, format!("{} had no luck", call.state))));
    }
    let answer = json!({"pick": dice.below(4)});
    let shaped = match call.resource {
        TaskResource::Integration { .. } => {
            json!({"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200})
        }
        _ => answer,
    };
    Some(Outcome::Succeeded(Payload::from(shaped)))
}

/// The request itself, without the envelope of an integration.
fn request(call: &Attempt) -> &Value {
    let input = call.input.value();
    input.get("Payload").unwrap_or(input)
}

/// Milliseconds until a call comes back: mostly soon, sometimes after its task has given up.
pub(crate) fn latency_ms(dice: &mut Dice) -> i64 {
    match dice.below(8) {
        0 => 0,
        1..=5 => dice.between(1, 900),
        6 => dice.between(900, 4_000),
        _ => dice.between(4_000, 15_000),
    }
}
