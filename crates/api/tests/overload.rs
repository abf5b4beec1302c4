//! More than there is room for: who waits, who is refused, and what goes on all the same.

#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

mod support;

use serde_json::json;
use stateline_api::Settings;
use stateline_base::Limits;
use std::time::{Duration, Instant};
use support::{Server, post, wait};
use tokio::io::AsyncWriteExt;

fn is_throttled(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 400 ")
        && answer.contains("x-amz-retry-after: ")
        && answer.ends_with(
            r#"{"__type":"com.amazon.coral.service#ThrottlingException","message":"Rate exceeded"}"#,
        )
}

#[tokio::test(flavor = "multi_thread")]
async fn one_too_many_waits_a_moment_and_is_throttled() {
    let server = Server::start(Settings { runs_max: 1, ..Settings::default() }, Limits::default()).await;
    let machine = server.client.create("m", "EXPRESS", &wait(2)).await;
    let run = post("StartSyncExecution", &json!({"stateMachineArn": machine}).to_string());
    let begun = Instant::now();
    let (first, late, read) = tokio::join!(
        server.exchange(&run),
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            (server.exchange(&run).await, begun.elapsed())
        },
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            (server.exchange(&post("ListStateMachines", "{}")).await, begun.elapsed())
        }
    );
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    assert!(is_throttled(&late.0), "{}", late.0);
    assert!(late.1 > Duration::from_millis(400) && late.1 < Duration::from_millis(1_900), "{:?}", late.1);
    assert!(read.0.starts_with("HTTP/1.1 200") && read.1 < Duration::from_millis(1_900), "{}", read.0);
    // The place is free again, and whoever comes a little too early waits for it.
    let (first, next) = tokio::join!(server.exchange(&run), async {
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        server.exchange(&run).await
    });
    assert!(first.starts_with("HTTP/1.1 200") && next.starts_with("HTTP/1.1 200"), "{first} {next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_held_within_bounds() {
    let server =
        Server::start(Settings { bodies_bytes_max: 100_000, ..Settings::default() }, Limits::default()).await;
    // One sends most of its body, and then nothing.
    let mut slow = server.connect().await;
    slow.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n").await.expect("it reads");
    slow.write_all(&[b' '; 80_000]).await.expect("it reads");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let large = post("ListStateMachines", &format!("{{{}}}", " ".repeat(30_000)));
    let answer = server.exchange(&large).await;
    assert!(is_throttled(&answer), "{answer}");
    let answer = server.exchange(&post("ListStateMachines", "{}")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(slow);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answer = server.exchange(&large).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_endpoints_that_take_large_bodies_get_them() {
    let server = Server::plain().await;
    let check = |path: &str, status: &'static str| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n"
        );
        let server = &server;
        async move {
            let mut stream = server.connect().await;
            stream.write_all(head.as_bytes()).await.expect("it reads");
            let mut answer = [0; 12];
            let reading = tokio::io::AsyncReadExt::read_exact(&mut stream, &mut answer);
            let read = tokio::time::timeout(Duration::from_millis(300), reading).await;
            let said = read.map(|_| String::from_utf8_lossy(&answer).into_owned());
            assert_eq!(said.as_deref().unwrap_or("waits for it"), status);
        }
    };
    check("/", "HTTP/1.1 413").await;
    check("/stateline/system", "HTTP/1.1 413").await;
    check("/stateline/nothing", "HTTP/1.1 413").await;
    check("/stateline/language/diagnostics", "waits for it").await;
}
