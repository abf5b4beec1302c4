//! The files of a source, one after the other: one object, what a manifest names, or what a listing
//! brings page by page.

use crate::failure::{failed, named};
use crate::objects::{Bucket, Listed, ObjectName, Objects};
use stateline_base::{Failure, error_name};
use std::collections::VecDeque;
use std::sync::Arc;

/// Objects that are listed at once. S3 gives a thousand of them; a folder is walked again for each page,
/// which for a million files had better not be a thousand times.
const PAGE_OBJECTS: usize = 50_000;

/// Files that are still to be read.
pub(crate) enum Files {
    /// Those of a manifest, or a single one.
    Named(VecDeque<ObjectName>),
    /// Those of a listing.
    Listed(Listing),
}

impl Files {
    /// The next file.
    pub(crate) fn next(&mut self) -> Result<Option<ObjectName>, Failure> {
        match self {
            Files::Named(files) => Ok(files.pop_front()),
            Files::Listed(listing) => {
                // The console of S3 makes a folder by an empty object of that name: nothing to read.
                let next = loop {
                    let next = listing.next()?;
                    if !next.as_ref().is_some_and(|listed| listed.size == 0 && listed.key.ends_with('/')) {
                        break next;
                    }
                };
                let bucket = &listing.bucket;
                Ok(next.map(|listed| ObjectName { bucket: bucket.clone(), key: listed.key, version: None }))
            }
        }
    }
}

/// A listing under way.
pub(crate) struct Listing {
    objects: Arc<dyn Objects>,
    bucket: Bucket,
    prefix: Arc<str>,
    after: Option<Arc<str>>,
    page: VecDeque<Listed>,
    more: bool,
}

impl Listing {
    /// A listing of what comes after a key.
    pub(crate) fn new(
        objects: &Arc<dyn Objects>,
        bucket: &Bucket,
        prefix: &Arc<str>,
        after: Option<Arc<str>>,
    ) -> Self {
        let (objects, bucket, prefix) = (Arc::clone(objects), bucket.clone(), prefix.clone());
        Listing { objects, bucket, prefix, after, page: VecDeque::new(), more: true }
    }

    /// The next object.
    pub(crate) fn next(&mut self) -> Result<Option<Listed>, Failure> {
        if self.page.is_empty() && self.more {
            let page = self
                .objects
                .list(&self.bucket, &self.prefix, self.after.as_deref(), PAGE_OBJECTS)
                .map_err(|failure| {
                    let what = format!("s3://{}/{}", self.bucket.name, self.prefix);
                    named(failure, error_name::ITEM_READER_FAILED, &what)
                })?;
            let goes_on = page.objects.iter().all(|listed| Some(&listed.key) > self.after.as_ref());
            if !goes_on || page.objects.is_empty() && page.more {
                let (bucket, prefix) = (&self.bucket.name, &self.prefix);
                return Err(failed(format!(
                    "The listing of s3://{bucket}/{prefix} does not go on in the order of the keys. A store whose \
                     listings have no order, such as a directory bucket, cannot be read that way."
                )));
            }
            self.more = page.more;
            self.after = page.objects.last().map(|listed| listed.key.clone()).or(self.after.take());
            self.page = page.objects.into();
        }
        Ok(self.page.pop_front())
    }
}
