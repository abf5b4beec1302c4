//! The reader's events → a tree. Containers that are open stand on a stack of our
//! own, so that no depth of nesting grows the program's.

use super::{Reader, scalar};
use crate::json::DEPTH_MAX;
use crate::tree::{Entry, Node, NodeKind};
use crate::{Code, Severity, Span};
use saphyr_parser::{Event, Tag};
use std::collections::{BTreeSet, HashMap};

/// Values that aliases may add to a definition. Without a bound nine lines of
/// aliases of aliases would fill the memory.
const COPIED_MAX: usize = 100_000;

/// A tree that is being built.
#[derive(Default)]
pub(super) struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    copied: usize,
}

/// A container whose end has not come.
struct Open {
    span: Span,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    Array(Vec<Node>),
    /// Entries, and the key whose value has not come.
    Object(Vec<Entry>, Option<(String, Span)>),
}

impl Builder {
    /// Takes an event; false when nothing behind it can be understood.
    pub(super) fn take(&mut self, reader: &mut Reader<'_>, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.wants_key() {
                    self.key(text.into_owned(), span);
                    return true;
                }
                let kind = scalar::value(&text, style, tag.as_deref()).unwrap_or_else(|(message, help)| {
                    reader.error(Code::InvalidYaml, message, span, help);
                    NodeKind::Broken
                });
                self.place(Node { span, kind, damaged: false }, anchor);
                true
            }
            Event::Alias(anchor) => self.alias(reader, anchor, span),
            Event::SequenceStart(anchor, tag) => {
                self.start(reader, span, anchor, OpenKind::Array(Vec::new()), tag.as_deref())
            }
            Event::MappingStart(anchor, tag) => {
                self.start(reader, span, anchor, OpenKind::Object(Vec::new(), None), tag.as_deref())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(reader, span, false);
                true
            }
            _ => true,
        }
    }

    /// What there is when no more events come: whole, or damaged where something is open.
    pub(super) fn broken(mut self, reader: &mut Reader<'_>) -> Option<Node> {
        while !self.open.is_empty() {
            let end = reader.text.len();
            self.end(reader, Span::new(end, end), true);
        }
        self.root
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: OpenKind::Object(_, None), .. }))
    }

    fn key(&mut self, text: String, span: Span) {
        if let Some(Open { kind: OpenKind::Object(_, key), .. }) = self.open.last_mut() {
            *key = Some((text, span));
        }
    }

    fn start(
        &mut self,
        reader: &mut Reader<'_>,
        span: Span,
        anchor: usize,
        kind: OpenKind,
        tag: Option<&Tag>,
    ) -> bool {
        let says = if matches!(kind, OpenKind::Array(_)) { "seq" } else { "map" };
        if let Some(tag) = tag.filter(|tag| !scalar::says(tag, says)) {
            let (message, help) = scalar::unknown(tag);
            reader.error(Code::InvalidYaml, message, span, help);
        }
        if self.wants_key() {
            let message = "The key of a mapping must be a text".to_owned();
            reader.error(Code::InvalidYaml, message, span, "a definition has no other keys than names");
            return false;
        }
        if self.open.len() >= DEPTH_MAX {
            let message = format!("The definition is nested more than {DEPTH_MAX} levels deep");
            let help =
                "move inner states into a state machine of their own and start it with states:startExecution";
            reader.error(Code::TooDeeplyNested, message, span, help);
            return false;
        }
        self.open.push(Open { span, anchor, kind });
        true
    }

    fn end(&mut self, reader: &mut Reader<'_>, span: Span, damaged: bool) {
        let Some(open) = self.open.pop() else { return };
        let kind = match open.kind {
            OpenKind::Array(items) => NodeKind::Array(items),
            OpenKind::Object(entries, _) => {
                repeated(reader, &entries);
                NodeKind::Object(entries)
            }
        };
        // A block ends where the next thing begins; blank lines between are not of it.
        let end = reader.text.get(..span.end).map_or(span.end, |before| before.trim_end().len());
        let span = Span::new(open.span.start, end.max(open.span.end));
        self.place(Node { span, kind, damaged }, open.anchor);
    }

    /// Puts a value where it belongs: into what is open, or at the root.
    fn place(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            Some(OpenKind::Array(items)) => items.push(node),
            Some(OpenKind::Object(entries, key)) => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, value: node });
                }
            }
            None => self.root = Some(node),
        }
    }

    /// A copy of an anchor's value, at the place of the alias.
    fn alias(&mut self, reader: &mut Reader<'_>, anchor: usize, span: Span) -> bool {
        let Some(node) = self.anchors.get(&anchor) else {
            let message = "This alias stands within the value that it names".to_owned();
            reader.error(Code::InvalidYaml, message, span, "a definition cannot contain itself");
            return false;
        };
        if self.wants_key() {
            let Some(text) = node.as_str().map(str::to_owned) else {
                let message = "The key of a mapping must be a text".to_owned();
                reader.error(Code::InvalidYaml, message, span, "a definition has no other keys than names");
                return false;
            };
            self.key(text, span);
            return true;
        }
        let (count, depth) = size(node);
        self.copied += count;
        if self.copied > COPIED_MAX || self.open.len() + depth > DEPTH_MAX {
            let message = "The aliases make the definition too large or too deep".to_owned();
            reader.error(Code::InvalidYaml, message, span, "write less with aliases");
            return false;
        }
        let node = Node { span, ..node.clone() };
        self.place(node, 0);
        true
    }
}

/// How many values a value has, itself included, and how deep it is. Its depth is bounded.
fn size(node: &Node) -> (usize, usize) {
    let inner: Vec<(usize, usize)> = match &node.kind {
        NodeKind::Array(items) => items.iter().map(size).collect(),
        NodeKind::Object(entries) => entries.iter().map(|entry| size(&entry.value)).collect(),
        _ => return (1, 0),
    };
    let count: usize = inner.iter().map(|(count, _)| count).sum();
    (count + 1, inner.iter().map(|(_, depth)| *depth).max().unwrap_or(0) + 1)
}

/// Keys that stand twice: the last one counts, as in JSON, and the author is told.
fn repeated(reader: &mut Reader<'_>, entries: &[Entry]) {
    let mut seen = BTreeSet::new();
    for entry in entries {
        if !seen.insert(entry.key.as_str()) {
            let message = format!("The key '{}' stands more than once in this object", entry.key);
            let help = "only the last one counts";
            reader.add(Code::DuplicateKey, Severity::Warning, message, entry.key_span, help);
        }
    }
}
