//! The limits of the service in one place. The defaults are AWS's published or
//! measured values (reference 01, section 11, and 05); each may be overridden
//! in `stateline.toml`.

use serde::{Deserialize, Serialize};

/// Limits that an execution, a request or a definition must keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of UTF-8 in any input, output, result or variable.
    pub payload_bytes_max: usize,
    /// Bytes of all variables of one execution.
    pub variables_bytes_max: usize,
    /// Steps that one evaluation of a JSONata expression may take; AWS gives it a second.
    pub jsonata_steps_max: u64,
    /// Nested evaluations within one JSONata expression.
    pub jsonata_depth_max: u32,
    /// Bytes of the values that one evaluation of a JSONata expression makes.
    pub jsonata_bytes_max: u64,
    /// Children a distributed Map runs at once when `MaxConcurrency` is 0.
    pub distributed_map_concurrency: u32,
    /// Items that a distributed Map reads; what lies beyond is left.
    pub items_max: u64,
    /// Bytes of JSON in one item that is read; `ItemSelector` may make it smaller before it is an input.
    pub item_bytes_max: usize,
    /// Bytes of one file that items are read from, also when it is unpacked.
    pub item_file_bytes_max: u64,
    /// Bytes in which `ItemsPointer` must find its array or object; also bytes of a manifest.
    pub items_pointer_bytes_max: u64,
    /// Bytes of the header of a CSV file.
    pub csv_header_bytes_max: usize,
    /// Bytes of one row group of a Parquet file, unpacked.
    pub parquet_row_group_bytes_max: u64,
    /// Bytes of the footer of a Parquet file.
    pub parquet_footer_bytes_max: u64,
    /// Bytes after which a `ResultWriter` begins its next file. One file a status is held in memory
    /// until it is full, so this is less than AWS's 5 GB.
    pub result_file_bytes_max: usize,
    /// Bytes of a definition's text.
    pub definition_bytes_max: usize,
    /// Events in one Standard execution; the last one is the forced failure.
    pub history_events_max: u64,
    /// Iterations an inline Map runs at once when `MaxConcurrency` is 0.
    pub inline_map_concurrency: u32,
    /// Characters of an error name.
    pub error_chars_max: usize,
    /// Characters of a cause.
    pub cause_chars_max: usize,
    /// Seconds a Standard execution may stay open.
    pub standard_seconds_max: u64,
    /// Seconds an Express execution may stay open.
    pub express_seconds_max: u64,
    /// Days a closed execution stays queryable.
    pub retention_days: u32,
    /// Days after its end in which an execution may be redriven.
    pub redrivable_days: u32,
    /// How often a Map Run may be redriven.
    pub map_run_redrives_max: u32,
    /// Bytes of a request's body at the API.
    pub request_bytes_max: usize,
    /// Published versions that a state machine may have.
    pub versions_max: usize,
    /// Aliases that a state machine may have.
    pub aliases_max: usize,
    /// Tags that a resource may have.
    pub tags_max: usize,
    /// Closed Express executions kept for a look, in memory, per shard worker.
    pub express_kept: usize,
    /// Days a closed Express execution stays queryable with its history; 0 is AWS's way, which
    /// keeps none. Set by `[express]`.
    #[serde(skip)]
    pub express_history_days: u32,
    /// Workers that may ask for one activity's tasks at once.
    pub activity_workers_max: usize,
    /// Seconds for which a worker's request for a task is held when there is none.
    pub activity_poll_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            payload_bytes_max: 262_144,
            variables_bytes_max: 10_485_760,
            jsonata_steps_max: 10_000_000,
            jsonata_depth_max: 1_000,
            jsonata_bytes_max: 10_485_760,
            distributed_map_concurrency: 10_000,
            items_max: 100_000_000,
            item_bytes_max: 8_388_608,
            item_file_bytes_max: 10_737_418_240,
            items_pointer_bytes_max: 16_777_216,
            csv_header_bytes_max: 10_240,
            parquet_row_group_bytes_max: 268_435_456,
            parquet_footer_bytes_max: 5_242_880,
            result_file_bytes_max: 67_108_864,
            definition_bytes_max: 1_048_576,
            history_events_max: 25_000,
            inline_map_concurrency: 40,
            error_chars_max: 256,
            cause_chars_max: 32_768,
            standard_seconds_max: 31_536_000,
            express_seconds_max: 300,
            retention_days: 90,
            redrivable_days: 14,
            map_run_redrives_max: 1_000,
            request_bytes_max: 2_097_152,
            versions_max: 1_000,
            aliases_max: 100,
            tags_max: 50,
            express_kept: 1_000,
            express_history_days: 0,
            activity_workers_max: 1_000,
            activity_poll_seconds: 60,
        }
    }
}

/// The largest number of seconds a Wait, a timeout or an interval may name.
pub const SECONDS_MAX: u64 = 99_999_999;
/// Characters of a state's name.
pub const STATE_NAME_CHARS_MAX: usize = 80;
/// Characters of a state machine's or an execution's name.
pub const NAME_CHARS_MAX: usize = 80;

const _: () = assert!(SECONDS_MAX < i64::MAX as u64 / 1_000, "seconds fit into milliseconds of an i64");
