//! Objects in memory, and short ways to read them.

#![allow(dead_code, reason = "each test file uses its part")]

use serde_json::{Value, json};
use stateline_base::{Failure, Limits};
use stateline_items::{Bucket, Item, ListPage, Listed, ObjectName, Objects, Opened, Reader, Reading};
use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub const GET: &str = "arn:aws:states:::s3:getObject";
pub const LIST: &str = "arn:aws:states:::s3:listObjectsV2";

/// A store whose objects are all in the bucket `b`.
#[derive(Default)]
pub struct Memory {
    pub objects: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Bytes that were read in all.
    pub read: Arc<AtomicU64>,
    /// After how many bytes each connection breaks; 0 is never.
    pub breaks_after: u64,
    /// How many objects a listing gives at once; 0 is as many as were asked for.
    pub page: usize,
}

impl Memory {
    pub fn with(objects: &[(&str, &[u8])]) -> Self {
        let objects = objects.iter().map(|(key, body)| ((*key).to_owned(), body.to_vec()));
        Memory { objects: Mutex::new(objects.collect()), ..Memory::default() }
    }

    pub fn text(&self, key: &str) -> String {
        let objects = self.objects.lock().expect("nobody panicked with it");
        String::from_utf8(objects.get(key).cloned().unwrap_or_default()).expect("texts")
    }
}

pub fn etag(body: &[u8]) -> String {
    let sum = body.iter().fold(17_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    format!("\"{sum:x}\"")
}

struct Body {
    bytes: Vec<u8>,
    at: usize,
    read: Arc<AtomicU64>,
    left: u64,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the connection broke"));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let there = &self.bytes[self.at.min(self.bytes.len())..];
        let read = there.len().min(buffer.len()).min(most);
        buffer[..read].copy_from_slice(&there[..read]);
        self.at += read;
        self.left -= read as u64;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Objects for Memory {
    fn open(
        &self,
        object: &ObjectName,
        from: u64,
        bytes_max: Option<u64>,
        _pinned: Option<&str>,
    ) -> Result<Opened, Failure> {
        let objects = self.objects.lock().expect("nobody panicked with it");
        let Some(body) = objects.get(&*object.key) else {
            return Err(Failure::new("S3.NoSuchKeyException", "The specified key does not exist."));
        };
        let from = usize::try_from(from).expect("small").min(body.len());
        let most = usize::try_from(bytes_max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let bytes = body[from..body.len().min(from.saturating_add(most))].to_vec();
        let left = if self.breaks_after == 0 { u64::MAX } else { self.breaks_after };
        Ok(Opened {
            body: Box::new(Body { bytes, at: 0, read: Arc::clone(&self.read), left }),
            len: Some(body.len() as u64),
            etag: Some(etag(body)),
        })
    }

    fn list(&self, _: &Bucket, prefix: &str, after: Option<&str>, max: usize) -> Result<ListPage, Failure> {
        let objects = self.objects.lock().expect("nobody panicked with it");
        let wanted = |key: &str| key.starts_with(prefix) && after.is_none_or(|after| key > after);
        let mut all = objects.iter().filter(|(key, _)| wanted(key)).map(|(key, body)| Listed {
            key: key.as_str().into(),
            size: body.len() as u64,
            etag: Some(etag(body)),
            last_modified: 1_668_699_881,
            storage_class: Some("STANDARD".to_owned()),
        });
        let max = if self.page == 0 { max } else { self.page };
        let objects = all.by_ref().take(max).collect();
        Ok(ListPage { objects, more: all.next().is_some() })
    }

    fn put(&self, object: &ObjectName, body: &[u8], _: &str) -> Result<(), Failure> {
        if &*object.bucket.name != "b" {
            return Err(Failure::new("S3.NoSuchBucketException", "The specified bucket does not exist"));
        }
        let mut objects = self.objects.lock().expect("nobody panicked with it");
        objects.insert(object.key.to_string(), body.to_vec());
        Ok(())
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).and_then(|()| packer.finish()).expect("packed in memory")
}

/// An object of the bucket, or what begins with a prefix.
pub fn place(resource: &str, key: &str) -> Value {
    let name = if resource == GET { "Key" } else { "Prefix" };
    json!({"Bucket": "b", name: key})
}

pub fn open(
    objects: &Arc<dyn Objects>,
    resource: &str,
    key: &str,
    config: &Value,
    limits: &Limits,
    cursor: Option<&str>,
) -> Result<Reader, Failure> {
    let parameters = place(resource, key);
    let reading = Reading { resource, parameters: &parameters, config };
    Reader::open(Arc::clone(objects), &reading, limits, cursor)
}

/// All items, or the cause of the failure that came first.
pub fn all(
    objects: &Arc<dyn Objects>,
    resource: &str,
    key: &str,
    config: &Value,
    cursor: Option<&str>,
) -> Result<Vec<Item>, String> {
    let limits = Limits::default();
    open(objects, resource, key, config, &limits, cursor)
        .and_then(Iterator::collect)
        .map_err(|failure| said(&failure))
}

/// A failure's name and cause.
pub fn said(failure: &Failure) -> String {
    format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
}

/// Items as lines: key, value, source, as far as they are there; then the failure, if there is one.
pub fn show(objects: Memory, resource: &str, key: &str, config: &Value) -> String {
    show_within(objects, resource, key, config, &Limits::default())
}

pub fn show_within(objects: Memory, resource: &str, key: &str, config: &Value, limits: &Limits) -> String {
    let objects: Arc<dyn Objects> = Arc::new(objects);
    let mut shown = String::new();
    let mut line = |text: String| {
        shown.push_str(&text);
        shown.push('\n');
    };
    match open(&objects, resource, key, config, limits, None) {
        Err(failure) => line(said(&failure)),
        Ok(reader) => {
            for item in reader {
                match item {
                    Err(failure) => line(said(&failure)),
                    Ok(item) => {
                        let key = item.key.map(|key| format!("{key} = ")).unwrap_or_default();
                        line(format!("{key}{} from {}", item.value.text(), item.source));
                    }
                }
            }
        }
    }
    shown
}
