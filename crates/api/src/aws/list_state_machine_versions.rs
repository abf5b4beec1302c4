//! `ListStateMachineVersions`: a machine's versions, newest first.

use super::Call;
use super::arn::check_unlabelled_machine;
use super::constrain::{page_size, read, text};
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListStateMachineVersions<'_> = read(call)?;
    let arn = text(request.state_machine_arn.as_ref());
    check_unlabelled_machine(arn)?;
    let service = call.api.service();
    let question = Question::new(&["ListStateMachineVersions", arn]);
    let after = request.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let page = service.versions(arn, after.as_deref(), page_size(request.max_results)).await?;
    Ok(Object::document(|answer| {
        answer.array("stateMachineVersions", &page.items, usize::MAX, |item, version| {
            item.text("stateMachineVersionArn", &version.arn);
            item.time("creationDate", version.created);
        });
        answer.text_if("nextToken", page.next.map(|next| question.seal(&next, service.now())).as_deref());
    }))
}
