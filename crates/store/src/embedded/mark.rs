//! The mark: the number of the last acknowledged group, in a file of its own.
//!
//! It is written after the group is durable, so it never promises too much,
//! and is not synced, so it costs a microsecond. It survives a crash of the
//! process exactly and a loss of power approximately (older at worst).

use super::directory::at;
use crate::{OpenError, codec};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The open file.
pub(super) struct Mark(File);

impl Mark {
    /// The number in the file; `None` when there is no file, or it cannot be understood.
    ///
    /// A damaged mark is no reason to refuse data that is whole: the check is lost, not the data.
    pub(super) fn read(path: &Path) -> Result<Option<u64>, OpenError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(path)(error)),
        };
        let number = codec::unseal(&bytes, || "the mark".to_owned())
            .ok()
            .and_then(|content| content.try_into().ok())
            .map(u64::from_le_bytes);
        if number.is_none() {
            tracing::warn!(
                path = %path.display(),
                "the mark of acknowledged commits is damaged; whether the last ones are there cannot be checked"
            );
        }
        Ok(number)
    }

    /// Opens the file and writes where the store stands.
    pub(super) fn open(path: &Path, number: u64) -> Result<Self, OpenError> {
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(at(path))?;
        let mark = Mark(file);
        mark.set(number).and_then(|()| mark.0.set_len(BYTES)).map_err(at(path))?;
        Ok(mark)
    }

    /// Writes the number over the old one: thirteen bytes of one sector.
    pub(super) fn set(&self, number: u64) -> io::Result<()> {
        self.0.write_all_at(&codec::seal(&[&number.to_le_bytes()]), 0)
    }
}

impl Drop for Mark {
    /// After a proper stop the mark is exact even if the power goes next.
    fn drop(&mut self) {
        if let Err(error) = self.0.sync_all() {
            tracing::warn!(%error, "the mark of acknowledged commits was not synced");
        }
    }
}

/// Head of a sealed value and eight bytes.
const BYTES: u64 = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_comes_back_unless_damaged() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("mark");
        assert_eq!(Mark::read(&path).expect("readable"), None);
        let mark = Mark::open(&path, 3).expect("a mark");
        mark.set(77).expect("written");
        drop(mark);
        assert_eq!(Mark::read(&path).expect("readable"), Some(77));
        fs::write(&path, b"rubbish").expect("written");
        assert_eq!(Mark::read(&path).expect("readable"), None);
    }
}
