//! The recorded answers of AWS against ours: the shape of `lambda:invoke`'s
//! result and the words of its errors. The recordings lie beside the repository;
//! where they do not, the test says so and skips.

#![allow(clippy::disallowed_methods, reason = "the test runs a real process")]

mod common;

use common::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn cases() -> Vec<(PathBuf, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/cases");
    if !root.is_dir() {
        println!("skipped: no recordings at {}", root.display());
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let text = std::fs::read_to_string(&path).expect("read");
                found.push((path, serde_json::from_str(&text).expect("JSON")));
            }
        }
    }
    found.retain(|(_, case): &(_, Value)| case["needs"] == json!(["lambda"]));
    found
}

/// The events of a case that have `details`, with its resource where it names one.
fn details<'a>(case: &'a Value, details: &str) -> Vec<&'a Value> {
    let events = case["expected"]["get_execution_history"]["events"].as_array();
    events.into_iter().flatten().filter_map(|event| event.get(details)).collect()
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
async fn results_have_the_recorded_members_in_their_order() {
    let cases = cases();
    let world = provided(|_, _| {});
    let input = json!({"FunctionName": "f", "Payload": null});
    let ours: Value = serde_json::from_str(&call(&world.connectors, INVOKE, &input).await).expect("JSON");
    let mut compared = 0;
    for (path, case) in &cases {
        for recorded in details(case, "taskSucceededEventDetails") {
            let recorded = &recorded["output"];
            if recorded.get("ExecutedVersion").is_none() {
                continue;
            }
            compared += 1;
            let (theirs_http, ours_http) = (&recorded["SdkHttpMetadata"], &ours["SdkHttpMetadata"]);
            let name = path.display();
            assert_eq!(keys(recorded), keys(&ours), "{name}");
            assert_eq!(keys(theirs_http), keys(ours_http), "{name}");
            assert_eq!(keys(&theirs_http["HttpHeaders"]), keys(&ours_http["HttpHeaders"]), "{name}");
            assert_eq!(keys(&theirs_http["AllHttpHeaders"]), keys(&ours_http["AllHttpHeaders"]), "{name}");
        }
    }
    println!("{compared} recorded results compared");
    assert!(cases.is_empty() || compared > 0, "the recordings hold no result of lambda:invoke");
}

#[tokio::test]
async fn missing_functions_are_told_in_the_recorded_words() {
    let cases = cases();
    let connectors = start(stateline_connect::Config::new("."));
    let ours = call(&connectors, INVOKE, &json!({"FunctionName": "nobody"})).await;
    let mut recorded = BTreeSet::new();
    for (_, case) in &cases {
        for failed in details(case, "taskFailedEventDetails") {
            if failed["error"] == "Lambda.ResourceNotFoundException" {
                let cause = failed["cause"].as_str().unwrap_or_default();
                let cause = cause
                    .replace("<partition>", "aws")
                    .replace("<region>", "us-east-1")
                    .replace("111111111111", "000000000000")
                    .replace("no_such_<lambda_function_name>", "nobody")
                    .replace("<request_id>", "00000000-0000-4000-8000-000000000001");
                recorded.insert(format!("Lambda.ResourceNotFoundException: {cause}"));
            }
        }
    }
    assert!(cases.is_empty() || !recorded.is_empty(), "the recordings hold no missing function");
    for text in recorded {
        assert_eq!(ours, text);
    }
}
