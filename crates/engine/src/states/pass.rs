//! Pass: hands its input, or a fixed result, on.

use crate::data_flow;
use crate::decider::Decider;
use crate::retry::Raised;
use stateline_asl::program::Pass;
use stateline_base::{Failure, Payload};
use stateline_journal::FrameId;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, pass: &Pass) {
    match work(decider, frame, pass) {
        Ok(output) => decider.exit(frame, output, pass.transition),
        Err(failure) => decider.fail(frame, Raised::plain(failure)),
    }
}

fn work(decider: &Decider<'_>, frame: FrameId, pass: &Pass) -> Result<Payload, Failure> {
    let input = data_flow::effective_input(decider, frame)?;
    let shaped = data_flow::shape(decider, frame, pass.parameters.as_ref(), &input)?;
    let result = pass.result.clone().unwrap_or(shaped);
    data_flow::output(decider, frame, &result, None, &pass.result_path)
}
