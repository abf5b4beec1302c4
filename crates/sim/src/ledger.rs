//! The ledger: what the service promised to its clients and what it asked of the
//! world, written down outside of it.

use crate::check::{TokenBook, Violation, rule};
use crate::shadow::read_records;
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_journal::{AttemptId, Event, Record};
use stateline_runtime::Outcome;
use stateline_store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// For how long a token means the redrive that it named.
const TOKEN_MS: i64 = 15 * 60 * 1_000;

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
    /// The process that made it.
    process: u32,
    /// What the call itself came back with.
    received: Option<Outcome>,
    /// What came last: of a job, its outcome.
    delivered: Option<Outcome>,
}

/// Promises and calls of one world.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What was done with task tokens.
    pub(crate) tokens: TokenBook,
    accepted: BTreeMap<Arc<str>, Accepted>,
    /// Machine and name that were refused because they were taken.
    taken: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Machine and name of starts that were refused for good: there is no such execution.
    turned_away: BTreeSet<(Arc<str>, Arc<str>)>,
    stops_asked: BTreeSet<ExecutionId>,
    stopped: BTreeMap<ExecutionId, BTreeSet<Timestamp>>,
    redrives_asked: BTreeSet<ExecutionId>,
    /// Dates of redrives, by the client that asked.
    redriven: BTreeMap<(ExecutionId, usize), BTreeSet<Timestamp>>,
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

    /// A stop was acknowledged with the date of an end; each time it ended has its own.
    pub(crate) fn stop(&mut self, id: ExecutionId, at: Timestamp) {
        self.stopped.entry(id).or_default().insert(at);
    }

    pub(crate) fn ask_redrive(&mut self, id: ExecutionId) {
        self.redrives_asked.insert(id);
    }

    /// A redrive was acknowledged: who asks again under the same token gets the same date.
    pub(crate) fn redrive(&mut self, id: ExecutionId, client: usize, at: Timestamp) -> Result<(), Violation> {
        let dates = self.redriven.entry((id, client)).or_default();
        let apart = |other: &Timestamp| *other == at || at.since_millis(*other) >= TOKEN_MS;
        rule!(dates.iter().all(apart), "two answers to a redrive give two dates");
        dates.insert(at);
        Ok(())
    }

    /// Whether somebody asked for an execution to be stopped.
    pub(crate) fn stop_was_asked(&self, id: ExecutionId) -> bool {
        self.stops_asked.contains(&id)
    }

    /// A call left. It may do so once; where a name makes that safe, once in each process.
    pub(crate) fn call(
        &mut self,
        (id, attempt): (ExecutionId, AttemptId),
        hangs: bool,
        process: u32,
        repeated: bool,
    ) -> Result<(), Violation> {
        let called = Called { hangs, process, received: None, delivered: None };
        let before = self.called.insert((id, attempt), called);
        let may = before.is_none_or(|before| repeated && before.process < process);
        rule!(may, "attempt {attempt} of {id} was called twice");
        Ok(())
    }

    pub(crate) fn deliver(&mut self, id: ExecutionId, attempt: AttemptId, outcome: &Outcome) {
        if let Some(called) = self.called.get_mut(&(id, attempt)) {
            called.received.get_or_insert_with(|| outcome.clone());
            called.delivered = Some(outcome.clone());
        }
    }

    pub(crate) fn received(&self, id: ExecutionId, attempt: AttemptId) -> Option<&Outcome> {
        self.called.get(&(id, attempt)).and_then(|called| called.received.as_ref())
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
        for (id, dates) in &self.stopped {
            let records = read_records(store, *id)?;
            for at in dates {
                let ends = records.iter().any(|record| record.event.is_end() && record.at == *at);
                rule!(ends, "the stop of {id} was acknowledged with {at}, when it did not end");
            }
            let stopped = store.execution(*id)?.and_then(|row| row.stopped);
            let redriven = |record: &Record| matches!(record.event, Event::ExecutionRedriven(_));
            let kept = stopped.is_some() || records.iter().any(redriven);
            rule!(kept, "the stop of {id} was acknowledged, and it runs");
        }
        self.check_redrives(store)
    }

    /// What was redriven was so at the date that was told, and once under one token.
    fn check_redrives(&self, store: &dyn Store) -> Result<(), Violation> {
        for id in &self.redrives_asked {
            let mut tokens: BTreeMap<Option<Arc<str>>, BTreeSet<Timestamp>> = BTreeMap::new();
            for record in read_records(store, *id)? {
                if let Event::ExecutionRedriven(redriven) = record.event {
                    let dates = tokens.entry(redriven.token).or_default();
                    let known = dates.last().is_some_and(|last| record.at.since_millis(*last) < TOKEN_MS);
                    rule!(!known, "{id} was redriven twice under one token");
                    dates.insert(record.at);
                }
            }
            for ((_, client), dates) in self.redriven.range((*id, 0)..=(*id, usize::MAX)) {
                let token: Option<Arc<str>> = Some(format!("client-{client}").into());
                let found = tokens.get(&token);
                let all = found.is_some_and(|found| dates.is_subset(found));
                rule!(all, "client {client} redrove {id} at {dates:?}, stored is {found:?}");
            }
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
