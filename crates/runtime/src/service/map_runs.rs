//! Map Runs: looking them up, listing their children, and changing their limits while they run.

use super::read::{item, read_key, write_key};
use super::{Service, offer};
use crate::ServiceError;
use crate::body;
use crate::children::{self, MapRunView};
use crate::requests::{ChildFilter, ChildStatus, ExecutionItem, Page};
use crate::shards::{MapRunChange, MapRunUpdate, Message, unavailable};
use stateline_base::Timestamp;
use stateline_engine::{MapRunStatus, MapRunSummary};
use stateline_store::{ExecutionRow, ListKey, ListQuery, Status, Table};
use tokio::sync::oneshot;

/// Rows read at a time, and how often for one page: a page of a rare kind may come back short.
const CHUNK_MAX: usize = 1_000;
const CHUNKS_MAX: usize = 20;

impl Service {
    /// A Map Run by ARN, open or ended.
    ///
    /// # Errors
    /// [`ServiceError::MapRunDoesNotExist`], or that the store cannot be read.
    pub async fn map_run(&self, arn: &str) -> Result<MapRunView, ServiceError> {
        let missing = || ServiceError::MapRunDoesNotExist(arn.into());
        let bytes = self.inner.store.get(Table::MapRuns, arn).map_err(unavailable)?.ok_or_else(missing)?;
        children::read(&bytes).ok_or_else(|| unavailable(format!("the Map Run {arn} is damaged")))
    }

    /// The Map Runs of an execution, newest first. `after` is a page's `next`.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], or that the store cannot be read.
    pub async fn map_runs(
        &self,
        execution_arn: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<MapRunView>, ServiceError> {
        let mut runs = Vec::new();
        for arn in self.row(execution_arn)?.map_runs {
            runs.push(self.map_run(&arn).await?);
        }
        runs.sort_by(|one, other| place(other).cmp(&place(one)));
        let after = after.and_then(read_place);
        let mut items: Vec<MapRunView> = runs
            .into_iter()
            .filter(|run| after.is_none_or(|(at, arn)| place(run) < (at, arn)))
            .take(limit + 1)
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(write_place);
        Ok(Page { items, next })
    }

    /// The children of a Map Run, newest first. `after` is a page's `next`; a page may be short, or empty.
    ///
    /// # Errors
    /// [`ServiceError::MapRunDoesNotExist`], or that the store cannot be read.
    pub async fn children(
        &self,
        map_run_arn: &str,
        filter: ChildFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ExecutionItem>, ServiceError> {
        let run = self.map_run(map_run_arn).await?.summary;
        let status = match filter.status {
            Some(ChildStatus::Is(status)) => Some(status),
            Some(ChildStatus::PendingRedrive) | None => None,
        };
        let chunk = limit.saturating_add(1).clamp(100, CHUNK_MAX);
        let mut before = after.and_then(read_key);
        let mut items: Vec<ExecutionItem> = Vec::new();
        for _ in 0..CHUNKS_MAX {
            let query = ListQuery { machine: map_run_arn.to_owned(), status, before, limit: chunk };
            let rows = self.inner.store.list(&query).map_err(unavailable)?;
            let is_last = rows.len() < chunk;
            for row in rows {
                if items.len() == limit {
                    return Ok(Page { items, next: before.map(write_key) });
                }
                before = Some(ListKey::of(&row));
                let child = ExecutionItem {
                    pending_redrive: self.is_pending(&row, &run),
                    map_run_arn: Some(run.arn.clone()),
                    ..item(row)
                };
                if filter.takes(&child) {
                    items.push(child);
                }
            }
            if is_last {
                return Ok(Page { items, next: None });
            }
        }
        Ok(Page { items, next: before.map(write_key) })
    }

    /// Whether a child waits to go on with its Map Run, which was redriven.
    pub(super) fn is_pending(&self, row: &ExecutionRow, run: &MapRunSummary) -> bool {
        let body = body::read(row);
        let begun = body.redriven_at.unwrap_or(row.started);
        let ended_badly = !matches!(row.status, Status::Running | Status::Succeeded);
        let has_room = body.last_id + 1 < self.inner.limits.history_events_max;
        run.status == MapRunStatus::Running
            && ended_badly
            && has_room
            && run.redriven_at.is_some_and(|redriven| begun < redriven)
    }

    /// Changes the limits of a Map Run that is open, and answers when that is durable.
    ///
    /// # Errors
    /// [`ServiceError::MapRunDoesNotExist`], [`ServiceError::MapRunCompleted`], or that the service
    /// cannot write.
    pub async fn update_map_run(&self, arn: &str, change: MapRunChange) -> Result<(), ServiceError> {
        self.check_running()?;
        let view = self.map_run(arn).await?;
        let row = self.row(&view.execution_arn)?;
        let (reply, answer) = oneshot::channel();
        let (execution, map_run_arn) = (row.id, view.summary.arn);
        let update = MapRunUpdate { execution, map_run_arn, change, reply };
        offer(self.worker(row.id.shard()), Message::UpdateMapRun(Box::new(update)))?;
        answer.await.map_err(|_| self.gone())?.map(|_| ())
    }
}

/// A Map Run's place in the list of its execution's.
fn place(run: &MapRunView) -> (Timestamp, &str) {
    (run.summary.started_at, &run.summary.arn)
}

fn write_place(run: &MapRunView) -> String {
    format!("{}-{}", run.summary.started_at.as_millis(), run.summary.arn)
}

fn read_place(text: &str) -> Option<(Timestamp, &str)> {
    let (started, arn) = text.split_once('-')?;
    Some((Timestamp::from_millis(started.parse().ok()?), arn))
}
