//! Activities: names under which workers ask for tasks.

use serde::{Deserialize, Serialize};
use stateline_base::Timestamp;
use stateline_store::{Put, Store, StoreError, Table};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, RwLock};

/// An activity as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// `arn:aws:states:<region>:<account>:activity:<name>`.
    pub arn: Arc<str>,
    /// Its name, unique in account and region.
    pub name: Arc<str>,
    /// When it was created.
    pub created: Timestamp,
    /// `encryptionConfiguration` as JSON text; absent means the default.
    pub encryption: Option<Arc<str>>,
    /// Tags in the order given.
    pub tags: Vec<(String, String)>,
}

/// Every activity, by ARN.
#[derive(Debug, Default)]
pub struct Activities {
    known: RwLock<BTreeMap<Arc<str>, Arc<ActivityEntry>>>,
}

/// Activities read at a time when they are loaded.
const LOAD_PAGE: usize = 256;
/// The version byte of a stored activity.
const FORMAT: u8 = 1;

impl Activities {
    /// Reads every activity from the store.
    ///
    /// # Errors
    /// When the store cannot be read or holds an activity this release cannot read.
    pub fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let activities = Activities::default();
        let mut after: Option<String> = None;
        loop {
            let page = store.scan(Table::Activities, after.as_deref(), LOAD_PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(activities) };
            after = Some(last.clone());
            for (key, bytes) in &page {
                let entry = decode(bytes)
                    .ok_or_else(|| StoreError::Corrupt { what: format!("the activity {key}") })?;
                activities.insert(entry);
            }
        }
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, arn: &str) -> Option<Arc<ActivityEntry>> {
        self.known.read().expect("no holder of the activities panics").get(arn).cloned()
    }

    /// Those whose ARN begins with a prefix, after one of them, in order.
    #[must_use]
    pub fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> Vec<Arc<ActivityEntry>> {
        let known = self.known.read().expect("no holder of the activities panics");
        let from = match after {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(prefix),
        };
        let range = known.range::<str, _>((from, Bound::Unbounded)).map(|(_, entry)| entry);
        range.take_while(|entry| entry.arn.starts_with(prefix)).take(limit).cloned().collect()
    }

    /// Makes one known. The caller has made it durable.
    pub fn insert(&self, entry: ActivityEntry) {
        let mut known = self.known.write().expect("no holder of the activities panics");
        known.insert(entry.arn.clone(), Arc::new(entry));
    }

    /// Forgets one. The caller has deleted it from the store.
    pub fn remove(&self, arn: &str) {
        self.known.write().expect("no holder of the activities panics").remove(arn);
    }
}

/// What has to be written for an activity to be durable.
#[must_use]
pub fn put(entry: &ActivityEntry) -> Put {
    let bytes =
        postcard::to_extend(entry, vec![FORMAT]).expect("writing a plain structure to memory cannot fail");
    Put { table: Table::Activities, key: entry.arn.to_string(), bytes: Some(bytes) }
}

/// What has to be written for an activity to be gone.
#[must_use]
pub fn removal(arn: &str) -> Put {
    Put { table: Table::Activities, key: arn.to_owned(), bytes: None }
}

fn decode(bytes: &[u8]) -> Option<ActivityEntry> {
    match bytes.split_first() {
        Some((&FORMAT, body)) => postcard::from_bytes(body).ok(),
        _ => None,
    }
}
