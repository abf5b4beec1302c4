//! What a distributed Map reads and writes: objects at S3, or at whatever speaks like it, or in
//! folders of this machine. Reading formats and writing files is `stateline-items`' affair; here are
//! the objects, and the threads that may wait for them.

mod readers;
mod s3;
mod stores;
#[cfg(test)]
mod test_stores;
mod writers;

pub(crate) use readers::Readers;
pub(crate) use stores::Stores;
pub(crate) use writers::Writers;
