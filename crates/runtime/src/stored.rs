//! How machines, revisions, versions and aliases look in the store: a byte that
//! tells the format, then the content.

use crate::catalog::{Definition, Entry};
use crate::{Alias, Lineage, Machine, Revision, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stateline_base::Timestamp;
use stateline_journal::MachineKind;
use stateline_store::{Put, Store, StoreError, Table};
use std::fmt::Write as _;
use std::sync::Arc;

/// A machine without a lineage, as releases wrote it that had no updates.
const MACHINE_FIRST: u8 = 1;
/// A machine, its lineage behind it.
const MACHINE: u8 = 2;
/// The format of versions and aliases.
const FORMAT: u8 = 1;

/// What the first byte of a document in the table of definitions says.
const STANDARD: u8 = 0;
const EXPRESS: u8 = 1;
const REVISION: u8 = 2;

/// What has to be written for a machine to be durable: itself, its revision and its definition.
#[must_use]
pub fn puts(machine: &Machine, definition: &Definition) -> Vec<Put> {
    let mut text = vec![if machine.kind == MachineKind::Express { EXPRESS } else { STANDARD }];
    text.extend_from_slice(machine.definition.as_bytes());
    let mut puts = machine_puts(machine, &revision(machine, definition));
    puts.push(Put { table: Table::Definitions, key: definition.hash.to_string(), bytes: Some(text) });
    puts
}

/// The same for a machine whose definition is durable already.
pub(crate) fn machine_puts(machine: &Machine, revision: &Revision) -> Vec<Put> {
    let bytes = postcard::to_extend(machine, vec![MACHINE])
        .and_then(|bytes| postcard::to_extend(&machine.lineage, bytes));
    vec![
        Put {
            table: Table::Definitions,
            key: revision.key.to_string(),
            bytes: Some(revision_bytes(revision)),
        },
        Put { table: Table::StateMachines, key: machine.arn.to_string(), bytes: Some(written(bytes)) },
    ]
}

/// What has to be deleted for a document to be gone.
pub(crate) fn removal(table: Table, key: &str) -> Put {
    Put { table, key: key.to_owned(), bytes: None }
}

/// A machine as stored, and whether its revision is a document of its own.
pub(crate) fn read_machine(bytes: &[u8]) -> Option<(Machine, bool)> {
    match bytes.split_first()? {
        (&MACHINE_FIRST, body) => Some((postcard::from_bytes(body).ok()?, false)),
        (&MACHINE, body) => {
            let (machine, rest) = postcard::take_from_bytes::<Machine>(body).ok()?;
            let lineage: Lineage = postcard::from_bytes(rest).ok()?;
            Some((Machine { lineage, ..machine }, true))
        }
        _ => None,
    }
}

/// The revision that a machine stands at.
pub(crate) fn revision(machine: &Machine, definition: &Definition) -> Revision {
    let mut revision = Revision {
        key: Arc::default(),
        machine_arn: machine.arn.clone(),
        id: machine.lineage.revision_id.clone(),
        updated: machine.lineage.updated.unwrap_or(machine.created),
        definition: definition.hash.clone(),
        role_arn: machine.role_arn.clone(),
        logging: machine.logging.clone(),
        tracing_enabled: machine.tracing_enabled,
        encryption: machine.encryption.clone(),
    };
    revision.key = hex(&Sha256::digest(revision_bytes(&revision)));
    revision
}

fn revision_bytes(revision: &Revision) -> Vec<u8> {
    written(postcard::to_extend(revision, vec![REVISION]))
}

/// What stands in the table of definitions under a key that executions name.
pub(crate) enum Found {
    /// A definition's text. Executions of older releases name it directly.
    Text(String, MachineKind),
    /// A revision, which names its definition.
    Revision(Box<Revision>),
}

/// Looks a definition or a revision up.
pub(crate) fn find(store: &dyn Store, key: &str) -> Result<Found, StoreError> {
    let missing = || StoreError::Corrupt { what: format!("the definition {key}") };
    let bytes = store.get(Table::Definitions, key)?.ok_or_else(missing)?;
    let (kind, body) = bytes.split_first().ok_or_else(missing)?;
    if *kind == REVISION {
        let revision: Revision = postcard::from_bytes(body).map_err(|_| missing())?;
        return Ok(Found::Revision(Box::new(Revision { key: key.into(), ..revision })));
    }
    let text = std::str::from_utf8(body).map_err(|_| missing())?;
    let kind = if *kind == EXPRESS { MachineKind::Express } else { MachineKind::Standard };
    Ok(Found::Text(text.to_owned(), kind))
}

#[derive(Serialize, Deserialize)]
struct StoredVersion {
    number: u32,
    created: Timestamp,
    description: Option<Arc<str>>,
    revision_key: Arc<str>,
    revision: Revision,
}

/// What has to be written for a version to be durable; its revision is the machine's.
pub(crate) fn version_put(version: &Version) -> Put {
    let stored = StoredVersion {
        number: version.number,
        created: version.created,
        description: version.description.clone(),
        revision_key: version.revision.key.clone(),
        revision: (*version.revision).clone(),
    };
    let bytes = written(postcard::to_extend(&stored, vec![FORMAT]));
    Put { table: Table::Versions, key: version.arn.to_string(), bytes: Some(bytes) }
}

/// A version as stored.
pub(crate) fn read_version(arn: &str, bytes: &[u8]) -> Option<Version> {
    let (&FORMAT, body) = bytes.split_first()? else { return None };
    let stored: StoredVersion = postcard::from_bytes(body).ok()?;
    Some(Version {
        arn: arn.into(),
        number: stored.number,
        created: stored.created,
        description: stored.description,
        revision: Arc::new(Revision { key: stored.revision_key, ..stored.revision }),
    })
}

/// What has to be written for an alias to be durable.
pub(crate) fn alias_put(alias: &Alias) -> Put {
    let bytes = written(postcard::to_extend(alias, vec![FORMAT]));
    Put { table: Table::Aliases, key: alias.arn.to_string(), bytes: Some(bytes) }
}

/// An alias as stored.
pub(crate) fn read_alias(bytes: &[u8]) -> Option<Alias> {
    let (&FORMAT, body) = bytes.split_first()? else { return None };
    postcard::from_bytes(body).ok()
}

fn written(bytes: postcard::Result<Vec<u8>>) -> Vec<u8> {
    bytes.expect("writing a plain structure to memory cannot fail")
}

/// By what a definition is found.
pub(crate) fn hash_of(text: &str, kind: MachineKind) -> Arc<str> {
    let mut hasher = Sha256::new();
    hasher.update([u8::from(kind == MachineKind::Express)]);
    hasher.update(text.as_bytes());
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> Arc<str> {
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.into()
}

impl Entry {
    /// A machine that is stored as this release stores it.
    #[must_use]
    pub(crate) fn new(machine: Arc<Machine>, definition: Arc<Definition>) -> Self {
        let revision = Arc::new(revision(&machine, &definition));
        Entry { machine, definition, revision, version_arn: None, alias_arn: None }
    }

    /// A machine that an older release stored: there is no document of its revision, so that
    /// executions go on naming the definition.
    pub(crate) fn of_older_release(machine: Arc<Machine>, definition: Arc<Definition>) -> Self {
        let key = definition.hash.clone();
        let revision = Arc::new(Revision { key, ..revision(&machine, &definition) });
        Entry { machine, definition, revision, version_arn: None, alias_arn: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MachineStatus, Publish, Route};

    fn machine() -> Machine {
        Machine {
            arn: "arn:m".into(),
            name: "m".into(),
            definition: "{}".into(),
            role_arn: "arn:r".into(),
            kind: MachineKind::Express,
            created: Timestamp::from_millis(7),
            status: MachineStatus::Active,
            logging: Some("{}".into()),
            tracing_enabled: true,
            encryption: None,
            tags: vec![("a".to_owned(), "b".to_owned())],
            lineage: Lineage::default(),
        }
    }

    #[test]
    fn machines_of_the_first_format_are_read() {
        let machine = machine();
        let first = postcard::to_extend(&machine, vec![MACHINE_FIRST]).expect("plain data");
        assert_eq!(read_machine(&first), Some((machine, false)));
        let golden = [
            1, 5, 97, 114, 110, 58, 109, 1, 109, 2, 123, 125, 5, 97, 114, 110, 58, 114, 1, 14, 0, 1, 2, 123,
            125, 1, 0, 1, 1, 97, 1, 98,
        ];
        assert_eq!(first, golden);
        assert_eq!(read_machine(&[9, 1, 2]), None);
        assert_eq!(read_machine(&[]), None);
    }

    #[test]
    fn machines_come_back_with_their_lineage() {
        let lineage = Lineage {
            revision_id: Some("id".into()),
            updated: Some(Timestamp::from_millis(9)),
            last_version: 3,
            first_version: Some(Publish { description: Some("first".into()) }),
        };
        let machine = Machine { lineage, ..machine() };
        let bytes = postcard::to_extend(&machine, vec![MACHINE])
            .and_then(|bytes| postcard::to_extend(&machine.lineage, bytes))
            .expect("plain data");
        assert_eq!(read_machine(&bytes), Some((machine, true)));
    }

    #[test]
    fn versions_and_aliases_come_back() {
        let revision = Revision {
            key: "key".into(),
            machine_arn: "arn:m".into(),
            id: None,
            updated: Timestamp::from_millis(7),
            definition: "hash".into(),
            role_arn: "arn:r".into(),
            logging: None,
            tracing_enabled: false,
            encryption: None,
        };
        let version = Version {
            arn: "arn:m:2".into(),
            number: 2,
            created: Timestamp::from_millis(8),
            description: Some("second".into()),
            revision: Arc::new(revision),
        };
        let put = version_put(&version);
        assert_eq!(read_version(&put.key, &put.bytes.expect("written")), Some(version));
        let alias = Alias {
            arn: "arn:m:a".into(),
            machine_arn: "arn:m".into(),
            name: "a".into(),
            description: None,
            routes: vec![Route { version: 2, weight: 100 }],
            created: Timestamp::from_millis(8),
            updated: Timestamp::from_millis(9),
            place: 4,
        };
        assert_eq!(read_alias(&alias_put(&alias).bytes.expect("written")), Some(alias));
        assert_eq!(read_alias(&[7]), None);
        assert_eq!(read_version("arn:m:2", &[]), None);
    }
}
