//! Functions on arrays.

use super::Args;
use crate::error::Outcome;
use crate::evaluate::Evaluator;
use crate::value::{Array, Marks, Value, compare};
use std::collections::BTreeSet;

/// 53 random bits as a number from 0 to below 1.
#[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
pub(super) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

pub(super) fn count<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let count = args.get(0).as_array().map_or(0, |items| items.len());
    #[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
    Ok(Value::Number(count as f64))
}

/// Both as one array. The result is no sequence, unless there is only one of them.
pub(super) fn append<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let (left, right) = (args.take(0), args.take(1));
    join(evaluator, left, &right)
}

pub(super) fn join<'v>(evaluator: &Evaluator<'v>, left: Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
    if left.is_undefined() {
        return Ok(right.clone());
    }
    if right.is_undefined() {
        return Ok(left);
    }
    let mut array = match left {
        Value::Array(array) => Array::reuse(array, Marks::NONE)?,
        left => {
            let mut array = Array::plain(&evaluator.meter);
            array.extend(&left)?;
            array
        }
    };
    array.extend(right)?;
    Ok(array.into_value())
}

pub(super) fn reverse<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let value = args.take(0);
    let Some(items) = value.as_array().filter(|items| items.len() > 1) else { return Ok(value) };
    let mut reversed = Array::with_room(&evaluator.meter, items.len())?;
    for index in (0..items.len()).rev() {
        reversed.push(items.at(index))?;
    }
    Ok(reversed.into_value())
}

pub(super) fn shuffle<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let value = args.take(0);
    let Some(items) = value.as_array().filter(|items| items.len() > 1) else { return Ok(value) };
    evaluator.meter.step(items.len() as u64)?;
    let mut order: Vec<usize> = (0..items.len()).collect();
    for last in (1..order.len()).rev() {
        #[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
        let drawn = unit(evaluator.scope.random()) * (last + 1) as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to last")]
        order.swap(last, (drawn as usize).min(last));
    }
    let mut shuffled = Array::with_room(&evaluator.meter, items.len())?;
    for index in order {
        shuffled.push(items.at(index))?;
    }
    Ok(shuffled.into_value())
}

pub(super) fn zip<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let lists: Vec<_> = args.values.iter().map(Value::as_array).collect();
    let shortest = lists.iter().map(|list| list.map_or(0, |list| list.len())).min().unwrap_or(0);
    let mut zipped = Array::plain(&evaluator.meter);
    for index in 0..shortest {
        let mut row = Array::plain(&evaluator.meter);
        for list in lists.iter().flatten() {
            row.push(list.at(index))?;
        }
        zipped.push(row.into_value())?;
    }
    Ok(zipped.into_value())
}

/// Each value once, where it came first. Simple values are found by their kind;
/// arrays and objects are compared with those before.
pub(super) fn distinct<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let value = args.take(0);
    let Some(items) = value.as_array().filter(|items| items.len() > 1) else { return Ok(value) };
    let mut found = Array::plain(&evaluator.meter);
    let mut texts: BTreeSet<String> = BTreeSet::new();
    let mut numbers: BTreeSet<u64> = BTreeSet::new();
    let mut others: Vec<Value<'v>> = Vec::new();
    for item in items.iter() {
        let is_new = match &item {
            Value::Text(text) => {
                evaluator.meter.scan(text.as_str().len())?;
                texts.insert(text.as_str().to_owned())
            }
            // Both zeros are one, and what is not a number equals nothing.
            Value::Number(number) => number.is_nan() || numbers.insert((number + 0.0).to_bits()),
            other => {
                let mut is_new = true;
                for known in &others {
                    if compare::equal(known, other, &evaluator.meter)? {
                        is_new = false;
                        break;
                    }
                }
                if is_new {
                    others.push(other.clone());
                }
                is_new
            }
        };
        evaluator.meter.step(1)?;
        if is_new {
            found.push(item)?;
        }
    }
    let marks = if value.is_sequence() { Marks::SEQUENCE } else { Marks::NONE };
    Ok(found.remarked(marks).into_value())
}
