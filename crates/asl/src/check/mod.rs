//! Tree → checked states. Every rule of the language is in here (reference 01,
//! sections 1 to 7 and 12), one file per kind of field
//! and per type of state. A check reports all that is wrong and goes on; what it
//! reads it gives back compiled, so that nothing is read twice. `lower` makes the
//! program of the pieces when no error is left.

pub(crate) mod allowed;
mod fields;
mod findings;
mod hints;
pub(crate) mod integrations;
mod jsonata;
pub(crate) mod language;
pub(crate) mod machine;
mod outline;
mod parameters;
mod path;
mod resource;
pub(crate) mod retry;
pub(crate) mod scope;
pub(crate) mod states;
mod template;
mod transition;
mod variables;
pub(crate) mod words;

use crate::compile::Purpose;
use crate::program::{ScopeIndex, State, StateIndex};
use crate::tree::{Node, Tree};
use crate::{Code, Diagnostic, MachineKind, Severity, Span};
use fields::Fields;
use findings::Findings;
use language::Language;
use outline::Outline;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What the checks made of a definition. Pieces are missing where there are errors.
#[derive(Default)]
pub(crate) struct Checked {
    /// `TimeoutSeconds` of the machine.
    pub(crate) timeout_seconds: Option<u64>,
    /// By state index.
    pub(crate) states: Vec<Option<State>>,
    /// The variables that each state reads, in the order of the states.
    pub(crate) variables: Vec<(StateIndex, Vec<Arc<str>>)>,
    /// By scope index: the state that `StartAt` names, and the parent.
    pub(crate) scopes: Vec<(Option<StateIndex>, Option<StateIndex>)>,
}

/// Checks a tree. `sound` says that the text was JSON without a syntax error.
pub(crate) fn check(
    tree: &Tree,
    kind: MachineKind,
    sound: bool,
    purpose: Purpose,
) -> (Checked, Vec<Diagnostic>) {
    let mut found = Findings::default();
    let Some(root) = tree.root.as_ref().filter(|root| root.as_object().is_some()) else {
        if sound {
            let span = tree.root.as_ref().map_or(Span::default(), |root| root.span);
            let message = "Definition must be a valid JSON object";
            found.field(Code::SchemaValidationFailed, Severity::Error, message, "", span);
        }
        return (Checked::default(), found.into_diagnostics());
    };
    let outline = Outline::of(root, purpose == Purpose::Lone, &mut found);
    let mut checker = Checker {
        outline: &outline,
        kind,
        is_stored: purpose == Purpose::Stored,
        language: Language::JsonPath,
        found,
        edges: Vec::new(),
        uncertain: HashSet::new(),
        endings: vec![Ending::Unknown; outline.states.len()],
        current: StateIndex(0),
        variables: variables::Variables::default(),
        labels: HashSet::new(),
        label_numbers: HashMap::new(),
    };
    let timeout_seconds = machine::check(&mut checker);
    let starts: Vec<_> =
        indexes(outline.scopes.len()).map(|index| scope::check(&mut checker, ScopeIndex(index))).collect();
    let states =
        indexes(outline.states.len()).map(|index| states::check(&mut checker, StateIndex(index))).collect();
    let variables = variables::check(&mut checker);
    for (index, start) in indexes(outline.scopes.len()).zip(&starts) {
        scope::check_graph(&mut checker, ScopeIndex(index), *start);
    }
    let scopes =
        starts.into_iter().zip(&outline.scopes).map(|(start, scope)| (start, scope.parent)).collect();
    (Checked { timeout_seconds, states, variables, scopes }, checker.found.into_diagnostics())
}

/// What all checks share.
struct Checker<'t> {
    outline: &'t Outline<'t>,
    kind: MachineKind,
    /// Whether it was accepted before.
    is_stored: bool,
    /// The machine's language.
    language: Language,
    found: Findings,
    /// Every transition that was resolved: from, to.
    edges: Vec<(StateIndex, StateIndex)>,
    /// Scopes with a transition that could not be resolved; what they lead to is open.
    uncertain: HashSet<ScopeIndex>,
    /// By state index.
    endings: Vec<Ending>,
    /// The state that is being checked.
    current: StateIndex,
    variables: variables::Variables,
    /// Labels of distributed Maps that are taken.
    labels: HashSet<Arc<str>>,
    /// By the name that a label was made of: the number of the latest one.
    label_numbers: HashMap<Arc<str>, u32>,
}

/// Whether a state ends its scope.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Not said, or said in a way that is an error.
    Unknown,
    /// `End: true`, Succeed, Fail.
    Ends,
    /// `Next`, Choice.
    GoesOn,
}

impl Checker<'_> {
    fn ending(&mut self, state: StateIndex, ending: Ending) {
        if let Some(place) = self.endings.get_mut(state.0 as usize) {
            *place = ending;
        }
    }

    /// The scope that a state stands in.
    fn scope_of_state(&self, state: StateIndex) -> ScopeIndex {
        self.outline.states.get(state.0 as usize).map_or(ScopeIndex(0), |outline| outline.scope)
    }

    /// What kind of execution a scope is the top level of, if it is a distributed Map's processor.
    fn child_kind(&self, scope: ScopeIndex) -> Option<MachineKind> {
        let config = self.outline.scope_of(scope).node.get("ProcessorConfig")?;
        self.outline.scope_of(scope).parent?;
        (config.get("Mode")?.as_str()? == "DISTRIBUTED").then(|| {
            match config.get("ExecutionType").and_then(Node::as_str) {
                Some("EXPRESS") => MachineKind::Express,
                _ => MachineKind::Standard,
            }
        })
    }

    /// What kind of execution the states of a scope run in.
    fn kind_in(&self, mut scope: ScopeIndex) -> MachineKind {
        loop {
            if let Some(kind) = self.child_kind(scope) {
                return kind;
            }
            match self.outline.scope_of(scope).parent {
                Some(parent) => scope = self.scope_of_state(parent),
                None => return self.kind,
            }
        }
    }

    /// A place in the current state, as history shows it: the path below the state.
    fn below_state<'l>(&self, location: &'l str) -> &'l str {
        let state = self.outline.states.get(self.current.0 as usize).map_or("", |state| &state.location);
        location.strip_prefix(state).map_or(location, |below| below.trim_start_matches('/'))
    }
}

/// One state while it is checked.
struct Site<'t> {
    fields: Fields<'t>,
    index: StateIndex,
    scope: ScopeIndex,
    language: Language,
}

/// All indexes below a count that fits, because the outline made it.
fn indexes(count: usize) -> std::ops::Range<u32> {
    0..u32::try_from(count).unwrap_or(u32::MAX)
}
