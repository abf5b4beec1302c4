//! The result of an evaluation as a document.

use super::{NESTING_MAX, Value};
use crate::error::{Outcome, Raised};
use crate::meter::{CELL_BYTES, Charge, Meter};
use crate::stack;
use serde_json::{Map, Number, Value as Json};
use std::rc::Rc;

/// Up to here all whole numbers are exact.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// Writes a value as a document; `None` is undefined.
///
/// Shared parts become copies, so that the document is charged anew: it may be as
/// large as the values of an evaluation, whatever they share.
///
/// # Errors
/// [`Raised::Function`], unless `lenient`, which leaves functions out as
/// `JSON.stringify` does; [`Raised::Memory`], [`Raised::Time`], [`Raised::Stack`].
pub(crate) fn to_document(value: &Value<'_>, meter: &Rc<Meter>, lenient: bool) -> Outcome<Option<Json>> {
    Writer { charge: Charge::none(meter), lenient }.write(value, 0)
}

struct Writer {
    charge: Charge,
    lenient: bool,
}

impl Writer {
    fn write(&mut self, value: &Value<'_>, depth: u32) -> Outcome<Option<Json>> {
        self.charge.meter().step(1)?;
        if depth > 0 {
            self.charge.add(CELL_BYTES)?;
        }
        Ok(Some(match value {
            Value::Undefined => return Ok(None),
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => self.number(*number),
            Value::Text(text) => self.text(text.as_str())?.into(),
            Value::Function(_) if self.lenient => return Ok(None),
            Value::Function(_) => return Err(Box::new(Raised::Function)),
            _ if depth > NESTING_MAX => return Err(Box::new(Raised::Stack)),
            _ if depth % 16 == 15 => return stack::with_room(|| self.container(value, depth)),
            _ => return self.container(value, depth),
        }))
    }

    fn container(&mut self, value: &Value<'_>, depth: u32) -> Outcome<Option<Json>> {
        if let Some(items) = value.as_array() {
            let mut list = Vec::new();
            for item in items.iter() {
                list.push(self.write(&item, depth + 1)?.unwrap_or_default());
            }
            return Ok(Some(Json::Array(list)));
        }
        let mut map = Map::new();
        if let Some(members) = value.as_object() {
            for (name, member) in members.iter() {
                let name = self.text(name.as_str())?;
                if let Some(member) = self.write(&member, depth + 1)? {
                    map.insert(name, member);
                }
            }
        }
        Ok(Some(Json::Object(map)))
    }

    fn text(&mut self, text: &str) -> Outcome<String> {
        self.charge.meter().scan(text.len())?;
        self.charge.add(text.len() as u64)?;
        Ok(text.to_owned())
    }

    /// Step Functions answers with the name of a number that JSON does not have.
    fn number(&self, number: f64) -> Json {
        if number.fract() == 0.0 && number.abs() <= WHOLE_MAX {
            #[allow(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
            return Json::from(number as i64);
        }
        match Number::from_f64(number) {
            Some(number) => Json::Number(number),
            None if self.lenient => Json::Null,
            None => Json::String(crate::text::number::js_text(number)),
        }
    }
}
