//! Deciding: from an input to records and effects.
//!
//! A decision goes on until every frame waits for the outside world, so that one
//! commit covers all that happened in between.

use crate::apply::begin;
use crate::context::first_input;
use crate::data_flow::Left;
use crate::decider::{Decider, Decision, Effect, Input, Rejection, Setting};
use crate::execution::{Activity, Execution};
use crate::map_run::MapRun;
use crate::order;
use crate::redrive;
use crate::retry::Raised;
use crate::states;
use crate::test_run::TestCase;
use stateline_asl::program::{Kind, StateIndex, Transition};
use stateline_base::{Failure, Payload, Timestamp};
use stateline_journal::{AttemptId, Event, FrameId, Record, Started};

/// Starts an execution and runs it until it waits for the outside.
#[must_use]
pub fn start(setting: Setting<'_>, started: Started, at: Timestamp) -> (Execution, Decision) {
    start_with(setting, started, Beginning::default(), at)
}

/// What is beside the start of some executions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// For a child that begins with a redrive of its Map Run: the how manieth, 0 for none.
    pub map_run: u32,
    /// The test case to run.
    pub test: Option<TestCase>,
}

/// [`start`] with what is beside it.
#[must_use]
pub fn start_with(
    setting: Setting<'_>,
    started: Started,
    beginning: Beginning,
    at: Timestamp,
) -> (Execution, Decision) {
    let record = Record { at, id: 1, previous: 0, event: Event::ExecutionStarted(Box::new(started)) };
    let mut x = begin(&record).expect("the record is a start");
    let mut decider = Decider::new(setting, &mut x, at);
    decider.note_start(record);
    if let Some(TestCase { name, first }) = beginning.test {
        decider.note(Event::TestCaseChosen { case: name, first });
    }
    if beginning.map_run > 0 {
        decider.note(Event::RedriveFollowed { map_run: beginning.map_run });
    }
    decider.run();
    let decision = decider.finish();
    (x, decision)
}

/// Decides what follows from an input, and applies it to the execution.
///
/// Same arguments, same answer, for ever. On a rejection nothing has changed.
///
/// # Errors
/// [`Rejection`] when the execution has ended or the attempt is not out, and, for a redrive, when
/// the execution cannot be redriven.
pub fn advance(
    setting: Setting<'_>,
    x: &mut Execution,
    input: Input,
    at: Timestamp,
) -> Result<Decision, Rejection> {
    if let Input::Redrive { token, map_run } = input {
        return redrive::redrive(setting, x, token, map_run, at);
    }
    // Clocks may step back; an execution's own time does not.
    let at = at.max(x.last_at);
    if !x.is_open() {
        let mut decider = Decider::new(setting, x, at);
        let settled = states::map_run::settle(&mut decider, &input);
        return if settled { Ok(decider.finish()) } else { Err(Rejection::Closed) };
    }
    let subject = subject(x, &input, at)?;
    let mut decider = Decider::new(setting, x, at);
    if let Input::Stop(failure) = input {
        decider.stop(Event::ExecutionAborted { failure });
        return Ok(decider.finish());
    }
    if decider.x.deadline <= at {
        // AWS gives the end that was due, not the moment it was noticed.
        decider.at = decider.x.deadline;
        decider.stop(Event::ExecutionTimedOut);
        states::map_run::settle(&mut decider, &input);
        return Ok(decider.finish());
    }
    take(&mut decider, input, subject);
    decider.run();
    Ok(decider.finish())
}

/// The frame that an input is about; none for those about the execution as a whole.
fn subject(x: &Execution, input: &Input, at: Timestamp) -> Result<Option<FrameId>, Rejection> {
    match input {
        Input::TaskSucceeded { attempt, .. }
        | Input::TaskFailed { attempt, .. }
        | Input::AttemptLost { attempt } => {
            find_attempt(x, *attempt).ok_or(Rejection::StaleAttempt).map(Some)
        }
        Input::TokenSucceeded { attempt, .. }
        | Input::TokenFailed { attempt, .. }
        | Input::Heartbeat { attempt } => {
            // Whoever returns a token after its time is late, also when nobody has looked yet.
            let found = find_attempt(x, *attempt);
            let in_time = found.filter(|frame| x.frame(*frame).due().is_none_or(|due| due > at));
            in_time.ok_or(Rejection::StaleAttempt).map(Some)
        }
        Input::TaskTaken { attempt, .. } => find_offer(x, *attempt).ok_or(Rejection::StaleAttempt).map(Some),
        Input::ChildEnded { attempt, .. } => {
            let found = find_map_run(x, |run| run.running.contains_key(attempt));
            let known = found.is_some() || x.unsettled(*attempt).is_some();
            known.then_some(found).ok_or(Rejection::StaleAttempt)
        }
        Input::ItemsRead { map_run_arn, cursor, .. } => {
            let found = find_map_run(x, |run| run.arn == *map_run_arn && run.reads_at(cursor.as_deref()));
            found.ok_or(Rejection::StaleMapRun).map(Some)
        }
        Input::ReadFailed { map_run_arn, .. } => {
            let found = find_map_run(x, |run| run.arn == *map_run_arn && run.reads());
            found.ok_or(Rejection::StaleMapRun).map(Some)
        }
        Input::ResultsWritten { map_run_arn, .. } | Input::WriteFailed { map_run_arn, .. } => {
            let is_awaited = |run: &MapRun| !run.closed && run.awaited.is_some();
            let found = find_map_run(x, |run| run.arn == *map_run_arn && is_awaited(run));
            found.ok_or(Rejection::StaleMapRun).map(Some)
        }
        Input::UpdateMapRun { map_run_arn, .. } => {
            let found = find_map_run(x, |run| run.arn == *map_run_arn);
            found.ok_or(Rejection::StaleMapRun).map(Some)
        }
        Input::Tick | Input::Stop(_) | Input::Continue | Input::Redrive { .. } => Ok(None),
    }
}

/// What an input does to the frame that it is about.
fn take(decider: &mut Decider<'_>, input: Input, subject: Option<FrameId>) {
    match (input, subject) {
        (Input::TaskSucceeded { output, .. }, Some(frame)) => {
            states::task::succeeded(decider, frame, &output);
        }
        (Input::TaskFailed { failure, .. }, Some(frame)) => {
            states::task::failed(decider, frame, failure);
        }
        (Input::TokenSucceeded { output, .. }, Some(frame)) => {
            states::task::completed(decider, frame, &output);
        }
        (Input::TokenFailed { failure, .. }, Some(frame)) => {
            states::task::failed(decider, frame, failure);
        }
        (Input::Heartbeat { .. }, Some(frame)) => states::task::heartbeat(decider, frame),
        (Input::TaskTaken { worker, .. }, Some(frame)) => {
            states::task::taken(decider, frame, worker);
        }
        (Input::AttemptLost { .. }, Some(frame)) => states::task::lost(decider, frame),
        (Input::ChildEnded { attempt, ending, started_at, stopped_at }, Some(frame)) => {
            let ended = Event::ChildEnded { frame, attempt, ending, started_at, stopped_at };
            states::map_run::child_ended_now(decider, frame, ended);
        }
        (Input::ItemsRead { items, ended, .. }, Some(frame)) => {
            states::map_run::items_read(decider, frame, &items, ended);
        }
        (Input::ReadFailed { failure, .. }, Some(frame)) => {
            states::map_run::read_failed(decider, frame, failure);
        }
        (Input::ResultsWritten { output, .. }, Some(frame)) => {
            states::map_run::results_written(decider, frame, Ok(output));
        }
        (Input::WriteFailed { failure, .. }, Some(frame)) => {
            states::map_run::results_written(decider, frame, Err(failure));
        }
        (input @ Input::ChildEnded { .. }, None) => {
            states::map_run::settle(decider, &input);
        }
        (Input::UpdateMapRun { limits, .. }, Some(frame)) => {
            states::map_run::update(decider, frame, limits);
        }
        (Input::Tick, _) => decider.tick(),
        _ => decider.ready = order::stack(decider.x),
    }
}

fn find_attempt(x: &Execution, wanted: AttemptId) -> Option<FrameId> {
    x.attempts_out().find(|(_, attempt, _)| *attempt == wanted).map(|(frame, _, _)| frame)
}

fn find_offer(x: &Execution, wanted: AttemptId) -> Option<FrameId> {
    x.frames.iter().find_map(|(id, frame)| match &frame.activity {
        Activity::Scheduled { attempt, .. } if *attempt == wanted => Some(*id),
        _ => None,
    })
}

fn find_map_run(x: &Execution, wanted: impl Fn(&MapRun) -> bool) -> Option<FrameId> {
    x.frames.iter().find_map(|(id, frame)| match &frame.activity {
        Activity::MapRun(run) if wanted(run) => Some(*id),
        _ => None,
    })
}

impl Decider<'_> {
    /// Goes on with every ready frame until all wait.
    pub(crate) fn run(&mut self) {
        while let Some(frame) = self.ready.pop() {
            if !self.x.is_open() {
                return;
            }
            if self.is_long() {
                self.effect(Effect::Continue);
                return;
            }
            // A frame that failed with its siblings may have been ready still.
            if self.x.frames.contains_key(&frame) {
                self.step(frame);
            }
        }
    }

    /// One step of one frame.
    pub(crate) fn step(&mut self, frame: FrameId) {
        match &self.frame(frame).activity {
            Activity::New => self.enter_scope(frame),
            Activity::Leaving(next) => {
                let (state, input) = (*next, self.frame(frame).input.clone());
                self.enter_state(frame, state, input);
            }
            Activity::Entered => self.work(frame),
            Activity::Iterations(_) => states::map::start_iterations(self, frame),
            Activity::MapRun(_) => states::map_run::go_on(self, frame),
            Activity::Joined(_) => redrive::join_again(self, frame),
            // Waits for the outside, or is done: nothing to decide.
            Activity::Waiting { .. }
            | Activity::Scheduled { .. }
            | Activity::Running { .. }
            | Activity::TaskEnded
            | Activity::Backoff { .. }
            | Activity::Branches { .. }
            | Activity::Done(_) => {}
        }
    }

    fn enter_scope(&mut self, frame: FrameId) {
        match first_input(self, frame) {
            Ok((scope, input)) => {
                let state = self.setting.program.scope(scope).start_at.0;
                self.enter_state(frame, state, input);
            }
            Err(raised) => states::map::selector_failed(self, frame, raised),
        }
    }

    fn enter_state(&mut self, frame: FrameId, state: u32, input: Payload) {
        self.emit(frame, Event::StateEntered { frame, state, input });
        self.ready.push(frame);
    }

    /// The work of a state that was just entered.
    fn work(&mut self, frame: FrameId) {
        match &self.state(frame).kind {
            Kind::Pass(pass) => states::pass::enter(self, frame, pass),
            Kind::Task(task) => states::task::enter(self, frame, task),
            Kind::Choice(choice) => states::choice::enter(self, frame, choice),
            Kind::Wait(wait) => states::wait::enter(self, frame, wait),
            Kind::Succeed => states::succeed::enter(self, frame),
            Kind::Fail(fail) => states::fail::enter(self, frame, fail),
            Kind::Parallel(parallel) => states::parallel::enter(self, frame, parallel),
            Kind::Map(map) => states::map::enter(self, frame, map),
        }
    }

    /// Leaves a state with an output and variables that are within the limits.
    pub(crate) fn exit(&mut self, frame: FrameId, left: Left, transition: Transition) {
        let Left { output, assigned } = left;
        let next = match transition {
            Transition::Next(StateIndex(next)) => Some(next),
            Transition::End => None,
        };
        let state = self.frame(frame).state;
        self.emit(frame, Event::StateExited { frame, state, output: output.clone(), next, assigned });
        if !self.x.is_open() {
            return;
        }
        if next.is_some() {
            self.ready.push(frame);
        } else {
            self.scope_done(frame, output);
        }
    }

    /// A scope came to its end: the execution, a branch or an iteration.
    fn scope_done(&mut self, frame: FrameId, output: Payload) {
        let Some(parent) = self.frame(frame).parent else {
            self.emit(frame, Event::ExecutionSucceeded { output });
            return;
        };
        match &self.frame(parent).activity {
            Activity::Iterations(_) => states::map::iteration_done(self, parent, frame),
            _ => states::parallel::branch_done(self, parent, frame),
        }
    }

    /// Ends the execution from outside.
    fn stop(&mut self, end: Event) {
        self.cancel_all();
        self.end_map_run(crate::execution::ROOT);
        let children = self.x.children(crate::execution::ROOT);
        for child in children {
            self.abort(child);
        }
        // These two ends stand apart from every chain.
        self.emit_after(0, end);
    }

    /// A Map Run ends with its state.
    fn end_map_run(&mut self, frame: FrameId) {
        if matches!(&self.frame(frame).activity, Activity::MapRun(run) if !run.closed) {
            self.emit(frame, Event::MapRunAborted { frame });
        }
    }

    /// Deals with everything that is due.
    fn tick(&mut self) {
        for frame in self.x.due(self.at) {
            if !self.x.is_open() {
                return;
            }
            let Some(visitor) = self.x.frames.get(&frame) else { continue };
            if visitor.due().is_none_or(|due| due > self.at) {
                continue;
            }
            match &visitor.activity {
                Activity::Waiting { .. } => states::wait::over(self, frame),
                Activity::Backoff { .. } => self.work(frame),
                Activity::Running { .. } => states::task::timed_out(self, frame),
                _ => {}
            }
        }
        self.ready = order::stack(self.x);
    }

    /// Cuts off a frame and all below it: a sibling failed, or the execution was stopped.
    pub(crate) fn abort(&mut self, frame: FrameId) {
        for child in self.x.children(frame) {
            self.abort(child);
        }
        let Some(visitor) = self.x.frames.get(&frame) else { return };
        let (state, index, parent) = (visitor.state, visitor.index, visitor.parent);
        let resting = match &visitor.activity {
            Activity::Running { attempt, .. } => {
                let attempt = *attempt;
                self.effect(Effect::Cancel { attempt });
                true
            }
            Activity::Waiting { .. }
            | Activity::Scheduled { .. }
            | Activity::Backoff { .. }
            | Activity::Branches { .. }
            | Activity::Iterations(_) => true,
            Activity::MapRun(_) => {
                states::map_run::stop_children(self, frame);
                self.end_map_run(frame);
                true
            }
            Activity::Entered => matches!(
                self.state(frame).kind,
                Kind::Task(_) | Kind::Wait(_) | Kind::Parallel(_) | Kind::Map(_)
            ),
            Activity::Done(_) => return,
            Activity::New | Activity::Leaving(_) | Activity::TaskEnded | Activity::Joined(_) => false,
        };
        if resting {
            self.emit(frame, Event::StateAborted { frame, state });
        }
        let Some(parent) = parent else { return };
        if self.x.is_open() && matches!(self.frame(parent).activity, Activity::Iterations(_)) {
            let state = self.frame(parent).state;
            self.emit(frame, Event::MapIterationAborted { child: frame, state, index });
        }
    }
}

/// `States.Runtime` with a cause in AWS's form: which state, and where it was entered.
pub(crate) fn in_state(decider: &Decider<'_>, frame: FrameId, text: &str) -> Raised {
    Raised::plain(Failure::runtime(in_state_text(decider, frame, text)))
}

/// The prefix that AWS puts before the interpreter's own failures.
pub(crate) fn in_state_text(decider: &Decider<'_>, frame: FrameId, text: &str) -> String {
    format!(
        "An error occurred while executing the state '{}' (entered at the event id #{}). {text}",
        decider.state(frame).name,
        decider.frame(frame).entered_id
    )
}
