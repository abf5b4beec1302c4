//! Map, inline: runs its processor once an item, so many at a time, and joins the outputs.

use crate::advance::in_state;
use crate::data_flow;
use crate::decider::Decider;
use crate::execution::Activity;
use crate::retry::Raised;
use serde_json::Value;
use stateline_asl::program::{Kind, Map, Number, Selector};
use stateline_base::{Failure, Payload};
use stateline_journal::{Event, FrameId};

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, map: &Map) {
    let (input, items) = match items(decider, frame, map) {
        Ok(found) => found,
        Err(failure) => return decider.fail(frame, Raised::plain(failure)),
    };
    let count = items.value().as_array().map_or(0, Vec::len);
    let length = u32::try_from(count).expect("a payload within the limits has fewer than 2^32 items");
    let concurrency = max_concurrency(decider, frame, map, &input);
    let bound = *concurrency.as_ref().unwrap_or(&1);
    decider.emit(frame, Event::MapStarted { frame, items, input, length, concurrency: bound });
    // AWS starts the Map before it looks at MaxConcurrencyPath.
    match concurrency {
        Err(failure) => decider.fail(frame, Raised::plain(failure)),
        Ok(_) if length == 0 => succeed(decider, frame),
        Ok(_) => decider.ready.push(frame),
    }
}

/// The effective input and the items in it.
fn items(decider: &Decider<'_>, frame: FrameId, map: &Map) -> Result<(Payload, Payload), Failure> {
    let input = data_flow::effective_input(decider, frame)?;
    let items = data_flow::select(decider, frame, &map.items_path, &input)?;
    if items.value().is_array() {
        return Ok((input, items));
    }
    let path = match &map.items_path {
        Selector::Query(query) => query.text(),
        Selector::Whole | Selector::Nothing => "$",
    };
    Err(in_state(decider, frame, &format!("Reference path \"{path}\" must point to array.")))
}

/// How many iterations may run at once; 0 is the service's own bound.
fn max_concurrency(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    input: &Payload,
) -> Result<u32, Failure> {
    let wanted = match &map.max_concurrency {
        Number::Fixed(wanted) => *wanted,
        Number::Path(query) => {
            let found = data_flow::read(decider, frame, query, input.value())?;
            found.as_u64().ok_or_else(|| {
                let text = if found.as_i64().is_some() {
                    "MaxConcurrency cannot be negative.".to_owned()
                } else {
                    let shown = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
                    format!(
                        "The MaxConcurrencyPath field refers to value \"{shown}\" which is not a valid integer: {}",
                        query.text()
                    )
                };
                in_state(decider, frame, &text)
            })?
        }
    };
    let bound = decider.setting.limits.inline_map_concurrency.max(1);
    Ok(match u32::try_from(wanted) {
        Ok(0) => bound,
        Ok(wanted) => wanted.min(bound),
        Err(_) => bound,
    })
}

/// Starts the next iteration, if there is one and it may run.
///
/// One at a time: each runs until it waits for the outside before the next one
/// starts, which is the order AWS's histories show.
pub(crate) fn start_iterations(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::Iterations(map) = &decider.frame(frame).activity else { return };
    if map.running >= map.concurrency || map.next as usize >= map.outputs.len() {
        return;
    }
    let (index, previous) = (map.next, map.chain);
    let (child, state) = (decider.x.next_frame, decider.frame(frame).state);
    decider.emit_after(previous, Event::MapIterationStarted { frame, child, state, index });
    // The iteration runs first, then this frame looks again whether another may start.
    decider.ready.push(frame);
    decider.ready.push(child);
}

/// An iteration is done.
pub(crate) fn iteration_done(decider: &mut Decider<'_>, frame: FrameId, child: FrameId) {
    let (state, index) = (decider.frame(frame).state, decider.frame(child).index);
    decider.emit(child, Event::MapIterationSucceeded { child, state, index });
    if !decider.x.is_open() {
        return;
    }
    let Activity::Iterations(map) = &decider.frame(frame).activity else { return };
    if map.running == 0 && map.next as usize == map.outputs.len() {
        succeed(decider, frame);
    } else if !decider.ready.contains(&frame) {
        decider.ready.push(frame);
    }
}

/// Every item is done: the state goes on with the outputs in item order.
fn succeed(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::Iterations(iterations) = &decider.frame(frame).activity else { return };
    let outputs = iterations.outputs.iter().flatten().map(|output| output.value().clone()).collect();
    let result = Payload::from(Value::Array(outputs));
    decider.emit(frame, Event::MapSucceeded { frame });
    if !decider.x.is_open() {
        return;
    }
    let Kind::Map(map) = &decider.state(frame).kind else {
        unreachable!("only Map states open iterations");
    };
    let output = data_flow::output(decider, frame, &result, map.result_selector.as_ref(), &map.result_path);
    match output {
        Ok(output) => decider.exit(frame, output, map.transition),
        Err(failure) => decider.fail(frame, Raised::plain(failure)),
    }
}

/// `ItemSelector` failed for an iteration that had just started: the Map state fails with it.
pub(crate) fn selector_failed(decider: &mut Decider<'_>, child: FrameId, failure: Failure) {
    decider.fail_upward(child, Raised::plain(failure));
}
