//! One service: its actions and the shapes of their answers, read from the table's text.
//!
//! ```text
//! GetFunction\t0                                  an operation and the shape of its answer
//! …
//!                                                 an empty line, then the shapes by their number
//! {Configuration 1\tTags <s                       a structure; a member that must be there has a !
//! {MemorySize i128~10240\tRuntime 2
//! s\tnodejs\tpython3.13                           a text with its words
//! ```
//!
//! A shape is a number, `[` or `<` with what a list or a map holds, or a letter: `s`tring, `i`nteger,
//! `f`loat, `b`oolean, `t`imestamp, `x` (a blob), `d`ocument; behind it the bounds, if there are any.

use crate::check::{Check, Mismatch, Mode};
use crate::names::spellings;
use crate::table;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A service's answers.
#[derive(Clone, Debug)]
pub struct Service {
    text: String,
    /// Where each shape stands in the text.
    shapes: Vec<std::ops::Range<usize>>,
}

/// The shape of an answer, or of a part of it.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    service: &'a Service,
    /// Shapes of one service with the same code are the same shape.
    pub(crate) code: &'a str,
}

/// What a shape is.
#[derive(Debug)]
pub(crate) enum Form<'a> {
    Structure(Structure<'a>),
    List(Shape<'a>),
    Map(Shape<'a>),
    /// A text with the words it may be; no words stand for any.
    Text(Bounds, HashSet<&'a str>),
    Number(Bounds),
    Boolean,
    Blob(Bounds),
    /// Any JSON.
    Any,
}

/// What a structure has, found by any spelling.
#[derive(Debug, Default)]
pub(crate) struct Structure<'a> {
    members: HashMap<String, Shape<'a>>,
    required: Vec<(&'a str, Vec<String>)>,
}

/// The least and the most of a number, or of a text's length.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

impl Service {
    /// The service with a name as `aws-sdk` integrations spell it: `lambda`, `sfn`, `cloudwatchlogs`.
    #[must_use]
    pub fn find(name: &str) -> Option<Service> {
        let text = table::read(name)?;
        let mut at = text.find("\n\n")? + 2;
        let mut shapes = Vec::new();
        for line in text.get(at..)?.lines() {
            shapes.push(at..at + line.len());
            at += line.len() + 1;
        }
        Some(Service { text, shapes })
    }

    /// The names of all services.
    pub fn names() -> impl Iterator<Item = &'static str> {
        table::services()
    }

    /// The shape of what an action answers with, the action spelt as in a resource: `getFunction`.
    /// `None` for an unknown action and for one that answers with nothing.
    #[must_use]
    pub fn response(&self, action: &str) -> Option<Shape<'_>> {
        let (_, code) = self.operations().find(|(name, _)| is_action(name, action))?;
        (code != "-").then_some(Shape { service: self, code })
    }

    /// Whether the service has an action.
    #[must_use]
    pub fn has(&self, action: &str) -> bool {
        self.operations().any(|(name, _)| is_action(name, action))
    }

    fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once('\t'))
    }

    fn line(&self, number: &str) -> Option<&str> {
        let range = self.shapes.get(number.parse::<usize>().ok()?)?;
        self.text.get(range.clone())
    }
}

/// An action is the operation's name with a small first letter.
fn is_action(operation: &str, action: &str) -> bool {
    let (mut operation, mut action) = (operation.chars(), action.chars());
    match (operation.next(), action.next()) {
        (Some(first), Some(given)) => {
            given == first.to_ascii_lowercase() && operation.as_str() == action.as_str()
        }
        _ => false,
    }
}

impl<'a> Shape<'a> {
    /// Checks a value against the shape.
    ///
    /// # Errors
    /// The first [`Mismatch`].
    pub fn check(&self, value: &Value, mode: Mode) -> Result<(), Mismatch> {
        Check::new(mode).value(*self, value, None)
    }

    /// The shape of a structure's member, as Step Functions spells it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Shape<'a>> {
        match self.form() {
            Form::Structure(structure) => structure.member(name),
            _ => None,
        }
    }

    /// What the shape is. Code that this release cannot read stands for any value.
    pub(crate) fn form(&self) -> Form<'a> {
        let of = |code| Shape { service: self.service, code };
        let code = match self.code.as_bytes().first() {
            Some(b'0'..=b'9') => self.service.line(self.code).unwrap_or("d"),
            _ => self.code,
        };
        let (Some(kind), Some(rest)) = (code.get(..1), code.get(1..)) else { return Form::Any };
        let mut parts = rest.split('\t');
        match kind {
            "{" => Form::Structure(Structure::read(self.service, parts)),
            "[" => Form::List(of(rest)),
            "<" => Form::Map(of(rest)),
            "s" => Form::Text(bounds(parts.next()), parts.collect()),
            "t" => Form::Text(Bounds::default(), HashSet::new()),
            "i" | "f" => Form::Number(bounds(parts.next())),
            "b" => Form::Boolean,
            "x" => Form::Blob(bounds(parts.next())),
            _ => Form::Any,
        }
    }
}

impl<'a> Structure<'a> {
    fn read(service: &'a Service, parts: impl Iterator<Item = &'a str>) -> Self {
        let mut structure = Structure::default();
        for part in parts {
            let Some((name, rest)) = part.find([' ', '!']).and_then(|end| part.split_at_checked(end)) else {
                continue;
            };
            let Some(code) = rest.get(1..) else { continue };
            let spelt: Vec<String> = spellings(name).collect();
            for name in &spelt {
                // Of two members that could be meant, it is the first.
                structure.members.entry(name.clone()).or_insert(Shape { service, code });
            }
            if rest.starts_with('!') {
                structure.required.push((name, spelt));
            }
        }
        structure
    }

    pub(crate) fn member(&self, given: &str) -> Option<Shape<'a>> {
        self.members.get(given).copied()
    }

    /// The first member that must be there and is not, under none of its spellings.
    pub(crate) fn missing(&self, given: &serde_json::Map<String, Value>) -> Option<&'a str> {
        let is_there = |spellings: &[String]| spellings.iter().any(|spelt| given.contains_key(spelt));
        self.required.iter().find(|(_, spellings)| !is_there(spellings)).map(|(name, _)| *name)
    }
}

/// `128~10240`, `1~`, `~5`, or nothing.
fn bounds(text: Option<&str>) -> Bounds {
    let (min, max) = text.and_then(|text| text.split_once('~')).unwrap_or_default();
    Bounds { min: min.parse().ok(), max: max.parse().ok() }
}
