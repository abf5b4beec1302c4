//! Payload templates (`Parameters`, `ResultSelector`, `ItemSelector`, `Credentials`):
//! objects whose keys that end in `.$` are evaluated, at any depth, also within arrays.

use super::fields::{Field, shortened};
use super::{Checker, Site, hints, unsupported};
use crate::program::Template;
use crate::tree::{Entry, Node, NodeKind};
use stateline_jsonpath::Expression;
use std::collections::HashMap;
use std::sync::Arc;

/// A template field, if the state has it. Nothing in a JSONata state is a template.
pub(super) fn of(c: &mut Checker<'_>, site: &Site<'_>, name: &str) -> Option<Template> {
    if site.language == super::Language::Jsonata {
        return None;
    }
    let field = site.fields.get(name)?;
    compile(c, &field)
}

/// A value that must be a template.
fn compile(c: &mut Checker<'_>, field: &Field<'_>) -> Option<Template> {
    let Some(entries) = field.node.as_object() else {
        field.wrong_type("OBJECT", &mut c.found);
        return None;
    };
    Some(object(c, field.node, entries, &field.location))
}

/// An object and all below it. The parser bounds the depth.
fn object(c: &mut Checker<'_>, node: &Node, entries: &[Entry], location: &str) -> Template {
    let mut fields: Vec<(Arc<str>, Template)> = Vec::new();
    // By the name that goes out: the key as written, and where its value stands in `fields`.
    let mut seen: HashMap<&str, (&str, usize)> = HashMap::new();
    let mut dynamic = false;
    for entry in entries {
        let key = entry.key.as_str();
        let (name, template) = match key.strip_suffix(".$") {
            Some(name) => (name, expression(c, entry, location)),
            None => {
                hints::literal(key, &entry.value, location, &mut c.found);
                (key, Some(value(c, &entry.value, location, key)))
            }
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

/// Any value within a template, under a key of the object at `location`.
fn value(c: &mut Checker<'_>, node: &Node, location: &str, key: &str) -> Template {
    let below = || format!("{location}/{}", shortened(key));
    match &node.kind {
        NodeKind::Object(entries) => object(c, node, entries, &below()),
        NodeKind::Array(items) => array(c, node, items, &below()),
        _ => Template::Literal(node.to_value()),
    }
}

fn array(c: &mut Checker<'_>, node: &Node, items: &[Node], location: &str) -> Template {
    let mut templates = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        templates.push(match &item.kind {
            NodeKind::Object(entries) => object(c, item, entries, &format!("{location}[{at}]")),
            NodeKind::Array(inner) => array(c, item, inner, &format!("{location}[{at}]")),
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
            if unsupported::variables(&expression, location, entry.value.span, &mut c.found) {
                return None;
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
