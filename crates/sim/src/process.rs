//! One process of the service, from its start to the moment the machine goes
//! down: the workers, the committer and recovery as they serve, without threads.

use crate::check::{Violation, rule};
use crate::dice::Dice;
use crate::ports::{SimClock, SimDispatch, SimEntropy};
use crate::store::SimStore;
use stateline_base::{Arn, ExecutionId, Failure, Limits, Payload, ShardId, Timestamp};
use stateline_engine::RECORDS_PER_DECISION_MAX;
use stateline_runtime::parts::{Committer, Health, Mailbox, Refused, Worker, hand_out_open, worker_of};
use stateline_runtime::{
    ActivityTask, Batch, Catalog, Desk, Entropy, MapRunChange, MapRunUpdate, Message, Offer, RedriveRequest,
    ServiceError, Shards, StartRequest, Started, TaskToken, Then, TokenWord,
};
use stateline_store::Store;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::sync::oneshot;

/// More than a simulation ever has waiting.
const PLENTY: usize = 1 << 20;
/// New requests that may wait for a worker: few, so that some are refused.
const MAILBOX_MAX: usize = 12;

/// Where an answer comes.
pub(crate) type Answer<T> = oneshot::Receiver<Result<T, ServiceError>>;

/// A running service.
pub(crate) struct Process {
    /// Counted from 1.
    pub(crate) number: u32,
    pub(crate) store: Arc<SimStore>,
    pub(crate) dispatch: Arc<SimDispatch>,
    pub(crate) health: Arc<Health>,
    /// Where workers ask for tasks.
    pub(crate) desk: Arc<Desk>,
    /// Batches that wait to be committed, in the order in which they were handed over.
    pub(crate) queue: VecDeque<Batch>,
    /// Whether it is shutting down.
    pub(crate) draining: bool,
    /// Executions that were open at the start and have not come to their workers yet.
    pub(crate) recovering: usize,
    workers: Vec<Worker>,
    mailboxes: Vec<Arc<Mailbox<Message>>>,
    catalog: Arc<Catalog>,
    inbox: Arc<Mailbox<Batch>>,
    committer: Committer,
    entropy: Arc<SimEntropy>,
}

/// What a process is started with.
pub(crate) struct Surroundings<'a> {
    pub(crate) number: u32,
    pub(crate) store: SimStore,
    pub(crate) limits: &'a Limits,
    pub(crate) clock: Arc<SimClock>,
}

impl Process {
    /// Starts the service as it serves: takes the store over, loads the machines, and hands
    /// every open execution to its worker.
    pub(crate) fn start(around: Surroundings<'_>, dice: &mut Dice) -> Result<Self, Violation> {
        let store = Arc::new(around.store);
        let epoch = store.acquire("simulation")?;
        let catalog = Arc::new(Catalog::load(&*store)?);
        let entropy = Arc::new(SimEntropy::new(dice.fork()));
        let count = 1 + dice.below(3);
        let mailboxes: Vec<_> = (0..count).map(|_| Arc::new(Mailbox::new(MAILBOX_MAX))).collect();
        let inbox = Arc::new(Mailbox::new(PLENTY));
        let health = Arc::new(Health::default());
        let durable: Vec<Arc<AtomicU64>> = (0..count).map(|_| Arc::default()).collect();
        let dispatch = Arc::new(SimDispatch::new(store.clone()));
        let limits = Arc::new(around.limits.clone());
        // Small bounds cut decisions short all the time.
        let records_max = if dice.once_in(2) { RECORDS_PER_DECISION_MAX } else { 1 + dice.below(12) };
        let mut workers = Vec::new();
        for (index, mailbox) in mailboxes.iter().enumerate() {
            let shards = Shards::new(index, store.clone(), catalog.clone(), limits.clone(), entropy.clone());
            workers.push(Worker {
                shards: shards.with_records_max(records_max),
                mailbox: mailbox.clone(),
                committer: inbox.clone(),
                durable: Arc::clone(durable.get(index).expect("each worker has its mark")),
                clock: around.clock.clone(),
                health: health.clone(),
            });
        }
        let committer = Committer {
            store: store.clone(),
            epoch,
            inbox: inbox.clone(),
            workers: mailboxes.clone(),
            durable,
            dispatch: dispatch.clone(),
            health: health.clone(),
            watchers: Arc::default(),
            meter: Arc::default(),
            // False time goes on by itself.
            pause: || {},
            gone: RefCell::default(),
        };
        let mut sleepers = 0;
        let found = hand_out_open(&*store, &mailboxes, |row| {
            let owner = workers.get_mut(worker_of(row.id, count));
            let sleeps = owner.is_some_and(|worker| worker.shards.sleeps(row));
            sleepers += usize::from(sleeps);
            Ok(sleeps)
        })?;
        let recovering = found - sleepers;
        Ok(Process {
            number: around.number,
            store,
            dispatch,
            health,
            desk: Arc::default(),
            queue: VecDeque::new(),
            draining: false,
            recovering,
            workers,
            mailboxes,
            catalog,
            inbox,
            committer,
            entropy,
        })
    }

    /// Workers that have something to do now.
    pub(crate) fn ready_workers(&self, now: Timestamp) -> Vec<usize> {
        let is_ready = |worker: &Worker| {
            let due = worker.shards.next_due().is_some_and(|due| due <= now);
            !worker.mailbox.is_empty() || (due && !self.draining)
        };
        let ready = self.workers.iter().enumerate().filter(|(_, worker)| is_ready(worker));
        ready.map(|(index, _)| index).collect()
    }

    /// When the next timer is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.workers.iter().filter_map(|worker| worker.shards.next_due()).min()
    }

    /// Takes up to `max` messages out of a worker's mailbox.
    pub(crate) fn take_messages(&self, worker: usize, max: usize) -> Vec<Message> {
        let mut messages = Vec::new();
        if let Some(mailbox) = self.mailboxes.get(worker) {
            mailbox.take(&mut messages, max, Some(Duration::ZERO));
        }
        messages
    }

    /// Puts a message into the mailbox of the worker that owns an execution.
    pub(crate) fn push(&self, execution: ExecutionId, message: Message) {
        if let Some(mailbox) = self.mailboxes.get(worker_of(execution, self.mailboxes.len())) {
            mailbox.push(message);
        }
    }

    /// One turn of a worker; its batches are left in [`Process::queue`], which this gives the number of.
    pub(crate) fn turn(&mut self, worker: usize, messages: &mut Vec<Message>) -> usize {
        if let Some(worker) = self.workers.get_mut(worker) {
            // A fault shows in the health.
            worker.turn(messages);
        }
        let mut batches = Vec::new();
        self.inbox.take(&mut batches, PLENTY, Some(Duration::ZERO));
        let count = batches.len();
        self.queue.extend(batches);
        count
    }

    /// The memory of the worker that owns an execution.
    pub(crate) fn memory(&self, execution: ExecutionId) -> Option<&stateline_engine::Execution> {
        let worker = self.workers.get(worker_of(execution, self.workers.len()))?;
        worker.shards.execution(execution)
    }

    /// Has the committer write the first batches that wait, as one group.
    pub(crate) fn write(&mut self, batches: usize) {
        let group: Vec<Batch> = self.queue.drain(..batches.min(self.queue.len())).collect();
        self.committer.write(group);
    }

    /// Whether messages wait for a worker.
    pub(crate) fn has_messages(&self) -> bool {
        self.mailboxes.iter().any(|mailbox| !mailbox.is_empty())
    }

    /// No worker begins anything new from here on.
    pub(crate) fn drain(&mut self) {
        self.draining = true;
        for mailbox in &self.mailboxes {
            mailbox.push(Message::Drain);
        }
    }

    /// No message is taken any more; those that wait are dealt with.
    pub(crate) fn close(&self) {
        for mailbox in &self.mailboxes {
            mailbox.close();
        }
    }

    /// Asks for a start as the service does: from the machine's entry to the mailbox of its shard.
    pub(crate) fn ask_start(
        &self,
        machine_arn: &Arc<str>,
        name: Option<&Arc<str>>,
        input: &Payload,
    ) -> Result<(Arc<str>, Answer<Started>), ServiceError> {
        self.health.check()?;
        let entry = self.catalog.machine(machine_arn)?;
        let named = name
            .cloned()
            .unwrap_or_else(|| stateline_base::uuid_text(self.entropy.draw(), self.entropy.draw()).into());
        let machine =
            Arn::parse(machine_arn).map_err(|error| ServiceError::Unavailable(error.to_string().into()))?;
        let resource = format!("execution:{}:{named}", entry.machine.name);
        let arn: Arc<str> = machine.with_resource(&resource).to_string().into();
        let request = StartRequest {
            machine_arn: machine_arn.clone(),
            name: name.cloned(),
            input: input.clone(),
            trace_header: None,
        };
        let (reply, answer) = oneshot::channel();
        let id = ExecutionId::new(Timestamp::default(), ShardId::of(&arn), 0);
        let message =
            Message::Start { entry: Box::new(entry), request: Box::new(request), arn: arn.clone(), reply };
        self.offer(id, message)?;
        Ok((arn, answer))
    }

    /// Asks for an execution to be stopped.
    pub(crate) fn ask_stop(
        &self,
        execution: ExecutionId,
        failure: Failure,
    ) -> Result<Answer<Timestamp>, ServiceError> {
        let (reply, answer) = oneshot::channel();
        self.offer(execution, Message::Stop { execution, failure, reply })?;
        Ok(answer)
    }

    /// Asks for an execution to be redriven, under a token of the client's own.
    pub(crate) fn ask_redrive(
        &self,
        execution: ExecutionId,
        token: Arc<str>,
    ) -> Result<Answer<Timestamp>, ServiceError> {
        self.health.check()?;
        let (reply, answer) = oneshot::channel();
        let request = RedriveRequest { execution, arn: "".into(), token: Some(token), reply };
        self.offer(execution, Message::Redrive(Box::new(request)))?;
        Ok(answer)
    }

    /// Asks for the limits of a Map Run to be changed.
    pub(crate) fn ask_update(
        &self,
        execution: ExecutionId,
        map_run_arn: Arc<str>,
        change: MapRunChange,
    ) -> Result<Answer<Timestamp>, ServiceError> {
        let (reply, answer) = oneshot::channel();
        let update = MapRunUpdate { execution, map_run_arn, change, reply };
        self.offer(execution, Message::UpdateMapRun(Box::new(update)))?;
        Ok(answer)
    }

    /// Asks for a task that was taken from the desk.
    pub(crate) fn ask_task(
        &self,
        offer: Offer,
    ) -> Result<oneshot::Receiver<Option<ActivityTask>>, ServiceError> {
        let (reply, answer) = oneshot::channel();
        self.offer(offer.0, Message::Take { offer, worker: Some("worker".into()), reply })?;
        Ok(answer)
    }

    /// Says something with a task token, as the service does it.
    pub(crate) fn ask_token(&self, token: &str, word: TokenWord) -> Result<Answer<()>, ServiceError> {
        let token = self.open_token(token).ok_or(ServiceError::InvalidTaskToken)?;
        let (reply, answer) = oneshot::channel();
        self.offer(token.execution, Message::Token { token, word, reply })?;
        Ok(answer)
    }

    /// The attempt that a token leads to.
    pub(crate) fn open_token(&self, token: &str) -> Option<TaskToken> {
        self.catalog.token_key().open(token)
    }

    fn offer(&self, execution: ExecutionId, message: Message) -> Result<(), ServiceError> {
        let worker = worker_of(execution, self.mailboxes.len());
        let mailbox = self.mailboxes.get(worker).expect("a service has at least one worker");
        mailbox.offer(message).map_err(|refused| match refused {
            Refused::Full(_) => ServiceError::Throttled,
            Refused::Closed(_) => ServiceError::Unavailable("closed".into()),
        })
    }

    /// What a worker hands over while the service shuts down leads to an end: no batch does
    /// nothing but ask for another turn.
    pub(crate) fn check_drain(&self, batch: &Batch) -> Result<(), Violation> {
        let idles = batch.appends.is_empty()
            && !batch.then.is_empty()
            && batch.then.iter().all(|then| matches!(then, Then::Continue(_)));
        rule!(!(self.draining && idles), "a worker that shuts down asks for turn after turn");
        Ok(())
    }
}

/// The name of a message, for traces and coverage.
pub(crate) fn message_name(message: &Message) -> &'static str {
    match message {
        Message::Start { .. } => "Start",
        Message::Stop { .. } => "Stop",
        Message::Outcome { outcome: stateline_runtime::Outcome::Succeeded(_), .. } => "TaskSucceeded",
        Message::Outcome { .. } => "TaskFailed",
        Message::Take { .. } => "Take",
        Message::Token { .. } => "Token",
        Message::Continue(_) => "Continue",
        Message::Recover(_) => "Recover",
        Message::StartChild(_) => "StartChild",
        Message::StopChild(_) => "StopChild",
        Message::ChildEnded(_) => "ChildEnded",
        Message::ChildrenEnded(_) => "ChildrenEnded",
        Message::ItemsRead { page: Ok(_), .. } => "ItemsRead",
        Message::ItemsRead { .. } => "ReadFailed",
        Message::ResultsWritten { outcome: stateline_runtime::Outcome::Succeeded(_), .. } => "ResultsWritten",
        Message::ResultsWritten { .. } => "WriteFailed",
        Message::ChildAsks(_) => "ChildAsks",
        Message::Redrive(_) => "Redrive",
        Message::UpdateMapRun(_) => "UpdateMapRun",
        Message::Forget(_) => "Forget",
        Message::Drain => "Drain",
        Message::Barrier(_) => "Barrier",
    }
}
