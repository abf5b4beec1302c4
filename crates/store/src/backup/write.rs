//! From a store to a backup, while the store goes on.

use super::format::{self, BACKUP_FORMAT, End, Head, Kind, PART_BYTES, TITLE};
use super::{BackupError, BackupFacts};
use crate::export::{Item, Standing};
use crate::{Store, StoreError};
use serde::Serialize;
use stateline_base::Timestamp;
use std::io::{self, Write};
use std::ops::ControlFlow;
use xxhash_rust::xxh3::Xxh3;
use zstd::bulk::Compressor;

/// How hard to compress: what `zstd` does by itself, some hundred MiB a second.
const LEVEL: i32 = 3;

/// Called after each part with what was written so far and its bytes; an error, which says why, ends it.
type GoOn<'a> = dyn FnMut(&BackupFacts, u64) -> Result<(), String> + 'a;

/// Writes a backup of all that `store` holds now. Commits go on and do not show in it; until the end the
/// store gives back no space, so whoever calls bounds the time by way of `go_on`.
///
/// What was written is a backup only when this returns `Ok`; nothing was synced.
///
/// # Errors
/// See [`BackupError`].
pub fn write_backup(
    store: &dyn Store,
    taken: Timestamp,
    out: &mut dyn Write,
    go_on: &mut GoOn<'_>,
) -> Result<BackupFacts, BackupError> {
    let facts = BackupFacts { taken, program: env!("CARGO_PKG_VERSION").to_owned(), ..Default::default() };
    let mut writer = Writer { parts: Parts::begin(out)?, facts, pieces: Vec::new(), go_on };
    let mut failed = None;
    let exported = store.export(&mut |item| match writer.take(&item) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    });
    let outcome = match (failed, exported) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(BackupError::Store(error)),
        (None, Ok(_)) => writer.finish(),
    };
    match outcome {
        Ok(()) => Ok(writer.facts),
        Err(error) => {
            if !matches!(error, BackupError::Out(_)) {
                // Whoever reads it is better told; without a word it counts as cut.
                drop(writer.parts.put(Kind::Unfinished, error.to_string().as_bytes()));
            }
            Err(error)
        }
    }
}

struct Writer<'a, 'b> {
    parts: Parts<'a>,
    facts: BackupFacts,
    /// What is in no part yet.
    pieces: Vec<u8>,
    go_on: &'a mut GoOn<'b>,
}

impl Writer<'_, '_> {
    fn take(&mut self, item: &Item) -> Result<(), BackupError> {
        if let Item::Standing(standing) = item {
            return self.head(*standing);
        }
        self.facts.counts.count(item);
        format::encode(item, &mut self.pieces)?;
        let mut done = 0;
        while self.pieces.len() - done >= PART_BYTES {
            self.parts.put(Kind::Data, &self.pieces[done..done + PART_BYTES])?;
            (self.go_on)(&self.facts, self.parts.bytes).map_err(BackupError::Stopped)?;
            done += PART_BYTES;
        }
        self.pieces.drain(..done);
        Ok(())
    }

    fn head(&mut self, Standing { epoch, group }: Standing) -> Result<(), BackupError> {
        (self.facts.epoch, self.facts.group) = (epoch, group);
        let head = Head { taken: self.facts.taken, program: self.facts.program.clone(), epoch, group };
        self.parts.put(Kind::Head, &bytes_of(&head)?)
    }

    fn finish(&mut self) -> Result<(), BackupError> {
        if !self.pieces.is_empty() {
            self.parts.put(Kind::Data, &self.pieces)?;
        }
        let end = End { counts: self.facts.counts, seal: self.parts.seal.digest128() };
        self.parts.put(Kind::End, &bytes_of(&end)?)?;
        self.parts.out.flush().map_err(BackupError::Out)?;
        // The last word is the reader's, not the caller's.
        drop((self.go_on)(&self.facts, self.parts.bytes));
        Ok(())
    }
}

fn bytes_of(value: &impl Serialize) -> Result<Vec<u8>, BackupError> {
    postcard::to_extend(value, Vec::new()).map_err(|error| StoreError::Io(error.to_string()).into())
}

/// The file as far as it was written.
struct Parts<'a> {
    out: &'a mut dyn Write,
    compressor: Compressor<'static>,
    number: u32,
    bytes: u64,
    seal: Xxh3,
}

impl<'a> Parts<'a> {
    fn begin(out: &'a mut dyn Write) -> Result<Self, BackupError> {
        let compressor = Compressor::new(LEVEL).map_err(BackupError::Out)?;
        let mut parts = Parts { out, compressor, number: 0, bytes: 0, seal: Xxh3::new() };
        let line = [TITLE, format!("{BACKUP_FORMAT}\n").as_bytes()].concat();
        parts.write(&line)?;
        Ok(parts)
    }

    fn put(&mut self, kind: Kind, content: &[u8]) -> Result<(), BackupError> {
        // A word about what went wrong may be as long as it likes.
        let content = &content[..content.len().min(PART_BYTES)];
        let stored = self.compressor.compress(content).map_err(BackupError::Out)?;
        let frame = format::frame(kind, self.number, content.len(), &stored);
        self.number = self.number.checked_add(1).ok_or_else(|| {
            BackupError::Out(io::Error::other("a backup has at most four thousand million parts"))
        })?;
        self.write(&frame)
    }

    /// In one call, so that nothing is sent in small pieces.
    fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.out.write_all(bytes).map_err(BackupError::Out)?;
        self.seal.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}
