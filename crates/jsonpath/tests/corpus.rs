//! Compares this crate with the answers of Jayway JsonPath in the shared corpus,
//! which is no part of the repository: it lies in `../shared` beside it. Where it
//! is absent these tests say so and pass; the tables in `dialect.rs` stand alone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use stateline_jsonpath::{Path, ReadError};

/// What a path gives, in the form of the corpus.
#[derive(Debug, PartialEq)]
enum Outcome {
    Value { definite: bool, value: Value },
    Refused,
    NotFound(String),
    Failed(String),
}

fn corpus(file: &str) -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/jsonpath");
    std::fs::read_to_string(root.join(file)).ok()
}

fn run(query: &str, document: &Value) -> Outcome {
    let Ok(path) = Path::compile(query) else { return Outcome::Refused };
    match path.read(document).map(Cow::into_owned) {
        Ok(value) => Outcome::Value { definite: path.is_definite(), value },
        Err(ReadError::NotFound { message }) => Outcome::NotFound(message),
        Err(ReadError::Failed { message }) => Outcome::Failed(message),
    }
}

fn expected(answer: &Value) -> Outcome {
    let message = answer["message"].as_str().unwrap_or_default().to_owned();
    match (answer["error"].as_str(), answer["phase"].as_str()) {
        (None, _) => Outcome::Value {
            definite: answer["definite"].as_bool().unwrap_or_default(),
            value: answer["result"].clone(),
        },
        (Some(_), Some("compile")) => Outcome::Refused,
        (Some("PathNotFoundException"), _) => Outcome::NotFound(message),
        (Some(_), _) => Outcome::Failed(message),
    }
}

/// Without the text of an error, which the corpus gives for information only.
fn kind(outcome: &Outcome) -> Outcome {
    match outcome {
        Outcome::Value { definite, value } => {
            Outcome::Value { definite: *definite, value: numbers_alike(value) }
        }
        Outcome::Refused => Outcome::Refused,
        Outcome::NotFound(_) => Outcome::NotFound(String::new()),
        Outcome::Failed(_) => Outcome::Failed(String::new()),
    }
}

/// The corpus was written by a program that does not tell 6 from 6.0.
fn numbers_alike(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(numbers_alike).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, item)| (name.clone(), numbers_alike(item))).collect()
        }
        other => other.clone(),
    }
}

/// Runs a file and returns the failures; prints how many there are of what.
fn judge(file: &str) -> Vec<String> {
    let Some(lines) = corpus(file) else {
        println!("skipped: the corpus {file} is not beside this repository");
        return Vec::new();
    };
    let documents: BTreeMap<String, Value> =
        corpus("documents.json").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let mut failures = Vec::new();
    let (mut passed, mut disputed, mut disputed_passed, mut other_texts) = (0, 0, 0, 0);
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let query = case["query"].as_str().unwrap_or_default();
        let document = match case["document_ref"].as_str() {
            Some(name) => documents.get(name).cloned().unwrap_or_default(),
            None => case["document"].clone(),
        };
        let got = run(query, &document);
        let wanted = expected(&case["expected"]);
        let pass = kind(&got) == kind(&wanted);
        let is_disputed = case.get("expected_jayway_2_4_0").is_some();
        disputed += usize::from(is_disputed);
        disputed_passed += usize::from(is_disputed && pass);
        passed += usize::from(pass);
        if pass && got != wanted && !matches!(got, Outcome::Value { .. }) {
            other_texts += 1;
            println!("{} {query}\n  got    {got:?}\n  wanted {wanted:?}", case["id"]);
        }
        if !pass && !is_disputed {
            failures.push(format!("{} {query}: got {got:?}, wanted {wanted:?}", case["id"]));
        }
    }
    println!(
        "{file}: {passed} of {} pass; of {disputed} on which releases differ {disputed_passed}; \
         {other_texts} errors have another text",
        lines.lines().count()
    );
    failures
}

#[test]
fn own_corpus() {
    let failures = judge("own.jsonl");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn compliance_suite() {
    let failures = judge("cts.jsonl");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
