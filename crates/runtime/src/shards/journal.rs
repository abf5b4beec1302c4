//! Journals, read back from the store.

use stateline_base::ExecutionId;
use stateline_engine::{Execution, apply, begin};
use stateline_journal::{Record, decode};
use stateline_store::{JournalBatch, Store, StoreError};

/// Journal batches read at a time at most.
const JOURNAL_PAGE: usize = 256;
/// The same where they are folded at once.
const FOLDED_PAGE: usize = 32;
/// Bytes of a page behind which batches are read one by one: those of a large Map Run may have some
/// megabytes each.
const PAGE_BYTES: usize = 2 << 20;

/// Batches of the first page: most journals have no more.
const PAGE_FIRST: usize = 4;

/// How many batches of a journal are read at once: more and more while they are small.
#[derive(Debug)]
pub(crate) struct Pace {
    batches: usize,
    max: usize,
}

impl Pace {
    /// At most so many, at least 1.
    pub(crate) fn new(max: usize) -> Self {
        Pace { batches: PAGE_FIRST.min(max).max(1), max }
    }

    /// How many the next page may have.
    pub(crate) fn batches(&self) -> usize {
        self.batches
    }

    /// A page was read.
    pub(crate) fn read(&mut self, page: &[JournalBatch]) {
        let bytes: usize = page.iter().map(|batch| batch.bytes.len()).sum();
        self.batches = if bytes > PAGE_BYTES { 1 } else { (self.batches * 2).min(self.max) };
    }
}

/// Every record of an execution.
///
/// # Errors
/// When the store cannot be read or the journal is damaged.
pub(crate) fn read_journal(store: &dyn Store, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
    let (mut records, mut pace): (Vec<Record>, Pace) = (Vec::new(), Pace::new(JOURNAL_PAGE));
    loop {
        let page = store.journal(id, records.len() as u64, pace.batches())?;
        let last = page.len() < pace.batches();
        pace.read(&page);
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
    let mut pace = Pace::new(FOLDED_PAGE);
    loop {
        let page = store.journal(id, from, pace.batches())?;
        let last = page.len() < pace.batches();
        pace.read(&page);
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
        if last {
            return Ok(folded);
        }
    }
}

pub(crate) fn decode_batch(id: ExecutionId, batch: &JournalBatch) -> Result<Vec<Record>, StoreError> {
    let decoded = decode(&batch.bytes)
        .map_err(|error| StoreError::Corrupt { what: format!("the journal of {id}: {error}") })?;
    Ok(decoded.records)
}
