//! The connectors: how tasks reach services.
//!
//! Lambda functions run as processes of our own; every other service is AWS's,
//! or of whatever speaks like it at an endpoint; and this server is a service of
//! its own workflows. The runtime calls through its `Connector` port; retries,
//! timeouts of tasks and what a task's end means are the engine's matters. The
//! command line makes the [`Config`] from `stateline.toml` and the environment.

#![allow(
    clippy::disallowed_methods,
    reason = "this crate is the rim: it starts processes, reads the clock and talks to the network"
)]

mod aws;
mod config;
mod connectors;
mod distributed;
mod http;
mod integration;
mod jobs;
mod kubernetes;
mod lambda;
mod mocks;
mod parameters;
mod sandbox;
mod sfn;
#[cfg(test)]
mod test_attempt;
mod wire;

pub use aws::environment::Environment;
pub use config::{AwsConfig, BucketConfig, Config, ConfigError, FunctionConfig};
pub use connectors::{Connectors, StartError};
pub use http::{
    AuthorizationType, ConnectionConfig, File, ParameterConfig, ParametersConfig, Secret, SecretConfig,
    TokenMethod, Variable,
};
pub use mocks::{FileMocks, MockFile, MockFileError};
pub use sfn::{OwnAnswer, OwnFuture, OwnRequest, OwnService};
