//! The evaluation of a program.
//!
//! [`Evaluator::evaluate`] gives a node its value in a context and a frame. What a
//! kind of node means is in a file of its own; this one dispatches, keeps the depth,
//! and looks names up.

mod arena;
mod arguments;
mod call;
mod filter;
mod frame;
mod function;
mod group;
mod operator;
mod path;
mod sort;
mod transform;
mod tuple;

pub(crate) use arena::Arena;
pub(crate) use frame::Frame;
pub(crate) use function::{Function, FunctionKind};
pub(crate) use sort::merge_sort;
pub(crate) use tuple::Tuples;

use crate::builtin;
use crate::error::{Outcome, Raised};
use crate::meter::Meter;
use crate::scope::{Bound, Budget, Scope};
use crate::stack;
use crate::syntax::{Kind, Names, Node, Program, Sym};
use crate::value::{Array, Marks, Text, Value};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Whatever a budget says, evaluations are not nested more deeply than this.
const DEPTH_MAX: u32 = 10_000;

/// Which JSONata it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As Step Functions evaluates: without `$eval`, with six functions more.
    StepFunctions,
    /// jsonata.js as it is.
    Reference,
}

/// An evaluation under way.
pub(crate) struct Evaluator<'v> {
    pub(crate) dialect: Dialect,
    pub(crate) scope: &'v dyn Scope,
    pub(crate) meter: Rc<Meter>,
    /// Programs that `$eval` parsed.
    pub(crate) arena: &'v Arena,
    depth: Cell<u32>,
    depth_max: u32,
    /// The names of the newest program, which begin with those of all before.
    names: Cell<&'v Names>,
    /// What names mean that no frame binds, once they were asked for.
    globals: RefCell<Vec<Option<Value<'v>>>>,
    /// Frames that functions hold.
    held: RefCell<Vec<Weak<Frame<'v>>>>,
    held_limit: Cell<usize>,
    /// The input document.
    input: Value<'v>,
}

impl<'v> Evaluator<'v> {
    pub(crate) fn new(
        program: &'v Program,
        dialect: Dialect,
        scope: &'v dyn Scope,
        budget: Budget,
        arena: &'v Arena,
    ) -> Evaluator<'v> {
        Evaluator {
            dialect,
            scope,
            meter: Meter::new(budget.steps, budget.bytes),
            arena,
            depth: Cell::new(0),
            depth_max: budget.depth.min(DEPTH_MAX),
            names: Cell::new(&program.names),
            globals: RefCell::new(Vec::new()),
            held: RefCell::new(Vec::new()),
            held_limit: Cell::new(1024),
            input: scope.input().map(Value::from_json).unwrap_or_default(),
        }
    }

    /// Evaluates the whole program.
    pub(crate) fn run(&self, program: &'v Program) -> Outcome<Value<'v>> {
        let input = self.wrap_input(self.input.clone())?;
        self.evaluate(&program.root, &input, &Frame::outermost())
    }

    /// An array as the input is wrapped, so that `$` is the whole of it while a path
    /// goes into its elements.
    pub(crate) fn wrap_input(&self, input: Value<'v>) -> Outcome<Value<'v>> {
        if !input.is_array() || input.is_sequence() {
            return Ok(input);
        }
        let mut wrapper = Array::sequence(&self.meter).marked(Marks::WRAPPER);
        wrapper.push(input)?;
        Ok(wrapper.into_value())
    }

    pub(crate) fn names(&self) -> &'v Names {
        self.names.get()
    }

    pub(crate) fn set_names(&self, names: &'v Names) {
        self.names.set(names);
    }

    /// The value of a node.
    pub(crate) fn evaluate(
        &self,
        node: &'v Node,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        self.meter.step(1)?;
        if node.extra.is_none() && !node.keep_array {
            match &node.kind {
                Kind::Text(text) => return Ok(Value::Text(Text::Borrowed(text))),
                Kind::Number(number) => return Ok(Value::Number(*number)),
                Kind::Variable(sym) => return self.variable(*sym, frame).map(collapse),
                Kind::Context => return Ok(collapse(input.unwrapped())),
                _ => {}
            }
        }
        self.deeper(|| {
            let mut value = self.kind(node, input, frame)?;
            for predicate in node.predicates() {
                value = self.filter_by(predicate, value, frame, !node.keep_array)?;
            }
            if let Some(group) = node.group()
                && !matches!(node.kind, Kind::Path(_))
            {
                value = self.group(group, &value, frame)?;
            }
            self.finish(node, value)
        })
    }

    /// Runs something one level deeper.
    pub(crate) fn deeper<T>(&self, inner: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let depth = self.depth.get() + 1;
        if depth > self.depth_max {
            return Err(Box::new(Raised::Stack));
        }
        self.depth.set(depth);
        let outcome = if depth.is_multiple_of(4) { stack::with_room(inner) } else { inner() };
        self.depth.set(depth - 1);
        outcome
    }

    /// A sequence collapses to its only element, unless it is kept.
    fn finish(&self, node: &Node, value: Value<'v>) -> Outcome<Value<'v>> {
        if !node.keep_array {
            return Ok(collapse(value));
        }
        match value {
            Value::Array(array)
                if array.marks().has(Marks::SEQUENCE) && !array.marks().has(Marks::KEEP_SINGLETON) =>
            {
                let marks = array.marks().with(Marks::KEEP_SINGLETON);
                Ok(collapse(Array::reuse(array, marks)?.into_value()))
            }
            value => Ok(collapse(value)),
        }
    }

    fn kind(&self, node: &'v Node, input: &Value<'v>, frame: &Rc<Frame<'v>>) -> Outcome<Value<'v>> {
        match &node.kind {
            Kind::Path(steps) => self.path(node, steps, input, frame),
            Kind::Name(name) => self.member(input, name),
            Kind::Text(text) => Ok(Value::Text(Text::Borrowed(text))),
            Kind::Number(number) => Ok(Value::Number(*number)),
            Kind::Bool(value) => Ok(Value::Bool(*value)),
            Kind::Null => Ok(Value::Null),
            Kind::Regex(pattern) => Ok(Function::value(FunctionKind::Regex(pattern))),
            Kind::Wildcard => self.wildcard(input),
            Kind::Descendants => self.descendants(input),
            Kind::Parent { label, .. } => self.variable(label.sym(), frame),
            Kind::Context => Ok(input.unwrapped()),
            Kind::Variable(sym) => self.variable(*sym, frame),
            Kind::Binary { operator, left, right } => self.binary(*operator, left, right, input, frame),
            Kind::Negate(operand) => self.negate(operand, input, frame),
            Kind::Array(items) => self.array(node, items, input, frame),
            Kind::Object(group) => self.group(group, input, frame),
            Kind::Condition { condition, then, otherwise } => {
                let condition = self.evaluate(condition, input, frame)?;
                match (condition.boolean()?, otherwise) {
                    (Some(true), _) => self.evaluate(then, input, frame),
                    (_, Some(otherwise)) => self.evaluate(otherwise, input, frame),
                    (_, None) => Ok(Value::Undefined),
                }
            }
            Kind::Block { nodes, binds } => self.block(nodes, *binds, input, frame),
            Kind::Bind { sym, value } => {
                let value = self.evaluate(value, input, frame)?;
                frame.bind(*sym, value.clone());
                Ok(value)
            }
            Kind::Call { procedure, arguments, name } => {
                self.call(procedure, arguments, name.as_ref(), None, input, frame)
            }
            Kind::Partial { procedure, arguments, name } => {
                self.partial(procedure, arguments, name.as_ref(), input, frame)
            }
            Kind::Lambda(lambda) => {
                let frame = self.hold(frame);
                Ok(Function::value(FunctionKind::Lambda { lambda, frame, input: input.clone() }))
            }
            Kind::Apply { left, right } => self.apply_operator(left, right, input, frame),
            Kind::Transform(transform) => {
                let frame = self.hold(frame);
                Ok(Function::value(FunctionKind::Transform { transform, frame }))
            }
            Kind::Sort(terms) => self.sort(terms, input, frame),
        }
    }

    fn block(
        &self,
        nodes: &'v [Node],
        binds: bool,
        input: &Value<'v>,
        frame: &Rc<Frame<'v>>,
    ) -> Outcome<Value<'v>> {
        let own = if binds { Some(Frame::within(frame, Vec::new())) } else { None };
        let frame = own.as_ref().unwrap_or(frame);
        let mut value = Value::Undefined;
        for node in nodes {
            value = self.evaluate(node, input, frame)?;
        }
        Ok(value)
    }

    /// The value of a variable, undefined if nobody knows it.
    pub(crate) fn variable(&self, sym: Sym, frame: &Frame<'v>) -> Outcome<Value<'v>> {
        let (found, hops) = frame.look_up(sym);
        self.meter.step(hops / 8)?;
        match found {
            Some(value) => Ok(value),
            None => Ok(self.global(sym)),
        }
    }

    fn global(&self, sym: Sym) -> Value<'v> {
        if let Some(Some(value)) = self.globals.borrow().get(sym.index()) {
            return value.clone();
        }
        let name = self.names().text(sym);
        let value = if name == "$" { self.input.clone() } else { self.outside(name) };
        let mut globals = self.globals.borrow_mut();
        if globals.len() <= sym.index() {
            globals.resize(self.names().len().max(sym.index() + 1), None);
        }
        if let Some(place) = globals.get_mut(sym.index()) {
            *place = Some(value.clone());
        }
        value
    }

    fn outside(&self, name: &str) -> Value<'v> {
        match self.scope.variable(name) {
            Some(Bound::Value(value)) => Value::from_json(value),
            Some(Bound::Members(members)) => Value::Members(members),
            None => builtin::find(name, self.dialect)
                .map(|native| Function::value(FunctionKind::Native(native)))
                .unwrap_or_default(),
        }
    }

    /// The frame for a function to hold.
    fn hold(&self, frame: &Rc<Frame<'v>>) -> Rc<Frame<'v>> {
        if frame.register() {
            let mut held = self.held.borrow_mut();
            held.push(Rc::downgrade(frame));
            if held.len() >= self.held_limit.get() {
                held.retain(|frame| frame.strong_count() > 0);
                self.held_limit.set(held.len().max(512) * 2);
            }
        }
        Rc::clone(frame)
    }

    /// Breaks the circles of frames and functions that hold each other.
    fn release(&self) {
        let held = self.held.take();
        for frame in held {
            if let Some(frame) = frame.upgrade() {
                frame.clear();
            }
        }
    }
}

impl Drop for Evaluator<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

/// A sequence of one element is that element, and one of none is nothing.
fn collapse(value: Value<'_>) -> Value<'_> {
    if let Value::Array(array) = &value
        && array.len() <= 1
        && array.marks().has(Marks::SEQUENCE)
    {
        match array.items().first() {
            None => return Value::Undefined,
            Some(only) if !array.marks().has(Marks::KEEP_SINGLETON) => return only.clone(),
            Some(_) => {}
        }
    }
    value
}
