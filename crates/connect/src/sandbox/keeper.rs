//! The keeper: one small shell beside the server that outlives it for a moment
//! and kills what the functions' processes have started themselves.
//!
//! The kernel kills our direct children when we die, but not their children. The
//! keeper knows every process group; when its input ends, because we closed it
//! or were killed, it kills the groups that are left. Without a shell on the
//! machine everything else works; only such grandchildren may then survive
//! a `kill -9`.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

const SCRIPT: &str = include_str!("keeper.sh");

/// The keeper, or nothing where it could not be started.
pub(crate) struct Keeper {
    child: Option<(Child, ChildStdin)>,
}

impl Keeper {
    /// Starts it in a process group of its own, so that what ends our group leaves it alone.
    pub fn start() -> Self {
        let spawned = Command::new("/bin/sh")
            .arg("-c")
            .arg(SCRIPT)
            .arg("stateline-keeper")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let child = match spawned {
            Ok(mut child) => child.stdin.take().map(|stdin| (child, stdin)),
            Err(error) => {
                tracing::warn!(%error, "no /bin/sh: what functions start themselves may survive a kill -9 of the server");
                None
            }
        };
        Keeper { child }
    }

    /// From now on `group` must not survive us.
    pub fn add(&mut self, group: u32) {
        self.tell('+', group);
    }

    /// `group` is gone.
    pub fn remove(&mut self, group: u32) {
        self.tell('-', group);
    }

    fn tell(&mut self, verb: char, group: u32) {
        if let Some((_, stdin)) = &mut self.child
            && let Err(error) = writeln!(stdin, "{verb} {group}")
        {
            tracing::warn!(%error, "the keeper of function processes is gone");
            self.child = None;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some((mut child, stdin)) = self.child.take() {
            drop(stdin);
            // It ends at once now that its input has; its exit status says nothing.
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn sleeper() -> Child {
        Command::new("sleep").arg("600").process_group(0).spawn().expect("sleep exists")
    }

    #[test]
    fn groups_it_was_told_of_die_and_others_live() {
        let (mut kept, mut released) = (sleeper(), sleeper());
        let mut keeper = Keeper::start();
        keeper.add(kept.id());
        keeper.add(released.id());
        keeper.remove(released.id());
        drop(keeper);
        let deadline = Instant::now() + Duration::from_secs(10);
        while kept.try_wait().expect("a child of ours").is_none() {
            assert!(Instant::now() < deadline, "the keeper did not kill the group");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(released.try_wait().expect("a child of ours").is_none(), "a released group was killed");
        released.kill().expect("ours to kill");
        released.wait().expect("a child of ours");
    }
}
