//! Servers that the benchmark starts, each with a new folder, on a free port of this machine, in a
//! process group of its own that goes with it.

use super::BenchError;
use super::http::Connection;
use super::process::Process;
use super::site::Site;
use super::workloads::call1::{FUNCTION_NAME, own_function_arn};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// How long a server may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries to reach a server that does not say when it is ready.
const TRY_EVERY: Duration = Duration::from_millis(5);
/// Processes of the function. They answer at once, so more would only wait in line for two cores.
const FUNCTION_PROCESSES: usize = 4;
/// Calls that may wait for one: more than any case begins at once.
const FUNCTION_QUEUE: usize = 1_000_000;
/// Of the log of a server that failed, what is shown.
const LOG_LINES: usize = 5;

/// What a server is.
#[derive(Clone, Debug)]
pub enum Program {
    /// This program.
    Own,
    /// A command of a shell, with `{data}`, `{port}` and `{config}`.
    Command(String),
    /// The bare server of the ceilings; with a log, or without.
    Ceiling {
        /// Whether requests are made durable.
        durable: bool,
    },
}

impl Program {
    /// Whether it may be a script around its server.
    fn is_command(&self) -> bool {
        matches!(self, Program::Command(_))
    }
}

/// A server that runs.
pub struct Server {
    program: Program,
    folder: PathBuf,
    data: Option<PathBuf>,
    process: Process,
    /// Where it is and what it offers.
    pub site: Site,
}

impl Server {
    /// Starts one. Its settings are written to `folder`; its data goes to `data`, or nowhere.
    /// A command calls `function`, or the one of its settings.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn start(
        program: Program,
        (folder, data): (&Path, Option<&Path>),
        function: Option<String>,
    ) -> Result<Server, BenchError> {
        let config = folder.join("stateline.toml");
        // A string of JSON is a string of TOML.
        let command = json!([std::env::current_exe()?.to_string_lossy(), "bench-function"]);
        let settings = format!(
            "[functions.{FUNCTION_NAME}]\ncommand = {command}\nconcurrency = {FUNCTION_PROCESSES}\n\
             queue = {FUNCTION_QUEUE}\n"
        );
        std::fs::write(&config, settings)?;
        let configured = match &program {
            Program::Own => true,
            Program::Command(command) => command.contains("{config}"),
            Program::Ceiling { .. } => false,
        };
        let function = function.or_else(|| configured.then(own_function_arn));
        let (process, address) = launch(&program, folder, data).await?;
        let site = Site { address, meter: process.meter(program.is_command()), function };
        Ok(Server { program, folder: folder.to_owned(), data: data.map(Path::to_owned), process, site })
    }

    /// Asks it to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not stop, or, being of our own, not well.
    pub async fn stop(mut self) -> Result<(), BenchError> {
        let own = matches!(self.program, Program::Own);
        // One of our own ends its functions itself.
        self.process.ask_to_stop(self.program.is_command())?;
        match tokio::time::timeout(PATIENCE, self.process.wait()).await {
            Ok(Ok(status)) if status.success() || !own => Ok(()),
            Ok(status) => Err(BenchError::NotReady(format!("it ended with {status:?}"))),
            Err(_) => Err(BenchError::NotReady("it did not stop".to_owned())),
        }
    }

    /// Kills it, as a crash would, and waits until it is gone.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn crash(&mut self) -> Result<(), BenchError> {
        self.process.kill();
        self.process.wait().await?;
        Ok(())
    }

    /// Starts it again on the same data; gives how long it took until it answered.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn restart(&mut self) -> Result<Duration, BenchError> {
        let began = Instant::now();
        let (process, address) = launch(&self.program, &self.folder, self.data.as_deref()).await?;
        self.site.meter = process.meter(self.program.is_command());
        (self.process, self.site.address) = (process, address);
        Ok(began.elapsed())
    }
}

/// Starts the process and waits for its first answer.
async fn launch(
    program: &Program,
    folder: &Path,
    data: Option<&Path>,
) -> Result<(Process, String), BenchError> {
    let own = |words: &[&str]| {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(words);
        Ok::<_, std::io::Error>(command)
    };
    let mut port = None;
    let mut command = match program {
        Program::Own => {
            let mut command = own(&["serve", "--listen", "127.0.0.1:0", "--config"])?;
            command.arg(folder.join("stateline.toml"));
            match data {
                Some(data) => command.arg("--data").arg(data),
                None => command.args(["--store", "memory:"]),
            };
            command
        }
        Program::Ceiling { durable: false } => own(&["bench-ceiling"])?,
        Program::Ceiling { durable: true } => {
            let mut command = own(&["bench-ceiling", "--log"])?;
            command.arg(folder);
            command
        }
        Program::Command(text) => {
            let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            port = Some(free);
            let mut command = Command::new("/bin/sh");
            command.arg("-c").arg(format!("exec {}", filled(text, free, folder, data)));
            command.stdout(std::fs::File::create(folder.join("server.out"))?);
            command.stderr(std::fs::File::create(folder.join("server.log"))?);
            command
        }
    };
    if port.is_none() {
        command.stdout(Stdio::piped());
    }
    command.current_dir(folder).env("RUST_LOG", "warn").stdin(Stdio::null());
    let mut process = Process::start(&mut command)?;
    let answering = async {
        match port {
            None => address_of(&mut process).await,
            Some(port) => first_answer(&mut process, folder, format!("127.0.0.1:{port}")).await,
        }
    };
    match tokio::time::timeout(PATIENCE, answering).await {
        Ok(address) => Ok((process, address?)),
        Err(_) => Err(BenchError::NotReady(format!("it gave no answer in {} s", PATIENCE.as_secs()))),
    }
}

/// A command with its places filled in. Relative programs are looked for from where `bench` was started.
fn filled(text: &str, port: u16, folder: &Path, data: Option<&Path>) -> String {
    let data = data.map_or_else(|| folder.join("data"), Path::to_owned);
    let here = std::env::current_dir().unwrap_or_default();
    let (program, rest) = text.split_once(' ').unwrap_or((text, ""));
    let program = match program.contains('/') {
        true => quoted(&here.join(program)),
        false => program.to_owned(),
    };
    format!("{program} {rest}")
        .replace("{data}", &quoted(&data))
        .replace("{port}", &port.to_string())
        .replace("{config}", &quoted(&folder.join("stateline.toml")))
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+".contains(character);
    if path.chars().all(plain) { path.into_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// Waits for the line that says where it listens.
async fn address_of(process: &mut Process) -> Result<String, BenchError> {
    let stdout = process.stdout().ok_or_else(|| BenchError::NotReady("it has no output".to_owned()))?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix("listening on http://") {
            return Ok(address.to_owned());
        }
    }
    Err(BenchError::NotReady("it ended before it was ready".to_owned()))
}

/// Asks until the API answers.
async fn first_answer(process: &mut Process, folder: &Path, address: String) -> Result<String, BenchError> {
    loop {
        if let Some(status) = process.ended()? {
            let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let shown = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n");
            return Err(BenchError::NotReady(format!("it ended with {status} before it answered\n{shown}")));
        }
        if let Ok(mut connection) = Connection::open(&address).await
            && connection.call("ListStateMachines", "{}").await.is_ok()
        {
            return Ok(address);
        }
        tokio::time::sleep(TRY_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_a_command_are_filled_in() {
        let text = filled("/bin/engine --at {port} --in {data} -c {config}", 7, Path::new("/f"), None);
        assert_eq!(text, "/bin/engine --at 7 --in /f/data -c /f/stateline.toml");
        let here = std::env::current_dir().expect("a folder");
        assert_eq!(
            filled("./engine", 7, Path::new("/f"), None),
            format!("{} ", here.join("./engine").display())
        );
        let odd = filled("engine {data}", 7, Path::new("/f"), Some(Path::new("/it's here")));
        assert_eq!(odd, r"engine '/it'\''s here'");
        assert_eq!(filled("moto_server -p {port}", 7, Path::new("/f"), None), "moto_server -p 7");
    }

    #[tokio::test]
    async fn a_command_that_ends_is_told_with_its_last_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Program::Command("sh -c 'echo no licence >&2; exit 3'".to_owned());
        let started = Server::start(program, (folder.path(), None), None).await;
        let error = started.err().expect("it does not start").to_string();
        assert!(error.contains("exit status: 3") && error.ends_with("no licence"), "{error}");
    }
}
