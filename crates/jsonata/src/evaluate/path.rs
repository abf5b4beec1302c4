//! Paths: steps applied to what the step before gave.
//!
//! What a step gives is a sequence. One value alone is kept as that value, without a
//! sequence around it, which is the common case.

use super::{Evaluator, Frame};
use crate::error::Outcome;
use crate::syntax::{Kind, Node};
use crate::value::{Array, Marks, Value};
use std::rc::Rc;

/// What a step gave.
pub(super) enum Stepped<'v> {
    /// An empty sequence.
    Nothing,
    /// A sequence of one value. The value may be an array that stays whole.
    One(Value<'v>),
    /// An array, with its own marks.
    Many(Value<'v>),
}

impl<'v> Stepped<'v> {
    /// An array with its elements.
    fn of_array(array: Array<'v>) -> Stepped<'v> {
        match array.items() {
            [] => Stepped::Nothing,
            [only] if !only.is_undefined() => Stepped::One(only.clone()),
            _ => Stepped::Many(array.into_value()),
        }
    }
}

impl<'v> Evaluator<'v> {
    pub(super) fn path(
        &self,
        node: &'v Node,
        steps: &'v [Node],
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let of_variable =
            matches!(steps.first().map(|step| &step.kind), Some(Kind::Variable(_) | Kind::Context));
        let mut current = if input.is_array() && !of_variable {
            Stepped::Many(input.clone())
        } else {
            Stepped::One(input.clone())
        };
        for (index, step) in steps.iter().enumerate() {
            if step.tuple {
                return self.tuple_path(node, steps.get(index..).unwrap_or_default(), current, frame);
            }
            let last = index + 1 == steps.len();
            current = if index == 0 && step.constructs {
                self.constructing_step(step, current, frame)?
            } else {
                self.step(step, current, frame, last)?
            };
            match &current {
                Stepped::Nothing => break,
                Stepped::Many(array) if array.as_array().is_some_and(|items| items.len() == 0) => break,
                _ => {}
            }
        }
        let value = self.path_value(node, current)?;
        match node.group() {
            Some(group) => self.group(group, &value, frame),
            None => Ok(value),
        }
    }

    /// The value of a path whose last step gave this.
    fn path_value(&self, node: &'v Node, current: Stepped<'v>) -> Outcome<Value<'v>> {
        let keep = node.keep_singleton || node.keep_array;
        Ok(match current {
            Stepped::Nothing => Value::Undefined,
            // A group goes through the sequence, not through an array in it.
            Stepped::One(value) if keep || (node.group().is_some() && value.is_array()) => {
                let mark = if keep { Marks::KEEP_SINGLETON } else { Marks::SEQUENCE };
                let mut sequence = Array::sequence(&self.meter).marked(mark);
                sequence.push(value)?;
                sequence.into_value()
            }
            Stepped::One(value) => value,
            Stepped::Many(Value::Array(array)) if node.keep_singleton => {
                let marks = array.marks();
                if marks.has(Marks::CONSTRUCTED) && !marks.has(Marks::SEQUENCE) {
                    let mut sequence = Array::sequence(&self.meter).marked(Marks::KEEP_SINGLETON);
                    sequence.push(Value::Array(array))?;
                    return Ok(sequence.into_value());
                }
                Array::reuse(array, marks.with(Marks::KEEP_SINGLETON))?.into_value()
            }
            Stepped::Many(value) => value,
        })
    }

    /// A first step that constructs an array does it once, for the whole input.
    fn constructing_step(
        &self,
        step: &'v Node,
        current: Stepped<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Stepped<'v>> {
        let context = match current {
            Stepped::Many(array) => array,
            Stepped::Nothing => Value::Undefined,
            Stepped::One(value) => {
                let mut sequence = Array::sequence(&self.meter);
                sequence.push(value)?;
                sequence.into_value()
            }
        };
        Ok(match self.evaluate(step, &context, frame)? {
            Value::Undefined => Stepped::Nothing,
            value if value.is_array() => Stepped::Many(value),
            value => Stepped::One(value),
        })
    }

    fn step(
        &self,
        step: &'v Node,
        current: Stepped<'v>,
        frame: &Rc<Frame<'v>>,
        last: bool,
    ) -> Outcome<Stepped<'v>> {
        if let Kind::Sort(terms) = &step.kind {
            let input = self.as_sequence(current)?;
            let mut value = self.sort(terms, &input, frame)?;
            for stage in step.stages() {
                value = self.filter_by(stage, value, frame, false)?;
            }
            return Ok(Stepped::Many(value));
        }
        let items = match current {
            Stepped::Nothing => return Ok(Stepped::Nothing),
            Stepped::One(value) => {
                let found = self.step_value(step, &value, frame)?;
                return self.settle(found, last);
            }
            Stepped::Many(items) => items,
        };
        let Some(items) = items.as_array() else { return Ok(Stepped::Nothing) };
        let mut first = None;
        let mut found: Option<Array<'v>> = None;
        for item in items.iter() {
            let value = self.step_value(step, &item, frame)?;
            if value.is_undefined() {
                continue;
            }
            if let Some(found) = &mut found {
                add(found, &value)?;
            } else if let Some(first) = first.take() {
                let mut sequence = Array::sequence(&self.meter);
                add(&mut sequence, &first)?;
                add(&mut sequence, &value)?;
                found = Some(sequence);
            } else {
                first = Some(value);
            }
        }
        match (found, first) {
            (Some(found), _) => Ok(Stepped::of_array(found)),
            (None, Some(first)) => self.settle(first, last),
            (None, None) => Ok(Stepped::Nothing),
        }
    }

    /// What a step gives for one value of its input.
    fn step_value(&self, step: &'v Node, input: &Value<'v>, frame: &Rc<Frame<'v>>) -> Outcome<Value<'v>> {
        let mut value = match (&step.kind, input.as_object()) {
            (Kind::Name(name), Some(object)) if step.predicates().is_empty() => {
                self.meter.step(1)?;
                object.get(name)
            }
            _ => self.evaluate(step, input, frame)?,
        };
        for stage in step.stages() {
            value = self.filter_by(stage, value, frame, true)?;
        }
        Ok(value)
    }

    /// The only value that a step gave.
    fn settle(&self, value: Value<'v>, last: bool) -> Outcome<Stepped<'v>> {
        if value.is_undefined() {
            return Ok(Stepped::Nothing);
        }
        if !value.is_array() {
            return Ok(Stepped::One(value));
        }
        let marks = value.marks();
        if last && !marks.has(Marks::SEQUENCE) {
            return Ok(Stepped::Many(value));
        }
        if marks.has(Marks::CONSTRUCTED) {
            return Ok(Stepped::One(value));
        }
        match value {
            Value::Array(array) => {
                if last && array.marks() == Marks::SEQUENCE && array.len() > 1 {
                    return Ok(Stepped::Many(Value::Array(array)));
                }
                Array::reuse(array, Marks::SEQUENCE).map(Stepped::of_array)
            }
            Value::JsonArray([]) => Ok(Stepped::Nothing),
            value => Ok(Stepped::Many(value)),
        }
    }

    /// The input of a step that looks at all of it at once.
    pub(super) fn as_sequence(&self, current: Stepped<'v>) -> Outcome<Value<'v>> {
        match current {
            // A document's array with one element collapses like any sequence.
            Stepped::Many(Value::JsonArray([only])) => {
                let mut sequence = Array::sequence(&self.meter);
                sequence.push(Value::from_json(only))?;
                Ok(sequence.into_value())
            }
            Stepped::Many(value) => Ok(value),
            Stepped::Nothing => Ok(Array::sequence(&self.meter).into_value()),
            Stepped::One(value) => {
                let mut sequence = Array::sequence(&self.meter);
                sequence.push(value)?;
                Ok(sequence.into_value())
            }
        }
    }
}

/// Adds what a step gave: arrays are joined, unless a constructor says they stay whole.
fn add<'v>(sequence: &mut Array<'v>, value: &Value<'v>) -> Outcome<()> {
    if value.marks().has(Marks::CONSTRUCTED) { sequence.push(value.clone()) } else { sequence.extend(value) }
}
