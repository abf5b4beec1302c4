//! The error documents that Lambda itself writes when a function does not
//! answer: it ran too long, its process ended, it did not start.

use bytes::Bytes;
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// Bytes of an answer that Lambda takes.
pub(crate) const ANSWER_BYTES_MAX: usize = 6_291_556;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The function's own time is over.
    TimedOut(Duration),
    /// It did not ask for work in time.
    InitTimedOut(Duration),
    /// The process ended; during initialisation there may be a hint that AWS has no words for.
    Exited(ExitStatus, Option<String>),
    /// The process could not be started.
    NotStarted(String),
    /// The answer has this many bytes.
    TooLarge(usize),
    /// The server stops.
    Stopped,
}

impl Fault {
    /// The document, naming the request.
    pub fn document(&self, request_id: &str) -> Bytes {
        let (error_type, message) = match self {
            Fault::TimedOut(limit) => (
                "Sandbox.Timedout",
                format!(
                    "RequestId: {request_id} Error: Task timed out after {:.2} seconds",
                    limit.as_secs_f64()
                ),
            ),
            Fault::InitTimedOut(limit) => (
                "Sandbox.Timedout",
                format!(
                    "RequestId: {request_id} Error: Initialization timed out after {:.2} seconds",
                    limit.as_secs_f64()
                ),
            ),
            Fault::Exited(status, hint) => {
                let hint = hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                ("Runtime.ExitError", format!("RequestId: {request_id} Error: {}{hint}", exit_words(*status)))
            }
            Fault::NotStarted(reason) => {
                ("Runtime.InvalidEntrypoint", format!("RequestId: {request_id} Error: {reason}"))
            }
            Fault::TooLarge(bytes) => (
                "Function.ResponseSizeTooLarge",
                format!(
                    "Response payload size ({bytes} bytes) exceeded maximum allowed payload size ({ANSWER_BYTES_MAX} bytes)."
                ),
            ),
            Fault::Stopped => (
                "Runtime.ExitError",
                format!("RequestId: {request_id} Error: the server stopped while the function ran"),
            ),
        };
        Bytes::from(json!({"errorType": error_type, "errorMessage": message}).to_string())
    }
}

fn exit_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, signal) => {
            let core = if status.core_dumped() { " (core dumped)" } else { "" };
            format!("Runtime exited with error: signal: {}{core}", signal_words(signal.unwrap_or_default()))
        }
    }
}

fn signal_words(signal: i32) -> String {
    match signal {
        1 => "hangup".to_owned(),
        2 => "interrupt".to_owned(),
        4 => "illegal instruction".to_owned(),
        6 => "aborted".to_owned(),
        7 => "bus error".to_owned(),
        8 => "floating point exception".to_owned(),
        9 => "killed".to_owned(),
        11 => "segmentation fault".to_owned(),
        13 => "broken pipe".to_owned(),
        15 => "terminated".to_owned(),
        other => format!("signal {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(fault: &Fault, expected: &Expect) {
        expected.assert_eq(&String::from_utf8_lossy(&fault.document("r-1")));
    }

    #[test]
    fn lambda_s_own_documents() {
        check(
            &Fault::TimedOut(Duration::from_secs(3)),
            &expect![[
                r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: r-1 Error: Task timed out after 3.00 seconds"}"#
            ]],
        );
        check(
            &Fault::Exited(ExitStatus::from_raw(1 << 8), None),
            &expect![[
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: r-1 Error: Runtime exited with error: exit status 1"}"#
            ]],
        );
        check(
            &Fault::Exited(ExitStatus::from_raw(0), None),
            &expect![[
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: r-1 Error: Runtime exited without providing a reason"}"#
            ]],
        );
        check(
            &Fault::Exited(ExitStatus::from_raw(9), None),
            &expect![[
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: r-1 Error: Runtime exited with error: signal: killed"}"#
            ]],
        );
        check(
            &Fault::TooLarge(7_000_000),
            &expect![[
                r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size (7000000 bytes) exceeded maximum allowed payload size (6291556 bytes)."}"#
            ]],
        );
    }
}
