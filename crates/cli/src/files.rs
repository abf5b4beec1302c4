//! How many files this process may have open, and how many of them connections may take.
//!
//! A store that cannot open its next file must stop, so clients never get all of them.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Files for the store, for functions and for calls out, where there are enough.
const RESERVED_MAX: u64 = 1_024;
/// The same where there are few.
const RESERVED_MIN: u64 = 96;
/// Connections at once, where files allow it.
const CONNECTIONS_MAX: u64 = 10_000;
/// And where they do not: a server that nobody can reach is none.
const CONNECTIONS_MIN: u64 = 8;

/// Raises the limit of open files to what the process may have, and gives it. Most systems start
/// processes with a soft limit of 1,024 for the sake of old programs.
pub fn raise() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::debug!(%error, "the limit of open files stays as it is");
        }
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Connections that a process may have with so many files.
pub fn connections(files: u64) -> usize {
    let reserved = (files / 4).clamp(RESERVED_MIN, RESERVED_MAX);
    let most = files.saturating_sub(reserved).clamp(CONNECTIONS_MIN, CONNECTIONS_MAX);
    usize::try_from(most).expect("it is at most 10,000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_never_get_all_files() {
        let check = |files: u64, expected: usize| assert_eq!(connections(files), expected, "{files}");
        check(u64::MAX, 10_000);
        check(20_000, 10_000);
        check(8_192, 7_168);
        check(1_024, 768);
        check(128, 32);
        check(64, 8);
        check(0, 8);
    }

    #[test]
    fn the_limit_is_raised_once() {
        assert_eq!(raise(), raise());
    }
}
