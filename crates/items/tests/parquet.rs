//! Rows of Parquet files.

mod memory;

use expect_test::expect;
use memory::{GET, LIST, Memory, all, show, show_within};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use serde_json::json;
use stateline_base::Limits;
use stateline_items::Objects;
use std::sync::Arc;
use std::sync::atomic::Ordering;

type Group<'g> = SerializedRowGroupWriter<'g, Vec<u8>>;

/// Writes a file of row groups.
fn file(
    schema: &str,
    compression: Compression,
    groups: usize,
    write: impl Fn(&mut Group<'_>, usize),
) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties).expect("a file");
    for group in 0..groups {
        let mut rows = file.next_row_group().expect("a group");
        write(&mut rows, group);
        rows.close().expect("the group ends");
    }
    file.into_inner().expect("the file ends")
}

fn column<T: DataType>(group: &mut Group<'_>, values: &[T::T], def: Option<&[i16]>, rep: Option<&[i16]>) {
    let mut column = group.next_column().expect("columns follow").expect("one is left");
    column.typed::<T>().write_batch(values, def, rep).expect("written");
    column.close().expect("the column ends");
}

/// Row groups of numbers with their squares as text.
fn numbers(compression: Compression, groups: usize, rows: usize) -> Vec<u8> {
    let schema = "message m { required int64 n; optional binary text (UTF8); }";
    file(schema, compression, groups, |group, number| {
        let range = number * rows..(number + 1) * rows;
        let numbers: Vec<i64> = range.clone().map(|n| i64::try_from(n).expect("small")).collect();
        let texts: Vec<ByteArray> = range.map(|n| ByteArray::from((n * n).to_string().as_str())).collect();
        column::<Int64Type>(group, &numbers, None, None);
        column::<ByteArrayType>(group, &texts, Some(&vec![1; rows]), None);
    })
}

#[test]
fn each_type_has_its_form() {
    let schema = "message m {
        required boolean flag; optional int32 missing; required int32 small (INTEGER(8, true));
        required int64 large (INTEGER(64, false)); required float f; required double d; required double odd;
        required binary text (UTF8); required binary bytes; required fixed_len_byte_array(16) id (UUID);
        required int32 price (DECIMAL(9, 2)); required binary debt (DECIMAL(30, 3));
        required int32 day (DATE); required int32 clock (TIME(MILLIS, true)); required int64 fine (TIME(NANOS, true));
        required int64 millis (TIMESTAMP(MILLIS, true)); required int64 micros (TIMESTAMP(MICROS, true));
        required int64 nanos (TIMESTAMP(NANOS, true)); required int96 old; required int64 before (TIMESTAMP_MILLIS);
    }";
    let body = file(schema, Compression::SNAPPY, 1, |group, _| {
        column::<BoolType>(group, &[true], None, None);
        column::<Int32Type>(group, &[], Some(&[0]), None);
        column::<Int32Type>(group, &[-1], None, None);
        column::<Int64Type>(group, &[-1], None, None);
        column::<FloatType>(group, &[0.1], None, None);
        column::<DoubleType>(group, &[1e300], None, None);
        column::<DoubleType>(group, &[f64::NEG_INFINITY], None, None);
        column::<ByteArrayType>(group, &["ä\"".into()], None, None);
        column::<ByteArrayType>(group, &[vec![0, 255].into()], None, None);
        let id: Vec<u8> = (0..16).collect();
        column::<FixedLenByteArrayType>(group, &[FixedLenByteArray::from(id)], None, None);
        column::<Int32Type>(group, &[-5], None, None);
        let debt = (-12_345_678_901_234_567_890_i128).to_be_bytes().to_vec();
        column::<ByteArrayType>(group, &[debt.into()], None, None);
        column::<Int32Type>(group, &[19_782], None, None);
        column::<Int32Type>(group, &[86_399_001], None, None);
        column::<Int64Type>(group, &[1], None, None);
        column::<Int64Type>(group, &[1_709_208_000_000], None, None);
        column::<Int64Type>(group, &[1_709_208_000_000_001], None, None);
        column::<Int64Type>(group, &[1_709_208_000_000_000_001], None, None);
        let mut old = Int96::new();
        old.set_data(0, 0, 2_440_589);
        column::<Int96Type>(group, &[old], None, None);
        column::<Int64Type>(group, &[-1], None, None);
    });
    let shown = show(Memory::with(&[("k", &body)]), GET, "k", &json!({"InputType": "PARQUET"}));
    expect![[r#"
        {"flag":true,"missing":null,"small":-1,"large":18446744073709551615,"f":0.1,"d":1e+300,"odd":"-Infinity","text":"ä\"","bytes":"AP8=","id":"00010203-0405-0607-0809-0a0b0c0d0e0f","price":"-0.05","debt":"-12345678901234567.890","day":"2024-02-29","clock":"23:59:59.001","fine":"00:00:00.000000001","millis":"2024-02-29T12:00:00.000Z","micros":"2024-02-29T12:00:00.000001Z","nanos":"2024-02-29T12:00:00.000000001Z","old":"1970-01-02T00:00:00.000Z","before":"1969-12-31T23:59:59.999Z"} from s3://b/k
    "#]]
    .assert_eq(&shown);
}

#[test]
fn groups_lists_and_maps_are_nested() {
    let schema = "message m {
        required group inner { required int64 at (TIMESTAMP(NANOS, true)); }
        optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
        optional group counts (MAP) { repeated group key_value { required int32 key; optional int32 value; } }
    }";
    let body = file(schema, Compression::UNCOMPRESSED, 1, |group, _| {
        column::<Int64Type>(group, &[1, 2, 3], None, None);
        // ["a", null], [], null
        column::<ByteArrayType>(group, &["a".into()], Some(&[3, 2, 1, 0]), Some(&[0, 1, 0, 0]));
        // {1: 10, 2: null}, {}, null
        column::<Int32Type>(group, &[1, 2], Some(&[2, 2, 1, 0]), Some(&[0, 1, 0, 0]));
        column::<Int32Type>(group, &[10], Some(&[3, 2, 1, 0]), Some(&[0, 1, 0, 0]));
    });
    let shown = show(Memory::with(&[("k", &body)]), GET, "k", &json!({"InputType": "PARQUET"}));
    expect![[r#"
        {"inner":{"at":"1970-01-01T00:00:00.000000001Z"},"tags":["a",null],"counts":{"1":10,"2":null}} from s3://b/k
        {"inner":{"at":"1970-01-01T00:00:00.000000002Z"},"tags":[],"counts":{}} from s3://b/k
        {"inner":{"at":"1970-01-01T00:00:00.000000003Z"},"tags":null,"counts":null} from s3://b/k
    "#]]
    .assert_eq(&shown);
}

#[test]
fn reading_goes_on_at_any_row_whatever_packs_the_pages() {
    let config = json!({"InputType": "PARQUET"});
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        let body = numbers(compression, 3, 5);
        let objects: Arc<dyn Objects> = Arc::new(Memory::with(&[("p/1", &body), ("p/2", &body)]));
        let items = all(&objects, GET, "p/1", &config, None).expect("readable");
        let last = items.last().map(|item| item.value.value().clone());
        assert_eq!((items.len(), last), (15, Some(json!({"n": 14, "text": "196"}))), "{compression}");
        for (number, item) in items.iter().enumerate() {
            let rest = all(&objects, GET, "p/1", &config, Some(&item.cursor));
            assert_eq!(rest.as_deref(), Ok(&items[number + 1..]), "{compression}");
        }
        let flat = json!({"InputType": "PARQUET", "Transformation": "LOAD_AND_FLATTEN"});
        let items = all(&objects, LIST, "p/", &flat, None).expect("readable");
        assert_eq!(items.len(), 30);
        let rest = all(&objects, LIST, "p/", &flat, Some(&items[20].cursor));
        assert_eq!(rest.as_deref(), Ok(&items[21..]));
    }
}

#[test]
fn groups_before_the_row_are_not_read_again() {
    let body = numbers(Compression::UNCOMPRESSED, 8, 40_000);
    let memory = Arc::new(Memory::with(&[("k", &body)]));
    let objects: Arc<dyn Objects> = Arc::clone(&memory) as _;
    let config = json!({"InputType": "PARQUET"});
    let items = all(&objects, GET, "k", &config, None).expect("readable");
    assert_eq!(items.len(), 320_000);
    memory.read.store(0, Ordering::Relaxed);
    let rest = all(&objects, GET, "k", &config, Some(&items[279_999].cursor)).expect("readable");
    assert_eq!(rest, items[280_000..]);
    let read = memory.read.load(Ordering::Relaxed);
    assert!(read < body.len() as u64 / 4, "{read} of {} bytes", body.len());
}

#[test]
fn limits_hold() {
    let body = numbers(Compression::UNCOMPRESSED, 1, 100);
    let config = json!({"InputType": "PARQUET"});
    let within = |limits: &Limits| show_within(Memory::with(&[("k", &body)]), GET, "k", &config, limits);
    let shown = within(&Limits { parquet_row_group_bytes_max: 99, ..Limits::default() });
    assert!(
        shown.contains("Row group 0 of s3://b/k has ") && shown.contains("no more than 99 are read"),
        "{shown}"
    );
    let shown = within(&Limits { parquet_footer_bytes_max: 9, ..Limits::default() });
    assert!(
        shown.contains("The footer of s3://b/k has ") && shown.contains("no more than 9 are read"),
        "{shown}"
    );
    let shown = within(&Limits { item_file_bytes_max: 9, ..Limits::default() });
    assert!(shown.contains("is larger than 9 bytes"), "{shown}");
    let shown = within(&Limits { item_bytes_max: 20, ..Limits::default() });
    expect![[r#"
        {"n":0,"text":"0"} from s3://b/k
        {"n":1,"text":"1"} from s3://b/k
        {"n":2,"text":"4"} from s3://b/k
        {"n":3,"text":"9"} from s3://b/k
        {"n":4,"text":"16"} from s3://b/k
        {"n":5,"text":"25"} from s3://b/k
        {"n":6,"text":"36"} from s3://b/k
        {"n":7,"text":"49"} from s3://b/k
        {"n":8,"text":"64"} from s3://b/k
        {"n":9,"text":"81"} from s3://b/k
        States.ItemReaderFailed: Row 10 of s3://b/k has more than 20 bytes as JSON, which is as much as an item may have.
    "#]]
    .assert_eq(&shown);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// One byte is another, or the file is cut off: items or a failure, and nothing panics.
    #[test]
    fn broken_files_are_failures(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(), codec in 0..3) {
        let compression = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())];
        let mut body = numbers(compression[usize::try_from(codec).expect("small")], 2, 3);
        let at = at.index(body.len());
        if cut {
            body.truncate(at);
        } else {
            body[at] = byte;
        }
        let shown = show(Memory::with(&[("k", &body)]), GET, "k", &json!({"InputType": "PARQUET"}));
        for line in shown.lines().filter(|line| !line.ends_with(" from s3://b/k")) {
            prop_assert!(line.starts_with("States.ItemReaderFailed: "), "{}", line);
        }
        prop_assert!(!cut || shown.starts_with("States.ItemReaderFailed: "));
    }
}
