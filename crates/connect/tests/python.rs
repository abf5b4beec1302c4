//! Python functions through AWS's own runtime client, `awslambdaric`. It is looked
//! for in the active environment and in `.venv` at the root of the repository;
//! where it is missing the tests say so and skip.

#![allow(clippy::disallowed_methods, reason = "the tests run real processes")]

mod common;

use common::*;
use expect_test::expect;
use serde_json::{Value, json};
use stateline_connect::{Config, FunctionConfig};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CODE: &str = r#"
import time


class OutOfStock(Exception):
    pass


calls = 0


def handler(event, context):
    global calls
    calls += 1
    if event.get("raise"):
        raise OutOfStock("none left")
    if event.get("sleep"):
        time.sleep(event["sleep"])
    return {"calls": calls, "id": context.aws_request_id, "arn": context.invoked_function_arn}
"#;

fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let active = std::env::var("VIRTUAL_ENV").ok().map(PathBuf::from);
    let environments = active.into_iter().chain([root.join(".venv")]);
    let found = environments.map(|folder| folder.join("bin/python")).find(|python| {
        let import = std::process::Command::new(python).args(["-c", "import awslambdaric"]).output();
        import.is_ok_and(|out| out.status.success())
    });
    if found.is_none() {
        println!("skipped: no Python environment with awslambdaric");
    }
    found
}

fn world(python: PathBuf, code: &str, handler: &str) -> World {
    let dir = TempDir::new().expect("a temporary folder");
    std::fs::write(dir.path().join("app.py"), code).expect("written");
    let function = FunctionConfig {
        runtime: Some("python3.12".to_owned()),
        handler: Some(handler.to_owned()),
        python: Some(python),
        ..FunctionConfig::default()
    };
    let mut config = Config::new(dir.path());
    config.functions.insert("f".to_owned(), function);
    World { connectors: start(config), dir }
}

#[tokio::test]
async fn answers_errors_and_reuse() {
    let Some(python) = python() else { return };
    let world = world(python, CODE, "app.handler");
    let answer = |calls: u32| json!({"calls": calls, "id": "00000000-0000-4000-8000-000000000001", "arn": format!("{ARN}f")});
    assert_eq!(value_of_f(&world.connectors, &json!({})).await, answer(1));
    let text = call_f(&world.connectors, &json!({"raise": true})).await;
    let text =
        text.replace(&std::fs::canonicalize(world.dir.path()).expect("a path").display().to_string(), "DIR");
    expect![[r#"OutOfStock: {"errorMessage": "none left", "errorType": "OutOfStock", "requestId": "00000000-0000-4000-8000-000000000001", "stackTrace": ["  File \"DIR/app.py\", line 16, in handler\n    raise OutOfStock(\"none left\")\n"]}"#]]
        .assert_eq(&text);
    assert_eq!(value_of_f(&world.connectors, &json!({})).await, answer(3));
    let text = call_f(&world.connectors, &json!({"sleep": 30})).await;
    assert!(text.starts_with("Sandbox.Timedout: "), "{text}");
    assert!(text.contains("Task timed out after 3.00 seconds"), "{text}");
    assert_eq!(value_of_f(&world.connectors, &json!({})).await, answer(1));
}

#[tokio::test]
async fn modules_that_do_not_load() {
    let Some(python) = python() else { return };
    let check = async |code: &str, handler: &str, error: &str, message: &str| {
        let world = world(python.clone(), code, handler);
        let text = call_f(&world.connectors, &json!({})).await;
        let (name, cause) = text.split_once(": ").expect("a failure");
        let cause: Value = serde_json::from_str(cause).expect("a document");
        let found = cause["errorMessage"].as_str().unwrap_or_default();
        assert_eq!((name, found.starts_with(message)), (error, true), "{text}");
    };
    check(
        "",
        "other.handler",
        "Runtime.ImportModuleError",
        "Unable to import module 'other': No module named 'other'",
    )
    .await;
    check("", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'").await;
    check("def f(:", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'").await;
    check("raise ValueError('at once')", "app.handler", "ValueError", "at once").await;
}

#[tokio::test]
async fn a_python_without_the_client_is_told_so() {
    let dir = TempDir::new().expect("a temporary folder");
    let made = std::process::Command::new("python3")
        .args(["-m", "venv", "--without-pip"])
        .arg(dir.path().join("bare"))
        .output()
        .is_ok_and(|out| out.status.success());
    if !made {
        println!("skipped: python3 cannot make an environment here");
        return;
    }
    let bare = dir.path().join("bare/bin/python");
    let text = call_f(&world(bare.clone(), CODE, "app.handler").connectors, &json!({})).await;
    assert!(text.starts_with("Runtime.ExitError: "), "{text}");
    assert!(text.contains(&format!("`{} -m pip install awslambdaric` adds it", bare.display())), "{text}");
}
