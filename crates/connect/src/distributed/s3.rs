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
        let body = Body {
            s3: self.clone(),
            object: object.clone(),
            at: from - skip,
            end: bytes_max.map(|bytes| from + bytes),
            etag: etag.clone(),
            stream: answer.into_body(),
            chunk: Bytes::new(),
            tries: 0,
        };
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
        let called = self.ask("listObjectsV2", &Value::Object(parameters))?;
        let contents = called.result.get("Contents").and_then(Value::as_array);
        let objects: Vec<Listed> = contents.into_iter().flatten().filter_map(listed).collect();
        let more = called.result.get("IsTruncated").and_then(Value::as_bool).unwrap_or_default();
        // A page without objects would never end.
        Ok(ListPage { more: more && !objects.is_empty(), objects })
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

/// An object's bytes as they come. Where its connection breaks it goes on with a new one, as long as
/// the object is the same.
struct Body {
    s3: S3,
    object: ObjectName,
    /// The byte that comes next.
    at: u64,
    /// The byte behind the last one that is wanted.
    end: Option<u64>,
    etag: Option<String>,
    stream: Incoming,
    chunk: Bytes,
    tries: u32,
}

impl Body {
    fn next_chunk(&mut self) -> Result<Option<Bytes>, String> {
        let frame = tokio::time::timeout(SILENCE_MAX, self.stream.frame());
        // The timer wants a runtime around it, so it is made within.
        let runtime = self.s3.runtime.clone();
        let _around = runtime.enter();
        match runtime.block_on(frame) {
            Err(_) => Err("Read timed out".to_owned()),
            Ok(None) => Ok(None),
            Ok(Some(Err(error))) => Err(crate::wire::innermost(&error)),
            Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
        }
    }

    /// Opens the object again where it broke off.
    fn resume(&mut self, reason: &str) -> io::Result<()> {
        self.tries += 1;
        if self.tries >= TRIES_MAX || self.etag.is_none() {
            return Err(io::Error::other(format!("{}: {reason}", self.object)));
        }
        std::thread::sleep(PAUSE * self.tries);
        let last = self.end.map(|end| (end - 1).to_string()).unwrap_or_default();
        let mut parameters = of_object(&self.object);
        parameters.insert("Range".to_owned(), json!(format!("bytes={}-{last}", self.at)));
        parameters.insert("IfMatch".to_owned(), json!(self.etag));
        let opened = self.s3.stream(&Value::Object(parameters));
        let told = |failure: Failure| io::Error::other(failure.cause.unwrap_or_default().to_string());
        match opened.map_err(told)? {
            Ok(answer) if answer.status() == 206 => {
                self.stream = answer.into_body();
                Ok(())
            }
            _ => Err(io::Error::other(format!("{}: {reason}; it cannot be read on", self.object))),
        }
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.next_chunk() {
                Ok(Some(chunk)) => self.chunk = chunk,
                Ok(None) => return Ok(0),
                Err(reason) => self.resume(&reason)?,
            }
        }
        let count = into.len().min(self.chunk.len());
        let bytes = self.chunk.split_to(count);
        into.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        self.at += count as u64;
        Ok(count)
    }
}
