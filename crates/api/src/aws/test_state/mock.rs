//! The mock, which must fit the state it stands in, and what else is said of its circumstances.

use super::model;
use super::subject::Subject;
use super::{Kind, TaskResource, refused};
use crate::aws::error::ApiError;
use crate::shapes::{MockInput, TestStateConfiguration};
use stateline_base::{Failure, Payload};
use stateline_models::Mode;
use stateline_runtime::Mock;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Reads a mock and checks that it can stand for the state's work.
pub(super) async fn read(mock: Option<&MockInput<'_>>, subject: &Subject) -> Result<Option<Mock>, ApiError> {
    let Some(mock) = mock else { return Ok(None) };
    if let Some(kind) = unmockable(subject.kind()) {
        return Err(refused(format!("State type '{kind}' is not supported when a mock is specified")));
    }
    match (&mock.result, &mock.error_output) {
        (Some(result), None) => {
            let result =
                Payload::parse(&**result).map_err(|_| refused("Mocked result must be valid JSON"))?;
            let mode = match mock.field_validation_mode.as_deref() {
                Some("NONE") => None,
                Some("PRESENT") => Some(Mode::Present),
                _ => Some(Mode::Strict),
            };
            check_result(&result, mode, subject).await?;
            Ok(Some(Mock::Result(result)))
        }
        (None, Some(error)) => {
            if error.error.is_none() {
                return Err(refused(NO_ERROR));
            }
            let part = |text: &Option<_>| text.as_deref().map(Arc::from);
            Ok(Some(Mock::Error(Failure { error: part(&error.error), cause: part(&error.cause) })))
        }
        _ => Err(refused("A test mock should have only one of the following fields: [result, errorOutput].")),
    }
}

const NO_ERROR: &str = "1 validation error detected: Value null at 'mock.errorOutput.error' failed to satisfy constraint: Member must not be null";

/// The type of a state that has no work a mock could stand for.
fn unmockable(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_) => None,
        Kind::Pass(_) => Some("Pass"),
        Kind::Choice(_) => Some("Choice"),
        Kind::Wait(_) => Some("Wait"),
        Kind::Succeed => Some("Succeed"),
        Kind::Fail(_) => Some("Fail"),
    }
}

async fn check_result(result: &Payload, mode: Option<Mode>, subject: &Subject) -> Result<(), ApiError> {
    match subject.kind() {
        Kind::Task(task) => match mode {
            None => Ok(()),
            Some(mode) => check_schema(&task.resource, result, mode).await,
        },
        Kind::Parallel(parallel) => match result.value().as_array() {
            None => Err(refused("Mocked result must be an array.")),
            Some(outputs) if outputs.len() != parallel.branches.len() => {
                let text =
                    "Mocked result must contain the same number of items as number of Parallel branches.";
                Err(refused(text))
            }
            Some(_) => Ok(()),
        },
        Kind::Map(map) => {
            // What a writer writes, the state only tells where it is.
            let writer = map.distributed.as_ref().and_then(|distributed| distributed.writer.as_ref());
            match writer.and_then(|writer| writer.resource.as_ref()) {
                Some(_) if !result.value().is_object() => {
                    Err(refused("Mocked result must be a JSON object."))
                }
                None if !result.value().is_array() => Err(refused("Mocked result must be an array.")),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Inflating a service's model and going through a long result take time, which the async threads
/// have for other connections.
async fn check_schema(resource: &TaskResource, result: &Payload, mode: Mode) -> Result<(), ApiError> {
    let (resource, result) = (resource.clone(), result.clone());
    // A set of one, because its checks are not begun any more when the client has gone away.
    let mut checks = JoinSet::new();
    checks.spawn_blocking(move || model::check(&resource, result.value(), mode));
    match checks.join_next().await {
        Some(Ok(checked)) => {
            checked.map_err(|wrong| refused(format!("Mock result schema validation error: {wrong}")))
        }
        Some(Err(_)) | None => {
            Err(ApiError::ServiceUnavailable("the mocked result could not be checked".to_owned()))
        }
    }
}

/// `stateConfiguration`, checked.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    pub(super) retries_used: u32,
    pub(super) failed_items: u64,
    pub(super) reader_data: Option<String>,
}

impl Configuration {
    pub(super) fn read(
        given: Option<&TestStateConfiguration<'_>>,
        mock: Option<&Mock>,
        subject: &Subject,
    ) -> Result<Self, ApiError> {
        let Some(given) = given else { return Ok(Configuration::default()) };
        let map = subject.map().filter(|_| mock.is_some());
        if given.map_iteration_failure_count.is_some() && map.is_none() {
            return Err(refused(
                "Map iteration failure count can only be specified for a Map state with a mock",
            ));
        }
        let reader = map.and_then(|map| map.distributed.as_ref()?.reader.as_ref());
        if given.map_item_reader_data.is_some() && reader.is_none() {
            let text =
                "Map item reader data can only be specified for a Map state with an ItemReader and a mock";
            return Err(refused(text));
        }
        if let Some(name) = &given.error_caused_by_state {
            check_cause(name, mock, subject)?;
        }
        let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
        Ok(Configuration {
            retries_used: u32::try_from(count(given.retrier_retry_count)).unwrap_or(u32::MAX),
            failed_items: count(given.map_iteration_failure_count),
            reader_data: given.map_item_reader_data.as_deref().map(str::to_owned),
        })
    }
}

/// The state that an error comes from changes nothing that is shown, but it has to be there.
fn check_cause(name: &str, mock: Option<&Mock>, subject: &Subject) -> Result<(), ApiError> {
    let joins = matches!(subject.kind(), Kind::Map(_) | Kind::Parallel(_));
    if !joins || !matches!(mock, Some(Mock::Error(_))) {
        let text = "The state that caused an error can only be specified when an error is mocked for a Map or Parallel state";
        return Err(refused(text));
    }
    if subject.has_within(name) { Ok(()) } else { Err(refused("State not found in definition")) }
}
