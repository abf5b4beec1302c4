//! Where a query starts, and reading it there.
//!
//! `$…` is the state's input, `$$…` the context object, `$name…` a variable;
//! behind that comes an ordinary path. Called by `asl`, which compiles the
//! fields of a definition, and `engine`, which gives the [`Scope`].

use std::borrow::Cow;

use serde_json::Value;

use crate::error::{CompileError, ReadError};
use crate::limits::VARIABLE_CHARS_MAX;
use crate::path::Path;

/// Where a query starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `$…`: the input of the state, or whatever the field's `$` stands for.
    Input,
    /// `$$…`: the context object.
    Context,
    /// `$name…`: a variable.
    Variable(Box<str>),
}

/// What an expression may look at. Randomness comes in from outside, so that
/// evaluation stays pure.
pub trait Scope {
    /// The document of `$`.
    fn input(&self) -> &Value;
    /// The document of `$$`.
    fn context(&self) -> &Value;
    /// The document of `$$` for one path. A scope that builds the document may leave out
    /// what the path does not look at.
    fn context_for(&self, _path: &Path) -> &Value {
        self.context()
    }
    /// The value of a variable, if it has one.
    fn variable(&self, name: &str) -> Option<&Value>;
    /// 64 fresh random bits at each call.
    fn random(&self) -> u64;
}

/// A path and where it starts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Query {
    text: Box<str>,
    source: Source,
    path: Path,
}

impl Query {
    /// Compiles a query.
    ///
    /// # Errors
    ///
    /// When the text does not start with `$`, the variable's name is not one, or
    /// the rest is not a path.
    pub fn compile(text: &str) -> Result<Self, CompileError> {
        let Some(rest) = text.strip_prefix('$') else {
            return Err(CompileError::new("A path must start with '$'", 0));
        };
        let name_bytes = variable_bytes(rest);
        let (source, skipped) = if rest.starts_with('$') {
            (Source::Context, 1)
        } else if name_bytes > 0 {
            let name = rest.get(..name_bytes).unwrap_or_default();
            if name.chars().nth(VARIABLE_CHARS_MAX).is_some() {
                let message = format!("A variable name has at most {VARIABLE_CHARS_MAX} characters");
                return Err(CompileError::new(message, 1));
            }
            (Source::Variable(name.into()), name_bytes)
        } else {
            (Source::Input, 0)
        };
        let path_text = format!("${}", rest.get(skipped..).unwrap_or_default());
        let kept = keep_backslashes(&path_text);
        let path = Path::compile(&kept).map_err(|error| {
            let offset = offset_as_written(&path_text, &kept, error.offset());
            CompileError::new(error.to_string(), if offset > 0 { offset + skipped } else { 0 })
        })?;
        Ok(Self { text: text.into(), source, path })
    }

    /// Where the query starts.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The path from there, always written with one `$`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The query as written, for example `$$.Execution.Id`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads the query. The root of a source is whatever is there, also null.
    ///
    /// # Errors
    ///
    /// As [`Path::read`]; a variable without a value is not found.
    pub fn read<'a>(&self, scope: &'a dyn Scope) -> Result<Cow<'a, Value>, ReadError> {
        let document = match &self.source {
            Source::Input => scope.input(),
            Source::Context => scope.context_for(&self.path),
            Source::Variable(name) => scope.variable(name).ok_or_else(|| ReadError::NotFound {
                message: format!("No value has been assigned to the variable '${name}'"),
            })?,
        };
        if self.path.is_root() {
            return Ok(Cow::Borrowed(document));
        }
        match self.path.read(document) {
            // Recorded on AWS: a path that may match many gives an empty array where Jayway by
            // itself would raise, because a property on the way to the many is missing.
            Err(ReadError::NotFound { .. }) if !self.path.is_definite() => {
                Ok(Cow::Owned(Value::Array(Vec::new())))
            }
            read => read,
        }
    }
}

/// Recorded on AWS: within a quoted name, a backslash before a double quote stands for itself.
///
/// Jayway by itself would take it as an escape and drop it.
fn keep_backslashes(path: &str) -> Cow<'_, str> {
    if !path.contains("\\\"") {
        return Cow::Borrowed(path);
    }
    let mut kept = String::with_capacity(path.len() + 8);
    let (mut in_name, mut escaped) = (false, false);
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let doubles = in_name && !escaped && c == '\\' && chars.peek() == Some(&'"');
        if c == '\'' && !escaped {
            in_name = !in_name;
        }
        escaped = c == '\\' && !escaped && !doubles;
        kept.push_str(if doubles { "\\\\" } else { "" });
        if !doubles {
            kept.push(c);
        }
    }
    Cow::Owned(kept)
}

/// Where an offset into the text that [`keep_backslashes`] gave lies in the text it was given.
fn offset_as_written(written: &str, kept: &str, offset: usize) -> usize {
    let mut rest = written.bytes().peekable();
    // What differs is a backslash that was added.
    kept.bytes().take(offset).filter(|byte| rest.next_if_eq(byte).is_some()).count()
}

/// How many bytes of the text are a variable's name.
fn variable_bytes(text: &str) -> usize {
    let starts = text.chars().next().is_some_and(char::is_alphabetic);
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    if starts { text.find(|c| !goes_on(c)).unwrap_or(text.len()) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixed;
    use serde_json::json;

    fn check(text: &str, source: &Source, path: &str, wanted: Result<Value, &str>) {
        let query = Query::compile(text).expect(text);
        assert_eq!((query.source(), query.path().text(), query.text()), (source, path, text));
        let scope = Fixed::new(json!({"a": [1, 2]}), json!({"b": "c"}), json!({"v": {"x": null}}));
        let found = query.read(&scope).map(Cow::into_owned);
        assert_eq!(found, wanted.map_err(|m| ReadError::NotFound { message: m.to_owned() }));
    }

    #[test]
    fn an_indefinite_query_that_misses_gives_an_empty_array() {
        for text in ["$.x[*]", "$.x.y[1:]", "$.x[:1].z", "$..nothing", "$[*]"] {
            let query = Query::compile(text).expect(text);
            let scope = Fixed::new(json!({}), json!({}), json!({}));
            assert_eq!(query.read(&scope).map(Cow::into_owned), Ok(json!([])), "{text}");
        }
    }

    #[test]
    fn a_backslash_before_a_double_quote_is_part_of_a_name() {
        let query = Query::compile(r#"$['a\""b']"#).expect("a path");
        let scope = Fixed::new(json!({r#"a\""b"#: 1}), json!({}), json!({}));
        assert_eq!(query.read(&scope).map(Cow::into_owned), Ok(json!(1)));
    }

    #[test]
    fn queries_start_where_they_say() {
        let variable = |name: &str| Source::Variable(name.into());
        check("$", &Source::Input, "$", Ok(json!({"a": [1, 2]})));
        check("$.a[1]", &Source::Input, "$.a[1]", Ok(json!(2)));
        check("$['a'][0]", &Source::Input, "$['a'][0]", Ok(json!(1)));
        check("$$", &Source::Context, "$", Ok(json!({"b": "c"})));
        check("$$.b", &Source::Context, "$.b", Ok(json!("c")));
        check("$v", &variable("v"), "$", Ok(json!({"x": null})));
        check("$v.x", &variable("v"), "$.x", Ok(json!(null)));
        check("$v['y']", &variable("v"), "$['y']", Err("No results for path: $['y']"));
        check(
            "$no_such1.x",
            &variable("no_such1"),
            "$.x",
            Err("No value has been assigned to the variable '$no_such1'"),
        );
    }

    #[test]
    fn null_is_a_document_too() {
        let scope = Fixed::new(json!(null), json!(null), json!({}));
        for text in ["$", "$$"] {
            let query = Query::compile(text).expect(text);
            assert_eq!(query.read(&scope).map(Cow::into_owned), Ok(json!(null)));
        }
    }

    #[test]
    fn errors_point_into_the_text_as_written() {
        let long = format!("${}", "v".repeat(81));
        for (text, offset) in [
            ("", 0),
            ("a", 0),
            ("$.", 0),
            ("$$x", 2),
            ("$name x", 5),
            ("$9", 1),
            ("$$.a b", 3),
            (r#"$.concat('x\"')concat('x\""#, 26),
            (long.as_str(), 1),
        ] {
            let error = Query::compile(text).expect_err(text);
            assert_eq!(error.offset(), offset, "{text}: {error}");
        }
    }
}
