//! Local functions: processes of our own that speak AWS's Lambda Runtime API.
//!
//! A [`pool::Pool`] per function decides who runs and who waits; a
//! [`sandbox::Sandbox`] is one process with one port of its own, because the
//! Runtime API cannot tell processes apart; the [`runtime_api`] serves that
//! port and meets the pool at a [`desk::Desk`]. Processes are started and ended
//! by [`process`], and die with the server.

mod death;
mod desk;
pub(crate) mod fault;
mod keeper;
pub(crate) mod launch;
mod logs;
pub(crate) mod pool;
pub(crate) mod process;
mod runtime_api;
#[expect(clippy::module_inception, reason = "the file is named after the one thing in it")]
pub(crate) mod sandbox;

pub(crate) use desk::Invocation;
