//! The vocabulary every other crate shares: points in time, identifiers, ARNs,
//! payloads, failures, the names of errors, and the limits of the service.
//!
//! Everything here is a plain value. Nothing reads a clock, draws a random
//! number or touches the outside; those come in through the callers.

mod arn;
pub mod error_name;
mod failure;
mod id;
pub mod limits;
mod payload;
mod rng;
mod timestamp;

pub use arn::{Arn, ArnError};
pub use failure::Failure;
pub use id::{ExecutionId, SHARD_COUNT, ShardId};
pub use limits::Limits;
pub use payload::{DEPTH_MAX, Payload};
pub use rng::{Rng, uuid_text};
pub use timestamp::{Timestamp, TimestampError};
