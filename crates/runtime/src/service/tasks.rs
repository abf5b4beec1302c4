//! Open tasks that end with a word from outside, out of what is durable: an execution that waits
//! for a person stays on disk, and whoever lists it does not bring it into memory.

use super::Service;
use crate::ServiceError;
use crate::body::may_have_tokens;
use crate::catalog::Definition;
use crate::requests::Page;
use crate::shards::{last_part, read_journal, unavailable};
use crate::tasks::{self, OpenTask, TaskDetails, WaitsFor};
use crate::token::TaskToken;
use stateline_asl::TaskResource;
use stateline_asl::program::StateIndex;
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_engine::{Execution, replay};
use stateline_journal::{AttemptId, Event, Record, TaskClock};
use stateline_store::{ExecutionRow, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows looked at for one page, and read at a time; a page of what is rare may come back short.
const ROWS_MAX: usize = 8_192;
const ROWS_AT_A_TIME: usize = 512;
/// Journals read for one page.
const JOURNALS_MAX: usize = 512;
/// Bytes of parameters after which a page with details ends.
const DETAIL_BYTES_MAX: usize = 4 << 20;

/// Whose tasks are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// What the ARNs of the executions' machines begin with: account and region.
    pub machine_prefix: String,
    /// Only of this state machine, and of its Map Runs' children.
    pub machine_arn: Option<Arc<str>>,
    /// With what was asked for.
    pub details: bool,
}

impl TaskFilter {
    fn takes(&self, row: &ExecutionRow) -> bool {
        let of_machine = |arn: &Arc<str>| {
            let rest = row.machine.strip_prefix(&**arn);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        row.machine.starts_with(&self.machine_prefix) && self.machine_arn.as_ref().is_none_or(of_machine)
    }
}

impl Service {
    /// Open tasks that wait for a token or a worker, those of the oldest executions first. `after` is
    /// a page's `next`; a page may be short, or empty.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub async fn open_tasks(
        &self,
        filter: TaskFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<OpenTask>, ServiceError> {
        let after = after.and_then(read_place);
        // Many journals may have to be read.
        let look = move |service: &Service| service.look_for_tasks(&filter, after, limit.max(1));
        self.look(look).await?.map_err(unavailable)
    }

    fn look_for_tasks(
        &self,
        filter: &TaskFilter,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Page<OpenTask>, StoreError> {
        let store = &self.inner.store;
        let mut look = Look { items: Vec::new(), limit, journals: 0, details: filter.details, bytes: 0 };
        let mut last = None;
        if let Some((id, attempt)) = after {
            // The rest of the execution at which the page before had its end.
            let row = store.execution(id)?.filter(|row| row.status.is_open() && filter.takes(row));
            if let Some(row) = row.filter(may_have_tokens)
                && let Some(place) = self.take_tasks(&row, attempt, &mut look)?
            {
                return Ok(look.page(Some(place)));
            }
            last = Some(id);
        }
        let mut seen = 0;
        while seen < ROWS_MAX {
            let rows = store.open_executions(last, ROWS_AT_A_TIME)?;
            for row in &rows {
                seen += 1;
                last = Some(row.id);
                if !may_have_tokens(row) || !filter.takes(row) {
                    continue;
                }
                if let Some(place) = self.take_tasks(row, 0, &mut look)? {
                    return Ok(look.page(Some(place)));
                }
                if look.journals >= JOURNALS_MAX {
                    return Ok(look.page(Some((row.id, AttemptId::MAX))));
                }
            }
            if rows.len() < ROWS_AT_A_TIME {
                return Ok(look.page(None));
            }
        }
        Ok(look.page(last.map(|id| (id, AttemptId::MAX))))
    }

    /// Takes an execution's tasks behind an attempt; gives the last one's place when the page is full.
    fn take_tasks(
        &self,
        row: &ExecutionRow,
        after: AttemptId,
        look: &mut Look,
    ) -> Result<Option<Place>, StoreError> {
        look.journals += 1;
        let store = &*self.inner.store;
        let records = read_journal(store, row.id)?;
        // It may have ended since its row was read, or be gone.
        let Some(x) = replay(&records).filter(Execution::is_open) else { return Ok(None) };
        let definition = self.inner.catalog.definition(store, &x.started.definition)?;
        let mut open: Vec<_> = tasks::open(&x, &definition.program).collect();
        open.sort_unstable_by_key(|(attempt, ..)| *attempt);
        let known = known(&records, look.details);
        for task in open.into_iter().filter(|(attempt, ..)| *attempt > after) {
            let attempt = task.0;
            let task = self.open_task(row.id, &x, &definition, task, &known);
            look.take(task);
            if look.is_full() {
                return Ok(Some((row.id, attempt)));
            }
        }
        Ok(None)
    }

    fn open_task(
        &self,
        execution: ExecutionId,
        x: &Execution,
        definition: &Definition,
        (attempt, state, clock): (AttemptId, StateIndex, Option<TaskClock>),
        known: &BTreeMap<AttemptId, Known>,
    ) -> OpenTask {
        let resource = tasks::resource(&definition.program, state);
        let known = known.get(&attempt).cloned().unwrap_or_default();
        let activity = matches!(resource, Some(TaskResource::Activity { .. }));
        let waits_for = match (activity, clock) {
            (false, _) => WaitsFor::Token,
            (true, None) => WaitsFor::Worker,
            (true, Some(_)) => WaitsFor::Result,
        };
        let seal = || self.inner.catalog.token_key().seal(TaskToken { execution, attempt });
        OpenTask {
            execution_arn: x.started.execution_arn.clone(),
            machine_arn: x.started.machine_arn.clone(),
            state: definition.program.state(state).name.clone(),
            resource: resource.map(|resource| resource.arn().clone()).unwrap_or_default(),
            waits_for,
            since: known.since,
            deadline: clock.and_then(|clock| clock.deadline),
            heartbeat_deadline: clock.and_then(|clock| clock.heartbeat),
            token: (waits_for != WaitsFor::Worker).then(seal),
            worker: known.worker,
            details: known.asked.map(|(scheduled_event_id, parameters)| TaskDetails {
                execution_name: Arc::from(last_part(&x.started.execution_arn)),
                scheduled_event_id,
                parameters,
            }),
        }
    }
}

/// A page being filled.
struct Look {
    items: Vec<OpenTask>,
    limit: usize,
    journals: usize,
    details: bool,
    /// Of the parameters in the items.
    bytes: usize,
}

impl Look {
    fn take(&mut self, task: OpenTask) {
        self.bytes += task.details.as_ref().map_or(0, |details| details.parameters.bytes_len());
        self.items.push(task);
    }

    fn is_full(&self) -> bool {
        self.items.len() >= self.limit || self.bytes >= DETAIL_BYTES_MAX
    }

    fn page(self, next: Option<Place>) -> Page<OpenTask> {
        Page { items: self.items, next: next.map(write_place) }
    }
}

/// What an execution's records tell of an attempt.
#[derive(Clone, Debug, Default)]
struct Known {
    since: Timestamp,
    worker: Option<Arc<str>>,
    /// The event that asked for it, and what for.
    asked: Option<(u64, Payload)>,
}

fn known(records: &[Record], details: bool) -> BTreeMap<AttemptId, Known> {
    let (mut attempts, mut latest): (BTreeMap<AttemptId, Known>, _) = (BTreeMap::new(), BTreeMap::new());
    for record in records {
        match &record.event {
            Event::TaskScheduled { frame, attempt, parameters, .. } => {
                latest.insert(*frame, *attempt);
                let asked = details.then(|| (record.id, parameters.clone()));
                attempts.insert(*attempt, Known { since: record.at, worker: None, asked });
            }
            Event::ActivityStarted { frame, worker, .. } => {
                if let Some(known) = latest.get(frame).and_then(|attempt| attempts.get_mut(attempt)) {
                    (known.since, known.worker) = (record.at, worker.clone());
                }
            }
            _ => {}
        }
    }
    attempts
}

/// Where a page ends: an execution, and the last of its attempts that was looked at.
type Place = (ExecutionId, AttemptId);

fn write_place((id, attempt): Place) -> String {
    format!("{id}-{attempt}")
}

fn read_place(text: &str) -> Option<Place> {
    let (id, attempt) = text.split_once('-')?;
    let id = u128::from_str_radix(id, 16).ok()?;
    Some((ExecutionId::from_bytes(id.to_be_bytes()), attempt.parse().ok()?))
}
