//! Functions as values.

use super::Frame;
use crate::builtin::Native;
use crate::syntax::{Lambda, Transform};
use crate::text::regex::Pattern;
use crate::value::{Pending, Text, Value};
use std::rc::Rc;

/// A function.
#[derive(Debug)]
pub(crate) struct Function<'v> {
    pub(crate) kind: FunctionKind<'v>,
}

#[derive(Debug)]
pub(crate) enum FunctionKind<'v> {
    /// A built-in one.
    Native(&'static Native),
    /// One that the expression defines, with what it saw when it was made.
    Lambda {
        lambda: &'v Lambda,
        frame: Rc<Frame<'v>>,
        input: Value<'v>,
    },
    /// A function that was passed as an argument. jsonata.js wraps it; it is the same
    /// function, but no context value steps in for its arguments.
    Passed(Rc<Function<'v>>),
    /// A function some of whose arguments are given.
    Partial {
        function: Rc<Function<'v>>,
        arguments: Vec<Option<Value<'v>>>,
    },
    /// The second function of what the first gives.
    Chain(Rc<Function<'v>>, Rc<Function<'v>>),
    /// A regular expression, which searches a text.
    Regex(&'v Pattern),
    /// The search for the match after one.
    NextMatch {
        pattern: &'v Pattern,
        text: Text<'v>,
        from: usize,
    },
    Transform {
        transform: &'v Transform,
        frame: Rc<Frame<'v>>,
    },
    /// What is left when it is taken apart.
    Gone,
}

impl<'v> Function<'v> {
    pub(crate) fn value(kind: FunctionKind<'v>) -> Value<'v> {
        Value::Function(Rc::new(Function { kind }))
    }

    /// How many arguments it takes, by which `$map` and its like decide how many to
    /// give.
    pub(crate) fn arity(&self) -> usize {
        match &self.kind {
            FunctionKind::Native(native) => native.arity,
            FunctionKind::Lambda { lambda, .. } => lambda.params.len(),
            FunctionKind::Passed(function) => function.arity(),
            FunctionKind::Partial { arguments, .. } => {
                arguments.iter().filter(|argument| argument.is_none()).count()
            }
            FunctionKind::Chain(..) | FunctionKind::Transform { .. } => 1,
            FunctionKind::Regex(_) => 2,
            FunctionKind::NextMatch { .. } | FunctionKind::Gone => 0,
        }
    }

    /// Whether jsonata.js holds it as a record, which it takes for true, and not as a
    /// function of JavaScript.
    pub(crate) fn is_record(&self) -> bool {
        !matches!(
            self.kind,
            FunctionKind::Passed(_) | FunctionKind::Regex(_) | FunctionKind::NextMatch { .. }
        )
    }

    pub(crate) fn take_parts(&mut self, pending: &mut Vec<Pending<'v>>) {
        match std::mem::replace(&mut self.kind, FunctionKind::Gone) {
            FunctionKind::Lambda { frame, input, .. } => {
                pending.push(Pending::Frame(frame));
                pending.push(Pending::Value(input));
            }
            FunctionKind::Passed(function) => pending.push(Pending::Value(Value::Function(function))),
            FunctionKind::Partial { function, arguments } => {
                pending.push(Pending::Value(Value::Function(function)));
                pending.extend(arguments.into_iter().flatten().map(Pending::Value));
            }
            FunctionKind::Chain(first, second) => {
                pending.push(Pending::Value(Value::Function(first)));
                pending.push(Pending::Value(Value::Function(second)));
            }
            FunctionKind::Transform { frame, .. } => pending.push(Pending::Frame(frame)),
            FunctionKind::Native(_)
            | FunctionKind::Regex(_)
            | FunctionKind::NextMatch { .. }
            | FunctionKind::Gone => {}
        }
    }
}
