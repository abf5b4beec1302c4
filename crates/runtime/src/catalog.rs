//! State machines and definitions, compiled once and shared.
//!
//! An execution keeps the definition it was started with for its whole life, so
//! definitions are stored by the hash of their text, apart from the machines
//! that name them now.

use crate::activities::Activities;
use crate::token::TokenKey;
use crate::{Machine, MachineStatus, ServiceError};
use sha2::{Digest, Sha256};
use stateline_asl::{MachineKind as CheckedKind, Program, compile};
use stateline_journal::MachineKind;
use stateline_store::{Put, Store, StoreError, Table};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::ops::Bound;
use std::sync::{Arc, RwLock};

/// A definition, ready to run.
#[derive(Debug)]
pub struct Definition {
    /// SHA-256 of the text, in hex.
    pub hash: Arc<str>,
    /// What the text says.
    pub program: Program,
}

/// A machine with its current definition.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As stored.
    pub machine: Arc<Machine>,
    /// Compiled.
    pub definition: Arc<Definition>,
}

/// What is known of machines and definitions.
#[derive(Debug, Default)]
pub struct Catalog {
    machines: RwLock<BTreeMap<Arc<str>, Entry>>,
    definitions: RwLock<HashMap<Arc<str>, Arc<Definition>>>,
    activities: Activities,
    token_key: TokenKey,
}

/// Where the key of task tokens stands among the server's settings.
pub(crate) const TOKEN_KEY: &str = "task-token-key";
/// Machines read at a time when the catalog is loaded.
const LOAD_PAGE: usize = 256;
/// The version byte of a stored machine.
const FORMAT: u8 = 1;

impl Catalog {
    /// Reads every machine from the store.
    ///
    /// # Errors
    /// When the store cannot be read or holds a machine this release cannot read.
    pub fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let mut catalog = Catalog { activities: Activities::load(store)?, ..Catalog::default() };
        if let Some(bytes) = store.get(Table::Settings, TOKEN_KEY)? {
            let corrupt = || StoreError::Corrupt { what: "the key of task tokens".to_owned() };
            catalog.token_key = TokenKey::from_bytes(&bytes).ok_or_else(corrupt)?;
        }
        let mut after: Option<String> = None;
        loop {
            let page = store.scan(Table::StateMachines, after.as_deref(), LOAD_PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(catalog) };
            after = Some(last.clone());
            for (key, bytes) in &page {
                let machine = decode(bytes)
                    .ok_or_else(|| StoreError::Corrupt { what: format!("the state machine {key}") })?;
                let definition = catalog.definition_of_text(&machine.definition, machine.kind)?;
                catalog.insert(Entry { machine: Arc::new(machine), definition });
            }
        }
    }

    /// The activities.
    #[must_use]
    pub fn activities(&self) -> &Activities {
        &self.activities
    }

    /// What task tokens are made with.
    #[must_use]
    pub fn token_key(&self) -> &TokenKey {
        &self.token_key
    }

    /// The same with a key of its own.
    #[must_use]
    pub fn with_token_key(self, token_key: TokenKey) -> Self {
        Catalog { token_key, ..self }
    }

    /// A machine by ARN.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`].
    pub fn machine(&self, arn: &str) -> Result<Entry, ServiceError> {
        let machines = self.machines.read().expect("no holder of the catalog panics");
        machines.get(arn).cloned().ok_or_else(|| ServiceError::MachineDoesNotExist(arn.into()))
    }

    /// Whether a machine that was looked up earlier is still there, still the same one, and takes executions.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`] or [`ServiceError::MachineDeleting`].
    pub fn still_takes(&self, machine: &Machine) -> Result<(), ServiceError> {
        let now = self.machine(&machine.arn)?.machine;
        match now.status {
            MachineStatus::Active if now.created == machine.created => Ok(()),
            MachineStatus::Active => Err(ServiceError::MachineDoesNotExist(machine.arn.clone())),
            MachineStatus::Deleting => Err(ServiceError::MachineDeleting(machine.arn.clone())),
        }
    }

    /// Machines whose ARN begins with a prefix, after one of them, in order.
    #[must_use]
    pub fn machines(&self, prefix: &str, after: Option<&str>, limit: usize) -> Vec<Arc<Machine>> {
        let machines = self.machines.read().expect("no holder of the catalog panics");
        let from = match after {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(prefix),
        };
        let range = machines.range::<str, _>((from, Bound::Unbounded));
        let of_prefix =
            range.map(|(_, entry)| &entry.machine).take_while(|machine| machine.arn.starts_with(prefix));
        of_prefix.take(limit).cloned().collect()
    }

    /// Machines whose deletion was begun and not finished.
    #[must_use]
    pub fn deleting(&self) -> Vec<Arc<Machine>> {
        let machines = self.machines.read().expect("no holder of the catalog panics");
        let going = machines.values().filter(|entry| entry.machine.status == MachineStatus::Deleting);
        going.map(|entry| entry.machine.clone()).collect()
    }

    /// Makes a machine known. The caller has made it durable.
    pub fn insert(&self, entry: Entry) {
        let mut machines = self.machines.write().expect("no holder of the catalog panics");
        machines.insert(entry.machine.arn.clone(), entry);
    }

    /// Forgets a machine. The caller has deleted it from the store.
    pub fn remove(&self, arn: &str) {
        self.machines.write().expect("no holder of the catalog panics").remove(arn);
    }

    /// The definition of an execution, by its hash: from memory or from the store.
    ///
    /// # Errors
    /// When the store does not have it or it does not compile any more.
    pub fn definition(&self, store: &dyn Store, hash: &str) -> Result<Arc<Definition>, StoreError> {
        if let Some(known) = self.known(hash) {
            return Ok(known);
        }
        let (text, kind) = stored(store, hash)?;
        self.definition_of_text(&text, kind)
    }

    /// The text of a definition, by its hash.
    ///
    /// # Errors
    /// When the store does not have it.
    pub fn text(&self, store: &dyn Store, hash: &str) -> Result<String, StoreError> {
        stored(store, hash).map(|(text, _)| text)
    }

    /// Compiles a text, or finds it compiled.
    ///
    /// # Errors
    /// When the text is no definition: it was one when it was accepted.
    pub fn definition_of_text(&self, text: &str, kind: MachineKind) -> Result<Arc<Definition>, StoreError> {
        let hash = hash_of(text, kind);
        if let Some(known) = self.known(&hash) {
            return Ok(known);
        }
        let checked = match kind {
            MachineKind::Standard => CheckedKind::Standard,
            MachineKind::Express => CheckedKind::Express,
        };
        let program = compile(text, checked).program.ok_or_else(|| StoreError::Corrupt {
            what: format!("the definition {hash} was accepted earlier and is refused by this release"),
        })?;
        let definition = Arc::new(Definition { hash: hash.clone(), program });
        let mut definitions = self.definitions.write().expect("no holder of the catalog panics");
        Ok(definitions.entry(hash).or_insert(definition).clone())
    }

    fn known(&self, hash: &str) -> Option<Arc<Definition>> {
        self.definitions.read().expect("no holder of the catalog panics").get(hash).cloned()
    }
}

/// A definition's text and kind, as the store has them.
fn stored(store: &dyn Store, hash: &str) -> Result<(String, MachineKind), StoreError> {
    let missing = || StoreError::Corrupt { what: format!("the definition {hash}") };
    let bytes = store.get(Table::Definitions, hash)?.ok_or_else(missing)?;
    let (kind, text) = bytes.split_first().ok_or_else(missing)?;
    let text = std::str::from_utf8(text).map_err(|_| missing())?;
    let kind = if *kind == EXPRESS { MachineKind::Express } else { MachineKind::Standard };
    Ok((text.to_owned(), kind))
}

const STANDARD: u8 = 0;
const EXPRESS: u8 = 1;

/// What has to be written for a machine to be durable: itself and its definition.
#[must_use]
pub fn puts(machine: &Machine, definition: &Definition) -> Vec<Put> {
    let mut text = vec![if machine.kind == MachineKind::Express { EXPRESS } else { STANDARD }];
    text.extend_from_slice(machine.definition.as_bytes());
    vec![
        Put { table: Table::Definitions, key: definition.hash.to_string(), bytes: Some(text) },
        Put { table: Table::StateMachines, key: machine.arn.to_string(), bytes: Some(encode(machine)) },
    ]
}

/// What has to be written for a machine to be gone. Its definition stays for its executions.
#[must_use]
pub fn removal(arn: &str) -> Put {
    Put { table: Table::StateMachines, key: arn.to_owned(), bytes: None }
}

fn encode(machine: &Machine) -> Vec<u8> {
    postcard::to_extend(machine, vec![FORMAT]).expect("writing a plain structure to memory cannot fail")
}

fn decode(bytes: &[u8]) -> Option<Machine> {
    match bytes.split_first() {
        Some((&FORMAT, body)) => postcard::from_bytes(body).ok(),
        _ => None,
    }
}

fn hash_of(text: &str, kind: MachineKind) -> Arc<str> {
    let mut hasher = Sha256::new();
    hasher.update([u8::from(kind == MachineKind::Express)]);
    hasher.update(text.as_bytes());
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.into()
}
