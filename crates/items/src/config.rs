//! What the effective fields of an `ItemReader` say: where to read, and as what.

use crate::csv::Dialect;
use crate::failure::failed;
use crate::objects::{Bucket, ObjectName};
use crate::reader::Reading;
use serde_json::{Map, Value};
use stateline_base::Failure;
use std::sync::Arc;

/// A source of items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Source {
    pub(crate) from: From,
    /// `MaxItems`; `None` is all of them.
    pub(crate) items_max: Option<u64>,
}

/// Where its items are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum From {
    /// The objects with a prefix are the items.
    Names { bucket: Bucket, prefix: Arc<str> },
    /// In the objects with a prefix.
    Listed { bucket: Bucket, prefix: Arc<str>, format: Format },
    /// In one object.
    One { object: ObjectName, format: Format },
    /// In the files that an inventory's manifest names.
    Inventory { manifest: ObjectName, delimiter: u8 },
    /// In the files that an Athena query's manifest names.
    Athena { manifest: ObjectName, format: Format },
}

/// What a file of items is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Format {
    JsonLines,
    Csv(Dialect),
    Json { pointer: Option<Arc<str>> },
    Parquet,
}

impl Source {
    pub(crate) fn of(reading: &Reading<'_>) -> Result<Self, Failure> {
        let fields = Fields { name: "ReaderConfig", value: reading.config };
        let from = if reading.resource.ends_with(":s3:listObjectsV2") {
            listed(reading, &fields)?
        } else if reading.resource.ends_with(":s3:getObject") {
            in_object(reading, &fields)?
        } else {
            return Err(failed(format!("Nothing reads items by {}.", reading.resource)));
        };
        Ok(Source { from, items_max: items_max(reading.config)? })
    }
}

fn listed(reading: &Reading<'_>, config: &Fields<'_>) -> Result<From, Failure> {
    let fields = Fields { name: "Parameters", value: reading.parameters };
    fields.only(&["Bucket", "Prefix", "ExpectedBucketOwner"])?;
    let bucket = bucket(&fields)?;
    let prefix = fields.text("Prefix")?.unwrap_or_default();
    match config.text("Transformation")?.as_deref() {
        Some("LOAD_AND_FLATTEN") => Ok(From::Listed { bucket, prefix, format: format(config)? }),
        _ => Ok(From::Names { bucket, prefix }),
    }
}

fn in_object(reading: &Reading<'_>, config: &Fields<'_>) -> Result<From, Failure> {
    let fields = Fields { name: "Parameters", value: reading.parameters };
    fields.only(&["Bucket", "Key", "VersionId", "ExpectedBucketOwner"])?;
    let key = fields.text("Key")?.filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| failed("The field 'Key' of the ItemReader is missing or empty."))?;
    let object = ObjectName { bucket: bucket(&fields)?, key, version: fields.text("VersionId")? };
    let input_type = config.text("InputType")?;
    let inventory = input_type.as_deref() == Some("MANIFEST");
    match config.text("ManifestType")?.as_deref() {
        Some("ATHENA_DATA") => Ok(From::Athena { manifest: object, format: format(config)? }),
        None if !inventory => {
            let format = format(config)?;
            if format == Format::Parquet && object.version.is_some() {
                let cause =
                    "The field 'VersionId' of the ItemReader is not supported when InputType is PARQUET.";
                return Err(failed(cause));
            }
            Ok(From::One { object, format })
        }
        _ => Ok(From::Inventory { manifest: object, delimiter: delimiter(config)? }),
    }
}

fn bucket(fields: &Fields<'_>) -> Result<Bucket, Failure> {
    let name = fields.text("Bucket")?.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| failed("The field 'Bucket' of the ItemReader is missing or empty."))?;
    Ok(Bucket { name, owner: fields.text("ExpectedBucketOwner")? })
}

fn format(config: &Fields<'_>) -> Result<Format, Failure> {
    match config.text("InputType")?.as_deref() {
        Some("JSON") => Ok(Format::Json { pointer: config.text("ItemsPointer")? }),
        Some("JSONL") => Ok(Format::JsonLines),
        Some("CSV") => {
            Ok(Format::Csv(Dialect { delimiter: delimiter(config)?, headers: headers(config.value)? }))
        }
        Some("PARQUET") => Ok(Format::Parquet),
        Some(other) => Err(failed(format!("The InputType {other} is not one that can be read here."))),
        None => Err(failed("The field 'InputType' of the ReaderConfig is missing.")),
    }
}

fn delimiter(config: &Fields<'_>) -> Result<u8, Failure> {
    match config.text("CSVDelimiter")?.as_deref() {
        None | Some("COMMA") => Ok(b','),
        Some("PIPE") => Ok(b'|'),
        Some("SEMICOLON") => Ok(b';'),
        Some("SPACE") => Ok(b' '),
        Some("TAB") => Ok(b'\t'),
        Some(other) => Err(failed(format!("The CSVDelimiter {other} is unknown."))),
    }
}

fn headers(config: &Value) -> Result<Option<Vec<String>>, Failure> {
    let Some(given) = config.get("CSVHeaders") else { return Ok(None) };
    let names = given
        .as_array()
        .and_then(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect());
    names
        .map(Some)
        .ok_or_else(|| failed("The field 'CSVHeaders' of the ReaderConfig should be a list of texts."))
}

/// AWS's words for a negative number; 0 is all items.
fn items_max(config: &Value) -> Result<Option<u64>, Failure> {
    match config.get("MaxItems") {
        None => Ok(None),
        Some(value) => match (value.as_u64(), value.as_i64()) {
            (Some(max), _) => Ok(Some(max).filter(|max| *max > 0)),
            (None, Some(_)) => Err(failed("field MaxItems must be positive")),
            (None, None) => Err(failed("field MaxItems must be an integer")),
        },
    }
}

/// The fields of an object that the definition or its expressions made.
struct Fields<'v> {
    name: &'static str,
    value: &'v Value,
}

impl Fields<'_> {
    fn text(&self, field: &str) -> Result<Option<Arc<str>>, Failure> {
        match self.value.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str().into())),
            Some(other) => Err(failed(format!(
                "The field '{field}' of the ItemReader's {} should be a text, but is {other}.",
                self.name
            ))),
        }
    }

    /// A field that would be left out of account is refused.
    fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let empty = Map::new();
        let mut names = self.value.as_object().unwrap_or(&empty).keys();
        match names.find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(failed(format!(
                "The field '{name}' of the ItemReader's {} is not supported. Supported fields: {}.",
                self.name,
                known.join(", ")
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(resource: &str, parameters: &Value, config: &Value, expected: &str) {
        let resource = format!("arn:aws:states:::s3:{resource}");
        let found = Source::of(&Reading { resource: &resource, parameters, config });
        let shown = match found {
            Ok(source) => format!("{source:?}"),
            Err(failure) => failure.cause.unwrap_or_default().to_string(),
        };
        assert!(shown.contains(expected), "{shown}");
    }

    #[test]
    fn each_source_is_told_by_its_fields() {
        let object = json!({"Bucket": "b", "Key": "k"});
        check("listObjectsV2", &json!({"Bucket": "b"}), &json!({}), "Names");
        let flatten = json!({"Transformation": "LOAD_AND_FLATTEN", "InputType": "JSONL", "MaxItems": 3});
        check(
            "listObjectsV2",
            &json!({"Bucket": "b", "Prefix": "p"}),
            &flatten,
            "JsonLines }, items_max: Some(3)",
        );
        check(
            "getObject",
            &object,
            &json!({"InputType": "MANIFEST", "MaxItems": 0}),
            "delimiter: 44 }, items_max: None",
        );
        check("getObject", &object, &json!({"ManifestType": "S3_INVENTORY"}), "Inventory");
        check(
            "getObject",
            &object,
            &json!({"ManifestType": "ATHENA_DATA", "InputType": "PARQUET"}),
            "Athena",
        );
        let piped = json!({"InputType": "CSV", "CSVDelimiter": "PIPE", "CSVHeaders": ["a"]});
        check("getObject", &object, &piped, r#"delimiter: 124, headers: Some(["a"])"#);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let json = json!({"InputType": "JSON"});
        check(
            "getObject",
            &json!({"Key": "k"}),
            &json,
            "The field 'Bucket' of the ItemReader is missing or empty.",
        );
        check(
            "getObject",
            &json!({"Bucket": "b", "Key": ""}),
            &json,
            "The field 'Key' of the ItemReader is missing or empty.",
        );
        check("getObject", &json!({"Bucket": 1, "Key": "k"}), &json, "should be a text, but is 1.");
        let more = json!({"Bucket": "b", "Key": "k", "Range": "bytes=0-1"});
        check(
            "getObject",
            &more,
            &json,
            "The field 'Range' of the ItemReader's Parameters is not supported.",
        );
        let object = json!({"Bucket": "b", "Key": "k", "VersionId": "v"});
        check(
            "getObject",
            &object,
            &json!({"InputType": "PARQUET"}),
            "'VersionId' of the ItemReader is not supported",
        );
        check(
            "getObject",
            &object,
            &json!({"InputType": "JSON", "MaxItems": -1}),
            "field MaxItems must be positive",
        );
        check(
            "getObject",
            &object,
            &json!({"InputType": "JSON", "MaxItems": 1.5}),
            "field MaxItems must be an integer",
        );
        check("putObject", &object, &json, "Nothing reads items by arn:aws:states:::s3:putObject.");
    }
}
