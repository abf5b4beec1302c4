//! How calls leave: on the async runtime, one task a call, so that a slow
//! service holds nobody up.

use crate::batch::Invocation;
use crate::children::ChildStart;
use crate::connector::{Attempt, Connector, Outcome};
use crate::desk::{Desk, Offer};
use crate::family::{Children, Family};
use crate::feed::{Feeds, ItemRequest};
use crate::mailbox::Mailbox;
use crate::panics::caught;
use crate::results::{ResultRequest, Writers};
use crate::shards::Message;
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{ExecutionId, Failure, Payload, ShardId, error_name};
use stateline_journal::AttemptId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// Lets calls leave and calls them back.
pub trait Dispatch: Send + Sync + 'static {
    /// Makes a call whose attempt is durable.
    fn invoke(&self, invocation: Invocation);
    /// Watches a job that a service took with this answer, until it is done.
    fn watch(&self, invocation: Invocation, submitted: Payload);
    /// Gives a job up that a service took with this answer when nobody waited for it any more.
    fn give_up(&self, call: Attempt, submitted: Payload);
    /// Puts an activity's task where workers ask for it.
    fn offer(&self, activity: &Arc<str>, offer: Offer);
    /// Nobody waits for this attempt any more.
    fn cancel(&self, execution: ExecutionId, attempt: AttemptId);
    /// Reads items of a Map Run.
    fn read_items(&self, request: ItemRequest);
    /// Has the results of a Map Run written.
    fn write_results(&self, request: ResultRequest);
    /// Nobody reads items of a Map Run any more, or waits for its results to be written.
    fn release(&self, execution: ExecutionId, map_run_arn: &Arc<str>);
    /// Starts an Express child of a Map Run, unless it runs already.
    fn start_child(&self, start: ChildStart);
    /// Stops an Express child of a Map Run; false when it does not run here.
    fn stop_child(&self, arn: &str) -> bool;
    /// How many calls are out, and how many Express children run.
    fn out(&self) -> usize;
    /// The service stops: nothing is waited for any more that holds the store or a thread of the
    /// runtime. Told again when its threads have ended: what was decided before may still leave.
    fn stop(&self);
}

/// Dispatch by a connector on the async runtime.
pub struct ConnectorDispatch {
    runtime: Handle,
    connector: Arc<dyn Connector>,
    workers: Vec<Arc<Mailbox<Message>>>,
    desk: Arc<Desk>,
    out: Arc<Mutex<Table>>,
    feeds: Feeds,
    writers: Writers,
    children: Children,
}

impl ConnectorDispatch {
    /// Calls leave on the family's async runtime; their outcomes go to the worker that owns the execution.
    #[must_use]
    pub(crate) fn new(family: Family, desk: Arc<Desk>) -> Self {
        let (runtime, connector) = (family.runtime.clone(), family.connector.clone());
        let workers = family.workers.clone();
        ConnectorDispatch {
            feeds: Feeds::new(runtime.clone(), connector.clone(), workers.clone()),
            writers: Writers::new(runtime.clone(), family.store.clone(), connector.clone(), workers.clone()),
            children: Children::new(family),
            runtime,
            connector,
            workers,
            desk,
            out: Arc::default(),
        }
    }

    /// Lets a call leave; `submitted` is the answer that a job's request has had already.
    #[allow(clippy::disallowed_methods, reason = "this is where calls leave the engine")]
    fn leave(&self, invocation: Invocation, submitted: Option<Payload>) {
        let key = (invocation.execution, invocation.attempt);
        let Some(worker) = self.workers.get(worker_of(key.0, self.workers.len())).cloned() else { return };
        let (connector, out) = (self.connector.clone(), self.out.clone());
        let mut table = lock(&self.out);
        let job = submitted.as_ref().map(|submitted| (invocation.call.clone(), submitted.clone()));
        let mine = Arc::new(());
        let token = mine.clone();
        let given_up: Arc<AtomicBool> = Arc::default();
        let (nobody, first) = (given_up.clone(), submitted.is_none() && is_job(&invocation.call.resource));
        let task = self.runtime.spawn(async move {
            let request = first.then(|| invocation.call.clone());
            let outcome = outcome_of(connector.clone(), invocation.call, submitted).await;
            if nobody.load(Ordering::Acquire) {
                // The service took a job that nobody waited for any more.
                if let (Some(request), Outcome::Succeeded(taken)) = (request, outcome) {
                    connector.give_up(request, taken);
                }
                return;
            }
            // In this order: a call that is not out any more has its outcome with the worker.
            // Should the execution have gone on meanwhile, its worker gives the job up.
            let job = request.map(Box::new);
            worker.push(Message::Outcome { execution: key.0, attempt: key.1, outcome, job });
            let mut out = lock(&out);
            // The watch of a job may stand under the same number by now.
            if out.get(&key).is_some_and(|call| Arc::ptr_eq(&call.token, &token)) {
                out.remove(&key);
            }
        });
        let given_up = first.then_some(given_up);
        table.insert(key, Call { task: task.abort_handle(), token: mine, job, given_up });
    }
}

/// A call that is out.
struct Call {
    task: AbortHandle,
    /// Tells it from another under the same number.
    token: Arc<()>,
    /// A job that is watched: the request and the answer.
    job: Option<(Attempt, Payload)>,
    /// For a request whose job the service may be about to take: set, not called back, when nobody waits.
    given_up: Option<Arc<AtomicBool>>,
}

/// Whether a task is a job, which goes on where its service has taken it.
fn is_job(resource: &TaskResource) -> bool {
    matches!(resource, TaskResource::Integration { pattern: Pattern::Sync | Pattern::Sync2, .. })
}

impl Dispatch for ConnectorDispatch {
    fn invoke(&self, invocation: Invocation) {
        self.leave(invocation, None);
    }

    fn watch(&self, invocation: Invocation, submitted: Payload) {
        self.leave(invocation, Some(submitted));
    }

    fn give_up(&self, call: Attempt, submitted: Payload) {
        self.connector.give_up(call, submitted);
    }

    fn offer(&self, activity: &Arc<str>, offer: Offer) {
        self.desk.offer(activity, offer);
    }

    fn cancel(&self, execution: ExecutionId, attempt: AttemptId) {
        let task = lock(&self.out).remove(&(execution, attempt));
        if let Some(call) = task {
            match call.given_up {
                Some(given_up) => given_up.store(true, Ordering::Release),
                None => call.task.abort(),
            }
            if let Some((attempt, submitted)) = call.job {
                self.connector.give_up(attempt, submitted);
            }
        }
    }

    fn out(&self) -> usize {
        // A job goes on by itself, and is watched again after a restart: a stop need not wait for it.
        lock(&self.out).values().filter(|call| call.job.is_none()).count() + self.children.count()
    }

    fn read_items(&self, request: ItemRequest) {
        self.feeds.read(request);
    }

    fn write_results(&self, request: ResultRequest) {
        self.writers.write(request);
    }

    fn release(&self, execution: ExecutionId, map_run_arn: &Arc<str>) {
        self.feeds.release(execution, map_run_arn);
        self.writers.release(execution, map_run_arn);
    }

    fn start_child(&self, start: ChildStart) {
        self.children.start(start);
    }

    fn stop_child(&self, arn: &str) -> bool {
        self.children.stop_child(arn)
    }

    fn stop(&self) {
        self.feeds.stop();
        self.writers.stop();
        self.children.stop();
    }
}

type Table = HashMap<(ExecutionId, AttemptId), Call>;

fn lock(table: &Mutex<Table>) -> std::sync::MutexGuard<'_, Table> {
    table.lock().expect("no holder of the table panics")
}

/// Waits for a call. A connector that panics must not strand the execution that waits for it.
async fn outcome_of(connector: Arc<dyn Connector>, attempt: Attempt, submitted: Option<Payload>) -> Outcome {
    let call = async {
        match submitted {
            None => connector.call(attempt).await,
            Some(submitted) => connector.watch(attempt, submitted).await,
        }
    };
    caught(call).await.unwrap_or_else(|text| {
        tracing::error!(text, "a connector has panicked");
        Outcome::Failed(Failure::new(error_name::TASK_FAILED, format!("the connector failed: {text}")))
    })
}

/// The worker that owns the execution with an ARN, of so many.
#[must_use]
pub fn worker_of_arn(arn: &str, workers: usize) -> usize {
    usize::from(ShardId::of(arn).number()) % workers.max(1)
}

/// The worker that owns an execution, of so many.
#[must_use]
pub fn worker_of(execution: ExecutionId, workers: usize) -> usize {
    usize::from(execution.shard().number()) % workers.max(1)
}
