//! The data directory: its lock, its format, its size.

use super::mark::Mark;
use crate::OpenError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Layout of the data directory and of all keys and values in it. A program opens what has this
/// format or an older one; `docs/format.md` says what is promised.
pub const DATA_FORMAT: u32 = 1;
const FORMAT_NAME: &str = "stateline data, format ";
/// A file that is there from the beginning of a restore until its data counts.
const RESTORING: &str = "restoring";
/// What a restore makes, and what it leaves when it is broken off.
const RESTORED: [&str; 5] = ["db.new", "db", "format.new", "format", "mark"];

/// A data directory that this process holds.
pub(super) struct Directory {
    path: PathBuf,
    /// The lock goes with the file.
    _lock: File,
}

impl Directory {
    /// Makes the directory if need be, and locks it.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        make(path)?;
        let lock = lock(path)?;
        Ok(Directory { path: path.to_owned(), _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn engine_path(&self) -> PathBuf {
        self.path.join("db")
    }

    /// Where the engine's files are made before they count.
    pub(super) fn nursery_path(&self) -> PathBuf {
        self.path.join("db.new")
    }

    pub(super) fn mark_path(&self) -> PathBuf {
        self.path.join("mark")
    }

    pub(super) fn has_engine(&self) -> bool {
        self.engine_path().exists()
    }

    /// Puts a finished nursery into place. A crash before leaves no store, after it a whole one.
    ///
    /// Each step is on disk before the next one begins: nothing says in which order a disk that
    /// loses its power has got to names that were not synced.
    pub(super) fn adopt_nursery(&self) -> Result<(), OpenError> {
        sync_tree(&self.nursery_path())?;
        let format = self.path.join("format");
        let draft = self.path.join("format.new");
        let mut file = File::create(&draft).map_err(at(&draft))?;
        file.write_all(format!("{FORMAT_NAME}{DATA_FORMAT}\n").as_bytes()).map_err(at(&draft))?;
        file.sync_all().map_err(at(&draft))?;
        fs::rename(&draft, &format).map_err(at(&format))?;
        sync(&self.path)?;
        fs::rename(self.nursery_path(), self.engine_path()).map_err(at(&self.path))?;
        sync(&self.path)
    }

    /// No restore into the directory was broken off.
    pub(super) fn check_restored(&self) -> Result<(), OpenError> {
        if !self.path.join(RESTORING).exists() {
            return Ok(());
        }
        Err(self.refused(
            "a restore into this folder was broken off, so there is no data in it that counts; \
             run `stateline restore` into it again, or delete the folder"
                .to_owned(),
        ))
    }

    /// Marks an empty directory as one that is being restored. What a restore before has left is removed.
    pub(super) fn begin_restore(&self) -> Result<(), OpenError> {
        check_free(&self.path)?;
        let marker = self.path.join(RESTORING);
        let mark = || {
            File::create(&marker)?.sync_all()?;
            File::open(&self.path)?.sync_all()
        };
        mark().map_err(at(&marker))?;
        // The folder itself may be new. Its parent may be closed to us, and then nothing can be done.
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        drop(File::open(parent.unwrap_or(Path::new("."))).and_then(|parent| parent.sync_all()));
        self.remove_restored().map_err(at(&self.path))
    }

    /// The restored data counts from now on.
    pub(super) fn end_restore(&self) -> Result<(), OpenError> {
        let unmark = || {
            fs::remove_file(self.path.join(RESTORING))?;
            File::open(&self.path)?.sync_all()
        };
        unmark().map_err(at(&self.path))
    }

    /// Leaves the directory as empty as it was.
    pub(super) fn give_restore_up(&self) -> Result<(), OpenError> {
        self.remove_restored().map_err(at(&self.path))?;
        self.end_restore()
    }

    fn remove_restored(&self) -> io::Result<()> {
        for path in RESTORED.map(|name| self.path.join(name)) {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone_is_none(removed)?;
        }
        Ok(())
    }

    /// The format is one this program writes.
    pub(super) fn check_format(&self) -> Result<(), OpenError> {
        let path = self.path.join("format");
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(self.refused(
                    "there is a folder db but no file format, so this is no data directory of \
                     stateline, or a part of it is lost; choose another directory or restore a backup"
                        .to_owned(),
                ));
            }
            Err(error) => return Err(at(&path)(error)),
        };
        match text.trim_end().strip_prefix(FORMAT_NAME).and_then(|number| number.parse::<u32>().ok()) {
            Some(DATA_FORMAT) => Ok(()),
            Some(newer) if newer > DATA_FORMAT => Err(self.refused(format!(
                "the data has format {newer}, and this program knows formats up to {DATA_FORMAT}; \
                 run the version that wrote it, or a newer one"
            ))),
            _ => Err(self.refused(format!(
                "the file format says {:?}, which this program does not know; \
                 choose another directory or restore a backup",
                text.chars().take(60).collect::<String>()
            ))),
        }
    }

    /// The number of the last group that is known to be on the disk.
    pub(super) fn marked(&self) -> Result<Option<u64>, OpenError> {
        Mark::read(&self.mark_path())
    }

    /// What the engine's journal holds must not lie behind what was acknowledged.
    ///
    /// `last_group` is `None` when the journal is empty: then the tables must be asked.
    pub(super) fn check_mark(&self, last_group: Option<u64>) -> Result<(), OpenError> {
        let (Some(marked), Some(last)) = (self.marked()?, last_group) else {
            return Ok(());
        };
        if last >= marked {
            return Ok(());
        }
        Err(OpenError::Corrupt {
            dir: self.path.clone(),
            what: format!(
                "commits up to number {marked} were acknowledged, but the files in db hold them only up to \
                 number {last}: a file in db was cut, replaced or lost"
            ),
            remedy: "Restore a backup. Deleting the file mark accepts the loss".to_owned(),
        })
    }

    /// An error that names this directory and what an operator can do.
    pub(super) fn damaged(&self, what: String) -> OpenError {
        OpenError::Corrupt {
            dir: self.path.clone(),
            what,
            remedy: "Nothing was changed; restore the data directory from a backup".to_owned(),
        }
    }

    /// An error about what the directory is, or is not.
    pub(super) fn refused(&self, what: String) -> OpenError {
        OpenError::Format { dir: self.path.clone(), what }
    }

    /// Bytes of all files, without holes.
    pub(super) fn disk_bytes(&self) -> io::Result<u64> {
        bytes_below(&self.path)
    }
}

/// Makes a folder and those above it that are missing, each with its name on disk.
fn make(path: &Path) -> Result<(), OpenError> {
    let path = std::path::absolute(path).map_err(at(path))?;
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    fs::create_dir_all(&path).map_err(at(&path))?;
    missing.iter().rev().filter_map(|folder| folder.parent()).try_for_each(sync)
}

/// Syncs a folder with all that is in it: the engine leaves the names of its own folders to chance.
fn sync_tree(path: &Path) -> Result<(), OpenError> {
    for entry in fs::read_dir(path).map_err(at(path))? {
        let path = entry.map_err(at(path))?.path();
        if path.is_dir() { sync_tree(&path)? } else { sync(&path)? }
    }
    sync(path)
}

/// Syncs a file, or the names in a folder.
fn sync(path: &Path) -> Result<(), OpenError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// Files come and go while the engine works; a vanished one counts nothing.
fn bytes_below(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in gone_is_none(fs::read_dir(path))?.into_iter().flatten() {
        let entry = entry?;
        let Some(metadata) = gone_is_none(entry.metadata())? else { continue };
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.blocks() * 512 };
    }
    Ok(bytes)
}

fn gone_is_none<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A restore may begin in the folder: it is not there, or has nothing in it but its lock and what a
/// restore before has left.
pub(super) fn check_free(path: &Path) -> Result<(), OpenError> {
    if path.join(RESTORING).exists() {
        return Ok(());
    }
    let mut names = Vec::new();
    for entry in gone_is_none(fs::read_dir(path)).map_err(at(path))?.into_iter().flatten() {
        names.push(entry.map_err(at(path))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    match names.into_iter().find(|name| name != LOCK) {
        None => Ok(()),
        Some(name) => Err(OpenError::Format {
            dir: path.to_owned(),
            what: format!(
                "the folder is not empty (it has {name}); restore into one that is empty, or not there yet"
            ),
        }),
    }
}

/// Makes all files and folders below a folder durable, and itself.
pub(super) fn sync_below(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_below(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(path)?.sync_all()
}

/// The lock file.
const LOCK: &str = "lock";
/// How often a lock that somebody holds is tried again.
const LOCK_TRIES: u32 = 20;
/// The pause between two tries.
const LOCK_PAUSE: Duration = Duration::from_millis(10);

#[allow(clippy::disallowed_methods, reason = "opening blocks anyway, and nothing runs yet")]
fn pause() {
    std::thread::sleep(LOCK_PAUSE);
}

/// Takes the lock file (`flock`, so a dead process holds nothing) and writes our process id into it.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join(LOCK);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(at(&path))?;
    let mut tries = 0;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            // A process that is just being started holds what its parent held until it runs its program.
            Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => {
                tries += 1;
                pause();
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // A holder that has not written its id yet is simply not named.
                let _ = file.read_to_string(&mut text);
                return Err(OpenError::Locked { dir: dir.to_owned(), pid: text.trim().parse().ok() });
            }
            Err(TryLockError::Error(error)) => return Err(at(&path)(error)),
        }
    }
    let mut write = || {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(format!("{}\n", std::process::id()).as_bytes())
    };
    write().map_err(at(&path))?;
    Ok(file)
}

/// An I/O error with its place.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> OpenError + '_ {
    move |source| OpenError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prepare: impl Fn(&Path), expected: &str) {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("db")).expect("a folder db");
        prepare(dir.path());
        let directory = Directory::open(dir.path()).expect("an unlocked directory");
        let error = directory.check_format().expect_err("a refused directory").to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn only_known_formats_are_opened() {
        let format = |text: &'static str| {
            move |dir: &Path| fs::write(dir.join("format"), text).expect("a format file")
        };
        check(|_| {}, "no file format");
        check(format("stateline data, format 2\n"), "run the version that wrote it, or a newer one");
        check(format("something else"), "the file format says \"something else\"");
    }

    #[test]
    fn a_second_holder_is_told_the_first() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = Directory::open(dir.path()).expect("the first holder");
        let error = Directory::open(dir.path()).err().expect("no second holder").to_string();
        let expected = format!("is in use by process {}", std::process::id());
        assert!(error.contains(&expected), "{error}");
        drop(first);
        assert!(Directory::open(dir.path()).is_ok());
    }
}
