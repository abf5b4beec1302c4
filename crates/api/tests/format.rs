//! Data that was written once and is opened by every release since: `tests/format` has a data
//! directory and a backup for each format, and what was answered about them at the time.

#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use hyper::Request;
use serde_json::{Value, json};
use stateline_api::{Api, Settings};
use stateline_base::{Limits, Payload, Timestamp};
use stateline_runtime::{Attempt, CallFuture, Clock, Config, Connector, Outcome, Service, SystemEntropy};
use stateline_store::{
    BACKUP_FORMAT, DATA_FORMAT, Item, Options, Store, check_backup, open_embedded, restore_embedded,
};
use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// A clock that stands.
struct Still(i64);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0)
    }
}

/// Answers every call; jobs run until they may end.
struct Answers {
    jobs_end: bool,
}

impl Connector for Answers {
    fn call(&self, _attempt: Attempt) -> CallFuture {
        Box::pin(async { Outcome::Succeeded(Payload::from(json!({"ok": true}))) })
    }

    fn watch(&self, _attempt: Attempt, _submitted: Payload) -> CallFuture {
        let ends = self.jobs_end;
        Box::pin(async move {
            if !ends {
                std::future::pending::<()>().await;
            }
            Outcome::Succeeded(Payload::from(json!({"Output": {}, "JobRunState": "SUCCEEDED"})))
        })
    }
}

const HOUR_MS: i64 = 3_600_000;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/format")
}

/// The folders of all formats.
fn all() -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures()).expect("tests/format is there");
    let mut found: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

/// What was noted when the data was made.
fn told(folder: &Path) -> Value {
    let mut text = String::new();
    let file = File::open(folder.join("told.json.gz")).expect("what was told");
    GzDecoder::new(file).read_to_string(&mut text).expect("packed text");
    serde_json::from_str(&text).expect("JSON")
}

/// A copy of the data directory.
fn unpacked(folder: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let mut tar = Command::new("tar");
    let status = tar.arg("-xzf").arg(folder.join("data.tar.gz")).arg("-C").arg(dir.path()).status();
    assert!(status.expect("tar is there").success());
    dir
}

fn items(store: &dyn Store) -> Vec<Item> {
    let mut items = Vec::new();
    let going = store.export(&mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    assert_eq!(going, Ok(ControlFlow::Continue(())));
    items
}

#[test]
fn every_format_has_data_that_was_written_once() {
    let current = fixtures().join(format!("{DATA_FORMAT}-{BACKUP_FORMAT}"));
    assert!(
        current.is_dir(),
        "data directories have format {DATA_FORMAT} and backups format {BACKUP_FORMAT}, and there is no data of \
         both in tests/format: build the binary and run scripts/format-fixture, and leave what is there as it is"
    );
    let backup = fs::read(current.join("backup")).expect("a backup");
    assert!(backup.starts_with(format!("stateline backup, format {BACKUP_FORMAT}\n").as_bytes()));
    let data = unpacked(&current);
    let format = fs::read_to_string(data.path().join("format")).expect("a format");
    assert_eq!(format, format!("stateline data, format {DATA_FORMAT}\n"));
    // A repository is no place for more.
    for folder in all() {
        let sizes = fs::read_dir(&folder).expect("readable").map(|entry| entry.expect("an entry").metadata());
        let bytes: u64 = sizes.map(|metadata| metadata.expect("readable").len()).sum();
        assert!(bytes < 200 * 1_024, "{} has {bytes} bytes", folder.display());
    }
}

#[test]
fn the_backup_is_what_the_directory_holds() {
    for folder in all() {
        let data = unpacked(&folder);
        let store = open_embedded(data.path(), Options::default()).expect("the data opens");
        let backup = fs::read(folder.join("backup")).expect("a backup");
        let facts = check_backup(&mut &backup[..], &mut |_| {}).expect("a whole backup");
        let restored = tempfile::tempdir().expect("a folder");
        let dir = restored.path().join("data");
        assert_eq!(restore_embedded(&mut &backup[..], &dir, &mut |_| {}).expect("restored"), facts);
        let copy = open_embedded(&dir, Options::default()).expect("the copy opens");
        let (mut original, mut copied) = (items(&store), items(&copy));
        let standing = original.remove(0);
        assert_eq!(
            standing,
            Item::Standing(stateline_store::Standing { epoch: facts.epoch, group: facts.group })
        );
        drop(copied.remove(0));
        assert_eq!(copied, original);
        assert!(facts.counts.open >= 9 && facts.counts.closed >= 12, "{facts:?}");
    }
}

/// A server on a copy, at a moment.
struct Server {
    service: Service,
    api: Arc<Api>,
}

impl Server {
    fn open(data: &Path, at: i64, jobs_end: bool) -> Server {
        let store = open_embedded(data, Options::default()).expect("the data opens");
        let config = Config {
            store: Arc::new(store),
            connector: Arc::new(Answers { jobs_end }),
            clock: Arc::new(Still(at)),
            entropy: Arc::new(SystemEntropy::new()),
            limits: Limits { express_history_days: 90, ..Limits::default() },
            workers: 2,
            mailbox_capacity: 1_000,
        };
        let service = Service::open(config, &tokio::runtime::Handle::current()).expect("the service opens");
        let api = Arc::new(Api::new(service.clone(), Settings::default()));
        Server { service, api }
    }

    async fn ask(&self, operation: &str, request: &Value) -> String {
        let head = Request::post("/")
            .header("X-Amz-Target", format!("AWSStepFunctions.{operation}"))
            .header("Content-Type", "application/x-amz-json-1.0");
        let answer = self.api.handle(head.body(Bytes::from(request.to_string())).expect("a request")).await;
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
        let text = String::from_utf8(body.to_vec()).expect("text");
        assert!(status.is_success(), "{operation} {request}: {text}");
        text
    }

    async fn call(&self, operation: &str, request: Value) -> Value {
        serde_json::from_str(&self.ask(operation, &request).await).expect("JSON")
    }

    async fn stop(self) {
        self.service.shutdown(Duration::ZERO).await;
    }
}

/// Everything of `old` is in `new`; lists are as long.
fn contains(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            old.iter().all(|(name, old)| new.get(name).is_some_and(|new| contains(new, old)))
        }
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old).all(|(new, old)| contains(new, old))
        }
        _ => new == old,
    }
}

/// What the call in doubt changed when it was found is as it should be, and not as it was.
fn without(mut answer: Value, execution: &str) -> Value {
    if let Some(executions) = answer["executions"].as_array_mut() {
        executions.retain(|item| item["executionArn"] != execution);
    }
    answer
}

/// Asks again what was asked then. Histories are the same to the byte, save that one of an open
/// execution may go on; an answer may have more members than it had.
async fn ask_again(server: &Server, told: &Value) -> usize {
    let open: Vec<&str> =
        told["open"].as_object().expect("open ones").values().filter_map(Value::as_str).collect();
    let in_doubt = told["open"]["calls"].as_str().expect("the one in doubt");
    let mut histories = 0;
    for asked in told["asked"].as_array().expect("questions") {
        let (operation, then) = (asked["operation"].as_str(), asked["answer"].as_str());
        let (operation, then) = (operation.expect("a name"), then.expect("an answer"));
        let arn = asked["request"]["executionArn"].as_str().unwrap_or_default();
        if operation == "DescribeExecution" && arn == in_doubt {
            continue;
        }
        let now = server.ask(operation, &asked["request"]).await;
        let about = format!("{operation} {}", asked["request"]);
        let parse = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        if operation != "GetExecutionHistory" {
            let (now, then) = (without(parse(&now), in_doubt), without(parse(then), in_doubt));
            assert!(contains(&now, &then), "{about}\nthen {then}\nnow  {now}");
        } else if open.contains(&arn) {
            // The list of events without its end.
            let begun = then.strip_suffix("]}").expect("events");
            assert!(now.starts_with(begun), "{about}\nthen {then}\nnow  {now}");
            histories += 1;
        } else {
            assert_eq!(now, then, "{about}");
            histories += 1;
        }
    }
    histories
}

/// Lets everything go on that waits, three hours later. The children of a Map Run wait one after the other.
async fn go_on(server: &Server, told: &Value) {
    for token in told["tokens"].as_object().expect("tokens").values() {
        server.call("SendTaskSuccess", json!({"taskToken": token, "output": "{\"said\":true}"})).await;
    }
    let activity = "arn:aws:states:us-east-1:000000000000:activity:desk";
    let task = server.call("GetActivityTask", json!({"activityArn": activity})).await;
    server
        .call("SendTaskSuccess", json!({"taskToken": task["taskToken"], "output": "{\"said\":true}"}))
        .await;
    for (name, arn) in told["open"].as_object().expect("open ones") {
        if name != "mapwaits" {
            let output = succeeded(server, name, arn).await;
            assert_eq!(output, json!({"done": true, "n": 1}), "{name}");
        }
    }
}

/// The output of an execution that comes to its end, with a history without gaps.
async fn succeeded(server: &Server, name: &str, arn: &Value) -> Value {
    let mut end = Value::Null;
    for _ in 0..1_000 {
        end = server.call("DescribeExecution", json!({"executionArn": arn})).await;
        if end["status"] != "RUNNING" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(end["status"], "SUCCEEDED", "{name}: {end}");
    let history = server.call("GetExecutionHistory", json!({"executionArn": arn, "maxResults": 1000})).await;
    for (number, event) in history["events"].as_array().expect("events").iter().enumerate() {
        assert_eq!(event["id"], json!(number + 1), "{name}: ids have no gap");
    }
    serde_json::from_str(end["output"].as_str().expect("an output")).expect("JSON")
}

async fn opens_and_goes_on(data: &Path, told: &Value) {
    let now = told["now"].as_i64().expect("a time");
    let server = Server::open(data, now, false);
    let histories = ask_again(&server, told).await;
    assert!(histories >= 20, "{histories} histories");
    server.stop().await;
    let server = Server::open(data, now + 3 * HOUR_MS, true);
    go_on(&server, told).await;
    server.stop().await;
    // The last child of the Map Run has begun to wait since, and what has ended is there.
    let server = Server::open(data, now + 6 * HOUR_MS, true);
    let output = succeeded(&server, "mapwaits", &told["open"]["mapwaits"]).await;
    assert_eq!(output, json!([1, 2, 3]));
    let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:sleeps";
    let listed = server.call("ListExecutions", json!({"stateMachineArn": machine})).await;
    let statuses: Vec<_> =
        listed["executions"].as_array().expect("a list").iter().map(|item| &item["status"]).collect();
    assert!(!statuses.contains(&&json!("RUNNING")), "{listed}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_of_each_format_opens_and_goes_on() {
    for folder in all() {
        let data = unpacked(&folder);
        opens_and_goes_on(data.path(), &told(&folder)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_each_format_is_restored_and_goes_on() {
    for folder in all() {
        let dir = tempfile::tempdir().expect("a folder");
        let backup = fs::read(folder.join("backup")).expect("a backup");
        let data = dir.path().join("data");
        restore_embedded(&mut &backup[..], &data, &mut |_| {}).expect("restored");
        opens_and_goes_on(&data, &told(&folder)).await;
    }
}
