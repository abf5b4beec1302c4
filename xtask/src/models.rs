//! `cargo xtask models`: makes the table of services' answers from botocore's public models, or says
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

const TABLE: &str = "crates/models/src/models.bin";
const FORMAT: &str = "stateline-models 1";

/// Makes the table, or with `check_only` compares.
pub(crate) fn run(root: &Path, check_only: bool) -> ExitCode {
    let Some(botocore) = botocore(root) else {
        println!("models: no botocore in .venv, nothing was looked at (scripts/setup installs it)");
        return if check_only { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    let table = match services(&botocore) {
        Ok(services) => services,
        Err(message) => {
            eprintln!("models: {message}");
            return ExitCode::from(2);
        }
    };
    let version = version(&botocore);
    let path = root.join(TABLE);
    if check_only {
        return compare(&fs::read(&path).unwrap_or_default(), &version, &table);
    }
    let bytes = pack(&version, &table);
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

/// Every service by the name that `aws-sdk` integrations have for it, with its text.
fn services(botocore: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut services = BTreeMap::new();
    for folder in folders(&botocore.join("data"))? {
        // Of several versions of a model the latest one; their names are dates.
        let Some(model) = folders(&folder)?
            .into_iter()
            .map(|version| version.join("service-2.json.gz"))
            .rfind(|model| model.is_file())
        else {
            continue;
        };
        let model = read(&model)?;
        let id = model["metadata"]["serviceId"].as_str().unwrap_or_default();
        if let Some(text) = encode::service(&model) {
            services.entry(name(id)).or_insert(text);
        }
    }
    Ok(services)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// `CloudWatch Logs` is `cloudwatchlogs`, `Config Service` is `config`: as the SDK for Java names them.
fn name(id: &str) -> String {
    let plain: String =
        id.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let bare = plain.strip_prefix("amazon").or_else(|| plain.strip_prefix("aws")).unwrap_or(&plain);
    bare.strip_suffix("service").unwrap_or(bare).to_owned()
}

/// Reads a gzip file of JSON.
fn read(path: &Path) -> Result<Value, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = fs::File::open(path).map_err(|error| told(&error))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).map_err(|error| told(&error))?;
    serde_json::from_str(&text).map_err(|error| told(&error))
}

fn pack(version: &str, services: &BTreeMap<String, String>) -> Vec<u8> {
    let mut head = format!("{FORMAT}\nbotocore {version}\n");
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
fn compare(bytes: &[u8], version: &str, wanted: &BTreeMap<String, String>) -> ExitCode {
    let found = unpack(bytes).unwrap_or_default();
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

fn unpack(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, body) = (std::str::from_utf8(bytes.get(..end)?).ok()?, bytes.get(end + 2..)?);
    let mut services = BTreeMap::new();
    for row in head.lines().skip(2) {
        let mut parts = row.split(' ');
        let name = parts.next()?.to_owned();
        let start: usize = parts.next()?.parse().ok()?;
        let length: usize = parts.next()?.parse().ok()?;
        let mut text = String::new();
        DeflateDecoder::new(body.get(start..start.checked_add(length)?)?).read_to_string(&mut text).ok()?;
        services.insert(name, text);
    }
    Some(services)
}
