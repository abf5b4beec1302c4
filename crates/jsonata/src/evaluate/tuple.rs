//! Paths that remember: with `@`, `#` and `%` a step gives tuples, each a value with
//! the names that were bound on the way to it.

use super::path::Stepped;
use super::{Evaluator, Frame};
use crate::error::Outcome;
use crate::meter::{CELL_BYTES, Charge, Meter};
use crate::syntax::{Kind, Node, Stage, Sym};
use crate::value::{Array, Marks, Value};
use std::rc::Rc;

/// A value with what was bound on the way.
#[derive(Clone, Debug)]
pub(crate) struct Tuple<'v> {
    pub(crate) at: Value<'v>,
    pub(super) bound: Vec<(Sym, Value<'v>)>,
}

impl<'v> Tuple<'v> {
    pub(super) fn of(at: Value<'v>) -> Tuple<'v> {
        Tuple { at, bound: Vec::new() }
    }

    pub(super) fn bind(&mut self, sym: Sym, value: Value<'v>) {
        match self.bound.iter_mut().find(|(known, _)| *known == sym) {
            Some((_, old)) => *old = value,
            None => self.bound.push((sym, value)),
        }
    }

    /// A frame with the tuple's names.
    pub(super) fn frame(&self, outer: &Rc<Frame<'v>>) -> Rc<Frame<'v>> {
        Frame::within(outer, self.bound.clone())
    }
}

/// A stream of tuples.
#[derive(Debug)]
pub(crate) struct Tuples<'v> {
    pub(crate) items: Vec<Rc<Tuple<'v>>>,
    charge: Charge,
}

impl<'v> Tuples<'v> {
    pub(super) fn new(meter: &Rc<Meter>) -> Tuples<'v> {
        Tuples { items: Vec::new(), charge: Charge::none(meter) }
    }

    pub(super) fn push(&mut self, tuple: Rc<Tuple<'v>>) -> Outcome<()> {
        self.charge.meter().step(1)?;
        self.charge.add(CELL_BYTES * (1 + tuple.bound.len() as u64))?;
        self.items.push(tuple);
        Ok(())
    }
}

impl<'v> Evaluator<'v> {
    /// The steps of a path from the first on that makes tuples.
    pub(super) fn tuple_path(
        &self,
        node: &'v Node,
        steps: &'v [Node],
        current: Stepped<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let mut input = Some(self.as_sequence(current)?);
        let mut tuples = Tuples::new(&self.meter);
        for step in steps {
            tuples = self.tuple_step(step, input.take(), &tuples, frame)?;
        }
        if let Some(group) = node.group() {
            return self.group_tuples(group, &tuples, frame);
        }
        if node.tuple {
            return Ok(Value::Tuples(Rc::new(tuples)));
        }
        let mut values = Array::sequence(&self.meter);
        for tuple in &tuples.items {
            values.push(tuple.at.clone())?;
        }
        if node.keep_singleton {
            values = values.marked(Marks::KEEP_SINGLETON);
        }
        Ok(values.into_value())
    }

    /// A step over tuples; the first one gets its input as values.
    fn tuple_step(
        &self,
        step: &'v Node,
        input: Option<Value<'v>>,
        tuples: &Tuples<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Tuples<'v>> {
        let mut found = match (&step.kind, input) {
            (Kind::Sort(terms), Some(input)) => {
                let sorted = self.sort(terms, &input, frame)?;
                self.numbered(step, &sorted)?
            }
            (Kind::Sort(terms), None) => self.sort_tuples(terms, tuples, frame)?,
            (_, Some(input)) => {
                let mut found = Tuples::new(&self.meter);
                for item in input.as_array().iter().flat_map(|items| items.iter()) {
                    self.tuple_values(step, &Tuple::of(item), frame, &mut found)?;
                }
                found
            }
            (_, None) => {
                let mut found = Tuples::new(&self.meter);
                for tuple in &tuples.items {
                    self.tuple_values(step, tuple, frame, &mut found)?;
                }
                found
            }
        };
        for stage in step.stages() {
            found = self.tuple_stage(stage, &found, frame)?;
        }
        Ok(found)
    }

    /// Values as tuples, with their places if the step binds them.
    fn numbered(&self, step: &Node, values: &Value<'v>) -> Outcome<Tuples<'v>> {
        let mut found = Tuples::new(&self.meter);
        for (place, item) in values.as_array().iter().flat_map(|items| items.iter()).enumerate() {
            let mut tuple = Tuple::of(item);
            if let Some(sym) = step.index() {
                tuple.bind(sym, number(place));
            }
            found.push(Rc::new(tuple))?;
        }
        Ok(found)
    }

    /// What a step gives for one tuple.
    fn tuple_values(
        &self,
        step: &'v Node,
        tuple: &Tuple<'v>,
        frame: &Rc<Frame<'v>>,
        found: &mut Tuples<'v>,
    ) -> Outcome<()> {
        let value = self.evaluate(step, &tuple.at, &tuple.frame(frame))?;
        if let Value::Tuples(inner) = &value {
            for more in &inner.items {
                let mut joined = tuple.clone();
                joined.at = more.at.clone();
                more.bound.iter().for_each(|(sym, value)| joined.bind(*sym, value.clone()));
                found.push(Rc::new(joined))?;
            }
            return Ok(());
        }
        if value.is_undefined() {
            return Ok(());
        }
        let items = value.as_array();
        for place in 0..items.map_or(1, |items| items.len()) {
            let item = items.map_or_else(|| value.clone(), |items| items.at(place));
            let mut next = tuple.clone();
            match step.focus() {
                Some(focus) => next.bind(focus, item),
                None => next.at = item,
            }
            if let Some(index) = step.index() {
                next.bind(index, number(place));
            }
            if let Some(ancestor) = step.ancestor() {
                next.bind(ancestor, tuple.at.clone());
            }
            found.push(Rc::new(next))?;
        }
        Ok(())
    }

    fn tuple_stage(
        &self,
        stage: &'v Stage,
        tuples: &Tuples<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Tuples<'v>> {
        match stage {
            Stage::Filter(filter) => self.filter_tuples(filter, tuples, frame),
            Stage::Index(sym) => {
                let mut found = Tuples::new(&self.meter);
                for (place, tuple) in tuples.items.iter().enumerate() {
                    let mut tuple = Tuple::clone(tuple);
                    tuple.bind(*sym, number(place));
                    found.push(Rc::new(tuple))?;
                }
                Ok(found)
            }
        }
    }
}

fn number<'v>(place: usize) -> Value<'v> {
    #[allow(clippy::cast_precision_loss, reason = "no array has 2^53 elements")]
    Value::Number(place as f64)
}
