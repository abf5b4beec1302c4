//! `cargo xtask models`: makes the table of services from botocore's public models, or says
//! whether the one that is there is still the one they give. Its form is told in `crates/models`.

use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder, GzDecoder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod encode;
mod hosts;
mod naming;
mod ruleset;
mod shapes;

const TABLE: &str = "crates/models/src/models.bin";
const FORMAT: &str = "stateline-models 2";

/// Makes the table, or with `check_only` compares.
pub(crate) fn run(root: &Path, check_only: bool) -> ExitCode {
    let Some(botocore) = botocore(root) else {
        println!("models: no botocore in .venv, nothing was looked at (scripts/setup installs it)");
        return if check_only { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    let (partitions, table) = match tables(&botocore) {
        Ok(tables) => tables,
        Err(message) => {
            eprintln!("models: {message}");
            return ExitCode::from(2);
        }
    };
    let version = version(&botocore);
    let path = root.join(TABLE);
    if check_only {
        return compare(&fs::read(&path).unwrap_or_default(), &version, &partitions, &table);
    }
    let bytes = pack(&version, &partitions, &table);
    if let Err(error) = fs::write(&path, &bytes) {
        eprintln!("models: {}: {error}", path.display());
        return ExitCode::from(2);
    }
    println!("models: {} services of botocore {version}, {} bytes", table.len(), bytes.len());
    ExitCode::SUCCESS
}

/// The folder of botocore in the clone's own Python.
fn botocore(root: &Path) -> Option<PathBuf> {
    let libraries = fs::read_dir(root.join(".venv/lib")).ok()?;
    let mut found: Vec<PathBuf> = libraries
        .filter_map(Result::ok)
        .map(|library| library.path().join("site-packages/botocore"))
        .filter(|folder| folder.join("data").is_dir())
        .collect();
    found.sort();
    found.pop()
}

fn version(botocore: &Path) -> String {
    let text = fs::read_to_string(botocore.join("__init__.py")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("__version__ = "));
    line.unwrap_or("unknown").trim_matches(['\'', '"']).to_owned()
}

/// What the table tells of partitions, and of services.
type Tables = (Vec<String>, BTreeMap<String, String>);

/// Every service by the name that `aws-sdk` integrations have for it, with its text.
fn tables(botocore: &Path) -> Result<Tables, String> {
    let path = botocore.join("data/partitions.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let partitions: Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut services = BTreeMap::new();
    for folder in folders(&botocore.join("data"))? {
        // Of several versions of a model the latest one; their names are dates.
        let Some(version) =
            folders(&folder)?.into_iter().rfind(|version| version.join("service-2.json.gz").is_file())
        else {
            continue;
        };
        let mut model = read(&version.join("service-2.json.gz"))?;
        if let Ok(extras) = fs::read_to_string(version.join("service-2.sdk-extras.json")) {
            let extras: Value = serde_json::from_str(&extras).map_err(|error| error.to_string())?;
            merge(&mut model, &extras["merge"]);
        }
        let rules = version.join("endpoint-rule-set-1.json.gz");
        let rules = if rules.is_file() { read(&rules)? } else { Value::Null };
        let hosts = hosts::lines(&mut model, &rules, &partitions);
        let id = model["metadata"]["serviceId"].as_str().unwrap_or_default();
        let (name, client) = (naming::service(id), naming::client(id));
        if let Some(text) = encode::service(&model, &client, &hosts) {
            services.entry(name).or_insert(text);
        }
    }
    Ok((hosts::partitions_told(&partitions), services))
}

/// What botocore says besides a model, such as the id of a service and that a text is a time. The
/// members that it adds are for presigning, and no service knows them.
fn merge(model: &mut Value, extras: &Value) {
    let (Some(model), Some(extras)) = (model.as_object_mut(), extras.as_object()) else {
        *model = extras.clone();
        return;
    };
    for (name, extra) in extras.iter().filter(|(name, _)| *name != "members") {
        merge(model.entry(name.clone()).or_insert(Value::Null), extra);
    }
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// Reads a gzip file of JSON.
fn read(path: &Path) -> Result<Value, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = fs::File::open(path).map_err(|error| told(&error))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).map_err(|error| told(&error))?;
    serde_json::from_str(&text).map_err(|error| told(&error))
}

fn pack(version: &str, partitions: &[String], services: &BTreeMap<String, String>) -> Vec<u8> {
    let mut head = format!("{FORMAT}\nbotocore {version}\n");
    for line in partitions {
        writeln!(head, "{line}").expect("a text takes every write");
    }
    let mut body = Vec::new();
    for (name, text) in services {
        let mut deflated = Vec::new();
        DeflateEncoder::new(text.as_bytes(), Compression::best())
            .read_to_end(&mut deflated)
            .expect("a text in memory can be read");
        writeln!(head, "{name} {} {}", body.len(), deflated.len()).expect("a text takes every write");
        body.extend(deflated);
    }
    head.push('\n');
    [head.into_bytes(), body].concat()
}

/// Compares what the table says, not how it was deflated.
fn compare(
    bytes: &[u8],
    version: &str,
    partitions: &[String],
    wanted: &BTreeMap<String, String>,
) -> ExitCode {
    let (told, found) = unpack(bytes).unwrap_or_default();
    if told != partitions {
        println!(
            "models: {TABLE} is stale: its partitions are not those of botocore {version}; run cargo xtask models"
        );
        return ExitCode::FAILURE;
    }
    let stale: Vec<&str> = wanted
        .keys()
        .chain(found.keys())
        .filter(|name| found.get(*name) != wanted.get(*name))
        .map(String::as_str)
        .collect();
    if stale.is_empty() {
        println!("models: {} services, as botocore {version} has them", wanted.len());
        return ExitCode::SUCCESS;
    }
    println!(
        "models: {TABLE} is stale: botocore {version} differs in {} services ({}, …); run cargo xtask models",
        stale.len(),
        stale.first().unwrap_or(&"")
    );
    ExitCode::FAILURE
}

fn unpack(bytes: &[u8]) -> Option<Tables> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, body) = (std::str::from_utf8(bytes.get(..end)?).ok()?, bytes.get(end + 2..)?);
    let mut services = BTreeMap::new();
    let rows = head.lines().skip(2);
    let (told, rows): (Vec<&str>, Vec<&str>) = rows.partition(|row| row.starts_with("partition "));
    for row in rows {
        let mut parts = row.split(' ');
        let name = parts.next()?.to_owned();
        let start: usize = parts.next()?.parse().ok()?;
        let length: usize = parts.next()?.parse().ok()?;
        let mut text = String::new();
        DeflateDecoder::new(body.get(start..start.checked_add(length)?)?).read_to_string(&mut text).ok()?;
        services.insert(name, text);
    }
    Some((told.into_iter().map(str::to_owned).collect(), services))
}
