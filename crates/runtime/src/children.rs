//! Child executions of Map Runs, and the Map Runs as anybody may look them up.
//!
//! A child is an execution like any other, in the shard that its ARN falls into; it
//! knows its parent from its first event. Parent and child speak through messages
//! that leave when what they speak of is durable. Either may be lost in a crash:
//! the parent then asks for its children again, and a child that has ended already
//! answers again. A parent takes each child's end once.

use crate::catalog::Definition;
use serde::{Deserialize, Serialize};
use stateline_asl::MachineKind as ChildKind;
use stateline_asl::program::{Kind, StateIndex};
use stateline_base::{Arn, ExecutionId, Timestamp};
use stateline_engine::{
    ChildInput, ChildOut, ChildRedrive, Counts, Ending, Execution, MapRunStatus, MapRunSummary, TestCase,
};
use stateline_journal::{AttemptId, ChildEnding, MachineKind, MapRunLimits, ParentLink};
use stateline_store::{Put, Table};
use std::sync::Arc;

/// What a child execution is started with.
#[derive(Clone, Debug)]
pub struct ChildStart {
    /// Where it belongs.
    pub link: ParentLink,
    /// Its ARN.
    pub arn: Arc<str>,
    /// `stateMachine:<machine>/<label>`.
    pub machine_arn: Arc<str>,
    /// The parent's definition.
    pub definition: Arc<Definition>,
    /// By what the parent finds its revision.
    pub revision: Arc<str>,
    /// The item processor's scope within it.
    pub scope: u32,
    /// `ExecutionType`.
    pub kind: MachineKind,
    /// The parent's role.
    pub role_arn: Arc<str>,
    /// The parent's trace header.
    pub trace_header: Option<Arc<str>>,
    /// Its input, or where the parent's journal has it.
    pub input: ChildInput,
    /// The redrive of its Map Run that it is to follow; `None` for its first start.
    pub redrive: Option<ChildRedrive>,
    /// The parent's test case, if it runs one.
    pub test: Option<TestCase>,
}

/// What a parent is told of a child.
#[derive(Clone, Debug)]
pub struct ChildReport {
    /// The parent.
    pub parent: ExecutionId,
    /// The child's number within it.
    pub attempt: AttemptId,
    /// How the child ended.
    pub ending: ChildEnding,
    /// When it had started.
    pub started_at: Timestamp,
    /// When it ended.
    pub stopped_at: Timestamp,
    /// The redrive of its Map Run that it followed, or answers to; 0 for none.
    pub map_run: u32,
}

impl ChildReport {
    /// Whether it tells of an end before the redrive that the child is to follow, 0 for none. A
    /// child that has ended well says so once and for all.
    pub(crate) fn is_before(&self, map_run: u32) -> bool {
        !matches!(self.ending, ChildEnding::Succeeded(_)) && self.map_run < map_run
    }
}

/// All that a child is made of.
pub(crate) fn child_start(
    parent: ExecutionId,
    x: &Execution,
    definition: &Arc<Definition>,
    child: ChildOut,
) -> ChildStart {
    let Kind::Map(map) = &definition.program.state(StateIndex(child.state)).kind else {
        unreachable!("only Map states have children");
    };
    let express = map.distributed.as_ref().is_some_and(|map| map.child == ChildKind::Express);
    ChildStart {
        link: ParentLink {
            execution: parent,
            execution_arn: x.started.execution_arn.clone(),
            attempt: child.attempt,
            map_run_arn: child.map_run_arn,
        },
        arn: child.execution_arn.into(),
        machine_arn: child.machine_arn.into(),
        definition: definition.clone(),
        revision: x.started.definition.clone(),
        scope: map.processor.0,
        kind: if express { MachineKind::Express } else { MachineKind::Standard },
        role_arn: x.started.role_arn.clone(),
        trace_header: x.started.trace_header.clone(),
        input: child.input,
        redrive: child.redrive,
        test: child.test,
    }
}

/// What an execution that has ended tells its parent; `None` while it runs, and when it has none.
pub(crate) fn report(x: &Execution) -> Option<ChildReport> {
    let link = x.started.parent.as_ref()?;
    let ending = match x.ending.as_ref()? {
        Ending::Succeeded(output) => ChildEnding::Succeeded(output.clone()),
        Ending::Failed(failure) => ChildEnding::Failed(failure.clone()),
        Ending::Aborted(failure) => ChildEnding::Aborted(failure.clone()),
        Ending::TimedOut => ChildEnding::TimedOut,
    };
    let (parent, attempt) = (link.execution, link.attempt);
    let stopped_at = x.stopped_at.unwrap_or(x.last_at);
    let (started_at, map_run) = (x.started_at, x.redrives.map_run);
    Some(ChildReport { parent, attempt, ending, started_at, stopped_at, map_run })
}

/// A Map Run as it is kept for look-ups.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRunView {
    /// What is known of it.
    pub summary: MapRunSummary,
    /// The execution whose Map state it is.
    pub execution_arn: Arc<str>,
    /// What its children are executions of: `stateMachine:<machine>/<label>`.
    pub machine_arn: Arc<str>,
}

/// The version byte of a stored Map Run.
const FORMAT: u8 = 2;

#[derive(Serialize, Deserialize)]
struct Stored {
    arn: Arc<str>,
    state: u32,
    status: u8,
    started_at: Timestamp,
    stopped_at: Option<Timestamp>,
    limits: MapRunLimits,
    items: [u64; 7],
    children: [u64; 7],
    execution_arn: Arc<str>,
    machine_arn: Arc<str>,
}

/// What follows since format 2.
#[derive(Default, Serialize, Deserialize)]
struct StoredRedrives {
    redrives: u32,
    redriven_at: Option<Timestamp>,
    /// Pending redrive and failures that are not redrivable, of items and of children.
    counts: [u64; 4],
}

const STATUSES: [MapRunStatus; 4] =
    [MapRunStatus::Running, MapRunStatus::Succeeded, MapRunStatus::Failed, MapRunStatus::Aborted];

fn listed(counts: Counts) -> [u64; 7] {
    let Counts { pending, running, succeeded, failed, timed_out, aborted, total, .. } = counts;
    [pending, running, succeeded, failed, timed_out, aborted, total]
}

fn counted([pending, running, succeeded, failed, timed_out, aborted, total]: [u64; 7]) -> Counts {
    Counts { pending, running, succeeded, failed, timed_out, aborted, total, ..Counts::default() }
}

/// What has to be written for a Map Run to be found as it stands.
pub(crate) fn put(x: &Execution, summary: &MapRunSummary) -> Put {
    written(summary, x.started.execution_arn.clone())
}

fn written(summary: &MapRunSummary, execution_arn: Arc<str>) -> Put {
    let status = STATUSES.iter().position(|status| *status == summary.status).unwrap_or_default();
    let stored = Stored {
        arn: summary.arn.clone(),
        state: summary.state,
        status: u8::try_from(status).expect("there are four"),
        started_at: summary.started_at,
        stopped_at: summary.stopped_at,
        limits: summary.limits,
        items: listed(summary.items),
        children: listed(summary.children),
        execution_arn,
        machine_arn: machine_of(&summary.arn),
    };
    let (items, children) = (summary.items, summary.children);
    let redrives = StoredRedrives {
        redrives: summary.redrives,
        redriven_at: summary.redriven_at,
        counts: [
            items.pending_redrive,
            items.failures_not_redrivable,
            children.pending_redrive,
            children.failures_not_redrivable,
        ],
    };
    let bytes = postcard::to_extend(&(stored, redrives), vec![FORMAT])
        .expect("writing a plain structure to memory cannot fail");
    Put { table: Table::MapRuns, key: summary.arn.to_string(), bytes: Some(bytes) }
}

/// Reads a Map Run as it is kept for look-ups; `None` when it is damaged or of a newer format.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<MapRunView> {
    let (format, body) = bytes.split_first()?;
    let (stored, redrives): (Stored, StoredRedrives) = match *format {
        // From before Map Runs were redriven.
        1 => (postcard::from_bytes(body).ok()?, StoredRedrives::default()),
        FORMAT => postcard::from_bytes(body).ok()?,
        _ => return None,
    };
    let [pending_redrive, failures_not_redrivable, of_children @ ..] = redrives.counts;
    let items = Counts { pending_redrive, failures_not_redrivable, ..counted(stored.items) };
    let [pending_redrive, failures_not_redrivable] = of_children;
    let children = Counts { pending_redrive, failures_not_redrivable, ..counted(stored.children) };
    let summary = MapRunSummary {
        arn: stored.arn,
        state: stored.state,
        status: *STATUSES.get(usize::from(stored.status))?,
        started_at: stored.started_at,
        stopped_at: stored.stopped_at,
        limits: stored.limits,
        items,
        children,
        redrives: redrives.redrives,
        redriven_at: redrives.redriven_at,
    };
    Some(MapRunView { summary, execution_arn: stored.execution_arn, machine_arn: stored.machine_arn })
}

/// `stateMachine:<machine>/<label>`, from `mapRun:<machine>/<label>:<uuid>`.
fn machine_of(map_run_arn: &str) -> Arc<str> {
    let Ok(arn) = Arn::parse(map_run_arn) else { return map_run_arn.into() };
    let machine = arn.resource_rest().rsplit_once(':').map_or("", |(machine, _)| machine);
    arn.with_resource(&format!("stateMachine:{machine}")).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> MapRunSummary {
        MapRunSummary {
            arn: "arn:aws:states:us-east-1:000000000000:mapRun:m/Label:u".into(),
            state: 3,
            status: MapRunStatus::Failed,
            started_at: Timestamp::from_millis(5),
            stopped_at: Some(Timestamp::from_millis(9)),
            limits: MapRunLimits { concurrency: 7, tolerated_count: 1, tolerated_percentage: 2.5 },
            items: Counts {
                pending: 1,
                running: 2,
                succeeded: 3,
                failed: 4,
                timed_out: 5,
                aborted: 6,
                total: 21,
                pending_redrive: 0,
                failures_not_redrivable: 0,
            },
            children: Counts { total: 2, ..Counts::default() },
            redrives: 0,
            redriven_at: None,
        }
    }

    #[test]
    fn map_runs_come_back_as_they_were_written() {
        let machine_arn = machine_of(&summary().arn);
        assert_eq!(&*machine_arn, "arn:aws:states:us-east-1:000000000000:stateMachine:m/Label");
        let mut redriven = summary();
        (redriven.redrives, redriven.redriven_at) = (2, Some(Timestamp::from_millis(7)));
        redriven.items.pending_redrive = 8;
        redriven.children.failures_not_redrivable = 9;
        for summary in [summary(), redriven] {
            let bytes = written(&summary, "e".into()).bytes.expect("it is written");
            let view = MapRunView { summary, execution_arn: "e".into(), machine_arn: machine_arn.clone() };
            assert_eq!(read(&bytes), Some(view));
        }
        assert_eq!(read(&[FORMAT]), None);
        assert_eq!(read(&[9, 9]), None);
    }

    #[test]
    fn map_runs_from_before_redrives_are_read() {
        let bytes = written(&summary(), "e".into()).bytes.expect("it is written");
        let mut older = bytes[..bytes.len() - 6].to_vec();
        older[0] = 1;
        assert_eq!(read(&older).map(|view| view.summary), Some(summary()));
    }
}
