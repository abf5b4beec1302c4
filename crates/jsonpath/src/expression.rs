//! The value of a `.$` key: a query or a call of an intrinsic function.
//!
//! Decides which of the two a text is, and gives both one way to be evaluated.
//! Called by `asl` for payload templates and by `engine` to fill them.

use serde_json::Value;

use crate::error::{CompileError, EvaluationError};
use crate::intrinsic::Call;
use crate::query::{Query, Scope, Source};

/// A compiled expression. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Expression {
    /// `$…`, `$$…` or `$name…`.
    Query(Query),
    /// `States.Name(…)`.
    Call(Call),
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// When the text is neither a query nor a call of a known function with a
    /// fitting number of arguments.
    pub fn compile(text: &str) -> Result<Self, CompileError> {
        if text.starts_with('$') {
            Query::compile(text).map(Self::Query)
        } else {
            Call::compile(text).map(Self::Call)
        }
    }

    /// The expression as written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Query(query) => query.text(),
            Self::Call(call) => call.text(),
        }
    }

    /// The value of the expression.
    ///
    /// # Errors
    ///
    /// When a path in it does not resolve, or a function refuses its data.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvaluationError> {
        match self {
            Self::Query(query) => read(query, scope).map(std::borrow::Cow::into_owned),
            Self::Call(call) => call.evaluate(scope),
        }
    }

    /// The names of the variables that are read, with repetitions.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let mut queries = Vec::new();
        match self {
            Self::Query(query) => queries.push(query),
            Self::Call(call) => call.collect_queries(&mut queries),
        }
        queries.into_iter().filter_map(|query| match query.source() {
            Source::Variable(name) => Some(name.as_ref()),
            _ => None,
        })
    }
}

/// Reads a query, its failure told with the query as written.
pub(crate) fn read<'a>(
    query: &Query,
    scope: &'a dyn Scope,
) -> Result<std::borrow::Cow<'a, Value>, EvaluationError> {
    query.read(scope).map_err(|error| EvaluationError::Path {
        path: query.text().to_owned(),
        message: error.message().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixed;
    use serde_json::json;

    #[test]
    fn a_text_is_a_query_or_a_call() {
        for (text, wanted) in [("$.a", "query"), ("$$", "query"), ("States.UUID()", "call")] {
            let expression = Expression::compile(text).expect(text);
            let kind = match &expression {
                Expression::Query(_) => "query",
                Expression::Call(_) => "call",
            };
            assert_eq!((kind, expression.text()), (wanted, text));
        }
        for text in ["", "a", " $.a", "States.UUID", "UUID()", "'text'", "1"] {
            assert!(Expression::compile(text).is_err(), "{text}");
        }
    }

    #[test]
    fn variables_are_collected_at_any_depth() {
        for (text, wanted) in [
            ("$.a", vec![]),
            ("$a.b", vec!["a"]),
            ("States.Array($a, $$.b, States.Format('{}', $b_1[0]), $.x, $a)", vec!["a", "b_1", "a"]),
        ] {
            let expression = Expression::compile(text).expect(text);
            assert_eq!(expression.variables().collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn a_path_that_fails_is_named_as_written() {
        let scope = Fixed::new(json!({}), json!({}), json!({}));
        for (text, path, message) in [
            ("$.a", "$.a", "No results for path: $['a']"),
            ("States.Array($$.b.c)", "$$.b.c", "Missing property in path $['b']"),
        ] {
            let error = Expression::compile(text).expect(text).evaluate(&scope);
            let (path, message) = (path.to_owned(), message.to_owned());
            assert_eq!(error, Err(EvaluationError::Path { path, message }));
        }
    }
}
