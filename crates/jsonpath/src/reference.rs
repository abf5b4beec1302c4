//! Reference paths: the places a result may be written to.
//!
//! Only `.name`, `['name']` and `[n]`; each names exactly one place. Stands
//! apart from `Path`, because writing follows the States Language and not
//! Jayway. Called by `asl` (to check `ResultPath`) and `engine` (to apply it).

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::{CompileError, PutError};
use crate::limits::{PATH_CHARS_MAX, TOKENS_MAX};
use crate::{java, path::Path};

/// A path that names one place (`$.a['b'][0]`). Cheap to clone.
#[derive(Clone)]
pub struct ReferencePath {
    inner: Arc<Inner>,
}

struct Inner {
    text: String,
    steps: Vec<Step>,
}

enum Step {
    Name(String),
    Index(usize),
}

impl ReferencePath {
    /// Compiles a reference path.
    ///
    /// # Errors
    ///
    /// When the text does not start with `$`, or has anything but names and
    /// indexes of zero or more: no wildcard, scan, slice, filter or function,
    /// and none of the characters `@ , : ?` outside of quotes.
    pub fn compile(text: &str) -> Result<Self, CompileError> {
        let mut parser = Parser { text, position: 0 };
        let steps = parser.steps()?;
        // What Jayway cannot read is not a path either.
        Path::compile(text)?;
        Ok(Self { inner: Arc::new(Inner { text: text.to_owned(), steps }) })
    }

    /// The path as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Is exactly `$`.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.inner.steps.is_empty()
    }

    /// Writes `value` at this place, making the objects on the way that are
    /// missing. What is there is replaced. On failure the document is unchanged.
    ///
    /// # Errors
    ///
    /// When the document has something else where an object or an array is
    /// needed, or an array is too short. An index one past the end is too far.
    pub fn put(&self, document: &mut Value, value: Value) -> Result<(), PutError> {
        self.check(document)?;
        let mut place = document;
        for step in &self.inner.steps {
            place = match step {
                Step::Name(name) => {
                    if !place.is_object() {
                        *place = Value::Object(Map::new());
                    }
                    let Value::Object(members) = place else { return Ok(()) };
                    members.entry(name.as_str()).or_insert_with(|| Value::Object(Map::new()))
                }
                Step::Index(index) => match place.get_mut(*index) {
                    Some(element) => element,
                    None => return Ok(()),
                },
            };
        }
        *place = value;
        Ok(())
    }

    /// Walks the way that exists, and fails where it cannot go on.
    fn check(&self, document: &Value) -> Result<(), PutError> {
        let mut place = Some(document);
        for (index, step) in self.inner.steps.iter().enumerate() {
            place = match (step, place) {
                (Step::Name(_), None) => None,
                (Step::Name(name), Some(Value::Object(members))) => members.get(name),
                (Step::Name(_), Some(other)) => return Err(self.not_an_object(index, other)),
                (Step::Index(at), Some(Value::Array(items))) => {
                    Some(items.get(*at).ok_or_else(|| PutError::OutOfRange {
                        path: self.inner.text.clone(),
                        place: self.place(index),
                        length: items.len(),
                    })?)
                }
                (Step::Index(_), found) => {
                    return Err(PutError::NotAnArray {
                        path: self.inner.text.clone(),
                        place: self.place(index),
                        found: found.map_or("missing", kind),
                    });
                }
            };
        }
        Ok(())
    }

    fn not_an_object(&self, index: usize, found: &Value) -> PutError {
        PutError::NotAnObject { path: self.inner.text.clone(), place: self.place(index), found: kind(found) }
    }

    /// The first `count` steps in bracket notation.
    fn place(&self, count: usize) -> String {
        let steps = self.inner.steps.iter().take(count).map(|step| match step {
            Step::Name(name) => format!("['{name}']"),
            Step::Index(index) => format!("[{index}]"),
        });
        std::iter::once("$".to_owned()).chain(steps).collect()
    }
}

impl fmt::Debug for ReferencePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReferencePath({:?})", self.inner.text)
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn error<T>(&self, message: &str) -> Result<T, CompileError> {
        Err(CompileError::new(message, self.position))
    }

    fn steps(&mut self) -> Result<Vec<Step>, CompileError> {
        if self.text.chars().nth(PATH_CHARS_MAX).is_some() {
            return self.error("The reference path is too long");
        }
        if !self.text.starts_with('$') {
            return self.error("A reference path must start with '$'");
        }
        self.position = 1;
        let mut steps = Vec::new();
        while let Some(c) = self.rest().chars().next() {
            if steps.len() == TOKENS_MAX {
                return self.error("The reference path has too many steps");
            }
            steps.push(match c {
                '.' => self.name()?,
                '[' => self.bracket()?,
                _ => return self.error("A reference path goes on with '.' or '['"),
            });
        }
        Ok(steps)
    }

    fn name(&mut self) -> Result<Step, CompileError> {
        self.position += 1;
        let rest = self.rest();
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_owned();
        if name.is_empty() {
            return self.error("A name must follow '.' in a reference path");
        }
        let forbidden = |c: char| "@,:?*()]'\"".contains(c) || c.is_whitespace();
        if let Some(at) = name.find(forbidden) {
            self.position += at;
            return self.error("This character is not allowed in a reference path");
        }
        self.position += end;
        Ok(Step::Name(name))
    }

    fn bracket(&mut self) -> Result<Step, CompileError> {
        let rest = self.rest().get(1..).unwrap_or_default();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            return self.quoted(quote);
        }
        let Some(end) = rest.find(']') else {
            return self.error("A bracket is not closed");
        };
        let digits = rest.get(..end).unwrap_or_default();
        let is_index = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let index = digits.parse::<u32>().ok().filter(|_| is_index);
        let Some(index) = index.and_then(|index| usize::try_from(index).ok()) else {
            return self.error("A reference path has names and indexes only");
        };
        self.position += end + 2;
        Ok(Step::Index(index))
    }

    fn quoted(&mut self, quote: char) -> Result<Step, CompileError> {
        let inner = self.rest().get(2..).unwrap_or_default();
        let mut escaped = false;
        let end = inner.char_indices().find_map(|(at, c)| {
            let closes = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            closes.then_some(at)
        });
        let Some(end) = end else { return self.error("A quoted name is not closed") };
        if inner.get(end + 1..end + 2) != Some("]") {
            return self.error("One quoted name must fill a bracket of a reference path");
        }
        let Some(name) = java::unescape(inner.get(..end).unwrap_or_default()) else {
            return self.error("An escape in a quoted name is malformed");
        };
        self.position += end + 4;
        Ok(Step::Name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn put(path: &str, mut document: Value, value: Value) -> Result<Value, String> {
        let path = ReferencePath::compile(path).map_err(|error| error.to_string())?;
        path.put(&mut document, value).map_err(|error| error.to_string())?;
        Ok(document)
    }

    #[test]
    fn values_are_put_where_the_path_points() {
        for (path, document, wanted) in [
            ("$", json!({"a": 1}), json!("v")),
            ("$.b", json!({"a": 1}), json!({"a": 1, "b": "v"})),
            ("$.a", json!({"a": 1, "b": 2}), json!({"a": "v", "b": 2})),
            ("$.x.y.z", json!({}), json!({"x": {"y": {"z": "v"}}})),
            ("$['o k'][\"q'\"]", json!({}), json!({"o k": {"q'": "v"}})),
            ("$.list[1]", json!({"list": [1, 2]}), json!({"list": [1, "v"]})),
            ("$.list[0].a", json!({"list": [{}]}), json!({"list": [{"a": "v"}]})),
            ("$[0]", json!([0]), json!(["v"])),
        ] {
            assert_eq!(put(path, document, json!("v")), Ok(wanted), "{path}");
        }
    }

    #[test]
    fn what_does_not_fit_fails_and_changes_nothing() {
        for (path, document, wanted) in [
            ("$.a", json!("text"), "cannot set '$.a': $ is a string, not an object"),
            ("$.a.b", json!({"a": 1}), "cannot set '$.a.b': $['a'] is a number, not an object"),
            ("$.a.b", json!({"a": null}), "cannot set '$.a.b': $['a'] is null, not an object"),
            ("$.a[0]", json!({}), "cannot set '$.a[0]': $['a'] is missing, not an array"),
            ("$.a[0]", json!({"a": {}}), "cannot set '$.a[0]': $['a'] is an object, not an array"),
            ("$.a[1]", json!({"a": [0]}), "cannot set '$.a[1]': $['a'] has 1 elements"),
            ("$.n.x[0]", json!({}), "cannot set '$.n.x[0]': $['n']['x'] is missing, not an array"),
        ] {
            assert_eq!(put(path, document, json!(1)), Err(wanted.to_owned()), "{path}");
        }
        let path = ReferencePath::compile("$.a.b[0]").expect("a reference path");
        let mut document = json!({});
        assert!(path.put(&mut document, json!(1)).is_err());
        assert_eq!(document, json!({}));
    }

    #[test]
    fn only_names_and_indexes_are_reference_paths() {
        for (text, offset) in [
            ("", 0),
            ("a", 0),
            ("$a", 1),
            ("$$.a", 1),
            ("$.", 2),
            ("$.a.", 4),
            ("$..a", 2),
            ("$.a[*]", 3),
            ("$.*", 2),
            ("$.a[0:1]", 3),
            ("$.a[0,1]", 3),
            ("$.a[-1]", 3),
            ("$['a','b']", 1),
            ("$.a[?(@.b)]", 3),
            ("$.a?b", 3),
            ("$.a@", 3),
            ("$.a.length()", 10),
            ("$.a b", 3),
            ("$[99999999999]", 1),
            ("$['a", 1),
        ] {
            let error = ReferencePath::compile(text).expect_err(text);
            assert_eq!(error.offset(), offset, "{text}: {error}");
        }
    }
}
