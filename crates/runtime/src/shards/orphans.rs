//! Children that nobody waits for any more.
//!
//! A parent has them stopped as soon as it is durable that they are not wanted; but
//! the process may end before a child hears of it. So each child that is found open
//! after a restart asks its parent, and is stopped unless it is waited for.

use super::{Shards, decode_batch};
use crate::batch::{Batch, Then};
use stateline_base::ExecutionId;
use stateline_journal::{AttemptId, Event};
use stateline_store::{ExecutionRow, StoreError};
use std::sync::Arc;

/// A child that asks whether it is still wanted.
#[derive(Clone, Debug)]
pub struct ChildQuestion {
    /// The parent.
    pub parent: ExecutionId,
    /// The child's number within it.
    pub attempt: AttemptId,
    /// The child's ARN.
    pub arn: Arc<str>,
}

/// Whether a row is that of a child: no machine's name has a slash, and `<machine>/<label>` has.
pub(super) fn is_child(row: &ExecutionRow) -> bool {
    row.machine.contains('/')
}

impl Shards {
    /// What an execution that was found open has to ask; only children have anything.
    pub(super) fn question(&self, row: &ExecutionRow) -> Result<Option<Then>, StoreError> {
        if !is_child(row) {
            return Ok(None);
        }
        let Some(first) = self.store.journal(row.id, 0, 1)?.into_iter().next() else { return Ok(None) };
        let records = decode_batch(row.id, &first)?;
        let Some(Event::ExecutionStarted(started)) = records.into_iter().next().map(|record| record.event)
        else {
            return Ok(None);
        };
        let arn = started.execution_arn;
        Ok(started.parent.map(|link| {
            let (parent, attempt) = (link.execution, link.attempt);
            Then::AskParent(Box::new(ChildQuestion { parent, attempt, arn }))
        }))
    }

    /// Has a child stopped that is not waited for.
    pub(super) fn answer(&mut self, question: ChildQuestion) -> Result<Option<Batch>, StoreError> {
        let ChildQuestion { parent, attempt, arn } = question;
        let open = self.activate(parent)?;
        if open && self.execution(parent).is_some_and(|x| x.child(attempt).is_some()) {
            return Ok(None);
        }
        // Behind whatever the parent has decided and is not durable yet.
        Ok(Some(self.batch(Some(parent), Vec::new(), vec![Then::StopChild(arn)])))
    }
}
