//! Keys: which bytes name what, so that byte order is the order callers ask for.
//!
//! Texts are preceded by their length, because any byte may occur in them.
//! Times are shifted to unsigned, and inverted where newest comes first.

use crate::{ListKey, Status, StoreError, Table};
use stateline_base::{ExecutionId, Timestamp};

/// The key spaces. Their order and names are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Space {
    /// (id, first sequence) → batch.
    Journal,
    /// id → row.
    Rows,
    /// (machine, name) → id.
    Names,
    /// (machine or another list, status or any, started ↓, id ↓) → nothing.
    Lists,
    /// (wake, id) → nothing.
    Due,
    /// id → nothing.
    Open,
    /// (expires, id) → nothing.
    Expiry,
    /// (table, key) → document.
    Tables,
    /// What the store keeps about itself.
    Meta,
}

impl Space {
    pub(crate) const ALL: [Space; 9] = [
        Space::Journal,
        Space::Rows,
        Space::Names,
        Space::Lists,
        Space::Due,
        Space::Open,
        Space::Expiry,
        Space::Tables,
        Space::Meta,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Space::Journal => "journal",
            Space::Rows => "rows",
            Space::Names => "names",
            Space::Lists => "lists",
            Space::Due => "due",
            Space::Open => "open",
            Space::Expiry => "expiry",
            Space::Tables => "tables",
            Space::Meta => "meta",
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// Bytes a text inside a key may have. Engines stop at 65,535 for a whole key.
pub(crate) const TEXT_BYTES_MAX: usize = 4096;

/// Whether a text may be part of a key. One that may not is not stored, and so not found.
pub(crate) fn fits(text: &str) -> bool {
    text.len() <= TEXT_BYTES_MAX
}

/// Row of the current owner's epoch.
pub(crate) const META_EPOCH: &[u8] = b"epoch";

/// Row of the number of the last group, where the engine counts them.
pub(crate) const META_GROUP: &[u8] = b"group\0number";

/// Key of a batch.
pub(crate) fn journal(id: ExecutionId, first_seq: u64) -> [u8; 24] {
    let mut key = [0; 24];
    key[..16].copy_from_slice(&id.to_bytes());
    key[16..].copy_from_slice(&first_seq.to_be_bytes());
    key
}

/// Execution and sequence of a batch's key.
pub(crate) fn parse_journal(key: &[u8]) -> Result<(ExecutionId, u64), StoreError> {
    let (id, seq) = key.split_first_chunk::<16>().ok_or_else(|| bad_key(Space::Journal))?;
    let seq = <[u8; 8]>::try_from(seq).map_err(|_| bad_key(Space::Journal))?;
    Ok((ExecutionId::from_bytes(*id), u64::from_be_bytes(seq)))
}

/// Key of a row and of its mark as open.
pub(crate) fn id(id: ExecutionId) -> [u8; 16] {
    id.to_bytes()
}

/// The execution of a key or value that is an id.
pub(crate) fn parse_id(space: Space, bytes: &[u8]) -> Result<ExecutionId, StoreError> {
    let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| bad_key(space))?;
    Ok(ExecutionId::from_bytes(bytes))
}

/// Key of a name.
pub(crate) fn name(machine: &str, name: &str) -> Vec<u8> {
    let mut key = text_prefix(machine);
    key.extend_from_slice(name.as_bytes());
    key
}

/// State machine and name of a name's key.
pub(crate) fn parse_name(key: &[u8]) -> Result<(&str, &str), StoreError> {
    let (length, texts) = key.split_first_chunk().ok_or_else(|| bad_key(Space::Names))?;
    let (machine, name) = texts
        .split_at_checked(usize::from(u16::from_be_bytes(*length)))
        .ok_or_else(|| bad_key(Space::Names))?;
    let text = |bytes| std::str::from_utf8(bytes).map_err(|_| bad_key(Space::Names));
    Ok((text(machine)?, text(name)?))
}

/// What all keys of one list begin with.
pub(crate) fn list_prefix(machine: &str, status: Option<Status>) -> Vec<u8> {
    let mut key = text_prefix(machine);
    key.push(status.map_or(0, Status::code));
    key
}

/// Key of a place in a list.
pub(crate) fn list(machine: &str, status: Option<Status>, place: ListKey) -> Vec<u8> {
    let mut key = list_prefix(machine, status);
    key.extend((!sortable(place.started)).to_be_bytes());
    key.extend(place.id.to_bytes().map(|byte| !byte));
    key
}

/// The execution at the end of a list's key.
pub(crate) fn parse_list(key: &[u8]) -> Result<ExecutionId, StoreError> {
    let id = key.last_chunk::<16>().ok_or_else(|| bad_key(Space::Lists))?;
    Ok(ExecutionId::from_bytes(id.map(|byte| !byte)))
}

/// Key of a wake-up or an expiry.
pub(crate) fn time(at: Timestamp, id: ExecutionId) -> [u8; 24] {
    let mut key = [0; 24];
    key[..8].copy_from_slice(&sortable(at).to_be_bytes());
    key[8..].copy_from_slice(&id.to_bytes());
    key
}

/// Time and execution of a wake-up's or an expiry's key.
pub(crate) fn parse_time(space: Space, key: &[u8]) -> Result<(Timestamp, ExecutionId), StoreError> {
    let (at, id) = key.split_first_chunk::<8>().ok_or_else(|| bad_key(space))?;
    let millis = (u64::from_be_bytes(*at) ^ SIGN).cast_signed();
    Ok((Timestamp::from_millis(millis), parse_id(space, id)?))
}

/// Key of a document.
pub(crate) fn table(table: Table, key: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + key.len());
    bytes.push(table as u8);
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

/// Table and key of a document's key.
pub(crate) fn parse_table(key: &[u8]) -> Result<(Table, &str), StoreError> {
    let (number, key) = key.split_first().ok_or_else(|| bad_key(Space::Tables))?;
    let table = Table::of_number(*number).ok_or_else(|| bad_key(Space::Tables))?;
    let key = std::str::from_utf8(key).map_err(|_| bad_key(Space::Tables))?;
    Ok((table, key))
}

/// The smallest key after all that begin with `prefix`. The prefix has a byte below 255 (all of ours have).
pub(crate) fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

/// The smallest key after this one.
pub(crate) fn after(key: &[u8]) -> Vec<u8> {
    let mut next = Vec::with_capacity(key.len() + 1);
    next.extend_from_slice(key);
    next.push(0);
    next
}

const SIGN: u64 = 1 << 63;

fn sortable(at: Timestamp) -> u64 {
    at.as_millis().cast_unsigned() ^ SIGN
}

/// Callers have checked with [`fits`].
fn text_prefix(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut key = Vec::with_capacity(2 + text.len() + 40);
    key.extend(length.to_be_bytes());
    key.extend_from_slice(text.as_bytes());
    key
}

fn bad_key(space: Space) -> StoreError {
    StoreError::corrupt(format!("a key in table {} has the wrong shape", space.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_base::ShardId;

    fn place(millis: i64, unique: u64) -> ListKey {
        let started = Timestamp::from_millis(millis);
        ListKey { started, id: ExecutionId::new(started, ShardId::from_number(1), unique) }
    }

    #[test]
    fn lists_run_from_new_to_old() {
        let keys = [place(20, 1), place(10, 2), place(10, 1), place(-5, 0)].map(|p| list("m", None, p));
        assert!(keys.is_sorted());
        assert_eq!(parse_list(&keys[1]), Ok(place(10, 2).id));
    }

    #[test]
    fn times_run_from_early_to_late_and_come_back() {
        let times = [i64::MIN, -1, 0, 1, i64::MAX].map(Timestamp::from_millis);
        let id = place(0, 3).id;
        let keys = times.map(|at| time(at, id));
        assert!(keys.is_sorted());
        for (at, key) in times.into_iter().zip(keys) {
            assert_eq!(parse_time(Space::Due, &key), Ok((at, id)));
        }
    }

    #[test]
    fn one_machine_never_sees_another() {
        assert_ne!(name("a", "bc"), name("ab", "c"));
        assert!(!list_prefix("ab", None).starts_with(&list_prefix("a", None)));
    }

    #[test]
    fn ends_of_prefixes_lie_after_all_their_keys() {
        assert_eq!(after_prefix(&[1, 2]), [1, 3]);
        assert_eq!(after_prefix(&[1, 255, 255]), [2]);
        assert!(after(&[1, 2]) > vec![1, 2]);
    }

    #[test]
    fn keys_of_another_shape_are_damage() {
        assert!(parse_journal(&[1; 23]).is_err());
        assert!(parse_time(Space::Due, &[1; 7]).is_err());
        assert!(parse_list(&[1; 15]).is_err());
        assert!(parse_id(Space::Open, &[1; 17]).is_err());
        assert!(parse_name(&[0, 3, b'm', b'n']).is_err());
        assert!(parse_table(&[200, b'k']).is_err());
    }

    #[test]
    fn texts_come_back_from_keys() {
        assert_eq!(parse_name(&name("machine", "näme")), Ok(("machine", "näme")));
        assert_eq!(parse_name(&name("", "")), Ok(("", "")));
        for number in 0..=u8::MAX {
            if let Some(of) = Table::of_number(number) {
                assert_eq!(parse_table(&table(of, "k")), Ok((of, "k")));
            }
        }
    }
}
