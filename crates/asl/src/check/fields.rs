//! The fields of one object of a definition, read with their types and ranges.
//!
//! Every reader reports what is wrong and gives `None`; for an absent field it
//! gives `None` silently. Values that the parser could not read are silent too,
//! because the parser has reported them. Which fields an object may have is
//! `allowed`'s business.

use super::findings::Findings;
use crate::Span;
use crate::tree::{Node, NodeKind};
use std::ops::RangeInclusive;

/// An object with the place it stands at.
#[derive(Clone)]
pub(super) struct Fields<'t> {
    /// The object.
    pub(super) node: &'t Node,
    /// `/States/X`; empty for the whole definition.
    pub(super) location: String,
    /// What to underline when the object as a whole is at fault: a state's name, or its brace.
    pub(super) span: Span,
}

/// One field with the place it stands at.
#[derive(Clone)]
pub(super) struct Field<'t> {
    /// Its key.
    pub(super) name: &'t str,
    /// Its value.
    pub(super) node: &'t Node,
    /// Where its key stands.
    pub(super) key_span: Span,
    /// `/States/X/Field`.
    pub(super) location: String,
}

impl<'t> Fields<'t> {
    /// The fields of a value that must be an object.
    pub(super) fn of(node: &'t Node, location: String, found: &mut Findings) -> Option<Self> {
        if node.as_object().is_none() {
            wrong_type(node, &location, "OBJECT", found);
            return None;
        }
        // Its brace; a mapping of YAML has none and begins with its first key.
        let first = node.as_object().and_then(<[_]>::first);
        let span = match first {
            Some(entry) if entry.key_span.start == node.span.start => entry.key_span,
            _ => Span::new(node.span.start, node.span.end.min(node.span.start + 1)),
        };
        Some(Fields { node, location, span })
    }

    /// The object's own place; `/` for the whole definition.
    pub(super) fn place(&self) -> &str {
        if self.location.is_empty() { "/" } else { &self.location }
    }

    /// A field, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<Field<'t>> {
        let entry = self.node.entry(name)?;
        let location = format!("{}/{}", self.location, entry.key);
        Some(Field { name: &entry.key, node: &entry.value, key_span: entry.key_span, location })
    }

    /// Whether a field is there, whatever its value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.node.entry(name).is_some()
    }

    /// Reports those of `names` that are missing. Of an object that lost text to a
    /// syntax error nothing is required.
    pub(super) fn require(&self, names: &[&str], found: &mut Findings) {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !self.has(name)).collect();
        if !missing.is_empty() && !self.node.damaged {
            let message = format!("These fields are required: [{}]", missing.join(", "));
            found.error(message, self.place(), self.span);
        }
    }

    /// Reports when more than one of `names` is there; false then.
    pub(super) fn at_most_one(&self, names: &[&str], found: &mut Findings) -> bool {
        let present: Vec<&str> = names.iter().copied().filter(|name| self.has(name)).collect();
        if present.len() < 2 {
            return true;
        }
        let message = format!("There should only be one of the following fields: [{}]", names.join(", "));
        let second =
            present.get(1).and_then(|name| self.node.entry(name)).map_or(self.span, |entry| entry.key_span);
        found
            .error(message, self.place(), second)
            .help(format!("keep one of {} and remove the others", present.join(" and ")));
        false
    }

    /// Reports when not exactly one of `names` is there; false then.
    pub(super) fn exactly_one(&self, names: &[&str], found: &mut Findings) -> bool {
        if names.iter().any(|name| self.has(name)) {
            return self.at_most_one(names, found);
        }
        if !self.node.damaged {
            let message =
                format!("This object should have only one of the following fields: [{}]", names.join(", "));
            found.error(message, self.place(), self.span).help(format!("add one of {}", names.join(", ")));
        }
        false
    }

    /// A field that must be a string.
    pub(super) fn string(&self, name: &str, found: &mut Findings) -> Option<(Field<'t>, &'t str)> {
        let field = self.get(name)?;
        let text = field.string(found)?;
        Some((field, text))
    }

    /// A field that must be a whole number within a range.
    pub(super) fn integer(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
        found: &mut Findings,
    ) -> Option<u64> {
        self.get(name)?.integer(range, found)
    }

    /// A field that must be an array, with the place of each element.
    pub(super) fn list(&self, name: &str, found: &mut Findings) -> Option<Vec<(&'t Node, String)>> {
        let field = self.get(name)?;
        let Some(items) = field.node.as_array() else {
            field.wrong_type("ARRAY", found);
            return None;
        };
        let place = |at: usize| format!("{}[{at}]", field.location);
        Some(items.iter().enumerate().map(|(at, item)| (item, place(at))).collect())
    }

    /// A field that must be an array with at least one element.
    pub(super) fn full_list(&self, name: &str, found: &mut Findings) -> Option<Vec<(&'t Node, String)>> {
        let items = self.list(name, found)?;
        if !items.is_empty() {
            return Some(items);
        }
        if let Some(field) = self.get(name).filter(|field| !field.node.damaged) {
            found.error("Value cannot be empty", &field.location, field.node.span);
        }
        None
    }

    /// A field that must be one of a few words.
    pub(super) fn word(&self, name: &str, words: &[&str], found: &mut Findings) -> Option<&'t str> {
        let (field, text) = self.string(name, found)?;
        if words.contains(&text) {
            return Some(text);
        }
        let message = format!("Value should be one of the following: [{}]", words.join(", "));
        found.error(message, &field.location, field.node.span);
        None
    }

    /// `Comment`: any string, without a meaning.
    pub(super) fn comment(&self, found: &mut Findings) {
        self.string("Comment", found);
    }
}

impl<'t> Field<'t> {
    /// Reports that the value is of another type than it must be.
    pub(super) fn wrong_type(&self, types: &str, found: &mut Findings) {
        wrong_type(self.node, &self.location, types, found);
    }

    /// The value as a string.
    pub(super) fn string(&self, found: &mut Findings) -> Option<&'t str> {
        let text = self.node.as_str();
        if text.is_none() {
            self.wrong_type("STRING", found);
        }
        text
    }

    /// The value as true or false.
    pub(super) fn boolean(&self, found: &mut Findings) -> Option<bool> {
        if let NodeKind::Bool(truth) = self.node.kind {
            return Some(truth);
        }
        self.wrong_type("BOOLEAN", found);
        None
    }

    /// The value as a whole number within a range.
    pub(super) fn integer(&self, range: RangeInclusive<u64>, found: &mut Findings) -> Option<u64> {
        let text = match &self.node.kind {
            NodeKind::Number(text) if !text.contains(['.', 'e', 'E']) => text,
            _ => {
                self.wrong_type("INTEGER", found);
                return None;
            }
        };
        let message = match text.parse::<u64>() {
            Ok(number) if range.contains(&number) => return Some(number),
            Ok(number) if number < *range.start() => format!("Minimum value is {}", range.start()),
            // `-0` is zero; all else with a sign lies below.
            Err(_) if text.trim_matches(['-', '0']).is_empty() && range.contains(&0) => return Some(0),
            Err(_) if text.starts_with('-') => format!("Minimum value is {}", range.start()),
            _ => format!("Maximum value is {}", range.end()),
        };
        found.error(message, &self.location, self.node.span);
        None
    }

    /// The value as any number of at least `minimum`.
    pub(super) fn number(&self, minimum: f64, found: &mut Findings) -> Option<f64> {
        let number = match &self.node.kind {
            NodeKind::Number(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
            _ => None,
        };
        let Some(number) = number else {
            self.wrong_type("NUMBER", found);
            return None;
        };
        if number < minimum {
            found.error(format!("Minimum value is {minimum:?}"), &self.location, self.node.span);
            return None;
        }
        Some(number)
    }
}

/// Characters of a key that a place shows. A name this long is an error anyway, and
/// a place that repeats it for all that is below would grow with the square of the text.
const SHOWN_CHARS_MAX: usize = 200;

/// A key as far as a place shows it.
pub(super) fn shortened(key: &str) -> &str {
    key.char_indices().nth(SHOWN_CHARS_MAX).and_then(|(end, _)| key.get(..end)).unwrap_or(key)
}

/// Reports a value of a wrong type, unless the parser has already reported it.
pub(super) fn wrong_type(node: &Node, location: &str, types: &str, found: &mut Findings) {
    if !node.is_broken() {
        let place = if location.is_empty() { "/" } else { location };
        let is = match node.kind {
            NodeKind::Null | NodeKind::Broken => "null",
            NodeKind::Bool(_) => "true or false",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Array(_) => "an array",
            NodeKind::Object(_) => "an object",
        };
        found
            .error(format!("Expected value of type [{types}]"), place, node.span)
            .help(format!("this is {is}"));
    }
}
