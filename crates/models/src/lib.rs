//! AWS services as their public models have them: where they are, how they are spoken to, what each
//! action takes and gives, their errors; and the check of a JSON value against a shape.
//!
//! All comes from a table of facts (names, types, bounds, places on the wire; no documentation) that
//! `cargo xtask models` makes from botocore's public models. Nothing here knows of states, and nothing
//! is written or sent: `protocols` makes requests of it and reads answers, `TestState` checks mocked
//! results with it.

mod check;
mod hosts;
pub mod names;
mod operation;
mod service;
mod shape;
mod table;

pub use check::{Mismatch, Mode};
pub use hosts::{Host, Partition};
pub use operation::{Checksum, Operation};
pub use service::{ErrorShape, Protocol, Service};
pub use shape::{Bounds, Form, Forms, List, Location, Map, Member, Shape, Structure, TimeFormat, Wire};
pub use table::botocore_version;
