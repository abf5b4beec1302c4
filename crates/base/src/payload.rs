//! JSON documents that travel through an execution: immutable and shared.
//!
//! A payload is born either as text (a caller's input, a function's answer) or
//! as a value (the outcome of a data-flow field). The other form is made once,
//! when somebody asks. Passing a document through a hundred states copies
//! nothing, and text that came from outside is shown exactly as it was written,
//! spaces included, as AWS does.

use serde_json::Value;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A shared JSON document; cloning it copies a pointer.
#[derive(Clone)]
pub struct Payload(Arc<Inner>);

struct Inner {
    text: OnceLock<Box<str>>,
    value: OnceLock<Value>,
    shallow: OnceLock<bool>,
}

/// Levels of nesting a document may have: as many as the parser reads, so that
/// every document that is written down can be read again.
pub const DEPTH_MAX: usize = 127;

impl Payload {
    /// From text that must be one JSON document.
    ///
    /// # Errors
    /// The parser's error when the text is not JSON.
    pub fn parse(text: impl Into<Box<str>>) -> Result<Self, serde_json::Error> {
        let text = text.into();
        let value: Value = serde_json::from_str(&text)?;
        Ok(Payload::of(OnceLock::from(text), OnceLock::from(value)))
    }

    /// From text that is known to be JSON, because it was checked when it came in; parsed when needed.
    ///
    /// Text that is not JSON after all is read as `null`.
    #[must_use]
    pub fn from_checked_text(text: impl Into<Box<str>>) -> Self {
        Payload::of(OnceLock::from(text.into()), OnceLock::new())
    }

    fn of(text: OnceLock<Box<str>>, value: OnceLock<Value>) -> Self {
        // The parser reads nothing that is nested deeper, so a text need not be looked into.
        let shallow = if text.get().is_some() { OnceLock::from(true) } else { OnceLock::new() };
        Payload(Arc::new(Inner { text, value, shallow }))
    }

    /// Whether the document is nested no deeper than [`DEPTH_MAX`]; found out once.
    ///
    /// A deeper one must not travel on: it could not be read back, and far beyond it
    /// every walk through it would need more stack than there is.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        *self.0.shallow.get_or_init(|| depth_is_within(self.value(), DEPTH_MAX))
    }

    /// The empty object, AWS's default input.
    #[must_use]
    pub fn empty_object() -> Self {
        Payload::from(Value::Object(serde_json::Map::new()))
    }

    /// The document as text: the original one, or compact JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text.get_or_init(|| {
            let value = self.0.value.get().expect("a payload has a text or a value");
            serde_json::to_string(value).expect("a JSON value has string keys and writes to memory").into()
        })
    }

    /// The document as a value.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.0.value.get_or_init(|| {
            let text = self.0.text.get().expect("a payload has a text or a value");
            serde_json::from_str(text).unwrap_or(Value::Null)
        })
    }

    /// The document as a value of one's own; copied only where others share it.
    #[must_use]
    pub fn into_value(self) -> Value {
        // Made first: what is taken out of its place cannot be parsed there any more.
        let _ = self.value();
        match Arc::try_unwrap(self.0) {
            Ok(inner) => inner.value.into_inner().unwrap_or(Value::Null),
            Err(shared) => Payload(shared).value().clone(),
        }
    }

    /// Whether both are the same document in memory, without comparing contents.
    #[must_use]
    pub fn same(&self, other: &Payload) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that is equal for payloads that are [`Payload::same`], while both live.
    #[must_use]
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Length of the text in bytes of UTF-8, which is what limits count.
    #[must_use]
    pub fn bytes_len(&self) -> usize {
        self.text().len()
    }
}

/// Walks level by level, without recursion.
fn depth_is_within(value: &Value, max: usize) -> bool {
    let mut level = vec![value];
    for _ in 0..max {
        let mut below = Vec::new();
        for value in level {
            match value {
                Value::Array(items) => below.extend(items.iter().filter(|item| is_container(item))),
                Value::Object(members) => below.extend(members.values().filter(|item| is_container(item))),
                _ => {}
            }
        }
        if below.is_empty() {
            return true;
        }
        level = below;
    }
    false
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

impl From<Value> for Payload {
    fn from(value: Value) -> Self {
        Payload::of(OnceLock::new(), OnceLock::from(value))
    }
}

impl PartialEq for Payload {
    /// Equal when the texts are; the common case of one shared document costs nothing.
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.text() == other.text()
    }
}

impl Eq for Payload {}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_from_outside_is_kept_as_written() {
        let payload = Payload::parse("{ \"a\" : 1.0 }").expect("valid JSON");
        assert_eq!(payload.text(), "{ \"a\" : 1.0 }");
        assert_eq!(payload.value(), &json!({"a": 1.0}));
    }

    #[test]
    fn values_are_written_compactly_once() {
        let payload = Payload::from(json!({"b": [1, 2], "a": null}));
        assert_eq!(payload.text(), r#"{"b":[1,2],"a":null}"#);
        assert!(payload.same(&payload.clone()));
        assert_eq!(payload.bytes_len(), 20);
    }

    #[test]
    fn every_shallow_document_can_be_read_back() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        for levels in 120..135 {
            let payload = Payload::from(nested(levels));
            let read_back = Payload::parse(payload.text());
            assert_eq!(payload.is_shallow(), read_back.is_ok(), "{levels} levels");
            // What could not be read is null, which is shallow.
            let unread = Payload::from_checked_text(payload.text());
            assert_eq!(unread.value().is_null(), !payload.is_shallow(), "{levels} levels");
            assert!(unread.is_shallow(), "{levels} levels");
        }
    }

    #[test]
    fn text_that_is_not_json_is_refused() {
        assert!(Payload::parse("{").is_err());
    }
}
