//! Map Runs: items that were read for them, results that were written, and Express children that
//! have ended, many at once.

use super::{Live, Shards};
use crate::batch::{Batch, Then};
use crate::children::{ChildReport, child_start};
use crate::connector::{ItemPage, ItemSource, Outcome, ResultTarget};
use crate::family::Reports;
use stateline_asl::program::{Distributed, Kind, OutputType, StateIndex, Transformation};
use stateline_base::{Arn, ExecutionId, Failure, Payload, Timestamp};
use stateline_engine::{Decision, Effect, Input};
use stateline_journal::{ChildEnding, Event};
use stateline_store::StoreError;
use std::sync::Arc;

/// Ends of children that one batch takes note of.
const REPORTS_AT_ONCE: usize = 1_024;
/// Records of such a batch, and bytes of documents, after which others go first.
const RECORDS_AT_ONCE: usize = 4_096;
const BYTES_AT_ONCE: usize = 8 << 20;

impl Shards {
    /// Items have come for a Map Run that waits for them.
    pub(super) fn items_read(
        &mut self,
        id: ExecutionId,
        map_run_arn: Arc<str>,
        ask: u64,
        (cursor, page): (Option<Arc<str>>, Result<ItemPage, Failure>),
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.is_answered(id, &map_run_arn, ask) {
            return Ok(None);
        }
        let input = match page {
            Ok(ItemPage { items, ended }) => Input::ItemsRead { map_run_arn, cursor, items, ended },
            Err(failure) => Input::ReadFailed { map_run_arn, failure },
        };
        self.input(id, input, now)
    }

    /// The results of a Map Run are written, or cannot be.
    pub(super) fn results_written(
        &mut self,
        id: ExecutionId,
        map_run_arn: Arc<str>,
        ask: u64,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        if !self.is_answered(id, &map_run_arn, ask) {
            return Ok(None);
        }
        let input = match outcome {
            Outcome::Succeeded(output) => Input::ResultsWritten { map_run_arn, output },
            Outcome::Failed(failure) => Input::WriteFailed { map_run_arn, failure },
        };
        self.input(id, input, now)
    }

    /// Whether an answer is the one that is waited for; from then on it is not waited for any more.
    fn is_answered(&mut self, id: ExecutionId, map_run_arn: &Arc<str>, ask: u64) -> bool {
        let Some(live) = self.live.get_mut(&id) else { return false };
        let answered = live.asked.get(map_run_arn) == Some(&ask);
        if answered {
            live.asked.remove(map_run_arn);
        }
        answered
    }

    /// Express children have ended: as many as one batch has room for.
    pub(super) fn children_ended(
        &mut self,
        reports: Arc<Reports>,
        now: Timestamp,
    ) -> Result<Option<Batch>, StoreError> {
        let parent = reports.parent;
        let (mut whole, mut then) = (Decision::default(), Vec::new());
        let (mut count, mut bytes) = (0, 0);
        while count < REPORTS_AT_ONCE && whole.records.len() < RECORDS_AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(report) = reports.next() else { break };
            count += 1;
            if !self.takes_reports(parent, &report, now)? {
                continue;
            }
            if let Some(again) = self.asked_again(&report) {
                then.push(again);
            } else if let Some(decision) = self.take_report(report, now) {
                bytes += decision.records.iter().map(|record| bytes_of(&record.event)).sum::<usize>();
                whole.records.extend(decision.records);
                whole.effects.extend(decision.effects);
            }
        }
        if !reports.is_empty() {
            then.push(Then::TakeReports(reports));
        }
        let first = whole.effects.iter().position(|effect| *effect == Effect::Continue);
        let mut place = 0..;
        whole.effects.retain(|effect| place.next() == first || *effect != Effect::Continue);
        if self.live.contains_key(&parent) {
            return Ok(self.decided(parent, whole, then, now));
        }
        Ok((!then.is_empty()).then(|| self.batch(Some(parent), Vec::new(), then)))
    }

    /// Has the parent in memory, unless an end changes nothing in it.
    fn takes_reports(
        &mut self,
        parent: ExecutionId,
        report: &ChildReport,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if self.activate(parent)? {
            return Ok(true);
        }
        Ok(!matches!(report.ending, ChildEnding::Aborted(_))
            && self.load(parent)?
            && !self.is_late(parent, now))
    }

    /// What a child is asked that has not followed the last redrive of its Map Run: what it tells
    /// is from before.
    pub(super) fn asked_again(&self, report: &ChildReport) -> Option<Then> {
        let live = self.live.get(&report.parent)?;
        let child = live.execution.child(report.attempt)?;
        let follows = child.redrive.map_or(0, |redrive| redrive.map_run);
        let is_before = report.is_before(follows);
        is_before.then(|| {
            let start = child_start(report.parent, &live.execution, &live.definition, child);
            Then::StartChild(Box::new(start))
        })
    }
}

fn bytes_of(event: &Event) -> usize {
    match event {
        Event::ChildStarted { input, .. } | Event::ItemsTaken { input, .. } => input.bytes_len(),
        Event::ChildEnded { ending: ChildEnding::Succeeded(output), .. } => output.bytes_len(),
        _ => 0,
    }
}

/// The Map state of a Map Run, and what it has beside other Maps.
fn distributed(live: &Live, state: u32) -> Option<(&Arc<str>, &Distributed)> {
    let state = live.definition.program.state(StateIndex(state));
    match &state.kind {
        Kind::Map(map) => map.distributed.as_ref().map(|distributed| (&state.name, &**distributed)),
        _ => None,
    }
}

/// A UUID that is the Map Run's own.
fn request_id(map_run_arn: &str) -> Arc<str> {
    super::last_part(map_run_arn).into()
}

/// Region and account of an execution's machine.
fn place(live: &Live) -> (Arc<str>, Arc<str>) {
    let arn = Arn::parse(&live.execution.started.machine_arn);
    let (region, account) = arn.map_or(("", ""), |arn| (arn.region, arn.account));
    (region.into(), account.into())
}

/// What the items of a Map Run are read from.
pub(super) fn item_source(live: &Live, map_run_arn: &Arc<str>) -> Option<ItemSource> {
    let x = &live.execution;
    let (state, plan) = x.item_source(map_run_arn)?;
    let (state, distributed) = distributed(live, state)?;
    let (region, account) = place(live);
    Some(ItemSource {
        execution_arn: x.started.execution_arn.clone(),
        map_run_arn: map_run_arn.clone(),
        state: state.clone(),
        request_id: request_id(map_run_arn),
        resource: distributed.reader.as_ref()?.resource.clone(),
        parameters: plan.parameters.clone(),
        config: plan.config.clone(),
        region,
        account,
        role_arn: x.started.role_arn.clone(),
    })
}

/// Where the results of a Map Run are written.
pub(super) fn result_target(live: &Live, map_run_arn: &Arc<str>) -> Option<ResultTarget> {
    let x = &live.execution;
    let (state, parameters) = x.result_target(map_run_arn)?;
    let parameters: Payload = parameters.clone();
    let (state, distributed) = distributed(live, state)?;
    let writer = distributed.writer.as_ref()?;
    let (region, account) = place(live);
    let output_type: OutputType = writer.output_type;
    Some(ResultTarget {
        execution_arn: x.started.execution_arn.clone(),
        map_run_arn: map_run_arn.clone(),
        state: state.clone(),
        request_id: request_id(map_run_arn),
        resource: writer.resource.clone()?,
        parameters,
        output_type,
        transformation: writer.transformation.unwrap_or(Transformation::None),
        region,
        account,
        role_arn: x.started.role_arn.clone(),
    })
}
