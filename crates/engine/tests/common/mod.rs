//! Runs a definition against scripted task outcomes in virtual time.
//!
//! After every decision the records go through the codec and are replayed, and
//! the replayed execution must equal the live one.
#![allow(dead_code, reason = "each test file uses a part of it")]

use serde_json::Value;
use stateline_asl::program::StateIndex;
use stateline_asl::{MachineKind as Checked, Program, compile};
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_engine::{
    Apart, Beginning, ChildInput, Decision, Effect, Ending, Execution, Input, ProgramNames,
    RECORDS_PER_DECISION_MAX, ReadItem, Rejection, Setting, advance, replay, start_with,
};
use stateline_journal::{
    AttemptId, ChildEnding, HistoryDetails, HistoryEvent, MachineKind, Record, Started, decode, encode,
    project,
};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::Arc;

pub const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// What a task answers.
#[derive(Clone, Debug)]
pub enum Answer {
    Ok(&'static str),
    Err(&'static str, &'static str),
    /// Nothing, ever.
    Silence,
}

pub struct Run {
    pub program: Program,
    pub limits: Limits,
    pub x: Execution,
    pub records: Vec<Record>,
    pub now: Timestamp,
    out: VecDeque<(AttemptId, StateIndex, Payload)>,
    children: VecDeque<(AttemptId, Payload)>,
    answers: BTreeMap<String, VecDeque<Answer>>,
    pub calls: Vec<String>,
    /// Records of one decision, from the next one on.
    pub records_max: usize,
    go_on: bool,
    /// What a reader has; how many it gives at a time, and with what it fails when it has given so many.
    pub source: Source,
    questions: VecDeque<Question>,
    /// Map Runs whose results are to be written.
    writes: VecDeque<Arc<str>>,
}

/// A question for items: of which Map Run, from where, how many at least and at most.
type Question = (Arc<str>, Option<Arc<str>>, usize, usize);

/// What a reader gives: items whose cursors are their numbers.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub items: Vec<Value>,
    pub page: usize,
    pub fails_at: Option<usize>,
    /// With what writing results fails.
    pub write_fails: bool,
}

impl Source {
    fn read(&self, map_run_arn: Arc<str>, cursor: Option<Arc<str>>, at_least: usize, wanted: usize) -> Input {
        assert!(at_least > 0 && at_least <= wanted, "{at_least} of {wanted}");
        let from: usize = cursor.as_ref().map_or(0, |cursor| cursor.parse().expect("a number"));
        if self.fails_at.is_some_and(|at| from >= at) {
            let failure = Failure::new("States.ItemReaderFailed", "no such object");
            return Input::ReadFailed { map_run_arn, failure };
        }
        let upto = (from + wanted.min(self.page.max(at_least))).min(self.items.len());
        let item = |place: usize| ReadItem {
            value: Payload::from(self.items[place].clone()),
            key: None,
            source: Some("S3://bucket/key".into()),
            cursor: (place + 1).to_string().into(),
        };
        let ended = upto == self.items.len();
        Input::ItemsRead { map_run_arn, cursor, items: (from..upto).map(item).collect(), ended }
    }
}

pub fn program(definition: &str) -> Program {
    compile(definition, Checked::Standard).program.expect("the test's definition is valid")
}

impl Run {
    pub fn new(definition: &str, input: &str, kind: MachineKind, limits: Limits) -> Self {
        Run::beginning(definition, input, kind, limits, Beginning::default())
    }

    /// With what is beside the start.
    pub fn beginning(
        definition: &str,
        input: &str,
        kind: MachineKind,
        limits: Limits,
        beginning: Beginning,
    ) -> Self {
        let program = program(definition);
        let started = Started {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
            machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
            version_arn: None,
            alias_arn: None,
            definition: "hash".into(),
            kind,
            role_arn: "arn:aws:iam::000000000000:role/r".into(),
            trace_header: None,
            input: Payload::parse(input).expect("the test's input is JSON"),
            seed: 42,
            deadline: START.plus_seconds(program.timeout_seconds.unwrap_or(31_536_000)),
            scope: 0,
            parent: None,
        };
        let setting = Setting {
            program: &program,
            limits: &limits,
            records_max: RECORDS_PER_DECISION_MAX,
            outside: &Apart,
        };
        let (x, decision) = start_with(setting, started, beginning, START);
        let mut run = Run {
            program,
            limits,
            x,
            records: Vec::new(),
            now: START,
            out: VecDeque::new(),
            children: VecDeque::new(),
            answers: BTreeMap::new(),
            calls: Vec::new(),
            records_max: RECORDS_PER_DECISION_MAX,
            go_on: false,
            source: Source::default(),
            questions: VecDeque::new(),
            writes: VecDeque::new(),
        };
        run.take(decision);
        run
    }

    /// What a reader reads.
    pub fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    pub fn answer(mut self, state: &str, answers: &[Answer]) -> Self {
        self.answers.insert(state.to_owned(), answers.iter().cloned().collect());
        self
    }

    pub fn input(&mut self, input: Input) {
        let _stale = self.give(input);
    }

    /// The same for whoever wants to know whether the input was taken.
    pub fn give(&mut self, input: Input) -> Result<(), Rejection> {
        let setting = Setting {
            program: &self.program,
            limits: &self.limits,
            records_max: self.records_max,
            outside: &Apart,
        };
        let decision = advance(setting, &mut self.x, input, self.now)?;
        self.take(decision);
        Ok(())
    }

    fn take(&mut self, decision: Decision) {
        let decoded = decode(&encode(&decision.records));
        if !decision.records.is_empty() {
            assert_eq!(decoded.expect("what was encoded decodes").records, decision.records);
        }
        self.records.extend(decision.records);
        let replayed = replay(&self.records).expect("the journal begins with a start");
        assert_eq!(replayed, self.x, "replayed state equals live state");
        for effect in decision.effects {
            match effect {
                Effect::Invoke { attempt, state, parameters, .. } => {
                    let name = self.program.state(state).name.clone();
                    self.calls.push(format!("{name}#{attempt} {}", parameters.text()));
                    self.out.push_back((attempt, state, parameters));
                }
                Effect::Cancel { attempt } => {
                    self.calls.push(format!("cancel #{attempt}"));
                    self.out.retain(|(other, _, _)| *other != attempt);
                }
                Effect::Offer { attempt, activity } => {
                    self.calls.push(format!("offer #{attempt} {activity}"));
                }
                Effect::Watch { attempt, state, parameters, submitted } => {
                    let name = self.program.state(state).name.clone();
                    self.calls.push(format!("watch {name}#{attempt} {}", submitted.text()));
                    self.out.push_back((attempt, state, parameters));
                }
                Effect::Continue => self.go_on = true,
                Effect::StartChild { attempt, input } => {
                    // One that was stopped within the same decision is not wanted any more.
                    let Some(child) = self.x.child(attempt) else { continue };
                    assert_eq!(child.input, input);
                    let input = match input {
                        ChildInput::Known(input) => input,
                        ChildInput::Recorded(record) => {
                            let record = usize::try_from(record).expect("a number");
                            ChildInput::told_by(&self.records[record].event).expect("an input").clone()
                        }
                    };
                    self.calls.push(format!("child #{attempt} {}", input.text()));
                    self.children.push_back((attempt, input));
                }
                Effect::ReadItems { map_run_arn, cursor, at_least, wanted } => {
                    assert!(self.x.item_source(&map_run_arn).is_some(), "it is known what is read");
                    // What is asked for already is not asked for again.
                    if !self.questions.iter().any(|(arn, ..)| *arn == map_run_arn) {
                        let from = cursor.as_deref().unwrap_or("the first").to_owned();
                        self.calls.push(format!("read {at_least} to {wanted} from {from}"));
                        self.questions.push_back((map_run_arn, cursor, at_least, wanted));
                    }
                }
                Effect::WriteResults { map_run_arn } => {
                    let (_, parameters) = self.x.result_target(&map_run_arn).expect("it is known");
                    if !self.writes.contains(&map_run_arn) {
                        self.calls.push(format!("write {}", parameters.text()));
                        self.writes.push_back(map_run_arn);
                    }
                }
                Effect::Release { map_run_arn } => {
                    self.calls.push("release".into());
                    self.questions.retain(|(arn, ..)| *arn != map_run_arn);
                    self.writes.retain(|arn| *arn != map_run_arn);
                }
                Effect::StopChild { attempt, .. } => {
                    self.calls.push(format!("stop child #{attempt}"));
                    self.children.retain(|(other, _)| *other != attempt);
                }
            }
        }
    }

    /// One step: a call comes back, or time moves to the next wake. False when nothing more can happen.
    pub fn step(&mut self) -> bool {
        if !self.x.is_open() {
            return false;
        }
        if std::mem::take(&mut self.go_on) {
            self.input(Input::Continue);
            return true;
        }
        let answered = self.out.iter().position(|(_, state, _)| {
            let name = &*self.program.state(*state).name;
            !matches!(self.answers.get(name).and_then(VecDeque::front), Some(Answer::Silence))
        });
        if let Some(at) = answered {
            let (attempt, state, parameters) = self.out.remove(at).expect("the position was just found");
            let name = self.program.state(state).name.to_string();
            let input = match self.answers.get_mut(&name).and_then(VecDeque::pop_front) {
                Some(Answer::Err(error, cause)) => {
                    Input::TaskFailed { attempt, failure: Failure::new(error, cause) }
                }
                Some(Answer::Ok(text)) => {
                    Input::TaskSucceeded { attempt, output: Payload::parse(text).expect("JSON") }
                }
                _ => Input::TaskSucceeded { attempt, output: parameters },
            };
            self.input(input);
            return true;
        }
        if let Some((attempt, input)) = self.children.pop_front() {
            let ending = match self.answers.get_mut("child").and_then(VecDeque::pop_front) {
                Some(Answer::Err(error, cause)) => ChildEnding::Failed(Failure::new(error, cause)),
                Some(Answer::Ok(text)) => ChildEnding::Succeeded(Payload::parse(text).expect("JSON")),
                Some(Answer::Silence) => ChildEnding::TimedOut,
                None => ChildEnding::Succeeded(input),
            };
            let (started_at, stopped_at) = (self.now, self.now);
            self.input(Input::ChildEnded { attempt, ending, started_at, stopped_at });
            return true;
        }
        if let Some((map_run_arn, cursor, at_least, wanted)) = self.questions.pop_front() {
            self.input(self.source.read(map_run_arn, cursor, at_least, wanted));
            return true;
        }
        if let Some(map_run_arn) = self.writes.pop_front() {
            let output = Payload::parse(r#"{"Bucket":"b","Key":"k"}"#).expect("JSON");
            let failure = Failure::new("States.ResultWriterFailed", "no such bucket");
            self.input(if self.source.write_fails {
                Input::WriteFailed { map_run_arn, failure }
            } else {
                Input::ResultsWritten { map_run_arn, output }
            });
            return true;
        }
        let Some(wake) = self.x.wake() else { return false };
        self.now = self.now.max(wake);
        self.input(Input::Tick);
        true
    }

    pub fn run_out(mut self) -> Self {
        for _ in 0..100_000 {
            if !self.step() {
                assert!(!self.x.is_open(), "nothing can happen any more and the execution is open");
                return self;
            }
        }
        panic!("the execution does not end");
    }

    pub fn history(&self) -> Vec<HistoryEvent> {
        let names = ProgramNames::new(&self.program, &self.x.started.machine_arn);
        self.records.iter().filter_map(|record| project(record, &names)).collect()
    }

    /// One line an event: id, predecessor, seconds after the start, type, what matters of the details.
    pub fn print(&self) -> String {
        let mut text = String::new();
        for event in self.history() {
            let after = event.timestamp.since_millis(START);
            let _ = write!(text, "{}({}) {}", event.id, event.previous_event_id, event.event_type);
            if after > 0 {
                let _ = write!(text, " +{after}ms");
            }
            let details = details(&event.details);
            if !details.is_empty() {
                let _ = write!(text, " {details}");
            }
            text.push('\n');
        }
        text
    }

    pub fn output(&self) -> String {
        match &self.x.ending {
            Some(Ending::Succeeded(output)) => output.text().to_owned(),
            Some(Ending::Failed(failure)) => {
                format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or("-"))
            }
            other => format!("{other:?}"),
        }
    }
}

fn details(details: &HistoryDetails) -> String {
    let failure = |failure: &Failure| {
        format!("{} / {}", failure.error.as_deref().unwrap_or("-"), failure.cause.as_deref().unwrap_or("-"))
    };
    match details {
        HistoryDetails::None => String::new(),
        HistoryDetails::ExecutionStarted { input, .. } => input.text().to_owned(),
        HistoryDetails::StateEntered { name, input } => format!("{name} {}", input.text()),
        HistoryDetails::StateExited { name, output, assigned } => {
            let mut text = format!("{name} {}", output.text());
            for (name, value) in assigned {
                let _ = write!(text, " ${name}={}", value.text());
            }
            text
        }
        HistoryDetails::TaskScheduled { label, parameters, .. } => {
            format!("{}:{} {}", label.resource_type, label.resource, parameters.text())
        }
        HistoryDetails::TaskStarted(_) => String::new(),
        HistoryDetails::ActivityStarted { worker } => worker.as_deref().unwrap_or("-").to_owned(),
        HistoryDetails::TaskSubmitted { output, .. }
        | HistoryDetails::TaskSucceeded { output, .. }
        | HistoryDetails::Output(output) => output.text().to_owned(),
        HistoryDetails::TaskEnded { failure: f, .. } | HistoryDetails::Failure(f) => failure(f),
        HistoryDetails::ResourceScheduled { input, .. } => input.text().to_owned(),
        HistoryDetails::MapStarted { length } => format!("length {length}"),
        HistoryDetails::MapIteration { name, index } => format!("{name}[{index}]"),
        HistoryDetails::EvaluationFailed { failure: f, location, state } => {
            format!("{state} {} {}", location.as_deref().unwrap_or("-"), failure(f))
        }
        HistoryDetails::MapRunStarted { .. } => String::new(),
        HistoryDetails::MapRunFailed(f) => failure(f),
        HistoryDetails::ExecutionRedriven { count } | HistoryDetails::MapRunRedriven { count, .. } => {
            format!("redrive {count}")
        }
    }
}

/// Runs to the end with answers that echo the request.
pub fn run(definition: &str, input: &str) -> Run {
    Run::new(definition, input, MachineKind::Standard, Limits::default())
}
