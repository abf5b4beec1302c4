//! Reads the bodies of requests, as AWS reads them: members that an operation
//! does not know are passed over, `null` is absence, and of a member that comes
//! twice the last one counts. Whether values are allowed is `validate`'s part.

use super::error::ApiError;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Text of a request; borrowed from the body where it holds no escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text on its own; copied only if it was borrowed.
    pub(crate) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a, 'de: 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a String")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Declares a request's shape: a struct of optional members and how they are read.
macro_rules! shape {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $member:ident: $kind:ty = $wire:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name<'a> {
            $($(#[$doc])* pub(crate) $member: Option<$kind>,)*
            /// Every shape borrows from the body, also one that holds no text.
            body: std::marker::PhantomData<&'a ()>,
        }

        impl<'a, 'de: 'a> serde::de::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ShapeVisitor<'a>(std::marker::PhantomData<&'a ()>);

                impl<'a, 'de: 'a> serde::de::Visitor<'de> for ShapeVisitor<'a> {
                    type Value = $name<'a>;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a structure")
                    }

                    fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                        let mut shape = $name::default();
                        while let Some(key) = map.next_key::<$crate::aws::decode::Text<'de>>()? {
                            match &*key {
                                $($wire => shape.$member = map.next_value()?,)*
                                _ => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(shape)
                    }
                }

                deserializer.deserialize_map(ShapeVisitor(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use shape;

/// Reads a body. An empty one is an empty structure.
pub(crate) fn decode<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ApiError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ApiError::Serialization(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    shape! {
        /// A shape with one member of each kind.
        Sample {
            /// Text.
            name: Text<'a> = "name",
            /// A number.
            count: i64 = "count",
            /// A list.
            tags: Vec<Text<'a>> = "tags",
        }
    }

    fn check(body: &str, expected: &Expect) {
        let shown = match decode::<Sample<'_>>(body.as_bytes()) {
            Ok(sample) => format!(
                "{:?} {:?} {:?}",
                sample.name.as_deref(),
                sample.count,
                sample.tags.map(|tags| tags.len())
            ),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn bodies_are_read_leniently_where_aws_does() {
        check("", &expect!["None None None"]);
        check("{}", &expect!["None None None"]);
        check(r#"{"name": null, "count": 3}"#, &expect!["None Some(3) None"]);
        check(r#"{"unknown": {"a": [1, {"b": null}]}, "name": "x"}"#, &expect![[r#"Some("x") None None"#]]);
        check(r#"{"name": "first", "name": "l\u0061st"}"#, &expect![[r#"Some("last") None None"#]]);
        check(
            r#"{"n\u0061me": "escaped key", "tags": ["a", "b"]}"#,
            &expect![[r#"Some("escaped key") None Some(2)"#]],
        );
    }

    #[test]
    fn other_types_and_broken_bodies_are_refused() {
        check(r#"{"name": 5}"#, &expect!["invalid type: integer `5`, expected a String at line 1 column 10"]);
        check(r#"{"name": {}}"#, &expect!["invalid type: map, expected a String at line 1 column 9"]);
        check(
            r#"{"count": "5"}"#,
            &expect![[r#"invalid type: string "5", expected i64 at line 1 column 13"#]],
        );
        check(
            r#"{"count": 1.5}"#,
            &expect!["invalid type: floating point `1.5`, expected i64 at line 1 column 13"],
        );
        check(r#"{"tags": {}}"#, &expect!["invalid type: map, expected a sequence at line 1 column 9"]);
        check("[]", &expect!["invalid type: sequence, expected a structure at line 1 column 0"]);
        check("{", &expect!["EOF while parsing an object at line 1 column 1"]);
        check(r#"{"name": "x"} trailing"#, &expect!["trailing characters at line 1 column 15"]);
        check(r#"{"name": "\ud800"}"#, &expect!["unexpected end of hex escape at line 1 column 17"]);
    }

    #[test]
    fn nesting_without_end_ends() {
        let body = format!("{{\"unknown\": {}", "[".repeat(1_000_000));
        assert!(decode::<Sample<'_>>(body.as_bytes()).is_err());
        let body = format!("{{\"name\": {}", "[".repeat(1_000_000));
        assert!(decode::<Sample<'_>>(body.as_bytes()).is_err());
    }
}
