//! State machines: create, change, look up, list, delete.

use super::Service;
use crate::body::is_express;
use crate::catalog::{Definition, Entry};
use crate::machine::{Qualifier, qualifier};
use crate::requests::{CreateMachine, Created, MachineView, Page, UpdateMachine, Updated};
use crate::shards::unavailable;
use crate::stored::{self, machine_puts, puts, removal};
use crate::{Lineage, Machine, MachineStatus, ServiceError, Version};
use stateline_base::Failure;
use stateline_store::{ExecutionRow, ListQuery, Put, Status, Table};
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
        let first = machine.lineage.first_version.clone();
        let machine =
            Machine { lineage: Lineage { first_version: first.clone(), ..Lineage::default() }, ..machine };
        let (mut entry, mut puts) = (Entry::new(Arc::new(machine), definition.clone()), Vec::new());
        let version = match first {
            Some(first) => Some(self.publish_entry(&mut entry, first.description, &mut puts)?),
            None => None,
        };
        puts.extend(stored::puts(&entry.machine, &definition));
        self.keep(entry, version, puts).await.map(|updated| Created::New(updated.machine))
    }

    /// Changes a machine. One that comes out as it was keeps its revision. What runs keeps
    /// the definition, the role and the configuration that it was started with.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], also for a version or an alias;
    /// [`ServiceError::MachineDeleting`]; [`ServiceError::RevisionChanged`]; too many versions; or that the
    /// service cannot write.
    pub async fn update_machine(&self, change: UpdateMachine) -> Result<Updated, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let old = self.changeable(&change.arn)?;
        check_revision(&old.machine, change.if_revision.as_ref())?;
        let machine = changed(&old.machine, &change);
        let definition = self.definition_of(&old, &machine)?;
        let is_changed = machine != *old.machine;
        if !is_changed && change.publish.is_none() {
            return Ok(Updated { machine: old.machine, version: None });
        }
        let mut machine = machine;
        if is_changed {
            machine.lineage.revision_id = Some(self.new_name());
            machine.lineage.updated = Some(self.now());
        }
        let (mut entry, mut puts) = (Entry::new(Arc::new(machine), definition.clone()), Vec::new());
        let version = match change.publish {
            Some(publish) => Some(self.publish_entry(&mut entry, publish.description, &mut puts)?),
            None => None,
        };
        puts.extend(stored::puts(&entry.machine, &definition));
        self.keep(entry, version, puts).await
    }

    /// A machine that may be changed, with the lock held.
    pub(super) fn changeable(&self, arn: &str) -> Result<Entry, ServiceError> {
        let entry = self.inner.catalog.machine(arn)?;
        if entry.machine.status == MachineStatus::Deleting {
            return Err(ServiceError::MachineDeleting(entry.machine.arn.clone()));
        }
        self.inner.health.check()?;
        Ok(entry)
    }

    /// The definition of a changed machine, compiled.
    fn definition_of(&self, old: &Entry, machine: &Machine) -> Result<Arc<Definition>, ServiceError> {
        if machine.definition == old.machine.definition {
            return Ok(old.definition.clone());
        }
        self.inner.catalog.definition_of_text(&machine.definition, machine.kind).map_err(unavailable)
    }

    /// Makes a machine and a version of it durable and known, with the lock held.
    pub(super) async fn keep(
        &self,
        entry: Entry,
        version: Option<Arc<Version>>,
        puts: Vec<Put>,
    ) -> Result<Updated, ServiceError> {
        self.write(puts).await?;
        let machine = entry.machine.clone();
        self.inner.catalog.insert(entry);
        if let Some(version) = &version {
            self.inner.catalog.insert_version(version);
        }
        self.inner.watchers.machine_changed(&machine.arn);
        Ok(Updated { machine, version })
    }

    /// Makes a machine durable and known that differs in what its revisions do not hold, with the lock held.
    pub(super) async fn keep_beside(&self, old: &Entry, machine: Machine) -> Result<(), ServiceError> {
        let entry = Entry::new(Arc::new(machine), old.definition.clone());
        let puts = machine_puts(&entry.machine, &entry.revision);
        self.keep(entry, None, puts).await.map(drop)
    }

    /// A machine by ARN.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`].
    pub async fn machine(&self, arn: &str) -> Result<Arc<Machine>, ServiceError> {
        self.inner.catalog.machine(arn).map(|entry| entry.machine)
    }

    /// A machine or one of its versions, as it is shown.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], also for an alias; or that the store cannot be read.
    pub async fn machine_view(&self, arn: &str) -> Result<MachineView, ServiceError> {
        let missing = || ServiceError::MachineDoesNotExist(arn.into());
        let Some((machine_arn, Qualifier::Version(number))) = qualifier(arn) else {
            let machine = self.inner.catalog.machine(arn)?.machine;
            return Ok(MachineView { machine, description: None });
        };
        let machine = self.inner.catalog.machine(machine_arn).map_err(|_| missing())?.machine;
        let version = self.inner.catalog.version(machine_arn, number).ok_or_else(missing)?;
        let hash = &version.revision.definition;
        let (text, _) = self.inner.catalog.text(&*self.inner.store, hash).map_err(unavailable)?;
        let (arn, created) = (version.arn.clone(), version.created);
        let shown = version.revision.shown(Machine { arn, created, ..(*machine).clone() }, text.into());
        Ok(MachineView { machine: Arc::new(shown), description: version.description.clone() })
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
            let going = Entry::new(Arc::new(going), entry.definition);
            self.inner.catalog.insert(going.clone());
            self.inner.watchers.machine_changed(&going.machine.arn);
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
            let versions = self.inner.catalog.versions(&machine.arn, u32::MAX, usize::MAX);
            let aliases = self.inner.catalog.aliases(&machine.arn);
            let mut puts = vec![removal(Table::StateMachines, &machine.arn)];
            puts.extend(versions.iter().map(|version| removal(Table::Versions, &version.arn)));
            puts.extend(aliases.iter().map(|alias| removal(Table::Aliases, &alias.arn)));
            self.write(puts).await?;
            self.inner.catalog.remove(&machine.arn);
            self.inner.watchers.machine_changed(&machine.arn);
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

/// Refuses to change a machine that is not any more what the change was made for.
fn check_revision(machine: &Machine, wanted: Option<&Arc<str>>) -> Result<(), ServiceError> {
    let current = machine.lineage.revision_id.clone().unwrap_or_default();
    match wanted {
        Some(wanted) if *wanted != current => {
            Err(ServiceError::RevisionChanged { wanted: wanted.clone(), current })
        }
        _ => Ok(()),
    }
}

/// A machine with what a change says.
fn changed(old: &Machine, change: &UpdateMachine) -> Machine {
    let UpdateMachine { definition, role_arn, logging, tracing_enabled, encryption, .. } = change;
    Machine {
        definition: definition.as_ref().unwrap_or(&old.definition).clone(),
        role_arn: role_arn.as_ref().unwrap_or(&old.role_arn).clone(),
        logging: logging.as_ref().unwrap_or(&old.logging).clone(),
        tracing_enabled: tracing_enabled.unwrap_or(old.tracing_enabled),
        encryption: encryption.as_ref().unwrap_or(&old.encryption).clone(),
        ..old.clone()
    }
}

/// Before a deletion looks again.
#[allow(clippy::disallowed_methods, reason = "a deletion waits for workers that are busy")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}
