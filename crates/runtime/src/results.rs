//! The results of a Map Run, read out of its execution's journal page by page, and what has them
//! written.

use crate::catalog::Definition;
use crate::connector::{ChildResult, Connector, Outcome, ResultSource, ResultStatus, ResultTarget};
use crate::dispatch::worker_of;
use crate::mailbox::Mailbox;
use crate::panics::caught;
use crate::shards::{Message, Pace};
use stateline_base::{ExecutionId, Failure, Limits, Payload, Timestamp, error_name};
use stateline_engine::{
    Apart, EndedChild, Execution, Setting, child_metadata, pending_inputs, pending_metadata,
};
use stateline_journal::{AttemptId, ChildEnding, Event, FrameId, Record, decode};
use stateline_store::{JournalBatch, Store};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::runtime::Handle;
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::task::AbortHandle;

/// A wish to have results written.
#[derive(Clone, Debug)]
pub struct ResultRequest {
    /// Whose Map Run it is.
    pub execution: ExecutionId,
    /// Its worker's number of the wish, which the answer has too.
    pub ask: u64,
    /// Where they go.
    pub target: Arc<ResultTarget>,
    /// What names of children follow from.
    pub seed: u64,
    /// How many records the journal has at least.
    pub records: u64,
    /// Whether the Map Run was redriven: children may have ended more than once.
    pub redriven: bool,
    /// Children that were never started, where there are any and their items are known.
    pub pending: Option<Arc<PendingChildren>>,
}

/// Children that were never started, and what their inputs are made of.
#[derive(Debug)]
pub struct PendingChildren {
    /// The execution as it was when the results were wanted.
    pub execution: Execution,
    /// Its definition.
    pub definition: Arc<Definition>,
    /// The limits.
    pub limits: Arc<Limits>,
    /// The first of them.
    pub first: u32,
}

/// Journal batches read at a time at most.
const PAGE: usize = 16;

/// The children of a Map Run, as the journal of its execution tells of them.
pub struct JournalResults {
    store: Arc<dyn Store>,
    request: ResultRequest,
    /// The next record.
    at: u64,
    /// The visitor of the Map state while the Map Run is its.
    frame: Option<FrameId>,
    /// Children that have not come to their last end.
    open: BTreeMap<AttemptId, Open>,
    /// How often each child will have been redriven; of most, never.
    redrives: HashMap<AttemptId, u32>,
    counted: bool,
    last_at: Timestamp,
    pace: Pace,
    /// Where those that were never started go on, and the execution that tells them.
    pending: Option<(u32, Execution)>,
    /// Whoever waits for them, where somebody does.
    waiting: Option<Waiting>,
}

/// What holds a writing of results and the wish for it together. Each side drops its own.
struct Waiting {
    /// Set when nobody waits for the results to be written any more.
    called_off: Arc<AtomicBool>,
    /// Closed when the writer has let the results go.
    _writes: oneshot::Sender<()>,
}

/// Calls a writing off when it is dropped; after its end that changes nothing.
struct CallOff(Arc<AtomicBool>);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

struct Open {
    input: Payload,
    items: u32,
    started_at: Timestamp,
    redrives: u32,
}

impl JournalResults {
    /// The results that a request speaks of.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, request: ResultRequest) -> Self {
        let counted = !request.redriven;
        let pending = request.pending.as_ref().map(|pending| (pending.first, pending.execution.clone()));
        JournalResults {
            store,
            request,
            at: 0,
            frame: None,
            open: BTreeMap::new(),
            redrives: HashMap::new(),
            counted,
            last_at: Timestamp::default(),
            pace: Pace::new(PAGE),
            pending,
            waiting: None,
        }
    }

    /// The next records that are of the Map Run; `None` at the end. That is the journal's own, and not
    /// where it stood when the results were wanted: children that were stopped then may have ended by
    /// themselves since.
    fn records(&mut self) -> Result<Option<Vec<Record>>, Failure> {
        if self.waiting.as_ref().is_some_and(|waiting| waiting.called_off.load(Ordering::Acquire)) {
            return Err(called_off());
        }
        let batches = self.pace.batches();
        let page = self.store.journal(self.request.execution, self.at, batches).map_err(unreadable)?;
        let Some(last) = page.last() else {
            let whole = self.at >= self.request.records;
            return if whole { Ok(None) } else { Err(unreadable("its end is missing")) };
        };
        self.at = last.first_seq + u64::from(last.events);
        self.pace.read(&page);
        let mut records = Vec::new();
        for JournalBatch { bytes, .. } in &page {
            records.extend(decode(bytes).map_err(unreadable)?.records);
        }
        self.last_at = records.last().map_or(self.last_at, |record| record.at);
        records.retain(|record| self.is_ours(&record.event));
        Ok(Some(records))
    }

    /// Whether an event is of this Map Run: another one may have had the same frame.
    fn is_ours(&mut self, event: &Event) -> bool {
        let frame = match event {
            Event::MapRunStarted { frame, map_run_arn, .. } => {
                if *map_run_arn == self.request.target.map_run_arn {
                    self.frame = Some(*frame);
                } else if self.frame == Some(*frame) {
                    self.frame = None;
                }
                return false;
            }
            Event::ChildStarted { frame, .. }
            | Event::ItemsTaken { frame, .. }
            | Event::ChildEnded { frame, .. }
            | Event::ChildRedriven { frame, .. } => *frame,
            _ => return false,
        };
        self.frame == Some(frame)
    }

    /// Counts how often children are redriven: only an end after the last time is one.
    fn count(&mut self) -> Result<(), Failure> {
        while let Some(records) = self.records()? {
            for record in records {
                if let Event::ChildRedriven { attempt, .. } = record.event {
                    *self.redrives.entry(attempt).or_default() += 1;
                }
            }
        }
        (self.at, self.frame, self.counted) = (0, None, true);
        Ok(())
    }

    /// Remembers an event; gives the result of a child that has come to its last end.
    fn take(&mut self, record: Record) -> Option<ChildResult> {
        let started_at = record.at;
        match record.event {
            Event::ChildStarted { attempt, input, .. } => {
                self.open.insert(attempt, Open { input, items: 1, started_at, redrives: 0 });
            }
            Event::ItemsTaken { attempt, input, items, .. } => {
                self.open.insert(attempt, Open { input, items, started_at, redrives: 0 });
            }
            Event::ChildRedriven { attempt, .. } => {
                self.open.get_mut(&attempt)?.redrives += 1;
            }
            Event::ChildEnded { attempt, ending, started_at, stopped_at, .. } => {
                let last = self.redrives.get(&attempt).copied().unwrap_or(0);
                if self.open.get(&attempt)?.redrives < last {
                    return None;
                }
                let Open { input, items, redrives, .. } = self.open.remove(&attempt)?;
                let ended = EndedChild { attempt, items, input, ending, started_at, stopped_at, redrives };
                return Some(self.result(&ended));
            }
            _ => {}
        }
        None
    }

    /// What was running when everything was over was stopped.
    fn cut_off(&mut self) -> Vec<ChildResult> {
        let mut results = Vec::new();
        for _ in 0..CUT_OFF_AT_ONCE {
            let Some((attempt, open)) = self.open.pop_first() else { break };
            let Open { input, items, started_at, redrives } = open;
            let ending = ChildEnding::Aborted(Failure::default());
            let stopped_at = self.last_at.max(started_at);
            let ended = EndedChild { attempt, items, input, ending, started_at, stopped_at, redrives };
            results.push(self.result(&ended));
        }
        results
    }

    /// What never began, in the order of the items.
    fn never_started(&mut self) -> Vec<ChildResult> {
        let (Some(all), Some((next, x))) = (&self.request.pending, &mut self.pending) else {
            return Vec::new();
        };
        let map_run_arn = &self.request.target.map_run_arn;
        let setting = Setting {
            program: &all.definition.program,
            limits: &all.limits,
            records_max: 0,
            outside: &Apart,
        };
        let inputs = pending_inputs(setting, x, map_run_arn, *next, PENDING_BYTES);
        *next = next.saturating_add(u32::try_from(inputs.len()).unwrap_or(u32::MAX));
        let result = |input: &Payload| ChildResult {
            status: ResultStatus::Pending,
            metadata: pending_metadata(map_run_arn, input),
            output: None,
        };
        inputs.iter().map(result).collect()
    }

    fn result(&self, ended: &EndedChild) -> ChildResult {
        let (status, output) = match &ended.ending {
            ChildEnding::Succeeded(output) => (ResultStatus::Succeeded, Some(output.clone())),
            ChildEnding::Failed(_) => (ResultStatus::Failed, None),
            ChildEnding::TimedOut => (ResultStatus::TimedOut, None),
            ChildEnding::Aborted(_) => (ResultStatus::Aborted, None),
        };
        let metadata = child_metadata(self.request.seed, &self.request.target.map_run_arn, ended);
        ChildResult { status, metadata, output }
    }
}

/// Children that were stopped, in one page.
const CUT_OFF_AT_ONCE: usize = 1_000;
/// Bytes of inputs in one page of children that were never started.
const PENDING_BYTES: usize = 1 << 20;

impl ResultSource for JournalResults {
    fn next_page(&mut self) -> Result<Vec<ChildResult>, Failure> {
        if !self.counted {
            self.count()?;
        }
        while let Some(records) = self.records()? {
            let results: Vec<ChildResult> = records.into_iter().filter_map(|one| self.take(one)).collect();
            if !results.is_empty() {
                return Ok(results);
            }
        }
        let results = self.cut_off();
        Ok(if results.is_empty() { self.never_started() } else { results })
    }
}

/// What a writer fails with whom nobody waits for: nobody gets to see it.
fn called_off() -> Failure {
    let cause = "The writing of the results was called off: its Map Run is over.";
    Failure::new(error_name::RESULT_WRITER_FAILED, cause)
}

fn unreadable(why: impl std::fmt::Display) -> Failure {
    let cause = format!("The journal with the results cannot be read: {why}");
    Failure::new(error_name::RESULT_WRITER_FAILED, cause)
}

type Key = (ExecutionId, Arc<str>);

/// The results that are being written.
#[derive(Default)]
struct Writings {
    /// Those that somebody waits for.
    out: HashMap<Key, AbortHandle>,
    /// Told, by being closed, when the last writer of a Map Run has let its results go. One that
    /// blocks a thread may do so long after it was called off.
    last: HashMap<Key, oneshot::Receiver<()>>,
}

impl Writings {
    /// The writer before, if it may still write; in its place stands the next one.
    fn begin(&mut self, key: Key, next: oneshot::Receiver<()>) -> Option<oneshot::Receiver<()>> {
        self.last.retain(|_, writer| writer.try_recv() == Err(TryRecvError::Empty));
        self.last.insert(key, next)
    }
}

/// What has results written.
pub(crate) struct Writers {
    runtime: Handle,
    store: Arc<dyn Store>,
    connector: Arc<dyn Connector>,
    workers: Vec<Arc<Mailbox<Message>>>,
    writings: Arc<Mutex<Writings>>,
}

impl Writers {
    pub(crate) fn new(
        runtime: Handle,
        store: Arc<dyn Store>,
        connector: Arc<dyn Connector>,
        workers: Vec<Arc<Mailbox<Message>>>,
    ) -> Self {
        Writers { runtime, store, connector, workers, writings: Arc::default() }
    }

    /// Has results written, and tells the worker of the execution.
    #[allow(clippy::disallowed_methods, reason = "this is where results leave the engine")]
    pub(crate) fn write(&self, request: ResultRequest) {
        let execution = request.execution;
        let Some(worker) = self.workers.get(worker_of(execution, self.workers.len())).cloned() else {
            return;
        };
        let (ask, target) = (request.ask, request.target.clone());
        let map_run_arn = target.map_run_arn.clone();
        let key = (execution, map_run_arn.clone());
        let (called_off, (writes, written)) = (Arc::<AtomicBool>::default(), oneshot::channel());
        let waiting = Waiting { called_off: called_off.clone(), _writes: writes };
        let results = JournalResults::new(self.store.clone(), request);
        let results = Box::new(JournalResults { waiting: Some(waiting), ..results });
        let (connector, writings, place) = (self.connector.clone(), self.writings.clone(), key.clone());
        // Held until the task stands in the table, so that it cannot end before it is there.
        let mut table = lock(&self.writings);
        let before = table.begin(key.clone(), written);
        let task = self.runtime.spawn(async move {
            let _call_off = CallOff(called_off);
            if let Some(before) = before {
                // Two writers would write the same files.
                drop(before.await);
            }
            let outcome = caught(connector.write_results(target, results)).await.unwrap_or_else(|text| {
                let cause = format!("the writer failed: {text}");
                Outcome::Failed(Failure::new(error_name::RESULT_WRITER_FAILED, cause))
            });
            lock(&writings).out.remove(&place);
            worker.push(Message::ResultsWritten { execution, map_run_arn, ask, outcome });
        });
        if let Some(before) = table.out.insert(key, task.abort_handle()) {
            before.abort();
        }
    }

    /// Nobody waits for results to be written any more.
    pub(crate) fn release(&self, execution: ExecutionId, map_run_arn: &Arc<str>) {
        if let Some(task) = lock(&self.writings).out.remove(&(execution, map_run_arn.clone())) {
            task.abort();
        }
    }

    /// Nothing is written any more.
    pub(crate) fn stop(&self) {
        lock(&self.writings).out.drain().for_each(|(_, task)| task.abort());
    }
}

fn lock(writings: &Mutex<Writings>) -> std::sync::MutexGuard<'_, Writings> {
    writings.lock().expect("no holder of the table panics")
}
