//! `TestState`: runs one state and shows what it does, with the world or with a mock in its place.
//! A state that fails is still a successful call.

mod answer;
mod context;
mod mock;
mod model;
mod subject;

use super::arn::check_role;
use super::constrain;
use super::error::ApiError;
use super::{Call, input};
use crate::shapes;
use context::Defaults;
use serde_json::{Map, Value};
use stateline_asl::program::{Kind, StateIndex};
use stateline_asl::{Pattern, Program, TaskResource};
use stateline_base::Payload;
use stateline_runtime::{StateTestRequest, TestRequest};
use std::sync::Arc;
use subject::Subject;

/// How much of its way a state shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Its outcome.
    Info,
    /// Every step.
    Debug,
    /// Also what an HTTP Task sends and gets. Recorded: for other states it is `DEBUG`.
    Trace,
}

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::TestState<'_> = constrain::read(call)?;
    let level = match request.inspection_level.as_deref() {
        Some("DEBUG") => Level::Debug,
        Some("TRACE") => Level::Trace,
        _ => Level::Info,
    };
    // For the whole of it: a mock that is checked costs time as well.
    let place = call.api.service().test_place()?;
    let test = read(request, call).await?;
    let (program, input, failed) = (test.program.clone(), test.test.input.clone(), test.test.failed_items);
    // Dropped with its connection, unlike an execution: nothing of a test is seen anywhere else.
    let tested = call.api.service().test_state(&place, test).await?;
    if tested.outcome.inspection.iterations.is_some_and(|iterations| failed > u64::from(iterations)) {
        return Err(refused(
            "Map iteration failure count must be less than or equal to the number of Map iterations",
        ));
    }
    Ok(answer::write(&tested, &program, &input, level))
}

async fn read(request: shapes::TestState<'_>, call: &Call<'_>) -> Result<TestRequest, ApiError> {
    if let Some(role) = &request.role_arn {
        check_role(role)?;
    }
    let subject = Subject::of(&request)?;
    let mock = mock::read(request.mock.as_ref(), &subject).await?;
    subject.check_runs(mock.is_some(), request.role_arn.is_some())?;
    if mock.is_some() && request.reveal_secrets.unwrap_or_default() {
        return Err(refused("TestState does not support RevealSecrets when a mock is specified."));
    }
    if mock.is_none() && request.context.is_some() {
        return Err(refused("A Context object can only be specified when a mock is specified"));
    }
    let configuration =
        mock::Configuration::read(request.state_configuration.as_ref(), mock.as_ref(), &subject)?;
    let variables = variables(request.variables.as_deref())?;
    let input = input::parse(request.input, call.body)?;
    let defaults = Defaults { subject: &subject, input: &input, token: call.api.service().new_name() };
    let context = context::read(request.context.as_deref(), &defaults)?;
    let test = StateTestRequest {
        state: subject.state,
        input,
        variables,
        context,
        mock,
        retries_used: configuration.retries_used,
        failed_items: configuration.failed_items,
        reader_data: configuration.reader_data,
        preview: false,
    };
    Ok(TestRequest {
        program: Arc::new(subject.program),
        test,
        machine_prefix: call.caller.machine_prefix(),
        role_arn: request.role_arn.as_deref().map(Arc::from),
        reveal_secrets: request.reveal_secrets.unwrap_or_default(),
    })
}

/// Variables that the state sees, by name.
fn variables(text: Option<&str>) -> Result<Vec<(Arc<str>, Payload)>, ApiError> {
    let members = match text.map(object) {
        None => return Ok(Vec::new()),
        Some(members) => members.ok_or_else(|| refused("Variables must be a valid JSON object"))?,
    };
    Ok(members.into_iter().map(|(name, value)| (name.into(), Payload::from(value))).collect())
}

/// The members of a JSON object.
fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// A request that contradicts itself or the state.
fn refused(message: impl Into<String>) -> ApiError {
    ApiError::Validation(message.into())
}
