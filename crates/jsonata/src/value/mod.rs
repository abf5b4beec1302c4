//! The values of an evaluation.
//!
//! A [`Value`] borrows what comes from documents and from the expression's text
//! (`'v`) and shares what the evaluation made. Values never change once they are
//! shared. Arrays carry the marks by which JSONata tells a sequence, which
//! collapses when it has one element, from an array that somebody wrote.
//!
//! Reading documents and writing results is in [`json`], texts of values in
//! [`stringify`], comparison in [`compare`].

mod array;
pub(crate) mod compare;
mod drop;
mod json;
mod object;
pub(crate) mod stringify;
mod text;

pub(crate) use array::{Array, ArrayView, Marks};
pub(crate) use drop::{Pending, dismantle};
pub(crate) use json::to_document;
pub(crate) use object::{Object, ObjectView};
pub(crate) use text::Text;

use crate::error::{Outcome, Problem, Raised};
use crate::evaluate::Function;
use crate::evaluate::Tuples;
use serde_json::Value as Json;
use std::rc::Rc;

/// Values may be nested this deeply. It bounds the recursion of all that walks
/// through values, and is far beyond what documents have.
pub(crate) const NESTING_MAX: u32 = 1000;

/// Any value of JSONata.
#[derive(Clone, Debug, Default)]
pub(crate) enum Value<'v> {
    /// Nothing at all.
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Text<'v>),
    Array(Rc<Array<'v>>),
    Object(Rc<Object<'v>>),
    /// An array of a document.
    JsonArray(&'v [Json]),
    /// An object of a document.
    JsonObject(&'v serde_json::Map<String, Json>),
    /// An object whose members lie in several documents.
    Members(&'v [(&'v str, &'v Json)]),
    Function(Rc<Function<'v>>),
    /// A stream of tuples, which only steps of paths see.
    Tuples(Rc<Tuples<'v>>),
}

impl<'v> Value<'v> {
    #[inline]
    pub(crate) fn from_json(json: &'v Json) -> Value<'v> {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => number.as_f64().map_or(Value::Undefined, Value::Number),
            Json::String(text) => Value::Text(Text::Borrowed(text)),
            Json::Array(items) => Value::JsonArray(items),
            Json::Object(members) => Value::JsonObject(members),
        }
    }

    #[inline]
    pub(crate) fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined)
    }

    #[inline]
    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Value::Array(_) | Value::JsonArray(_) | Value::Tuples(_))
    }

    pub(crate) fn is_function(&self) -> bool {
        matches!(self, Value::Function(_))
    }

    #[inline]
    pub(crate) fn as_array(&self) -> Option<ArrayView<'_, 'v>> {
        match self {
            Value::Array(array) => Some(ArrayView::Own(array.items())),
            Value::JsonArray(items) => Some(ArrayView::Json(items)),
            Value::Tuples(tuples) => Some(ArrayView::Tuples(tuples)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn as_object(&self) -> Option<ObjectView<'_, 'v>> {
        match self {
            Value::Object(object) => Some(ObjectView::Own(object)),
            Value::JsonObject(members) => Some(ObjectView::Json(members)),
            Value::Members(members) => Some(ObjectView::Members(members)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The marks of an array; a document's array has none.
    pub(crate) fn marks(&self) -> Marks {
        match self {
            Value::Array(array) => array.marks(),
            _ => Marks::NONE,
        }
    }

    pub(crate) fn is_sequence(&self) -> bool {
        self.marks().has(Marks::SEQUENCE)
    }

    /// How deeply arrays and objects are nested in a value that the evaluation made.
    fn depth(&self) -> u32 {
        match self {
            Value::Array(array) => array.depth(),
            Value::Object(object) => object.depth(),
            _ => 0,
        }
    }

    /// The input of an evaluation, unwrapped if it is an array that was wrapped.
    pub(crate) fn unwrapped(&self) -> Value<'v> {
        if let Value::Array(array) = self
            && array.marks().has(Marks::WRAPPER)
        {
            return array.items().first().cloned().unwrap_or_default();
        }
        self.clone()
    }

    /// A number that can be calculated with: `None` for any other value and NaN.
    ///
    /// # Errors
    /// `D1001` for infinity.
    #[inline]
    pub(crate) fn numeric(&self) -> Outcome<Option<f64>> {
        match self {
            Value::Number(number) if number.is_finite() => Ok(Some(*number)),
            Value::Number(number) if number.is_infinite() => {
                Problem::new("D1001").value(crate::text::json_number(*number)).raise()
            }
            _ => Ok(None),
        }
    }

    /// What `$boolean` makes of it; `None` for undefined.
    pub(crate) fn boolean(&self) -> Outcome<Option<bool>> {
        Ok(Some(match self {
            Value::Undefined => return Ok(None),
            Value::Bool(value) => *value,
            Value::Number(_) => self.numeric()?.is_some_and(|number| number != 0.0),
            Value::Text(text) => !text.as_str().is_empty(),
            Value::Null => false,
            Value::Object(_) | Value::JsonObject(_) | Value::Members(_) => {
                self.as_object().is_some_and(|object| object.len() > 0)
            }
            // jsonata.js looks at the properties of its record of a function.
            Value::Function(function) => function.is_record(),
            Value::Array(_) | Value::JsonArray(_) | Value::Tuples(_) => return self.array_boolean(0),
        }))
    }

    fn array_boolean(&self, depth: u32) -> Outcome<Option<bool>> {
        if depth > NESTING_MAX {
            return Err(Box::new(Raised::Stack));
        }
        let Some(items) = self.as_array() else { return self.boolean() };
        for index in 0..items.len() {
            let item = items.at(index);
            let truth = if item.is_array() { item.array_boolean(depth + 1)? } else { item.boolean()? };
            if truth == Some(true) {
                return Ok(Some(true));
            }
        }
        // One element that is undefined makes the whole undefined.
        Ok(if items.len() == 1 && items.at(0).is_undefined() { None } else { Some(false) })
    }

    /// What JavaScript takes for true, where jsonata.js leaves the question to it.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.as_str().is_empty(),
            _ => true,
        }
    }
}
