//! The connectors: how tasks reach services.
//!
//! This release calls Lambda functions, which run as processes of our own or
//! behind an endpoint that speaks Lambda's API. The runtime calls through its
//! `Connector` port; retries, timeouts of tasks and what a task's end means are
//! the engine's matters. The command line makes the [`Config`] from
//! `stateline.toml` and the environment.

#![allow(
    clippy::disallowed_methods,
    reason = "this crate is the rim: it starts processes, reads the clock and talks to the network"
)]

mod config;
mod connectors;
#[allow(dead_code, unused_imports, reason = "the connectors call it once they speak to AWS's services")]
mod jobs;
#[allow(dead_code, reason = "the connectors call it once they presign requests to STS")]
mod kubernetes;
mod lambda;
mod sandbox;
mod sfn;
#[cfg(test)]
mod test_attempt;
mod wire;

pub use config::{Config, ConfigError, Credentials, FunctionConfig};
pub use connectors::{Connectors, StartError};
pub use sfn::{OwnAnswer, OwnFuture, OwnRequest, OwnService};
