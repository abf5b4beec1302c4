//! Choice: the first rule that holds names the next state.

mod compare;

use crate::advance::in_state;
use crate::data_flow::{self, LastSteps, Left};
use crate::decider::Decider;
use crate::expression;
use crate::retry::Raised;
use crate::scope::Scope;
use serde_json::Value;
use stateline_asl::program::{Choice, ChoiceRule, Condition, ResultPath, StateIndex, Transition};
use stateline_journal::FrameId;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, choice: &Choice) {
    match work(decider, frame, choice) {
        Ok((left, next)) => decider.exit(frame, left, Transition::Next(next)),
        Err(raised) => decider.fail(frame, raised),
    }
}

fn work(decider: &Decider<'_>, frame: FrameId, choice: &Choice) -> Result<(Left, StateIndex), Raised> {
    let input = data_flow::effective_input(decider, frame)?;
    let chosen = choose(decider, frame, choice, &Scope::new(decider, frame, &input))?;
    let next = chosen.map(|rule| rule.next).or(choice.default).ok_or_else(|| {
        let text = "Failed to transition out of the state. The state does not point to a next state.";
        in_state(decider, frame, text)
    })?;
    let state = decider.state(frame);
    // The state's own fields are for the case that no rule holds.
    let (output, assign) = match chosen {
        Some(rule) => (rule.output.as_ref(), rule.assign.as_ref()),
        None => (state.output.as_ref(), state.assign.as_ref()),
    };
    let steps = LastSteps {
        result: &input,
        has_result: false,
        result_selector: None,
        result_path: &ResultPath::Replace,
        output,
        assign,
    };
    Ok((data_flow::leave(decider, frame, steps)?, next))
}

/// The first rule that holds.
fn choose<'c>(
    decider: &Decider<'_>,
    frame: FrameId,
    choice: &'c Choice,
    scope: &Scope<'_>,
) -> Result<Option<&'c ChoiceRule>, Raised> {
    for (index, rule) in choice.rules.iter().enumerate() {
        if holds(decider, frame, &rule.condition, scope)? {
            decider.inspect(|seen| seen.rule_index = u32::try_from(index).ok());
            return Ok(Some(rule));
        }
    }
    Ok(None)
}

fn holds(
    decider: &Decider<'_>,
    frame: FrameId,
    condition: &Condition,
    scope: &Scope<'_>,
) -> Result<bool, Raised> {
    match condition {
        Condition::All(parts) => {
            for part in parts {
                if !holds(decider, frame, part, scope)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Condition::Any(parts) => {
            for part in parts {
                if holds(decider, frame, part, scope)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Condition::Not(part) => Ok(!holds(decider, frame, part, scope)?),
        Condition::Test(comparison) => compare::test(decider, frame, comparison, scope),
        Condition::Constant(holds) => Ok(*holds),
        Condition::Jsonata(jsonata) => {
            let found = expression::evaluate(decider, frame, jsonata, scope.seen())?;
            match found.value() {
                Value::Bool(holds) => Ok(*holds),
                other => Err(expression::unexpected(decider, frame, jsonata, "boolean", other)),
            }
        }
    }
}
