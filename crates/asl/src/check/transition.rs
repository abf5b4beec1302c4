//! `Next`, `End`, `Default`, `StartAt`: names become indexes, and a name that no
//! state of the same `States` object has is reported.

use super::fields::Field;
use super::{Checker, Ending, Site};
use crate::program::{ScopeIndex, StateIndex, Transition};
use crate::{Code, Severity};

/// `Next` or `End` of a state that must have one of them.
pub(super) fn of_state(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Transition> {
    let next = site.fields.get("Next");
    let end_field = site.fields.get("End");
    let end = end_field.as_ref().map(|field| field.boolean(&mut c.found));
    match (next, end) {
        // A value of `End` that is none is reported; whether the state ends is open.
        (_, Some(None)) => None,
        (Some(_), Some(Some(true))) => {
            site.fields.at_most_one(&["Next", "End"], &mut c.found);
            None
        }
        (Some(next), _) => {
            c.ending(site.index, Ending::GoesOn);
            target(c, site, &next).map(Transition::Next)
        }
        (None, Some(Some(true))) => {
            c.ending(site.index, Ending::Ends);
            Some(Transition::End)
        }
        (None, end) => {
            if !site.fields.node.damaged {
                let message = "This object should have only one of the following fields: [Next, End]";
                let help = if end.is_some() {
                    "\"End\" must be true, or give a \"Next\""
                } else {
                    "add \"Next\" or \"End\": true"
                };
                c.found.error(message, site.fields.place(), site.fields.span).help(help);
            }
            None
        }
    }
}

/// The state that a field of a state names; the transition is remembered.
pub(super) fn target(c: &mut Checker<'_>, site: &Site<'_>, field: &Field<'_>) -> Option<StateIndex> {
    let target = resolve(c, site.scope, field);
    match target {
        Some(target) => c.edges.push((site.index, target)),
        None => {
            c.uncertain.insert(site.scope);
        }
    }
    target
}

/// The state of a scope that a field names.
pub(super) fn resolve(c: &mut Checker<'_>, scope: ScopeIndex, field: &Field<'_>) -> Option<StateIndex> {
    let name = field.string(&mut c.found)?;
    let scope = c.outline.scope_of(scope);
    if let Some(target) = scope.find(name) {
        return Some(target);
    }
    // Without states at all, or with some lost to a syntax error, nothing can be said.
    if scope
        .node
        .get("States")
        .is_none_or(|states| states.damaged || states.as_object().is_none_or(<[_]>::is_empty))
    {
        return None;
    }
    let elsewhere = c.outline.has(name);
    let help = if elsewhere {
        Some("a state of that name stands in another States object; transitions cannot leave or enter a branch".to_owned())
    } else {
        c.found.nearest(name, scope.names())
    };
    let message = format!("Missing 'Next' target: {name}");
    let code = Code::MissingTransitionTarget;
    c.found.graph(code, Severity::Error, message, &field.location, field.node.span).help_if(help);
    None
}
