//! What `ResultWriter` writes: files of results by how children ended, and a manifest that names them
//! (reference 01, section 5.7).

use crate::failure::named;
use crate::objects::{Bucket, ObjectName, Objects};
use crate::text;
use serde_json::{Value, json};
use stateline_asl::program::{OutputType, Transformation};
use stateline_base::{Failure, Limits, Payload, error_name};
use std::sync::Arc;

/// Which file a result belongs into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultStatus {
    /// Of children that succeeded.
    Succeeded,
    /// Of those that failed, timed out or were aborted.
    Failed,
    /// Of those that were never started.
    Pending,
}

/// `WriterConfig`: the form of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// `Transformation`; NONE where results are exported and nothing is said.
    pub transformation: Transformation,
    /// `OutputType`.
    pub output_type: OutputType,
}

/// Files that results are put in, one result at a time. Up to three of them fill in memory.
pub struct ResultFiles {
    objects: Arc<dyn Objects>,
    bucket: Bucket,
    /// `<prefix>/<uuid of the Map Run>/`.
    folder: String,
    map_run_arn: Arc<str>,
    form: Form,
    file_bytes_max: usize,
    succeeded: Series,
    failed: Series,
    pending: Series,
}

/// The files of one status.
struct Series {
    name: &'static str,
    body: Vec<u8>,
    written: Vec<Value>,
}

impl ResultFiles {
    /// Takes the effective `Parameters` or `Arguments`: `Bucket`, and `Prefix` and
    /// `ExpectedBucketOwner` where they are wanted. Nothing is written yet.
    ///
    /// # Errors
    /// `States.ResultWriterFailed` for fields that cannot be written by.
    pub fn new(
        objects: Arc<dyn Objects>,
        parameters: &Value,
        map_run_arn: &Arc<str>,
        form: Form,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let known = ["Bucket", "Prefix", "ExpectedBucketOwner"];
        let names = parameters.as_object().into_iter().flat_map(serde_json::Map::keys);
        if let Some(name) = names.into_iter().find(|name| !known.contains(&name.as_str())) {
            let known = known.join(", ");
            return Err(failed(&format!(
                "The field '{name}' of the ResultWriter's Parameters is not supported. Supported fields: {known}."
            )));
        }
        let name = field(parameters, "Bucket")?.filter(|name| !name.is_empty());
        let name =
            name.ok_or_else(|| failed("The field 'Bucket' of the ResultWriter is missing or empty."))?;
        let bucket = Bucket { name, owner: field(parameters, "ExpectedBucketOwner")? };
        let prefix = field(parameters, "Prefix")?.unwrap_or_default();
        let uuid = map_run_arn.rsplit(':').next().unwrap_or_default();
        let folder = match prefix.strip_suffix('/').unwrap_or(&prefix) {
            "" => format!("{uuid}/"),
            prefix => format!("{prefix}/{uuid}/"),
        };
        let series = |name| Series { name, body: Vec::new(), written: Vec::new() };
        Ok(ResultFiles {
            objects,
            bucket,
            folder,
            map_run_arn: map_run_arn.clone(),
            form,
            file_bytes_max: limits.result_file_bytes_max,
            succeeded: series("SUCCEEDED"),
            failed: series("FAILED"),
            pending: series("PENDING"),
        })
    }

    /// Adds a child's result: what the transformation NONE writes of it, and its output where it
    /// succeeded. Others than succeeded ones are always written as with NONE.
    ///
    /// # Errors
    /// `States.ResultWriterFailed` when a file was full and could not be written.
    pub fn add(
        &mut self,
        status: ResultStatus,
        metadata: &Value,
        output: Option<&Payload>,
    ) -> Result<(), Failure> {
        let output = output.filter(|_| status == ResultStatus::Succeeded);
        match (self.form.transformation, output) {
            (Transformation::Compact, Some(output)) => {
                self.push(status, text::compact(output.text()).as_bytes())
            }
            (Transformation::Flatten, Some(output)) => match output.value() {
                Value::Array(elements) => {
                    elements.iter().try_for_each(|element| self.push(status, element.to_string().as_bytes()))
                }
                _ => self.push(status, text::compact(output.text()).as_bytes()),
            },
            _ => self.push(status, metadata.to_string().as_bytes()),
        }
    }

    /// Writes what is left, and the manifest behind it: where that is, as
    /// `{"Bucket": …, "Key": …}`.
    ///
    /// # Errors
    /// `States.ResultWriterFailed` when a file could not be written.
    pub fn finish(mut self) -> Result<Value, Failure> {
        for status in [ResultStatus::Succeeded, ResultStatus::Failed, ResultStatus::Pending] {
            self.write(status)?;
        }
        let manifest = json!({
            "DestinationBucket": &*self.bucket.name,
            "MapRunArn": &*self.map_run_arn,
            "ResultFiles": {
                "FAILED": self.failed.written,
                "PENDING": self.pending.written,
                "SUCCEEDED": self.succeeded.written,
            },
        });
        let key = format!("{}manifest.json", self.folder);
        self.put(&key, manifest.to_string().as_bytes())?;
        Ok(json!({"Bucket": &*self.bucket.name, "Key": key}))
    }

    fn series(&mut self, status: ResultStatus) -> &mut Series {
        match status {
            ResultStatus::Succeeded => &mut self.succeeded,
            ResultStatus::Failed => &mut self.failed,
            ResultStatus::Pending => &mut self.pending,
        }
    }

    fn push(&mut self, status: ResultStatus, record: &[u8]) -> Result<(), Failure> {
        let begun = self.series(status).body.len();
        // With what stands before the record and at the file's end.
        if begun > 0 && begun + record.len() + 2 > self.file_bytes_max {
            self.write(status)?;
        }
        let lines = self.form.output_type == OutputType::JsonLines;
        let body = &mut self.series(status).body;
        if !lines {
            body.push(if body.is_empty() { b'[' } else { b',' });
        }
        body.extend_from_slice(record);
        if lines {
            body.push(b'\n');
        }
        Ok(())
    }

    fn write(&mut self, status: ResultStatus) -> Result<(), Failure> {
        let lines = self.form.output_type == OutputType::JsonLines;
        let series = self.series(status);
        if series.body.is_empty() {
            return Ok(());
        }
        if !lines {
            series.body.push(b']');
        }
        let body = std::mem::take(&mut series.body);
        let name = format!("{}_{}.json", series.name, series.written.len());
        let key = format!("{}{name}", self.folder);
        self.put(&key, &body)?;
        self.series(status).written.push(json!({"Key": key, "Size": body.len()}));
        Ok(())
    }

    fn put(&self, key: &str, body: &[u8]) -> Result<(), Failure> {
        let object = ObjectName { bucket: self.bucket.clone(), key: key.into(), version: None };
        self.objects
            .put(&object, body, "application/json")
            .map_err(|failure| named(failure, error_name::RESULT_WRITER_FAILED, &object))
    }
}

fn field(parameters: &Value, name: &str) -> Result<Option<Arc<str>>, Failure> {
    match parameters.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str().into())),
        Some(other) => Err(failed(&format!(
            "The field '{name}' of the ResultWriter's Parameters should be a text, but is {other}."
        ))),
    }
}

fn failed(cause: &str) -> Failure {
    Failure::new(error_name::RESULT_WRITER_FAILED, cause)
}
