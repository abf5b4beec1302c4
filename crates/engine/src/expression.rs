//! JSONata expressions in a state: what they see, and what is said when they fail.

use crate::advance::in_state_text;
use crate::context::{self, Item, item_of};
use crate::decider::Decider;
use crate::retry::Raised;
use crate::testing::Bench;
use crate::variables;
use serde_json::Value;
use stateline_asl::program::Jsonata;
use stateline_base::{Limits, Payload};
use stateline_journal::FrameId;
use stateline_jsonata::{Bound, Budget, EvaluationError};

/// What one evaluation may use; a preview has no more for all of them than it has left.
fn budget(limits: &Limits, steps_left: Option<u64>) -> Budget {
    Budget {
        steps: limits.jsonata_steps_max.min(steps_left.unwrap_or(u64::MAX)),
        depth: limits.jsonata_depth_max,
        bytes: limits.jsonata_bytes_max,
    }
}

/// What `$states` holds beside the input and the Context object, and the item an iteration is about.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen<'a> {
    /// `$states.result`.
    pub(crate) result: Option<&'a Payload>,
    /// `$states.errorOutput`.
    pub(crate) error_output: Option<&'a Payload>,
    /// The item that an `ItemSelector` is evaluated for.
    pub(crate) item: Option<Item<'a>>,
}

/// Evaluates an expression; undefined is a failure, as on AWS.
pub(crate) fn evaluate(
    decider: &Decider<'_>,
    frame: FrameId,
    jsonata: &Jsonata,
    seen: Seen<'_>,
) -> Result<Payload, Raised> {
    if let Some(shared) = shared(decider, frame, jsonata, seen) {
        return Ok(shared);
    }
    let context = context_wanted(jsonata).map(|with_input| {
        let item = seen.item.or_else(|| item_of(decider.x, frame));
        context::of_decision(decider, frame, item, with_input)
    });
    // A payload that the expression does not look into stays a text.
    let documents = [
        ("input", Some(&decider.frame(frame).input)),
        ("result", seen.result),
        ("errorOutput", seen.error_output),
    ];
    let looked_at = documents.into_iter().filter(|(member, _)| looks_at(jsonata, member));
    let mut states: Vec<(&str, &Value)> =
        looked_at.filter_map(|(member, document)| Some((member, document?.value()))).collect();
    states.extend(context.as_ref().map(|context| ("context", context)));
    let scope = Scope { decider, frame, states: &states };
    let budget = budget(decider.setting.limits, decider.bench().and_then(Bench::steps_left));
    let (outcome, steps) = jsonata.expression.evaluate_counting(&scope, budget);
    if let Some(bench) = decider.bench() {
        bench.took(steps);
    }
    match outcome {
        Ok(Some(value)) => Ok(Payload::from(value)),
        Ok(None) => Err(failed(decider, frame, jsonata, "returned nothing (undefined).")),
        Err(error) => Err(failed(decider, frame, jsonata, &words(&error))),
    }
}

/// `$states.input` and `$states.result` as a whole are handed on, not copied.
fn shared(decider: &Decider<'_>, frame: FrameId, jsonata: &Jsonata, seen: Seen<'_>) -> Option<Payload> {
    match jsonata.expression.text().trim() {
        "$states.input" => Some(decider.frame(frame).input.clone()),
        "$states.result" => seen.result.cloned(),
        "$states.errorOutput" => seen.error_output.cloned(),
        _ => None,
    }
}

/// Whether the expression may look at a member of `$states`.
fn looks_at(jsonata: &Jsonata, member: &str) -> bool {
    let mut uses = jsonata.expression.references().variables.iter().filter(|used| &*used.name == "states");
    uses.any(|used| used.path.first().is_none_or(|first| &**first == member))
}

/// Whether the expression may look at the Context object, and if so whether at the execution's
/// input within it, which can be large.
fn context_wanted(jsonata: &Jsonata) -> Option<bool> {
    let mut wanted = None;
    for variable in jsonata.expression.references().variables.iter().filter(|used| &*used.name == "states") {
        let mut path = variable.path.iter().map(|name| &**name);
        let with_input = match (path.next(), path.next(), path.next()) {
            (Some("context"), Some("Execution"), Some(member)) => member == "Input",
            (Some("context"), Some(member), _) => member == "Execution",
            (Some("context") | None, _, _) => true,
            (Some(_), _, _) => continue,
        };
        wanted = Some(with_input || wanted.unwrap_or(false));
    }
    wanted
}

/// AWS's words for an expression that failed (reference 01, section 3.2).
fn words(error: &EvaluationError) -> String {
    match error {
        EvaluationError::Thrown { code, message } => {
            format!("threw an error during evaluation. {code}: {message}")
        }
        EvaluationError::Function => "returned an unsupported result type.".to_owned(),
        EvaluationError::Memory => "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage".to_owned(),
        EvaluationError::Stack => "threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive".to_owned(),
        EvaluationError::Time => "threw an error during evaluation: Expression evaluation timeout".to_owned(),
    }
}

/// The failure of an expression, with what happened to it.
fn failed(decider: &Decider<'_>, frame: FrameId, jsonata: &Jsonata, what: &str) -> Raised {
    let text = format!(
        "The JSONata expression '{}' specified for the field '{}' {what}",
        jsonata.expression.text().trim(),
        jsonata.location
    );
    Raised::by_evaluation(Some(jsonata.location.clone()), in_state_text(decider, frame, &text))
}

/// The failure of an expression whose value is of another type than the field takes.
pub(crate) fn unexpected(
    decider: &Decider<'_>,
    frame: FrameId,
    jsonata: &Jsonata,
    expected: &str,
    value: &Value,
) -> Raised {
    let what = format!(
        "returned an unexpected result type. Expected '{expected}', but was '{}' for value: {value}",
        type_name(value)
    );
    failed(decider, frame, jsonata, &what)
}

/// The failure of a field whose value is of the right type and makes no sense all the same.
pub(crate) fn senseless(decider: &Decider<'_>, frame: FrameId, jsonata: &Jsonata, text: &str) -> Raised {
    Raised::by_evaluation(Some(jsonata.location.clone()), in_state_text(decider, frame, text))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A whole number that is not negative, as `TimeoutSeconds`, `Seconds` and the like need one.
/// JSONata rounds down where it needs an integer.
pub(crate) fn whole_number(
    decider: &Decider<'_>,
    frame: FrameId,
    jsonata: &Jsonata,
    seen: Seen<'_>,
) -> Result<u64, Raised> {
    let found = evaluate(decider, frame, jsonata, seen)?;
    let Some(number) = found.value().as_f64() else {
        return Err(unexpected(decider, frame, jsonata, "number", found.value()));
    };
    if number < 0.0 {
        let text = format!("{} cannot be negative.", field_name(jsonata));
        return Err(senseless(decider, frame, jsonata, &text));
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; too large saturates"
    )]
    let whole = number.floor() as u64;
    Ok(whole)
}

/// The last name of a field's location.
pub(crate) fn field_name(jsonata: &Jsonata) -> &str {
    jsonata.location.rsplit('/').next().unwrap_or_default()
}

/// `$states` and the variables.
struct Scope<'a> {
    decider: &'a Decider<'a>,
    frame: FrameId,
    states: &'a [(&'a str, &'a Value)],
}

impl stateline_jsonata::Scope for Scope<'_> {
    fn variable(&self, name: &str) -> Option<Bound<'_>> {
        if name == "states" {
            return Some(Bound::Members(self.states));
        }
        variables::look_up(self.decider.x, self.frame, name).map(|value| Bound::Value(value.value()))
    }

    fn random(&self) -> u64 {
        let mut rng = self.decider.rng.get();
        let drawn = rng.next_u64();
        self.decider.rng.set(rng);
        drawn
    }

    fn now_millis(&self) -> i64 {
        self.decider.at.as_millis()
    }
}
