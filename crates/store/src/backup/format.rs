//! Bytes of a backup: its first line, its parts, and the pieces in them.
//!
//! The file is a line of text and then parts, numbered from 0. A part is a
//! head of 24 bytes, `kind u8, 0 0 0, number u32, stored u32, raw u32, sum u64`
//! (little-endian), and `stored` bytes, a zstd frame of `raw` bytes. The sum is
//! xxh3 of the head's first 16 bytes and of what is stored. The first part is
//! the head, the last one the end or the word that there is none.
//!
//! What the data parts hold joins into one run of pieces, `tag u8, length u32,
//! content`, that may cross from one part into the next. Rows, batches and
//! documents look as they do in the store, their version and checksum included.

use super::BackupCounts;
use crate::export::Item;
use crate::{Epoch, StoreError, Table, codec, keys};
use serde::{Deserialize, Serialize};
use stateline_base::{ExecutionId, Timestamp};

/// Layout of backups that this program writes. Older ones stay readable; a newer one is refused.
pub const BACKUP_FORMAT: u32 = 1;

/// What the first line says before the number.
pub(super) const TITLE: &[u8] = b"stateline backup, format ";
/// Bytes of the first line, at most.
pub(super) const TITLE_LINE_MAX: usize = TITLE.len() + 21;
/// Bytes of content in a part, at most. Every part of data but the last has so many.
pub(super) const PART_BYTES: usize = 1 << 20;
/// Bytes that such a part takes when it does not shrink.
pub(super) const STORED_BYTES_MAX: usize = PART_BYTES + (64 << 10);
/// Bytes of a part's head.
pub(super) const HEAD_BYTES: usize = 24;
/// Those of them that the sum covers.
const SUMMED_BYTES: usize = 16;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A [`Head`].
    Head = 1,
    /// Pieces.
    Data = 2,
    /// An [`End`].
    End = 3,
    /// A text that says why there is no end.
    Unfinished = 4,
}

/// The first part.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) taken: Timestamp,
    pub(super) program: String,
    pub(super) epoch: Epoch,
    pub(super) group: Option<u64>,
}

/// The last part.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) counts: BackupCounts,
    /// xxh3, 128 bits, of the whole file before this part.
    pub(super) seal: u128,
}

/// The head of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PartHead {
    pub(super) kind: Kind,
    pub(super) number: u32,
    pub(super) stored: u32,
    pub(super) raw: u32,
    pub(super) sum: u64,
}

/// A part as it stands in the file.
pub(super) fn frame(kind: Kind, number: u32, raw: usize, stored: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(HEAD_BYTES + stored.len());
    frame.extend([kind as u8, 0, 0, 0]);
    // Both are bounded by the size of a part.
    for number in [number, stored.len() as u32, raw as u32] {
        frame.extend(number.to_le_bytes());
    }
    frame.extend(sum(&frame, stored).to_le_bytes());
    frame.extend_from_slice(stored);
    frame
}

/// What the head of a part says, if it can be one.
pub(super) fn part_head(bytes: &[u8; HEAD_BYTES]) -> Result<PartHead, &'static str> {
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let kind = match bytes[..4] {
        [1, 0, 0, 0] => Kind::Head,
        [2, 0, 0, 0] => Kind::Data,
        [3, 0, 0, 0] => Kind::End,
        [4, 0, 0, 0] => Kind::Unfinished,
        _ => return Err("no part begins there"),
    };
    let sum = u64::from(word(16)) | u64::from(word(20)) << 32;
    let head = PartHead { kind, number: word(4), stored: word(8), raw: word(12), sum };
    if head.stored as usize > STORED_BYTES_MAX || head.raw as usize > PART_BYTES {
        return Err("no part is that long");
    }
    Ok(head)
}

/// What the sum of a part must be.
pub(super) fn sum(head: &[u8], stored: &[u8]) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&head[..SUMMED_BYTES]);
    hash.update(stored);
    hash.digest()
}

const EXECUTION: u8 = 1;
const BATCH: u8 = 2;
const NAME: u8 = 3;
const DOCUMENT: u8 = 4;

/// Appends a piece. The standing is in the head and has no bytes here.
///
/// # Errors
/// When a row cannot be encoded, or a piece is longer than 4 GiB.
pub(super) fn encode(item: &Item, out: &mut Vec<u8>) -> Result<(), StoreError> {
    match item {
        Item::Standing(_) => Ok(()),
        Item::Execution(row) => piece(EXECUTION, &[&codec::encode_row(row)?], out),
        Item::Batch(batch) => {
            let value = codec::encode_batch(batch.events, &batch.bytes);
            piece(BATCH, &[&batch.first_seq.to_le_bytes(), &value], out)
        }
        Item::Name { machine, name, id } => piece(NAME, &[&keys::id(*id), &keys::name(machine, name)], out),
        Item::Document { table, key, bytes } => {
            let key = keys::table(*table, key);
            let length = (key.len() as u32).to_le_bytes();
            piece(DOCUMENT, &[&length, &key, &codec::seal(&[bytes])], out)
        }
    }
}

fn piece(tag: u8, parts: &[&[u8]], out: &mut Vec<u8>) -> Result<(), StoreError> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u32::try_from(length)
        .map_err(|_| StoreError::Io(format!("a value of {length} bytes is too long for a backup")))?;
    out.push(tag);
    out.extend(length.to_le_bytes());
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Ok(())
}

/// The first piece of `bytes` and its length, or nothing where the bytes end before it does.
///
/// # Errors
/// When it is none.
pub(super) fn decode(bytes: &[u8]) -> Result<Option<(Item, usize)>, StoreError> {
    let Some(([tag, length @ ..], rest)) = bytes.split_first_chunk::<5>() else { return Ok(None) };
    let length = u32::from_le_bytes(*length) as usize;
    let Some(content) = rest.get(..length) else { return Ok(None) };
    let item = match *tag {
        EXECUTION => {
            let row = codec::decode_row(content, || "the row of an execution".to_owned())?;
            Item::Execution(Box::new(row))
        }
        BATCH => {
            let (first_seq, value) = head_of(content)?;
            let first_seq = u64::from_le_bytes(first_seq);
            let what = || format!("the batch at sequence {first_seq} of an execution");
            Item::Batch(codec::decode_batch(first_seq, value, what)?)
        }
        NAME => {
            let (id, key) = head_of(content)?;
            let (machine, name) = keys::parse_name(key)?;
            let id = ExecutionId::from_bytes(id);
            Item::Name { machine: machine.to_owned(), name: name.to_owned(), id }
        }
        DOCUMENT => document(content)?,
        other => return Err(StoreError::corrupt(format!("there is no piece of kind {other}"))),
    };
    Ok(Some((item, 5 + length)))
}

fn document(content: &[u8]) -> Result<Item, StoreError> {
    let (length, rest) = head_of(content)?;
    let length = u32::from_le_bytes(length) as usize;
    let (key, value) = rest.split_at_checked(length).ok_or_else(short)?;
    let (table, key): (Table, &str) = keys::parse_table(key)?;
    let bytes = codec::unseal(value, || format!("document {key:?} of {table:?}"))?.to_vec();
    Ok(Item::Document { table, key: key.to_owned(), bytes })
}

fn head_of<const N: usize>(content: &[u8]) -> Result<([u8; N], &[u8]), StoreError> {
    content.split_first_chunk().map(|(head, rest)| (*head, rest)).ok_or_else(short)
}

fn short() -> StoreError {
    StoreError::corrupt("a piece is cut short")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JournalBatch;
    use proptest::prelude::*;

    fn check(item: &Item) {
        let mut bytes = Vec::new();
        encode(item, &mut bytes).expect("an item encodes");
        assert_eq!(decode(&bytes), Ok(Some((item.clone(), bytes.len()))));
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Ok(None), "the first {length} bytes are no piece yet");
        }
    }

    proptest! {
        #[test]
        fn pieces_survive_the_round_trip(
            seq in any::<u64>(),
            events in any::<u32>(),
            content in proptest::collection::vec(any::<u8>(), 0..60),
            text in "\\PC{0,20}",
            table in 0..Table::ALL.len(),
        ) {
            check(&Item::Batch(JournalBatch { first_seq: seq, events, bytes: content.clone().into() }));
            let id = ExecutionId::from_bytes([7; 16]);
            check(&Item::Name { machine: text.clone(), name: "n".to_owned(), id });
            check(&Item::Document { table: Table::ALL[table], key: text, bytes: content });
        }

        #[test]
        fn any_bytes_are_answered_without_a_panic(
            tag in 0..6u8,
            content in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let mut bytes = vec![tag];
            bytes.extend((content.len() as u32).to_le_bytes());
            bytes.extend(&content);
            let _ = decode(&bytes);
            let _ = decode(&content);
            if let Some(head) = bytes.first_chunk() {
                let _ = part_head(head);
            }
        }
    }
}
