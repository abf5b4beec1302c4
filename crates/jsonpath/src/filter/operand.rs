//! The values a filter compares, and Jayway's ideas of what equals what.
//!
//! An [`Operand`] is written in the filter, an [`Item`] is what it stands for at
//! one element. Equality is not symmetric: `'7' == 7` compares texts, `7 == '7'`
//! numbers, and a literal list never equals one of the document on the left.
//! Called by `parse` and `operator`.

use std::borrow::Cow;

use serde_json::Value;

use super::decimal::Decimal;
use super::literal;
use super::pattern::Pattern;
use crate::compile;
use crate::evaluate::{self, Meter};
use crate::fault::Fault;
use crate::java;
use crate::limits::COMPILE_DEPTH_MAX;
use crate::token::Steps;

/// One side of a comparison, as written.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    /// A path; `checks_existence` asks only whether it leads anywhere.
    Path {
        steps: Steps,
        checks_existence: bool,
        wanted: bool,
    },
    Text(String),
    Number(Box<DecimalOperand>),
    Flag(bool),
    Null,
    /// A literal list or object, as text.
    Json(String),
    Pattern(Box<PatternOperand>),
}

/// Keeps the number type private to this module.
#[derive(Clone, Debug)]
pub(crate) struct DecimalOperand(Decimal);

/// Keeps the pattern type private to this module.
#[derive(Clone, Debug)]
pub(crate) struct PatternOperand(Pattern);

impl Operand {
    pub(super) fn number(text: &str) -> Option<Self> {
        Some(Self::Number(Box::new(DecimalOperand(Decimal::parse(text)?))))
    }

    pub(super) fn pattern(text: &str) -> Result<Self, Fault> {
        Ok(Self::Pattern(Box::new(PatternOperand(Pattern::compile(text)?))))
    }

    /// What this stands for at `item`.
    pub(super) fn value<'a>(
        &'a self,
        item: &'a Value,
        document: &'a Value,
        meter: &Meter,
    ) -> Result<Item<'a>, Fault> {
        Ok(match self {
            Self::Path { steps, checks_existence: true, .. } => {
                match evaluate::read(steps, item, document, true, meter) {
                    Ok(_) => Item::Flag(true),
                    Err(Fault::NotFound(_)) => Item::Flag(false),
                    Err(fault) => return Err(fault),
                }
            }
            Self::Path { steps, .. } => {
                let start = if steps.from_document { document } else { item };
                match evaluate::read(steps, start, document, false, meter) {
                    Ok(found) => Item::found(found, steps)?,
                    Err(Fault::NotFound(_)) => Item::Undefined,
                    Err(fault) => return Err(fault),
                }
            }
            Self::Text(text) => Item::Text(Cow::Borrowed(text)),
            Self::Number(number) => Item::Number(Cow::Borrowed(&number.0)),
            Self::Flag(flag) => Item::Flag(*flag),
            Self::Null => Item::Null,
            Self::Json(text) => Item::Literal(Cow::Borrowed(text)),
            Self::Pattern(pattern) => Item::Pattern(&pattern.0),
        })
    }
}

/// The value of an operand at one element.
#[derive(Clone, Debug)]
pub(super) enum Item<'a> {
    Text(Cow<'a, str>),
    Number(Cow<'a, Decimal>),
    Flag(bool),
    Null,
    Undefined,
    /// JSON that is still text: a literal, or a string that looks like JSON.
    Literal(Cow<'a, str>),
    /// A list or an object of the document.
    Json(Cow<'a, Value>),
    Pattern(&'a Pattern),
    /// A string in a list that looks like a path: equal to nothing.
    Path,
}

impl<'a> Item<'a> {
    fn found(value: Cow<'a, Value>, steps: &Steps) -> Result<Self, Fault> {
        Ok(match value {
            Cow::Borrowed(Value::String(text)) => Self::Text(Cow::Borrowed(text)),
            Cow::Owned(Value::String(text)) => Self::Text(Cow::Owned(text)),
            value => match value.as_ref() {
                Value::Null => Self::Null,
                Value::Bool(flag) => Self::Flag(*flag),
                Value::Number(number) => Self::Number(Cow::Owned(decimal(number)?)),
                Value::Array(_) if steps.is_definite() && steps.ends_in_keys() => {
                    return Err(Fault::other("Could not convert a set of keys to a ValueNode"));
                }
                _ => Self::Json(value),
            },
        })
    }

    /// The elements, when this is a list of plain values. A list that holds
    /// lists or objects is an error, whatever is asked of it.
    pub(super) fn elements(&self) -> Result<Option<Vec<Item<'_>>>, Fault> {
        let parsed;
        let value = match self {
            Self::Json(value) => value.as_ref(),
            Self::Literal(text) => {
                parsed = parse_literal(text)?;
                &parsed
            }
            _ => return Err(Fault::invalid("Expected value list node")),
        };
        let Value::Array(items) = value else { return Ok(None) };
        items.iter().map(element).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// The value of a list or object.
    pub(super) fn json(&self) -> Result<Option<Cow<'_, Value>>, Fault> {
        Ok(match self {
            Self::Json(value) => Some(Cow::Borrowed(value.as_ref())),
            Self::Literal(text) => Some(Cow::Owned(parse_literal(text)?)),
            _ => None,
        })
    }

    /// The text a regular expression is tried on.
    pub(super) fn matched_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.text()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            _ => Cow::Borrowed(""),
        }
    }

    /// Equality as the operator `==` means it.
    pub(super) fn equals(&self, other: &Item<'_>) -> Result<bool, Fault> {
        let is_json = |item: &Item<'_>| matches!(item, Item::Json(_) | Item::Literal(_));
        if !is_json(self) || !is_json(other) {
            return Ok(self.equals_element(other));
        }
        let right = other.json()?;
        Ok(match (self, right) {
            (Item::Json(left), Some(right)) => left.as_ref() == right.as_ref(),
            // A literal is text as long as it stands on the left.
            _ => false,
        })
    }

    /// Equality as lists mean it when they look for an element.
    pub(super) fn equals_element(&self, other: &Item<'_>) -> bool {
        match (self, other) {
            (Self::Text(left), Item::Text(right)) => left == right,
            (Self::Text(left), Item::Number(right)) => **left == right.text(),
            (Self::Number(left), Item::Number(right)) => left.compare(right).is_eq(),
            (Self::Number(left), Item::Text(right)) => {
                Decimal::parse(right).is_some_and(|right| left.compare(&right).is_eq())
            }
            (Self::Flag(left), Item::Flag(right)) => left == right,
            (Self::Null, Item::Null) => true,
            (Self::Json(left), Item::Json(right)) => left == right,
            (Self::Literal(left), Item::Literal(right)) => left == right,
            _ => false,
        }
    }

    /// The Java class of the node that Jayway has for this.
    fn class(&self) -> &'static str {
        match self {
            Self::Text(_) => "StringNode",
            Self::Number(_) => "NumberNode",
            Self::Flag(_) => "BooleanNode",
            Self::Null => "NullNode",
            Self::Undefined => "UndefinedNode",
            Self::Literal(_) | Self::Json(_) => "JsonNode",
            Self::Pattern(_) => "PatternNode",
            Self::Path => "PathNode",
        }
    }

    /// Of one class, as the type-safe operators ask.
    pub(super) fn is_same_class(&self, other: &Item<'_>) -> bool {
        self.class() == other.class()
    }
}

fn parse_literal(text: &str) -> Result<Value, Fault> {
    literal::parse(text).ok_or_else(|| Fault::Other(format!("Unexpected JSON literal: {text}")))
}

fn decimal(number: &serde_json::Number) -> Result<Decimal, Fault> {
    let text = java::number_text(number);
    Decimal::parse(&text).ok_or_else(|| Fault::Other(format!("Not a number: {text}")))
}

/// An element of a list. Strings are looked at again: one that is a path
/// equals nothing, one that is JSON equals only its like, quotes fall off.
fn element<'a>(value: &Value) -> Result<Item<'a>, Fault> {
    Ok(match value {
        Value::Null => Item::Null,
        Value::Bool(flag) => Item::Flag(*flag),
        Value::Number(number) => Item::Number(Cow::Owned(decimal(number)?)),
        Value::String(text) => {
            let trimmed = text.trim_matches(|c| c <= ' ');
            if looks_like_path(trimmed) {
                Item::Path
            } else if looks_like_json(trimmed) {
                Item::Literal(Cow::Owned(text.clone()))
            } else {
                Item::Text(Cow::Owned(unquote(text)?))
            }
        }
        _ => return Err(Fault::other("Could not determine value type")),
    })
}

fn looks_like_path(text: &str) -> bool {
    // Strings of a document get less depth than a path that an author wrote.
    let depth = COMPILE_DEPTH_MAX / 2;
    text.starts_with(['$', '@']) && compile::compile_at(text, depth, &mut 0).is_ok()
}

fn looks_like_json(text: &str) -> bool {
    let framed = text.starts_with('[') && text.ends_with(']') || text.starts_with('{') && text.ends_with('}');
    framed && literal::parse(text).is_some()
}

/// Removes a pair of quotes around the text and resolves escapes.
pub(super) fn unquote(text: &str) -> Result<String, Fault> {
    if text.encode_utf16().nth(1).is_none() {
        return Ok(text.to_owned());
    }
    let inner =
        ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text);
    java::unescape(inner).ok_or_else(|| Fault::Other(format!("Unable to parse unicode value: {inner}")))
}
