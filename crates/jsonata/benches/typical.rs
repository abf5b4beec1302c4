//! Ten expressions of the kind that workflows have, over a document of 2 KiB: parsed once, then
//! JSON text in and JSON text out.
//!
//! ```sh
//! cargo bench -p stateline-jsonata        # times of this crate
//! scripts/bench-jsonata                   # next to the reference implementation, by turns
//! ```
//!
//! With `--serve` it measures what it is asked for: a line with a number measures that expression
//! and is answered with its microseconds from text to text, those from a document that has been
//! read already, as the engine keeps it from one expression to the next, and its result.

use serde_json::Value;
use stateline_jsonata::{Bound, Budget, Expression, Scope};
use std::hint::black_box;
use std::io::{BufRead as _, Write as _};
use std::time::Instant;

/// What Step Functions allows.
const BUDGET: Budget = Budget { steps: 10_000_000, depth: 1_000, bytes: 10_485_760 };

fn main() {
    let case: Value = serde_json::from_str(include_str!("typical.json")).expect("the cases are JSON");
    let document = case["document"].to_string();
    let expressions: Vec<(String, Expression)> = case["expressions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|case| {
            let text = |member: &str| case[member].as_str().unwrap_or_default().to_owned();
            let parsed = Expression::parse(&text("expression"));
            (text("name"), parsed.unwrap_or_else(|error| panic!("{error}: {case}")))
        })
        .collect();
    if std::env::args().any(|argument| argument == "--serve") {
        return serve(&document, &expressions);
    }
    println!(
        "{} bytes of document; microseconds from text to text, and from a value to text",
        document.len()
    );
    let read = read(&document);
    for (name, expression) in &expressions {
        let whole = micros(|| evaluate(&self::read(&document), expression));
        let rest = micros(|| evaluate(&read, expression));
        println!("{name:<20} {whole:>10.2} {rest:>10.2}");
    }
}

fn serve(document: &str, expressions: &[(String, Expression)]) {
    let value = read(document);
    for line in std::io::stdin().lock().lines() {
        let number: usize = line.expect("a line is text").parse().expect("a line is a number");
        let (_, expression) = &expressions[number];
        let whole = micros(|| evaluate(&read(document), expression));
        let rest = micros(|| evaluate(&value, expression));
        let mut out = std::io::stdout().lock();
        writeln!(out, "{whole} {rest} {}", evaluate(&value, expression)).expect("somebody listens");
        out.flush().expect("somebody listens");
    }
}

/// Microseconds for once: the best of several batches.
#[allow(clippy::disallowed_methods, reason = "a benchmark's ruler is the clock")]
fn micros(run: impl Fn() -> String) -> f64 {
    let batch = |times: u32| {
        let begun = Instant::now();
        for _ in 0..times {
            black_box(run());
        }
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(times)
    };
    let guess = batch(100);
    let times = (10_000.0 / guess).ceil() as u32;
    (0..8).map(|_| batch(times)).fold(f64::INFINITY, f64::min)
}

fn read(document: &str) -> Value {
    serde_json::from_str(black_box(document)).expect("the document is JSON")
}

fn evaluate(input: &Value, expression: &Expression) -> String {
    let members = [("input", input)];
    let result = expression.evaluate(&States(&members), BUDGET).expect("it evaluates");
    result.expect("it is defined").to_string()
}

/// `$states` with an input.
struct States<'a>(&'a [(&'a str, &'a Value)]);

impl Scope for States<'_> {
    fn variable(&self, name: &str) -> Option<Bound<'_>> {
        (name == "states").then_some(Bound::Members(self.0))
    }

    fn random(&self) -> u64 {
        4
    }

    fn now_millis(&self) -> i64 {
        1_720_949_400_000
    }
}
