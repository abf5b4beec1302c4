//! What a distributed Map has beside the fields of every Map.

use super::{Jsonata, Number, Template};
use crate::MachineKind;
use serde_json::Value;
use stateline_jsonpath::Query;
use std::sync::Arc;

/// `ProcessorConfig` with mode DISTRIBUTED, and the fields that go with it.
#[derive(Clone, Debug)]
pub struct Distributed {
    /// `ExecutionType`: what kind of execution each child is.
    pub child: MachineKind,
    /// `Label`, or the generated one; unique in the definition.
    pub label: Arc<str>,
    /// `ItemReader`.
    pub reader: Option<ItemReader>,
    /// `ItemBatcher`.
    pub batcher: Option<ItemBatcher>,
    /// `ToleratedFailureCount` or its path; absent is 0.
    pub tolerated_count: Option<Number>,
    /// `ToleratedFailurePercentage` or its path; absent is 0.
    pub tolerated_percentage: Option<Percentage>,
    /// `ResultWriter`.
    pub writer: Option<ResultWriter>,
}

/// A share from 0 to 100, possibly fractional.
#[derive(Clone, Debug)]
pub enum Percentage {
    /// Written in the definition.
    Fixed(f64),
    /// `ToleratedFailurePercentagePath`.
    Path(Query),
    /// An expression.
    Jsonata(Jsonata),
}

/// `ItemReader`: where items come from when they are not in the state's input.
#[derive(Clone, Debug)]
pub struct ItemReader {
    /// `Resource`: listObjectsV2 or getObject of S3.
    pub resource: Arc<str>,
    /// `Parameters`, or `Arguments` in a JSONata state.
    pub parameters: Option<Template>,
    /// `ReaderConfig` as written, checked; an empty object when absent.
    pub config: Value,
    /// `ReaderConfig.MaxItems` or its path.
    pub max_items: Option<Number>,
}

/// `ItemBatcher`: so many items for one child.
#[derive(Clone, Debug)]
pub struct ItemBatcher {
    /// `BatchInput`.
    pub input: Option<Template>,
    /// `MaxItemsPerBatch` or its path.
    pub max_items: Option<Number>,
    /// `MaxInputBytesPerBatch` or its path, in bytes of the child's input.
    pub max_bytes: Option<Number>,
}

/// `ResultWriter`: where results go, and in which form.
#[derive(Clone, Debug)]
pub struct ResultWriter {
    /// `Resource`: putObject of S3. Without it only the form changes.
    pub resource: Option<Arc<str>>,
    /// `Parameters`, or `Arguments` in a JSONata state.
    pub parameters: Option<Template>,
    /// `WriterConfig.Transformation`.
    pub transformation: Option<Transformation>,
    /// `WriterConfig.OutputType`.
    pub output_type: OutputType,
}

/// `WriterConfig.Transformation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformation {
    /// Outputs with the children's metadata.
    None,
    /// Outputs only.
    Compact,
    /// Outputs only, arrays spliced one level.
    Flatten,
}

/// `WriterConfig.OutputType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputType {
    /// One array.
    Json,
    /// One document a line.
    JsonLines,
}
