//! Mocks out of a mock configuration file, which is read again when it changes.
//!
//! Whether it has changed is looked at whenever something is asked of it, so that a test which
//! writes the file and starts an execution needs no pause in between. A file that is broken after a
//! change answers nothing: an older state of it would pass tests that the new one was written for.

mod file;
mod places;
#[cfg(test)]
mod tests;

pub use file::{MockFile, MockFileError};

use stateline_asl::Program;
use stateline_base::{Arn, Failure};
use stateline_runtime::{Attempt, MockPlace, Mocked, Mocks, Outcome};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// A mock configuration file and what it held when it was looked at last.
#[derive(Debug)]
pub struct FileMocks {
    path: PathBuf,
    seen: Mutex<Seen>,
}

#[derive(Debug)]
struct Seen {
    stamp: Option<Stamp>,
    file: Result<Arc<MockFile>, MockFileError>,
}

/// What tells one state of a file from the next: when it was written, how long it is, and which file
/// it is, where one is put in another's place.
type Stamp = (Option<SystemTime>, u64, u64);

impl FileMocks {
    /// Reads a file for the first time. It blocks.
    ///
    /// # Errors
    /// The first mistake; a file must be right when the server starts.
    pub fn open(path: &Path) -> Result<FileMocks, MockFileError> {
        let seen = Seen { stamp: stamp(path), file: Ok(Arc::new(MockFile::read(path)?)) };
        Ok(FileMocks { path: path.to_owned(), seen: Mutex::new(seen) })
    }

    /// The file as it is now.
    ///
    /// # Errors
    /// What is wrong with it since its last change.
    pub fn current(&self) -> Result<Arc<MockFile>, MockFileError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.path);
        if now.is_none() || now != seen.stamp {
            let file = MockFile::read(&self.path).map(Arc::new);
            match &file {
                Ok(_) => tracing::info!(file = %self.path.display(), "the mock configuration was read again"),
                Err(error) if seen.file.as_ref().err() != Some(error) => tracing::warn!("{error}"),
                Err(_) => {}
            }
            *seen = Seen { stamp: now, file };
        }
        seen.file.clone()
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.modified().ok(), facts.len(), facts.ino()))
}

impl Mocks for FileMocks {
    fn check(&self, machine_arn: &str, case: &str, program: &Program) -> Result<(), String> {
        let file = self.current().map_err(|error| error.to_string())?;
        file.check(machine_name(machine_arn), case, program)
    }

    fn names(&self, machine_arn: &str, case: &str, state: &str) -> bool {
        // Nobody knows what a broken file means to name; so that nothing real is called, all.
        self.current().map_or(true, |file| file.names(machine_name(machine_arn), case, state))
    }

    fn answer(&self, place: &MockPlace, attempt: &Attempt) -> Option<Mocked> {
        let file = match self.current() {
            Ok(file) => file,
            Err(error) => return Some(Mocked::Missing(Failure::runtime(error.to_string()))),
        };
        let names = (machine_name(&place.machine_arn), &*place.case, &*attempt.state);
        Some(match file.answer(names, place.invocation, &attempt.resource)? {
            Ok(Ok(result)) => Mocked::Ends(Outcome::Succeeded(result)),
            Ok(Err(failure)) => Mocked::Ends(Outcome::Failed(failure)),
            Err(why) => Mocked::Missing(Failure::runtime(why)),
        })
    }
}

/// The name of a state machine; for a Map Run's children that of their parent's.
fn machine_name(arn: &str) -> &str {
    let name = Arn::parse(arn).map_or("", |arn| arn.resource_rest());
    name.split('/').next().unwrap_or_default()
}
