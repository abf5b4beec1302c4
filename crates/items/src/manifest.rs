//! Manifests: lists of the files that hold the items.

use crate::csv::Dialect;
use crate::failure::failed;
use crate::objects::{Bucket, ObjectName};
use serde::Deserialize;
use stateline_base::Failure;
use std::sync::Arc;

/// What S3 Inventory writes as `manifest.json`, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inventory {
    destination_bucket: Option<String>,
    file_format: String,
    file_schema: String,
    files: Vec<InventoryFile>,
}

#[derive(Deserialize)]
struct InventoryFile {
    key: Arc<str>,
}

/// The files of an inventory, and how their rows are read: the manifest names the columns.
pub(crate) fn inventory(
    manifest: &ObjectName,
    text: &[u8],
    delimiter: u8,
) -> Result<(Vec<ObjectName>, Dialect), Failure> {
    let read: Inventory = serde_json::from_slice(text).map_err(|error| {
        failed(format!("{manifest} cannot be read as the manifest of an S3 inventory: {error}."))
    })?;
    if read.file_format != "CSV" {
        return Err(failed(format!(
            "The inventory of {manifest} is in the format {}. The output format of an S3 inventory report must be CSV.",
            read.file_format
        )));
    }
    // An ARN of S3 has neither region nor account.
    let name = read.destination_bucket.as_deref().map(|arn| arn.rsplit(':').next().unwrap_or(arn));
    let bucket = Bucket {
        name: name.map_or_else(|| manifest.bucket.name.clone(), Arc::from),
        owner: manifest.bucket.owner.clone(),
    };
    let object = |file: InventoryFile| ObjectName { bucket: bucket.clone(), key: file.key, version: None };
    let headers = read.file_schema.split(',').map(|name| name.trim().to_owned()).collect();
    Ok((read.files.into_iter().map(object).collect(), Dialect { delimiter, headers: Some(headers) }))
}

/// The files of an Athena `UNLOAD`: one S3 URI a line.
pub(crate) fn athena(manifest: &ObjectName, text: &[u8]) -> Result<Vec<ObjectName>, Failure> {
    let text = std::str::from_utf8(text).map_err(|_| {
        failed(format!("{manifest} cannot be read as a manifest of Athena: it is not UTF-8."))
    })?;
    let lines = text.lines().enumerate().map(|(number, line)| (number, line.trim().trim_matches('"')));
    let file = |(number, line): (usize, &str)| {
        let named = line.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
        let named = named.filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
        let (bucket, key) = named.ok_or_else(|| {
            let number = number + 1;
            failed(format!("Line {number} of {manifest} is not the S3 URI of an object (s3://bucket/key)."))
        })?;
        let bucket = Bucket { name: bucket.into(), owner: manifest.bucket.owner.clone() };
        Ok(ObjectName { bucket, key: key.into(), version: None })
    };
    lines.filter(|(_, line)| !line.is_empty()).map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn name() -> ObjectName {
        ObjectName { bucket: Bucket { name: "b".into(), owner: None }, key: "m".into(), version: None }
    }

    fn check(found: Result<Vec<ObjectName>, Failure>, expected: &Expect) {
        let shown = match found {
            Ok(files) => files.iter().map(|file| format!("{file}\n")).collect(),
            Err(failure) => failure.cause.unwrap_or_default().to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn an_inventory_names_files_and_columns() {
        let text = br#"{"sourceBucket": "s", "destinationBucket": "arn:aws:s3:::d", "version": "2016-11-30",
            "creationTimestamp": "1668560400000", "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size",
            "files": [{"key": "x/1.csv.gz", "size": 7300, "MD5checksum": "a7"}, {"key": "x/2.csv.gz"}]}"#;
        let found = inventory(&name(), text, b',');
        let headers = found.as_ref().ok().and_then(|(_, dialect)| dialect.headers.clone());
        assert_eq!(headers, Some(vec!["Bucket".to_owned(), "Key".to_owned(), "Size".to_owned()]));
        check(
            found.map(|found| found.0),
            &expect![[r#"
                s3://d/x/1.csv.gz
                s3://d/x/2.csv.gz
            "#]],
        );
    }

    #[test]
    fn other_manifests_are_refused() {
        let files = |text: &[u8]| inventory(&name(), text, b',').map(|found| found.0);
        check(
            files(br#"{"fileFormat": "ORC", "fileSchema": "", "files": []}"#),
            &expect![
                "The inventory of s3://b/m is in the format ORC. The output format of an S3 inventory report must be CSV."
            ],
        );
        check(
            files(b"{}"),
            &expect![
                "s3://b/m cannot be read as the manifest of an S3 inventory: missing field `fileFormat` at line 1 column 2."
            ],
        );
        check(
            athena(&name(), b"s3://d/1\nother\n"),
            &expect!["Line 2 of s3://b/m is not the S3 URI of an object (s3://bucket/key)."],
        );
    }

    #[test]
    fn athena_names_files_in_lines() {
        check(
            athena(&name(), b"s3://d/x/1.gz\r\n\"s3://e/2\"\n\n"),
            &expect![[r#"
                s3://d/x/1.gz
                s3://e/2
            "#]],
        );
    }
}
