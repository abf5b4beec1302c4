//! What happens in an account: executions that start, end or are redriven, and machines that change.

use super::sse::{Gone, Sink, stream};
use super::{Asked, query};
use crate::api::Answer;
use crate::aws::{self, ApiError, Object, status_word};
use stateline_runtime::{Change, ChangeFilter, Changes};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Between two batches of news: what happens meanwhile comes together, of each execution the last.
const APART: Duration = Duration::from_millis(100);

/// Streams changes from now on.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    // Whose children are told of, too.
    let [map_run_arn] = query::values(&asked.head.uri, ["mapRunArn"])?;
    let (service, caller) = (asked.api.service(), asked.caller());
    if let Some(arn) = &map_run_arn {
        aws::check_map_run(arn)?;
        caller.check_own(arn)?;
    }
    let filter = ChangeFilter {
        machine_prefix: caller.machine_prefix(),
        map_run_arn: map_run_arn.as_deref().map(Arc::from),
        express: service.keeps_express(),
    };
    stream(asked.api, |sink| tell(sink, service.changes(filter)))
}

async fn tell(mut sink: Sink, mut changes: Changes) -> Result<(), Gone> {
    loop {
        let Some(news) = sink.wait(changes.next()).await? else { continue };
        if news.lagged {
            sink.event(None, "lagged", b"{}").await?;
        }
        for arn in &news.machines {
            let data = Object::document(|data| data.text("stateMachineArn", arn));
            sink.event(None, "machine", &data).await?;
        }
        let changed: Vec<&Change> = news.executions.values().collect();
        if !changed.is_empty() {
            sink.event(None, "execution", &write(&changed)).await?;
        }
        sink.flush().await?;
        sleep(APART).await;
    }
}

fn write(changed: &[&Change]) -> Vec<u8> {
    Object::list(changed, |item, change| {
        item.text("executionArn", &change.arn);
        item.text("stateMachineArn", &change.machine_arn);
        item.text("name", &change.name);
        item.text("status", status_word(change.status));
        item.time("startDate", change.started);
        item.time_if("stopDate", change.stopped);
        item.text_if("mapRunArn", change.map_run_arn.as_deref());
    })
}
