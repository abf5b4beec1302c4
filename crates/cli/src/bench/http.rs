//! A keep-alive connection to a server: one request at a time, each answer read whole.
//!
//! The clients of a benchmark share the machine with what they measure, so a request costs them one
//! write of bytes that are mostly prepared, and an answer one look at its head. `answer` reads those.

use super::BenchError;
use super::answer::{self, Head};
use hyper::Uri;
use std::io::Write;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Account and region of the requests; nothing is signed.
const AUTHORITY: &str = "AWS4-HMAC-SHA256 Credential=000000000000/19700101/us-east-1/states/aws4_request, \
                         SignedHeaders=host, Signature=0";
/// The room for an answer at first; it grows to the longest.
const ANSWER_BYTES: usize = 4_096;

/// A connection.
pub struct Connection {
    address: Arc<str>,
    /// None between an answer that closes the connection and the next request.
    stream: Option<TcpStream>,
    /// What is sent before each body, up to its length, by the operation.
    heads: Vec<(&'static str, Box<[u8]>)>,
    sent: Vec<u8>,
    answered: Vec<u8>,
}

/// An answer, still in the connection's memory.
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    head: &'a [u8],
    /// The body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// A header's value, if it is there and a text.
    pub fn header(&self, name: &str) -> Option<&str> {
        answer::header(self.head, name)
    }
}

impl Connection {
    /// Connects to `HOST:PORT`.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(address: &str) -> Result<Connection, BenchError> {
        let stream = connect(address).await?;
        Ok(Connection {
            address: address.into(),
            stream: Some(stream),
            heads: Vec::new(),
            sent: Vec::new(),
            answered: Vec::with_capacity(ANSWER_BYTES),
        })
    }

    /// Calls an operation of the API.
    ///
    /// # Errors
    /// When the connection breaks or the API refuses.
    pub async fn call(
        &mut self,
        operation: &'static str,
        body: impl AsRef<[u8]>,
    ) -> Result<&[u8], BenchError> {
        let known = self.heads.iter().position(|(name, _)| *name == operation);
        let at = known.unwrap_or_else(|| {
            self.heads.push((operation, head_of(&self.address, operation)));
            self.heads.len() - 1
        });
        self.sent.clear();
        self.sent.extend_from_slice(&self.heads[at].1);
        self.send(body.as_ref()).await?;
        let head = self.receive().await?;
        let body = head.body(&self.answered);
        match head.status {
            200..=299 => Ok(body),
            status => {
                let answer = format!("{status} {}", String::from_utf8_lossy(body));
                Err(BenchError::Refused { operation, answer })
            }
        }
    }

    /// Sends any request; `head` is its first line and headers but `content-length`.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn exchange(&mut self, head: &str, body: &[u8]) -> Result<Answer<'_>, BenchError> {
        self.sent.clear();
        self.sent.extend_from_slice(head.as_bytes());
        self.sent.extend_from_slice(b"content-length: ");
        self.send(body).await?;
        let head = self.receive().await?;
        Ok(Answer {
            status: head.status,
            head: &self.answered[..head.bytes.min(self.answered.len())],
            body: head.body(&self.answered),
        })
    }

    /// Completes the request that was begun and sends it. A connection that the server has closed
    /// while nothing was asked is opened anew.
    async fn send(&mut self, body: &[u8]) -> Result<(), BenchError> {
        write!(self.sent, "{}\r\n\r\n", body.len())?;
        self.sent.extend_from_slice(body);
        if self.stream.as_ref().is_none_or(is_closed) {
            self.stream = Some(connect(&self.address).await?);
        }
        let Some(stream) = &mut self.stream else { return Err(self.lost("it is not open")) };
        let written = stream.write_all(&self.sent).await;
        written.map_err(|error| self.lost(&error.to_string()))
    }

    async fn receive(&mut self) -> Result<Head, BenchError> {
        self.answered.clear();
        let mut over = false;
        loop {
            match answer::read(&mut self.answered, over).map_err(|why| self.lost(&why))? {
                Some(head) => {
                    if head.closes {
                        self.stream = None;
                    }
                    return Ok(head);
                }
                None if over => {
                    self.stream = None;
                    return Err(self.lost("it ended within an answer"));
                }
                None => {}
            }
            let Some(stream) = &mut self.stream else { return Err(self.lost("it is not open")) };
            let read = stream.read_buf(&mut self.answered).await;
            over = read.map_err(|error| self.lost(&error.to_string()))? == 0;
        }
    }

    fn lost(&self, why: &str) -> BenchError {
        BenchError::Connection { address: self.address.to_string(), why: why.to_owned() }
    }
}

async fn connect(address: &str) -> Result<TcpStream, BenchError> {
    let lost = |error: std::io::Error| BenchError::Connection {
        address: address.to_owned(),
        why: error.to_string(),
    };
    let stream = TcpStream::connect(address).await.map_err(lost)?;
    stream.set_nodelay(true).map_err(lost)?;
    Ok(stream)
}

/// Whether the server has closed it: between two requests there is nothing to read but an end.
fn is_closed(stream: &TcpStream) -> bool {
    !matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

fn head_of(address: &str, operation: &str) -> Box<[u8]> {
    format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-amz-json-1.0\r\n\
         authorization: {AUTHORITY}\r\nx-amz-target: AWSStepFunctions.{operation}\r\ncontent-length: "
    )
    .into_bytes()
    .into()
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
    use tokio::net::TcpListener;

    #[test]
    fn endpoints_are_plain_http() {
        let address = |endpoint| address_of(endpoint).map_err(|error| error.to_string());
        assert_eq!(address("http://127.0.0.1:8083/"), Ok("127.0.0.1:8083".to_owned()));
        assert_eq!(address("http://localhost"), Ok("localhost:80".to_owned()));
        assert!(address("https://localhost").is_err());
        assert!(address("8083").is_err());
    }

    /// A server that gives one answer a connection and closes it then.
    async fn server<const N: usize>(answers: [&'static str; N]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.expect("a client");
                let mut request = vec![0; 4_096];
                let bytes = stream.read(&mut request).await.expect("a request");
                assert!(request[..bytes].ends_with(b"content-length: 2\r\n\r\n{}"), "{request:?}");
                for part in answer.split('|') {
                    stream.write_all(part.as_bytes()).await.expect("it is read");
                    stream.flush().await.expect("it is read");
                    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                }
            }
        });
        address
    }

    #[tokio::test]
    async fn a_connection_that_is_closed_between_requests_is_opened_again() {
        let ok = "HTTP/1.1 200 OK\r\ncontent-le|ngth: 2\r\n\r\n{|}";
        let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[|1]";
        let address = server([ok, closing, ok]).await;
        let mut connection = Connection::open(&address).await.expect("it is open");
        for expected in ["{}", "[1]", "{}"] {
            let answer = connection.call("ListStateMachines", "{}").await.expect("an answer");
            assert_eq!(String::from_utf8_lossy(answer), expected);
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    #[tokio::test]
    async fn what_the_api_refuses_is_told_with_its_words() {
        let address =
            server(["HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\nno!\n", "HTTP/1.1 200"]).await;
        let mut connection = Connection::open(&address).await.expect("it is open");
        let refused = connection.call("StartExecution", "{}").await.map(<[u8]>::len);
        let refused = refused.expect_err("it is refused").to_string();
        assert_eq!(refused, "StartExecution was refused: 400 no!\n");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        let broken = connection.call("StartExecution", "{}").await.map(<[u8]>::len);
        let broken = broken.expect_err("half an answer is none").to_string();
        assert!(broken.ends_with("it ended within an answer"), "{broken}");
    }
}
