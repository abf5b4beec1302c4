//! Any bytes as a file of items, in the format that the first byte chooses: items or a failure, no
//! panic, and from each item's cursor what was still to come.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use stateline_base::{Failure, Limits};
use stateline_items::{Bucket, Item, ListPage, ObjectName, Objects, Opened, Reader, Reading};
use std::io::Cursor;
use std::sync::Arc;

/// Cursors that are tried of one input; each is a reading of its own.
const CURSORS_MAX: usize = 8;

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let (key, config) = match choice % 8 {
        0 => ("k", json!({"InputType": "JSON"})),
        1 => ("k", json!({"InputType": "JSON", "ItemsPointer": "/a/1"})),
        2 => ("k", json!({"InputType": "JSON", "ItemsPointer": "/a"})),
        3 => ("k", json!({"InputType": "JSONL"})),
        4 => ("k", json!({"InputType": "CSV"})),
        5 => ("k", json!({"InputType": "CSV", "CSVDelimiter": "PIPE", "CSVHeaders": ["a", "b"]})),
        6 => ("k.gz", json!({"InputType": "JSONL"})),
        _ => ("k", json!({"InputType": "MANIFEST"})),
    };
    let objects: Arc<dyn Objects> = Arc::new(One(body.into()));
    let limits = Limits { item_bytes_max: 1_000, items_pointer_bytes_max: 10_000, ..Limits::default() };
    let whole = items(&objects, key, &config, &limits, None);
    for (number, read) in whole.iter().enumerate().take(CURSORS_MAX) {
        let Ok(item) = read else { break };
        // What was checked once can be parsed.
        serde_json::from_str::<Value>(item.value.text()).expect("an item is JSON");
        let rest = items(&objects, key, &config, &limits, Some(&item.cursor));
        assert_eq!(rest, whole[number + 1..], "behind {item:?}");
    }
});

fn items(
    objects: &Arc<dyn Objects>,
    key: &str,
    config: &Value,
    limits: &Limits,
    cursor: Option<&str>,
) -> Vec<Result<Item, Failure>> {
    let parameters = json!({"Bucket": "b", "Key": key});
    let reading = Reading { resource: "arn:aws:states:::s3:getObject", parameters: &parameters, config };
    match Reader::open(Arc::clone(objects), &reading, limits, cursor) {
        Ok(reader) => reader.collect(),
        Err(failure) => vec![Err(failure)],
    }
}

/// The same bytes under every key.
struct One(Arc<[u8]>);

impl Objects for One {
    fn open(&self, _: &ObjectName, from: u64, _: Option<u64>, _: Option<&str>) -> Result<Opened, Failure> {
        let mut body = Cursor::new(Arc::clone(&self.0));
        body.set_position(from);
        Ok(Opened { body: Box::new(body), len: Some(self.0.len() as u64), etag: Some("e".to_owned()) })
    }

    fn list(&self, _: &Bucket, _: &str, _: Option<&str>, _: usize) -> Result<ListPage, Failure> {
        Ok(ListPage::default())
    }

    fn put(&self, _: &ObjectName, _: &[u8], _: &str) -> Result<(), Failure> {
        Ok(())
    }
}
