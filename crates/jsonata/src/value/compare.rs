//! Equality and order of values.

use super::{NESTING_MAX, Value};
use crate::error::{Outcome, Raised};
use crate::meter::Meter;
use crate::stack;
use std::cmp::Ordering;
use std::rc::Rc;

/// Whether two values are equal all the way down. A function equals itself only.
pub(crate) fn equal<'v>(left: &Value<'v>, right: &Value<'v>, meter: &Meter) -> Outcome<bool> {
    equal_at(left, right, meter, 0)
}

fn equal_at<'v>(left: &Value<'v>, right: &Value<'v>, meter: &Meter, depth: u32) -> Outcome<bool> {
    meter.step(1)?;
    match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => Ok(true),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Number(left), Value::Number(right)) => Ok(left == right),
        (Value::Text(left), Value::Text(right)) => {
            meter.scan(left.as_str().len().min(right.as_str().len()))?;
            Ok(left == right)
        }
        (Value::Function(left), Value::Function(right)) => Ok(Rc::ptr_eq(left, right)),
        _ if depth > NESTING_MAX => Err(Box::new(Raised::Stack)),
        _ if depth % 16 == 15 => stack::with_room(|| containers_equal(left, right, meter, depth)),
        _ => containers_equal(left, right, meter, depth),
    }
}

fn containers_equal<'v>(left: &Value<'v>, right: &Value<'v>, meter: &Meter, depth: u32) -> Outcome<bool> {
    if let (Some(left), Some(right)) = (left.as_array(), right.as_array()) {
        if left.len() != right.len() {
            return Ok(false);
        }
        for index in 0..left.len() {
            if !equal_at(&left.at(index), &right.at(index), meter, depth + 1)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let (Some(left), Some(right)) = (left.as_object(), right.as_object()) {
        if left.len() != right.len() {
            return Ok(false);
        }
        for (name, member) in left.iter() {
            if !right.has(name.as_str()) || !equal_at(&member, &right.get(name.as_str()), meter, depth + 1)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    Ok(false)
}

/// The `===` of JavaScript, by which the operator `in` compares: arrays and objects
/// equal nothing but themselves.
pub(crate) fn identical<'v>(left: &Value<'v>, right: &Value<'v>) -> bool {
    match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::Function(left), Value::Function(right)) => Rc::ptr_eq(left, right),
        (Value::Array(left), Value::Array(right)) => Rc::ptr_eq(left, right),
        (Value::Object(left), Value::Object(right)) => Rc::ptr_eq(left, right),
        (Value::JsonArray(left), Value::JsonArray(right)) => std::ptr::eq(*left, *right),
        (Value::JsonObject(left), Value::JsonObject(right)) => std::ptr::eq(*left, *right),
        (Value::Members(left), Value::Members(right)) => std::ptr::eq(*left, *right),
        _ => false,
    }
}

/// JavaScript compares texts by their UTF-16 units. That order differs from the one
/// of bytes where a surrogate meets a character above them.
pub(crate) fn text_order(left: &str, right: &str) -> Ordering {
    let differing = left.chars().zip(right.chars()).find(|(left, right)| left != right);
    match differing {
        None => left.len().cmp(&right.len()),
        Some((left, right)) => {
            let (mut one, mut other) = ([0; 2], [0; 2]);
            let one: &[u16] = left.encode_utf16(&mut one);
            let other: &[u16] = right.encode_utf16(&mut other);
            one.cmp(other)
        }
    }
}

/// JavaScript's order of two numbers or two texts; `None` where it has none (NaN),
/// and for any other pair.
pub(crate) fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => Some(text_order(left.as_str(), right.as_str())),
        _ => None,
    }
}
