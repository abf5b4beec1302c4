//! Versions: publish, list, delete.

use super::Service;
use crate::catalog::Entry;
use crate::machine::{Qualifier, qualifier};
use crate::requests::Page;
use crate::stored::{machine_puts, removal, version_put};
use crate::{Machine, ServiceError, Version};
use stateline_store::{Put, Table};
use std::sync::Arc;

/// How callers name the revision of a machine that was never changed.
const INITIAL: &str = "INITIAL";

impl Service {
    /// Publishes a machine as it stands. A revision has one version: publishing it again answers that.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], [`ServiceError::MachineDeleting`],
    /// [`ServiceError::RevisionConflict`] when the machine is not at the revision named,
    /// too many versions, or that the service cannot write.
    pub async fn publish_version(
        &self,
        machine_arn: &str,
        revision_id: Option<&str>,
        description: Option<Arc<str>>,
    ) -> Result<Arc<Version>, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let old = self.changeable(machine_arn)?;
        let current = old.machine.lineage.revision_id.as_deref().unwrap_or(INITIAL);
        if let Some(wanted) = revision_id.filter(|wanted| *wanted != current) {
            return Err(ServiceError::RevisionConflict { wanted: wanted.into(), current: current.into() });
        }
        // Made anew, because an older release may have stored it without its revision.
        let mut entry = Entry::new(old.machine, old.definition);
        let mut puts = Vec::new();
        let version = self.publish_entry(&mut entry, description, &mut puts)?;
        if !puts.is_empty() {
            puts.extend(machine_puts(&entry.machine, &entry.revision));
            self.keep(entry, Some(version.clone()), puts).await?;
        }
        Ok(version)
    }

    /// The version of a machine's revision; where there is none, the next one, which has to be
    /// written together with the machine.
    pub(super) fn publish_entry(
        &self,
        entry: &mut Entry,
        description: Option<Arc<str>>,
        puts: &mut Vec<Put>,
    ) -> Result<Arc<Version>, ServiceError> {
        let machine = &entry.machine;
        let versions = self.inner.catalog.versions(&machine.arn, u32::MAX, usize::MAX);
        if let Some(version) = versions.iter().find(|version| version.revision.key == entry.revision.key) {
            return Ok(version.clone());
        }
        let limit = self.inner.limits.versions_max;
        if versions.len() >= limit {
            return Err(ServiceError::QuotaExceeded {
                what: "versions",
                machine: machine.arn.clone(),
                limit,
            });
        }
        let mut next = Machine::clone(machine);
        next.lineage.last_version += 1;
        let version = Arc::new(Version {
            arn: next.qualified_arn(next.lineage.last_version),
            number: next.lineage.last_version,
            created: self.now(),
            description,
            revision: entry.revision.clone(),
        });
        entry.machine = Arc::new(next);
        puts.push(version_put(&version));
        Ok(version)
    }

    /// A machine's versions, newest first. `after` is a page's `next`.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`].
    pub async fn versions(
        &self,
        machine_arn: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Arc<Version>>, ServiceError> {
        self.inner.catalog.machine(machine_arn)?;
        let below = after.and_then(|after| after.parse().ok()).unwrap_or(u32::MAX);
        let mut items = self.inner.catalog.versions(machine_arn, below, limit + 1);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|version| version.number.to_string()) } else { None };
        Ok(Page { items, next })
    }

    /// A version by its ARN.
    #[must_use]
    pub fn version(&self, arn: &str) -> Option<Arc<Version>> {
        match qualifier(arn)? {
            (machine, Qualifier::Version(number)) => self.inner.catalog.version(machine, number),
            _ => None,
        }
    }

    /// Deletes a version; deleting a missing one succeeds. Executions of it go on.
    ///
    /// # Errors
    /// [`ServiceError::VersionInUse`] while aliases lead to it, or that the service cannot write.
    pub async fn delete_version(&self, arn: &str) -> Result<(), ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let Some(version) = self.version(arn) else { return Ok(()) };
        let machine_arn = &version.revision.machine_arn;
        let aliases = self.inner.catalog.aliases(machine_arn);
        let users: Vec<&str> =
            aliases.iter().filter(|alias| alias.leads_to(version.number)).map(|alias| &*alias.name).collect();
        if !users.is_empty() {
            return Err(ServiceError::VersionInUse(users.join(", ")));
        }
        self.write(vec![removal(Table::Versions, arn)]).await?;
        self.inner.catalog.remove_version(machine_arn, version.number);
        self.inner.watchers.machine_changed(machine_arn);
        Ok(())
    }
}
