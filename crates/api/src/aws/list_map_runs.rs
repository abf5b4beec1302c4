//! `ListMapRuns`: the Map Runs of one execution, newest first.

use super::Call;
use super::arn::check_execution;
use super::constrain::{page_size, read, text};
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListMapRuns<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    check_execution(arn)?;
    let service = call.api.service();
    let question = Question::new(&["ListMapRuns", arn]);
    let after = request.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let page = service.map_runs(arn, after.as_deref(), page_size(request.max_results)).await?;
    Ok(Object::document(|answer| {
        answer.array("mapRuns", &page.items, usize::MAX, |item, view| {
            item.text("executionArn", &view.execution_arn);
            item.text("mapRunArn", &view.summary.arn);
            item.text("stateMachineArn", parent_machine(&view.machine_arn));
            item.time("startDate", view.summary.started_at);
            item.time_if("stopDate", view.summary.stopped_at);
        });
        answer.text_if("nextToken", page.next.map(|next| question.seal(&next, service.now())).as_deref());
    }))
}

/// The machine of the execution, from `stateMachine:<machine>/<label>`.
fn parent_machine(labelled: &str) -> &str {
    labelled.rsplit_once('/').map_or(labelled, |(machine, _)| machine)
}
