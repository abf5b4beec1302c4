//! What is outside of a Map Run: the reader of its items, the writer of its results, and its
//! Express children, which run in the memory of the process only.

use super::{Happening, World};
use crate::calls;
use crate::check::{Violation, rule};
use crate::reference::{self, Reference};
use crate::sabotage::Sabotage;
use stateline_base::ExecutionId;
use stateline_journal::{AttemptId, Event, MachineKind, Record, Started};
use stateline_runtime::{
    ChildInputs, ChildReport, ChildStart, Clock, ItemPage, ItemRequest, JournalResults, Message, Reports,
    ResultRequest, ResultSource, ResultStatus,
};
use stateline_store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is beside one process.
#[derive(Default)]
pub(super) struct Beside {
    /// Questions for items that are out.
    reads: BTreeMap<(ExecutionId, Arc<str>), u64>,
    /// Results that are being written.
    writes: BTreeMap<(ExecutionId, Arc<str>), u64>,
    /// Express children that run: whose they are, which redrive they follow, and the number of the run.
    pub(super) children: BTreeMap<Arc<str>, Child>,
    reports: BTreeMap<ExecutionId, Arc<Reports>>,
    runs: u64,
}

/// An Express child that runs.
pub(super) struct Child {
    link: (ExecutionId, AttemptId),
    follows: u32,
    run: u64,
}

impl Beside {
    pub(super) fn release(&mut self, id: ExecutionId, map_run_arn: &Arc<str>) {
        self.reads.remove(&(id, map_run_arn.clone()));
        self.writes.remove(&(id, map_run_arn.clone()));
    }

    pub(super) fn is_idle(&self) -> bool {
        self.reads.is_empty() && self.writes.is_empty() && self.children.is_empty()
    }

    /// Whose children run.
    pub(super) fn links(&self) -> impl Iterator<Item = (ExecutionId, AttemptId)> {
        self.children.values().map(|child| child.link)
    }
}

impl World {
    /// Items are asked for; they come some time.
    pub(super) fn read(&mut self, request: ItemRequest) -> Result<(), Violation> {
        let key = (request.execution, request.source.map_run_arn.clone());
        let state = &request.source.state;
        self.trace.line(self.now, format_args!("  read {state} from {:?}", request.cursor));
        let enough = request.at_least > 0 && request.wanted >= request.at_least;
        rule!(enough, "{} of {} items are wanted", request.at_least, request.wanted);
        let before = self.beside.reads.insert(key, request.ask);
        rule!(before.is_none(), "{state} asks for items twice");
        let process = self.processes;
        let latency = calls::latency_ms(&mut self.dice);
        self.later(latency, Happening::ItemsRead { process, request: Box::new(request) });
        Ok(())
    }

    pub(super) fn items_read(&mut self, process: u32, request: &ItemRequest) {
        let Some(running) = self.process.as_ref().filter(|running| running.number == process) else { return };
        let (execution, ask) = (request.execution, request.ask);
        let map_run_arn = request.source.map_run_arn.clone();
        let key = (execution, map_run_arn.clone());
        // Called back meanwhile: an answer that is on its way already must change nothing.
        if self.beside.reads.get(&key) == Some(&ask) {
            self.beside.reads.remove(&key);
        }
        let cursor = request.cursor.clone();
        let state = &request.source.state;
        let read = calls::items(self.seed, state, cursor.as_deref(), request.at_least, request.wanted);
        let page = read.map(|(items, ended)| ItemPage { items, ended });
        running.push(execution, Message::ItemsRead { execution, map_run_arn, ask, cursor, page });
    }

    /// Results are to be written: they are all there, each once.
    pub(super) fn write_results(&mut self, request: &ResultRequest) -> Result<(), Violation> {
        let Some(process) = &self.process else { return Ok(()) };
        let arn = &request.target.map_run_arn;
        self.trace.line(self.now, format_args!("  write {}", request.target.state));
        let mut results = JournalResults::new(process.store.clone(), request.clone());
        let mut written = Vec::new();
        loop {
            let page =
                results.next_page().map_err(|failure| Violation(format!("no results: {failure:?}")))?;
            if page.is_empty() {
                break;
            }
            // Those that were never started have no name.
            let started = page.iter().filter(|result| result.status != ResultStatus::Pending);
            written.extend(started.map(|result| (result.metadata["Name"].to_string(), result.status)));
        }
        let count = written.len();
        let mut statuses: Vec<_> = written.iter().map(|(_, status)| *status as u8).collect();
        let names: BTreeMap<_, _> = written.into_iter().collect();
        rule!(names.len() == count, "of {count} results some are of the same child");
        let durable = process.store.execution(request.execution).ok().flatten();
        let durable = durable.map_or(0, |row| row.next_seq);
        let expected = self.shadows.results_of(request.execution, arn, durable);
        let mut wanted: Vec<_> = expected.values().map(|status| *status as u8).collect();
        rule!(wanted.len() == count, "{count} results are written of {} children", wanted.len());
        statuses.sort_unstable();
        wanted.sort_unstable();
        rule!(statuses == wanted, "the results are {statuses:?}, and written as {wanted:?}");
        let key = (request.execution, arn.clone());
        let before = self.beside.writes.insert(key, request.ask);
        rule!(before.is_none(), "results are written twice at once");
        let latency = calls::latency_ms(&mut self.dice);
        let process = self.processes;
        self.later(latency, Happening::ResultsWritten { process, request: Box::new(request.clone()) });
        Ok(())
    }

    pub(super) fn results_written(&mut self, process: u32, request: &ResultRequest) {
        let Some(running) = self.process.as_ref().filter(|running| running.number == process) else { return };
        let (execution, ask) = (request.execution, request.ask);
        let map_run_arn = request.target.map_run_arn.clone();
        let key = (execution, map_run_arn.clone());
        if self.beside.writes.get(&key) == Some(&ask) {
            self.beside.writes.remove(&key);
        }
        let outcome = calls::written(self.seed, &request.target.state);
        running.push(execution, Message::ResultsWritten { execution, map_run_arn, ask, outcome });
    }

    /// An Express child begins, unless it runs.
    pub(super) fn express_child(&mut self, start: ChildStart) -> Result<(), Violation> {
        self.shadows.check_express(&start)?;
        let (arn, link) = (start.arn.clone(), (start.link.execution, start.link.attempt));
        let follows = start.redrive.map_or(0, |redrive| redrive.map_run);
        if self.beside.children.get(&arn).is_some_and(|child| child.follows >= follows) {
            return Ok(());
        }
        self.trace.line(self.now, format_args!("  Express child {} of {}", link.1, link.0));
        let again = self.shadows.child_wanted_in(link.0, link.1).is_some_and(|born| born < self.processes);
        self.cover.input(if again { "ExpressChildAgain" } else { "ExpressChild" });
        if again && self.options.sabotage == Some(Sabotage::ForgetExpress) {
            return Ok(());
        }
        self.beside.runs += 1;
        let run = self.beside.runs;
        self.beside.children.insert(arn.clone(), Child { link, follows, run });
        let Reference { ending, millis, .. } = self.end_of_child(start)?;
        // Little of the time that a call takes here is known to the child that is run on its own.
        let latency = millis + self.dice.between(0, 900);
        let started_at = self.clock.now();
        let report = Box::new(ChildReport {
            parent: link.0,
            attempt: link.1,
            ending: crate::shadow::as_told(&ending),
            started_at,
            stopped_at: started_at.plus_millis(latency),
            map_run: follows,
        });
        let process = self.processes;
        self.later(latency, Happening::ChildEnds { process, arn, run, report });
        Ok(())
    }

    /// What a child comes to by itself: nothing outside of it has a part in that.
    fn end_of_child(&self, start: ChildStart) -> Result<Reference, Violation> {
        let at = self.clock.now();
        let name = start.arn.clone();
        let definition = start.definition.clone();
        let store = self.process.as_ref().map(|process| process.store.clone());
        let store = store.ok_or_else(|| Violation(format!("{name} begins without a process")))?;
        let input = ChildInputs::default().of(&*store, &start);
        let input = input.map_err(|error| Violation(format!("{name} has no input: {error}")))?;
        let started = Started {
            execution_arn: start.arn,
            machine_arn: start.machine_arn,
            version_arn: None,
            alias_arn: None,
            definition: start.revision,
            kind: MachineKind::Express,
            role_arn: start.role_arn,
            trace_header: start.trace_header,
            input,
            seed: self.seed,
            deadline: at.plus_seconds(self.scene.limits.express_seconds_max),
            scope: start.scope,
            parent: Some(Box::new(start.link)),
        };
        let first = Record { at, id: 1, previous: 0, event: Event::ExecutionStarted(Box::new(started)) };
        let reference = reference::run(self.seed, &definition, &self.scene.limits, &[first]);
        reference.ok_or_else(|| Violation(format!("{name} does not end")))
    }

    pub(super) fn child_ends(&mut self, process: u32, arn: &Arc<str>, run: u64, report: ChildReport) {
        let Some(running) = self.process.as_ref().filter(|running| running.number == process) else { return };
        if self.beside.children.get(arn).is_none_or(|child| child.run != run) {
            return;
        }
        self.beside.children.remove(arn);
        running.dispatch.child_ended(arn);
        self.shadows.express_told(&report);
        let parent = report.parent;
        let reports = self.beside.reports.entry(parent).or_insert_with(|| Arc::new(Reports::new(parent)));
        if reports.add(report) {
            running.push(parent, Message::ChildrenEnded(reports.clone()));
        }
    }
}
