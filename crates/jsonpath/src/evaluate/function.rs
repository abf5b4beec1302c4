//! The functions of a path: `.length()`, `.sum()`, `.concat(…)` and the like.
//!
//! Jayway resolves a function when it is evaluated, so an unknown name is a
//! failure of reading, not of compiling. Arguments that are paths start at the
//! document, wherever the function stands. Called by `Walk`.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::trail::Trail;
use super::{Found, Node, Walk};
use crate::fault::Fault;
use crate::filter::literal;
use crate::java;
use crate::token::{Parameter, Steps};

const EMPTY_AGGREGATION: &str = "Aggregation function attempted to calculate value using empty array";

impl Walk<'_> {
    pub(super) fn call<'x>(
        &self,
        at: usize,
        name: &str,
        parameters: &[Parameter],
        node: Node<'x>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        let function = Function::find(name)?;
        let values = self.arguments(parameters)?;
        let result = self.apply(function, node, parameters, &values)?;
        let is_leaf = self.steps.is_leaf(at);
        if !is_leaf {
            // The result counts even where the path goes on behind it.
            let mut further = Vec::new();
            let next = Node { value: &result, is_set: function == Function::Keys && result.is_array() };
            let outcome = self.step(at + 1, next, trail, &mut further);
            let further: Vec<Value> = further.into_iter().map(Cow::into_owned).collect();
            found.push(Cow::Owned(result));
            found.extend(further.into_iter().map(Cow::Owned));
            return outcome;
        }
        found.push(Cow::Owned(result));
        Ok(())
    }

    /// Paths are read before the function runs, JSON is only parsed when used.
    fn arguments(&self, parameters: &[Parameter]) -> Result<Vec<Option<Value>>, Fault> {
        let read = |parameter: &Parameter| match parameter {
            Parameter::Json(_) => Ok(None),
            Parameter::Path(steps) => self.read_argument(steps, self.document).map(Some),
        };
        parameters.iter().map(read).collect()
    }

    fn read_argument(&self, steps: &Steps, start: &Value) -> Result<Value, Fault> {
        let walk = Walk::new(steps, start, self.meter, false, self.verbose);
        walk.outcome(walk.run(Node::of(start))?).map(Cow::into_owned)
    }

    fn apply(
        &self,
        function: Function,
        node: Node<'_>,
        parameters: &[Parameter],
        values: &[Option<Value>],
    ) -> Result<Value, Fault> {
        let arguments = || -> Result<Vec<Value>, Fault> {
            parameters.iter().zip(values).map(|(p, value)| argument(p, value.as_ref())).collect()
        };
        match function {
            Function::Length => self.length(node, parameters),
            Function::Keys => Ok(node.object().map_or(Value::Null, |members| {
                members.keys().map(|name| Value::String(name.clone())).collect()
            })),
            Function::Append => {
                let mut result = node.value.clone();
                if let (Value::Array(items), false) = (&mut result, node.is_set) {
                    items.extend(arguments()?);
                }
                Ok(result)
            }
            Function::Concat => Ok(Value::String(concat(node, &arguments()?))),
            Function::First => nth(node, 0),
            Function::Last => nth(node, -1),
            Function::Index => {
                if node.array().is_none() {
                    return Err(Fault::other(EMPTY_AGGREGATION));
                }
                let wanted = numbers(flattened(&arguments()?)).first().copied();
                let wanted = wanted.ok_or_else(|| Fault::Bounds("Index: 0, Size: 0".into()))?;
                nth(node, wanted as i32)
            }
            Function::Average | Function::Deviation | Function::Sum | Function::Min | Function::Max => {
                let mut all = node.array().map(numbers).unwrap_or_default();
                all.extend(numbers(flattened(&arguments()?)));
                aggregate(function, &all)
            }
        }
    }

    /// With an argument, the number of children of what it finds below the
    /// node; without, or where that is no list, the size of the node itself.
    fn length(&self, node: Node<'_>, parameters: &[Parameter]) -> Result<Value, Fault> {
        match parameters.first() {
            None => {}
            Some(Parameter::Json(_)) => {
                return Err(Fault::other("The argument of length() must be a path"));
            }
            Some(Parameter::Path(steps)) => {
                if let Some(count) = self.count_children(steps, node)? {
                    return Ok(Value::from(count));
                }
            }
        }
        let size = node.array().map(Vec::len).or_else(|| node.object().map(serde_json::Map::len));
        Ok(size.map_or(Value::Null, Value::from))
    }

    fn count_children(&self, steps: &Steps, node: Node<'_>) -> Result<Option<usize>, Fault> {
        if node.value.is_null() {
            return Err(Fault::other("root can not be null"));
        }
        if steps.ends_in_function() || steps.tokens.is_empty() {
            let walk = Walk::new(steps, node.value, self.meter, false, self.verbose);
            let inner = walk.outcome(walk.run(node)?)?;
            return Ok(inner.as_array().map(Vec::len));
        }
        // A wildcard is put behind the path, but whether the path is definite
        // stays as it was; a definite one gives its last child.
        let children = steps.with_wildcard();
        let mut walk = Walk::new(&children, node.value, self.meter, false, self.verbose);
        walk.before_last = Some(steps.fragment_before_last());
        walk.definite = steps.is_definite();
        let inner = walk.outcome(walk.run(node)?)?;
        Ok(inner.as_array().map(Vec::len))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Average,
    Deviation,
    Sum,
    Min,
    Max,
    Concat,
    Length,
    Append,
    Keys,
    First,
    Last,
    Index,
}

impl Function {
    fn find(name: &str) -> Result<Self, Fault> {
        Ok(match name {
            "avg" => Self::Average,
            "stddev" => Self::Deviation,
            "sum" => Self::Sum,
            "min" => Self::Min,
            "max" => Self::Max,
            "concat" => Self::Concat,
            "length" | "size" => Self::Length,
            "append" => Self::Append,
            "keys" => Self::Keys,
            "first" => Self::First,
            "last" => Self::Last,
            "index" => Self::Index,
            _ => {
                return Err(Fault::Invalid(format!("Function with name: {name} does not exist.")));
            }
        })
    }
}

/// The value of an argument; JSON is parsed leniently.
fn argument(parameter: &Parameter, value: Option<&Value>) -> Result<Value, Fault> {
    match (parameter, value) {
        (_, Some(value)) => Ok(value.clone()),
        (Parameter::Json(text), None) => {
            literal::parse(text).ok_or_else(|| Fault::Other(format!("Unexpected JSON: {text}")))
        }
        (Parameter::Path(_), None) => Ok(Value::Null),
    }
}

fn numbers<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<f64> {
    values.into_iter().filter_map(Value::as_f64).collect()
}

/// The arguments, with the elements of a list in place of the list.
fn flattened(arguments: &[Value]) -> Vec<&Value> {
    let mut flat = Vec::new();
    for value in arguments {
        match value {
            Value::Array(items) => flat.extend(items),
            single => flat.push(single),
        }
    }
    flat
}

fn aggregate(function: Function, all: &[f64]) -> Result<Value, Fault> {
    if all.is_empty() {
        return Err(Fault::other(EMPTY_AGGREGATION));
    }
    let count = all.len() as f64;
    let sum: f64 = all.iter().fold(0.0, |sum, number| sum + number);
    let result = match function {
        Function::Average => sum / count,
        Function::Deviation => {
            let squares: f64 = all.iter().fold(0.0, |sum, number| sum + number * number);
            (squares / count - sum * sum / count / count).sqrt()
        }
        Function::Min => all.iter().fold(f64::MAX, |least, &number| least.min(number)),
        // Java's smallest positive double: negative numbers alone give that.
        Function::Max => all.iter().fold(f64::from_bits(1), |most, &number| most.max(number)),
        _ => sum,
    };
    Number::from_f64(result)
        .map(Value::Number)
        .ok_or_else(|| Fault::other("The result of the aggregation is not a number"))
}

/// The strings of the node, then everything in the arguments as text.
fn concat(node: Node<'_>, arguments: &[Value]) -> String {
    let own = node.array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let given = flattened(arguments).into_iter();
    own.chain(given.filter(|value| !value.is_null()).map(java::context_text)).collect()
}

/// An element by index. Counted from the end, the first element is out of reach.
fn nth(node: Node<'_>, index: i32) -> Result<Value, Fault> {
    let items = node.array().ok_or_else(|| Fault::other(EMPTY_AGGREGATION))?;
    let length = items.len();
    if let Ok(index) = usize::try_from(index) {
        return items
            .get(index)
            .cloned()
            .ok_or_else(|| Fault::Bounds(format!("Index {index} out of bounds for length {length}")));
    }
    let back = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    match length.checked_sub(back) {
        Some(position) if position > 0 => Ok(items.get(position).cloned().unwrap_or(Value::Null)),
        _ => Err(Fault::Other(format!("Target index:{index} larger than object count:{length}"))),
    }
}
