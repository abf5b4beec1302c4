//! Parents and children, seen from outside: who may be born, what a parent may
//! take note of, and who must be there when everything rests.

use super::Shadows;
use crate::check::{Violation, rule};
use crate::walk::end_of;
use stateline_base::ExecutionId;
use stateline_engine::{Ending, Execution};
use stateline_journal::{AttemptId, ChildEnd, ChildEnding, Event, Record};
use stateline_runtime::parts::read_map_run;
use stateline_runtime::{ChildReport, ChildStart, ResultStatus};
use stateline_store::{Put, Store, Table};
use std::collections::{BTreeMap, BTreeSet};

/// A child: its parent, and its number there.
type Link = (ExecutionId, AttemptId);

/// Which execution is which child, and what Express children told.
#[derive(Default)]
pub(super) struct Family(BTreeMap<Link, ExecutionId>, BTreeMap<Link, Vec<ChildReport>>);

impl Family {
    /// An execution is gone, as if it had never been.
    pub(super) fn forget(&mut self, id: ExecutionId) {
        self.0.retain(|_, child| *child != id);
    }
}

impl Shadows {
    /// An Express child begins, perhaps once more after a crash: it is durable that it is wanted.
    pub(crate) fn check_express(&self, start: &ChildStart) -> Result<(), Violation> {
        let (parent, number) = (start.link.execution, start.link.attempt);
        let parent = self.all.get(&parent);
        let parent = parent.ok_or_else(|| Violation(format!("child {number} of nobody was started")))?;
        let wanted = match &start.redrive {
            Some(redrive) => parent.redriven.get(&(number, redrive.map_run)),
            None => parent.tasks.get(&number),
        };
        let name = &parent.execution.started.execution_arn;
        rule!(
            wanted.is_some_and(|seq| parent.durable as u64 > *seq),
            "child {number} of {name} was started before it was durable that it is wanted"
        );
        Ok(())
    }

    /// An Express child tells its end.
    pub(crate) fn express_told(&mut self, report: &ChildReport) {
        self.family.1.entry((report.parent, report.attempt)).or_default().push(report.clone());
    }

    /// What the results of a Map Run must say, by so many of its execution's records: each child that
    /// was started, and how it ended; those that run were stopped.
    pub(crate) fn results_of(
        &self,
        id: ExecutionId,
        map_run_arn: &str,
        records: u64,
    ) -> BTreeMap<AttemptId, ResultStatus> {
        let mut results = BTreeMap::new();
        let mut ours = None;
        let all = self.all.get(&id).map(|shadow| &*shadow.records).unwrap_or_default();
        for record in all.iter().take(usize::try_from(records).unwrap_or(usize::MAX)) {
            match &record.event {
                Event::MapRunStarted { frame, map_run_arn: arn, .. } if **arn == *map_run_arn => {
                    ours = Some(*frame);
                }
                Event::MapRunStarted { frame, .. } if ours == Some(*frame) => ours = None,
                Event::ChildStarted { frame, attempt, .. }
                | Event::ItemsTaken { frame, attempt, .. }
                | Event::ChildRedriven { frame, attempt }
                    if ours == Some(*frame) =>
                {
                    results.insert(*attempt, ResultStatus::Aborted);
                }
                Event::ChildEnded { frame, attempt, ending, .. } if ours == Some(*frame) => {
                    let status = match ending {
                        ChildEnding::Succeeded(_) => ResultStatus::Succeeded,
                        ChildEnding::Failed(_) => ResultStatus::Failed,
                        ChildEnding::TimedOut => ResultStatus::TimedOut,
                        ChildEnding::Aborted(_) => ResultStatus::Aborted,
                    };
                    results.insert(*attempt, status);
                }
                _ => {}
            }
        }
        results
    }

    /// A child is born once, and only when it is durable that it is wanted.
    pub(super) fn check_birth(&mut self, id: ExecutionId, child: &Execution) -> Result<(), Violation> {
        let Some(link) = &child.started.parent else { return Ok(()) };
        let number = link.attempt;
        let parent = self.all.get(&link.execution);
        let parent = parent.ok_or_else(|| Violation(format!("child {number} of nobody was started")))?;
        let name = &parent.execution.started.execution_arn;
        let wanted = parent.tasks.get(&number);
        rule!(
            wanted.is_some_and(|seq| parent.durable as u64 > *seq),
            "child {number} of {name} was started before it was durable that it is wanted"
        );
        let first = self.family.0.insert((link.execution, number), id);
        rule!(first.is_none(), "child {number} of {name} was started twice");
        Ok(())
    }

    /// A child follows each redrive of its Map Run once, and only when it is durable that it is to.
    pub(super) fn check_redriven(&self, id: ExecutionId, record: &Record) -> Result<(), Violation> {
        let (map_run, begins) = match &record.event {
            Event::ExecutionRedriven(redriven) => (redriven.map_run, false),
            Event::RedriveFollowed { map_run } => (*map_run, true),
            _ => return Ok(()),
        };
        let Some(child) = self.all.get(&id).map(|shadow| &shadow.execution) else { return Ok(()) };
        let Some(link) = &child.started.parent else { return Ok(()) };
        let (name, number) = (&child.started.execution_arn, link.attempt);
        let parent = self.all.get(&link.execution);
        let parent = parent.ok_or_else(|| Violation(format!("{name} is the child of nobody")))?;
        let wanted = parent.redriven.get(&(number, map_run));
        rule!(
            wanted.is_some_and(|seq| parent.durable as u64 > *seq),
            "{name} was redriven before it was durable that it is to be"
        );
        // The first record of its life is in the shadow already, and the second may be.
        let again = !begins && map_run <= child.redrives.map_run;
        rule!(!again, "{name} followed one redrive of its Map Run twice");
        Ok(())
    }

    /// A parent takes note of a child's end when that is durable, and as it was.
    pub(super) fn check_child_ended(&self, parent: ExecutionId, record: &Record) -> Result<(), Violation> {
        if let Event::ChildSettled { attempt, end, .. } = &record.event {
            return self.check_child_settled(parent, *attempt, *end);
        }
        let Event::ChildEnded { attempt, ending, started_at, stopped_at, .. } = &record.event else {
            return Ok(());
        };
        if let Some(told) = self.family.1.get(&(parent, *attempt)) {
            let is_told = told.iter().any(|told| {
                told.ending == *ending && (told.started_at, told.stopped_at) == (*started_at, *stopped_at)
            });
            rule!(is_told, "Express child {attempt} told {told:?}, its parent took it for {ending:?}");
            return Ok(());
        }
        let child = self.family.0.get(&(parent, *attempt)).and_then(|child| self.all.get(child));
        let child = child.ok_or_else(|| Violation(format!("child {attempt} ended, and never was")))?;
        let name = &child.execution.started.execution_arn;
        let told = child.execution.ending.as_ref().map(as_told);
        rule!(told.as_ref() == Some(ending), "{name} ended with {told:?}, its parent was told {ending:?}");
        rule!(child.end_is_durable(), "the end of {name} was told before it was durable");
        let dates = (child.execution.started_at, child.execution.stopped_at);
        rule!(
            dates == (*started_at, Some(*stopped_at)),
            "the dates of {name} are not what its parent was told"
        );
        Ok(())
    }

    /// The same for one that had been cut off.
    fn check_child_settled(
        &self,
        parent: ExecutionId,
        attempt: AttemptId,
        end: ChildEnd,
    ) -> Result<(), Violation> {
        if let Some(told) = self.family.1.get(&(parent, attempt)) {
            let is_told = told.iter().any(|told| end_of(&told.ending) == Some(end));
            rule!(is_told, "Express child {attempt} told {told:?}, its parent counts {end:?}");
            return Ok(());
        }
        let child = self.family.0.get(&(parent, attempt)).and_then(|child| self.all.get(child));
        let child = child.ok_or_else(|| Violation(format!("child {attempt} is counted, and never was")))?;
        let name = &child.execution.started.execution_arn;
        let told = child.execution.ending.as_ref().map(as_told);
        let same = told.as_ref().and_then(end_of) == Some(end);
        rule!(same, "{name} ended with {told:?}, its parent counts {end:?}");
        rule!(child.end_is_durable(), "the end of {name} was counted before it was durable");
        Ok(())
    }

    /// In which process it was decided that a child is wanted.
    pub(crate) fn child_wanted_in(&self, parent: ExecutionId, number: AttemptId) -> Option<u32> {
        let shadow = self.all.get(&parent)?;
        let seq = usize::try_from(*shadow.tasks.get(&number)?).ok()?;
        shadow.born.get(seq).copied()
    }

    /// When nothing moves, the children that run are those that their parents wait for.
    pub(crate) fn check_rest(&self, express: impl Iterator<Item = Link>) -> Result<(), Violation> {
        let mut wanted: BTreeSet<Link> = BTreeSet::new();
        let mut running: BTreeSet<Link> = express.collect();
        for (id, shadow) in &self.all {
            let x = &shadow.execution;
            if !x.is_open() {
                continue;
            }
            if !x.map_runs.is_empty() {
                wanted.extend(x.children_out().into_iter().map(|child| (*id, child.attempt)));
            }
            running.extend(x.started.parent.as_ref().map(|link| (link.execution, link.attempt)));
        }
        if wanted == running {
            return Ok(());
        }
        let named = |links: Vec<&Link>| {
            let named = links.iter().map(|(parent, number)| {
                let parent =
                    self.all.get(parent).map(|shadow| shadow.execution.started.execution_arn.clone());
                format!("{number} of {}", parent.unwrap_or_default())
            });
            named.collect::<Vec<_>>().join(", ")
        };
        let missed = named(wanted.difference(&running).collect());
        rule!(missed.is_empty(), "parents wait for children that do not run: {missed}");
        let unwanted = named(running.difference(&wanted).collect());
        Err(Violation(format!("children run that nobody waits for: {unwanted}")))
    }

    /// What is written of a Map Run is what the records of its execution say.
    pub(crate) fn check_put(&self, id: Option<ExecutionId>, put: &Put) -> Result<(), Violation> {
        if put.table != Table::MapRuns {
            return Ok(());
        }
        let x = id.and_then(|id| self.all.get(&id)).map(|shadow| &shadow.execution);
        let summary = x.and_then(|x| x.map_runs.get(&*put.key));
        let written = put.bytes.as_deref().and_then(read_map_run);
        let same = written.as_ref().map(|view| &view.summary) == summary && summary.is_some();
        rule!(same, "the Map Run {} is written as {written:?}, and is {summary:?}", put.key);
        Ok(())
    }
}

/// Every Map Run of an execution is stored as it stands.
pub(super) fn check_map_runs(x: &Execution, store: &dyn Store) -> Result<(), Violation> {
    for (arn, summary) in &x.map_runs {
        let stored = store.get(Table::MapRuns, arn)?;
        let view = stored.as_deref().and_then(read_map_run);
        let same = view.as_ref().is_some_and(|view| view.summary == *summary);
        rule!(same, "the Map Run {arn} is stored as {view:?}, its journal says {summary:?}");
    }
    Ok(())
}

/// An ending as the parent is told.
pub(crate) fn as_told(ending: &Ending) -> ChildEnding {
    match ending.clone() {
        Ending::Succeeded(output) => ChildEnding::Succeeded(output),
        Ending::Failed(failure) => ChildEnding::Failed(failure),
        Ending::Aborted(failure) => ChildEnding::Aborted(failure),
        Ending::TimedOut => ChildEnding::TimedOut,
    }
}
