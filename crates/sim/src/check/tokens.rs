//! Tokens: who got which, what was said with them, and what the service answered,
//! written down outside of it; and whether the histories bear it out.

use super::{Evidence, Try, TryEnd, Violation, rule};
use crate::cover::Cover;
use crate::shadow::read_records;
use crate::walk::Way;
use stateline_base::{ExecutionId, Limits, Timestamp};
use stateline_engine::replay;
use stateline_journal::{AttemptId, Event, FrameId, Record};
use stateline_runtime::{Offer, Outcome, TokenWord};
use stateline_store::{ExecutionRow, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Tokens of one world.
#[derive(Debug, Default)]
pub(crate) struct TokenBook {
    held: BTreeMap<Offer, Held>,
    /// Those that were refused because their attempt had ended.
    over: BTreeSet<Offer>,
}

/// A token that somebody has.
#[derive(Debug)]
struct Held {
    /// Its holder never says how the task ended.
    hangs: bool,
    said: Vec<TokenWord>,
    /// The word that the service said it has taken.
    acknowledged: Option<TokenWord>,
    /// When the last heartbeat was sent that the service said it has taken.
    beat: Option<Timestamp>,
}

/// What records tell of one attempt.
#[derive(Debug, Default)]
struct Told {
    /// `HeartbeatSeconds`, and when the next heartbeat is due.
    seconds: Option<u64>,
    heartbeat: Option<Timestamp>,
    end: Option<TokenWord>,
}

impl TokenBook {
    /// Somebody got the token of an attempt, which nobody had before.
    pub(crate) fn hold(&mut self, of: Offer, hangs: bool) -> Result<(), Violation> {
        let held = Held { hangs, said: Vec::new(), acknowledged: None, beat: None };
        let twice = self.held.insert(of, held);
        rule!(twice.is_none(), "the token of attempt {} of {} was given to two", of.1, of.0);
        Ok(())
    }

    pub(crate) fn is_held(&self, of: Offer) -> bool {
        self.held.contains_key(&of)
    }

    /// Tokens of earlier attempts of the same execution.
    pub(crate) fn earlier(&self, (id, attempt): Offer) -> Vec<Offer> {
        self.held.range((id, 0)..(id, attempt)).map(|(of, _)| *of).collect()
    }

    /// A word is on its way to the service.
    pub(crate) fn say(&mut self, of: Offer, word: &TokenWord) {
        if let Some(held) = self.held.get_mut(&of) {
            held.said.push(word.clone());
        }
    }

    /// The service said that it has taken a word. A task ends once.
    pub(crate) fn acknowledge(
        &mut self,
        of: Offer,
        word: &TokenWord,
        sent: Timestamp,
    ) -> Result<(), Violation> {
        let Some(held) = self.held.get_mut(&of) else { return Ok(()) };
        if *word == TokenWord::Heartbeat {
            held.beat = held.beat.max(Some(sent));
            return Ok(());
        }
        let first = held.acknowledged.replace(word.clone());
        rule!(first.is_none(), "attempt {} of {} was ended twice by its token", of.1, of.0);
        Ok(())
    }

    /// A word was refused because its attempt had ended.
    pub(crate) fn refuse(&mut self, of: Offer) {
        self.over.insert(of);
    }

    /// Whether an attempt that timed out does so in every world: its holder never said a word.
    pub(crate) fn is_silent(&self, of: Offer) -> bool {
        self.held.get(&of).is_some_and(|held| held.hangs && held.said.is_empty())
    }

    /// What was acknowledged is durable, and what was refused as over is so: asked after each
    /// crash and at the end.
    pub(crate) fn check_kept(&self, store: &dyn Store, limits: &Limits) -> Result<(), Violation> {
        let speak = self.held.iter().filter(|(_, held)| held.acknowledged.is_some() || held.beat.is_some());
        let ids: BTreeSet<ExecutionId> =
            speak.map(|(of, _)| of.0).chain(self.over.iter().map(|of| of.0)).collect();
        for id in ids {
            let records = read_records(store, id)?;
            let told = told(&records);
            let is_full = |record: &Record| {
                matches!(record.event, Event::ExecutionFailed { .. })
                    && record.id >= limits.history_events_max
            };
            let full = records.iter().any(is_full);
            let all = (id, AttemptId::MIN)..=(id, AttemptId::MAX);
            for ((_, attempt), held) in self.held.range(all.clone()) {
                check_held(*attempt, held, told.get(attempt), full)?;
            }
            let Some(x) = replay(&records) else { return Err(Violation(format!("{id} is lost"))) };
            for (_, attempt) in self.over.range(all) {
                let out = x.is_open() && x.attempts_out().any(|(_, other, _)| other == *attempt);
                rule!(!out, "a token of attempt {attempt} was refused as over, and the attempt is out");
            }
        }
        Ok(())
    }
}

/// What was acknowledged to the holder of a token is what the history tells.
fn check_held(attempt: AttemptId, held: &Held, told: Option<&Told>, full: bool) -> Result<(), Violation> {
    if let Some(word) = &held.acknowledged {
        let end = told.and_then(|told| told.end.as_ref());
        // A history without room for the task's end is at its own.
        let took_effect = end == Some(word) || (full && end.is_none());
        rule!(took_effect, "attempt {attempt} was ended by its token with {word:?}, stored is {end:?}");
    }
    // A heartbeat that moves the time by less than a tenth is not written down.
    let clock = told.and_then(|told| Some((told.heartbeat?, told.seconds?)));
    if let (Some(sent), Some((due, seconds)), false) = (held.beat, clock, full) {
        let least = i64::try_from(seconds * 900).unwrap_or(i64::MAX);
        let kept = due.since_millis(sent) >= least;
        rule!(kept, "a heartbeat of attempt {attempt} was acknowledged, and the next one is due at {due}");
    }
    Ok(())
}

fn told(records: &[Record]) -> BTreeMap<AttemptId, Told> {
    let mut attempts: BTreeMap<AttemptId, Told> = BTreeMap::new();
    let mut frames: BTreeMap<FrameId, AttemptId> = BTreeMap::new();
    for record in records {
        let (frame, end) = match &record.event {
            Event::TaskScheduled { frame, attempt, heartbeat_seconds, .. } => {
                frames.insert(*frame, *attempt);
                attempts.insert(*attempt, Told { seconds: *heartbeat_seconds, ..Told::default() });
                continue;
            }
            Event::HeartbeatRecorded { frame, .. }
            | Event::TaskStarted { frame, .. }
            | Event::ActivityStarted { frame, .. } => (frame, None),
            Event::TaskSucceeded { frame, output, .. } => (frame, Some(TokenWord::Succeeded(output.clone()))),
            Event::TaskFailed { frame, failure, .. } => (frame, Some(TokenWord::Failed(failure.clone()))),
            _ => continue,
        };
        let Some(told) = frames.get(frame).and_then(|attempt| attempts.get_mut(attempt)) else { continue };
        match &record.event {
            Event::HeartbeatRecorded { until, .. } => told.heartbeat = Some(*until),
            Event::TaskStarted { clock, .. } | Event::ActivityStarted { clock, .. } => {
                told.heartbeat = clock.heartbeat;
            }
            _ => told.end = end,
        }
    }
    attempts
}

/// What a history says of a task that ends later is what the world knows of it.
pub(super) fn check_later(
    evidence: &Evidence<'_>,
    row: &ExecutionRow,
    attempt: &Try,
    born: &[u32],
    cover: &mut Cover,
) -> Result<(), Violation> {
    let (name, number) = (&row.name, attempt.attempt);
    let of = (row.id, number);
    let received = evidence.ledger.received(row.id, number);
    if let Some(taken) = &attempt.taken {
        let told = received == Some(&Outcome::Succeeded(taken.clone()));
        rule!(told, "the request of attempt {number} of {name} was taken as no call said");
    }
    if let Some(lost) = attempt.lost {
        cover.input("AttemptLost");
        let (before, after) = (born.get(attempt.started), born.get(lost));
        let apart = before.is_some() && before < after;
        rule!(apart, "the call of attempt {number} of {name} was lost in the process that made it");
    }
    let word = match &attempt.end {
        Some((_, TryEnd::Succeeded(output))) => TokenWord::Succeeded(output.clone()),
        Some((_, TryEnd::Failed(failure))) => {
            if attempt.way == Way::Callback && received == Some(&Outcome::Failed(failure.clone())) {
                return Ok(());
            }
            TokenWord::Failed(failure.clone())
        }
        Some((_, TryEnd::TimedOut)) | None => return Ok(()),
    };
    let said = evidence.ledger.tokens.held.get(&of).is_some_and(|held| held.said.contains(&word));
    rule!(said, "attempt {number} of {name} ended with {word:?}, which nobody said with its token");
    Ok(())
}
