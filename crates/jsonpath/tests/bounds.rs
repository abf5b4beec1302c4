//! No text and no document makes this crate panic, overflow its stack or run
//! without end.

use proptest::prelude::*;
use serde_json::{Value, json};
use stateline_jsonpath::{Expression, Path, Query, ReadError, ReferencePath, Scope};

struct Documents(Value);

impl Scope for Documents {
    fn input(&self) -> &Value {
        &self.0
    }

    fn context(&self) -> &Value {
        &self.0
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    fn random(&self) -> u64 {
        4
    }
}

fn document() -> Value {
    json!({
        "a": [1, -2.5, "x", null, true, {"a": 1, "b": "$.a"}, [], [[1]]],
        "b": {"a": {"b": {}}, "c": "é😀"},
        "c": ["[1]", "'q'", "$.b", "{"],
        "": 0,
    })
}

/// Text that looks enough like a path to get far into the compilers.
fn near_path() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("$"),
        Just("@"),
        Just("."),
        Just(".."),
        Just("["),
        Just("]"),
        Just("("),
        Just(")"),
        Just("*"),
        Just("?("),
        Just("'"),
        Just("\""),
        Just(","),
        Just(":"),
        Just("-"),
        Just("0"),
        Just("1"),
        Just("a"),
        Just("b"),
        Just("c"),
        Just(" "),
        Just("\\"),
        Just("\\u00"),
        Just("=="),
        Just("!"),
        Just("<"),
        Just("&&"),
        Just("||"),
        Just("=~"),
        Just("/"),
        Just("{"),
        Just("}"),
        Just(" in "),
        Just(" contains "),
        Just("true"),
        Just("null"),
        Just("é"),
        Just("😀"),
        Just("1e9"),
        Just(".length()"),
        Just(".concat("),
        Just("[?(@.a"),
        Just("$.a"),
        Just("['a']"),
        Just("[*]"),
        Just("States."),
        Just("Array("),
        Just("Format("),
        Just("{}"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| format!("${}", pieces.concat()))
}

fn try_everything(text: &str) {
    let scope = Documents(document());
    if let Ok(path) = Path::compile(text) {
        let _ = path.read(&scope.0);
    }
    if let Ok(query) = Query::compile(text) {
        let _ = query.read(&scope);
    }
    if let Ok(expression) = Expression::compile(text) {
        let _ = expression.evaluate(&scope);
        let _ = expression.variables().count();
    }
    if let Ok(path) = ReferencePath::compile(text) {
        let mut target = document();
        if path.put(&mut target, json!("put")).is_ok() {
            let found = Path::compile(text).map(|path| path.read(&target).map(|v| v.into_owned()));
            assert_eq!(found, Ok(Ok(json!("put"))), "{text}");
        } else {
            assert_eq!(target, document(), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_text(text in any::<String>()) {
        try_everything(&text);
    }

    #[test]
    fn text_like_a_path(text in near_path()) {
        try_everything(&text);
        try_everything(&format!("States.Array({text})"));
    }

    #[test]
    fn filters_of_any_kind(text in near_path()) {
        let body = text.trim_start_matches('$');
        try_everything(&format!("$.a[?(@.a{body})]"));
        try_everything(&format!("$..[?({body} == @.b)].a"));
    }

    #[test]
    fn errors_point_into_the_text(text in near_path()) {
        for error in [
            Path::compile(&text).err(),
            Query::compile(&text).err(),
            ReferencePath::compile(&text).err(),
            Expression::compile(&format!("States.Array({text}")).err(),
        ].into_iter().flatten() {
            prop_assert!(error.offset() <= text.len() + "States.Array(".len(), "{text} {error}");
        }
    }
}

#[test]
fn nesting_of_any_depth_is_refused() {
    let many = 100_000;
    for (open, close) in [
        ("$[?(@", ")]"),
        ("$[?((", ""),
        ("$[?(!", ""),
        ("$[?(! ", "@)]"),
        ("$.a($", ")"),
        ("$.a(", ")"),
        ("$['", "']"),
        ("$[?(@ == [", "])]"),
        ("$[?(@ == {a:", "})]"),
        ("States.Array(", ")"),
        ("$", ""),
        ("$.", ""),
        ("$[0]", ""),
        ("$..", ""),
    ] {
        for count in [30, 60, many] {
            let text = open.repeat(count) + &close.repeat(count);
            try_everything(&text);
            try_everything(&format!("$.a[?({text})]"));
        }
    }
    // Long but flat is no nesting.
    let path = format!("$[?({})]", vec!["@.a == 1"; 500].join(" || "));
    assert!(Path::compile(&path).is_ok());
    assert!(Path::compile(&"$.a".repeat(10_000)).is_err());
}

#[test]
fn filters_nest_as_deep_as_the_bound() {
    let nested = |depth: usize| "$.a".to_owned() + &"[?(@.a".repeat(depth) + &")]".repeat(depth);
    assert!(Path::compile(&nested(10)).is_ok());
    assert!(Path::compile(&nested(40)).is_err());
    try_everything(&nested(10));
}

#[test]
fn deep_documents_end_in_an_error() {
    let mut document = json!(1);
    for _ in 0..5_000 {
        document = Value::Array(vec![document]);
    }
    for text in ["$..a", "$..[?(@..a)]", "$..[?(@..[?(@..a)])]..a", "$.*"] {
        let path = Path::compile(text).expect(text);
        let outcome = path.read(&document).map(|found| found.into_owned());
        assert!(matches!(outcome, Err(ReadError::Failed { .. })), "{text}");
    }
    let mut objects = json!({"a": 1});
    for _ in 0..200 {
        objects = Value::Object([("a".to_owned(), objects)].into_iter().collect());
    }
    for text in ["$..a..a", "$..[?(@.a)]..a.a", "$..a[?(@..[?(@.a)])].a", "$.*..*.*"] {
        let _ = Path::compile(text).expect(text).read(&objects).map(|found| found.into_owned());
    }
    // Taken apart by hand, because dropping it whole would recurse as deep.
    while let Value::Array(mut items) = document {
        document = items.pop().unwrap_or_default();
    }
}

#[test]
fn work_that_explodes_ends_in_an_error() {
    let mut document = json!({"a": 1});
    for _ in 0..100 {
        document = json!({"a": document, "b": 1});
    }
    for (text, wanted) in [
        ("$..*..*..*..*..*..gone", "The path visits more than 10000000 nodes"),
        ("$..*..*..*", "The path finds more than 2000000 values"),
    ] {
        let path = Path::compile(text).expect(text);
        let outcome = path.read(&document).map(|found| found.into_owned());
        assert_eq!(outcome, Err(ReadError::Failed { message: wanted.to_owned() }), "{text}");
    }
}
