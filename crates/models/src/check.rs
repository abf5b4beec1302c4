//! The check of a value against a shape, in the words that `TestState` has for it.

use crate::names::raised;
use crate::shape::{Bounds, Form, Forms, Shape, Structure};
use serde_json::{Map, Value};
use std::fmt;

/// How strictly a value is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Required members must be there, and what is there must fit.
    Strict,
    /// What is there must fit.
    Present,
}

/// Where a value does not fit its shape. `Display` says it as AWS does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    field: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Missing,
    NotA(&'static str),
    NoWord,
    TooShort,
    TooLong,
    TooSmall,
    TooLarge,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match self.problem {
            Problem::Missing => write!(f, "Required field '{field}' is missing"),
            Problem::NotA(what) if field.is_empty() => write!(f, "Mocked result must be {what}"),
            Problem::NotA(what) => write!(f, "Field '{field}' must be {what}"),
            Problem::NoWord => write!(f, "Field '{field}' is not an expected value"),
            Problem::TooShort => write!(f, "Field '{field}' is smaller than the minimum length"),
            Problem::TooLong => write!(f, "Field '{field}' exceeds the maximum length"),
            Problem::TooSmall => write!(f, "Field '{field}' is less than the minimum value"),
            Problem::TooLarge => write!(f, "Field '{field}' exceeds the maximum value"),
        }
    }
}

impl std::error::Error for Mismatch {}

/// One check.
pub(crate) struct Check<'a> {
    mode: Mode,
    forms: Forms<'a>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(mode: Mode) -> Self {
        Check { mode, forms: Forms::default() }
    }

    /// Checks a value, which `field` holds. The elements of lists and maps are named after their
    /// field, as AWS names them.
    pub(crate) fn value(
        &mut self,
        shape: Shape<'a>,
        value: &Value,
        field: Option<&str>,
    ) -> Result<(), Mismatch> {
        let form = self.forms.of(shape);
        let problem = match (&*form, value) {
            (Form::Any, _) | (Form::Boolean, Value::Bool(_)) => None,
            (Form::Structure(structure), Value::Object(given)) => return self.structure(structure, given),
            (Form::List(list), Value::Array(items)) => {
                return items.iter().try_for_each(|item| self.value(list.of, item, field));
            }
            (Form::Map(map), Value::Object(given)) => {
                return given.values().try_for_each(|item| self.value(map.of, item, field));
            }
            (Form::Timestamp(_), Value::String(_)) => None,
            (Form::Text(bounds, words), Value::String(text)) => {
                if words.is_empty() {
                    length_problem(*bounds, text.chars().count(), 1)
                } else {
                    (!words.contains(text.as_str())).then_some(Problem::NoWord)
                }
            }
            // The bytes of a blob come as text, in Base64 or as they are: only a length that is too
            // great either way is too great.
            (Form::Blob(bounds), Value::String(text)) => length_problem(*bounds, text.len(), 2),
            (Form::Integer(bounds) | Form::Float(bounds), Value::Number(number)) => {
                number.as_f64().and_then(|number| value_problem(*bounds, number))
            }
            (Form::Structure(_) | Form::Map(_), _) => Some(Problem::NotA("an object")),
            (Form::List(_), _) => Some(Problem::NotA("an array")),
            (Form::Text(..) | Form::Blob(_) | Form::Timestamp(_), _) => Some(Problem::NotA("a string")),
            (Form::Integer(_) | Form::Float(_), _) => Some(Problem::NotA("a number")),
            (Form::Boolean, _) => Some(Problem::NotA("a boolean")),
        };
        let wrong = |problem| Mismatch { field: field.unwrap_or_default().to_owned(), problem };
        problem.map_or(Ok(()), |problem| Err(wrong(problem)))
    }

    /// Members that the model does not know are passed over: services grow.
    fn structure(&mut self, structure: &Structure<'a>, given: &Map<String, Value>) -> Result<(), Mismatch> {
        if self.mode == Mode::Strict
            && let Some(member) = structure.missing(given).next()
        {
            return Err(Mismatch { field: raised(member.name), problem: Problem::Missing });
        }
        for (key, value) in given {
            if let Some(member) = structure.member(key) {
                self.value(member.shape, value, Some(key))?;
            }
        }
        Ok(())
    }
}

#[allow(clippy::cast_precision_loss, reason = "texts are shorter than 2^53")]
fn length_problem(bounds: Bounds, length: usize, slack: usize) -> Option<Problem> {
    if bounds.min.is_some_and(|min| (length as f64) < min) {
        return Some(Problem::TooShort);
    }
    bounds.max.is_some_and(|max| length as f64 > max * slack as f64).then_some(Problem::TooLong)
}

fn value_problem(bounds: Bounds, value: f64) -> Option<Problem> {
    if bounds.min.is_some_and(|min| value < min) {
        return Some(Problem::TooSmall);
    }
    bounds.max.is_some_and(|max| value > max).then_some(Problem::TooLarge)
}
