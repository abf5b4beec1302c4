//! AWS's services, or whatever speaks like them: where a service is, in whose name it is called,
//! and one exchange with it. What is sent and how an answer reads is `stateline-protocols`' affair,
//! by the table of `stateline-models`; what a task makes of an answer is [`crate::integration`]'s.
//!
//! Nothing is sent twice: Step Functions leaves repeating to a state's `Retry`.

mod call;
mod credentials;
mod endpoint;
pub(crate) mod environment;
mod fault;
mod profile;
mod roles;
mod sign;
mod sts;

pub(crate) use call::{Behalf, Call, Called, Prepared};
pub(crate) use fault::{Fault, Style};

use crate::config::{AwsConfig, ConfigError};
use crate::wire::Wire;
use credentials::Chain;
use endpoint::Endpoints;
use environment::Environment;
use roles::Roles;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// The way to all services.
pub(crate) struct Aws {
    pub wire: Arc<Wire>,
    chain: Chain,
    endpoints: Endpoints,
    roles: Roles,
    timeout: Duration,
    /// Itself, for what goes on when a call has ended.
    me: Weak<Aws>,
}

impl Aws {
    /// Checks what is configured; nothing is connected, and nobody is asked for credentials yet.
    ///
    /// # Errors
    /// The first mistake.
    pub fn new(
        config: &AwsConfig,
        environment: &Environment,
        wire: Arc<Wire>,
    ) -> Result<Arc<Self>, ConfigError> {
        let fail = |key: &str, message: String| ConfigError::Aws { key: key.to_owned(), message };
        if !(1..=900).contains(&config.timeout_seconds) {
            return Err(fail(
                "aws.timeout_seconds",
                format!("{} is not within 1 to 900", config.timeout_seconds),
            ));
        }
        let endpoints = Endpoints::new(config, environment)?;
        Ok(Arc::new_cyclic(|me| Aws {
            wire,
            endpoints,
            chain: Chain::new(environment.clone()),
            roles: Roles::default(),
            timeout: Duration::from_secs(config.timeout_seconds),
            me: me.clone(),
        }))
    }

    fn shared(&self) -> Arc<Aws> {
        self.me.upgrade().expect("it is only made behind the pointer that the caller's borrow keeps alive")
    }
}
