//! Items of each format and source.

mod memory;

use expect_test::{Expect, expect};
use memory::{GET, LIST, Memory, gzip, show, show_within};
use serde_json::{Value, json};
use stateline_base::Limits;

fn check(key: &str, body: &[u8], config: &Value, expected: &Expect) {
    expected.assert_eq(&show(Memory::with(&[(key, body)]), GET, key, config));
}

#[test]
fn json_lines() {
    let config = json!({"InputType": "JSONL"});
    check(
        "k",
        b"\xef\xbb\xbf{\"a\": 1}\r\n\n  \n[2, \"x y\"]\n3",
        &config,
        &expect![[r#"
            {"a":1} from s3://b/k
            [2,"x y"] from s3://b/k
            3 from s3://b/k
        "#]],
    );
    check("k", b"", &config, &expect![""]);
    check(
        "k",
        b"1\n{\"a\":\n2\n",
        &config,
        &expect![[r#"
            1 from s3://b/k
            States.ItemReaderFailed: Line 2 of s3://b/k cannot be read: it is not valid JSON: EOF while parsing a value at line 1 column 5.
        "#]],
    );
}

#[test]
fn packed_files_are_unpacked_by_their_names() {
    let config = json!({"InputType": "JSONL"});
    let two = [gzip(b"1\n"), gzip(b"2\n")].concat();
    check(
        "k.jsonl.gz",
        &two,
        &config,
        &expect![[r#"
            1 from s3://b/k.jsonl.gz
            2 from s3://b/k.jsonl.gz
        "#]],
    );
    let zstd = zstd::encode_all(&b"3\n"[..], 1).expect("packed");
    for key in ["k.zst", "k.zstd"] {
        let shown = show(Memory::with(&[(key, &zstd)]), GET, key, &config);
        assert_eq!(shown, format!("3 from s3://b/{key}\n"));
    }
}

#[test]
fn rows_as_aws_reads_them() {
    let first_row = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"});
    check(
        "k",
        b"a,b\r\n1,\"x, \"\"y\"\"\nz\"\n2\n3,4,5\n\\,\\n,6\n \n\n\"\xc3\xa4",
        &first_row,
        &expect![[r#"
            {"a":"1","b":"x, \"y\"\nz"} from s3://b/k
            {"a":"2","b":""} from s3://b/k
            {"a":"3","b":"4"} from s3://b/k
            {"a":",n","b":"6"} from s3://b/k
            {"a":" ","b":""} from s3://b/k
            {"a":"","b":""} from s3://b/k
            {"a":"ä","b":""} from s3://b/k
        "#]],
    );
    check(
        "k",
        b"\xef\xbb\xbfa,,\"b\"\n1,2,3",
        &first_row,
        &expect![[r#"
        {"a":"1","":"2","b":"3"} from s3://b/k
    "#]],
    );
    let given =
        json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "TAB"});
    check(
        "k",
        b"1\t2\n\r\r\n",
        &given,
        &expect![[r#"
        {"a":"1"} from s3://b/k
        {"a":"\r"} from s3://b/k
    "#]],
    );
    check("k", b"", &first_row, &expect![""]);
    check(
        "k",
        b"a,a\n1,2",
        &first_row,
        &expect![[r#"
        States.ItemReaderFailed: CSV headers cannot contain duplicates.
    "#]],
    );
    check(
        "k",
        b"a\nb\n\xff\n",
        &first_row,
        &expect![[r#"
        {"a":"b"} from s3://b/k
        States.ItemReaderFailed: Line 3 of s3://b/k holds bytes that are not UTF-8. Write the file in UTF-8.
    "#]],
    );
    let long = [&b"a"[..], &[b'b'; 10_240], b"\n1"].concat();
    check(
        "k",
        &long,
        &first_row,
        &expect![[r#"
        States.ItemReaderFailed: Line 1 of s3://b/k begins a row of more than 10240 bytes, which is as much as one may have here. Look for a quotation mark that is not closed.
    "#]],
    );
}

#[test]
fn json_documents() {
    let plain = json!({"InputType": "JSON"});
    check(
        "k",
        b" [ 1, {\"a\": [ 2 ]} ,\"]\\\"\"] ",
        &plain,
        &expect![[r#"
        1 from s3://b/k
        {"a":[2]} from s3://b/k
        "]\"" from s3://b/k
    "#]],
    );
    check(
        "k",
        b"{\"a\": 1, \"\\u00e4\": {\"b\": 2}}",
        &plain,
        &expect![[r#"
        a = 1 from s3://b/k
        ä = {"b":2} from s3://b/k
    "#]],
    );
    check("k", b"[]", &plain, &expect![""]);
    check(
        "k",
        b"\"text\"",
        &plain,
        &expect![[r#"
        States.ItemReaderFailed: Attempting to map over non-iterable node.
    "#]],
    );
    check(
        "k",
        b"[1] 2",
        &plain,
        &expect![[r#"
        1 from s3://b/k
        States.ItemReaderFailed: s3://b/k cannot be read as JSON at byte 4: something follows the end of the document.
    "#]],
    );
    check(
        "k",
        b"[1, 2 3]",
        &plain,
        &expect![[r#"
        1 from s3://b/k
        2 from s3://b/k
        States.ItemReaderFailed: s3://b/k cannot be read as JSON at byte 6: `,` is missing.
    "#]],
    );
    check(
        "k",
        b"[1,]",
        &plain,
        &expect![[r#"
        1 from s3://b/k
        States.ItemReaderFailed: s3://b/k cannot be read as JSON at byte 3: item 1: it is not valid JSON: EOF while parsing a value at line 1 column 0.
    "#]],
    );
    check(
        "k",
        b"[1, {\"a\"",
        &plain,
        &expect![[r#"
        1 from s3://b/k
        States.ItemReaderFailed: s3://b/k cannot be read as JSON at byte 8: the document ends too soon.
    "#]],
    );
}

#[test]
fn items_pointer() {
    let body = br#"{"x": "[{", "a/b": [0, {"~": {"items": [1, 2], "more": 3}}], "s": 4} trailing"#;
    let pointed = |pointer: &str| json!({"InputType": "JSON", "ItemsPointer": pointer});
    check(
        "k",
        body,
        &pointed("/a~1b/1/~0/items"),
        &expect![[r#"
        1 from s3://b/k
        2 from s3://b/k
    "#]],
    );
    check(
        "k",
        body,
        &pointed("/a~1b/1/~0"),
        &expect![[r#"
        items = [1,2] from s3://b/k
        more = 3 from s3://b/k
    "#]],
    );
    for nothing in ["/a", "/a~1b/01", "/a~1b/2", "/a~1b/-", "/x/y"] {
        let shown = show(Memory::with(&[("k", body)]), GET, "k", &pointed(nothing));
        let expected =
            format!("States.ItemReaderFailed: The ItemsPointer '{nothing}' leads to nothing in s3://b/k.\n");
        assert_eq!(shown, expected);
    }
    check(
        "k",
        body,
        &pointed("/s"),
        &expect![[r#"
        States.ItemReaderFailed: Attempting to map over non-iterable node.
    "#]],
    );
    let limits = Limits { items_pointer_bytes_max: 10, ..Limits::default() };
    let far = show_within(Memory::with(&[("k", body)]), GET, "k", &pointed("/a~1b"), &limits);
    assert!(far.contains("The ItemsPointer leads behind the first 10 bytes of s3://b/k."), "{far}");
}

#[test]
fn objects_are_listed() {
    let memory = || Memory { page: 1, ..Memory::with(&[("p/a", b"1"), ("p/b", b"22"), ("q", b"")]) };
    expect![[r#"
        {"Etag":"\"240\"","Key":"p/a","LastModified":1668699881,"Size":1,"StorageClass":"STANDARD"} from s3://b
        {"Etag":"\"4611\"","Key":"p/b","LastModified":1668699881,"Size":2,"StorageClass":"STANDARD"} from s3://b
    "#]]
    .assert_eq(&show(memory(), LIST, "p/", &json!({})));
    let one = show(memory(), LIST, "", &json!({"MaxItems": 1}));
    assert_eq!(one.lines().count(), 1);
}

#[test]
fn listed_objects_are_loaded_and_flattened() {
    let config =
        json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "Transformation": "LOAD_AND_FLATTEN"});
    let objects: [(&str, &[u8]); 4] =
        [("p/", b""), ("p/1.csv", b"a\n1\n2\n"), ("p/2.csv", b"b\n"), ("p/3.csv", b"c\n3")];
    let memory = Memory { page: 1, ..Memory::with(&objects) };
    expect![[r#"
        {"a":"1"} from s3://b/p/1.csv
        {"a":"2"} from s3://b/p/1.csv
        {"c":"3"} from s3://b/p/3.csv
    "#]]
    .assert_eq(&show(memory, LIST, "p/", &config));
}

#[test]
fn manifests_lead_to_files() {
    let manifest = br#"{"sourceBucket": "s", "destinationBucket": "arn:aws:s3:::b", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size", "files": [{"key": "1.csv.gz"}, {"key": "2.csv.gz"}]}"#;
    let (one, two) = (gzip(b"\"s\",\"x/\",\"0\"\n\"s\",\"x/1\",\"7\"\n"), gzip(b"\"s\",\"y\",\"8\"\n"));
    let objects: [(&str, &[u8]); 3] = [("manifest.json", manifest), ("1.csv.gz", &one), ("2.csv.gz", &two)];
    let expected = expect![[r#"
        {"Bucket":"s","Key":"x/","Size":"0"} from s3://b/1.csv.gz
        {"Bucket":"s","Key":"x/1","Size":"7"} from s3://b/1.csv.gz
        {"Bucket":"s","Key":"y","Size":"8"} from s3://b/2.csv.gz
    "#]];
    for config in [json!({"InputType": "MANIFEST"}), json!({"ManifestType": "S3_INVENTORY"})] {
        expected.assert_eq(&show(Memory::with(&objects), GET, "manifest.json", &config));
    }
    let objects: [(&str, &[u8]); 3] = [
        ("m.csv", b"s3://b/r/1\ns3://b/r/2.gz\n"),
        ("r/1", b"{\"a\":1}\n"),
        ("r/2.gz", &gzip(b"{\"a\":2}\n")),
    ];
    let config = json!({"ManifestType": "ATHENA_DATA", "InputType": "JSONL"});
    expect![[r#"
        {"a":1} from s3://b/r/1
        {"a":2} from s3://b/r/2.gz
    "#]]
    .assert_eq(&show(Memory::with(&objects), GET, "m.csv", &config));
}

#[test]
fn limits_hold_and_the_words_of_the_store_pass_through() {
    let config = json!({"InputType": "JSONL", "MaxItems": 2});
    let shown = show(Memory::with(&[("k", b"1\n2\n3\n")]), GET, "k", &config);
    assert_eq!(shown, "1 from s3://b/k\n2 from s3://b/k\n");
    let limits = Limits { items_max: 1, item_bytes_max: 4, item_file_bytes_max: 9, ..Limits::default() };
    let within =
        |body: &[u8], config: &Value| show_within(Memory::with(&[("k", body)]), GET, "k", config, &limits);
    assert_eq!(within(b"1\n2\n", &config), "1 from s3://b/k\n");
    expect![[r#"
        States.ItemReaderFailed: Line 1 of s3://b/k has more than 4 bytes, which is as much as an item may have.
    "#]]
    .assert_eq(&within(b"12345", &config));
    expect![[r#"
        States.ItemReaderFailed: s3://b/k cannot be read as JSON at byte 8: an item has more than 4 bytes, which is as much as one may have.
    "#]]
    .assert_eq(&within(b"[\"12345\"]", &json!({"InputType": "JSON"})));
    expect![[r#"
        States.ItemReaderFailed: s3://b/k is larger than 9 bytes, which is as much as is read of one file. Split it.
    "#]]
    .assert_eq(&within(b"1\n2\n3\n4\n5\n", &config));
    expect![[r#"
        States.ItemReaderFailed: The specified key does not exist.
    "#]]
    .assert_eq(&show(Memory::default(), GET, "k", &config));
}
