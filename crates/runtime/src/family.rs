//! Express children of Map Runs: in memory only, like other Express executions.
//!
//! That a child is wanted is durable in its parent's journal, and so is its end; in between it has
//! no record of its own. After a crash the parent asks again for those whose end it does not know,
//! and they run again from their beginning: at least once. Ends go to the parent in a heap of its
//! own, with one message for as many as there are, so that a parent that is behind takes many at
//! once and nobody waits for room in its mailbox.

use crate::batch::{Batch, Then};
use crate::body;
use crate::children::{ChildReport, ChildStart, report};
use crate::connector::Connector;
use crate::dispatch::worker_of;
use crate::express::{Driver, Excerpt, append, contained};
use crate::inputs::ChildInputs;
use crate::mailbox::Mailbox;
use crate::ports::{Clock, Entropy};
use crate::shards::{Message, last_part, read_journal, row};
use stateline_base::{ExecutionId, Failure, Limits, Payload, ShardId, Timestamp};
use stateline_engine::{ChildInput, Execution};
use stateline_journal::{ChildEnding, Event, ParentLink, Record, Started};
use stateline_store::Store;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

/// Ends of children that their parent has not taken note of.
#[derive(Debug)]
pub struct Reports {
    /// The parent.
    pub parent: ExecutionId,
    waiting: Mutex<VecDeque<ChildReport>>,
}

impl Reports {
    /// A heap without ends.
    #[must_use]
    pub fn new(parent: ExecutionId) -> Self {
        Reports { parent, waiting: Mutex::default() }
    }

    /// Adds an end. True when the parent must be told that there are any.
    #[must_use]
    pub fn add(&self, report: ChildReport) -> bool {
        let mut waiting = self.lock();
        waiting.push_back(report);
        waiting.len() == 1
    }

    /// The next end. Whoever stops before there is none sees to it that the parent is told again.
    #[must_use]
    pub fn next(&self) -> Option<ChildReport> {
        self.lock().pop_front()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<ChildReport>> {
        self.waiting.lock().expect("no holder of the reports panics")
    }
}

/// Express children that may run at once, of all Map Runs; others wait.
const RUNNING_MAX: usize = 10_000;

/// What children run with.
pub(crate) struct Family {
    pub(crate) runtime: Handle,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) workers: Vec<Arc<Mailbox<Message>>>,
    pub(crate) committer: Arc<Mailbox<Batch>>,
    pub(crate) inputs: ChildInputs,
}

/// The children that run now.
pub(crate) struct Children {
    family: Arc<Family>,
    places: Arc<Semaphore>,
    running: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    children: HashMap<Arc<str>, Running>,
    /// Heaps of ends, as long as some child may put one there or some worker takes one out.
    reports: HashMap<ExecutionId, Weak<Reports>>,
    /// With so many of them, those that nobody has any more are let go.
    reports_max: usize,
}

/// Heaps of ends that may stand in the table at least.
const REPORTS_MIN: usize = 64;

impl Table {
    fn reports_of(&mut self, parent: ExecutionId) -> Arc<Reports> {
        if let Some(reports) = self.reports.get(&parent).and_then(Weak::upgrade) {
            return reports;
        }
        if self.reports.len() >= self.reports_max {
            self.reports.retain(|_, reports| reports.strong_count() > 0);
            self.reports_max = REPORTS_MIN.max(self.reports.len() * 2);
        }
        let reports = Arc::new(Reports::new(parent));
        self.reports.insert(parent, Arc::downgrade(&reports));
        reports
    }
}

struct Running {
    task: AbortHandle,
    /// Tells this run from another of the same child.
    token: Arc<()>,
    /// The redrive of its Map Run that it follows; 0 for none.
    follows: u32,
}

impl Children {
    pub(crate) fn new(family: Family) -> Self {
        let places = Arc::new(Semaphore::new(RUNNING_MAX));
        Children { family: Arc::new(family), places, running: Arc::default() }
    }

    /// Starts a child, unless it runs already.
    #[allow(clippy::disallowed_methods, reason = "an Express execution is a task of its own")]
    pub(crate) fn start(&self, start: ChildStart) {
        let (arn, parent) = (start.arn.clone(), start.link.execution);
        let follows = start.redrive.map_or(0, |redrive| redrive.map_run);
        // Held until the task stands in the table, so that it cannot end before it is there.
        let mut table = lock(&self.running);
        match table.children.remove(&arn) {
            Some(same) if same.follows >= follows => {
                table.children.insert(arn, same);
                return;
            }
            Some(before) => before.task.abort(),
            None => {}
        }
        let (family, places) = (self.family.clone(), self.places.clone());
        let reports = table.reports_of(parent);
        let (running, token, own) = (self.running.clone(), Arc::new(()), arn.clone());
        let mine = token.clone();
        let task = self.family.runtime.spawn(async move {
            let Ok(_place) = places.acquire().await else { return };
            let (link, began) = (start.link.clone(), family.clock.now());
            let (report, kept) = contained(family.run(start, follows))
                .await
                .unwrap_or_else(|failure| (family.failed(&link, follows, began, failure), None));
            let mut table = lock(&running);
            // Whoever takes it out of the table ends it, so that one that was stopped says nothing.
            if !table.children.get(&own).is_some_and(|child| Arc::ptr_eq(&child.token, &mine)) {
                return;
            }
            table.children.remove(&own);
            drop(table);
            family.tell(&reports, report, kept);
        });
        table.children.insert(arn, Running { task: task.abort_handle(), token, follows });
    }

    /// Stops a child; false when it does not run here.
    pub(crate) fn stop_child(&self, arn: &str) -> bool {
        let child = lock(&self.running).children.remove(arn);
        let found = child.is_some();
        if let Some(child) = child {
            child.task.abort();
        }
        found
    }

    pub(crate) fn count(&self) -> usize {
        lock(&self.running).children.len()
    }

    /// Nothing runs any more; what did begins again at the next start.
    pub(crate) fn stop(&self) {
        let all = std::mem::take(&mut *lock(&self.running));
        all.children.into_values().for_each(|child| child.task.abort());
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().expect("no holder of the children panics")
}

/// Does what blocks on this very thread, whose other tasks go to another one. Threads of the runtime
/// that are there to block may all be held by readers, who wait for children to end.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}

impl Family {
    /// Runs a child to its end. Gives what its parent is told, and what is stored where it is.
    async fn run(&self, start: ChildStart, follows: u32) -> (ChildReport, Option<Batch>) {
        let keeps = self.limits.express_history_days > 0;
        if keeps
            && follows == 0
            && let Some(report) = blocking(|| self.stored(&start))
        {
            return (report, None);
        }
        // One that calls nothing never waits: without this, many of them would keep everything
        // else off the async runtime's threads.
        tokio::task::coop::consume_budget().await;
        let now = self.clock.now();
        let id = ExecutionId::new(now, ShardId::of(&start.arn), self.entropy.draw());
        let driver = Driver {
            definition: start.definition.clone(),
            limits: self.limits.clone(),
            connector: self.connector.clone(),
            clock: self.clock.clone(),
        };
        let test = start.test.clone();
        let input = match &start.input {
            ChildInput::Known(input) => Ok(input.clone()),
            ChildInput::Recorded(_) => blocking(|| self.inputs.of(&*self.store, &start)),
        };
        let input = match input {
            Ok(input) => input,
            Err(error) => {
                let failure = Failure::runtime(format!("The input of the execution cannot be read: {error}"));
                return (self.failed(&start.link, follows, now, failure), None);
            }
        };
        let started = self.started(start, input, now.plus_seconds(self.limits.express_seconds_max));
        let stored_max = usize::try_from(self.limits.history_events_max).unwrap_or(usize::MAX);
        let mut excerpt = Excerpt::new(Some(stored_max));
        let watch = |new: &[Record]| {
            if keeps {
                excerpt.take(new);
            }
        };
        let x = driver.run(id, started, test, now, watch).await;
        let told = report(&x).expect("a child that has ended has a parent to tell");
        let told = ChildReport { map_run: follows, ..told };
        let kept = keeps.then(|| self.batch(id, &x, &driver, &excerpt.finish()));
        (told, kept)
    }

    /// What the parent of a child is told that a mistake of the server's ended.
    fn failed(
        &self,
        link: &ParentLink,
        map_run: u32,
        started_at: Timestamp,
        failure: Failure,
    ) -> ChildReport {
        let (parent, attempt, ending) = (link.execution, link.attempt, ChildEnding::Failed(failure));
        let stopped_at = self.clock.now().max(started_at);
        ChildReport { parent, attempt, ending, started_at, stopped_at, map_run }
    }

    fn started(&self, start: ChildStart, input: Payload, deadline: Timestamp) -> Started {
        Started {
            execution_arn: start.arn,
            machine_arn: start.machine_arn,
            version_arn: None,
            alias_arn: None,
            definition: start.revision,
            kind: start.kind,
            role_arn: start.role_arn,
            trace_header: start.trace_header,
            input,
            seed: self.entropy.draw(),
            deadline,
            scope: start.scope,
            parent: Some(Box::new(start.link)),
        }
    }

    /// What makes a child that has ended durable.
    fn batch(&self, id: ExecutionId, x: &Execution, driver: &Driver, records: &[Record]) -> Batch {
        let name = last_part(&x.started.execution_arn);
        let map_run = x.started.parent.as_ref().map(|link| &*link.map_run_arn);
        let days = self.limits.express_history_days;
        let mut row = row(id, x, &driver.definition.program, (name, map_run), days);
        body::set_express(&mut row);
        Batch { worker: usize::MAX, appends: vec![append(id, 0, records, row)], ..Batch::default() }
    }

    /// The end of a child that was stored before its parent took note of it.
    fn stored(&self, start: &ChildStart) -> Option<ChildReport> {
        let name = last_part(&start.arn);
        let id = self.store.find_by_name(&start.machine_arn, name).ok()??;
        let records = read_journal(&*self.store, id).ok()?;
        let (first, last) = (records.first()?, records.last()?);
        let ending = match &last.event {
            Event::ExecutionSucceeded { output } => ChildEnding::Succeeded(output.clone()),
            Event::ExecutionFailed { failure } => ChildEnding::Failed(failure.clone()),
            Event::ExecutionAborted { failure } => ChildEnding::Aborted(failure.clone()),
            Event::ExecutionTimedOut => ChildEnding::TimedOut,
            _ => return None,
        };
        let (parent, attempt) = (start.link.execution, start.link.attempt);
        Some(ChildReport { parent, attempt, ending, started_at: first.at, stopped_at: last.at, map_run: 0 })
    }

    /// Tells the parent, behind what is stored.
    fn tell(&self, reports: &Arc<Reports>, report: ChildReport, kept: Option<Batch>) {
        if let Some(batch) = kept {
            let then = vec![Then::TellParent(Box::new(report))];
            return self.committer.push(Batch { then, ..batch });
        }
        if reports.add(report)
            && let Some(worker) = self.workers.get(worker_of(reports.parent, self.workers.len()))
        {
            worker.push(Message::ChildrenEnded(reports.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_of_ends_go_with_those_who_have_them() {
        let mut table = Table::default();
        let parent = |number: u64| ExecutionId::new(Timestamp::from_millis(1), ShardId::of("arn"), number);
        let kept = table.reports_of(parent(0));
        for number in 1..10_000 {
            drop(table.reports_of(parent(number)));
            assert!(table.reports.len() <= REPORTS_MIN, "{} heaps are kept", table.reports.len());
        }
        assert!(Arc::ptr_eq(&kept, &table.reports_of(parent(0))));
    }
}
