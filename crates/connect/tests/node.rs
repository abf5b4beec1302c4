//! Node functions through our own bootstrap. Without `node` on the machine the tests say so and skip.

#![allow(clippy::disallowed_methods, reason = "the tests run real processes")]

mod common;

use common::*;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stateline_connect::{Config, FunctionConfig};
use tempfile::TempDir;

fn node(file: &str, code: &str, handler: &str) -> Option<World> {
    let found =
        std::process::Command::new("node").arg("--version").output().is_ok_and(|out| out.status.success());
    if !found {
        println!("skipped: there is no node on this machine");
        return None;
    }
    let dir = TempDir::new().expect("a temporary folder");
    let path = dir.path().join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(&path, code).expect("written");
    let function = FunctionConfig {
        runtime: Some("nodejs20.x".to_owned()),
        handler: Some(handler.to_owned()),
        timeout_seconds: 10,
        concurrency: 1,
        ..FunctionConfig::default()
    };
    let mut config = Config::new(dir.path());
    config.functions.insert("f".to_owned(), function);
    Some(World { connectors: start(config), dir })
}

async fn check(file: &str, code: &str, handler: &str, expected: Expect) {
    let Some(world) = node(file, code, handler) else { return };
    let text = call_f(&world.connectors, &json!({"n": 20})).await;
    expected.assert_eq(&text.replace(&world.dir.path().display().to_string(), "DIR"));
}

/// Error and message of a failure, without the trace, which names lines of Node itself.
async fn check_error(file: &str, code: &str, handler: &str, expected: Expect) {
    let Some(world) = node(file, code, handler) else { return };
    let text = call_f(&world.connectors, &json!({"n": 20})).await;
    let (error, cause) = text.split_once(": ").expect("a failure");
    let cause: Value = serde_json::from_str(cause).expect("a document");
    assert_eq!(cause["errorType"], error);
    assert!(cause["trace"].is_array(), "{cause}");
    let message = cause["errorMessage"].as_str().expect("a text").lines().next().unwrap_or_default();
    expected
        .assert_eq(&format!("{error}: {message}").replace(&world.dir.path().display().to_string(), "DIR"));
}

#[tokio::test]
async fn handlers_of_every_style() {
    let answer = || expect![[r#"{"twice":40}"#]];
    check(
        "index.mjs",
        "export const handler = async (e) => ({ twice: e.n * 2 });",
        "index.handler",
        answer(),
    )
    .await;
    check("index.js", "exports.handler = async (e) => ({ twice: e.n * 2 });", "index.handler", answer())
        .await;
    check(
        "index.cjs",
        "module.exports = { a: { b: (e, c, cb) => cb(null, { twice: e.n * 2 }) } };",
        "index.a.b",
        answer(),
    )
    .await;
    check(
        "src/app.js",
        "exports.handler = (e, c, cb) => { setTimeout(() => cb(null, { twice: e.n * 2 }), 20); };",
        "src/app.handler",
        answer(),
    )
    .await;
    check(
        "index.js",
        "exports.handler = (e, c) => c.succeed({ twice: e.n * 2 });",
        "index.handler",
        answer(),
    )
    .await;
    check("index.js", "exports.handler = async () => {};", "index.handler", expect!["null"]).await;
    check("index.js", "exports.handler = () => {};", "index.handler", expect!["null"]).await;
}

#[tokio::test]
async fn folders_with_an_index_are_modules() {
    let code = "exports.handler = async (e) => e.n;";
    check("lib/index.js", code, "lib.handler", expect!["20"]).await;
}

#[tokio::test]
async fn errors_are_told_as_aws_tells_them() {
    let index = "index.handler";
    check_error(
        "index.mjs",
        "class OutOfStock extends Error { constructor(m) { super(m); this.name = 'OutOfStock'; } }\nexport const handler = async () => { throw new OutOfStock('none left'); };",
        index,
        expect!["OutOfStock: none left"],
    )
    .await;
    check_error(
        "index.js",
        "exports.handler = () => { throw new TypeError('now'); };",
        index,
        expect!["TypeError: now"],
    )
    .await;
    check_error("index.js", "exports.handler = (e, c, cb) => cb('words');", index, expect!["string: words"])
        .await;
    check_error(
        "index.js",
        "exports.handler = (e, c) => c.fail(new Error('f'));",
        index,
        expect!["Error: f"],
    )
    .await;
    check_error(
        "index.js",
        "exports.handler = () => { const o = {}; o.o = o; return Promise.resolve(o); };",
        index,
        expect!["Error: Unable to stringify response body"],
    )
    .await;
    check_error(
        "index.js",
        "exports.handler = () => new Promise(() => setTimeout(() => { throw new RangeError('later'); }, 5));",
        index,
        expect!["RangeError: later"],
    )
    .await;
    check_error(
        "index.js",
        "exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')); setTimeout(() => {}, 5000); });",
        index,
        expect!["Runtime.UnhandledPromiseRejection: Error: lost"],
    )
    .await;
}

#[tokio::test]
async fn modules_that_do_not_load() {
    let code = "export const handler = async () => 1;";
    check_error(
        "index.mjs",
        code,
        "other.handler",
        expect!["Runtime.ImportModuleError: Error: Cannot find module 'other'"],
    )
    .await;
    check_error(
        "index.mjs",
        code,
        "index.wrong",
        expect!["Runtime.HandlerNotFound: index.wrong is undefined or not exported"],
    )
    .await;
    check_error("index.mjs", code, "index", expect!["Runtime.MalformedHandlerName: Bad handler"]).await;
    check_error(
        "index.mjs",
        "export const handler = ;",
        "index.handler",
        expect!["Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token ';'"],
    )
    .await;
    check_error(
        "index.js",
        "require('no-such-package');",
        "index.handler",
        expect!["Runtime.ImportModuleError: Error: Cannot find module 'no-such-package'"],
    )
    .await;
    check_error(
        "index.mjs",
        "throw new RangeError('at once');",
        "index.handler",
        expect!["RangeError: at once"],
    )
    .await;
}

#[tokio::test]
async fn processes_and_their_context_last() {
    let code = "let calls = 0;\nexport const handler = async (e, c) => ({ calls: ++calls, id: c.awsRequestId, arn: c.invokedFunctionArn, name: c.functionName, left: c.getRemainingTimeInMillis() > 9000 });";
    let Some(world) = node("index.mjs", code, "index.handler") else { return };
    let answer = |calls: u32| json!({"calls": calls, "id": "00000000-0000-4000-8000-000000000001", "arn": format!("{ARN}f"), "name": "f", "left": true});
    assert_eq!(value_of_f(&world.connectors, &json!({})).await, answer(1));
    assert_eq!(value_of_f(&world.connectors, &json!({})).await, answer(2));
}
