//! What a scalar of YAML means: YAML 1.2's core schema, in which `yes` and
//! `2030-01-01` are texts. Numbers become JSON's form of them.

use crate::tree::NodeKind;
use saphyr_parser::{ScalarStyle, Tag};

/// The value of a scalar.
///
/// # Errors
///
/// What is wrong, and what to do: a tag that JSON has no type for, a number that is none.
pub(super) fn value(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<NodeKind, (String, &'static str)> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain(text) } else { Ok(NodeKind::String(text.to_owned())) };
    };
    let plain = match core(tag) {
        Some("str") => return Ok(NodeKind::String(text.to_owned())),
        Some("null" | "bool" | "int" | "float") => plain(text)?,
        _ => return Err(unknown(tag)),
    };
    let fits = matches!(
        (core(tag), &plain),
        (Some("null"), NodeKind::Null)
            | (Some("bool"), NodeKind::Bool(_))
            | (Some("int" | "float"), NodeKind::Number(_))
    );
    if fits {
        return Ok(plain);
    }
    Err((format!("'{text}' is not of the type that its tag {tag} names"), "leave the tag out"))
}

/// The name of a type of the core schema; the tag `!` alone makes a text of anything.
fn core(tag: &Tag) -> Option<&str> {
    if tag.is_yaml_core_schema() {
        return Some(&tag.suffix);
    }
    let bare = (tag.handle.is_empty() && tag.suffix == "!") || (tag.handle == "!" && tag.suffix.is_empty());
    bare.then_some("str")
}

/// Says that a tag is not understood.
pub(super) fn unknown(tag: &Tag) -> (String, &'static str) {
    let help = "a definition has plain YAML only; what a template fills in must be filled in before";
    (format!("The tag {tag} is not supported"), help)
}

/// Whether a tag of a mapping or a sequence says what it is anyway.
pub(super) fn says(tag: &Tag, kind: &str) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == kind
}

fn plain(text: &str) -> Result<NodeKind, (String, &'static str)> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(NodeKind::Null),
        "true" | "True" | "TRUE" => return Ok(NodeKind::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(NodeKind::Bool(false)),
        _ => {}
    }
    if let Some(number) = radix(text) {
        let Some(number) = number else {
            return Err((format!("The number {text} is too large"), "quote it if it is meant as a text"));
        };
        return Ok(NodeKind::Number(number.to_string().into()));
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err((format!("JSON has no number like {text}"), "quote it if it is meant as a text"));
    }
    Ok(decimal(text)
        .map_or_else(|| NodeKind::String(text.to_owned()), |number| NodeKind::Number(number.into())))
}

/// `0o17`, `0x1F`; `Some(None)` when it does not fit.
fn radix(text: &str) -> Option<Option<u64>> {
    let (digits, radix) = match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(digits), _) => (digits, 8),
        (_, Some(digits)) => (digits, 16),
        _ => return None,
    };
    let fits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    fits.then(|| u64::from_str_radix(digits, radix).ok())
}

/// A decimal number in JSON's form: no plus, no leading zeros, digits around the point.
fn decimal(text: &str) -> Option<String> {
    let (minus, unsigned) = match text.as_bytes().first()? {
        b'-' => ("-", text.get(1..)?),
        b'+' => ("", text.get(1..)?),
        _ => ("", text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (unsigned.get(..at)?, Some(unsigned.get(at + 1..)?)),
        None => (unsigned, None),
    };
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some = !whole.is_empty() || fraction.is_some_and(|rest| !rest.is_empty());
    if !some || !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let mut number = format!("{minus}{}", if whole.is_empty() { "0" } else { whole });
    if let Some(fraction) = fraction {
        number.push('.');
        number.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    if let Some(exponent) = exponent {
        let plain = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if plain.is_empty() || !digits(plain) {
            return None;
        }
        number.push('e');
        number.push_str(exponent);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        let shown = match plain(text) {
            Ok(NodeKind::Null) => "null".to_owned(),
            Ok(NodeKind::Bool(truth)) => truth.to_string(),
            Ok(NodeKind::Number(number)) => {
                let value: Result<serde_json::Number, _> = serde_json::from_str(&number);
                assert!(value.is_ok(), "{number} is a number of JSON");
                number.to_string()
            }
            Ok(NodeKind::String(text)) => format!("'{text}'"),
            Ok(_) => "a container".to_owned(),
            Err((message, _)) => message,
        };
        assert_eq!(shown, wanted, "{text}");
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, wanted) in [
            ("", "null"),
            ("~", "null"),
            ("NULL", "null"),
            ("nULL", "'nULL'"),
            ("True", "true"),
            ("yes", "'yes'"),
            ("2030-01-01T00:00:00Z", "'2030-01-01T00:00:00Z'"),
            ("arn:aws:states:::lambda:invoke", "'arn:aws:states:::lambda:invoke'"),
            ("$.a", "'$.a'"),
            ("0", "0"),
            ("-0", "-0"),
            ("007", "7"),
            ("+5", "5"),
            ("1.50", "1.50"),
            (".5", "0.5"),
            ("5.", "5.0"),
            ("1e3", "1e3"),
            ("1.e+3", "1.0e+3"),
            ("-.5E-2", "-0.5e-2"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("0x", "'0x'"),
            ("0xG", "'0xG'"),
            (".", "'.'"),
            ("-", "'-'"),
            ("1e", "'1e'"),
            ("1_000", "'1_000'"),
            ("1.2.3", "'1.2.3'"),
            ("-.inf", "JSON has no number like -.inf"),
            (".nan", "JSON has no number like .nan"),
            ("0xFFFFFFFFFFFFFFFFF", "The number 0xFFFFFFFFFFFFFFFFF is too large"),
        ] {
            check(text, wanted);
        }
    }
}
