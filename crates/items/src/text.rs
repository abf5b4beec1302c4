//! JSON text on its way from an object to an item: checked once, and without the spaces between its
//! tokens, since AWS's items have been through a parser.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use stateline_base::Payload;
use std::fmt;

/// An item from the bytes of one JSON document.
///
/// # Errors
/// What is wrong with it and where, seen from its beginning.
pub(crate) fn payload(bytes: &[u8]) -> Result<Payload, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("it is not UTF-8 behind byte {}", error.valid_up_to()))?;
    serde_json::from_str::<Sound>(text).map_err(|error| format!("it is not valid JSON: {error}"))?;
    Ok(Payload::from_checked_text(compact(text)))
}

/// The text without spaces between tokens. It must be valid: between two words a space would matter.
pub(crate) fn compact(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at + 1);
                kept.extend_from_slice(&bytes[at..end]);
                at = end;
            }
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => {
                kept.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(kept).expect("only whole ASCII characters were left out")
}

/// Behind the quotation mark that ends a string whose contents begin at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at = (at + 2).min(bytes.len());
    }
    bytes.len()
}

/// Reads as [`serde_json::Value`] does, so that whatever passes can be read as one later, and keeps
/// nothing. `IgnoredAny` and `RawValue` let through half of a surrogate pair, numbers beyond all
/// bounds and any depth.
struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SoundVisitor)
    }
}

struct SoundVisitor;

impl<'de> Visitor<'de> for SoundVisitor {
    type Value = Sound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_unit<E: Error>(self) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Sound, A::Error> {
        while elements.next_element::<Sound>()?.is_some() {}
        Ok(Sound)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Sound, A::Error> {
        while members.next_entry::<Sound, Sound>()?.is_some() {}
        Ok(Sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn check(text: &str, expected: Result<&str, &str>) {
        let found = payload(text.as_bytes());
        assert_eq!(found.as_ref().map(Payload::text).map_err(String::as_str), expected, "{text}");
    }

    #[test]
    fn spaces_go_and_all_else_stays_as_it_is_written() {
        check(
            "{ \"a b\" : [ 1.0 ,\t2e2 ],\n\"\\\" \\\\\": \"\\u0041 \" }",
            Ok(r#"{"a b":[1.0,2e2],"\" \\":"\u0041 "}"#),
        );
        check(" true ", Ok("true"));
        check(r#""\\""#, Ok(r#""\\""#));
    }

    #[test]
    fn what_could_not_be_read_later_is_refused_now() {
        check("[1 2]", Err("it is not valid JSON: expected `,` or `]` at line 1 column 4"));
        check("1e999", Err("it is not valid JSON: number out of range at line 1 column 5"));
        check(r#""\ud800""#, Err("it is not valid JSON: unexpected end of hex escape at line 1 column 8"));
        let deep = "[".repeat(128) + &"]".repeat(128);
        check(&deep, Err("it is not valid JSON: recursion limit exceeded at line 1 column 128"));
        assert_eq!(payload(b"\"\xff\""), Err("it is not UTF-8 behind byte 1".to_owned()));
    }

    proptest! {
        #[test]
        fn what_passes_is_what_the_parser_reads(text in r#"[\[\]{}:,"\\ 0-9a-eu.+-]{0,24}"#) {
            let value = serde_json::from_str::<Value>(&text).ok();
            let item = payload(text.as_bytes()).ok();
            prop_assert_eq!(item.map(|item| item.value().clone()), value);
        }
    }
}
