//! The error names of the States Language (`States.*`) that the engine itself
//! raises or matches on. Names of services and functions are not listed: they
//! come from outside and are compared as text.

/// Wildcard: every error except the ones [`is_uncatchable`] and [`DATA_LIMIT_EXCEEDED`] name.
pub const ALL: &str = "States.ALL";
/// A task failed for a reason that has no name of its own; also a wildcard in `ErrorEquals`.
pub const TASK_FAILED: &str = "States.TaskFailed";
/// A task, or the whole execution, ran longer than its `TimeoutSeconds`.
pub const TIMEOUT: &str = "States.Timeout";
/// A task was silent for longer than its `HeartbeatSeconds`.
pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
/// The interpreter could not go on: a bad path, an unmatched Choice, a bad number.
pub const RUNTIME: &str = "States.Runtime";
/// A payload is larger than the service allows.
pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// An intrinsic function refused its arguments at run time.
pub const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
/// `ResultPath` does not fit the state's input.
pub const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";
/// More items of a distributed Map failed than may.
pub const EXCEED_TOLERATED_FAILURE_THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";
/// A distributed Map could not read its items.
pub const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
/// A distributed Map could not write its results.
pub const RESULT_WRITER_FAILED: &str = "States.ResultWriterFailed";
/// A JSONata expression failed.
pub const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";
/// Credentials do not allow the task.
pub const PERMISSIONS: &str = "States.Permissions";

/// Whether no retrier or catcher may ever match this error.
///
/// AWS lets nothing catch `States.Runtime`, not even by name (reference 01, section 8).
#[must_use]
pub fn is_uncatchable(name: &str) -> bool {
    name == RUNTIME
}
