//! From the parser's tree to the nodes that are evaluated.
//!
//! Dots become paths with steps, brackets behind an operand become filters of its
//! last step, and each `%` finds its step. What the grammar lets through and
//! JSONata does not is refused here.

use super::ancestry::{Slot, inherit};
use super::node::{CallName, Group, Kind, Label, Lambda, Node, Operator, SortTerm, Stage, Transform};
use super::raw::{Pairs, Raw, RawKind};
use super::{Names, Program, refuse};
use crate::error::{Problem, SyntaxError};
use crate::stack;
use crate::text::json_number;
use std::sync::Arc;

type Raised<T> = Result<T, SyntaxError>;

/// Makes a program of the parser's tree.
pub(super) fn raise(raw: Raw, names: Names) -> Raised<Program> {
    let mut raiser = Raiser { names, slots: Vec::new(), binds: false, depth: 0 };
    let root = raiser.raise(raw)?;
    if matches!(root.kind, Kind::Parent { .. }) || !root.seeking().is_empty() {
        return Err(refuse(&Problem::new("S0217"), root.offset));
    }
    Ok(Program { root, names: raiser.names })
}

pub(super) struct Raiser {
    names: Names,
    pub(super) slots: Vec<Slot>,
    /// Whether something was bound since the block or function around began.
    binds: bool,
    depth: u32,
}

impl Raiser {
    fn raise(&mut self, raw: Raw) -> Raised<Node> {
        self.depth += 1;
        let keep_array = raw.keep_array;
        let mut node =
            if self.depth.is_multiple_of(8) { stack::with_room(|| self.node(raw))? } else { self.node(raw)? };
        self.depth -= 1;
        node.keep_array |= keep_array;
        Ok(node)
    }

    fn boxed(&mut self, raw: Raw) -> Raised<Box<Node>> {
        self.raise(raw).map(Box::new)
    }

    fn node(&mut self, raw: Raw) -> Raised<Node> {
        let offset = raw.offset;
        let leaf = |kind| Ok(Node::new(kind, offset));
        match raw.kind {
            RawKind::End => Err(refuse(&Problem::new("S0207"), offset)),
            RawKind::Name(name) => Ok(name_path(name, offset, raw.keep_array)),
            RawKind::Word(word) => Ok(name_path(word.into(), offset, raw.keep_array)),
            RawKind::Variable(name) if name.is_empty() => leaf(Kind::Context),
            RawKind::Variable(name) => leaf(Kind::Variable(self.names.intern(&name))),
            RawKind::Text(text) => leaf(Kind::Text(text)),
            RawKind::Number(number) => leaf(Kind::Number(number)),
            RawKind::Bool(value) => leaf(Kind::Bool(value)),
            RawKind::Null => leaf(Kind::Null),
            RawKind::Regex(pattern) => leaf(Kind::Regex(pattern)),
            RawKind::Wildcard => leaf(Kind::Wildcard),
            RawKind::Descendants => leaf(Kind::Descendants),
            RawKind::Parent => leaf(self.parent()),
            RawKind::Placeholder => Err(refuse(&Problem::new("S0201").token("?"), offset)),
            RawKind::Dot(left, right) => self.dot(*left, *right, offset),
            RawKind::Filter(left, filter) => self.filter(*left, *filter, offset),
            RawKind::Group(left, pairs) => self.group(*left, pairs, offset),
            RawKind::Sort(left, terms) => self.sort(*left, terms, offset),
            RawKind::Focus(left, name) => self.focus(*left, &name, raw.keep_array, offset),
            RawKind::Index(left, name) => self.index(*left, &name, offset),
            RawKind::Bind(name, value) => self.bind(&name, *value, offset),
            RawKind::Apply(left, right) => self.apply(*left, *right, offset),
            RawKind::Binary(operator, left, right) => self.binary(operator, *left, *right, offset),
            RawKind::Negate(operand) => self.negate(*operand, offset),
            RawKind::Array(items) => self.array(items, offset),
            RawKind::Object(pairs) => self.object(pairs, offset),
            RawKind::Call(procedure, arguments) => self.call(*procedure, arguments, offset),
            RawKind::Lambda(params, signature, body) => {
                let params = params.iter().map(|param| self.names.intern(param)).collect();
                let outside = std::mem::take(&mut self.binds);
                let body = self.boxed(*body)?;
                self.binds = outside;
                leaf(Kind::Lambda(Lambda { params, signature, body }))
            }
            RawKind::Condition(condition, then, otherwise) => {
                self.condition(*condition, *then, otherwise.map(|otherwise| *otherwise), offset)
            }
            RawKind::Transform(pattern, update, delete) => {
                let pattern = self.boxed(*pattern)?;
                let update = self.boxed(*update)?;
                let delete = delete.map(|delete| self.boxed(*delete)).transpose()?;
                leaf(Kind::Transform(Transform { pattern, update, delete }))
            }
            RawKind::Block(parts) => self.block(parts, offset),
        }
    }

    fn parent(&mut self) -> Kind {
        let slot = self.slots.len();
        let label = Label::new(self.names.intern(&format!("!{slot}")));
        self.slots.push(Slot::new(label.clone()));
        Kind::Parent { slot, label }
    }

    fn dot(&mut self, left: Raw, right: Raw, offset: usize) -> Raised<Node> {
        let left = self.raise(left)?;
        let mut path = if let Kind::Path(_) = left.kind {
            left
        } else {
            let slot = if let Kind::Parent { slot, .. } = left.kind { Some(slot) } else { None };
            let mut path = Node::new(Kind::Path(vec![left]), offset);
            if let Some(slot) = slot {
                path.extra_mut().seeking.push(slot);
            }
            path
        };
        let mut rest = self.raise(right)?;
        let Kind::Path(steps) = &mut path.kind else { return Ok(path) };
        if let Kind::Path(more) = &mut rest.kind {
            steps.append(more);
        } else {
            predicates_to_stages(&mut rest);
            steps.push(rest);
        }
        path.keep_singleton |= finish_steps(steps)?;
        self.resolve_ancestry(&mut path)?;
        Ok(path)
    }

    fn filter(&mut self, left: Raw, filter: Raw, offset: usize) -> Raised<Node> {
        let mut node = self.raise(left)?;
        let filter = self.raise(filter)?;
        at_last_step(&mut node, |step, is_step| {
            if step.group().is_some() {
                return Err(refuse(&Problem::new("S0209"), offset));
            }
            self.settle_in_filter(step, &filter)?;
            let extra = step.extra_mut();
            let filters = if is_step { &mut extra.stages } else { &mut extra.predicates };
            filters.push(Stage::Filter(filter));
            Ok(())
        })?;
        Ok(node)
    }

    fn pairs(&mut self, pairs: Pairs) -> Raised<Group> {
        let mut raised = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            raised.push((self.raise(name)?, self.raise(value)?));
        }
        Ok(Group { pairs: raised })
    }

    fn group(&mut self, left: Raw, pairs: Pairs, offset: usize) -> Raised<Node> {
        let mut node = self.raise(left)?;
        if node.group().is_some() {
            return Err(refuse(&Problem::new("S0210"), offset));
        }
        node.extra_mut().group = Some(self.pairs(pairs)?);
        Ok(node)
    }

    fn sort(&mut self, left: Raw, terms: Vec<(Raw, bool)>, offset: usize) -> Raised<Node> {
        let mut node = self.raise(left)?;
        if !matches!(node.kind, Kind::Path(_)) {
            node = Node::new(Kind::Path(vec![node]), offset);
        }
        let mut step = Node::new(Kind::Null, offset);
        let mut raised = Vec::with_capacity(terms.len());
        for (term, descending) in terms {
            let value = self.raise(term)?;
            inherit(&mut step, &value);
            raised.push(SortTerm { descending, value });
        }
        step.kind = Kind::Sort(raised);
        if let Kind::Path(steps) = &mut node.kind {
            steps.push(step);
        }
        self.resolve_ancestry(&mut node)?;
        Ok(node)
    }

    fn focus(&mut self, left: Raw, name: &str, keep_array: bool, offset: usize) -> Raised<Node> {
        let mut node = self.raise(left)?;
        let sym = self.names.intern(name);
        at_last_step(&mut node, |step, _| {
            if !step.stages().is_empty() || !step.predicates().is_empty() {
                return Err(refuse(&Problem::new("S0215"), offset));
            }
            if matches!(step.kind, Kind::Sort(_)) {
                return Err(refuse(&Problem::new("S0216"), offset));
            }
            step.keep_array |= keep_array;
            step.extra_mut().focus = Some(sym);
            step.tuple = true;
            Ok(())
        })?;
        Ok(node)
    }

    fn index(&mut self, left: Raw, name: &str, offset: usize) -> Raised<Node> {
        let mut node = self.raise(left)?;
        let sym = self.names.intern(name);
        if !matches!(node.kind, Kind::Path(_)) {
            predicates_to_stages(&mut node);
            node = Node::new(Kind::Path(vec![node]), offset);
        }
        at_last_step(&mut node, |step, _| {
            if step.stages().is_empty() {
                step.extra_mut().index = Some(sym);
            } else {
                step.extra_mut().stages.push(Stage::Index(sym));
            }
            step.tuple = true;
        });
        Ok(node)
    }

    fn bind(&mut self, name: &str, value: Raw, offset: usize) -> Raised<Node> {
        let value = self.raise(value)?;
        self.binds = true;
        let mut node = Node::new(Kind::Null, offset);
        inherit(&mut node, &value);
        node.kind = Kind::Bind { sym: self.names.intern(name), value: Box::new(value) };
        Ok(node)
    }

    fn apply(&mut self, left: Raw, right: Raw, offset: usize) -> Raised<Node> {
        let left = self.boxed(left)?;
        let right = self.boxed(right)?;
        let keep_array = left.keep_array || right.keep_array;
        Ok(Node { keep_array, ..Node::new(Kind::Apply { left, right }, offset) })
    }

    fn binary(&mut self, operator: &str, left: Raw, right: Raw, offset: usize) -> Raised<Node> {
        let left = self.boxed(left)?;
        let right = self.boxed(right)?;
        let Some(operator) = Operator::from_text(operator) else {
            return Err(refuse(&Problem::new("S0204").token(operator), offset));
        };
        let mut node = Node::new(Kind::Null, offset);
        inherit(&mut node, &left);
        inherit(&mut node, &right);
        node.kind = Kind::Binary { operator, left, right };
        Ok(node)
    }

    fn negate(&mut self, operand: Raw, offset: usize) -> Raised<Node> {
        let mut operand = self.raise(operand)?;
        if let Kind::Number(number) = &mut operand.kind {
            *number = -*number;
            return Ok(operand);
        }
        let mut node = Node::new(Kind::Null, offset);
        inherit(&mut node, &operand);
        node.kind = Kind::Negate(Box::new(operand));
        Ok(node)
    }

    /// Raises parts of a node, which inherits what they leave unsettled.
    fn parts(&mut self, node: &mut Node, parts: Vec<Raw>) -> Raised<Vec<Node>> {
        let mut raised = Vec::with_capacity(parts.len());
        for part in parts {
            let part = self.raise(part)?;
            inherit(node, &part);
            raised.push(part);
        }
        Ok(raised)
    }

    fn array(&mut self, items: Vec<Raw>, offset: usize) -> Raised<Node> {
        let mut node = Node::new(Kind::Null, offset);
        node.kind = Kind::Array(self.parts(&mut node, items)?);
        Ok(node)
    }

    fn object(&mut self, pairs: Pairs, offset: usize) -> Raised<Node> {
        let group = self.pairs(pairs)?;
        let mut node = Node::new(Kind::Null, offset);
        for (name, value) in &group.pairs {
            inherit(&mut node, name);
            inherit(&mut node, value);
        }
        node.kind = Kind::Object(group);
        Ok(node)
    }

    fn block(&mut self, parts: Vec<Raw>, offset: usize) -> Raised<Node> {
        let mut node = Node::new(Kind::Null, offset);
        let outside = std::mem::take(&mut self.binds);
        let nodes = self.parts(&mut node, parts)?;
        let binds = std::mem::replace(&mut self.binds, outside);
        node.constructs = nodes.iter().any(|part| {
            part.constructs
                || matches!(&part.kind, Kind::Path(steps) if steps.first().is_some_and(|step| step.constructs))
        });
        node.kind = Kind::Block { nodes, binds };
        Ok(node)
    }

    fn condition(
        &mut self,
        condition: Raw,
        then: Raw,
        otherwise: Option<Raw>,
        offset: usize,
    ) -> Raised<Node> {
        let mut node = Node::new(Kind::Null, offset);
        let condition = self.boxed(condition)?;
        inherit(&mut node, &condition);
        let then = self.boxed(then)?;
        inherit(&mut node, &then);
        let otherwise = otherwise.map(|otherwise| self.boxed(otherwise)).transpose()?;
        if let Some(otherwise) = &otherwise {
            inherit(&mut node, otherwise);
        }
        node.kind = Kind::Condition { condition, then, otherwise };
        Ok(node)
    }

    fn call(&mut self, procedure: Raw, arguments: Vec<Raw>, offset: usize) -> Raised<Node> {
        let mut node = Node::new(Kind::Null, offset);
        let mut raised = Vec::with_capacity(arguments.len());
        for argument in arguments {
            raised.push(if let RawKind::Placeholder = argument.kind {
                None
            } else {
                let argument = self.raise(argument)?;
                inherit(&mut node, &argument);
                Some(argument)
            });
        }
        let procedure = self.boxed(procedure)?;
        let name = self.call_name(&procedure);
        node.kind = if raised.iter().any(Option::is_none) {
            Kind::Partial { procedure, arguments: raised, name }
        } else {
            Kind::Call { procedure, arguments: raised.into_iter().flatten().collect(), name }
        };
        Ok(node)
    }

    fn call_name(&mut self, procedure: &Node) -> Option<CallName> {
        let (named, is_path) = match &procedure.kind {
            Kind::Path(steps) => (steps.first()?, true),
            _ => (procedure, false),
        };
        let text = match &named.kind {
            Kind::Name(text) | Kind::Text(text) => Arc::clone(text),
            Kind::Variable(sym) => self.names.shared(*sym),
            Kind::Context => "".into(),
            _ => return None,
        };
        let as_field = is_path.then(|| self.names.intern(&text));
        Some(CallName { text, as_field })
    }
}

fn name_path(name: Arc<str>, offset: usize, keep_array: bool) -> Node {
    let step = Node { keep_array, ..Node::new(Kind::Name(name), offset) };
    Node { keep_singleton: keep_array, ..Node::new(Kind::Path(vec![step]), offset) }
}

/// Changes the step that what follows an operand belongs to: the last one of a path,
/// which the second argument tells, or the operand itself.
fn at_last_step<R>(node: &mut Node, change: impl FnOnce(&mut Node, bool) -> R) -> R {
    if let Kind::Path(steps) = &mut node.kind
        && let Some(last) = steps.last_mut()
    {
        return change(last, true);
    }
    change(node, false)
}

fn predicates_to_stages(node: &mut Node) {
    if !node.predicates().is_empty() {
        let extra = node.extra_mut();
        extra.stages = std::mem::take(&mut extra.predicates);
    }
}

/// Looks over the steps of a path that has grown; says whether one keeps arrays.
fn finish_steps(steps: &mut [Node]) -> Raised<bool> {
    for step in steps.iter_mut() {
        let literal = match &step.kind {
            Kind::Number(number) => json_number(*number),
            Kind::Bool(value) => value.to_string(),
            Kind::Null => "null".to_owned(),
            Kind::Text(text) => {
                step.kind = Kind::Name(Arc::clone(text));
                continue;
            }
            _ => continue,
        };
        return Err(refuse(&Problem::new("S0213").value(literal), step.offset));
    }
    for end in [0, steps.len().saturating_sub(1)] {
        if let Some(step) = steps.get_mut(end).filter(|step| matches!(step.kind, Kind::Array(_))) {
            step.constructs = true;
        }
    }
    Ok(steps.iter().any(|step| step.keep_array))
}
