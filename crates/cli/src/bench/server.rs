//! The server of a case: this very program, started with a new data directory on a free port.

use super::BenchError;
use super::case::{FUNCTION_NAME, own_function_arn};
use super::meter::Meter;
use super::outside::Site;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long a server may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Processes of the function. They answer at once, so more would only wait in line for two cores.
const FUNCTION_PROCESSES: usize = 4;
/// Calls that may wait for one: more than any case begins at once.
const FUNCTION_QUEUE: usize = 1_000_000;

/// A server that runs.
pub struct Server {
    child: Child,
    /// Where it is and what it offers.
    pub site: Site,
}

impl Server {
    /// Starts one. Its settings are written to `folder`; its data goes to `data`, or nowhere.
    ///
    /// # Errors
    /// When it does not say that it is ready.
    pub async fn start(folder: &Path, data: Option<&Path>) -> Result<Server, BenchError> {
        let program = std::env::current_exe()?;
        let config = folder.join("stateline.toml");
        // A string of JSON is a string of TOML.
        let command = json!([program.to_string_lossy(), "bench-function"]);
        let settings = format!(
            "[functions.{FUNCTION_NAME}]\ncommand = {command}\nconcurrency = {FUNCTION_PROCESSES}\n\
             queue = {FUNCTION_QUEUE}\n"
        );
        std::fs::write(&config, settings)?;
        let mut serve = Command::new(program);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(&config);
        match data {
            Some(data) => serve.arg("--data").arg(data),
            None => serve.args(["--store", "memory:"]),
        };
        let mut child = serve
            .current_dir(folder)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let address = match tokio::time::timeout(PATIENCE, address_of(&mut child)).await {
            Ok(address) => address?,
            Err(_) => return Err(BenchError::NotReady("it took too long".to_owned())),
        };
        let meter = child.id().map(Meter::of);
        Ok(Server { child, site: Site { address, meter, function: own_function_arn() } })
    }

    /// Asks it to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not stop, or not well.
    pub async fn stop(mut self) -> Result<(), BenchError> {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            kill_process(pid, Signal::TERM).map_err(std::io::Error::from)?;
        }
        match tokio::time::timeout(PATIENCE, self.child.wait()).await {
            Ok(status) if status.as_ref().is_ok_and(std::process::ExitStatus::success) => Ok(()),
            Ok(status) => Err(BenchError::NotReady(format!("it ended with {status:?}"))),
            Err(_) => Err(BenchError::NotReady("it did not stop".to_owned())),
        }
    }
}

/// Waits for the line that says where it listens.
async fn address_of(child: &mut Child) -> Result<String, BenchError> {
    let stdout = child.stdout.take().ok_or_else(|| BenchError::NotReady("it has no output".to_owned()))?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix("listening on http://") {
            return Ok(address.to_owned());
        }
    }
    Err(BenchError::NotReady("it ended before it was ready".to_owned()))
}
