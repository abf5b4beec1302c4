//! Where names are bound while an expression runs.

use crate::syntax::Sym;
use crate::value::{Pending, Value, dismantle};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Bindings with what lies around them. Functions hold the frame they were made in,
/// and a frame may hold such a function: the evaluator breaks these circles when it
/// is done, for which a frame that a function holds is registered once.
#[derive(Debug, Default)]
pub(crate) struct Frame<'v> {
    parent: Option<Rc<Frame<'v>>>,
    bindings: RefCell<Vec<(Sym, Value<'v>)>>,
    registered: Cell<bool>,
}

impl<'v> Frame<'v> {
    pub(crate) fn outermost() -> Rc<Frame<'v>> {
        Rc::new(Frame::default())
    }

    pub(crate) fn within(parent: &Rc<Frame<'v>>, bindings: Vec<(Sym, Value<'v>)>) -> Rc<Frame<'v>> {
        Rc::new(Frame {
            parent: Some(Rc::clone(parent)),
            bindings: RefCell::new(bindings),
            registered: Cell::new(false),
        })
    }

    pub(crate) fn bind(&self, sym: Sym, value: Value<'v>) {
        let mut bindings = self.bindings.borrow_mut();
        let replaced = match bindings.iter_mut().find(|(known, _)| *known == sym) {
            Some((_, old)) => std::mem::replace(old, value),
            None => {
                bindings.push((sym, value));
                Value::Undefined
            }
        };
        // Dropping a value may drop frames, which must not find this one in use.
        drop(bindings);
        drop(replaced);
    }

    /// The value bound nearest, and how many frames were looked at.
    pub(crate) fn look_up(&self, sym: Sym) -> (Option<Value<'v>>, u64) {
        let mut frame = Some(self);
        let mut hops = 0;
        while let Some(here) = frame {
            let bindings = here.bindings.borrow();
            if let Some((_, value)) = bindings.iter().rev().find(|(known, _)| *known == sym) {
                return (Some(value.clone()), hops);
            }
            hops += 1;
            frame = here.parent.as_deref();
        }
        (None, hops)
    }

    /// Says whether this is the first time that a function takes hold of the frame.
    pub(crate) fn register(&self) -> bool {
        !self.registered.replace(true)
    }

    /// Lets go of all bindings.
    pub(crate) fn clear(&self) {
        let bindings = self.bindings.take();
        drop(bindings);
    }

    pub(crate) fn take_parts(&mut self, pending: &mut Vec<Pending<'v>>) {
        pending.extend(self.bindings.get_mut().drain(..).map(|(_, value)| Pending::Value(value)));
        pending.extend(self.parent.take().map(Pending::Frame));
    }
}

impl Drop for Frame<'_> {
    fn drop(&mut self) {
        let deep = self.parent.as_ref().is_some_and(|parent| Rc::strong_count(parent) == 1)
            || self.bindings.get_mut().iter().any(|(_, value)| value.drops_deep());
        if deep {
            let mut pending = Vec::new();
            self.take_parts(&mut pending);
            dismantle(pending);
        }
    }
}
