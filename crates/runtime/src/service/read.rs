//! Reading: executions and their histories, straight from what is durable.

use super::Service;
use crate::ServiceError;
use crate::body::{self, is_express};
use crate::requests::{
    Ending, ExecutionItem, ExecutionView, HistoryPage, HistoryRequest, Page, RedriveStatus, UsedMachine,
};
use crate::shards::unavailable;
use crate::{Lineage, Machine};
use stateline_base::{Arn, ExecutionId, Timestamp};
use stateline_engine::{NotRedrivable, ProgramNames};
use stateline_journal::{Event, HistoryEvent, Record, Started, decode, project};
use stateline_store::{ExecutionRow, ListKey, ListQuery, Status};
use std::sync::Arc;

/// Journal batches read at a time.
const PAGE: usize = 64;

impl Service {
    /// An execution with input and ending.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], or that the store cannot be read.
    pub async fn describe(&self, execution_arn: &str) -> Result<ExecutionView, ServiceError> {
        let row = self.row(execution_arn)?;
        let (started, ending) = self.started_and_ending(&row)?;
        let map_run_arn = started.parent.as_ref().map(|link| link.map_run_arn.clone());
        let pending_redrive = match &map_run_arn {
            // Gone with its execution, when children are kept longer than that.
            Some(arn) => self.map_run(arn).await.is_ok_and(|run| self.is_pending(&row, &run.summary)),
            None => false,
        };
        let redrive_status = self.redrive_status(&row, &started);
        let view = view(&row, &started, ending);
        Ok(ExecutionView { map_run_arn, pending_redrive, redrive_status, ..view })
    }

    /// The machine as an execution uses it: with the definition that it was started with.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], or that the store cannot be read.
    pub async fn used_machine(&self, execution_arn: &str) -> Result<UsedMachine, ServiceError> {
        let row = self.row(execution_arn)?;
        let started = self.started(&row)?;
        let (inner, store) = (&self.inner, &*self.inner.store);
        let (text, revision) = inner.catalog.text(store, &started.definition).map_err(unavailable)?;
        let definition = inner.catalog.definition(store, &started.definition).map_err(unavailable)?;
        // A child's machine is the one its parent is an execution of.
        let machine_arn: Arc<str> = started.machine_arn.split('/').next().unwrap_or_default().into();
        let known = inner.catalog.machine(&machine_arn).map(|entry| (*entry.machine).clone());
        let machine = known.unwrap_or_else(|_| Machine::of_execution(&started));
        let machine = match revision {
            Some(revision) => revision.shown(machine, text.into()),
            // An execution of an older release remembers no more than these. There were no updates
            // then, so that it has the revision that its machine was created with.
            None => Machine {
                definition: text.into(),
                role_arn: started.role_arn.clone(),
                lineage: Lineage::default(),
                ..machine
            },
        };
        let scope = definition.program.scopes.get(started.scope as usize);
        let map_state =
            scope.and_then(|scope| scope.parent).map(|map| definition.program.state(map).name.clone());
        Ok(UsedMachine {
            machine_arn: started.machine_arn.clone(),
            machine,
            map_run_arn: started.parent.map(|link| link.map_run_arn),
            map_state,
        })
    }

    /// The machine whose executions a list of a machine, a version or an alias has.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`].
    pub fn listed_machine(&self, arn: &str) -> Result<Arc<Machine>, ServiceError> {
        self.inner.catalog.check_list(arn)
    }

    /// Executions of a machine, a version or an alias, newest first. `after` is a page's `next`.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], or that the store cannot be read.
    pub async fn executions(
        &self,
        arn: &str,
        status: Option<Status>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ExecutionItem>, ServiceError> {
        self.inner.catalog.check_list(arn)?;
        let before = after.and_then(read_key);
        let query = ListQuery { machine: arn.to_owned(), status, before, limit: limit + 1 };
        let mut rows = self.inner.store.list(&query).map_err(unavailable)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| write_key(ListKey::of(row))) } else { None };
        rows.retain(|row| self.is_there(row));
        Ok(Page { items: rows.into_iter().map(item).collect(), next })
    }

    /// A page of an execution's public history.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], or that the store cannot be read.
    pub async fn history(
        &self,
        execution_arn: &str,
        request: HistoryRequest,
    ) -> Result<HistoryPage, ServiceError> {
        let row = self.row(execution_arn)?;
        let started = self.started(&row)?;
        let definition =
            self.inner.catalog.definition(&*self.inner.store, &started.definition).map_err(unavailable)?;
        let names = ProgramNames::new(&definition.program, &started.machine_arn);
        let records = if request.reverse {
            self.records_before(&row, request.from_id.unwrap_or(u64::MAX), request.limit + 1)?
        } else {
            self.records_between(&row, request.from_id.unwrap_or(1), u64::MAX, request.limit + 1)?
        };
        let mut events: Vec<HistoryEvent> =
            records.iter().filter_map(|record| project(record, &names)).collect();
        if request.reverse {
            events.reverse();
        }
        let next_id = events.get(request.limit).map(|event| event.id);
        events.truncate(request.limit);
        Ok(HistoryPage { events, next_id })
    }

    /// The row of an execution, by its ARN.
    pub(super) fn row(&self, execution_arn: &str) -> Result<ExecutionRow, ServiceError> {
        let missing = || ServiceError::ExecutionDoesNotExist(execution_arn.into());
        let arn = Arn::parse(execution_arn).map_err(|_| missing())?;
        let (machine, name) = arn.resource_rest().split_once(':').ok_or_else(missing)?;
        let resource = format!("stateMachine:{machine}");
        let machine_arn = arn.with_resource(&resource).to_string();
        let store = &self.inner.store;
        let id = store.find_by_name(&machine_arn, name).map_err(unavailable)?.ok_or_else(missing)?;
        let row = store.execution(id).map_err(unavailable)?.ok_or_else(missing)?;
        if row.arn == execution_arn && self.is_there(&row) { Ok(row) } else { Err(missing()) }
    }

    /// False for a closed Express execution that waits for its deletion: it has no history.
    pub(super) fn is_there(&self, row: &ExecutionRow) -> bool {
        is_kept(row, self.now())
    }

    /// What an execution was started with: its first record.
    pub(super) fn started(&self, row: &ExecutionRow) -> Result<Started, ServiceError> {
        started_of(row, &mut self.first_records(row)?.into_iter())
    }

    /// What an execution was started with, and how it stands. Most are one batch, which is read once.
    fn started_and_ending(&self, row: &ExecutionRow) -> Result<(Started, Ending), ServiceError> {
        let records = self.first_records(row)?;
        let whole = records.len() as u64 == row.next_seq;
        let mut records = records.into_iter();
        let started = started_of(row, &mut records)?;
        let ending = match row.status.is_open() {
            true => Some(Ending::Running),
            false if whole => records.rev().find_map(|record| ending_of(record.event)),
            false => None,
        };
        Ok((started, ending.map_or_else(|| self.ending(row), Ok)?))
    }

    /// The records of an execution's first batch.
    fn first_records(&self, row: &ExecutionRow) -> Result<Vec<Record>, ServiceError> {
        let page = self.inner.store.journal(row.id, 0, 1).map_err(unavailable)?;
        let first = page.first().map(|batch| decode(&batch.bytes)).transpose().map_err(unavailable)?;
        Ok(first.map(|batch| batch.records).unwrap_or_default())
    }

    /// How a closed execution ended: its last end. What was counted since stands behind it, so the
    /// journal is read from its last record on backwards.
    pub(super) fn ending(&self, row: &ExecutionRow) -> Result<Ending, ServiceError> {
        let (mut upto, mut window) = (row.next_seq, 1);
        while upto > 0 {
            let from = upto.saturating_sub(window as u64);
            let page = self.inner.store.journal(row.id, from, window).map_err(unavailable)?;
            for batch in page.iter().rev() {
                let records = decode(&batch.bytes).map_err(unavailable)?.records;
                if let Some(ending) = records.into_iter().rev().find_map(|record| ending_of(record.event)) {
                    return Ok(ending);
                }
            }
            (upto, window) = (from, (window * 4).min(PAGE));
        }
        Err(unavailable(format!("the journal of {} does not end with its end", row.arn)))
    }

    /// Public records with ids from `from_id` to `upto_id`, the first `count` of them, in order.
    fn records_between(
        &self,
        row: &ExecutionRow,
        from_id: u64,
        upto_id: u64,
        count: usize,
    ) -> Result<Vec<Record>, ServiceError> {
        // A public event stands at its id or, past internal ones, later: never earlier, unless the
        // middle of a long Express history was left out; then it is the last one.
        let mut seq = from_id.saturating_sub(1).min(row.next_seq.saturating_sub(1));
        let mut found = Vec::new();
        loop {
            let page = self.inner.store.journal(row.id, seq, PAGE).map_err(unavailable)?;
            let last = page.len() < PAGE;
            for batch in &page {
                seq = batch.first_seq + u64::from(batch.events);
                for record in decode(&batch.bytes).map_err(unavailable)?.records {
                    if record.id > upto_id || found.len() == count {
                        return Ok(found);
                    }
                    if record.id >= from_id {
                        found.push(record);
                    }
                }
            }
            if last {
                return Ok(found);
            }
        }
    }

    /// The last `count` public records up to an id, in order.
    fn records_before(
        &self,
        row: &ExecutionRow,
        upto_id: u64,
        count: usize,
    ) -> Result<Vec<Record>, ServiceError> {
        // Twice as far back each time, in case internal records stand between the public ones.
        let mut step = count as u64;
        // There are at least as many records as public ids, so this lies behind the last one.
        let mut from_id = row.next_seq.min(upto_id).saturating_add(1);
        loop {
            from_id = from_id.saturating_sub(step).max(1);
            step = step.saturating_mul(2);
            let mut found = self.records_between(row, from_id, upto_id, usize::MAX)?;
            if found.len() >= count || from_id == 1 {
                found.drain(..found.len().saturating_sub(count));
                return Ok(found);
            }
        }
    }
}

/// Whether an execution is shown: an Express execution that was not kept waits for its deletion.
pub(super) fn is_kept(row: &ExecutionRow, now: Timestamp) -> bool {
    !is_express(row) || row.expires.is_none_or(|expires| expires > now)
}

/// What the first of an execution's records says.
fn started_of(
    row: &ExecutionRow,
    records: &mut impl Iterator<Item = Record>,
) -> Result<Started, ServiceError> {
    match records.next().map(|record| record.event) {
        Some(Event::ExecutionStarted(started)) => Ok(*started),
        _ => Err(unavailable(format!("the journal of {} does not begin with its start", row.arn))),
    }
}

fn view(row: &ExecutionRow, started: &Started, ending: Ending) -> ExecutionView {
    let body::Body { redrives, redriven_at, .. } = body::read(row);
    ExecutionView {
        id: row.id,
        arn: started.execution_arn.clone(),
        name: shown_name(row).into(),
        machine_arn: started.machine_arn.clone(),
        version_arn: started.version_arn.clone(),
        alias_arn: started.alias_arn.clone(),
        kind: started.kind,
        started: row.started,
        stopped: row.stopped,
        input: started.input.clone(),
        trace_header: started.trace_header.clone(),
        ending,
        map_run_arn: None,
        redrives,
        redriven_at,
        redrive_status: RedriveStatus::Not(NotRedrivable::Running),
        pending_redrive: false,
    }
}

pub(super) fn ending_of(event: Event) -> Option<Ending> {
    match event {
        Event::ExecutionSucceeded { output } => Some(Ending::Succeeded(output)),
        Event::ExecutionFailed { failure } => Some(Ending::Failed(failure)),
        Event::ExecutionAborted { failure } => Some(Ending::Aborted(failure)),
        Event::ExecutionTimedOut => Some(Ending::TimedOut),
        _ => None,
    }
}

/// The caller's name: an Express execution's row has it with the part that makes it unique.
fn shown_name(row: &ExecutionRow) -> &str {
    if is_express(row) { row.name.split(':').next().unwrap_or_default() } else { &row.name }
}

pub(super) fn item(row: ExecutionRow) -> ExecutionItem {
    let body::Body { redrives, redriven_at, .. } = body::read(&row);
    let name = shown_name(&row).into();
    // The lists of a row are its version's, and its alias's where there is one.
    let mut lists = row.lists.into_iter().map(Arc::from);
    ExecutionItem {
        version_arn: lists.next(),
        alias_arn: lists.next(),
        id: row.id,
        name,
        arn: row.arn.into(),
        machine_arn: row.machine.into(),
        status: row.status,
        started: row.started,
        stopped: row.stopped,
        map_run_arn: None,
        redrives,
        redriven_at,
        pending_redrive: false,
    }
}

/// A place in a list as text: the start in milliseconds and the id.
pub(super) fn write_key(key: ListKey) -> String {
    format!("{}-{}", key.started.as_millis(), key.id)
}

pub(super) fn read_key(text: &str) -> Option<ListKey> {
    let (started, id) = text.split_once('-')?;
    let id = u128::from_str_radix(id, 16).ok()?;
    Some(ListKey {
        started: Timestamp::from_millis(started.parse().ok()?),
        id: ExecutionId::from_bytes(id.to_be_bytes()),
    })
}
