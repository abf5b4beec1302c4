//! JSON bodies, laid out as the SDK for Python does: a blank behind commas and colons, and nothing but
//! ASCII. Values that an author gave as documents are written as they are.

use serde_json::Value;
use stateline_models::{Member, TimeFormat};
use std::fmt::Write as _;

use crate::fields;
use crate::parameters::Node;
use crate::time;

/// The members of a structure as a JSON object.
pub(crate) fn object(members: &[(Member<'_>, Node<'_>)]) -> String {
    let mut out = String::new();
    structure(&mut out, members);
    out
}

/// Any value that may be a body.
pub(crate) fn body(value: &Node<'_>) -> String {
    let mut out = String::new();
    node(&mut out, value);
    out
}

fn structure(out: &mut String, members: &[(Member<'_>, Node<'_>)]) {
    let entries = members.iter().map(|(member, value)| (member.wire_name(), value));
    object_of(out, entries, node);
}

fn node(out: &mut String, value: &Node<'_>) {
    match value {
        Node::Structure(members) => structure(out, members),
        Node::List(_, items) => list_of(out, items.iter(), node),
        Node::Map(_, entries) => object_of(out, entries.iter().map(|(key, value)| (*key, value)), node),
        Node::Text(value) => text(out, value),
        Node::Number(value) => out.push_str(&fields::number(value)),
        Node::NotFinite(word) => text(out, word),
        Node::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Node::Timestamp(at, format) => match format.unwrap_or(TimeFormat::UnixTimestamp) {
            TimeFormat::UnixTimestamp => out.push_str(&time::written(*at, TimeFormat::UnixTimestamp)),
            format => text(out, &time::written(*at, format)),
        },
        Node::Blob(bytes) => text(out, &fields::base64(bytes)),
        Node::Document(value) => any(out, value),
    }
}

fn any(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => out.push_str(&fields::number(value)),
        Value::String(value) => text(out, value),
        Value::Array(items) => list_of(out, items.iter(), any),
        Value::Object(members) => {
            object_of(out, members.iter().map(|(name, value)| (name.as_str(), value)), any);
        }
    }
}

fn list_of<T>(out: &mut String, items: impl Iterator<Item = T>, each: fn(&mut String, T)) {
    out.push('[');
    for (index, item) in items.enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        each(out, item);
    }
    out.push(']');
}

fn object_of<'e, T>(out: &mut String, entries: impl Iterator<Item = (&'e str, T)>, each: fn(&mut String, T)) {
    out.push('{');
    for (index, (name, value)) in entries.enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        text(out, name);
        out.push_str(": ");
        each(out, value);
    }
    out.push('}');
}

fn text(out: &mut String, value: &str) {
    out.push('"');
    for char in value.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("a text takes every write");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_are_laid_out_in_ascii() {
        let value = json!({"a": [1, 2.5, null, true], "ü\u{1f600}": "\"\\\n\u{7f}/", "e": {}});
        assert_eq!(
            body(&Node::Document(&value)),
            r#"{"a": [1, 2.5, null, true], "\u00fc\ud83d\ude00": "\"\\\n\u007f/", "e": {}}"#
        );
    }
}
