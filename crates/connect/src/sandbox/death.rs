//! Ties a child's life to ours: the kernel kills it when the thread that
//! started it ends, be it with the whole process under `kill -9`.
//!
//! The only unsafe code of the crate is here, because running anything between
//! fork and exec is unsafe by its nature.

use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
use std::io;
use tokio::process::Command;

/// Makes the child of `command` die when the thread that spawns it ends.
#[allow(unsafe_code)]
pub(crate) fn die_with_parent(command: &mut Command) {
    let parent = getpid();
    let tie = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // We may have died before the line above; then nobody sends the signal any more.
        if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
    };
    // SAFETY: between fork and exec only async-signal-safe work is allowed. `tie` makes two system
    // calls without allocating or locking, and its error is built without an allocation.
    unsafe {
        command.pre_exec(tie);
    }
}
