//! What one state makes of an input, step by step. The state is tested like `TestState` tests it, with
//! every step shown; nothing is called.

mod blame;
mod steps;

use super::{parsed, source};
use crate::aws::{ApiError, Object};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stateline_asl::language::{Part, part};
use stateline_asl::program::{Kind, Retrier, StateIndex};
use stateline_asl::{Pattern, Program, TaskResource};
use stateline_base::{Failure, Payload};
use stateline_runtime::{
    Mock, Preview, Service, StateTestOutcome, StateTestRequest, StateTestStatus, TestRequest,
};
use std::borrow::Cow;
use std::sync::Arc;
use steps::{Step, Steps};

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked<'b> {
    #[serde(borrow)]
    definition: Cow<'b, str>,
    #[serde(borrow)]
    format: Cow<'b, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'b, str>,
    /// The JSON pointer of the state.
    #[serde(borrow)]
    state: Cow<'b, str>,
    /// JSON texts, all of them.
    #[serde(borrow)]
    input: Cow<'b, str>,
    result: Option<String>,
    error: Option<Given>,
    variables: Option<String>,
    context: Option<String>,
}

/// The error that the state's work ends with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    error: String,
    cause: Option<String>,
}

/// Looks at the state, within the caller's account and region.
pub(super) fn run(
    body: &[u8],
    bytes_max: usize,
    service: &Service,
    machine_prefix: &str,
) -> Result<Vec<u8>, ApiError> {
    let asked: Asked<'_> = parsed(body)?;
    let source = source(&asked.definition, &asked.format, &asked.kind)?;
    if source.text.len() > bytes_max {
        return Err(wrong(format!(
            "definition has {} bytes; the limit is {bytes_max} bytes",
            source.text.len()
        )));
    }
    let part = part(&source, &asked.state).ok_or_else(|| {
        wrong(format!(
            "state: at '{}' is no state; write the JSON pointer of a state's object, as in /States/Name",
            asked.state
        ))
    })?;
    let Some(program) = part.compilation.program.clone() else {
        return Ok(write(&steps::of_mistakes(&part, source.text), None, None));
    };
    let state = program.find(&part.name);
    let state = state.ok_or_else(|| wrong(format!("state: '{}' has no name", asked.state)))?;
    let test = test(&asked, &part, &program, state, service)?;
    let program = Arc::new(program);
    let look = |test: StateTestRequest| {
        let program = program.clone();
        let machine_prefix = machine_prefix.to_owned();
        let request = TestRequest { program, test, machine_prefix, role_arn: None, reveal_secrets: false };
        service.preview_state(request)
    };
    let seen = look(test.clone())?;
    // An error that is tried again goes on to a catcher once its attempts are used up: that is shown, too.
    let used = seen.outcome.as_ref().filter(|outcome| outcome.status == StateTestStatus::Retriable);
    let retrier = used.and_then(|_| retrier(&program, state, seen.inspection.retry_index));
    let after = match retrier {
        Some(retrier) => {
            let retries_used = u32::try_from(retrier.max_attempts).unwrap_or(u32::MAX);
            Some(look(StateTestRequest { retries_used, ..test.clone() })?)
        }
        None => None,
    };
    Ok(answer(&asked, &part, &program, &test, &seen, after.as_ref()))
}

fn answer(
    asked: &Asked<'_>,
    part: &Part,
    program: &Program,
    test: &StateTestRequest,
    seen: &Preview,
    after: Option<&Preview>,
) -> Vec<u8> {
    let mut steps = Steps::new(&asked.state, part, test);
    steps.before_work(seen);
    steps.work(seen);
    let last = after.unwrap_or(seen);
    steps.after_work(last, program);
    write(&steps.list, last.outcome.as_ref(), Some(program))
}

fn retrier(program: &Program, state: StateIndex, index: Option<u32>) -> Option<&Retrier> {
    let retry = match &program.state(state).kind {
        Kind::Task(task) => &task.retry,
        Kind::Parallel(parallel) => &parallel.retry,
        Kind::Map(map) => &map.retry,
        _ => return None,
    };
    retry.get(index? as usize)
}

fn test(
    asked: &Asked<'_>,
    part: &Part,
    program: &Program,
    state: StateIndex,
    service: &Service,
) -> Result<StateTestRequest, ApiError> {
    let kind = &program.state(state).kind;
    let limits = service.limits();
    let (bytes_max, variables_max) = (limits.payload_bytes_max, limits.variables_bytes_max);
    let input = payload("input", &asked.input, bytes_max)?;
    let mock = mock(asked, kind, bytes_max)?;
    let variables = members("variables", asked.variables.as_deref(), variables_max)?;
    let variables = variables.into_iter().map(|(name, value)| (name.into(), Payload::from(value))).collect();
    let mut context = members("context", asked.context.as_deref(), bytes_max)?;
    if let Kind::Task(task) = kind
        && let TaskResource::Integration { pattern, .. } = &task.resource
        && *pattern != Pattern::RequestResponse
        && !context.contains_key("Task")
    {
        context.insert("Task".to_owned(), json!({"Token": &*service.new_name()}));
    }
    if part.is_in_map && !context.contains_key("Map") {
        context.insert("Map".to_owned(), json!({"Item": {"Index": 0, "Value": input.value()}}));
    }
    Ok(StateTestRequest {
        state,
        input,
        variables,
        context,
        mock,
        retries_used: 0,
        failed_items: 0,
        reader_data: None,
        preview: true,
    })
}

fn mock(asked: &Asked<'_>, kind: &Kind, bytes_max: usize) -> Result<Option<Mock>, ApiError> {
    let mock = match (&asked.result, &asked.error) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(wrong("give a result or an error, not both".to_owned())),
        (Some(result), None) => Mock::Result(payload("result", result, bytes_max)?),
        (None, Some(given)) => Mock::Error(Failure {
            error: Some(given.error.as_str().into()),
            cause: given.cause.as_deref().map(Into::into),
        }),
    };
    if matches!(kind, Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_)) {
        return Ok(Some(mock));
    }
    Err(wrong(
        "only a Task, Parallel or Map state has work that a result or an error could stand for".to_owned(),
    ))
}

/// That a JSON text is no larger than an execution could have it: every step may copy it.
fn check_size(name: &str, text: &str, bytes_max: usize) -> Result<(), ApiError> {
    let bytes = text.len();
    if bytes <= bytes_max {
        return Ok(());
    }
    Err(wrong(format!("{name} has {bytes} bytes; the limit is {bytes_max} bytes")))
}

fn payload(name: &str, text: &str, bytes_max: usize) -> Result<Payload, ApiError> {
    check_size(name, text, bytes_max)?;
    Payload::parse(text).map_err(|error| wrong(format!("{name} must be JSON: {error}")))
}

fn members(name: &str, text: Option<&str>, bytes_max: usize) -> Result<Map<String, Value>, ApiError> {
    let Some(text) = text else { return Ok(Map::new()) };
    check_size(name, text, bytes_max)?;
    serde_json::from_str(text).map_err(|error| wrong(format!("{name} must be a JSON object: {error}")))
}

fn wrong(message: String) -> ApiError {
    ApiError::Validation(message)
}

fn write(steps: &[Step], outcome: Option<&StateTestOutcome>, program: Option<&Program>) -> Vec<u8> {
    Object::document(|answer| {
        answer.array("steps", steps, usize::MAX, |object, step| {
            object.text("name", &step.name);
            object.text("field", &step.field);
            match &step.outcome {
                Ok(value) => object.text("value", value),
                Err(failure) => object.object("error", |error| told(error, failure)),
            }
        });
        let Some(outcome) = outcome else {
            // A state that is wrong as it stands has no outcome, but an error.
            let first = steps.iter().find_map(|step| step.outcome.as_ref().err());
            if let Some(first) = first {
                answer.object("error", |error| told(error, first));
            }
            return;
        };
        if let (Some(next), Some(program)) = (outcome.next, program) {
            answer.text("next", &program.state(next).name);
        }
        answer.text_if("output", outcome.output.as_ref().map(Payload::text));
        if let (StateTestStatus::Failed, Some(failure)) = (outcome.status, &outcome.failure) {
            answer.object("error", |error| told(error, failure));
        }
    })
}

fn told(object: &mut Object<'_>, failure: &Failure) {
    object.text_if("error", failure.error.as_deref());
    object.text_if("cause", failure.cause.as_deref());
}
