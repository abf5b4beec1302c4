//! What can go wrong, split by what the caller has to do about it.

use stateline_base::ExecutionId;
use std::path::PathBuf;

/// Why a group was not, or may not have been, committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Somebody else owns the store now; nothing was written, and nothing may be written with this epoch again.
    #[error("another owner has taken over the store")]
    Fenced,
    /// The execution's journal does not end where the batch begins; nothing was written.
    #[error("the journal of execution {id} does not end where the batch begins")]
    Conflict {
        /// The first execution of the group that does not fit.
        id: ExecutionId,
    },
    /// Nothing was written, and the same group may be tried again.
    #[error("the store could not commit now; try again")]
    Retry,
    /// The answer was lost: the group is there as a whole, or not at all. Read the row to know.
    #[error("the outcome of the commit is unknown")]
    Unknown,
    /// A write failed half-way, now or earlier: the store takes no more writes
    /// until it is opened again. Whether the failed group survives is known then.
    #[error("the store takes no more writes until it is opened again: {0}")]
    Poisoned(String),
    /// Too little space is left; nothing was written, and the store stays usable.
    #[error("no space left for the store: {0}")]
    Full(String),
    /// The group could not be made or checked; nothing was written.
    #[error("the group was refused: {0}")]
    Io(String),
}

/// Why a read, or a write that the store makes by itself, failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Stored data is damaged or missing.
    #[error("stored data is damaged: {what}")]
    Corrupt {
        /// Which data, and how it shows.
        what: String,
    },
    /// The system refused a read.
    #[error("the store could not be read: {0}")]
    Io(String),
    /// A write was refused ([`crate::Store::acquire`] and [`crate::Store::expire`] write).
    #[error(transparent)]
    Refused(#[from] CommitError),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        StoreError::Corrupt { what: what.into() }
    }
}

/// A check inside a commit failed: nothing was written.
impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refused) => refused,
            other => CommitError::Io(other.to_string()),
        }
    }
}

/// Why a data directory was not opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another store in this process, has it open.
    #[error("{} is in use by {}; stop it, or choose another data directory", .dir.display(), holder(.pid))]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// The process that wrote itself into the lock file, where it could be read.
        pid: Option<u32>,
    },
    /// The directory is of another version, or not of this program.
    #[error("{}: {what}", .dir.display())]
    Format {
        /// The data directory.
        dir: PathBuf,
        /// What was found, and what to do.
        what: String,
    },
    /// A file is damaged or missing.
    #[error("{}: {what}. {remedy}", .dir.display())]
    Corrupt {
        /// The data directory.
        dir: PathBuf,
        /// Which file or table, and how it shows.
        what: String,
        /// What an operator can do.
        remedy: String,
    },
    /// The system refused something.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn holder(pid: &Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}
