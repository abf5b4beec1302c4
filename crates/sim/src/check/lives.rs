//! Lives: what the history of each execution came to, and what parents and children
//! say of each other.

use super::{Evidence, Violation, rule};
use crate::shadow::as_told;
use crate::walk::{Run, end_of};
use stateline_base::ExecutionId;
use stateline_engine::Ending;
use stateline_journal::{AttemptId, Event, Record};
use stateline_runtime::parts::read_map_run;
use stateline_store::{Status, Store, Table};
use std::collections::BTreeMap;

/// What the history of one execution came to.
pub(super) struct Life {
    pub(super) name: String,
    pub(super) machine_arn: String,
    pub(super) records: Vec<Record>,
    pub(super) status: Status,
    pub(super) ending: Option<Ending>,
    /// Whether chance and faults left it alone; children are lives of their own.
    pub(super) is_fair: bool,
    pub(super) runs: Vec<Run>,
    pub(super) runs_failed_otherwise: usize,
    /// Whose child it is, and its number there.
    pub(super) parent: Option<(ExecutionId, AttemptId)>,
}

impl Life {
    /// Whether a child was running when its Map Run was over.
    fn cut_off(&self, child: AttemptId) -> bool {
        self.runs.iter().any(|run| run.cut_off.contains(&child))
    }
}

/// Every life, and whose child is whose.
#[derive(Default)]
pub(super) struct Lives {
    pub(super) all: BTreeMap<ExecutionId, Life>,
    children: BTreeMap<(ExecutionId, AttemptId), ExecutionId>,
}

impl Lives {
    pub(super) fn insert(&mut self, id: ExecutionId, life: Life) -> Result<(), Violation> {
        if let Some(link) = life.parent {
            let first = self.children.insert(link, id);
            rule!(first.is_none(), "{} is a child that was there before", life.name);
        }
        self.all.insert(id, life);
        Ok(())
    }

    /// Parents and children say the same of each other, and Map Runs are stored as they ended.
    pub(super) fn check(&self, store: &dyn Store, evidence: &Evidence<'_>) -> Result<(), Violation> {
        for (id, life) in &self.all {
            for run in &life.runs {
                self.check_run(*id, life, run, store, evidence)?;
            }
            let cut_off = match life.parent {
                Some(link) => self.check_child(life, link)?,
                None => false,
            };
            let stopped = cut_off || evidence.ledger.stop_was_asked(*id);
            let name = &life.name;
            rule!(life.status != Status::Aborted || stopped, "{name} is aborted though nobody stopped it");
        }
        Ok(())
    }

    fn check_run(
        &self,
        id: ExecutionId,
        life: &Life,
        run: &Run,
        store: &dyn Store,
        evidence: &Evidence<'_>,
    ) -> Result<(), Violation> {
        let (name, arn) = (&life.name, &run.arn);
        let stored = store.get(Table::MapRuns, arn)?;
        let view = stored.as_deref().and_then(read_map_run);
        let view = view.ok_or_else(|| Violation(format!("a Map Run of {name} cannot be read")))?;
        let told = run.summary();
        rule!(view.summary == told, "a Map Run of {name} is stored as {:?}, and was {told:?}", view.summary);
        self.check_counts(id, life, run, evidence)?;
        // Of Express children nothing is stored; what they told was looked at when it was told.
        for (number, (_, ending)) in run.ended.iter().filter(|_| !run.is_express()) {
            let child = self.children.get(&(id, *number)).and_then(|child| self.all.get(child));
            let child = child.ok_or_else(|| Violation(format!("child {number} of {name} never was")))?;
            let ended = child.ending.as_ref().map(as_told);
            rule!(ended.as_ref() == Some(ending), "{name} took {ended:?} of child {number} for {ending:?}");
        }
        Ok(())
    }

    /// A child that was cut off is counted for what it came to, unless a crash swallowed the message.
    fn check_counts(
        &self,
        id: ExecutionId,
        life: &Life,
        run: &Run,
        evidence: &Evidence<'_>,
    ) -> Result<(), Violation> {
        for number in run.cut_off.iter().filter(|number| !run.ended.contains_key(number)) {
            let Some(child_id) = self.children.get(&(id, *number)) else { continue };
            let Some(child) = self.all.get(child_id) else { continue };
            let end = child.records.iter().rposition(|record| record.event.is_end());
            let born = end.zip(evidence.born.get(child_id)).and_then(|(end, born)| born.get(end));
            let ended = child.ending.as_ref().map(as_told);
            let (ended, counted) = (ended.as_ref().and_then(end_of), run.settled.get(number).copied());
            let name = &life.name;
            let lost = born != Some(&evidence.processes) && counted.is_none();
            let unheard = counted.is_none() && was_never_told(life, *number, child, run.summary().redrives);
            rule!(
                lost || unheard || ended == counted,
                "{name} counts {counted:?} for child {number}, which is {ended:?}"
            );
        }
        Ok(())
    }

    /// A child's parent knows it. True when the parent had it stopped.
    fn check_child(
        &self,
        life: &Life,
        (parent, number): (ExecutionId, AttemptId),
    ) -> Result<bool, Violation> {
        let name = &life.name;
        let parent = self.all.get(&parent);
        let parent = parent.ok_or_else(|| Violation(format!("{name} is the child of nobody")))?;
        let cut_off = parent.cut_off(number);
        let known = cut_off || parent.runs.iter().any(|run| run.ended.contains_key(&number));
        rule!(known, "{} knows nothing of its child {number}", parent.name);
        Ok(cut_off)
    }

    /// Whether chance and faults had no part in how an execution ended, nor in what it got of its children.
    pub(super) fn is_comparable(&self, id: ExecutionId) -> bool {
        let Some(life) = self.all.get(&id) else { return false };
        let ended = life.runs.iter().flat_map(|run| run.ended.keys());
        let mut children = ended.filter_map(|number| self.children.get(&(id, *number)));
        life.is_fair && children.all(|child| self.is_comparable(*child))
    }
}

/// Whether a redrive ended its Map Run in the decision that began it, so that a child which was to go on
/// never heard of it.
fn was_never_told(parent: &Life, number: AttemptId, child: &Life, redrives: u32) -> bool {
    let records = parent.records.iter().rev();
    let mut ended_at = None;
    for record in records {
        match record.event {
            Event::ChildRedriven { attempt, .. } if attempt == number => {
                return ended_at == Some(record.at) && followed(child) < redrives;
            }
            _ if record.event.is_end() => ended_at = Some(record.at),
            _ => {}
        }
    }
    false
}

/// The redrive of its Map Run that a child followed last; 0 for none.
fn followed(child: &Life) -> u32 {
    let followed = child.records.iter().rev().find_map(|record| match record.event {
        Event::RedriveFollowed { map_run } => Some(map_run),
        _ => None,
    });
    followed.unwrap_or(0)
}
