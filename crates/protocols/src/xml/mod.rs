//! XML: bodies of `rest-xml` requests, and the trees that answers are read into.

mod read;
mod write;

pub(crate) use read::{Element, read};
pub(crate) use write::body;
