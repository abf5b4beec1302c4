//! How data moves through a state, in AWS's order:
//! `InputPath`, `Parameters`, work, `ResultSelector`, `ResultPath`, `OutputPath`.

use crate::advance::{in_state, in_state_text};
use crate::context::Item;
use crate::decider::Decider;
use crate::execution::Iterations;
use crate::scope::Scope;
use serde_json::Value;
use stateline_asl::program::{Map, ResultPath, Selector, Template};
use stateline_base::{DEPTH_MAX, Failure, Payload, error_name};
use stateline_journal::FrameId;
use stateline_jsonpath::{EvaluationError, Expression, Query, Scope as _, Source};

/// `InputPath` on the state's raw input.
pub(crate) fn effective_input(decider: &Decider<'_>, frame: FrameId) -> Result<Payload, Failure> {
    select(decider, frame, &decider.state(frame).input_path, &decider.frame(frame).input)
}

/// A selector on a document; the whole document is shared, not copied.
pub(crate) fn select(
    decider: &Decider<'_>,
    frame: FrameId,
    selector: &Selector,
    document: &Payload,
) -> Result<Payload, Failure> {
    match selector {
        Selector::Whole => Ok(document.clone()),
        Selector::Nothing => Ok(Payload::empty_object()),
        Selector::Query(query) if *query.source() == Source::Input && query.path().is_root() => {
            Ok(document.clone())
        }
        Selector::Query(query) => read(decider, frame, query, document.value()).map(Payload::from),
    }
}

/// A query on a document; a miss is AWS's "Invalid path".
pub(crate) fn read(
    decider: &Decider<'_>,
    frame: FrameId,
    query: &Query,
    document: &Value,
) -> Result<Value, Failure> {
    let scope = Scope::new(decider, frame, document);
    match query.read(&scope) {
        Ok(found) => Ok(found.into_owned()),
        Err(miss) => Err(in_state(decider, frame, &format!("Invalid path '{}' : {miss}", query.text()))),
    }
}

/// A payload template, where there is one; without one the document goes on unchanged.
pub(crate) fn shape(
    decider: &Decider<'_>,
    frame: FrameId,
    template: Option<&Template>,
    document: &Payload,
) -> Result<Payload, Failure> {
    let Some(template) = template else { return Ok(document.clone()) };
    let scope = Scope::new(decider, frame, document.value());
    fill(decider, frame, template, &scope).map(Payload::from)
}

/// Evaluates a template.
fn fill(
    decider: &Decider<'_>,
    frame: FrameId,
    template: &Template,
    scope: &Scope<'_>,
) -> Result<Value, Failure> {
    match template {
        Template::Literal(value) => Ok(value.clone()),
        Template::Object(members) => {
            let filled = members
                .iter()
                .map(|(key, member)| Ok((key.to_string(), fill(decider, frame, member, scope)?)));
            filled.collect::<Result<_, _>>().map(Value::Object)
        }
        Template::Array(elements) => {
            let filled = elements.iter().map(|element| fill(decider, frame, element, scope));
            filled.collect::<Result<_, _>>().map(Value::Array)
        }
        Template::Dynamic { field, expression } => evaluate(decider, frame, field, expression, scope),
    }
}

/// Evaluates the value of a field; a miss names the field and what was searched.
pub(crate) fn evaluate(
    decider: &Decider<'_>,
    frame: FrameId,
    field: &str,
    expression: &Expression,
    scope: &Scope<'_>,
) -> Result<Value, Failure> {
    let error = match expression.evaluate(scope) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    Err(match error {
        // Measured on AWS: an index beyond the end of an array that is there gives null.
        EvaluationError::Path { message, .. } if is_beyond_the_end(expression, &message) => {
            return Ok(Value::Null);
        }
        EvaluationError::Path { path, .. } => {
            let searched = if path.starts_with("$$") { scope.context() } else { scope.input() };
            let text = format!(
                "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{searched}'"
            );
            in_state(decider, frame, &text)
        }
        EvaluationError::Intrinsic { message } => {
            Failure::new(error_name::INTRINSIC_FAILURE, in_state_text(decider, frame, &message))
        }
    })
}

/// Whether a query missed only because its last step is an index past the end.
fn is_beyond_the_end(expression: &Expression, message: &str) -> bool {
    let last_step = message.strip_prefix("No results for path: ").and_then(|path| path.strip_suffix(']'));
    let index = last_step.and_then(|path| path.rsplit_once('[')).map(|(_, index)| index);
    matches!(expression, Expression::Query(_))
        && index.is_some_and(|index| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The input of one iteration: the item, or what `ItemSelector` makes of it.
pub(crate) fn iteration_input(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    iterations: &Iterations,
    index: u32,
) -> Result<Payload, Failure> {
    let value =
        iterations.items.value().get(index as usize).expect("an iteration's index is that of an item");
    let input = match &map.item_selector {
        None => Payload::from(value.clone()),
        Some(selector) => {
            let scope = Scope::new(decider, frame, iterations.input.value()).with_item(Item { index, value });
            Payload::from(fill(decider, frame, selector, &scope)?)
        }
    };
    within_limit(decider, frame, input)
}

/// `ResultSelector`, `ResultPath` and `OutputPath` on the result of a state's work.
pub(crate) fn output(
    decider: &Decider<'_>,
    frame: FrameId,
    result: &Payload,
    result_selector: Option<&Template>,
    result_path: &ResultPath,
) -> Result<Payload, Failure> {
    let result = shape(decider, frame, result_selector, result)?;
    let merged = place(decider, frame, result, result_path)?;
    let output = select(decider, frame, &decider.state(frame).output_path, &merged)?;
    within_limit(decider, frame, output)
}

/// `ResultPath`: the result goes into the state's *raw* input.
pub(crate) fn place(
    decider: &Decider<'_>,
    frame: FrameId,
    result: Payload,
    result_path: &ResultPath,
) -> Result<Payload, Failure> {
    let raw = &decider.frame(frame).input;
    match result_path {
        ResultPath::Replace => Ok(result),
        ResultPath::Discard => Ok(raw.clone()),
        ResultPath::At(path) if path.is_root() => Ok(result),
        ResultPath::At(path) => {
            let mut document = raw.value().clone();
            path.put(&mut document, result.value().clone()).map_err(|error| {
                let text = format!(
                    "Unable to apply Path transformation to null or empty input: the ResultPath '{}' does not fit the state's input: {error}",
                    path.text()
                );
                Failure::new(error_name::RESULT_PATH_MATCH_FAILURE, in_state_text(decider, frame, &text))
            })?;
            Ok(Payload::from(document))
        }
    }
}

/// Refuses a document that is larger, or nested deeper, than the service allows.
pub(crate) fn within_limit(
    decider: &Decider<'_>,
    frame: FrameId,
    document: Payload,
) -> Result<Payload, Failure> {
    if !document.is_shallow() {
        let text = format!("The data is nested deeper than {DEPTH_MAX} levels.");
        return Err(in_state(decider, frame, &text));
    }
    if document.bytes_len() > decider.setting.limits.payload_bytes_max {
        return Err(too_large(&decider.state(frame).name));
    }
    Ok(document)
}

/// `States.DataLimitExceeded` for a state or a task's resource.
pub(crate) fn too_large(what: &str) -> Failure {
    Failure::new(
        error_name::DATA_LIMIT_EXCEEDED,
        format!(
            "The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."
        ),
    )
}
