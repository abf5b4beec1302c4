//! Functions on any value.

use super::Args;
use crate::error::{EvaluationError, Outcome, Problem, Raised};
use crate::evaluate::Evaluator;
use crate::stack;
use crate::syntax;
use crate::text::{json_text, number};
use crate::value::{Array, NESTING_MAX, Object, Text, Value};

pub(super) fn boolean<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    Ok(args.get(0).boolean()?.map(Value::Bool).unwrap_or_default())
}

pub(super) fn not<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let value = args.get(0);
    if value.is_undefined() {
        return Ok(Value::Undefined);
    }
    Ok(Value::Bool(value.boolean()? != Some(true)))
}

pub(super) fn exists<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    Ok(Value::Bool(!args.get(0).is_undefined()))
}

pub(super) fn type_name<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let name = match args.get(0) {
        Value::Undefined => return Ok(Value::Undefined),
        Value::Null => "null",
        value @ Value::Number(_) => {
            value.numeric()?;
            "number"
        }
        Value::Text(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Array(_) | Value::JsonArray(_) | Value::Tuples(_) => "array",
        Value::Function(_) => "function",
        Value::Object(_) | Value::JsonObject(_) | Value::Members(_) => "object",
    };
    Ok(Value::Text(Text::Borrowed(name)))
}

pub(super) fn error<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let message = args.text(0).filter(|message| !message.is_empty());
    Problem::new("D3137").message(message.unwrap_or("$error() function evaluated")).raise()
}

pub(super) fn assert<'v>(_: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    if args.get(0).is_truthy() {
        return Ok(Value::Undefined);
    }
    let message = args.text(1).filter(|message| !message.is_empty());
    Problem::new("D3141").message(message.unwrap_or("$assert() statement failed")).raise()
}

pub(super) fn clone<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    clone_value(evaluator, args.get(0), 0)
}

/// A copy that shares nothing, made as jsonata.js makes it, by way of JSON text:
/// numbers keep 15 digits, and functions become empty texts.
pub(crate) fn clone_value<'v>(
    evaluator: &Evaluator<'v>,
    value: &Value<'v>,
    depth: u32,
) -> Outcome<Value<'v>> {
    evaluator.meter.step(1)?;
    if depth > NESTING_MAX {
        return Err(Box::new(Raised::Stack));
    }
    if let Some(items) = value.unwrapped().as_array() {
        let mut copy = Array::plain(&evaluator.meter);
        for item in items.iter() {
            let item = stack::with_room(|| clone_value(evaluator, &item, depth + 1))?;
            copy.push(if item.is_undefined() { Value::Null } else { item })?;
        }
        return Ok(copy.into_value());
    }
    if let Some(members) = value.as_object() {
        let mut copy = Object::new(&evaluator.meter);
        for (name, member) in members.iter() {
            let member = stack::with_room(|| clone_value(evaluator, &member, depth + 1))?;
            if !member.is_undefined() {
                copy.insert(name, member)?;
            }
        }
        return Ok(copy.into_value());
    }
    Ok(match value {
        Value::Number(number) if number.is_nan() => Value::Null,
        Value::Number(_) => {
            value.numeric()?.map(|number| Value::Number(number::round15(number))).unwrap_or_default()
        }
        Value::Function(_) => Value::Text(Text::Borrowed("")),
        other => other.clone(),
    })
}

/// `$eval(text, context)`, which Step Functions does not have.
pub(super) fn eval<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.text(0) else { return Ok(Value::Undefined) };
    evaluator.meter.scan(text.len())?;
    let input = match args.get(1) {
        Value::Undefined => args.input.clone(),
        context => evaluator.wrap_input(context.clone())?,
    };
    let program = match syntax::parse(text, evaluator.names().clone()) {
        Ok(program) => program,
        Err(error) => return Problem::new("D3120").value(json_text(&error.message)).raise(),
    };
    let Some(program) = evaluator.arena.keep(program) else {
        return Err(Box::new(Raised::Memory));
    };
    evaluator.set_names(&program.names);
    evaluator.evaluate(&program.root, &input, args.frame).map_err(|raised| match *raised {
        Raised::Thrown(_) => {
            let error = EvaluationError::from(*raised);
            let message =
                if let EvaluationError::Thrown { message, .. } = error { message } else { String::new() };
            Box::new(Raised::Thrown(Problem::new("D3121").value(json_text(&message))))
        }
        _ => raised,
    })
}
