//! Reading goes on where a cursor says: always with what was still to come, never with more work than
//! the format asks for.

mod memory;

use memory::{GET, LIST, Memory, all, etag, gzip};
use proptest::prelude::*;
use serde_json::{Value, json};
use stateline_base::Limits;
use stateline_items::{Item, Objects};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Reads all items, then from each item's cursor, over connections that break.
fn check(objects: &[(&str, &[u8])], resource: &str, key: &str, config: &Value, page: usize) -> Vec<Item> {
    let whole: Arc<dyn Objects> = Arc::new(Memory { page, ..Memory::with(objects) });
    let items = all(&whole, resource, key, config, None).expect("the whole is readable");
    let broken: Arc<dyn Objects> = Arc::new(Memory { page, breaks_after: 5, ..Memory::with(objects) });
    for (number, item) in items.iter().enumerate() {
        for objects in [&whole, &broken] {
            let rest = all(objects, resource, key, config, Some(&item.cursor));
            assert_eq!(rest.as_deref(), Ok(&items[number + 1..]), "behind {item:?}");
        }
    }
    items
}

fn values(items: &[Item]) -> Vec<Value> {
    items.iter().map(|item| item.value.value().clone()).collect()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        r#"[ -~äß\n"\\\[\]{},:]{0,6}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((r#"[a-c"\\ä]{0,2}"#, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON is written to memory")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lines(values_in in proptest::collection::vec(value(), 0..8), ends in proptest::collection::vec("\r?\n *", 8)) {
        let lines: Vec<_> = values_in.iter().zip(&ends).map(|(value, end)| format!("{value}{end}")).collect();
        let text = lines.concat();
        let config = json!({"InputType": "JSONL"});
        let items = check(&[("k", text.as_bytes())], GET, "k", &config, 0);
        prop_assert_eq!(&values(&items), &values_in);
        let items = check(&[("k.gz", &gzip(text.as_bytes()))], GET, "k.gz", &config, 0);
        prop_assert_eq!(values(&items), values_in);
    }

    #[test]
    fn elements(values_in in proptest::collection::vec(value(), 0..8)) {
        let document = json!({"s": ["]", {"}": "\""}], "in": {"x": [0, values_in]}, "behind": 1});
        for text in [document.to_string(), pretty(&document)] {
            let config = json!({"InputType": "JSON", "ItemsPointer": "/in/x/1"});
            let items = check(&[("k", text.as_bytes())], GET, "k", &config, 0);
            prop_assert_eq!(&values(&items), &values_in);
        }
        let text = format!("\u{feff} {} \n", pretty(&Value::from(values_in.clone())));
        let items = check(&[("k", text.as_bytes())], GET, "k", &json!({"InputType": "JSON"}), 0);
        prop_assert_eq!(values(&items), values_in);
    }

    #[test]
    fn members(value_in in value().prop_filter("an object", Value::is_object)) {
        let items = check(&[("k", pretty(&value_in).as_bytes())], GET, "k", &json!({"InputType": "JSON"}), 0);
        let members = items.iter().filter_map(|item| Some((item.key.as_deref()?.to_owned(), item.value.value().clone())));
        prop_assert_eq!(Value::Object(members.collect()), value_in);
    }

    #[test]
    fn rows(text in r#"[a-c,"\\\r\n äß]{0,60}"#) {
        for config in [json!({"InputType": "CSV", "CSVHeaders": ["x", "y"]}), json!({"InputType": "CSV"})] {
            let objects: Arc<dyn Objects> = Arc::new(Memory::with(&[("k", text.as_bytes())]));
            match all(&objects, GET, "k", &config, None) {
                Ok(_) => { check(&[("k", text.as_bytes())], GET, "k", &config, 0); }
                Err(cause) => prop_assert!(cause.ends_with("CSV headers cannot contain duplicates."), "{}", cause),
            }
        }
    }

    #[test]
    fn listings(keys in proptest::collection::btree_set("[a-c/]{1,4}", 0..8), page in 1_usize..4) {
        let objects: Vec<(&str, &[u8])> = keys.iter().map(|key| (key.as_str(), &b"1\n2"[..])).collect();
        let items = check(&objects, LIST, "a", &json!({}), page);
        let expected: Vec<&String> = keys.iter().filter(|key| key.starts_with('a')).collect();
        prop_assert_eq!(items.len(), expected.len());
        let config = json!({"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 7});
        let items = check(&objects, LIST, "", &config, page);
        prop_assert_eq!(items.len(), (2 * keys.len()).min(7));
    }
}

#[test]
fn manifests() {
    let athena: [(&str, &[u8]); 4] =
        [("m", b"s3://b/1\ns3://b/2\ns3://b/3\n"), ("1", b"1\n2\n"), ("2", b""), ("3", b"3\n")];
    let config = json!({"ManifestType": "ATHENA_DATA", "InputType": "JSONL"});
    assert_eq!(values(&check(&athena, GET, "m", &config, 0)), [json!(1), json!(2), json!(3)]);
    let inventory: [(&str, &[u8]); 3] = [
        ("m", br#"{"fileFormat": "CSV", "fileSchema": "Key", "files": [{"key": "1"}, {"key": "2"}]}"#),
        ("1", b"a\nb\n"),
        ("2", b"c\n"),
    ];
    let items = check(&inventory, GET, "m", &json!({"InputType": "MANIFEST"}), 0);
    assert_eq!(values(&items), [json!({"Key": "a"}), json!({"Key": "b"}), json!({"Key": "c"})]);
}

#[test]
fn what_lies_before_is_not_read_again() {
    let lines: String = (0..100_000).map(|number| format!("{{\"n\": {number}}}\n")).collect();
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    let rows = format!("n\n{}", (0..100_000).map(|number| format!("{number}\n")).collect::<String>());
    for (text, config) in [
        (lines, json!({"InputType": "JSONL"})),
        (array, json!({"InputType": "JSON"})),
        (rows, json!({"InputType": "CSV"})),
    ] {
        let memory = Arc::new(Memory::with(&[("k", text.as_bytes())]));
        let objects: Arc<dyn Objects> = Arc::clone(&memory) as _;
        let items = all(&objects, GET, "k", &config, None).expect("readable");
        assert_eq!(items.len(), 100_000);
        memory.read.store(0, Ordering::Relaxed);
        let rest = all(&objects, GET, "k", &config, Some(&items[99_989].cursor)).expect("readable");
        assert_eq!(rest, items[99_990..]);
        let read = memory.read.load(Ordering::Relaxed);
        assert!(read < 70_000, "{read} bytes of {} were read for the last ten items", text.len());
        assert!(items[99_989].cursor.len() < 100, "{}", items[99_989].cursor);
    }
}

#[test]
fn an_object_that_has_changed_is_not_read_on() {
    let memory = Arc::new(Memory::with(&[("k", b"1\n2\n3\n")]));
    let objects: Arc<dyn Objects> = Arc::clone(&memory) as _;
    let config = json!({"InputType": "JSONL"});
    let items = all(&objects, GET, "k", &config, None).expect("readable");
    memory.objects.lock().expect("nobody panicked with it").insert("k".to_owned(), b"4\n5\n6\n".to_vec());
    assert_ne!(etag(b"1\n2\n3\n"), etag(b"4\n5\n6\n"));
    let cause = all(&objects, GET, "k", &config, Some(&items[0].cursor)).expect_err("it has changed");
    assert!(cause.starts_with("States.ItemReaderFailed: s3://b/k has changed since"), "{cause}");
    let other = all(&objects, LIST, "k", &json!({}), Some(&items[0].cursor)).expect_err("another source");
    assert!(other.contains("The place where reading should go on is not one of this source"), "{other}");
    let odd = all(&objects, GET, "k", &config, Some("{}")).expect_err("no cursor");
    assert!(odd.contains("is not one of this source: missing field `n`"), "{odd}");
}

#[test]
fn connections_that_break_at_once_are_given_up() {
    struct Dead(Memory);
    impl Objects for Dead {
        fn open(
            &self,
            object: &stateline_items::ObjectName,
            from: u64,
            bytes_max: Option<u64>,
            pinned: Option<&str>,
        ) -> Result<stateline_items::Opened, stateline_base::Failure> {
            let mut opened = self.0.open(object, from, bytes_max, pinned)?;
            if from >= 2 {
                opened.body = Box::new(std::io::empty());
            }
            Ok(opened)
        }

        fn list(
            &self,
            bucket: &stateline_items::Bucket,
            prefix: &str,
            after: Option<&str>,
            max: usize,
        ) -> Result<stateline_items::ListPage, stateline_base::Failure> {
            self.0.list(bucket, prefix, after, max)
        }

        fn put(
            &self,
            object: &stateline_items::ObjectName,
            body: &[u8],
            content_type: &str,
        ) -> Result<(), stateline_base::Failure> {
            self.0.put(object, body, content_type)
        }
    }
    let memory = Memory { breaks_after: 2, ..Memory::with(&[("k", b"1\n2\n3\n")]) };
    let objects: Arc<dyn Objects> = Arc::new(Dead(memory));
    let config = json!({"InputType": "JSONL"});
    let mut reader = memory::open(&objects, GET, "k", &config, &Limits::default(), None).expect("it opens");
    let failure = reader.find_map(Result::err).expect("it breaks");
    assert!(failure.cause.is_some_and(|cause| cause.contains("the connection ended too soon")));
    assert!(reader.next().is_none());
}
