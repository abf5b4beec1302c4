//! Functions on numbers.

use super::Args;
use crate::error::{Outcome, Problem};
use crate::evaluate::Evaluator;
use crate::text::{integer, json_number, number as digits, picture};
use crate::value::{Value, stringify};

/// Applies a function to the one number.
fn of_number<'v>(args: &Args<'_, 'v>, function: fn(f64) -> f64) -> Outcome<Value<'v>> {
    Ok(args.number(0).map(|number| Value::Number(function(number))).unwrap_or_default())
}

pub(super) fn abs<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_number(args, f64::abs)
}

pub(super) fn ceil<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_number(args, f64::ceil)
}

pub(super) fn floor<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_number(args, f64::floor)
}

pub(super) fn round<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(number) = args.number(0) else { return Ok(Value::Undefined) };
    Ok(Value::Number(digits::round(number, args.number(1).unwrap_or(0.0))))
}

pub(super) fn sqrt<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    match args.number(0) {
        Some(number) if number < 0.0 => Problem::new("D3060").value(json_number(number)).raise(),
        _ => of_number(args, f64::sqrt),
    }
}

pub(super) fn power<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(base) = args.number(0) else { return Ok(Value::Undefined) };
    let exponent = args.number(1);
    // JavaScript finds no power where C says 1.
    let result = match exponent {
        Some(exponent) if !(exponent.is_nan() || base.abs() == 1.0 && exponent.is_infinite()) => {
            base.powf(exponent)
        }
        _ => f64::NAN,
    };
    if result.is_finite() {
        return Ok(Value::Number(result));
    }
    let exponent = exponent.map_or_else(|| "undefined".to_owned(), json_number);
    Problem::new("D3061").value(json_number(base)).value2(exponent).raise()
}

/// Folds the numbers of the one argument; nothing for none.
fn fold<'v>(
    evaluator: &Evaluator<'v>,
    args: &Args<'_, 'v>,
    function: fn(f64, f64) -> f64,
) -> Outcome<Option<(f64, usize)>> {
    let Some(items) = args.get(0).as_array() else { return Ok(None) };
    evaluator.meter.step(items.len() as u64)?;
    let mut folded: Option<f64> = None;
    for item in items.iter() {
        let Value::Number(number) = item else { continue };
        folded = Some(folded.map_or(number, |so_far| function(so_far, number)));
    }
    Ok(folded.map(|folded| (folded, items.len())))
}

fn first_of<'v>(folded: Option<(f64, usize)>) -> Value<'v> {
    folded.map(|(number, _)| Value::Number(number)).unwrap_or_default()
}

pub(super) fn sum<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    if !args.get(0).is_array() {
        return Ok(Value::Undefined);
    }
    Ok(Value::Number(fold(evaluator, args, |sum, number| sum + number)?.map_or(0.0, |(sum, _)| sum)))
}

pub(super) fn max<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    // Not f64::max, which overlooks what is not a number.
    let larger = |left: f64, right: f64| if left.is_nan() || left > right { left } else { right };
    fold(evaluator, args, larger).map(first_of)
}

pub(super) fn min<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let smaller = |left: f64, right: f64| if left.is_nan() || left < right { left } else { right };
    fold(evaluator, args, smaller).map(first_of)
}

pub(super) fn average<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let folded = fold(evaluator, args, |sum, number| sum + number)?;
    #[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
    let average = folded.map(|(sum, count)| Value::Number(sum / count as f64));
    Ok(average.unwrap_or_default())
}

pub(super) fn number<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let value = args.take(0);
    let number = match &value {
        Value::Undefined => return Ok(Value::Undefined),
        Value::Number(number) => Some(*number),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Text(text) => {
            evaluator.meter.scan(text.as_str().len())?;
            digits::parse(text.as_str())
        }
        _ => None,
    };
    match number {
        Some(number) => Ok(Value::Number(number)),
        None => Problem::new("D3030").value(stringify::in_message(&value, &evaluator.meter)).raise(),
    }
}

pub(super) fn format_base<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(number) = args.number(0) else { return Ok(Value::Undefined) };
    evaluator.text(digits::format_base(number, args.number(1).unwrap_or(10.0))?)
}

pub(super) fn format_integer<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(number) = args.number(0) else { return Ok(Value::Undefined) };
    let picture = args.text(1).unwrap_or_default();
    evaluator.meter.scan(picture.len())?;
    evaluator.text(integer::format_integer(number, picture, evaluator.meter.text_max())?)
}

pub(super) fn parse_integer<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.text(0) else { return Ok(Value::Undefined) };
    let picture = args.text(1).unwrap_or_default();
    evaluator.meter.scan(text.len() + picture.len())?;
    Ok(Value::Number(integer::parse_integer(text, picture)?))
}

pub(super) fn format_number<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(number) = args.number(0) else { return Ok(Value::Undefined) };
    let picture = args.text(1).unwrap_or_default();
    evaluator.meter.scan(picture.len())?;
    let mut symbols = picture::Symbols::default();
    for (name, value) in args.get(2).as_object().iter().flat_map(|options| options.iter()) {
        if let Some(value) = value.as_str() {
            symbols.set(name.as_str(), value);
        }
    }
    let max = evaluator.meter.text_max();
    evaluator.text(picture::format_number(number, picture, &symbols, max)?)
}
