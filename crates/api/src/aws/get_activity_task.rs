//! `GetActivityTask`: waits for a while (a minute on AWS) for a task of an activity. The task is
//! the worker's once it is durable that he has it; if the worker has gone by then,
//! the next one gets it.

use super::Call;
use super::arn::check_activity;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use super::validate::check_name;
use crate::shapes;
use stateline_base::limits::SECONDS_MAX;
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::GetActivityTask<'_> = read(call)?;
    let arn = text(request.activity_arn.as_ref());
    check_activity(arn)?;
    if let Some(worker) = &request.worker_name {
        check_name(worker)?;
    }
    let worker: Option<Arc<str>> = request.worker_name.as_deref().map(Into::into);
    let patience = Duration::from_secs(call.api.service().limits().activity_poll_seconds.min(SECONDS_MAX));
    let task = call.api.service().activity_task(arn, worker, patience).await?;
    Ok(Object::document(|answer| {
        if let Some(task) = &task {
            answer.text("taskToken", &task.token);
            answer.text("input", task.input.text());
        }
    }))
}
