//! Starts the functions' processes from one thread that lives as long as they
//! may, waits for their end, and kills whole process groups.
//!
//! The kernel's signal at a parent's death belongs to the *thread* that forked,
//! so that no thread of the async runtime, which may end at any time, may do it.

use super::death::die_with_parent;
use super::keeper::Keeper;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeSet;
use std::io;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

/// Requests that may wait for the spawning thread.
const JOBS_MAX: usize = 1_024;

enum Job {
    Spawn(Box<Command>, oneshot::Sender<io::Result<Child>>),
    Gone(u32),
}

/// The thread that starts processes, and the groups that live.
pub(crate) struct Spawner {
    jobs: SyncSender<Job>,
    live: Arc<Live>,
}

#[derive(Default)]
struct Live {
    groups: Mutex<BTreeSet<u32>>,
    closed: AtomicBool,
}

impl Live {
    fn groups(&self) -> std::sync::MutexGuard<'_, BTreeSet<u32>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spawner {
    /// Starts the thread; `runtime` is told of the children's ends.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(runtime: Handle) -> io::Result<Self> {
        let (jobs, inbox) = sync_channel(JOBS_MAX);
        let live = Arc::new(Live::default());
        let seen = Arc::clone(&live);
        std::thread::Builder::new()
            .name("sandbox-spawner".to_owned())
            .spawn(move || serve(&inbox, &runtime, &seen))?;
        Ok(Spawner { jobs, live })
    }

    /// Starts `command` in a process group of its own.
    ///
    /// # Errors
    /// What the system says, or that everything is being stopped.
    pub async fn spawn(&self, mut command: Command) -> io::Result<Process> {
        command.process_group(0).kill_on_drop(true);
        die_with_parent(&mut command);
        let (reply, answer) = oneshot::channel();
        let stopped = || io::Error::other("function processes are being stopped");
        self.jobs.send(Job::Spawn(Box::new(command), reply)).map_err(|_| stopped())?;
        let child = answer.await.map_err(|_| stopped())??;
        Process::watch(child, self.jobs.clone(), Arc::clone(&self.live))
    }

    /// Kills every group, and starts no process any more.
    pub fn stop(&self) {
        self.live.closed.store(true, Ordering::SeqCst);
        for group in self.live.groups().iter() {
            kill_group(*group);
        }
    }
}

fn serve(inbox: &Receiver<Job>, runtime: &Handle, live: &Live) {
    let _entered = runtime.enter();
    let mut keeper: Option<Keeper> = None;
    while let Ok(job) = inbox.recv() {
        match job {
            Job::Gone(group) => {
                if let Some(keeper) = &mut keeper {
                    keeper.remove(group);
                }
            }
            Job::Spawn(mut command, reply) => {
                let keeper = keeper.get_or_insert_with(Keeper::start);
                let spawned = if live.closed.load(Ordering::SeqCst) {
                    Err(io::Error::other("function processes are being stopped"))
                } else {
                    command.spawn()
                };
                if let Some(group) = spawned.as_ref().ok().and_then(Child::id) {
                    keeper.add(group);
                    live.groups().insert(group);
                    // `stop` may have looked at the groups just before.
                    if live.closed.load(Ordering::SeqCst) {
                        kill_group(group);
                    }
                }
                // Nobody waits any more: the child is killed as it is dropped.
                let _ = reply.send(spawned);
            }
        }
    }
}

/// A running process and all that it has started, unless that left its group.
pub(crate) struct Process {
    group: u32,
    exit: watch::Receiver<Option<ExitStatus>>,
    /// Its output and input, to be taken once.
    pub pipes: Pipes,
}

/// The ends that were asked to be pipes.
pub(crate) struct Pipes {
    pub stdin: Option<tokio::process::ChildStdin>,
    pub stdout: Option<tokio::process::ChildStdout>,
    pub stderr: Option<tokio::process::ChildStderr>,
}

impl Process {
    fn watch(mut child: Child, jobs: SyncSender<Job>, live: Arc<Live>) -> io::Result<Self> {
        let group = child.id().ok_or_else(|| io::Error::other("the process was gone at once"))?;
        let pipes =
            Pipes { stdin: child.stdin.take(), stdout: child.stdout.take(), stderr: child.stderr.take() };
        let (said, exit) = watch::channel(None);
        tokio::spawn(async move {
            let status = child.wait().await;
            kill_group(group);
            live.groups().remove(&group);
            // The thread is gone: so is the keeper, and it has killed the group.
            let _ = jobs.send(Job::Gone(group));
            said.send_replace(Some(status.unwrap_or_default()));
        });
        Ok(Process { group, exit, pipes })
    }

    /// Kills the whole group.
    pub fn kill(&self) {
        if self.exit.borrow().is_none() {
            kill_group(self.group);
        }
    }

    /// Whether it has ended.
    pub fn has_exited(&self) -> bool {
        self.exit.borrow().is_some()
    }

    /// Waits for its end.
    pub async fn exited(&mut self) -> ExitStatus {
        match self.exit.wait_for(Option::is_some).await {
            Ok(status) => status.unwrap_or_default(),
            // The watching task ends only with the runtime.
            Err(_) => ExitStatus::default(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn kill_group(group: u32) {
    if let Some(pid) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // It may be gone already, which is what we want.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}
