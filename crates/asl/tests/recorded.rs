//! Definitions that AWS took, and definitions that AWS refused with the words it
//! used, from the recordings beside the repository. Prints that it skips where
//! the recordings are absent; the crate's other tests are complete without them.

use serde_json::Value;
use stateline_asl::{MachineKind, aws_reports, aws_text, compile};
use std::path::{Path, PathBuf};

fn cases() -> Vec<(PathBuf, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/cases");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                let text = std::fs::read_to_string(&path).expect("a case is readable");
                found.push((path.clone(), serde_json::from_str(&text).expect("a case is JSON")));
            }
        }
    }
    if found.is_empty() {
        println!("skipped: no recordings at {}", root.display());
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found
}

fn text(definition: &Value) -> String {
    let text = definition.as_str().map_or_else(|| definition.to_string(), str::to_owned);
    let text = text.replace("{{account}}", "000000000000");
    // What an earlier step of the case made stands in the text as a reference to its answer.
    match text.split_once("\"{{") {
        Some((head, rest)) if rest.contains("activityArn}}") => {
            let tail = rest.split_once("}}").map_or("", |(_, tail)| tail);
            format!("{head}\"arn:aws:states:us-east-1:000000000000:activity:a{tail}")
        }
        _ => text,
    }
}

fn kind(value: &Value) -> MachineKind {
    if value == "EXPRESS" { MachineKind::Express } else { MachineKind::Standard }
}

/// Every definition of a state machine in a case, with whether AWS refused it.
fn definitions(case: &Value) -> Vec<(String, MachineKind, bool)> {
    let mut found = Vec::new();
    if let Some(definition) = case.get("definition") {
        found.push((text(definition), kind(&case["type"]), false));
    }
    for step in case["steps"].as_array().into_iter().flatten() {
        let makes = ["CreateStateMachine", "UpdateStateMachine"].iter().any(|call| step["call"] == *call);
        if let Some(definition) = step["params"].get("definition").filter(|_| makes) {
            found.push((text(definition), kind(&step["params"]["type"]), step["fails"] == true));
        }
    }
    found
}

#[test]
fn definitions_that_aws_took_give_a_program() {
    let (mut compiled, mut wrong) = (0, Vec::new());
    for (path, case) in cases() {
        for (text, kind, refused) in definitions(&case) {
            if refused {
                continue;
            }
            let compilation = compile(&text, kind);
            if compilation.program.is_some() {
                compiled += 1;
            } else {
                wrong.push(format!("{}\n  {}", path.display(), aws_text(&compilation.diagnostics)));
            }
        }
    }
    println!("{compiled} compiled, {} refused", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn definitions_that_aws_refused_are_refused_in_its_words() {
    let mut compared = 0;
    for (path, case) in cases() {
        for step in case["steps"].as_array().into_iter().flatten().filter(|step| step["fails"] == true) {
            if step["call"] != "CreateStateMachine" {
                continue;
            }
            let params = &step["params"];
            let expected = case["expected"].to_string();
            if !expected.contains("Invalid State Machine Definition") {
                continue;
            }
            let said = aws_text(&compile(&text(&params["definition"]), kind(&params["type"])).diagnostics);
            let said = said.replace("arn:aws:", "arn:<partition>:");
            let quoted = Value::from(said.clone()).to_string();
            assert!(expected.contains(quoted.trim_matches('"')), "{}: {said}\n{expected}", path.display());
            compared += 1;
        }
    }
    println!("{compared} refusals compared");
}

#[test]
fn validation_answers_as_recorded() {
    let mut compared = 0;
    for (path, case) in cases().into_iter().filter(|(_, case)| case["kind"] == "validate") {
        let params = &case["params"];
        let text = text(&params["definition"]);
        let compilation = compile(&text, kind(&params["type"]));
        let reports = aws_reports(&compilation.diagnostics);
        let errors: Vec<Value> = reports
            .into_iter()
            .filter(|found| found.is_error())
            .map(|found| {
                let mut shown = serde_json::json!({
                    "code": found.code.as_str(),
                    "message": found.message,
                    "severity": found.severity.as_str(),
                });
                if !found.location.is_empty() {
                    shown["location"] = found.location.clone().into();
                }
                shown
            })
            .collect();
        assert_eq!(
            Value::from(errors),
            case["expected"]["validation_response"]["diagnostics"],
            "{}",
            path.display()
        );
        compared += 1;
    }
    println!("{compared} validations compared");
}

/// The two lists of variables, whatever the order of the states.
fn sorted(references: &Value) -> Vec<(String, Value)> {
    let mut sorted: Vec<_> = references
        .as_object()
        .into_iter()
        .flatten()
        .map(|(state, names)| (state.clone(), names.clone()))
        .collect();
    sorted.sort_by(|left, right| left.0.cmp(&right.0));
    sorted
}

#[test]
fn variable_references_are_as_recorded() {
    let mut compared = 0;
    for (path, case) in cases() {
        let Some(described) = case["expected"].get("describe_response") else { continue };
        let folder = "test_sfn_api_variable_references";
        if !path.components().any(|part| part.as_os_str() == folder) {
            continue;
        }
        for (text, kind, _) in definitions(&case) {
            let program = compile(&text, kind).program.expect("AWS took it");
            let found: serde_json::Map<String, Value> = program
                .variable_references()
                .map(|(state, names)| {
                    (state.to_owned(), names.iter().map(|name| Value::from(&**name)).collect())
                })
                .collect();
            assert_eq!(
                sorted(&Value::Object(found)),
                sorted(&described["variableReferences"]),
                "{}",
                path.display()
            );
            compared += 1;
        }
    }
    println!("{compared} lists of variables compared");
}
