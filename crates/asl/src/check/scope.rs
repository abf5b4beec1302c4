//! What every `States` object has to have, wherever it stands: `StartAt`, states,
//! an end, and no state that nothing leads to.

use super::fields::{Fields, wrong_type};
use super::{Checker, Ending, allowed, transition};
use crate::program::{ScopeIndex, StateIndex};
use crate::{Code, Severity};
use std::collections::HashSet;

/// A state that nothing leads to does no harm. Our reference calls it a warning of
/// AWS; users have reported it as an error of CreateStateMachine, with these words.
const UNREACHABLE: Severity = Severity::Warning;

/// What a branch may have.
pub(crate) const BRANCH: [&str; 3] = ["Comment", "StartAt", "States"];
/// What the processor of a Map may have.
pub(crate) const PROCESSOR: [&str; 4] = ["Comment", "StartAt", "States", "ProcessorConfig"];

/// Checks the object's own fields and gives the state it starts at.
pub(super) fn check(c: &mut Checker<'_>, index: ScopeIndex) -> Option<StateIndex> {
    let scope = c.outline.scope_of(index);
    let fields = Fields::of(scope.node, scope.location.clone(), &mut c.found)?;
    fields.comment(&mut c.found);
    if scope.parent.is_some() {
        let processor = !scope.location.ends_with(']');
        let names: &[&str] = if processor { &PROCESSOR } else { &BRANCH };
        allowed::only(&fields, names, None, &mut c.found);
    }
    fields.require(&["States", "StartAt"], &mut c.found);
    if let Some(states) = fields.get("States") {
        match states.node.as_object() {
            None => states.wrong_type("OBJECT", &mut c.found),
            Some([]) if !states.node.damaged => {
                c.found.error("Value cannot be empty", &states.location, states.node.span);
            }
            Some(_) => {}
        }
    }
    for state in scope.states.iter().filter_map(|state| c.outline.states.get(state.0 as usize)) {
        if state.node.as_object().is_none() {
            wrong_type(state.node, &state.location, "OBJECT", &mut c.found);
        }
    }
    let start = fields.get("StartAt")?;
    transition::resolve(c, index, &start)
}

/// Checks that the scope ends somewhere and that each of its states can be reached.
pub(super) fn check_graph(c: &mut Checker<'_>, index: ScopeIndex, start: Option<StateIndex>) {
    let scope = c.outline.scope_of(index);
    let states = scope.node.get("States");
    if scope.states.is_empty() || states.is_none_or(|states| states.damaged) {
        return;
    }
    let ending = |state: &StateIndex| c.endings.get(state.0 as usize).copied().unwrap_or(Ending::Unknown);
    // Where a state does not say how it goes on, the scope may end there once it does.
    if scope.states.iter().all(|state| ending(state) == Ending::GoesOn) {
        let span = scope.node.entry("States").map_or(scope.node.span, |entry| entry.key_span);
        let message = "Workflow has no terminal state";
        c.found
            .graph(Code::MissingEndState, Severity::Error, message, &scope.location, span)
            .help("at least one state must be a Succeed or Fail state or have \"End\": true");
        // AWS says nothing of unreachable states then.
        return;
    }
    // Past a transition that leads nowhere every state would seem lost; one mistake is told once.
    let Some(start) = start.filter(|_| !c.uncertain.contains(&index)) else { return };
    let reached = reachable(c, start);
    for state in scope.states.iter().filter(|state| !reached.contains(*state)) {
        let Some(outline) = c.outline.states.get(state.0 as usize) else { continue };
        // Of a repeated name only the last state counts; the others have their own error.
        if scope.find(outline.name) != Some(*state) {
            continue;
        }
        let message = format!("State \"{}\" is not reachable.", outline.name);
        c.found.graph(
            Code::MissingTransitionTarget,
            UNREACHABLE,
            message,
            &outline.location,
            outline.name_span,
        );
    }
}

/// All states that transitions lead to from `start`, itself included.
fn reachable(c: &Checker<'_>, start: StateIndex) -> HashSet<StateIndex> {
    let mut reached = HashSet::from([start]);
    let mut next = vec![start];
    while let Some(state) = next.pop() {
        // `edges` is in the order of the states, because they are checked in that order.
        let first = c.edges.partition_point(|(from, _)| *from < state);
        for (_, to) in c.edges.iter().skip(first).take_while(|(from, _)| *from == state) {
            if reached.insert(*to) {
                next.push(*to);
            }
        }
    }
    reached
}
