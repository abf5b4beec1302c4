//! The same execution without a service around it: the engine alone, calls that
//! come back at once, no faults. Where chance and faults had no part in how an
//! execution ended, it must have ended like this. Children of Map Runs run beside
//! it, in the same false time; workers take each task at once, and tokens come back at once.

use crate::calls;
use crate::generate::ACTIVITIES;
use crate::walk::Way;
use stateline_asl::MachineKind as ChildKind;
use stateline_asl::program::{Kind, StateIndex};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_engine::{
    Apart, ChildInput, ChildOut, Decision, Effect, Ending, Execution, Input, Outside,
    RECORDS_PER_DECISION_MAX, Setting, advance, start,
};
use stateline_journal::{AttemptId, ChildEnding, Event, MachineKind, ParentLink, Record, Started};
use stateline_runtime::{Attempt, Caller, Definition, Outcome};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Inputs after which an execution must have ended.
const INPUTS_MAX: usize = 20_000;

/// How an execution ends by itself.
pub(crate) struct Reference {
    pub(crate) ending: Ending,
    /// How long it takes by itself.
    pub(crate) millis: i64,
    pub(crate) calls: usize,
    /// Map Runs that failed, and not because of too many failed items.
    pub(crate) runs_failed_otherwise: usize,
}

/// Runs the execution of a history again from its start.
pub(crate) fn run(
    seed: u64,
    definition: &Definition,
    limits: &Limits,
    records: &[Record],
) -> Option<Reference> {
    let first = records.first()?;
    let Event::ExecutionStarted(started) = &first.event else { return None };
    let mut world = World {
        seed,
        definition,
        limits,
        executions: Vec::new(),
        due: BTreeMap::new(),
        serial: 0,
        calls: 0,
        runs_failed_otherwise: 0,
    };
    world.begin((**started).clone(), None, first.at);
    let mut at = first.at;
    for _ in 0..INPUTS_MAX {
        if let Some(ending) = world.executions.first()?.x.ending.clone() {
            let (calls, runs_failed_otherwise) = (world.calls, world.runs_failed_otherwise);
            let millis = at.since_millis(first.at);
            return Some(Reference { ending, millis, calls, runs_failed_otherwise });
        }
        let (now, number, comes) = world.next()?;
        at = at.max(now);
        let input = match comes {
            Comes::Input(input) => Some(input),
            Comes::Token(attempt) => world.token(number, attempt),
        };
        if let Some(input) = input {
            world.input(number, input, at);
        }
    }
    None
}

/// One execution: the one under test, or a child.
struct Member {
    x: Execution,
    /// Whose child it is, and the child's number there.
    parent: Option<(usize, AttemptId)>,
    arn: String,
}

/// What comes to an execution.
enum Comes {
    Input(Input),
    /// Whoever has the token of an attempt says how it ended.
    Token(AttemptId),
}

/// What there is outside of an execution.
#[derive(Debug)]
struct Around;

impl Outside for Around {
    fn task_token(&self, attempt: AttemptId) -> String {
        Apart.task_token(attempt)
    }

    fn activity_exists(&self, arn: &str) -> bool {
        ACTIVITIES.contains(&arn)
    }
}

struct World<'a> {
    seed: u64,
    definition: &'a Definition,
    limits: &'a Limits,
    executions: Vec<Member>,
    /// What comes to which execution when, in the order in which it was sent.
    due: BTreeMap<(Timestamp, u64), (usize, Comes)>,
    serial: u64,
    calls: usize,
    runs_failed_otherwise: usize,
}

impl World<'_> {
    /// What comes next: an input that was sent, or time.
    fn next(&mut self) -> Option<(Timestamp, usize, Comes)> {
        let wakes = self.executions.iter().enumerate();
        let wakes = wakes.filter_map(|(number, member)| Some((member.x.wake()?, number)));
        let (wake, sleeper) = wakes.min()?;
        match self.due.first_key_value() {
            Some((&(due, _), _)) if due <= wake => {
                let ((due, _), (number, comes)) = self.due.pop_first()?;
                Some((due, number, comes))
            }
            _ => Some((wake, sleeper, Comes::Input(Input::Tick))),
        }
    }

    fn begin(&mut self, started: Started, parent: Option<(usize, AttemptId)>, at: Timestamp) {
        let arn = started.execution_arn.to_string();
        let (x, decision) = start(setting(self.definition, self.limits), started, at);
        self.executions.push(Member { x, parent, arn });
        self.take(self.executions.len() - 1, decision, at);
    }

    fn input(&mut self, number: usize, input: Input, at: Timestamp) {
        let setting = setting(self.definition, self.limits);
        let Some(member) = self.executions.get_mut(number) else { return };
        // What nobody waits for any more changes nothing.
        if let Ok(decision) = advance(setting, &mut member.x, input, at) {
            self.take(number, decision, at);
        }
    }

    fn send(&mut self, at: Timestamp, number: usize, input: Input) {
        self.comes(at, number, Comes::Input(input));
    }

    fn comes(&mut self, at: Timestamp, number: usize, what: Comes) {
        self.serial += 1;
        self.due.insert((at, self.serial), (number, what));
    }

    /// A call leaves, and comes back with what there is to say.
    fn invoke(&mut self, number: usize, attempt: AttemptId, call: &Attempt, at: Timestamp) {
        let way = Way::of(&call.resource);
        let outcome = match way {
            Way::Callback | Way::Job => calls::reception(self.seed, &call.state, &call.input),
            Way::Call | Way::Activity => calls::outcome(self.seed, call),
        };
        let failed = matches!(outcome, Some(Outcome::Failed(_)));
        if let Some(outcome) = outcome {
            self.send(at.plus_millis(1), number, input_of(attempt, outcome));
        }
        if way == Way::Callback && !failed {
            self.comes(at.plus_millis(2), number, Comes::Token(attempt));
        }
    }

    /// Somebody has done a task, or never will.
    fn token(&self, number: usize, attempt: AttemptId) -> Option<Input> {
        let request = self.executions.get(number)?.x.request(attempt)?;
        Some(match calls::answer(self.seed, calls::asked_at(request), request)? {
            Outcome::Succeeded(output) => Input::TokenSucceeded { attempt, output },
            Outcome::Failed(failure) => Input::TokenFailed { attempt, failure },
        })
    }

    /// Does what a decision asks for.
    fn take(&mut self, number: usize, decision: Decision, at: Timestamp) {
        let odd = |record: &&Record| {
            matches!(&record.event,
            Event::MapRunFailed { failure, .. } if failure.name() != "States.ExceedToleratedFailureThreshold")
        };
        self.runs_failed_otherwise += decision.records.iter().filter(odd).count();
        for effect in decision.effects {
            match effect {
                Effect::Invoke { attempt, state, parameters, deadline } => {
                    self.calls += 1;
                    if let Some(call) = self.call(state, parameters, deadline) {
                        self.invoke(number, attempt, &call, at);
                    }
                }
                // An answer that nobody waits for is rejected when it comes.
                Effect::Cancel { .. } => {}
                Effect::Offer { attempt, .. } => {
                    self.send(at.plus_millis(1), number, Input::TaskTaken { attempt, worker: None });
                    self.comes(at.plus_millis(2), number, Comes::Token(attempt));
                }
                Effect::Watch { attempt, state, parameters, .. } => {
                    let call = self.call(state, parameters, None);
                    if let Some(outcome) = call.and_then(|call| calls::outcome(self.seed, &call)) {
                        self.send(at.plus_millis(1), number, input_of(attempt, outcome));
                    }
                }
                Effect::Continue => self.send(at, number, Input::Continue),
                Effect::StartChild { attempt, .. } => self.start_child(number, attempt, at),
                Effect::ReadItems { map_run_arn, cursor, at_least, wanted } => {
                    let Some(state) = self.reader_of(number, &map_run_arn) else { continue };
                    let read = calls::items(self.seed, &state, cursor.as_deref(), at_least, wanted);
                    let input = match read {
                        Ok((items, ended)) => Input::ItemsRead { map_run_arn, cursor, items, ended },
                        Err(failure) => Input::ReadFailed { map_run_arn, failure },
                    };
                    self.send(at.plus_millis(1), number, input);
                }
                Effect::WriteResults { map_run_arn } => {
                    let Some(state) = self.reader_of(number, &map_run_arn) else { continue };
                    let input = match calls::written(self.seed, &state) {
                        Outcome::Succeeded(output) => Input::ResultsWritten { map_run_arn, output },
                        Outcome::Failed(failure) => Input::WriteFailed { map_run_arn, failure },
                    };
                    self.send(at.plus_millis(1), number, input);
                }
                // What nobody waits for any more is rejected when it comes.
                Effect::Release { .. } => {}
                Effect::StopChild { execution_arn, .. } => {
                    let child = self.executions.iter().position(|member| member.arn == execution_arn);
                    if let Some(child) = child {
                        self.input(child, Input::Stop(Failure::default()), at);
                    }
                }
            }
        }
        self.tell_parent(number, at);
    }

    /// The name of the state whose Map Run it is.
    fn reader_of(&self, number: usize, map_run_arn: &str) -> Option<Arc<str>> {
        let run = self.executions.get(number)?.x.map_runs.get(map_run_arn)?;
        Some(self.definition.program.state(StateIndex(run.state)).name.clone())
    }

    fn start_child(&mut self, number: usize, attempt: AttemptId, at: Timestamp) {
        let Some(parent) = self.executions.get(number).map(|member| &member.x) else { return };
        // One that was stopped within the same decision is not wanted any more.
        let Some(child) = parent.child(attempt) else { return };
        if let Some(started) = self.child(parent, child, at) {
            self.begin(started, Some((number, attempt)), at);
        }
    }

    fn child(&self, parent: &Execution, child: ChildOut, at: Timestamp) -> Option<Started> {
        let Kind::Map(map) = &self.definition.program.state(StateIndex(child.state)).kind else {
            return None;
        };
        let express = map.distributed.as_ref()?.child == ChildKind::Express;
        let seconds =
            if express { self.limits.express_seconds_max } else { self.limits.standard_seconds_max };
        // Only a redrive has it looked up.
        let ChildInput::Known(input) = child.input else { return None };
        Some(Started {
            execution_arn: child.execution_arn.into(),
            machine_arn: child.machine_arn.into(),
            kind: if express { MachineKind::Express } else { MachineKind::Standard },
            input,
            // What is drawn at random shows in no output.
            seed: self.seed,
            deadline: at.plus_seconds(seconds),
            scope: map.processor.0,
            parent: Some(Box::new(ParentLink {
                execution: nobody(),
                execution_arn: parent.started.execution_arn.clone(),
                attempt: child.attempt,
                map_run_arn: child.map_run_arn,
            })),
            ..parent.started.clone()
        })
    }

    /// A child that has ended says so, once.
    fn tell_parent(&mut self, number: usize, at: Timestamp) {
        let Some(member) = self.executions.get_mut(number) else { return };
        let Some(ending) = &member.x.ending else { return };
        let Some((parent, attempt)) = member.parent.take() else { return };
        let ending = match ending.clone() {
            Ending::Succeeded(output) => ChildEnding::Succeeded(output),
            Ending::Failed(failure) => ChildEnding::Failed(failure),
            Ending::Aborted(failure) => ChildEnding::Aborted(failure),
            Ending::TimedOut => ChildEnding::TimedOut,
        };
        let (started_at, stopped_at) = (member.x.started_at, member.x.stopped_at.unwrap_or(at));
        self.send(at, parent, Input::ChildEnded { attempt, ending, started_at, stopped_at });
    }

    fn call(&self, state: StateIndex, input: Payload, deadline: Option<Timestamp>) -> Option<Attempt> {
        let state = self.definition.program.state(state);
        let Kind::Task(task) = &state.kind else { return None };
        Some(Attempt {
            execution_arn: "".into(),
            state: state.name.clone(),
            request_id: "".into(),
            resource: task.resource.clone(),
            input,
            deadline,
            region: "us-east-1".into(),
            account: "000000000000".into(),
            caller: Caller::default(),
            repeated: false,
            mock: None,
        })
    }
}

fn setting<'a>(definition: &'a Definition, limits: &'a Limits) -> Setting<'a> {
    Setting { program: &definition.program, limits, records_max: RECORDS_PER_DECISION_MAX, outside: &Around }
}

/// An id where none is needed: nothing is stored here.
fn nobody() -> stateline_base::ExecutionId {
    stateline_base::ExecutionId::new(Timestamp::default(), stateline_base::ShardId::of(""), 0)
}

fn input_of(attempt: AttemptId, outcome: Outcome) -> Input {
    match outcome {
        Outcome::Succeeded(output) => Input::TaskSucceeded { attempt, output },
        Outcome::Failed(failure) => Input::TaskFailed { attempt, failure },
    }
}
