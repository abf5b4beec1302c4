//! What a decision about a tested state looks at beside the execution: what the author put in the
//! place of the world, and a sheet on which the state's steps are noted.

use super::{Inspection, StateTestRequest};
use crate::advance::in_state;
use crate::data_flow;
use crate::decider::Decider;
use crate::execution::Activity;
use crate::retry::Raised;
use crate::states::map_run;
use crate::testing::source;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use stateline_asl::program::{self, ItemReader, Kind, QueryLanguage, Selector};
use stateline_base::{Failure, Limits, Payload, error_name};
use stateline_journal::FrameId;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A preview's expressions take no more together than so many that use up what one may take: an
/// `ItemSelector` is evaluated for every item.
const PREVIEW_EVALUATIONS: u64 = 2;
/// Steps that an evaluation counts for besides its own.
const EVALUATION_STEPS: u64 = 20;

/// The circumstances of a test.
#[derive(Debug)]
pub(crate) struct Bench {
    /// Members of the Context object that stand instead of the real ones.
    pub(crate) context: Map<String, Value>,
    /// Whether something stands for the state's work, so that nothing outside is needed.
    pub(crate) mocked: bool,
    /// Whether every step is shown.
    pub(crate) preview: bool,
    /// Steps that the expressions of a preview may still take, all together; `None` in a test.
    steps_left: Cell<Option<u64>>,
    /// What an `ItemReader` would have read.
    reader_data: Option<String>,
    inspection: RefCell<Inspection>,
}

impl Bench {
    pub(super) fn of(request: &mut StateTestRequest, limits: &Limits) -> Self {
        let steps = limits.jsonata_steps_max.saturating_mul(PREVIEW_EVALUATIONS);
        Bench {
            context: std::mem::take(&mut request.context),
            mocked: request.mock.is_some() || request.preview,
            preview: request.preview,
            steps_left: Cell::new(request.preview.then_some(steps)),
            reader_data: request.reader_data.take(),
            inspection: RefCell::new(Inspection {
                variables: request.variables.clone(),
                ..Inspection::default()
            }),
        }
    }

    /// What all expressions together may still take, where that is bounded.
    pub(crate) fn steps_left(&self) -> Option<u64> {
        self.steps_left.get()
    }

    /// Takes note of an evaluation. What stands around it costs something as well.
    pub(crate) fn took(&self, steps: u64) {
        let left =
            self.steps_left.get().map(|left| left.saturating_sub(steps.saturating_add(EVALUATION_STEPS)));
        self.steps_left.set(left);
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut Inspection)) {
        note(&mut self.inspection.borrow_mut());
    }

    /// What was noted so far.
    pub(super) fn inspection(&self) -> Inspection {
        self.inspection.borrow().clone()
    }
}

/// Recorded on AWS: the states that show their input after `InputPath`.
pub(crate) fn shows_input(decider: &Decider<'_>, frame: FrameId) -> bool {
    let state = decider.state(frame);
    let shows = match &state.kind {
        Kind::Pass(pass) => pass.result.is_none(),
        Kind::Parallel(_) | Kind::Fail(_) => false,
        Kind::Task(_) | Kind::Map(_) | Kind::Choice(_) | Kind::Wait(_) | Kind::Succeed => true,
    };
    (shows || is_preview(decider)) && state.language == QueryLanguage::JsonPath
}

/// Whether somebody wants to see every step.
fn is_preview(decider: &Decider<'_>) -> bool {
    decider.bench().is_some_and(|bench| bench.preview)
}

/// Recorded on AWS: the states that show what their work gets. Of those in JSONata only a Task has work.
pub(crate) fn shows_request(decider: &Decider<'_>, frame: FrameId) -> bool {
    match &decider.state(frame).kind {
        Kind::Task(_) => true,
        Kind::Pass(_) => shows_input(decider, frame),
        Kind::Parallel(_) => is_preview(decider),
        _ => false,
    }
}

/// Recorded on AWS: of what branches and iterations gave only the steps after it are shown.
pub(crate) fn shows_result(decider: &Decider<'_>, frame: FrameId) -> bool {
    match &decider.state(frame).kind {
        Kind::Task(_) => true,
        Kind::Pass(pass) => pass.result.is_some(),
        Kind::Parallel(_) | Kind::Map(_) => is_preview(decider),
        _ => false,
    }
}

/// The states that have steps after their work.
pub(crate) fn shows_steps(decider: &Decider<'_>, frame: FrameId) -> bool {
    matches!(decider.state(frame).kind, Kind::Pass(_) | Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_))
}

/// Notes what the iterations or children of a Map would begin with.
pub(super) fn show_items(decider: &Decider<'_>, frame: FrameId) -> Result<(), Raised> {
    let Kind::Map(map) = &decider.state(frame).kind else { return Ok(()) };
    let selects = map.item_selector.is_some();
    let (count, selected, batched) = match &decider.frame(frame).activity {
        Activity::Iterations(iterations) => {
            let count = u32::try_from(iterations.outputs.len()).unwrap_or(u32::MAX);
            let of_item = |index| data_flow::iteration_input(decider, frame, map, iterations, index);
            (count, inputs(decider, (0..count).filter(|_| selects).map(of_item))?, None)
        }
        Activity::MapRun(run) => {
            let items = u32::try_from(run.items.value().as_array().map_or(0, Vec::len)).unwrap_or(u32::MAX);
            let of_item = |index| map_run::item_of(decider, frame, map, run, index);
            let selected = inputs(decider, (0..items).filter(|_| selects).map(of_item))?;
            let mut first = 0;
            let of_child = |child| {
                let input = map_run::child_input(decider, frame, run, child, first);
                first += run.items_of(child);
                input
            };
            let is_batched =
                map.distributed.as_ref().is_some_and(|distributed| distributed.batcher.is_some());
            let children = (0..run.children()).filter(|_| is_batched).map(of_child);
            (run.children(), selected, inputs(decider, children)?.filter(|_| is_batched))
        }
        _ => return Ok(()),
    };
    decider.inspect(|seen| {
        seen.iterations = Some(count);
        seen.after_item_selector = selected.filter(|_| selects);
        seen.after_item_batcher = batched;
    });
    Ok(())
}

/// All inputs in one document, unless that would be larger than a document may be: every item may
/// select the whole input.
fn inputs(
    decider: &Decider<'_>,
    inputs: impl Iterator<Item = Result<Payload, Raised>>,
) -> Result<Option<Payload>, Raised> {
    let (mut values, mut bytes) = (Vec::new(), 0);
    for input in inputs {
        let input = input?;
        bytes += input.bytes_len() + 1;
        if bytes > decider.setting.limits.payload_bytes_max {
            return Ok(None);
        }
        values.push(input.into_value());
    }
    Ok(Some(Payload::from(Value::Array(values))))
}

/// Recorded on AWS: a test shows the items of `ItemsPath` as the input spells them.
pub(crate) fn as_written(map: &program::Map, input: &Payload, items: &Payload) -> Payload {
    let spelt = || {
        let Selector::Query(query) = &map.items_path else { return None };
        let mut text = input.text();
        for name in query.text().strip_prefix("$.")?.split('.') {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            text = members.get(name)?.get();
        }
        Payload::parse(text).ok().filter(|spelt| spelt.value() == items.value())
    };
    spelt().unwrap_or_else(|| items.clone())
}

/// The items that the `ItemReader` of a mocked Map would have read; without any data there are none.
pub(crate) fn read_items(
    decider: &Decider<'_>,
    frame: FrameId,
    map: &program::Map,
    reader: &ItemReader,
    input: &Payload,
) -> Result<Payload, Raised> {
    // Nothing is asked for, but what is wrong in the request is.
    data_flow::shape(decider, frame, reader.parameters.as_ref(), input)?;
    let max = match &reader.max_items {
        None => 0,
        Some(max) => map_run::whole(decider, frame, "MaxItems", max, input)?,
    };
    let text = decider.bench().and_then(|bench| bench.reader_data.as_deref());
    let Some(text) = text else { return Ok(Payload::from(Value::Array(Vec::new()))) };
    let failed = |cause: String| Raised::plain(Failure::new(error_name::ITEM_READER_FAILED, cause));
    let found =
        source::read(&reader.config, reader.resource.ends_with(":listObjectsV2"), text).map_err(failed)?;
    if let Some(pointed) = found.pointed {
        let pointed = Payload::from(pointed);
        decider.inspect(|seen| seen.after_items_pointer = Some(pointed));
    }
    let items = source::first(found.items, max);
    let items = data_flow::select(decider, frame, &map.items_path, &Payload::from(items))?;
    if !items.value().is_array() && !items.value().is_object() {
        let text = "The items that the ItemReader gives must be an array or an object.";
        return Err(in_state(decider, frame, text));
    }
    Ok(items)
}
