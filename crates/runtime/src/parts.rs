//! The parts that a [`Service`](crate::Service) is made of, for whoever drives them one step at a
//! time: the simulator, which puts false time, chance, calls and storage around the very code
//! that serves. The service puts threads around the same parts.

pub use crate::activities::put as put_activity;
pub use crate::catalog::TOKEN_KEY;
pub use crate::children::read as read_map_run;
pub use crate::committer::{Committer, Health};
pub use crate::dispatch::{Dispatch, worker_of, worker_of_arn};
pub use crate::mailbox::{Mailbox, Refused};
pub use crate::service::hand_out_open;
pub use crate::stored::puts;
pub use crate::worker::Worker;
