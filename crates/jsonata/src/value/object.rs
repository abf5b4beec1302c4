//! Objects that the evaluation makes, and one view of all objects.

use super::{NESTING_MAX, Text, Value};
use crate::error::{Outcome, Raised};
use crate::meter::{CELL_BYTES, Charge, Meter};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

/// Up to here looking through the names is quicker than hashing them.
const UNINDEXED_MAX: usize = 16;

/// With a fixed seed: the same evaluation takes the same way every time.
type Index<'v> = HashMap<Text<'v>, usize, BuildHasherDefault<DefaultHasher>>;

/// An object that the evaluation made; it grows until it is shared.
#[derive(Debug)]
pub(crate) struct Object<'v> {
    members: Vec<(Text<'v>, Value<'v>)>,
    /// Where each name is, once there are many.
    index: Option<Index<'v>>,
    depth: u32,
    charge: Charge,
}

impl<'v> Object<'v> {
    pub(crate) fn new(meter: &Rc<Meter>) -> Object<'v> {
        Object { members: Vec::new(), index: None, depth: 1, charge: Charge::none(meter) }
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
        if let Some(place) = self.place(name.as_str()) {
            if let Some((_, old)) = self.members.get_mut(place) {
                *old = value;
            }
            return Ok(());
        }
        self.charge.add(name.as_str().len() as u64 + 2 * CELL_BYTES)?;
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), self.members.len());
        }
        self.members.push((name, value));
        if self.index.is_none() && self.members.len() > UNINDEXED_MAX {
            self.make_index();
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let Some(place) = self.place(name) else { return };
        self.members.remove(place);
        if self.index.is_some() {
            self.make_index();
        }
    }

    fn make_index(&mut self) {
        let places = self.members.iter().enumerate();
        self.index = Some(places.map(|(place, (name, _))| (name.clone(), place)).collect());
    }

    fn place(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.members.iter().position(|(known, _)| known.as_str() == name),
        }
    }

    fn get(&self, name: &str) -> Option<&Value<'v>> {
        self.place(name).and_then(|place| self.members.get(place)).map(|(_, value)| value)
    }

    pub(crate) fn into_value(self) -> Value<'v> {
        Value::Object(Rc::new(self))
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) fn members(&self) -> &[(Text<'v>, Value<'v>)] {
        &self.members
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The values, taken out.
    pub(crate) fn take_values(&mut self) -> Vec<Value<'v>> {
        self.index = None;
        std::mem::take(&mut self.members).into_iter().map(|(_, value)| value).collect()
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
            ObjectView::Own(object) => object.get(name).cloned().unwrap_or_default(),
            ObjectView::Json(members) => members.get(name).map(Value::from_json).unwrap_or_default(),
            ObjectView::Members(members) => {
                let found = members.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| Value::from_json(value)).unwrap_or_default()
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            ObjectView::Own(object) => object.place(name).is_some(),
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
            ObjectView::Own(object) => Box::new(object.members.iter().cloned()),
            ObjectView::Json(members) => {
                Box::new(members.iter().map(|(name, value)| (Text::Borrowed(name), Value::from_json(value))))
            }
            ObjectView::Members(members) => {
                Box::new(members.iter().map(|(name, value)| (Text::Borrowed(name), Value::from_json(value))))
            }
        }
    }
}
