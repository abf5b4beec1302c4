//! Reading the engine's journal before the engine does, to tell a torn end
//! from damage, and to know how far it reaches. Changes nothing by itself.
//!
//! The layout (format 3 of the engine, integers little-endian) of a batch:
//! `1, items u32, version u64`, then for each item
//! `2, kind u8, compression u8, table u64, key length u16, value length u32,
//! stored length u32, key, value`, then `3, xxh3 of all items u64, "FJL" 3`.
//! We write no compressed items. The last item of each batch is ours: the
//! number of the group. The checksum leaves the version out, by which the
//! engine tells old values from new ones; versions only grow.

use super::directory::at;
use crate::{OpenError, codec};
use rustix::fs::SeekFrom;
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Key, in table `meta`, of the number of the last group; no other key is equal to it.
pub(super) const GROUP_KEY: &[u8] = crate::keys::META_GROUP;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const TRAILER: [u8; 4] = [b'F', b'J', b'L', 3];
const CHUNK_BYTES: usize = 1 << 20;
/// Versions are counted by ones, with a few left out where the engine works in the background.
const VERSION_STEP_MAX: u64 = 1 << 32;

/// What the journal holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Number of the last whole group; `None` when the journal holds none.
    pub(super) last_group: Option<u64>,
    /// An unfinished batch at the very end.
    pub(super) torn: Option<Torn>,
    /// Whole batches behind the mark: that they can be read does not say that they are on the disk.
    pub(super) unsure: Vec<Unsure>,
}

/// A part of a file.
#[derive(Debug)]
pub(super) struct Unsure {
    path: PathBuf,
    from: u64,
    to: u64,
}

impl Unsure {
    /// Writes the same bytes again and syncs them.
    ///
    /// When a sync has failed the system takes the pages for clean: they can be read as long as it
    /// runs, later syncs leave them out, and a loss of power shows a hole with commits behind it.
    pub(super) fn write_again(&self) -> Result<(), OpenError> {
        let write = || {
            let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
            let mut chunk = vec![0; CHUNK_BYTES];
            let mut offset = self.from;
            while offset < self.to {
                let length = (self.to - offset).min(CHUNK_BYTES as u64) as usize;
                file.read_exact_at(&mut chunk[..length], offset)?;
                file.write_all_at(&chunk[..length], offset)?;
                offset += length as u64;
            }
            file.sync_data()
        };
        write().map_err(at(&self.path))
    }
}

/// The unfinished end of a file.
#[derive(Debug)]
pub(super) struct Torn {
    path: PathBuf,
    offset: u64,
}

impl Torn {
    /// Cuts it off. It was never acknowledged, and the engine would refuse some of its forms for ever.
    pub(super) fn cut(&self) -> Result<(), OpenError> {
        let cut = || {
            let file = OpenOptions::new().write(true).open(&self.path)?;
            let length = file.metadata()?.len();
            file.set_len(self.offset)?;
            file.sync_all()?;
            Ok(length - self.offset)
        };
        let bytes = cut().map_err(at(&self.path))?;
        tracing::warn!(
            path = %self.path.display(),
            offset = self.offset,
            bytes,
            "cut an unfinished write off the end of the journal; it was never acknowledged"
        );
        Ok(())
    }
}

/// Reads all journal files in order. The error says which file is damaged, and where.
///
/// `marked` is the number of the last group that is known to be on the disk.
pub(super) fn scan(db: &Path, marked: Option<u64>) -> Result<Found, String> {
    let mut found = Found::default();
    let mut newest: Option<u64> = None;
    for path in journals(db)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let unreadable = |error: io::Error| format!("db/{name} cannot be read: {error}");
        let mut window = Window::open(&path).map_err(unreadable)?;
        let (mut before, mut unsure) = (0, None);
        while let Some(Batch { version, group }) = window.next_batch().map_err(unreadable)? {
            if group > marked {
                unsure.get_or_insert(before);
            }
            before = window.offset;
            if let Some(torn) = &found.torn {
                return Err(damage(&torn.path, torn.offset));
            }
            if newest.is_some_and(|newest| !(1..VERSION_STEP_MAX).contains(&version.wrapping_sub(newest))) {
                return Err(format!(
                    "db/{name} is damaged at or before byte {}: versions are mixed up",
                    window.offset
                ));
            }
            newest = Some(version);
            found.last_group = follow(found.last_group, group).map_err(|(last, group)| {
                format!(
                    "db/{name} goes on with commit {group} after commit {last}: a file or a part is missing"
                )
            })?;
        }
        if let Some(from) = unsure {
            found.unsure.push(Unsure { path: path.clone(), from, to: before });
        }
        match window.rest(found.last_group).map_err(unreadable)? {
            Rest::Nothing => {}
            Rest::Unfinished if found.torn.is_none() => {
                found.torn = Some(Torn { path: path.clone(), offset: window.offset });
            }
            Rest::Unfinished | Rest::Batches => return Err(damage(&path, window.offset)),
        }
    }
    Ok(found)
}

fn damage(path: &Path, offset: u64) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("db/{name} is damaged at byte {offset}, and commits follow after the damage")
}

/// Groups are numbered without gaps; batches without a number are not ours and are passed over.
fn follow(last: Option<u64>, group: Option<u64>) -> Result<Option<u64>, (u64, u64)> {
    match (last, group) {
        (Some(last), Some(group)) if last.checked_add(1) != Some(group) => Err((last, group)),
        (_, Some(group)) => Ok(Some(group)),
        (_, None) => Ok(last),
    }
}

/// The journal files from old to new.
fn journals(db: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(db).map_err(|error| format!("db cannot be read: {error}"))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("db cannot be read: {error}"))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(number) = name.strip_suffix(".jnl") else { continue };
        let number: u64 =
            number.parse().map_err(|_| format!("db/{name} is not a journal file of this program"))?;
        found.push((number, path));
    }
    found.sort();
    if let Some(pair) = found.windows(2).find(|pair| pair[0].0 + 1 != pair[1].0) {
        return Err(format!("db/{}.jnl is missing", pair[0].0 + 1));
    }
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// What follows the last whole batch.
enum Rest {
    /// Nothing, or only the zeros that files are made of.
    Nothing,
    /// Something, but no whole batch.
    Unfinished,
    /// At least one whole batch of ours that is younger than the last one before.
    Batches,
}

/// A file read from front to back, as much in memory as one batch needs.
struct Window {
    file: File,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are done with.
    done: usize,
    /// Where in the file the first byte lies that is not done with.
    offset: u64,
    ended: bool,
}

impl Window {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Window { file, buffer: Vec::new(), done: 0, offset: 0, ended: false })
    }

    fn front(&self) -> &[u8] {
        &self.buffer[self.done..]
    }

    /// Reads as much as is there already, at least a chunk, so that long batches need few reads.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.done);
        self.done = 0;
        let wanted = self.buffer.len().max(CHUNK_BYTES) as u64;
        self.ended = (&self.file).take(wanted).read_to_end(&mut self.buffer)? == 0;
        Ok(())
    }

    /// The next batch, or `None` where no whole batch lies next.
    fn next_batch(&mut self) -> io::Result<Option<Batch>> {
        loop {
            match parse(self.front()) {
                Parsed::Whole { length, batch } => {
                    self.done += length;
                    self.offset += length as u64;
                    return Ok(Some(batch));
                }
                Parsed::Cut if !self.ended => self.fill()?,
                Parsed::Cut | Parsed::Broken => return Ok(None),
            }
        }
    }

    /// Goes over what was never written, which a new journal is 64 MiB of: reading it would give zeros,
    /// and takes a machine a fifth of a second that has to find the memory for it.
    fn skip_hole(&mut self) -> io::Result<()> {
        let here = self.file.stream_position()?;
        match rustix::fs::seek(&self.file, SeekFrom::Data(here)) {
            // Nothing but a hole is left.
            Err(Errno::NXIO) => self.file.seek(io::SeekFrom::End(0)).map(drop),
            // A file system that does not tell has not moved: it is read.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Looks at all that is left.
    ///
    /// Batches up to `last` may lie there as well: where a write did not reach the disk, some file
    /// systems show what a file that is gone had left there.
    fn rest(&mut self, last: Option<u64>) -> io::Result<Rest> {
        while !self.ended && is_zero(self.front()) {
            self.done = self.buffer.len();
            self.skip_hole()?;
            self.fill()?;
        }
        if is_zero(self.front()) {
            return Ok(Rest::Nothing);
        }
        while !self.ended {
            self.fill()?;
        }
        let rest = self.front();
        let starts = (0..rest.len()).filter(|at| rest[*at] == START);
        for at in starts {
            if matches!(parse(&rest[at..]), Parsed::Whole { batch: Batch { group, .. }, .. } if group > last)
            {
                return Ok(Rest::Batches);
            }
        }
        Ok(Rest::Unfinished)
    }
}

/// Whether all bytes are zero. There may be many, so they are compared many at a time.
fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; 4_096] = [0; 4_096];
    bytes.chunks(ZEROS.len()).all(|chunk| *chunk == ZEROS[..chunk.len()])
}

/// What is told of a batch.
struct Batch {
    version: u64,
    group: Option<u64>,
}

enum Parsed {
    /// A batch that is all there and agrees with its checksum.
    Whole { length: usize, batch: Batch },
    /// The bytes end before the batch does.
    Cut,
    /// No batch.
    Broken,
}

/// Reads one batch from the front of `bytes`.
fn parse(bytes: &[u8]) -> Parsed {
    let mut cursor = Cursor { bytes, at: 0 };
    match parse_batch(&mut cursor) {
        Some(Ok(batch)) => Parsed::Whole { length: cursor.at, batch },
        Some(Err(Broken)) => Parsed::Broken,
        None => Parsed::Cut,
    }
}

struct Broken;

/// `None` when the bytes end too early.
fn parse_batch(cursor: &mut Cursor<'_>) -> Option<Result<Batch, Broken>> {
    if cursor.byte()? != START {
        return Some(Err(Broken));
    }
    let items = u32::from_le_bytes(cursor.array()?);
    let version = u64::from_le_bytes(cursor.array()?);
    let first = cursor.at;
    let mut group = None;
    for _ in 0..items {
        if cursor.byte()? != ITEM {
            return Some(Err(Broken));
        }
        let [_kind, compression] = cursor.array()?;
        let _table: [u8; 8] = cursor.array()?;
        let key_length = u16::from_le_bytes(cursor.array()?);
        let value_length = u32::from_le_bytes(cursor.array()?);
        let stored_length = u32::from_le_bytes(cursor.array()?);
        if compression != 0 || value_length != stored_length {
            return Some(Err(Broken));
        }
        let key = cursor.slice(usize::from(key_length))?;
        let value = cursor.slice(stored_length as usize)?;
        group = if key == GROUP_KEY { group_number(value) } else { None };
    }
    let sum = xxhash_rust::xxh3::xxh3_64(&cursor.bytes[first..cursor.at]);
    if cursor.byte()? != END {
        return Some(Err(Broken));
    }
    let (stored, trailer) = (u64::from_le_bytes(cursor.array()?), cursor.array()?);
    Some(if stored == sum && trailer == TRAILER { Ok(Batch { version, group }) } else { Err(Broken) })
}

/// A group's number as a value.
pub(super) fn group_value(number: u64) -> Vec<u8> {
    codec::seal(&[&number.to_le_bytes()])
}

/// The inverse of [`group_value`].
pub(super) fn group_number(value: &[u8]) -> Option<u64> {
    let content = codec::unseal(value, || "the number of the last commit".to_owned()).ok()?;
    content.try_into().ok().map(u64::from_le_bytes)
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let slice = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(slice)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.slice(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(key: &[u8], value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![ITEM, 0, 0];
        bytes.extend(9u64.to_le_bytes());
        bytes.extend((key.len() as u16).to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(key);
        bytes.extend(value);
        bytes
    }

    fn batch(number: u64) -> Vec<u8> {
        let items = [item(b"key", &[7; 300]), item(GROUP_KEY, &group_value(number))].concat();
        let mut bytes = vec![START];
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.extend(&items);
        bytes.push(END);
        bytes.extend(xxhash_rust::xxh3::xxh3_64(&items).to_le_bytes());
        bytes.extend(TRAILER);
        bytes
    }

    /// Scans the files given as contents and says what was found in one line.
    fn check(files: &[Vec<u8>], expected: &str) {
        let dir = tempfile::tempdir().expect("a folder");
        for (number, content) in files.iter().enumerate() {
            fs::write(dir.path().join(format!("{number}.jnl")), content).expect("written");
        }
        let told = match scan(dir.path(), None) {
            Ok(Found { last_group, torn, .. }) => {
                format!("last {last_group:?}, torn at {:?}", torn.map(|torn| torn.offset))
            }
            Err(what) => what,
        };
        assert_eq!(told, expected);
    }

    fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
        bytes[at] ^= 0x40;
        bytes
    }

    #[test]
    fn whole_journals_end_in_nothing_or_zeros() {
        check(&[vec![]], "last None, torn at None");
        check(&[[batch(4), batch(5)].concat()], "last Some(5), torn at None");
        check(&[[batch(4), vec![0; 3 << 20]].concat(), batch(5)], "last Some(5), torn at None");
    }

    #[test]
    fn an_unfinished_end_is_torn() {
        let one = batch(1).len();
        let torn = format!("last Some(1), torn at Some({one})");
        for length in [1, 13, 200, one - 1] {
            check(&[[&batch(1), &batch(2)[..length]].concat()], &torn);
            check(&[[&batch(1), &batch(2)[..length], &[0; 5000]].concat()], &torn);
        }
        check(&[[batch(1), flipped(batch(2), 100)].concat()], &torn);
        check(&[[&batch(1), &batch(2)[..100]].concat(), vec![0; 100]], &torn);
    }

    #[test]
    fn old_commits_in_a_torn_end_are_none() {
        let both = [batch(1), batch(2)].concat();
        let torn = format!("last Some(2), torn at Some({})", both.len());
        check(&[[&both, &batch(3)[..200], &[0; 56], &batch(1), &[0; 5000]].concat()], &torn);
        check(&[[&both, &batch(3)[..200], &[0; 56], &batch(2)].concat()], &torn);
        let what = format!("db/0.jnl is damaged at byte {}, and commits follow after the damage", both.len());
        check(&[[&both, &batch(3)[..200], &[0; 56], &batch(1), &batch(4)].concat()], &what);
    }

    #[test]
    fn damage_before_whole_commits_is_told() {
        let what = "db/0.jnl is damaged at byte 0, and commits follow after the damage";
        check(
            &[[flipped(batch(1), 6), batch(2)].concat()],
            &format!("db/0.jnl is damaged at or before byte {}: versions are mixed up", 2 * batch(1).len()),
        );
        for at in [0, 3, 20, 200, batch(1).len() - 1] {
            check(&[[flipped(batch(1), at), batch(2), batch(3)].concat()], what);
            check(&[flipped(batch(1), at), batch(2)], what);
        }
    }

    #[test]
    fn what_lies_behind_the_mark_is_written_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let (first, second) = ([batch(4), batch(5)].concat(), [batch(6), vec![0; 5000]].concat());
        fs::write(dir.path().join("0.jnl"), &first).expect("written");
        fs::write(dir.path().join("1.jnl"), &second).expect("written");
        let unsure = |marked| {
            let found = scan(dir.path(), marked).expect("a whole journal");
            found.unsure.iter().for_each(|unsure| unsure.write_again().expect("written again"));
            found.unsure.iter().map(|unsure| (unsure.from, unsure.to)).collect::<Vec<_>>()
        };
        let one = batch(4).len() as u64;
        assert_eq!(unsure(None), [(0, 2 * one), (0, one)]);
        assert_eq!(unsure(Some(4)), [(one, 2 * one), (0, one)]);
        assert_eq!(unsure(Some(5)), [(0, one)]);
        assert_eq!(unsure(Some(6)), []);
        assert_eq!(fs::read(dir.path().join("0.jnl")).expect("readable"), first);
        assert_eq!(fs::read(dir.path().join("1.jnl")).expect("readable"), second);
    }

    #[test]
    fn missing_commits_are_told() {
        let missing = "db/0.jnl goes on with commit 3 after commit 1: a file or a part is missing";
        check(&[[batch(1), batch(3)].concat()], missing);
    }
}
