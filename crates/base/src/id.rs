//! Identifiers of the engine's own making.
//!
//! Execution ids are ordered by time, because random keys multiply the writes
//! of every store (measured; `docs/decisions`). They also carry their shard,
//! so that finding the owner of an execution needs no look-up.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Logical shards, fixed for ever: an execution never changes its shard.
pub const SHARD_COUNT: u16 = 1024;

/// One of the [`SHARD_COUNT`] logical shards. Each has a single writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShardId(u16);

impl ShardId {
    /// The shard of an execution's ARN; any text is spread evenly (FNV-1a).
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in text.as_bytes() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash ^= hash >> 32;
        ShardId((hash % u64::from(SHARD_COUNT)) as u16)
    }

    /// The shard with this number; the number is taken modulo the count.
    #[must_use]
    pub const fn from_number(number: u16) -> Self {
        ShardId(number % SHARD_COUNT)
    }

    /// From 0 to [`SHARD_COUNT`] − 1.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// Names an execution inside the engine: 48 bits of milliseconds, 64 bits that tell
/// executions of one millisecond apart and order them, 16 bits of shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExecutionId(u128);

impl ExecutionId {
    /// Makes an id. `unique` must differ between executions that start in one shard in one millisecond.
    #[must_use]
    pub fn new(started: crate::Timestamp, shard: ShardId, unique: u64) -> Self {
        let millis = u128::from(started.as_millis().max(0) as u64 & 0xFFFF_FFFF_FFFF);
        ExecutionId(millis << 80 | u128::from(unique) << 16 | u128::from(shard.0))
    }

    /// The shard that owns this execution.
    #[must_use]
    pub const fn shard(self) -> ShardId {
        ShardId::from_number(self.0 as u16)
    }

    /// Sixteen bytes whose order is the order of the ids.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The inverse of [`ExecutionId::to_bytes`].
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        ExecutionId(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn ids_are_ordered_by_time_and_know_their_shard() {
        let shard = ShardId::of("arn:aws:states:us-east-1:000000000000:execution:m:e");
        let first = ExecutionId::new(Timestamp::from_millis(1), shard, u64::MAX);
        let second = ExecutionId::new(Timestamp::from_millis(2), shard, 0);
        assert!(first < second && first.to_bytes() < second.to_bytes());
        assert_eq!(first.shard(), shard);
        assert_eq!(ExecutionId::from_bytes(second.to_bytes()), second);
    }

    #[test]
    fn shards_are_spread() {
        let mut seen = std::collections::HashSet::new();
        for n in 0..10_000 {
            seen.insert(ShardId::of(&format!("arn:aws:states:us-east-1:000000000000:execution:m:{n}")));
        }
        assert!(seen.len() > 1000, "{} of {SHARD_COUNT} shards used", seen.len());
    }
}
