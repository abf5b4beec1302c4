//! Tasks that end later, seen from outside: which of them wait for a worker, which
//! have one, and for which of them a clock runs.

use super::Shadows;
use crate::calls;
use serde_json::Value;
use stateline_base::{ExecutionId, Payload, Timestamp};
use stateline_journal::{AttemptId, Event, FrameId, Record, TaskClock};
use stateline_runtime::Offer;
use std::collections::{BTreeMap, BTreeSet};

/// The tasks of one execution, as its records tell them.
#[derive(Default)]
pub(super) struct Tasks {
    /// Where the journal holds the `TaskScheduled` of each attempt.
    scheduled: BTreeMap<AttemptId, u64>,
    /// Where the journal holds the `ActivityStarted` of each attempt.
    taken: BTreeMap<AttemptId, u64>,
    /// The clocks of attempts that are out, or were.
    clocks: BTreeMap<AttemptId, TaskClock>,
    requests: BTreeMap<AttemptId, Payload>,
    jobs: BTreeSet<AttemptId>,
    working: BTreeMap<FrameId, AttemptId>,
}

impl Tasks {
    pub(super) fn of(records: &[Record]) -> Self {
        let mut tasks = Tasks::default();
        for (seq, record) in records.iter().enumerate() {
            tasks.note(seq as u64, &record.event);
        }
        tasks
    }

    /// The record that stands in the journal at `seq`.
    pub(super) fn note(&mut self, seq: u64, event: &Event) {
        if let Event::TaskScheduled { frame, attempt, parameters, .. } = event {
            self.working.insert(*frame, *attempt);
            self.scheduled.insert(*attempt, seq);
            self.requests.insert(*attempt, parameters.clone());
            if calls::request(parameters).get("job") == Some(&Value::Bool(true)) {
                self.jobs.insert(*attempt);
            }
            return;
        }
        let (Event::TaskStarted { frame, .. }
        | Event::ActivityStarted { frame, .. }
        | Event::HeartbeatRecorded { frame, .. }) = event
        else {
            return;
        };
        let Some(attempt) = self.working.get(frame).copied() else { return };
        match event {
            Event::ActivityStarted { clock, .. } => {
                self.taken.insert(attempt, seq);
                self.clocks.insert(attempt, *clock);
            }
            Event::TaskStarted { clock, .. } => {
                self.clocks.insert(attempt, *clock);
            }
            Event::HeartbeatRecorded { until, .. } => {
                if let Some(clock) = self.clocks.get_mut(&attempt) {
                    clock.heartbeat = Some(*until);
                }
            }
            _ => {}
        }
    }

    pub(super) fn is_job(&self, attempt: AttemptId) -> bool {
        self.jobs.contains(&attempt)
    }

    fn is_timed(&self, attempt: AttemptId) -> bool {
        self.due(attempt).is_some()
    }

    /// When the first clock of an attempt runs out; a heartbeat moves its own clock and no other.
    pub(super) fn due(&self, attempt: AttemptId) -> Option<Timestamp> {
        let clock = self.clocks.get(&attempt)?;
        [clock.deadline, clock.heartbeat].into_iter().flatten().min()
    }
}

/// An attempt that nobody will end, neither its holder nor a clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silent {
    pub(crate) of: Offer,
    /// In which process it came out: a crash may have swallowed what was on its way to a holder.
    pub(crate) born: u32,
}

impl Shadows {
    /// Where the journal holds the `TaskScheduled` of an attempt, and in which process it was decided.
    pub(crate) fn scheduled(&self, (id, attempt): Offer) -> Option<(u64, u32)> {
        let shadow = self.all.get(&id)?;
        let seq = shadow.later.scheduled.get(&attempt).copied()?;
        let born = shadow.born.get(usize::try_from(seq).ok()?).copied()?;
        Some((seq, born))
    }

    /// The request of an attempt whose worker is known to be durable.
    pub(crate) fn durably_taken(&self, (id, attempt): Offer) -> Option<&Payload> {
        let shadow = self.all.get(&id)?;
        let seq = shadow.later.taken.get(&attempt).copied()?;
        shadow.later.requests.get(&attempt).filter(|_| seq < shadow.durable as u64)
    }

    /// Whether an attempt has ended, by what is durable alone or by all that was decided.
    pub(crate) fn has_ended(&self, (id, attempt): Offer, durably: bool) -> bool {
        let Some(shadow) = self.all.get(&id) else { return true };
        let x = &shadow.execution;
        let out = x.is_open() && x.attempts_out().any(|(_, other, _)| other == attempt);
        !out && (!durably || shadow.durable == shadow.records.len())
    }

    /// Whether some clock of an execution ran out in what was decided and is not durable: a token that
    /// comes then is late by the clock, which needs nothing to be written.
    pub(crate) fn is_running_out(&self, id: ExecutionId) -> bool {
        let Some(shadow) = self.all.get(&id) else { return false };
        let late =
            |record: &Record| matches!(record.event, Event::TaskTimedOut { .. } | Event::ExecutionTimedOut);
        shadow.records.iter().skip(shadow.durable).any(late)
    }

    /// Whether the time of an attempt, or of its execution, is over.
    pub(crate) fn is_due(&self, (id, attempt): Offer, now: Timestamp) -> bool {
        let Some(shadow) = self.all.get(&id) else { return false };
        let due = [shadow.later.due(attempt), shadow.execution.wake()];
        due.into_iter().flatten().any(|due| due <= now)
    }

    /// Tasks of activities that no worker has taken.
    pub(crate) fn offers(&self) -> impl Iterator<Item = Offer> + '_ {
        let open = self.all.iter().filter(|(_, shadow)| shadow.execution.is_open());
        open.flat_map(|(id, shadow)| shadow.execution.offers().map(|(attempt, _)| (*id, attempt)))
    }

    /// Attempts that wait for a token, have no clock, and are held by nobody.
    pub(crate) fn silent(&self, is_held: impl Fn(Offer) -> bool) -> Vec<Silent> {
        let mut silent = Vec::new();
        for (id, shadow) in self.all.iter().filter(|(_, shadow)| shadow.execution.is_open()) {
            let x = &shadow.execution;
            let calls: BTreeSet<AttemptId> = x.calls_out().collect();
            for (_, attempt, _) in x.attempts_out() {
                let rests = !calls.contains(&attempt) && !shadow.later.is_job(attempt);
                if rests && !shadow.later.is_timed(attempt) && !is_held((*id, attempt)) {
                    silent.push(Silent { of: (*id, attempt), born: self.came_out(*id, attempt) });
                }
            }
        }
        silent
    }

    /// In which process an attempt's `TaskStarted` or `ActivityStarted` was decided.
    fn came_out(&self, id: ExecutionId, attempt: AttemptId) -> u32 {
        let Some(shadow) = self.all.get(&id) else { return 0 };
        let seq = shadow.later.taken.get(&attempt).or_else(|| shadow.tasks.get(&attempt)).copied();
        let place = seq.and_then(|seq| usize::try_from(seq).ok());
        place.and_then(|place| shadow.born.get(place)).copied().unwrap_or(0)
    }
}
