//! Journals, read back from the store.

use stateline_base::ExecutionId;
use stateline_engine::{Execution, apply, begin};
use stateline_journal::{Record, decode};
use stateline_store::{JournalBatch, Store, StoreError};

/// Journal batches read at a time.
const JOURNAL_PAGE: usize = 256;
/// The same where they are folded at once; those of a large Map Run are large.
const FOLDED_PAGE: usize = 32;

/// Every record of an execution.
///
/// # Errors
/// When the store cannot be read or the journal is damaged.
pub(crate) fn read_journal(store: &dyn Store, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let from = records.len() as u64;
        let page = store.journal(id, from, JOURNAL_PAGE)?;
        let last = page.len() < JOURNAL_PAGE;
        for batch in &page {
            records.extend(decode_batch(id, batch)?);
        }
        if last {
            return Ok(records);
        }
    }
}

/// An execution as its journal tells it, read page by page; `None` when that does not begin with its
/// start.
pub(super) fn fold_journal(store: &dyn Store, id: ExecutionId) -> Result<Option<Execution>, StoreError> {
    let (mut folded, mut from): (Option<Execution>, u64) = (None, 0);
    loop {
        let page = store.journal(id, from, FOLDED_PAGE)?;
        for batch in &page {
            from = batch.first_seq + u64::from(batch.events);
            for record in decode_batch(id, batch)? {
                match &mut folded {
                    Some(x) => apply(x, &record),
                    None => match begin(&record) {
                        Some(x) => folded = Some(x),
                        None => return Ok(None),
                    },
                }
            }
        }
        if page.len() < FOLDED_PAGE {
            return Ok(folded);
        }
    }
}

pub(super) fn decode_batch(id: ExecutionId, batch: &JournalBatch) -> Result<Vec<Record>, StoreError> {
    let decoded = decode(&batch.bytes)
        .map_err(|error| StoreError::Corrupt { what: format!("the journal of {id}: {error}") })?;
    Ok(decoded.records)
}
