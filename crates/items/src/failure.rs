//! Failures of reading: one name, and causes that say where and what to do.

use crate::objects::ObjectName;
use stateline_base::{Failure, error_name};
use std::fmt;
use std::io;

/// `States.ItemReaderFailed` with a cause.
pub(crate) fn failed(cause: impl AsRef<str>) -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, cause.as_ref())
}

/// What an object that is read fails with when it is no longer the one whose reading was begun.
#[must_use]
pub fn changed(object: &ObjectName) -> Failure {
    failed(format!(
        "{object} has changed since the Map Run began to read it, so the items that are left cannot be told \
         from those that were read. Start a new execution, and leave the object as it is while it is read."
    ))
}

/// Gives what a store said the name that a retrier or a catcher looks for; the words stay.
pub(crate) fn named(failure: Failure, error: &str, object: &dyn fmt::Display) -> Failure {
    match failure.cause {
        Some(cause) => Failure::new(error, cause),
        None => Failure::new(error, format!("{object}: the store gives no reason.")),
    }
}

/// A failure on its way through [`std::io::Read`].
#[derive(Debug)]
struct Carried(Failure);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.cause.as_deref().unwrap_or_default())
    }
}

impl std::error::Error for Carried {}

/// Wraps a failure for code that knows I/O errors only.
pub(crate) fn carried(failure: Failure) -> io::Error {
    io::Error::other(Carried(failure))
}

/// The failure in an I/O error, if that is what it carries.
pub(crate) fn uncarried(error: &io::Error) -> Option<Failure> {
    error.get_ref()?.downcast_ref::<Carried>().map(|carried| carried.0.clone())
}
