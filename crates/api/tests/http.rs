//! The server on real sockets: limits, slow and broken clients, HTTP/2, stopping.

#![allow(clippy::disallowed_methods, reason = "tests wait, spawn and give up after a while")]

mod support;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use stateline_api::Settings;
use stateline_base::Limits;
use std::time::{Duration, Instant};
use support::{Server, pass, post, read_to_end, wait};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The JSON after the head of an answer.
fn body_of(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    serde_json::from_str(body).expect("every answer is JSON")
}

fn assert_answer(answer: &str, status: &str, kind: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    assert!(answer.contains("x-amzn-requestid: "), "{answer}");
    let name = body_of(answer)["__type"].as_str().unwrap_or_default().rsplit('#').next().map(str::to_owned);
    assert_eq!(name.as_deref(), Some(kind), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_that_the_server_is_up() {
    let server = Server::plain().await;
    let answer = server.exchange(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"status\":\"ok\"}"), "{answer}");
    assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    assert!(answer.contains("x-amzn-requestid: "), "{answer}");
    let answer = server.exchange(b"GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let answer = server.exchange(b"DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_answered_on_any_path() {
    let server = Server::plain().await;
    let answer = server.exchange(&post("ListStateMachines", "{}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("content-type: application/x-amz-json-1.0"), "{answer}");
    assert_eq!(body_of(&answer), json!({"stateMachines": []}));
    let request = "POST /any/path HTTP/1.1\r\nHost: other\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\n\
                   Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
                   1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
    let answer = server.exchange(request.as_bytes()).await;
    assert_eq!(body_of(&answer), json!({"stateMachines": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_serves_many_calls() {
    let server = Server::plain().await;
    let mut stream = server.connect().await;
    let call = String::from_utf8(post("ListStateMachines", "{}"))
        .expect("text")
        .replace("Connection: close\r\n", "");
    let mut ids = std::collections::HashSet::new();
    for _ in 0..3 {
        stream.write_all(call.as_bytes()).await.expect("the connection is kept");
        let mut buffer = vec![0; 4096];
        let count = stream.read(&mut buffer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&buffer[..count]).into_owned();
        let (_, rest) = answer.split_once("x-amzn-requestid: ").expect("a request id");
        ids.insert(rest[..36].to_owned());
    }
    assert_eq!(ids.len(), 3, "each answer has an id of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_get_aws_errors() {
    let server = Server::plain().await;
    assert_answer(&server.exchange(&post("Nonsense", "{}")).await, "400", "UnknownOperationException");
    assert_answer(&server.exchange(&post("TestState", "{}")).await, "400", "ValidationException");
    let request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.0\r\n\
                    Content-Length: 2\r\nConnection: close\r\n\r\n{}";
    assert_answer(&server.exchange(request).await, "400", "UnknownOperationException");
    assert_answer(
        &server.exchange(&post("ListStateMachines", "{\"a\"")).await,
        "400",
        "SerializationException",
    );
    assert_answer(&server.exchange(&post("ListStateMachines", "[]")).await, "400", "SerializationException");
    let nested = format!("{{\"maxResults\": {}", "[".repeat(500_000));
    assert_answer(
        &server.exchange(&post("ListStateMachines", &nested)).await,
        "400",
        "SerializationException",
    );
    let unknown = format!("{{\"other\": {}{}}}", "[".repeat(500_000), "]".repeat(500_000));
    assert!(server.exchange(&post("ListStateMachines", &unknown)).await.starts_with("HTTP/1.1 200"));
    let twice = r#"{"maxResults": 5000, "maxResults": 5}"#;
    assert!(server.exchange(&post("ListStateMachines", twice)).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_http_is_refused_and_hurts_nobody() {
    let server = Server::plain().await;
    let answer = server.exchange(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not http\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400") || answer.is_empty(), "{answer}");
    let head = format!("GET /health HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n", "x".repeat(100_000));
    let answer = server.exchange(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let many: String = (0..200).map(|n| format!("X-{n}: x\r\n")).collect();
    let answer = server.exchange(format!("GET /health HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert!(server.exchange(&post("ListStateMachines", "{}")).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_limited() {
    let limits = Limits { request_bytes_max: 1_000, ..Limits::default() };
    let server = Server::start(Settings::default(), limits).await;
    let body = format!("{{\"other\": \"{}\"}}", "x".repeat(987));
    assert_eq!(body.len(), 1_000);
    assert!(server.exchange(&post("ListStateMachines", &body)).await.starts_with("HTTP/1.1 200"));
    let body = format!("{body} ");
    assert_answer(
        &server.exchange(&post("ListStateMachines", &body)).await,
        "413",
        "RequestEntityTooLargeException",
    );
    // A body that only says that it is large is refused before it is sent.
    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n";
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.expect("the server reads");
    assert_answer(&read_to_end(&mut stream).await, "413", "RequestEntityTooLargeException");
    let chunk = format!("320\r\n{}\r\n", "x".repeat(800));
    let request =
        format!("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    assert_answer(&server.exchange(request.as_bytes()).await, "413", "RequestEntityTooLargeException");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_cut_short_starts_nothing() {
    let server = Server::plain().await;
    let machine = server.client.create("m", "STANDARD", &pass()).await;
    let body = json!({"stateMachineArn": machine}).to_string();
    let mut bytes = post("StartExecution", &body);
    bytes.pop();
    let mut stream = server.connect().await;
    stream.write_all(&bytes).await.expect("the server reads");
    stream.shutdown().await.expect("a connection has two sides");
    let answer = read_to_end(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    let list = server.client.ok("ListExecutions", json!({"stateMachineArn": machine})).await;
    assert_eq!(list["executions"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_are_cut_off() {
    let settings = Settings {
        head_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_millis(300),
        ..Settings::default()
    };
    let server = Server::start(settings, Limits::default()).await;
    let mut silent = server.connect().await;
    let mut half_preface = server.connect().await;
    half_preface.write_all(b"PRI * HTT").await.expect("the server reads");
    let mut half_head = server.connect().await;
    half_head.write_all(b"POST / HTTP/1.1\r\nHost: ").await.expect("the server reads");
    let mut half_body = server.connect().await;
    half_body
        .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        .await
        .expect("the server reads");
    let begun = Instant::now();
    assert_eq!(read_to_end(&mut silent).await, "");
    assert_eq!(read_to_end(&mut half_preface).await, "");
    let answer = read_to_end(&mut half_head).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_answer(&read_to_end(&mut half_body).await, "408", "RequestTimeoutException");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_over_the_limit_wait_for_their_turn() {
    let settings = Settings { connections_max: 1, ..Settings::default() };
    let server = Server::start(settings, Limits::default()).await;
    let machine = server.client.create("m", "EXPRESS", &wait(60)).await;
    // One that is being answered makes no room.
    let mut first = server.connect().await;
    let run = post("StartSyncExecution", &json!({"stateMachineArn": machine}).to_string());
    first.write_all(&run).await.expect("the server reads");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut second = server.connect().await;
    second.write_all(&post("ListStateMachines", "{}")).await.expect("the kernel takes it");
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(100), second.read(&mut byte)).await;
    assert!(early.is_err(), "the second connection is not served yet");
    drop(first);
    let answer = read_to_end(&mut second).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_makes_room() {
    let settings = Settings { connections_max: 1, ..Settings::default() };
    let server = Server::start(settings, Limits::default()).await;
    let machine = server.client.create("m", "EXPRESS", &wait(2)).await;
    // One that is being answered is left alone, however long it takes.
    let mut busy = server.connect().await;
    let body = json!({"stateMachineArn": machine}).to_string();
    busy.write_all(&post("StartSyncExecution", &body)).await.expect("the server reads");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut next = server.connect().await;
    next.write_all(b"POST / HTTP/1.1\r\nHost: ").await.expect("the kernel takes it");
    assert!(
        read_to_end(&mut busy).await.starts_with("HTTP/1.1 200"),
        "it is answered, and closed when it idles"
    );
    // One in the midst of its head is not being answered.
    let mut last = server.connect().await;
    last.write_all(&post("ListStateMachines", "{}")).await.expect("the kernel takes it");
    assert!(read_to_end(&mut last).await.starts_with("HTTP/1.1 200"));
    assert_eq!(read_to_end(&mut next).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_carries_many_calls_at_once() {
    let server = Server::plain().await;
    let stream = TokioIo::new(server.connect().await);
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2 is spoken");
    let connection = tokio::spawn(connection);
    let calls = (0..50).map(|_| {
        let mut sender = sender.clone();
        async move {
            let request = Request::post(format!("http://sync-{}/", "states.example"))
                .header("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
                .header("Content-Type", "application/x-amz-json-1.0")
                .body(Full::new(Bytes::from_static(b"{}")))
                .expect("a request");
            let answer = sender.send_request(request).await.expect("an answer");
            assert_eq!(answer.status(), 200);
            assert!(answer.headers().contains_key("x-amzn-requestid"));
            answer.into_body().collect().await.expect("a body").to_bytes()
        }
    });
    let calls: Vec<_> = calls.map(tokio::spawn).collect();
    for call in calls {
        assert_eq!(call.await.expect("no call panics"), Bytes::from_static(b"{\"stateMachines\":[]}"));
    }
    drop(sender);
    connection.await.expect("no panic").expect("the connection ends in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_is_in_flight_and_takes_nothing_new() {
    let mut server = Server::plain().await;
    let machine = server.client.create("m", "EXPRESS", &wait(1)).await;
    let mut busy = server.connect().await;
    let body = json!({"stateMachineArn": machine}).to_string();
    busy.write_all(&post("StartSyncExecution", &body)).await.expect("the server reads");
    let mut idle = server.connect().await;
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("the server reads");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let address = server.address;
    server.stop();
    assert!(read_to_end(&mut idle).await.starts_with("HTTP/1.1 200"), "an idle connection is closed");
    let answer = read_to_end(&mut busy).await;
    assert_eq!(body_of(&answer)["status"], "SUCCEEDED", "{answer}");
    server.stop().await.expect("the server ends");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_no_longer_than_it_may() {
    let settings = Settings { drain_timeout: Duration::from_millis(300), ..Settings::default() };
    let mut server = Server::start(settings, Limits::default()).await;
    let machine = server.client.create("m", "EXPRESS", &wait(60)).await;
    let mut busy = server.connect().await;
    let body = json!({"stateMachineArn": machine}).to_string();
    busy.write_all(&post("StartSyncExecution", &body)).await.expect("the server reads");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    server.stop().await.expect("the server ends");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(read_to_end(&mut busy).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_does_not_take_its_start_along() {
    let server = Server::plain().await;
    let machine = server.client.create("m", "STANDARD", &pass()).await;
    let body = json!({"stateMachineArn": machine, "name": "left"}).to_string();
    for _ in 0..20 {
        let mut stream = server.connect().await;
        stream.write_all(&post("StartExecution", &body)).await.expect("the server reads");
        drop(stream);
    }
    let execution = format!("{}:execution:m:left", support::PREFIX);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let list = server.client.ok("ListExecutions", json!({"stateMachineArn": machine})).await;
    let count = list["executions"].as_array().expect("a list").len();
    assert!(count <= 1, "a name is used once: {list}");
    if count == 1 {
        assert_eq!(server.client.ended(&execution).await["status"], "SUCCEEDED");
    }
}
