//! Aliases: create, change, look up, list, delete.

use super::Service;
use crate::machine::{Qualifier, qualified_arn, qualifier};
use crate::requests::{Page, UpdateAlias};
use crate::stored::{alias_put, removal};
use crate::{Alias, Route, ServiceError};
use stateline_store::Table;
use std::sync::Arc;

impl Service {
    /// Creates an alias, unless the same one exists.
    ///
    /// # Errors
    /// [`ServiceError::NoSuchResource`] when the machine or a version is not there,
    /// [`ServiceError::MachineDeleting`], [`ServiceError::AliasExists`] when its name is taken
    /// by another one, too many aliases, or that the service cannot write.
    pub async fn create_alias(
        &self,
        machine_arn: &str,
        name: &str,
        description: Option<Arc<str>>,
        routes: Vec<Route>,
    ) -> Result<Arc<Alias>, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        self.alias_machine(machine_arn, machine_arn)?;
        self.check_routes(machine_arn, &routes)?;
        let aliases = self.inner.catalog.aliases(machine_arn);
        if let Some(alias) = aliases.iter().find(|alias| &*alias.name == name) {
            let same = alias.description == description && are_same(&alias.routes, &routes);
            return if same { Ok(alias.clone()) } else { Err(ServiceError::AliasExists) };
        }
        let limit = self.inner.limits.aliases_max;
        if aliases.len() >= limit {
            return Err(ServiceError::QuotaExceeded { what: "aliases", machine: machine_arn.into(), limit });
        }
        let now = self.now();
        let alias = Alias {
            arn: qualified_arn(machine_arn, name),
            machine_arn: machine_arn.into(),
            name: name.into(),
            description,
            routes,
            created: now,
            updated: now,
            place: aliases.last().map_or(0, |last| last.place + 1),
        };
        self.keep_alias(alias).await
    }

    /// Changes an alias.
    ///
    /// # Errors
    /// [`ServiceError::NoSuchResource`] when the alias, its machine or a version is not there,
    /// [`ServiceError::MachineDeleting`], or that the service cannot write.
    pub async fn update_alias(&self, change: UpdateAlias) -> Result<Arc<Alias>, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let old = self.alias(&change.arn)?;
        self.alias_machine(&old.machine_arn, &old.arn)?;
        if let Some(routes) = &change.routes {
            self.check_routes(&old.machine_arn, routes)?;
        }
        let alias = Alias {
            description: change.description.or_else(|| old.description.clone()),
            routes: change.routes.unwrap_or_else(|| old.routes.clone()),
            updated: self.now(),
            ..(*old).clone()
        };
        self.keep_alias(alias).await
    }

    /// An alias by its ARN.
    ///
    /// # Errors
    /// [`ServiceError::NoSuchResource`].
    pub fn alias(&self, arn: &str) -> Result<Arc<Alias>, ServiceError> {
        let found = match qualifier(arn) {
            Some((machine, Qualifier::Alias(name))) => self.inner.catalog.alias(machine, name),
            _ => None,
        };
        found.ok_or_else(|| ServiceError::NoSuchResource(arn.into()))
    }

    /// A machine's aliases in the order of their creation; for the ARN of a version only those
    /// that lead to it. `after` is a page's `next`.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], and [`ServiceError::NoSuchResource`] for a missing version.
    pub async fn aliases(
        &self,
        arn: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Arc<Alias>>, ServiceError> {
        let version = self.version(arn);
        let machine_arn = match (&version, qualifier(arn)) {
            (Some(version), _) => &*version.revision.machine_arn,
            (None, Some((machine, Qualifier::Version(_)))) if self.inner.catalog.machine(machine).is_ok() => {
                return Err(ServiceError::NoSuchResource(arn.into()));
            }
            (None, _) => arn,
        };
        self.inner.catalog.machine(machine_arn)?;
        let from = after.and_then(|after| after.parse::<u64>().ok()).map_or(0, |place| place + 1);
        let mut items = self.inner.catalog.aliases(machine_arn);
        items.retain(|alias| {
            alias.place >= from && version.as_ref().is_none_or(|version| alias.leads_to(version.number))
        });
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|alias| alias.place.to_string()) } else { None };
        Ok(Page { items, next })
    }

    /// Deletes an alias; deleting a missing one of a machine succeeds. Its versions stay.
    ///
    /// # Errors
    /// [`ServiceError::NoSuchResource`] when there is no such machine, or that the service cannot write.
    pub async fn delete_alias(&self, arn: &str) -> Result<(), ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let missing = || ServiceError::NoSuchResource(arn.into());
        let Some((machine_arn, Qualifier::Alias(name))) = qualifier(arn) else { return Err(missing()) };
        self.inner.catalog.machine(machine_arn).map_err(|_| missing())?;
        if self.inner.catalog.alias(machine_arn, name).is_none() {
            return Ok(());
        }
        self.write(vec![removal(Table::Aliases, arn)]).await?;
        self.inner.catalog.remove_alias(machine_arn, name);
        self.inner.watchers.machine_changed(machine_arn);
        Ok(())
    }

    /// Whether a machine is there and not on its way out. `asked` is what the caller named.
    fn alias_machine(&self, machine_arn: &str, asked: &str) -> Result<(), ServiceError> {
        match self.changeable(machine_arn) {
            Ok(_) => Ok(()),
            Err(ServiceError::MachineDoesNotExist(_)) => Err(ServiceError::NoSuchResource(asked.into())),
            Err(other) => Err(other),
        }
    }

    fn check_routes(&self, machine_arn: &str, routes: &[Route]) -> Result<(), ServiceError> {
        let missing = |route: &&Route| self.inner.catalog.version(machine_arn, route.version).is_none();
        match routes.iter().find(missing) {
            Some(route) => Err(ServiceError::NoSuchResource(qualified_arn(machine_arn, route.version))),
            None => Ok(()),
        }
    }

    async fn keep_alias(&self, alias: Alias) -> Result<Arc<Alias>, ServiceError> {
        self.write(vec![alias_put(&alias)]).await?;
        let alias = Arc::new(alias);
        self.inner.catalog.insert_alias(&alias);
        self.inner.watchers.machine_changed(&alias.machine_arn);
        Ok(alias)
    }
}

/// Whether two aliases lead the same ways: the order in which these are told means nothing.
fn are_same(one: &[Route], other: &[Route]) -> bool {
    let sorted = |routes: &[Route]| {
        let mut ways: Vec<_> = routes.iter().map(|route| (route.version, route.weight)).collect();
        ways.sort_unstable();
        ways
    };
    sorted(one) == sorted(other)
}
