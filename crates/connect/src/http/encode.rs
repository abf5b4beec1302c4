//! Percent-encoding, and forms of it: query strings and form bodies.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// All but RFC 3986's unreserved characters. A space is `%20`, as in AWS's own example of a form.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How an array becomes a form's fields: `RequestEncodingOptions.ArrayFormat`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ArrayFormat {
    /// `a[0]=x&a[1]=y`
    #[default]
    Indices,
    /// `a=x&a=y`
    Repeat,
    /// `a=x,y`
    Commas,
    /// `a[]=x&a[]=y`
    Brackets,
}

/// `a=x&b=y`, all percent-encoded.
pub(super) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let pairs = pairs.into_iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The members of an object as a form; members of inner objects are `outer[inner]`.
pub(super) fn form(members: &serde_json::Map<String, Value>, arrays: ArrayFormat) -> String {
    let mut fields = Vec::new();
    for (name, value) in members {
        flatten(name.clone(), value, arrays, &mut fields);
    }
    pairs(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn flatten(name: String, value: &Value, arrays: ArrayFormat, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                flatten(format!("{name}[{key}]"), value, arrays, fields);
            }
        }
        Value::Array(items) if arrays == ArrayFormat::Commas => {
            if !items.is_empty() {
                fields.push((name, items.iter().map(text).collect::<Vec<_>>().join(",")));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = match arrays {
                    ArrayFormat::Indices => format!("{name}[{index}]"),
                    ArrayFormat::Brackets => format!("{name}[]"),
                    ArrayFormat::Repeat | ArrayFormat::Commas => name.clone(),
                };
                flatten(name, item, arrays, fields);
            }
        }
        value => fields.push((name, text(value))),
    }
}

/// A value as a field shows it: texts as they are, `null` as nothing, the rest as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(body: &str, arrays: ArrayFormat, expected: &Expect) {
        let body: Value = serde_json::from_str(body).expect("JSON");
        let form = form(body.as_object().expect("an object"), arrays);
        // Brackets are encoded, too; the test shows them plain.
        expected.assert_eq(&form.replace("%5B", "[").replace("%5D", "]"));
    }

    #[test]
    fn the_documented_example_comes_out_as_documented() {
        let body = serde_json::json!({
            "description": "Monthly subscription",
            "metadata": {"order_details": "monthly report data"},
            "customer": "1234567890"
        });
        assert_eq!(
            form(body.as_object().expect("an object"), ArrayFormat::Indices),
            "description=Monthly%20subscription&metadata%5Border_details%5D=monthly%20report%20data&customer=1234567890"
        );
    }

    #[test]
    fn arrays_have_four_formats() {
        let body = r#"{"array":["a","b"],"o":{"p":[1]},"n":null,"t":true,"e":[]}"#;
        check(body, ArrayFormat::Indices, &expect!["array[0]=a&array[1]=b&o[p][0]=1&n=&t=true"]);
        check(body, ArrayFormat::Repeat, &expect!["array=a&array=b&o[p]=1&n=&t=true"]);
        check(body, ArrayFormat::Brackets, &expect!["array[]=a&array[]=b&o[p][]=1&n=&t=true"]);
        check(body, ArrayFormat::Commas, &expect!["array=a%2Cb&o[p]=1&n=&t=true"]);
    }

    #[test]
    fn what_stands_within_arrays_is_flattened() {
        let body = r#"{"a":[{"b":[1,{"c":"&="}]}]}"#;
        check(body, ArrayFormat::Indices, &expect!["a[0][b][0]=1&a[0][b][1][c]=%26%3D"]);
        check(
            body,
            ArrayFormat::Commas,
            &expect![[r#"a=%7B%22b%22%3A[1%2C%7B%22c%22%3A%22%26%3D%22%7D]%7D"#]],
        );
    }

    #[test]
    fn characters_beyond_ascii_are_utf_8() {
        assert_eq!(pairs([("ä b", "~-._*+")]), "%C3%A4%20b=~-._%2A%2B");
    }
}
