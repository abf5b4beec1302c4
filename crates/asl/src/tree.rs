//! A definition as a tree of JSON values, each with its place in the text.
//!
//! The parser makes one of every text, however broken; `check` walks it, and so
//! does the editor for completion and hover. It knows JSON and nothing of states.

use crate::Span;
use serde_json::Value;

/// The outcome of parsing a text.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The document; `None` when the text has no value at all.
    pub root: Option<Node>,
}

/// A JSON value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// From its first to behind its last byte.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
    /// Whether the parser had to skip text inside it, so that fields may be missing.
    pub damaged: bool,
}

/// The kinds of JSON value.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written; what is here is a JSON number.
    Number(Box<str>),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, its entries in order, repeated keys included.
    Object(Vec<Entry>),
    /// Text that is no value; the parser has reported it.
    Broken,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Unescaped.
    pub key: String,
    /// The key with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Tree {
    /// The document as JSON text; `null` for a text without a value.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.root.as_ref().map_or(Value::Null, Node::to_value).to_string()
    }
}

impl Node {
    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, NodeKind::Null)
    }

    /// Whether the parser found no value here.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self.kind, NodeKind::Broken)
    }

    /// The value under a key; of repeated keys the last one, as JSON readers do.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key; of repeated keys the last one.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_object()?.iter().rev().find(|entry| entry.key == key)
    }

    /// The same as a plain JSON value; broken places are null. The parser bounds
    /// the depth, so the recursion is bounded too.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null | NodeKind::Broken => Value::Null,
            NodeKind::Bool(truth) => Value::Bool(*truth),
            // A number too large for any Rust type has no better reading than null.
            NodeKind::Number(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Array(items) => items.iter().map(Node::to_value).collect(),
            NodeKind::Object(entries) => {
                let pairs = entries.iter().map(|entry| (entry.key.clone(), entry.value.to_value()));
                Value::Object(pairs.collect())
            }
        }
    }
}
