//! How fast items are read from a folder, and in how much memory:
//! `cargo run --release -p stateline-items --example throughput -- 10000000`.

#![allow(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};
use stateline_base::Limits;
use stateline_items::{Folder, Objects, Reader, Reading};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const GROUP_ROWS: usize = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args().nth(1).map(|rows| rows.parse()).transpose()?.unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    write_texts(folder.path(), rows)?;
    write_parquet(folder.path(), rows)?;
    let buckets = BTreeMap::from([("b".to_owned(), folder.path().to_path_buf())]);
    let objects: Arc<dyn Objects> = Arc::new(Folder::new(buckets));
    for (key, config) in [
        ("rows.jsonl", json!({"InputType": "JSONL"})),
        ("rows.json", json!({"InputType": "JSON"})),
        ("rows.csv", json!({"InputType": "CSV"})),
        ("rows.csv.gz", json!({"InputType": "CSV"})),
        ("rows.parquet", json!({"InputType": "PARQUET"})),
    ] {
        measure(&objects, folder.path(), key, &config)?;
    }
    Ok(())
}

fn write_texts(folder: &Path, rows: usize) -> std::io::Result<()> {
    let file = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut lines, mut array, mut csv) = (file("rows.jsonl")?, file("rows.json")?, file("rows.csv")?);
    let packed = File::create(folder.join("rows.csv.gz"))?;
    let mut packed = flate2::write::GzEncoder::new(BufWriter::new(packed), flate2::Compression::fast());
    csv.write_all(b"id,name,city,amount\n")?;
    packed.write_all(b"id,name,city,amount\n")?;
    for row in 0..rows {
        let item =
            format!(r#"{{"id": {row}, "name": "Customer {row}", "city": "Berlin", "amount": {row}.25}}"#);
        writeln!(lines, "{item}")?;
        write!(array, "{}{item}", if row == 0 { "[" } else { ",\n" })?;
        let line = format!("{row},\"Customer {row}\",Berlin,{row}.25\n");
        csv.write_all(line.as_bytes())?;
        packed.write_all(line.as_bytes())?;
    }
    array.write_all(b"]")?;
    packed.finish()?.flush()?;
    lines.flush()?;
    array.flush()?;
    csv.flush()
}

fn write_parquet(folder: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    let schema =
        Arc::new(parse_message_type("message m { required int64 id; required binary name (UTF8); }")?);
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = SerializedFileWriter::new(File::create(folder.join("rows.parquet"))?, schema, properties)?;
    for first in (0..rows).step_by(GROUP_ROWS) {
        let range = first..rows.min(first + GROUP_ROWS);
        let ids = range.clone().map(i64::try_from).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<ByteArray> =
            range.map(|row| ByteArray::from(format!("Customer {row}").as_str())).collect();
        let mut group = file.next_row_group()?;
        if let Some(mut column) = group.next_column()? {
            column.typed::<Int64Type>().write_batch(&ids, None, None)?;
            column.close()?;
        }
        if let Some(mut column) = group.next_column()? {
            column.typed::<ByteArrayType>().write_batch(&names, None, None)?;
            column.close()?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn measure(
    objects: &Arc<dyn Objects>,
    folder: &Path,
    key: &str,
    config: &Value,
) -> Result<(), Box<dyn Error>> {
    let parameters = json!({"Bucket": "b", "Key": key});
    let reading = Reading { resource: "arn:aws:states:::s3:getObject", parameters: &parameters, config };
    let begun = Instant::now();
    let mut reader = Reader::open(Arc::clone(objects), &reading, &Limits::default(), None)
        .map_err(|failure| failure.cause.unwrap_or_default().to_string())?;
    let (mut items, mut bytes) = (0_u32, 0);
    for item in &mut reader {
        let item = item.map_err(|failure| failure.cause.unwrap_or_default().to_string())?;
        items += 1;
        bytes += item.value.bytes_len();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let rate = f64::from(items) / seconds;
    let size = fs::metadata(folder.join(key))?.len() / 1_048_576;
    println!("{key}: {items} items ({bytes} bytes) of {size} MiB in {seconds:.2} s, {rate:.0}/s, {}", peak());
    Ok(())
}

/// The most memory that was used so far, as Linux tells it.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map_or_else(
        || "peak unknown".to_owned(),
        |line| line.split_whitespace().collect::<Vec<_>>().join(" "),
    )
}
