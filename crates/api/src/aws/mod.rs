//! The AWS JSON 1.0 protocol: from `X-Amz-Target` to an operation and back.
//!
//! Each operation is one file with the same three steps: `read` (decode and
//! validate into a typed request), the command or query of the service, and
//! `write` (the answer's JSON). What they share: `decode`, `validate`, `arn`,
//! `configuration`, `page_token`, `encode`, `history`, and the table of errors.

mod arn;
mod caller;
mod configuration;
mod create_state_machine;
mod decode;
mod delete_state_machine;
mod describe_execution;
mod describe_state_machine;
mod describe_state_machine_for_execution;
mod encode;
mod error;
mod get_execution_history;
mod history;
mod included_data;
mod input;
mod list_executions;
mod list_state_machines;
mod operation;
mod page_token;
mod start_execution;
mod start_sync_execution;
mod stop_execution;
#[cfg(test)]
mod testing;
mod validate;
mod validate_state_machine_definition;

pub(crate) use encode::Object;
pub(crate) use error::ApiError;

use crate::api::{Answer, Api, json_answer};
use bytes::Bytes;
use caller::Caller;
use hyper::{HeaderMap, StatusCode};
use operation::Operation;
use stateline_runtime::ServiceError;
use std::future::Future;

/// One call of an operation, as it came in.
struct Call<'a> {
    api: &'a Api,
    caller: Caller<'a>,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Call<'_> {
    /// Counts the call against the rate of its operation. Starts are counted when it is known
    /// what they start.
    fn counted(&self, target: Option<&str>) -> Result<(), ApiError> {
        match target.and_then(|target| target.rsplit('.').next()) {
            None | Some("StartExecution") => Ok(()),
            Some(name) => self.counted_as(name),
        }
    }

    fn counted_as(&self, name: &str) -> Result<(), ApiError> {
        let (account, region) = (self.caller.account, self.caller.region);
        let taken = self.api.throttle().take(name, account, region, self.api.millis());
        taken.map_err(|wait_millis| ApiError::Throttling { wait_millis })
    }
}

/// Answers a POST request.
pub(crate) async fn answer(api: &Api, headers: &HeaderMap, body: &[u8]) -> Answer {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let outcome = match Operation::from_target(target) {
        Ok(operation) => {
            let call = Call { api, caller: Caller::from_headers(headers, api.settings()), headers, body };
            let outcome = match call.counted(target) {
                Ok(()) => run(operation, &call).await,
                Err(too_many) => Err(too_many),
            };
            if let Err(error) = &outcome {
                tracing::debug!(operation = ?operation, error = error.name(), message = %error, "refused");
            }
            outcome
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(body) => json_answer(StatusCode::OK, Bytes::from(body)),
        Err(error) => error.answer(),
    }
}

async fn run(operation: Operation, call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    match operation {
        Operation::CreateStateMachine => create_state_machine::run(call).await,
        Operation::DeleteStateMachine => delete_state_machine::run(call).await,
        Operation::DescribeExecution => describe_execution::run(call).await,
        Operation::DescribeStateMachine => describe_state_machine::run(call).await,
        Operation::DescribeStateMachineForExecution => describe_state_machine_for_execution::run(call).await,
        Operation::GetExecutionHistory => get_execution_history::run(call).await,
        Operation::ListExecutions => list_executions::run(call).await,
        Operation::ListStateMachines => list_state_machines::run(call).await,
        Operation::StartExecution => start_execution::run(call).await,
        Operation::StartSyncExecution => start_sync_execution::run(call).await,
        Operation::StopExecution => stop_execution::run(call).await,
        Operation::ValidateStateMachineDefinition => validate_state_machine_definition::run(call),
    }
}

/// Does work to its end, also when the client goes away meanwhile: the future of an answer is
/// dropped with its connection, and half a creation or an Express run must not be.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> Result<T, ApiError> {
    match tokio::spawn(work).await {
        Ok(outcome) => outcome.map_err(ApiError::from),
        Err(_) => {
            Err(ApiError::ServiceUnavailable("the service is unavailable: it is shutting down".to_owned()))
        }
    }
}
