//! The comparisons of filters.
//!
//! Each behaves as Jayway's evaluator of that name, including those that can
//! never hold (`ALL`, `TYPE` and `MATCHES` want operands that no text can
//! write). An operand of the wrong kind is an invalid path, which makes a
//! filter reject the element. Called by `Condition`.

use std::cmp::Ordering;

use serde_json::Value;

use super::operand::Item;
use super::pattern::Pattern;
use crate::fault::Fault;
use crate::java;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    AtLeast,
    AtMost,
    Equal,
    TypeSafeEqual,
    NotEqual,
    TypeSafeNotEqual,
    Less,
    Greater,
    Regex,
    NotIn,
    In,
    Contains,
    Size,
    Exists,
    Empty,
    SubsetOf,
    AnyOf,
    NoneOf,
    /// `ALL`, `TYPE`, `MATCHES`: known words that reject every element.
    Unusable,
}

impl Operator {
    /// Finds an operator by its text, in any case.
    pub(super) fn find(text: &str) -> Result<Self, Fault> {
        Ok(match text.to_uppercase().as_str() {
            ">=" => Self::AtLeast,
            "<=" => Self::AtMost,
            "==" => Self::Equal,
            "===" => Self::TypeSafeEqual,
            "!=" => Self::NotEqual,
            "!==" => Self::TypeSafeNotEqual,
            "<" => Self::Less,
            ">" => Self::Greater,
            "=~" => Self::Regex,
            "NIN" => Self::NotIn,
            "IN" => Self::In,
            "CONTAINS" => Self::Contains,
            "SIZE" => Self::Size,
            "EXISTS" => Self::Exists,
            "EMPTY" => Self::Empty,
            "SUBSETOF" => Self::SubsetOf,
            "ANYOF" => Self::AnyOf,
            "NONEOF" => Self::NoneOf,
            "ALL" | "TYPE" | "MATCHES" => Self::Unusable,
            _ => {
                return Err(Fault::Invalid(format!("Filter operator {text} is not supported!")));
            }
        })
    }

    /// Whether the comparison holds.
    pub(super) fn holds(self, left: &Item<'_>, right: &Item<'_>) -> Result<bool, Fault> {
        match self {
            Self::Equal => left.equals(right),
            Self::NotEqual => Ok(!left.equals(right)?),
            Self::TypeSafeEqual => Ok(left.is_same_class(right) && left.equals(right)?),
            Self::TypeSafeNotEqual => Ok(!(left.is_same_class(right) && left.equals(right)?)),
            Self::Less => Ok(order(left, right).is_some_and(Ordering::is_lt)),
            Self::AtMost => Ok(order(left, right).is_some_and(Ordering::is_le)),
            Self::Greater => Ok(order(left, right).is_some_and(Ordering::is_gt)),
            Self::AtLeast => Ok(order(left, right).is_some_and(Ordering::is_ge)),
            Self::Regex => regex(left, right),
            Self::In => contains(right, left),
            Self::NotIn => Ok(!contains(right, left)?),
            Self::Contains => match (left, right) {
                (Item::Text(text), Item::Text(part)) => Ok(text.contains(part.as_ref())),
                (Item::Json(_) | Item::Literal(_), _) => contains(left, right),
                _ => Ok(false),
            },
            Self::Size => size(left, right),
            Self::Empty => empty(left, right),
            Self::Exists => exists(left, right),
            Self::SubsetOf => {
                Ok(lists(left, right)?.is_some_and(|(left, right)| left.iter().all(|item| has(&right, item))))
            }
            Self::AnyOf => {
                Ok(lists(left, right)?.is_some_and(|(left, right)| left.iter().any(|item| has(&right, item))))
            }
            Self::NoneOf => {
                Ok(lists(left, right)?
                    .is_some_and(|(left, right)| !left.iter().any(|item| has(&right, item))))
            }
            Self::Unusable => Err(Fault::invalid("Expected a node that has no text form")),
        }
    }
}

/// Only numbers with numbers and text with text have an order.
fn order(left: &Item<'_>, right: &Item<'_>) -> Option<Ordering> {
    match (left, right) {
        (Item::Number(left), Item::Number(right)) => Some(left.compare(right)),
        (Item::Text(left), Item::Text(right)) => Some(java::compare_text(left, right)),
        _ => None,
    }
}

fn has(list: &[Item<'_>], wanted: &Item<'_>) -> bool {
    list.iter().any(|item| wanted.equals_element(item))
}

fn contains(list: &Item<'_>, wanted: &Item<'_>) -> Result<bool, Fault> {
    Ok(list.elements()?.is_some_and(|list| has(&list, wanted)))
}

type Lists<'a> = Option<(Vec<Item<'a>>, Vec<Item<'a>>)>;

fn lists<'a>(left: &'a Item<'_>, right: &'a Item<'_>) -> Result<Lists<'a>, Fault> {
    let Some(right) = right.elements()? else { return Ok(None) };
    let Some(left) = left.elements()? else { return Ok(None) };
    Ok(Some((left, right)))
}

fn size(left: &Item<'_>, right: &Item<'_>) -> Result<bool, Fault> {
    let Item::Number(wanted) = right else { return Ok(false) };
    let wanted = wanted.to_length();
    if let Item::Text(text) = left {
        return Ok(wanted == i64::try_from(text.encode_utf16().count()).ok());
    }
    let Some(json) = left.json()? else { return Ok(false) };
    let length = json.as_array().map_or(-1, |items| i64::try_from(items.len()).unwrap_or(-1));
    Ok(wanted == Some(length))
}

fn empty(left: &Item<'_>, right: &Item<'_>) -> Result<bool, Fault> {
    let is_empty = match left {
        Item::Text(text) => text.is_empty(),
        Item::Json(_) | Item::Literal(_) => match left.json()?.as_deref() {
            Some(Value::Array(items)) => items.is_empty(),
            // Jayway casts a map to a collection here.
            Some(Value::Object(_)) => {
                return Err(Fault::other("An object cannot be asked whether it is empty"));
            }
            Some(Value::String(text)) => text.is_empty(),
            _ => true,
        },
        _ => return Ok(false),
    };
    match right {
        Item::Flag(wanted) => Ok(is_empty == *wanted),
        _ => Err(Fault::invalid("Expected boolean node")),
    }
}

fn exists(left: &Item<'_>, right: &Item<'_>) -> Result<bool, Fault> {
    match (left, right) {
        (Item::Flag(left), Item::Flag(right)) => Ok(left == right),
        (Item::Flag(_), _) | (_, Item::Flag(_)) => Err(Fault::invalid("Expected boolean node")),
        _ => Err(Fault::other("Failed to evaluate exists expression")),
    }
}

/// Exactly one side is a pattern; of a list, any element may match.
fn regex(left: &Item<'_>, right: &Item<'_>) -> Result<bool, Fault> {
    let (pattern, item): (&Pattern, &Item<'_>) = match (left, right) {
        (Item::Pattern(_), Item::Pattern(_)) => return Ok(false),
        (Item::Pattern(pattern), item) | (item, Item::Pattern(pattern)) => (pattern, item),
        _ => return Ok(false),
    };
    if item.json()?.is_some_and(|json| json.is_array()) {
        let elements = item.elements()?.unwrap_or_default();
        return Ok(elements.iter().any(|element| pattern.matches(&element.matched_text())));
    }
    Ok(pattern.matches(&item.matched_text()))
}
