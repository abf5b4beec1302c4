//! What the connectors are told: the local functions of `stateline.toml`, where
//! other functions are, and with which credentials they are called. It checks
//! what it is told, so that a mistake is reported at start and not at the first
//! call. Reading files is left to the command line.

use crate::aws::environment::Environment;
use crate::http::ConnectionConfig;
use serde::{Deserialize, Serialize};
use stateline_base::Limits;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// All that [`crate::Connectors`] needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Local functions by name: the `[functions.NAME]` tables.
    pub functions: BTreeMap<String, FunctionConfig>,
    /// Where services are, and how long they may take: the `[aws]` table.
    pub aws: AwsConfig,
    /// Endpoints, credentials and the active Python environment (`VIRTUAL_ENV`, whose Python runs
    /// `python*` functions), as the process was given them.
    pub environment: Environment,
    /// Buckets that are folders of this machine: the `[buckets.NAME]` tables.
    pub buckets: BTreeMap<String, BucketConfig>,
    /// How large items, results and their files may be.
    pub limits: Limits,
    /// Connections of HTTP Tasks by name: the `[connections.NAME]` tables.
    pub connections: BTreeMap<String, ConnectionConfig>,
    /// How long an HTTP Task's request may take, and the one for its token.
    pub http_timeout: Duration,
    /// The folder that relative paths are read against: the one of `stateline.toml`.
    pub base_dir: PathBuf,
    /// The region that local functions see in `AWS_REGION`.
    pub region: String,
    /// How long a process without work is kept.
    pub idle_timeout: Duration,
    /// How long a process may take until it asks for its first invocation.
    pub init_timeout: Duration,
}

impl Config {
    /// No functions, connections and endpoint; times as on AWS (10 s to initialise, 60 s for an HTTP
    /// Task), idle processes kept 5 minutes.
    #[must_use]
    pub fn new(base_dir: impl Into<PathBuf>) -> Self {
        Config {
            functions: BTreeMap::new(),
            aws: AwsConfig::default(),
            environment: Environment::default(),
            buckets: BTreeMap::new(),
            limits: Limits::default(),
            connections: BTreeMap::new(),
            http_timeout: Duration::from_secs(60),
            base_dir: base_dir.into(),
            region: "us-east-1".to_owned(),
            idle_timeout: Duration::from_secs(300),
            init_timeout: Duration::from_secs(10),
        }
    }
}

/// The `[aws]` table: where services are that are not where AWS has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AwsConfig {
    /// Where all services are, as `http://host:port` or `https://host`.
    pub endpoint_url: Option<String>,
    /// Where single services are, by the name that resources have after `aws-sdk:`.
    pub endpoints: BTreeMap<String, String>,
    /// Seconds that a service may take to answer: 1 to 900. Functions and models have 930.
    pub timeout_seconds: u64,
}

impl Default for AwsConfig {
    fn default() -> Self {
        AwsConfig { endpoint_url: None, endpoints: BTreeMap::new(), timeout_seconds: 60 }
    }
}

/// One `[buckets.NAME]` table: what distributed Maps read from and write to under that name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketConfig {
    /// The folder, whose files are the objects; relative to `stateline.toml`.
    pub dir: PathBuf,
}

/// One `[functions.NAME]` table.
///
/// Either `runtime` (with `handler` for Python and Node) or `command` says what is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FunctionConfig {
    /// `python3.x`, `nodejs*` or `provided*`, as on AWS; the number is told to the function, no more.
    pub runtime: Option<String>,
    /// `file.function` as on AWS.
    pub handler: Option<String>,
    /// Program and arguments of a process that speaks the Lambda Runtime API.
    pub command: Option<Vec<String>>,
    /// The function's folder, which is its working directory; relative to `stateline.toml`.
    pub dir: PathBuf,
    /// The Python that runs a `python*` function, when it is not the one of `VIRTUAL_ENV` or `.venv`.
    pub python: Option<PathBuf>,
    /// Seconds an invocation may take: 1 to 900.
    pub timeout_seconds: u32,
    /// Processes at once, 1 to 1000: as many invocations run side by side, more wait.
    pub concurrency: usize,
    /// Invocations that may wait for a process; one more is refused with `Lambda.TooManyRequestsException`.
    pub queue: usize,
    /// Variables for the function, in addition to those of the server.
    pub env: BTreeMap<String, String>,
    /// What the function reads as its memory size: 128 to 10240. Nothing enforces it.
    pub memory_mb: u32,
}

impl Default for FunctionConfig {
    fn default() -> Self {
        FunctionConfig {
            runtime: None,
            handler: None,
            command: None,
            dir: PathBuf::from("."),
            python: None,
            timeout_seconds: 3,
            concurrency: 10,
            queue: 1_000,
            env: BTreeMap::new(),
            memory_mb: 128,
        }
    }
}

/// A mistake in the configuration, with the place it is at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A key of a function's table.
    #[error("functions.{function}.{key}: {message}")]
    Function {
        /// The function's name.
        function: String,
        /// The key within its table.
        key: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// The table's own name.
    #[error("functions.{function}: {message}")]
    Name {
        /// The name.
        function: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// The folder of a bucket.
    #[error("buckets.{bucket}.dir: {message}")]
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// What is wrong.
        message: String,
    },
    /// A key of the `[aws]` table, or a variable that stands for one.
    #[error("{key}: {message}")]
    Aws {
        /// `aws.endpoints.dynamodb`, `AWS_ENDPOINT_URL`.
        key: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A key of a connection's table.
    #[error("connections.{connection}.{key}: {message}")]
    ConnectionKey {
        /// The connection's name.
        connection: String,
        /// The key within its table.
        key: String,
        /// What is wrong and what would be right. It never has a secret in it.
        message: String,
    },
    /// The name of a connection's table.
    #[error("connections.{connection}: {message}")]
    Connection {
        /// The name.
        connection: String,
        /// What is wrong and what would be right.
        message: String,
    },
}

/// What kind of process a function is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Python { handler: String },
    Node { handler: String },
    Provided,
    Command { program: String, arguments: Vec<String> },
}

impl FunctionConfig {
    /// What to start, after every key was checked.
    pub(crate) fn checked(&self, name: &str) -> Result<Start, ConfigError> {
        let fail =
            |key, message: String| Err(ConfigError::Function { function: name.to_owned(), key, message });
        if !is_function_name(name) {
            let message = "a function's name has 1 to 64 letters, digits, '-' and '_'".to_owned();
            return Err(ConfigError::Name { function: name.to_owned(), message });
        }
        if !(1..=900).contains(&self.timeout_seconds) {
            return fail("timeout_seconds", format!("{} is not within 1 to 900", self.timeout_seconds));
        }
        if !(1..=1_000).contains(&self.concurrency) {
            return fail("concurrency", format!("{} is not within 1 to 1000", self.concurrency));
        }
        if !(128..=10_240).contains(&self.memory_mb) {
            return fail("memory_mb", format!("{} is not within 128 to 10240", self.memory_mb));
        }
        if let Some(key) = self.env.keys().find(|key| key.is_empty() || key.contains(['=', '\0'])) {
            return fail("env", format!("'{key}' cannot be the name of a variable"));
        }
        match (&self.runtime, &self.command) {
            (Some(_), Some(_)) => fail("command", "give either runtime or command, not both".to_owned()),
            (None, None) => fail("runtime", "missing: give runtime and handler, or command".to_owned()),
            (None, Some(command)) => match command.split_first() {
                Some((program, arguments)) if !program.is_empty() => {
                    Ok(Start::Command { program: program.clone(), arguments: arguments.to_vec() })
                }
                _ => fail("command", "names no program".to_owned()),
            },
            (Some(runtime), None) => self.runtime_start(name, runtime),
        }
    }

    fn runtime_start(&self, name: &str, runtime: &str) -> Result<Start, ConfigError> {
        let handler = || match &self.handler {
            Some(handler) if !handler.is_empty() => Ok(handler.clone()),
            _ => Err(ConfigError::Function {
                function: name.to_owned(),
                key: "handler",
                message: format!("missing: runtime {runtime} needs one, such as \"app.handler\""),
            }),
        };
        if runtime.starts_with("python") {
            Ok(Start::Python { handler: handler()? })
        } else if runtime.starts_with("nodejs") {
            Ok(Start::Node { handler: handler()? })
        } else if runtime.starts_with("provided") {
            Ok(Start::Provided)
        } else {
            Err(ConfigError::Function {
                function: name.to_owned(),
                key: "runtime",
                message: format!(
                    "'{runtime}' is not known; use python3.x, nodejs*, provided*, or a command of your own"
                ),
            })
        }
    }
}

fn is_function_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(table: &str, expected: &Expect) {
        let found = match serde_json::from_str::<FunctionConfig>(table) {
            Ok(config) => match config.checked("resize") {
                Ok(start) => format!("{start:?}"),
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn kinds_of_functions() {
        check(
            r#"{"runtime":"python3.12","handler":"app.handler"}"#,
            &expect![[r#"Python { handler: "app.handler" }"#]],
        );
        check(
            r#"{"runtime":"nodejs22.x","handler":"index.handler"}"#,
            &expect![[r#"Node { handler: "index.handler" }"#]],
        );
        check(r#"{"runtime":"provided.al2023"}"#, &expect!["Provided"]);
        check(
            r#"{"command":["./serve","--fast"]}"#,
            &expect![[r#"Command { program: "./serve", arguments: ["--fast"] }"#]],
        );
    }

    #[test]
    fn mistakes_name_function_and_key() {
        check("{}", &expect!["functions.resize.runtime: missing: give runtime and handler, or command"]);
        check(
            r#"{"runtime":"cobol"}"#,
            &expect![
                "functions.resize.runtime: 'cobol' is not known; use python3.x, nodejs*, provided*, or a command of your own"
            ],
        );
        check(
            r#"{"runtime":"python3.12"}"#,
            &expect![[
                r#"functions.resize.handler: missing: runtime python3.12 needs one, such as "app.handler""#
            ]],
        );
        check(
            r#"{"runtime":"provided","timeout_seconds":901}"#,
            &expect!["functions.resize.timeout_seconds: 901 is not within 1 to 900"],
        );
        check(
            r#"{"runtime":"provided","concurrency":0}"#,
            &expect!["functions.resize.concurrency: 0 is not within 1 to 1000"],
        );
        check(
            r#"{"runtime":"provided","memory_mb":1}"#,
            &expect!["functions.resize.memory_mb: 1 is not within 128 to 10240"],
        );
        check(r#"{"command":[]}"#, &expect!["functions.resize.command: names no program"]);
        check(
            r#"{"command":["a"],"runtime":"provided"}"#,
            &expect!["functions.resize.command: give either runtime or command, not both"],
        );
        check(
            r#"{"runtime":"provided","env":{"A=B":"c"}}"#,
            &expect!["functions.resize.env: 'A=B' cannot be the name of a variable"],
        );
        check(
            r#"{"timeout":3}"#,
            &expect![
                "unknown field `timeout`, expected one of `runtime`, `handler`, `command`, `dir`, `python`, `timeout_seconds`, `concurrency`, `queue`, `env`, `memory_mb` at line 1 column 10"
            ],
        );
        assert!(FunctionConfig::default().checked("no spaces").is_err());
    }
}
