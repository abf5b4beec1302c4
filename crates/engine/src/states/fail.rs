//! Fail: ends its scope with an error of the author's choosing.

use crate::advance::in_state;
use crate::data_flow;
use crate::decider::Decider;
use crate::expression::{self, Seen};
use crate::retry::Raised;
use crate::scope::Scope;
use serde_json::Value;
use stateline_asl::program::{Fail, FailText};
use stateline_base::Failure;
use stateline_journal::FrameId;
use std::sync::Arc;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, fail: &Fail) {
    let raised = texts(decider, frame, fail).map_or_else(|raised| raised, Raised::plain);
    decider.fail(frame, raised);
}

fn texts(decider: &Decider<'_>, frame: FrameId, fail: &Fail) -> Result<Failure, Raised> {
    Ok(Failure {
        error: text(decider, frame, "ErrorPath", fail.error.as_ref())?,
        cause: text(decider, frame, "CausePath", fail.cause.as_ref())?,
    })
}

fn text(
    decider: &Decider<'_>,
    frame: FrameId,
    field: &str,
    text: Option<&FailText>,
) -> Result<Option<Arc<str>>, Raised> {
    match text {
        None => Ok(None),
        Some(FailText::Fixed(text)) => Ok(Some(text.clone())),
        Some(FailText::Jsonata(jsonata)) => {
            let found = expression::evaluate(decider, frame, jsonata, Seen::default())?;
            match found.value() {
                Value::String(text) => Ok(Some(text.as_str().into())),
                other => Err(expression::unexpected(decider, frame, jsonata, "string", other)),
            }
        }
        Some(FailText::Dynamic(expression)) => {
            let scope = Scope::new(decider, frame, &decider.frame(frame).input);
            match data_flow::evaluate(decider, frame, field, expression, &scope)? {
                Value::String(text) => Ok(Some(text.into())),
                other => {
                    let text = format!(
                        "The {field} field '{}' must refer to a string but was: {other}",
                        expression.text()
                    );
                    Err(in_state(decider, frame, &text))
                }
            }
        }
    }
}
