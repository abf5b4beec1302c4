//! `[…]` behind an operand: the elements at a place, or those for which something
//! is true.

use super::{Evaluator, Frame, Tuples};
use crate::error::Outcome;
use crate::syntax::{Kind, Node, Stage};
use crate::value::{Array, Value};
use std::rc::Rc;

impl<'v> Evaluator<'v> {
    /// Applies a stage that is a filter; a stage that is none leaves the value alone.
    ///
    /// With `collapse`, one element that is no array may come back as itself instead
    /// of as a sequence.
    pub(super) fn filter_by(
        &self,
        stage: &'v Stage,
        value: Value<'v>,
        frame: &Rc<Frame<'v>>,
        collapse: bool,
    ) -> Outcome<Value<'v>> {
        let Stage::Filter(filter) = stage else { return Ok(value) };
        if let Value::Tuples(tuples) = &value {
            return self.filter_tuples(filter, tuples, frame).map(|tuples| Value::Tuples(Rc::new(tuples)));
        }
        let found = match filter.kind {
            Kind::Number(number) => match self.place(&value, number)? {
                item if item.is_array() => return Ok(item),
                item => {
                    let mut found = Array::sequence(&self.meter);
                    if !item.is_undefined() {
                        found.push(item)?;
                    }
                    found
                }
            },
            _ => self.filter_items(filter, &value, frame)?,
        };
        if collapse
            && let [only] = found.items()
            && !only.is_array()
            && !only.is_undefined()
        {
            return Ok(only.clone());
        }
        Ok(found.into_value())
    }

    /// The element at a place that the expression names by a number.
    fn place(&self, value: &Value<'v>, number: f64) -> Outcome<Value<'v>> {
        self.meter.step(1)?;
        let items = value.as_array();
        let length = items.map_or(1, |items| items.len());
        let Some(place) = position(number, length) else { return Ok(Value::Undefined) };
        Ok(match items {
            Some(items) => items.at(place),
            None => value.clone(),
        })
    }

    fn filter_items(&self, filter: &'v Node, value: &Value<'v>, frame: &Rc<Frame<'v>>) -> Outcome<Array<'v>> {
        let mut found = Array::sequence(&self.meter);
        let Some(items) = value.as_array() else {
            for _ in 0..self.selections(filter, value, 0, 1, frame)? {
                found.push(value.clone())?;
            }
            return Ok(found);
        };
        for (index, item) in items.iter().enumerate() {
            for _ in 0..self.selections(filter, &item, index, items.len(), frame)? {
                found.push(item.clone())?;
            }
        }
        Ok(found)
    }

    /// How often a filter selects an element: the filter's value is a truth, or a
    /// place or several places, which may name the element more than once.
    pub(super) fn selections(
        &self,
        filter: &'v Node,
        context: &Value<'v>,
        index: usize,
        length: usize,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<usize> {
        let value = self.evaluate(filter, context, frame)?;
        if let Some(number) = value.numeric()? {
            return Ok(usize::from(position(number, length) == Some(index)));
        }
        if let Some(items) = value.as_array() {
            self.meter.step(items.len() as u64)?;
            let mut count = 0;
            let mut numbers = true;
            for item in items.iter() {
                match item.numeric()? {
                    Some(number) => count += usize::from(position(number, length) == Some(index)),
                    None => {
                        numbers = false;
                        break;
                    }
                }
            }
            if numbers {
                return Ok(count);
            }
        }
        Ok(usize::from(value.boolean()? == Some(true)))
    }

    pub(super) fn filter_tuples(
        &self,
        filter: &'v Node,
        tuples: &Tuples<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Tuples<'v>> {
        let mut found = Tuples::new(&self.meter);
        if let Kind::Number(number) = filter.kind {
            if let Some(tuple) = position(number, tuples.items.len()).and_then(|at| tuples.items.get(at)) {
                found.push(Rc::clone(tuple))?;
            }
            return Ok(found);
        }
        for (index, tuple) in tuples.items.iter().enumerate() {
            let frame = tuple.frame(frame);
            for _ in 0..self.selections(filter, &tuple.at, index, tuples.items.len(), &frame)? {
                found.push(Rc::clone(tuple))?;
            }
        }
        Ok(found)
    }
}

/// The place that a number names: rounded down, and from the end if it is negative.
fn position(number: f64, length: usize) -> Option<usize> {
    #[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
    let place = if number.floor() < 0.0 { number.floor() + length as f64 } else { number.floor() };
    #[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
    let inside = place >= 0.0 && place < length as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    inside.then_some(place as usize)
}
