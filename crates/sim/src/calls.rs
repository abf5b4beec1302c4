//! The world that tasks call: what a call gives follows from the seed, the state
//! and the request, so that an execution that runs again gets the same answers.

use crate::dice::Dice;
use serde_json::{Value, json};
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{Failure, Payload};
use stateline_runtime::{Attempt, Outcome, ReadItem};

/// What a task comes to; `None` for one that is left without an answer.
///
/// Only requests that say that their task has a timeout are left hanging.
pub(crate) fn outcome(seed: u64, call: &Attempt) -> Option<Outcome> {
    let outcome = answer(seed, &call.state, &call.input)?;
    let wraps = matches!(&call.resource, TaskResource::Integration { pattern: Pattern::RequestResponse, .. });
    Some(match outcome {
        Outcome::Succeeded(answer) if wraps => {
            let answer = answer.value();
            let wrapped = json!({"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200});
            Outcome::Succeeded(Payload::from(wrapped))
        }
        other => other,
    })
}

/// What whoever does a task says of it, with its token or not.
pub(crate) fn answer(seed: u64, state: &str, input: &Payload) -> Option<Outcome> {
    let mood = Dice::of_text(seed, state).below(4);
    let mut dice = Dice::of_text(seed ^ 1, &format!("{state} {}", essence(input)));
    if is_timed(input) && dice.once_in(7) {
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
        return Some(Outcome::Failed(Failure::new(error, format!("{state} had no luck"))));
    }
    Some(Outcome::Succeeded(Payload::from(json!({"pick": dice.below(4)}))))
}

/// What the call itself comes back with where a task ends later: mostly that the request is taken.
pub(crate) fn reception(seed: u64, state: &str, input: &Payload) -> Option<Outcome> {
    let mut dice = Dice::of_text(seed ^ 2, &format!("{state} {}", essence(input)));
    if is_timed(input) && dice.once_in(9) {
        return None;
    }
    if dice.once_in(9) {
        return Some(Outcome::Failed(Failure::new("E1", format!("{state} was not taken"))));
    }
    Some(Outcome::Succeeded(Payload::from(json!({"taken": dice.below(100)}))))
}

/// How the task of a resource ends.
pub(crate) fn pattern(resource: &TaskResource) -> Pattern {
    match resource {
        TaskResource::Integration { pattern, .. } => *pattern,
        TaskResource::Function { .. } | TaskResource::Activity { .. } => Pattern::RequestResponse,
    }
}

/// The request itself, without the envelope of an integration.
pub(crate) fn request(input: &Payload) -> &Value {
    let input = input.value();
    let envelopes = ["Payload", "Input", "Arguments"];
    envelopes.iter().find_map(|name| input.get(name)).unwrap_or(input)
}

/// In which state a request that is answered later was made.
pub(crate) fn asked_at(input: &Payload) -> &str {
    request(input).get("at").and_then(Value::as_str).unwrap_or_default()
}

fn is_timed(input: &Payload) -> bool {
    request(input).get("timed") == Some(&Value::Bool(true))
}

/// The request's text without its token, which is another in each world.
fn essence(input: &Payload) -> String {
    match request(input) {
        Value::Object(members) if members.contains_key("token") => {
            let mut members = members.clone();
            members.remove("token");
            Value::Object(members).to_string()
        }
        other => other.to_string(),
    }
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

/// Milliseconds until a worker asks for a task: mostly soon.
pub(crate) fn idle_ms(dice: &mut Dice) -> i64 {
    if dice.once_in(6) { dice.between(2_000, 30_000) } else { dice.between(0, 1_200) }
}

/// Items that a reader gives at a time at most.
const ITEMS_MAX: usize = 4;

/// What a reader gives for the items from a place on, so many or a few more, which follows from the
/// seed and the state alone; cursors are numbers.
pub(crate) fn items(
    seed: u64,
    state: &str,
    cursor: Option<&str>,
    at_least: usize,
    wanted: usize,
) -> Result<(Vec<ReadItem>, bool), Failure> {
    let mut dice = Dice::of_text(seed ^ 3, state);
    let total = dice.below(14);
    let fails_at = dice.once_in(6).then(|| dice.below(total + 1));
    let from: usize = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    if fails_at.is_some_and(|at| from >= at) {
        return Err(Failure::new("States.ItemReaderFailed", format!("{state} reads no more")));
    }
    let item = |place: usize| ReadItem {
        value: Payload::from(json!({"n": place % 4, "items": []})),
        key: None,
        source: Some("S3://b/k".into()),
        cursor: (place + 1).to_string().into(),
    };
    let upto = (from + wanted.min(at_least.max(ITEMS_MAX))).min(total);
    Ok(((from..upto).map(item).collect(), upto == total))
}

/// What writing results comes to.
pub(crate) fn written(seed: u64, state: &str) -> Outcome {
    if Dice::of_text(seed ^ 4, state).once_in(8) {
        return Outcome::Failed(Failure::new("States.ResultWriterFailed", format!("{state} cannot write")));
    }
    Outcome::Succeeded(Payload::from(json!({"Bucket": "b", "Key": "k"})))
}
