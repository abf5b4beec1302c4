//! The port to where objects are kept. Implemented by the S3 client at the rim and by
//! [`Folder`](crate::Folder); used by the reader and by the result files.

use stateline_base::Failure;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: Arc<str>,
    /// `ExpectedBucketOwner`: the account that must own it, where that was said.
    pub owner: Option<Arc<str>>,
}

/// An object by bucket and key; shown as `s3://bucket/key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// Where it is.
    pub bucket: Bucket,
    /// Its key, not encoded.
    pub key: Arc<str>,
    /// `VersionId`; absent is the newest.
    pub version: Option<Arc<str>>,
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket.name, self.key)
    }
}

/// An object that is being read.
pub struct Opened {
    /// Its bytes from the place that was asked for.
    pub body: Box<dyn Read + Send>,
    /// Bytes of the whole object, where the store says so. Parquet cannot be read without.
    pub len: Option<u64>,
    /// Its entity tag, as the store writes it; without one a change is not noticed.
    pub etag: Option<String>,
}

/// An object in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: Arc<str>,
    /// Bytes.
    pub size: u64,
    /// Its entity tag with its quotation marks, as S3 lists it.
    pub etag: Option<String>,
    /// When it was last written, in seconds since 1970.
    pub last_modified: i64,
    /// Such as `STANDARD`.
    pub storage_class: Option<String>,
}

/// Part of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPage {
    /// In the order of their keys' bytes. Never empty where there are more.
    pub objects: Vec<Listed>,
    /// Whether others come after the last one.
    pub more: bool,
}

/// Objects by bucket and key: S3, anything that speaks it, a folder.
///
/// Calls block. What a call fails with need not have a name, since the caller gives it one
/// (`States.ItemReaderFailed` or `States.ResultWriterFailed`); its cause is passed through as it is,
/// so it should be the service's own words. Attempts that may be repeated at once are repeated by
/// the implementation.
pub trait Objects: Send + Sync {
    /// Opens an object at a byte. At or behind its end the body is empty (S3 says `InvalidRange`,
    /// 416). With `bytes_max` no more than so many bytes are wanted, so that a range can be asked
    /// for; the body may give more. With `pinned` the object must still have that entity tag.
    ///
    /// # Errors
    /// What the store says; [`changed`](crate::changed) for an object that has another tag. A store
    /// that does not look at `pinned` gives the tag that is there, and the caller looks.
    fn open(
        &self,
        object: &ObjectName,
        from: u64,
        bytes_max: Option<u64>,
        pinned: Option<&str>,
    ) -> Result<Opened, Failure>;

    /// Lists objects whose keys begin with `prefix` and come after `after`, in the order of their
    /// keys' bytes; at most `max` of them, and as many fewer as the store likes.
    ///
    /// # Errors
    /// What the store says.
    fn list(
        &self,
        bucket: &Bucket,
        prefix: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<ListPage, Failure>;

    /// Writes an object as a whole, over one that is there; durable when it returns.
    ///
    /// # Errors
    /// What the store says.
    fn put(&self, object: &ObjectName, body: &[u8], content_type: &str) -> Result<(), Failure>;
}
