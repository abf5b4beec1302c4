//! Objects that the evaluation makes, and one view of all objects.

use super::{NESTING_MAX, Text, Value};
use crate::error::{Outcome, Raised};
use crate::meter::{CELL_BYTES, Charge, Meter};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

/// With a fixed seed: the same evaluation takes the same way every time.
type Members<'v> = IndexMap<Text<'v>, Value<'v>, BuildHasherDefault<DefaultHasher>>;

/// An object that the evaluation made; it grows until it is shared.
#[derive(Debug)]
pub(crate) struct Object<'v> {
    members: Members<'v>,
    depth: u32,
    charge: Charge,
}

impl<'v> Object<'v> {
    pub(crate) fn new(meter: &Rc<Meter>) -> Object<'v> {
        Object { members: Members::default(), depth: 1, charge: Charge::none(meter) }
    }

    /// Sets a member, in its old place if there is one of the name.
    pub(crate) fn insert(&mut self, name: Text<'v>, value: Value<'v>) -> Outcome<()> {
        self.charge.meter().step(1)?;
        let depth = value.depth();
        if depth >= self.depth {
            if depth >= NESTING_MAX {
                return Err(Box::new(Raised::Stack));
            }
            self.depth = depth + 1;
        }
        let cost = name.as_str().len() as u64 + 2 * CELL_BYTES;
        if self.members.insert(name, value).is_none() {
            self.charge.add(cost)?;
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.members.shift_remove(name);
    }

    pub(crate) fn into_value(self) -> Value<'v> {
        Value::Object(Rc::new(self))
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The values, taken out.
    pub(crate) fn take_values(&mut self) -> Vec<Value<'v>> {
        std::mem::take(&mut self.members).into_values().collect()
    }
}

/// Any object, to be read.
#[derive(Clone, Copy)]
pub(crate) enum ObjectView<'r, 'v> {
    Own(&'r Object<'v>),
    Json(&'v serde_json::Map<String, Json>),
    Members(&'v [(&'v str, &'v Json)]),
}

impl<'r, 'v> ObjectView<'r, 'v> {
    pub(crate) fn len(&self) -> usize {
        match self {
            ObjectView::Own(object) => object.members.len(),
            ObjectView::Json(members) => members.len(),
            ObjectView::Members(members) => members.len(),
        }
    }

    /// The member's value, or undefined.
    #[inline]
    pub(crate) fn get(&self, name: &str) -> Value<'v> {
        match self {
            ObjectView::Own(object) => object.members.get(name).cloned().unwrap_or_default(),
            ObjectView::Json(members) => members.get(name).map(Value::from_json).unwrap_or_default(),
            ObjectView::Members(members) => {
                let found = members.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| Value::from_json(value)).unwrap_or_default()
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            ObjectView::Own(object) => object.members.contains_key(name),
            ObjectView::Json(members) => members.contains_key(name),
            ObjectView::Members(members) => members.iter().any(|(known, _)| *known == name),
        }
    }

    /// The members in the order in which they were set.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (Text<'v>, Value<'v>)> + 'r>
    where
        'v: 'r,
    {
        match *self {
            ObjectView::Own(object) => {
                Box::new(object.members.iter().map(|(name, value)| (name.clone(), value.clone())))
            }
            ObjectView::Json(members) => {
                Box::new(members.iter().map(|(name, value)| (Text::Borrowed(name), Value::from_json(value))))
            }
            ObjectView::Members(members) => {
                Box::new(members.iter().map(|(name, value)| (Text::Borrowed(name), Value::from_json(value))))
            }
        }
    }
}
