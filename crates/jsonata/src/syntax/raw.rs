//! The tree as the parser builds it: operators with their operands.

use super::Signature;
use crate::text::regex::Pattern;
use std::sync::Arc;

/// A part of the tree.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) kind: RawKind,
    /// In bytes of the text.
    pub(super) offset: usize,
    /// Followed by `[]`.
    pub(super) keep_array: bool,
    /// How deep the tree below is.
    pub(super) depth: u32,
}

pub(super) type Pairs = Vec<(Raw, Raw)>;

#[derive(Debug)]
pub(super) enum RawKind {
    /// The end of the text where an operand should stand.
    End,
    Name(Arc<str>),
    Variable(Arc<str>),
    Text(Arc<str>),
    Number(f64),
    Bool(bool),
    Null,
    Regex(Pattern),
    /// `and`, `or` or `in` where an operand stands, which makes it a name.
    Word(&'static str),
    Wildcard,
    Descendants,
    Parent,
    /// `?` as an argument
    Placeholder,
    Dot(Box<Raw>, Box<Raw>),
    Filter(Box<Raw>, Box<Raw>),
    Group(Box<Raw>, Pairs),
    /// Each term and whether it sorts downwards.
    Sort(Box<Raw>, Vec<(Raw, bool)>),
    Bind(Arc<str>, Box<Raw>),
    Focus(Box<Raw>, Arc<str>),
    Index(Box<Raw>, Arc<str>),
    Apply(Box<Raw>, Box<Raw>),
    Binary(&'static str, Box<Raw>, Box<Raw>),
    Negate(Box<Raw>),
    Array(Vec<Raw>),
    Object(Pairs),
    Call(Box<Raw>, Vec<Raw>),
    Lambda(Vec<Arc<str>>, Option<Signature>, Box<Raw>),
    Condition(Box<Raw>, Box<Raw>, Option<Box<Raw>>),
    Transform(Box<Raw>, Box<Raw>, Option<Box<Raw>>),
    Block(Vec<Raw>),
}
