//! Data that is endless, broken or made to hurt: failures, within bounds.

mod memory;

use memory::{GET, Memory, gzip, open, said, show};
use proptest::prelude::*;
use serde_json::{Value, json};
use stateline_base::{Failure, Limits};
use stateline_items::{Bucket, ListPage, ObjectName, Objects, Opened};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One object without an end: some bytes, then others again and again.
struct Endless {
    first: &'static [u8],
    then: &'static [u8],
    read: Arc<AtomicU64>,
}

struct EndlessBody {
    first: &'static [u8],
    then: &'static [u8],
    at: usize,
    read: Arc<AtomicU64>,
}

impl Read for EndlessBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for byte in buffer.iter_mut() {
            let repeated = self.at.saturating_sub(self.first.len()) % self.then.len();
            *byte = self.first.get(self.at).copied().unwrap_or(self.then[repeated]);
            self.at += 1;
        }
        self.read.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        Ok(buffer.len())
    }
}

impl Objects for Endless {
    fn open(&self, _: &ObjectName, _: u64, _: Option<u64>, _: Option<&str>) -> Result<Opened, Failure> {
        let body = EndlessBody { first: self.first, then: self.then, at: 0, read: Arc::clone(&self.read) };
        Ok(Opened { body: Box::new(body), len: None, etag: None })
    }

    fn list(&self, _: &Bucket, _: &str, _: Option<&str>, _: usize) -> Result<ListPage, Failure> {
        Ok(ListPage { objects: Vec::new(), more: true })
    }

    fn put(&self, _: &ObjectName, _: &[u8], _: &str) -> Result<(), Failure> {
        Ok(())
    }
}

/// Items and the failure, if one came before the hundred thousandth, and how many bytes were asked for.
fn endless(first: &'static [u8], then: &'static [u8], config: &Value) -> (usize, String, u64) {
    let read = Arc::new(AtomicU64::new(0));
    let objects: Arc<dyn Objects> = Arc::new(Endless { first, then, read: Arc::clone(&read) });
    let (mut items, mut failure) = (0, String::new());
    match open(&objects, GET, "k", config, &Limits::default(), None) {
        Err(found) => failure = said(&found),
        Ok(reader) => {
            for item in reader.take(100_000) {
                match item {
                    Ok(_) => items += 1,
                    Err(found) => failure = said(&found),
                }
            }
        }
    }
    (items, failure, read.load(Ordering::Relaxed))
}

#[test]
fn an_endless_file_is_read_item_by_item() {
    for (first, then, config) in [
        (&b""[..], &b"{\"a\":1}\n"[..], json!({"InputType": "JSONL"})),
        (b"[1", b",{\"a\":1}", json!({"InputType": "JSON"})),
        (b"{\"x\":0", b",\"a\": 1", json!({"InputType": "JSON"})),
        (b"a,b\n", b"12,345\n", json!({"InputType": "CSV"})),
    ] {
        let (items, failure, read) = endless(first, then, &config);
        assert_eq!((items, failure.as_str()), (100_000, ""), "{config}");
        assert!(read < 100_000 * then.len() as u64 + 70_000, "{config}: {read} bytes for 100000 items");
    }
}

#[test]
fn an_endless_item_is_refused_at_its_limit() {
    let limit = Limits::default().item_bytes_max as u64;
    for (first, then, config) in [
        (&b""[..], &b"1"[..], json!({"InputType": "JSONL"})),
        (b"[\"", b"x", json!({"InputType": "JSON"})),
        (b"[", b"1", json!({"InputType": "JSON"})),
        (b"{\"", b"x", json!({"InputType": "JSON"})),
        (b"a\n\"", b"x\n", json!({"InputType": "CSV"})),
        (b"a\n", b",", json!({"InputType": "CSV"})),
        (b"a\n", b"\\", json!({"InputType": "CSV"})),
    ] {
        let (items, failure, read) = endless(first, then, &config);
        assert_eq!(items, 0, "{config}");
        assert!(failure.contains("more than 8388608 bytes"), "{config}: {failure}");
        assert!(read < limit + 140_000, "{config}: {read} bytes");
    }
    let pointed = json!({"InputType": "JSON", "ItemsPointer": "/b"});
    let (_, failure, read) = endless(b"{\"a\": 0", b", \"a\": [1]", &pointed);
    assert!(failure.contains("The ItemsPointer leads behind the first 16777216 bytes"), "{failure}");
    assert!(read < 17_000_000, "{read} bytes");
    let (_, failure, _) = endless(b"", b"[", &json!({"InputType": "JSON"}));
    assert!(failure.contains("nested deeper than 127 levels"), "{failure}");
    let (_, failure, read) = endless(b"", b" ", &json!({"InputType": "MANIFEST"}));
    assert!(failure.contains("is larger than 16777216 bytes"), "{failure}");
    assert!(read < 17_000_000, "{read} bytes");
}

#[test]
fn a_listing_that_does_not_go_on_is_refused() {
    let objects: Arc<dyn Objects> = Arc::new(Endless { first: b"", then: b"x", read: Arc::default() });
    let mut reader =
        open(&objects, memory::LIST, "k", &json!({}), &Limits::default(), None).expect("it opens");
    let failure = reader.next().and_then(Result::err).as_ref().map(said).unwrap_or_default();
    assert!(failure.contains("does not go on in the order of the keys"), "{failure}");
}

#[test]
fn what_is_cut_off_or_not_packed_at_all_is_a_failure() {
    let config = json!({"InputType": "JSONL"});
    let whole = gzip(&b"1\n".repeat(1_000));
    let zstd = zstd::encode_all(&b"1\n".repeat(1_000)[..], 1).expect("packed");
    for (key, body) in [
        ("k.gz", &whole[..whole.len() - 9]),
        ("k.gz", b"1\n"),
        ("k.zst", &zstd[..zstd.len() - 3]),
        ("k.zst", b"1\n2\n3\n4\n"),
    ] {
        let shown = show(Memory::with(&[(key, body)]), GET, key, &config);
        let last = shown.lines().last().unwrap_or_default();
        let expected = format!("States.ItemReaderFailed: s3://b/{key} cannot be read behind byte ");
        assert!(last.starts_with(&expected), "{last}");
    }
}

#[test]
fn a_bomb_is_stopped_at_the_size_of_a_file() {
    let bomb = gzip(&vec![b' '; 3_000_000]);
    let limits = Limits { item_file_bytes_max: 1_000_000, ..Limits::default() };
    for input_type in ["JSON", "CSV", "JSONL"] {
        let memory = Memory::with(&[("k.gz", &bomb)]);
        let shown = memory::show_within(memory, GET, "k.gz", &json!({"InputType": input_type}), &limits);
        assert!(shown.contains("more than") || shown.contains("larger than 1000000 bytes"), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_items_or_a_failure(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in r#"[\[\]{}:,"\\ 0-9a-b\n]{0,80}"#) {
        for body in [&bytes[..], text.as_bytes()] {
            for (key, config) in [
                ("k", json!({"InputType": "JSONL"})),
                ("k.gz", json!({"InputType": "JSONL"})),
                ("k.zst", json!({"InputType": "JSONL"})),
                ("k", json!({"InputType": "CSV"})),
                ("k", json!({"InputType": "JSON"})),
                ("k", json!({"InputType": "JSON", "ItemsPointer": "/a/1"})),
                ("k", json!({"InputType": "MANIFEST"})),
                ("k", json!({"ManifestType": "ATHENA_DATA", "InputType": "CSV"})),
                ("k", json!({"InputType": "PARQUET"})),
            ] {
                let shown = show(Memory::with(&[(key, body)]), GET, key, &config);
                for line in shown.lines().filter(|line| !line.contains(" from s3://")) {
                    prop_assert!(line.starts_with("States.ItemReaderFailed: "), "{}", line);
                }
            }
        }
    }

    /// Text that is a JSON array is read as the parser reads it; other text gives a failure.
    #[test]
    fn a_document_is_what_the_parser_says(text in r#" ?\[[\[\]{}:,"\\ 0-9a-bu\n]{0,16}\]? ?"#) {
        let objects: Arc<dyn Objects> = Arc::new(Memory::with(&[("k", text.as_bytes())]));
        let items = memory::all(&objects, GET, "k", &json!({"InputType": "JSON"}), None);
        let items = items.map(|items| Value::from(items.iter().map(|item| item.value.value().clone()).collect::<Vec<_>>()));
        prop_assert_eq!(items.ok(), serde_json::from_str::<Value>(&text).ok());
    }
}
