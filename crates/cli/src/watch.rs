//! The files below a folder and when they changed, found by looking.
//!
//! Looking once a second costs a few milliseconds for a project's folder and
//! works on every file system, which notifications do not.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders deeper than this are not looked into.
const DEPTH_MAX: usize = 16;
/// Files that are watched; more are a mistake about the folder.
const FILES_MAX: usize = 20_000;
/// Folders that hold what others made.
const SKIPPED: [&str; 4] = ["node_modules", "target", "__pycache__", "venv"];

/// When a file was written and how long it is.
type Stamp = (Option<SystemTime>, u64);

/// Every file below some folders, with its stamp.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    files: BTreeMap<PathBuf, Stamp>,
}

impl Snapshot {
    /// Looks at everything below the folders, hidden folders left out. It blocks.
    ///
    /// # Errors
    /// When the first folder cannot be read, or when there are too many files.
    pub fn take(root: &Path, others: &[PathBuf]) -> io::Result<Snapshot> {
        let mut snapshot = Snapshot::default();
        snapshot.add(root, DEPTH_MAX)?;
        for other in others.iter().filter(|other| !other.starts_with(root)) {
            // A function's folder that is not there shows when the function is called.
            if let Err(error) = snapshot.add(other, DEPTH_MAX) {
                tracing::debug!(folder = %other.display(), %error, "a folder cannot be watched");
            }
        }
        Ok(snapshot)
    }

    /// The files whose name ends so.
    pub fn named<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a Path> {
        let all = self.files.keys().map(PathBuf::as_path);
        all.filter(move |path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending)))
    }

    /// The files that are new, gone or different since an earlier look.
    pub fn changed_since<'a>(&'a self, earlier: &'a Snapshot) -> Vec<&'a Path> {
        let gone = earlier.files.keys().filter(|path| !self.files.contains_key(*path));
        let other = self.files.iter().filter(|(path, stamp)| earlier.files.get(*path) != Some(stamp));
        gone.chain(other.map(|(path, _)| path)).map(PathBuf::as_path).collect()
    }

    fn add(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || SKIPPED.contains(&&*name) {
                continue;
            }
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                if depth > 0 {
                    // A folder that went away in between is simply not there.
                    drop(self.add(&path, depth - 1));
                }
            } else if let Ok(facts) = std::fs::metadata(&path)
                && facts.is_file()
            {
                self.files.insert(path, (facts.modified().ok(), facts.len()));
            }
            if self.files.len() > FILES_MAX {
                return Err(io::Error::other(format!(
                    "more than {FILES_MAX} files are here; choose a smaller folder"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn changes_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("a/node_modules")).expect("folders");
        fs::write(path("a/m.asl.json"), "1").expect("a file");
        fs::write(path("a/node_modules/x"), "1").expect("a file");
        fs::write(path(".hidden"), "1").expect("a file");
        let before = Snapshot::take(folder.path(), &[]).expect("a look");
        assert_eq!(before.named(".asl.json").collect::<Vec<_>>(), [path("a/m.asl.json")]);
        assert_eq!(before.files.len(), 1);
        fs::write(path("a/m.asl.json"), "22").expect("a file");
        fs::write(path("new"), "").expect("a file");
        let after = Snapshot::take(folder.path(), &[]).expect("a look");
        assert_eq!(after.changed_since(&before), [path("a/m.asl.json"), path("new")]);
        assert_eq!(before.changed_since(&after), [path("new"), path("a/m.asl.json")]);
        assert!(Snapshot::take(&path("nowhere"), &[]).is_err());
    }
}
