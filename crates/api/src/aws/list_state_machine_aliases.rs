//! `ListStateMachineAliases`: a machine's aliases in the order of their creation, as recordings
//! show it; the documentation has it the other way round. A version's ARN leaves those that lead to it.

use super::Call;
use super::arn::check_unlabelled_machine;
use super::constrain::{page_size, read, text};
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListStateMachineAliases<'_> = read(call)?;
    let arn = text(request.state_machine_arn.as_ref());
    check_unlabelled_machine(arn)?;
    let service = call.api.service();
    let question = Question::new(&["ListStateMachineAliases", arn]);
    let after = request.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let page = service.aliases(arn, after.as_deref(), page_size(request.max_results)).await?;
    Ok(Object::document(|answer| {
        answer.array("stateMachineAliases", &page.items, usize::MAX, |item, alias| {
            item.text("stateMachineAliasArn", &alias.arn);
            item.time("creationDate", alias.created);
        });
        answer.text_if("nextToken", page.next.map(|next| question.seal(&next, service.now())).as_deref());
    }))
}
