//! Objects at S3. Calls block a thread that may wait; what may be repeated is repeated here, so that
//! a broken connection in the middle of a large file costs no more than a new one.

use super::stores::Holder;
use crate::aws::{Aws, Behalf, Call, Called, Fault, Style};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Incoming;
use serde_json::{Map, Value, json};
use stateline_base::Failure;
use stateline_items::{Bucket, ListPage, Listed, ObjectName, Objects, Opened, changed};
use stateline_protocols::Spelling;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// How often something is tried that may go well the next time.
const TRIES_MAX: u32 = 5;
/// The pause after the first try; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// Pages without objects that a listing may have in a row.
const EMPTY_PAGES_MAX: u32 = 1_000;
/// Silence in the middle of an object after which its connection is given up.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// S3, for somebody.
#[derive(Clone)]
pub(super) struct S3 {
    aws: Arc<Aws>,
    runtime: Handle,
    holder: Holder,
}

impl S3 {
    pub fn new(aws: Arc<Aws>, runtime: Handle, holder: Holder) -> Self {
        S3 { aws, runtime, holder }
    }

    fn call<'a>(&'a self, action: &'a str, parameters: &'a Value) -> Call<'a> {
        let Holder { region, account, request_id, caller } = &self.holder;
        let behalf = Behalf { region, account, request_id, caller };
        Call { service: "s3", action, parameters, spelling: Spelling::Sdk, behalf }
    }

    fn ask(&self, action: &str, parameters: &Value) -> Result<Called, Failure> {
        let call = self.call(action, parameters);
        self.tried(parameters, || self.runtime.block_on(self.aws.call(&call)))
    }

    fn stream(&self, parameters: &Value) -> Result<Result<Response<Incoming>, u16>, Failure> {
        let call = self.call("getObject", parameters);
        self.tried(parameters, || match self.runtime.block_on(self.aws.open(&call)) {
            Err(Fault::Service(fault)) if matches!(fault.status, 412 | 416) => Ok(Err(fault.status)),
            other => other.map(Ok),
        })
    }

    fn tried<T>(
        &self,
        parameters: &Value,
        mut attempt: impl FnMut() -> Result<T, Fault>,
    ) -> Result<T, Failure> {
        let mut pause = PAUSE;
        for _ in 1..TRIES_MAX {
            match attempt() {
                Err(fault) if fault.may_pass() => std::thread::sleep(pause),
                other => return other.map_err(|fault| failure(&fault, parameters)),
            }
            pause *= 2;
        }
        attempt().map_err(|fault| failure(&fault, parameters))
    }
}

fn failure(fault: &Fault, parameters: &Value) -> Failure {
    fault.failure(Style::Sdk { client: "S3" }, parameters)
}

fn in_bucket(bucket: &Bucket) -> Map<String, Value> {
    let mut parameters = Map::new();
    parameters.insert("Bucket".to_owned(), json!(&*bucket.name));
    if let Some(owner) = &bucket.owner {
        parameters.insert("ExpectedBucketOwner".to_owned(), json!(&**owner));
    }
    parameters
}

fn of_object(object: &ObjectName) -> Map<String, Value> {
    let mut parameters = in_bucket(&object.bucket);
    parameters.insert("Key".to_owned(), json!(&*object.key));
    if let Some(version) = &object.version {
        parameters.insert("VersionId".to_owned(), json!(&**version));
    }
    parameters
}

impl Objects for S3 {
    fn open(
        &self,
        object: &ObjectName,
        from: u64,
        bytes_max: Option<u64>,
        pinned: Option<&str>,
    ) -> Result<Opened, Failure> {
        let last = bytes_max.map(|bytes| (from + bytes.max(1) - 1).to_string());
        let range =
            (from > 0 || last.is_some()).then(|| format!("bytes={from}-{}", last.unwrap_or_default()));
        let mut parameters = of_object(object);
        if let Some(range) = &range {
            parameters.insert("Range".to_owned(), json!(range));
        }
        if let Some(etag) = pinned {
            parameters.insert("IfMatch".to_owned(), json!(etag));
        }
        let answer = match self.stream(&Value::Object(parameters))? {
            Ok(answer) => answer,
            Err(416) => return Ok(Opened { body: Box::new(io::empty()), len: None, etag: None }),
            Err(_) => return Err(changed(object)),
        };
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let etag = header("etag").map(str::to_owned);
        let total = header("content-range").and_then(|range| range.rsplit_once('/')).map(|(_, total)| total);
        let len = total.or_else(|| header("content-length")).and_then(|len| len.parse().ok());
        // A store that gives no parts gives the whole from its beginning.
        let skip = if range.is_some() && answer.status() == 200 { from } else { 0 };
        let body = Body { runtime: self.runtime.clone(), stream: answer.into_body(), chunk: Bytes::new() };
        let mut body: Box<dyn Read + Send> = Box::new(body);
        if skip > 0 {
            io::copy(&mut body.by_ref().take(skip), &mut io::sink())
                .map_err(|error| Failure::new("S3.SdkClientException", error.to_string()))?;
        }
        Ok(Opened { body, len, etag })
    }

    fn list(
        &self,
        bucket: &Bucket,
        prefix: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<ListPage, Failure> {
        let mut parameters = in_bucket(bucket);
        parameters.insert("Prefix".to_owned(), json!(prefix));
        parameters.insert("MaxKeys".to_owned(), json!(max.min(1_000)));
        if let Some(after) = after {
            parameters.insert("StartAfter".to_owned(), json!(after));
        }
        for _ in 0..EMPTY_PAGES_MAX {
            let called = self.ask("listObjectsV2", &Value::Object(parameters.clone()))?;
            let answer = |name: &str| called.result.get(name);
            let contents = answer("Contents").and_then(Value::as_array);
            let objects: Option<Vec<Listed>> = contents.into_iter().flatten().map(listed).collect();
            let objects = objects.ok_or_else(|| unlisted(bucket, &called.result))?;
            let more = answer("IsTruncated").and_then(Value::as_bool).unwrap_or_default();
            let next = answer("NextContinuationToken").filter(|_| more && objects.is_empty());
            // Some stores give pages without objects that others follow.
            match next.cloned() {
                Some(token) => drop(parameters.insert("ContinuationToken".to_owned(), token)),
                None if more && objects.is_empty() => return Err(unlisted(bucket, &called.result)),
                None => return Ok(ListPage { objects, more }),
            }
        }
        Err(unlisted(bucket, &json!("a thousand pages without an object follow each other")))
    }

    fn put(&self, object: &ObjectName, body: &[u8], content_type: &str) -> Result<(), Failure> {
        let mut parameters = of_object(object);
        parameters.insert("ContentType".to_owned(), json!(content_type));
        let parameters = Value::Object(parameters);
        let call = self.call("putObject", &parameters);
        let body = Bytes::copy_from_slice(body);
        self.tried(&parameters, || self.runtime.block_on(self.aws.call_with(&call, body.clone()))).map(drop)
    }
}

fn unlisted(bucket: &Bucket, answer: &Value) -> Failure {
    let mut shown = answer.to_string();
    shown.truncate(shown.char_indices().map(|(at, _)| at).take_while(|at| *at <= 500).last().unwrap_or(0));
    Failure::new("S3.SdkClientException", format!("The listing of {} cannot be read: {shown}", bucket.name))
}

fn listed(object: &Value) -> Option<Listed> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let written: jiff::Timestamp = text("LastModified")?.parse().ok()?;
    Some(Listed {
        key: text("Key")?.into(),
        size: object.get("Size").and_then(Value::as_u64)?,
        etag: text("ETag").map(str::to_owned),
        last_modified: written.as_second(),
        storage_class: text("StorageClass").map(str::to_owned),
    })
}

/// An object's bytes as they come. Whoever reads them opens the object again where its connection
/// breaks.
struct Body {
    runtime: Handle,
    stream: Incoming,
    chunk: Bytes,
}

impl Body {
    fn next_chunk(&mut self) -> io::Result<Option<Bytes>> {
        let stream = &mut self.stream;
        let frame = async { tokio::time::timeout(SILENCE_MAX, stream.frame()).await };
        match self.runtime.block_on(frame) {
            Err(_) => Err(io::Error::other("Read timed out")),
            Ok(None) => Ok(None),
            Ok(Some(Err(error))) => Err(io::Error::other(crate::wire::innermost(&error))),
            Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
        }
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.next_chunk()? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let count = into.len().min(self.chunk.len());
        let bytes = self.chunk.split_to(count);
        into.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributed::test_stores::stores_of;
    use stateline_runtime::Caller;
    use std::io::Write;
    use std::net::TcpListener;
    use std::sync::mpsc;

    /// Answers one connection after the other with these answers, and gives the heads of the requests.
    fn server(answers: Vec<&'static str>) -> (String, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it has one"));
        let (heads, seen) = mpsc::channel();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().expect("somebody connects");
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
                    head.push(byte[0]);
                }
                let _ = heads.send(String::from_utf8_lossy(&head).to_lowercase());
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        (address, seen)
    }

    fn name() -> ObjectName {
        ObjectName { bucket: Bucket { name: "far".into(), owner: None }, key: "a/k".into(), version: None }
    }

    /// Does something with the objects on a thread that may wait.
    async fn with<T: Send + 'static>(
        endpoint: &str,
        act: impl FnOnce(&dyn Objects) -> T + Send + 'static,
    ) -> T {
        let folder = tempfile::tempdir().expect("a folder");
        let holder = Holder {
            region: "us-east-1".into(),
            account: "000000000000".into(),
            request_id: "r".into(),
            caller: Caller::default(),
        };
        let objects = stores_of(folder.path(), Some(endpoint)).objects(holder);
        tokio::task::spawn_blocking(move || act(&*objects)).await.expect("it does not panic")
    }

    fn text(opened: Result<Opened, Failure>) -> String {
        let mut text = String::new();
        let mut opened = opened.expect("it opens");
        opened.body.read_to_string(&mut text).expect("it can be read");
        format!("{text} {:?} {:?}", opened.len, opened.etag)
    }

    #[tokio::test]
    async fn parts_are_asked_for_and_a_store_that_gives_the_whole_is_skipped_through() {
        let part = "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nETag: \"e\"\r\nContent-Range: bytes 2-3/4\r\nContent-Length: 2\r\n\r\ncd";
        let whole = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"e\"\r\nContent-Length: 4\r\n\r\nabcd";
        let (endpoint, seen) = server(vec![part, whole]);
        let both = with(&endpoint, |objects| {
            [objects.open(&name(), 2, None, Some("\"e\"")), objects.open(&name(), 2, None, None)].map(text)
        });
        let expected = "cd Some(4) Some(\"\\\"e\\\"\")";
        assert_eq!(both.await, [expected, expected]);
        let head = seen.recv().expect("a request");
        assert!(head.starts_with("get /far/a/k "), "{head}");
        assert!(
            head.contains("\r\nrange: bytes=2-\r\n") && head.contains("\r\nif-match: \"e\"\r\n"),
            "{head}"
        );
    }

    #[tokio::test]
    async fn what_has_changed_and_what_lies_behind_the_end_are_told_apart() {
        let changed = "HTTP/1.1 412 Precondition Failed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let behind = "HTTP/1.1 416 Range Not Satisfiable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let (endpoint, _seen) = server(vec![changed, behind]);
        let (other, nothing) = with(&endpoint, |objects| {
            let other = objects.open(&name(), 1, None, Some("\"e\"")).err();
            (other, text(objects.open(&name(), 9, None, None)))
        })
        .await;
        assert_eq!(other.map(|failure| failure.cause), Some(stateline_items::changed(&name()).cause));
        assert_eq!(nothing, " None None");
    }

    #[tokio::test]
    async fn a_busy_store_is_asked_again() {
        let busy = "HTTP/1.1 503 Slow Down\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let good = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";
        let (endpoint, _seen) = server(vec![busy, good]);
        assert_eq!(
            with(&endpoint, |objects| text(objects.open(&name(), 0, None, None))).await,
            "hi Some(2) None"
        );
    }

    #[tokio::test]
    async fn listings_go_on_over_pages_without_objects() {
        let empty = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 121\r\n\r\n<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>     ";
        let page = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 173\r\n\r\n<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key><Size>7</Size><LastModified>2026-01-02T03:04:05Z</LastModified></Contents></ListBucketResult>         ";
        let (endpoint, seen) = server(vec![empty, page]);
        let listed = with(&endpoint, |objects| objects.list(&name().bucket, "p", Some("a"), 10)).await;
        let listed = listed.expect("a listing");
        assert_eq!(
            listed.objects.iter().map(|object| (&*object.key, object.size)).collect::<Vec<_>>(),
            [("k", 7)]
        );
        assert!(!listed.more);
        assert!(seen.recv().is_ok_and(|head| head.contains("start-after=a")));
        assert!(seen.recv().is_ok_and(|head| head.contains("continuation-token=t")));
    }

    #[tokio::test]
    async fn objects_are_written_as_they_are() {
        let good = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let (endpoint, seen) = server(vec![good]);
        assert!(with(&endpoint, |objects| objects.put(&name(), b"{}", "application/json")).await.is_ok());
        let head = seen.recv().expect("a request");
        assert!(head.starts_with("put /far/a/k ") && head.contains("content-length: 2\r\n"), "{head}");
    }
}
