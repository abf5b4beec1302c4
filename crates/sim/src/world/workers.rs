//! Workers, and whoever else gets a task token: they ask for tasks at the desk, go
//! away while the answer is on its way, say how their tasks ended, send heartbeats,
//! say it twice, and come with tokens that were over long ago. They live outside of
//! the service, so that a crash takes nothing from them but answers.

use super::{Happening, World};
use crate::calls;
use crate::check::{Violation, rule};
use crate::clients::stop_failure;
use crate::process::{Answer, Process};
use crate::sabotage::Sabotage;
use serde_json::{Value, json};
use stateline_base::{Payload, Timestamp};
use stateline_runtime::{ActivityTask, Clock, Offer, Outcome, ServiceError, TokenWord};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

/// More workers than ever ask at once.
const WORKERS_MAX: usize = 1 << 20;

/// Everybody who works.
#[derive(Default)]
pub(super) struct Crew {
    /// Tasks that stand at the desk, as they were seen to come and go.
    standing: BTreeSet<Offer>,
    asking: Vec<Asking>,
    workers: u64,
    /// The tokens that somebody has.
    tokens: BTreeMap<Offer, Arc<str>>,
    speeches: Vec<Speech>,
    said: Vec<Said>,
    /// Speeches that are still to be made, or made again.
    planned: usize,
}

/// A worker that waits for the answer to its question.
struct Asking {
    number: u64,
    place: stateline_runtime::Place,
    activity: Arc<str>,
    offer: Offer,
    answer: oneshot::Receiver<Option<ActivityTask>>,
    /// It will be gone before it has looked at the answer.
    leaves: bool,
}

/// What somebody says with a token.
#[derive(Clone)]
struct Speech {
    of: Offer,
    word: TokenWord,
    /// The attempt was over for good when he thought of it.
    is_old: bool,
}

/// What was said, and waits for its answer.
struct Said {
    speech: usize,
    answer: Answer<()>,
    /// What the clock on the wall showed.
    sent: Timestamp,
}

impl Crew {
    pub(super) fn is_idle(&self) -> bool {
        self.asking.is_empty() && self.said.is_empty()
    }

    /// Whether somebody will say something.
    pub(super) fn has_plans(&self) -> bool {
        self.planned > 0
    }
}

impl World {
    /// A task comes to the desk; some time a worker will ask for it.
    pub(super) fn offered(
        &mut self,
        activity: &Arc<str>,
        offer: Offer,
        durable_seq: u64,
    ) -> Result<(), Violation> {
        let scheduled = self.shadows.scheduled(offer);
        let attempt = offer.1;
        rule!(
            scheduled.is_some_and(|(seq, _)| durable_seq > seq),
            "attempt {attempt} was offered before its TaskScheduled was durable"
        );
        let Some(process) = &self.process else { return Ok(()) };
        let came_before = scheduled.is_some_and(|(_, born)| born < process.number);
        if self.options.sabotage == Some(Sabotage::ForgetOffers) && came_before {
            return Ok(());
        }
        self.trace.line(self.now, format_args!("  offer #{attempt}"));
        process.desk.offer(activity, offer);
        if self.options.sabotage == Some(Sabotage::OfferTwice) {
            process.desk.offer(activity, offer);
            self.call_worker(activity.clone());
        }
        self.crew.standing.insert(offer);
        self.call_worker(activity.clone());
        Ok(())
    }

    fn call_worker(&mut self, activity: Arc<str>) {
        let process = self.processes;
        let pause = calls::idle_ms(&mut self.dice);
        self.later(pause, Happening::Ask { process, activity });
    }

    /// A worker asks for whatever waits.
    pub(super) fn ask_task(&mut self, number: u32, activity: &Arc<str>) {
        let up = |process: &&Process| process.number == number && !process.draining;
        // The desk of a service that stops is empty; the next one has another.
        let Some(process) = self.process.as_ref().filter(up) else { return };
        let Some(place) = process.desk.enter(activity, WORKERS_MAX) else { return };
        let Some(offer) = place.take() else { return };
        self.crew.standing.remove(&offer);
        match process.ask_task(offer) {
            Ok(answer) => {
                self.crew.workers += 1;
                let number = self.crew.workers;
                self.trace.line(self.now, format_args!("worker {number} asks for #{}", offer.1));
                let leaves = self.dice.once_in(5);
                if leaves {
                    let pause = self.dice.between(0, 600);
                    self.later(pause, Happening::WorkerLeaves(number));
                }
                let activity = activity.clone();
                self.crew.asking.push(Asking { number, place, activity, offer, answer, leaves });
            }
            Err(_) => {
                place.give_back(offer);
                self.crew.standing.insert(offer);
                self.call_worker(activity.clone());
            }
        }
    }

    /// A worker is gone. What it has not seen goes back, as the service does it.
    pub(super) fn worker_leaves(&mut self, number: u64) {
        let found = self.crew.asking.iter().position(|asking| asking.number == number);
        let Some(mut asking) = found.map(|found| self.crew.asking.swap_remove(found)) else { return };
        self.cover.input("WorkerGone");
        self.trace.line(self.now, format_args!("worker {number} is gone"));
        asking.answer.close();
        if let Ok(Some(_)) = asking.answer.try_recv() {
            asking.place.give_back(asking.offer);
            self.crew.standing.insert(asking.offer);
            self.call_worker(asking.activity);
        }
    }

    /// Hands out tasks and answers that have come. When the machine goes down in the middle, some
    /// never arrive.
    pub(super) fn poll_tokens(&mut self, lossy: bool) -> Result<(), Violation> {
        for mut asking in std::mem::take(&mut self.crew.asking) {
            if asking.leaves {
                self.crew.asking.push(asking);
                continue;
            }
            match asking.answer.try_recv() {
                Ok(Some(_)) if lossy && self.dice.once_in(2) => {}
                Ok(Some(task)) => self.delivered(asking.offer, &task)?,
                // That task was over; there may be another.
                Ok(None) => {
                    let process = self.processes;
                    self.later(0, Happening::Ask { process, activity: asking.activity });
                }
                Err(TryRecvError::Empty) => self.crew.asking.push(asking),
                Err(TryRecvError::Closed) => {}
            }
        }
        for mut said in std::mem::take(&mut self.crew.said) {
            match said.answer.try_recv() {
                Ok(_) if lossy && self.dice.once_in(2) => self.say_again(said.speech),
                Ok(answer) => self.answered(said.speech, said.sent, &answer)?,
                Err(TryRecvError::Empty) => self.crew.said.push(said),
                Err(TryRecvError::Closed) => self.say_again(said.speech),
            }
        }
        Ok(())
    }

    /// A worker has a task.
    fn delivered(&mut self, offer: Offer, task: &ActivityTask) -> Result<(), Violation> {
        let attempt = offer.1;
        self.trace.line(self.now, format_args!("worker has #{attempt}"));
        let request = self.shadows.durably_taken(offer);
        rule!(
            request.is_some_and(|request| request.text() == task.input.text()),
            "attempt {attempt} was given to a worker before that was durable, or with another request"
        );
        self.holds(offer, &task.token, &task.input)
    }

    /// The request of a callback has left, with its token. Where it fails, nobody gets that.
    pub(super) fn posted(
        &mut self,
        of: Offer,
        input: &Payload,
        reception: Option<&Outcome>,
    ) -> Result<(), Violation> {
        let token = calls::request(input).get("token").and_then(Value::as_str).unwrap_or_default();
        match reception {
            Some(Outcome::Failed(_)) => Ok(()),
            _ => self.holds(of, token, input),
        }
    }

    /// Somebody has a token, and makes his plans.
    fn holds(&mut self, of: Offer, token: &str, input: &Payload) -> Result<(), Violation> {
        let opened = self.process.as_ref().and_then(|process| process.open_token(token));
        let leads = opened.map(|opened| (opened.execution, opened.attempt));
        rule!(leads == Some(of), "the token of attempt {} leads to {leads:?}", of.1);
        let outcome = calls::answer(self.seed, calls::asked_at(input), input);
        self.ledger.tokens.hold(of, outcome.is_none())?;
        self.crew.tokens.insert(of, token.into());
        let mut takes = calls::latency_ms(&mut self.dice);
        if self.dice.once_in(4) {
            takes += self.dice.between(2_000, 20_000);
        }
        // Somebody who never answers sends heartbeats now and then, too.
        if outcome.is_some() || self.dice.once_in(3) {
            for _ in 0..self.dice.below(5) {
                let at = self.dice.between(0, takes);
                self.intend(at, Speech { of, word: TokenWord::Heartbeat, is_old: false });
            }
        }
        if outcome.is_some() && self.dice.once_in(5) {
            // Somebody who is busy for long, and says so all the time: only the task's own time ends that.
            takes += 12_000;
            for at in (0..takes).step_by(1_500) {
                self.intend(at, Speech { of, word: TokenWord::Heartbeat, is_old: false });
            }
        }
        let word = match outcome {
            Some(Outcome::Succeeded(output)) => TokenWord::Succeeded(output),
            Some(Outcome::Failed(failure)) => TokenWord::Failed(failure),
            None => return Ok(()),
        };
        let speech = Speech { of, word, is_old: false };
        if self.dice.once_in(5) {
            let again = if self.dice.once_in(2) { 0 } else { self.dice.between(0, 3_000) };
            self.intend(takes + again, speech.clone());
        }
        self.intend(takes, speech);
        self.remember(of);
        Ok(())
    }

    /// Somebody comes with the token of an attempt that is over.
    fn remember(&mut self, of: Offer) {
        let mut earlier = self.ledger.tokens.earlier(of);
        earlier.retain(|old| self.shadows.has_ended(*old, true));
        if earlier.is_empty() || !self.dice.once_in(2) {
            return;
        }
        let of = *self.dice.pick(&earlier);
        let late = TokenWord::Succeeded(Payload::from(json!({"pick": "too late"})));
        let word = if self.dice.once_in(3) { TokenWord::Heartbeat } else { late };
        let after = self.dice.between(0, 5_000);
        self.intend(after, Speech { of, word, is_old: true });
    }

    fn intend(&mut self, after: i64, speech: Speech) {
        self.crew.speeches.push(speech);
        self.crew.planned += 1;
        self.later(after, Happening::Speak(self.crew.speeches.len() - 1));
    }

    fn say_again(&mut self, speech: usize) {
        self.crew.planned += 1;
        let pause = self.dice.between(20, 1_500);
        self.later(pause, Happening::Speak(speech));
    }

    pub(super) fn speak(&mut self, number: usize) -> Result<(), Violation> {
        self.crew.planned -= 1;
        let Some(Speech { of, word, is_old }) = self.crew.speeches.get(number).cloned() else {
            return Ok(());
        };
        let Some(process) = self.process.as_ref().filter(|process| !process.draining) else {
            self.say_again(number);
            return Ok(());
        };
        let token = self.crew.tokens.get(&of).cloned().unwrap_or_default();
        self.trace.line(self.now, format_args!("#{} says {word:?}", of.1));
        if is_old {
            self.cover.input("OldToken");
        }
        self.ledger.tokens.say(of, &word);
        match process.ask_token(&token, word) {
            Ok(answer) => self.crew.said.push(Said { speech: number, answer, sent: self.clock.now() }),
            Err(ServiceError::InvalidTaskToken) => {
                return Err(Violation(format!("the token of attempt {} is not good any more", of.1)));
            }
            Err(_) => self.say_again(number),
        }
        Ok(())
    }

    fn answered(
        &mut self,
        number: usize,
        sent: Timestamp,
        answer: &Result<(), ServiceError>,
    ) -> Result<(), Violation> {
        let Some(Speech { of, word, is_old }) = self.crew.speeches.get(number).cloned() else {
            return Ok(());
        };
        self.trace.line(self.now, format_args!("#{} is told {answer:?}", of.1));
        match answer {
            Ok(()) => {
                rule!(!is_old, "attempt {} was over, and its token was taken", of.1);
                // The clock may have been set back in between.
                self.ledger.tokens.acknowledge(of, &word, sent.min(self.clock.now()))
            }
            Err(ServiceError::TaskTimedOut) => {
                self.cover.input("TokenRefused");
                let ended = self.shadows.has_ended(of, true)
                    || (self.shadows.has_ended(of, false) && !self.shadows.is_running_out(of.0));
                if ended {
                    self.ledger.tokens.refuse(of);
                    return Ok(());
                }
                let wall = self.ledger.wall_max();
                let due = self.shadows.is_due(of, wall) || self.shadows.is_running_out(of.0);
                rule!(due, "a token of attempt {} was refused as over, and the attempt is out", of.1);
                Ok(())
            }
            Err(ServiceError::TaskDoesNotExist) => {
                Err(Violation(format!("the execution of attempt {} is not known any more", of.1)))
            }
            Err(_) => {
                self.say_again(number);
                Ok(())
            }
        }
    }

    /// The service is gone, with its desk and with all answers that were to come.
    pub(super) fn desert(&mut self) {
        self.crew.standing.clear();
        self.crew.asking.clear();
        for said in std::mem::take(&mut self.crew.said) {
            self.say_again(said.speech);
        }
    }

    /// When a service that is up has nothing to do, each task of an activity stands at the desk, and
    /// each that is out has somebody who has its token, or a clock.
    pub(super) fn check_tasks_rest(&self, process: &Process) -> Result<(), Violation> {
        for offer in self.shadows.offers() {
            let stands = self.crew.standing.contains(&offer);
            rule!(stands, "attempt {} of {} is offered, and not at the desk", offer.1, offer.0);
        }
        for silent in self.shadows.silent(|of| self.is_held(of)) {
            let lost = silent.born < process.number;
            rule!(lost, "attempt {} of {} is out, and nobody has its token", silent.of.1, silent.of.0);
        }
        Ok(())
    }

    fn is_held(&self, of: Offer) -> bool {
        let delivers = self.crew.asking.iter().any(|asking| asking.offer == of);
        delivers || self.crew.standing.contains(&of) || self.ledger.tokens.is_held(of)
    }

    /// In the end somebody stops what waits for a token that a crash swallowed on its way, and that
    /// has no clock. True when there was something.
    pub(super) fn give_up(&mut self) -> bool {
        let Some(process) = self.process.as_ref().filter(|process| !process.draining) else { return false };
        let mut stopped = false;
        for silent in self.shadows.silent(|of| self.is_held(of)) {
            self.ledger.ask_stop(silent.of.0);
            self.cover.input("GivenUp");
            // Nobody waits for the answer.
            stopped |= process.ask_stop(silent.of.0, stop_failure()).is_ok();
        }
        stopped
    }
}
