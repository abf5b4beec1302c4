//! Values as JSON text: `$string`, and values in messages.

use super::{NESTING_MAX, Value};
use crate::error::{Outcome, Raised, raise};
use crate::meter::Meter;
use crate::stack;
use crate::text::{json_number, json_text, number};

/// The most bytes of a value that a message shows.
const MESSAGE_BYTES_MAX: usize = 1024;

/// The text of a value as `$string` gives it, indented by two if `pretty`.
/// Undefined has none and must be dealt with before.
///
/// # Errors
/// `D3001` for a number that JSON does not have, `D1001` for one inside;
/// [`Raised::Memory`] before the text outgrows the budget.
pub(crate) fn string(value: &Value<'_>, pretty: bool, meter: &Meter) -> Outcome<String> {
    match value {
        Value::Text(text) => return Ok(text.as_str().to_owned()),
        Value::Function(_) => return Ok(String::new()),
        Value::Number(number) if !number.is_finite() => return raise("D3001"),
        Value::Number(number) => return Ok(number::to_text(*number)),
        Value::Bool(value) => return Ok(value.to_string()),
        _ => {}
    }
    let mut writer = Writer { out: String::new(), pretty, meter, max: meter.text_max(), exact: false };
    writer.write(&value.unwrapped(), 0)?;
    Ok(writer.out)
}

/// The value as `JSON.stringify` shows it in a message, cut where it is long.
pub(crate) fn in_message(value: &Value<'_>, meter: &Meter) -> String {
    if value.is_undefined() || value.is_function() {
        return "undefined".to_owned();
    }
    let mut writer = Writer { out: String::new(), pretty: false, meter, max: MESSAGE_BYTES_MAX, exact: true };
    if writer.write(value, 0).is_err() {
        let end = (0..=MESSAGE_BYTES_MAX.min(writer.out.len()))
            .rev()
            .find(|end| writer.out.is_char_boundary(*end))
            .unwrap_or_default();
        writer.out.truncate(end);
        writer.out.push('…');
    }
    writer.out
}

struct Writer<'m> {
    out: String,
    pretty: bool,
    meter: &'m Meter,
    max: usize,
    /// Numbers as they are, instead of with 15 digits.
    exact: bool,
}

impl Writer<'_> {
    fn write(&mut self, value: &Value<'_>, depth: u32) -> Outcome<()> {
        self.meter.step(1)?;
        match value {
            Value::Undefined | Value::Null => self.push("null"),
            Value::Bool(value) => self.push(if *value { "true" } else { "false" }),
            Value::Number(number) if self.exact => self.push(&json_number(*number)),
            Value::Number(number) if number.is_nan() => self.push("null"),
            Value::Number(_) => {
                let text = value.numeric()?.map(number::to_text).unwrap_or_default();
                self.push(&text)
            }
            Value::Text(text) => self.quoted(text.as_str()),
            Value::Function(_) => self.push("\"\""),
            _ if depth > NESTING_MAX => Err(Box::new(Raised::Stack)),
            _ if depth % 16 == 15 => stack::with_room(|| self.container(value, depth)),
            _ => self.container(value, depth),
        }
    }

    fn container(&mut self, value: &Value<'_>, depth: u32) -> Outcome<()> {
        let mut first = true;
        if let Some(items) = value.as_array() {
            self.push("[")?;
            for item in items.iter() {
                self.separate(&mut first, depth)?;
                self.write(&item, depth + 1)?;
            }
            return self.close(first, depth, "]");
        }
        self.push("{")?;
        if let Some(members) = value.as_object() {
            for (name, member) in members.iter() {
                if member.is_undefined() {
                    continue;
                }
                self.separate(&mut first, depth)?;
                self.quoted(name.as_str())?;
                self.push(if self.pretty { ": " } else { ":" })?;
                self.write(&member, depth + 1)?;
            }
        }
        self.close(first, depth, "}")
    }

    fn separate(&mut self, first: &mut bool, depth: u32) -> Outcome<()> {
        if !std::mem::take(first) {
            self.push(",")?;
        }
        self.line(depth + 1)
    }

    fn close(&mut self, empty: bool, depth: u32, bracket: &str) -> Outcome<()> {
        if !empty {
            self.line(depth)?;
        }
        self.push(bracket)
    }

    fn line(&mut self, depth: u32) -> Outcome<()> {
        if !self.pretty {
            return Ok(());
        }
        self.push("\n")?;
        (0..depth).try_for_each(|_| self.push("  "))
    }

    fn quoted(&mut self, text: &str) -> Outcome<()> {
        self.meter.scan(text.len())?;
        if self.out.len() + text.len() > self.max {
            return Err(Box::new(Raised::Memory));
        }
        self.push(&json_text(text))
    }

    fn push(&mut self, piece: &str) -> Outcome<()> {
        if self.out.len() + piece.len() > self.max {
            return Err(Box::new(Raised::Memory));
        }
        self.out.push_str(piece);
        Ok(())
    }
}
