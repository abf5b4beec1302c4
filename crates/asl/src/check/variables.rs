//! Variables (reference 01, section 4): which names `Assign` gives, which names
//! are read where, and whether the two fit together.
//!
//! The checks of single fields call [`assign`] and [`Checker::uses_variable`]; when
//! all states are checked, [`check`] compares. What is read before it is assigned
//! on one path and after it on another shows only at run time.

use super::fields::Fields;
use super::jsonata::Sees;
use super::{Checker, Language, template};
use crate::program::{ScopeIndex, StateIndex, Template};
use crate::{Code, Severity, Span};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Characters that a name may have.
const NAME_CHARS_MAX: usize = 80;

/// What was found out while the states were checked.
#[derive(Default)]
pub(super) struct Variables {
    /// In the order of the text.
    assigned: Vec<Mention>,
    /// In the order of the text.
    used: Vec<Mention>,
}

/// A name in a state.
struct Mention {
    name: Arc<str>,
    state: StateIndex,
    location: String,
    span: Span,
}

impl Checker<'_> {
    /// Remembers that the current state reads a variable.
    pub(super) fn uses_variable(&mut self, name: &str, location: &str, span: Span) {
        let (state, location) = (self.current, location.to_owned());
        self.variables.used.push(Mention { name: name.into(), state, location, span });
    }
}

/// `Assign` of a state, a Choice rule or a catcher: an object of names and values.
pub(super) fn assign(
    c: &mut Checker<'_>,
    fields: &Fields<'_>,
    language: Language,
    sees: Sees,
) -> Option<Template> {
    let field = fields.get("Assign")?;
    for entry in field.node.as_object().unwrap_or_default() {
        let key = entry.key.as_str();
        let name = match language {
            Language::JsonPath => key.strip_suffix(".$").unwrap_or(key),
            Language::Jsonata => key,
        };
        if let Some((message, help)) = wrong_name(name) {
            c.found.error(message, &field.location, entry.key_span).help(help);
            continue;
        }
        let (state, location) = (c.current, field.location.clone());
        c.variables.assigned.push(Mention { name: name.into(), state, location, span: entry.key_span });
    }
    template::object_of(c, language, &field, sees)
}

/// What is wrong with a variable's name, and what to do.
fn wrong_name(name: &str) -> Option<(String, &'static str)> {
    let mut chars = name.chars();
    if name == "states" {
        let help = "'$states' holds the input, the result and the Context object; take another name";
        return Some(("The variable name 'states' is reserved".to_owned(), help));
    }
    if name.chars().nth(NAME_CHARS_MAX).is_some() {
        let message = format!("The variable name '{name}' exceeds the {NAME_CHARS_MAX}-character limit");
        return Some((message, "take a shorter name"));
    }
    let starts = chars.next().is_some_and(unicode_ident::is_xid_start);
    if starts && chars.all(unicode_ident::is_xid_continue) {
        return None;
    }
    let help = "a name is a letter and then letters, digits and underscores; a part of a variable cannot be assigned";
    Some((format!("The variable name '{name}' is not valid"), help))
}

/// Compares what is assigned with what is read, and gives the names that each
/// state reads, in order, states that read none left out.
pub(super) fn check(c: &mut Checker<'_>) -> Vec<(StateIndex, Vec<Arc<str>>)> {
    let variables = std::mem::take(&mut c.variables);
    let mut names: HashMap<ScopeIndex, HashSet<&str>> = HashMap::new();
    for mention in &variables.assigned {
        names.entry(c.scope_of_state(mention.state)).or_default().insert(&mention.name);
    }
    let anywhere: HashSet<&str> = variables.assigned.iter().map(|mention| &*mention.name).collect();
    let has = |scope: ScopeIndex, name: &str| names.get(&scope).is_some_and(|names| names.contains(name));
    for mention in &variables.assigned {
        if outer(c, mention.state).any(|scope| has(scope, &mention.name)) {
            let message =
                format!("The variable name '{}' was already defined in a parent scope.", mention.name);
            let (code, help) = (
                Code::DuplicateVariableName,
                "inner states can read the variables outside, but not assign them; take another name, or return the value in the output",
            );
            c.found.field(code, Severity::Error, message, &mention.location, mention.span).help(help);
        }
    }
    for mention in &variables.used {
        let inside = has(c.scope_of_state(mention.state), &mention.name);
        if inside || outer(c, mention.state).any(|scope| has(scope, &mention.name)) {
            continue;
        }
        let message = format!("Variable '{}' is possibly not defined.", mention.name);
        let help = if anywhere.contains(&*mention.name) {
            "it is assigned where this state cannot see it: in another branch, inside a Map, or outside a distributed Map"
        } else {
            "no Assign of the definition gives it a value"
        };
        let code = Code::PossiblyUndefinedVariable;
        c.found.warning(code, message, &mention.location, mention.span).help(help);
    }
    let mut read: Vec<(StateIndex, BTreeSet<Arc<str>>)> = Vec::new();
    for mention in variables.used {
        match read.last_mut().filter(|(state, _)| *state == mention.state) {
            Some((_, names)) => drop(names.insert(mention.name)),
            None => read.push((mention.state, BTreeSet::from([mention.name]))),
        }
    }
    read.into_iter().map(|(state, names)| (state, names.into_iter().collect())).collect()
}

/// The scopes around a state whose variables it sees. A distributed Map's children
/// are executions of their own and see none from outside.
fn outer<'c>(c: &'c Checker<'_>, state: StateIndex) -> impl Iterator<Item = ScopeIndex> + 'c {
    let mut scope = c.scope_of_state(state);
    std::iter::from_fn(move || {
        if c.child_kind(scope).is_some() {
            return None;
        }
        let parent = c.outline.scope_of(scope).parent?;
        scope = c.scope_of_state(parent);
        Some(scope)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers() {
        for name in ["x", "Größe_2", "ℕ", "a".repeat(80).as_str(), "statesX"] {
            assert_eq!(wrong_name(name), None, "{name}");
        }
        for name in ["", "_x", "2x", "a.b", "a[0]", "a b", "states", "a-b", "a".repeat(81).as_str(), "x.$.$"]
        {
            assert!(wrong_name(name).is_some(), "{name}");
        }
    }
}
