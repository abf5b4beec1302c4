//! The ledger: what the service promised to its clients and what it asked of the
//! world, written down outside of it.

use crate::check::{Violation, rule};
use crate::shadow::read_records;
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_journal::{AttemptId, Event};
use stateline_runtime::Outcome;
use stateline_store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An accepted start.
#[derive(Clone, Debug)]
struct Accepted {
    machine_arn: Arc<str>,
    name: Arc<str>,
    started: Timestamp,
    input: Payload,
}

/// A call that left.
#[derive(Clone, Debug)]
struct Called {
    hangs: bool,
    delivered: Option<Outcome>,
}

/// Promises and calls of one world.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    accepted: BTreeMap<Arc<str>, Accepted>,
    /// Machine and name that were refused because they were taken.
    taken: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Machine and name of starts that were refused for good: there is no such execution.
    turned_away: BTreeSet<(Arc<str>, Arc<str>)>,
    stops_asked: BTreeSet<ExecutionId>,
    stopped: BTreeMap<ExecutionId, Timestamp>,
    called: BTreeMap<(ExecutionId, AttemptId), Called>,
    wall_max: Timestamp,
}

impl Ledger {
    /// The wall clock shows this; it may step back, and then nothing changes.
    pub(crate) fn wall(&mut self, now: Timestamp) {
        self.wall_max = self.wall_max.max(now);
    }

    pub(crate) fn wall_max(&self) -> Timestamp {
        self.wall_max
    }

    /// A start was acknowledged: the second time it must be the same execution.
    pub(crate) fn accept(
        &mut self,
        arn: &Arc<str>,
        (machine_arn, name): (Arc<str>, Arc<str>),
        started: Timestamp,
        input: &Payload,
    ) -> Result<(), Violation> {
        let accepted = Accepted { machine_arn, name, started, input: input.clone() };
        let first = self.accepted.entry(arn.clone()).or_insert(accepted);
        rule!(first.started == started, "{} was started twice", first.name);
        rule!(first.input.text() == input.text(), "{} was accepted with another input", first.name);
        Ok(())
    }

    pub(crate) fn taken(&mut self, machine_arn: Arc<str>, name: Arc<str>) {
        self.taken.insert((machine_arn, name));
    }

    pub(crate) fn turned_away(&mut self, machine_arn: Arc<str>, name: Arc<str>) {
        self.turned_away.insert((machine_arn, name));
    }

    pub(crate) fn ask_stop(&mut self, id: ExecutionId) {
        self.stops_asked.insert(id);
    }

    /// A stop was acknowledged: the second time with the same date.
    pub(crate) fn stop(&mut self, id: ExecutionId, at: Timestamp) -> Result<(), Violation> {
        let first = *self.stopped.entry(id).or_insert(at);
        rule!(first == at, "two answers to a stop give two dates");
        Ok(())
    }

    /// Whether somebody asked for an execution to be stopped.
    pub(crate) fn stop_was_asked(&self, id: ExecutionId) -> bool {
        self.stops_asked.contains(&id)
    }

    /// A call left. It may do so once.
    pub(crate) fn call(&mut self, id: ExecutionId, attempt: AttemptId, hangs: bool) -> Result<(), Violation> {
        let twice = self.called.insert((id, attempt), Called { hangs, delivered: None });
        rule!(twice.is_none(), "attempt {attempt} of {id} was called twice");
        Ok(())
    }

    pub(crate) fn deliver(&mut self, id: ExecutionId, attempt: AttemptId, outcome: &Outcome) {
        if let Some(called) = self.called.get_mut(&(id, attempt)) {
            called.delivered = Some(outcome.clone());
        }
    }

    pub(crate) fn delivered(&self, id: ExecutionId, attempt: AttemptId) -> Option<&Outcome> {
        self.called.get(&(id, attempt)).and_then(|called| called.delivered.as_ref())
    }

    pub(crate) fn hangs(&self, id: ExecutionId, attempt: AttemptId) -> bool {
        self.called.get(&(id, attempt)).is_some_and(|called| called.hangs)
    }

    /// Nothing that was acknowledged is lost: asked after each restart and at the end.
    pub(crate) fn check_kept(&self, store: &dyn Store) -> Result<(), Violation> {
        for (arn, accepted) in &self.accepted {
            let name = &accepted.name;
            let id = store.find_by_name(&accepted.machine_arn, name)?;
            let row = match id {
                Some(id) => store.execution(id)?,
                None => None,
            };
            let Some(row) = row else {
                return Err(Violation(format!("{name} was acknowledged and is lost")));
            };
            rule!(*row.arn == **arn, "{name} has another ARN than was acknowledged");
            rule!(row.started == accepted.started, "{name} has another start date than was acknowledged");
            let first = read_records(store, row.id)?.into_iter().next().map(|record| record.event);
            let Some(Event::ExecutionStarted(started)) = first else {
                return Err(Violation(format!("{name} does not begin with its start")));
            };
            rule!(started.input.text() == accepted.input.text(), "{name} runs with another input");
        }
        for (id, at) in &self.stopped {
            let row = store.execution(*id)?;
            let stopped = row.as_ref().and_then(|row| row.stopped);
            rule!(stopped == Some(*at), "the stop of {id} was acknowledged with {at}, stored is {stopped:?}");
        }
        Ok(())
    }

    /// A name that was refused as taken is; one that was turned away is free.
    pub(crate) fn check_refusals(&self, store: &dyn Store) -> Result<(), Violation> {
        for (machine_arn, name) in &self.taken {
            let found = store.find_by_name(machine_arn, name)?;
            rule!(found.is_some(), "{name} was refused as taken, and nobody has it");
        }
        for (machine_arn, name) in &self.turned_away {
            let found = store.find_by_name(machine_arn, name)?;
            rule!(found.is_none(), "{name} was turned away, and runs");
        }
        Ok(())
    }
}
