//! `stateline eval`: at the terminal, and as the door for corpora.

use crate::harness::Folder;
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

/// The answers to lines on stdin.
fn batch(args: &[&str], lines: &str) -> (Vec<Value>, String) {
    let folder = Folder::new();
    let mut command = folder.command(&[&["eval", "--batch"], args].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let ran = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(ran.stdout).expect("text");
    let answers = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (answers, String::from_utf8(ran.stderr).expect("text"))
}

#[test]
fn one_expression_in_either_language() {
    let folder = Folder::new();
    folder.write("order.json", r#"{"items": [{"price": 2}, {"price": 40}]}"#);
    let sum = folder.run(&["eval", "$sum(items.price)", "--input", "@order.json"]);
    assert_eq!(sum.ok(), "42\n");
    let states = json!({"states": {"input": {"n": 3}}}).to_string();
    let bound = folder.run(&["eval", "{% $states.input.n * 2 %}", "--bindings", &states]);
    assert_eq!(bound.ok(), "6\n");
    let path = folder.run(&["eval", "$.items[?(@.price > 10)].price", "--input", "@order.json"]);
    assert_eq!(path.json(), json!([40]));
    let call = folder.run(&["eval", "States.Format('{}!', $.a)", "--input", r#"{"a": "b"}"#]);
    assert_eq!(call.json(), json!("b!"));
    let nothing = folder.run(&["eval", "$nowhere"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(1), ""));
    let wrong = folder.run(&["eval", "1 +"]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stderr.contains("S0207"), "{}", wrong.stderr);
    assert_eq!(folder.run(&["eval"]).code, Some(2));
    assert_eq!(folder.run(&["eval", "1", "--bindings", "[]"]).code, Some(2));
}

#[test]
fn many_expressions_get_an_answer_each() {
    let lines = r#"{"id": 1, "language": "jsonata", "expression": "a + 1", "input": {"a": 1}}
{"id": "two", "language": "jsonata", "expression": "nothing", "input": {}}
{"id": 3, "language": "jsonata", "expression": "'a' + 1"}
{"id": 4, "language": "jsonpath", "expression": "$.a", "input": {"a": [1]}}
{"id": 5, "language": "jsonpath", "expression": "$..a", "input": {"a": 1}}
{"id": 6, "language": "jsonpath", "expression": "$.b", "input": {"a": 1}}
{"id": 7, "language": "jsonpath", "expression": "$.", "input": {"a": 1}}
{"id": 8, "language": "jsonata", "expression": "$eval('1+1')"}
{"id": 9, "language": "jsonata", "expression": "$x", "bindings": {"x": null}, "more": "is left alone"}
{"id": 10, "language": "latin", "expression": "x"}
"#;
    let (answers, notes) = batch(&[], lines);
    assert_eq!(notes, "");
    let of = |at: usize| answers.get(at).cloned().unwrap_or_default();
    assert_eq!(of(0), json!({"id": 1, "result": 2}));
    assert_eq!(of(1), json!({"id": "two", "undefined": true}));
    assert_eq!(of(2)["error"]["code"], "T2001");
    assert_eq!(of(3), json!({"id": 4, "result": [1], "definite": true}));
    assert_eq!(of(4), json!({"id": 5, "result": [1], "definite": false}));
    assert_eq!(of(5)["error"]["code"], "PathNotFoundException");
    assert_eq!(of(6)["error"]["code"], "InvalidPathException");
    assert_eq!(of(7), json!({"id": 8, "result": 2}));
    assert_eq!(of(8), json!({"id": 9, "result": null}));
    assert_eq!(of(9)["error"]["code"], "UnknownLanguage");

    let (answers, _) = batch(&["--dialect", "step-functions"], r#"{"id": 1, "expression": "$eval('1')"}"#);
    assert_eq!(answers[0]["error"]["code"], "T1006");
    let (answers, notes) = batch(&[], "no JSON\n");
    assert!(answers.is_empty() && notes.starts_with("line 1: "), "{notes}");
}
