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

/// What was found out about a part of a document.
#[derive(Clone, Copy)]
struct Measured {
    /// Whether all its numbers are written as results are.
    exact: bool,
    /// How deeply it is nested below the result.
    depth: u32,
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
            _ if depth % 16 == 15 => return stack::with_room(|| self.container(value, depth).map(Some)),
            _ => self.container(value, depth)?,
        }))
    }

    fn container(&mut self, value: &Value<'_>, depth: u32) -> Outcome<Json> {
        match value {
            Value::JsonArray(items) => {
                let measured = self.measure_all(items.iter(), depth)?;
                return Ok(if measured.may_be_cloned() {
                    Json::Array(items.to_vec())
                } else {
                    items.iter().map(|item| self.copy(item, depth + 1)).collect()
                });
            }
            Value::JsonObject(members) => {
                members.keys().try_for_each(|name| self.measure_text(name))?;
                let measured = self.measure_all(members.values(), depth)?;
                return Ok(if measured.may_be_cloned() {
                    Json::Object((*members).clone())
                } else {
                    members.iter().map(|(name, item)| (name.clone(), self.copy(item, depth + 1))).collect()
                });
            }
            _ => {}
        }
        if let Some(items) = value.as_array() {
            let mut list = Vec::with_capacity(items.len());
            for item in items.iter() {
                list.push(self.write(&item, depth + 1)?.unwrap_or_default());
            }
            return Ok(Json::Array(list));
        }
        let Some(members) = value.as_object() else { return Ok(Json::Null) };
        let mut map = Map::with_capacity(members.len());
        for (name, member) in members.iter() {
            let name = self.text(name.as_str())?;
            if let Some(member) = self.write(&member, depth + 1)? {
                map.insert(name, member);
            }
        }
        Ok(Json::Object(map))
    }

    /// Charges for parts of a document, which are then copied in one go.
    fn measure_all<'j>(&mut self, parts: impl Iterator<Item = &'j Json>, depth: u32) -> Outcome<Measured> {
        let mut all = Measured { exact: true, depth };
        for part in parts {
            self.charge.meter().step(1)?;
            self.charge.add(CELL_BYTES)?;
            let measured = match part {
                Json::Array(_) | Json::Object(_) if depth % 16 == 15 => {
                    stack::with_room(|| self.measure(part, depth + 1))?
                }
                _ => self.measure(part, depth + 1)?,
            };
            all.exact &= measured.exact;
            all.depth = all.depth.max(measured.depth);
        }
        Ok(all)
    }

    fn measure(&mut self, part: &Json, depth: u32) -> Outcome<Measured> {
        if depth > NESTING_MAX {
            return Err(Box::new(Raised::Stack));
        }
        let exact = match part {
            Json::Null | Json::Bool(_) => true,
            Json::Number(number) => self.number(number.as_f64().unwrap_or_default()) == *part,
            Json::String(text) => self.measure_text(text).map(|()| true)?,
            Json::Array(items) => return self.measure_all(items.iter(), depth),
            Json::Object(members) => {
                members.keys().try_for_each(|name| self.measure_text(name))?;
                return self.measure_all(members.values(), depth);
            }
        };
        Ok(Measured { exact, depth })
    }

    fn measure_text(&mut self, text: &str) -> Outcome<()> {
        self.charge.meter().scan(text.len())?;
        self.charge.add(text.len() as u64)
    }

    /// A part of a document, with its numbers written as results are. It has been
    /// charged for.
    fn copy(&self, part: &Json, depth: u32) -> Json {
        let deeper = |part: &Json| match part {
            Json::Array(_) | Json::Object(_) if depth % 16 == 15 => {
                stack::with_room(|| self.copy(part, depth + 1))
            }
            _ => self.copy(part, depth + 1),
        };
        match part {
            Json::Number(number) => self.number(number.as_f64().unwrap_or_default()),
            Json::Array(items) => items.iter().map(deeper).collect(),
            Json::Object(members) => {
                members.iter().map(|(name, item)| (name.clone(), deeper(item))).collect()
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, text: &str) -> Outcome<String> {
        self.measure_text(text)?;
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

impl Measured {
    /// A clone recurses without an eye on the stack.
    fn may_be_cloned(self) -> bool {
        self.exact && self.depth < 64
    }
}
