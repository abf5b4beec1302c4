//! One process of a function: started with a Runtime API of its own, asked one
//! thing at a time, and killed when it takes too long.

use super::desk::{Desk, DeskOwner, Invocation, Report};
use super::fault::Fault;
use super::launch::Launch;
use super::logs::{LogTail, follow};
use super::process::{Process, Spawner};
use super::runtime_api::RuntimeApi;
use bytes::Bytes;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How long a report may still arrive, or an ending process may still print, after the fact.
const GRACE: Duration = Duration::from_millis(100);

/// A process that has asked for work.
pub(crate) struct Sandbox {
    process: Process,
    desk: DeskOwner,
    /// What the process printed since its invocation began.
    pub log: LogTail,
    /// When it had nothing to do any more.
    pub idle_since: Instant,
    timeout: Duration,
    init_timeout: Duration,
    spent: bool,
    // Serves the process until this is dropped.
    _api: RuntimeApi,
}

/// What an invocation came to.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The function's answer.
    Answer(Bytes),
    /// The function's error document.
    Error(Bytes),
    /// There is no answer.
    Fault(Fault),
    /// The process is gone and never saw the invocation.
    Undelivered(Fault),
}

/// Why a process is of no use.
#[derive(Debug)]
pub(crate) enum StartFailure {
    /// Its own error document.
    Document(Bytes),
    /// It did not write one.
    Fault(Fault),
}

impl Sandbox {
    /// Starts a process and waits until it asks for work.
    ///
    /// # Errors
    /// The process's own initialisation error, or why it came to none.
    pub async fn start(launch: &Launch, spawner: &Spawner) -> Result<Sandbox, StartFailure> {
        let (desk, owner) = Desk::new(&launch.name, launch.handler(), launch.timeout);
        let not_started = |reason: String| StartFailure::Fault(Fault::NotStarted(reason));
        let api = RuntimeApi::serve(desk).await.map_err(|error| {
            not_started(format!("function {}: no port for its Runtime API: {error}", launch.name))
        })?;
        let mut process = spawner
            .spawn(launch.command(api.address))
            .await
            .map_err(|error| not_started(format!("{}: {error}", launch.words())))?;
        let log = LogTail::default();
        connect_pipes(&mut process, launch, &log);
        let mut sandbox = Sandbox {
            process,
            desk: owner,
            log,
            idle_since: Instant::now(),
            timeout: launch.timeout,
            init_timeout: launch.init_timeout,
            spent: false,
            _api: api,
        };
        sandbox.initialise(launch).await?;
        Ok(sandbox)
    }

    async fn initialise(&mut self, launch: &Launch) -> Result<(), StartFailure> {
        let deadline = Instant::now() + self.init_timeout;
        loop {
            match self.wait(deadline).await {
                Happened::Report(Report::Ready | Report::Taken) => return Ok(()),
                Happened::Report(Report::InitError(document)) => {
                    // It ends by itself now; killed at once, it could not print what went wrong.
                    let _ = timeout(GRACE * 5, self.process.exited()).await;
                    return Err(StartFailure::Document(document));
                }
                Happened::Report(_) => {}
                Happened::Exit(status) => {
                    sleep(GRACE).await;
                    let hint = launch.hint(&self.log.bytes());
                    return Err(StartFailure::Fault(Fault::Exited(status, hint)));
                }
                Happened::Deadline => {
                    return Err(StartFailure::Fault(Fault::InitTimedOut(self.init_timeout)));
                }
            }
        }
    }

    /// Whether another invocation may be put to it.
    pub fn usable(&self) -> bool {
        !self.spent && !self.process.has_exited()
    }

    /// Lets the function work on `invocation`; kills the process when its time is over.
    pub async fn invoke(&mut self, invocation: Invocation) -> Ending {
        while self.desk.reports.try_recv().is_ok() {}
        if self.desk.invocations.try_send(invocation).is_err() {
            self.spent = true;
            return Ending::Undelivered(Fault::Exited(ExitStatus::default(), None));
        }
        let mut taken = false;
        // The function's own time begins when it has the invocation.
        let mut deadline = Instant::now() + self.init_timeout;
        loop {
            match self.wait(deadline).await {
                Happened::Report(Report::Taken) => {
                    taken = true;
                    deadline = Instant::now() + self.timeout;
                }
                Happened::Report(Report::Answer(body)) => return Ending::Answer(body),
                Happened::Report(Report::Error(document)) => return Ending::Error(document),
                Happened::Report(Report::TooLarge(bytes)) => return Ending::Fault(Fault::TooLarge(bytes)),
                Happened::Report(Report::InitError(document)) => {
                    self.spent = true;
                    return Ending::Error(document);
                }
                Happened::Report(Report::Ready) => {}
                Happened::Exit(status) if taken => return Ending::Fault(Fault::Exited(status, None)),
                Happened::Exit(status) => return Ending::Undelivered(Fault::Exited(status, None)),
                Happened::Deadline => {
                    self.spent = true;
                    self.process.kill();
                    let fault = Fault::TimedOut(self.timeout);
                    return if taken { Ending::Fault(fault) } else { Ending::Undelivered(fault) };
                }
            }
        }
    }

    /// The next thing that happens. Reports come before the end of the process that made them.
    async fn wait(&mut self, deadline: Instant) -> Happened {
        tokio::select! {
            biased;
            Some(report) = self.desk.reports.recv() => Happened::Report(report),
            status = self.process.exited() => {
                match timeout(GRACE, self.desk.reports.recv()).await {
                    Ok(Some(report)) => Happened::Report(report),
                    _ => Happened::Exit(status),
                }
            }
            () = sleep_until(deadline) => Happened::Deadline,
        }
    }
}

enum Happened {
    Report(Report),
    Exit(ExitStatus),
    Deadline,
}

fn connect_pipes(process: &mut Process, launch: &Launch, log: &LogTail) {
    if let Some(pipe) = process.pipes.stdout.take() {
        follow(pipe, Arc::clone(&launch.name), "stdout", log.clone());
    }
    if let Some(pipe) = process.pipes.stderr.take() {
        follow(pipe, Arc::clone(&launch.name), "stderr", log.clone());
    }
    if let (Some(mut pipe), Some(text)) = (process.pipes.stdin.take(), launch.input()) {
        tokio::spawn(async move {
            // A process that does not read its program ends, and its end is seen.
            let _ = pipe.write_all(text.as_bytes()).await;
        });
    }
}
