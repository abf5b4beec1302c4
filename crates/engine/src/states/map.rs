//! Map, inline: runs its processor once an item, so many at a time, and joins the outputs.

use crate::advance::{in_state, in_state_text};
use crate::data_flow;
use crate::decider::Decider;
use crate::execution::Activity;
use crate::expression::{self, Seen};
use crate::order;
use crate::retry::Raised;
use crate::states::map_run;
use crate::testing;
use serde_json::Value;
use stateline_asl::program::{Kind, Map, Number, QueryLanguage, Selector, Template};
use stateline_base::Payload;
use stateline_journal::{Event, FrameId};

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, map: &Map) {
    let (input, items) = match items(decider, frame, map) {
        Ok(found) => found,
        Err(raised) => return decider.fail(frame, raised),
    };
    let (items, keyed) = paired(items);
    let fits = data_flow::within_depth(decider, frame, items)
        .and_then(|items| Ok((data_flow::within_depth(decider, frame, input)?, items)));
    let (input, items) = match fits {
        Ok(fits) => fits,
        Err(raised) => return decider.fail(frame, raised),
    };
    let count = items.value().as_array().map_or(0, Vec::len);
    let length = u32::try_from(count).expect("a payload within the limits has fewer than 2^32 items");
    let concurrency = max_concurrency(decider, frame, map, &input);
    let bound = *concurrency.as_ref().unwrap_or(&1);
    decider.emit(frame, Event::MapStarted { frame, items, input, length, concurrency: bound });
    // AWS starts the Map before it looks at MaxConcurrencyPath.
    match (concurrency, &map.distributed) {
        (Err(raised), _) => decider.fail(frame, raised),
        (Ok(_), _) if !decider.x.is_open() => {}
        (Ok(concurrency), Some(distributed)) => {
            map_run::open(decider, frame, map, distributed, keyed, concurrency);
        }
        (Ok(_), None) if length == 0 && !decider.is_mocked() => succeed(decider, frame),
        (Ok(_), None) => decider.ready.push(frame),
    }
}

/// Members of an object become pairs of key and value; an array stays as it is.
fn paired(items: Payload) -> (Payload, bool) {
    match items.value() {
        Value::Object(members) => {
            let pairs = members.iter().map(|(key, value)| serde_json::json!([key, value])).collect();
            (Payload::from(Value::Array(pairs)), true)
        }
        _ => (items, false),
    }
}

/// The effective input and the items in it.
fn items(decider: &Decider<'_>, frame: FrameId, map: &Map) -> Result<(Payload, Payload), Raised> {
    let input = data_flow::effective_input(decider, frame)?;
    let reader = map.distributed.as_ref().and_then(|distributed| distributed.reader.as_ref());
    if let Some(reader) = reader {
        // They come later, one after the other.
        let none = || Ok(Payload::from(Value::Array(Vec::new())));
        let mocked = decider.is_mocked();
        let read = || testing::read_items(decider, frame, map, reader, &input);
        let items = if mocked { read() } else { none() }?;
        return Ok((input, items));
    }
    if decider.state(frame).language == QueryLanguage::Jsonata {
        let items = jsonata_items(decider, frame, map, &input)?;
        return Ok((input, items));
    }
    let items = data_flow::select(decider, frame, &map.items_path, &input)?;
    decider.inspect(|seen| seen.after_items_path = Some(testing::as_written(map, &input, &items)));
    if is_iterable(map, &items) {
        return Ok((input, items));
    }
    let path = match &map.items_path {
        Selector::Query(query) => query.text(),
        Selector::Whole | Selector::Nothing => "$",
    };
    Err(in_state(decider, frame, &format!("Reference path \"{path}\" must point to array.")))
}

/// Recorded on AWS: an inline Map takes arrays only; a distributed one takes objects too (since 2025).
fn is_iterable(map: &Map, items: &Payload) -> bool {
    items.value().is_array() || map.distributed.is_some() && items.value().is_object()
}

/// `Items`, or the state's input, which must be an array.
fn jsonata_items(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    input: &Payload,
) -> Result<Payload, Raised> {
    let items = data_flow::shape(decider, frame, map.items.as_ref(), input)?;
    decider.inspect(|seen| seen.items = Some(items.clone()));
    if is_iterable(map, &items) {
        return Ok(items);
    }
    Err(match &map.items {
        Some(Template::Jsonata(jsonata)) => {
            expression::unexpected(decider, frame, jsonata, "array", items.value())
        }
        _ => {
            let text = format!("Map state input must be an array but was: {}", items.text());
            Raised::by_evaluation(None, in_state_text(decider, frame, &text))
        }
    })
}

/// How many iterations may run at once; 0 is the service's own bound.
fn max_concurrency(decider: &Decider<'_>, frame: FrameId, map: &Map, input: &Payload) -> Result<u32, Raised> {
    let wanted = match &map.max_concurrency {
        Number::Fixed(wanted) => *wanted,
        Number::Jsonata(jsonata) => expression::whole_number(decider, frame, jsonata, Seen::default())?,
        Number::Path(query) => {
            let found = data_flow::read(decider, frame, query, input.value())?;
            whole(&found).ok_or_else(|| {
                let text = if is_negative(&found) {
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
    decider.inspect(|seen| seen.max_concurrency = Some(wanted));
    let limits = decider.setting.limits;
    let bound = match map.distributed {
        Some(_) => limits.distributed_map_concurrency.max(1),
        None => limits.inline_map_concurrency.max(1),
    };
    Ok(match u32::try_from(wanted) {
        Ok(0) => bound,
        Ok(wanted) => wanted.min(bound),
        Err(_) => bound,
    })
}

/// A whole number, also one within a text: recorded on AWS.
pub(crate) fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether a value is a whole number below 0.
pub(crate) fn is_negative(value: &Value) -> bool {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).is_some_and(|number| number < 0)
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
    } else {
        order::put(&mut decider.ready, decider.x, frame);
    }
}

/// Every item is done: the state goes on with the outputs in item order.
pub(crate) fn succeed(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::Iterations(iterations) = decider.frame(frame).activity.work() else { return };
    let outputs = iterations.outputs.iter().flatten().map(|output| output.value().clone()).collect();
    let result = Payload::from(Value::Array(outputs));
    decider.emit(frame, Event::MapSucceeded { frame });
    if !decider.x.is_open() {
        return;
    }
    joined(decider, frame, &result);
}

/// The state goes on with what its iterations or children gave.
pub(crate) fn joined(decider: &mut Decider<'_>, frame: FrameId, result: &Payload) {
    let Kind::Map(map) = &decider.state(frame).kind else {
        unreachable!("only Map states open iterations");
    };
    let selector = map.result_selector.as_ref();
    match data_flow::with_result(decider, frame, result, selector, &map.result_path) {
        Ok(left) => decider.exit(frame, left, map.transition),
        Err(raised) => decider.fail(frame, raised),
    }
}

/// `ItemSelector` failed for an iteration that had just started: the Map state fails with it.
pub(crate) fn selector_failed(decider: &mut Decider<'_>, child: FrameId, raised: Raised) {
    decider.fail_upward(child, raised);
}
