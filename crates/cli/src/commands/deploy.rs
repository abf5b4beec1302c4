//! Making state machines what files say, through the API as anybody would.
//!
//! A changed definition is an update, and what runs keeps the one it was started
//! with. Only another type, which no update can give, means deleting and creating:
//! a deletion stops what runs; therefore it waits until nothing runs.

use super::definition;
use crate::args::MachineType;
use crate::client::{CallError, Client};
use crate::names;
use crate::output::note;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The role of state machines made here; nothing assumes it.
const ROLE: &str = "arn:aws:iam::000000000000:role/stateline-dev";

/// A state machine as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The file, as it is shown.
    pub path: PathBuf,
    /// The definition.
    pub text: String,
    /// Standard or Express.
    pub machine_type: MachineType,
}

/// What was made, and what waits.
pub struct Deployment {
    client: Client,
    wanted: BTreeMap<String, Wanted>,
    /// Made as wanted.
    made: BTreeSet<String>,
    /// Waits for executions to end.
    waiting: BTreeSet<String>,
}

/// What became of one state machine.
pub enum Step {
    /// There was none.
    Created,
    /// It was as wanted.
    Kept,
    /// It had another definition or another type.
    Replaced,
    /// It is to have another type and has executions that run, or is being deleted.
    Busy,
}

impl Deployment {
    /// Nothing is made yet.
    pub fn new(client: Client) -> Self {
        Deployment { client, wanted: BTreeMap::new(), made: BTreeSet::new(), waiting: BTreeSet::new() }
    }

    /// Makes what is wanted from now on and tells about each change.
    pub async fn update(&mut self, wanted: BTreeMap<String, Wanted>) {
        for (name, old) in self.wanted.iter().filter(|(name, _)| !wanted.contains_key(*name)) {
            let path = old.path.display();
            note(&format!("{path} is gone; the state machine {name} stays until somebody deletes it"));
            self.made.remove(name);
            self.waiting.remove(name);
        }
        let changed: Vec<String> = wanted
            .iter()
            .filter(|(name, new)| self.wanted.get(*name) != Some(new))
            .map(|(name, _)| name.clone())
            .collect();
        self.wanted = wanted;
        for name in changed {
            self.make_one(&name).await;
        }
    }

    /// Tries again what had to wait.
    pub async fn retry(&mut self) {
        for name in self.waiting.clone() {
            self.make_one(&name).await;
        }
    }

    /// Name, type, ARN and file of those that are made.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let made = self.wanted.iter().filter(|(name, _)| self.made.contains(*name));
        made.map(|(name, wanted)| {
            vec![
                name.clone(),
                type_name(wanted.machine_type).to_owned(),
                names::machine_arn(self.client.place(), name),
                wanted.path.display().to_string(),
            ]
        })
        .collect()
    }

    /// The file `input.json` beside a state machine's file.
    pub fn input_beside(&self, name: &str) -> Option<PathBuf> {
        let folder = self.wanted.get(name)?.path.parent().unwrap_or(Path::new(""));
        Some(folder.join("input.json")).filter(|path| path.is_file())
    }

    async fn make_one(&mut self, name: &str) {
        let Some(wanted) = self.wanted.get(name).cloned() else { return };
        let found = definition::check(&wanted.path, &wanted.text, wanted.machine_type);
        if found.program.is_none() {
            note(&definition::report(&wanted.path, &wanted.text, &found.diagnostics));
            note(&format!("{name} is not made before {} is right", wanted.path.display()));
            self.waiting.remove(name);
            return;
        }
        let first = !self.made.contains(name);
        match make(&self.client, name, &wanted, ROLE).await {
            Ok(Step::Busy) => {
                if self.waiting.insert(name.to_owned()) {
                    note(&format!(
                        "{name} has executions that run and is to have another type; \
                         {} counts as soon as they have ended (`stateline executions {name} --status RUNNING`)",
                        wanted.path.display()
                    ));
                }
                self.made.insert(name.to_owned());
                return;
            }
            Ok(Step::Replaced) => note(&format!("{name} is now as in {}", wanted.path.display())),
            Ok(Step::Created) if !first => note(&format!("{name} was made anew")),
            Ok(Step::Created | Step::Kept) => {}
            Err(error) => {
                note(&format!("{name}: {error}"));
                self.waiting.remove(name);
                return;
            }
        }
        self.waiting.remove(name);
        self.made.insert(name.to_owned());
    }
}

/// Makes a state machine that has this definition, whatever there was before.
///
/// # Errors
/// As the API answers.
pub async fn make(client: &Client, name: &str, wanted: &Wanted, role: &str) -> Result<Step, CallError> {
    let arn = names::machine_arn(client.place(), name);
    let kind = type_name(wanted.machine_type);
    let definition = definition::json(&wanted.path, &wanted.text);
    let creation = json!({"name": name, "definition": definition, "roleArn": role, "type": kind});
    let there = match client.call("DescribeStateMachine", json!({"stateMachineArn": arn})).await {
        Ok(machine) => machine,
        Err(error) if error.is("StateMachineDoesNotExist") => {
            return client.call("CreateStateMachine", creation).await.map(|_| Step::Created);
        }
        Err(error) => return Err(error),
    };
    if there["type"] == kind && there["definition"] == *definition {
        return Ok(Step::Kept);
    }
    if there["status"] == "ACTIVE" && there["type"] == kind {
        let change = json!({"stateMachineArn": arn, "definition": definition});
        return client.call("UpdateStateMachine", change).await.map(|_| Step::Replaced);
    }
    if there["status"] == "DELETING" || runs(client, &arn, &there).await? {
        return Ok(Step::Busy);
    }
    client.call("DeleteStateMachine", json!({"stateMachineArn": arn})).await?;
    client.call("CreateStateMachine", creation).await.map(|_| Step::Replaced)
}

/// Whether a deletion would stop anything. An Express execution ends by itself within minutes
/// and runs on with its definition, so it is not asked for.
async fn runs(client: &Client, arn: &str, machine: &Value) -> Result<bool, CallError> {
    if machine["type"] == "EXPRESS" {
        return Ok(false);
    }
    let request = json!({"stateMachineArn": arn, "statusFilter": "RUNNING", "maxResults": 1});
    let page = client.call("ListExecutions", request).await?;
    Ok(page["executions"].as_array().is_some_and(|open| !open.is_empty()))
}

/// As the API spells it.
fn type_name(machine_type: MachineType) -> &'static str {
    match machine_type {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    }
}
