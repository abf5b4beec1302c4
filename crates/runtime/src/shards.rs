//! The executions of the shards that one worker owns: the single writer of each.
//!
//! `Shards` takes messages one at a time and answers with a batch: what to make
//! durable and what to do after. It waits for nothing and starts nothing, so the
//! simulator drives the very code that serves.

mod effects;
mod gauge;
mod journal;
mod map_runs;
mod orphans;
mod redrive;
mod rows;
mod tokens;

pub(crate) use effects::call;
pub(crate) use gauge::WorkerGauge;
pub(crate) use journal::{Pace, decode_batch, read_journal};
pub use orphans::ChildQuestion;
pub use redrive::{MapRunChange, MapRunUpdate, RedriveRequest};
pub(crate) use redrive::{check_machine, expires_soon};
pub(crate) use rows::row;
pub use tokens::Delivery;

use crate::batch::{Batch, Then};
use crate::body::{self, is_express};
use crate::catalog::{Catalog, Definition, Entry};
use crate::children::{ChildReport, ChildStart, child_start, report};
use crate::connector::{Attempt, ItemPage, Outcome};
use crate::desk::Offer;
use crate::family::Reports;
use crate::inputs::ChildInputs;
use crate::mocks::{Mocks, NoMocks, split_case};
use crate::ports::Entropy;
use crate::requests::{ActivityTask, TokenWord};
use crate::token::{Surroundings, TaskToken};
use crate::{ServiceError, StartRequest, Started};
use effects::{effect_of, goes_on_while_stopping, newest};
use journal::fold_journal;
use rows::{append, is_busy, map_run_puts};
use stateline_base::{Arn, ExecutionId, Failure, Limits, Payload, ShardId, Timestamp};
use stateline_engine::{
    Beginning, Decision, Effect, Execution, Input, RECORDS_PER_DECISION_MAX, Setting, TestCase, advance,
    start_with,
};
use stateline_journal::{AttemptId, MachineKind};
use stateline_store::{Append, ExecutionRow, Store, StoreError};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use tokens::repeats;
use tokio::sync::oneshot;

/// What a worker is asked to do.
#[derive(Debug)]
pub enum Message {
    /// Start an execution.
    Start {
        /// The machine, as it was when the request came.
        entry: Box<Entry>,
        /// The request.
        request: Box<StartRequest>,
        /// The execution's ARN.
        arn: Arc<str>,
        /// Answered when durable.
        reply: oneshot::Sender<Result<Started, ServiceError>>,
    },
    /// Stop an execution.
    Stop {
        /// Which.
        execution: ExecutionId,
        /// With what error and cause.
        failure: Failure,
        /// Answered when durable.
        reply: oneshot::Sender<Result<Timestamp, ServiceError>>,
    },
    /// A call came back.
    Outcome {
        /// The execution.
        execution: ExecutionId,
        /// The attempt.
        attempt: AttemptId,
        /// How it ended.
        outcome: Outcome,
        /// The request, where it asked a service for a job.
        job: Option<Box<Attempt>>,
    },
    /// A worker asks for an activity's task.
    Take {
        /// The task.
        offer: Offer,
        /// What the worker calls itself.
        worker: Option<Arc<str>>,
        /// Answered when it is durable that the worker has it; `None` when the task is over.
        reply: oneshot::Sender<Option<ActivityTask>>,
    },
    /// Somebody says something with a task token.
    Token {
        /// The token.
        token: TaskToken,
        /// What he says.
        word: TokenWord,
        /// Answered when durable.
        reply: oneshot::Sender<Result<(), ServiceError>>,
    },
    /// Go on with an execution that has more to decide.
    Continue(ExecutionId),
    /// Pick an execution up after a restart.
    Recover(Box<ExecutionRow>),
    /// Start a child execution, or find the one that was started before.
    StartChild(Box<ChildStart>),
    /// Stop a child execution that nobody waits for any more, by its ARN.
    StopChild(Arc<str>),
    /// A child execution ended.
    ChildEnded(Box<ChildReport>),
    /// Express children of one execution ended.
    ChildrenEnded(Arc<Reports>),
    /// Items of a Map Run were read, or could not be.
    ItemsRead {
        /// The execution.
        execution: ExecutionId,
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// The number of the question.
        ask: u64,
        /// Where they begin.
        cursor: Option<Arc<str>>,
        /// The items.
        page: Result<ItemPage, Failure>,
    },
    /// The results of a Map Run were written, or could not be.
    ResultsWritten {
        /// The execution.
        execution: ExecutionId,
        /// The Map Run.
        map_run_arn: Arc<str>,
        /// The number of the wish.
        ask: u64,
        /// Where they are.
        outcome: Outcome,
    },
    /// A child execution that was found open asks its parent whether it is wanted.
    ChildAsks(Box<ChildQuestion>),
    /// Go on with an execution that has ended badly.
    Redrive(Box<RedriveRequest>),
    /// Change the limits of a Map Run.
    UpdateMapRun(Box<MapRunUpdate>),
    /// A start could not be made durable: there never was such an execution.
    Forget(ExecutionId),
    /// The service stops: take what comes back, begin nothing new.
    Drain,
    /// Answered when all that the worker was told before is durable.
    Barrier(oneshot::Sender<Result<(), ServiceError>>),
}

/// An execution in memory.
struct Live {
    execution: Execution,
    definition: Arc<Definition>,
    name: Arc<str>,
    /// The Map Run in whose list its row stands. Older releases listed children by their machine, and
    /// the place of a row never changes.
    map_run: Option<Arc<str>>,
    /// When its row says that it may be deleted.
    expires: Option<Timestamp>,
    /// The wake that stands in `timers`.
    wake: Option<Timestamp>,
    /// The last batch that speaks of it; when that is durable, it may leave memory.
    ticket: u64,
    /// Map Runs whose items are being read or whose results are being written, with the number under
    /// which that was asked for.
    asked: HashMap<Arc<str>, u64>,
}

/// Who has a name, and what whoever asks for it again is told.
type Existing = (ExecutionId, Result<Started, ServiceError>);

/// The executions of one worker.
pub struct Shards {
    worker: usize,
    store: Arc<dyn Store>,
    catalog: Arc<Catalog>,
    limits: Arc<Limits>,
    entropy: Arc<dyn Entropy>,
    mocks: Arc<dyn Mocks>,
    live: HashMap<ExecutionId, Live>,
    /// Open executions in memory by ARN, which names are checked against.
    by_arn: HashMap<Arc<str>, ExecutionId>,
    /// When to look at which execution, in memory or not.
    timers: BTreeSet<(Timestamp, ExecutionId)>,
    /// Executions that may leave memory once their last batch is durable.
    leaving: VecDeque<(u64, ExecutionId)>,
    tickets: u64,
    /// Questions for items and wishes to write results so far.
    asks: u64,
    unique: u64,
    records_max: usize,
    gauge: Arc<WorkerGauge>,
}

/// An execution that waits at least so long leaves memory.
const PASSIVATE_AFTER_MS: i64 = 2_000;
/// And at least so long for each of its records.
const PASSIVATE_AFTER_MS_PER_RECORD: i64 = 10;
impl Shards {
    /// The executions of one worker; none is in memory yet.
    #[must_use]
    pub fn new(
        worker: usize,
        store: Arc<dyn Store>,
        catalog: Arc<Catalog>,
        limits: Arc<Limits>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        // Ids of one millisecond differ by a counter; where it begins differs from process to process.
        let unique = entropy.draw();
        Shards {
            worker,
            store,
            catalog,
            limits,
            entropy,
            mocks: Arc::new(NoMocks),
            live: HashMap::new(),
            by_arn: HashMap::new(),
            timers: BTreeSet::new(),
            leaving: VecDeque::new(),
            tickets: 0,
            asks: 0,
            unique,
            records_max: RECORDS_PER_DECISION_MAX,
            gauge: Arc::default(),
        }
    }

    /// The same with another bound on the records of one decision: small ones cut decisions
    /// short all the time, which ordinary service hardly ever does.
    #[must_use]
    pub fn with_records_max(mut self, records_max: usize) -> Self {
        self.records_max = records_max;
        self
    }

    /// The same with mocks for executions that run test cases.
    #[must_use]
    pub fn with_mocks(mut self, mocks: Arc<dyn Mocks>) -> Self {
        self.mocks = mocks;
        self
    }

    /// Takes one message.
    ///
    /// # Errors
    /// When the store cannot be read or holds damaged data: the worker must stop.
    pub fn handle(&mut self, message: Message, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        match message {
            Message::Start { entry, request, arn, reply } => self.start(&entry, *request, arn, reply, now),
            Message::Stop { execution, failure, reply } => self.stop(execution, failure, reply, now),
            Message::Outcome { execution, attempt, outcome, job } => {
                self.answered(execution, attempt, outcome, job, now)
            }
            Message::Take { offer, worker, reply } => self.take(offer, worker, reply, now),
            Message::Token { token, word, reply } => self.token(token, word, reply, now),
            Message::Continue(execution) => self.input(execution, Input::Continue, now),
            Message::Recover(row) => self.recover(&row, now),
            Message::StartChild(start) => self.start_child(*start, now),
            Message::StopChild(arn) => self.stop_child(&arn, now),
            Message::ChildAsks(question) => self.answer(*question),
            Message::Redrive(request) => self.redrive(*request, now),
            Message::UpdateMapRun(update) => self.update_map_run(*update, now),
            Message::ChildEnded(report) => self.child_ended(*report, now),
            Message::ChildrenEnded(reports) => self.children_ended(reports, now),
            Message::ItemsRead { execution, map_run_arn, ask, cursor, page } => {
                self.items_read(execution, map_run_arn, ask, (cursor, page), now)
            }
            Message::ResultsWritten { execution, map_run_arn, ask, outcome } => {
                self.results_written(execution, map_run_arn, ask, outcome, now)
            }
            Message::Forget(execution) => {
                self.forget(execution);
                Ok(Some(self.batch(None, Vec::new(), vec![Then::Forgotten(execution)])))
            }
            Message::Drain => {
                self.drain();
                Ok(None)
            }
            Message::Barrier(reply) => Ok(Some(self.batch(None, Vec::new(), vec![Then::Written(reply)]))),
        }
    }

    /// Deals with one execution whose time has come; `None` when nothing is due.
    ///
    /// # Errors
    /// As [`Shards::handle`].
    pub fn tick(&mut self, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        if self.records_max == 0 {
            return Ok(None);
        }
        while let Some(&(due, execution)) = self.timers.first() {
            if due > now {
                return Ok(None);
            }
            self.timers.pop_first();
            if let Some(live) = self.live.get_mut(&execution) {
                live.wake = None;
            }
            if let Some(batch) = self.input(execution, Input::Tick, now)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// When [`Shards::tick`] has something to do next.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.records_max == 0 {
            return None;
        }
        self.timers.first().map(|(due, _)| *due)
    }

    /// Lets executions leave memory whose last batch is durable.
    pub fn durable_up_to(&mut self, ticket: u64) {
        while let Some(&(needed, execution)) = self.leaving.front() {
            if needed > ticket {
                return;
            }
            self.leaving.pop_front();
            // Something may have happened to it since.
            if self.live.get(&execution).is_some_and(|live| live.ticket == needed) {
                self.forget_live(execution);
            }
        }
    }

    /// From now on no execution goes further than the answer that comes in: the
    /// service stops, and what is not started now is not in doubt later.
    pub fn drain(&mut self) {
        self.records_max = 0;
    }

    /// Executions in memory.
    #[must_use]
    pub fn live(&self) -> usize {
        self.live.len()
    }

    /// The state of an execution in memory, for checks that compare it with its journal.
    #[must_use]
    pub fn execution(&self, id: ExecutionId) -> Option<&Execution> {
        self.live.get(&id).map(|live| &live.execution)
    }

    fn start(
        &mut self,
        entry: &Entry,
        request: StartRequest,
        arn: Arc<str>,
        reply: oneshot::Sender<Result<Started, ServiceError>>,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let name: Arc<str> = Arn::parse(&arn).map_or("", |arn| last_part(arn.resource)).into();
        let (_, case) = split_case(&request.machine_arn);
        // A name that was made up here is new; only a caller's own may be taken.
        if request.name.is_some()
            && let Some((id, answer)) = self.existing(entry, &arn, &name, (&request.input, case.as_ref()))?
        {
            // Through the committer, behind the batch that makes the first start durable.
            return Ok(Some(self.batch(Some(id), Vec::new(), vec![Then::Started(reply, answer)])));
        }
        let machine = &entry.machine;
        // The machine may have gone while the request waited its turn.
        if let Err(gone) = self.catalog.still_takes(machine) {
            return Ok(Some(self.batch(None, Vec::new(), vec![Then::Started(reply, Err(gone))])));
        }
        let id = self.new_id(&arn, now);
        let timeout = entry.definition.program.timeout_seconds.unwrap_or(u64::MAX);
        let started = stateline_journal::Started {
            execution_arn: arn.clone(),
            machine_arn: machine.arn.clone(),
            version_arn: entry.version_arn.clone(),
            alias_arn: entry.alias_arn.clone(),
            definition: entry.revision.key.clone(),
            kind: machine.kind,
            role_arn: entry.revision.role_arn.clone(),
            trace_header: request.trace_header,
            input: request.input,
            seed: self.entropy.draw(),
            deadline: now.plus_seconds(timeout.min(self.limits.standard_seconds_max)),
            scope: 0,
            parent: None,
        };
        let first = Then::Started(reply, Ok(Started { arn, started: now }));
        let beginning = Beginning { map_run: 0, test: case.map(|name| TestCase { name, first: 0 }) };
        Ok(self.begin(id, started, beginning, entry.definition.clone(), vec![first], now))
    }

    /// A child execution that is there already is left as it is; one that has ended says so again.
    fn start_child(&mut self, start: ChildStart, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        if let Some(id) = self.find_child(&start.arn)? {
            return match start.redrive {
                Some(redrive) => self.redrive_child(id, redrive, now),
                None => self.answer_again(id),
            };
        }
        // What follows a redrive does not begin before it, whatever the clocks say.
        let map_run = start.redrive.map_or(0, |redrive| redrive.map_run);
        let now = start.redrive.map_or(now, |redrive| now.max(redrive.at));
        if self.records_max == 0 {
            // The service stops; the parent asks again at the next start.
            return Ok(None);
        }
        let input = ChildInputs::default().of(&*self.store, &start)?;
        let id = self.new_id(&start.arn, now);
        let seconds = match start.kind {
            MachineKind::Standard => self.limits.standard_seconds_max,
            MachineKind::Express => self.limits.express_seconds_max,
        };
        let started = stateline_journal::Started {
            execution_arn: start.arn.clone(),
            machine_arn: start.machine_arn,
            version_arn: None,
            alias_arn: None,
            definition: start.revision,
            kind: start.kind,
            role_arn: start.role_arn,
            trace_header: start.trace_header,
            input,
            seed: self.entropy.draw(),
            deadline: now.plus_seconds(seconds),
            scope: start.scope,
            parent: Some(Box::new(start.link)),
        };
        let beginning = Beginning { map_run, test: start.test };
        Ok(self.begin(id, started, beginning, start.definition, Vec::new(), now))
    }

    /// The child execution with an ARN, in memory or stored.
    fn find_child(&self, arn: &Arc<str>) -> Result<Option<ExecutionId>, StoreError> {
        if let Some(id) = self.by_arn.get(arn) {
            return Ok(Some(*id));
        }
        let Some((machine, name)) = machine_and_name(arn) else { return Ok(None) };
        self.store.find_by_name(&machine, &name)
    }

    /// Has a child that has ended tell its parent once more; one that runs will tell it by itself.
    fn answer_again(&mut self, id: ExecutionId) -> Result<Option<Batch>, StoreError> {
        let report = match self.live.get(&id) {
            Some(live) => report(&live.execution),
            // One that rests is not brought into memory for a question that it will answer by itself.
            None if self.store.execution(id)?.is_some_and(|row| row.status.is_open()) => None,
            None => fold_journal(&*self.store, id)?.as_ref().and_then(report),
        };
        let Some(report) = report else { return Ok(None) };
        Ok(Some(self.batch(Some(id), Vec::new(), vec![Then::TellParent(Box::new(report))])))
    }

    fn stop_child(&mut self, arn: &Arc<str>, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        match self.find_child(arn)? {
            Some(id) => self.input(id, Input::Stop(Failure::default()), now),
            None => Ok(None),
        }
    }

    /// Runs a new execution until it waits for the outside.
    fn begin(
        &mut self,
        id: ExecutionId,
        started: stateline_journal::Started,
        beginning: Beginning,
        definition: Arc<Definition>,
        then: Vec<Then>,
        now: Timestamp,
    ) -> Option<Batch> {
        let setting = Setting {
            program: &definition.program,
            limits: &self.limits,
            records_max: self.records_max,
            outside: &Surroundings { catalog: &self.catalog, mocks: &*self.mocks, execution: id },
        };
        let arn = started.execution_arn.clone();
        let name = Arn::parse(&arn).map_or("", |arn| last_part(arn.resource)).into();
        let map_run = started.parent.as_ref().map(|link| link.map_run_arn.clone());
        let (execution, decision) = start_with(setting, started, beginning, now);
        let live = Live {
            execution,
            definition,
            name,
            map_run,
            expires: None,
            wake: None,
            ticket: 0,
            asked: HashMap::new(),
        };
        self.by_arn.insert(arn, id);
        self.live.insert(id, live);
        self.decided(id, decision, then, now)
    }

    /// What AWS answers when the name is in use (reference 02, section 5); `None` when it is free.
    fn existing(
        &mut self,
        entry: &Entry,
        arn: &Arc<str>,
        name: &str,
        (input, case): (&Payload, Option<&Arc<str>>),
    ) -> Result<Option<Existing>, StoreError> {
        let id = match self.by_arn.get(arn) {
            Some(id) => Some(*id),
            None => self.store.find_by_name(&entry.machine.arn, name)?,
        };
        let Some(id) = id else { return Ok(None) };
        let taken = Err(ServiceError::ExecutionAlreadyExists(arn.clone()));
        if !self.activate(id)? {
            return Ok(Some((id, taken)));
        }
        let Some(live) = self.live.get(&id) else { return Ok(Some((id, taken))) };
        let x = &live.execution;
        let same = x.is_open() && x.started.input.text() == input.text() && x.test_case() == case;
        let started = live.execution.started_at;
        Ok(Some((id, if same { Ok(Started { arn: arn.clone(), started }) } else { taken })))
    }

    fn stop(
        &mut self,
        execution: ExecutionId,
        failure: Failure,
        reply: oneshot::Sender<Result<Timestamp, ServiceError>>,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.activate(execution)? {
            // One that ended a moment ago may not be stored as closed yet; this answer goes out behind it.
            let ended = self.live.get(&execution).and_then(|live| live.execution.stopped_at);
            let stopped = match ended {
                Some(at) => Some(at),
                None => self.store.execution(execution)?.and_then(|row| row.stopped),
            };
            let missing = || ServiceError::ExecutionDoesNotExist(execution.to_string().into());
            let then = vec![Then::Stopped(reply, stopped.ok_or_else(missing))];
            return Ok(Some(self.batch(Some(execution), Vec::new(), then)));
        }
        let decision = self.advance(execution, Input::Stop(failure), now);
        let stopped = self.live.get(&execution).and_then(|live| live.execution.stopped_at).unwrap_or(now);
        let then = Then::Stopped(reply, Ok(stopped));
        match decision {
            Some(decision) => Ok(self.decided(execution, decision, vec![then], now)),
            None => Ok(Some(self.batch(Some(execution), Vec::new(), vec![then]))),
        }
    }

    fn input(
        &mut self,
        execution: ExecutionId,
        input: Input,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.activate(execution)? {
            return Ok(None);
        }
        match self.advance(execution, input, now) {
            Some(decision) => Ok(self.decided(execution, decision, Vec::new(), now)),
            None => {
                self.rest(execution, now);
                Ok(None)
            }
        }
    }

    /// Picks up an open execution that only waits for its time, without bringing it into memory.
    /// False when more has to be done: then it wants [`Message::Recover`].
    pub fn sleeps(&mut self, row: &ExecutionRow) -> bool {
        if row.busy || body::has_offers(row) || orphans::is_child(row) {
            return false;
        }
        if let Some(wake) = row.wake {
            self.timers.insert((wake, row.id));
        }
        true
    }

    /// Picks up an open execution after a restart. One that only waits stays out of
    /// memory; attempts that were out are in doubt, and the engine says what that means.
    fn recover(&mut self, row: &ExecutionRow, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        let question = self.question(row)?;
        if !row.busy && !body::has_offers(row) {
            if let Some(wake) = row.wake {
                self.timers.insert((wake, row.id));
            }
            return Ok(question.map(|question| self.batch(Some(row.id), Vec::new(), vec![question])));
        }
        if !self.activate(row.id)? {
            return Ok(None);
        }
        let in_doubt = |live: &Live| {
            let calls = live.execution.calls_out();
            calls.filter(|attempt| !repeats(live, &*self.mocks, *attempt)).collect()
        };
        let lost: Vec<AttemptId> = self.live.get(&row.id).map(in_doubt).unwrap_or_default();
        let again = self.tasks_again(row.id);
        let mut whole = Decision::default();
        for attempt in lost {
            if let Some(decision) = self.advance(row.id, Input::AttemptLost { attempt }, now) {
                whole.records.extend(decision.records);
                whole.effects.extend(decision.effects);
            }
        }
        if let Some(decision) = self.advance(row.id, Input::Continue, now) {
            whole.records.extend(decision.records);
            whole.effects.extend(decision.effects);
        }
        // Whoever was wanted and is not known to have ended is asked for again, with those that are new.
        let mut then: Vec<Then> = question.into_iter().chain(again).collect();
        if let Some(live) = self.live.get(&row.id) {
            for child in live.execution.children_out() {
                let start = child_start(row.id, &live.execution, &live.definition, child);
                then.push(Then::StartChild(Box::new(start)));
            }
        }
        whole.effects.retain(|effect| !matches!(effect, Effect::StartChild { .. }));
        Ok(self.decided(row.id, whole, then, now))
    }

    fn advance(&mut self, id: ExecutionId, input: Input, now: Timestamp) -> Option<Decision> {
        let live = self.live.get_mut(&id)?;
        let setting = Setting {
            program: &live.definition.program,
            limits: &self.limits,
            records_max: self.records_max,
            outside: &Surroundings { catalog: &self.catalog, mocks: &*self.mocks, execution: id },
        };
        // A late answer, or one for an execution that has ended, changes nothing.
        advance(setting, &mut live.execution, input, now).ok()
    }

    /// Turns a decision into a batch.
    fn decided(
        &mut self,
        id: ExecutionId,
        mut decision: Decision,
        then: Vec<Then>,
        now: Timestamp,
    ) -> Option<Batch> {
        if self.records_max == 0 {
            // The service stops: what is cut short now goes on at the next start.
            decision.effects.retain(goes_on_while_stopping);
        }
        if decision.records.is_empty() && then.is_empty() && decision.effects.is_empty() {
            self.rest(id, now);
            return None;
        }
        let live = self.live.get_mut(&id)?;
        let mut then = then;
        let puts = map_run_puts(&live.execution, &decision.records);
        for effect in newest(decision.effects) {
            then.extend(effect_of(id, live, (&*self.mocks, &self.limits, &mut self.asks), effect));
        }
        let ends = decision.records.iter().any(|record| record.event.is_end());
        then.extend(
            report(&live.execution).filter(|_| ends).map(|report| Then::TellParent(Box::new(report))),
        );
        if decision.records.is_empty() && then.is_empty() {
            // All that it asks for is asked for already.
            self.rest(id, now);
            return None;
        }
        let appends = if decision.records.is_empty() {
            Vec::new()
        } else {
            vec![append(id, live, &decision.records, self.limits.retention_days)]
        };
        let mut batch = self.batch(Some(id), appends, then);
        batch.puts = puts;
        if let Some(live) = self.live.get_mut(&id) {
            live.ticket = batch.ticket;
        }
        self.rest(id, now);
        Some(batch)
    }

    /// After a decision: sets the timer, and lets an execution leave memory that has ended or waits long.
    fn rest(&mut self, id: ExecutionId, now: Timestamp) {
        let Some(live) = self.live.get_mut(&id) else { return };
        let wake = live.execution.wake();
        if wake != live.wake {
            if let Some(old) = live.wake {
                self.timers.remove(&(old, id));
            }
            if let Some(new) = wake {
                self.timers.insert((new, id));
            }
            live.wake = wake;
        }
        let busy = is_busy(&live.execution, &live.definition.program);
        // Coming back costs a walk through the journal: the longer it is, the longer the wait must be.
        let history = i64::try_from(live.execution.records).unwrap_or(i64::MAX);
        let long = PASSIVATE_AFTER_MS.max(history.saturating_mul(PASSIVATE_AFTER_MS_PER_RECORD));
        let waits_long = !busy && wake.is_some_and(|wake| wake.since_millis(now) >= long);
        if !live.execution.is_open() || waits_long {
            self.leaving.push_back((live.ticket, id));
        }
    }

    /// Has an open execution in memory; false when it is closed or unknown.
    fn activate(&mut self, id: ExecutionId) -> Result<bool, StoreError> {
        if let Some(live) = self.live.get(&id) {
            return Ok(live.execution.is_open());
        }
        let Some(row) = self.store.execution(id)? else { return Ok(false) };
        if !row.status.is_open() || is_express(&row) {
            return Ok(false);
        }
        self.bring_in(row).map(|()| true)
    }

    /// Reads an execution into memory.
    fn bring_in(&mut self, row: ExecutionRow) -> Result<(), StoreError> {
        let id = row.id;
        let corrupt = || StoreError::Corrupt { what: format!("the journal of {}", row.arn) };
        let execution = fold_journal(&*self.store, id)?.ok_or_else(corrupt)?;
        let definition = self.catalog.definition(&*self.store, &execution.started.definition)?;
        let arn = execution.started.execution_arn.clone();
        self.by_arn.insert(arn, id);
        // The timer of a resting execution stands under its wake.
        let wake = execution.wake().filter(|wake| self.timers.contains(&(*wake, id)));
        let map_run = row.map_run.map(Arc::from);
        let name = row.name.into();
        let live = Live {
            execution,
            definition,
            name,
            map_run,
            expires: row.expires,
            wake,
            ticket: 0,
            asked: HashMap::new(),
        };
        self.live.insert(id, live);
        Ok(())
    }

    fn forget(&mut self, id: ExecutionId) {
        if let Some(live) = self.live.get(&id)
            && let Some(wake) = live.wake
        {
            self.timers.remove(&(wake, id));
        }
        self.forget_live(id);
    }

    /// Takes an execution out of memory; its timer stays if it still runs.
    fn forget_live(&mut self, id: ExecutionId) {
        if let Some(live) = self.live.remove(&id) {
            self.by_arn.remove(&live.execution.started.execution_arn);
            // A closed execution needs no timer.
            if !live.execution.is_open()
                && let Some(wake) = live.wake
            {
                self.timers.remove(&(wake, id));
            }
        }
    }

    fn batch(&mut self, execution: Option<ExecutionId>, appends: Vec<Append>, then: Vec<Then>) -> Batch {
        self.tickets += 1;
        Batch { worker: self.worker, ticket: self.tickets, execution, appends, puts: Vec::new(), then }
    }

    fn new_id(&mut self, arn: &str, now: Timestamp) -> ExecutionId {
        self.unique = self.unique.wrapping_add(1);
        let unique = self.entropy.sequence().unwrap_or(self.unique);
        ExecutionId::new(now, ShardId::of(arn), unique)
    }
}

/// The part of a resource after its last colon: an execution's name.
pub(crate) fn last_part(resource: &str) -> &str {
    resource.rsplit(':').next().unwrap_or(resource)
}

/// `stateMachine:<machine>/<label>` and the name, from a child's ARN.
fn machine_and_name(arn: &str) -> Option<(String, String)> {
    let arn = Arn::parse(arn).ok()?;
    let (machine, name) = arn.resource_rest().rsplit_once(':')?;
    Some((arn.with_resource(&format!("stateMachine:{machine}")).to_string(), name.to_owned()))
}

/// The failure that a caller sees where the worker had to stop.
pub(crate) fn unavailable(why: impl std::fmt::Display) -> ServiceError {
    ServiceError::Unavailable(why.to_string().into())
}
