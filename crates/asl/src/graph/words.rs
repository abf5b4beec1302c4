//! States, conditions and errors in few words, for nodes and edges of a picture.

use crate::TaskResource;
use crate::program::{Comparison, Condition, Kind, Number, Operand, Operator, Relation, TypeTest, WaitUntil};
use std::fmt::Display;
use std::sync::Arc;

/// Characters of a label; the rest is an ellipsis.
const LABEL_CHARS_MAX: usize = 48;

/// At most so much of a text as a label shows.
pub(super) fn shortened(text: &str) -> String {
    clipped(text, LABEL_CHARS_MAX)
}

/// At most `chars` characters of a text, the last one an ellipsis if something is left off.
pub(super) fn clipped(text: &str, chars: usize) -> String {
    if text.chars().nth(chars).is_none() {
        return text.to_owned();
    }
    let head: String = text.chars().take(chars.saturating_sub(1)).collect();
    format!("{head}…")
}

/// The names of errors.
pub(super) fn errors(names: &[Arc<str>]) -> String {
    shortened(&names.join(", "))
}

/// What a state does.
pub(super) fn detail(kind: &Kind) -> Option<String> {
    let words = match kind {
        Kind::Task(task) => match &task.resource {
            TaskResource::Integration { service, action, .. } => format!("{service}:{action}"),
            TaskResource::Function { arn } => format!("function {}", after(arn, ":function:")),
            TaskResource::Activity { arn } => format!("activity {}", after(arn, ":activity:")),
        },
        Kind::Wait(wait) => match &wait.until {
            WaitUntil::Seconds(seconds) => format!("{seconds} s"),
            WaitUntil::SecondsPath(path) => format!("{} s", path.text()),
            WaitUntil::Timestamp(at) => format!("until {at}"),
            WaitUntil::TimestampPath(path) => format!("until {}", path.text()),
            WaitUntil::SecondsJsonata(jsonata) => format!("{} s", jsonata.expression.text().trim()),
            WaitUntil::TimestampJsonata(jsonata) => format!("until {}", jsonata.expression.text().trim()),
        },
        Kind::Map(map) => match &map.max_concurrency {
            Number::Fixed(0) => return None,
            Number::Fixed(most) => format!("{most} at a time"),
            Number::Path(path) => format!("{} at a time", path.text()),
            Number::Jsonata(jsonata) => format!("{} at a time", jsonata.expression.text().trim()),
        },
        _ => return None,
    };
    Some(shortened(&words))
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split_once(mark).map_or(text, |(_, rest)| rest)
}

/// A condition as a person would say it.
pub(super) fn condition(condition: &Condition) -> String {
    shortened(&said(condition, false))
}

/// `inner` when the condition is part of another, so that its own joints need brackets.
fn said(condition: &Condition, inner: bool) -> String {
    let joined = |all: &[Condition], joint: &str| {
        let parts: Vec<String> = all.iter().map(|part| said(part, all.len() > 1)).collect();
        let text = parts.join(joint);
        if inner && all.len() > 1 { format!("({text})") } else { text }
    };
    match condition {
        Condition::All(all) => joined(all, " and "),
        Condition::Any(all) => joined(all, " or "),
        Condition::Not(of) => format!("not {}", said(of, true)),
        Condition::Test(comparison) => test(comparison),
        Condition::Constant(holds) => holds.to_string(),
        Condition::Jsonata(jsonata) => jsonata.expression.text().trim().to_owned(),
    }
}

fn test(comparison: &Comparison) -> String {
    let left = comparison.variable.text();
    match &comparison.operator {
        Operator::String(relation, operand) => {
            let quoted = |text: &Arc<str>| format!("\"{text}\"");
            format!("{left} {} {}", sign(*relation), right(operand, quoted))
        }
        Operator::StringMatches(pattern) => format!("{left} matches \"{pattern}\""),
        Operator::Numeric(relation, operand) => {
            format!("{left} {} {}", sign(*relation), right(operand, plain))
        }
        Operator::Boolean(operand) => format!("{left} = {}", right(operand, plain)),
        Operator::Timestamp(relation, operand) => {
            format!("{left} {} {}", sign(*relation), right(operand, plain))
        }
        Operator::Is(test, truth) => format!("{left} is {}{}", if *truth { "" } else { "not " }, kind(*test)),
    }
}

fn plain<T: Display>(value: &T) -> String {
    value.to_string()
}

fn right<T>(operand: &Operand<T>, shown: impl Fn(&T) -> String) -> String {
    match operand {
        Operand::Value(value) => shown(value),
        Operand::Path(path) => path.text().to_owned(),
    }
}

fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Equals => "=",
        Relation::Less => "<",
        Relation::Greater => ">",
        Relation::LessOrEqual => "≤",
        Relation::GreaterOrEqual => "≥",
    }
}

fn kind(test: TypeTest) -> &'static str {
    match test {
        TypeTest::Null => "null",
        TypeTest::Present => "present",
        TypeTest::Numeric => "a number",
        TypeTest::String => "a string",
        TypeTest::Boolean => "a boolean",
        TypeTest::Timestamp => "a timestamp",
    }
}
