//! How a function's process is started: the program, its arguments, its folder
//! and the variables that AWS's environment has.

use crate::config::{Config, ConfigError, FunctionConfig, Start};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::process::Command;

/// Our runtime for Node, which it reads from its standard input.
const NODE_BOOTSTRAP: &str = include_str!("bootstrap.mjs");

/// All that is needed to start a function's process again and again.
#[derive(Debug)]
pub(crate) struct Launch {
    pub name: Arc<str>,
    pub timeout: Duration,
    pub init_timeout: Duration,
    pub memory_mb: u32,
    start: Start,
    config: FunctionConfig,
    dir: PathBuf,
    base_dir: PathBuf,
    virtual_env: Option<PathBuf>,
    region: String,
}

impl Launch {
    /// What runs it: the runtime as set, or the program.
    pub fn runtime(&self) -> &str {
        let program = || self.config.command.as_ref().and_then(|command| command.first());
        self.config.runtime.as_ref().or_else(program).map_or("", String::as_str)
    }

    /// Checks the function's configuration and its folder.
    ///
    /// # Errors
    /// The first mistake.
    pub fn new(name: &str, function: &FunctionConfig, config: &Config) -> Result<Self, ConfigError> {
        let start = function.checked(name)?;
        let fail = |key, message| ConfigError::Function { function: name.to_owned(), key, message };
        let base_dir = std::path::absolute(&config.base_dir)
            .map_err(|error| fail("dir", format!("{}: {error}", config.base_dir.display())))?;
        let dir = base_dir.join(&function.dir).components().collect::<PathBuf>();
        if !dir.is_dir() {
            return Err(fail("dir", format!("{} is no folder", dir.display())));
        }
        Ok(Launch {
            name: name.into(),
            timeout: Duration::from_secs(function.timeout_seconds.into()),
            init_timeout: config.init_timeout,
            memory_mb: function.memory_mb,
            start,
            config: function.clone(),
            dir,
            base_dir,
            virtual_env: config.environment.get("VIRTUAL_ENV").map(PathBuf::from),
            region: config.region.clone(),
        })
    }

    /// The handler as AWS's `_HANDLER` shows it.
    pub fn handler(&self) -> &str {
        match &self.start {
            Start::Python { handler } | Start::Node { handler } => handler,
            Start::Provided | Start::Command { .. } => self.config.handler.as_deref().unwrap_or("bootstrap"),
        }
    }

    /// What the process reads from its standard input.
    pub fn input(&self) -> Option<&'static str> {
        matches!(self.start, Start::Node { .. }).then_some(NODE_BOOTSTRAP)
    }

    /// The command for a process whose Runtime API is at `api`.
    pub fn command(&self, api: SocketAddr) -> Command {
        let (program, arguments) = self.program();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.dir)
            .stdin(if self.input().is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in self.variables(api) {
            command.env(name, value);
        }
        command.envs(&self.config.env);
        command
    }

    /// The command in words, for a message.
    pub fn words(&self) -> String {
        let (program, arguments) = self.program();
        let mut words = vec![program.display().to_string()];
        words.extend(arguments);
        format!("function {}: `{}` in {}", self.name, words.join(" "), self.dir.display())
    }

    /// What to tell somebody whose process ended early, from the last lines it printed.
    pub fn hint(&self, last_lines: &[u8]) -> Option<String> {
        let missing = String::from_utf8_lossy(last_lines).contains("No module named awslambdaric");
        match &self.start {
            Start::Python { .. } if missing => {
                let python = self.python();
                let python = python.display();
                Some(format!(
                    "{python} has no package awslambdaric; `{python} -m pip install awslambdaric` adds it"
                ))
            }
            _ => None,
        }
    }

    fn program(&self) -> (PathBuf, Vec<String>) {
        match &self.start {
            Start::Python { handler } => {
                (self.python(), vec!["-m".to_owned(), "awslambdaric".to_owned(), handler.clone()])
            }
            Start::Node { .. } => {
                (PathBuf::from("node"), vec!["--input-type=module".to_owned(), "-".to_owned()])
            }
            Start::Provided => (self.dir.join("bootstrap"), Vec::new()),
            Start::Command { program, arguments } => {
                // A bare name is looked up in PATH; anything else is meant from the function's folder.
                let bare = !program.contains('/');
                let program = if bare { PathBuf::from(program) } else { self.dir.join(program) };
                (program, arguments.clone())
            }
        }
    }

    /// The `python` key, an active environment, the nearest `.venv`, or what PATH has.
    fn python(&self) -> PathBuf {
        if let Some(python) = &self.config.python {
            let bare = python.components().count() == 1;
            return if bare { python.clone() } else { self.base_dir.join(python) };
        }
        let of_environment = |folder: &Path| Some(folder.join("bin/python")).filter(|python| python.exists());
        let active = self.virtual_env.as_deref();
        active
            .and_then(of_environment)
            .or_else(|| self.dir.ancestors().find_map(|folder| of_environment(&folder.join(".venv"))))
            .or_else(|| self.base_dir.ancestors().find_map(|folder| of_environment(&folder.join(".venv"))))
            .unwrap_or_else(|| PathBuf::from("python3"))
    }

    fn variables(&self, api: SocketAddr) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
            ("_HANDLER", self.handler().to_owned()),
            ("LAMBDA_TASK_ROOT", self.dir.display().to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name.to_string()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.memory_mb.to_string()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name)),
            ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream(api.port())),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("TZ", ":UTC".to_owned()),
        ];
        if let Some(runtime) = &self.config.runtime {
            variables.push(("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}")));
        }
        variables
    }
}

/// `2026/11/21/[$LATEST]…`, different for each process: the time and the port tell them apart.
fn log_stream(port: u16) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let day = jiff::Timestamp::now().strftime("%Y/%m/%d").to_string();
    format!("{day}/[$LATEST]{:028x}{port:04x}", now.as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(function: &FunctionConfig) -> Result<Launch, ConfigError> {
        Launch::new("f", function, &Config::new(env!("CARGO_MANIFEST_DIR")))
    }

    #[test]
    fn a_missing_folder_is_named() {
        let function = FunctionConfig {
            runtime: Some("provided".to_owned()),
            dir: PathBuf::from("no/such"),
            ..FunctionConfig::default()
        };
        let message = launch(&function).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(
            message.starts_with("functions.f.dir: /") && message.ends_with("no/such is no folder"),
            "{message}"
        );
    }

    #[test]
    fn programs_with_a_folder_are_found_from_the_function_s_folder() {
        let command = |program: &str| {
            let command = Some(vec![program.to_owned()]);
            let launch = launch(&FunctionConfig { command, ..FunctionConfig::default() }).expect("good");
            launch.program().0.display().to_string()
        };
        assert_eq!(command("serve"), "serve");
        assert!(command("./serve").ends_with("crates/connect/./serve"), "{}", command("./serve"));
    }

    #[test]
    fn functions_see_aws_s_variables_and_their_own_win() {
        let function = FunctionConfig {
            runtime: Some("provided.al2023".to_owned()),
            env: [("AWS_REGION".to_owned(), "mars-1".to_owned())].into(),
            ..FunctionConfig::default()
        };
        let command = launch(&function).expect("good").command(([127, 0, 0, 1], 4_000).into());
        let variable = |name: &str| {
            command.as_std().get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value?.to_str())
        };
        assert_eq!(variable("AWS_LAMBDA_RUNTIME_API"), Some("127.0.0.1:4000"));
        assert_eq!(variable("AWS_EXECUTION_ENV"), Some("AWS_Lambda_provided.al2023"));
        assert_eq!(variable("AWS_LAMBDA_LOG_GROUP_NAME"), Some("/aws/lambda/f"));
        assert_eq!(variable("AWS_REGION"), Some("mars-1"));
        assert!(variable("AWS_LAMBDA_LOG_STREAM_NAME").is_some_and(|s| s.contains("/[$LATEST]")));
    }
}
