//! Express executions: asynchronous and synchronous starts, and the recent ones kept for a look.

use super::{NO_WORKER, Service};
use crate::batch::{Batch, Then};
use crate::catalog::{Definition, Entry};
use crate::express::{Driver, Excerpt, append, contained};
use crate::mocks::split_case;
use crate::requests::{Ending, ExecutionView, RedriveStatus, status_of};
use crate::shards::{row, unavailable};
use crate::{ServiceError, StartRequest, Started};
use stateline_base::{Arn, ExecutionId, Failure, ShardId, Timestamp};
use stateline_engine::{Execution, NotRedrivable, TestCase, replay};
use stateline_journal::{Event, MachineKind, Record, encode};
use stateline_store::{Append, ExecutionRow, StoreError};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::AbortHandle;

/// A closed Express execution, kept in memory for a while.
#[derive(Clone, Debug)]
pub struct ExpressRecord {
    /// As a describe would show it.
    pub view: ExecutionView,
    /// Its first records, as many as are kept.
    pub records: Arc<[Record]>,
}

/// The Express executions that ended last, bounded in number and in bytes.
#[derive(Debug, Default)]
pub(super) struct Recent {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    records: VecDeque<(usize, ExpressRecord)>,
    bytes: usize,
}

/// Bytes of payloads kept in all.
const KEPT_BYTES_MAX: usize = 16 << 20;
/// Asynchronous Express executions that may run at once; more are turned away for the moment.
const RUNNING_MAX: usize = 10_000;
/// Synchronous ones that may.
const SYNCHRONOUS_MAX: usize = 2_000;

impl Recent {
    fn keep(&self, record: ExpressRecord, bytes: usize, max: usize) {
        let mut kept = self.kept.lock().expect("no holder of the list panics");
        kept.bytes += bytes;
        kept.records.push_back((bytes, record));
        while kept.records.len() > max.max(1) || kept.bytes > KEPT_BYTES_MAX {
            let Some((bytes, _)) = kept.records.pop_front() else { return };
            kept.bytes -= bytes;
        }
    }
}

/// The Express executions that run now.
#[derive(Debug)]
pub(super) struct Running {
    tasks: Mutex<HashMap<ExecutionId, AbortHandle>>,
    /// Places for synchronous ones.
    synchronous: Semaphore,
}

impl Default for Running {
    fn default() -> Self {
        Running { tasks: Mutex::default(), synchronous: Semaphore::new(SYNCHRONOUS_MAX) }
    }
}

impl Running {
    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, AbortHandle>> {
        self.tasks.lock().expect("no holder of the table panics")
    }
}

/// What an execution begins with: all that a second run of it needs.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    started: stateline_journal::Started,
    test: Option<TestCase>,
}

impl Opening {
    /// Its first records, which for an asynchronous execution are durable before anything is done.
    fn records(&self, at: Timestamp) -> Vec<Record> {
        let first = Event::ExecutionStarted(Box::new(self.started.clone()));
        let mut records = vec![Record { at, id: 1, previous: 0, event: first }];
        if let Some(TestCase { name, first }) = self.test.clone() {
            let event = Event::TestCaseChosen { case: name, first };
            records.push(Record { at, id: 0, previous: 0, event });
        }
        records
    }

    /// All that is known of an execution that a mistake of the server's ended.
    fn failed(&self, at: Timestamp, now: Timestamp, failure: Failure) -> Vec<Record> {
        let mut records = self.records(at);
        records.push(Record {
            at: now.max(at),
            id: 2,
            previous: 1,
            event: Event::ExecutionFailed { failure },
        });
        records
    }

    /// Takes the first records of a journal apart; `None` when it does not begin with a start.
    fn of(records: Vec<Record>) -> Option<Opening> {
        let mut events = records.into_iter().map(|record| record.event);
        let Some(Event::ExecutionStarted(started)) = events.next() else { return None };
        let test = match events.next() {
            Some(Event::TestCaseChosen { case, first }) => Some(TestCase { name: case, first }),
            _ => None,
        };
        Some(Opening { started: *started, test })
    }

    /// How many records [`Self::records`] gives.
    fn count(&self) -> usize {
        1 + usize::from(self.test.is_some())
    }
}

impl Service {
    /// Runs an Express execution to its end. It is at most once: nothing of it survives a crash.
    ///
    /// # Errors
    /// [`ServiceError::TypeNotSupported`] for a Standard machine, and what [`ServiceError`] says.
    pub async fn start_sync(&self, request: StartRequest) -> Result<ExecutionView, ServiceError> {
        let entry = self.start_target(&request)?;
        if entry.machine.kind != MachineKind::Express {
            return Err(ServiceError::TypeNotSupported);
        }
        // One that starts others of its own and waits for them would take memory without end.
        let Ok(_place) = self.inner.express.synchronous.try_acquire() else {
            return Err(ServiceError::Throttled);
        };
        let (id, opening) = self.express(&entry, request)?;
        let at = self.now();
        let (x, records) = self.drive(&entry.definition, id, opening, at).await;
        if self.keeps_express() {
            self.store_sync(&entry, id, &x, &records).await;
        }
        Ok(view(id, &x))
    }

    /// Whether closed Express executions stay queryable.
    #[must_use]
    pub fn keeps_express(&self) -> bool {
        self.inner.limits.express_history_days > 0
    }

    /// Stores a synchronous execution that has ended. It has happened whether or not it can be stored.
    async fn store_sync(&self, entry: &Entry, id: ExecutionId, x: &Execution, records: &[Record]) {
        let arn = &x.started.execution_arn;
        let (reply, answer) = oneshot::channel();
        let accepted = Ok(Started { arn: arn.clone(), started: x.started_at });
        let days = self.inner.limits.express_history_days;
        let row = row(id, x, &entry.definition.program, (name_of(arn), None), days);
        let stored = self.hand_over(Batch {
            worker: NO_WORKER,
            appends: vec![append(id, 0, records, row)],
            then: vec![Then::Started(reply, accepted)],
            ..Batch::default()
        });
        let outcome = match stored {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(self.gone())),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, execution = &**arn, "a synchronous execution ended and could not be stored");
        }
    }

    /// The Express executions of a machine that ended last, newest first.
    #[must_use]
    pub fn recent_express(&self, machine_arn: &str, limit: usize) -> Vec<ExpressRecord> {
        let kept = self.inner.recent.kept.lock().expect("no holder of the list panics");
        let records = kept.records.iter().rev().map(|(_, record)| record);
        let of_machine = records.filter(|record| &*record.view.machine_arn == machine_arn);
        of_machine.take(limit).cloned().collect()
    }

    /// Makes the start durable, answers, and runs. After a crash it runs again from its start.
    #[allow(clippy::disallowed_methods, reason = "it goes on without whoever asked for it")]
    pub(super) async fn start_express(
        &self,
        entry: Entry,
        request: StartRequest,
    ) -> Result<Started, ServiceError> {
        if self.inner.express.count() >= RUNNING_MAX {
            return Err(ServiceError::Throttled);
        }
        let (id, opening) = self.express(&entry, request)?;
        let (arn, at) = (opening.started.execution_arn.clone(), self.now());
        let records = opening.records(at);
        let x = replay(&records).ok_or_else(|| unavailable("an execution begins with its start"))?;
        let append = Append {
            id,
            expected_seq: 0,
            events: u32::try_from(records.len()).expect("there are one or two"),
            bytes: encode(&records),
            row: ExecutionRow {
                busy: true,
                ..row(
                    id,
                    &x,
                    &entry.definition.program,
                    (name_of(&arn), None),
                    self.inner.limits.retention_days,
                )
            },
        };
        let (reply, answer) = oneshot::channel();
        let accepted = Ok(Started { arn, started: at });
        self.hand_over(Batch {
            worker: NO_WORKER,
            appends: vec![append],
            then: vec![Then::Started(reply, accepted)],
            ..Batch::default()
        })?;
        let service = self.clone();
        // Whoever asked may go away meanwhile; what is durable runs all the same.
        let running = self.inner.threads.runtime().spawn(async move {
            let answer = answer.await.map_err(|_| service.gone())??;
            if let Err(gone) = service.inner.catalog.still_takes(&entry.machine) {
                // The machine went while the start was written: nobody was told of it.
                service.close_express(id, &opening, at, stateline_store::Status::Aborted, &[]);
                return Err(gone);
            }
            service.run_express(entry.definition, id, opening, at);
            Ok(answer)
        });
        running.await.map_err(unavailable)?
    }

    /// Runs an execution whose start is durable, and forgets it when it has ended.
    ///
    /// `at` is when this run of it begins; after a crash that is later than its start.
    #[allow(clippy::disallowed_methods, reason = "an asynchronous Express execution is a task of its own")]
    pub(super) fn run_express(
        &self,
        definition: Arc<Definition>,
        id: ExecutionId,
        opening: Opening,
        at: Timestamp,
    ) {
        let service = self.clone();
        // Held until the task stands in the table, so that it cannot end before it is there.
        let mut running = self.inner.express.lock();
        let task = self.inner.threads.runtime().spawn(async move {
            let (x, records) = service.drive(&definition, id, opening.clone(), at).await;
            // Whoever takes it out of the table closes it, so that it is closed once.
            if service.inner.express.lock().remove(&id).is_some() {
                let status = status_of(&view(id, &x).ending);
                // The start is in the journal already.
                let rest = records.get(opening.count()..).unwrap_or_default();
                service.close_express(id, &opening, x.stopped_at.unwrap_or(at), status, rest);
            }
        });
        running.insert(id, task.abort_handle());
    }

    /// Ends an execution whose machine is being deleted.
    pub(super) fn abort_express(&self, row: &ExecutionRow) -> Result<(), ServiceError> {
        match self.inner.express.lock().remove(&row.id) {
            Some(task) => task.abort(),
            // It has ended and is being closed, or its start has only just become durable and it
            // will be found here again.
            None => return Ok(()),
        }
        let records = crate::shards::read_journal(&*self.inner.store, row.id).map_err(unavailable)?;
        if let Some(opening) = Opening::of(records) {
            let at = self.now().max(row.started);
            let aborted = Event::ExecutionAborted { failure: Failure::default() };
            let end = [Record { at, id: 2, previous: 0, event: aborted }];
            let status = stateline_store::Status::Aborted;
            self.close_express(row.id, &opening, at, status, if self.keeps_express() { &end } else { &[] });
        }
        Ok(())
    }

    /// Runs an execution again whose process ended under it.
    pub(super) fn recover_express(&self, row: &ExecutionRow) -> Result<(), StoreError> {
        let corrupt = || StoreError::Corrupt { what: format!("the start of {}", row.arn) };
        let records = crate::shards::read_journal(&*self.inner.store, row.id)?;
        let Opening { started, test } = Opening::of(records).ok_or_else(corrupt)?;
        let definition = self.inner.catalog.definition(&*self.inner.store, &started.definition)?;
        let seconds = self.express_seconds(&definition);
        let now = self.now();
        let started = stateline_journal::Started { deadline: now.plus_seconds(seconds), ..started };
        self.run_express(definition, row.id, Opening { started, test }, now);
        Ok(())
    }

    /// Runs it to its end; gives it with the records that are to be stored, if they are to be.
    async fn drive(
        &self,
        definition: &Arc<Definition>,
        id: ExecutionId,
        opening: Opening,
        at: Timestamp,
    ) -> (Execution, Vec<Record>) {
        let driver = Driver {
            definition: definition.clone(),
            limits: self.inner.limits.clone(),
            connector: self.inner.connector.clone(),
            clock: self.inner.clock.clone(),
        };
        // A workflow that calls nothing never waits: without this, a loop of them would keep
        // everything else off the async runtime's threads, its timers included.
        tokio::task::coop::consume_budget().await;
        let limits = &self.inner.limits;
        let stored_max = usize::try_from(limits.history_events_max).unwrap_or(usize::MAX);
        let mut excerpt = Excerpt::new(self.keeps_express().then_some(stored_max));
        let Opening { started, test } = opening.clone();
        let run = driver.run(id, started, test, at, |new| excerpt.take(new));
        let x = match contained(run).await {
            Ok(x) => x,
            Err(failure) => {
                excerpt = Excerpt::new(self.keeps_express().then_some(stored_max));
                let records = opening.failed(at, self.now(), failure);
                excerpt.take(&records);
                replay(&records).expect("its first record is its start")
            }
        };
        if self.keeps_express() {
            return (x, excerpt.finish());
        }
        let kept = ExpressRecord { view: view(id, &x), records: excerpt.records.into() };
        self.inner.recent.keep(kept, excerpt.bytes, limits.express_kept);
        (x, Vec::new())
    }

    fn express(&self, entry: &Entry, request: StartRequest) -> Result<(ExecutionId, Opening), ServiceError> {
        let machine = &entry.machine;
        let name = request.name.unwrap_or_else(|| self.new_name());
        let resource = format!("express:{}:{name}:{}", machine.name, self.new_name());
        let arn: Arc<str> =
            Arn::parse(&machine.arn).map_err(unavailable)?.with_resource(&resource).to_string().into();
        let now = self.now();
        let started = stateline_journal::Started {
            execution_arn: arn.clone(),
            machine_arn: machine.arn.clone(),
            version_arn: entry.version_arn.clone(),
            alias_arn: entry.alias_arn.clone(),
            definition: entry.revision.key.clone(),
            kind: MachineKind::Express,
            role_arn: entry.revision.role_arn.clone(),
            trace_header: request.trace_header,
            input: request.input,
            seed: self.inner.entropy.draw(),
            deadline: now.plus_seconds(self.express_seconds(&entry.definition)),
            scope: 0,
            parent: None,
        };
        let (_, case) = split_case(&request.machine_arn);
        let test = case.map(|name| TestCase { name, first: 0 });
        let id = ExecutionId::new(now, ShardId::of(&arn), self.inner.entropy.draw());
        Ok((id, Opening { started, test }))
    }

    fn express_seconds(&self, definition: &Definition) -> u64 {
        definition.program.timeout_seconds.unwrap_or(u64::MAX).min(self.inner.limits.express_seconds_max)
    }

    /// Closes an asynchronous Express execution. With records it is kept for its days; without, its
    /// row says that it has expired.
    fn close_express(
        &self,
        id: ExecutionId,
        opening: &Opening,
        stopped: Timestamp,
        status: stateline_store::Status,
        records: &[Record],
    ) {
        let Ok(Some(row)) = self.inner.store.execution(id) else { return };
        let stopped = stopped.max(row.started);
        let days = if records.is_empty() { 0 } else { self.inner.limits.express_history_days };
        let row = ExecutionRow {
            status,
            stopped: Some(stopped),
            wake: None,
            busy: false,
            expires: Some(stopped.plus_seconds(u64::from(days) * 86_400)),
            name: name_of(&opening.started.execution_arn).to_owned(),
            ..row
        };
        let batch = Batch {
            worker: NO_WORKER,
            appends: vec![append(id, opening.count() as u64, records, row)],
            ..Batch::default()
        };
        // It speaks of something that was accepted, so it is taken even when the committer is
        // behind. A service that has stopped runs it again at its next start: at least once.
        self.inner.committer.push(batch);
    }
}

/// `<name>:<uuid>`: an Express execution's name is not unique, its ARN is.
fn name_of(arn: &str) -> &str {
    arn.splitn(8, ':').nth(7).unwrap_or_default()
}

fn view(id: ExecutionId, x: &Execution) -> ExecutionView {
    let started = &x.started;
    ExecutionView {
        id,
        arn: started.execution_arn.clone(),
        name: name_of(&started.execution_arn).split(':').next().unwrap_or_default().into(),
        machine_arn: started.machine_arn.clone(),
        version_arn: started.version_arn.clone(),
        alias_arn: started.alias_arn.clone(),
        kind: started.kind,
        started: x.started_at,
        stopped: x.stopped_at,
        input: started.input.clone(),
        trace_header: started.trace_header.clone(),
        ending: match &x.ending {
            None => Ending::Running,
            Some(stateline_engine::Ending::Succeeded(output)) => Ending::Succeeded(output.clone()),
            Some(stateline_engine::Ending::Failed(failure)) => Ending::Failed(failure.clone()),
            Some(stateline_engine::Ending::Aborted(failure)) => Ending::Aborted(failure.clone()),
            Some(stateline_engine::Ending::TimedOut) => Ending::TimedOut,
        },
        map_run_arn: None,
        redrives: 0,
        redriven_at: None,
        // Nobody is told: Express has no redrives of its own.
        redrive_status: RedriveStatus::Not(NotRedrivable::Running),
        pending_redrive: false,
    }
}
