//! The scene: the state machines of one world and its limits, drawn from the seed.

use crate::check::Violation;
use crate::dice::Dice;
use crate::generate::{self, ACTIVITIES};
use crate::programs::FIXED;
use stateline_base::{Limits, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::parts::{TOKEN_KEY, put_activity, puts};
use stateline_runtime::{ActivityEntry, Catalog, Definition, Lineage, Machine, MachineStatus, TokenKey};
use stateline_store::{Put, Table};
use std::sync::Arc;

/// The wall clock at which every world begins.
pub(crate) const BEGIN_MS: i64 = 1_700_000_000_000;

/// What a world is about.
pub(crate) struct Scene {
    pub(crate) machines: Vec<Arc<Machine>>,
    pub(crate) limits: Limits,
    definitions: Vec<Arc<Definition>>,
}

impl Scene {
    pub(crate) fn draw(dice: &mut Dice) -> Result<Self, Violation> {
        let mut limits = Limits::default();
        if dice.once_in(8) {
            limits.history_events_max = dice.between(20, 90).unsigned_abs();
        }
        let mut scene = Scene { machines: Vec::new(), limits, definitions: Vec::new() };
        let catalog = Catalog::default();
        for number in 0..=dice.below(3) {
            let text = if dice.once_in(3) {
                (*dice.pick(&FIXED)).to_owned()
            } else {
                generate::definition(&mut dice.fork())
            };
            let definition = catalog
                .definition_of_text(&text, MachineKind::Standard)
                .map_err(|error| Violation(format!("a generated definition was refused: {error}\n{text}")))?;
            scene.definitions.push(definition);
            scene.machines.push(Arc::new(machine(number, text)));
        }
        Ok(scene)
    }

    /// What task tokens are made with, which the first start of a service draws.
    fn token_key(&self) -> Put {
        let key = TokenKey::from_draws([self.machines.len() as u64, 2, 3, 4]);
        Put { table: Table::Settings, key: TOKEN_KEY.to_owned(), bytes: Some(key.to_bytes()) }
    }

    /// What makes the machines, the activities and the key of task tokens durable.
    pub(crate) fn puts(&self) -> Vec<Put> {
        let pairs = self.machines.iter().zip(&self.definitions);
        let machines = pairs.flat_map(|(machine, definition)| puts(machine, definition));
        machines.chain(ACTIVITIES.map(|arn| put_activity(&activity(arn)))).chain([self.token_key()]).collect()
    }

    /// The definition of a machine, or of its children.
    pub(crate) fn definition(&self, machine_arn: &str) -> Result<&Definition, Violation> {
        let machine_arn = machine_arn.split('/').next().unwrap_or(machine_arn);
        let at = self.machines.iter().position(|machine| &*machine.arn == machine_arn);
        let found = at.and_then(|at| self.definitions.get(at));
        found.map(|found| &**found).ok_or_else(|| Violation(format!("nobody made the machine {machine_arn}")))
    }
}

fn activity(arn: &str) -> ActivityEntry {
    ActivityEntry {
        arn: arn.into(),
        name: last_part(arn).into(),
        created: Timestamp::from_millis(BEGIN_MS),
        encryption: None,
        tags: Vec::new(),
    }
}

fn machine(number: usize, text: String) -> Machine {
    let name = format!("m{number}");
    Machine {
        arn: format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}").into(),
        name: name.into(),
        definition: text.into(),
        role_arn: "arn:aws:iam::000000000000:role/sim".into(),
        kind: MachineKind::Standard,
        created: Timestamp::from_millis(BEGIN_MS),
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: Vec::new(),
        lineage: Lineage::default(),
    }
}

/// What stands after the last colon of an ARN: a name.
pub(crate) fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}
