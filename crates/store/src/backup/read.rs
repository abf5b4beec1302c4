//! From a backup to pieces. Nothing that is cut, changed or missing passes:
//! each part has a checksum and a number, and the end seals the whole.

use super::format::{
    self, BACKUP_FORMAT, End, HEAD_BYTES, Head, Kind, PART_BYTES, PartHead, TITLE, TITLE_LINE_MAX,
};
use super::{BackupFacts, RestoreError};
use crate::export::{Item, Standing};
use serde::de::DeserializeOwned;
use std::io::{ErrorKind, Read};
use xxhash_rust::xxh3::Xxh3;
use zstd::bulk::Decompressor;

/// A backup that is read.
pub(super) struct Reader<'a> {
    input: &'a mut dyn Read,
    decompressor: Decompressor<'static>,
    seal: Xxh3,
    /// Bytes that were read.
    offset: u64,
    /// The part that is read, or will be next; where it begins.
    part: (u32, u64),
    /// Content of parts of data, and how much of it is done with.
    pieces: Vec<u8>,
    done: usize,
    standing: Option<Standing>,
    ended: bool,
    facts: BackupFacts,
}

impl<'a> Reader<'a> {
    /// Reads the beginning.
    pub(super) fn open(input: &'a mut dyn Read) -> Result<Self, RestoreError> {
        let mut reader = Reader {
            input,
            decompressor: Decompressor::new().map_err(RestoreError::Read)?,
            seal: Xxh3::new(),
            offset: 0,
            part: (0, 0),
            pieces: Vec::new(),
            done: 0,
            standing: None,
            ended: false,
            facts: BackupFacts::default(),
        };
        reader.title()?;
        let (part, content) = reader.next_part()?;
        if part.kind != Kind::Head {
            return Err(reader.damaged("it is not the head"));
        }
        let head: Head = reader.parsed(&content)?;
        reader.standing = Some(Standing { epoch: head.epoch, group: head.group });
        reader.facts = BackupFacts {
            taken: head.taken,
            program: head.program,
            epoch: head.epoch,
            group: head.group,
            counts: Default::default(),
        };
        Ok(reader)
    }

    /// What the head says and what was counted so far; all of it at the end.
    pub(super) fn facts(&self) -> &BackupFacts {
        &self.facts
    }

    /// The next piece; nothing when all of them were there and the seal is right.
    pub(super) fn next_item(&mut self) -> Result<Option<Item>, RestoreError> {
        if let Some(standing) = self.standing.take() {
            return Ok(Some(Item::Standing(standing)));
        }
        while !self.ended {
            let front = &self.pieces[self.done..];
            if let Some((item, length)) = format::decode(front).map_err(|error| self.damaged(error))? {
                self.done += length;
                self.facts.counts.count(&item);
                return Ok(Some(item));
            }
            self.more()?;
        }
        Ok(None)
    }

    /// An error about the part that was read last.
    pub(super) fn damaged(&self, what: impl std::fmt::Display) -> RestoreError {
        let (part, offset) = self.part;
        RestoreError::Damaged { part: part.saturating_sub(1), offset, what: what.to_string() }
    }

    /// Reads one more part of data, or the end.
    fn more(&mut self) -> Result<(), RestoreError> {
        let seal = self.seal.digest128();
        let (part, content) = self.next_part()?;
        match part.kind {
            Kind::Data => {
                self.pieces.drain(..self.done);
                self.done = 0;
                self.pieces.extend_from_slice(&content);
                Ok(())
            }
            Kind::End => self.end(seal, &content),
            Kind::Unfinished => Err(RestoreError::Unfinished(String::from_utf8_lossy(&content).into_owned())),
            Kind::Head => Err(self.damaged("there is a second head")),
        }
    }

    fn end(&mut self, seal: u128, content: &[u8]) -> Result<(), RestoreError> {
        let end: End = self.parsed(content)?;
        if self.done < self.pieces.len() {
            return Err(self.damaged("the end comes in the middle of a piece"));
        }
        if end.seal != seal {
            return Err(self.damaged("its seal is not that of the parts before it"));
        }
        if end.counts != self.facts.counts {
            return Err(self.damaged("it counts other pieces than there are"));
        }
        let mut rest = [0];
        if self.fill(&mut rest)? > 0 {
            return Err(self.damaged(format!("there is more behind it, from byte {} on", self.offset - 1)));
        }
        self.ended = true;
        Ok(())
    }

    fn title(&mut self) -> Result<(), RestoreError> {
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            let mut byte = [0];
            let whole = line.len() < TITLE_LINE_MAX && self.fill(&mut byte)? == 1;
            if !whole {
                return Err(RestoreError::NotABackup);
            }
            line.extend(byte);
        }
        let number = line.strip_prefix(TITLE).and_then(|number| std::str::from_utf8(number).ok());
        match number.and_then(|number| number.trim_end().parse::<u64>().ok()) {
            Some(format) if format == u64::from(BACKUP_FORMAT) => Ok(()),
            Some(format) if format > u64::from(BACKUP_FORMAT) => Err(RestoreError::Newer { format }),
            _ => Err(RestoreError::NotABackup),
        }
    }

    fn next_part(&mut self) -> Result<(PartHead, Vec<u8>), RestoreError> {
        let number = self.part.0;
        self.part = (number.saturating_add(1), self.offset);
        let mut bytes = [0; HEAD_BYTES];
        self.exactly(&mut bytes)?;
        let head = format::part_head(&bytes).map_err(|what| self.damaged(what))?;
        let mut stored = vec![0; head.stored as usize];
        self.exactly(&mut stored)?;
        if format::sum(&bytes, &stored) != head.sum {
            return Err(self.damaged("its checksum does not match"));
        }
        if head.number != number {
            return Err(
                self.damaged(format!("it is part {}: parts are missing or out of order", head.number))
            );
        }
        let content = self.decompressor.decompress(&stored, PART_BYTES);
        let content = content.map_err(|error| self.damaged(error))?;
        if content.len() != head.raw as usize {
            return Err(self.damaged("it has another length than it says"));
        }
        Ok((head, content))
    }

    fn parsed<T: DeserializeOwned>(&self, content: &[u8]) -> Result<T, RestoreError> {
        postcard::from_bytes(content).map_err(|error| self.damaged(error))
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), RestoreError> {
        if self.fill(buffer)? == buffer.len() {
            return Ok(());
        }
        Err(RestoreError::Cut { part: self.part.0.saturating_sub(1), offset: self.offset })
    }

    /// Reads until the buffer is full or the input ends.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, RestoreError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.input.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(RestoreError::Read(error)),
            }
        }
        self.seal.update(&buffer[..filled]);
        self.offset += filled as u64;
        Ok(filled)
    }
}
