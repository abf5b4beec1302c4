//! JSONata texts: whether a text is `{% … %}`, the expression in it, and what of
//! its references Step Functions does not have (reference 01, section 3.2). The
//! walk over objects and arrays is `template`'s.

use super::Checker;
use crate::program::Jsonata;
use crate::tree::Node;
use crate::{Code, Severity, Span};
use stateline_jsonata::{Expression, References};
use std::collections::HashSet;

/// What `$states` has in a field besides `input` and `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sees {
    /// Nothing: the state has done no work yet, or its work has no result.
    Entry,
    /// `result`: `Output` and `Assign` of Task, Parallel and Map.
    Result,
    /// `errorOutput`: `Output` and `Assign` of a catcher.
    ErrorOutput,
}

/// What a text is to a JSONata state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'t> {
    /// Goes out as it stands.
    Plain,
    /// What stands between the delimiters.
    Expression(&'t str),
    /// One delimiter without the other.
    HalfOpen,
}

/// The form of a text. Blanks around the delimiters make it plain, as on AWS.
pub(super) fn form(text: &str) -> Form<'_> {
    let inner = text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    match inner {
        Some(inner) => Form::Expression(inner),
        None if text.starts_with("{%") || text.ends_with("%}") => Form::HalfOpen,
        None => Form::Plain,
    }
}

/// Whether a value is meant as an expression, also where it is only half of one.
pub(super) fn is_meant(node: &Node) -> bool {
    node.as_str().is_some_and(|text| form(text) != Form::Plain)
}

/// The expression that a text is; a text that is half of one is reported, a plain
/// one is `None` silently. `location` is the place of the value.
pub(super) fn expression(c: &mut Checker<'_>, node: &Node, location: &str, sees: Sees) -> Option<Jsonata> {
    let text = match form(node.as_str()?) {
        Form::Plain => return None,
        Form::Expression(text) => text,
        Form::HalfOpen => {
            let message = "A JSONata expression must start with '{%' and end with '%}'";
            c.found.field(Code::InvalidJsonataExpression, Severity::Error, message, location, node.span).help(
                "put both delimiters at the very ends of the text; a text with other words around is not evaluated",
            );
            return None;
        }
    };
    match Expression::parse(text) {
        Ok(expression) => {
            references(c, node, expression.references(), location, sees);
            let location = c.below_state(location).into();
            Some(Jsonata { location, expression })
        }
        Err(error) => {
            let span = within(node, text, error.offset);
            let code = Code::InvalidJsonataExpression;
            let message = error.to_string();
            // Errors that JSONata passes on from JavaScript have no code.
            let help = (!error.code.is_empty()).then(|| format!("JSONata error {}", error.code));
            c.found.field(code, Severity::Error, message, location, span).help_if(help);
            None
        }
    }
}

/// Reports references to what is not there, each text once, and remembers the variables.
fn references(c: &mut Checker<'_>, node: &Node, references: &References, location: &str, sees: Sees) {
    let text = node.as_str().unwrap_or_default();
    let inner = text.get(2..text.len().saturating_sub(2)).unwrap_or_default();
    let mut told: HashSet<String> = HashSet::new();
    let mut tell = |c: &mut Checker<'_>, message: String, offset: usize, help: &str| {
        if told.insert(message.clone()) {
            let (code, span) = (Code::UnsupportedJsonataExpression, within(node, inner, offset));
            c.found.field(code, Severity::Error, message, location, span).help(help);
        }
    };
    for reference in &references.input {
        let help = "an expression has no input document of its own; write $states.input";
        let message = match reference.text.as_str() {
            "$$" => "Reference to '$$' is not supported.".to_owned(),
            text => format!("Reference to '{text}' at the top level is not supported."),
        };
        tell(c, message, reference.offset, help);
    }
    for used in &references.variables {
        if &*used.name != "states" {
            c.uses_variable(&used.name, location, within(node, inner, used.offset));
        } else if let Some(member) = used.path.first()
            && let Some(help) = absent(member, sees)
        {
            tell(c, format!("Field '$states.{member}' does not exist."), used.offset, help);
        }
    }
}

/// Why a member of `$states` is not there; `None` when it is.
fn absent(member: &str, sees: Sees) -> Option<&'static str> {
    match member {
        "input" | "context" => None,
        "result" if sees == Sees::Result => None,
        "result" => Some("the result is there in Output and Assign of a Task, Parallel or Map state itself"),
        "errorOutput" if sees == Sees::ErrorOutput => None,
        "errorOutput" => Some("the error is there in Output and Assign of a catcher"),
        _ => Some("$states has input, context, result and errorOutput"),
    }
}

/// The place of a byte of the expression in the definition's text; the whole value
/// where escapes or folded lines keep the two from running side by side.
fn within(node: &Node, expression: &str, offset: usize) -> Span {
    let quotes = (node.span.end - node.span.start).checked_sub(node.as_str().unwrap_or_default().len());
    let before = match quotes {
        Some(0) => 0,
        Some(2) => 1,
        _ => return node.span,
    };
    let Some(rest) = expression.get(offset..) else { return node.span };
    let start = node.span.start + before + "{%".len() + offset;
    Span::new(start, start + rest.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_three_forms() {
        for (text, wanted) in [
            ("{% 1 %}", Form::Expression(" 1 ")),
            ("{%%}", Form::Expression("")),
            ("{%}", Form::HalfOpen),
            ("{% 1", Form::HalfOpen),
            ("1 %}", Form::HalfOpen),
            ("{% 1 %} ", Form::HalfOpen),
            (" {% 1 %} ", Form::Plain),
            ("a {% 1 %} b", Form::Plain),
            ("", Form::Plain),
        ] {
            assert_eq!(form(text), wanted, "{text}");
        }
    }
}
