//! What a distributed Map reads and what it writes: objects become items, results become files.
//!
//! A [`Reader`] is opened from the effective fields of an `ItemReader` and gives one item at a time,
//! each with the place where the next one begins, so that reading can go on there after a crash. A
//! [`ResultFiles`] takes the results of children one at a time and puts them in files as
//! `ResultWriter` says. Neither holds more than an item, a block of bytes or a file that fills.
//!
//! Everything blocks and belongs on a thread that may. Where objects are kept is behind [`Objects`]:
//! a client of S3 is elsewhere, a folder of this machine is [`Folder`]. Clocks, threads and the
//! network are left to the callers: the rim, which joins this with the runtime's port.

mod config;
mod csv;
mod cursor;
mod failure;
mod files;
mod folder;
mod input;
mod json;
mod lines;
mod manifest;
mod objects;
mod parquet;
mod reader;
mod records;
mod results;
mod text;

pub use failure::changed;
pub use folder::Folder;
pub use objects::{Bucket, ListPage, Listed, ObjectName, Objects, Opened};
pub use reader::{Item, Reader, Reading};
pub use results::{Form, ResultFiles, ResultStatus};
