//! What a decision asks of the world, with all that whoever carries it out needs to know.

use super::{Live, map_runs};
use crate::batch::{Invocation, Then};
use crate::catalog::Definition;
use crate::children::child_start;
use crate::connector::{Attempt, Caller};
use crate::feed::ItemRequest;
use crate::mocks::{MockPlace, Mocks};
use crate::results::{PendingChildren, ResultRequest};
use stateline_asl::program::{Kind, StateIndex};
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{Arn, ExecutionId, Limits, Payload, Timestamp};
use stateline_engine::{Effect, Execution};
use stateline_journal::AttemptId;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// What an effect of a decision asks for; `None` where nobody wants it any more, or it is asked for
/// already.
pub(super) fn effect_of(
    id: ExecutionId,
    live: &mut Live,
    (mocks, limits, asks): (&dyn Mocks, &Arc<Limits>, &mut u64),
    effect: Effect,
) -> Option<Then> {
    Some(match effect {
        Effect::Invoke { attempt, state, parameters, deadline } => {
            let x = &live.execution;
            let call = call(id, x, &live.definition, (attempt, state), parameters, deadline);
            Then::Invoke(Box::new(Invocation { execution: id, attempt, call }))
        }
        Effect::Cancel { attempt } => Then::Cancel(id, attempt),
        // One that was cut off within the same decision is not offered any more.
        Effect::Offer { attempt, activity } => {
            let (_, state) = live.execution.offers().find(|(offer, _)| *offer == attempt)?;
            offer(id, live, mocks, (attempt, StateIndex(state)), activity)?
        }
        Effect::Watch { attempt, state, parameters, submitted } => {
            if !is_watched(live, mocks, state) {
                return None;
            }
            let x = &live.execution;
            let call = call(id, x, &live.definition, (attempt, state), parameters, None);
            Then::Watch(Box::new(Invocation { execution: id, attempt, call }), submitted)
        }
        Effect::Continue => Then::Continue(id),
        // One that was stopped within the same decision is not wanted any more.
        Effect::StartChild { attempt, .. } => {
            let child = live.execution.child(attempt)?;
            Then::StartChild(Box::new(child_start(id, &live.execution, &live.definition, child)))
        }
        Effect::StopChild { execution_arn, .. } => Then::StopChild(execution_arn.into()),
        Effect::ReadItems { map_run_arn, cursor, at_least, wanted } => {
            let source = Arc::new(map_runs::item_source(live, &map_run_arn)?);
            let ask = ask(live, asks, map_run_arn)?;
            let request = ItemRequest { execution: id, ask, source, cursor, at_least, wanted };
            Then::ReadItems(Box::new(request))
        }
        Effect::WriteResults { map_run_arn } => {
            let target = Arc::new(map_runs::result_target(live, &map_run_arn)?);
            let x = &live.execution;
            let (seed, records) = (x.started.seed, x.records);
            let redriven = x.map_runs.get(&map_run_arn).is_some_and(|run| run.redrives > 0);
            let pending = x.next_pending(&map_run_arn).map(|first| {
                let (definition, limits) = (live.definition.clone(), limits.clone());
                Arc::new(PendingChildren { execution: x.clone(), definition, limits, first })
            });
            let ask = ask(live, asks, map_run_arn)?;
            Then::WriteResults(Box::new(ResultRequest {
                execution: id,
                ask,
                target,
                seed,
                records,
                redriven,
                pending,
            }))
        }
        Effect::Release { map_run_arn } => {
            live.asked.remove(&map_run_arn);
            Then::Release(id, map_run_arn)
        }
    })
}

/// The number of a new question about a Map Run; `None` while another one is out.
fn ask(live: &mut Live, asks: &mut u64, map_run_arn: Arc<str>) -> Option<u64> {
    match live.asked.entry(map_run_arn) {
        Entry::Occupied(_) => None,
        Entry::Vacant(place) => {
            *asks += 1;
            Some(*place.insert(*asks))
        }
    }
}

/// Of several questions for items of one Map Run only the last one counts.
pub(super) fn newest(effects: Vec<Effect>) -> Vec<Effect> {
    let mut seen: Vec<Arc<str>> = Vec::new();
    let mut kept: Vec<Effect> = Vec::with_capacity(effects.len());
    for effect in effects.into_iter().rev() {
        if let Effect::ReadItems { map_run_arn, .. } = &effect {
            if seen.contains(map_run_arn) {
                continue;
            }
            seen.push(map_run_arn.clone());
        }
        kept.push(effect);
    }
    kept.reverse();
    kept
}

/// Whether an effect is carried out while the service stops; the others go on at the next start.
pub(super) fn goes_on_while_stopping(effect: &Effect) -> bool {
    !matches!(effect, Effect::Continue | Effect::ReadItems { .. } | Effect::WriteResults { .. })
}

/// Puts an activity's task where workers ask for it, or asks the mock that stands for them.
pub(super) fn offer(
    id: ExecutionId,
    live: &Live,
    mocks: &dyn Mocks,
    (attempt, state): (AttemptId, StateIndex),
    activity: Arc<str>,
) -> Option<Then> {
    if !is_mocked(live, mocks, state) {
        return Some(Then::Offer(activity, (id, attempt)));
    }
    let x = &live.execution;
    let request = x.offered(attempt)?.clone();
    let call = call(id, x, &live.definition, (attempt, state), request, None);
    Some(Then::Invoke(Box::new(Invocation { execution: id, attempt, call })))
}

/// Whether a test case that the execution runs names a state.
pub(super) fn is_mocked(live: &Live, mocks: &dyn Mocks, state: StateIndex) -> bool {
    let x = &live.execution;
    let name = &live.definition.program.state(state).name;
    x.test_case().is_some_and(|case| mocks.names(&x.started.machine_arn, case, name))
}

/// Whether somebody waits for a request's end once the service has taken it: for a job, and for a
/// mock that returns the task's token.
pub(super) fn is_watched(live: &Live, mocks: &dyn Mocks, state: StateIndex) -> bool {
    let Kind::Task(task) = &live.definition.program.state(state).kind else { return false };
    match &task.resource {
        TaskResource::Integration { pattern: Pattern::Sync | Pattern::Sync2, .. } => true,
        TaskResource::Integration { pattern: Pattern::WaitForTaskToken, .. } => is_mocked(live, mocks, state),
        _ => false,
    }
}

/// What the connector gets to see of an attempt.
pub(crate) fn call(
    id: ExecutionId,
    x: &Execution,
    definition: &Definition,
    (attempt, state): (AttemptId, StateIndex),
    parameters: Payload,
    deadline: Option<Timestamp>,
) -> Attempt {
    let state = definition.program.state(state);
    let Kind::Task(task) = &state.kind else {
        unreachable!("only Task states send requests");
    };
    let arn = Arn::parse(&x.started.machine_arn);
    let (region, account) = arn.map_or(("", ""), |arn| (arn.region, arn.account));
    Attempt {
        execution_arn: x.started.execution_arn.clone(),
        state: state.name.clone(),
        request_id: request_id(id, attempt).into(),
        resource: task.resource.clone(),
        input: parameters,
        deadline,
        region: region.into(),
        account: account.into(),
        caller: Caller {
            machine_arn: x.started.machine_arn.clone(),
            machine_role: x.started.role_arn.clone(),
            task_role: x.task_role(attempt).cloned(),
        },
        repeated: false,
        mock: place(x, attempt),
    }
}

/// Where a test case's mocks are asked. An attempt that was cut off within its own decision has
/// no count any more: nothing is mocked for it, and nothing leaves in its place.
fn place(x: &Execution, attempt: AttemptId) -> Option<MockPlace> {
    Some(MockPlace {
        machine_arn: x.started.machine_arn.clone(),
        case: x.test_case()?.clone(),
        invocation: x.invocation(attempt).unwrap_or(u32::MAX),
    })
}

/// A UUID that names one attempt of one execution, the same after a restart.
fn request_id(id: ExecutionId, attempt: AttemptId) -> String {
    let bytes = id.to_bytes();
    let half = |range: std::ops::Range<usize>| {
        bytes.get(range).and_then(|part| part.try_into().ok()).map_or(0, u64::from_be_bytes)
    };
    let mut rng = stateline_base::Rng::new(
        half(0..8) ^ half(8..16).rotate_left(32) ^ attempt.wrapping_mul(0x9E37_79B9),
    );
    rng.uuid()
}
