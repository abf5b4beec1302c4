//! Functions that call functions.

use super::Args;
use crate::error::{Outcome, Problem, raise};
use crate::evaluate::{Evaluator, Frame, Function, merge_sort};
use crate::value::{Array, Object, Value, compare};
use std::rc::Rc;

/// A function that is called for each element, with as many of element, place and
/// whole as it takes.
struct Callback<'r, 'v> {
    evaluator: &'r Evaluator<'v>,
    function: Rc<Function<'v>>,
    arity: usize,
    frame: &'r Rc<Frame<'v>>,
}

impl<'r, 'v> Callback<'r, 'v> {
    /// The function that is the argument at `index`.
    fn new(evaluator: &'r Evaluator<'v>, args: &Args<'r, 'v>, index: usize) -> Outcome<Callback<'r, 'v>> {
        let Some(function) = args.function(index) else {
            return Problem::new("T0410").index(index + 1).raise();
        };
        Ok(Callback { evaluator, arity: function.arity(), function, frame: args.frame })
    }

    fn call(&self, element: Value<'v>, place: Value<'v>, whole: &Value<'v>) -> Outcome<Value<'v>> {
        let mut arguments = Vec::with_capacity(self.arity.clamp(1, 3));
        arguments.push(element);
        if self.arity >= 2 {
            arguments.push(place);
        }
        if self.arity >= 3 {
            arguments.push(whole.clone());
        }
        self.evaluator.apply_passed(&self.function, arguments, self.frame)
    }
}

#[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
fn place<'v>(index: usize) -> Value<'v> {
    Value::Number(index as f64)
}

pub(super) fn map<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let whole = args.get(0);
    let Some(items) = whole.as_array() else { return Ok(Value::Undefined) };
    let callback = Callback::new(evaluator, args, 1)?;
    let mut mapped = Array::sequence(&evaluator.meter);
    for (index, item) in items.iter().enumerate() {
        let value = callback.call(item, place(index), whole)?;
        if !value.is_undefined() {
            mapped.push(value)?;
        }
    }
    Ok(mapped.into_value())
}

pub(super) fn filter<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let whole = args.get(0);
    let Some(items) = whole.as_array() else { return Ok(Value::Undefined) };
    let callback = Callback::new(evaluator, args, 1)?;
    let mut found = Array::sequence(&evaluator.meter);
    for (index, item) in items.iter().enumerate() {
        if callback.call(item.clone(), place(index), whole)?.boolean()? == Some(true) {
            found.push(item)?;
        }
    }
    Ok(found.into_value())
}

pub(super) fn single<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let whole = args.get(0);
    let Some(items) = whole.as_array() else { return Ok(Value::Undefined) };
    let callback = if args.get(1).is_undefined() { None } else { Some(Callback::new(evaluator, args, 1)?) };
    let mut found = None;
    for (index, item) in items.iter().enumerate() {
        evaluator.meter.step(1)?;
        let is_match = match &callback {
            None => true,
            Some(callback) => callback.call(item.clone(), place(index), whole)?.boolean()? == Some(true),
        };
        if is_match && found.replace(item).is_some() {
            return raise("D3138");
        }
    }
    match found {
        Some(found) => Ok(found),
        None => raise("D3139"),
    }
}

pub(super) fn reduce<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let whole = args.take(0);
    let Some(items) = whole.as_array() else { return Ok(Value::Undefined) };
    let callback = Callback::new(evaluator, args, 1)?;
    if callback.arity < 2 {
        return raise("D3050");
    }
    let mut result = args.take(2);
    let mut start = 0;
    if result.is_undefined() && items.len() > 0 {
        result = items.at(0);
        start = 1;
    }
    for index in start..items.len() {
        let mut arguments = vec![result, items.at(index)];
        if callback.arity >= 3 {
            arguments.push(place(index));
        }
        if callback.arity >= 4 {
            arguments.push(whole.clone());
        }
        result = evaluator.apply_passed(&callback.function, arguments, args.frame)?;
    }
    Ok(result)
}

pub(super) fn each<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let whole = args.get(0);
    let callback = Callback::new(evaluator, args, 1)?;
    let mut found = Array::sequence(&evaluator.meter);
    for (name, member) in whole.as_object().iter().flat_map(|object| object.iter()) {
        let value = callback.call(member, Value::Text(name), whole)?;
        if !value.is_undefined() {
            found.push(value)?;
        }
    }
    Ok(found.into_value())
}

pub(super) fn sift<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let whole = args.get(0);
    if whole.is_undefined() {
        return Ok(Value::Undefined);
    }
    let callback = Callback::new(evaluator, args, 1)?;
    let mut found = Object::new(&evaluator.meter);
    for (name, member) in whole.as_object().iter().flat_map(|object| object.iter()) {
        let truth = callback.call(member.clone(), Value::Text(name.clone()), whole)?.boolean()?;
        if truth == Some(true) {
            found.insert(name, member)?;
        }
    }
    Ok(if found.is_empty() { Value::Undefined } else { found.into_value() })
}

pub(super) fn sort<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let value = args.take(0);
    let Some(items) = value.as_array().filter(|items| items.len() > 1) else { return Ok(value) };
    let list: Vec<Value<'v>> = items.iter().collect();
    let sorted = if args.get(1).is_undefined() {
        let mut numbers = true;
        for item in &list {
            numbers = numbers && item.numeric()?.is_some();
        }
        if !numbers && !list.iter().all(|item| matches!(item, Value::Text(_))) {
            return raise("D3070");
        }
        merge_sort(list, &evaluator.meter, &mut |left, right| {
            evaluator.meter.step(1)?;
            Ok(compare::order(left, right) == Some(std::cmp::Ordering::Greater))
        })?
    } else {
        let callback = Callback::new(evaluator, args, 1)?;
        merge_sort(list, &evaluator.meter, &mut |left, right| {
            let arguments = vec![left.clone(), right.clone()];
            Ok(evaluator.apply_passed(&callback.function, arguments, args.frame)?.is_truthy())
        })?
    };
    let mut array = Array::plain(&evaluator.meter);
    for item in sorted {
        array.push(item)?;
    }
    Ok(array.into_value())
}
