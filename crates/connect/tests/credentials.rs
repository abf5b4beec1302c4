//! In whose name services are called, against a server of our own that plays them all: what gives
//! credentials (instance, container, STS) and what is called with them (DynamoDB, Lambda).

#![allow(clippy::disallowed_methods, reason = "the tests talk to real sockets and wait for real ends")]

mod common;
#[allow(dead_code, reason = "these tests want its answers that are none")]
mod endpoint;

use bytes::Bytes;
use common::*;
use expect_test::{Expect, expect};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use stateline_connect::{AwsConfig, Config, Connectors, Environment};
use stateline_runtime::{Attempt, Caller, Connector};
use std::convert::Infallible;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::net::TcpListener;

const LIST: &str = "arn:aws:states:::aws-sdk:dynamodb:listTables";

/// What the server does when it is asked for something, by the beginning of its line.
type Rules = Vec<(&'static str, u16, String)>;

/// A server that answers by rules, and writes down what it was asked and in whose name.
struct Server {
    port: u16,
    rules: Arc<Mutex<Rules>>,
    asked: Arc<Mutex<String>>,
}

impl Server {
    async fn start(rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (rules, asked) = (Arc::new(Mutex::new(rules)), Arc::new(Mutex::new(String::new())));
        let server = Server { port, rules: rules.clone(), asked: asked.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (rules, asked) = (rules.clone(), asked.clone());
                let service = service_fn(move |request| answer(request, rules.clone(), asked.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        server
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An address of this machine that nobody takes for one.
    fn far(&self) -> String {
        format!("http://0.0.0.0:{}", self.port)
    }

    /// From now on this is the answer.
    fn rule(&self, line: &'static str, status: u16, body: impl Into<String>) {
        self.rules.lock().expect("nobody panics").insert(0, (line, status, body.into()));
    }

    /// What it was asked since the last time.
    fn asked(&self) -> String {
        std::mem::take(&mut *self.asked.lock().expect("nobody panics"))
    }
}

async fn answer(
    request: Request<Incoming>,
    rules: Arc<Mutex<Rules>>,
    asked: Arc<Mutex<String>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let header = |name: &str| head.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let target = header("x-amz-target").rsplit('.').next().unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let form = if body.starts_with("Action=") { body.as_str() } else { "" };
    let name = header("authorization").split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
    let line = format!("{} {} {target}{form}", head.method, head.uri);
    let line = line.trim().to_owned();
    writeln!(
        asked.lock().expect("nobody panics"),
        "{line}{}",
        name.map_or(String::new(), |n| format!(" by {n}"))
    )
    .expect("a text takes every line");
    let rules = rules.lock().expect("nobody panics");
    let rule = rules.iter().find(|(start, _, _)| line.starts_with(start));
    let (status, body) = rule.map_or((404, String::new()), |(_, status, body)| (*status, body.clone()));
    Ok(Response::builder().status(status).body(Full::new(Bytes::from(body))).expect("a response"))
}

fn after(seconds: u64) -> String {
    let end = SystemTime::now() + Duration::from_secs(seconds);
    jiff::Timestamp::try_from(end).expect("a time").to_string()
}

/// The credentials `id` in the form of an instance and of a container.
fn document(id: &str, seconds: u64) -> String {
    json!({"Code": "Success", "AccessKeyId": id, "SecretAccessKey": "hush", "Token": "t", "Expiration": after(seconds)})
        .to_string()
}

/// The credentials `id` in the form of STS.
fn assumed(action: &str, id: &str, seconds: u64) -> String {
    format!(
        "<{action}Response><{action}Result><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>hush</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{}</Expiration></Credentials></{action}Result></{action}Response>",
        after(seconds)
    )
}

fn dynamodb() -> (&'static str, u16, String) {
    ("POST / ListTables", 200, r#"{"TableNames":[]}"#.to_owned())
}

/// An instance with the role `r`.
fn instance() -> Rules {
    vec![
        dynamodb(),
        ("PUT /latest/api/token", 200, "token".to_owned()),
        ("GET /latest/meta-data/iam/security-credentials/r", 200, document("INSTANCE", 3_600)),
        ("GET /latest/meta-data/iam/security-credentials/", 200, "r\n".to_owned()),
    ]
}

fn connectors(endpoint: Option<String>, variables: &[(&str, &str)]) -> Connectors {
    let aws = AwsConfig { endpoint_url: endpoint, ..AwsConfig::default() };
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let environment = Environment::new(variables.iter().map(owned));
    start(Config { aws, environment, ..Config::new(".") })
}

fn list() -> Attempt {
    attempt(LIST, &json!({}), 1)
}

/// A task that takes a role.
fn with_role() -> Attempt {
    let caller = Caller {
        machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        machine_role: "arn:aws:iam::000000000000:role/machine".into(),
        task_role: Some("arn:aws:iam::111122223333:role/task".into()),
    };
    Attempt { caller, ..list() }
}

async fn told(connectors: &Connectors, attempt: Attempt) -> String {
    show(&connectors.call(attempt).await)
}

async fn check(connectors: &Connectors, attempt: Attempt, server: &Server, expected: Expect) {
    let told = told(connectors, attempt).await;
    let text = format!("{}{told}\n", server.asked());
    expected.assert_eq(&text.replace(&server.port.to_string(), "PORT"));
}

fn profile(dir: &TempDir, config: &str) -> String {
    write(&dir.path().join("config"), config)
}

fn write(path: &Path, text: &str) -> String {
    std::fs::write(path, text).expect("written");
    path.display().to_string()
}

#[tokio::test]
async fn an_instance_is_asked_once_for_all_calls() {
    let server = Server::start(instance()).await;
    let metadata = server.address();
    let connectors = connectors(Some(server.far()), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    check(
        &connectors,
        list(),
        &server,
        expect![[r#"
        PUT /latest/api/token
        GET /latest/meta-data/iam/security-credentials/
        GET /latest/meta-data/iam/security-credentials/r
        POST / ListTables by INSTANCE
        {"TableNames":[]}
    "#]],
    )
    .await;
    check(
        &connectors,
        list(),
        &server,
        expect![[r#"
        POST / ListTables by INSTANCE
        {"TableNames":[]}
    "#]],
    )
    .await;
}

#[tokio::test]
async fn an_instance_whose_metadata_fails_is_asked_again_and_lends_nobody_a_name() {
    let server = Server::start(instance()).await;
    server.rule("PUT /latest/api/token", 500, "");
    let metadata = server.address();
    let connectors = connectors(Some(server.far()), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    check(
        &connectors,
        with_role(),
        &server,
        expect![[r#"
        PUT /latest/api/token
        PUT /latest/api/token
        PUT /latest/api/token
        DynamoDb.SdkClientException: credentials of the instance: status 500 for a token
    "#]],
    )
    .await;
    server.rule("PUT /latest/api/token", 200, "token");
    server.rule("GET /latest/meta-data/iam/security-credentials/r", 200, "<html>");
    tokio::time::sleep(Duration::from_millis(5_100)).await;
    let told = told(&connectors, list()).await;
    assert_eq!(
        told,
        "DynamoDb.SdkClientException: credentials of the instance: the answer for r holds no credentials"
    );
}

#[tokio::test]
async fn without_a_role_and_without_a_service_there_is_no_instance() {
    let server = Server::start(instance()).await;
    server.rule("GET /latest/meta-data/iam/security-credentials/", 404, "");
    let metadata = server.address();
    let here = connectors(Some(server.far()), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    check(
        &here,
        list(),
        &server,
        expect![[r#"
        PUT /latest/api/token
        GET /latest/meta-data/iam/security-credentials/
        POST / ListTables by 000000000000
        {"TableNames":[]}
    "#]],
    )
    .await;
    let off = connectors(
        Some(server.far()),
        &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata), ("AWS_EC2_METADATA_DISABLED", "true")],
    );
    check(
        &off,
        list(),
        &server,
        expect![[r#"
        POST / ListTables by 000000000000
        {"TableNames":[]}
    "#]],
    )
    .await;
    // On this machine nobody is asked, and a named service that nobody answers at is a fault.
    let near =
        connectors(Some(server.address()), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")]);
    assert_eq!(told(&near, list()).await, r#"{"TableNames":[]}"#);
    let far = connectors(Some(server.far()), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")]);
    assert_eq!(
        told(&far, list()).await,
        "DynamoDb.SdkClientException: credentials of the instance: Connect to 127.0.0.1:1 failed: Connection refused (os error 111)"
    );
}

#[tokio::test]
async fn functions_that_are_not_local_are_called_with_an_instance_s_credentials() {
    let server = Server::start(instance()).await;
    server.rule("GET /latest/meta-data/iam/security-credentials/r", 500, "");
    let metadata = server.address();
    let connectors = connectors(None, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    let function = attempt(&format!("{ARN}f"), &json!({}), 1);
    assert_eq!(
        told(&connectors, function).await,
        "Lambda.SdkClientException: credentials of the instance: status 500 for the credentials of r"
    );
    let absent = Server::start(Vec::new()).await;
    let metadata = absent.address();
    let connectors = self::connectors(None, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)]);
    for expected in [expect!["PUT /latest/api/token\n"], expect![""]] {
        let function = attempt(&format!("{ARN}f"), &json!({}), 1);
        let told = told(&connectors, function).await;
        assert!(told.starts_with("Lambda.ResourceNotFoundException: Function not found: "), "{told}");
        expected.assert_eq(&absent.asked());
    }
}

#[tokio::test]
async fn old_credentials_are_used_until_they_expire() {
    let server = Server::start(vec![dynamodb(), ("GET /creds", 200, document("OLD", 6))]).await;
    let uri = format!("{}/creds", server.address());
    let connectors = connectors(Some(server.address()), &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)]);
    assert_eq!(told(&connectors, list()).await, r#"{"TableNames":[]}"#);
    server.rule("GET /creds", 500, "");
    // More than half of their life is over: new ones are wanted, and cannot be had.
    tokio::time::sleep(Duration::from_millis(3_300)).await;
    assert_eq!(told(&connectors, list()).await, r#"{"TableNames":[]}"#);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(told(&connectors, list()).await, r#"{"TableNames":[]}"#);
    let asked = server.asked();
    assert_eq!(asked.matches("ListTables by OLD").count(), 3, "{asked}");
    assert_eq!(asked.matches("GET /creds").count(), 2, "{asked}");
    tokio::time::sleep(Duration::from_millis(2_700)).await;
    assert_eq!(
        told(&connectors, list()).await,
        "DynamoDb.SdkClientException: credentials of the container: status 500"
    );
}

#[tokio::test]
async fn a_container_is_asked_with_its_token_and_its_address_stays_in_the_log() {
    let dir = TempDir::new().expect("a folder");
    let token = write(&dir.path().join("token"), "abc\n");
    let server =
        Server::start(vec![dynamodb(), ("GET /secret-path", 200, document("CONTAINER", 3_600))]).await;
    let uri = format!("{}/secret-path", server.address());
    let variables = |file: &str| {
        let variables = [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file),
        ];
        connectors(Some(server.address()), &variables)
    };
    check(
        &variables(&token),
        list(),
        &server,
        expect![[r#"
        GET /secret-path
        POST / ListTables by CONTAINER
        {"TableNames":[]}
    "#]],
    )
    .await;
    check(&variables("/nowhere/token"), list(), &server, expect![[r#"
        DynamoDb.SdkClientException: credentials of the container: the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read: No such file or directory (os error 2)
    "#]])
    .await;
    server.rule("GET /secret-path", 200, "<html>");
    check(
        &variables(&token),
        list(),
        &server,
        expect![[r#"
        GET /secret-path
        DynamoDb.SdkClientException: credentials of the container: the answer holds no credentials
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_process_with_short_lived_credentials_does_not_run_for_every_call() {
    let dir = TempDir::new().expect("a folder");
    let runs = dir.path().join("runs");
    let printed =
        json!({"Version": 1, "AccessKeyId": "PRINTED", "SecretAccessKey": "hush", "Expiration": after(120)});
    let printed = write(&dir.path().join("printed"), &printed.to_string());
    let command = format!("echo run >> {}; cat {printed}", runs.display());
    let config = profile(&dir, &format!("[default]\ncredential_process = {command}\n"));
    let server = Server::start(vec![dynamodb()]).await;
    let connectors = connectors(Some(server.address()), &[("AWS_CONFIG_FILE", &config)]);
    for _ in 0..5 {
        assert_eq!(told(&connectors, list()).await, r#"{"TableNames":[]}"#);
    }
    assert_eq!(server.asked().matches("by PRINTED").count(), 5);
    assert_eq!(std::fs::read_to_string(runs).expect("it ran"), "run\n");
}

#[tokio::test]
async fn a_profile_leads_to_its_source_and_back_by_the_roles() {
    let dir = TempDir::new().expect("a folder");
    let config = "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/a\nsource_profile = b\nexternal_id = x\n\
        [profile b]\nrole_arn = arn:aws:iam::111122223333:role/b\nsource_profile = c\n\
        [profile c]\naws_access_key_id = KEY\naws_secret_access_key = hush\n";
    let config = profile(&dir, config);
    let server = Server::start(vec![
        dynamodb(),
        ("POST / Action=AssumeRole&", 200, assumed("AssumeRole", "TAKEN", 3_600)),
    ])
    .await;
    let variables = [("AWS_CONFIG_FILE", config.as_str()), ("AWS_PROFILE", "a")];
    check(
        &connectors(Some(server.address()), &variables),
        list(),
        &server,
        expect![[r#"
            POST / Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fb&RoleSessionName=stateline by KEY
            POST / Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fa&RoleSessionName=stateline&ExternalId=x by TAKEN
            POST / ListTables by TAKEN
            {"TableNames":[]}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_web_identity_takes_its_role_unsigned() {
    let dir = TempDir::new().expect("a folder");
    let token = write(&dir.path().join("token"), "abc\n");
    let action = "AssumeRoleWithWebIdentity";
    let server = Server::start(vec![
        dynamodb(),
        ("POST / Action=AssumeRoleWithWebIdentity", 200, assumed(action, "WEB", 3_600)),
    ])
    .await;
    let variables = |file: &str| {
        let role = ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/web");
        connectors(Some(server.address()), &[role, ("AWS_WEB_IDENTITY_TOKEN_FILE", file)])
    };
    check(
        &variables(&token),
        list(),
        &server,
        expect![[r#"
            POST / Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fweb&RoleSessionName=stateline&WebIdentityToken=abc
            POST / ListTables by WEB
            {"TableNames":[]}
        "#]],
    )
    .await;
    check(
        &variables("/nowhere/token"),
        list(),
        &server,
        expect![[r#"
            DynamoDb.SdkClientException: AWS_WEB_IDENTITY_TOKEN_FILE cannot be read: No such file or directory (os error 2)
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_task_s_role_is_taken_once_and_used_until_it_expires() {
    let rule = ("POST / Action=AssumeRole&", 200, assumed("AssumeRole", "TASK", 6));
    let server = Server::start(vec![dynamodb(), rule]).await;
    let keys = [("AWS_ACCESS_KEY_ID", "KEY"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let connectors = connectors(Some(server.address()), &keys);
    check(
        &connectors,
        with_role(),
        &server,
        expect![[r#"
            POST / Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Ftask&RoleSessionName=stateline&ExternalId=arn%3Aaws%3Astates%3Aus-east-1%3A000000000000%3AstateMachine%3Am by KEY
            POST / ListTables by TASK
            {"TableNames":[]}
        "#]],
    )
    .await;
    check(
        &connectors,
        with_role(),
        &server,
        expect![[r#"
        POST / ListTables by TASK
        {"TableNames":[]}
    "#]],
    )
    .await;
    let denied =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    server.rule("POST / Action=AssumeRole&", 403, denied);
    tokio::time::sleep(Duration::from_millis(3_300)).await;
    assert_eq!(told(&connectors, with_role()).await, r#"{"TableNames":[]}"#);
    tokio::time::sleep(Duration::from_millis(2_900)).await;
    server.asked();
    let told = told(&connectors, with_role()).await;
    assert_eq!(
        told,
        "States.TaskFailed: The role arn:aws:iam::000000000000:role/machine is not authorized to assume the task state's role, arn:aws:iam::111122223333:role/task."
    );
    assert!(!server.asked().contains("ListTables"), "nothing is sent under another name");
}

#[tokio::test]
async fn each_service_is_called_where_it_is_configured_to_be() {
    let (tables, rest) = (Server::start(vec![dynamodb()]).await, Server::start(Vec::new()).await);
    let mut aws = AwsConfig { endpoint_url: Some(rest.address()), ..AwsConfig::default() };
    aws.endpoints.insert("dynamodb".to_owned(), tables.address());
    let variables = [("AWS_ENDPOINT_URL".to_owned(), "http://127.0.0.1:1".to_owned())];
    let connectors = start(Config { aws, environment: Environment::new(variables), ..Config::new(".") });
    assert_eq!(told(&connectors, list()).await, r#"{"TableNames":[]}"#);
    let queues = attempt("arn:aws:states:::aws-sdk:sqs:listQueues", &json!({}), 1);
    assert!(told(&connectors, queues).await.starts_with("Sqs."));
    assert_eq!(tables.asked(), "POST / ListTables by 000000000000\n");
    assert_eq!(rest.asked(), "POST / ListQueues by 000000000000\n");
    let variables = [("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), tables.address())];
    let connectors = start(Config { environment: Environment::new(variables), ..Config::new(".") });
    assert_eq!(told(&connectors, list()).await, r#"{"TableNames":[]}"#);
}

#[tokio::test]
async fn a_service_that_cannot_be_spoken_to_is_sent_nothing() {
    let server = Server::start(Vec::new()).await;
    let connectors = connectors(Some(server.address()), &[]);
    for (action, reason) in [
        ("simpledb:listDomains", "takes only signature version 2, which is not made any more"),
        ("codecatalyst:listSpaces", "takes a bearer's token, which a state machine's role cannot give"),
    ] {
        let task = attempt(&format!("arn:aws:states:::aws-sdk:{action}"), &json!({}), 1);
        let service = action.split(':').next().expect("a service");
        let expected = format!("States.Runtime: The service {service} cannot be called: it {reason}");
        assert_eq!(told(&connectors, task).await, expected);
    }
    assert_eq!(server.asked(), "");
}

/// What a call comes to when this is all that its service writes, a moment after it was asked.
async fn written(answer: &'static [u8], pause: Duration) -> String {
    let address = endpoint::raw(answer, pause).await;
    let aws = AwsConfig {
        endpoint_url: Some(format!("http://{address}")),
        timeout_seconds: 1,
        ..AwsConfig::default()
    };
    let connectors = start(Config { aws, ..Config::new(".") });
    told(&connectors, list()).await.replace(&address, "HOST")
}

#[tokio::test]
async fn answers_that_are_none_name_who_should_have_answered() {
    let none = Duration::ZERO;
    expect!["DynamoDb.SdkClientException: Unable to execute HTTP request: the answer of HOST broke off: end of file before message length reached"].assert_eq(&written(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", none).await);
    expect!["DynamoDb.SdkClientException: Unable to execute HTTP request: Read timed out: HOST has not answered within 1 seconds"].assert_eq(&written(b"HTTP/1.1 200 OK\r\n\r\n", Duration::from_secs(3)).await);
    expect!["DynamoDb.SdkClientException: Unable to unmarshall response: its body is no JSON: expected value at line 1 column 1 (the answer of HOST)"].assert_eq(&written(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", none).await);
    expect!["DynamoDb.DynamoDbException: null (Service: DynamoDb, Status Code: 500, Request ID: null)"]
        .assert_eq(&written(b"HTTP/1.1 500 Oh\r\nContent-Length: 6\r\n\r\n<html>", none).await);
    expect!["DynamoDb.DynamoDbException: null (Service: DynamoDb, Status Code: 503, Request ID: null)"]
        .assert_eq(&written(b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n", none).await);
    expect!["DynamoDb.SdkClientException: Unable to execute HTTP request: HOST failed to respond: invalid HTTP version parsed"].assert_eq(&written(b"nonsense\r\n\r\n", none).await);
    expect!["DynamoDb.SdkClientException: Unable to execute HTTP request: HOST failed to respond: connection closed before message completed"].assert_eq(&written(b"", none).await);
}

#[tokio::test]
async fn a_service_without_tls_where_tls_is_wanted_is_named() {
    let address = endpoint::raw(b"HTTP/1.1 200 OK\r\n\r\n", Duration::ZERO).await;
    let connectors = connectors(Some(format!("https://{address}")), &[]);
    let told = told(&connectors, list()).await.replace(&address, "HOST");
    let start = "DynamoDb.SdkClientException: Unable to execute HTTP request: Connect to HOST failed: ";
    assert!(told.starts_with(start) && told.contains("corrupt message"), "{told}");
}

#[tokio::test]
async fn an_sts_that_fails_is_the_cause_of_a_role_that_cannot_be_taken() {
    let dir = TempDir::new().expect("a folder");
    let config = "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/a\nsource_profile = c\n\
        [profile c]\naws_access_key_id = KEY\naws_secret_access_key = hush\n";
    let config = profile(&dir, config);
    let server = Server::start(vec![dynamodb(), ("POST / Action=", 500, "<html>".to_owned())]).await;
    let variables = [("AWS_CONFIG_FILE", config.as_str()), ("AWS_PROFILE", "a")];
    check(
        &connectors(Some(server.address()), &variables),
        list(),
        &server,
        expect![[r#"
            POST / Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fa&RoleSessionName=stateline by KEY
            DynamoDb.SdkClientException: profile a: an error without a code: no message (status 500)
        "#]],
    )
    .await;
    let keys = [("AWS_ACCESS_KEY_ID", "KEY"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    check(
        &connectors(Some(server.address()), &keys),
        with_role(),
        &server,
        expect![[r#"
            POST / Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Ftask&RoleSessionName=stateline&ExternalId=arn%3Aaws%3Astates%3Aus-east-1%3A000000000000%3AstateMachine%3Am by KEY
            States.TaskFailed: The role arn:aws:iam::000000000000:role/machine is not authorized to assume the task state's role, arn:aws:iam::111122223333:role/task.
        "#]],
    )
    .await;
}

#[tokio::test]
async fn profiles_that_lead_nowhere_say_so() {
    let dir = TempDir::new().expect("a folder");
    let config = "[profile circle]\nrole_arn = r\nsource_profile = other\n\
        [profile other]\nrole_arn = r\nsource_profile = circle\n\
        [profile sso]\nsso_session = s\n\
        [profile alone]\nrole_arn = r\n\
        [profile process]\ncredential_process = echo hush >&2; exit 3\n";
    let config = profile(&dir, config);
    let server = Server::start(vec![dynamodb()]).await;
    let mut found = String::new();
    for name in ["circle", "sso", "alone", "process", "nobody"] {
        let variables = [("AWS_CONFIG_FILE", config.as_str()), ("AWS_PROFILE", name)];
        let told = told(&connectors(Some(server.address()), &variables), list()).await;
        writeln!(found, "{told}").expect("a text takes every line");
    }
    expect![[r#"
        DynamoDb.SdkClientException: profile circle: its source profiles lead in a circle
        DynamoDb.SdkClientException: profile sso signs in by single sign-on, which is left to AWS's command line: give another profile "credential_process = aws configure export-credentials --profile sso --format process"
        DynamoDb.SdkClientException: profile alone has a role_arn and neither source_profile nor credential_source
        DynamoDb.SdkClientException: credential_process of profile process failed (exit status: 3)
        DynamoDb.SdkClientException: profile nobody is in neither ~/.aws/config nor ~/.aws/credentials
    "#]]
    .assert_eq(&found);
    assert_eq!(server.asked(), "", "nothing is sent under an invented name");
}

#[tokio::test]
async fn new_credentials_take_over_from_old_ones() {
    let server = Server::start(vec![dynamodb(), ("GET /creds", 200, document("OLD", 6))]).await;
    let uri = format!("{}/creds", server.address());
    let connectors = connectors(Some(server.address()), &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)]);
    told(&connectors, list()).await;
    server.rule("GET /creds", 200, document("NEW", 3_600));
    tokio::time::sleep(Duration::from_millis(3_300)).await;
    told(&connectors, list()).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    told(&connectors, list()).await;
    let asked = server.asked();
    let names: Vec<&str> = asked.lines().filter_map(|line| line.split(" by ").nth(1)).collect();
    assert_eq!(names, ["OLD", "OLD", "NEW"]);
}

#[tokio::test]
async fn a_stage_of_api_gateway_is_not_called_when_credentials_fail() {
    let server = Server::start(vec![("GET /creds", 500, String::new())]).await;
    let uri = format!("{}/creds", server.address());
    let connectors = connectors(None, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)]);
    let input =
        json!({"ApiEndpoint": format!("127.0.0.1:{}", server.port), "Method": "GET", "AuthType": "IAM_ROLE"});
    let task = attempt("arn:aws:states:::apigateway:invoke", &input, 1);
    check(
        &connectors,
        task,
        &server,
        expect![[r#"
            GET /creds
            ApiGateway.SdkClientException: Unable to execute HTTP request: GET http://127.0.0.1:PORT/: credentials of the container: status 500
        "#]],
    )
    .await;
}
