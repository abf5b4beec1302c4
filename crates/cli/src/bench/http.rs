//! A keep-alive connection to a server: one request at a time, each answer read whole.

use super::BenchError;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Account and region of the requests; nothing is signed.
const AUTHORITY: &str = "AWS4-HMAC-SHA256 Credential=000000000000/19700101/us-east-1/states/aws4_request, \
                         SignedHeaders=host, Signature=0";

/// A connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    /// Connects to `HOST:PORT`.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(address: &str) -> Result<Connection, BenchError> {
        let lost = |why: String| BenchError::Connection { address: address.to_owned(), why };
        let host = HeaderValue::from_str(address).map_err(|error| lost(error.to_string()))?;
        let stream = TcpStream::connect(address).await.map_err(|error| lost(error.to_string()))?;
        stream.set_nodelay(true).map_err(|error| lost(error.to_string()))?;
        let (sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|error| lost(error.to_string()))?;
        tokio::spawn(connection);
        Ok(Connection { sender, host })
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn exchange(
        &mut self,
        method: Method,
        path: &str,
        head: &[(hyper::header::HeaderName, HeaderValue)],
        body: Bytes,
    ) -> Result<(Parts, Bytes), BenchError> {
        let lost = |why: String| BenchError::Connection { address: "the server".to_owned(), why };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|_| lost(format!("{path} is no path")))?;
        request.headers_mut().insert(HOST, self.host.clone());
        for (name, value) in head {
            request.headers_mut().insert(name, value.clone());
        }
        self.sender.ready().await.map_err(|error| lost(error.to_string()))?;
        let answer = self.sender.send_request(request).await.map_err(|error| lost(error.to_string()))?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| lost(error.to_string()))?.to_bytes();
        Ok((head, body))
    }

    /// Calls an operation of the API.
    ///
    /// # Errors
    /// When the connection breaks or the API refuses.
    pub async fn call(
        &mut self,
        operation: &'static str,
        body: impl Into<Bytes>,
    ) -> Result<Bytes, BenchError> {
        let head = [
            (CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0")),
            (AUTHORIZATION, HeaderValue::from_static(AUTHORITY)),
            (hyper::header::HeaderName::from_static("x-amz-target"), target(operation)),
        ];
        let (head, answer) = self.exchange(Method::POST, "/", &head, body.into()).await?;
        if head.status.is_success() {
            return Ok(answer);
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        Err(BenchError::Refused { operation, answer: format!("{} {answer}", head.status) })
    }
}

fn target(operation: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("AWSStepFunctions.{operation}"))
        .expect("the name of an operation is letters")
}

/// `HOST:PORT` of an endpoint.
///
/// # Errors
/// When it is not `http://HOST:PORT`.
pub fn address_of(endpoint: &str) -> Result<String, BenchError> {
    let wrong = || BenchError::Endpoint(endpoint.to_owned());
    let uri: Uri = endpoint.parse().map_err(|_| wrong())?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(host)) => Ok(format!("{host}:{}", uri.port_u16().unwrap_or(80))),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_plain_http() {
        let address = |endpoint| address_of(endpoint).map_err(|error| error.to_string());
        assert_eq!(address("http://127.0.0.1:8083/"), Ok("127.0.0.1:8083".to_owned()));
        assert_eq!(address("http://localhost"), Ok("localhost:80".to_owned()));
        assert!(address("https://localhost").is_err());
        assert!(address("8083").is_err());
    }
}
