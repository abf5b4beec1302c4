//! Pass: hands its input, or a fixed result, on.

use crate::data_flow::{self, LastSteps, Left};
use crate::decider::Decider;
use crate::retry::Raised;
use stateline_asl::program::Pass;
use stateline_journal::FrameId;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, pass: &Pass) {
    match work(decider, frame, pass) {
        Ok(left) => decider.exit(frame, left, pass.transition),
        Err(raised) => decider.fail(frame, raised),
    }
}

fn work(decider: &Decider<'_>, frame: FrameId, pass: &Pass) -> Result<Left, Raised> {
    let input = data_flow::effective_input(decider, frame)?;
    let shaped = data_flow::request(decider, frame, pass.parameters.as_ref(), &input)?;
    let result = pass.result.clone().unwrap_or(shaped);
    let state = decider.state(frame);
    let steps = LastSteps {
        result: &result,
        has_result: false,
        result_selector: None,
        result_path: &pass.result_path,
        output: state.output.as_ref(),
        assign: state.assign.as_ref(),
    };
    data_flow::leave(decider, frame, steps)
}
