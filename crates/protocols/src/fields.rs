//! Single values as text: in forms, paths, queries, headers and XML.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Number;
use stateline_models::TimeFormat;
use std::fmt::Write as _;

use crate::parameters::Node;
use crate::time;

/// The text of a single value; nothing for structures, lists, maps and documents. Times without a
/// format of their own take the given one.
pub(crate) fn text(node: &Node<'_>, format: TimeFormat) -> Option<String> {
    Some(match node {
        Node::Text(text) => text.clone(),
        Node::Number(value) => number(value),
        Node::NotFinite(word) => (*word).to_owned(),
        Node::Boolean(value) => value.to_string(),
        Node::Timestamp(at, own) => time::written(*at, own.unwrap_or(format)),
        Node::Blob(bytes) => base64(bytes),
        Node::Structure(_) | Node::List(..) | Node::Map(..) | Node::Document(_) => return None,
    })
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A number as the SDK for Python writes it: the shortest digits that mean it, with an exponent
/// below 0.0001 and from 10^16.
pub(crate) fn number(value: &Number) -> String {
    match value.as_f64() {
        Some(float) if value.is_f64() => double(float),
        _ => value.to_string(),
    }
}

fn double(value: f64) -> String {
    let shortest = format!("{value:e}");
    let Some((digits, exponent)) = shortest.split_once('e') else { return shortest };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = value.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// Percent-encodes all but letters, digits, `-._~` and what is safe besides.
pub(crate) fn percent_encoded(text: &str, safe: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || safe.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a text takes every write");
        }
    }
    encoded
}

/// The same for forms, where a blank is a plus.
pub(crate) fn form_encoded(text: &str) -> String {
    percent_encoded(text, " ").replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_python() {
        let written = |json: &str| number(&json.parse().expect("a number"));
        for (json, text) in [
            ("1", "1"),
            ("-1.5", "-1.5"),
            ("1.0", "1.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("1.5e-5", "1.5e-05"),
            ("0.0001", "0.0001"),
            ("1e300", "1e+300"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(written(json), text);
        }
    }

    #[test]
    fn texts_are_percent_encoded() {
        assert_eq!(percent_encoded("a b/ü~+%", ""), "a%20b%2F%C3%BC~%2B%25");
        assert_eq!(percent_encoded("a b/ü", "/"), "a%20b/%C3%BC");
        assert_eq!(form_encoded("a b+ü"), "a+b%2B%C3%BC");
    }
}
