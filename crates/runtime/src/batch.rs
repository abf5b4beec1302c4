//! What a worker hands to the committer: what to write, and what to do after.

use crate::children::{ChildReport, ChildStart};
use crate::connector::Attempt;
use crate::desk::Offer;
use crate::family::Reports;
use crate::feed::ItemRequest;
use crate::results::ResultRequest;
use crate::shards::{ChildQuestion, Delivery};
use crate::{ServiceError, Started};
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_journal::AttemptId;
use stateline_store::{Append, Put};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Writes that belong together and what may happen once they are durable.
#[derive(Debug, Default)]
pub struct Batch {
    /// The worker it comes from.
    pub worker: usize,
    /// The worker's count of batches, from 1; it learns from it how far it is durable.
    pub ticket: u64,
    /// The execution it speaks of, also where it only answers and writes nothing.
    pub execution: Option<ExecutionId>,
    /// Journals.
    pub appends: Vec<Append>,
    /// Documents.
    pub puts: Vec<Put>,
    /// In this order, after the commit.
    pub then: Vec<Then>,
}

/// What may only happen after a commit.
#[derive(Debug)]
pub enum Then {
    /// Tell a caller that its execution is accepted.
    Started(oneshot::Sender<Result<Started, ServiceError>>, Result<Started, ServiceError>),
    /// Tell a caller that its execution is stopped.
    Stopped(oneshot::Sender<Result<Timestamp, ServiceError>>, Result<Timestamp, ServiceError>),
    /// Tell a caller when what it asked for happened, or why it did not.
    Answered(oneshot::Sender<Result<Timestamp, ServiceError>>, Result<Timestamp, ServiceError>),
    /// Tell a caller that its document is written.
    Written(oneshot::Sender<Result<(), ServiceError>>),
    /// Tell a caller whether what it said with a task token was taken.
    Told(oneshot::Sender<Result<(), ServiceError>>, Result<(), ServiceError>),
    /// Let a call leave.
    Invoke(Box<Invocation>),
    /// Put an activity's task where workers ask for it.
    Offer(Arc<str>, Offer),
    /// Give a worker the task that it has taken.
    Deliver(Box<Delivery>),
    /// Watch a job that a service took with this answer.
    Watch(Box<Invocation>, Payload),
    /// Give a job up that a service took with this answer and that nobody waits for.
    GiveUp(Box<Attempt>, Payload),
    /// Call a call back.
    Cancel(ExecutionId, AttemptId),
    /// Have the worker go on with an execution.
    Continue(ExecutionId),
    /// Have a child execution started.
    StartChild(Box<ChildStart>),
    /// Have a child execution stopped, by its ARN.
    StopChild(Arc<str>),
    /// Read items of a Map Run.
    ReadItems(Box<ItemRequest>),
    /// Have the results of a Map Run written.
    WriteResults(Box<ResultRequest>),
    /// Nobody reads items of a Map Run any more, or waits for its results to be written.
    Release(ExecutionId, Arc<str>),
    /// Have the worker take note of more children that have ended.
    TakeReports(Arc<Reports>),
    /// Tell a Map Run's execution how a child of it ended.
    TellParent(Box<ChildReport>),
    /// Ask a Map Run's execution whether a child of it is still wanted.
    AskParent(Box<ChildQuestion>),
    /// The worker has forgotten an execution that was turned away: it speaks of it no more.
    Forgotten(ExecutionId),
}

/// A call with its way back.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The execution.
    pub execution: ExecutionId,
    /// The attempt's number.
    pub attempt: AttemptId,
    /// What the connector gets.
    pub call: Attempt,
}

impl Then {
    /// Tells a waiting caller that what it asked for did not happen.
    pub fn refuse(self, error: &ServiceError) {
        // A caller that has gone away needs no answer.
        match self {
            Then::Started(reply, _) => drop(reply.send(Err(error.clone()))),
            Then::Stopped(reply, _) | Then::Answered(reply, _) => drop(reply.send(Err(error.clone()))),
            Then::Written(reply) | Then::Told(reply, _) => drop(reply.send(Err(error.clone()))),
            Then::Deliver(delivery) => drop(delivery.reply.send(None)),
            Then::Invoke(_)
            | Then::Offer(..)
            | Then::Watch(..)
            | Then::GiveUp(..)
            | Then::Cancel(..)
            | Then::Continue(_)
            | Then::StartChild(_)
            | Then::StopChild(_)
            | Then::ReadItems(_)
            | Then::WriteResults(_)
            | Then::Release(..)
            | Then::TakeReports(_)
            | Then::TellParent(_)
            | Then::AskParent(_)
            | Then::Forgotten(_) => {}
        }
    }
}
