//! Watching: one execution's history as it is committed, and what happens in an account.

use super::Service;
use super::read::is_kept;
use crate::ServiceError;
use crate::catalog::Definition;
use crate::requests::ExecutionView;
use crate::shards::{Pace, decode_batch, unavailable};
use crate::watchers::{Bell, ChangeFilter, Changes};
use stateline_base::Timestamp;
use stateline_engine::ProgramNames;
use stateline_journal::{HistoryEvent, project};
use stateline_store::{ExecutionRow, Status};
use std::sync::Arc;

/// Journal batches read at a time at most; fewer where they are large.
const PAGE: usize = 64;

/// What a watcher of an execution sees.
#[derive(Debug)]
pub enum Seen {
    /// How it stands: first of all, and whenever that has changed.
    Standing(Box<ExecutionView>),
    /// What was committed since, in order.
    History(Vec<HistoryEvent>),
    /// It is over, and everything was shown; or it is not kept any more.
    End,
}

/// An execution that is watched. Its history is read from where the watcher is, when there is more of it.
pub struct ExecutionWatch {
    service: Service,
    arn: Arc<str>,
    row: ExecutionRow,
    definition: Arc<Definition>,
    machine_arn: Arc<str>,
    bell: Bell,
    /// The public event up to which everything was seen.
    after: u64,
    /// Where the journal is read on.
    seq: u64,
    pace: Pace,
    told: Option<Standing>,
}

/// What a watcher is told anew when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    status: Status,
    stopped: Option<Timestamp>,
    redrives: u32,
}

impl Standing {
    fn of(row: &ExecutionRow) -> Self {
        Standing { status: row.status, stopped: row.stopped, redrives: crate::body::read(row).redrives }
    }
}

impl Service {
    /// Watches an execution from behind the public event with the id `after`, 0 for all of it.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], or that the store cannot be read.
    pub async fn watch(&self, execution_arn: &str, after: u64) -> Result<ExecutionWatch, ServiceError> {
        let row = self.row(execution_arn)?;
        let started = self.started(&row)?;
        let definition =
            self.inner.catalog.definition(&*self.inner.store, &started.definition).map_err(unavailable)?;
        Ok(ExecutionWatch {
            service: self.clone(),
            arn: execution_arn.into(),
            bell: self.inner.watchers.bell(row.id),
            // No public event stands before the place of its id; only of a long Express history the
            // middle was left out, and then the rest is the last one.
            seq: after.min(row.next_seq.saturating_sub(1)),
            row,
            definition,
            machine_arn: started.machine_arn,
            after,
            pace: Pace::new(PAGE),
            told: None,
        })
    }

    /// What starts, ends and is redriven from now on, and machines that change.
    #[must_use]
    pub fn changes(&self, filter: ChangeFilter) -> Changes {
        self.inner.watchers.changes(filter)
    }

    /// Waits until nobody is to watch any more: the service stops.
    pub async fn watching_ends(&self) {
        self.inner.watchers.closed().await;
    }
}

impl ExecutionWatch {
    /// What there is to see next. It waits until something was committed; dropping the future meanwhile
    /// loses nothing.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub async fn next(&mut self) -> Result<Seen, ServiceError> {
        if self.told.is_none() {
            return self.standing().await;
        }
        let mut promised = None;
        loop {
            let (before, events) = (self.seq, self.read_on()?);
            if !events.is_empty() {
                return Ok(Seen::History(events));
            }
            if self.seq != before {
                continue;
            }
            let found = self.service.inner.store.execution(self.row.id).map_err(unavailable)?;
            let Some(row) = found.filter(|row| is_kept(row, self.service.now())) else {
                return Ok(Seen::End);
            };
            self.row = row;
            // What led to how it stands is shown first.
            if self.row.next_seq != self.seq {
                // The journal has it, because both are written at once; a store without it is broken.
                if promised.replace(self.row.next_seq) == Some(self.row.next_seq) {
                    return Err(unavailable("an execution's journal ends before its row says"));
                }
                continue;
            }
            if self.told != Some(Standing::of(&self.row)) {
                return self.standing().await;
            }
            if !self.row.status.is_open() {
                return Ok(Seen::End);
            }
            self.bell.rung().await;
        }
    }

    /// How it stands. It may have gone on since the row was read; then this is told again.
    async fn standing(&mut self) -> Result<Seen, ServiceError> {
        match self.service.describe(&self.arn).await {
            Ok(view) => {
                self.told = Some(Standing::of(&self.row));
                Ok(Seen::Standing(Box::new(view)))
            }
            Err(ServiceError::ExecutionDoesNotExist(_)) => Ok(Seen::End),
            Err(other) => Err(other),
        }
    }

    /// The public events of the next page of the journal.
    fn read_on(&mut self) -> Result<Vec<HistoryEvent>, ServiceError> {
        let id = self.row.id;
        let page =
            self.service.inner.store.journal(id, self.seq, self.pace.batches()).map_err(unavailable)?;
        self.pace.read(&page);
        let names = ProgramNames::new(&self.definition.program, &self.machine_arn);
        let mut events = Vec::new();
        for batch in &page {
            self.seq = batch.first_seq + u64::from(batch.events);
            let records = decode_batch(id, batch).map_err(unavailable)?;
            events.extend(records.iter().filter_map(|record| project(record, &names)));
        }
        events.retain(|event| event.id > self.after);
        self.after = events.last().map_or(self.after, |event| event.id);
        Ok(events)
    }
}
