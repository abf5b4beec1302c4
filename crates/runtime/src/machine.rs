//! State machines as the catalog keeps them, with their revisions, versions and aliases.

use serde::{Deserialize, Serialize};
use stateline_base::{Arn, Timestamp};
use stateline_journal::MachineKind;
use std::sync::Arc;

/// A state machine's current revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// `arn:aws:states:<region>:<account>:stateMachine:<name>`.
    pub arn: Arc<str>,
    /// Its name, unique in account and region.
    pub name: Arc<str>,
    /// The definition's text, exactly as created.
    pub definition: Arc<str>,
    /// The role, kept and shown; nothing assumes it here.
    pub role_arn: Arc<str>,
    /// Standard or Express, for ever.
    pub kind: MachineKind,
    /// When it was created.
    pub created: Timestamp,
    /// Whether it takes new executions.
    pub status: MachineStatus,
    /// `loggingConfiguration` as JSON text, normalised by the API; absent means the default.
    pub logging: Option<Arc<str>>,
    /// `tracingConfiguration.enabled`.
    pub tracing_enabled: bool,
    /// `encryptionConfiguration` as JSON text; absent means the default.
    pub encryption: Option<Arc<str>>,
    /// Tags in the order given.
    pub tags: Vec<(String, String)>,
    /// What became of it since its creation; stored behind the rest.
    #[serde(skip)]
    pub lineage: Lineage,
}

/// What became of a machine since its creation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lineage {
    /// `revisionId`, which is new with every change; absent until the first one.
    pub revision_id: Option<Arc<str>>,
    /// When it was last changed, unless it never was.
    pub updated: Option<Timestamp>,
    /// The number of the version that was published last, whether or not it is still there.
    pub last_version: u32,
    /// The version that was asked for together with the machine.
    pub first_version: Option<Publish>,
}

/// A version that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// Its description.
    pub description: Option<Arc<str>>,
}

impl Machine {
    /// What is left of a machine that is gone while an execution of it is not: enough to go on.
    #[must_use]
    pub(crate) fn of_execution(started: &stateline_journal::Started) -> Self {
        let name = Arn::parse(&started.machine_arn).map_or("", |arn| arn.resource_rest());
        Machine {
            arn: started.machine_arn.clone(),
            name: name.into(),
            definition: "".into(),
            role_arn: started.role_arn.clone(),
            kind: started.kind,
            created: Timestamp::default(),
            status: MachineStatus::Deleting,
            logging: None,
            tracing_enabled: false,
            encryption: None,
            tags: Vec::new(),
            lineage: Lineage::default(),
        }
    }

    /// The ARN of one of its versions or aliases.
    #[must_use]
    pub fn qualified_arn(&self, qualifier: impl std::fmt::Display) -> Arc<str> {
        qualified_arn(&self.arn, qualifier)
    }
}

/// The ARN of a machine's version or alias.
#[must_use]
pub fn qualified_arn(machine_arn: &str, qualifier: impl std::fmt::Display) -> Arc<str> {
    format!("{machine_arn}:{qualifier}").into()
}

/// The configuration of a machine from one update to the next: what an execution keeps for its
/// whole life. It is a document of its own, found by the hash of its content, so that an
/// execution's journal needs no more than that hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// By which it is found. Of a machine that an older release stored, the definition's hash.
    #[serde(skip)]
    pub key: Arc<str>,
    /// Whose it is.
    pub machine_arn: Arc<str>,
    /// `revisionId`; absent for the one that a machine was created with.
    pub id: Option<Arc<str>>,
    /// Since when it was in force.
    pub updated: Timestamp,
    /// Hash of the definition's text.
    pub definition: Arc<str>,
    /// The role.
    pub role_arn: Arc<str>,
    /// As the machine's.
    pub logging: Option<Arc<str>>,
    /// As the machine's.
    pub tracing_enabled: bool,
    /// As the machine's.
    pub encryption: Option<Arc<str>>,
}

impl Revision {
    /// A machine as it stands, with this text of the definition.
    #[must_use]
    pub(crate) fn shown(&self, machine: Machine, definition: Arc<str>) -> Machine {
        let updated = Some(self.updated);
        Machine {
            definition,
            role_arn: self.role_arn.clone(),
            logging: self.logging.clone(),
            tracing_enabled: self.tracing_enabled,
            encryption: self.encryption.clone(),
            lineage: Lineage { revision_id: self.id.clone(), updated, ..machine.lineage },
            ..machine
        }
    }
}

/// A published version: a revision with a number, for ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// `<machine>:<number>`.
    pub arn: Arc<str>,
    /// Counts from 1; no number comes twice in a machine's life.
    pub number: u32,
    /// When it was published.
    pub created: Timestamp,
    /// What it is.
    pub description: Option<Arc<str>>,
    /// What it keeps.
    pub revision: Arc<Revision>,
}

/// A name that leads to one or two versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// `<machine>:<name>`.
    pub arn: Arc<str>,
    /// Whose it is.
    pub machine_arn: Arc<str>,
    /// Unique among the machine's.
    pub name: Arc<str>,
    /// What it is.
    pub description: Option<Arc<str>>,
    /// Where it leads; the weights add up to 100.
    pub routes: Vec<Route>,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed, or created.
    pub updated: Timestamp,
    /// Tells the order of creation within the machine.
    pub place: u64,
}

impl Alias {
    /// Whether it leads to a version.
    #[must_use]
    pub fn leads_to(&self, version: u32) -> bool {
        self.routes.iter().any(|route| route.version == version)
    }

    /// The version for one start. Chance is asked only where there is a choice.
    pub(crate) fn choose(&self, draw: impl FnOnce() -> u64) -> Option<u32> {
        let mut open = self.routes.iter().filter(|route| route.weight > 0);
        let (first, second) = (open.next()?, open.next());
        let Some(second) = second else { return Some(first.version) };
        let total = u64::from(first.weight) + u64::from(second.weight);
        Some(if draw() % total < u64::from(first.weight) { first.version } else { second.version })
    }
}

/// One way that an alias leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// To which version.
    pub version: u32,
    /// How many of a hundred starts.
    pub weight: u8,
}

/// What stands behind a machine's name in an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier<'a> {
    /// A version's number; 0, which no version has, where the digits are none.
    Version(u32),
    /// An alias's name.
    Alias(&'a str),
}

/// Takes the ARN of a version or an alias apart; `None` for any other text.
#[must_use]
pub fn qualifier(arn: &str) -> Option<(&str, Qualifier<'_>)> {
    let (machine, text) = arn.rsplit_once(':')?;
    let parsed = Arn::parse(machine).ok()?;
    let name = parsed.resource.strip_prefix("stateMachine:")?;
    if parsed.service != "states" || name.is_empty() || name.contains([':', '/']) || text.is_empty() {
        return None;
    }
    if text.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Some((machine, Qualifier::Alias(text)));
    }
    let number = text.parse().unwrap_or_default();
    Some((machine, Qualifier::Version(if text.starts_with('0') { 0 } else { number })))
}

/// Whether a machine is in use or going away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MachineStatus {
    /// Takes executions.
    Active,
    /// Being deleted: its open executions are stopped, new ones are refused.
    Deleting,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_aliases_are_told_apart() {
        let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
        let check = |rest: &str, expected: Option<Qualifier<'_>>| {
            let arn = format!("{machine}{rest}");
            assert_eq!(qualifier(&arn), expected.map(|expected| (machine, expected)), "{arn}");
        };
        check(":12", Some(Qualifier::Version(12)));
        check(":live", Some(Qualifier::Alias("live")));
        check(":1.0", Some(Qualifier::Alias("1.0")));
        check(":0", Some(Qualifier::Version(0)));
        check(":01", Some(Qualifier::Version(0)));
        check(":99999999999999999999", Some(Qualifier::Version(0)));
        check("", None);
        check(":", None);
        check(":1:2", None);
        check("/label:1", None);
        assert_eq!(qualifier("arn:aws:states:us-east-1:000000000000:execution:m:e"), None);
        assert_eq!(qualifier("1"), None);
    }

    #[test]
    fn weights_are_kept_by_the_draws() {
        let alias = |weights: &[u8]| Alias {
            arn: "arn:m:a".into(),
            machine_arn: "arn:m".into(),
            name: "a".into(),
            description: None,
            routes: (1..).zip(weights).map(|(version, weight)| Route { version, weight: *weight }).collect(),
            created: Timestamp::default(),
            updated: Timestamp::default(),
            place: 0,
        };
        let chosen = |alias: &Alias| (0..100).filter(|draw| alias.choose(|| *draw) == Some(1)).count();
        assert_eq!(chosen(&alias(&[30, 70])), 30);
        assert_eq!(alias(&[100]).choose(|| unreachable!("there is no choice")), Some(1));
        assert_eq!(alias(&[0, 100]).choose(|| unreachable!("there is no choice")), Some(2));
    }
}
