//! Whatever is asked for, an evaluation ends: in its answer or in the error of the
//! limit it ran into, and never in a panic or in all the machine's memory.

mod support;

use serde_json::{Value, json};
use stateline_jsonata::{Budget, Expression};
use support::{Given, check, show};

fn given() -> Given {
    Given::variable("long", Value::from("a".repeat(100_000) + "b"))
}

#[test]
fn endless_work_runs_out_of_steps() {
    check(
        &given(),
        &[
            ("($f := function($x){$f($x + 1)}; $f(1))", "time"),
            ("($even := function($n){$odd($n)}; $odd := function($n){$even($n)}; $even(1))", "time"),
            ("$contains($long, /(a+)+$/)", "time"),
            ("$replace($long, /(a|aa)+c/, 'x')", "time"),
            ("$sum($map([1..100000], function($a){$count([1..2000])}))", "time"),
        ],
    );
}

#[test]
fn endless_recursion_runs_out_of_stack() {
    check(
        &given(),
        &[
            ("($f := function($x){$f($x) + 1}; $f(1))", "stack"),
            ("($f := function($x){[$f($x)]}; $f(1))", "stack"),
            ("($f := function($x){$map([1], function(){$f($x)})[0] + 1}; $f(1))", "stack"),
            ("($f := function($x){{'a': $f($x)}}; $f(1))", "stack"),
        ],
    );
}

#[test]
fn what_would_take_too_much_memory_is_refused_before_it_is_made() {
    check(
        &given(),
        &[
            ("$pad('', 1e8)", "memory"),
            ("$pad('', -1e300)", "memory"),
            ("[1..10000000]", "memory"),
            (
                "[1..10000001]",
                "D2014: The size of the sequence allocated by the range operator (..) must \
              not exceed 1e6.  Attempted to allocate 10000001.",
            ),
            ("$range(1, 1e15, 1)", "memory"),
            ("$range(1, 1e300, 1)", "memory"),
            ("$join([1..1000].$long)", "memory"),
            ("[1..1000].$long", "memory"),
            ("{'a': [1..500].$long}", "memory"),
            (
                "($f := function($t, $n){$n = 0 ? $t : $f($t & $t, $n - 1)}; $length($f('0123456789', 40)))",
                "memory",
            ),
            ("($f := function($t, $n){$n = 0 ? $t : $f([$t, $t], $n - 1)}; $string($f(1, 40)))", "memory"),
            ("$count([1..3000].([1..3000]))", "memory"),
            ("$replace($long, 'a', $long)", "memory"),
        ],
    );
}

#[test]
fn the_bounds_of_memory_and_stack_are_those_of_aws() {
    let given = Given::default();
    assert_eq!(show("$count([1..873782])", &given, Budget::default()), "873782");
    assert!(show("[1..873782]", &given, Budget::default()).starts_with("[1,2,3,"));
    assert_eq!(show("[1..873783]", &given, Budget::default()), "memory");
    assert_eq!(show(&vec!["1"; 150].join("+"), &given, Budget::default()), "150");
    assert_eq!(show(&vec!["1"; 250].join("+"), &given, Budget::default()), "stack");
}

#[test]
fn memory_that_is_let_go_can_be_used_again() {
    let budget = Budget { bytes: 100_000, ..Budget::default() };
    let text = "$sum($map([1..500], function($n){$count([1..2000])}))";
    assert_eq!(show(text, &Given::default(), budget), "1000000");
}

#[test]
fn deep_texts_are_refused_or_run_out_of_stack() {
    let given = Given::default();
    let deep = |open: &str, close: &str| open.repeat(100_000) + "1" + &close.repeat(100_000);
    for text in [
        "(".repeat(100_000),
        deep("(", ")"),
        deep("[", "]"),
        deep("{'a':", "}"),
        deep("-", ""),
        deep("$f(", ")"),
        deep("$not(1 and ", ")"),
        deep("function($x){", "}"),
        "a".to_owned() + &".a".repeat(100_000),
        "a".to_owned() + &"[0]".repeat(100_000),
        "1".to_owned() + &"+1".repeat(100_000),
        "1".to_owned() + &"?1:1".repeat(100_000),
        "$x := ".repeat(100_000) + "1",
        "/".to_owned() + &"(".repeat(100_000) + "a" + &")".repeat(100_000) + "/",
    ] {
        let shown = show(&text, &given, Budget::default());
        let start = text.get(..12).unwrap_or_default();
        assert!(
            shown.starts_with("U1001") || shown == "stack" || shown.contains("Invalid regular"),
            "{start}: {shown}"
        );
    }
    // As deep as it is let through.
    for text in [
        "(".repeat(900) + "1" + &")".repeat(900),
        "[".repeat(900) + "1" + &"]".repeat(900),
        "1".to_owned() + &"+1".repeat(900),
    ] {
        assert_eq!(show(&text, &given, Budget::default()), "stack");
        let deep = Budget { depth: u32::MAX, ..Budget::default() };
        assert!(!show(&text, &given, deep).starts_with("U1001"));
    }
}

#[test]
fn deep_recursion_within_a_large_budget_works() {
    let budget = Budget { depth: 9_000, ..Budget::default() };
    let text = "($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(2500))";
    assert_eq!(show(text, &Given::default(), budget), "2500");
    let budget = Budget { depth: u32::MAX, ..Budget::default() };
    assert_eq!(show("($f := function($x){$f($x) + 1}; $f(1))", &Given::default(), budget), "stack");
}

#[test]
fn tail_calls_are_loops() {
    check(
        &Given::default(),
        &[
            (
                "($f := function($n, $sum){$n = 0 ? $sum : $f($n - 1, $sum + $n)}; $f(100000, 0))",
                "5000050000",
            ),
            ("($f := function($n){($m := $n - 1; $m < 0 ? 'end' : $f($m))}; $f(100000))", "\"end\""),
        ],
    );
}

/// Arrays in arrays, without the recursion that building them with a macro would be.
fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| Value::Array(vec![inner]))
}

/// Takes a document apart level by level, since serde's own drop recurses.
fn take_apart(mut value: Value) {
    while let Value::Array(mut items) = value {
        value = items.pop().unwrap_or_default();
    }
}

#[test]
fn deep_documents_end_in_an_answer_or_an_error() {
    let mut given = Given::variable("deep", nested(100_000));
    for text in [
        "$deep",
        "$string($deep)",
        "$deep = $deep",
        "$deep.**",
        "$deep.a",
        "$deep.*",
        "$clone($deep)",
        "$boolean($deep)",
        "$deep[0]",
        "$spread($deep)",
        "$keys($deep)",
        "$distinct([$deep, $deep])",
        "$deep ~> |$|{}|",
        "$string([$deep, $deep])",
        "$deep^(a)",
    ] {
        let shown = show(text, &given, Budget::default());
        assert_eq!(shown, "stack", "{text}");
    }
    assert_eq!(show("$count($deep)", &given, Budget::default()), "1");
    take_apart(given.variables.remove("deep").unwrap_or_default());
}

#[test]
fn deep_values_and_chains_of_functions_are_taken_apart() {
    check(
        &Given::default(),
        &[
            ("($f := function($x, $n){$n = 0 ? $x : $f([[$x]], $n - 1)}; $count($f(1, 900)))", "1"),
            ("($f := function($x, $n){$n = 0 ? $x : $f([[$x]], $n - 1)}; $count($f(1, 100000)))", "stack"),
            ("($f := function($x, $n){$n = 0 ? $x : $f({'a': $x}, $n - 1)}; $f(1, 100000))", "stack"),
            ("($f := function($g, $n){$n = 0 ? 1 : $f(function(){$g()}, $n - 1)}; $f(1, 100000))", "1"),
            (
                "($f := function($g, $n){$n = 0 ? 1 : $f($g ~> $uppercase, $n - 1)}; $f($lowercase, 100000))",
                "1",
            ),
            ("($f := function($g, $n){$n = 0 ? 1 : $f($g(?), $n - 1)}; $f($lowercase, 100000))", "1"),
            ("($f := function($g, $n){$n = 0 ? 1 : $f([$g, function(){$g}], $n - 1)}; $f(1, 500))", "1"),
        ],
    );
}

#[test]
fn the_same_evaluation_gives_the_same_answer() {
    let text = "($shuffle([1..20]); $uuid() & $string($random()) & $now())";
    let first = show(text, &Given::default(), Budget::default());
    assert_eq!(show(text, &Given::default(), Budget::default()), first);
    let expression = Expression::parse("$map([1..50], function($n){$n * 2})").expect("it is an expression");
    for steps in [0, 10, 100, 400, 600] {
        let budget = Budget { steps, ..Budget::default() };
        let one = expression.evaluate(&Given::default(), budget);
        assert_eq!(one, expression.evaluate(&Given::default(), budget));
    }
}

#[test]
fn appending_to_what_nobody_else_holds_copies_nothing() {
    let text = "$count($reduce([1..100000], function($a, $b){$append($a, [$b])}, []))";
    assert_eq!(show(text, &Given::default(), Budget::default()), "100000");
}
