//! Where in a tree a place of the text is: the way down from the document, and whether a key, a value or
//! nothing stands there. It knows JSON's form and nothing of states.

use crate::Span;
use crate::tree::{Entry, Node, NodeKind};

/// What leads from a container to what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name<'t> {
    Key(&'t str),
    Index(usize),
}

/// One step of the way down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'t> {
    pub(super) container: &'t Node,
    pub(super) name: Name<'t>,
}

/// What stands at the end of the way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'t> {
    /// A key of this object, or where one could be: then there is no entry.
    Key { object: &'t Node, entry: Option<&'t Entry> },
    /// A value that is no container, or where one could be. The last step leads to it.
    Value { node: Option<&'t Node> },
}

/// A place of the text in the tree.
#[derive(Clone, Debug)]
pub(super) struct Spot<'t> {
    pub(super) path: Vec<Step<'t>>,
    pub(super) place: Place<'t>,
}

/// Finds a byte of the text in its tree; `None` when it is outside of the document or the document is
/// no container.
pub(super) fn find<'t>(root: &'t Node, text: &str, offset: usize) -> Option<Spot<'t>> {
    if !contains(root, text, offset) {
        return None;
    }
    let mut path = Vec::new();
    let mut node = root;
    loop {
        let (name, value) = match &node.kind {
            NodeKind::Object(entries) => match in_object(entries, text, offset) {
                Inside::Key(entry) => {
                    return Some(Spot { path, place: Place::Key { object: node, entry } });
                }
                Inside::Value(entry, is_there) => (Name::Key(&entry.key), is_there.then_some(&entry.value)),
            },
            NodeKind::Array(items) => {
                let at = items.partition_point(|item| item.span.end < offset);
                let item = items.get(at).filter(|item| contains(item, text, offset));
                (Name::Index(at), item)
            }
            _ => return None,
        };
        path.push(Step { container: node, name });
        match value {
            Some(inner) if matches!(inner.kind, NodeKind::Object(_) | NodeKind::Array(_)) => node = inner,
            _ => return Some(Spot { path, place: Place::Value { node: value } }),
        }
    }
}

enum Inside<'t> {
    Key(Option<&'t Entry>),
    /// The value, and whether there is one.
    Value(&'t Entry, bool),
}

fn in_object<'t>(entries: &'t [Entry], text: &str, offset: usize) -> Inside<'t> {
    let before = entries.partition_point(|entry| entry.key_span.start <= offset);
    let Some(entry) = before.checked_sub(1).and_then(|at| entries.get(at)) else { return Inside::Key(None) };
    if touches(text, entry.key_span, offset) {
        return Inside::Key(Some(entry));
    }
    if contains(&entry.value, text, offset) {
        return Inside::Value(entry, true);
    }
    // Behind the colon, where the value is missing or has not begun.
    let between = text.get(entry.key_span.end..offset).unwrap_or_default().trim_start();
    let waits = entry.value.is_broken() || offset <= entry.value.span.start;
    match between.strip_prefix(':') {
        Some(rest) if waits && !rest.contains([',', '}', ']', '{', '[']) => Inside::Value(entry, false),
        _ => Inside::Key(None),
    }
}

/// Whether a place is within a value, its ends included where they are no brackets or quotes.
fn contains(node: &Node, text: &str, offset: usize) -> bool {
    match &node.kind {
        NodeKind::Object(_) | NodeKind::Array(_) => {
            let bracketed = text.get(node.span.start..).is_some_and(|rest| rest.starts_with(['{', '[']));
            let open = node.damaged || !bracketed;
            let begins = if bracketed { node.span.start < offset } else { node.span.start <= offset };
            begins && (offset < node.span.end || (open && offset <= node.span.end))
        }
        NodeKind::Broken => false,
        _ => touches(text, node.span, offset),
    }
}

/// Whether a place is within a scalar: between its quotes, or at its ends where it has none.
fn touches(text: &str, span: Span, offset: usize) -> bool {
    match quotes(text, span) {
        None => (span.start..=span.end).contains(&offset),
        Some((_, closed)) => span.start < offset && (offset < span.end || (offset == span.end && !closed)),
    }
}

/// The quote that a scalar begins with, and whether it is closed.
pub(super) fn quotes(text: &str, span: Span) -> Option<(char, bool)> {
    let written = text.get(span.start..span.end)?;
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let inner = written.get(1..)?;
    let closed = inner.strip_suffix(quote).is_some_and(|inner| {
        let backslashes = inner.chars().rev().take_while(|c| *c == '\\').count();
        quote == '\'' || backslashes % 2 == 0
    });
    Some((quote, closed))
}

/// What stands between the quotes of a scalar; all of one without quotes.
pub(super) fn inner(text: &str, span: Span) -> Span {
    match quotes(text, span) {
        Some((_, true)) => Span::new(span.start + 1, span.end - 1),
        Some((_, false)) => Span::new(span.start + 1, span.end),
        None => span,
    }
}

/// The letters, digits and dollars around a place.
pub(super) fn word(text: &str, offset: usize) -> Span {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let before = text.get(..offset).unwrap_or_default();
    let after = text.get(offset..).unwrap_or_default();
    let start = before.trim_end_matches(is_word).len();
    Span::new(start, offset + (after.len() - after.trim_start_matches(is_word).len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use expect_test::{Expect, expect};

    /// `|` is the place.
    fn check(marked: &str, expected: &Expect) {
        let offset = marked.find('|').expect("a place");
        let text = marked.replacen('|', "", 1);
        let (tree, _) = parse(&text);
        let spot = tree.root.as_ref().and_then(|root| find(root, &text, offset));
        let said = spot.map_or("nowhere".to_owned(), |spot| {
            let path: Vec<String> = spot
                .path
                .iter()
                .map(|step| match step.name {
                    Name::Key(key) => key.to_owned(),
                    Name::Index(at) => at.to_string(),
                })
                .collect();
            let place = match spot.place {
                Place::Key { entry, .. } => format!("key {:?}", entry.map(|entry| entry.key.as_str())),
                Place::Value { node } => format!("value {:?}", node.map(|node| node.to_value().to_string())),
            };
            format!("/{} {place}", path.join("/"))
        });
        expected.assert_eq(&said);
    }

    #[test]
    fn places_are_found_in_sound_texts() {
        check(r#"{"a|b": 1}"#, &expect![[r#"/ key Some("ab")"#]]);
        check(r#"{|"ab": 1}"#, &expect!["/ key None"]);
        check(r#"{"ab":| 1}"#, &expect!["/ab value None"]);
        check(r#"{"ab": 1|}"#, &expect![[r#"/ab value Some("1")"#]]);
        check(r#"{"ab": "x|", "c": 1}"#, &expect![[r#"/ab value Some("\"x\"")"#]]);
        check(r#"{"ab": "x"|, "c": 1}"#, &expect!["/ key None"]);
        check(r#"{"ab": {"c": [1, {"d": "|"}]}}"#, &expect![[r#"/ab/c/1/d value Some("\"\"")"#]]);
        check(r#"{"ab": [1, |]}"#, &expect!["/ab/1 value None"]);
        check(r#"{}|"#, &expect!["nowhere"]);
        check("|", &expect!["nowhere"]);
    }

    #[test]
    fn places_are_found_in_broken_texts() {
        check(r#"{"a": {"|"#, &expect![[r#"/a key Some("")"#]]);
        check("{\"a\": {\"Ne|\n\"x\": 1}}", &expect![[r#"/a key Some("Ne")"#]]);
        check("{\"a\": {\"Next\": |\n\"x\": 1}}", &expect!["/a/Next value None"]);
        check("{\"a\": {\"Next\": \"|\n\"x\": 1}}", &expect![[r#"/a/Next value Some("\"\"")"#]]);
        check("{\"a\": {\"Next\": Ab|\n}}", &expect!["/a/Next value None"]);
        check("{\"a\": {\"Next\": \"B\", T|\n}}", &expect!["/a key None"]);
        check("{\"a\": [|", &expect!["/a/0 value None"]);
        check("{\"a\": 1, |", &expect!["/ key None"]);
    }
}
