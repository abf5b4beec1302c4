//! What a store hands out when all of it is asked for: the pieces, one after
//! the other, of one moment.
//!
//! The pieces are what the store means, not how it keeps them: indexes follow
//! from rows and are left out. `backup/` writes them into a file and reads them
//! back; `records/export.rs` takes them out and `records/import.rs` puts them in.

use crate::{Epoch, ExecutionRow, JournalBatch, Table};
use stateline_base::ExecutionId;
use std::ops::ControlFlow;

/// One piece of a store. They come in this order: the standing, each execution with its batches
/// behind it (executions in the order of their ids), names, documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Where the store stood; the first piece, and only once.
    Standing(Standing),
    /// An execution.
    Execution(Box<ExecutionRow>),
    /// The next batch of the execution before: they join without a gap up to its `next_seq`.
    Batch(JournalBatch),
    /// Which execution last took a name.
    Name {
        /// The state machine.
        machine: String,
        /// The name.
        name: String,
        /// The execution.
        id: ExecutionId,
    },
    /// A document.
    Document {
        /// Its table.
        table: Table,
        /// Its key.
        key: String,
        /// Its content.
        bytes: Vec<u8>,
    },
}

/// Where a store stood at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The newest owner's epoch.
    pub epoch: Epoch,
    /// Number of the last group in it, where the store counts them.
    pub group: Option<u64>,
}

/// Takes a piece, and says whether more are wanted.
pub type TakeItem<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;
