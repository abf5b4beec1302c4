//! Redriving executions, and whether that can be done.

use super::{Service, offer};
use crate::ServiceError;
use crate::body::{self, is_express};
use crate::requests::RedriveStatus;
use crate::shards::{Message, RedriveRequest, check_machine, expires_soon};
use stateline_base::Timestamp;
use stateline_engine::NotRedrivable;
use stateline_journal::Started;
use stateline_store::ExecutionRow;
use std::sync::Arc;
use tokio::sync::oneshot;

impl Service {
    /// Goes on with an execution that has ended badly; answers with the date of the redrive.
    ///
    /// # Errors
    /// [`ServiceError::ExecutionDoesNotExist`], [`ServiceError::ExecutionNotRedrivable`], or that the
    /// service cannot write.
    pub async fn redrive(
        &self,
        execution_arn: &str,
        token: Option<Arc<str>>,
    ) -> Result<Timestamp, ServiceError> {
        self.check_running()?;
        self.inner.health.check()?;
        let row = self.row(execution_arn)?;
        if is_express(&row) {
            return Err(ServiceError::ExecutionDoesNotExist(execution_arn.into()));
        }
        let (reply, answer) = oneshot::channel();
        let (execution, arn) = (row.id, execution_arn.into());
        let request = RedriveRequest { execution, arn, token, reply };
        offer(self.worker(row.id.shard()), Message::Redrive(Box::new(request)))?;
        answer.await.map_err(|_| self.gone())?
    }

    /// Whether an execution can be redriven now.
    pub(super) fn redrive_status(&self, row: &ExecutionRow, started: &Started) -> RedriveStatus {
        if is_express(row) {
            return RedriveStatus::Not(NotRedrivable::Express);
        }
        let (limits, now) = (&self.inner.limits, self.inner.clock.now());
        let facts = body::redrive_facts(row, started.kind).check(limits, now).and_then(|()| {
            if expires_soon(row.expires, row.stopped, limits, now) {
                Err(NotRedrivable::EndedTooLongAgo)
            } else {
                Ok(())
            }
        });
        let is_child = started.parent.is_some();
        let of_machine = |()| match is_child {
            true => Ok(()),
            false => check_machine(&self.inner.catalog, &started.machine_arn),
        };
        match facts.and_then(of_machine) {
            Err(why) => RedriveStatus::Not(why),
            Ok(()) if is_child => RedriveStatus::ByMapRun,
            Ok(()) => RedriveStatus::Redrivable,
        }
    }
}
