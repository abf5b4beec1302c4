//! What the connectors are told: the local functions of `stateline.toml`, where
//! other functions are, and with which credentials they are called. It checks
//! what it is told, so that a mistake is reported at start and not at the first
//! call. Reading files is left to the command line.

use crate::http::ConnectionConfig;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// All that [`crate::Connectors`] needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Local functions by name: the `[functions.NAME]` tables.
    pub functions: BTreeMap<String, FunctionConfig>,
    /// Connections of HTTP Tasks by name: the `[connections.NAME]` tables.
    pub connections: BTreeMap<String, ConnectionConfig>,
    /// How long an HTTP Task's request may take, and the one for its token.
    pub http_timeout: Duration,
    /// Where functions that are not local are invoked, as `http://host:port` or `https://host`.
    pub lambda_endpoint: Option<String>,
    /// What calls to the endpoint are signed with; without them they are sent unsigned.
    pub credentials: Option<Credentials>,
    /// The folder that relative paths are read against: the one of `stateline.toml`.
    pub base_dir: PathBuf,
    /// The region that local functions see in `AWS_REGION`.
    pub region: String,
    /// An active Python environment (`VIRTUAL_ENV`), whose Python runs `python*` functions.
    pub virtual_env: Option<PathBuf>,
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
            connections: BTreeMap::new(),
            http_timeout: Duration::from_secs(60),
            lambda_endpoint: None,
            credentials: None,
            base_dir: base_dir.into(),
            region: "us-east-1".to_owned(),
            virtual_env: None,
            idle_timeout: Duration::from_secs(300),
            init_timeout: Duration::from_secs(10),
        }
    }

    /// Takes endpoint, credentials and region from variables, which are named as every AWS SDK
    /// names them, and the active Python environment from `VIRTUAL_ENV`.
    ///
    /// `get` answers with a variable's value; empty values count as absent.
    #[must_use]
    pub fn with_environment(mut self, get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        self.lambda_endpoint =
            get("AWS_ENDPOINT_URL_LAMBDA").or_else(|| get("AWS_ENDPOINT_URL")).or(self.lambda_endpoint);
        if let (Some(access_key_id), Some(secret_access_key)) =
            (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY"))
        {
            let session_token = get("AWS_SESSION_TOKEN");
            self.credentials = Some(Credentials { access_key_id, secret_access_key, session_token });
        }
        if let Some(region) = get("AWS_REGION").or_else(|| get("AWS_DEFAULT_REGION")) {
            self.region = region;
        }
        self.virtual_env = get("VIRTUAL_ENV").map(PathBuf::from).or(self.virtual_env);
        self
    }
}

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
    /// The endpoint of functions that are not local.
    #[error("Lambda endpoint {endpoint}: {message}")]
    Endpoint {
        /// As given.
        endpoint: String,
        /// What is wrong.
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

    #[test]
    fn the_environment_names_endpoint_and_credentials() {
        let read = |pairs: &[(&str, &str)]| {
            let pairs: BTreeMap<String, String> =
                pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            Config::new(".").with_environment(|name| pairs.get(name).cloned())
        };
        let both = read(&[
            ("AWS_ENDPOINT_URL", "http://a"),
            ("AWS_ENDPOINT_URL_LAMBDA", "http://b"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("AWS_SESSION_TOKEN", ""),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
        ]);
        assert_eq!(both.lambda_endpoint.as_deref(), Some("http://b"));
        assert_eq!(both.region, "eu-west-1");
        let shown = format!("{:?}", both.credentials);
        assert!(shown.contains("id") && !shown.contains("hush"), "{shown}");
        let general = read(&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_LAMBDA", "")]);
        assert_eq!(general.lambda_endpoint.as_deref(), Some("http://a"));
        assert_eq!(general.credentials, None);
    }
}
