//! HTTP Tasks over TLS: a certificate that the system trusts, one that it does not, and no TLS at all.

#![allow(clippy::disallowed_methods, reason = "the tests talk to real sockets")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::*;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use stateline_connect::{Config, Connectors};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// For `localhost` and `127.0.0.1`, signed by itself, good for a hundred years. Its key guards nothing.
const CERTIFICATE: &str = include_str!("certificate/localhost.pem");
const KEY: &str = include_str!("certificate/key.base64");
const HTTP: &str = "arn:aws:states:::http:invoke";
/// Set in the process that trusts the certificate.
const TRUSTING: &str = "STATELINE_TEST_TRUSTS";

fn acceptor() -> TlsAcceptor {
    let der = |base64: String| STANDARD.decode(base64).expect("base64");
    let certificate: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the usual versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(der(certificate))],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(der(KEY.trim().to_owned()))),
        )
        .expect("the key is the certificate's");
    TlsAcceptor::from(Arc::new(config))
}

/// A server that answers `hi`, over TLS or not.
async fn server(tls: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = acceptor();
    tokio::spawn(async move {
        const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n42";
        let mut buffer = [0; 4096];
        while let Ok((mut stream, _)) = listener.accept().await {
            if !tls {
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(ANSWER).await;
            } else if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(ANSWER).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    port
}

/// Connectors with a connection to that port, and the input of a task that uses it.
fn task(port: u16) -> (Connectors, Value) {
    let connection = json!({"authorization": "BASIC", "username": "me", "password": "hush"});
    let mut config = Config::new(".");
    config
        .connections
        .insert("basic".to_owned(), serde_json::from_value(connection).expect("a good connection"));
    let input = json!({
        "ApiEndpoint": format!("https://localhost:{port}/x"),
        "Method": "GET",
        "InvocationConfig": {"ConnectionArn": "arn:aws:events:us-east-1:000000000000:connection/basic/1"}
    });
    (start(config), input)
}

async fn get(port: u16) -> String {
    let (connectors, input) = task(port);
    call(&connectors, HTTP, &input).await
}

/// Runs one of these tests in a process that has its certificates from there; they are read from
/// variables, which only another process can have otherwise.
fn run_trusting(test: &str, certificate: &Path) {
    let ran = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test])
        .env(TRUSTING, "1")
        .env("SSL_CERT_FILE", certificate)
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn certificates_that_the_system_trusts_are_trusted() {
    if std::env::var_os(TRUSTING).is_some() {
        let answer = get(server(true).await).await;
        assert!(answer.contains(r#""ResponseBody":42"#), "{answer}");
        return;
    }
    let certificate = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificate/localhost.pem");
    run_trusting("certificates_that_the_system_trusts_are_trusted", &certificate);
}

#[tokio::test]
async fn certificates_that_could_not_be_read_are_read_the_next_time() {
    if std::env::var_os(TRUSTING).is_some() {
        let file = std::env::var_os("SSL_CERT_FILE").expect("the parent names it");
        let (connectors, input) = task(server(true).await);
        let answer = call(&connectors, HTTP, &input).await;
        assert!(answer.contains("the system's certificates cannot be read: "), "{answer}");
        std::fs::write(file, CERTIFICATE).expect("written");
        let answer = call(&connectors, HTTP, &input).await;
        assert!(answer.contains(r#""ResponseBody":42"#), "{answer}");
        return;
    }
    let dir = tempfile::TempDir::new().expect("a folder");
    let certificate = dir.path().join("later.pem");
    run_trusting("certificates_that_could_not_be_read_are_read_the_next_time", &certificate);
}

#[tokio::test]
async fn other_certificates_and_no_tls_are_socket_errors_that_tell_where() {
    let port = server(true).await;
    let start =
        format!("States.Http.Socket: GET https://localhost:{port}/x: Connect to localhost:{port} failed: ");
    let found = get(port).await;
    assert!(found.starts_with(&format!("{start}invalid peer certificate: ")), "{found}");
    let port = server(false).await;
    let found = get(port).await;
    assert!(
        found.starts_with(&format!(
            "States.Http.Socket: GET https://localhost:{port}/x: Connect to localhost:{port} failed: "
        )),
        "{found}"
    );
    assert!(found.contains("corrupt message"), "{found}");
}
