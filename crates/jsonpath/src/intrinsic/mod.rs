//! The 18 intrinsic functions of the States Language.
//!
//! A [`Call`] is parsed once (`parse`) and evaluated against a scope; the
//! functions themselves are grouped by what they work on. They see values, never
//! the scope, except that `unique` and `math` are given random bits. Called by
//! `Expression`.

mod array;
mod coding;
mod json;
mod math;
mod number;
mod parse;
mod text;
mod unique;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::error::{CompileError, EvaluationError};
use crate::expression;
use crate::query::{Query, Scope};

/// Why a function refuses its data.
type Refusal = String;

/// One of the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Format,
    StringToJson,
    JsonToString,
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
}

/// The names of the intrinsic functions, without `States.` in front.
pub const INTRINSIC_FUNCTIONS: [&str; 18] = [
    "Format",
    "StringToJson",
    "JsonToString",
    "Array",
    "ArrayPartition",
    "ArrayContains",
    "ArrayRange",
    "ArrayGetItem",
    "ArrayLength",
    "ArrayUnique",
    "Base64Encode",
    "Base64Decode",
    "Hash",
    "JsonMerge",
    "MathRandom",
    "MathAdd",
    "StringSplit",
    "UUID",
];

impl Function {
    /// The function of this name (behind `States.`) and how many arguments it takes.
    fn find(name: &str) -> Option<(Self, usize, usize)> {
        let open = crate::limits::ARGUMENTS_MAX;
        Some(match name {
            "Format" => (Self::Format, 1, open),
            "StringToJson" => (Self::StringToJson, 1, 1),
            "JsonToString" => (Self::JsonToString, 1, 1),
            "Array" => (Self::Array, 0, open),
            "ArrayPartition" => (Self::ArrayPartition, 2, 2),
            "ArrayContains" => (Self::ArrayContains, 2, 2),
            "ArrayRange" => (Self::ArrayRange, 3, 3),
            "ArrayGetItem" => (Self::ArrayGetItem, 2, 2),
            "ArrayLength" => (Self::ArrayLength, 1, 1),
            "ArrayUnique" => (Self::ArrayUnique, 1, 1),
            "Base64Encode" => (Self::Base64Encode, 1, 1),
            "Base64Decode" => (Self::Base64Decode, 1, 1),
            "Hash" => (Self::Hash, 2, 2),
            "JsonMerge" => (Self::JsonMerge, 3, 3),
            "MathRandom" => (Self::MathRandom, 2, 3),
            "MathAdd" => (Self::MathAdd, 2, 2),
            "StringSplit" => (Self::StringSplit, 2, 2),
            "UUID" => (Self::Uuid, 0, 0),
            _ => return None,
        })
    }
}

/// A compiled call. Cheap to clone.
#[derive(Clone)]
pub struct Call {
    inner: Arc<Inner>,
}

struct Inner {
    text: Box<str>,
    function: Function,
    arguments: Vec<Argument>,
}

/// An argument as written.
enum Argument {
    /// A quoted text: its value, and what stands between its `{}`.
    Text {
        value: Value,
        pieces: Vec<String>,
    },
    /// A number or a keyword.
    Literal(Value),
    Query(Query),
    Call(Call),
}

impl Call {
    /// Compiles `States.Name(…)`.
    ///
    /// # Errors
    ///
    /// When the text is not exactly one call, the function does not exist, takes
    /// another number of arguments, or calls nest deeper than ten.
    pub fn compile(text: &str) -> Result<Self, CompileError> {
        parse::compile(text)
    }

    /// The call as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The value of the call.
    ///
    /// # Errors
    ///
    /// When a path in it does not resolve, or a function refuses its data.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvaluationError> {
        let arguments: Vec<Cow<'_, Value>> =
            self.inner.arguments.iter().map(|argument| argument.value(scope)).collect::<Result<_, _>>()?;
        self.apply(&arguments, scope).map_err(|refusal| EvaluationError::Intrinsic {
            message: format!("The function '{}' had the following error: {refusal}", self.inner.text),
        })
    }

    pub(crate) fn collect_queries<'a>(&'a self, queries: &mut Vec<&'a Query>) {
        for argument in &self.inner.arguments {
            match argument {
                Argument::Query(query) => queries.push(query),
                Argument::Call(call) => call.collect_queries(queries),
                Argument::Text { .. } | Argument::Literal(_) => {}
            }
        }
    }

    fn apply(&self, arguments: &[Cow<'_, Value>], scope: &dyn Scope) -> Result<Value, Refusal> {
        // The parser has checked how many arguments there are.
        let at = |index: usize| arguments.get(index).map_or(&Value::Null, Cow::as_ref);
        match self.inner.function {
            Function::Format => {
                let given = arguments.get(1..).unwrap_or_default();
                match self.inner.arguments.first() {
                    Some(Argument::Text { pieces, .. }) => text::format(pieces, given),
                    _ => text::format_value(at(0), given),
                }
            }
            Function::StringSplit => text::split(at(0), at(1)),
            Function::StringToJson => json::parse(at(0)),
            Function::JsonToString => json::print(at(0)),
            Function::JsonMerge => json::merge(at(0), at(1), at(2)),
            Function::Array => Ok(arguments.iter().map(|value| value.as_ref().clone()).collect()),
            Function::ArrayPartition => array::partition(at(0), at(1)),
            Function::ArrayContains => array::contains(at(0), at(1)),
            Function::ArrayRange => array::range(at(0), at(1), at(2)),
            Function::ArrayGetItem => array::get_item(at(0), at(1)),
            Function::ArrayLength => array::length(at(0)),
            Function::ArrayUnique => array::unique(at(0)),
            Function::Base64Encode => coding::encode(at(0)),
            Function::Base64Decode => coding::decode(at(0)),
            Function::Hash => coding::hash(at(0), at(1)),
            Function::MathAdd => math::add(at(0), at(1)),
            Function::MathRandom => {
                let seed = arguments.get(2).map(Cow::as_ref);
                math::random(at(0), at(1), seed, || scope.random())
            }
            Function::Uuid => Ok(unique::uuid(scope.random(), scope.random())),
        }
    }
}

impl Argument {
    fn value<'a>(&'a self, scope: &'a dyn Scope) -> Result<Cow<'a, Value>, EvaluationError> {
        match self {
            Self::Text { value, .. } | Self::Literal(value) => Ok(Cow::Borrowed(value)),
            Self::Query(query) => expression::read(query, scope),
            Self::Call(call) => call.evaluate(scope).map(Cow::Owned),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({:?})", self.inner.text)
    }
}

/// The text of an argument, or a refusal that names its place.
fn expect_text<'a>(value: &'a Value, place: &str) -> Result<&'a str, Refusal> {
    value.as_str().ok_or_else(|| format!("The {place} argument must be a string"))
}

/// The elements of an argument, or a refusal.
fn expect_array<'a>(value: &'a Value, place: &str) -> Result<&'a [Value], Refusal> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("The {place} argument must be an array"))
}

#[cfg(test)]
fn check(cases: &[(&str, Value)]) {
    let scope = test_scope();
    for (text, wanted) in cases {
        let call = Call::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(call.evaluate(&scope).as_ref(), Ok(wanted), "{text}");
    }
}

#[cfg(test)]
fn check_refused(cases: &[(&str, &str)]) {
    let scope = test_scope();
    for (text, wanted) in cases {
        let call = Call::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let message = format!("The function '{text}' had the following error: {wanted}");
        assert_eq!(call.evaluate(&scope), Err(EvaluationError::Intrinsic { message }), "{text}");
    }
}

/// `$.long` is a text of 10 001 characters.
#[cfg(test)]
fn test_scope() -> crate::testing::Fixed {
    use serde_json::json;
    let input = json!({
        "n": null, "t": true, "i": 7, "f": 1.5, "s": "str", "e": "", "o": {"a": 1, "b": {"x": 1}},
        "p": {"b": {"y": 2}, "c": 3}, "l": [1, "1", null, 1, 1.0, {"k": [1]}, {"k": [1]}],
        "csv": "a,b;c", "long": "x".repeat(10_001), "json": "{\"a\": [1, 2.5]}", "bad": "{a}",
        "template": "<{}> \\{\\}",
    });
    crate::testing::Fixed::new(input, json!({}), json!({"v": [3, 4]}))
}
