//! The seam between the record layer and the engines under it: ordered keys,
//! consistent views, and writes that are all or nothing.
//!
//! It knows bytes only. `records/` is the one caller; `embedded/` and
//! `memory/` are the two implementations.

use crate::keys::Space;
use crate::{CommitError, StoreError};
use std::ops::ControlFlow;

/// An ordered key-value engine.
pub(crate) trait Kv: Send + Sync + 'static {
    /// The data as of now; later writes do not show in it.
    fn view(&self) -> Box<dyn View + '_>;

    /// The same, for looking at it for long: writes go on meanwhile.
    fn frozen(&self) -> Box<dyn View + '_> {
        self.view()
    }

    /// Writes all or nothing; durable when it returns `Ok`. Callers never write at the same time.
    fn write(&self, write: Write) -> Result<(), CommitError>;
}

/// Reads from one moment.
pub(crate) trait View {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Visits pairs in order until the end, or until told to stop.
    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<(), StoreError>;
}

/// Called with key and value.
pub(crate) type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>, StoreError> + 'a;

/// Keys from `from` (inclusive) to `to` (exclusive).
#[derive(Clone, Debug)]
pub(crate) struct KeyRange {
    pub(crate) space: Space,
    pub(crate) from: Vec<u8>,
    pub(crate) to: Vec<u8>,
    /// Visit from the end to the beginning.
    pub(crate) reverse: bool,
    /// Values may be shown as empty: spares reading large ones.
    pub(crate) keys_only: bool,
}

impl KeyRange {
    /// In ascending order.
    pub(crate) fn new(space: Space, from: impl Into<Vec<u8>>, to: impl Into<Vec<u8>>) -> Self {
        KeyRange { space, from: from.into(), to: to.into(), reverse: false, keys_only: false }
    }

    /// No key can lie in it. Engines may panic on a range that ends before it begins.
    pub(crate) fn is_empty(&self) -> bool {
        self.from >= self.to
    }
}

/// Who writes; engines treat some writes differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A group of the runtime.
    Commit,
    /// A new owner.
    Acquire,
    /// Deletion of old executions: it frees space, so it may use the last of it.
    Expire,
    /// Filling an empty store.
    Restore,
}

/// One write.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) purpose: Purpose,
    pub(crate) ops: Vec<Op>,
}

impl Write {
    pub(crate) fn new(purpose: Purpose) -> Self {
        Write { purpose, ops: Vec::new() }
    }

    pub(crate) fn put(&mut self, space: Space, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.ops.push(Op { space, key: key.into(), value: Some(value.into()) });
    }

    pub(crate) fn delete(&mut self, space: Space, key: impl Into<Vec<u8>>) {
        self.ops.push(Op { space, key: key.into(), value: None });
    }

    /// Bytes of keys and values.
    pub(crate) fn bytes(&self) -> u64 {
        self.ops.iter().map(|op| (op.key.len() + op.value.as_ref().map_or(0, Vec::len)) as u64).sum()
    }
}

/// One key written, or deleted where `value` is `None`. Of several with one key the last counts.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) space: Space,
    pub(crate) key: Vec<u8>,
    pub(crate) value: Option<Vec<u8>>,
}

impl Write {
    /// Leaves one operation a key, the last one: engines give all keys of a
    /// write one version and do not say which of two would win.
    pub(crate) fn keep_last(&mut self) {
        let mut seen = std::collections::HashSet::new();
        let mut kept: Vec<Op> = Vec::with_capacity(self.ops.len());
        for op in self.ops.drain(..).rev() {
            if seen.insert((op.space, op.key.clone())) {
                kept.push(op);
            }
        }
        kept.reverse();
        self.ops = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_operation_on_a_key_counts() {
        let mut write = Write::new(Purpose::Commit);
        write.put(Space::Due, *b"a", *b"1");
        write.put(Space::Open, *b"a", *b"2");
        write.delete(Space::Due, *b"a");
        write.keep_last();
        let left: Vec<_> = write.ops.iter().map(|op| (op.space, op.value.is_some())).collect();
        assert_eq!(left, [(Space::Open, true), (Space::Due, false)]);
        assert_eq!(write.bytes(), 3);
    }
}
