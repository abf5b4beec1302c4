//! Succeed: ends its scope with its filtered input.

use crate::data_flow;
use crate::decider::Decider;
use stateline_asl::program::Transition;
use stateline_journal::FrameId;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId) {
    let left = data_flow::effective_input(decider, frame)
        .and_then(|input| data_flow::without_result(decider, frame, &input));
    match left {
        Ok(left) => decider.exit(frame, left, Transition::End),
        Err(raised) => decider.fail(frame, raised),
    }
}
