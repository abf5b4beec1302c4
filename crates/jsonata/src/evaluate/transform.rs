//! `|pattern|update, delete|`: a copy of an object with parts changed.
//!
//! jsonata.js changes the copy in place. Values here do not change; instead each
//! object that the pattern finds gets an edited version, and what contains it is
//! built anew around that. A version may contain the object it is a version of
//! (`|$|{"old": $}|`): there the object is what it was.

use super::{Evaluator, Frame};
use crate::builtin;
use crate::error::{Outcome, Problem, Raised, raise};
use crate::stack;
use crate::syntax::Transform;
use crate::value::{Array, NESTING_MAX, Object, Text, Value, stringify};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The versions of edited objects by their addresses, which stay taken while the
/// pattern's matches are held.
#[derive(Default)]
struct Edits<'v> {
    versions: BTreeMap<usize, Rc<Object<'v>>>,
    /// The objects whose versions are being built right now.
    open: Vec<usize>,
}

fn address(object: &Rc<Object<'_>>) -> usize {
    Rc::as_ptr(object).cast::<()>() as usize
}

impl<'v> Evaluator<'v> {
    pub(super) fn transform(
        &self,
        transform: &'v Transform,
        value: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        if value.is_undefined() {
            return Ok(Value::Undefined);
        }
        let copy = self.copy(value, frame)?;
        let matches = match self.evaluate(&transform.pattern, &copy, frame)? {
            Value::Undefined => return Ok(copy),
            matches => matches,
        };
        let mut edits = Edits::default();
        let single = [matches.clone()];
        let items: Vec<Value<'v>> = match matches.as_array() {
            Some(items) => items.iter().collect(),
            None => single.into(),
        };
        for found in &items {
            self.edit(transform, found, &mut edits, frame)?;
        }
        self.rebuild(&copy, &mut edits)
    }

    /// The copy is made by `$clone`, which an expression may have bound anew.
    fn copy(&self, value: &Value<'v>, frame: &Rc<Frame<'v>>) -> Outcome<Value<'v>> {
        let Some(sym) = self.names().find("clone") else {
            return builtin::clone_value(self, value, 0);
        };
        match self.variable(sym, frame)? {
            Value::Function(clone) => self.apply(&clone, vec![value.clone()], &Value::Null, frame),
            _ => raise("T2013"),
        }
    }

    fn edit(
        &self,
        transform: &'v Transform,
        found: &Value<'v>,
        edits: &mut Edits<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<()> {
        if let Value::Function(function) = found
            && !function.is_record()
        {
            return raise("D1010");
        }
        let context = self.rebuild(found, edits)?;
        let update = self.evaluate(&transform.update, &context, frame)?;
        if !update.is_undefined() {
            let Some(members) = update.as_object() else {
                return Problem::new("T2011").value(stringify::in_message(&update, &self.meter)).raise();
            };
            let members: Vec<_> = members.iter().collect();
            if !members.is_empty() {
                self.change(found, edits, |object| {
                    members.into_iter().try_for_each(|(name, value)| object.insert(name, value))
                })?;
            }
        }
        let Some(delete) = &transform.delete else { return Ok(()) };
        let context = self.rebuild(found, edits)?;
        let doomed = self.evaluate(delete, &context, frame)?;
        if doomed.is_undefined() {
            return Ok(());
        }
        let Some(names) = texts(&doomed) else {
            return Problem::new("T2012").value(stringify::in_message(&doomed, &self.meter)).raise();
        };
        if !matches!(found, Value::Object(_)) {
            return Ok(());
        }
        self.change(found, edits, |object| {
            names.iter().for_each(|name| object.remove(name.as_str()));
            Ok(())
        })
    }

    /// Changes the version of an object. What is no object of the copy cannot be
    /// changed: members of an array are lost, and those of anything else are an error
    /// of JavaScript.
    fn change(
        &self,
        found: &Value<'v>,
        edits: &mut Edits<'v>,
        change: impl FnOnce(&mut Object<'v>) -> Outcome<()>,
    ) -> Outcome<()> {
        let Value::Object(object) = found else {
            if found.is_array() || found.as_object().is_some() {
                return Ok(());
            }
            let shown = stringify::in_message(found, &self.meter);
            return Problem::new("").message(format!("Cannot set properties of {shown}")).raise();
        };
        let address = address(object);
        let version = edits.versions.get(&address).unwrap_or(object);
        let mut copy = self.copy_of(version)?;
        change(&mut copy)?;
        edits.versions.insert(address, Rc::new(copy));
        Ok(())
    }

    /// The value with the versions in the places of what they are versions of.
    fn rebuild(&self, value: &Value<'v>, edits: &mut Edits<'v>) -> Outcome<Value<'v>> {
        if edits.versions.is_empty() {
            return Ok(value.clone());
        }
        Ok(self.rebuilt(value, edits, 0)?.unwrap_or_else(|| value.clone()))
    }

    /// The value rebuilt, or nothing if it stays as it is.
    fn rebuilt(&self, value: &Value<'v>, edits: &mut Edits<'v>, depth: u32) -> Outcome<Option<Value<'v>>> {
        if depth > 2 * NESTING_MAX {
            return Err(Box::new(Raised::Stack));
        }
        self.meter.step(1)?;
        match value {
            Value::Array(array) => {
                let mut parts = Vec::new();
                for (place, item) in array.items().iter().enumerate() {
                    if let Some(part) = self.rebuilt(item, edits, depth + 1)? {
                        parts.push((place, part));
                    }
                }
                if parts.is_empty() {
                    return Ok(None);
                }
                let mut parts = parts.into_iter().peekable();
                let mut rebuilt = Array::plain(&self.meter);
                for (place, item) in array.items().iter().enumerate() {
                    let part = parts.next_if(|(changed, _)| *changed == place);
                    rebuilt.push(part.map_or_else(|| item.clone(), |(_, part)| part))?;
                }
                Ok(Some(rebuilt.remarked(array.marks()).into_value()))
            }
            Value::Object(object) => stack::with_room(|| self.rebuilt_object(object, edits, depth)),
            _ => Ok(None),
        }
    }

    fn rebuilt_object(
        &self,
        object: &Rc<Object<'v>>,
        edits: &mut Edits<'v>,
        depth: u32,
    ) -> Outcome<Option<Value<'v>>> {
        let address = address(object);
        let version = match edits.versions.get(&address) {
            Some(version) if !edits.open.contains(&address) => Some(Rc::clone(version)),
            _ => None,
        };
        if version.is_some() {
            edits.open.push(address);
        }
        let source = version.as_ref().unwrap_or(object);
        let mut parts = Vec::new();
        for (name, member) in source.members() {
            if let Some(part) = self.rebuilt(member, edits, depth + 1)? {
                parts.push((name.clone(), part));
            }
        }
        if version.is_some() {
            edits.open.pop();
        }
        if parts.is_empty() {
            return Ok(version.map(Value::Object));
        }
        let mut rebuilt = self.copy_of(source)?;
        parts.into_iter().try_for_each(|(name, part)| rebuilt.insert(name, part))?;
        Ok(Some(rebuilt.into_value()))
    }

    fn copy_of(&self, object: &Object<'v>) -> Outcome<Object<'v>> {
        let mut copy = Object::new(&self.meter);
        for (name, member) in object.members() {
            copy.insert(name.clone(), member.clone())?;
        }
        Ok(copy)
    }
}

/// A text or an array of texts.
fn texts<'v>(value: &Value<'v>) -> Option<Vec<Text<'v>>> {
    let text = |value: Value<'v>| if let Value::Text(text) = value { Some(text) } else { None };
    match value.as_array() {
        Some(items) => items.iter().map(text).collect(),
        None => text(value.clone()).map(|text| vec![text]),
    }
}
