//! Items that come from a reader: as many are asked for as can begin now, and what comes becomes
//! children at once. Nothing that was read and could not begin is kept: it is asked for again,
//! from where the last item that was taken ends.

use super::{child_ended_now, end_badly, plan, release};
use crate::context::Item;
use crate::data_flow;
use crate::decider::{Decider, Effect, ReadItem};
use crate::execution::Activity;
use crate::map_run::{ChildInput, MapRun};
use crate::retry::Raised;
use serde_json::Value;
use stateline_asl::program::{Kind, Map};
use stateline_base::{Failure, Payload};
use stateline_journal::{Event, FrameId, ReaderPlan};

/// Items that are asked for at once, unless one batch wants more.
const ITEMS_AT_ONCE: u64 = 1_000;
/// Items that a batch may have which only its bytes bound, for the first question.
const ITEMS_OF_BATCH: u64 = 32;

/// Asks for as many items as can begin now, `known` of which were too few for a batch.
pub(super) fn ask(decider: &mut Decider<'_>, frame: FrameId, known: usize) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let Some(reader) = &run.reader else { return };
    let left = left(run, &reader.plan);
    let of_child = match (reader.plan.batch_items_max, reader.plan.batch_bytes_max) {
        (Some(items), _) => items.min(ITEMS_AT_ONCE),
        (None, Some(_)) => ITEMS_OF_BATCH,
        (None, None) => 1,
    };
    let more = (known as u64).saturating_mul(2);
    let at_least = of_child.max(more).min(left);
    let room = u64::from(run.limits.concurrency).saturating_sub(run.running.len() as u64);
    let wanted = room.saturating_mul(of_child).min(ITEMS_AT_ONCE).max(at_least).min(left);
    let (map_run_arn, cursor) = (run.arn.clone(), reader.cursor.clone());
    let number = |items: u64| usize::try_from(items).unwrap_or(usize::MAX);
    decider.effect(Effect::ReadItems {
        map_run_arn,
        cursor,
        at_least: number(at_least),
        wanted: number(wanted),
    });
}

/// How many items may still be read.
fn left(run: &MapRun, plan: &ReaderPlan) -> u64 {
    plan.items_max.map_or(u64::MAX, |max| max.saturating_sub(u64::from(run.next_item)))
}

/// Items have come: those that can begin do.
pub(crate) fn items_read(decider: &mut Decider<'_>, frame: FrameId, items: &[ReadItem], ended: bool) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let Some(reader) = &run.reader else { return };
    let left = usize::try_from(left(run, &reader.plan)).unwrap_or(usize::MAX);
    let ended = ended || items.len() >= left;
    let mut rest = items.get(..left).unwrap_or(items);
    while has_room(decider, frame) && !decider.is_long() {
        match next_child(decider, frame, rest, ended) {
            Ok(Some((input, count))) => {
                let (taken, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                take(decider, frame, input, taken);
                rest = others;
            }
            Ok(None) if rest.is_empty() && ended => return reader_ended(decider, frame),
            Ok(None) => return ask(decider, frame, rest.len()),
            Err(raised) => return end_badly(decider, frame, raised),
        }
        if !decider.x.is_open() {
            return;
        }
    }
    if rest.is_empty() && ended {
        reader_ended(decider, frame);
    } else {
        decider.ready.push(frame);
    }
}

fn has_room(decider: &Decider<'_>, frame: FrameId) -> bool {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return false };
    run.running.len() < run.limits.concurrency as usize
}

/// The items become a child.
fn take(decider: &mut Decider<'_>, frame: FrameId, input: Payload, items: &[ReadItem]) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let Some(last) = items.last() else { return };
    let (index, attempt) = (run.next, decider.x.last_attempt + 1);
    let (cursor, child) = (last.cursor.clone(), input.clone());
    let items = u32::try_from(items.len()).expect("no more are read at once");
    decider.emit(frame, Event::ItemsTaken { frame, index, attempt, input: child, items, cursor });
    decider.effect(Effect::StartChild { attempt, input: ChildInput::Known(input) });
}

/// There are no more items: now it is known how many may fail.
fn reader_ended(decider: &mut Decider<'_>, frame: FrameId) {
    release(decider, frame);
    child_ended_now(decider, frame, Event::ReaderEnded { frame });
}

/// The reader gives up.
pub(crate) fn read_failed(decider: &mut Decider<'_>, frame: FrameId, failure: Failure) {
    end_badly(decider, frame, Raised::plain(failure));
}

/// The input of the next child and how many of the items it has; `None` where they are too few.
fn next_child(
    decider: &Decider<'_>,
    frame: FrameId,
    items: &[ReadItem],
    ended: bool,
) -> Result<Option<(Payload, usize)>, Raised> {
    let Kind::Map(map) = &decider.state(frame).kind else {
        unreachable!("only Map states open Map Runs");
    };
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return Ok(None) };
    let Some(reader) = &run.reader else { return Ok(None) };
    let batcher = map.distributed.as_ref().and_then(|distributed| distributed.batcher.as_ref());
    let Some(batcher) = batcher else {
        let Some(first) = items.first() else { return Ok(None) };
        let input = item_input(decider, frame, map, run, first, 0)?;
        return Ok(Some((data_flow::within_limit(decider, frame, input)?, 1)));
    };
    let (items_max, bytes_max) = (reader.plan.batch_items_max, reader.plan.batch_bytes_max);
    let empty = plan::batch(decider, frame, batcher, &run.input, Vec::new())?.bytes_len();
    let (mut bytes, mut written) = (empty as u64, empty);
    let (mut inputs, mut is_full) = (Vec::new(), false);
    for (item, place) in items.iter().zip(0..) {
        let input = item_input(decider, frame, map, run, item, place)?;
        bytes += input.bytes_len() as u64 + 1;
        is_full = items_max.is_some_and(|max| inputs.len() as u64 >= max)
            || bytes_max.is_some_and(|max| bytes > max && !inputs.is_empty());
        if is_full {
            break;
        }
        let input = input.into_value();
        written += written_bytes(&input) + 1;
        inputs.push(input);
        // Too large whatever comes after it, so nothing more is read for it. The last has no comma.
        if written - 1 > decider.setting.limits.payload_bytes_max {
            is_full = true;
            break;
        }
    }
    is_full |= items_max.is_some_and(|max| inputs.len() as u64 >= max);
    if inputs.is_empty() || !(is_full || ended) {
        return Ok(None);
    }
    let count = inputs.len();
    let input = plan::batch(decider, frame, batcher, &run.input, inputs)?;
    Ok(Some((data_flow::within_limit(decider, frame, input)?, count)))
}

/// Bytes that an item has within its batch: as it came it may have spaces.
fn written_bytes(item: &Value) -> usize {
    serde_json::to_string(item).map_or(0, |text| text.len())
}

/// An item as its child gets it; `place` counts from the next one.
fn item_input(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &Map,
    run: &MapRun,
    item: &ReadItem,
    place: u32,
) -> Result<Payload, Raised> {
    if map.item_selector.is_none() {
        return Ok(item.value.clone());
    }
    let item = Item {
        index: run.next_item.saturating_add(place),
        key: item.key.as_deref(),
        source: item.source.as_deref(),
        value: item.value.value(),
    };
    data_flow::item_input(decider, frame, map, &run.input, item)
}
