//! Compares this crate with jsonata.js 2.0.6 by the shared corpora, which are no
//! part of the repository: they lie in `../shared` beside it. Where they are absent
//! these tests say so and pass; the tables in the other files stand alone.

use serde_json::{Map, Value};
use stateline_jsonata::{Bound, Budget, EvaluationError, Expression, Scope};
use std::path::PathBuf;

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/jsonata")
}

fn read(file: &str) -> Option<String> {
    std::fs::read_to_string(corpus().join(file)).ok()
}

fn read_json(file: &str) -> Value {
    read(file).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// The case's input and bindings.
struct Given {
    input: Option<Value>,
    bindings: Map<String, Value>,
}

impl Scope for Given {
    fn input(&self) -> Option<&Value> {
        self.input.as_ref()
    }

    fn variable(&self, name: &str) -> Option<Bound<'_>> {
        self.bindings.get(name).map(Bound::Value)
    }

    fn random(&self) -> u64 {
        0x9e37_79b9_7f4a_7c15
    }

    fn now_millis(&self) -> i64 {
        1_521_801_216_617
    }
}

/// What a case gives, in a form that can be compared.
#[derive(Debug, PartialEq)]
enum Outcome {
    Value(Value),
    Undefined,
    Error(String),
}

fn run(expression: &str, given: &Given, budget: Budget) -> Outcome {
    let parsed = match Expression::parse_reference(expression) {
        Ok(parsed) => parsed,
        Err(error) => return Outcome::Error(error.code.to_owned()),
    };
    match parsed.evaluate(given, budget) {
        Ok(Some(value)) => Outcome::Value(plain(&value)),
        Ok(None) => Outcome::Undefined,
        Err(EvaluationError::Thrown { code, .. }) => Outcome::Error(code.to_string()),
        Err(EvaluationError::Function) => Outcome::Error("function".to_owned()),
        // The suite's own code for its limits.
        Err(_) => Outcome::Error("U1001".to_owned()),
    }
}

/// Numbers as doubles, which is all that JavaScript has.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => members.iter().map(|(name, item)| (name.clone(), plain(item))).collect(),
        other => other.clone(),
    }
}

fn expected(answer: &Value) -> Outcome {
    if let Some(error) = answer.get("error") {
        return Outcome::Error(error["code"].as_str().unwrap_or_default().to_owned());
    }
    match answer.get("result") {
        Some(result) => Outcome::Value(plain(result)),
        None => Outcome::Undefined,
    }
}

fn sorted(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Value(Value::Array(mut items)) => {
            items.sort_by_key(Value::to_string);
            Outcome::Value(Value::Array(items))
        }
        other => other,
    }
}

/// How many cases passed, and the lines of those that did not.
#[derive(Default)]
struct Tally {
    cases: usize,
    missed: Vec<String>,
}

impl Tally {
    fn judge(&mut self, case: &Value, given: &Given, wanted: Outcome) {
        let budget = Budget {
            steps: 200_000_000,
            depth: case["depth"].as_u64().and_then(|depth| u32::try_from(depth).ok()).unwrap_or(2_000),
            bytes: 1 << 30,
        };
        // Endless loops are to end by the suite's limit of time.
        let budget = if case.get("timelimit").is_some() && wanted == Outcome::Error("U1001".to_owned()) {
            Budget { steps: 2_000_000, ..budget }
        } else {
            budget
        };
        let got = run(case["expr"].as_str().unwrap_or_default(), given, budget);
        self.cases += 1;
        let (got, wanted) =
            if case["unordered"] == true { (sorted(got), sorted(wanted)) } else { (got, wanted) };
        if got != wanted {
            let line = format!("{} {}\n  got    {got:?}\n  wanted {wanted:?}", case["id"], case["expr"]);
            println!("{line}");
            self.missed.push(line);
        }
    }

    fn settle(&self, name: &str) {
        let passed = self.cases - self.missed.len();
        println!("{name}: {passed} of {} pass", self.cases);
        assert!(
            passed * 1000 >= self.cases * 995,
            "{name}: only {passed} of {} pass:\n{}",
            self.cases,
            self.missed.join("\n")
        );
    }
}

fn bindings(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[test]
fn test_suite() {
    let Ok(folder) = std::fs::read_dir(corpus()) else {
        println!("skipped: the corpus of jsonata.js is not beside this repository");
        return;
    };
    let datasets = read_json("datasets.json");
    let differences = read_json("v2_0_6_differences.json");
    let mut files: Vec<String> =
        folder.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    files.retain(|file| file.ends_with(".jsonl"));
    files.sort();
    let mut tally = Tally::default();
    for file in files {
        for line in read(&file).unwrap_or_default().lines() {
            // Two cases hold half a character, which JSON as we read it does not.
            let Ok(case) = serde_json::from_str::<Value>(line) else { continue };
            let id = case["id"].as_str().unwrap_or_default();
            let input = match case["dataset"].as_str() {
                Some(name) => datasets.get(name).cloned(),
                None => case.get("data").cloned(),
            };
            let given = Given { input, bindings: bindings(&case["bindings"]) };
            // Where 2.0.6 loops for ever or fails inside JavaScript, nobody can rely on
            // it, and the answer that the suite has is the one to give.
            let difference = differences.get(id).filter(|difference| {
                difference.get("hangs").is_none() && !difference["error"]["code"].is_null()
                    || difference.get("result").is_some()
            });
            tally.judge(&case, &given, expected(difference.unwrap_or(&case["expected"])));
        }
    }
    tally.settle("test-suite");
}

#[test]
fn generated() {
    let Some(lines) = read("generated/generated.jsonl") else {
        println!("skipped: the generated corpus is not beside this repository");
        return;
    };
    let sets = read_json("generated/bindings.json");
    let mut tally = Tally::default();
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let name = case["bindings_ref"].as_str().unwrap_or_default();
        let bound = Map::from_iter([(name.to_owned(), sets[name].clone())]);
        let given = Given { input: None, bindings: bound };
        tally.judge(&case, &given, expected(&case["expected"]));
    }
    tally.settle("generated");
}
