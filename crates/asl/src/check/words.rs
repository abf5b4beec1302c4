//! The words that fields may have, in AWS's order. The checks refuse others, editors offer these.

/// `QueryLanguage`
pub(crate) const QUERY_LANGUAGE: [&str; 2] = ["JSONPath", "JSONata"];
/// `Version`
pub(crate) const VERSION: [&str; 1] = ["1.0"];
/// `Mode` of a `ProcessorConfig`.
pub(crate) const MODE: [&str; 2] = ["INLINE", "DISTRIBUTED"];
/// `ExecutionType` of a `ProcessorConfig`.
pub(crate) const EXECUTION_TYPE: [&str; 2] = ["STANDARD", "EXPRESS"];
/// `JitterStrategy` of a retrier.
pub(crate) const JITTER_STRATEGY: [&str; 2] = ["NONE", "FULL"];
/// `InputType` of a `ReaderConfig`.
pub(crate) const INPUT_TYPE: [&str; 5] = ["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"];
/// `Transformation` of a `ReaderConfig`.
pub(crate) const READER_TRANSFORMATION: [&str; 2] = ["NONE", "LOAD_AND_FLATTEN"];
/// `ManifestType` of a `ReaderConfig`.
pub(crate) const MANIFEST_TYPE: [&str; 2] = ["ATHENA_DATA", "S3_INVENTORY"];
/// `CSVDelimiter` of a `ReaderConfig`.
pub(crate) const CSV_DELIMITER: [&str; 5] = ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"];
/// `CSVHeaderLocation` of a `ReaderConfig`.
pub(crate) const CSV_HEADER_LOCATION: [&str; 2] = ["FIRST_ROW", "GIVEN"];
/// `Transformation` of a `WriterConfig`.
pub(crate) const WRITER_TRANSFORMATION: [&str; 3] = ["NONE", "COMPACT", "FLATTEN"];
/// `OutputType` of a `WriterConfig`.
pub(crate) const OUTPUT_TYPE: [&str; 2] = ["JSON", "JSONL"];
/// Actions that an `ItemReader` may call.
pub(crate) const READER_ACTIONS: [&str; 2] = ["listObjectsV2", "getObject"];
/// Actions that a `ResultWriter` may call.
pub(crate) const WRITER_ACTIONS: [&str; 1] = ["putObject"];
