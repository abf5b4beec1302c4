//! What every format of a file has in common: one record after the other, each with a place behind it.

use crate::cursor::Place;
use stateline_base::{Failure, Payload};
use std::sync::Arc;

/// One item of a file.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) value: Payload,
    /// Its name, where the items are the members of an object.
    pub(crate) key: Option<Arc<str>>,
}

impl From<Payload> for Record {
    fn from(value: Payload) -> Self {
        Record { value, key: None }
    }
}

/// The items of an open file.
pub(crate) trait Records: Send {
    /// The next one; `None` at the end. After a failure it is not asked again.
    fn next(&mut self) -> Result<Option<Record>, Failure>;

    /// Where the one after the last that was given begins.
    fn place(&self) -> Place;
}
