//! Arrays that the evaluation makes, and one view of all arrays.

use super::{NESTING_MAX, Value};
use crate::error::{Outcome, Raised};
use crate::evaluate::Tuples;
use crate::meter::{CELL_BYTES, Charge, Meter};
use serde_json::Value as Json;
use std::rc::Rc;

/// What JSONata knows of an array besides its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks(u8);

impl Marks {
    pub(crate) const NONE: Marks = Marks(0);
    /// It was collected: with one element it collapses to that, with none to nothing.
    pub(crate) const SEQUENCE: Marks = Marks(1);
    /// It does not collapse with one element (`x[]`).
    pub(crate) const KEEP_SINGLETON: Marks = Marks(2);
    /// An array constructor at the end of a path made it: it is not flattened.
    pub(crate) const CONSTRUCTED: Marks = Marks(4);
    /// It wraps the input document, which is an array.
    pub(crate) const WRAPPER: Marks = Marks(8);

    pub(crate) fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }

    pub(crate) fn with(self, mark: Marks) -> Marks {
        Marks(self.0 | mark.0)
    }
}

/// An array that the evaluation made; it grows until it is shared.
#[derive(Debug)]
pub(crate) struct Array<'v> {
    items: Vec<Value<'v>>,
    marks: Marks,
    depth: u32,
    charge: Charge,
}

impl<'v> Array<'v> {
    /// An array as an array constructor makes it.
    pub(crate) fn plain(meter: &Rc<Meter>) -> Array<'v> {
        Array { items: Vec::new(), marks: Marks::NONE, depth: 1, charge: Charge::none(meter) }
    }

    /// An empty sequence.
    pub(crate) fn sequence(meter: &Rc<Meter>) -> Array<'v> {
        Array::plain(meter).marked(Marks::SEQUENCE)
    }

    /// An array with room, which is charged now: nothing is allocated beyond the
    /// budget.
    pub(crate) fn with_room(meter: &Rc<Meter>, count: usize) -> Outcome<Array<'v>> {
        let charge = Charge::new(meter, (count as u64).saturating_mul(CELL_BYTES))?;
        Ok(Array { items: Vec::with_capacity(count), marks: Marks::NONE, depth: 1, charge })
    }

    /// The numbers from `first` on, as many as `count`.
    pub(crate) fn range(meter: &Rc<Meter>, first: f64, count: usize) -> Outcome<Array<'v>> {
        let mut array = Array::with_room(meter, count)?;
        meter.step(count as u64)?;
        #[allow(clippy::cast_precision_loss, reason = "ten million at most")]
        array.items.extend((0..count).map(|index| Value::Number(first + index as f64)));
        array.marks = Marks::SEQUENCE;
        Ok(array)
    }

    #[inline]
    pub(crate) fn push(&mut self, value: Value<'v>) -> Outcome<()> {
        self.charge.meter().step(1)?;
        if self.items.len() as u64 * CELL_BYTES >= self.charged() {
            self.charge.add(CELL_BYTES)?;
        }
        let depth = value.depth();
        if depth >= self.depth {
            if depth >= NESTING_MAX {
                return Err(Box::new(Raised::Stack));
            }
            self.depth = depth + 1;
        }
        self.items.push(value);
        Ok(())
    }

    fn charged(&self) -> u64 {
        self.charge.bytes()
    }

    /// Adds the elements of an array, or the value itself if it is none.
    pub(crate) fn extend(&mut self, value: &Value<'v>) -> Outcome<()> {
        match value.as_array() {
            Some(items) => (0..items.len()).try_for_each(|index| self.push(items.at(index))),
            None => self.push(value.clone()),
        }
    }

    pub(crate) fn marked(mut self, mark: Marks) -> Array<'v> {
        self.marks = self.marks.with(mark);
        self
    }

    /// The same elements with these marks and no others.
    pub(crate) fn remarked(mut self, marks: Marks) -> Array<'v> {
        self.marks = marks;
        self
    }

    pub(crate) fn into_value(self) -> Value<'v> {
        Value::Array(Rc::new(self))
    }

    #[inline]
    pub(crate) fn items(&self) -> &[Value<'v>] {
        &self.items
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn marks(&self) -> Marks {
        self.marks
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// The elements, taken out.
    pub(crate) fn take_items(&mut self) -> Vec<Value<'v>> {
        std::mem::take(&mut self.items)
    }

    /// The same elements with other marks, without a copy where nobody else holds
    /// the array.
    pub(crate) fn reuse(array: Rc<Array<'v>>, marks: Marks) -> Outcome<Array<'v>> {
        match Rc::try_unwrap(array) {
            Ok(array) => Ok(array.remarked(marks)),
            Err(shared) => {
                let mut copy = Array::with_room(shared.charge.meter(), shared.len())?;
                copy.charge.meter().step(shared.len() as u64)?;
                copy.items.extend(shared.items.iter().cloned());
                copy.depth = shared.depth;
                Ok(copy.remarked(marks))
            }
        }
    }
}

/// Any array, to be read.
#[derive(Clone, Copy)]
pub(crate) enum ArrayView<'r, 'v> {
    Own(&'r [Value<'v>]),
    Json(&'v [Json]),
    Tuples(&'r Tuples<'v>),
}

impl<'v> ArrayView<'_, 'v> {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            ArrayView::Own(items) => items.len(),
            ArrayView::Json(items) => items.len(),
            ArrayView::Tuples(tuples) => tuples.items.len(),
        }
    }

    /// The element, or undefined behind the end.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> Value<'v> {
        match self {
            ArrayView::Own(items) => items.get(index).cloned().unwrap_or_default(),
            ArrayView::Json(items) => items.get(index).map(Value::from_json).unwrap_or_default(),
            ArrayView::Tuples(tuples) => {
                tuples.items.get(index).map(|tuple| tuple.at.clone()).unwrap_or_default()
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Value<'v>> + '_ {
        (0..self.len()).map(|index| self.at(index))
    }
}
