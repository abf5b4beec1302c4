//! Functions being called.
//!
//! A call at the end of a function's body is not made in there: the function hands
//! it back and [`Evaluator::apply`] makes it, so that such recursion is a loop.

use super::{Evaluator, Frame, Function, FunctionKind};
use crate::builtin::{self, Args};
use crate::error::{Outcome, Problem, Raised, raise};
use crate::syntax::{CallName, Kind, Lambda, Node, Signature};
use crate::value::{Text, Value};
use std::rc::Rc;
use std::sync::LazyLock;

/// What the body of a function came to.
enum Flow<'v> {
    Value(Value<'v>),
    /// A call that is left to the caller.
    Call(Rc<Function<'v>>, Vec<Value<'v>>, Option<&'v str>),
}

/// What is applied with `|…|`.
static TRANSFORM_SIGNATURE: LazyLock<Option<Signature>> =
    LazyLock::new(|| Signature::parse("<(oa):o>", 0).ok());

impl<'v> Evaluator<'v> {
    /// A call in the text. `applied` comes before the arguments (`x ~> $f(y)`).
    pub(super) fn call(
        &self,
        procedure: &'v Node,
        arguments: &'v [Node],
        name: Option<&'v CallName>,
        applied: Option<Value<'v>>,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let function = self.evaluate(procedure, input, frame)?;
        self.check_forgotten_dollar(&function, name, "T1005", frame)?;
        let name = name.map(|name| &*name.text);
        let mut values = Vec::with_capacity(arguments.len() + 1);
        values.extend(applied);
        for argument in arguments {
            values.push(match self.evaluate(argument, input, frame)? {
                Value::Function(function) if function.is_record() => {
                    Function::value(FunctionKind::Passed(function))
                }
                value => value,
            });
        }
        let outcome = match &function {
            Value::Function(function) => self.apply_named(function, values, input, frame, name),
            _ => raise("T1006"),
        };
        outcome.map_err(|raised| raised.with_token(name))
    }

    /// Tells `uppercase(x)` from `$uppercase(x)`.
    fn check_forgotten_dollar(
        &self,
        function: &Value<'v>,
        name: Option<&CallName>,
        code: &'static str,
        frame: &Frame<'v>,
    ) -> Outcome<()> {
        if let (Value::Undefined, Some(CallName { text, as_field: Some(sym) })) = (function, name)
            && self.variable(*sym, frame)?.is_truthy()
        {
            return Problem::new(code).token(text).raise();
        }
        Ok(())
    }

    /// Calls a function. `input` is the context value for built-in functions.
    pub(crate) fn apply(
        &self,
        function: &Rc<Function<'v>>,
        arguments: Vec<Value<'v>>,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        self.apply_named(function, arguments, input, frame, None)
    }

    /// Calls a function under the name that messages give it; one that is built in has
    /// a name of its own besides.
    fn apply_named(
        &self,
        function: &Rc<Function<'v>>,
        arguments: Vec<Value<'v>>,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
        name: Option<&'v str>,
    ) -> Outcome<Value<'v>> {
        self.meter.step(1)?;
        let mut flow = self.apply_once(function, arguments, input, frame, name)?;
        loop {
            match flow {
                Flow::Value(value) => return Ok(value),
                Flow::Call(function, arguments, name) => {
                    self.meter.step(1)?;
                    flow = self.apply_once(&function, arguments, input, frame, name)?;
                }
            }
        }
    }

    /// Calls a function that came as an argument, as `$map` and its like do.
    pub(crate) fn apply_passed(
        &self,
        function: &Rc<Function<'v>>,
        arguments: Vec<Value<'v>>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        self.apply(function, arguments, &Value::Null, frame)
    }

    fn apply_once(
        &self,
        function: &Rc<Function<'v>>,
        mut arguments: Vec<Value<'v>>,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
        name: Option<&'v str>,
    ) -> Outcome<Flow<'v>> {
        match &function.kind {
            FunctionKind::Native(native) => {
                let named = |raised: Box<Raised>| raised.with_token(name.or(Some(native.name)));
                if let Some(signature) = builtin::signature(native) {
                    arguments = self.check_arguments(signature, arguments, input).map_err(named)?;
                }
                (native.run)(self, &mut Args::new(arguments, input, frame)).map(Flow::Value).map_err(named)
            }
            FunctionKind::Lambda { lambda, frame, input: seen } => {
                if let Some(signature) = &lambda.signature {
                    arguments = self.check_arguments(signature, arguments, input)?;
                }
                self.run_lambda(lambda, frame, seen, arguments)
            }
            FunctionKind::Passed(inner) => self.apply(inner, arguments, &Value::Null, frame).map(Flow::Value),
            FunctionKind::Partial { function, arguments: given } => {
                let mut rest = arguments.into_iter();
                let all = given.iter().map(|given| match given {
                    Some(value) => value.clone(),
                    None => rest.next().unwrap_or_default(),
                });
                let all: Vec<_> = all.collect();
                match &function.kind {
                    // Its signature is not looked at again.
                    FunctionKind::Lambda { lambda, frame, input } => {
                        self.deeper(|| self.run_lambda(lambda, frame, input, all))
                    }
                    _ => self.deeper(|| self.apply(function, all, &Value::Null, frame)).map(Flow::Value),
                }
            }
            FunctionKind::Chain(first, second) => {
                arguments.truncate(1);
                if arguments.is_empty() {
                    arguments.push(Value::Undefined);
                }
                let between = self.deeper(|| self.apply(first, arguments, input, frame))?;
                Ok(Flow::Call(Rc::clone(second), vec![between], None))
            }
            FunctionKind::Regex(pattern) => builtin::search(self, pattern, &arguments).map(Flow::Value),
            FunctionKind::NextMatch { pattern, text, from } => {
                builtin::search_on(self, pattern, text, *from).map(Flow::Value)
            }
            FunctionKind::Transform { transform, frame } => {
                if let Some(signature) = &*TRANSFORM_SIGNATURE {
                    arguments = self.check_arguments(signature, arguments, input)?;
                }
                let value = arguments.into_iter().next().unwrap_or_default();
                self.deeper(|| self.transform(transform, &value, frame)).map(Flow::Value)
            }
            FunctionKind::Gone => raise("T1006"),
        }
    }

    fn run_lambda(
        &self,
        lambda: &'v Lambda,
        outer: &Rc<Frame<'v>>,
        input: &Value<'v>,
        arguments: Vec<Value<'v>>,
    ) -> Outcome<Flow<'v>> {
        let mut arguments = arguments.into_iter();
        let bound = lambda.params.iter().map(|param| (*param, arguments.next().unwrap_or_default()));
        let frame = Frame::within(outer, bound.collect());
        self.deeper(|| self.body(&lambda.body, input, frame))
    }

    /// Evaluates the body of a function up to the call at its end, if there is one.
    fn body(&self, body: &'v Node, input: &Value<'v>, mut frame: Rc<Frame<'v>>) -> Outcome<Flow<'v>> {
        let mut node = body;
        loop {
            self.meter.step(1)?;
            if node.extra.is_some() || node.keep_array {
                return self.evaluate(node, input, &frame).map(Flow::Value);
            }
            match &node.kind {
                Kind::Condition { condition, then, otherwise } => {
                    let condition = self.evaluate(condition, input, &frame)?;
                    node = match (condition.boolean()?, otherwise) {
                        (Some(true), _) => then,
                        (_, Some(otherwise)) => otherwise,
                        (_, None) => return Ok(Flow::Value(Value::Undefined)),
                    };
                }
                Kind::Block { nodes, binds } => {
                    let Some((last, before)) = nodes.split_last() else {
                        return Ok(Flow::Value(Value::Undefined));
                    };
                    if *binds {
                        frame = Frame::within(&frame, Vec::new());
                    }
                    for node in before {
                        self.evaluate(node, input, &frame)?;
                    }
                    node = last;
                }
                Kind::Call { procedure, arguments, name } => {
                    let function = self.evaluate(procedure, input, &frame)?;
                    let mut values = Vec::with_capacity(arguments.len());
                    for argument in arguments {
                        values.push(self.evaluate(argument, input, &frame)?);
                    }
                    let name = name.as_ref().map(|name| &*name.text);
                    return match function {
                        Value::Function(function) => Ok(Flow::Call(function, values, name)),
                        _ => raise("T1006"),
                    };
                }
                _ => return self.evaluate(node, input, &frame).map(Flow::Value),
            }
        }
    }

    pub(super) fn partial(
        &self,
        procedure: &'v Node,
        arguments: &'v [Option<Node>],
        name: Option<&'v CallName>,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            given.push(match argument {
                Some(argument) => Some(self.evaluate(argument, input, frame)?),
                None => None,
            });
        }
        let function = self.evaluate(procedure, input, frame)?;
        self.check_forgotten_dollar(&function, name, "T1007", frame)?;
        match function {
            Value::Function(function) => {
                Ok(Function::value(FunctionKind::Partial { function, arguments: given }))
            }
            _ => raise("T1008"),
        }
    }

    /// `~>`: calls the right side with the left, or chains two functions.
    pub(super) fn apply_operator(
        &self,
        left: &'v Node,
        right: &'v Node,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let left = self.evaluate(left, input, frame)?;
        if let Kind::Call { procedure, arguments, name } = &right.kind {
            return self.call(procedure, arguments, name.as_ref(), Some(left), input, frame);
        }
        let Value::Function(function) = self.evaluate(right, input, frame)? else { return raise("T2006") };
        match left {
            Value::Function(first) => Ok(Function::value(FunctionKind::Chain(first, function))),
            left => self.apply(&function, vec![left], &Value::Null, frame),
        }
    }

    /// A text that the evaluation made, as a value.
    pub(crate) fn text(&self, text: String) -> Outcome<Value<'v>> {
        Text::made(text, &self.meter).map(Value::Text)
    }
}
