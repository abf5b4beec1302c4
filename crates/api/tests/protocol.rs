//! Odd and hostile requests on real sockets: what HTTP allows and hardly anybody
//! sends, what it forbids, and bodies made to hurt.

#![allow(clippy::disallowed_methods, reason = "tests wait and give up after a while")]

mod support;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use stateline_api::Settings;
use stateline_base::Limits;
use std::io::Write;
use std::time::{Duration, Instant};
use support::{ROLE, Server, pass, read_to_end};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// What a body that is made to hurt may take; quadratic work would take minutes.
const PATIENCE: Duration = Duration::from_secs(20);
const JSON: &str = "Content-Type: application/x-amz-json-1.0\r\n";

/// A request with these head lines (each with its line end) after the first, and this body.
fn request(operation: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "POST / HTTP/1.1\r\nX-Amz-Target: AWSStepFunctions.{operation}\r\nContent-Length: {}\r\n{head}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn plain(operation: &str, body: &[u8]) -> Vec<u8> {
    request(operation, &format!("Host: x\r\n{JSON}Connection: close\r\n"), body)
}

/// Status and short name of the error, or `200`.
fn outcome(answer: &str) -> String {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let name = body["__type"].as_str().and_then(|name| name.rsplit('#').next()).unwrap_or_default();
    format!("{status} {name}").trim_end().to_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Reads one answer with a `content-length` from a connection that stays open.
async fn read_one(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or_default();
            if body.len() >= length {
                return text.into_owned();
            }
        }
        let mut byte = [0];
        let read = timeout(PATIENCE, stream.read(&mut byte)).await.expect("an answer in time");
        assert_eq!(
            read.expect("the connection holds"),
            1,
            "it ended after {}",
            String::from_utf8_lossy(&answer)
        );
        answer.push(byte[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_is_never_looked_at() {
    let server = Server::plain().await;
    for host in [
        "Host: sync-localhost\r\n",
        "Host: sync-127.0.0.1:8083\r\n",
        "Host: sync-states.us-east-1.amazonaws.com\r\n",
        "Host:\r\n",
        "Host: \r\n",
        "Host: ]]not a host[[ ::::\r\n",
        "Host: \u{e4}\u{f6}\r\n",
        "Host: a\r\nHost: b\r\n",
        "",
    ] {
        for version in ["HTTP/1.1", "HTTP/1.0"] {
            let call = request("ListStateMachines", &format!("{host}{JSON}Connection: close\r\n"), b"{}");
            let call = String::from_utf8(call).expect("text").replacen("HTTP/1.1", version, 1);
            let answer = server.exchange(call.as_bytes()).await;
            assert_eq!(outcome(&answer), "200", "{host:?} {version}: {answer}");
        }
    }
    // A proxy's form of the request line names a host too.
    let call = String::from_utf8(plain("ListStateMachines", b"{}")).expect("text");
    let call = call.replacen("POST / ", "POST http://sync-localhost:8083/ ", 1);
    assert_eq!(outcome(&server.exchange(call.as_bytes()).await), "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_protocol_claims_is_answered_as_aws_does() {
    let server = Server::plain().await;
    for known in [
        "application/x-amz-json-1.0",
        "application/x-amz-json-1.1",
        "application/json",
        "Application/X-Amz-JSON-1.0",
        "application/x-amz-json-1.0; charset=utf-8",
        " application/json ;charset=UTF-8",
    ] {
        let head = format!("Host: x\r\nContent-Type: {known}\r\nConnection: close\r\n");
        let answer = server.exchange(&request("ListStateMachines", &head, b"{}")).await;
        assert_eq!(outcome(&answer), "200", "{known}");
    }
    for other in ["Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n", ""] {
        let head = format!("Host: x\r\n{other}Connection: close\r\n");
        let answer = server.exchange(&request("ListStateMachines", &head, b"{}")).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{other}: {answer}");
        assert!(answer.ends_with("\r\n\r\n<UnknownOperationException/>\n"), "{answer}");
        assert!(answer.contains("x-amzn-requestid: ") && !answer.contains("content-type"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_bodies_are_read_within_the_limit() {
    let server = Server::plain().await;
    let limit = Limits::default().request_bytes_max;
    let send = async |encoding: &str, body: &[u8]| {
        let head = format!("Host: x\r\n{JSON}Content-Encoding: {encoding}\r\nConnection: close\r\n");
        outcome(&server.exchange(&request("ListStateMachines", &head, body)).await)
    };
    assert_eq!(send("gzip", &gzip(b"{\"maxResults\": 5}")).await, "200");
    assert_eq!(send("gzip", &gzip(b"{\"maxResults\": 5000}")).await, "400 ValidationException");
    assert_eq!(send("identity", b"{}").await, "200");
    assert_eq!(send("br", b"{}").await, "415 UnsupportedMediaTypeException");
    assert_eq!(send("gzip", b"{}").await, "400 SerializationException");
    let whole = gzip(b"{\"maxResults\": 5}");
    assert_eq!(send("gzip", &whole[..whole.len() - 3]).await, "400 SerializationException");
    let mut full = b"{}".to_vec();
    full.resize(limit, b' ');
    assert_eq!(send("gzip", &gzip(&full)).await, "200");
    full.resize(1 << 28, b' ');
    let bomb = gzip(&full);
    drop(full);
    assert!(bomb.len() < limit, "the bomb itself is let in: {}", bomb.len());
    let begun = Instant::now();
    assert_eq!(send("gzip", &bomb).await, "413 RequestEntityTooLargeException");
    assert!(begun.elapsed() < PATIENCE);
    // The connection goes on after a body that was read to its end and refused.
    let mut stream = server.connect().await;
    let refused = request("ListStateMachines", &format!("Host: x\r\n{JSON}Content-Encoding: br\r\n"), b"{}");
    for _ in 0..2 {
        stream.write_all(&refused).await.expect("the connection is kept");
        assert_eq!(outcome(&read_one(&mut stream).await), "415 UnsupportedMediaTypeException");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_first_is_told_to_go_on() {
    let server = Server::plain().await;
    let mut stream = server.connect().await;
    let whole = request("ListStateMachines", &format!("Host: x\r\n{JSON}Expect: 100-continue\r\n"), b"{}");
    let (head, body) = whole.split_at(whole.len() - 2);
    stream.write_all(head).await.expect("the server reads");
    let asked = read_one(&mut stream).await;
    assert_eq!(asked, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).await.expect("the server reads");
    assert_eq!(outcome(&read_one(&mut stream).await), "200");
    // One that asks for too much is refused instead.
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\n{JSON}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
    );
    let answer = server.exchange(head.as_bytes()).await;
    assert_eq!(outcome(&answer), "413 RequestEntityTooLargeException");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_may_come_before_the_answers_and_in_any_pieces() {
    let server = Server::plain().await;
    let mut stream = server.connect().await;
    let call = |size: u32| {
        request(
            "ListStateMachines",
            &format!("Host: x\r\n{JSON}"),
            format!("{{\"maxResults\": {size}}}").as_bytes(),
        )
    };
    // Ten requests in one write; every second one is refused, so that the order of the answers shows.
    let many: Vec<u8> = (0..10).flat_map(|n| call(if n % 2 == 0 { 5 } else { 5000 })).collect();
    stream.write_all(&many).await.expect("the server reads");
    for n in 0..10 {
        let expected = if n % 2 == 0 { "200" } else { "400 ValidationException" };
        assert_eq!(outcome(&read_one(&mut stream).await), expected, "request {n}");
    }
    for byte in call(7) {
        stream.write_all(&[byte]).await.expect("the server reads");
        stream.flush().await.expect("the server reads");
    }
    assert_eq!(outcome(&read_one(&mut stream).await), "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_have_their_answers() {
    let server = Server::plain().await;
    let ask = async |method: &str, path: &str| {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        server.exchange(head.as_bytes()).await.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(ask("GET", "/health").await, "200");
    assert_eq!(ask("HEAD", "/health").await, "200");
    assert_eq!(ask("GET", "/stateline/tasks").await, "200");
    assert_eq!(ask("GET", "/stateline/tasks?maxResults=none").await, "400");
    assert_eq!(ask("GET", "/stateline/tasks?nextToken=none").await, "400");
    let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:none";
    assert_eq!(ask("GET", &format!("/stateline/tasks?stateMachineArn={machine}")).await, "400");
    assert_eq!(ask("GET", "/stateline/other").await, "404");
    assert_eq!(ask("GET", "/").await, "200");
    assert_eq!(ask("HEAD", "/").await, "200");
    assert_eq!(ask("GET", "/other").await, "404");
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        assert_eq!(ask(method, "/").await, "405", "{method}");
    }
    assert_eq!(ask("CONNECT", "x:1").await, "405");
    assert_eq!(ask("POST", "/health").await, "404");
    let head = server.exchange(b"HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(head.ends_with("\r\n\r\n"), "a HEAD has no body: {head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_framing_is_refused_and_smuggles_nothing() {
    let server = Server::plain().await;
    let hidden = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\n\r\n";
    for head in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: two\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Bad Name: x\r\n",
        ": x\r\n",
        "X: a\0b\r\n",
        " folded: x\r\n",
    ] {
        let bytes = format!("POST / HTTP/1.1\r\nHost: x\r\n{JSON}{head}\r\n{{}}{hidden}");
        let answer = server.exchange(bytes.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400") || answer.is_empty(), "{head:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), answer.len().min(1), "{head:?}: {answer}");
    }
    for chunks in ["zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}XX0\r\n\r\n", "fffffffffffffffff\r\n{}", "-2\r\n{}\r\n"] {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\n";
        let bytes = format!("{head}{JSON}Transfer-Encoding: chunked\r\n\r\n{chunks}");
        let answer = server.exchange(bytes.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400") || answer.is_empty(), "{chunks:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_heads_end_with_431() {
    let server = Server::plain().await;
    let with = |lines: &str| format!("GET /health HTTP/1.1\r\n{lines}Connection: close\r\n\r\n").into_bytes();
    let status = async |bytes: Vec<u8>| {
        let answer = server.exchange(&bytes).await;
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let lines = |count: usize| (0..count).map(|n| format!("X-{n}: x\r\n")).collect::<String>();
    assert_eq!(status(with(&lines(99))).await, "200");
    assert_eq!(status(with(&lines(101))).await, "431");
    assert_eq!(status(with(&format!("X: {}\r\n", "x".repeat(60_000)))).await, "200");
    assert_eq!(status(with(&format!("X: {}\r\n", "x".repeat(70_000)))).await, "431");
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000));
    let answer = status(long.into_bytes()).await;
    assert!(answer == "414" || answer == "431", "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_keeps_the_limits() {
    use bytes::Bytes;
    use http_body_util::Full;
    use hyper::Request;
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let server =
        Server::start(Settings::default(), Limits { request_bytes_max: 1_000, ..Limits::default() }).await;
    let stream = TokioIo::new(server.connect().await);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2 is spoken");
    let connection = tokio::spawn(connection);
    let mut send = async |extra: usize, size: usize| {
        let request = Request::post("http://sync-127.0.0.1:8083/")
            .header("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Extra", "x".repeat(extra))
            .body(Full::new(Bytes::from(format!("{{}}{}", " ".repeat(size)))))
            .expect("a request");
        sender.send_request(request).await.map(|answer| answer.status().as_u16()).unwrap_or_default()
    };
    assert_eq!(send(0, 0).await, 200);
    assert_eq!(send(0, 100_000).await, 413);
    assert_eq!(send(70_000, 0).await, 431);
    assert_eq!(send(0, 900).await, 200, "the connection goes on");
    drop(sender);
    drop(timeout(PATIENCE, connection).await.expect("the connection ends"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nesting_costs_neither_stack_nor_time() {
    const DEEP: usize = 1_000_000;
    let server = Server::plain().await;
    let machine = server.client.create("m", "STANDARD", &pass()).await;
    let limits = Limits::default();
    let open = |count: usize| "[".repeat(count);
    let both = |count: usize| format!("{}{}", "[".repeat(count), "]".repeat(count));
    let objects = |count: usize| format!("{}1{}", "{\"a\":".repeat(count), "}".repeat(count));
    let send = async |operation: &str, body: String| {
        let begun = Instant::now();
        let answer = server.exchange(&plain(operation, body.as_bytes())).await;
        assert!(begun.elapsed() < PATIENCE, "{operation} took {:?}", begun.elapsed());
        outcome(&answer)
    };
    // In the body itself: passed over where the member is unknown, refused where it is not text.
    assert_eq!(send("ListStateMachines", format!("{{\"x\": {}}}", both(DEEP))).await, "200");
    assert_eq!(send("ListStateMachines", open(DEEP)).await, "400 SerializationException");
    assert_eq!(
        send("ListStateMachines", format!("{{\"nextToken\": {}}}", both(DEEP))).await,
        "400 SerializationException"
    );
    // In an input's text: over the payload's size, and as deep as the size allows.
    let start = |input: String| json!({"stateMachineArn": machine, "input": input}).to_string();
    assert_eq!(send("StartExecution", start(both(DEEP))).await, "400 ValidationException");
    let depth = limits.payload_bytes_max / 2;
    assert_eq!(send("StartExecution", start(both(depth))).await, "400 InvalidExecutionInput");
    assert_eq!(send("StartExecution", start(open(depth))).await, "400 InvalidExecutionInput");
    assert_eq!(
        send("StartExecution", start(objects(limits.payload_bytes_max / 7))).await,
        "400 InvalidExecutionInput"
    );
    // In a definition's text.
    for definition in
        [open(DEEP), both(DEEP / 2), objects(DEEP / 7), format!("{{\"States\": {}}}", both(DEEP / 2))]
    {
        let create = json!({"name": "deep", "roleArn": ROLE, "definition": definition}).to_string();
        assert_eq!(send("CreateStateMachine", create).await, "400 InvalidDefinition");
        let validate = json!({"definition": definition}).to_string();
        assert_eq!(send("ValidateStateMachineDefinition", validate).await, "200");
    }
    let answer = server.exchange(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_text_is_refused_or_kept() {
    let server = Server::plain().await;
    let machine = server.client.create("m", "STANDARD", &pass()).await;
    let send = async |operation: &str, body: &[u8]| outcome(&server.exchange(&plain(operation, body)).await);
    for body in [
        &b"\xff\xfe{}"[..],
        b"\xef\xbb\xbf{}",
        b"{\"nextToken\": \"\xc3\x28\"}",
        b"{\"nextToken\": \"\xed\xa0\x80\"}",
        b"{}\0",
        b"\0",
        b"{\"nextToken\": \"a\0b\"}",
        b"{\"nextToken\": \"\\ud800\"}",
        b"{\"nextToken\": \"\\udc00\\ud800\"}",
        b"{\"maxResults\": 1e999999999}",
        b"{\"maxResults\": 99999999999999999999999999}",
        b"{\"maxResults\": 1.5}",
        b"{\"maxResults\": NaN}",
        b"{'maxResults': 1}",
        b"null",
        b"true",
        b"\"text\"",
        b" ",
    ] {
        let found = send("ListStateMachines", body).await;
        assert_eq!(found, "400 SerializationException", "{}", String::from_utf8_lossy(body));
    }
    let digits = format!("{{\"maxResults\": {}}}", "9".repeat(1_000_000));
    assert_eq!(send("ListStateMachines", digits.as_bytes()).await, "400 SerializationException");
    // Of a member that comes twice the last one counts.
    assert_eq!(send("ListStateMachines", br#"{"maxResults": 5000, "maxResults": 5}"#).await, "200");
    assert_eq!(
        send("ListStateMachines", br#"{"maxResults": 5, "maxResults": 5000}"#).await,
        "400 ValidationException"
    );
    let many = format!("{{{}\"maxResults\": 5}}", "\"maxResults\": 5000,".repeat(100_000));
    assert_eq!(send("ListStateMachines", many.as_bytes()).await, "200");
    for input in ["\"\\ud800\"", "\u{feff}{}", "{\"a\": 1e999999999}", "\"a\u{0}b\"", "{}\u{0}", "[1,]", "01"]
    {
        let body = json!({"stateMachineArn": machine, "input": input}).to_string();
        assert_eq!(send("StartExecution", body.as_bytes()).await, "400 InvalidExecutionInput", "{input:?}");
    }
    // What is odd and right comes back as it was written.
    for input in [
        "{\"a\":1,\"a\":2}",
        "123456789012345678901234567890",
        "\"\\u0000\"",
        "1e-400",
        "\"\u{10ffff}\\ud83d\\ude00\"",
    ] {
        let execution = server.client.start(&machine, input).await;
        assert_eq!(server.client.ended(&execution).await["input"], input);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dripping_clients_are_cut_off_at_the_deadline() {
    let settings = Settings {
        head_timeout: Duration::from_millis(400),
        body_timeout: Duration::from_millis(400),
        ..Settings::default()
    };
    let server = Server::start(settings, Limits::default()).await;
    // A byte now and then does not buy more time, in a head or in a body.
    for start in [
        format!("POST / HTTP/1.1\r\n{JSON}X-Slow: "),
        format!("POST / HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: 1000\r\n\r\n"),
    ] {
        let mut stream = server.connect().await;
        stream.write_all(start.as_bytes()).await.expect("the server reads");
        let begun = Instant::now();
        while stream.write_all(b"x").await.is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(5), "{start}");
            sleep(Duration::from_millis(50)).await;
        }
    }
    // One that is served and then idles is closed too.
    let mut idle = server.connect().await;
    idle.write_all(&request("ListStateMachines", &format!("Host: x\r\n{JSON}"), b"{}"))
        .await
        .expect("it reads");
    assert_eq!(outcome(&read_to_end(&mut idle).await), "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_do_not_read_are_cut_off() {
    let settings =
        Settings { answer_timeout: Duration::from_millis(300), connections_max: 1, ..Settings::default() };
    let server = Server::start(settings, Limits::default()).await;
    let mut definition: Value = serde_json::from_str(&pass()).expect("JSON");
    definition["Comment"] = Value::String("x".repeat(1_000_000));
    let machine = server.client.create("m", "STANDARD", &definition.to_string()).await;
    let body = json!({"stateMachineArn": machine}).to_string();
    let ask = request("DescribeStateMachine", &format!("Host: x\r\n{JSON}"), body.as_bytes());
    let mut greedy = server.connect().await;
    // Far more than the sockets' buffers hold.
    greedy.write_all(&ask.repeat(40)).await.expect("the server reads");
    // The only slot becomes free again.
    let answer = timeout(PATIENCE, server.exchange(&plain("ListStateMachines", b"{}"))).await;
    assert_eq!(outcome(&answer.expect("the one that does not read is cut off")), "200");
}
