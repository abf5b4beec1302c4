//! Drafts over the wire, and the update that two people make at once.

#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

mod support;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Request;
use serde_json::{Value, json};
use stateline_api::{Api, Settings};
use stateline_base::{Limits, Timestamp};
use stateline_runtime::{Clock, SystemClock};
use stateline_store::MemStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use support::{Client, PREFIX, pass, service_over};

const ITEM: &str = "/stateline/drafts/item?id=a%2Fb";

/// A clock that stands until it is set.
struct Still(AtomicI64);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

fn draft(changes: &Value) -> Value {
    let draft = json!({
        "id": "a/b", "title": "T", "text": "{", "format": "json", "machineType": "STANDARD", "editor": "one",
    });
    with(&draft, changes)
}

async fn put(client: &Client, changes: Value) -> (u16, Value) {
    client.own("PUT", ITEM, Some(draft(&changes))).await
}

/// What a tab is told that looks at the draft; without an editor it is not noted.
async fn look(client: &Client, editor: &str) -> Value {
    let editor = if editor.is_empty() { String::new() } else { format!("&editor={editor}") };
    let (status, answer) = client.own("GET", &format!("{ITEM}{editor}"), None).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn with(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    for (key, change) in changes.as_object().into_iter().flatten() {
        value[key] = change.clone();
    }
    value
}

fn still(store: &MemStore) -> (Client, Arc<Still>) {
    let clock = Arc::new(Still(AtomicI64::new(1_000_000)));
    let service = service_over(store, Limits::default(), clock.clone());
    (Client::over(Arc::new(Api::new(service, Settings::default()))), clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_outlive_the_process_and_have_an_account_and_a_region() {
    let store = MemStore::new();
    let inputs = json!({"/States/A": "{\"x\": 1}"});
    {
        let (client, clock) = still(&store);
        let whole = json!({"stateMachineArn": "arn:m", "baseRevisionId": "", "sampleInputs": inputs});
        assert_eq!(put(&client, whole).await, (200, json!({"savedAt": 1000.0, "editors": []})));
        clock.0.store(1_000_500, Ordering::Relaxed);
        let other = draft(&json!({"id": "c", "format": "yaml", "machineType": "EXPRESS"}));
        let (status, _) = client.own("PUT", "/stateline/drafts/item?id=c", Some(other)).await;
        assert_eq!(status, 200);
    }
    let service = service_over(&store, Limits::default(), Arc::new(SystemClock));
    let mut client = Client::over(Arc::new(Api::new(service, Settings::default())));
    let listed = json!({"drafts": [
        {"id": "c", "title": "T", "savedAt": 1000.5, "format": "yaml", "machineType": "EXPRESS"},
        {"id": "a/b", "title": "T", "savedAt": 1000.0, "format": "json", "machineType": "STANDARD", "stateMachineArn": "arn:m"},
    ]});
    assert_eq!(client.own("GET", "/stateline/drafts", None).await, (200, listed.clone()));
    let stored = draft(&json!({
        "savedAt": 1000.0, "stateMachineArn": "arn:m", "baseRevisionId": "", "sampleInputs": inputs,
    }));
    assert_eq!(look(&client, "").await, with(&stored, &json!({"editors": []})));
    client.credential = ("test".to_owned(), "eu-west-1".to_owned());
    assert_eq!(client.own("GET", "/stateline/drafts", None).await, (200, json!({"drafts": []})));
    assert_eq!(look(&client, "").await, json!({"editors": []}));
    client.credential = ("123456789012".to_owned(), "us-east-1".to_owned());
    assert_eq!(client.own("GET", "/stateline/drafts", None).await, (200, json!({"drafts": []})));
    client.credential = ("test".to_owned(), "us-east-1".to_owned());
    // What comes back as it was given is taken.
    let come = with(&look(&client, "").await, &json!({"machineRevisionId": "", "machineUpdatedAt": 1.5}));
    assert_eq!(client.own("PUT", ITEM, Some(come)).await.0, 200);
    for _ in 0..2 {
        assert_eq!(client.own("DELETE", ITEM, None).await, (200, json!({})));
        let gone = look(&client, "").await;
        assert_eq!((gone["editors"][0]["editor"].as_str(), gone.get("text")), (Some("one"), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_save_at_once_one_is_told_of_the_other() {
    let (client, clock) = still(&MemStore::new());
    let (_, saved) = put(&client, json!({"ifSavedAt": 0})).await;
    assert_eq!(saved, json!({"savedAt": 1000.0, "editors": []}));
    // The clock stands: the time of saving goes on all the same.
    let (_, saved) = put(&client, json!({"ifSavedAt": 1000.0, "text": "{}"})).await;
    assert_eq!(saved, json!({"savedAt": 1000.001, "editors": []}));
    clock.0.store(1_005_000, Ordering::Relaxed);
    let (status, told) = put(&client, json!({"ifSavedAt": 1000.0, "text": "[]", "editor": "two"})).await;
    assert_eq!(status, 409);
    assert!(told["__type"].as_str().is_some_and(|kind| kind.ends_with("#ConflictException")), "{told}");
    assert_eq!(
        told["message"],
        "The draft 'a/b' was saved by the editor 'one' at 1970-01-01T00:16:40.001Z meanwhile; take that over, or save with that time"
    );
    assert_eq!(told["stored"], draft(&json!({"savedAt": 1000.001, "text": "{}"})));
    let (_, saved) = put(&client, json!({"text": "[]", "editor": "two"})).await;
    assert_eq!(saved, json!({"savedAt": 1005.0, "editors": [{"editor": "one", "seenAt": 1000.0}]}));
    // Who asks is there, too.
    client.own("GET", &format!("{ITEM}&editor=three"), None).await;
    let (_, saved) = put(&client, json!({"editor": "two", "ifSavedAt": 1005.0})).await;
    assert_eq!(
        saved["editors"],
        json!([{"editor": "three", "seenAt": 1005.0}, {"editor": "one", "seenAt": 1000.0}])
    );
    client.own("DELETE", ITEM, None).await;
    let (status, told) = put(&client, json!({"ifSavedAt": 1005.001})).await;
    assert_eq!((status, told.get("stored")), (409, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_is_told_of_the_others_and_of_the_machine_without_a_draft() {
    let (client, clock) = still(&MemStore::new());
    assert_eq!(look(&client, "one").await, json!({"editors": []}));
    clock.0.store(1_010_000, Ordering::Relaxed);
    let one = json!([{"editor": "one", "seenAt": 1000.0}]);
    assert_eq!(look(&client, "two").await, json!({"editors": one}));
    // Who does not say who they are is told, and not noted.
    let both = json!([{"editor": "two", "seenAt": 1010.0}, {"editor": "one", "seenAt": 1000.0}]);
    assert_eq!(look(&client, "").await, json!({"editors": both}));
    assert_eq!(look(&client, "").await, json!({"editors": both}));
    clock.0.store(1_030_001, Ordering::Relaxed);
    assert_eq!(look(&client, "").await, json!({"editors": [both[0]]}));
    let refused = client.own("GET", &format!("{ITEM}&editor={}", "x".repeat(101)), None).await;
    assert_eq!(refused.1["message"], "editor must have from 1 to 100 characters, not 101");
    // A machine's draft has the machine's name: that there is none says all the same what the machine is.
    let arn = client.create("m", "STANDARD", &pass()).await;
    let item = format!("/stateline/drafts/item?id={arn}&editor=one");
    let answer = json!({"machineRevisionId": "", "editors": []});
    assert_eq!(client.own("GET", &item, None).await, (200, answer.clone()));
    assert_eq!(put(&client, json!({"stateMachineArn": arn})).await.1["machineRevisionId"], "");
    clock.0.store(1_040_000, Ordering::Relaxed);
    let update = json!({"stateMachineArn": arn, "roleArn": "arn:aws:iam::000000000000:role/other"});
    let (status, updated) = client.send("UpdateStateMachine", &update.to_string()).await;
    assert_eq!(status, 200, "{updated}");
    let now = json!({"machineRevisionId": updated["revisionId"], "machineUpdatedAt": 1040.0, "editors": []});
    assert_eq!(client.own("GET", &item, None).await, (200, now.clone()));
    let seen = look(&client, "").await;
    assert_eq!(
        (&seen["machineRevisionId"], &seen["machineUpdatedAt"]),
        (&now["machineRevisionId"], &now["machineUpdatedAt"])
    );
    // Nobody is told of a machine that is not theirs.
    let other = Client { api: client.api.clone(), credential: ("000000000002".into(), "us-east-1".into()) };
    assert_eq!(other.own("GET", &item, None).await, (200, json!({"editors": []})));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_refused_with_the_reason() {
    let client = Client::new();
    let refused = async |changes: Value| {
        let (status, answer) = put(&client, changes).await;
        assert!((400..500).contains(&status), "{answer}");
        answer["message"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(refused(json!({"id": "x"})).await, "the body is of the draft 'x' and the path of 'a/b'");
    assert_eq!(refused(json!({"format": "xml"})).await, "format must be json or yaml, not 'xml'");
    assert_eq!(
        refused(json!({"machineType": "x"})).await,
        "machineType must be STANDARD or EXPRESS, not 'x'"
    );
    assert_eq!(refused(json!({"editor": ""})).await, "editor must have from 1 to 100 characters, not 0");
    assert_eq!(
        refused(json!({"text": "x".repeat(4_194_305)})).await,
        "text must have at most 4194304 bytes, not 4194305"
    );
    assert_eq!(
        refused(json!({"sampleInputs": {"a": "x".repeat(4_194_304)}})).await,
        "sampleInputs must have at most 4194304 bytes, not 4194305"
    );
    assert!(refused(json!({"no": 1})).await.contains("unknown field `no`"));
    assert!(refused(json!({"ifSavedAt": -1})).await.contains("ifSavedAt must be"));
    assert_eq!(put(&client, json!({"text": "x".repeat(4_194_304)})).await.0, 200);
    let (_, answer) = client.own("GET", "/stateline/drafts/item", None).await;
    assert_eq!(answer["message"], "say which draft is meant: ?id=…");
    let long = format!("/stateline/drafts/item?id={}", "x".repeat(301));
    assert_eq!(
        client.own("GET", &long, None).await.1["message"],
        "id must have from 1 to 300 characters, not 301"
    );
    assert_eq!(client.own("GET", "/stateline/drafts?a=b", None).await.0, 400);
    assert_eq!(client.own("POST", "/stateline/drafts", Some(json!({}))).await.0, 405);
    assert_eq!(client.own("GET", "/stateline/nothing", None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_cannot_change_anything() {
    let client = Client::new();
    for content_type in [None, Some("text/plain"), Some("application/x-amz-json-1.0")] {
        for (method, path) in [("PUT", ITEM), ("DELETE", ITEM), ("POST", "/stateline/language/diagnostics")] {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(content_type) = content_type {
                request = request.header("Content-Type", content_type);
            }
            let body = Bytes::from(draft(&json!({})).to_string());
            let answer = client.api.handle(request.body(body).expect("a request")).await;
            assert_eq!(answer.status(), 415, "{method} {path} {content_type:?}");
            let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
            assert!(String::from_utf8_lossy(&body).contains("application/json"));
        }
    }
    assert_eq!(client.own("GET", "/stateline/drafts", None).await, (200, json!({"drafts": []})));
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_a_most_and_the_error_says_what_to_do() {
    let client = Client::new();
    for number in 0..1_000 {
        let path = format!("/stateline/drafts/item?id={number}");
        let (status, answer) =
            client.own("PUT", &path, Some(draft(&json!({"id": number.to_string()})))).await;
        assert_eq!(status, 200, "{answer}");
    }
    let (status, answer) = put(&client, json!({})).await;
    assert_eq!(status, 402);
    assert!(
        answer["message"]
            .as_str()
            .is_some_and(|text| text.contains("1000 drafts") && text.contains("delete"))
    );
    // One that is there can still be saved, and so can one of another region.
    let (status, _) =
        client.own("PUT", "/stateline/drafts/item?id=7", Some(draft(&json!({"id": "7"})))).await;
    assert_eq!(status, 200);
    let (_, listed) = client.own("GET", "/stateline/drafts", None).await;
    assert_eq!(listed["drafts"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(listed["drafts"][0]["id"], "7");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_updated_only_from_the_revision_that_was_read() {
    let client = Client::new();
    let arn = client.create("m", "STANDARD", &pass()).await;
    let (_, saved) = put(&client, json!({"stateMachineArn": arn})).await;
    assert_eq!(saved["machineRevisionId"], "");
    let update = async |revision: &str, comment: &str| {
        let definition = json!({
            "Comment": comment, "StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}},
        });
        let body = json!({"stateMachineArn": arn, "definition": definition.to_string()});
        let request = Request::post("/")
            .header("X-Amz-Target", "AWSStepFunctions.UpdateStateMachine")
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("x-stateline-if-revision", revision)
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let answer = client.api.handle(request).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
        (status, serde_json::from_slice::<Value>(&body).expect("JSON"))
    };
    let (status, first) = update("", "1").await;
    assert_eq!(status, 200);
    let revision = first["revisionId"].as_str().expect("a revision").to_owned();
    let (status, told) = update("", "2").await;
    assert_eq!(status, 409);
    assert_eq!(
        told["message"],
        format!(
            "The State Machine was not updated: it was to have the revision '' and has the revision '{revision}'. Somebody else has changed it; take that change over, or update without a condition."
        )
    );
    let (_, described) =
        client.send("DescribeStateMachine", &json!({"stateMachineArn": arn}).to_string()).await;
    assert_eq!(described["revisionId"], json!(revision));
    assert_eq!(update(&revision, "2").await.0, 200);
    let (_, saved) = put(&client, json!({"stateMachineArn": arn})).await;
    assert_ne!(saved["machineRevisionId"], json!(revision));
    let (_, saved) = put(&client, json!({"stateMachineArn": format!("{PREFIX}:stateMachine:none")})).await;
    assert_eq!(saved.get("machineRevisionId"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_saved_while_it_is_read_is_read_whole() {
    let client = Client::new();
    // What a list shows and the text are stored apart.
    let save = async |number: usize| {
        let number = number.to_string();
        assert_eq!(put(&client, json!({"title": number, "text": number})).await.0, 200);
    };
    save(0).await;
    let saving = async {
        for number in 1..300 {
            save(number).await;
        }
    };
    let reading = async {
        for _ in 0..3_000 {
            let (status, read) = client.own("GET", ITEM, None).await;
            assert_eq!((status, &read["title"]), (200, &read["text"]));
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(saving, reading);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_saves_at_once_from_the_same_text_one_wins() {
    let client = Arc::new(Client::new());
    let (_, first) = put(&client, json!({"ifSavedAt": 0})).await;
    let saves: Vec<_> = (0..20)
        .map(|number| {
            let (client, at) = (client.clone(), first["savedAt"].clone());
            tokio::spawn(
                async move { put(&client, json!({"text": format!("{number}"), "ifSavedAt": at})).await },
            )
        })
        .collect();
    let mut won = Vec::new();
    for (number, save) in saves.into_iter().enumerate() {
        match save.await.expect("it ends") {
            (200, _) => won.push(number.to_string()),
            (status, answer) => {
                assert_eq!(status, 409);
                assert!(answer["stored"]["text"].is_string(), "{answer}");
            }
        }
    }
    let (_, stored) = client.own("GET", ITEM, None).await;
    assert_eq!(won, [stored["text"].as_str().expect("a text")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_revision_of_another_account_s_machine_is_not_told() {
    let client = Client::new();
    let arn = client.create("m", "STANDARD", &pass()).await;
    let other = Client { api: client.api.clone(), credential: ("000000000002".into(), "us-east-1".into()) };
    let (status, saved) = put(&other, json!({"stateMachineArn": arn})).await;
    assert_eq!((status, saved.get("machineRevisionId")), (200, None));
}
