//! Map, distributed: every item, or batch of items, is a child execution of its own.
//!
//! The Map Run lives in the parent's history, mostly as events that the public does
//! not see. A child's name follows from the parent and the child's number, so that
//! asking for it again after a crash finds the one that was started before.

mod plan;
mod reader;
mod result;

pub(crate) use plan::{MAX_ITEMS_NEGATIVE, whole};
pub(crate) use reader::{items_read, read_failed};
pub(crate) use result::{child_arn, child_machine, child_name};
pub use result::{child_metadata, pending_metadata};

use crate::advance::in_state;
use crate::data_flow;
use crate::decider::{Decider, Effect, Input, Setting};
use crate::execution::{Activity, Execution, Frame};
use crate::map_run::{ChildInput, MapRun, end_of};
use crate::retry::Raised;
use crate::states::map::joined;
use plan::{Plan, batch, item};
use serde_json::json;
use stateline_asl::program::{Distributed, ItemReader, Kind, Map};
use stateline_base::{Arn, Failure, Payload, error_name};
use stateline_journal::{AttemptId, Event, FrameId, MapRunLimits};
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
    let Plan { limits, batches, run, fails } =
        match plan::plan(decider, frame, map, distributed, keyed, concurrency) {
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
    decider.emit(frame, Event::MapRunPlanned(Box::new(run)));
    match fails {
        _ if !decider.x.is_open() => {}
        Some(raised) => end_badly(decider, frame, raised),
        None => decider.ready.push(frame),
    }
}

/// Where the items come from when they are not in the state's input, nor given by a test.
pub(crate) fn reader_of<'a>(decider: &Decider<'_>, distributed: &'a Distributed) -> Option<&'a ItemReader> {
    distributed.reader.as_ref().filter(|_| !decider.is_mocked())
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

/// Starts the next child, if there is one and it may run, or ends the Map Run.
pub(crate) fn go_on(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    if !run.has_work() {
        return;
    }
    if run.closed {
        return redrive(decider, frame);
    }
    if run.awaited.is_some() {
        let map_run_arn = run.arn.clone();
        return decider.effect(Effect::WriteResults { map_run_arn });
    }
    if let Some(attempt) = run.to_redrive.keys().next().copied() {
        return redrive_child(decider, frame, attempt);
    }
    if run.is_exhausted() {
        return finish(decider, frame);
    }
    if run.reader.is_some() {
        return reader::ask(decider, frame, 0);
    }
    let index = run.next;
    let input = match child_input(decider, frame, run, index, run.next_item) {
        Ok(input) => input,
        Err(raised) => return end_badly(decider, frame, raised),
    };
    let attempt = decider.x.last_attempt + 1;
    decider.emit(frame, Event::ChildStarted { frame, index, attempt, input: input.clone() });
    if decider.x.is_open() {
        decider.effect(Effect::StartChild { attempt, input: ChildInput::Known(input) });
        decider.ready.push(frame);
    }
}

/// The Map Run goes on with its execution, which was redriven.
fn redrive(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let map_run_arn = run.arn.clone();
    let count = decider.x.map_runs.get(&map_run_arn).map_or(1, |summary| summary.redrives + 1);
    // Those that cannot go on may be more than may fail.
    child_ended_now(decider, frame, Event::MapRunRedriven { frame, map_run_arn, count });
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

/// The inputs of children that were never started, from a child on, where it is known of the items
/// what they are: at most `bytes_max` bytes of them and one. Empty where no more are known.
///
/// The execution is as it was; it is the workbench that wants it to be changeable.
#[must_use]
pub fn pending_inputs(
    setting: Setting<'_>,
    x: &mut Execution,
    map_run_arn: &str,
    from: u32,
    bytes_max: usize,
) -> Vec<Payload> {
    let is_it = |frame: &Frame| matches!(&frame.activity, Activity::MapRun(run) if *run.arn == *map_run_arn);
    let Some(frame) = x.frames.iter().find(|(_, frame)| is_it(frame)).map(|(id, _)| *id) else {
        return Vec::new();
    };
    let at = x.last_at;
    let decider = Decider::new(setting, x, at);
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return Vec::new() };
    let (mut inputs, mut bytes) = (Vec::new(), 0);
    let from = from.max(run.next);
    let mut first = run.next_item + (run.next..from).map(|child| run.items_of(child)).sum::<u32>();
    for child in from..run.children() {
        // One that cannot be made is what the Map Run may have failed with.
        let Ok(input) = child_input(&decider, frame, run, child, first) else { break };
        first += run.items_of(child);
        bytes += input.bytes_len();
        inputs.push(input);
        if bytes > bytes_max {
            break;
        }
    }
    inputs
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

/// A child has ended, or the limits have changed, or the run goes on, or all items are known: more
/// may have failed now than may.
pub(crate) fn child_ended_now(decider: &mut Decider<'_>, frame: FrameId, ended: Event) {
    decider.emit(frame, ended);
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let Some(summary) = decider.x.map_runs.get(&run.arn) else { return };
    if !decider.x.is_open() || run.awaited.is_some() {
        return;
    }
    let total = run.items_in_all(summary);
    if exceeded(&run.limits, summary.items.failed + summary.items.timed_out, total) {
        return end_badly(decider, frame, Raised::plain(threshold_exceeded()));
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
    child_ended_now(
        decider,
        frame,
        Event::MapRunUpdated { frame, limits: MapRunLimits { concurrency, ..limits } },
    );
}

/// Either threshold; one that is 0 counts only when the other is 0 too. A share of items that are
/// not known yet is none.
fn exceeded(limits: &MapRunLimits, failed: u64, total: Option<u64>) -> bool {
    if failed == 0 {
        return false;
    }
    #[allow(clippy::cast_precision_loss, reason = "items are fewer than 2^53")]
    let percentage = total.map_or(0.0, |total| failed as f64 * 100.0 / total.max(1) as f64);
    let by_count = failed > limits.tolerated_count;
    let by_percentage = percentage > limits.tolerated_percentage;
    match (limits.tolerated_count > 0, limits.tolerated_percentage > 0.0) {
        (true, false) => by_count,
        (false, true) => by_percentage,
        _ => by_count || by_percentage,
    }
}

/// Cuts off what still runs and ends the Map Run, once its results are written where they are.
pub(super) fn end_badly(decider: &mut Decider<'_>, frame: FrameId, raised: Raised) {
    let raised = decider.told(frame, raised);
    stop_children(decider, frame);
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    if run.writer.is_some() {
        return await_results(decider, frame, Some(raised.failure));
    }
    fail_run(decider, frame, raised);
}

fn fail_run(decider: &mut Decider<'_>, frame: FrameId, raised: Raised) {
    decider.emit(frame, Event::MapRunFailed { frame, failure: raised.failure.clone() });
    decider.fail_joined(frame, raised);
}

/// All children have ended, or no more will be waited for: their results are written where they are,
/// or make the state's result.
fn finish(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    if run.writer.is_some() { await_results(decider, frame, None) } else { succeed(decider, frame) }
}

fn await_results(decider: &mut Decider<'_>, frame: FrameId, failure: Option<Failure>) {
    decider.emit(frame, Event::ResultsAwaited { frame, failure });
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let map_run_arn = run.arn.clone();
    decider.effect(Effect::WriteResults { map_run_arn });
}

/// The results are written, or could not be: the Map Run ends as it was going to, or fails with that.
pub(crate) fn results_written(decider: &mut Decider<'_>, frame: FrameId, outcome: Result<Payload, Failure>) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    let Some(awaited) = run.awaited.clone() else { return };
    let map_run_arn = run.arn.clone();
    match (awaited.failure, outcome) {
        (Some(failure), _) | (None, Err(failure)) => fail_run(decider, frame, Raised::plain(failure)),
        (None, Ok(place)) => {
            let result = json!({"MapRunArn": &*map_run_arn, "ResultWriterDetails": place.value()});
            succeeded(decider, frame, Some(Payload::from(result)));
        }
    }
}

/// Nobody reads items or waits for written results of a Map Run any more.
fn release(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return };
    if run.reads_or_writes() {
        let map_run_arn = run.arn.clone();
        decider.effect(Effect::Release { map_run_arn });
    }
}

/// Nobody waits for the children any more.
pub(crate) fn stop_children(decider: &mut Decider<'_>, frame: FrameId) {
    release(decider, frame);
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
    let fits = !run.kept.dropped && run.kept.bytes <= max as u64;
    let result = fits.then(|| result::result(decider.x, map, run));
    let result = result.filter(|result| result.bytes_len() <= max);
    succeeded(decider, frame, result);
}

/// The Map Run has succeeded with a result; `None` is one that is too large.
fn succeeded(decider: &mut Decider<'_>, frame: FrameId, result: Option<Payload>) {
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

/// The failure that so many failed items are, if they are more than may.
pub(crate) fn threshold(decider: &Decider<'_>, frame: FrameId, failed: u64) -> Option<Failure> {
    let Activity::MapRun(run) = &decider.frame(frame).activity else { return None };
    let summary = decider.x.map_runs.get(&run.arn)?;
    exceeded(&run.limits, failed, Some(summary.items.total)).then(threshold_exceeded)
}

fn threshold_exceeded() -> Failure {
    let cause = "The specified tolerated failure threshold was exceeded";
    Failure::new(error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD, cause)
}
