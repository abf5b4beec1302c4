//! The trait every store implements, and the values that cross it.
//!
//! No iterators, no transactions and no query language cross it, so that a
//! store on a server can implement it in a few portable statements.

use crate::{CommitError, ExecutionRow, Status, StoreError, TakeItem};
use serde::{Deserialize, Serialize};
use stateline_base::{ExecutionId, Timestamp};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// A durable store. All calls block; call them from threads that may.
pub trait Store: Send + Sync + 'static {
    /// Writes a group: all or nothing, durable when it returns `Ok` (one sync for the whole group).
    ///
    /// # Errors
    /// See [`CommitError`] for what each one means for the group.
    fn commit(&self, group: &Group) -> Result<(), CommitError>;

    /// Takes the store over: commits under older epochs are fenced from now on.
    ///
    /// # Errors
    /// When the new epoch cannot be written.
    fn acquire(&self, owner: &str) -> Result<Epoch, StoreError>;

    /// Rows of open executions in the order of their ids, at most `limit`, after `after` (exclusive).
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn open_executions(
        &self,
        after: Option<ExecutionId>,
        limit: usize,
    ) -> Result<Vec<ExecutionRow>, StoreError>;

    /// The row of one execution.
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn execution(&self, id: ExecutionId) -> Result<Option<ExecutionRow>, StoreError>;

    /// Batches of one execution's journal in order, at most `limit`, from the batch that holds sequence `from`.
    ///
    /// Empty when `from` lies at or after the journal's end, or when there is no such execution.
    ///
    /// # Errors
    /// When data is damaged or cannot be read; a missing batch counts as damage.
    fn journal(&self, id: ExecutionId, from: u64, limit: usize) -> Result<Vec<JournalBatch>, StoreError>;

    /// The execution that last took this name under this state machine.
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn find_by_name(&self, machine: &str, name: &str) -> Result<Option<ExecutionId>, StoreError>;

    /// Executions of one state machine, version or alias, or children of one Map Run, newest first by (started, id).
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn list(&self, query: &ListQuery) -> Result<Vec<ExecutionRow>, StoreError>;

    /// Wake-ups due at or before `at`, earliest first, at most `limit`.
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn due(&self, at: Timestamp, limit: usize) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError>;

    /// The earliest wake-up of all, for sleeping until then.
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Deletes closed executions whose retention has passed at `at`, at most `limit`; returns how many.
    ///
    /// It may stop earlier to keep one write small, so call it until it returns 0.
    ///
    /// # Errors
    /// When data is damaged, cannot be read, or the deletion is refused.
    fn expire(&self, at: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// What kind of store it is, where, and how large, as far as it knows.
    ///
    /// # Errors
    /// When its size cannot be found out.
    fn facts(&self) -> Result<StoreFacts, StoreError> {
        Ok(StoreFacts::default())
    }

    /// One document.
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Documents of a table in the order of their keys (bytes of UTF-8), after `after` (exclusive).
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn scan(
        &self,
        table: Table,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// Hands out all that is stored at one moment, in the order that [`crate::Item`] tells, until `take`
    /// wants no more; commits go on meanwhile and do not show. What is handed out was checked, so an
    /// end with [`ControlFlow::Continue`] means that everything is whole.
    ///
    /// The moment is held until the end: a store on disk gives no space back for what is deleted or
    /// replaced meanwhile, and one in memory holds a copy. So `take` must not wait for ever.
    ///
    /// # Errors
    /// When data is damaged or cannot be read.
    fn export(&self, take: &mut TakeItem<'_>) -> Result<ControlFlow<()>, StoreError>;
}

/// What a store tells about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreFacts {
    /// `embedded`, `memory`.
    pub kind: Option<&'static str>,
    /// Its directory.
    pub path: Option<PathBuf>,
    /// What it takes there, or in memory.
    pub bytes: Option<u64>,
}

/// Counts the owners of a store; a later owner has a larger one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u64);

/// What becomes durable together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// From [`Store::acquire`].
    pub epoch: Epoch,
    /// Batches of executions; several of one execution apply in order.
    pub appends: Vec<Append>,
    /// Documents written or deleted; of several with one key the last counts.
    pub puts: Vec<Put>,
}

/// One batch of one execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The execution.
    pub id: ExecutionId,
    /// The sequence this batch must start at; 0 for a new execution.
    /// If the store's journal ends elsewhere, the whole group is a [`CommitError::Conflict`].
    pub expected_seq: u64,
    /// How many events `bytes` holds. With 0, `bytes` is empty and only the row changes.
    pub events: u32,
    /// The events, encoded by the caller.
    pub bytes: Vec<u8>,
    /// The projection after this batch; replaces the old one. Its `next_seq` is `expected_seq + events`.
    pub row: ExecutionRow,
}

/// One document written, or deleted where `bytes` is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its table.
    pub table: Table,
    /// Its key, at most 4,096 bytes.
    pub key: String,
    /// Its new content.
    pub bytes: Option<Vec<u8>>,
}

/// The tables of documents. Numbers are part of the format: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// State machines by ARN.
    StateMachines = 1,
    /// Published versions of state machines.
    Versions = 2,
    /// Aliases of state machines.
    Aliases = 3,
    /// Activities by ARN.
    Activities = 4,
    /// Tags by resource ARN.
    Tags = 5,
    /// Map runs by ARN.
    MapRuns = 6,
    /// What the server keeps about itself.
    Settings = 7,
    /// Texts of definitions by their hash.
    Definitions = 8,
    /// What lists show of drafts, by account, region and id.
    Drafts = 9,
    /// The texts of drafts, by the same keys.
    DraftTexts = 10,
}

impl Table {
    /// Every table.
    pub const ALL: [Table; 10] = [
        Table::StateMachines,
        Table::Versions,
        Table::Aliases,
        Table::Activities,
        Table::Tags,
        Table::MapRuns,
        Table::Settings,
        Table::Definitions,
        Table::Drafts,
        Table::DraftTexts,
    ];

    /// The table with this number.
    pub(crate) fn of_number(number: u8) -> Option<Table> {
        Table::ALL.into_iter().find(|table| *table as u8 == number)
    }
}

/// A batch as it was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalBatch {
    /// Sequence of its first event.
    pub first_seq: u64,
    /// How many events it holds.
    pub events: u32,
    /// The events as the caller encoded them.
    pub bytes: Arc<[u8]>,
}

/// A place in a list: the sort key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ListKey {
    /// When the execution started.
    pub started: Timestamp,
    /// Tells executions of one instant apart.
    pub id: ExecutionId,
}

impl ListKey {
    /// The place of a row.
    #[must_use]
    pub fn of(row: &ExecutionRow) -> Self {
        ListKey { started: row.started, id: row.id }
    }
}

/// Which executions to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// ARN of the state machine, of the Map Run whose children are wanted, or another list that rows name.
    pub machine: String,
    /// Only those that stand so.
    pub status: Option<Status>,
    /// Only those older than this place: the last row of the page before.
    pub before: Option<ListKey>,
    /// At most so many.
    pub limit: usize,
}
