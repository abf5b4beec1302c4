//! `ListStateMachines`: the machines of the caller's account and region.

use super::Call;
use super::constrain::{page_size, read};
use super::describe_state_machine::kind_name;
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListStateMachines<'_> = read(call)?;
    let limit = page_size(request.max_results);
    let service = call.api.service();
    let prefix = call.caller.machine_prefix();
    let question = Question::new(&["ListStateMachines", &prefix]);
    let after = request.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let page = service.machines(&prefix, after.as_deref(), limit).await?;
    Ok(Object::document(|answer| {
        answer.array("stateMachines", &page.items, usize::MAX, |item, machine| {
            item.text("stateMachineArn", &machine.arn);
            item.text("name", &machine.name);
            item.text("type", kind_name(machine.kind));
            item.time("creationDate", machine.created);
        });
        answer.text_if("nextToken", page.next.map(|next| question.seal(&next, service.now())).as_deref());
    }))
}
