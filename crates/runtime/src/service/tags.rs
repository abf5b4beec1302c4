//! Tags of what has them. Each kind of resource has one arm in [`Service::tags`] and one in
//! `change_tags`, which keep the tags where the resource keeps everything else.

use super::Service;
use crate::{ActivityEntry, Machine, ServiceError};
use stateline_base::Arn;
use std::sync::Arc;

/// A resource's tags in the order in which their keys came.
pub type Tags = Vec<(String, String)>;

impl Service {
    /// The tags of a resource.
    ///
    /// # Errors
    /// [`ServiceError::ResourceNotFound`], also for versions and aliases, which have none.
    pub async fn tags(&self, resource_arn: &str) -> Result<Tags, ServiceError> {
        match kind_of(resource_arn) {
            "stateMachine" => self.tagged_machine(resource_arn).map(|machine| machine.tags.clone()),
            "activity" => self.tagged_activity(resource_arn).map(|activity| activity.tags.clone()),
            _ => Err(ServiceError::ResourceNotFound(resource_arn.into())),
        }
    }

    /// Adds tags to a resource. A key that it has already gets the new value.
    ///
    /// # Errors
    /// [`ServiceError::ResourceNotFound`], [`ServiceError::TooManyTags`], or that the service cannot write.
    pub async fn tag(&self, resource_arn: &str, new: Tags) -> Result<(), ServiceError> {
        let limit = self.inner.limits.tags_max;
        self.change_tags(resource_arn, |tags| {
            for (key, value) in new {
                match tags.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, old)) => *old = value,
                    None => tags.push((key, value)),
                }
            }
            if tags.len() > limit {
                return Err(ServiceError::TooManyTags { resource: resource_arn.into(), limit });
            }
            Ok(())
        })
        .await
    }

    /// Takes tags off a resource. Keys that it does not have are passed over.
    ///
    /// # Errors
    /// [`ServiceError::ResourceNotFound`], or that the service cannot write.
    pub async fn untag(&self, resource_arn: &str, keys: &[String]) -> Result<(), ServiceError> {
        self.change_tags(resource_arn, |tags| {
            tags.retain(|(key, _)| !keys.contains(key));
            Ok(())
        })
        .await
    }

    async fn change_tags(
        &self,
        resource_arn: &str,
        change: impl FnOnce(&mut Tags) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        match kind_of(resource_arn) {
            "stateMachine" => {
                let old = self.tagged_machine(resource_arn)?;
                let mut tags = old.tags.clone();
                change(&mut tags)?;
                if tags == old.tags {
                    return Ok(());
                }
                let entry = self.inner.catalog.machine(resource_arn)?;
                self.keep_beside(&entry, Machine { tags, ..(*old).clone() }).await
            }
            "activity" => {
                let old = self.tagged_activity(resource_arn)?;
                let mut tags = old.tags.clone();
                change(&mut tags)?;
                if tags == old.tags {
                    return Ok(());
                }
                self.keep_activity(ActivityEntry { tags, ..(*old).clone() }).await
            }
            _ => Err(ServiceError::ResourceNotFound(resource_arn.into())),
        }
    }

    fn tagged_activity(&self, arn: &str) -> Result<Arc<ActivityEntry>, ServiceError> {
        let entry = self.inner.catalog.activities().get(arn);
        entry.ok_or_else(|| ServiceError::ResourceNotFound(arn.into()))
    }

    fn tagged_machine(&self, arn: &str) -> Result<Arc<Machine>, ServiceError> {
        let entry = self.inner.catalog.machine(arn);
        entry.map(|entry| entry.machine).map_err(|_| ServiceError::ResourceNotFound(arn.into()))
    }
}

fn kind_of(arn: &str) -> &str {
    Arn::parse(arn).map_or("", |arn| arn.resource_type())
}
