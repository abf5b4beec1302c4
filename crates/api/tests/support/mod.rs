//! A service in memory behind the API, with and without sockets.

#![allow(dead_code, reason = "each test binary uses a part of this")]

pub mod stream;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Request;
use serde_json::{Value, json};
use stateline_api::{Api, Settings, serve};
use stateline_base::{Failure, Limits};
use stateline_runtime::{
    Attempt, CallFuture, Clock, Config, Connector, HttpExchange, HttpRequest, HttpResponse, Outcome, Service,
    SystemClock, SystemEntropy, Traced, TracedFuture,
};
use stateline_store::MemStore;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const ROLE: &str = "arn:aws:iam::000000000000:role/r";
pub const PREFIX: &str = "arn:aws:states:us-east-1:000000000000";

/// Answers every task with its own input, and the function `fail` with a failure.
struct Echo;

impl Connector for Echo {
    fn call(&self, attempt: Attempt) -> CallFuture {
        Box::pin(async move {
            if attempt.input.text().contains("fail") {
                Outcome::Failed(Failure::new("Broken", "as asked"))
            } else {
                Outcome::Succeeded(attempt.input)
            }
        })
    }

    /// HTTP Tasks show an exchange; a secret stands in it on request.
    fn trace(&self, attempt: Attempt, reveal_secrets: bool) -> TracedFuture {
        let is_http = attempt.resource.arn().ends_with("http:invoke");
        let call = self.call(attempt);
        Box::pin(async move {
            let outcome = call.await;
            let answered = matches!(outcome, Outcome::Succeeded(_));
            Traced { outcome, exchange: is_http.then(|| exchange(reveal_secrets, answered)) }
        })
    }
}

fn exchange(reveal_secrets: bool, answered: bool) -> HttpExchange {
    let key = if reveal_secrets { "Key: hush, " } else { "" };
    HttpExchange {
        request: HttpRequest {
            protocol: "https".to_owned(),
            method: "GET".to_owned(),
            url: "https://a/b?c=d".to_owned(),
            headers: format!("[{key}Range: bytes=0-262144]"),
            body: None,
        },
        response: answered.then(|| HttpResponse {
            protocol: "https".to_owned(),
            status_code: 200,
            status_message: "OK".to_owned(),
            headers: "[content-type: text/plain]".to_owned(),
            body: "hi".to_owned(),
        }),
    }
}

/// A service of its own, in memory.
pub fn service(limits: Limits) -> Service {
    service_over(&MemStore::new(), limits, Arc::new(SystemClock))
}

/// A service over a store that outlives it, at a time of the test's choice.
pub fn service_over(store: &MemStore, limits: Limits, clock: Arc<dyn Clock>) -> Service {
    let config = Config {
        store: Arc::new(store.clone()),
        connector: Arc::new(Echo),
        clock,
        entropy: Arc::new(SystemEntropy::new()),
        limits,
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &tokio::runtime::Handle::current()).expect("a service in memory opens")
}

/// The API without sockets.
pub struct Client {
    pub api: Arc<Api>,
    /// The access key id and region of the signature.
    pub credential: (String, String),
}

impl Client {
    pub fn new() -> Self {
        Client::over(Arc::new(Api::new(service(Limits::default()), Settings::default())))
    }

    pub fn over(api: Arc<Api>) -> Self {
        Client { api, credential: ("test".to_owned(), "us-east-1".to_owned()) }
    }

    /// The status and body of a call.
    pub async fn send(&self, operation: &str, body: &str) -> (u16, Value) {
        self.send_bytes(operation, body.as_bytes().to_vec()).await
    }

    /// The status and body of a call whose body may not be text.
    pub async fn send_bytes(&self, operation: &str, body: Vec<u8>) -> (u16, Value) {
        let request = Request::post("/")
            .header("X-Amz-Target", format!("AWSStepFunctions.{operation}"))
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("Authorization", self.authorization())
            .body(Bytes::from(body))
            .expect("a request");
        let answer = self.api.handle(request).await;
        assert!(answer.headers().contains_key("x-amzn-requestid"), "every answer carries a request id");
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
        (status, serde_json::from_slice(&body).expect("every answer is JSON"))
    }

    /// The status and body of one of the server's own endpoints.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let request = Request::get(path).header("Authorization", self.authorization());
        let answer = self.api.handle(request.body(Bytes::new()).expect("a request")).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
        (status, serde_json::from_slice(&body).expect("every answer is JSON"))
    }

    /// The status of one of the server's own endpoints, whose answer may go on for ever.
    pub async fn status(&self, path: &str) -> u16 {
        let request = Request::get(path).header("Authorization", self.authorization());
        self.api.handle(request.body(Bytes::new()).expect("a request")).await.status().as_u16()
    }

    fn authorization(&self) -> String {
        let (key, region) = &self.credential;
        format!(
            "AWS4-HMAC-SHA256 Credential={key}/20261121/{region}/states/aws4_request, SignedHeaders=host, Signature=0"
        )
    }

    /// The status and body of a request to a path of the server's own; a body makes it JSON.
    pub async fn own(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request =
            Request::builder().method(method).uri(path).header("Authorization", self.authorization());
        if body.is_some() || method == "DELETE" {
            request = request.header("Content-Type", "application/json; charset=utf-8");
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.api.handle(request.body(Bytes::from(body)).expect("a request")).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
        (status, serde_json::from_slice(&body).expect("every answer is JSON"))
    }

    /// The answer of a call that succeeds.
    pub async fn ok(&self, operation: &str, body: Value) -> Value {
        let (status, answer) = self.send(operation, &body.to_string()).await;
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    }

    /// The error of a call that fails: its name and message.
    pub async fn error(&self, operation: &str, body: Value) -> String {
        self.error_of_text(operation, &body.to_string()).await
    }

    /// The error of a call whose body is not made of JSON values.
    pub async fn error_of_text(&self, operation: &str, body: &str) -> String {
        let (status, answer) = self.send(operation, body).await;
        assert!(status >= 400, "{operation} should have been refused: {answer}");
        let kind = answer["__type"].as_str().unwrap_or_default();
        let name = kind.rsplit('#').next().unwrap_or_default();
        format!("{name}: {}", answer["message"].as_str().unwrap_or_default())
    }

    /// Creates a machine and answers its ARN.
    pub async fn create(&self, name: &str, kind: &str, definition: &str) -> String {
        let body = json!({"name": name, "definition": definition, "roleArn": ROLE, "type": kind});
        let answer = self.ok("CreateStateMachine", body).await;
        answer["stateMachineArn"].as_str().expect("an ARN").to_owned()
    }

    /// Starts an execution and answers its ARN.
    pub async fn start(&self, machine: &str, input: &str) -> String {
        let answer = self.ok("StartExecution", json!({"stateMachineArn": machine, "input": input})).await;
        answer["executionArn"].as_str().expect("an ARN").to_owned()
    }

    /// Describes an execution once it has ended.
    pub async fn ended(&self, execution: &str) -> Value {
        for _ in 0..500 {
            let answer = self.ok("DescribeExecution", json!({"executionArn": execution})).await;
            if answer["status"] != "RUNNING" {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{execution} still runs after five seconds");
    }
}

/// A definition of one Pass state.
pub fn pass() -> String {
    json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}}}).to_string()
}

/// A definition that waits.
pub fn wait(seconds: u64) -> String {
    json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "End": true}}}).to_string()
}

/// The API on a port.
pub struct Server {
    pub address: SocketAddr,
    pub client: Client,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Server {
    pub async fn start(settings: Settings, limits: Limits) -> Self {
        let api = Arc::new(Api::new(service(limits), settings));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port of the loopback");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(vec![listener], Arc::clone(&api), async move {
            drop(stopped.await);
        }));
        Server { address, client: Client::over(api), stop: Some(stop), serving }
    }

    pub async fn plain() -> Self {
        Server::start(Settings::default(), Limits::default()).await
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server listens")
    }

    /// Asks the server to stop; it has stopped when the returned handle is done.
    pub fn stop(&mut self) -> &mut JoinHandle<()> {
        drop(self.stop.take());
        &mut self.serving
    }

    /// Sends bytes on a connection of their own and reads until the server closes it.
    pub async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.expect("the server reads");
        read_to_end(&mut stream).await
    }
}

/// What the server sends until it closes the connection.
pub async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    // A reset after the answer is as good an end as an orderly one.
    let _ =
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("the server ends the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

/// An HTTP/1.1 call of an operation, after which the connection ends.
pub fn post(operation: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: sync-states.example\r\nX-Amz-Target: AWSStepFunctions.{operation}\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}
