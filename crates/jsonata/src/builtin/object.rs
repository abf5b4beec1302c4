//! Functions on objects.

use super::{Args, array};
use crate::error::{Outcome, Raised};
use crate::evaluate::Evaluator;
use crate::stack;
use crate::value::{Array, NESTING_MAX, Object, Text, Value};
use std::collections::BTreeSet;

/// The names of an object's members, or of all objects in an array.
pub(super) fn keys<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let mut found = Array::sequence(&evaluator.meter);
    let mut seen = BTreeSet::new();
    collect_keys(evaluator, args.get(0), &mut found, &mut seen, 0)?;
    Ok(found.into_value())
}

fn collect_keys<'v>(
    evaluator: &Evaluator<'v>,
    value: &Value<'v>,
    found: &mut Array<'v>,
    seen: &mut BTreeSet<String>,
    depth: u32,
) -> Outcome<()> {
    evaluator.meter.step(1)?;
    if depth > NESTING_MAX {
        return Err(Box::new(Raised::Stack));
    }
    if let Some(items) = value.as_array() {
        return items.iter().try_for_each(|item| {
            stack::with_room(|| collect_keys(evaluator, &item, found, seen, depth + 1))
        });
    }
    for (name, _) in value.as_object().iter().flat_map(|object| object.iter()) {
        if depth == 0 || seen.insert(name.as_str().to_owned()) {
            found.push(Value::Text(name))?;
        }
    }
    Ok(())
}

pub(super) fn lookup<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    match args.text(1) {
        Some(name) => evaluator.member(args.get(0), name),
        None => Ok(Value::Undefined),
    }
}

/// Each member as an object of its own.
pub(super) fn spread<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    spread_value(evaluator, args.get(0), 0)
}

fn spread_value<'v>(evaluator: &Evaluator<'v>, value: &Value<'v>, depth: u32) -> Outcome<Value<'v>> {
    if depth > NESTING_MAX {
        return Err(Box::new(Raised::Stack));
    }
    if let Some(items) = value.as_array() {
        let mut all = Array::sequence(&evaluator.meter).into_value();
        for item in items.iter() {
            let parts = stack::with_room(|| spread_value(evaluator, &item, depth + 1))?;
            all = array::join(evaluator, all, &parts)?;
        }
        return Ok(all);
    }
    let Some(object) = value.as_object() else { return Ok(value.clone()) };
    let mut parts = Array::sequence(&evaluator.meter);
    for (name, member) in object.iter() {
        let mut part = Object::new(&evaluator.meter);
        part.insert(name, member)?;
        parts.push(part.into_value())?;
    }
    Ok(parts.into_value())
}

pub(super) fn merge<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(items) = args.get(0).as_array() else { return Ok(Value::Undefined) };
    let mut merged = Object::new(&evaluator.meter);
    for item in items.iter() {
        for (name, member) in item.as_object().iter().flat_map(|object| object.iter()) {
            merged.insert(name, member)?;
        }
    }
    Ok(merged.into_value())
}

/// An object with one member more.
pub(super) fn with_member<'v>(
    mut object: Object<'v>,
    name: &'static str,
    value: Value<'v>,
) -> Outcome<Object<'v>> {
    object.insert(Text::Borrowed(name), value)?;
    Ok(object)
}
