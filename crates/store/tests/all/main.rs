//! Tests of the stores from outside, in one binary: the suite on each store,
//! damaged files, kills, failing writes, and backups.

mod backup;
mod crash;
mod damage;
mod faults;
mod power;
mod stores;
mod suite;

/// An environment variable: how a test tells its child process that it is one.
#[allow(clippy::disallowed_methods, reason = "children of a test binary get no arguments of their own")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
