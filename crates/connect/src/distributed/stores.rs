//! Which objects are where: buckets that are folders of this machine, and all others at S3.

use super::s3::S3;
use crate::aws::Aws;
use crate::config::{Config, ConfigError};
use stateline_base::{Failure, Limits};
use stateline_items::{Bucket, Folder, ListPage, ObjectName, Objects, Opened};
use stateline_runtime::Caller;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Where objects are kept.
pub(crate) struct Stores {
    /// The buckets that are folders.
    local: BTreeMap<String, PathBuf>,
    folder: Folder,
    aws: Arc<Aws>,
    runtime: Handle,
    pub(super) limits: Limits,
}

/// On whose behalf objects are read and written.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub region: Arc<str>,
    pub account: Arc<str>,
    pub request_id: Arc<str>,
    pub caller: Caller,
}

impl Stores {
    /// Checks the folders.
    ///
    /// # Errors
    /// The first that is none.
    pub fn new(config: &Config, aws: Arc<Aws>, runtime: Handle) -> Result<Self, ConfigError> {
        let mut local = BTreeMap::new();
        for (name, bucket) in &config.buckets {
            let dir = config.base_dir.join(&bucket.dir);
            if !dir.is_dir() {
                let message = format!("{} is not a folder", dir.display());
                return Err(ConfigError::Bucket { bucket: name.clone(), message });
            }
            local.insert(name.clone(), dir);
        }
        let (folder, limits) = (Folder::new(local.clone()), config.limits.clone());
        Ok(Stores { folder, local, aws, runtime, limits })
    }

    /// The threads on which objects may be waited for.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// All objects, for somebody.
    pub(super) fn objects(self: &Arc<Self>, holder: Holder) -> Arc<dyn Objects> {
        let s3 = S3::new(self.aws.clone(), self.runtime.clone(), holder);
        Arc::new(All { stores: self.clone(), s3 })
    }
}

struct All {
    stores: Arc<Stores>,
    s3: S3,
}

impl All {
    fn of(&self, bucket: &Bucket) -> &dyn Objects {
        if self.stores.local.contains_key(&*bucket.name) { &self.stores.folder } else { &self.s3 }
    }
}

impl Objects for All {
    fn open(
        &self,
        object: &ObjectName,
        from: u64,
        bytes_max: Option<u64>,
        pinned: Option<&str>,
    ) -> Result<Opened, Failure> {
        self.of(&object.bucket).open(object, from, bytes_max, pinned)
    }

    fn list(
        &self,
        bucket: &Bucket,
        prefix: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<ListPage, Failure> {
        self.of(bucket).list(bucket, prefix, after, max)
    }

    fn put(&self, object: &ObjectName, body: &[u8], content_type: &str) -> Result<(), Failure> {
        self.of(&object.bucket).put(object, body, content_type)
    }
}
