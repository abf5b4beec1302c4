//! The AWS JSON 1.0 protocol: from `X-Amz-Target` to an operation and back.
//!
//! Each operation is one file with the same three steps: `read` (decode and
//! validate into a typed request), the command or query of the service, and
//! `write` (the answer's JSON). What they share: `decode`, `validate`, `arn`,
//! `configuration`, `page_token`, `encode`, `history`, and the table of errors.

mod arn;
mod caller;
mod configuration;
pub(crate) mod constrain;
mod create_activity;
mod create_state_machine;
mod create_state_machine_alias;
pub(crate) mod decode;
mod delete_activity;
mod delete_state_machine;
mod delete_state_machine_alias;
mod delete_state_machine_version;
mod describe_activity;
mod describe_execution;
mod describe_map_run;
mod describe_state_machine;
mod describe_state_machine_alias;
mod describe_state_machine_for_execution;
mod encode;
mod error;
mod get_activity_task;
mod get_execution_history;
mod history;
mod included_data;
mod input;
mod list_activities;
mod list_executions;
mod list_map_runs;
mod list_state_machine_aliases;
mod list_state_machine_versions;
mod list_state_machines;
mod list_tags_for_resource;
mod operation;
mod page_token;
mod publish_state_machine_version;
mod redrive_execution;
mod routing;
mod send_task_failure;
mod send_task_heartbeat;
mod send_task_success;
mod start_execution;
mod start_sync_execution;
mod stop_execution;
mod tag_resource;
mod test_state;
#[cfg(test)]
mod testing;
mod untag_resource;
mod update_map_run;
mod update_state_machine;
mod update_state_machine_alias;
mod validate;
mod validate_state_machine_definition;

pub(crate) use arn::{check_kept_execution, check_machine, check_map_run};
pub(crate) use caller::Caller;
pub(crate) use describe_execution::{PENDING_REDRIVE, write_standing};
pub(crate) use encode::Object;
pub(crate) use error::ApiError;
pub(crate) use history::write_event;
pub(crate) use list_executions::{status_named, status_word};
pub(crate) use page_token::Question;

use crate::api::{Answer, Api, json_answer};
use crate::intake::Place;
use bytes::Bytes;
use hyper::{HeaderMap, StatusCode};
use operation::{Lane, Operation};
use stateline_runtime::ServiceError;
use std::future::{Future, poll_fn};
use std::task::Poll;

/// One call of an operation, as it came in.
struct Call<'a> {
    api: &'a Api,
    caller: Caller<'a>,
    headers: &'a HeaderMap,
    body: &'a [u8],
    /// A workflow of this server asks: how often it looks at what it started is no client's matter.
    from_inside: bool,
}

impl Call<'_> {
    /// Counts the call against the rate of its operation. Starts are counted when it is known
    /// what they start.
    fn counted(&self, operation: Operation) -> Result<(), ApiError> {
        let watches = matches!(operation, Operation::DescribeExecution | Operation::StopExecution);
        if operation == Operation::StartExecution || (watches && self.from_inside) {
            return Ok(());
        }
        self.counted_as(operation.name())
    }

    /// A place to be worked on at, for a caller from outside. Words about work that is out are always
    /// heard: they end work, and what is worked on is bounded further in.
    async fn place(&self, operation: Operation) -> Result<Option<Place>, ApiError> {
        let gates = self.api.gates();
        let gate = match operation.lane() {
            _ if self.from_inside => return Ok(None),
            Lane::Free => return Ok(None),
            Lane::Write => &gates.writes,
            Lane::Read => &gates.reads,
            Lane::Run => &gates.runs,
        };
        gate.enter().await.map(Some)
    }

    fn counted_as(&self, name: &str) -> Result<(), ApiError> {
        let (account, region) = (self.caller.account, self.caller.region);
        let taken = self.api.throttle().take(name, account, region, self.api.millis());
        taken.map_err(|wait_millis| ApiError::Throttling { wait_millis })
    }
}

/// Answers a POST request.
pub(crate) async fn answer(api: &Api, headers: &HeaderMap, body: &[u8], from_inside: bool) -> Answer {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let outcome = match Operation::from_target(target) {
        Ok(operation) => {
            let call = Call {
                api,
                caller: Caller::from_headers(headers, api.settings()),
                headers,
                body,
                from_inside,
            };
            let outcome = admitted(operation, &call).await;
            if let Err(error) = &outcome {
                tracing::debug!(operation = operation.name(), error = error.name(), message = %error, "refused");
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

/// Runs an operation that is not one too many.
async fn admitted(operation: Operation, call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    call.counted(operation)?;
    let _place = call.place(operation).await?;
    run(operation, call).await
}

async fn run(operation: Operation, call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    match operation {
        Operation::CreateActivity => create_activity::run(call).await,
        Operation::CreateStateMachine => create_state_machine::run(call).await,
        Operation::CreateStateMachineAlias => create_state_machine_alias::run(call).await,
        Operation::DeleteActivity => delete_activity::run(call).await,
        Operation::DeleteStateMachine => delete_state_machine::run(call).await,
        Operation::DeleteStateMachineAlias => delete_state_machine_alias::run(call).await,
        Operation::DeleteStateMachineVersion => delete_state_machine_version::run(call).await,
        Operation::DescribeActivity => describe_activity::run(call).await,
        Operation::DescribeExecution => describe_execution::run(call).await,
        Operation::DescribeMapRun => describe_map_run::run(call).await,
        Operation::DescribeStateMachine => describe_state_machine::run(call).await,
        Operation::DescribeStateMachineAlias => describe_state_machine_alias::run(call).await,
        Operation::DescribeStateMachineForExecution => describe_state_machine_for_execution::run(call).await,
        Operation::GetActivityTask => get_activity_task::run(call).await,
        Operation::GetExecutionHistory => get_execution_history::run(call).await,
        Operation::ListActivities => list_activities::run(call).await,
        Operation::ListExecutions => list_executions::run(call).await,
        Operation::ListMapRuns => list_map_runs::run(call).await,
        Operation::ListStateMachineAliases => list_state_machine_aliases::run(call).await,
        Operation::ListStateMachineVersions => list_state_machine_versions::run(call).await,
        Operation::ListStateMachines => list_state_machines::run(call).await,
        Operation::ListTagsForResource => list_tags_for_resource::run(call).await,
        Operation::PublishStateMachineVersion => publish_state_machine_version::run(call).await,
        Operation::RedriveExecution => redrive_execution::run(call).await,
        Operation::SendTaskFailure => send_task_failure::run(call).await,
        Operation::SendTaskHeartbeat => send_task_heartbeat::run(call).await,
        Operation::SendTaskSuccess => send_task_success::run(call).await,
        Operation::StartExecution => start_execution::run(call).await,
        Operation::StartSyncExecution => start_sync_execution::run(call).await,
        Operation::StopExecution => stop_execution::run(call).await,
        Operation::TagResource => tag_resource::run(call).await,
        Operation::TestState => test_state::run(call).await,
        Operation::UntagResource => untag_resource::run(call).await,
        Operation::UpdateMapRun => update_map_run::run(call).await,
        Operation::UpdateStateMachine => update_state_machine::run(call).await,
        Operation::UpdateStateMachineAlias => update_state_machine_alias::run(call).await,
        Operation::ValidateStateMachineDefinition => validate_state_machine_definition::run(call),
    }
}

/// Does work to its end, also when the client goes away meanwhile: the future of an answer is
/// dropped with its connection, and half a creation or an Express run must not be.
///
/// What is done at its first step needs no task of its own.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> Result<T, ApiError> {
    let mut work = Box::pin(work);
    let first = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
    let outcome = match first {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => tokio::spawn(work).await,
    };
    match outcome {
        Ok(outcome) => outcome.map_err(ApiError::from),
        Err(_) => {
            Err(ApiError::ServiceUnavailable("the service is unavailable: it is shutting down".to_owned()))
        }
    }
}
