//! The world: time goes on, clients ask, workers take their turns, commits are
//! written, calls come back, the machine goes down and comes up again, in an
//! order that the seed chooses; at last faults stop, and everything must end.

mod breakage;
mod desk;
mod map_runs;
mod power;
mod turns;
mod workers;

use crate::check::{Evidence, Judged, Violation, judge, rule};
use crate::clients::{self, Client, Waiting};
use crate::cover::Cover;
use crate::dice::Dice;
use crate::faults::Faults;
use crate::ledger::Ledger;
use crate::ports::SimClock;
use crate::process::Process;
use crate::sabotage::Sabotage;
use crate::scene::{BEGIN_MS, Scene};
use crate::shadow::Shadows;
use crate::trace::Trace;
use map_runs::Beside;
use stateline_base::{ExecutionId, Timestamp};
use stateline_journal::AttemptId;
use stateline_runtime::{ChildReport, Clock, Invocation, ItemRequest, Message, Outcome, ResultRequest};
use stateline_store::{ExecutionRow, MemStore, Store};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use workers::Crew;

/// How to simulate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Break a rule.
    pub sabotage: Option<Sabotage>,
    /// Keep the lines of the trace.
    pub keep_trace: bool,
}

/// What a simulation came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// The hash of the trace: equal for equal runs.
    pub trace: u64,
    /// Steps taken.
    pub steps: u64,
    /// Executions at the end.
    pub executions: usize,
    /// Executions whose ending was compared with a run without faults.
    pub compared: usize,
    /// How often the machine went down.
    pub crashes: u32,
    /// What was met.
    pub cover: Cover,
    /// The rule that did not hold, if one did not.
    pub violation: Option<String>,
    /// The trace, where it was kept.
    pub lines: Vec<String>,
}

/// Steps after which a world must have come to rest.
const STEPS_MAX: u64 = 100_000;
/// How long the world goes on after the last fault, in milliseconds: every wait, retry and
/// loop of a program is over by then.
const AFTERMATH_MS: i64 = 48 * HOUR_MS;

/// How far the clock on the wall may be set at once.
const CLOCK_JUMPS_MS: [i64; 8] = [-4 * HOUR_MS, -HOUR_MS, -30_000, -1_000, 500, 20_000, HOUR_MS, 5 * HOUR_MS];
const HOUR_MS: i64 = 3_600_000;

/// Simulates one seed.
#[must_use]
pub fn run(seed: u64, options: Options) -> Report {
    let mut world = match World::new(seed, options) {
        Ok(world) => world,
        Err(violation) => return empty(seed, violation),
    };
    // A broken rule inside the code under test is a panic: the world is dropped, and the panic reported.
    let lived = catch_unwind(AssertUnwindSafe(|| world.live()));
    let judged = match lived {
        Ok(judged) => judged,
        Err(panic) => Err(Violation(format!("a panic: {}", panic_text(&*panic)))),
    };
    let Judged { executions, compared } = judged.as_ref().copied().unwrap_or_default();
    Report {
        seed,
        trace: world.trace.hash(),
        steps: world.trace.steps(),
        executions,
        compared,
        crashes: world.crashes,
        cover: world.cover,
        violation: judged.err().map(|violation| violation.0),
        lines: world.trace.into_lines(),
    }
}

fn empty(seed: u64, violation: Violation) -> Report {
    Report {
        seed,
        trace: 0,
        steps: 0,
        executions: 0,
        compared: 0,
        crashes: 0,
        cover: Cover::default(),
        violation: Some(violation.0),
        lines: Vec::new(),
    }
}

/// A setting of the clock, for coverage.
fn jump_name(jump_ms: i64) -> &'static str {
    match (jump_ms < 0, jump_ms.abs() >= HOUR_MS) {
        (true, true) => "clock back by hours",
        (true, false) => "clock back by seconds",
        (false, true) => "clock ahead by hours",
        (false, false) => "clock ahead by seconds",
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a text")
}

/// What happens at a moment known before.
#[derive(Debug)]
enum Happening {
    /// A client asks.
    Client(usize),
    /// A call of a process comes back.
    CallDone { process: u32, id: ExecutionId, attempt: AttemptId, outcome: Outcome },
    /// Items of a Map Run come.
    ItemsRead { process: u32, request: Box<ItemRequest> },
    /// The results of a Map Run are written, or cannot be.
    ResultsWritten { process: u32, request: Box<ResultRequest> },
    /// An Express child ends, by its ARN and the number of its run.
    ChildEnds { process: u32, arn: Arc<str>, run: u64, report: Box<ChildReport> },
    /// A worker asks for a task of an activity.
    Ask { process: u32, activity: Arc<str> },
    /// A worker goes away that has asked for a task, by its number.
    WorkerLeaves(u64),
    /// Whoever has a token says something, by the number of what he says.
    Speak(usize),
    /// The machine goes down.
    Crash,
    /// Another process takes the store over while this one still runs.
    TakeOver,
    /// The machine comes up.
    Restart,
    /// Somebody asks the service to shut down.
    Drain,
    /// The service has waited for its calls for long enough.
    DrainEnd,
    /// The clock is set.
    ClockJump(i64),
    /// An execution is handed to its worker once more (sabotage).
    Recover { process: u32, row: Box<ExecutionRow> },
    /// From now on nothing goes wrong any more.
    Heal,
}

/// What may be done next.
enum Act {
    Work(usize),
    Commit,
    Happen,
}

struct World {
    seed: u64,
    options: Options,
    dice: Dice,
    scene: Scene,
    trace: Trace,
    cover: Cover,
    ledger: Ledger,
    shadows: Shadows,
    faults: Faults,
    clock: Arc<SimClock>,
    /// Milliseconds since the beginning, as no clock shows them.
    now: i64,
    /// How far the clock on the wall is off.
    off: i64,
    /// It has stepped back at least once.
    set_back: bool,
    agenda: BTreeMap<(i64, u64), Happening>,
    serial: u64,
    clients: Vec<Client>,
    waiting: Vec<Waiting>,
    disk: MemStore,
    process: Option<Process>,
    processes: u32,
    /// Calls that are out, by execution and attempt.
    out: BTreeMap<(ExecutionId, AttemptId), Box<Invocation>>,
    crew: Crew,
    /// What is read and written for Map Runs, and their Express children.
    beside: Beside,
    crashes: u32,
    /// The machine goes down in one step of so many; 0 stands for none.
    crash_once_in: usize,
    /// A commit takes long in one case of so many; 0 stands for none.
    slow_once_in: usize,
    /// Crashes that are still to come, each soon after the start before.
    burst: usize,
    healed: bool,
    /// When everything must have ended.
    end: i64,
}

impl World {
    fn new(seed: u64, options: Options) -> Result<Self, Violation> {
        let mut dice = Dice::new(seed);
        let scene = Scene::draw(&mut dice)?;
        let crash_once_in = *dice.pick(&[0, 25, 80, 200]);
        let slow_once_in = *dice.pick(&[0, 0, 8, 40]);
        let faults = Faults::new(dice.fork());
        let disk = MemStore::with_faults(faults.clone());
        let mut world = World {
            seed,
            options,
            dice,
            scene,
            trace: Trace::new(options.keep_trace),
            cover: Cover::default(),
            ledger: Ledger::default(),
            shadows: Shadows::default(),
            faults,
            clock: Arc::default(),
            now: 0,
            off: 0,
            set_back: false,
            agenda: BTreeMap::new(),
            serial: 0,
            clients: Vec::new(),
            waiting: Vec::new(),
            disk,
            process: None,
            processes: 0,
            out: BTreeMap::new(),
            crew: Crew::default(),
            beside: Beside::default(),
            crashes: 0,
            crash_once_in,
            slow_once_in,
            burst: 0,
            healed: false,
            end: i64::MAX,
        };
        world.plan();
        Ok(world)
    }

    /// Draws what will happen when.
    fn plan(&mut self) {
        let horizon = self.dice.between(20_000, 120_000);
        for (at, client) in clients::draw(&mut self.dice, &self.scene, horizon) {
            self.clients.push(client);
            self.later(at, Happening::Client(self.clients.len() - 1));
        }
        for _ in 0..self.dice.below(5) {
            let at = self.dice.between(0, horizon);
            let what = match self.dice.below(6) {
                0 => Happening::TakeOver,
                1 => Happening::Drain,
                _ => Happening::Crash,
            };
            self.later(at, what);
        }
        if self.dice.once_in(3) {
            for _ in 0..=self.dice.below(3) {
                let at = self.dice.between(0, horizon);
                let jump = *self.dice.pick(&CLOCK_JUMPS_MS);
                self.later(at, Happening::ClockJump(jump));
            }
        }
        self.later(horizon, Happening::Heal);
    }

    /// Lives through everything and is judged.
    fn live(&mut self) -> Result<Judged, Violation> {
        self.set_clock();
        self.create_machines()?;
        self.faults.switch(true);
        while self.step()? {
            let rests = self.trace.steps() < STEPS_MAX;
            rule!(rests, "the world does not come to rest within {STEPS_MAX} steps");
        }
        rule!(self.waiting.is_empty(), "a client waits for ever");
        rule!(self.crew.is_idle(), "a worker waits for ever");
        rule!(self.out.is_empty(), "{} calls are out that nobody waits for", self.out.len());
        rule!(self.beside.is_idle(), "somebody reads, writes or runs that nobody waits for");
        let open = self.shadows.open();
        rule!(open == 0, "{open} executions are stranded: nothing will ever wake them");
        let evidence = Evidence {
            seed: self.seed,
            scene: &self.scene,
            ledger: &self.ledger,
            limits: &self.scene.limits,
            processes: self.processes,
            lists: self.shadows.lists(),
            set_back: self.set_back,
            born: std::mem::take(&mut self.shadows).into_born(),
        };
        judge(&self.disk, &evidence, &mut self.cover)
    }

    fn create_machines(&mut self) -> Result<(), Violation> {
        let puts = self.scene.puts();
        let epoch = self.disk.acquire("setup")?;
        let group = stateline_store::Group { epoch, appends: Vec::new(), puts };
        let outcome = self.disk.commit(&group);
        rule!(outcome.is_ok(), "the machines could not be stored: {outcome:?}");
        self.restart()
    }

    fn later(&mut self, after: i64, what: Happening) {
        self.serial += 1;
        self.agenda.insert((self.now + after, self.serial), what);
    }

    fn set_clock(&mut self) {
        let wall = BEGIN_MS + self.now + self.off;
        self.clock.set(wall);
        self.ledger.wall(Timestamp::from_millis(wall));
    }

    fn advance(&mut self, millis: i64) {
        self.now += millis;
        self.set_clock();
    }

    /// One step. False when nothing will ever happen again.
    fn step(&mut self) -> Result<bool, Violation> {
        let mut acts: Vec<Act> = Vec::new();
        if let Some(process) = &self.process {
            acts.extend(process.ready_workers(self.clock.now()).into_iter().map(Act::Work));
            if !process.queue.is_empty() {
                acts.push(Act::Commit);
            }
        }
        if self.agenda.first_key_value().is_some_and(|((at, _), _)| *at <= self.now) {
            acts.push(Act::Happen);
        }
        if acts.is_empty() {
            self.check_rest()?;
            return Ok(self.pass_time());
        }
        if self.burst > 0 && !self.healed && self.process.is_some() && self.dice.once_in(3) {
            self.burst -= 1;
            self.cover.fault("crash in a row");
            self.name_crash();
            self.crash("crash again")?;
            return Ok(true);
        }
        if !self.healed && self.process.is_some() && self.dice.once_in(self.crash_once_in) {
            if self.dice.once_in(6) {
                self.take_over()?;
            } else {
                self.name_crash();
                self.crash("crash")?;
            }
            return Ok(true);
        }
        if self.dice.once_in(6) {
            // Time goes on while things wait their turn.
            let millis = self.dice.between(1, 40);
            self.advance(millis);
        }
        let at = self.dice.below(acts.len());
        match acts.swap_remove(at) {
            Act::Work(worker) => self.work(worker)?,
            Act::Commit => self.commit()?,
            Act::Happen => self.happen()?,
        }
        Ok(true)
    }

    /// When a service that is up has nothing to do, nothing is lost between parents and children.
    fn check_rest(&self) -> Result<(), Violation> {
        match &self.process {
            Some(process) if !process.draining => {
                self.shadows.check_rest(self.beside.links())?;
                self.check_tasks_rest(process)
            }
            _ => Ok(()),
        }
    }

    /// Nothing can be done now: goes to the next moment at which something can.
    fn pass_time(&mut self) -> bool {
        let planned = self.agenda.first_key_value().map(|((at, _), _)| *at);
        // A service that shuts down leaves its timers to the next one.
        let running = self.process.as_ref().filter(|process| !process.draining);
        let due = running.and_then(Process::next_due);
        let due = due.map(|due| due.since_millis(self.clock.now()).max(0) + self.now);
        let next = [planned, due].into_iter().flatten().min();
        match next {
            Some(next) if next <= self.end => {
                self.advance(next - self.now);
                true
            }
            // Only what waits for nobody is left.
            _ => self.give_up(),
        }
    }

    fn happen(&mut self) -> Result<(), Violation> {
        let Some((_, happening)) = self.agenda.pop_first() else { return Ok(()) };
        match happening {
            Happening::Client(client) => self.ask(client)?,
            Happening::CallDone { process, id, attempt, outcome } => {
                self.call_done(process, id, attempt, outcome);
            }
            Happening::ItemsRead { process, request } => self.items_read(process, &request),
            Happening::ResultsWritten { process, request } => self.results_written(process, &request),
            Happening::ChildEnds { process, arn, run, report } => {
                self.child_ends(process, &arn, run, *report);
            }
            Happening::Ask { process, activity } => self.ask_task(process, &activity),
            Happening::WorkerLeaves(worker) => self.worker_leaves(worker),
            Happening::Speak(speech) => self.speak(speech)?,
            Happening::Crash => {
                if self.process.is_some() && !self.healed {
                    self.name_crash();
                    self.crash("crash")?;
                }
            }
            Happening::TakeOver => {
                if !self.healed {
                    self.take_over()?;
                }
            }
            Happening::Restart => self.restart()?,
            Happening::Drain => self.drain(),
            Happening::DrainEnd => self.drain_end()?,
            Happening::ClockJump(jump) => {
                self.trace.line(self.now, format_args!("clock {jump:+}"));
                self.cover.fault(jump_name(jump));
                self.off += jump;
                self.set_back |= jump < 0;
                self.set_clock();
            }
            Happening::Recover { process, row } => {
                if let Some(running) = self.process.as_ref().filter(|running| running.number == process) {
                    running.push(row.id, Message::Recover(row));
                }
            }
            Happening::Heal => {
                self.trace.line(self.now, format_args!("heal"));
                self.healed = true;
                self.faults.switch(false);
                self.end = self.now + AFTERMATH_MS;
            }
        }
        Ok(())
    }
}
