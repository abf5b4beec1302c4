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

use crate::check::{self, Mismatch, Mode};
use crate::table;
use serde_json::Value;

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
    code: &'a str,
}

/// What a shape is.
#[derive(Debug)]
pub(crate) enum Form<'a> {
    Structure(Vec<Member<'a>>),
    List(Shape<'a>),
    Map(Shape<'a>),
    /// A text with the words it may be; no words stand for any.
    Text(Bounds, Vec<&'a str>),
    Number(Bounds),
    Boolean,
    Blob(Bounds),
    /// Any JSON.
    Any,
}

/// A member of a structure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) required: bool,
    pub(crate) shape: Shape<'a>,
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
        check::check(*self, value, None, mode)
    }

    /// The shape of a structure's member, as Step Functions spells it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Shape<'a>> {
        let Form::Structure(members) = self.form() else { return None };
        let found = members.into_iter().find(|member| crate::names::is_spelling_of(member.name, name))?;
        Some(found.shape)
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
            "{" => Form::Structure(parts.filter_map(|part| self.member_of(part)).collect()),
            "[" => Form::List(of(rest)),
            "<" => Form::Map(of(rest)),
            "s" => Form::Text(bounds(parts.next()), parts.collect()),
            "t" => Form::Text(Bounds::default(), Vec::new()),
            "i" | "f" => Form::Number(bounds(parts.next())),
            "b" => Form::Boolean,
            "x" => Form::Blob(bounds(parts.next())),
            _ => Form::Any,
        }
    }

    fn member_of(&self, part: &'a str) -> Option<Member<'a>> {
        let end = part.find([' ', '!'])?;
        let (name, rest) = part.split_at_checked(end)?;
        let shape = Shape { service: self.service, code: rest.get(1..)? };
        Some(Member { name, required: rest.starts_with('!'), shape })
    }
}

/// `128~10240`, `1~`, `~5`, or nothing.
fn bounds(text: Option<&str>) -> Bounds {
    let (min, max) = text.and_then(|text| text.split_once('~')).unwrap_or_default();
    Bounds { min: min.parse().ok(), max: max.parse().ok() }
}
