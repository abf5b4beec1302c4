//! Objects in folders of this machine: a bucket is a folder that the settings name.

use crate::failure::changed;
use crate::objects::{Bucket, ListPage, Listed, ObjectName, Objects, Opened};
use stateline_base::Failure;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Names that begin so are ours: files that are still being written.
const PART_PREFIX: &str = ".stateline-part-";

/// Buckets that are folders. A key is the path of a file below its folder; symbolic links below the
/// folder are not followed, so that no key leads out of it.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    buckets: BTreeMap<String, PathBuf>,
}

impl Folder {
    /// Buckets by their names.
    #[must_use]
    pub fn new(buckets: BTreeMap<String, PathBuf>) -> Self {
        Folder { buckets }
    }

    fn root(&self, bucket: &Bucket) -> Result<&Path, Failure> {
        self.buckets.get(&*bucket.name).map(PathBuf::as_path).ok_or_else(|| {
            refused(format!("The bucket {} is not one of the folders that are configured.", bucket.name))
        })
    }

    /// Where an object is. Every step must be a real folder or file, or be missing still.
    fn path(&self, object: &ObjectName) -> Result<PathBuf, Failure> {
        let mut path = self.root(&object.bucket)?.to_path_buf();
        for part in object.key.split('/') {
            if matches!(part, "" | "." | "..") || part.contains('\0') || part.starts_with(PART_PREFIX) {
                return Err(refused(format!(
                    "The key of {object} cannot be the path of a file in a folder."
                )));
            }
            path.push(part);
            let link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
            if link {
                return Err(refused(format!(
                    "{object} leads through a symbolic link, which is not followed."
                )));
            }
        }
        Ok(path)
    }

    fn write(path: &Path, body: &[u8]) -> io::Result<()> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        fs::create_dir_all(folder)?;
        let part = folder.join(format!("{PART_PREFIX}{}", name.to_string_lossy()));
        let mut file = File::create(&part)?;
        file.write_all(body)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        File::open(folder)?.sync_all()
    }
}

impl Objects for Folder {
    fn open(
        &self,
        object: &ObjectName,
        from: u64,
        bytes_max: Option<u64>,
        pinned: Option<&str>,
    ) -> Result<Opened, Failure> {
        if object.version.is_some() {
            return Err(refused(format!(
                "{object} is in a folder, which keeps no versions: leave out VersionId."
            )));
        }
        let path = self.path(object)?;
        let trouble = |error: io::Error| refused(format!("{object} ({}): {error}", path.display()));
        // Looked at first: to open a pipe would be to wait for who writes into it.
        if !fs::symlink_metadata(&path).map_err(trouble)?.is_file() {
            return Err(refused(format!("{object} ({}) is not a file.", path.display())));
        }
        let mut file = File::open(&path).map_err(trouble)?;
        let metadata = file.metadata().map_err(trouble)?;
        let etag = etag(&metadata);
        if pinned.is_some_and(|pinned| pinned != etag) {
            return Err(changed(object));
        }
        file.seek(SeekFrom::Start(from)).map_err(trouble)?;
        let body = file.take(bytes_max.unwrap_or(u64::MAX));
        Ok(Opened { body: Box::new(body), len: Some(metadata.len()), etag: Some(etag) })
    }

    fn list(
        &self,
        bucket: &Bucket,
        prefix: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<ListPage, Failure> {
        let root = self.root(bucket)?;
        let mut walk = Walk { prefix, after, max, page: ListPage::default() };
        walk.folder(root, "").map_err(|error| {
            refused(format!("s3://{}/{prefix} ({}) cannot be listed: {error}", bucket.name, root.display()))
        })?;
        Ok(walk.page)
    }

    fn put(&self, object: &ObjectName, body: &[u8], _content_type: &str) -> Result<(), Failure> {
        let path = self.path(object)?;
        Folder::write(&path, body)
            .map_err(|error| refused(format!("{object} ({}) cannot be written: {error}", path.display())))
    }
}

/// Whoever asked gives it a name.
fn refused(cause: String) -> Failure {
    Failure { error: None, cause: Some(cause.into()) }
}

/// From what changes when a file is written: reading it all for a checksum would cost as much as using it.
fn etag(metadata: &Metadata) -> String {
    let (seconds, nanos) = (metadata.mtime(), metadata.mtime_nsec());
    format!("\"{:x}-{:x}-{seconds:x}-{nanos:x}\"", metadata.ino(), metadata.len())
}

/// A walk through a folder in the order of the keys.
struct Walk<'w> {
    prefix: &'w str,
    after: Option<&'w str>,
    max: usize,
    page: ListPage,
}

impl Walk<'_> {
    /// Lists what is in a folder whose key, with its stroke, is given; `false` when the page is full.
    fn folder(&mut self, path: &Path, key: &str) -> io::Result<bool> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            let regular = kind.is_dir() || kind.is_file();
            if !regular || name.to_string_lossy().starts_with(PART_PREFIX) {
                continue;
            }
            let Some(name) = name.to_str() else {
                return Err(io::Error::other(format!("the name {} is not UTF-8", entry.path().display())));
            };
            // A folder's keys go on with a stroke, and that is how they are sorted.
            let stroke = if kind.is_dir() { "/" } else { "" };
            names.push(format!("{key}{name}{stroke}"));
        }
        names.sort_unstable();
        for name in names {
            let below = &path.join(name.strip_prefix(key).unwrap_or(&name));
            let goes_on = match name.ends_with('/') {
                true if self.has_wanted(&name) => self.folder(below, &name)?,
                true => true,
                false => self.file(below, &name)?,
            };
            if !goes_on {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a folder can hold keys that are wanted.
    fn has_wanted(&self, folder: &str) -> bool {
        let on_the_way = folder.starts_with(self.prefix) || self.prefix.starts_with(folder);
        on_the_way && self.after.is_none_or(|after| after < folder || after.starts_with(folder))
    }

    fn file(&mut self, path: &Path, key: &str) -> io::Result<bool> {
        if !key.starts_with(self.prefix) || self.after.is_some_and(|after| key <= after) {
            return Ok(true);
        }
        if self.page.objects.len() >= self.max {
            self.page.more = true;
            return Ok(false);
        }
        let metadata = fs::symlink_metadata(path)?;
        let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.page.objects.push(Listed {
            key: Arc::from(key),
            size: metadata.len(),
            etag: Some(etag(&metadata)),
            last_modified: i64::try_from(modified.as_secs()).unwrap_or(i64::MAX),
            storage_class: Some("STANDARD".to_owned()),
        });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().expect("a folder for the test");
        let bucket = home.path().join("bucket");
        fs::create_dir(&bucket).expect("its bucket");
        let folder = Folder::new(BTreeMap::from([("b".to_owned(), bucket)]));
        (home, folder)
    }

    fn bucket() -> Bucket {
        Bucket { name: "b".into(), owner: None }
    }

    fn object(key: &str) -> ObjectName {
        ObjectName { bucket: bucket(), key: key.into(), version: None }
    }

    fn text(folder: &Folder, key: &str, from: u64, max: Option<u64>) -> String {
        let mut text = String::new();
        match folder.open(&object(key), from, max, None) {
            Ok(mut opened) => opened.body.read_to_string(&mut text).map(|_| text).expect("readable"),
            Err(failure) => failure.cause.unwrap_or_default().to_string(),
        }
    }

    #[test]
    fn objects_are_written_read_and_listed_in_the_order_of_their_keys() {
        let (_home, folder) = folder();
        for key in ["a/2", "a-b", "a/1", "a", "c/d/e"].iter().filter(|key| **key != "a") {
            folder.put(&object(key), key.as_bytes(), "text/plain").expect("written");
        }
        folder.put(&object("a/1"), b"0123456789", "text/plain").expect("written over");
        assert_eq!(text(&folder, "a/1", 0, None), "0123456789");
        assert_eq!(text(&folder, "a/1", 3, Some(4)), "3456");
        assert_eq!(text(&folder, "a/1", 99, None), "");
        let keys = |prefix: &str, after: Option<&str>, max| {
            let page = folder.list(&bucket(), prefix, after, max).expect("listed");
            let keys: Vec<_> = page.objects.iter().map(|listed| listed.key.to_string()).collect();
            (keys.join(" "), page.more)
        };
        assert_eq!(keys("", None, 10), ("a-b a/1 a/2 c/d/e".to_owned(), false));
        assert_eq!(keys("a/", None, 1), ("a/1".to_owned(), true));
        assert_eq!(keys("", Some("a/1"), 10), ("a/2 c/d/e".to_owned(), false));
        assert_eq!(keys("c", Some("c/d/e"), 10), (String::new(), false));
    }

    #[test]
    fn no_key_leads_out() {
        let (home, folder) = folder();
        fs::write(home.path().join("secret"), "s").expect("a file outside");
        let root = home.path().join("bucket");
        std::os::unix::fs::symlink(home.path(), root.join("up")).expect("a link out");
        for key in ["../secret", "/secret", "up/secret", "x/../../secret", "./a", "a//b", "up"] {
            let said = text(&folder, key, 0, None);
            assert!(said.contains("cannot be the path") || said.contains("symbolic link"), "{key}: {said}");
            assert!(folder.put(&object(key), b"", "text/plain").is_err(), "{key}");
        }
        assert_eq!(folder.list(&bucket(), "", None, 10), Ok(ListPage::default()));
        fs::create_dir(root.join("d")).expect("a folder in the bucket");
        assert!(text(&folder, "d", 0, None).ends_with("is not a file."));
        assert!(text(&folder, "missing", 0, None).contains("No such file or directory"));
        let other = Bucket { name: "o".into(), owner: None };
        let cause = folder.list(&other, "", None, 1).map_err(|failure| failure.cause.unwrap_or_default());
        expect![[r#"
            Err(
                "The bucket o is not one of the folders that are configured.",
            )
        "#]]
        .assert_debug_eq(&cause);
    }

    #[test]
    fn a_file_that_was_written_again_has_another_tag() {
        let (_home, folder) = folder();
        folder.put(&object("a"), b"1", "text/plain").expect("written");
        let tag = folder.open(&object("a"), 0, None, None).ok().and_then(|opened| opened.etag);
        assert!(folder.open(&object("a"), 0, None, tag.as_deref()).is_ok());
        folder.put(&object("a"), b"22", "text/plain").expect("written again");
        let cause =
            folder.open(&object("a"), 0, None, tag.as_deref()).err().and_then(|failure| failure.cause);
        assert!(cause.is_some_and(|cause| cause.starts_with("s3://b/a has changed")));
    }
}
