//! Taking values apart without recursion.
//!
//! Closures can hold closures to any depth, and arrays arrays to [`super::NESTING_MAX`];
//! dropping such a chain field by field would need a stack as deep.

use super::{Array, Object, Value};
use crate::evaluate::{Frame, Function};
use std::rc::Rc;

/// From this depth on arrays and objects are taken apart with a list.
const RECURSION_MAX: u32 = 24;

/// What waits to be taken apart.
pub(crate) enum Pending<'v> {
    Value(Value<'v>),
    Frame(Rc<Frame<'v>>),
}

/// Takes apart what nobody else holds, one after the other.
pub(crate) fn dismantle(mut pending: Vec<Pending<'_>>) {
    while let Some(next) = pending.pop() {
        match next {
            Pending::Frame(frame) => {
                if let Some(mut frame) = Rc::into_inner(frame) {
                    frame.take_parts(&mut pending);
                }
            }
            Pending::Value(Value::Array(array)) => {
                if let Some(mut array) = Rc::into_inner(array) {
                    pending.extend(array.take_items().into_iter().map(Pending::Value));
                }
            }
            Pending::Value(Value::Object(object)) => {
                if let Some(mut object) = Rc::into_inner(object) {
                    pending.extend(object.take_values().into_iter().map(Pending::Value));
                }
            }
            Pending::Value(Value::Function(function)) => {
                if let Some(mut function) = Rc::into_inner(function) {
                    function.take_parts(&mut pending);
                }
            }
            Pending::Value(_) => {}
        }
    }
}

impl Value<'_> {
    /// Whether dropping the value may need a deep stack.
    pub(crate) fn drops_deep(&self) -> bool {
        matches!(self, Value::Function(_)) || self.depth() > RECURSION_MAX
    }
}

impl Drop for Array<'_> {
    fn drop(&mut self) {
        if self.depth() > RECURSION_MAX {
            dismantle(self.take_items().into_iter().map(Pending::Value).collect());
        }
    }
}

impl Drop for Object<'_> {
    fn drop(&mut self) {
        if self.depth() > RECURSION_MAX {
            dismantle(self.take_values().into_iter().map(Pending::Value).collect());
        }
    }
}

impl Drop for Function<'_> {
    fn drop(&mut self) {
        let mut pending = Vec::new();
        self.take_parts(&mut pending);
        if !pending.is_empty() {
            dismantle(pending);
        }
    }
}
