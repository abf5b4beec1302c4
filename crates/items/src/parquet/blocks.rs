//! Random access to an object by blocks, so that a reader that jumps between columns asks the store
//! for few ranges, and no more than a known amount is in memory.

use crate::failure::{carried, changed, failed};
use crate::input;
use crate::objects::{ObjectName, Objects};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use stateline_base::{Failure, Limits};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a block: what one request brings.
const BLOCK_BYTES: u64 = 262_144;
/// Blocks that are kept; with their size 64 MiB.
const BLOCKS_MAX: usize = 256;

/// An object that can be read anywhere; clones share the blocks.
#[derive(Clone)]
pub(super) struct Blocks(Arc<Inner>);

struct Inner {
    objects: Arc<dyn Objects>,
    object: ObjectName,
    etag: Option<Arc<str>>,
    len: u64,
    /// The longest piece that is read at once.
    piece_bytes_max: u64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By number, with the turn at which each was last asked for.
    blocks: BTreeMap<u64, (u64, Bytes)>,
    turn: u64,
}

impl Blocks {
    /// Finds out how long the object is, which the store must say.
    pub(super) fn open(
        objects: &Arc<dyn Objects>,
        object: &ObjectName,
        pinned: Option<&str>,
        limits: &Limits,
    ) -> std::result::Result<Self, Failure> {
        let opened = input::open(objects, object, 0, Some(1), pinned)?;
        let len = opened.len.ok_or_else(|| {
            failed(format!("{object} cannot be read as Parquet: the store does not say how long it is."))
        })?;
        if len > limits.item_file_bytes_max {
            let max = limits.item_file_bytes_max;
            return Err(failed(format!(
                "{object} is larger than {max} bytes, which is as much as is read of one file. Split it."
            )));
        }
        let etag = opened.etag.map(Arc::from);
        let piece_bytes_max = limits.parquet_row_group_bytes_max.max(limits.parquet_footer_bytes_max);
        let (objects, object) = (Arc::clone(objects), object.clone());
        Ok(Blocks(Arc::new(Inner { objects, object, etag, len, piece_bytes_max, kept: Mutex::default() })))
    }

    pub(super) fn etag(&self) -> Option<Arc<str>> {
        self.0.etag.clone()
    }

    fn block(&self, number: u64) -> io::Result<Bytes> {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.turn += 1;
        let turn = kept.turn;
        if let Some((last, block)) = kept.blocks.get_mut(&number) {
            *last = turn;
            return Ok(block.clone());
        }
        let block = self.0.read(number)?;
        if kept.blocks.len() >= BLOCKS_MAX {
            let oldest = kept.blocks.iter().min_by_key(|(_, (turn, _))| *turn).map(|(number, _)| *number);
            oldest.and_then(|oldest| kept.blocks.remove(&oldest));
        }
        kept.blocks.insert(number, (turn, block.clone()));
        Ok(block)
    }
}

impl Inner {
    fn read(&self, number: u64) -> io::Result<Bytes> {
        let from = number * BLOCK_BYTES;
        let wanted = BLOCK_BYTES.min(self.len - from);
        let etag = self.etag.as_deref();
        let opened = input::open(&self.objects, &self.object, from, Some(wanted), etag).map_err(carried)?;
        let mut block = Vec::new();
        opened.body.take(wanted).read_to_end(&mut block)?;
        if block.len() as u64 != wanted {
            return Err(carried(changed(&self.object)));
        }
        Ok(block.into())
    }
}

impl Length for Blocks {
    fn len(&self) -> u64 {
        self.0.len
    }
}

impl ChunkReader for Blocks {
    type T = From;

    fn get_read(&self, start: u64) -> Result<From> {
        Ok(From { blocks: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let wanted = length as u64;
        let inside = start.checked_add(wanted).is_some_and(|end| end <= self.0.len);
        if !inside || wanted > self.0.piece_bytes_max {
            return Err(ParquetError::EOF(format!(
                "{length} bytes behind byte {start} are not there to be read"
            )));
        }
        let first = self.block(start / BLOCK_BYTES)?;
        let within = usize::try_from(start % BLOCK_BYTES).expect("a block is small");
        if within + length <= first.len() {
            return Ok(first.slice(within..within + length));
        }
        let mut bytes = Vec::with_capacity(length);
        From { blocks: self.clone(), at: start }.take(wanted).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on and on from a place.
pub(super) struct From {
    blocks: Blocks,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.blocks.0.len || buffer.is_empty() {
            return Ok(0);
        }
        let block = self.blocks.block(self.at / BLOCK_BYTES)?;
        let within = usize::try_from(self.at % BLOCK_BYTES).expect("a block is small");
        let there = &block[within..];
        let read = there.len().min(buffer.len());
        buffer[..read].copy_from_slice(&there[..read]);
        self.at += read as u64;
        Ok(read)
    }
}
