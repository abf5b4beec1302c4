//! Whose name calls are signed with: the chain that every AWS SDK goes through, in its order.
//!
//! 1. `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`
//! 2. `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`
//! 3. the profile (`AWS_PROFILE`, or `default`): keys, a role, or a process that prints them
//! 4. the container's endpoint
//! 5. the instance's metadata
//!
//! What expires is fetched anew before it does, see [`kept`]. Single sign-on is left to
//! `credential_process = aws configure export-credentials --profile NAME --format process`.
//!
//! What is said of a source that does not work goes into the histories of executions. It names the
//! source; addresses, paths and what a program printed are in the log only.

mod container;
mod instance;
mod kept;
mod process;
mod profile;
mod web_identity;

use super::Aws;
use super::environment::Environment;
use super::profile::Profiles;
use instance::Instance;
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

pub(crate) use kept::{Kept, Named};

/// Long-term or session credentials. They are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, secret not shown)", self.access_key_id)
    }
}

/// Credentials with their end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub credentials: Credentials,
    /// `None` for those that do not expire.
    pub expires: Option<SystemTime>,
}

impl Held {
    pub fn lasting(credentials: Credentials) -> Self {
        Held { credentials, expires: None }
    }

    /// Whether they can still be used.
    pub fn is_valid(&self, now: SystemTime) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    /// Reads them from an answer that names them so; every source writes the same, but for the names.
    pub fn read(document: &Value, names: [&str; 4]) -> Option<Held> {
        let [id, secret, token, expires] = names.map(|name| document.get(name).and_then(Value::as_str));
        let expires = expires.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        Some(Held {
            credentials: Credentials {
                access_key_id: id?.to_owned(),
                secret_access_key: secret?.to_owned(),
                session_token: token.map(str::to_owned),
            },
            expires: expires.map(SystemTime::from),
        })
    }
}

/// Found, or nothing configured; an error says what is configured and does not work.
pub(crate) type Found = Result<Option<Held>, String>;

/// The chain, with what it found last.
pub(crate) struct Chain {
    pub(super) environment: Environment,
    profiles: OnceLock<Profiles>,
    /// From all but the instance.
    configured: Arc<Kept>,
    /// From the instance.
    surrounding: Arc<Kept>,
    instance: Instance,
}

impl Chain {
    pub fn new(environment: Environment) -> Self {
        Chain {
            instance: Instance::new(&environment),
            environment,
            profiles: OnceLock::new(),
            configured: Arc::default(),
            surrounding: Arc::default(),
        }
    }

    /// The shared files, read at the first need; a missing file is an empty one.
    pub fn profiles(&self) -> &Profiles {
        self.profiles.get_or_init(|| {
            let home = self.environment.get("HOME").unwrap_or_default();
            let read = |variable: &str, default: &str| {
                let path = self.environment.get(variable);
                let path = path.map_or_else(|| format!("{home}/.aws/{default}"), str::to_owned);
                std::fs::read_to_string(path).unwrap_or_default()
            };
            let config = read("AWS_CONFIG_FILE", "config");
            Profiles::parse(&config, &read("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
        })
    }

    /// The profile that is meant where none is named.
    pub fn profile(&self) -> &str {
        let named =
            self.environment.get("AWS_PROFILE").or_else(|| self.environment.get("AWS_DEFAULT_PROFILE"));
        named.unwrap_or("default")
    }

    /// The region in which roles are taken.
    fn region(&self) -> &str {
        let named = self.environment.get("AWS_REGION").or_else(|| self.environment.get("AWS_DEFAULT_REGION"));
        named.or_else(|| self.profiles().get(self.profile(), "region")).unwrap_or("us-east-1")
    }

    /// What calls are signed with now. `instance` says whether the instance may be asked.
    ///
    /// # Errors
    /// Why what is configured, or the instance, gives none.
    pub async fn get(&self, aws: &Aws, instance: bool) -> Named {
        let configured = self.configured.get("the environment, a profile or the container", || {
            let aws = aws.shared();
            async move { aws.chain.look(&aws).await }
        });
        let configured = configured.await?;
        if configured.is_some() || !instance {
            return Ok(configured);
        }
        let surrounding = self.surrounding.get("the instance", || {
            let aws = aws.shared();
            async move { aws.chain.instance.find(&aws).await }
        });
        surrounding.await
    }

    async fn look(&self, aws: &Aws) -> Found {
        if let Some(held) = self.keys_of_environment() {
            return Ok(Some(held));
        }
        if let Some(held) = web_identity::find(aws, self).await? {
            return Ok(Some(held));
        }
        if let Some(held) = profile::find(aws, self, self.profile()).await? {
            return Ok(Some(held));
        }
        container::find(aws, &self.environment).await
    }

    fn keys_of_environment(&self) -> Option<Held> {
        let get = |name: &str| self.environment.get(name).map(str::to_owned);
        Some(Held::lasting(Credentials {
            access_key_id: get("AWS_ACCESS_KEY_ID")?,
            secret_access_key: get("AWS_SECRET_ACCESS_KEY")?,
            session_token: get("AWS_SESSION_TOKEN"),
        }))
    }
}
