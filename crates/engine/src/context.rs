//! The Context object (`$$`), and what a new scope begins with.

use crate::data_flow;
use crate::decider::Decider;
use crate::execution::{Activity, Execution};
use crate::retry::Raised;
use crate::states::task;
use serde_json::{Map, Value, json};
use stateline_asl::program::{Kind, ScopeIndex, State};
use stateline_base::{Arn, Payload};
use stateline_journal::{AttemptId, FrameId, MachineKind};

/// The source of items that stand in the state's input.
pub(crate) const STATE_DATA: &str = "STATE_DATA";

/// The item an iteration works on.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) index: u32,
    /// The member's name, where the items came from an object.
    pub(crate) key: Option<&'a str>,
    /// Items of a distributed Map tell where they came from: `Map.Item.Source`.
    pub(crate) source: Option<&'a str>,
    pub(crate) value: &'a Value,
}

/// The Context object as a decision's state sees it, with what a test gives in its place.
pub(crate) fn of_decision(
    decider: &Decider<'_>,
    frame: FrameId,
    item: Option<Item<'_>>,
    with_input: bool,
) -> Value {
    let mut built = context(decider.x, frame, decider.state(frame), item, with_input);
    if task::has_token(decider.state(frame)) {
        built["Task"] = json!({"Token": decider.setting.outside.task_token(attempt(decider.x, frame))});
    }
    let Some(bench) = decider.bench() else { return built };
    // Recorded on AWS: a member that is given stands as it is, an empty one too.
    for (member, value) in &bench.context {
        built[member] = value.clone();
    }
    built
}

/// The attempt that a state's task is at, or is about to make.
fn attempt(x: &Execution, frame: FrameId) -> AttemptId {
    let visitor = x.frame(frame);
    match &visitor.activity {
        Activity::Entered | Activity::Backoff { .. } => x.last_attempt + 1,
        _ => visitor.attempt,
    }
}

/// Builds the Context object as a state of this frame sees it, with the execution's input or without.
fn context(x: &Execution, frame: FrameId, state: &State, item: Option<Item<'_>>, with_input: bool) -> Value {
    let started = &x.started;
    let mut execution = Map::new();
    execution.insert("Id".into(), json!(&*started.execution_arn));
    if with_input {
        execution.insert("Input".into(), started.input.value().clone());
    }
    execution.insert("StartTime".into(), json!(x.started_at.to_string()));
    execution.insert("Name".into(), json!(execution_name(&started.execution_arn)));
    execution.insert("RoleArn".into(), json!(&*started.role_arn));
    if started.kind == MachineKind::Standard {
        execution.insert("RedriveCount".into(), json!(x.redrives.count));
        execution.extend(x.redrives.at.map(|at| ("RedriveTime".to_owned(), json!(at.to_string()))));
    }
    let visitor = x.frame(frame);
    let mut of_state = Map::new();
    of_state.insert("Name".into(), json!(&*state.name));
    of_state.insert("EnteredTime".into(), json!(visitor.entered_at.to_string()));
    if matches!(state.kind, Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_)) {
        of_state.insert("RetryCount".into(), json!(visitor.retry_count));
    }
    let machine_name = Arn::parse(&started.machine_arn).map_or("", |arn| arn.resource_rest());
    let mut context = Map::new();
    context.insert("Execution".into(), Value::Object(execution));
    context.insert("StateMachine".into(), json!({"Id": &*started.machine_arn, "Name": machine_name}));
    context.insert("State".into(), Value::Object(of_state));
    if let Some(item) = item {
        let mut of_item = Map::new();
        of_item.insert("Index".into(), json!(item.index));
        of_item.extend(item.key.map(|key| ("Key".to_owned(), json!(key))));
        of_item.insert("Value".into(), item.value.clone());
        of_item.extend(item.source.map(|source| ("Source".to_owned(), json!(source))));
        context.insert("Map".into(), json!({"Item": of_item}));
    }
    Value::Object(context)
}

/// `execution:<machine>:<name>`, or for Express `express:<machine>:<name>:<uuid>`.
fn execution_name(arn: &str) -> &str {
    arn.split(':').nth(7).unwrap_or_default()
}

/// The item of the innermost iteration that a frame is part of.
pub(crate) fn item_of(x: &Execution, frame: FrameId) -> Option<Item<'_>> {
    let mut at = frame;
    loop {
        let visitor = x.frame(at);
        let parent = visitor.parent?;
        if let Activity::Iterations(map) = &x.frame(parent).activity {
            let value = map.items.value().get(visitor.index as usize)?;
            return Some(Item { index: visitor.index, key: None, source: None, value });
        }
        at = parent;
    }
}

/// The scope a new frame visits and the input of its first state.
pub(crate) fn first_input(decider: &Decider<'_>, frame: FrameId) -> Result<(ScopeIndex, Payload), Raised> {
    let visitor = decider.frame(frame);
    let Some(parent) = visitor.parent else {
        return Ok((ScopeIndex(decider.x.started.scope), decider.x.started.input.clone()));
    };
    let state = decider.state(parent);
    match (&state.kind, &decider.frame(parent).activity) {
        (Kind::Parallel(parallel), Activity::Branches { input, .. }) => {
            let scope = parallel.branches.get(visitor.index as usize).copied();
            Ok((scope.expect("a Parallel state opens as many frames as it has branches"), input.clone()))
        }
        (Kind::Map(map), Activity::Iterations(iterations)) => {
            let input = data_flow::iteration_input(decider, parent, map, iterations, visitor.index)?;
            Ok((map.processor, input))
        }
        _ => unreachable!("only Parallel and Map states open frames, and close them before they leave"),
    }
}
