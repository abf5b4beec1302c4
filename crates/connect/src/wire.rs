//! The HTTP client that all connectors share: one pool of connections a process, one exchange a call.
//!
//! It knows nothing of services. Nothing is sent twice by it, except a request that it never began
//! to write because a kept connection was gone.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::header::HeaderMap;
use hyper::http::response::Parts;
use hyper::{Request, Response, Uri};
use hyper_rustls::builderstates::WantsSchemes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::TokioExecutor;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// A request, ready to leave. Its address is absolute.
pub(crate) type Sent = Request<Full<Bytes>>;

type Plain = Client<HttpConnector, Full<Bytes>>;
type Tls = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The client and its connections.
pub(crate) struct Wire {
    plain: Plain,
    /// Certificates are read from the system only where they are needed, and again as long as they
    /// cannot be read.
    tls: OnceLock<Tls>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// The text beside the status, as the server wrote it: `Not Found`.
    pub reason: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// A header's value, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All headers as text, in the order they came in.
    pub fn listed_headers(&self) -> Vec<(String, String)> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        self.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// No connection came about: host and port, and why. Nothing was sent.
    Connect(String, String),
    /// The connection broke before the answer began: host and port, and why.
    Broken(String, String),
    /// The answer began and broke off: host and port, and why.
    Truncated(String, String),
    /// The answer has more bytes than are read.
    TooLarge(usize),
    /// It took longer than this: host and port, and the time.
    TimedOut(String, Duration),
    /// The system's certificates cannot be read.
    Certificates(String),
}

impl NoAnswer {
    /// Whether there may be an answer a moment later.
    pub fn may_pass(&self) -> bool {
        !matches!(self, NoAnswer::TooLarge(_) | NoAnswer::Certificates(_))
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoAnswer::Connect(authority, reason) => write!(f, "Connect to {authority} failed: {reason}"),
            NoAnswer::Broken(authority, reason) => write!(f, "{authority} failed to respond: {reason}"),
            NoAnswer::Truncated(authority, reason) => {
                write!(f, "the answer of {authority} broke off: {reason}")
            }
            NoAnswer::TooLarge(bytes) => write!(f, "the answer has more than {bytes} bytes"),
            NoAnswer::TimedOut(authority, time) => {
                write!(
                    f,
                    "Read timed out: {authority} has not answered within {} seconds",
                    time.as_secs_f64()
                )
            }
            NoAnswer::Certificates(reason) => {
                write!(f, "the system's certificates cannot be read: {reason}")
            }
        }
    }
}

impl Wire {
    /// A client without connections.
    pub fn new() -> Self {
        Wire { plain: Client::builder(TokioExecutor::new()).build(connector()), tls: OnceLock::new() }
    }

    /// A client that trusts no certificates but these and what they vouch for, given as PEM.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence's part.
    pub fn trusting(pem: &[u8]) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| error.to_string())?;
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
        if roots.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        let config = ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = tls_client(HttpsConnectorBuilder::new().with_tls_config(config));
        Ok(Wire { tls: OnceLock::from(tls), ..Wire::new() })
    }

    /// Sends a request and reads the whole answer, of at most so many bytes, within so much time.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn exchange(
        &self,
        request: Sent,
        bytes_max: usize,
        time_max: Duration,
    ) -> Result<Answer, NoAnswer> {
        let authority = authority_of(request.uri());
        let exchange = async { Self::whole(self.open(request).await?, &authority, bytes_max).await };
        let answer = tokio::time::timeout(time_max, exchange).await;
        answer.unwrap_or_else(|_| Err(NoAnswer::TimedOut(authority.clone(), time_max)))
    }

    /// Reads the answer of `authority`, which is host and port, to its end: at most so many bytes.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn whole(
        answer: Response<Incoming>,
        authority: &str,
        bytes_max: usize,
    ) -> Result<Answer, NoAnswer> {
        let (head, body) = answer.into_parts();
        match Limited::new(body, bytes_max).collect().await {
            Ok(body) => {
                let (status, reason, body) = (head.status.as_u16(), reason(&head), body.to_bytes());
                Ok(Answer { status, reason, headers: head.headers, body })
            }
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                Err(NoAnswer::TooLarge(bytes_max))
            }
            Err(error) => Err(NoAnswer::Truncated(authority.to_owned(), innermost(error.as_ref()))),
        }
    }

    /// Sends a request; the answer's body is still to be read.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn open(&self, request: Sent) -> Result<Response<Incoming>, NoAnswer> {
        let authority = authority_of(request.uri());
        let answer = match self.tls_for(request.uri()).map_err(NoAnswer::Certificates)? {
            None => self.plain.request(request),
            Some(tls) => tls.request(request),
        };
        answer.await.map_err(|error| no_answer(authority, &error))
    }

    fn tls_for(&self, uri: &Uri) -> Result<Option<&Tls>, String> {
        if uri.scheme_str() != Some("https") {
            return Ok(None);
        }
        if let Some(tls) = self.tls.get() {
            return Ok(Some(tls));
        }
        // Two calls may read them at the same time; one of the clients stays.
        let tls = tls()?;
        Ok(Some(self.tls.get_or_init(|| tls)))
    }
}

/// Host and port that a request goes to.
pub(crate) fn authority_of(uri: &Uri) -> String {
    uri.authority().map_or_else(String::new, ToString::to_string)
}

/// The server's own words where they are not the usual ones for its status.
fn reason(head: &Parts) -> String {
    match head.extensions.get::<ReasonPhrase>() {
        Some(phrase) => String::from_utf8_lossy(phrase.as_bytes()).into_owned(),
        None => head.status.canonical_reason().unwrap_or_default().to_owned(),
    }
}

fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    connector.set_keepalive(Some(KEEP_ALIVE));
    connector.set_nodelay(true);
    connector
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` stand for the system's certificates where they are set.
fn tls() -> Result<Tls, String> {
    let builder = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider())
        .map_err(|error| error.to_string())?;
    Ok(tls_client(builder))
}

fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

fn tls_client(builder: HttpsConnectorBuilder<WantsSchemes>) -> Tls {
    let mut connector = connector();
    connector.enforce_http(false);
    let connector = builder.https_only().enable_http1().wrap_connector(connector);
    Client::builder(TokioExecutor::new()).build(connector)
}

fn no_answer(authority: String, error: &ClientError) -> NoAnswer {
    let reason = innermost(error);
    if error.is_connect() {
        NoAnswer::Connect(authority, reason)
    } else {
        NoAnswer::Broken(authority, reason)
    }
}

/// The reason at the bottom, which is the one that helps: `Connection refused`.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers one connection with these bytes and closes it.
    fn server(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has one");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody connects");
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer);
            let _ = stream.write_all(answer);
        });
        format!("http://{address}/")
    }

    async fn get(uri: &str) -> Result<Answer, NoAnswer> {
        let request = Request::get(uri).body(Full::default()).expect("a request");
        Wire::new().exchange(request, 8, Duration::from_secs(5)).await
    }

    #[tokio::test]
    async fn answers_are_whole_or_say_why_not() {
        let answer = get(&server(b"HTTP/1.1 404 Nowhere\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi")).await;
        let answer = answer.expect("an answer");
        assert_eq!((answer.status, &answer.body[..]), (404, &b"hi"[..]));
        assert_eq!(answer.reason, "Nowhere");
        assert_eq!(answer.header("x-a"), Some("b"));
        let cut = server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi");
        let told = get(&cut).await.expect_err("half of it is missing").to_string();
        let address = cut.trim_start_matches("http://").trim_end_matches('/');
        assert!(told.starts_with(&format!("the answer of {address} broke off: ")), "{told}");
        let large = get(&server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789")).await;
        assert_eq!(large.err(), Some(NoAnswer::TooLarge(8)));
        let broken = get(&server(b"")).await;
        assert!(matches!(broken, Err(NoAnswer::Broken(..))), "{broken:?}");
    }

    #[tokio::test]
    async fn who_takes_too_long_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has one");
        let request = Request::get(format!("http://{address}/")).body(Full::default()).expect("a request");
        let late = Wire::new().exchange(request, 8, Duration::from_millis(20)).await;
        let told = late.expect_err("nobody answers").to_string();
        assert_eq!(told, format!("Read timed out: {address} has not answered within 0.02 seconds"));
    }

    #[tokio::test]
    async fn what_is_not_there_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has one").to_string();
        drop(listener);
        match get(&format!("http://{address}/")).await {
            Err(NoAnswer::Connect(authority, reason)) => {
                assert_eq!(authority, address);
                assert!(reason.contains("refused"), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }
}
