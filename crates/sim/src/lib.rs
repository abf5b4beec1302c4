//! The simulator: a whole service in one thread, with false time, chance, calls and storage.
//!
//! One number, the seed, decides everything: the programs, the clients, how long
//! calls take and how they end, which worker goes on next, when a commit fails,
//! when the machine goes down, and how far the clock jumps. The parts under test
//! are the ones that serve: the engine, [`stateline_runtime::Shards`], the
//! committer, recovery, and the store in memory with its faults. Only what stands
//! outside of them is false.
//!
//! Checkers watch from outside and know nothing of the inner workings: what was
//! promised, what was called, what became durable, and what the stored histories
//! say. [`run`] gives a [`Report`]; the same seed gives the same report, for ever.
//! A seed that finds something is a bug report.
//!
//! What it leaves to others: the async tasks that drive Express executions and read
//! items (of Express children it knows what they come to, and tells it), and the
//! store on disk, which has a suite of faults of its own.

mod calls;
mod check;
mod clients;
mod cover;
mod dice;
mod faults;
mod generate;
mod ledger;
mod ports;
mod process;
mod programs;
mod reference;
mod sabotage;
mod scene;
mod shadow;
mod store;
mod trace;
mod walk;
mod world;

pub use cover::{Cover, EXPECTED_CRASHES, EXPECTED_EVENTS, EXPECTED_FAULTS, EXPECTED_INPUTS, EXPECTED_MOVES};
pub use sabotage::Sabotage;
pub use world::{Options, Report, run};
