//! Map, distributed: every item, or batch of items, is a child execution of its own.
//!
//! The Map Run lives in the parent's history, mostly as events that the public does
//! not see. A child's name follows from the parent and the child's number, so that
//! asking for it again after a crash finds the one that was started before.

use crate::advance::in_state;
use crate::context::Item;
use crate::data_flow;
use crate::decider::{Decider, Effect, Input};
use crate::execution::{Activity, Execution};
use crate::expression::{self, Seen};
use crate::map_run::{Ended, MapRun, end_of};
use crate::retry::Raised;
use crate::states::map::{is_negative, joined, whole as whole_of};
use serde_json::{Map as Object, Value, json};
use stateline_asl::program::{Distributed, ItemBatcher, Kind, Map, Number, Percentage, Transformation};
use stateline_base::{Arn, Failure, Payload, Rng, error_name};
use stateline_journal::{AttemptId, ChildEnding, Event, FrameId, MapRunLimits};
use std::sync::Arc;

/// The items of the state, as the parent's history keeps them.
pub(crate) struct Items {
    pub(crate) values: Payload,
    pub(crate) keyed: bool,
}

/// As long as AWS's longest ARNs; nested Maps put label after label into theirs.
const ARN_BYTES_MAX: usize = 2_000;

/// Opens the Map Run of a Map whose items are known.
pub(crate) fn open(
    decider: &mut Decider<'_>,
    frame: FrameId,
    map: &Map,
    distributed: &Distributed,
    keyed: bool,
    concurrency: u32,
) {
    let plan = plan(decider, frame, map, distributed, keyed, concurrency);
    let (limits, batches) = match plan {
        Ok(plan) => plan,
        Err(raised) => return decider.fail(frame, raised),
    };
    let Activity::Iterations(iterations) = &decider.frame(frame).activity else { return };
    let items = u32::try_from(iterations.outputs.len()).expect("a payload has fewer than 2^32 items");
    let children = batches
        .as_ref()
        .map_or(items, |batches| u32::try_from(batches.len()).expect("there are no more batches than items"));
    let map_run_arn = new_arn(decider, distributed);
    if map_run_arn.len() > ARN_BYTES_MAX {
        let text = format!(
            "The ARN of the Map Run would be longer than {ARN_BYTES_MAX} bytes: nest fewer distributed Maps, or shorten their labels."
        );
        let raised = in_state(decider, frame, &text);
        return decider.fail(frame, raised);
    }
    let batches = batches.unwrap_or_default();
    decider.emit(frame, Event::MapRunStarted { frame, map_run_arn, children, batches, limits, keyed });
    if decider.x.is_open() {
        decider.ready.push(frame);
    }
}

/// `mapRun:<machine>/<label>:<uuid>` beside the machine.
fn new_arn(decider: &Decider<'_>, distributed: &Distributed) -> Arc<str> {
    let mut rng = decider.rng.get();
    let uuid = rng.uuid();
    decider.rng.set(rng);
    let machine = &decider.x.started.machine_arn;
    let arn = Arn::parse(machine).map_or_else(
        |_| format!("{machine}/{}:{uuid}", distributed.label),
        |arn| {
            let resource = format!("mapRun:{}/{}:{uuid}", arn.resource_rest(), distributed.label);
            arn.with_resource(&resource).to_string()
        },
    );
    arn.into()
}

/// Limits and batches.
fn plan(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    distributed: &Distributed,
    keyed: bool,
    concurrency: u32,
) -> Result<(MapRunLimits, Option<Vec<u32>>), Raised> {
    let Activity::Iterations(iterations) = &decider.frame(frame).activity else {
        unreachable!("a Map Run is opened when the items are known");
    };
    let (input, items) = (iterations.input.clone(), iterations.items.clone());
    let limits = MapRunLimits {
        concurrency,
        tolerated_count: tolerated_count(decider, frame, distributed, &input)?,
        tolerated_percentage: tolerated_percentage(decider, frame, distributed, &input)?,
    };
    decider.inspect(|seen| {
        seen.tolerated_failure_count = distributed.tolerated_count.as_ref().map(|_| limits.tolerated_count);
        let percentage = distributed.tolerated_percentage.as_ref();
        seen.tolerated_failure_percentage = percentage.map(|_| limits.tolerated_percentage);
    });
    let batches = match &distributed.batcher {
        None => None,
        Some(batcher) => {
            Some(batches(decider, frame, map, batcher, &input, &Items { values: items, keyed })?)
        }
    };
    Ok((limits, batches))
}

fn tolerated_count(
    decider: &Decider<'_>,
    frame: FrameId,
    distributed: &Distributed,
    input: &Payload,
) -> Result<u64, Raised> {
    match &distributed.tolerated_count {
        None => Ok(0),
        Some(number) => whole(decider, frame, "ToleratedFailureCount", number, input),
    }
}

/// A whole number from a constant, a path or an expression, with AWS's words where it is none.
pub(crate) fn whole(
    decider: &Decider<'_>,
    frame: FrameId,
    field: &str,
    number: &Number,
    input: &Payload,
) -> Result<u64, Raised> {
    let query = match number {
        Number::Fixed(number) => return Ok(*number),
        Number::Jsonata(jsonata) => {
            return expression::whole_number(decider, frame, jsonata, Seen::default());
        }
        Number::Path(query) => query,
    };
    let found = data_flow::read(decider, frame, query, input.value())?;
    whole_of(&found).ok_or_else(|| {
        let text = if is_negative(&found) {
            format!("{field} cannot be negative.")
        } else {
            let path = query.text();
            let shown = shown(&found);
            format!("The {field}Path field refers to value \"{shown}\" which is not a valid integer: {path}")
        };
        in_state(decider, frame, &text)
    })
}

fn tolerated_percentage(
    decider: &Decider<'_>,
    frame: FrameId,
    distributed: &Distributed,
    input: &Payload,
) -> Result<f64, Raised> {
    let out_of_range = "ToleratedFailurePercentage must be between 0 and 100.";
    let in_range = |percentage: f64| (0.0..=100.0).contains(&percentage);
    match &distributed.tolerated_percentage {
        None => Ok(0.0),
        Some(Percentage::Fixed(percentage)) => Ok(*percentage),
        Some(Percentage::Jsonata(jsonata)) => {
            let found = expression::evaluate(decider, frame, jsonata, Seen::default())?;
            match found.value().as_f64() {
                Some(percentage) if in_range(percentage) => Ok(percentage),
                Some(_) => Err(expression::senseless(decider, frame, jsonata, out_of_range)),
                None => Err(expression::unexpected(decider, frame, jsonata, "number", found.value())),
            }
        }
        Some(Percentage::Path(query)) => {
            let found = data_flow::read(decider, frame, query, input.value())?;
            match found.as_f64().or_else(|| found.as_str()?.parse().ok()) {
                Some(percentage) if in_range(percentage) => Ok(percentage),
                Some(_) => Err(in_state(decider, frame, out_of_range)),
                None => {
                    let text = format!(
                        "The ToleratedFailurePercentagePath field refers to value \"{}\" which is not a valid float: {}",
                        shown(&found),
                        query.text()
                    );
                    Err(in_state(decider, frame, &text))
                }
            }
        }
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// How many items go into each batch: as many as both limits allow, at least one.
fn batches(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    batcher: &ItemBatcher,
    input: &Payload,
    items: &Items,
) -> Result<Vec<u32>, Raised> {
    let limit = |field: &str, number: Option<&Number>| match number {
        None => Ok(None),
        Some(number) => whole(decider, frame, field, number, input).map(Some),
    };
    let positive = |field: &str, number: Option<u64>| match number {
        Some(0) => Err(in_state(decider, frame, &format!("{field} must be a positive integer."))),
        number => Ok(number),
    };
    let items_max = positive("MaxItemsPerBatch", limit("MaxItemsPerBatch", batcher.max_items.as_ref())?)?;
    let items_max = items_max.unwrap_or(u64::MAX);
    let bytes_max = limit("MaxInputBytesPerBatch", batcher.max_bytes.as_ref())?;
    let bytes_max = positive("MaxInputBytesPerBatch", bytes_max)?;
    let count = items.values.value().as_array().map_or(0, Vec::len);
    let empty = batch(decider, frame, batcher, input, Vec::new())?.bytes_len() as u64;
    let mut batches = Vec::new();
    let (mut in_batch, mut bytes) = (0_u64, empty);
    for index in 0..count {
        let index = u32::try_from(index).expect("a payload has fewer than 2^32 items");
        let size = match bytes_max {
            Some(_) => {
                let item = item(items.values.value(), items.keyed, index);
                data_flow::item_input(decider, frame, map, input, item)?.bytes_len() as u64 + 1
            }
            None => 0,
        };
        let full = in_batch >= items_max || bytes_max.is_some_and(|max| bytes + size > max);
        if full && in_batch > 0 {
            batches.push(u32::try_from(in_batch).expect("no more than there are items"));
            (in_batch, bytes) = (0, empty);
        }
        in_batch += 1;
        bytes += size;
    }
    if in_batch > 0 {
        batches.push(u32::try_from(in_batch).expect("no more than there are items"));
    }
    Ok(batches)
}

/// A batch as a child's input.
fn batch(
    decider: &Decider<'_>,
    frame: FrameId,
    batcher: &ItemBatcher,
    input: &Payload,
    items: Vec<Value>,
) -> Result<Payload, Raised> {
    let mut members = Object::new();
    if let Some(template) = &batcher.input {
        let batch_input = data_flow::shape(decider, frame, Some(template), input)?;
        members.insert("BatchInput".into(), batch_input.into_value());
    }
    members.insert("Items".into(), Value::Array(items));
    Ok(Payload::from(Value::Object(members)))
}

fn item(items: &Value, keyed: bool, index: u32) -> Item<'_> {
    let element = items.get(index as usize).unwrap_or(&Value::Null);
    if !keyed {
        return Item { index, key: None, from_state_data: true, value: element };
    }
    let key = element.get(0).and_then(Value::as_str);
    Item { index, key, from_state_data: true, value: element.get(1).unwrap_or(&Value::Null) }
}

/// Starts the next child, if there is one and it may run, or ends the Map Run.
pub(crate) fn go_on(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    if !run.has_work() {
        return;
    }
    if run.closed {
        return redrive(decider, frame);
    }
    if let Some(attempt) = run.to_redrive.keys().next().copied() {
        return redrive_child(decider, frame, attempt);
    }
    if run.next >= run.children() {
        return succeed(decider, frame);
    }
    let index = run.next;
    let input = match child_input(decider, frame, run, index, run.next_item) {
        Ok(input) => input,
        Err(raised) => {
            let raised = decider.told(frame, raised);
            fail_run(decider, frame, raised.failure.clone());
            return decider.fail_joined(frame, raised);
        }
    };
    let attempt = decider.x.last_attempt + 1;
    decider.emit(frame, Event::ChildStarted { frame, index, attempt, input: input.clone() });
    if decider.x.is_open() {
        decider.effect(Effect::StartChild { attempt, input });
        decider.ready.push(frame);
    }
}

/// The Map Run goes on with its execution, which was redriven.
fn redrive(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let map_run_arn = run.arn.clone();
    let count = decider.x.map_runs.get(&map_run_arn).map_or(1, |summary| summary.redrives + 1);
    // Those that cannot go on may be more than may fail.
    child_ended(decider, frame, Event::MapRunRedriven { frame, map_run_arn, count });
}

/// A child that did not succeed goes on, by the name that it had.
fn redrive_child(decider: &mut Decider<'_>, frame: FrameId, attempt: AttemptId) {
    decider.emit(frame, Event::ChildRedriven { frame, attempt });
    if let Some(child) = decider.x.child(attempt) {
        decider.effect(Effect::StartChild { attempt, input: child.input });
        decider.ready.push(frame);
    }
}

/// The input of a child whose first item is given.
pub(crate) fn child_input(
    decider: &Decider<'_>,
    frame: FrameId,
    run: &MapRun,
    child: u32,
    first: u32,
) -> Result<Payload, Raised> {
    let Kind::Map(map) = &decider.state(frame).kind else {
        unreachable!("only Map states open Map Runs");
    };
    let of_item = |index: u32| item_of(decider, frame, map, run, index);
    let input = match map.distributed.as_ref().and_then(|distributed| distributed.batcher.as_ref()) {
        None => of_item(first)?,
        Some(batcher) => {
            let indexes = first..first + run.items_of(child);
            let items = indexes.map(|index| of_item(index).map(Payload::into_value));
            let items = items.collect::<Result<Vec<_>, _>>()?;
            batch(decider, frame, batcher, &run.input, items)?
        }
    };
    data_flow::within_limit(decider, frame, input)
}

/// An item of a Map Run as its child gets it.
pub(crate) fn item_of(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    run: &MapRun,
    index: u32,
) -> Result<Payload, Raised> {
    data_flow::item_input(decider, frame, map, &run.input, item(run.items.value(), run.keyed, index))
}

/// A child has ended, or the limits have changed, or the run goes on: more may have failed now than may.
pub(crate) fn child_ended(decider: &mut Decider<'_>, frame: FrameId, ended: Event) {
    decider.emit(frame, ended);
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let Some(summary) = decider.x.map_runs.get(&run.arn) else { return };
    if exceeded(&run.limits, summary.items.failed + summary.items.timed_out, summary.items.total) {
        let failure = threshold_exceeded();
        fail_run(decider, frame, failure.clone());
        return decider.fail_joined(frame, Raised::plain(failure));
    }
    if !decider.ready.contains(&frame) {
        decider.ready.push(frame);
    }
}

/// A child that was cut off had ended by itself before it was stopped: its Map Run, and perhaps the
/// execution, is over, and only the counts follow. False when there is nothing to count; that one
/// was stopped is what it is counted for already.
pub(crate) fn settle(decider: &mut Decider<'_>, input: &Input) -> bool {
    let Input::ChildEnded { attempt, ending, .. } = input else { return false };
    let (Some(child), Some(end)) = (decider.x.unsettled(*attempt), end_of(ending)) else { return false };
    let map_run_arn = child.map_run_arn.clone();
    decider.note(Event::ChildSettled { map_run_arn, attempt: *attempt, end });
    true
}

/// The limits of the Map Run are changed; 0 at once is the service's own bound.
pub(crate) fn update(decider: &mut Decider<'_>, frame: FrameId, limits: MapRunLimits) {
    let bound = decider.setting.limits.distributed_map_concurrency.max(1);
    let concurrency = if limits.concurrency == 0 { bound } else { limits.concurrency.min(bound) };
    child_ended(
        decider,
        frame,
        Event::MapRunUpdated { frame, limits: MapRunLimits { concurrency, ..limits } },
    );
}

/// Either threshold; one that is 0 counts only when the other is 0 too.
fn exceeded(limits: &MapRunLimits, failed: u64, total: u64) -> bool {
    if failed == 0 {
        return false;
    }
    #[allow(clippy::cast_precision_loss, reason = "items are fewer than 2^53")]
    let percentage = failed as f64 * 100.0 / total.max(1) as f64;
    let by_count = failed > limits.tolerated_count;
    let by_percentage = percentage > limits.tolerated_percentage;
    match (limits.tolerated_count > 0, limits.tolerated_percentage > 0.0) {
        (true, false) => by_count,
        (false, true) => by_percentage,
        _ => by_count || by_percentage,
    }
}

/// Cuts off what still runs and ends the Map Run.
fn fail_run(decider: &mut Decider<'_>, frame: FrameId, failure: Failure) {
    stop_children(decider, frame);
    decider.emit(frame, Event::MapRunFailed { frame, failure });
}

/// Nobody waits for the children any more.
pub(crate) fn stop_children(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let running = run.running.keys().map(|attempt| (*attempt, child_name(decider.x, *attempt)));
    let running: Vec<(AttemptId, String)> =
        running.map(|(attempt, name)| (attempt, child_arn(&run.arn, &name))).collect();
    for (attempt, execution_arn) in running {
        decider.effect(Effect::StopChild { attempt, execution_arn });
    }
}

/// Every child has ended within the tolerance: the state goes on with their outputs.
fn succeed(decider: &mut Decider<'_>, frame: FrameId) {
    let Kind::Map(map) = &decider.state(frame).kind else {
        unreachable!("only Map states open Map Runs");
    };
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    // Found out before the result is built, which may be larger than there is room.
    let max = decider.setting.limits.payload_bytes_max;
    let result = (least_bytes(run) <= max).then(|| result(decider.x, map, run));
    let result = result.filter(|result| result.bytes_len() <= max);
    decider.emit(frame, Event::MapRunSucceeded { frame });
    let last = decider.x.last_id;
    decider.emit_after(last, Event::MapSucceeded { frame });
    if !decider.x.is_open() {
        return;
    }
    match result {
        Some(result) => joined(decider, frame, &result),
        None => {
            let failure = data_flow::too_large(&decider.state(frame).name);
            decider.fail(frame, Raised::plain(failure));
        }
    }
}

/// Bytes that the children's outputs have at least in the result: flattening takes two brackets off.
fn least_bytes(run: &MapRun) -> usize {
    let outputs = run.ended.iter().flatten().map(|ended| match &ended.ending {
        ChildEnding::Succeeded(output) => output.bytes_len().saturating_sub(2),
        _ => ended.input.bytes_len(),
    });
    outputs.sum()
}

/// The failure that so many failed items are, if they are more than may.
pub(crate) fn threshold(decider: &Decider<'_>, frame: FrameId, failed: u64) -> Option<Failure> {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return None };
    let summary = decider.x.map_runs.get(&run.arn)?;
    exceeded(&run.limits, failed, summary.items.total).then(threshold_exceeded)
}

fn threshold_exceeded() -> Failure {
    let cause = "The specified tolerated failure threshold was exceeded";
    Failure::new(error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD, cause)
}

/// What the children gave, in order; of those that failed, who they were.
fn result(x: &Execution, map: &Map, run: &MapRun) -> Payload {
    let distributed = map.distributed.as_ref();
    let writer = distributed.and_then(|distributed| distributed.writer.as_ref());
    let transformation = writer.and_then(|writer| writer.transformation).unwrap_or(Transformation::Compact);
    let mut results = Vec::with_capacity(run.ended.len());
    for ended in run.ended.iter().flatten() {
        match (&ended.ending, transformation) {
            (ChildEnding::Succeeded(output), Transformation::Compact) => results.push(output.value().clone()),
            (ChildEnding::Succeeded(output), Transformation::Flatten) => match output.value() {
                Value::Array(elements) => results.extend(elements.iter().cloned()),
                other => results.push(other.clone()),
            },
            _ => results.push(metadata(x, run, ended)),
        }
    }
    Payload::from(Value::Array(results))
}

/// A child as ResultWriter's transformation NONE writes it (reference 01, section 5.7).
fn metadata(x: &Execution, run: &MapRun, ended: &Ended) -> Value {
    let (status, output, failure) = match &ended.ending {
        ChildEnding::Succeeded(output) => ("SUCCEEDED", Some(output), None),
        ChildEnding::Failed(failure) => ("FAILED", None, Some(failure.clone())),
        ChildEnding::TimedOut => ("TIMED_OUT", None, Some(Failure::named(error_name::TIMEOUT))),
        ChildEnding::Aborted(failure) => ("ABORTED", None, Some(failure.clone())),
    };
    let name = child_name(x, ended.attempt);
    let mut members = Object::new();
    members.insert("ExecutionArn".into(), json!(child_arn(&run.arn, &name)));
    members.insert("Input".into(), json!(ended.input.text()));
    members.insert("InputDetails".into(), json!({"Included": true}));
    members.insert("Name".into(), json!(name));
    if let Some(failure) = failure {
        members.extend(failure.error.map(|error| ("Error".to_owned(), json!(&*error))));
        members.extend(failure.cause.map(|cause| ("Cause".to_owned(), json!(&*cause))));
    }
    if let Some(output) = output {
        members.insert("Output".into(), json!(output.text()));
        members.insert("OutputDetails".into(), json!({"Included": true}));
    }
    members.insert("RedriveCount".into(), json!(ended.redrives));
    let redrivable = status != "SUCCEEDED";
    members.insert("RedriveStatus".into(), json!(if redrivable { "REDRIVABLE" } else { "NOT_REDRIVABLE" }));
    if !redrivable {
        let reason = "Execution is SUCCEEDED and cannot be redriven";
        members.insert("RedriveStatusReason".into(), json!(reason));
    }
    members.insert("StartDate".into(), json!(ended.started_at.to_string()));
    members.insert("StateMachineArn".into(), json!(child_machine(&run.arn)));
    members.insert("Status".into(), json!(status));
    members.insert("StopDate".into(), json!(ended.stopped_at.to_string()));
    Value::Object(members)
}

/// A child's name: a UUID that follows from the parent's seed and the child's number.
pub(crate) fn child_name(x: &Execution, attempt: AttemptId) -> String {
    let mut rng = Rng::new(x.started.seed ^ attempt.rotate_left(32));
    rng.uuid()
}

/// `execution:<machine>/<label>:<name>`, from `mapRun:<machine>/<label>:<uuid>`.
pub(crate) fn child_arn(map_run_arn: &str, name: &str) -> String {
    beside(map_run_arn, |machine| format!("execution:{machine}:{name}"))
}

/// `stateMachine:<machine>/<label>`.
pub(crate) fn child_machine(map_run_arn: &str) -> String {
    beside(map_run_arn, |machine| format!("stateMachine:{machine}"))
}

fn beside(map_run_arn: &str, resource: impl Fn(&str) -> String) -> String {
    let Ok(arn) = Arn::parse(map_run_arn) else { return resource(map_run_arn) };
    let machine = arn.resource_rest().rsplit_once(':').map_or("", |(machine, _)| machine);
    arn.with_resource(&resource(machine)).to_string()
}
