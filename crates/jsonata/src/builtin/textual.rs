//! Functions on texts. Lengths and places count characters, as jsonata.js does,
//! which never cuts one in two.

use super::Args;
use crate::error::{Outcome, Raised};
use crate::evaluate::Evaluator;
use crate::text::coding::{self, UrlPart};
use crate::value::{Text, Value, stringify};

/// Applies a function to the one text.
fn of_text<'v>(
    evaluator: &Evaluator<'v>,
    args: &Args<'_, 'v>,
    function: impl FnOnce(&str) -> Outcome<String>,
) -> Outcome<Value<'v>> {
    let Some(text) = args.text(0) else { return Ok(Value::Undefined) };
    evaluator.meter.scan(text.len())?;
    evaluator.text(function(text)?)
}

pub(super) fn string<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    match args.take(0) {
        value @ (Value::Undefined | Value::Text(_)) => Ok(value),
        value => {
            let pretty = args.get(1).is_truthy();
            evaluator.text(stringify::string(&value, pretty, &evaluator.meter)?)
        }
    }
}

pub(super) fn lowercase<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_text(evaluator, args, |text| Ok(text.to_lowercase()))
}

pub(super) fn uppercase<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_text(evaluator, args, |text| Ok(text.to_uppercase()))
}

pub(super) fn length<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.text(0) else { return Ok(Value::Undefined) };
    evaluator.meter.scan(text.len())?;
    Ok(Value::Number(count_number(text)))
}

#[allow(clippy::cast_precision_loss, reason = "no text has 2^53 characters")]
fn count_number(text: &str) -> f64 {
    text.chars().count() as f64
}

/// Blanks, tabs and ends of lines become one blank each run, and none at the ends.
pub(super) fn trim<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_text(evaluator, args, |text| {
        let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
        Ok(words.collect::<Vec<_>>().join(" "))
    })
}

pub(super) fn pad<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let width = args.number(1).unwrap_or(0.0);
    let fill = args.text(2).filter(|fill| !fill.is_empty()).unwrap_or(" ");
    evaluator.meter.scan(text.as_str().len() + fill.len())?;
    let missing = (width.abs() - count_number(text.as_str())).floor();
    if missing.is_nan() || missing < 1.0 {
        return Ok(Value::Text(text));
    }
    // Checked before anything is allocated. The fill is at least one byte a character.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; too large saturates"
    )]
    let missing = missing as usize;
    let mut bytes = missing / fill.chars().count() * fill.len();
    bytes += fill.chars().take(missing % fill.chars().count()).map(char::len_utf8).sum::<usize>();
    if bytes.saturating_add(text.as_str().len()) > evaluator.meter.text_max() || missing > u32::MAX as usize {
        return Err(Box::new(Raised::Memory));
    }
    evaluator.meter.scan(bytes)?;
    let padding = fill.chars().cycle().take(missing);
    let mut padded = String::with_capacity(bytes + text.as_str().len());
    if width > 0.0 {
        padded.push_str(text.as_str());
        padded.extend(padding);
    } else {
        padded.extend(padding);
        padded.push_str(text.as_str());
    }
    evaluator.text(padded)
}

/// A place as JavaScript's `slice` takes it: towards zero, from the end if negative.
fn place(number: f64, length: usize) -> usize {
    #[allow(clippy::cast_precision_loss, reason = "no text has 2^53 characters")]
    let length_number = length as f64;
    let number = if number.is_nan() { 0.0 } else { number.trunc() };
    let number = if number < 0.0 { number + length_number } else { number };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let place = number.clamp(0.0, length_number) as usize;
    place
}

pub(super) fn substring<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let characters = text.as_str();
    evaluator.meter.scan(characters.len())?;
    let is_ascii = characters.is_ascii();
    let length = if is_ascii { characters.len() } else { characters.chars().count() };
    #[allow(clippy::cast_precision_loss, reason = "no text has 2^53 characters")]
    let length_number = length as f64;
    let mut start = args.number(1).unwrap_or(f64::NAN);
    if length_number + start < 0.0 {
        start = 0.0;
    }
    let end = match args.number(2) {
        None => length_number,
        Some(count) if count <= 0.0 => return evaluator.text(String::new()),
        Some(count) if start >= 0.0 => start + count,
        Some(count) => length_number + start + count,
    };
    let (start, end) = (place(start, length), place(end, length));
    let bytes = |place: usize| match is_ascii {
        true => place,
        false => characters.char_indices().nth(place).map_or(characters.len(), |(byte, _)| byte),
    };
    if start >= end {
        return evaluator.text(String::new());
    }
    piece(evaluator, &text, bytes(start), bytes(end))
}

/// A piece of a text, borrowed where the text is.
pub(super) fn piece<'v>(
    evaluator: &Evaluator<'v>,
    text: &Text<'v>,
    start: usize,
    end: usize,
) -> Outcome<Value<'v>> {
    match text {
        Text::Borrowed(text) => Ok(Value::Text(Text::Borrowed(text.get(start..end).unwrap_or_default()))),
        made => evaluator.text(made.as_str().get(start..end).unwrap_or_default().to_owned()),
    }
}

pub(super) fn substring_before<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let Some(part) = args.text(1) else { return Ok(Value::Text(text)) };
    evaluator.meter.scan(text.as_str().len())?;
    match text.as_str().find(part) {
        Some(start) => piece(evaluator, &text, 0, start),
        None => Ok(Value::Text(text)),
    }
}

pub(super) fn substring_after<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let Some(part) = args.text(1) else { return Ok(Value::Text(text)) };
    evaluator.meter.scan(text.as_str().len())?;
    match text.as_str().find(part) {
        Some(start) => piece(evaluator, &text, start + part.len(), text.as_str().len()),
        None => Ok(Value::Text(text)),
    }
}

pub(super) fn join<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(items) = args.get(0).as_array() else { return Ok(Value::Undefined) };
    let separator = args.text(1).unwrap_or_default();
    let max = evaluator.meter.text_max();
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        let text = item.as_str().unwrap_or_default();
        evaluator.meter.scan(text.len() + separator.len())?;
        if joined.len() + text.len() + separator.len() > max {
            return Err(Box::new(Raised::Memory));
        }
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    evaluator.text(joined)
}

pub(super) fn base64_encode<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let max = evaluator.meter.text_max();
    of_text(evaluator, args, |text| Ok(coding::base64_encode(text, max)?))
}

pub(super) fn base64_decode<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let max = evaluator.meter.text_max();
    of_text(evaluator, args, |text| Ok(coding::base64_decode(text, max)?))
}

fn encode<'v>(evaluator: &Evaluator<'v>, args: &Args<'_, 'v>, part: UrlPart) -> Outcome<Value<'v>> {
    let max = evaluator.meter.text_max();
    of_text(evaluator, args, |text| Ok(coding::encode_url(text, part, max)?))
}

pub(super) fn encode_url<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    encode(evaluator, args, UrlPart::Whole)
}

pub(super) fn encode_url_component<'v>(
    evaluator: &Evaluator<'v>,
    args: &mut Args<'_, 'v>,
) -> Outcome<Value<'v>> {
    encode(evaluator, args, UrlPart::Component)
}

pub(super) fn decode_url<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    of_text(evaluator, args, |text| Ok(coding::decode_url(text, UrlPart::Whole)?))
}

pub(super) fn decode_url_component<'v>(
    evaluator: &Evaluator<'v>,
    args: &mut Args<'_, 'v>,
) -> Outcome<Value<'v>> {
    of_text(evaluator, args, |text| Ok(coding::decode_url(text, UrlPart::Component)?))
}
