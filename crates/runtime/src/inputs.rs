//! Inputs of children that are only in their parent's journal: a Map Run of very many children does
//! not keep what those that failed began with, and a redrive reads it again.

use crate::children::ChildStart;
use crate::shards::decode_batch;
use stateline_base::{ExecutionId, Payload};
use stateline_engine::ChildInput;
use stateline_store::{Store, StoreError};
use std::sync::Mutex;

/// Reads inputs. Children that go on one after the other mostly stand in one batch, so the last one
/// that was read stays.
#[derive(Debug, Default)]
pub struct ChildInputs {
    last: Mutex<Option<Batch>>,
}

/// The inputs in one batch, by record.
#[derive(Debug)]
struct Batch {
    parent: ExecutionId,
    first: u64,
    inputs: Vec<Option<Payload>>,
}

impl Batch {
    fn read(store: &dyn Store, parent: ExecutionId, record: u64) -> Result<Option<Batch>, StoreError> {
        let Some(batch) = store.journal(parent, record, 1)?.into_iter().next() else { return Ok(None) };
        let records = decode_batch(parent, &batch)?;
        let inputs = records.iter().map(|record| ChildInput::told_by(&record.event).cloned()).collect();
        Ok(Some(Batch { parent, first: batch.first_seq, inputs }))
    }

    fn input(&self, parent: ExecutionId, record: u64) -> Option<&Payload> {
        let at = usize::try_from(record.checked_sub(self.first)?).ok()?;
        self.inputs.get(at).filter(|_| self.parent == parent)?.as_ref()
    }
}

impl ChildInputs {
    /// What a child begins with. Blocks where it has to be read.
    ///
    /// # Errors
    /// When the journal of its parent cannot be read, or does not tell.
    pub fn of(&self, store: &dyn Store, start: &ChildStart) -> Result<Payload, StoreError> {
        let record = match &start.input {
            ChildInput::Known(input) => return Ok(input.clone()),
            ChildInput::Recorded(record) => *record,
        };
        let parent = start.link.execution;
        let mut last = self.last.lock().expect("no holder of the batch panics");
        if last.as_ref().and_then(|batch| batch.input(parent, record)).is_none() {
            *last = Batch::read(store, parent, record)?;
        }
        let found = last.as_ref().and_then(|batch| batch.input(parent, record)).cloned();
        let what = || format!("the journal of {parent}, whose record {record} is to tell a child's input");
        found.ok_or_else(|| StoreError::Corrupt { what: what() })
    }
}
