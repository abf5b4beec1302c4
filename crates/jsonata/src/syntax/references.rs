//! What an expression refers to: the variables that must come from outside, and
//! the input document.
//!
//! Found without evaluating, for checks when a definition is created. A name that
//! is bound in the text before its use, or anywhere around the function it is used
//! in, is the expression's own.

use super::node::{Group, Kind, Lambda, Node, Stage, Transform};
use super::{Names, Program, Sym};
use std::sync::Arc;

/// What an expression refers to, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Every use of a variable that the expression does not bind itself and that is
    /// no built-in function.
    pub variables: Vec<VariableReference>,
    /// Every use of the input document at the top level, which Step Functions does
    /// not have.
    pub input: Vec<InputReference>,
}

/// The use of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableReference {
    /// Without its `$`.
    pub name: Arc<str>,
    /// The names that follow directly: `["result", "x"]` in `$states.result.x[0].y`.
    pub path: Vec<Arc<str>>,
    /// In bytes of the text.
    pub offset: usize,
}

/// The use of the input document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputReference {
    /// `$`, `$$`, `*`, `**`, `%`, or the name of a field.
    pub text: String,
    /// In bytes of the text.
    pub offset: usize,
}

/// Reads the references off a program; `is_built_in` knows the names of functions.
pub(crate) fn references(program: &Program, is_built_in: &dyn Fn(&str) -> bool) -> References {
    let mut walker =
        Walker { names: &program.names, is_built_in, scopes: Vec::new(), found: References::default() };
    walker.scoped(&[&program.root], |walker| walker.visit(&program.root, true));
    let mut found = walker.found;
    found.variables.sort_by_key(|reference| reference.offset);
    found.input.sort_by_key(|reference| reference.offset);
    found
}

/// Where names are bound.
#[derive(Default)]
struct Scope {
    /// What is bound so far.
    bound: Vec<Sym>,
    /// What is bound sooner or later, for functions, which run later.
    all: Vec<Sym>,
    /// Whether it is a function's: what lies around it may have run to its end.
    is_function: bool,
}

struct Walker<'p> {
    names: &'p Names,
    is_built_in: &'p dyn Fn(&str) -> bool,
    scopes: Vec<Scope>,
    found: References,
}

impl Walker<'_> {
    fn scoped(&mut self, parts: &[&Node], visit: impl FnOnce(&mut Self)) {
        let mut all = Vec::new();
        parts.iter().for_each(|part| collect_binds(part, &mut all));
        self.scopes.push(Scope { all, ..Scope::default() });
        visit(self);
        self.scopes.pop();
    }

    fn is_bound(&self, sym: Sym) -> bool {
        let mut later = false;
        for scope in self.scopes.iter().rev() {
            if scope.bound.contains(&sym) || (later && scope.all.contains(&sym)) {
                return true;
            }
            later |= scope.is_function;
        }
        false
    }

    fn bind(&mut self, sym: Sym) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.bound.push(sym);
        }
    }

    fn input(&mut self, text: &str, offset: usize) {
        self.found.input.push(InputReference { text: text.to_owned(), offset });
    }

    fn variable(&mut self, sym: Sym, path: Vec<Arc<str>>, offset: usize) {
        let name = self.names.shared(sym);
        if self.is_bound(sym) {
            return;
        }
        if &*name == "$" {
            self.input("$$", offset);
        } else if !(self.is_built_in)(&name) {
            self.found.variables.push(VariableReference { name, path, offset });
        }
    }

    /// Visits a node. `top` says that its context is the input document.
    fn visit(&mut self, node: &Node, top: bool) {
        crate::stack::with_room(|| self.visit_kind(node, top));
        if let Kind::Path(_) = node.kind {
            return;
        }
        self.stages(node.predicates());
        self.group(node.group(), false);
    }

    fn visit_kind(&mut self, node: &Node, top: bool) {
        match &node.kind {
            Kind::Path(steps) => self.path(steps, node.group(), top),
            Kind::Variable(sym) => self.variable(*sym, Vec::new(), node.offset),
            Kind::Context if top => self.input("$", node.offset),
            Kind::Name(name) if top => self.input(name, node.offset),
            Kind::Wildcard if top => self.input("*", node.offset),
            Kind::Descendants if top => self.input("**", node.offset),
            Kind::Parent { .. } if top => self.input("%", node.offset),
            Kind::Object(group) => self.group(Some(group), top),
            Kind::Block { nodes, .. } => {
                let parts: Vec<&Node> = nodes.iter().collect();
                self.scoped(&parts, |walker| nodes.iter().for_each(|node| walker.visit(node, top)));
            }
            Kind::Bind { sym, value } => {
                self.visit(value, top);
                self.bind(*sym);
            }
            Kind::Lambda(Lambda { params, body, .. }) => self.scoped(&[body], |walker| {
                params.iter().for_each(|param| walker.bind(*param));
                if let Some(scope) = walker.scopes.last_mut() {
                    scope.is_function = true;
                }
                walker.visit(body, top);
            }),
            Kind::Transform(Transform { pattern, update, delete }) => {
                self.visit(pattern, false);
                self.visit(update, false);
                delete.iter().for_each(|delete| self.visit(delete, false));
            }
            Kind::Sort(terms) => terms.iter().for_each(|term| self.visit(&term.value, false)),
            _ => each_part(node, &mut |part| self.visit(part, top)),
        }
    }

    fn path(&mut self, steps: &[Node], group: Option<&Group>, top: bool) {
        self.scoped(&[], |walker| {
            let mut top = top;
            for (index, step) in steps.iter().enumerate() {
                match &step.kind {
                    Kind::Variable(sym) if index == 0 => {
                        walker.variable(*sym, names_after(steps), step.offset);
                        walker.group(step.group(), false);
                    }
                    _ => walker.visit(step, top),
                }
                for sym in step.focus().into_iter().chain(step.index()) {
                    walker.bind(sym);
                }
                walker.stages(step.stages());
                walker.stages(step.predicates());
                // A step that is bound with @ leaves the context where it was.
                top &= step.focus().is_some();
            }
            walker.group(group, false);
        });
    }

    fn stages(&mut self, stages: &[Stage]) {
        for stage in stages {
            match stage {
                Stage::Filter(filter) => self.visit(filter, false),
                Stage::Index(sym) => self.bind(*sym),
            }
        }
    }

    fn group(&mut self, group: Option<&Group>, top: bool) {
        for (name, value) in group.iter().flat_map(|group| &group.pairs) {
            self.visit(name, top);
            self.visit(value, top);
        }
    }
}

/// The names that follow a path's first step, up to and with the first that has a
/// filter.
fn names_after(steps: &[Node]) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    let whole = |step: &Node| step.stages().is_empty() && step.predicates().is_empty() && !step.tuple;
    if !steps.first().is_some_and(whole) {
        return names;
    }
    for step in steps.iter().skip(1) {
        let Kind::Name(name) = &step.kind else { break };
        names.push(Arc::clone(name));
        if !whole(step) {
            break;
        }
    }
    names
}

/// Calls back with the parts of a node that see the same context as the node.
fn each_part<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node)) {
    match &node.kind {
        Kind::Binary { left, right, .. } | Kind::Apply { left, right } => {
            visit(left);
            visit(right);
        }
        Kind::Negate(operand) => visit(operand),
        Kind::Array(items) => items.iter().for_each(visit),
        Kind::Condition { condition, then, otherwise } => {
            visit(condition);
            visit(then);
            otherwise.iter().for_each(|otherwise| visit(otherwise));
        }
        Kind::Call { procedure, arguments, .. } => {
            visit(procedure);
            arguments.iter().for_each(visit);
        }
        Kind::Partial { procedure, arguments, .. } => {
            visit(procedure);
            arguments.iter().flatten().for_each(visit);
        }
        _ => {}
    }
}

/// What a node binds in the frame it is evaluated in.
fn collect_binds(node: &Node, binds: &mut Vec<Sym>) {
    match &node.kind {
        Kind::Bind { sym, value } => {
            binds.push(*sym);
            collect_binds(value, binds);
        }
        Kind::Path(steps) => steps.iter().for_each(|step| collect_binds(step, binds)),
        Kind::Object(group) => group.pairs.iter().for_each(|(name, value)| {
            collect_binds(name, binds);
            collect_binds(value, binds);
        }),
        _ => crate::stack::with_room(|| each_part(node, &mut |part| collect_binds(part, binds))),
    }
}
