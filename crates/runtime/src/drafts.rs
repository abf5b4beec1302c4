//! Drafts: definitions that somebody is writing, kept until they are deleted. The service never runs one.
//!
//! A draft is two documents with one key, so that a list reads no texts: what a list shows, and the rest.

use serde::{Deserialize, Serialize};
use stateline_base::Timestamp;
use stateline_store::{Put, Store, StoreError, Table};
use std::collections::BTreeMap;

/// Characters of a draft's id.
pub const DRAFT_ID_CHARS_MAX: usize = 300;
/// Bytes of a draft's text, and of its sample inputs together.
pub const DRAFT_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Drafts of one account in one region.
pub const DRAFTS_MAX: usize = 1_000;

/// The version byte of a stored draft.
const FORMAT: u8 = 1;
/// Documents read at a time when drafts are listed.
const PAGE: usize = 256;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What a list shows.
    pub header: DraftHeader,
    /// The text.
    pub body: DraftBody,
}

/// What a list shows of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftHeader {
    /// Unique in account and region; 1 to [`DRAFT_ID_CHARS_MAX`] characters, of the author's choice.
    pub id: String,
    /// For people.
    pub title: String,
    /// When it was saved; later with each save.
    pub saved: Timestamp,
    /// Whether the text is YAML; JSON otherwise.
    pub is_yaml: bool,
    /// Whether it is meant for an Express machine.
    pub is_express: bool,
    /// The state machine that it is to change.
    pub machine_arn: Option<String>,
    /// Who saved it last: a random id of a tab.
    pub editor: String,
}

/// The rest of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftBody {
    /// As it was typed, whether it is a definition or not.
    pub text: String,
    /// The machine's revision that the text began as; empty for the initial one.
    pub base_revision_id: Option<String>,
    /// Inputs to try states with, by the state's place.
    pub sample_inputs: BTreeMap<String, String>,
}

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftSave {
    /// It is durable since then.
    Saved(Timestamp),
    /// Somebody else has saved it, or with `None` deleted it, meanwhile; nothing was written.
    Changed(Option<Box<Draft>>),
}

/// The beginning of the keys of an account's drafts in a region.
pub(crate) fn prefix(account: &str, region: &str) -> String {
    format!("{account}/{region}/")
}

/// All drafts below a prefix, in the order of their keys.
///
/// # Errors
/// When the store cannot be read or holds a draft this release cannot read.
pub(crate) fn list(store: &dyn Store, prefix: &str) -> Result<Vec<DraftHeader>, StoreError> {
    let mut drafts = Vec::new();
    let mut after = prefix.to_owned();
    loop {
        let page = store.scan(Table::Drafts, Some(&after), PAGE)?;
        let full = page.len() == PAGE;
        for (key, bytes) in page {
            if !key.starts_with(prefix) {
                return Ok(drafts);
            }
            drafts.push(decode(&key, &bytes)?);
            after = key;
        }
        if !full {
            return Ok(drafts);
        }
    }
}

/// What a list shows of one draft.
///
/// # Errors
/// As [`list`].
pub(crate) fn header(store: &dyn Store, key: &str) -> Result<Option<DraftHeader>, StoreError> {
    store.get(Table::Drafts, key)?.map(|bytes| decode(key, &bytes)).transpose()
}

/// One draft.
///
/// # Errors
/// As [`list`].
pub(crate) fn find(store: &dyn Store, key: &str) -> Result<Option<Draft>, StoreError> {
    let Some(header) = header(store, key)? else { return Ok(None) };
    let Some(bytes) = store.get(Table::DraftTexts, key)? else { return Ok(None) };
    Ok(Some(Draft { header, body: decode(key, &bytes)? }))
}

/// What has to be written for a draft to be durable.
pub(crate) fn puts(key: &str, draft: &Draft) -> Vec<Put> {
    vec![put(Table::Drafts, key, &draft.header), put(Table::DraftTexts, key, &draft.body)]
}

/// What has to be written for a draft to be gone.
pub(crate) fn removals(key: &str) -> Vec<Put> {
    let removal = |table| Put { table, key: key.to_owned(), bytes: None };
    vec![removal(Table::Drafts), removal(Table::DraftTexts)]
}

fn put(table: Table, key: &str, content: &impl Serialize) -> Put {
    let bytes =
        postcard::to_extend(content, vec![FORMAT]).expect("writing a plain structure to memory cannot fail");
    Put { table, key: key.to_owned(), bytes: Some(bytes) }
}

fn decode<'b, T: Deserialize<'b>>(key: &str, bytes: &'b [u8]) -> Result<T, StoreError> {
    let content = match bytes.split_first() {
        Some((&FORMAT, body)) => postcard::from_bytes(body).ok(),
        _ => None,
    };
    content.ok_or_else(|| StoreError::Corrupt { what: format!("the draft {key}") })
}
