//! `^(…)`, and the sorting that `$sort` does too.

use super::tuple::Tuple;
use super::{Evaluator, Frame, Tuples};
use crate::error::{Outcome, Problem, raise};
use crate::meter::Meter;
use crate::syntax::SortTerm;
use crate::value::{Array, Value, compare, stringify};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

/// An element with the values of its terms, as far as they were needed.
struct Row<'v, T> {
    item: T,
    terms: Vec<Option<Value<'v>>>,
}

type Shared<'v, T> = Rc<RefCell<Row<'v, T>>>;

impl<'v> Evaluator<'v> {
    /// Sorts an array. One of a single element comes back as it is.
    pub(super) fn sort(
        &self,
        terms: &'v [SortTerm],
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let Some(items) = input.as_array() else { return Ok(input.clone()) };
        if items.len() <= 1 {
            return Ok(input.clone());
        }
        let value = |item: &Value<'v>, term: &'v SortTerm| self.evaluate(&term.value, item, frame);
        let sorted = self.sort_by(items.iter().collect(), terms, &value)?;
        let mut array = Array::plain(&self.meter);
        for item in sorted {
            array.push(item)?;
        }
        Ok(array.into_value())
    }

    pub(super) fn sort_tuples(
        &self,
        terms: &'v [SortTerm],
        tuples: &Tuples<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Tuples<'v>> {
        let value = |tuple: &Rc<Tuple<'v>>, term: &'v SortTerm| {
            self.evaluate(&term.value, &tuple.at, &tuple.frame(frame))
        };
        let sorted = self.sort_by(tuples.items.clone(), terms, &value)?;
        let mut found = Tuples::new(&self.meter);
        for tuple in sorted {
            found.push(tuple)?;
        }
        Ok(found)
    }

    fn sort_by<T: Clone>(
        &self,
        items: Vec<T>,
        terms: &'v [SortTerm],
        value: &dyn Fn(&T, &'v SortTerm) -> Outcome<Value<'v>>,
    ) -> Outcome<Vec<T>> {
        let rows = items.into_iter().map(|item| Row { item, terms: vec![None; terms.len()] });
        let rows: Vec<_> = rows.map(RefCell::new).map(Rc::new).collect();
        let term_of = |row: &Shared<'v, T>, index: usize, term: &'v SortTerm| -> Outcome<Value<'v>> {
            if let Some(Some(known)) = row.borrow().terms.get(index) {
                return Ok(known.clone());
            }
            let item = row.borrow().item.clone();
            let found = value(&item, term)?;
            if let Some(place) = row.borrow_mut().terms.get_mut(index) {
                *place = Some(found.clone());
            }
            Ok(found)
        };
        let sorted = merge_sort(rows, &self.meter, &mut |left, right| {
            for (index, term) in terms.iter().enumerate() {
                let order = self.term_order(&term_of(left, index, term)?, &term_of(right, index, term)?)?;
                match (order, term.descending) {
                    (TermOrder::Equal, _) => {}
                    (TermOrder::Missing(order), _) | (TermOrder::Of(order), false) => {
                        return Ok(order == Ordering::Greater);
                    }
                    (TermOrder::Of(order), true) => return Ok(order == Ordering::Less),
                }
            }
            Ok(false)
        })?;
        Ok(sorted.into_iter().map(|row| row.borrow().item.clone()).collect())
    }

    fn term_order(&self, left: &Value<'v>, right: &Value<'v>) -> Outcome<TermOrder> {
        let sortable = |value: &Value<'_>| matches!(value, Value::Text(_) | Value::Number(_));
        match (left.is_undefined(), right.is_undefined()) {
            (true, true) => return Ok(TermOrder::Equal),
            (true, false) => return Ok(TermOrder::Missing(Ordering::Greater)),
            (false, true) => return Ok(TermOrder::Missing(Ordering::Less)),
            (false, false) => {}
        }
        if !sortable(left) || !sortable(right) {
            return raise("T2008");
        }
        if matches!(left, Value::Text(_)) != matches!(right, Value::Text(_)) {
            let left = stringify::in_message(left, &self.meter);
            return Problem::new("T2007")
                .value(left)
                .value2(stringify::in_message(right, &self.meter))
                .raise();
        }
        Ok(match compare::order(left, right) {
            Some(Ordering::Equal) => TermOrder::Equal,
            Some(Ordering::Less) => TermOrder::Of(Ordering::Less),
            // Not a number is greater, whichever side it is on.
            Some(Ordering::Greater) | None => TermOrder::Of(Ordering::Greater),
        })
    }
}

/// How two values of a term compare.
enum TermOrder {
    Equal,
    Of(Ordering),
    /// What is missing comes last, also when sorting downwards.
    Missing(Ordering),
}

/// Sorts by a comparison that may fail. Elements that are equal keep their order;
/// `is_greater` is asked in the order in which jsonata.js asks.
pub(crate) fn merge_sort<T: Clone>(
    items: Vec<T>,
    meter: &Meter,
    is_greater: &mut dyn FnMut(&T, &T) -> Outcome<bool>,
) -> Outcome<Vec<T>> {
    if items.len() <= 1 {
        return Ok(items);
    }
    meter.step(items.len() as u64)?;
    let mut left = items;
    let right = left.split_off(left.len() / 2);
    let left = merge_sort(left, meter, is_greater)?;
    let right = merge_sort(right, meter, is_greater)?;
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let next = if is_greater(one, other)? { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
