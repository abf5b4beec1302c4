//! State machines: create, look up, list, delete.

use super::Service;
use crate::body::is_express;
use crate::catalog::{Entry, puts, removal};
use crate::requests::{CreateMachine, Created, Page};
use crate::shards::unavailable;
use crate::{Machine, MachineStatus, ServiceError};
use stateline_base::Failure;
use stateline_store::{ExecutionRow, ListQuery, Status};
use std::sync::Arc;
use std::time::Duration;

/// Executions stopped at a time when a machine is deleted.
const STOP_PAGE: usize = 100;

impl Service {
    /// Creates a machine, unless one with this ARN exists.
    ///
    /// # Errors
    /// [`ServiceError::MachineDeleting`], or that the service cannot write.
    pub async fn create_machine(&self, machine: CreateMachine) -> Result<Created, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        if let Ok(entry) = self.inner.catalog.machine(&machine.arn) {
            return match entry.machine.status {
                MachineStatus::Active => Ok(Created::Exists(entry.machine)),
                MachineStatus::Deleting => Err(ServiceError::MachineDeleting(machine.arn)),
            };
        }
        self.inner.health.check()?;
        let definition =
            self.inner.catalog.definition_of_text(&machine.definition, machine.kind).map_err(unavailable)?;
        self.write(puts(&machine, &definition)).await?;
        let machine = Arc::new(machine);
        self.inner.catalog.insert(Entry { machine: machine.clone(), definition });
        Ok(Created::New(machine))
    }

    /// A machine by ARN.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`].
    pub async fn machine(&self, arn: &str) -> Result<Arc<Machine>, ServiceError> {
        self.inner.catalog.machine(arn).map(|entry| entry.machine)
    }

    /// Machines in order of their ARNs, of one account and region (a prefix of the ARN).
    ///
    /// # Errors
    /// None today; a store that pages from disk may fail.
    pub async fn machines(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Arc<Machine>>, ServiceError> {
        let mut items = self.inner.catalog.machines(prefix, after, limit + 1);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|machine| machine.arn.to_string()) } else { None };
        Ok(Page { items, next })
    }

    /// Deletes a machine and stops its open executions; deleting a missing one succeeds.
    ///
    /// # Errors
    /// That the service cannot write; the deletion goes on at the next start.
    pub async fn delete_machine(&self, arn: &str) -> Result<(), ServiceError> {
        self.check_running()?;
        let entry = {
            let _one_at_a_time = self.inner.machines.lock().await;
            let Ok(entry) = self.inner.catalog.machine(arn) else { return Ok(()) };
            let going = Machine { status: MachineStatus::Deleting, ..(*entry.machine).clone() };
            self.write(puts(&going, &entry.definition)).await?;
            let going = Entry { machine: Arc::new(going), definition: entry.definition };
            self.inner.catalog.insert(going.clone());
            going
        };
        self.finish_deletion(&entry.machine).await
    }

    /// Stops what still runs and forgets the machine, unless somebody else has done so meanwhile.
    pub(super) async fn finish_deletion(&self, machine: &Machine) -> Result<(), ServiceError> {
        // Starts that were let through before the machine was marked are durable, and so listed, after this.
        self.barrier().await;
        let query = ListQuery {
            machine: machine.arn.to_string(),
            status: Some(Status::Running),
            before: None,
            limit: STOP_PAGE,
        };
        while self.is_going(machine) {
            let rows = self.inner.store.list(&query).map_err(unavailable)?;
            if rows.is_empty() {
                break;
            }
            let mut moved = false;
            for row in &rows {
                moved |= self.stop_for_deletion(row).await?;
            }
            if !moved {
                pause().await;
            }
        }
        let _one_at_a_time = self.inner.machines.lock().await;
        if self.is_going(machine) {
            self.write(vec![removal(&machine.arn)]).await?;
            self.inner.catalog.remove(&machine.arn);
        }
        Ok(())
    }

    /// Whether a machine is still the one whose deletion was begun.
    fn is_going(&self, machine: &Machine) -> bool {
        self.inner.catalog.machine(&machine.arn).is_ok_and(|entry| {
            entry.machine.status == MachineStatus::Deleting && entry.machine.created == machine.created
        })
    }

    /// False when the execution must be asked again in a moment.
    async fn stop_for_deletion(&self, row: &ExecutionRow) -> Result<bool, ServiceError> {
        if is_express(row) {
            self.abort_express(row)?;
            // Its closed row is on its way to the committer.
            return Ok(false);
        }
        match self.stop(&row.arn, Failure::default()).await {
            Ok(_) | Err(ServiceError::ExecutionDoesNotExist(_)) => Ok(true),
            Err(ServiceError::Throttled) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

/// Before a deletion looks again.
#[allow(clippy::disallowed_methods, reason = "a deletion waits for workers that are busy")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}
