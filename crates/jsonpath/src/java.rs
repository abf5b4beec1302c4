//! How Java writes things down, where AWS's answers show it: numbers and
//! documents as text, class names in error messages, backslash escapes, and
//! the order of a hash map.
//!
//! Pure text work, called by the evaluator, the filters and the intrinsics.

use serde_json::{Map, Number, Value};

/// A floating-point number as `Double.toString` writes it (`1.0E10`, `0.001`).
pub(crate) fn double_text(number: f64) -> String {
    if number == 0.0 {
        return if number.is_sign_negative() { "-0.0".into() } else { "0.0".into() };
    }
    let magnitude = number.abs();
    if (1e-3..1e7).contains(&magnitude) {
        let text = format!("{number}");
        return if text.contains('.') { text } else { text + ".0" };
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
        None => text,
    }
}

/// A number as its Java class writes it.
pub(crate) fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(double) if number.is_f64() => double_text(double),
        _ => number.to_string(),
    }
}

/// A value as `String.valueOf` writes Java maps and lists: `{a=1, b=[x, null]}`.
pub(crate) fn value_text(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, false, &mut text);
    text
}

/// A value as Jayway's messages quote it: its lists, other than its maps, write
/// themselves as JSON.
pub(crate) fn context_text(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, true, &mut text);
    text
}

fn write_value(value: &Value, lists_as_json: bool, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => out.push_str(text),
        Value::Array(_) if lists_as_json => out.push_str(&value.to_string()),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(item, lists_as_json, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, item)) in members.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(name);
                out.push('=');
                write_value(item, lists_as_json, out);
            }
            out.push('}');
        }
    }
}

/// The class of a value, as Jayway's messages name it.
pub(crate) fn class_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "net.minidev.json.JSONArray",
        Value::Object(_) => "java.util.LinkedHashMap",
        Value::Number(number) if number.is_f64() => "java.lang.Double",
        Value::Number(number) => match number.as_i64() {
            Some(integer) if i32::try_from(integer).is_ok() => "java.lang.Integer",
            Some(_) => "java.lang.Long",
            None => "java.math.BigInteger",
        },
    }
}

/// Resolves the backslash escapes of a quoted name or literal. `None` when a
/// `\u` is not followed by hexadecimal digits.
pub(crate) fn unescape(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    let mut buffer = [0_u16; 2];
    while let Some(c) = chars.next() {
        if c != '\\' {
            units.extend_from_slice(c.encode_utf16(&mut buffer));
            continue;
        }
        let Some(escaped) = chars.next() else {
            units.push(u16::from(b'\\'));
            break;
        };
        match escaped {
            'r' => units.push(13),
            'f' => units.push(12),
            't' => units.push(9),
            'n' => units.push(10),
            'b' => units.push(8),
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                // Digits cut off by the end of the text are dropped silently.
                if digits.chars().count() == 4 {
                    // Java reads a signed number here and keeps its low bits.
                    units.push(i32::from_str_radix(&digits, 16).ok()? as u16);
                }
            }
            other => units.extend_from_slice(other.encode_utf16(&mut buffer)),
        }
    }
    Some(String::from_utf16_lossy(&units))
}

/// Orders text as Java does, by UTF-16 code units.
pub(crate) fn compare_text(left: &str, right: &str) -> std::cmp::Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Orders members as a `java.util.HashMap` iterates over them: by bucket of the
/// spread hash, within a bucket by insertion.
pub(crate) fn hash_order(members: Map<String, Value>) -> Map<String, Value> {
    let mut buckets: u32 = 16;
    while members.len() as u64 > u64::from(buckets) * 3 / 4 && buckets < 1 << 30 {
        buckets *= 2;
    }
    let mut pairs: Vec<(String, Value)> = members.into_iter().collect();
    pairs.sort_by_key(|(name, _)| spread_hash(name) & (buckets - 1));
    pairs.into_iter().collect()
}

fn spread_hash(text: &str) -> u32 {
    let hash =
        text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn doubles_are_written_as_java_does() {
        for (number, text) in [
            (1.0, "1.0"),
            (12.5, "12.5"),
            (-0.0, "-0.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (1.25e-10, "1.25E-10"),
            (-3.5e20, "-3.5E20"),
        ] {
            assert_eq!(double_text(number), text);
        }
    }

    #[test]
    fn documents_are_written_as_java_maps_and_lists() {
        let value = json!({"Arg1": 1, "Arg2": [], "c": [null, "x", {"d": 1.5}]});
        assert_eq!(value_text(&value), "{Arg1=1, Arg2=[], c=[null, x, {d=1.5}]}");
    }

    #[test]
    fn escapes_are_resolved() {
        for (text, wanted) in [
            (r"a\'b", Some("a'b")),
            (r"\u00e9\ud83d\ude00", Some("é😀")),
            (r"\q\\\n", Some("q\\\n")),
            (r"\u12", Some("")),
            (r"\u-7FF", Some("\u{f801}")),
            (r"\uzzzz", None),
            ("end\\", Some("end\\")),
        ] {
            assert_eq!(unescape(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn members_take_the_order_of_a_hash_map() {
        let members = json!({"constant_in_literal": 1, "constant_input_field": 2, "b": 0});
        let Value::Object(members) = members else { unreachable!("the literal is an object") };
        let names: Vec<String> = hash_order(members).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["constant_input_field", "b", "constant_in_literal"]);
    }
}
