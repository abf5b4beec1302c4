//! The rim that faces callers: the AWS API of Step Functions on an HTTP server.
//!
//! `http` moves bytes: connections, limits, timeouts, shutdown; `encoding` unfolds
//! what was compressed and `patience` ends a client that does not read,
//! and `connections` has the silent make room when there are too many; `intake` bounds
//! what is read and done at once. `api` turns one
//! request into one answer and knows no sockets. `aws` holds the wire: one file
//! per operation, one table of errors, one set of constraints. `own` is what AWS does not have, `pages`
//! the console, and `fence` keeps pages of other sites away from all of it. What executions
//! do, and when something is durable, is decided below, in the runtime; whether
//! a definition is sound, in `stateline-asl`. The command line builds an [`Api`]
//! and calls [`serve`].
//!
//! Only this crate knows AWS's wire names.

#![allow(
    clippy::disallowed_methods,
    reason = "the rim: connections need tasks, deadlines and request ids that the simulator does not see"
)]

mod api;
mod aws;
mod body;
mod connections;
mod encoding;
mod fence;
mod http;
mod intake;
mod own;
mod pages;
mod patience;
mod shapes;
mod throttling;

pub use api::{Answer, Api, InnerAnswer, Settings};
pub use body::AnswerBody;
pub use fence::Hosts;
pub use http::serve;
pub use pages::Console;
pub use throttling::{Operations, Rate, Throttling};
