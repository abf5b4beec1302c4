//! The console's page and files over sockets, and who is kept away from them. The build may hold
//! the console or the page that stands for it; what is tested here holds for both.

#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

mod support;

use expect_test::{Expect, expect};
use stateline_api::{Console, Hosts, Settings};
use stateline_base::Limits;
use support::Server;

fn settings(console: Console) -> Settings {
    Settings { console, ..Settings::default() }
}

/// One request, its headers one a line, on a connection of its own.
async fn ask(server: &Server, line: &str, headers: &str) -> String {
    let mut request = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
    for header in headers.lines().map(str::trim).filter(|header| !header.is_empty()) {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    server.exchange(request.as_bytes()).await
}

fn parts(answer: &str) -> (&str, &str) {
    answer.split_once("\r\n\r\n").expect("an answer has a head")
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = parts(answer);
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_comes_with_all_its_headers() {
    let server = Server::plain().await;
    let page = ask(&server, "GET /", "Host: localhost\nAccept: text/html").await;
    let (head, body) = parts(&page);
    let told = |line: &&str| {
        !["etag", "date", "content-length", "x-amzn-requestid"].iter().any(|name| line.starts_with(name))
    };
    let head: Vec<&str> = head.lines().filter(told).collect();
    expect![[r#"
        HTTP/1.1 200 OK
        content-type: text/html; charset=utf-8
        cache-control: no-cache
        vary: accept-encoding
        content-security-policy: default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        x-content-type-options: nosniff
        referrer-policy: no-referrer
        cross-origin-opener-policy: same-origin
        cross-origin-resource-policy: same-origin
        permissions-policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()
        connection: close"#]].assert_eq(&head.join("\n"));
    assert!(body.starts_with("<!doctype html>"), "{body}");
    assert_eq!(header(&page, "content-length"), Some(&*body.len().to_string()));
    assert!(header(&page, "x-amzn-requestid").is_some());
    let by_name = ask(&server, "GET /index.html", "Host: localhost").await;
    assert_eq!(parts(&by_name).1, body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_wants_no_page_gets_none() {
    let server = Server::plain().await;
    let answer = ask(&server, "GET /", "Host: localhost\nAccept: application/json").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("\"message\":\"Nothing is here."), "{answer}");
    for path in ["/assets/none.js", "/assets/", "/assets", "//", "/../Cargo.toml", "/index.html/"] {
        let answer = ask(&server, &format!("GET {path}"), "Host: localhost").await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    let answer = ask(&server, "DELETE /", "Host: localhost").await;
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let server = Server::plain().await;
    let page = ask(&server, "GET /", "Host: localhost").await;
    let tag = header(&page, "etag").expect("a tag").to_owned();
    for line in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = ask(&server, "GET /", &format!("Host: localhost\nIf-None-Match: {line}")).await;
        assert!(again.starts_with("HTTP/1.1 304"), "{line}: {again}");
        assert_eq!(parts(&again).1, "", "{line}");
        assert_eq!(header(&again, "etag"), Some(&*tag));
        assert_eq!(header(&again, "cache-control"), Some("no-cache"));
        assert!(header(&again, "content-security-policy").is_some());
    }
    let other = ask(&server, "GET /", "Host: localhost\nIf-None-Match: \"other\"").await;
    assert_eq!(parts(&other).1, parts(&page).1);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_says_what_get_would() {
    let server = Server::plain().await;
    let lines = |answer: &str| -> Vec<String> {
        let told = |line: &&str| !line.starts_with("date") && !line.starts_with("x-amzn-requestid");
        parts(answer).0.lines().filter(told).map(str::to_owned).collect()
    };
    for headers in ["Host: localhost", "Host: localhost\nAccept-Encoding: gzip, br"] {
        let get = ask(&server, "GET /", headers).await;
        let head = ask(&server, "HEAD /", headers).await;
        assert_eq!(lines(&head), lines(&get));
        assert_eq!(parts(&head).1, "");
    }
}

/// Whatever files this build has: each in all its forms, with the right age.
#[tokio::test(flavor = "multi_thread")]
async fn every_file_is_served() {
    let server = Server::plain().await;
    for path in stateline_console::paths() {
        let plain = ask(&server, &format!("GET /{path}"), "Host: localhost").await;
        assert!(plain.starts_with("HTTP/1.1 200"), "{path}: {plain}");
        assert_eq!(header(&plain, "content-encoding"), None, "{path}");
        let aged = header(&plain, "cache-control").expect("an age");
        assert_eq!(aged.contains("immutable"), path.starts_with("assets/"), "{path}: {aged}");
        let packed =
            ask(&server, &format!("GET /{path}"), "Host: localhost\nAccept-Encoding: br, gzip").await;
        let coding = header(&packed, "content-encoding");
        assert_eq!(header(&packed, "etag") == header(&plain, "etag"), coding.is_none(), "{path}: {coding:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_is_switched_off_is_not_there() {
    let server =
        Server::start(settings(Console { enabled: false, ..Console::default() }), Limits::default()).await;
    let answer = ask(&server, "GET /", "Host: localhost\nAccept: text/html").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let answer = ask(&server, "GET /stateline/tasks", "Host: localhost").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_names_and_sites_are_kept_away() {
    let server = Server::plain().await;
    let check = async |line: &str, headers: &str, expected: Expect| {
        let answer = ask(&server, line, headers).await;
        let (head, body) = parts(&answer);
        expected.assert_eq(&format!("{}\n{}", head.lines().next().unwrap_or_default(), body.trim_end()));
    };
    check(
        "GET /",
        "Host: evil.example:8083\nAccept: text/html",
        expect![[r#"
            HTTP/1.1 421 Misdirected Request
            this server is not known as 'evil.example'; reach it by its address or as localhost, or list the name in stateline.toml: [console] hosts = ["evil.example"]"#]],
    )
    .await;
    check(
        "GET /stateline/tasks",
        "Host: evil.example",
        expect![[r#"
            HTTP/1.1 421 Misdirected Request
            {"__type":"com.amazon.coral.service#MisdirectedRequestException","message":"this server is not known as 'evil.example'; reach it by its address or as localhost, or list the name in stateline.toml: [console] hosts = [\"evil.example\"]"}"#]],
    )
    .await;
    let operation = "X-Amz-Target: AWSStepFunctions.ListStateMachines\nContent-Type: application/x-amz-json-1.0\nContent-Length: 0";
    check(
        "POST /",
        &format!("Host: sync-evil.example\n{operation}"),
        expect![[r#"
        HTTP/1.1 200 OK
        {"stateMachines":[]}"#]],
    )
    .await;
    check(
        "POST /",
        &format!("Host: 127.0.0.1\nSec-Fetch-Site: cross-site\n{operation}"),
        expect![[r#"
            HTTP/1.1 403 Forbidden
            {"__type":"com.amazon.coral.service#AccessDeniedException","message":"a page of another site may not call this server (Sec-Fetch-Site: cross-site); its own console may, and programs that are no browsers"}"#]],
    )
    .await;
    check(
        "POST /",
        &format!("Host: 127.0.0.1\nOrigin: http://127.0.0.1\nSec-Fetch-Site: same-origin\n{operation}"),
        expect![[r#"
        HTTP/1.1 200 OK
        {"stateMachines":[]}"#]],
    )
    .await;
    // A page of another site may link to the console.
    let linked =
        ask(&server, "GET /", "Host: localhost\nAccept: text/html\nSec-Fetch-Site: cross-site").await;
    assert!(linked.starts_with("HTTP/1.1 200"), "{linked}");
}

/// What the server's own endpoints tell stays with who asked, whatever it is.
#[tokio::test(flavor = "multi_thread")]
async fn own_answers_are_for_their_callers_only() {
    let server = Server::plain().await;
    for line in [
        "GET /stateline/tasks",
        "HEAD /stateline/system",
        "GET /stateline/drafts/item?id=none",
        "GET /stateline/executions?x=y",
        "GET /stateline/language/palette",
        "PATCH /stateline/drafts",
        "HEAD /stateline/changes",
    ] {
        let answer = ask(&server, line, "Host: localhost").await;
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(header(&answer, name), Some(value), "{line}: {answer}");
        }
    }
    // Nobody asks for the health of a server in secret.
    assert_eq!(header(&ask(&server, "GET /health", "Host: localhost").await, "cache-control"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxys_name_can_be_listed() {
    let hosts = Hosts::Known(vec!["ops.example.com".to_owned()]);
    let server = Server::start(settings(Console { hosts, ..Console::default() }), Limits::default()).await;
    for (host, status) in [("ops.example.com", "200"), ("localhost:1", "200"), ("www.example.com", "421")] {
        let answer = ask(&server, "GET /", &format!("Host: {host}")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
    let open =
        Server::start(settings(Console { hosts: Hosts::Any, ..Console::default() }), Limits::default()).await;
    let answer = ask(&open, "GET /stateline/tasks", "Host: www.example.com").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
