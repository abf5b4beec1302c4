//! With what a Map Run is opened: its limits, how its items are batched, what is read and written.

use super::Items;
use crate::advance::in_state;
use crate::context::{Item, STATE_DATA};
use crate::data_flow;
use crate::decider::Decider;
use crate::execution::Activity;
use crate::expression::{self, Seen};
use crate::retry::Raised;
use crate::states::map::{is_negative, whole as whole_of};
use serde_json::{Map as Object, Value};
use stateline_asl::program::{Distributed, ItemBatcher, ItemReader, Map, Number, Percentage, Template};
use stateline_base::{Failure, Payload, error_name};
use stateline_journal::{FrameId, MapRunLimits, ReaderPlan, RunPlan};

/// AWS's words for `MaxItems` below 0.
pub(crate) const MAX_ITEMS_NEGATIVE: &str = "field MaxItems must be positive";

/// All that a Map Run is opened with.
pub(super) struct Plan {
    pub(super) limits: MapRunLimits,
    /// How many items each child has, where they are batched and known.
    pub(super) batches: Option<Vec<u32>>,
    pub(super) run: RunPlan,
    /// With what the Map Run ends as soon as it is open: recorded on AWS of `MaxItems` below 0.
    pub(super) fails: Option<Raised>,
}

/// Limits, batches, and what is read and written.
pub(super) fn plan(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    distributed: &Distributed,
    keyed: bool,
    concurrency: u32,
) -> Result<Plan, Raised> {
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
    let mut fails = None;
    let reader = match super::reader_of(decider, distributed) {
        None => None,
        Some(reader) => {
            let items_max = match items_max(decider, frame, reader, &input)? {
                Ok(items_max) => items_max,
                Err(raised) => {
                    fails = Some(raised);
                    None
                }
            };
            let batcher = distributed.batcher.as_ref();
            Some(reader_plan(decider, frame, (reader, items_max), batcher, &input)?)
        }
    };
    let batches = match &distributed.batcher {
        Some(batcher) if reader.is_none() => {
            Some(batches(decider, frame, map, batcher, &input, &Items { values: items, keyed })?)
        }
        _ => None,
    };
    let writer = distributed.writer.as_ref().filter(|writer| writer.resource.is_some());
    let writer =
        writer.map(|writer| request(decider, frame, writer.parameters.as_ref(), &input)).transpose()?;
    // What is written needs not be kept.
    let kept = if writer.is_some() { 0 } else { decider.setting.limits.payload_bytes_max };
    let kept_bytes_max = u64::try_from(kept).unwrap_or(u64::MAX);
    Ok(Plan { limits, batches, run: RunPlan { frame, reader, writer, kept_bytes_max }, fails })
}

/// The effective request to a reader or a writer.
fn request(
    decider: &Decider<'_>,
    frame: FrameId,
    parameters: Option<&Template>,
    input: &Payload,
) -> Result<Payload, Raised> {
    if parameters.is_none() {
        return Ok(Payload::empty_object());
    }
    let request = data_flow::shape(decider, frame, parameters, input)?;
    data_flow::within_limit(decider, frame, request)
}

/// What the reader is asked for. `ItemsPath` has no say in it: recorded on AWS, where any path goes
/// with an `ItemReader`, also one to nowhere.
fn reader_plan(
    decider: &Decider<'_>,
    frame: FrameId,
    (reader, items_max): (&ItemReader, Option<u64>),
    batcher: Option<&ItemBatcher>,
    input: &Payload,
) -> Result<ReaderPlan, Raised> {
    let parameters = request(decider, frame, reader.parameters.as_ref(), input)?;
    let mut config = reader.config.as_object().cloned().unwrap_or_default();
    config.remove("MaxItemsPath");
    config.remove("MaxItems");
    config.extend(items_max.map(|max| ("MaxItems".to_owned(), Value::from(max))));
    let (batch_items_max, batch_bytes_max) = match batcher {
        None => (None, None),
        Some(batcher) => bounds(decider, frame, batcher, input)?,
    };
    let config = Payload::from(Value::Object(config));
    Ok(ReaderPlan { parameters, config, items_max, batch_items_max, batch_bytes_max })
}

/// `MaxItems`: recorded on AWS, one below 0 is an error of the reader, which the inner result is, and
/// 0 stands for all.
fn items_max(
    decider: &Decider<'_>,
    frame: FrameId,
    reader: &ItemReader,
    input: &Payload,
) -> Result<Result<Option<u64>, Raised>, Raised> {
    let Some(max) = &reader.max_items else { return Ok(Ok(None)) };
    if let Number::Path(query) = max
        && is_negative(&data_flow::read(decider, frame, query, input.value())?)
    {
        let failure = Failure::new(error_name::ITEM_READER_FAILED, MAX_ITEMS_NEGATIVE);
        return Ok(Err(Raised::plain(failure)));
    }
    let max = whole(decider, frame, "MaxItems", max, input)?;
    Ok(Ok(Some(max).filter(|max| *max > 0)))
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

/// Items and bytes of a batch at most.
fn bounds(
    decider: &Decider<'_>,
    frame: FrameId,
    batcher: &ItemBatcher,
    input: &Payload,
) -> Result<(Option<u64>, Option<u64>), Raised> {
    let limit = |field: &str, number: Option<&Number>| match number {
        None => Ok(None),
        Some(number) => whole(decider, frame, field, number, input).map(Some),
    };
    let positive = |field: &str, number: Option<u64>| match number {
        Some(0) => Err(in_state(decider, frame, &format!("{field} must be a positive integer."))),
        number => Ok(number),
    };
    let items_max = positive("MaxItemsPerBatch", limit("MaxItemsPerBatch", batcher.max_items.as_ref())?)?;
    let bytes_max = limit("MaxInputBytesPerBatch", batcher.max_bytes.as_ref())?;
    let bytes_max = positive("MaxInputBytesPerBatch", bytes_max)?;
    Ok((items_max, bytes_max))
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
    let (items_max, bytes_max) = bounds(decider, frame, batcher, input)?;
    let items_max = items_max.unwrap_or(u64::MAX);
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
pub(super) fn batch(
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

pub(super) fn item(items: &Value, keyed: bool, index: u32) -> Item<'_> {
    let element = items.get(index as usize).unwrap_or(&Value::Null);
    if !keyed {
        return Item { index, key: None, source: Some(STATE_DATA), value: element };
    }
    let key = element.get(0).and_then(Value::as_str);
    Item { index, key, source: Some(STATE_DATA), value: element.get(1).unwrap_or(&Value::Null) }
}
