//! `{key: value, …}`: an object of the values grouped by their keys.

use super::tuple::Tuple;
use super::{Evaluator, Frame, Tuples};
use crate::error::{Outcome, Problem};
use crate::syntax::{Group, Node};
use crate::text::json_text;
use crate::value::{Array, Object, Text, Value, stringify};
use indexmap::IndexMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

/// What has the same key, and which pair made the key.
struct Entry<D> {
    pair: usize,
    data: D,
}

type Entries<'v, D> = IndexMap<Text<'v>, Entry<D>, BuildHasherDefault<DefaultHasher>>;

/// Values that are joined to an array once there are two.
struct Joined<'v> {
    value: Value<'v>,
    array: Option<Array<'v>>,
}

impl<'v> Evaluator<'v> {
    /// Groups the elements of a value.
    pub(super) fn group(
        &self,
        group: &'v Group,
        value: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        if let Value::Tuples(tuples) = value {
            return self.group_tuples(group, tuples, frame);
        }
        let items = match value.as_array() {
            None => return self.group_single(group, value, frame),
            Some(items) if items.len() == 0 => return self.group_single(group, &Value::Undefined, frame),
            Some(items) => items,
        };
        let mut entries: Entries<'v, Joined<'v>> = Entries::default();
        for item in items.iter() {
            for (pair, (key, _)) in group.pairs.iter().enumerate() {
                let Some(key) = self.key(key, &item, frame)? else { continue };
                match entries.get_mut(&key) {
                    Some(entry) => {
                        check_pair(entry.pair, pair, &key)?;
                        self.join(&mut entry.data, &item)?;
                    }
                    None => {
                        let data = Joined { value: item.clone(), array: None };
                        entries.insert(key, Entry { pair, data });
                    }
                }
            }
        }
        let mut object = Object::new(&self.meter);
        for (key, entry) in entries {
            let context = entry.data.array.map_or(entry.data.value, Array::into_value);
            self.insert(&mut object, group, entry.pair, key, &context, frame)?;
        }
        Ok(object.into_value())
    }

    fn group_single(&self, group: &'v Group, item: &Value<'v>, frame: &Rc<Frame<'v>>) -> Outcome<Value<'v>> {
        let mut keys: Vec<(usize, Text<'v>)> = Vec::with_capacity(group.pairs.len());
        for (pair, (key, _)) in group.pairs.iter().enumerate() {
            let Some(key) = self.key(key, item, frame)? else { continue };
            self.meter.step(keys.len() as u64 / 16)?;
            if let Some((earlier, _)) = keys.iter().find(|(_, known)| *known == key) {
                check_pair(*earlier, pair, &key)?;
            }
            keys.push((pair, key));
        }
        let mut object = Object::new(&self.meter);
        for (pair, key) in keys {
            self.insert(&mut object, group, pair, key, item, frame)?;
        }
        Ok(object.into_value())
    }

    fn insert(
        &self,
        object: &mut Object<'v>,
        group: &'v Group,
        pair: usize,
        key: Text<'v>,
        context: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<()> {
        let Some((_, value)) = group.pairs.get(pair) else { return Ok(()) };
        let value = self.evaluate(value, context, frame)?;
        if value.is_undefined() { Ok(()) } else { object.insert(key, value) }
    }

    /// The key that a value gets; none if it is undefined.
    fn key(&self, key: &'v Node, context: &Value<'v>, frame: &Rc<Frame<'v>>) -> Outcome<Option<Text<'v>>> {
        match self.evaluate(key, context, frame)? {
            Value::Text(text) => Ok(Some(text)),
            Value::Undefined => Ok(None),
            other => Problem::new("T1003").value(stringify::in_message(&other, &self.meter)).raise(),
        }
    }

    fn join(&self, joined: &mut Joined<'v>, item: &Value<'v>) -> Outcome<()> {
        if item.is_undefined() {
            return Ok(());
        }
        if joined.array.is_none() && joined.value.is_undefined() {
            joined.value = item.clone();
            return Ok(());
        }
        let array = match &mut joined.array {
            Some(array) => array,
            none => {
                let mut array = Array::plain(&self.meter);
                array.extend(&joined.value)?;
                none.insert(array)
            }
        };
        array.extend(item)
    }

    /// Groups tuples; what they bound is joined for each key as their values are.
    pub(super) fn group_tuples(
        &self,
        group: &'v Group,
        tuples: &Tuples<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let mut entries: Entries<'v, Vec<Rc<Tuple<'v>>>> = Entries::default();
        for tuple in &tuples.items {
            let own = tuple.frame(frame);
            for (pair, (key, _)) in group.pairs.iter().enumerate() {
                let Some(key) = self.key(key, &tuple.at, &own)? else { continue };
                match entries.get_mut(&key) {
                    Some(entry) => {
                        check_pair(entry.pair, pair, &key)?;
                        entry.data.push(Rc::clone(tuple));
                    }
                    None => {
                        entries.insert(key, Entry { pair, data: vec![Rc::clone(tuple)] });
                    }
                }
            }
        }
        let mut object = Object::new(&self.meter);
        for (key, entry) in entries {
            let tuple = self.join_tuples(&entry.data)?;
            self.insert(&mut object, group, entry.pair, key, &tuple.at, &tuple.frame(frame))?;
        }
        Ok(object.into_value())
    }

    fn join_tuples(&self, tuples: &[Rc<Tuple<'v>>]) -> Outcome<Tuple<'v>> {
        let [first, rest @ ..] = tuples else { return Ok(Tuple::of(Value::Undefined)) };
        if rest.is_empty() {
            return Ok(Tuple::clone(first));
        }
        let joined = |value: &Value<'v>| Joined { value: value.clone(), array: None };
        let mut at = joined(&first.at);
        let mut bound: Vec<_> = first.bound.iter().map(|(sym, value)| (*sym, joined(value))).collect();
        for tuple in rest {
            self.join(&mut at, &tuple.at)?;
            for (sym, value) in &tuple.bound {
                match bound.iter_mut().find(|(known, _)| known == sym) {
                    Some((_, known)) => self.join(known, value)?,
                    None => bound.push((*sym, joined(value))),
                }
            }
        }
        let whole = |joined: Joined<'v>| joined.array.map_or(joined.value, Array::into_value);
        let bound = bound.into_iter().map(|(sym, value)| (sym, whole(value))).collect();
        Ok(Tuple { at: whole(at), bound })
    }
}

/// Two pairs must not make the same key.
fn check_pair(earlier: usize, pair: usize, key: &Text<'_>) -> Outcome<()> {
    if earlier == pair {
        return Ok(());
    }
    Problem::new("D1009").value(json_text(key.as_str())).raise()
}
