//! The parts of a service, driven one step at a time: what callers are told when
//! there is no room, when an execution has just ended, and when the service stops.

use stateline_base::{ExecutionId, Failure, Limits, Payload, Timestamp};
use stateline_engine::{MapRunStatus, MapRunSummary};
use stateline_journal::{AttemptId, MachineKind};
use stateline_runtime::parts::{Committer, Dispatch, Health, Mailbox, Worker, puts, read_map_run};
use stateline_runtime::{
    Attempt, Batch, Catalog, ChildStart, Clock, Entropy, Invocation, ItemRequest, Lineage, Machine,
    MachineStatus, Message, Offer, Outcome, RedriveRequest, ResultRequest, ServiceError, Shards,
    StartRequest, Started, TaskToken, TokenWord,
};
use stateline_store::{Fault, Group, MemStore, Status, Store, Table};
use std::cell::RefCell;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;

const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
const EXECUTION: &str = "arn:aws:states:us-east-1:000000000000:execution:m:e";
const WAIT: &str = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}"#;
const LETTER: &str = r#"{"StartAt": "L", "States": {"L": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "f", "Payload.$": "$$.Task.Token"}}}}"#;
const PASS: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;

/// Lets nothing leave, and remembers calls and the answers to jobs that are given up.
#[derive(Default)]
struct Nobody {
    invoked: Mutex<Vec<Invocation>>,
    given_up: Mutex<Vec<Payload>>,
}

impl Dispatch for Nobody {
    fn invoke(&self, invocation: Invocation) {
        self.invoked.lock().expect("no test panics with the lock").push(invocation);
    }
    fn give_up(&self, _: Attempt, submitted: Payload) {
        self.given_up.lock().expect("no test panics with the lock").push(submitted);
    }
    fn watch(&self, _: Invocation, _: Payload) {}
    fn offer(&self, _: &Arc<str>, _: Offer) {}
    fn cancel(&self, _: ExecutionId, _: AttemptId) {}
    fn read_items(&self, _: ItemRequest) {}
    fn write_results(&self, _: ResultRequest) {}
    fn release(&self, _: ExecutionId, _: &Arc<str>) {}
    fn start_child(&self, _: ChildStart) {}
    fn stop_child(&self, _: &str) -> bool {
        false
    }
    fn out(&self) -> usize {
        0
    }
    fn stop(&self) {}
}

#[derive(Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + self.0.load(Ordering::Relaxed))
    }
}

struct Count(AtomicU64);

impl Entropy for Count {
    fn draw(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// One worker and the committer, without their threads.
struct Parts {
    worker: Worker,
    committer: Committer,
    catalog: Arc<Catalog>,
    clock: Arc<Hand>,
    store: MemStore,
    left: Arc<Nobody>,
    /// What becomes of the commits to come; all succeed when it is empty.
    faults: Arc<Mutex<Vec<Fault>>>,
}

type Answer<T> = oneshot::Receiver<Result<T, ServiceError>>;

impl Parts {
    fn new(definition: &str) -> Self {
        let faults: Arc<Mutex<Vec<Fault>>> = Arc::default();
        let plan = faults.clone();
        let store = MemStore::with_faults(move |_: u64| {
            plan.lock().expect("no test panics with the lock").pop().unwrap_or(Fault::None)
        });
        let catalog = Catalog::default();
        let kind = MachineKind::Standard;
        let compiled = catalog.definition_of_text(definition, kind).expect("the definition is valid");
        let epoch = store.acquire("test").expect("a store in memory is taken over");
        let group = Group { epoch, appends: Vec::new(), puts: puts(&machine(definition), &compiled) };
        store.commit(&group).expect("a store in memory writes");
        let shared: Arc<dyn Store> = Arc::new(store.clone());
        let catalog = Arc::new(Catalog::load(&*shared).expect("the machine is readable"));
        let (mailbox, inbox) = (Arc::new(Mailbox::new(100)), Arc::new(Mailbox::new(100)));
        let (health, durable, clock) =
            (Arc::new(Health::default()), Arc::default(), Arc::new(Hand::default()));
        let entropy = Arc::new(Count(AtomicU64::new(1)));
        let worker = Worker {
            shards: Shards::new(0, shared.clone(), catalog.clone(), Arc::new(Limits::default()), entropy),
            mailbox: mailbox.clone(),
            committer: inbox.clone(),
            durable: Arc::clone(&durable),
            clock: clock.clone(),
            health: health.clone(),
        };
        let left: Arc<Nobody> = Arc::default();
        let committer = Committer {
            store: shared,
            epoch,
            inbox,
            workers: vec![mailbox],
            durable: vec![durable],
            dispatch: left.clone(),
            health,
            watchers: Arc::default(),
            meter: Arc::default(),
            pause: || {},
            gone: RefCell::default(),
        };
        Parts { worker, committer, catalog, clock, store, left, faults }
    }

    fn start(&mut self) -> Answer<Started> {
        let (reply, answer) = oneshot::channel();
        let request = StartRequest {
            machine_arn: MACHINE.into(),
            name: Some("e".into()),
            input: Payload::empty_object(),
            trace_header: None,
        };
        let entry = Box::new(self.catalog.machine(MACHINE).expect("the machine is there"));
        self.tell(Message::Start { entry, request: Box::new(request), arn: EXECUTION.into(), reply });
        answer
    }

    /// The worker takes a message.
    fn tell(&mut self, message: Message) {
        assert!(self.worker.turn(&mut vec![message]));
    }

    /// The worker takes its mailbox.
    fn turn(&mut self) {
        let mut messages = Vec::new();
        self.worker.mailbox.take(&mut messages, 100, Some(Duration::ZERO));
        assert!(self.worker.turn(&mut messages));
    }

    fn batches(&self) -> Vec<Batch> {
        let mut batches = Vec::new();
        self.committer.inbox.take(&mut batches, 100, Some(Duration::ZERO));
        batches
    }

    /// The committer writes what there is; of which execution the first batch speaks.
    fn batches_written(&self) -> ExecutionId {
        let batches = self.batches();
        let id = batches.first().and_then(|batch| batch.execution).expect("a batch of an execution");
        self.write(batches);
        id
    }

    /// The committer writes so many batches as a group.
    fn write(&self, group: Vec<Batch>) {
        self.committer.write(group);
        assert_eq!(self.committer.health.fault(), None);
    }
}

fn machine(definition: &str) -> Machine {
    Machine {
        arn: MACHINE.into(),
        name: "m".into(),
        definition: definition.into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        kind: MachineKind::Standard,
        created: Timestamp::from_millis(1),
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: Vec::new(),
        lineage: Lineage::default(),
    }
}

/// A job that takes a second at most, and what its service answers.
const JOB: &str = r#"{"StartAt": "J", "States": {"J": {"Type": "Task", "End": true, "TimeoutSeconds": 1,
    "Resource": "arn:aws:states:::batch:submitJob.sync",
    "Parameters": {"JobName": "n", "JobQueue": "q", "JobDefinition": "d"}}}}"#;
const TAKEN: &str = r#"{"JobId":"j"}"#;

/// Begins a job, has this happen, and tells its worker that the service has taken it: which jobs
/// are given up.
fn given_up(meanwhile: impl FnOnce(&mut Parts, ExecutionId)) -> Vec<String> {
    let mut parts = Parts::new(JOB);
    let _started = parts.start();
    let execution = parts.batches_written();
    let Invocation { attempt, call, .. } =
        parts.left.invoked.lock().expect("no test panics with the lock").pop().expect("it is submitted");
    meanwhile(&mut parts, execution);
    let outcome = Outcome::Succeeded(Payload::parse(TAKEN).expect("JSON"));
    parts.tell(Message::Outcome { execution, attempt, outcome, job: Some(Box::new(call)) });
    parts.write(parts.batches());
    let given_up = parts.left.given_up.lock().expect("no test panics with the lock");
    given_up.iter().map(|answer| answer.text().to_owned()).collect()
}

#[test]
fn a_job_that_was_taken_in_the_moment_of_a_stop_is_given_up() {
    let stop = |parts: &mut Parts, execution| {
        let (reply, _answer) = oneshot::channel();
        parts.tell(Message::Stop { execution, failure: Failure::default(), reply });
    };
    assert!(given_up(|_, _| {}).is_empty(), "one that is waited for goes on");
    assert_eq!(given_up(stop), [TAKEN]);
    // The same when the execution has left memory already.
    let stop_and_forget = |parts: &mut Parts, execution| {
        stop(parts, execution);
        parts.write(parts.batches());
        parts.turn();
        assert_eq!(parts.worker.shards.live(), 0);
    };
    assert_eq!(given_up(stop_and_forget), [TAKEN]);
    // And when the answer comes after the task's time.
    let late = |parts: &mut Parts, _| {
        parts.clock.0.store(2_000, Ordering::Relaxed);
        parts.turn();
    };
    assert_eq!(given_up(late), [TAKEN]);
}

#[test]
fn what_follows_a_start_without_room_is_turned_away_with_it() {
    for together in [true, false] {
        let mut parts = Parts::new(WAIT);
        parts.faults.lock().expect("no test panics with the lock").push(Fault::Full);
        let (mut first, mut second) = (parts.start(), parts.start());
        let mut batches = parts.batches();
        let later = if together { Vec::new() } else { batches.split_off(1) };
        parts.write(batches);
        // Before the worker hears that there is no such execution, it goes on with it.
        parts.clock.0.store(2_000, Ordering::Relaxed);
        let mut third = parts.start();
        parts.write(later);
        parts.write(parts.batches());
        for answer in [&mut first, &mut second, &mut third] {
            let answer = answer.try_recv().expect("everybody is told");
            assert!(matches!(answer, Err(ServiceError::StoreFull(_))), "{answer:?}");
        }
        assert_eq!(parts.store.find_by_name(MACHINE, "e").expect("readable"), None);
        parts.turn();
        parts.write(parts.batches());
        assert!(parts.committer.gone.borrow().is_empty());
        // Now the name is free.
        let mut again = parts.start();
        parts.write(parts.batches());
        assert!(again.try_recv().expect("answered").is_ok());
    }
}

#[test]
fn a_stop_finds_an_execution_that_ended_a_moment_ago() {
    let mut parts = Parts::new(PASS);
    let _started = parts.start();
    let id = parts.batches().first().and_then(|batch| batch.execution);
    let id = id.expect("a start speaks of its execution");
    let (reply, mut answer) = oneshot::channel();
    parts.tell(Message::Stop { execution: id, failure: Failure::default(), reply });
    parts.write(parts.batches());
    assert_eq!(answer.try_recv().expect("answered"), Ok(parts.clock.now()));
}

/// Whoever is told that a task is over does not come again: what ended it must not be lost then.
#[test]
fn who_is_refused_with_a_token_is_told_when_what_ended_the_task_is_durable() {
    let mut parts = Parts::new(LETTER);
    let _started = parts.start();
    let batches = parts.batches();
    let execution = batches.first().and_then(|batch| batch.execution).expect("a start speaks of it");
    parts.write(batches);
    let mut say = || {
        let (reply, answer) = oneshot::channel();
        let word = TokenWord::Succeeded(Payload::empty_object());
        parts.tell(Message::Token { token: TaskToken { execution, attempt: 1 }, word, reply });
        answer
    };
    let (mut first, mut second) = (say(), say());
    assert!(first.try_recv().is_err() && second.try_recv().is_err(), "nothing is durable yet");
    parts.write(parts.batches());
    assert_eq!(first.try_recv().expect("answered"), Ok(()));
    assert_eq!(second.try_recv().expect("answered"), Err(ServiceError::TaskTimedOut));
}

/// A distributed Map over three items, whose children have this one state.
fn spread(state: &str) -> String {
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "Label": "M", "End": true, "Items": [1, 2, 3],
        "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "StartAt": "C", "States": {{"C": {state}}}}}}}}}, "QueryLanguage": "JSONata"}}"#
    )
}

/// The only Map Run, as look-ups find it.
fn map_run(parts: &Parts) -> MapRunSummary {
    let stored = parts.store.scan(Table::MapRuns, None, 2).expect("readable");
    let [(_, bytes)] = stored.as_slice() else { panic!("there are {}", stored.len()) };
    read_map_run(bytes).expect("written by this release").summary
}

#[test]
fn ends_that_come_after_the_map_run_are_counted() {
    for one_by_one in [false, true] {
        let mut parts = Parts::new(&spread(r#"{"Type": "Fail", "Error": "E"}"#));
        let mut started = parts.start();
        parts.write(parts.batches());
        let arn = started.try_recv().expect("answered").expect("accepted").arn;
        // The children, which fail at once, and then what the parent hears of it.
        parts.turn();
        parts.write(parts.batches());
        if one_by_one {
            let mut messages = Vec::new();
            parts.worker.mailbox.take(&mut messages, 100, Some(Duration::ZERO));
            for message in messages {
                parts.tell(message);
                parts.write(parts.batches());
            }
        } else {
            parts.turn();
            parts.write(parts.batches());
        }
        let run = map_run(&parts);
        assert_eq!(run.status, MapRunStatus::Failed);
        assert_eq!((run.children.failed, run.children.aborted, run.children.total), (3, 0, 3));
        assert_eq!((run.items.failed, run.items.aborted, run.items.total), (3, 0, 3));
        // The children that are to be stopped have ended, and nothing more comes of it.
        parts.turn();
        assert!(parts.batches().iter().all(|batch| batch.appends.is_empty()));
        let id = parts.store.find_by_name(MACHINE, "e").expect("readable").expect("stored");
        let row = parts.store.execution(id).expect("readable").expect("stored");
        assert_eq!((&*row.arn, row.status), (&*arn, Status::Failed));
    }
}

#[test]
fn a_child_that_began_late_and_was_stopped_follows_the_redrive() {
    let mut parts = Parts::new(&spread(r#"{"Type": "Wait", "Seconds": 9, "End": true}"#));
    let _started = parts.start();
    let id = parts.batches_written();
    // The children's worker is slow: by its turn the parent was stopped and redriven.
    let (reply, _stopped) = oneshot::channel();
    let mut waiting = Vec::new();
    parts.worker.mailbox.take(&mut waiting, 100, Some(Duration::ZERO));
    parts.tell(Message::Stop { execution: id, failure: Failure::default(), reply });
    parts.batches_written();
    parts.worker.mailbox.take(&mut waiting, 100, Some(Duration::ZERO));
    let (reply, mut redriven) = oneshot::channel();
    let request = RedriveRequest { execution: id, arn: EXECUTION.into(), token: None, reply };
    parts.tell(Message::Redrive(Box::new(request)));
    parts.batches_written();
    assert!(redriven.try_recv().expect("answered").is_ok());
    parts.worker.mailbox.take(&mut waiting, 100, Some(Duration::ZERO));
    parts.clock.0.store(5_000, Ordering::Relaxed);
    assert!(parts.worker.turn(&mut waiting));
    for second in 5..30 {
        parts.clock.0.store(second * 1_000, Ordering::Relaxed);
        parts.write(parts.batches());
        parts.turn();
    }
    let run = map_run(&parts);
    assert_eq!(run.status, MapRunStatus::Succeeded);
    assert_eq!((run.children.succeeded, run.children.aborted), (3, 0), "no child is left behind");
    let row = parts.store.execution(id).expect("readable").expect("stored");
    assert_eq!(row.status, Status::Succeeded);
}

#[test]
fn a_worker_that_stops_asks_for_no_further_turn() {
    let mut parts = Parts::new(PASS);
    parts.tell(Message::Drain);
    let mut answer = parts.start();
    parts.write(parts.batches());
    assert!(answer.try_recv().expect("answered").is_ok());
    assert!(parts.worker.mailbox.is_empty());
    let row = parts.store.find_by_name(MACHINE, "e").expect("readable").expect("stored");
    let row = parts.store.execution(row).expect("readable").expect("stored");
    assert!(row.busy, "the next start goes on with it");
}
