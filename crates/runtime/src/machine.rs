//! State machines as the catalog keeps them.

use serde::{Deserialize, Serialize};
use stateline_base::Timestamp;
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
}

impl Machine {
    /// What is left of a machine that is gone while an execution of it is not: enough to go on.
    #[must_use]
    pub(crate) fn of_execution(started: &stateline_journal::Started) -> Self {
        let name = stateline_base::Arn::parse(&started.machine_arn).map_or("", |arn| arn.resource_rest());
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
        }
    }
}

/// Whether a machine is in use or going away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MachineStatus {
    /// Takes executions.
    Active,
    /// Being deleted: its open executions are stopped, new ones are refused.
    Deleting,
}
