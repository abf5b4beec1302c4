//! In whose name a call is made: the server's own credentials, or those of the role that a task takes
//! (`Credentials.RoleArn`), which are kept until they expire.

use super::call::Behalf;
use super::credentials::{Credentials, Kept};
use super::endpoint::Base;
use super::{Aws, Fault, sts};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Who was taken, by role, external id and whose credentials were used.
type Key = (Arc<str>, Arc<str>, String);

/// More roles than this are not remembered.
const ROLES_MAX: usize = 1_000;

/// Roles that were taken.
#[derive(Default)]
pub(crate) struct Roles {
    taken: Mutex<HashMap<Key, Arc<Kept>>>,
}

impl Aws {
    /// What calls to a service are signed with.
    ///
    /// Where a service has an endpoint of its own and there are no credentials, nobody wants a name:
    /// the account's number stands for one, by which some such services tell accounts apart. A role
    /// then tells no more than its account, unless STS has an endpoint too. Credentials that should be
    /// there and cannot be fetched are another matter: then the call fails.
    ///
    /// # Errors
    /// When there are none, and when the task's role cannot be taken.
    pub(super) async fn credentials(&self, service: &str, behalf: Behalf<'_>) -> Result<Credentials, Fault> {
        self.credentials_at(self.base_of(service).as_ref(), behalf).await
    }

    /// As [`Self::credentials`], for a service that is configured to be there.
    pub(super) async fn credentials_at(
        &self,
        at: Option<&Base>,
        behalf: Behalf<'_>,
    ) -> Result<Credentials, Fault> {
        // Nobody waits for an instance's metadata who has his services on his own machine.
        let instance = at.is_none_or(|base| !base.is_loopback());
        let found = self.chain.get(self, instance).await;
        let found = found.map_err(|reason| Fault::NoCredentials(Some(reason)))?;
        let named = found.is_some();
        let own = match found {
            Some(own) => own,
            None if at.is_some() => Credentials {
                access_key_id: behalf.account().to_owned(),
                secret_access_key: "none".to_owned(),
                session_token: None,
            },
            None => return Err(Fault::NoCredentials(None)),
        };
        let caller = behalf.caller;
        match &caller.task_role {
            Some(role) if named || self.base_of("sts").is_some() => {
                let taken = self.take_role(&own, role, &caller.machine_arn, behalf.region).await;
                taken.map_err(|reason| Fault::Role {
                    machine: caller.machine_role.to_string(),
                    task: role.to_string(),
                    reason,
                })
            }
            _ => Ok(own),
        }
    }

    /// The credentials of a role, taken with `own` ones on behalf of a state machine, whose ARN is
    /// the external id that the role's trust policy may ask for.
    ///
    /// # Errors
    /// What STS says against it.
    async fn take_role(
        &self,
        own: &Credentials,
        role: &Arc<str>,
        machine_arn: &Arc<str>,
        region: &str,
    ) -> Result<Credentials, String> {
        let kept = self.roles.kept((role.clone(), machine_arn.clone(), own.access_key_id.clone()));
        let look = || {
            let (aws, own, region) = (self.shared(), own.clone(), region.to_owned());
            let (role, machine_arn) = (role.clone(), machine_arn.clone());
            async move {
                let external_id = Some(&*machine_arn);
                let wanted = sts::Role { arn: &role, session: sts::SESSION, external_id, region: &region };
                sts::assume(&aws, &own, &wanted).await.map(Some)
            }
        };
        let found = kept.get(role, look).await?;
        found.ok_or_else(|| "STS gives no credentials".to_owned())
    }
}

impl Roles {
    /// Where a role's credentials are kept.
    fn kept(&self, key: Key) -> Arc<Kept> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= ROLES_MAX && !taken.contains_key(&key) {
            taken.clear();
        }
        taken.entry(key).or_default().clone()
    }
}
