//! `States.Format` and `StringSplit`.

use std::borrow::Cow;

use serde_json::Value;

use super::{Refusal, expect_text};
use crate::java;

/// Puts the values between the pieces of a template.
pub(super) fn format(pieces: &[String], values: &[Cow<'_, Value>]) -> Result<Value, Refusal> {
    let places = pieces.len().saturating_sub(1);
    if places != values.len() {
        return Err(format!("The template has {places} places for {} values", values.len()));
    }
    let mut text = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        text.push_str(piece);
        if let Some(value) = values.get(index) {
            // Objects and arrays are documented as invalid, but AWS prints them.
            text.push_str(&java::value_text(value));
        }
    }
    Ok(Value::String(text))
}

/// The same with a template from data, in which a backslash means nothing.
pub(super) fn format_value(template: &Value, values: &[Cow<'_, Value>]) -> Result<Value, Refusal> {
    let pieces: Vec<String> = expect_text(template, "first")?.split("{}").map(str::to_owned).collect();
    format(&pieces, values)
}

/// Cuts a text at every character of `delimiters`; empty pieces are dropped.
pub(super) fn split(text: &Value, delimiters: &Value) -> Result<Value, Refusal> {
    let text = expect_text(text, "first")?;
    let delimiters = expect_text(delimiters, "second")?;
    let pieces = text.split(|c| delimiters.contains(c)).filter(|piece| !piece.is_empty());
    Ok(pieces.map(Value::from).collect())
}

#[cfg(test)]
mod tests {
    use crate::intrinsic::{check, check_refused};
    use serde_json::json;

    #[test]
    fn format() {
        check(&[
            ("States.Format('plain')", json!("plain")),
            ("States.Format('Hello {}, {}!', $.s, 101)", json!("Hello str, 101!")),
            ("States.Format('{}{}{}', $.n, $.t, $.f)", json!("nulltrue1.5")),
            ("States.Format('{}', $.p)", json!("{b={y=2}, c=3}")),
            ("States.Format('{}', $v)", json!("[3, 4]")),
            (r"States.Format('\{\}{}\'', 1)", json!("{}1'")),
            ("States.Format('{ {} }', 1)", json!("{ 1 }")),
            ("States.Format($.template, $.i)", json!("<7> \\{\\}")),
            ("States.Format('{}', States.Format('a{}', 'b'))", json!("ab")),
        ]);
        check_refused(&[
            ("States.Format('{}')", "The template has 1 places for 0 values"),
            ("States.Format('a', 1)", "The template has 0 places for 1 values"),
            ("States.Format($.i)", "The first argument must be a string"),
        ]);
    }

    #[test]
    fn split() {
        check(&[
            ("States.StringSplit('a,b,c', ',')", json!(["a", "b", "c"])),
            ("States.StringSplit($.csv, ',;')", json!(["a", "b", "c"])),
            ("States.StringSplit(' , ,, ', ',')", json!([" ", " ", " "])),
            ("States.StringSplit(',,,,', ',')", json!([])),
            ("States.StringSplit('', ',')", json!([])),
            ("States.StringSplit('abc', '')", json!(["abc"])),
        ]);
        check_refused(&[
            ("States.StringSplit($.i, ',')", "The first argument must be a string"),
            ("States.StringSplit('a', $.n)", "The second argument must be a string"),
        ]);
    }
}
