//! State machines and definitions, compiled once and shared.
//!
//! An execution keeps the revision it was started with for its whole life, so
//! revisions and definitions are stored by the hash of their content, apart from
//! the machines that name them now.

use crate::activities::Activities;
use crate::machine::{Qualifier, qualifier};
use crate::shards::unavailable;
use crate::stored::{self, Found, find, hash_of};
use crate::token::TokenKey;
use crate::{Alias, Machine, MachineStatus, Revision, ServiceError, Version};
use stateline_asl::{MachineKind as CheckedKind, Program, compile_stored};
use stateline_journal::MachineKind;
use stateline_store::{Store, StoreError, Table};
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, RwLock, RwLockReadGuard};

/// A definition, ready to run.
#[derive(Debug)]
pub struct Definition {
    /// SHA-256 of the text, in hex.
    pub hash: Arc<str>,
    /// What the text says.
    pub program: Program,
}

/// A machine as executions are started with it: at its current revision, or at a version's.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As stored.
    pub machine: Arc<Machine>,
    /// Compiled.
    pub definition: Arc<Definition>,
    /// What an execution keeps.
    pub revision: Arc<Revision>,
    /// The version that the caller named or chance chose.
    pub version_arn: Option<Arc<str>>,
    /// The alias that the caller named.
    pub alias_arn: Option<Arc<str>>,
}

/// A machine with all that is its.
#[derive(Debug)]
struct Family {
    entry: Entry,
    versions: BTreeMap<u32, Arc<Version>>,
    aliases: BTreeMap<Arc<str>, Arc<Alias>>,
}

/// What is known of machines and definitions.
#[derive(Debug, Default)]
pub struct Catalog {
    machines: RwLock<BTreeMap<Arc<str>, Family>>,
    /// By their own hashes and by the keys of revisions.
    definitions: RwLock<HashMap<Arc<str>, Arc<Definition>>>,
    activities: Activities,
    token_key: TokenKey,
}

/// Where the key of task tokens stands among the server's settings.
pub const TOKEN_KEY: &str = "task-token-key";
/// Documents read at a time when the catalog is loaded.
const LOAD_PAGE: usize = 256;

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
        each(store, Table::StateMachines, |key, bytes| {
            let corrupt = || StoreError::Corrupt { what: format!("the state machine {key}") };
            let (machine, current) = stored::read_machine(bytes).ok_or_else(corrupt)?;
            let definition = catalog.definition_of_text(&machine.definition, machine.kind)?;
            let make = if current { Entry::new } else { Entry::of_older_release };
            catalog.insert(make(Arc::new(machine), definition));
            Ok(())
        })?;
        each(store, Table::Versions, |key, bytes| {
            let corrupt = || StoreError::Corrupt { what: format!("the version {key}") };
            catalog.insert_version(&Arc::new(stored::read_version(key, bytes).ok_or_else(corrupt)?));
            Ok(())
        })?;
        each(store, Table::Aliases, |key, bytes| {
            let corrupt = || StoreError::Corrupt { what: format!("the alias {key}") };
            catalog.insert_alias(&Arc::new(stored::read_alias(bytes).ok_or_else(corrupt)?));
            Ok(())
        })?;
        Ok(catalog)
    }

    fn machines_now(&self) -> RwLockReadGuard<'_, BTreeMap<Arc<str>, Family>> {
        self.machines.read().expect("no holder of the catalog panics")
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
        let machines = self.machines_now();
        let family = machines.get(arn).ok_or_else(|| ServiceError::MachineDoesNotExist(arn.into()))?;
        Ok(family.entry.clone())
    }

    /// What an execution is started with that names a machine, a version or an alias.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], or that the store cannot be read.
    pub fn target(
        &self,
        store: &dyn Store,
        arn: &Arc<str>,
        draw: impl FnOnce() -> u64,
    ) -> Result<Entry, ServiceError> {
        let (entry, version, alias_arn) = {
            let machines = self.machines_now();
            if let Some(family) = machines.get(arn) {
                return Ok(family.entry.clone());
            }
            let missing = || ServiceError::MachineDoesNotExist(arn.clone());
            let (machine, qualifier) = qualifier(arn).ok_or_else(missing)?;
            let family = machines.get(machine).ok_or_else(missing)?;
            let (number, alias_arn) = match qualifier {
                Qualifier::Version(number) => (number, None),
                Qualifier::Alias(name) => {
                    let alias = family.aliases.get(name).ok_or_else(missing)?;
                    (alias.choose(draw).ok_or_else(missing)?, Some(arn.clone()))
                }
            };
            let version = family.versions.get(&number).ok_or_else(missing)?;
            (family.entry.clone(), version.clone(), alias_arn)
        };
        let definition = self.definition(store, &version.revision.definition).map_err(unavailable)?;
        let (revision, version_arn) = (version.revision.clone(), Some(version.arn.clone()));
        Ok(Entry { definition, revision, version_arn, alias_arn, ..entry })
    }

    /// Whether a list of executions may be asked for: of a machine, a version or an alias.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`].
    pub fn check_list(&self, arn: &str) -> Result<Arc<Machine>, ServiceError> {
        let machines = self.machines_now();
        if let Some(family) = machines.get(arn) {
            return Ok(family.entry.machine.clone());
        }
        let missing = || ServiceError::MachineDoesNotExist(arn.into());
        let (machine, qualifier) = qualifier(arn).ok_or_else(missing)?;
        let family = machines.get(machine).ok_or_else(missing)?;
        let there = match qualifier {
            Qualifier::Version(number) => family.versions.contains_key(&number),
            Qualifier::Alias(name) => family.aliases.contains_key(name),
        };
        if there { Ok(family.entry.machine.clone()) } else { Err(missing()) }
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

    /// A machine's version by its number.
    #[must_use]
    pub fn version(&self, machine_arn: &str, number: u32) -> Option<Arc<Version>> {
        self.machines_now().get(machine_arn)?.versions.get(&number).cloned()
    }

    /// A machine's versions below a number, newest first.
    #[must_use]
    pub fn versions(&self, machine_arn: &str, below: u32, limit: usize) -> Vec<Arc<Version>> {
        let machines = self.machines_now();
        let versions = machines.get(machine_arn).map(|family| family.versions.range(..below).rev());
        versions.into_iter().flatten().take(limit).map(|(_, version)| version.clone()).collect()
    }

    /// A machine's alias by its name.
    #[must_use]
    pub fn alias(&self, machine_arn: &str, name: &str) -> Option<Arc<Alias>> {
        self.machines_now().get(machine_arn)?.aliases.get(name).cloned()
    }

    /// A machine's aliases in the order of their creation.
    #[must_use]
    pub fn aliases(&self, machine_arn: &str) -> Vec<Arc<Alias>> {
        let machines = self.machines_now();
        let aliases = machines.get(machine_arn).map(|family| family.aliases.values());
        let mut aliases: Vec<Arc<Alias>> = aliases.into_iter().flatten().cloned().collect();
        aliases.sort_by_key(|alias| alias.place);
        aliases
    }

    /// Machines whose ARN begins with a prefix, after one of them, in order.
    #[must_use]
    pub fn machines(&self, prefix: &str, after: Option<&str>, limit: usize) -> Vec<Arc<Machine>> {
        let machines = self.machines_now();
        let from = match after {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(prefix),
        };
        let range = machines.range::<str, _>((from, Bound::Unbounded));
        let of_prefix = range
            .map(|(_, family)| &family.entry.machine)
            .take_while(|machine| machine.arn.starts_with(prefix));
        of_prefix.take(limit).cloned().collect()
    }

    /// Machines whose deletion was begun and not finished.
    #[must_use]
    pub fn deleting(&self) -> Vec<Arc<Machine>> {
        let machines = self.machines_now();
        let all = machines.values().map(|family| &family.entry.machine);
        all.filter(|machine| machine.status == MachineStatus::Deleting).cloned().collect()
    }

    /// Makes a machine known, or what it is now. The caller has made it durable.
    pub fn insert(&self, entry: Entry) {
        let mut machines = self.machines.write().expect("no holder of the catalog panics");
        if let Some(family) = machines.get_mut(&entry.machine.arn) {
            family.entry = entry;
            return;
        }
        let arn = entry.machine.arn.clone();
        machines.insert(arn, Family { entry, versions: BTreeMap::new(), aliases: BTreeMap::new() });
    }

    /// Makes a version known. The caller has made it durable.
    pub fn insert_version(&self, version: &Arc<Version>) {
        self.change(&version.revision.machine_arn, |family| {
            family.versions.insert(version.number, version.clone());
        });
    }

    /// Forgets a version. The caller has deleted it from the store.
    pub fn remove_version(&self, machine_arn: &str, number: u32) {
        self.change(machine_arn, |family| {
            family.versions.remove(&number);
        });
    }

    /// Makes an alias known, or what it is now. The caller has made it durable.
    pub fn insert_alias(&self, alias: &Arc<Alias>) {
        self.change(&alias.machine_arn, |family| {
            family.aliases.insert(alias.name.clone(), alias.clone());
        });
    }

    /// Forgets an alias. The caller has deleted it from the store.
    pub fn remove_alias(&self, machine_arn: &str, name: &str) {
        self.change(machine_arn, |family| {
            family.aliases.remove(name);
        });
    }

    /// What is a machine's goes with it in one write, so that there is nothing to change without it.
    fn change(&self, machine_arn: &str, change: impl FnOnce(&mut Family)) {
        let mut machines = self.machines.write().expect("no holder of the catalog panics");
        match machines.get_mut(machine_arn) {
            Some(family) => change(family),
            None => tracing::warn!(machine_arn, "a version or an alias has no state machine"),
        }
    }

    /// Forgets a machine with its versions and aliases. The caller has deleted them from the store.
    pub fn remove(&self, arn: &str) {
        self.machines.write().expect("no holder of the catalog panics").remove(arn);
    }

    /// The definition of an execution, by the key it was started with: from memory or from the store.
    ///
    /// # Errors
    /// When the store does not have it or it does not compile any more.
    pub fn definition(&self, store: &dyn Store, key: &str) -> Result<Arc<Definition>, StoreError> {
        if let Some(known) = self.known(key) {
            return Ok(known);
        }
        let revision = match find(store, key)? {
            Found::Text(text, kind) => return self.definition_of_text(&text, kind),
            Found::Revision(revision) => revision,
        };
        let definition = match self.known(&revision.definition) {
            Some(known) => known,
            None => {
                let (text, kind) = text_of(store, &revision.definition)?;
                self.definition_of_text(&text, kind)?
            }
        };
        let mut definitions = self.definitions.write().expect("no holder of the catalog panics");
        definitions.insert(revision.key, definition.clone());
        Ok(definition)
    }

    /// The text of the definition that an execution was started with, and the revision where
    /// the execution is not one of an older release.
    ///
    /// # Errors
    /// When the store does not have it.
    pub fn text(&self, store: &dyn Store, key: &str) -> Result<(String, Option<Revision>), StoreError> {
        match find(store, key)? {
            Found::Text(text, _) => Ok((text, None)),
            Found::Revision(revision) => Ok((text_of(store, &revision.definition)?.0, Some(*revision))),
        }
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
        let program = compile_stored(text, checked).program.ok_or_else(|| StoreError::Corrupt {
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
fn text_of(store: &dyn Store, hash: &str) -> Result<(String, MachineKind), StoreError> {
    match find(store, hash)? {
        Found::Text(text, kind) => Ok((text, kind)),
        Found::Revision(_) => Err(StoreError::Corrupt { what: format!("the definition {hash}") }),
    }
}

/// Shows every document of a table.
fn each(
    store: &dyn Store,
    table: Table,
    mut show: impl FnMut(&str, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after: Option<String> = None;
    loop {
        let page = store.scan(table, after.as_deref(), LOAD_PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, bytes) in &page {
            show(key, bytes)?;
        }
    }
}
