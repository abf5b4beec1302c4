//! The whole way from text to program, for everybody who has a definition: the
//! API when a state machine is made, the runtime when it is loaded, the command
//! line, the editor.

use crate::json::parse;
use crate::lone;
use crate::tree::Node;
use crate::yaml::parse_yaml;
use crate::{Code, Diagnostic, Program, Span, Tree, check, lower};

/// Standard or Express: some integrations exist for Standard only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineKind {
    /// Durable, up to a year.
    Standard,
    /// Short, at least or at most once.
    Express,
}

/// What a definition is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be accepted.
    New,
    /// To be tested: the machine was made around one state.
    Lone,
    /// To be run, having been accepted before.
    Stored,
}

/// What became of a definition.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The program; there is one if and only if no diagnostic is an error.
    pub program: Option<Program>,
    /// All findings: first those of the syntax, then those of fields in the order
    /// of the text, then those of names and transitions.
    pub diagnostics: Vec<Diagnostic>,
    /// The text as a tree, also where it is broken.
    pub tree: Tree,
}

impl Compilation {
    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads, checks and compiles a definition. Never fails and never stops at the
/// first mistake; the time it takes grows with the text.
#[must_use]
pub fn compile(text: &str, kind: MachineKind) -> Compilation {
    let (tree, diagnostics) = parse(text);
    of_tree(tree, diagnostics, kind, Purpose::New)
}

/// The same for a definition that was accepted before, perhaps by an older release: what services
/// are called with is not checked again. A table of services that has changed since must not keep
/// executions from going on; a call that cannot be made fails when it is made.
#[must_use]
pub fn compile_stored(text: &str, kind: MachineKind) -> Compilation {
    let (tree, diagnostics) = parse(text);
    of_tree(tree, diagnostics, kind, Purpose::Stored)
}

/// The same for a definition that is one state: a Standard machine with that state, which has the
/// name [`crate::LONE_STATE`], and an end for every state it may go on to.
#[must_use]
pub fn compile_state(text: &str) -> Compilation {
    let (tree, diagnostics) = parse(text);
    of_tree(lone::machine_of(tree), diagnostics, MachineKind::Standard, Purpose::Lone)
}

/// The same for a state that stands in a definition, with a machine around it that has no other.
pub(crate) fn compile_around(name: &str, state: &Node, is_jsonata: bool, kind: MachineKind) -> Compilation {
    of_tree(lone::machine_around(name, state.clone(), is_jsonata), Vec::new(), kind, Purpose::Lone)
}

/// The same for a definition in YAML; every place is one of the YAML text. The definition
/// as JSON is [`Tree::to_json`] of the tree.
#[must_use]
pub fn compile_yaml(text: &str, kind: MachineKind) -> Compilation {
    let (tree, diagnostics) = parse_yaml(text);
    let mut compilation = of_tree(tree, diagnostics, kind, Purpose::New);
    // Places within folded and escaped texts are guesses; none may cut a character.
    for found in &mut compilation.diagnostics {
        found.span = whole(text, found.span);
    }
    compilation
}

/// The nearest span that begins and ends between characters of the text.
fn whole(text: &str, span: Span) -> Span {
    let boundary = |offset: &usize| text.is_char_boundary(*offset);
    let start = (0..=span.start.min(text.len())).rev().find(boundary).unwrap_or(0);
    let end = (span.end.max(start)..text.len()).find(boundary).unwrap_or(text.len());
    Span::new(start, end)
}

fn of_tree(tree: Tree, mut diagnostics: Vec<Diagnostic>, kind: MachineKind, purpose: Purpose) -> Compilation {
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    let (checked, found) = check::check(&tree, kind, sound, purpose);
    // A state that is written twice in one object is told once, as AWS tells it.
    let told = |repeated: &Diagnostic| {
        found.iter().any(|found| found.code == Code::DuplicateStateName && found.span == repeated.span)
    };
    diagnostics.retain(|found| found.code != Code::DuplicateKey || !told(found));
    diagnostics.extend(found);
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    let program = if errors { None } else { lower::lower(checked) };
    Compilation { program, diagnostics, tree }
}
