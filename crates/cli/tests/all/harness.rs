//! Folders, processes and servers for the tests.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take that is expected to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that goes away with the test.
pub struct Folder {
    dir: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The output of a command that must have gone well.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// The output as JSON.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).expect("the output is JSON")
    }
}

impl Folder {
    pub fn new() -> Folder {
        Folder { dir: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// The binary in this folder, with nothing of the environment that it would listen to.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stateline"));
        command.args(args).current_dir(self.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars() {
            let told = ["AWS_", "STATELINE_", "SFN_"].iter().any(|prefix| name.starts_with(prefix));
            if told || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs a command to its end, which must come within reasonable time.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Ran {
        // Files and not pipes, because a pipe that is full stops who writes.
        let (out, err) = (tempfile::tempfile().expect("a file"), tempfile::tempfile().expect("a file"));
        let mut command = self.command(args);
        command.stdout(out.try_clone().expect("a file")).stderr(err.try_clone().expect("a file"));
        let mut running = Running { child: command.spawn().expect("the binary starts") };
        let ran = running.end();
        Ran { stdout: text_of(out), stderr: text_of(err), ..ran }
    }

    /// Starts a command that goes on.
    pub fn start(&self, args: &[&str]) -> Running {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running { child: command.spawn().expect("the binary starts") }
    }

    /// Starts a server on a free port with data in `data`.
    pub fn serve(&self, args: &[&str]) -> Server {
        self.listen(&[&["serve", "--listen", "127.0.0.1:0", "--data", "data"], args].concat())
    }

    /// Starts whatever prints `listening on`.
    pub fn listen(&self, args: &[&str]) -> Server {
        self.listen_with(&[], args)
    }

    /// The same with something in its environment.
    pub fn listen_with(&self, env: &[(&str, &str)], args: &[&str]) -> Server {
        let mut command = self.command(args);
        command.envs(env.iter().copied());
        let log =
            std::fs::File::options().create(true).append(true).open(self.path().join("log")).expect("a file");
        command.stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().expect("the binary starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let running = Running { child };
        let endpoint = line.trim().strip_prefix("listening on ");
        let endpoint = endpoint.unwrap_or_else(|| panic!("{line:?} {}", self.log())).to_owned();
        Server { endpoint, running, stdout }
    }

    /// What servers of this folder printed on stderr.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    /// A client command of a server.
    pub fn ask(&self, server: &Server, args: &[&str]) -> Ran {
        self.run(&[args, &["--endpoint", &server.endpoint]].concat())
    }
}

fn text_of(mut file: std::fs::File) -> String {
    let mut text = String::new();
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}

/// A process, killed when it is forgotten.
pub struct Running {
    child: Child,
}

impl Running {
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the process is ours");
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(&mut self) -> Ran {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("our own process") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "the process does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut ran = Ran { code: status.code(), stdout: String::new(), stderr: String::new() };
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_string(&mut ran.stdout).expect("text");
        }
        if let Some(mut err) = self.child.stderr.take() {
            err.read_to_string(&mut ran.stderr).expect("text");
        }
        ran
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A server that listens.
pub struct Server {
    pub endpoint: String,
    pub running: Running,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub fn address(&self) -> &str {
        self.endpoint.strip_prefix("http://").expect("an http address")
    }

    /// The next line that it prints.
    #[track_caller]
    pub fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// Calls the API as any HTTP client can.
    #[track_caller]
    pub fn call(&self, operation: &str, request: &Value) -> Value {
        let body = request.to_string();
        let mut stream = TcpStream::connect(self.address()).expect("the server listens");
        write!(
            stream,
            "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSStepFunctions.{operation}\r\n\
             content-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).expect("JSON")
    }

    #[track_caller]
    pub fn create(&self, name: &str, definition: &Value) {
        let role = "arn:aws:iam::000000000000:role/test";
        let request =
            serde_json::json!({"name": name, "definition": definition.to_string(), "roleArn": role});
        self.call("CreateStateMachine", &request);
    }

    /// Asks it to stop and waits; gives the rest of what it printed.
    #[track_caller]
    pub fn stop(mut self) -> Ran {
        self.running.signal(Signal::TERM);
        let mut ran = self.running.end();
        self.stdout.read_to_string(&mut ran.stdout).expect("text");
        ran
    }

    /// As a crash does.
    pub fn kill(mut self) {
        self.running.signal(Signal::KILL);
        self.running.end();
    }
}

/// Asks until it is true.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "this never came true: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program that the machine may lack.
pub fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}
