//! One file per type of state, and here what all of them have.

mod choice;
pub(crate) mod condition;
pub(crate) mod distributed;
mod fail;
pub(crate) mod map;
mod parallel;
mod pass;
mod succeed;
mod task;
mod wait;

use super::allowed::{self, TYPES};
use super::fields::Fields;
use super::jsonata::Sees;
use super::{Checker, Language, Site, language, path, template, variables};
use crate::program::{Kind, State, StateIndex, Template};

/// Checks a state. `None` when it has an error that leaves nothing to compile.
pub(super) fn check(c: &mut Checker<'_>, index: StateIndex) -> Option<State> {
    let outline = c.outline.states.get(index.0 as usize)?;
    c.current = index;
    // Anything but an object has been reported with its scope.
    outline.node.as_object()?;
    let fields = Fields { node: outline.node, location: outline.location.clone(), span: outline.name_span };
    fields.comment(&mut c.found);
    fields.require(&["Type"], &mut c.found);
    let (type_field, type_name) = fields.string("Type", &mut c.found)?;
    if !TYPES.contains(&type_name) {
        let message = format!("The field 'Type' should have one of these values: [{}]", TYPES.join(", "));
        let near = c.found.nearest(type_name, TYPES.into_iter());
        c.found.error(message, &type_field.location, type_field.node.span).help_if(near);
        return None;
    }
    let state_language = language::of_state(c.language, &fields, &mut c.found);
    allowed::state(&fields, type_name, state_language, &mut c.found);
    let language = state_language.unwrap_or(Language::Jsonata);
    let site = Site { fields, index, scope: outline.scope, language };
    let kind = kind(c, &site, type_name);
    let (input_path, output_path) = match type_name {
        "Fail" => (crate::program::Selector::Whole, crate::program::Selector::Whole),
        _ => (path::selector(c, &site, "InputPath"), path::selector(c, &site, "OutputPath")),
    };
    let (assign, output) = outcome(c, &site, type_name);
    Some(State {
        name: outline.name.into(),
        scope: outline.scope,
        language,
        input_path,
        output_path,
        output,
        assign,
        kind: kind?,
    })
}

/// `Assign` and `Output`, of the types that have them.
fn outcome(c: &mut Checker<'_>, site: &Site<'_>, type_name: &str) -> (Option<Template>, Option<Template>) {
    let sees = match type_name {
        "Task" | "Parallel" | "Map" => Sees::Result,
        _ => Sees::Entry,
    };
    let assigns = !matches!(type_name, "Succeed" | "Fail");
    let assign = assigns.then(|| variables::assign(c, &site.fields, site.language, sees)).flatten();
    let outputs = type_name != "Fail";
    let output = outputs.then(|| template::jsonata_of(c, site, "Output", sees)).flatten();
    (assign, output)
}

fn kind(c: &mut Checker<'_>, site: &Site<'_>, type_name: &str) -> Option<Kind> {
    match type_name {
        "Pass" => pass::check(c, site),
        "Task" => task::check(c, site),
        "Choice" => choice::check(c, site),
        "Wait" => wait::check(c, site),
        "Succeed" => Some(succeed::check(c, site)),
        "Fail" => Some(fail::check(c, site)),
        "Parallel" => parallel::check(c, site),
        "Map" => map::check(c, site),
        _ => None,
    }
}
