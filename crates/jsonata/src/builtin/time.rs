//! Functions on times. The clock is the scope's, and stands still during an
//! evaluation.

use super::Args;
use crate::error::Outcome;
use crate::evaluate::Evaluator;
use crate::text::moment;
use crate::value::Value;

#[allow(clippy::cast_precision_loss, reason = "a time is below 2^53 milliseconds")]
fn now_number(evaluator: &Evaluator<'_>) -> f64 {
    evaluator.scope.now_millis() as f64
}

pub(super) fn millis<'v>(evaluator: &Evaluator<'v>, _: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    Ok(Value::Number(now_number(evaluator)))
}

pub(super) fn now<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    write(evaluator, now_number(evaluator), args.text(0), args.text(1))
}

pub(super) fn from_millis<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(millis) = args.number(0) else { return Ok(Value::Undefined) };
    write(evaluator, millis, args.text(1), args.text(2))
}

fn write<'v>(
    evaluator: &Evaluator<'v>,
    millis: f64,
    picture: Option<&str>,
    timezone: Option<&str>,
) -> Outcome<Value<'v>> {
    evaluator.meter.scan(picture.unwrap_or_default().len())?;
    evaluator.text(moment::from_millis(millis, picture, timezone, evaluator.meter.text_max())?)
}

pub(super) fn to_millis<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.text(0) else { return Ok(Value::Undefined) };
    let picture = args.text(1);
    evaluator.meter.scan(text.len() + picture.unwrap_or_default().len())?;
    let mut steps = evaluator.meter.steps_left();
    let read = moment::to_millis(text, picture, evaluator.scope.now_millis(), &mut steps);
    evaluator.meter.set_steps_left(steps);
    Ok(read?.map(Value::Number).unwrap_or_default())
}
