//! Redrives, of executions that a caller names and of children that follow their Map Run, and
//! changes of a Map Run's limits.
//!
//! A closed execution is read from its journal, opened by the engine, and from then on is one like
//! any other. A child is asked for by its number as often as it takes: whether it has followed this
//! redrive of its Map Run already is in its own journal.

use super::Shards;
use crate::ServiceError;
use crate::batch::{Batch, Then};
use crate::body::is_express;
use crate::catalog::Catalog;
use crate::children::{ChildReport, report};
use crate::machine::MachineStatus;
use crate::token::Surroundings;
use stateline_base::{ExecutionId, Limits, Timestamp};
use stateline_engine::{
    ChildRedrive, Decision, Execution, Input, MapRunStatus, NotRedrivable, Rejection, Setting, advance,
};
use stateline_journal::{ChildEnding, MapRunLimits};
use stateline_store::StoreError;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A caller that waits for the moment at which what it asked for happened.
pub type Reply = oneshot::Sender<Result<Timestamp, ServiceError>>;

/// Go on with an execution that has ended badly.
#[derive(Debug)]
pub struct RedriveRequest {
    /// Which.
    pub execution: ExecutionId,
    /// Its ARN, for the answer.
    pub arn: Arc<str>,
    /// The caller's token.
    pub token: Option<Arc<str>>,
    /// Answered with the redrive's date when durable.
    pub reply: Reply,
}

/// Change the limits of a Map Run that is open.
#[derive(Debug)]
pub struct MapRunUpdate {
    /// The execution whose Map Run it is.
    pub execution: ExecutionId,
    /// The Map Run.
    pub map_run_arn: Arc<str>,
    /// What changes.
    pub change: MapRunChange,
    /// Answered when durable.
    pub reply: Reply,
}

/// Limits of a Map Run that are to change; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MapRunChange {
    /// Children that may run at once; 0 for as many as the service allows.
    pub concurrency: Option<u32>,
    /// Items that may fail.
    pub tolerated_count: Option<u64>,
    /// The share of the items that may fail, in percent.
    pub tolerated_percentage: Option<f64>,
}

impl MapRunChange {
    fn of(self, limits: MapRunLimits) -> MapRunLimits {
        MapRunLimits {
            concurrency: self.concurrency.unwrap_or(limits.concurrency),
            tolerated_count: self.tolerated_count.unwrap_or(limits.tolerated_count),
            tolerated_percentage: self.tolerated_percentage.unwrap_or(limits.tolerated_percentage),
        }
    }
}

/// An execution whose retention ends within this time is left alone: it might be gone
/// before the redrive is durable.
const BEFORE_EXPIRY_MS: i64 = 60 * 60 * 1_000;

/// Whether an execution that ended then is about to be deleted.
///
/// The row tells when; where it does not yet, the settings do.
pub(crate) fn expires_soon(
    expires: Option<Timestamp>,
    stopped: Option<Timestamp>,
    limits: &Limits,
    now: Timestamp,
) -> bool {
    let by_settings = || stopped.map(|at| at.plus_seconds(u64::from(limits.retention_days) * 86_400));
    let expires = expires.or_else(by_settings);
    expires.is_some_and(|expires| now.plus_millis(BEFORE_EXPIRY_MS) >= expires)
}

/// Whether an execution's machine takes redrives. What has no machine any more is not gone on with.
pub(crate) fn check_machine(catalog: &Catalog, machine_arn: &str) -> Result<(), NotRedrivable> {
    match catalog.machine(machine_arn).map(|entry| entry.machine.status) {
        Ok(MachineStatus::Active) => Ok(()),
        Ok(MachineStatus::Deleting) | Err(_) => Err(NotRedrivable::Deleting),
    }
}

impl Shards {
    /// Goes on with an execution, or tells why not; a token that is known means the redrive that it named.
    pub(super) fn redrive(
        &mut self,
        request: RedriveRequest,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let RedriveRequest { execution: id, arn, token, reply } = request;
        if !self.load(id)? {
            let missing = Err(ServiceError::ExecutionDoesNotExist(arn));
            return Ok(Some(self.batch(Some(id), Vec::new(), vec![Then::Answered(reply, missing)])));
        }
        let known = |x: &Execution| token.as_ref().and_then(|token| x.redriven_by(token, now));
        if let Some(at) = self.live.get(&id).and_then(|live| known(&live.execution)) {
            self.rest(id, now);
            return Ok(Some(self.batch(Some(id), Vec::new(), vec![Then::Answered(reply, Ok(at))])));
        }
        let outcome = self.try_redrive(id, token, now);
        let (decision, answer) = match outcome {
            Ok((decision, at)) => (decision, Ok(at)),
            Err(why) => (Decision::default(), Err(why)),
        };
        Ok(self.decided(id, decision, vec![Then::Answered(reply, answer)], now))
    }

    /// When the row of an execution that was read from the store says that it may be deleted.
    fn expires(&self, id: ExecutionId) -> Option<Timestamp> {
        self.live.get(&id).and_then(|live| live.expires)
    }

    fn try_redrive(
        &mut self,
        id: ExecutionId,
        token: Option<Arc<str>>,
        now: Timestamp,
    ) -> Result<(Decision, Timestamp), ServiceError> {
        let not = |why: NotRedrivable| ServiceError::ExecutionNotRedrivable(why.to_string().into());
        if self.records_max == 0 {
            return Err(super::unavailable("the server is shutting down"));
        }
        let x = self.execution(id).ok_or(ServiceError::Throttled)?;
        if x.started.parent.is_some() {
            return Err(ServiceError::ExecutionNotRedrivable(BY_MAP_RUN.into()));
        }
        x.redrive_facts().check(&self.limits, now).map_err(not)?;
        check_machine(&self.catalog, &x.started.machine_arn).map_err(not)?;
        if expires_soon(self.expires(id), x.stopped_at, &self.limits, now) {
            return Err(not(NotRedrivable::EndedTooLongAgo));
        }
        let input = Input::Redrive { token, map_run: 0 };
        let decision = self.open_again(id, input, now).map_err(|rejection| match rejection {
            Rejection::NotRedrivable(why) => not(why),
            other => super::unavailable(other),
        })?;
        let at = self.execution(id).and_then(|x| x.redrives.at).unwrap_or(now);
        Ok((decision, at))
    }

    fn open_again(&mut self, id: ExecutionId, input: Input, now: Timestamp) -> Result<Decision, Rejection> {
        let Some(live) = self.live.get_mut(&id) else { return Err(Rejection::Closed) };
        let program = &live.definition.program;
        let setting = Setting {
            program,
            limits: &self.limits,
            records_max: self.records_max,
            outside: &Surroundings { catalog: &self.catalog, mocks: &*self.mocks, execution: id },
        };
        advance(setting, &mut live.execution, input, now)
    }

    /// Has a child that is there go on, unless it has followed this redrive of its Map Run
    /// already. One that runs, or has ended well, or cannot go on, tells its parent how it stands.
    pub(super) fn redrive_child(
        &mut self,
        id: ExecutionId,
        redrive: ChildRedrive,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let rests = !self.live.contains_key(&id);
        if rests && self.store.execution(id)?.is_some_and(|row| row.status.is_open()) {
            return Ok(None);
        }
        if !self.load(id)? {
            return Ok(None);
        }
        let Some(x) = self.execution(id) else { return Ok(None) };
        if x.is_open() {
            return Ok(None);
        }
        // Numbers, and not dates: one that was asked for before the redrive may have begun later. A
        // child of a release that did not note with which redrive it began goes on once more.
        let followed = x.redrives.map_run >= redrive.map_run;
        let late = expires_soon(self.expires(id), x.stopped_at, &self.limits, now);
        if self.records_max == 0 && !followed {
            // The service stops; the parent asks again at the next start.
            self.rest(id, now);
            return Ok(None);
        }
        if !followed && !late {
            let input = Input::Redrive { token: None, map_run: redrive.map_run };
            if let Ok(decision) = self.open_again(id, input, now.max(redrive.at)) {
                return Ok(self.decided(id, decision, Vec::new(), now));
            }
        }
        // As it has ended, whichever redrive it followed last.
        let report = self.live.get(&id).and_then(|live| report(&live.execution));
        let answer = report.map(|report| {
            let report = ChildReport { map_run: redrive.map_run.max(report.map_run), ..report };
            self.batch(Some(id), Vec::new(), vec![Then::TellParent(Box::new(report))])
        });
        self.rest(id, now);
        Ok(answer)
    }

    /// A child has ended. One that has not followed the last redrive of its Map Run is asked to: what
    /// it tells is from before.
    pub(super) fn child_ended(
        &mut self,
        report: ChildReport,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let parent = report.parent;
        if !self.activate(parent)? {
            return self.child_settled(report, now);
        }
        if let Some(again) = self.asked_again(&report) {
            self.rest(parent, now);
            // Behind the records that say that the child is to go on.
            return Ok(Some(self.batch(Some(parent), Vec::new(), vec![again])));
        }
        let decision = self.take_report(report, now).unwrap_or_default();
        Ok(self.decided(parent, decision, Vec::new(), now))
    }

    /// A child has ended whose parent has: one that was not stopped is counted for what it came to.
    fn child_settled(&mut self, report: ChildReport, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        let parent = report.parent;
        if matches!(report.ending, ChildEnding::Aborted(_)) || !self.load(parent)? {
            return Ok(None);
        }
        let late = self.is_late(parent, now);
        let decision = if late { None } else { self.take_report(report, now) };
        Ok(self.decided(parent, decision.unwrap_or_default(), Vec::new(), now))
    }

    /// Whether an execution in memory that has ended is about to be deleted.
    pub(super) fn is_late(&self, id: ExecutionId, now: Timestamp) -> bool {
        let stopped = self.execution(id).and_then(|x| x.stopped_at);
        expires_soon(self.expires(id), stopped, &self.limits, now)
    }

    /// What follows in a parent from a child's end; nothing where the child was cut off and has yet
    /// to follow the redrive that it was cut off in.
    pub(super) fn take_report(&mut self, report: ChildReport, now: Timestamp) -> Option<Decision> {
        let parent = report.parent;
        let cut_off = self.execution(parent)?.child_cut_off(report.attempt);
        if cut_off.is_some_and(|follows| report.is_before(follows)) {
            return None;
        }
        let ChildReport { attempt, ending, started_at, stopped_at, .. } = report;
        self.advance(parent, Input::ChildEnded { attempt, ending, started_at, stopped_at }, now)
    }

    /// Changes the limits of a Map Run, or tells that it has ended.
    pub(super) fn update_map_run(
        &mut self,
        update: MapRunUpdate,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let MapRunUpdate { execution: id, map_run_arn, change, reply } = update;
        let open = self.activate(id)?;
        let run = self.execution(id).filter(|_| open).and_then(|x| x.map_runs.get(&map_run_arn));
        let limits = run.filter(|run| run.status == MapRunStatus::Running).map(|run| change.of(run.limits));
        let decision = limits.and_then(|limits| {
            let input = Input::UpdateMapRun { map_run_arn: map_run_arn.clone(), limits };
            self.advance(id, input, now)
        });
        match decision {
            Some(decision) => Ok(self.decided(id, decision, vec![Then::Answered(reply, Ok(now))], now)),
            None => {
                let ended = Err(ServiceError::MapRunCompleted(map_run_arn));
                self.rest(id, now);
                Ok(Some(self.batch(Some(id), Vec::new(), vec![Then::Answered(reply, ended)])))
            }
        }
    }

    /// Has an execution in memory, closed ones too; false when it is unknown or no worker owns it.
    pub(super) fn load(&mut self, id: ExecutionId) -> Result<bool, StoreError> {
        if self.live.contains_key(&id) {
            return Ok(true);
        }
        match self.store.execution(id)? {
            Some(row) if !is_express(&row) => self.bring_in(row).map(|()| true),
            _ => Ok(false),
        }
    }
}

/// What whoever redrives a child by itself is told.
const BY_MAP_RUN: &str = "Execution is a child of a Map Run and is redriven with it";
