//! How data moves through a state, in AWS's order. JSONPath: `InputPath`, `Parameters`, work,
//! `ResultSelector`, `ResultPath`, `OutputPath`. JSONata: `Arguments`, work, `Output`.
//! `Assign` goes beside the last steps and sees nothing of what they make.

use crate::advance::{in_state, in_state_text};
use crate::context::Item;
use crate::decider::Decider;
use crate::execution::Iterations;
use crate::expression::{self, Seen};
use crate::retry::Raised;
use crate::scope::Scope;
use crate::testing;
use crate::variables;
use serde_json::Value;
use stateline_asl::program::{Catcher, Map, QueryLanguage, ResultPath, Selector, Template};
use stateline_base::{DEPTH_MAX, Failure, Payload, error_name};
use stateline_journal::FrameId;
use stateline_jsonpath::{EvaluationError, Expression, Query, Scope as _, Source};
use std::sync::Arc;

/// `InputPath` on the state's raw input.
pub(crate) fn effective_input(decider: &Decider<'_>, frame: FrameId) -> Result<Payload, Raised> {
    let state = decider.state(frame);
    let input = select(decider, frame, &state.input_path, &decider.frame(frame).input)?;
    decider.inspect(|seen| {
        if testing::shows_input(decider, frame) {
            seen.after_input_path = Some(input.clone());
        }
    });
    Ok(input)
}

/// `Parameters` or `Arguments`: what the work of a state gets.
pub(crate) fn request(
    decider: &Decider<'_>,
    frame: FrameId,
    template: Option<&Template>,
    input: &Payload,
) -> Result<Payload, Raised> {
    let request = shape(decider, frame, template, input)?;
    decider.inspect(|seen| match decider.state(frame).language {
        _ if !testing::shows_request(decider, frame) => {}
        QueryLanguage::JsonPath => seen.after_parameters = Some(request.clone()),
        QueryLanguage::Jsonata => seen.after_arguments = Some(request.clone()),
    });
    Ok(request)
}

/// A selector on a document; the whole document is shared, not copied.
pub(crate) fn select(
    decider: &Decider<'_>,
    frame: FrameId,
    selector: &Selector,
    document: &Payload,
) -> Result<Payload, Raised> {
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
) -> Result<Value, Raised> {
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
) -> Result<Payload, Raised> {
    let scope = Scope::new(decider, frame, document);
    template.map_or_else(|| Ok(document.clone()), |template| filled(decider, frame, template, &scope))
}

/// A template as a payload; one that is a single expression may hand a document on.
fn filled(
    decider: &Decider<'_>,
    frame: FrameId,
    template: &Template,
    scope: &Scope<'_>,
) -> Result<Payload, Raised> {
    match template {
        Template::Jsonata(jsonata) => expression::evaluate(decider, frame, jsonata, scope.seen()),
        template => fill(decider, frame, template, scope).map(Payload::from),
    }
}

/// Evaluates a template.
fn fill(
    decider: &Decider<'_>,
    frame: FrameId,
    template: &Template,
    scope: &Scope<'_>,
) -> Result<Value, Raised> {
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
        Template::Jsonata(jsonata) => {
            let value = expression::evaluate(decider, frame, jsonata, scope.seen())?;
            Ok(value.into_value())
        }
    }
}

/// Evaluates the value of a field; a miss names the field and what was searched.
pub(crate) fn evaluate(
    decider: &Decider<'_>,
    frame: FrameId,
    field: &str,
    expression: &Expression,
    scope: &Scope<'_>,
) -> Result<Value, Raised> {
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
            let cause = in_state_text(decider, frame, &message);
            Raised::plain(Failure::new(error_name::INTRINSIC_FAILURE, cause))
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
) -> Result<Payload, Raised> {
    let value = iterations.items.value().get(index as usize).unwrap_or(&Value::Null);
    let item = Item { index, key: None, source: None, value };
    let input = item_input(decider, frame, map, &iterations.input, item)?;
    within_limit(decider, frame, input)
}

/// An item, or what `ItemSelector` makes of it.
pub(crate) fn item_input(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    input: &Payload,
    item: Item<'_>,
) -> Result<Payload, Raised> {
    match &map.item_selector {
        None => Ok(Payload::from(item.value.clone())),
        Some(selector) => {
            let scope = Scope::new(decider, frame, input).with_item(item);
            filled(decider, frame, selector, &scope)
        }
    }
}

/// What a state leaves behind.
#[derive(Clone, Debug)]
pub(crate) struct Left {
    /// Its output.
    pub(crate) output: Payload,
    /// Variables and their new values, in the order of the definition.
    pub(crate) assigned: Vec<(Arc<str>, Payload)>,
}

/// The last steps of a state.
#[derive(Clone, Copy)]
pub(crate) struct LastSteps<'a> {
    /// What the work gave; for states that have no result of their own, the effective input.
    pub(crate) result: &'a Payload,
    /// Whether `$states.result` is there: in Task, Parallel and Map.
    pub(crate) has_result: bool,
    /// `ResultSelector`.
    pub(crate) result_selector: Option<&'a Template>,
    /// `ResultPath`.
    pub(crate) result_path: &'a ResultPath,
    /// `Output`: the state's own, or a Choice rule's.
    pub(crate) output: Option<&'a Template>,
    /// `Assign`: the state's own, or a Choice rule's.
    pub(crate) assign: Option<&'a Template>,
}

/// The last steps of a state without a result: Pass, Choice, Wait, Succeed.
pub(crate) fn without_result(decider: &Decider<'_>, frame: FrameId, input: &Payload) -> Result<Left, Raised> {
    let state = decider.state(frame);
    let steps = LastSteps {
        result: input,
        has_result: false,
        result_selector: None,
        result_path: &ResultPath::Replace,
        output: state.output.as_ref(),
        assign: state.assign.as_ref(),
    };
    leave(decider, frame, steps)
}

/// The last steps of a Task, Parallel or Map.
pub(crate) fn with_result(
    decider: &Decider<'_>,
    frame: FrameId,
    result: &Payload,
    result_selector: Option<&Template>,
    result_path: &ResultPath,
) -> Result<Left, Raised> {
    let state = decider.state(frame);
    let (output, assign) = (state.output.as_ref(), state.assign.as_ref());
    leave(
        decider,
        frame,
        LastSteps { result, has_result: true, result_selector, result_path, output, assign },
    )
}

/// Makes a state's output and variables, both from what was there before either.
pub(crate) fn leave(decider: &Decider<'_>, frame: FrameId, steps: LastSteps<'_>) -> Result<Left, Raised> {
    let seen = Seen { result: steps.has_result.then_some(steps.result), ..Seen::default() };
    let scope = Scope::new(decider, frame, steps.result).with_seen(seen);
    decider.inspect(|seen| {
        if testing::shows_result(decider, frame) {
            seen.result = Some(steps.result.clone());
        }
    });
    let assigned = assign(decider, frame, steps.assign, &scope)?;
    decider.inspect(|seen| seen.assign(&assigned));
    let output = match (decider.state(frame).language, steps.output) {
        (QueryLanguage::Jsonata, Some(output)) => filled(decider, frame, output, &scope)?,
        (QueryLanguage::Jsonata, None) => steps.result.clone(),
        (QueryLanguage::JsonPath, _) => {
            let result = shape(decider, frame, steps.result_selector, steps.result)?;
            let shows = testing::shows_steps(decider, frame);
            decider.inspect(|seen| seen.after_result_selector = shows.then(|| result.clone()));
            let merged = place(decider, frame, result, steps.result_path)?;
            decider.inspect(|seen| seen.after_result_path = shows.then(|| merged.clone()));
            select(decider, frame, &decider.state(frame).output_path, &merged)?
        }
    };
    Ok(Left { output: within_limit(decider, frame, output)?, assigned })
}

/// The last steps of a state whose error a catcher takes.
pub(crate) fn after_error(
    decider: &Decider<'_>,
    frame: FrameId,
    catcher: &Catcher,
    error_output: &Payload,
) -> Result<Left, Raised> {
    let seen = Seen { error_output: Some(error_output), ..Seen::default() };
    let scope = Scope::new(decider, frame, error_output).with_seen(seen);
    let assigned = assign(decider, frame, catcher.assign.as_ref(), &scope)?;
    decider.inspect(|seen| seen.assign(&assigned));
    let output = match (decider.state(frame).language, &catcher.output) {
        (QueryLanguage::Jsonata, Some(output)) => filled(decider, frame, output, &scope)?,
        (QueryLanguage::Jsonata, None) => error_output.clone(),
        (QueryLanguage::JsonPath, _) => place(decider, frame, error_output.clone(), &catcher.result_path)?,
    };
    Ok(Left { output: within_limit(decider, frame, output)?, assigned })
}

/// `Assign`: each variable with its new value, within the limits.
fn assign(
    decider: &Decider<'_>,
    frame: FrameId,
    template: Option<&Template>,
    scope: &Scope<'_>,
) -> Result<Vec<(Arc<str>, Payload)>, Raised> {
    let assigned: Vec<(Arc<str>, Payload)> = match template {
        None => return Ok(Vec::new()),
        Some(Template::Object(members)) => {
            let mut one = |(name, value): &(Arc<str>, Template)| {
                Ok((name.clone(), filled(decider, frame, value, scope)?))
            };
            members.iter().map(&mut one).collect::<Result<_, Raised>>()?
        }
        Some(Template::Literal(Value::Object(members))) => {
            let one = |(name, value): (&String, &Value)| (name.as_str().into(), Payload::from(value.clone()));
            members.iter().map(one).collect()
        }
        Some(_) => unreachable!("the checker lets only an object be assigned"),
    };
    let limits = decider.setting.limits;
    let refuse = |what: &str, bytes: usize, max: usize| {
        let text = format!("{what} {bytes} bytes, which is more than the {max} bytes that are allowed.");
        Raised::plain(Failure::new(error_name::DATA_LIMIT_EXCEEDED, in_state_text(decider, frame, &text)))
    };
    let mut sum = 0;
    for (name, value) in &assigned {
        let bytes = value.bytes_len();
        if bytes > limits.payload_bytes_max {
            let what = format!("The value of the variable '{name}' in the field 'Assign' has");
            return Err(refuse(&what, bytes, limits.payload_bytes_max));
        }
        if !value.is_shallow() {
            let text = format!("The variable '{name}' is nested deeper than {DEPTH_MAX} levels.");
            return Err(in_state(decider, frame, &text));
        }
        sum += bytes;
    }
    if sum > limits.payload_bytes_max {
        return Err(refuse("The variables in the field 'Assign' have", sum, limits.payload_bytes_max));
    }
    let all = variables::bytes_with(decider.x, frame, &assigned);
    if all > limits.variables_bytes_max {
        return Err(refuse("All variables of the execution have", all, limits.variables_bytes_max));
    }
    Ok(assigned)
}

/// `ResultPath`: the result goes into the state's *raw* input.
pub(crate) fn place(
    decider: &Decider<'_>,
    frame: FrameId,
    result: Payload,
    result_path: &ResultPath,
) -> Result<Payload, Raised> {
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
                Raised::plain(Failure::new(
                    error_name::RESULT_PATH_MATCH_FAILURE,
                    in_state_text(decider, frame, &text),
                ))
            })?;
            Ok(Payload::from(document))
        }
    }
}

/// Refuses a document that is nested deeper than what is written down can be read back.
pub(crate) fn within_depth(
    decider: &Decider<'_>,
    frame: FrameId,
    document: Payload,
) -> Result<Payload, Raised> {
    if document.is_shallow() {
        return Ok(document);
    }
    let text = format!("The data is nested deeper than {DEPTH_MAX} levels.");
    Err(in_state(decider, frame, &text))
}

/// Refuses a document that is larger, or nested deeper, than the service allows.
pub(crate) fn within_limit(
    decider: &Decider<'_>,
    frame: FrameId,
    document: Payload,
) -> Result<Payload, Raised> {
    let document = within_depth(decider, frame, document)?;
    if document.bytes_len() > decider.setting.limits.payload_bytes_max {
        return Err(Raised::plain(too_large(&decider.state(frame).name)));
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
