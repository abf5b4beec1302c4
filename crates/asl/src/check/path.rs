//! Fields that hold a path: `InputPath`, `OutputPath`, `ItemsPath`, `ResultPath`,
//! and the `…Path` form of constants. Which document they are read from is the
//! engine's matter.

use super::fields::{Field, Fields};
use super::jsonata::{self, Sees};
use super::{Checker, Language, Site};
use crate::program::{Number, ResultPath, Selector};
use stateline_jsonpath::{Query, ReferencePath, Source};
use std::ops::RangeInclusive;

/// AWS's words for text that is no path.
const NOT_A_PATH: &str = "Value must be a valid JSONPath.";
/// AWS's words for a path that may match several places.
pub(super) const NOT_A_REFERENCE: &str = "Value is not a Reference Path";

/// `InputPath` or `OutputPath`: any path, or null.
pub(super) fn selector(c: &mut Checker<'_>, site: &Site<'_>, name: &str) -> Selector {
    let Some(field) = site.fields.get(name) else { return Selector::Whole };
    if field.node.is_null() {
        return Selector::Nothing;
    }
    query(c, &field).map_or(Selector::Whole, selected)
}

/// `ItemsPath`: a reference path.
pub(super) fn items(c: &mut Checker<'_>, site: &Site<'_>) -> Selector {
    let field = site.fields.get("ItemsPath");
    field.and_then(|field| reference(c, &field)).map_or(Selector::Whole, selected)
}

/// A path that is exactly `$` selects all, which the engine then need not copy.
fn selected(query: Query) -> Selector {
    if *query.source() == Source::Input && query.path().is_root() {
        Selector::Whole
    } else {
        Selector::Query(query)
    }
}

/// `ResultPath` of a state or a catcher: a reference path into the raw input, or null.
pub(super) fn result(c: &mut Checker<'_>, fields: &Fields<'_>) -> ResultPath {
    let Some(field) = fields.get("ResultPath") else { return ResultPath::Replace };
    if field.node.is_null() {
        return ResultPath::Discard;
    }
    let Some(text) = field.string(&mut c.found) else { return ResultPath::Replace };
    match ReferencePath::compile(text) {
        Ok(path) if path.is_root() => ResultPath::Replace,
        Ok(path) => ResultPath::At(path),
        Err(error) => {
            let help = if text.starts_with("$$") {
                "a result cannot be written into the Context object".to_owned()
            } else {
                error.to_string()
            };
            let message = if text.starts_with('$') { NOT_A_REFERENCE } else { NOT_A_PATH };
            c.found.error(message, &field.location, field.node.span).help(help);
            ResultPath::Replace
        }
    }
}

/// A path from the input, the Context object or a variable.
pub(super) fn query(c: &mut Checker<'_>, field: &Field<'_>) -> Option<Query> {
    let text = field.string(&mut c.found)?;
    match Query::compile(text) {
        Ok(query) => {
            read_from(c, &query, field);
            Some(query)
        }
        Err(error) => {
            c.found.error(NOT_A_PATH, &field.location, field.node.span).help(error.to_string());
            None
        }
    }
}

/// A path that names one place: only names and indexes.
pub(super) fn reference(c: &mut Checker<'_>, field: &Field<'_>) -> Option<Query> {
    let query = query(c, field)?;
    if let Err(error) = ReferencePath::compile(query.path().text()) {
        c.found.error(NOT_A_REFERENCE, &field.location, field.node.span).help(error.to_string());
        return None;
    }
    Some(query)
}

/// Remembers the variable that a path of a field starts at, if it does.
pub(super) fn read_from(c: &mut Checker<'_>, query: &Query, field: &Field<'_>) {
    if let Source::Variable(name) = query.source() {
        c.uses_variable(name, &field.location, field.node.span);
    }
}

/// `X` as a whole number, `XPath` as a reference path (JSONPath) or `X` as an
/// expression (JSONata), not two of them.
pub(super) fn number(
    c: &mut Checker<'_>,
    fields: &Fields<'_>,
    language: Language,
    name: &str,
    range: RangeInclusive<u64>,
) -> Option<Number> {
    let path_name = format!("{name}Path");
    if !fields.at_most_one(&[name, &path_name], &mut c.found) {
        return None;
    }
    if let Some(field) = fields.get(&path_name).filter(|_| language == Language::JsonPath) {
        return reference(c, &field).map(Number::Path);
    }
    let field = fields.get(name)?;
    if language == Language::Jsonata && jsonata::is_meant(field.node) {
        return jsonata::expression(c, field.node, &field.location, Sees::Entry).map(Number::Jsonata);
    }
    field.integer(range, &mut c.found).map(Number::Fixed)
}
