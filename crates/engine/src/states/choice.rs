//! Choice: the first rule that holds names the next state.

mod compare;

use crate::advance::in_state;
use crate::data_flow;
use crate::decider::Decider;
use crate::retry::Raised;
use crate::scope::Scope;
use stateline_asl::program::{Choice, Condition, ResultPath, StateIndex, Transition};
use stateline_base::{Failure, Payload};
use stateline_journal::FrameId;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, choice: &Choice) {
    match work(decider, frame, choice) {
        Ok((output, next)) => decider.exit(frame, output, Transition::Next(next)),
        Err(failure) => decider.fail(frame, Raised::plain(failure)),
    }
}

fn work(decider: &Decider<'_>, frame: FrameId, choice: &Choice) -> Result<(Payload, StateIndex), Failure> {
    let input = data_flow::effective_input(decider, frame)?;
    let scope = Scope::new(decider, frame, input.value());
    let mut next = choice.default;
    for rule in &choice.rules {
        if holds(decider, frame, &rule.condition, &scope)? {
            next = Some(rule.next);
            break;
        }
    }
    let next = next.ok_or_else(|| {
        let text = "Failed to transition out of the state. The state does not point to a next state.";
        in_state(decider, frame, text)
    })?;
    let output = data_flow::output(decider, frame, &input, None, &ResultPath::Replace)?;
    Ok((output, next))
}

fn holds(
    decider: &Decider<'_>,
    frame: FrameId,
    condition: &Condition,
    scope: &Scope<'_>,
) -> Result<bool, Failure> {
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
    }
}
