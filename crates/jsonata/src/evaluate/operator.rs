//! Operators between values, array constructors, and the steps of a path that are
//! no names.

use super::{Evaluator, Frame};
use crate::error::{Outcome, Problem, Raised, raise};
use crate::stack;
use crate::syntax::{Kind, Node, Operator};
use crate::text::json_number;
use crate::value::{Array, Marks, NESTING_MAX, Text, Value, compare, stringify};
use std::cmp::Ordering;
use std::rc::Rc;

/// JSONata's own bound for a range, besides the budget's.
const RANGE_MAX: f64 = 1e7;

impl<'v> Evaluator<'v> {
    pub(super) fn binary(
        &self,
        operator: Operator,
        left: &'v Node,
        right: &'v Node,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let left = self.evaluate(left, input, frame)?;
        if matches!(operator, Operator::And | Operator::Or) {
            // Errors of the right side are told as errors of the operator.
            let logic = || -> Outcome<bool> {
                let left = left.boolean()? == Some(true);
                if left == (operator == Operator::Or) {
                    return Ok(left);
                }
                Ok(self.evaluate(right, input, frame)?.boolean()? == Some(true))
            };
            return logic().map(Value::Bool).map_err(|raised| raised.under_token(operator.text()));
        }
        let right = self.evaluate(right, input, frame)?;
        self.combine(operator, &left, &right).map_err(|raised| raised.under_token(operator.text()))
    }

    fn combine(&self, operator: Operator, left: &Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
        match operator {
            Operator::Equal | Operator::Unequal => {
                if left.is_undefined() || right.is_undefined() {
                    return Ok(Value::Bool(false));
                }
                let equal = compare::equal(left, right, &self.meter)?;
                Ok(Value::Bool(equal == (operator == Operator::Equal)))
            }
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                self.comparison(operator, left, right)
            }
            Operator::Concatenate => self.concatenation(left, right),
            Operator::Range => self.range(left, right),
            Operator::In => self.inclusion(left, right),
            _ => arithmetic(operator, left, right),
        }
    }

    fn comparison(&self, operator: Operator, left: &Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
        let comparable =
            |value: &Value<'_>| matches!(value, Value::Undefined | Value::Text(_) | Value::Number(_));
        if !comparable(left) || !comparable(right) {
            return raise("T2010");
        }
        if left.is_undefined() || right.is_undefined() {
            return Ok(Value::Undefined);
        }
        if matches!(left, Value::Text(_)) != matches!(right, Value::Text(_)) {
            let left = stringify::in_message(left, &self.meter);
            return Problem::new("T2009")
                .value(left)
                .value2(stringify::in_message(right, &self.meter))
                .raise();
        }
        let order = compare::order(left, right);
        Ok(Value::Bool(match operator {
            Operator::Less => order == Some(Ordering::Less),
            Operator::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Operator::Greater => order == Some(Ordering::Greater),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }))
    }

    fn concatenation(&self, left: &Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
        let mut text = String::new();
        for side in [left, right] {
            match side {
                Value::Undefined => {}
                Value::Text(side) => {
                    if text.len() + side.as_str().len() > self.meter.text_max() {
                        return Err(Box::new(Raised::Memory));
                    }
                    text.push_str(side.as_str());
                }
                side => text.push_str(&stringify::string(side, false, &self.meter)?),
            }
        }
        Text::made(text, &self.meter).map(Value::Text)
    }

    fn range(&self, left: &Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
        let whole = |value: &Value<'_>| match value {
            Value::Number(number) if number.is_finite() && number.fract() == 0.0 => Some(*number),
            _ => None,
        };
        let (first, last) = (whole(left), whole(right));
        if first.is_none() && !left.is_undefined() {
            return raise("T2003");
        }
        if last.is_none() && !right.is_undefined() {
            return raise("T2004");
        }
        let (Some(first), Some(last)) = (first, last) else { return Ok(Value::Undefined) };
        if first > last {
            return Ok(Value::Undefined);
        }
        let size = last - first + 1.0;
        if size > RANGE_MAX {
            return Problem::new("D2014").value(json_number(size)).raise();
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 10,000,000")]
        Array::range(&self.meter, first, size as usize).map(Array::into_value)
    }

    fn inclusion(&self, left: &Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
        if left.is_undefined() || right.is_undefined() {
            return Ok(Value::Bool(false));
        }
        let Some(items) = right.as_array() else {
            return Ok(Value::Bool(compare::identical(left, right)));
        };
        for item in items.iter() {
            self.meter.step(1)?;
            if compare::identical(left, &item) {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }

    pub(super) fn negate(
        &self,
        operand: &'v Node,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let value = self.evaluate(operand, input, frame)?;
        if value.is_undefined() {
            return Ok(value);
        }
        match value.numeric()? {
            Some(number) => Ok(Value::Number(-number)),
            None => {
                Problem::new("D1002").token("-").value(stringify::in_message(&value, &self.meter)).raise()
            }
        }
    }

    /// `[…]`: arrays among the elements are joined, unless they are constructed on the
    /// spot themselves.
    pub(super) fn array(
        &self,
        node: &'v Node,
        items: &'v [Node],
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let marks = if node.constructs { Marks::CONSTRUCTED } else { Marks::NONE };
        let stays_whole = |item: &Node| {
            matches!(item.kind, Kind::Array(_)) || matches!(&item.kind, Kind::Text(text) if &**text == "[")
        };
        if let [item] = items
            && !stays_whole(item)
        {
            // The one array there is becomes the new one: a range is not copied.
            match self.evaluate(item, input, frame)? {
                Value::Array(array) => return Array::reuse(array, marks).map(Array::into_value),
                value => {
                    let mut array = Array::plain(&self.meter);
                    if !value.is_undefined() {
                        array.extend(&value)?;
                    }
                    return Ok(array.remarked(marks).into_value());
                }
            }
        }
        let mut array = Array::plain(&self.meter);
        for item in items {
            let value = self.evaluate(item, input, frame)?;
            if value.is_undefined() {
                continue;
            }
            if stays_whole(item) {
                array.push(value)?;
            } else {
                array.extend(&value)?;
            }
        }
        Ok(array.remarked(marks).into_value())
    }

    /// The member of that name, of each element if the value is an array.
    pub(crate) fn member(&self, value: &Value<'v>, name: &str) -> Outcome<Value<'v>> {
        if let Some(object) = value.as_object() {
            return Ok(object.get(name));
        }
        if !value.is_array() {
            return Ok(Value::Undefined);
        }
        let mut found = Array::sequence(&self.meter);
        self.members(value, name, &mut found, 0)?;
        Ok(found.into_value())
    }

    fn members(&self, value: &Value<'v>, name: &str, found: &mut Array<'v>, depth: u32) -> Outcome<()> {
        self.meter.step(1)?;
        if let Some(object) = value.as_object() {
            let member = object.get(name);
            return if member.is_undefined() { Ok(()) } else { found.extend(&member) };
        }
        let Some(items) = value.as_array() else { return Ok(()) };
        if depth > NESTING_MAX {
            return Err(Box::new(Raised::Stack));
        }
        for item in items.iter() {
            if depth % 16 == 15 {
                stack::with_room(|| self.members(&item, name, found, depth + 1))?;
            } else {
                self.members(&item, name, found, depth + 1)?;
            }
        }
        Ok(())
    }

    /// `*`: the values of an object, those of arrays among them.
    pub(super) fn wildcard(&self, input: &Value<'v>) -> Outcome<Value<'v>> {
        let input = match input {
            Value::Array(array) if array.marks().has(Marks::WRAPPER) && !array.is_empty() => {
                input.unwrapped()
            }
            _ => input.clone(),
        };
        let mut found = Array::sequence(&self.meter);
        // Joining arrays makes a plain array of the sequence.
        let mut joined = false;
        let mut add = |value: &Value<'v>| {
            joined |= value.is_array();
            self.flatten(value, &mut found, 0)
        };
        if let Some(object) = input.as_object() {
            object.iter().try_for_each(|(_, value)| add(&value))?;
        } else if let Some(items) = input.as_array() {
            items.iter().try_for_each(|value| add(&value))?;
        }
        let marks = if joined { Marks::NONE } else { Marks::SEQUENCE };
        Ok(found.remarked(marks).into_value())
    }

    fn flatten(&self, value: &Value<'v>, flat: &mut Array<'v>, depth: u32) -> Outcome<()> {
        let Some(items) = value.as_array() else { return flat.push(value.clone()) };
        if depth > NESTING_MAX {
            return Err(Box::new(Raised::Stack));
        }
        self.meter.step(1)?;
        for item in items.iter() {
            if depth % 16 == 15 {
                stack::with_room(|| self.flatten(&item, flat, depth + 1))?;
            } else {
                self.flatten(&item, flat, depth + 1)?;
            }
        }
        Ok(())
    }

    /// `**`: the value and all that is in it.
    pub(super) fn descendants(&self, input: &Value<'v>) -> Outcome<Value<'v>> {
        if input.is_undefined() {
            return Ok(Value::Undefined);
        }
        let mut found = Array::sequence(&self.meter);
        self.descend(input, &mut found, 0)?;
        if let [only] = found.items() {
            return Ok(only.clone());
        }
        Ok(found.into_value())
    }

    fn descend(&self, value: &Value<'v>, found: &mut Array<'v>, depth: u32) -> Outcome<()> {
        if depth > 2 * NESTING_MAX {
            return Err(Box::new(Raised::Stack));
        }
        if depth % 16 == 15 {
            return stack::with_room(|| self.descend_into(value, found, depth));
        }
        self.descend_into(value, found, depth)
    }

    fn descend_into(&self, value: &Value<'v>, found: &mut Array<'v>, depth: u32) -> Outcome<()> {
        self.meter.step(1)?;
        if let Some(items) = value.as_array() {
            return items.iter().try_for_each(|item| self.descend(&item, found, depth + 1));
        }
        found.push(value.clone())?;
        match value.as_object() {
            Some(object) => object.iter().try_for_each(|(_, member)| self.descend(&member, found, depth + 1)),
            None => Ok(()),
        }
    }
}

fn arithmetic<'v>(operator: Operator, left: &Value<'v>, right: &Value<'v>) -> Outcome<Value<'v>> {
    let number = |value: &Value<'_>, code: &'static str| match value.numeric()? {
        None if !value.is_undefined() => raise(code),
        number => Ok(number),
    };
    let left = number(left, "T2001")?;
    let right = number(right, "T2002")?;
    let (Some(left), Some(right)) = (left, right) else { return Ok(Value::Undefined) };
    Ok(Value::Number(match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        _ => left % right,
    }))
}
