//! `StopExecution`: aborts a running execution; a closed one keeps its ending
//! and the answer is when it ended.

use super::Call;
use super::arn::check_execution;
use super::decode::{Text, decode, shape};
use super::encode::Object;
use super::error::ApiError;
use super::validate::{ARN_CHARS, Violations};
use stateline_base::{Failure, Timestamp};

shape! {
    /// The request.
    StopExecution {
        /// A Standard execution; AWS answers for no other.
        execution_arn: Text<'a> = "executionArn",
        /// Shown by `DescribeExecution`.
        error: Text<'a> = "error",
        /// Shown by `DescribeExecution`.
        cause: Text<'a> = "cause",
    }
}

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: StopExecution<'_> = decode(call.body)?;
    let limits = call.api.service().limits();
    let mut violations = Violations::default();
    let arn = violations.required_sized("executionArn", request.execution_arn.as_ref(), ARN_CHARS);
    violations.sized_hidden("error", request.error.as_ref(), limits.error_chars_max);
    violations.sized_hidden("cause", request.cause.as_ref(), limits.cause_chars_max);
    violations.finish()?;
    check_execution(arn)?;
    let failure = Failure {
        error: request.error.as_deref().map(Into::into),
        cause: request.cause.as_deref().map(Into::into),
    };
    Ok(write(call.api.service().stop(arn, failure).await?))
}

fn write(stopped: Timestamp) -> Vec<u8> {
    Object::document(|answer| answer.time("stopDate", stopped))
}
