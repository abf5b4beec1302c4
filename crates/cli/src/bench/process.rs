//! A process with a group of its own. Whoever drops it ends the whole group: a benchmark that is given
//! up leaves nothing running, not even what a script has started before its server was ready.

use super::meter::Meter;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::io;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::process::{Child, ChildStdout, Command};

/// How often a killed process is looked at until it is gone, and how long between two looks.
const GONE_TRIES: u32 = 400;
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A process and its group.
pub struct Process {
    child: Child,
    /// The leader of the group; none once it has been waited for, when its number may be another's.
    group: Option<Pid>,
}

impl Process {
    /// Starts it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start(command: &mut Command) -> io::Result<Process> {
        let child = command.process_group(0).kill_on_drop(true).spawn()?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Process { child, group })
    }

    /// Of the process alone, or of all in its group.
    pub fn meter(&self, whole_group: bool) -> Option<Meter> {
        let meter = if whole_group { Meter::of_group } else { Meter::of };
        self.child.id().map(meter)
    }

    /// What it prints, for who asks first.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How it has ended, if it has.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Asks it to stop, alone or with all in its group.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn ask_to_stop(&self, whole_group: bool) -> io::Result<()> {
        let ask = if whole_group { kill_process_group } else { kill_process };
        self.group.map_or(Ok(()), |pid| Ok(ask(pid, Signal::TERM)?))
    }

    /// Kills the group.
    pub fn kill(&self) {
        if let Some(pid) = self.group {
            // It may be gone already.
            kill_process_group(pid, Signal::KILL).ok();
        }
    }

    /// Waits until it has ended, and ends what it left behind in its group.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.kill();
        self.group = None;
        Ok(status)
    }
}

impl Drop for Process {
    /// It is waited for, since it may write to its folder, which goes next.
    fn drop(&mut self) {
        if self.group.is_none() {
            return;
        }
        self.kill();
        for _ in 0..GONE_TRIES {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[tokio::test]
    async fn what_a_script_has_started_goes_with_it() {
        let mut script = Command::new("/bin/sh");
        let process = Process::start(script.args(["-c", "sleep 60 & wait"])).expect("a shell");
        let one = process.meter(false).expect("it runs");
        let all = process.meter(true).expect("it runs");
        let began = Instant::now();
        while all.rss_kib() <= one.rss_kib() && began.elapsed().as_secs() < 10 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        assert!(all.rss_kib() > one.rss_kib(), "the shell has started another");
        drop(process);
        while all.rss_kib().is_some() && began.elapsed().as_secs() < 20 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        assert_eq!(all.rss_kib(), None, "one of them still runs");
    }
}
