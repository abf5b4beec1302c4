//! Express executions: the same core without a journal.
//!
//! One async task drives one execution: it makes the calls itself and waits for
//! its own timers. Nothing is durable but, for an asynchronous one, its start:
//! after a crash it runs again from there (at least once). A synchronous one is
//! never run again (at most once).

use crate::catalog::Definition;
use crate::connector::{Connector, Outcome};
use crate::panics::caught;
use crate::ports::Clock;
use crate::shards::call;
use stateline_base::{ExecutionId, Failure, Limits, Payload, Timestamp};
use stateline_engine::{
    Apart, Beginning, Decision, Effect, Execution, Input, Setting, TestCase, advance, start_with,
};
use stateline_journal::{AttemptId, Record, Started, encode};
use stateline_store::{Append, ExecutionRow};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

/// What an Express execution needs to run.
#[derive(Clone)]
pub(crate) struct Driver {
    pub(crate) definition: Arc<Definition>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Records of one decision, after which other tasks of the async runtime have their turn.
const RECORDS_PER_TURN_MAX: usize = 128;

/// Calls that are out, and which attempt each is.
#[derive(Default)]
struct Calls {
    set: JoinSet<Outcome>,
    attempts: HashMap<Id, AttemptId>,
    handles: HashMap<AttemptId, AbortHandle>,
}

impl Driver {
    /// Runs an execution to its end. Every record is shown to `watch` as it is decided.
    pub(crate) async fn run(
        &self,
        id: ExecutionId,
        started: Started,
        test: Option<TestCase>,
        at: Timestamp,
        mut watch: impl FnMut(&[Record]),
    ) -> Execution {
        let setting = Setting {
            program: &self.definition.program,
            limits: &self.limits,
            records_max: RECORDS_PER_TURN_MAX,
            outside: &Apart,
        };
        let (mut x, decision) = start_with(setting, started, Beginning { map_run: 0, test }, at);
        let mut calls = Calls::default();
        watch(&decision.records);
        let mut go_on = self.carry_out(id, &x, decision, &mut calls);
        while x.is_open() {
            let input = if go_on { Input::Continue } else { self.next_input(&x, &mut calls).await };
            // A late answer changes nothing.
            let Ok(decision) = advance(setting, &mut x, input, self.clock.now()) else { continue };
            watch(&decision.records);
            go_on = self.carry_out(id, &x, decision, &mut calls);
            if go_on {
                tokio::task::yield_now().await;
            }
        }
        x
    }

    /// Makes the calls of a decision; true when there is more to decide at once.
    fn carry_out(&self, id: ExecutionId, x: &Execution, decision: Decision, calls: &mut Calls) -> bool {
        let mut go_on = false;
        for effect in decision.effects {
            match effect {
                Effect::Invoke { attempt, state, parameters, deadline } => {
                    let call = call(id, x, &self.definition, (attempt, state), parameters, deadline);
                    let handle = calls.set.spawn(self.connector.call(call));
                    calls.attempts.insert(handle.id(), attempt);
                    calls.handles.insert(attempt, handle);
                }
                Effect::Cancel { attempt } => {
                    if let Some(handle) = calls.handles.remove(&attempt) {
                        handle.abort();
                    }
                }
                Effect::Continue => go_on = true,
                Effect::StartChild { .. }
                | Effect::StopChild { .. }
                | Effect::ReadItems { .. }
                | Effect::WriteResults { .. }
                | Effect::Release { .. }
                | Effect::Offer { .. }
                | Effect::Watch { .. } => {
                    unreachable!(
                        "the checker lets no Express machine have distributed Maps, activities or jobs"
                    )
                }
            }
        }
        go_on
    }

    /// Waits for a call to come back or for the next timer.
    async fn next_input(&self, x: &Execution, calls: &mut Calls) -> Input {
        let wait = x.wake().map_or(0, |wake| wake.since_millis(self.clock.now()).max(0));
        let wait = Duration::from_millis(wait.unsigned_abs());
        if calls.set.is_empty() {
            pause(wait).await;
            return Input::Tick;
        }
        tokio::select! {
            ended = calls.set.join_next_with_id() => calls.input_of(ended),
            () = pause(wait) => Input::Tick,
        }
    }
}

impl Calls {
    fn input_of(&mut self, ended: Option<Result<(Id, Outcome), JoinError>>) -> Input {
        let (id, outcome) = match ended {
            Some(Ok((id, outcome))) => (id, Some(outcome)),
            Some(Err(error)) => (error.id(), None),
            None => return Input::Tick,
        };
        let Some(attempt) = self.attempts.remove(&id) else { return Input::Tick };
        self.handles.remove(&attempt);
        match outcome {
            Some(Outcome::Succeeded(output)) => Input::TaskSucceeded { attempt, output },
            Some(Outcome::Failed(failure)) => Input::TaskFailed { attempt, failure },
            // Called back, or the connector panicked: whichever it was, nothing will come.
            None => Input::AttemptLost { attempt },
        }
    }
}

/// Waits for an Express execution that nobody else would hear of: a panic in it is its failure.
///
/// # Errors
/// That failure.
pub(crate) async fn contained<T>(execution: impl Future<Output = T>) -> Result<T, Failure> {
    caught(execution).await.map_err(|text| {
        tracing::error!(text, "an Express execution has panicked");
        Failure::runtime(format!("The execution was ended by a mistake in the server: {text}"))
    })
}

#[allow(clippy::disallowed_methods, reason = "an Express execution waits on the runtime's own timer")]
pub(crate) async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}

/// Bytes of payloads kept of one execution; what comes later in it is not kept.
const EXECUTION_BYTES_MAX: usize = 1 << 20;
/// Records kept of one execution.
const EXECUTION_RECORDS_MAX: usize = 1_000;
/// Bytes of payloads that are stored of one execution; what lies between them and the end is left out.
const STORED_BYTES_MAX: usize = 16 << 20;

/// What is kept of an execution while it runs.
pub(crate) struct Excerpt {
    pub(crate) records: Vec<Record>,
    pub(crate) bytes: usize,
    records_max: usize,
    bytes_max: usize,
    /// The last record, where those before it were too many and the end is wanted.
    end: Option<Record>,
    with_end: bool,
}

impl Excerpt {
    /// For a look, or, with a number of records, for the store.
    pub(crate) fn new(stored_max: Option<usize>) -> Self {
        let (records_max, bytes_max) = match stored_max {
            // One place is the end's.
            Some(count) => (count.saturating_sub(1).max(1), STORED_BYTES_MAX),
            None => (EXECUTION_RECORDS_MAX, EXECUTION_BYTES_MAX),
        };
        Excerpt {
            records: Vec::new(),
            bytes: 0,
            records_max,
            bytes_max,
            end: None,
            with_end: stored_max.is_some(),
        }
    }

    /// The records, the end among them if it is wanted.
    pub(crate) fn finish(mut self) -> Vec<Record> {
        self.records.extend(self.end);
        self.records
    }

    pub(crate) fn take(&mut self, new: &[Record]) {
        for record in new {
            if self.records.len() >= self.records_max || self.bytes >= self.bytes_max {
                self.end = new.last().filter(|_| self.with_end).cloned();
                return;
            }
            let mut count = |payload: &Payload| {
                self.bytes += payload.bytes_len();
                Ok::<(), Infallible>(())
            };
            drop(record.event.try_map(&mut count));
            self.records.push(record.clone());
        }
    }
}

/// Records that begin at a place in the journal, with the row as it is after them.
pub(crate) fn append(id: ExecutionId, first: u64, records: &[Record], row: ExecutionRow) -> Append {
    let events = u32::try_from(records.len()).expect("what is stored of an execution is bounded");
    let bytes = if records.is_empty() { Vec::new() } else { encode(records) };
    let row = ExecutionRow { next_seq: first + u64::from(events), ..row };
    Append { id, expected_seq: first, events, bytes, row }
}
