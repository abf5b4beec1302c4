//! The six functions that Step Functions adds to JSONata.
//!
//! Where they need a whole number they round down, as AWS documents it. AWS does
//! not document their errors; they are raised as `$error` raises its own.

use super::{Args, array::unit};
use crate::error::{Outcome, Problem, Raised};
use crate::evaluate::Evaluator;
use crate::text::{hash as digests, json_number};
use crate::value::{Array, Object, Text, Value};
use serde_json::Value as Json;

fn refuse<T>(message: impl Into<String>) -> Outcome<T> {
    Problem::new("D3137").message(message).raise()
}

/// `$partition(array, size)`: pieces of that size, the last one with what is left.
pub(super) fn partition<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let (Some(items), Some(size)) = (args.get(0).as_array(), args.number(1)) else {
        return Ok(Value::Undefined);
    };
    let size = size.floor();
    if size.is_nan() || size < 1.0 {
        return refuse(format!(
            "The size for $partition() must be at least 1, but was {}",
            json_number(size)
        ));
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; too large saturates"
    )]
    let size = size as usize;
    let mut pieces = Array::plain(&evaluator.meter);
    let mut start = 0;
    while start < items.len() {
        let end = start.saturating_add(size).min(items.len());
        let mut piece = Array::with_room(&evaluator.meter, end - start)?;
        for index in start..end {
            piece.push(items.at(index))?;
        }
        pieces.push(piece.into_value())?;
        start = end;
    }
    Ok(pieces.into_value())
}

/// `$range(first, last, step)`: from the first number to the last, which is included
/// if a step meets it.
pub(super) fn range<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let (Some(first), Some(last), Some(step)) = (args.number(0), args.number(1), args.number(2)) else {
        return Ok(Value::Undefined);
    };
    let (first, last, step) = (first.floor(), last.floor(), step.floor());
    if step == 0.0 || !(first.is_finite() && last.is_finite() && step.is_finite()) {
        return refuse(format!("The step for $range() must not be {}", json_number(step)));
    }
    let count = ((last - first) / step).floor() + 1.0;
    if count < 1.0 {
        return Ok(Array::plain(&evaluator.meter).into_value());
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; too large saturates"
    )]
    let mut numbers = Array::with_room(&evaluator.meter, checked_room(evaluator, count as usize)?)?;
    let mut index = 0.0;
    while index < count {
        numbers.push(Value::Number(first + index * step))?;
        index += 1.0;
    }
    Ok(numbers.into_value())
}

/// The count, if there is room for so many elements.
fn checked_room(evaluator: &Evaluator<'_>, count: usize) -> Outcome<usize> {
    evaluator.meter.check((count as u64).saturating_mul(crate::meter::CELL_BYTES))?;
    Ok(count)
}

/// `$hash(value, algorithm)`: in hexadecimal digits.
pub(super) fn hash<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let (Some(text), Some(name)) = (args.text(0), args.text(1)) else { return Ok(Value::Undefined) };
    let Some(algorithm) = digests::Algorithm::from_name(name) else {
        return refuse(format!(
            "The algorithm for $hash() must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512, but was {}",
            crate::text::json_text(name)
        ));
    };
    evaluator.meter.scan(text.len())?;
    evaluator.text(digests::hash_text(text, algorithm))
}

/// `$random([seed])`: from 0 to below 1. A seed gives the number that a generator of
/// Java gives first with it.
pub(super) fn random<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(seed) = args.number(0) else { return Ok(Value::Number(unit(evaluator.scope.random()))) };
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    #[allow(clippy::cast_possible_truncation, reason = "too large saturates")]
    let mut state = (seed.floor() as i64).cast_unsigned() ^ MULTIPLIER;
    let mut next = |bits: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - bits)
    };
    let high = next(26);
    Ok(Value::Number(unit(((high << 27) + next(27)) << 11)))
}

/// `$uuid()`: a version 4 UUID.
pub(super) fn uuid<'v>(evaluator: &Evaluator<'v>, _: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let (high, low) = (evaluator.scope.random(), evaluator.scope.random());
    evaluator.text(digests::uuid_text(high, low))
}

/// `$parse(text)`: the value of a JSON text.
pub(super) fn parse<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.text(0) else { return Ok(Value::Undefined) };
    evaluator.meter.scan(text.len())?;
    // Each byte could be an element.
    if text.len() > evaluator.meter.text_max() {
        return Err(Box::new(Raised::Memory));
    }
    match serde_json::from_str::<Json>(text) {
        Ok(json) => own(evaluator, json),
        Err(error) => refuse(format!("The argument of $parse() is no JSON: {error}")),
    }
}

/// A parsed document as values of the evaluation. The parser bounds its depth.
fn own<'v>(evaluator: &Evaluator<'v>, json: Json) -> Outcome<Value<'v>> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => number.as_f64().map(Value::Number).unwrap_or_default(),
        Json::String(text) => evaluator.text(text)?,
        Json::Array(items) => {
            let mut array = Array::plain(&evaluator.meter);
            for item in items {
                array.push(own(evaluator, item)?)?;
            }
            array.into_value()
        }
        Json::Object(members) => {
            let mut object = Object::new(&evaluator.meter);
            for (name, member) in members {
                object.insert(Text::made(name, &evaluator.meter)?, own(evaluator, member)?)?;
            }
            object.into_value()
        }
    })
}
