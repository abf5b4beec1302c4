//! Parallel: runs its branches side by side and joins their outputs.

use crate::data_flow;
use crate::decider::Decider;
use crate::execution::Activity;
use crate::retry::Raised;
use serde_json::Value;
use stateline_asl::program::{Kind, Parallel};
use stateline_base::Payload;
use stateline_journal::{Event, FrameId};

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, parallel: &Parallel) {
    let input = match input(decider, frame, parallel) {
        Ok(input) => input,
        Err(raised) => return decider.fail(frame, raised),
    };
    let first = decider.x.next_frame;
    let branches = u32::try_from(parallel.branches.len()).expect("a definition has fewer than 2^32 branches");
    decider.emit(frame, Event::ParallelStarted { frame, first, branches, input });
    // The stack takes the last one first.
    decider.ready.extend((first..first + branches).rev());
}

fn input(decider: &Decider<'_>, frame: FrameId, parallel: &Parallel) -> Result<Payload, Raised> {
    let input = data_flow::effective_input(decider, frame)?;
    let input = data_flow::request(decider, frame, parallel.parameters.as_ref(), &input)?;
    data_flow::within_limit(decider, frame, input)
}

/// A branch is done; when it was the last, the state goes on with all outputs in branch order.
pub(crate) fn branch_done(decider: &mut Decider<'_>, frame: FrameId, branch: FrameId) {
    let Activity::Branches { first, count, .. } = *decider.frame(frame).activity.work() else { return };
    let children = first..first + count;
    if !children.clone().all(|child| matches!(decider.frame(child).activity, Activity::Done(_))) {
        return;
    }
    let outputs: Vec<Value> = children
        .filter_map(|child| match &decider.frame(child).activity {
            Activity::Done(output) => Some(output.value().clone()),
            _ => None,
        })
        .collect();
    // Where all had succeeded before a redrive, the state goes on from that.
    let again = matches!(decider.frame(frame).activity, Activity::Joined(_));
    let previous = decider.frame(if again { frame } else { branch }).chain;
    decider.emit_after(previous, Event::ParallelSucceeded { frame });
    if !decider.x.is_open() {
        return;
    }
    joined(decider, frame, &Payload::from(Value::Array(outputs)));
}

/// The state goes on with what its branches gave.
pub(crate) fn joined(decider: &mut Decider<'_>, frame: FrameId, result: &Payload) {
    let Kind::Parallel(parallel) = &decider.state(frame).kind else {
        unreachable!("only Parallel states open branches");
    };
    let selector = parallel.result_selector.as_ref();
    match data_flow::with_result(decider, frame, result, selector, &parallel.result_path) {
        Ok(left) => decider.exit(frame, left, parallel.transition),
        Err(raised) => decider.fail(frame, raised),
    }
}
