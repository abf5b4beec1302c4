//! The mock configuration file, as Step Functions Local reads it: test cases by state machine, and
//! what their states answer. It is read whole or not at all; a mistake is told with its place.

use super::places::Place;
use serde_json::{Map, Value};
use stateline_asl::program::Kind;
use stateline_asl::{Program, TaskResource};
use stateline_base::{Failure, Payload};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A mock configuration file that is right.
#[derive(Clone, Debug)]
pub struct MockFile {
    path: PathBuf,
    /// Test cases by the names of state machines.
    machines: BTreeMap<String, Cases>,
    responses: BTreeMap<String, Response>,
}

/// Test cases by name, each with the mocks of its states.
type Cases = BTreeMap<String, BTreeMap<String, String>>;

/// What a mock answers, by invocation: ranges that do not overlap, in order.
#[derive(Clone, Debug)]
struct Response(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    first: u32,
    last: u32,
    answer: Answer,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Return(Value),
    Throw(Failure),
}

/// Why a mock configuration file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MockFileError {
    /// It is not there, or cannot be read.
    #[error("the mock configuration {path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        why: String,
    },
    /// It is not JSON.
    #[error("{path}:{line}:{column}: the mock configuration is not JSON: {why}")]
    NotJson {
        /// The file.
        path: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser says.
        why: String,
    },
    /// Something in it is not as it must be.
    #[error("{path}: {place}: {what}")]
    Wrong {
        /// The file.
        path: String,
        /// The way to it, from the top of the document.
        place: String,
        /// What is wrong, and how it must be.
        what: String,
    },
}

impl MockFile {
    /// Reads a file. It blocks.
    ///
    /// # Errors
    /// The first mistake.
    pub fn read(path: &Path) -> Result<MockFile, MockFileError> {
        let text = std::fs::read_to_string(path).map_err(|error| MockFileError::Unreadable {
            path: path.display().to_string(),
            why: error.to_string(),
        })?;
        MockFile::parse(path, &text)
    }

    /// Takes a file's text; the path is for messages.
    ///
    /// # Errors
    /// The first mistake.
    pub fn parse(path: &Path, text: &str) -> Result<MockFile, MockFileError> {
        let shown = path.display().to_string();
        let document: Value = serde_json::from_str(text).map_err(|error| {
            let whole = error.to_string();
            let why = whole.split(" at line ").next().unwrap_or_default().to_owned();
            MockFileError::NotJson { path: shown.clone(), line: error.line(), column: error.column(), why }
        })?;
        let top = Place::top(&shown);
        let members = top.members(&document, &["StateMachines", "MockedResponses"])?;
        let responses = responses(&top, members)?;
        let machines = machines(&top, members, &responses)?;
        Ok(MockFile { path: path.to_owned(), machines, responses })
    }

    /// The state machine that a definition of this name is in the file: the one with its name, or else
    /// the only one.
    ///
    /// # Errors
    /// A sentence that says which there are.
    pub fn machine_for<'a>(&'a self, name: &'a str) -> Result<&'a str, String> {
        let mut machines = self.machines.keys();
        match (machines.next(), machines.next()) {
            _ if self.machines.contains_key(name) => Ok(name),
            (Some(only), None) => Ok(only),
            _ => Err(self.no_machine(name)),
        }
    }

    /// The test case that is meant where none is named: a machine's only one.
    ///
    /// # Errors
    /// A sentence that says which there are.
    pub fn only_case(&self, machine: &str) -> Result<&str, String> {
        let cases = self.machines.get(machine).ok_or_else(|| self.no_machine(machine))?;
        let mut names = cases.keys();
        match (names.next(), names.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(format!(
                "{} has more than one test case, or none, for the state machine '{machine}'; name one: {}",
                self.path.display(),
                listed(cases.keys())
            )),
        }
    }

    /// Whether an execution of a program can run a test case.
    ///
    /// # Errors
    /// A sentence that says why it cannot.
    pub fn check(&self, machine: &str, case: &str, program: &Program) -> Result<(), String> {
        let path = self.path.display();
        let cases = self.machines.get(machine).ok_or_else(|| self.no_machine(machine))?;
        let mocks = cases.get(case).ok_or_else(|| {
            format!(
                "{path} has no test case '{case}' for the state machine '{machine}'; it has: {}",
                listed(cases.keys())
            )
        })?;
        for name in mocks.keys() {
            let place = format!("{path}: StateMachines.{machine}.TestCases.{case}");
            match program.states.iter().find(|state| *state.name == **name) {
                None => {
                    return Err(format!(
                        "{place} names the state '{name}', which the state machine does not have"
                    ));
                }
                Some(state) if !matches!(state.kind, Kind::Task(_)) => {
                    return Err(format!(
                        "{place} names the state '{name}', which is no Task state: only those can be mocked"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Whether a test case names a state.
    #[must_use]
    pub fn names(&self, machine: &str, case: &str, state: &str) -> bool {
        self.mock_of(machine, case, state).is_some()
    }

    fn mock_of(&self, machine: &str, case: &str, state: &str) -> Option<&String> {
        self.machines.get(machine)?.get(case)?.get(state)
    }

    /// What stands for an invocation of a state, from 0: a result, or a failure that the workflow may
    /// catch. `None` where the case does not name the state.
    ///
    /// # Errors
    /// The mock does not go so far; a sentence that says how far it goes.
    pub fn answer(
        &self,
        (machine, case, state): (&str, &str, &str),
        invocation: u32,
        resource: &TaskResource,
    ) -> Option<Result<Result<Payload, Failure>, String>> {
        let mock = self.mock_of(machine, case, state)?;
        let Response(steps) = self.responses.get(mock)?;
        let Some(step) = steps.iter().find(|step| (step.first..=step.last).contains(&invocation)) else {
            return Some(Err(format!(
                "{}: the mock '{mock}' has no answer to invocation {invocation} of the state '{state}' in the test case \
                 '{case}'; add it under MockedResponses.{mock}, which has: {}",
                self.path.display(),
                listed(steps.iter().map(Step::key))
            )));
        };
        Some(Ok(match &step.answer {
            Answer::Return(result) => Ok(Payload::from(as_result(result, resource).clone())),
            Answer::Throw(failure) => Err(failure.clone()),
        }))
    }

    fn no_machine(&self, machine: &str) -> String {
        let names = listed(self.machines.keys());
        format!(
            "{} has no state machine '{machine}' under StateMachines; it has: {names}",
            self.path.display()
        )
    }
}

/// What a task gets of a `Return`. A function that is called by its ARN gives its payload alone, so
/// that the same mock, shaped like the answer of Lambda's `Invoke`, serves both ways to call it.
fn as_result<'a>(result: &'a Value, resource: &TaskResource) -> &'a Value {
    let is_invoked = |members: &Map<String, Value>| {
        members.contains_key("StatusCode") && members.keys().all(|name| INVOKE.contains(&name.as_str()))
    };
    match (resource, result) {
        (TaskResource::Function { .. }, Value::Object(members)) if is_invoked(members) => {
            members.get("Payload").unwrap_or(result)
        }
        _ => result,
    }
}

/// The members of the answer of Lambda's `Invoke`, as a task's result shows it.
const INVOKE: [&str; 7] = [
    "StatusCode",
    "Payload",
    "ExecutedVersion",
    "FunctionError",
    "LogResult",
    "SdkHttpMetadata",
    "SdkResponseMetadata",
];

impl Step {
    fn key(&self) -> String {
        if self.first == self.last { self.first.to_string() } else { format!("{}-{}", self.first, self.last) }
    }
}

/// Names for a message.
fn listed(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.map(|name| format!("'{}'", name.as_ref())).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn responses(
    top: &Place<'_>,
    members: &Map<String, Value>,
) -> Result<BTreeMap<String, Response>, MockFileError> {
    let Some(value) = members.get("MockedResponses") else { return Ok(BTreeMap::new()) };
    let place = top.at("MockedResponses");
    place
        .object(value)?
        .iter()
        .map(|(name, value)| Ok((name.clone(), response(&place.at(name), value)?)))
        .collect()
}

fn response(place: &Place<'_>, value: &Value) -> Result<Response, MockFileError> {
    let mut steps = Vec::new();
    for (key, value) in place.object(value)? {
        let at = place.at(key);
        let (first, last) = range(key).ok_or_else(|| {
            at.wrong("an invocation is a number from 0, as in \"0\", or a range of them, as in \"1-2\"")
        })?;
        steps.push(Step { first, last, answer: answer(&at, value)? });
    }
    steps.sort_by_key(|step| (step.first, step.last));
    if let Some((one, other)) =
        steps.iter().zip(steps.iter().skip(1)).find(|(one, other)| one.last >= other.first)
    {
        return Err(place.wrong(&format!(
            "\"{}\" and \"{}\" have invocations in common; each must have one answer",
            one.key(),
            other.key()
        )));
    }
    if steps.is_empty() {
        return Err(
            place.wrong("a mock needs an answer to at least one invocation: {\"0\": {\"Return\": …}}")
        );
    }
    Ok(Response(steps))
}

fn range(key: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    match key.split_once('-') {
        None => number(key).map(|only: u32| (only, only)),
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some((first, last))
        }
    }
}

fn answer(place: &Place<'_>, value: &Value) -> Result<Answer, MockFileError> {
    let members = place.members(value, &["Return", "Throw"])?;
    match (members.get("Return"), members.get("Throw")) {
        (Some(result), None) => Ok(Answer::Return(result.clone())),
        (None, Some(failure)) => {
            let place = place.at("Throw");
            let members = place.members(failure, &["Error", "Cause"])?;
            let text = |name: &str| {
                let value = members.get(name);
                value.map(|value| place.at(name).text(value).map(Arc::<str>::from)).transpose()
            };
            let error =
                text("Error")?.ok_or_else(|| place.wrong("Error is missing: the name of the error"))?;
            Ok(Answer::Throw(Failure { error: Some(error), cause: text("Cause")? }))
        }
        _ => Err(place.wrong("it must have either Return, a result, or Throw, an Error and a Cause")),
    }
}

fn machines(
    top: &Place<'_>,
    members: &Map<String, Value>,
    responses: &BTreeMap<String, Response>,
) -> Result<BTreeMap<String, Cases>, MockFileError> {
    let Some(value) = members.get("StateMachines") else { return Ok(BTreeMap::new()) };
    let place = top.at("StateMachines");
    let mut machines = BTreeMap::new();
    for (name, machine) in place.object(value)? {
        let place = place.at(name);
        let Some(cases) = place.members(machine, &["TestCases"])?.get("TestCases") else {
            return Err(place.wrong("TestCases is missing"));
        };
        let place = place.at("TestCases");
        let mut read = Cases::new();
        for (case, states) in place.object(cases)? {
            read.insert(case.clone(), mocks(&place.at(case), states, responses)?);
        }
        machines.insert(name.clone(), read);
    }
    Ok(machines)
}

fn mocks(
    place: &Place<'_>,
    states: &Value,
    responses: &BTreeMap<String, Response>,
) -> Result<BTreeMap<String, String>, MockFileError> {
    let mut mocks = BTreeMap::new();
    for (state, mock) in place.object(states)? {
        let at = place.at(state);
        let mock = at.text(mock)?;
        if !responses.contains_key(mock) {
            let there = listed(responses.keys());
            return Err(
                at.wrong(&format!("there is no mock '{mock}' under MockedResponses; it has: {there}"))
            );
        }
        mocks.insert(state.clone(), mock.to_owned());
    }
    Ok(mocks)
}
