//! No text makes the parser or the evaluator panic, and every evaluation ends within
//! its budget.

mod support;

use proptest::prelude::*;
use serde_json::json;
use stateline_jsonata::{Budget, Expression};
use support::Given;

const BUDGET: Budget = Budget { steps: 20_000, depth: 100, bytes: 200_000 };

/// Pieces of which expressions are made.
const TOKENS: [&str; 88] = [
    "a",
    "b",
    "$x",
    "$y",
    "$",
    "$$",
    "1",
    "2",
    "-1",
    "0.5",
    "'t'",
    "\"u\"",
    "true",
    "null",
    "and",
    "or",
    "in",
    "+",
    "-",
    "*",
    "/",
    "%",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "&",
    "..",
    "**",
    ".",
    ",",
    ";",
    ":",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "@",
    "#",
    "^",
    "|",
    "~>",
    ":=",
    "function",
    "λ",
    "<n:n>",
    "<s-:s>",
    "<a<n>+>",
    "/a+/",
    "/(x)?/i",
    "`q`",
    "$sum",
    "$map",
    "$filter",
    "$reduce",
    "$string",
    "$number",
    "$split",
    "$replace",
    "$match",
    "$sort",
    "$each",
    "$sift",
    "$zip",
    "$keys",
    "$spread",
    "$merge",
    "$append",
    "$formatNumber",
    "$fromMillis",
    "$toMillis",
    "$pad",
    "$range",
    "$partition",
    "$parse",
    "$clone",
    "$lookup",
    "$single",
    "$formatInteger",
    "$parseInteger",
    "$substring",
    "$join",
    "$distinct",
];

/// Whole pieces, so that more of the texts can be evaluated.
const PIECES: [&str; 24] = [
    "$x",
    "$x.a",
    "$x.**",
    "$x.a[0]",
    "$x.a^(b)",
    "$x.a{b: c}",
    "$x.a@$y.b",
    "$x.a#$y",
    "$x.a.%",
    "[1..9]",
    "'text'",
    "1e300",
    "{'k': $x}",
    "[$x, [$x]]",
    "function($p, $q){$p}",
    "$x ~> |a|{'b': 1}, 'c'|",
    "/[a-z]+/",
    "($y := 3; $y)",
    "$sum(?)",
    "-$x",
    "$x ? 1 : 2",
    "missing",
    "[]",
    "$map",
];

fn given() -> Given {
    Given::variable("x", json!({"a": [{"b": 1, "c": "é"}, {"b": 2, "c": [null, true, [3]]}], "t": "😀 text"}))
}

/// Parses and evaluates in both dialects; only that it comes back matters.
fn try_out(text: &str) {
    for expression in [Expression::parse(text), Expression::parse_reference(text)].into_iter().flatten() {
        let first = expression.evaluate(&given(), BUDGET);
        assert_eq!(first, expression.evaluate(&given(), BUDGET), "{text}");
        for reference in &expression.references().variables {
            assert!(text.is_char_boundary(reference.offset), "{text}");
        }
    }
    if let Err(error) = Expression::parse(text) {
        assert!(error.offset <= text.len() && text.is_char_boundary(error.offset), "{text}: {error:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn random_texts(text in "\\PC{0,40}") {
        try_out(&text);
    }

    #[test]
    fn random_tokens(tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..16)) {
        try_out(&tokens.concat());
        try_out(&tokens.join(" "));
    }

    #[test]
    fn random_calls(
        name in prop::sample::select(&TOKENS[56..]),
        arguments in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..4),
        rest in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..2),
    ) {
        try_out(&format!("{name}({})", arguments.join(", ")));
        try_out(&format!("{} ~> {name}({})", rest.join(" & "), arguments.join(", ")));
        try_out(&format!("{}.{name}({})", rest.join("."), arguments.join(", ")));
    }

    #[test]
    fn random_operators(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 2..6),
        operators in prop::collection::vec(prop::sample::select(&TOKENS[14..32]), 5),
    ) {
        let mut text = String::new();
        for (piece, operator) in pieces.iter().zip(operators) {
            text.push_str(&format!("({piece}) {operator} "));
        }
        try_out(&(text + "1"));
        try_out(&pieces.join("."));
        try_out(&format!("({})[{}]", pieces.join("; "), pieces.join(" = ")));
    }
}
