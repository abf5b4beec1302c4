//! How values look on disk: a version byte, a checksum, then the content.
//!
//! The checksum (32 bits of xxh3 over everything but itself) is our own, on
//! top of the engine's, because a store must notice damage wherever it comes
//! from: the engine's bugs included.

use crate::{ExecutionRow, JournalBatch, StoreError};
use std::sync::Arc;

/// The layout this program writes. Older ones stay readable; a newer one is refused.
const VERSION: u8 = 1;
const HEAD_BYTES: usize = 5;
/// What a row takes beside its texts, at most.
const ROW_BYTES_BESIDE_TEXTS: usize = 96;

/// Wraps content into version and checksum.
pub(crate) fn seal(parts: &[&[u8]]) -> Vec<u8> {
    let mut value = unsealed(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        value.extend_from_slice(part);
    }
    sealed(value)
}

/// The head of a value, its checksum still open, and room for so many bytes of content.
fn unsealed(content_bytes: usize) -> Vec<u8> {
    let mut value = Vec::with_capacity(HEAD_BYTES + content_bytes);
    value.extend([VERSION, 0, 0, 0, 0]);
    value
}

/// Closes a value whose content is whole.
fn sealed(mut value: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&value[HEAD_BYTES..]);
    value[1..HEAD_BYTES].copy_from_slice(&sum.to_le_bytes());
    value
}

/// Checks version and checksum and gives the content. `what` names the value in errors.
pub(crate) fn unseal(value: &[u8], what: impl Fn() -> String) -> Result<&[u8], StoreError> {
    let (head, content) = value
        .split_first_chunk::<HEAD_BYTES>()
        .ok_or_else(|| StoreError::corrupt(format!("{} is cut short", what())))?;
    let [version, sum @ ..] = *head;
    if version != VERSION {
        return Err(StoreError::corrupt(format!(
            "{} has the unknown layout version {version}; this program knows up to {VERSION}",
            what()
        )));
    }
    if u32::from_le_bytes(sum) != checksum(content) {
        return Err(StoreError::corrupt(format!("the checksum of {} does not match", what())));
    }
    Ok(content)
}

/// The low half of xxh3; the version is left out because a wrong one is refused anyway.
fn checksum(content: &[u8]) -> u32 {
    (xxhash_rust::xxh3::xxh3_64(content) & u64::from(u32::MAX)) as u32
}

/// A row as a value.
pub(crate) fn encode_row(row: &ExecutionRow) -> Result<Vec<u8>, StoreError> {
    let lists: usize = row.lists.iter().map(|list| list.len() + 2).sum();
    let texts = row.machine.len() + row.arn.len() + row.name.len() + row.body.len() + lists;
    let value = postcard::to_extend(row, unsealed(texts + ROW_BYTES_BESIDE_TEXTS));
    let value = match row.lists.is_empty() {
        true => value,
        false => value.and_then(|value| postcard::to_extend(&row.lists, value)),
    };
    value.map(sealed).map_err(|error| StoreError::Io(error.to_string()))
}

/// A value as a row.
pub(crate) fn decode_row(value: &[u8], what: impl Fn() -> String) -> Result<ExecutionRow, StoreError> {
    let content = unseal(value, &what)?;
    let undecodable =
        |error: postcard::Error| StoreError::corrupt(format!("{} cannot be decoded: {error}", what()));
    let longer;
    let (mut row, rest) = match postcard::take_from_bytes::<ExecutionRow>(content) {
        // Rows from before children were listed by Map Run end where that would stand.
        Err(postcard::Error::DeserializeUnexpectedEnd) => {
            longer = [content, &[0]].concat();
            postcard::take_from_bytes(&longer).map_err(undecodable)?
        }
        other => other.map_err(undecodable)?,
    };
    if !rest.is_empty() {
        row.lists = postcard::from_bytes(rest).map_err(undecodable)?;
    }
    Ok(row)
}

/// A batch of events as a value; its first sequence is in the key.
pub(crate) fn encode_batch(events: u32, bytes: &[u8]) -> Vec<u8> {
    seal(&[&events.to_le_bytes(), bytes])
}

/// A value as a batch of events.
pub(crate) fn decode_batch(
    first_seq: u64,
    value: &[u8],
    what: impl Fn() -> String,
) -> Result<JournalBatch, StoreError> {
    let content = unseal(value, &what)?;
    let (events, bytes) = content
        .split_first_chunk::<4>()
        .ok_or_else(|| StoreError::corrupt(format!("{} has no count of events", what())))?;
    Ok(JournalBatch { first_seq, events: u32::from_le_bytes(*events), bytes: Arc::from(bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use proptest::prelude::*;
    use stateline_base::{ExecutionId, ShardId, Timestamp};

    fn what() -> String {
        "the value".to_owned()
    }

    fn row(body: Vec<u8>, wake: Option<i64>) -> ExecutionRow {
        let started = Timestamp::from_millis(1_700_000_000_000);
        ExecutionRow {
            id: ExecutionId::new(started, ShardId::of("x"), 9),
            machine: "arn:m".to_owned(),
            arn: "arn:e".to_owned(),
            name: "e".to_owned(),
            status: Status::TimedOut,
            started,
            stopped: None,
            next_seq: 12,
            wake: wake.map(Timestamp::from_millis),
            busy: true,
            expires: None,
            map_runs: vec!["arn:r".to_owned()],
            lists: body.first().map(|first| vec![format!("arn:m:{first}")]).unwrap_or_default(),
            body,
            map_run: wake.map(|_| "arn:p".to_owned()),
        }
    }

    fn check_refused(value: &[u8], expected: &str) {
        match unseal(value, what) {
            Err(StoreError::Corrupt { what }) => assert_eq!(what, expected),
            other => panic!("expected damage, got {other:?}"),
        }
    }

    proptest! {
        #[test]
        fn rows_survive_the_round_trip(body in proptest::collection::vec(any::<u8>(), 0..200), wake in any::<Option<i64>>()) {
            let row = row(body, wake);
            let value = encode_row(&row).expect("a row encodes");
            prop_assert_eq!(decode_row(&value, what), Ok(row));
        }

        #[test]
        fn batches_survive_the_round_trip(bytes in proptest::collection::vec(any::<u8>(), 0..200), events in any::<u32>()) {
            let batch = decode_batch(7, &encode_batch(events, &bytes), what).expect("a batch decodes");
            prop_assert_eq!((batch.first_seq, batch.events, &batch.bytes[..]), (7, events, &bytes[..]));
        }

        #[test]
        fn one_changed_byte_is_noticed(at in 0usize..40, change in 1u8..) {
            let mut value = encode_row(&row(vec![3; 40], Some(5))).expect("a row encodes");
            value[at] ^= change;
            prop_assert!(decode_row(&value, what).is_err());
        }

        #[test]
        fn any_bytes_are_answered_without_a_panic(value in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode_row(&value, what);
            let _ = decode_row(&seal(&[&value]), what);
            let _ = decode_batch(0, &seal(&[&value]), what);
        }
    }

    #[test]
    fn damage_is_told_in_words() {
        check_refused(&[1, 2], "the value is cut short");
        let mut newer = seal(&[b"x"]);
        newer[0] = 2;
        check_refused(&newer, "the value has the unknown layout version 2; this program knows up to 1");
        let mut flipped = seal(&[b"x"]);
        flipped[5] ^= 1;
        check_refused(&flipped, "the checksum of the value does not match");
    }

    #[test]
    fn lists_stand_behind_a_row_that_is_else_as_it_was() {
        let alone = encode_row(&row(Vec::new(), None)).expect("a row encodes");
        // What is written where there is no list.
        let golden = [
            1, 106, 210, 110, 230, 203, 132, 164, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 173, 249,
            231, 139, 3, 5, 97, 114, 110, 58, 109, 5, 97, 114, 110, 58, 101, 1, 101, 3, 128, 160, 171, 254,
            249, 98, 0, 12, 0, 1, 0, 1, 5, 97, 114, 110, 58, 114, 0, 0,
        ];
        assert_eq!(alone, golden);
        let mut listed = row(Vec::new(), None);
        listed.lists = vec!["a".to_owned(), "bc".to_owned()];
        let bytes = encode_row(&listed).expect("a row encodes");
        assert_eq!(bytes[HEAD_BYTES..alone.len()], alone[HEAD_BYTES..]);
        assert_eq!(bytes[alone.len()..], *b"\x02\x01a\x02bc");
        assert_eq!(decode_row(&bytes, what), Ok(listed));
    }

    #[test]
    fn rows_from_before_children_were_listed_are_read() {
        let row = row(Vec::new(), None);
        let value = encode_row(&row).expect("a row encodes");
        let content = unseal(&value, what).expect("a sealed value");
        let older = seal(&[&content[..content.len() - 1]]);
        assert_eq!(decode_row(&older, what), Ok(row));
    }

    #[test]
    fn the_layout_is_frozen() {
        assert_eq!(encode_batch(2, b"ab"), [1, 212, 115, 248, 182, 2, 0, 0, 0, b'a', b'b']);
    }
}
