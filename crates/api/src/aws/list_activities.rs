//! `ListActivities`: the activities of the caller's account and region.

use super::Call;
use super::constrain::{page_size, read};
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListActivities<'_> = read(call)?;
    let service = call.api.service();
    let prefix = call.caller.activity_prefix();
    let question = Question::new(&["ListActivities", &prefix]);
    let after = request.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let page = service.activities(&prefix, after.as_deref(), page_size(request.max_results));
    Ok(Object::document(|answer| {
        answer.array("activities", &page.items, usize::MAX, |item, activity| {
            item.text("activityArn", &activity.arn);
            item.text("name", &activity.name);
            item.time("creationDate", activity.created);
        });
        answer.text_if("nextToken", page.next.map(|next| question.seal(&next, service.now())).as_deref());
    }))
}
