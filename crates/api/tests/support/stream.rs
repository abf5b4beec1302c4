//! A client of server-sent events, on a connection of its own.

use super::Server;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::time::Duration;

/// One event.
#[derive(Debug)]
pub struct Event {
    pub id: Option<u64>,
    pub kind: String,
    pub data: Value,
}

/// An answer that goes on.
pub struct Stream {
    body: Incoming,
    text: String,
}

impl Server {
    /// Asks for a stream in the name of an account.
    pub async fn stream_as(&self, account: &str, path: &str, last: Option<u64>) -> Stream {
        let connection = TokioIo::new(self.connect().await);
        let (mut sender, serving) =
            hyper::client::conn::http1::handshake(connection).await.expect("the server speaks HTTP");
        tokio::spawn(serving);
        let scope = format!("AWS4-HMAC-SHA256 Credential={account}/00000000/us-east-1/states/aws4_request");
        let mut request = Request::get(path).header("Host", "localhost").header("Authorization", scope);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last.to_string());
        }
        let request = request.body(Full::new(Bytes::new())).expect("a request");
        let answer = sender.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        // The connection lives as long as this.
        std::mem::forget(sender);
        Stream { body: answer.into_body(), text: String::new() }
    }

    pub async fn stream(&self, path: &str) -> Stream {
        self.stream_as("000000000000", path, None).await
    }
}

impl Stream {
    /// The next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = read(block);
                self.text = rest.to_owned();
                match event {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.body.frame());
            let frame = frame.await.expect("something comes in time")?;
            let data = frame.ok()?.into_data().expect("a stream has no trailers");
            self.text.push_str(std::str::from_utf8(&data).expect("events are whole in a chunk"));
        }
    }

    /// The next event, which is of this kind.
    pub async fn expect(&mut self, kind: &str) -> Event {
        let event = self.next().await.expect("the stream goes on");
        assert_eq!(event.kind, kind, "{event:?}");
        event
    }

    /// All events up to the end of the stream.
    pub async fn rest(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }

    /// Whether nothing comes for a while.
    pub async fn is_still(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(300), self.next()).await.is_err()
    }
}

/// One block; nothing for a comment.
fn read(block: &str) -> Option<Event> {
    let mut event = Event { id: None, kind: String::new(), data: Value::Null };
    for line in block.lines() {
        let (field, value) = line.split_once(": ").expect("a field has a value");
        match field {
            "" => return None,
            "id" => event.id = Some(value.parse().expect("ids are numbers")),
            "event" => event.kind = value.to_owned(),
            "data" => event.data = serde_json::from_str(value).expect("data is JSON"),
            other => panic!("no field of ours: {other}"),
        }
    }
    Some(event)
}
