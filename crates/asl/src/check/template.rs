//! Values that are evaluated piece by piece, at any depth, also within arrays.
//!
//! In JSONPath states these are payload templates (`Parameters`, `ResultSelector`,
//! `ItemSelector`, `Credentials`, …): objects whose keys that end in `.$` are
//! evaluated. In JSONata states (`Arguments`, `Output`, `Items`, …) each text that
//! is `{% … %}` is.

use super::fields::{Field, shortened};
use super::jsonata::{self, Sees};
use super::{Checker, Language, Site, hints};
use crate::program::Template;
use crate::tree::{Entry, Node, NodeKind};
use stateline_jsonpath::Expression;
use std::collections::HashMap;
use std::sync::Arc;

/// How the texts of a value are read.
#[derive(Clone, Copy)]
enum Mode {
    JsonPath,
    Jsonata(Sees),
}

/// A field that only JSONPath states have: a payload template.
pub(super) fn of(c: &mut Checker<'_>, site: &Site<'_>, name: &str) -> Option<Template> {
    (site.language == Language::JsonPath).then(|| either(c, site, name, Sees::Entry))?
}

/// A field that both languages have, each in its own way; an object in JSONPath
/// states, an object or one expression in JSONata states.
pub(super) fn either(c: &mut Checker<'_>, site: &Site<'_>, name: &str, sees: Sees) -> Option<Template> {
    let field = site.fields.get(name)?;
    if site.language == Language::Jsonata && jsonata::is_meant(field.node) {
        return jsonata(c, &field, sees);
    }
    object_of(c, site.language, &field, sees)
}

/// A value that must be an object.
pub(super) fn object_of(
    c: &mut Checker<'_>,
    language: Language,
    field: &Field<'_>,
    sees: Sees,
) -> Option<Template> {
    let Some(entries) = field.node.as_object() else {
        field.wrong_type("OBJECT", &mut c.found);
        return None;
    };
    let mode = match language {
        Language::JsonPath => Mode::JsonPath,
        Language::Jsonata => Mode::Jsonata(sees),
    };
    Some(object(c, mode, field.node, entries, &field.location))
}

/// A field that only JSONata states have: any value.
pub(super) fn jsonata_of(c: &mut Checker<'_>, site: &Site<'_>, name: &str, sees: Sees) -> Option<Template> {
    let field = site.fields.get(name).filter(|_| site.language == Language::Jsonata)?;
    jsonata(c, &field, sees)
}

/// Any value of a JSONata state.
pub(super) fn jsonata(c: &mut Checker<'_>, field: &Field<'_>, sees: Sees) -> Option<Template> {
    (!field.node.is_broken()).then(|| any(c, Mode::Jsonata(sees), field.node, &field.location))
}

/// An object and all below it. The parser bounds the depth.
fn object(c: &mut Checker<'_>, mode: Mode, node: &Node, entries: &[Entry], location: &str) -> Template {
    let mut fields: Vec<(Arc<str>, Template)> = Vec::new();
    // By the name that goes out: the key as written, and where its value stands in `fields`.
    let mut seen: HashMap<&str, (&str, usize)> = HashMap::new();
    let mut dynamic = false;
    for entry in entries {
        let key = entry.key.as_str();
        let (name, template) = match (mode, key.strip_suffix(".$")) {
            (Mode::JsonPath, Some(name)) => (name, expression(c, entry, location)),
            _ => (key, Some(value(c, mode, &entry.value, location, key))),
        };
        let Some(template) = template else { continue };
        dynamic |= !matches!(template, Template::Literal(_));
        match seen.get(name) {
            // The same key written twice has been warned of; the last one counts.
            Some((before, at)) if *before == key => {
                if let Some(place) = fields.get_mut(*at) {
                    place.1 = template;
                }
            }
            Some(_) => {
                let message =
                    format!("The field '{name}' is specified more than once, with and without '.$'");
                c.found.error(message, location, entry.key_span);
            }
            None => {
                seen.insert(name, (key, fields.len()));
                fields.push((name.into(), template));
            }
        }
    }
    if dynamic { Template::Object(fields) } else { Template::Literal(node.to_value()) }
}

/// The value of a key that is no `.$` key, in the object at `location`.
fn value(c: &mut Checker<'_>, mode: Mode, node: &Node, location: &str, key: &str) -> Template {
    match (&node.kind, mode) {
        (NodeKind::String(_), Mode::JsonPath) => {
            hints::literal(key, node, location, &mut c.found);
            Template::Literal(node.to_value())
        }
        (NodeKind::String(_), Mode::Jsonata(_)) | (NodeKind::Object(_) | NodeKind::Array(_), _) => {
            any(c, mode, node, &format!("{location}/{}", shortened(key)))
        }
        _ => Template::Literal(node.to_value()),
    }
}

/// Any value, at its own place.
fn any(c: &mut Checker<'_>, mode: Mode, node: &Node, location: &str) -> Template {
    match (&node.kind, mode) {
        (NodeKind::Object(entries), _) => object(c, mode, node, entries, location),
        (NodeKind::Array(items), _) => array(c, mode, node, items, location),
        (NodeKind::String(_), Mode::Jsonata(sees)) => jsonata::expression(c, node, location, sees)
            .map_or_else(|| Template::Literal(node.to_value()), Template::Jsonata),
        _ => Template::Literal(node.to_value()),
    }
}

fn array(c: &mut Checker<'_>, mode: Mode, node: &Node, items: &[Node], location: &str) -> Template {
    let mut templates = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        templates.push(match &item.kind {
            NodeKind::String(_) | NodeKind::Object(_) | NodeKind::Array(_) => {
                any(c, mode, item, &format!("{location}[{at}]"))
            }
            _ => Template::Literal(item.to_value()),
        });
    }
    if templates.iter().all(|item| matches!(item, Template::Literal(_))) {
        return Template::Literal(node.to_value());
    }
    Template::Array(templates)
}

/// The value of a `.$` key.
fn expression(c: &mut Checker<'_>, entry: &Entry, location: &str) -> Option<Template> {
    let key = &entry.key;
    let help = match entry.value.as_str().map(Expression::compile) {
        Some(Ok(expression)) => {
            for name in expression.variables() {
                c.uses_variable(name, location, entry.value.span);
            }
            return Some(Template::Dynamic { field: key.as_str().into(), expression });
        }
        Some(Err(error)) => error.to_string(),
        None if entry.value.is_broken() => return None,
        None => "the value of a key that ends in '.$' is a string".to_owned(),
    };
    let message = format!(
        "The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
    );
    c.found.error(message, location, entry.value.span).help(help);
    None
}
