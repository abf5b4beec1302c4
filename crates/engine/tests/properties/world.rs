//! Runs an execution in virtual time against a world that a number decides, and holds it to its
//! rules at every step.
//!
//! What comes back from a call follows from the seed and the attempt's number alone, and what
//! comes first from the seed and the step's. So two runs of one scenario meet the same world,
//! however the engine cuts its decisions.

use super::author::{Scale, definition};
use super::choices::Choices;
use serde_json::{Value, json};
use stateline_asl::{MachineKind as Checked, Program, compile};
use stateline_base::{Failure, Limits, Payload, Rng, Timestamp};
use stateline_engine::{
    Apart, ChildInput, Decision, Effect, Ending, Execution, Input, ProgramNames, RECORDS_PER_DECISION_MAX,
    Setting, advance, apply, replay, start,
};
use stateline_journal::{
    AttemptId, ChildEnding, MachineKind, MapRunLimits, Record, Started, decode, encode, project,
};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Inputs that an execution may take before it counts as endless. The longest loops of the
/// longest definitions take a few thousand.
const STEPS_MAX: u32 = 50_000;

/// A definition, its input, and the world it runs in.
#[derive(Debug)]
pub struct Scenario {
    pub text: String,
    program: Program,
    input: String,
    seed: u64,
    limits: Limits,
    /// Stopped from outside after so many steps.
    stop_after: Option<u32>,
    /// How often it is redriven when it has ended badly.
    redrives_max: u32,
}

/// How the engine is driven.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub kind: MachineKind,
    pub records_max: usize,
    /// Whether late, doubled and unknown inputs come in between, and the clock steps back.
    pub disturbed: bool,
}

impl Manner {
    pub const PLAIN: Manner =
        Manner { kind: MachineKind::Standard, records_max: RECORDS_PER_DECISION_MAX, disturbed: false };
}

/// What a run came to.
#[derive(Debug)]
pub struct Told {
    pub ending: Ending,
    /// The public part of the journal.
    pub history: Vec<Record>,
    pub records: Vec<Record>,
}

impl Scenario {
    /// A scenario from choices. A definition that does not compile is the author's mistake.
    pub fn choose(choices: &mut Choices<'_>, scale: Scale) -> Self {
        let seed = choices.seed();
        let items: Vec<Value> = (0..choices.below(5)).map(|n| json!({"n": n})).collect();
        let input = json!({"n": choices.below(4), "items": items, "last": {"pick": 1}}).to_string();
        let mut limits = Limits::default();
        match choices.below(12) {
            10 => limits.payload_bytes_max = usize::from(choices.between(40, 250)) * 4,
            11 if scale.distributed => limits.history_events_max = u64::from(choices.between(8, 200)),
            _ => {}
        }
        let stop_after = choices.once_in(8).then(|| u32::from(choices.below(20)));
        // Express has no place to go on from, so it would come to another end.
        let redrives = scale.distributed && choices.once_in(2);
        let redrives_max = if redrives { u32::from(choices.below(4)) } else { 0 };
        let text = definition(choices, scale);
        let kind = if scale.distributed { Checked::Standard } else { Checked::Express };
        let compiled = compile(&text, kind);
        let Some(program) = compiled.program else {
            panic!("the definition does not compile: {:#?}\n{text}", compiled.diagnostics);
        };
        Scenario { text, program, input, seed, limits, stop_after, redrives_max }
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When a rule is broken.
    pub fn run(&self, manner: Manner) -> Told {
        let seconds = self.program.timeout_seconds.unwrap_or(31_536_000);
        let started = Started {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
            machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
            version_arn: None,
            alias_arn: None,
            definition: "hash".into(),
            kind: manner.kind,
            role_arn: "arn:aws:iam::000000000000:role/r".into(),
            trace_header: None,
            input: Payload::parse(self.input.as_str()).expect("the input is JSON"),
            seed: self.seed,
            deadline: START.plus_seconds(seconds),
            scope: 0,
            parent: None,
        };
        let (x, decision) = start(self.setting(manner), started, START);
        let first = decision.records.first().expect("a start is a record");
        let shadow = replay([first]).expect("the journal begins with a start");
        let mut world = World {
            scenario: self,
            manner,
            x,
            shadow,
            records: Vec::new(),
            now: START,
            out: Vec::new(),
            children: Vec::new(),
            go_on: false,
            step: 0,
        };
        world.take(decision);
        world.run_out();
        world.told()
    }

    fn setting(&self, manner: Manner) -> Setting<'_> {
        Setting {
            program: &self.program,
            limits: &self.limits,
            records_max: manner.records_max,
            outside: &Apart,
        }
    }
}

/// A call that is out.
struct Call {
    attempt: AttemptId,
    request: Payload,
    /// Whether silence ends it some day.
    is_timed: bool,
}

struct World<'s> {
    scenario: &'s Scenario,
    manner: Manner,
    x: Execution,
    /// The execution as its journal tells it, read back from bytes.
    shadow: Execution,
    records: Vec<Record>,
    now: Timestamp,
    out: Vec<Call>,
    children: Vec<(AttemptId, Payload)>,
    go_on: bool,
    step: u32,
}

impl World<'_> {
    /// Numbers that follow from the seed, a purpose and a number alone.
    fn chance(&self, purpose: u64, number: u64) -> Rng {
        let mut rng = Rng::new(self.scenario.seed ^ purpose.rotate_left(32) ^ number);
        rng.next_u64();
        rng
    }

    /// A decision goes through the codec, and the journal must tell the live state.
    fn take(&mut self, decision: Decision) {
        if !decision.records.is_empty() {
            let decoded = decode(&encode(&decision.records)).expect("what was encoded decodes").records;
            assert_eq!(decoded, decision.records, "the codec gives the records back");
            // The first record of all made the shadow.
            for record in decoded.iter().skip(usize::from(self.records.is_empty())) {
                apply(&mut self.shadow, record);
            }
            self.records.extend(decoded);
        }
        assert_eq!(self.shadow, self.x, "replayed state equals live state");
        for effect in decision.effects {
            match effect {
                Effect::Invoke { attempt, parameters, deadline, .. } => {
                    self.out.push(Call { attempt, request: parameters, is_timed: deadline.is_some() });
                }
                Effect::StartChild { attempt, input } => {
                    assert!(!self.children.iter().any(|(other, _)| *other == attempt), "a child runs once");
                    let input = match input {
                        ChildInput::Known(input) => input,
                        ChildInput::Recorded(record) => {
                            let record = usize::try_from(record).expect("a number");
                            ChildInput::told_by(&self.records[record].event).expect("an input").clone()
                        }
                    };
                    self.children.push((attempt, input));
                }
                Effect::Cancel { attempt } => self.out.retain(|call| call.attempt != attempt),
                Effect::StopChild { attempt, .. } => self.children.retain(|(other, _)| *other != attempt),
                // What is offered may have been cut off in the same decision.
                Effect::Offer { .. } => {}
                Effect::Watch { .. } => unreachable!("the author writes no jobs"),
                Effect::ReadItems { .. } | Effect::WriteResults { .. } | Effect::Release { .. } => {
                    unreachable!("the author writes no readers and writers")
                }
                Effect::Continue => self.go_on = true,
            }
        }
        // What timed out is not called back.
        let waited_for: Vec<AttemptId> = self.x.calls_out().collect();
        self.out.retain(|call| waited_for.contains(&call.attempt));
        assert!(!self.x.is_open() || waited_for.len() == self.out.len(), "every open attempt has left once");
    }

    /// Attempts whose token somebody has.
    fn held(&self) -> Vec<AttemptId> {
        let calls: Vec<AttemptId> = self.x.calls_out().collect();
        self.x.attempts_out().map(|(_, attempt, _)| attempt).filter(|one| !calls.contains(one)).collect()
    }

    /// Somebody takes a task of an activity, returns a token, or says that he is alive.
    fn somebody_speaks(&mut self, attempt: AttemptId) {
        if self.x.offers().any(|(offer, _)| offer == attempt) {
            return self.input(Input::TaskTaken { attempt, worker: None });
        }
        let mut chance = self.chance(5, u64::from(self.step));
        self.input(match chance.below(6) {
            0 => Input::Heartbeat { attempt },
            1 => Input::TokenFailed { attempt, failure: Failure::new("E1", "by chance") },
            _ => Input::TokenSucceeded { attempt, output: Payload::from(json!({"pick": chance.below(4)})) },
        });
    }

    fn input(&mut self, input: Input) {
        // The clock may step back behind what was decided last; an execution's own time does not.
        let steps_back = self.manner.disturbed && self.x.last_at == self.now && input != Input::Tick;
        let at = if steps_back { self.now.plus_millis(-7) } else { self.now };
        let decision = advance(self.scenario.setting(self.manner), &mut self.x, input, at)
            .expect("what is waited for is taken");
        self.take(decision);
    }

    fn run_out(&mut self) {
        while self.x.is_open() || self.redrive() {
            if !self.x.is_open() {
                // Redriven, and failed again at once.
                continue;
            }
            if std::mem::take(&mut self.go_on) {
                self.input(Input::Continue);
                continue;
            }
            self.step += 1;
            assert!(self.step < STEPS_MAX, "the execution does not end: {}", self.scenario.text);
            assert!(!self.x.has_work(), "work is left, and nobody was asked to go on with it");
            if self.manner.disturbed {
                self.disturb();
            }
            // A redrive may be stopped as late as the first start was.
            let after = self.scenario.stop_after.map(|after| after * (1 + self.x.redrives.count));
            if after.is_some_and(|after| self.step > after) {
                self.input(Input::Stop(Failure::new("Stopped", "from outside")));
            } else {
                self.something_happens();
            }
        }
        self.disturb();
    }

    /// Goes on with an execution that has ended badly, as often as the scenario says.
    fn redrive(&mut self) -> bool {
        self.late_ends();
        if self.x.redrives.count >= self.scenario.redrives_max {
            return false;
        }
        self.go_on = false;
        self.disturb();
        let may = self.x.redrive_facts().check(&self.scenario.limits, self.now);
        let count = self.x.redrives.count;
        let input = Input::Redrive { token: None, map_run: 0 };
        match advance(self.scenario.setting(self.manner), &mut self.x, input, self.now) {
            Ok(decision) => {
                assert!(may.is_ok(), "the facts tell whether an execution can be redriven: {may:?}");
                self.now = self.now.max(self.x.last_at);
                self.take(decision);
                assert_eq!(self.x.redrives.count, count + 1);
                true
            }
            Err(rejection) => {
                assert!(may.is_err(), "the facts tell whether an execution can be redriven: {rejection}");
                false
            }
        }
    }

    /// A call comes back, a child ends, or time moves to the next wake.
    fn something_happens(&mut self) {
        let mut chance = self.chance(1, u64::from(self.step));
        if let Some(open) = self.x.map_runs.values().find(|run| run.stopped_at.is_none())
            && chance.below(6) == 0
        {
            let map_run_arn = open.arn.clone();
            let limits = MapRunLimits { concurrency: 1 + chance.below(3) as u32, ..open.limits };
            return self.input(Input::UpdateMapRun { map_run_arn, limits });
        }
        let comes_back: Vec<usize> =
            (0..self.out.len()).filter(|at| !self.is_silent(&self.out[*at])).collect();
        let mut speakers: Vec<AttemptId> = self.x.offers().map(|(attempt, _)| attempt).collect();
        speakers.extend(self.held());
        if !speakers.is_empty() && chance.below(2) == 0 {
            let which = chance.below(speakers.len() as u64) as usize;
            return self.somebody_speaks(speakers[which]);
        }
        let waits = comes_back.len() + self.children.len();
        let wake = self.x.wake();
        if waits > 0 && (wake.is_none() || chance.below(4) > 0) {
            let which = chance.below(waits as u64) as usize;
            match comes_back.get(which) {
                Some(at) => self.comes_back(*at),
                None => self.child_ends(which - comes_back.len()),
            }
            return;
        }
        let wake = wake.expect("an open execution has a wake, a call out, or work to do");
        self.now = self.now.max(wake);
        self.input(Input::Tick);
    }

    /// Whether a call never comes back: only one that times out may.
    fn is_silent(&self, call: &Call) -> bool {
        call.is_timed && self.chance(2, call.attempt).below(5) == 0
    }

    fn comes_back(&mut self, at: usize) {
        let Call { attempt, request, .. } = self.out.remove(at);
        let mut chance = self.chance(3, attempt);
        let pick = chance.below(4);
        let fail = |error: &str| Input::TaskFailed { attempt, failure: Failure::new(error, "by chance") };
        let input = match chance.below(10) {
            0 => fail("E1"),
            1 => fail("E2"),
            2 => Input::AttemptLost { attempt },
            3 => fail("Lambda.TooManyRequestsException"),
            4 => Input::TaskSucceeded { attempt, output: Payload::from(json!("x".repeat(400))) },
            5 | 6 => Input::TaskSucceeded { attempt, output: request },
            _ => {
                let output = json!({"pick": pick, "Payload": {"pick": pick}, "StatusCode": 200});
                Input::TaskSucceeded { attempt, output: Payload::from(output) }
            }
        };
        self.input(input);
    }

    fn child_ends(&mut self, at: usize) {
        let (attempt, input) = self.children.remove(at);
        let known = self.x.child(attempt).expect("a child that is wanted is known");
        if let ChildInput::Known(known) = known.input {
            assert_eq!(known, input);
        }
        let failure = Failure::new("E1", "by chance");
        let ending = match self.chance(4, attempt ^ u64::from(self.x.redrives.count) << 32).below(8) {
            0 => ChildEnding::Failed(failure),
            1 => ChildEnding::TimedOut,
            2 => ChildEnding::Aborted(failure),
            _ => ChildEnding::Succeeded(input),
        };
        let (started_at, stopped_at) = (self.now, self.now);
        self.input(Input::ChildEnded { attempt, ending, started_at, stopped_at });
    }

    /// Some children had ended before they heard that they were cut off; their parent hears it last.
    fn late_ends(&mut self) {
        let attempts = 0..=self.records.len() as u64;
        let cut_off: Vec<AttemptId> =
            attempts.filter(|attempt| self.x.child_cut_off(*attempt).is_some()).collect();
        for attempt in cut_off {
            let ending = match self.chance(5, attempt ^ u64::from(self.x.redrives.count) << 32).below(6) {
                0 => ChildEnding::Failed(Failure::new("E1", "by chance")),
                1 => ChildEnding::TimedOut,
                2 => ChildEnding::Succeeded(Payload::empty_object()),
                _ => continue,
            };
            let (started_at, stopped_at) = (self.now, self.now);
            self.input(Input::ChildEnded { attempt, ending, started_at, stopped_at });
        }
    }

    /// Inputs that nobody waits for change nothing: of attempts that are over, of such as never
    /// were, ticks before their time, and going on when nothing was cut short.
    fn disturb(&mut self) {
        let last = self.records.len() as u64 + 7;
        let open: Vec<AttemptId> = self.x.attempts_out().map(|(_, attempt, _)| attempt).collect();
        let offers: Vec<AttemptId> = self.x.offers().map(|(attempt, _)| attempt).collect();
        let children: Vec<AttemptId> = self.x.children_out().iter().map(|child| child.attempt).collect();
        let mut inputs = vec![Input::Continue];
        if self.x.wake().is_none_or(|wake| wake > self.now) {
            inputs.push(Input::Tick);
        }
        let limits = MapRunLimits { concurrency: 9, ..MapRunLimits::default() };
        let closed = self.x.map_runs.values().filter(|run| run.stopped_at.is_some());
        inputs.extend(closed.map(|run| Input::UpdateMapRun { map_run_arn: run.arn.clone(), limits }));
        inputs.push(Input::UpdateMapRun { map_run_arn: "unknown".into(), limits });
        for attempt in (0..=3.min(last)).chain(last.saturating_sub(4)..=last).chain([u64::MAX]) {
            let (started_at, stopped_at) = (self.now, self.now);
            if !open.contains(&attempt) {
                inputs.push(Input::TaskSucceeded { attempt, output: Payload::empty_object() });
                inputs.push(Input::TaskFailed { attempt, failure: Failure::named("Late") });
                inputs.push(Input::AttemptLost { attempt });
                inputs.push(Input::TokenSucceeded { attempt, output: Payload::empty_object() });
                inputs.push(Input::TokenFailed { attempt, failure: Failure::named("Late") });
                inputs.push(Input::Heartbeat { attempt });
            }
            if !offers.contains(&attempt) {
                inputs.push(Input::TaskTaken { attempt, worker: None });
            }
            if !children.contains(&attempt) {
                // What was cut off counts as stopped until it is known better.
                let ending = match self.x.child_cut_off(attempt) {
                    Some(_) => ChildEnding::Aborted(Failure::default()),
                    None => ChildEnding::TimedOut,
                };
                inputs.push(Input::ChildEnded { attempt, ending, started_at, stopped_at });
            }
        }
        for input in inputs {
            let answer = advance(self.scenario.setting(self.manner), &mut self.x, input.clone(), self.now);
            if let Ok(decision) = answer {
                assert!(self.x.is_open(), "{input:?} is taken after the end");
                assert_eq!(decision, Decision::default(), "{input:?} leads to nothing");
            }
        }
        assert_eq!(self.shadow, self.x, "what nobody waits for changes nothing");
    }

    fn told(self) -> Told {
        let names = ProgramNames::new(&self.scenario.program, &self.x.started.machine_arn);
        let mut last_id = 0;
        let mut last_at = START;
        for record in &self.records {
            assert!(record.at >= last_at, "time does not step back: {record:?}");
            last_at = record.at;
            if record.event.is_public() {
                assert_eq!(record.id, last_id + 1, "ids are dense: {record:?}");
                assert!(record.previous < record.id, "what came before is before: {record:?}");
                last_id = record.id;
                let shown = project(record, &names).expect("a public event is shown");
                assert_eq!((shown.id, shown.previous_event_id), (record.id, record.previous));
            } else {
                assert_eq!((record.id, record.previous), (0, 0), "internal: {record:?}");
                assert!(project(record, &names).is_none(), "internal: {record:?}");
            }
        }
        let ends = self.records.iter().filter(|record| record.event.is_end()).count();
        let redrives = self.x.redrives.count as usize;
        assert_eq!(ends, 1 + redrives, "an execution ends once, and once more each time it is redriven");
        assert!(self.records.iter().rev().find(|record| record.id > 0).is_some_and(|r| r.event.is_end()));
        assert_eq!(replay(&self.records).as_ref(), Some(&self.x), "the whole journal tells the live state");
        let history = self.records.iter().filter(|record| record.id > 0).cloned().collect();
        let ending = self.x.ending.expect("it has ended");
        Told { ending, history, records: self.records }
    }
}
