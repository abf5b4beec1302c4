//! Succeed: ends its scope with its filtered input.

use crate::data_flow;
use crate::decider::Decider;
use crate::retry::Raised;
use stateline_asl::program::{ResultPath, Transition};
use stateline_journal::FrameId;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId) {
    let output = data_flow::effective_input(decider, frame)
        .and_then(|input| data_flow::output(decider, frame, &input, None, &ResultPath::Replace));
    match output {
        Ok(output) => decider.exit(frame, output, Transition::End),
        Err(failure) => decider.fail(frame, Raised::plain(failure)),
    }
}
