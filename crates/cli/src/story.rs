//! A history told as visits of states: which state, how long, how many attempts, what went wrong.
//!
//! It is a fold over the API's events in order. It serves display only: an
//! event it does not understand changes nothing.

use serde_json::Value;
use std::collections::HashMap;

/// One event of the API's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Dense from 1.
    pub id: u64,
    /// The event before it in its chain, or 0.
    pub previous: u64,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// `TaskStateEntered`.
    pub kind: String,
    /// The one member that holds details, or null.
    pub details: Value,
}

impl Event {
    /// Reads an event as the API writes it.
    pub fn read(event: &Value) -> Option<Event> {
        let members = event.as_object()?;
        let details = members.iter().find(|(name, _)| name.ends_with("EventDetails"));
        Some(Event {
            id: event["id"].as_u64()?,
            previous: event["previousEventId"].as_u64().unwrap_or(0),
            at: millis(&event["timestamp"]),
            kind: event["type"].as_str()?.to_owned(),
            details: details.map(|(_, details)| details.clone()).unwrap_or_default(),
        })
    }

    /// A text of the details.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.details[member].as_str()
    }
}

/// A time of the API, seconds with a fraction, in milliseconds.
pub fn millis(time: &Value) -> i64 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "times of our era fit; others are shown wrong, no more"
    )]
    let millis = (time.as_f64().unwrap_or(0.0) * 1_000.0).round() as i64;
    millis
}

/// How a visit stands or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Still there.
    Open,
    /// Left for the next state or the end.
    Left,
    /// Left after an error that the state caught.
    Caught,
    /// The error went on upwards.
    Failed,
    /// Ended from outside.
    Aborted,
}

/// One visit of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The state.
    pub name: String,
    /// `Task`, `Map`, …
    pub kind: String,
    /// The visit of the Parallel or Map state around it.
    pub parent: Option<usize>,
    /// How many states are around it.
    pub depth: usize,
    /// The item, directly inside a Map.
    pub index: Option<u64>,
    /// When it began.
    pub entered: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// Calls, or rounds of a Parallel or Map.
    pub attempts: u32,
    /// Error and cause of the last attempt, if it failed.
    pub error: Option<(String, String)>,
    /// How it stands.
    pub stand: Stand,
}

impl Visit {
    /// Whether other states run inside it.
    pub fn is_container(&self) -> bool {
        matches!(self.kind.as_str(), "Parallel" | "Map")
    }

    /// The name, with the item's index inside a Map.
    pub fn label(&self) -> String {
        match self.index {
            Some(index) => format!("{}[{index}]", self.name),
            None => self.name.clone(),
        }
    }
}

/// What an event changed, for those who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A visit began.
    Entered(usize),
    /// An attempt failed; the state may try again.
    Stumbled(usize),
    /// A visit ended.
    Ended(usize),
}

/// Where an event stands: the visit its chain is in.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    visit: Option<usize>,
    /// The visit has been left (a state), or its inside has (a Parallel or Map).
    closed: bool,
    /// The item, between a Map's iteration and its first state.
    index: Option<u64>,
}

/// The visits of an execution so far.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// In the order in which they began.
    pub visits: Vec<Visit>,
    links: HashMap<u64, Link>,
}

impl Story {
    /// The story of a whole history.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Story {
        let mut story = Story::default();
        for event in events {
            story.apply(event);
        }
        story
    }

    /// Goes on by one event.
    pub fn apply(&mut self, event: &Event) -> Vec<Change> {
        let before = self.links.get(&event.previous).copied().unwrap_or_default();
        let (link, changes) = self.step(event, before);
        self.links.insert(event.id, link);
        changes
    }

    /// Visits that have not ended.
    pub fn open(&self) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(|visit| visit.stand == Stand::Open)
    }

    /// The innermost visit whose error went upwards last: where an execution failed.
    pub fn failed(&self) -> Option<&Visit> {
        let failed = self.visits.iter().rev().filter(|visit| visit.stand == Stand::Failed);
        failed.max_by_key(|visit| (visit.ended, visit.depth))
    }

    fn step(&mut self, event: &Event, before: Link) -> (Link, Vec<Change>) {
        let kind = event.kind.as_str();
        if let Some(state) = kind.strip_suffix("StateEntered") {
            return self.enter(event, state, before);
        }
        if kind.ends_with("StateExited") {
            return self.leave(event, before);
        }
        if kind.starts_with("Execution") {
            return (before, self.finish(event, before));
        }
        if kind.starts_with("MapIteration") {
            let visit = event.text("name").and_then(|name| self.climb(before.visit, name));
            let index = event.details["index"].as_u64().filter(|_| kind == "MapIterationStarted");
            return (Link { visit: visit.or(before.visit), closed: false, index }, Vec::new());
        }
        if kind.starts_with("ParallelState") || kind.starts_with("MapState") {
            return self.container(event, before);
        }
        let changes = match before.visit.map(|at| (at, &mut self.visits[at])) {
            Some((_, visit)) if kind.ends_with("Scheduled") => {
                visit.attempts += 1;
                visit.error = None;
                Vec::new()
            }
            Some((at, visit)) if kind.ends_with("Failed") || kind.ends_with("TimedOut") => {
                visit.error = Some(error_of(event));
                vec![Change::Stumbled(at)]
            }
            Some((at, _)) if kind.ends_with("StateAborted") => self.end(at, event.at, Stand::Aborted),
            _ => Vec::new(),
        };
        (before, changes)
    }

    fn enter(&mut self, event: &Event, state: &str, before: Link) -> (Link, Vec<Change>) {
        let left = before.visit.filter(|_| before.closed).map(|at| &self.visits[at]);
        let (parent, index) = match left {
            Some(sibling) => (sibling.parent, sibling.index),
            None => (before.visit, before.index),
        };
        let at = self.visits.len();
        self.visits.push(Visit {
            name: event.text("name").unwrap_or_default().to_owned(),
            kind: state.to_owned(),
            parent,
            depth: parent.map_or(0, |parent| self.visits[parent].depth + 1),
            index,
            entered: event.at,
            ended: None,
            attempts: 0,
            error: None,
            stand: Stand::Open,
        });
        (Link { visit: Some(at), ..Link::default() }, vec![Change::Entered(at)])
    }

    fn leave(&mut self, event: &Event, before: Link) -> (Link, Vec<Change>) {
        let left = event.text("name").and_then(|name| self.climb(before.visit, name));
        let Some(at) = left else { return (before, Vec::new()) };
        let stand = if self.visits[at].error.is_some() { Stand::Caught } else { Stand::Left };
        let changes = self.end(at, event.at, stand);
        (Link { visit: Some(at), closed: true, index: None }, changes)
    }

    /// An event of a Parallel or Map as a whole. Its chain comes from inside.
    fn container(&mut self, event: &Event, before: Link) -> (Link, Vec<Change>) {
        let kind = event.kind.as_str();
        let from = match before.visit {
            // Another container ended just before: this is the one around it.
            Some(at) if before.closed && self.visits[at].is_container() && !kind.ends_with("Started") => {
                self.visits[at].parent
            }
            other => other,
        };
        let Some(at) = self.lineage(from).find(|at| self.visits[*at].is_container()) else {
            return (before, Vec::new());
        };
        if kind.ends_with("Started") {
            self.visits[at].attempts += 1;
            self.visits[at].error = None;
            return (Link { visit: Some(at), ..Link::default() }, Vec::new());
        }
        let mut changes = self.end_inside(at, event.at);
        if kind.ends_with("Failed") {
            let (error, cause) = error_of(event);
            let inner =
                self.visits.iter().rev().find(|visit| visit.parent == Some(at) && visit.error.is_some());
            let known = inner.and_then(|visit| visit.error.clone()).unwrap_or_default();
            self.visits[at].error = Some(if error.is_empty() { known } else { (error, cause) });
            changes.push(Change::Stumbled(at));
        } else if kind.ends_with("Aborted") {
            changes.extend(self.end(at, event.at, Stand::Aborted));
        }
        (Link { visit: Some(at), closed: true, index: None }, changes)
    }

    /// The execution's own events: the last one ends whatever is open.
    fn finish(&mut self, event: &Event, before: Link) -> Vec<Change> {
        let failed: Vec<usize> = match event.kind.as_str() {
            "ExecutionStarted" | "ExecutionRedriven" => return Vec::new(),
            "ExecutionFailed" => self.lineage(before.visit).collect(),
            _ => Vec::new(),
        };
        let mut changes = Vec::new();
        for at in (0..self.visits.len()).rev() {
            if self.visits[at].stand != Stand::Open {
                continue;
            }
            if failed.contains(&at) {
                if self.visits[at].error.is_none() && before.visit == Some(at) {
                    self.visits[at].error = Some(error_of(event));
                }
                changes.extend(self.end(at, event.at, Stand::Failed));
            } else {
                changes.extend(self.end(at, event.at, Stand::Aborted));
            }
        }
        changes
    }

    /// Ends what is open inside a container: with an error it failed, otherwise it was aborted.
    fn end_inside(&mut self, container: usize, at: i64) -> Vec<Change> {
        let mut changes = Vec::new();
        for inner in (container + 1..self.visits.len()).rev() {
            let visit = &self.visits[inner];
            if visit.stand == Stand::Open && self.lineage(visit.parent).any(|around| around == container) {
                let stand = if visit.error.is_some() || visit.kind == "Fail" {
                    Stand::Failed
                } else {
                    Stand::Aborted
                };
                changes.extend(self.end(inner, at, stand));
            }
        }
        changes
    }

    fn end(&mut self, visit: usize, at: i64, stand: Stand) -> Vec<Change> {
        let visited = &mut self.visits[visit];
        if visited.stand != Stand::Open {
            return Vec::new();
        }
        visited.stand = stand;
        visited.ended = Some(at);
        vec![Change::Ended(visit)]
    }

    /// A visit and those around it, from the inside out.
    fn lineage(&self, from: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(from, |at| self.visits[*at].parent)
    }

    /// The nearest visit of a name, from the inside out.
    fn climb(&self, from: Option<usize>, name: &str) -> Option<usize> {
        self.lineage(from).find(|at| self.visits[*at].name == name)
    }
}

fn error_of(event: &Event) -> (String, String) {
    let text = |member| event.text(member).unwrap_or_default().to_owned();
    let error = text("error");
    if error.is_empty() && event.kind.ends_with("TimedOut") {
        return ("States.Timeout".to_owned(), text("cause"));
    }
    (error, text("cause"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;

    /// Each line is `previous kind details`; ids count from 1, and so do milliseconds.
    fn check(history: &[(u64, &str, Value)], expected: &Expect) {
        let events: Vec<Event> = history
            .iter()
            .zip(1..)
            .map(|((previous, kind, details), id)| {
                let event = json!({"id": id, "previousEventId": previous, "type": kind,
                    "timestamp": id as f64 / 1_000.0, "xEventDetails": details});
                Event::read(&event).expect("an event")
            })
            .collect();
        let told: Vec<String> = Story::of(&events)
            .visits
            .iter()
            .map(|visit| {
                let error = visit.error.as_ref().map_or("", |(error, _)| error);
                let ended = visit.ended.unwrap_or(0);
                let indent = "  ".repeat(visit.depth);
                format!(
                    "{indent}{} {:?} {}..{ended} x{} {error}",
                    visit.label(),
                    visit.stand,
                    visit.entered,
                    visit.attempts
                )
            })
            .collect();
        expected.assert_eq(&told.join("\n"));
    }

    fn name(name: &str) -> Value {
        json!({ "name": name })
    }

    #[test]
    fn retries_and_catches() {
        check(
            &[
                (0, "ExecutionStarted", json!({})),
                (0, "TaskStateEntered", name("A")),
                (2, "LambdaFunctionScheduled", json!({})),
                (3, "LambdaFunctionStarted", json!({})),
                (4, "LambdaFunctionFailed", json!({"error": "E", "cause": "c"})),
                (5, "LambdaFunctionScheduled", json!({})),
                (6, "LambdaFunctionTimedOut", json!({})),
                (7, "TaskStateExited", name("A")),
                (8, "FailStateEntered", name("B")),
                (9, "ExecutionFailed", json!({"error": "F"})),
            ],
            &expect![[r#"
                A Caught 2..8 x2 States.Timeout
                B Failed 9..10 x0 F"#]],
        );
    }

    #[test]
    fn containers_nest_and_fail() {
        check(
            &[
                (0, "ExecutionStarted", json!({})),
                (0, "ParallelStateEntered", name("P")),
                (2, "ParallelStateStarted", json!({})),
                (3, "MapStateEntered", name("M")),
                (4, "MapStateStarted", json!({"length": 2})),
                (5, "MapIterationStarted", json!({"name": "M", "index": 0})),
                (6, "PassStateEntered", name("I")),
                (7, "PassStateExited", name("I")),
                (8, "TaskStateEntered", name("J")),
                (9, "TaskScheduled", json!({})),
                (5, "MapIterationStarted", json!({"name": "M", "index": 1})),
                (11, "PassStateEntered", name("I")),
                (3, "WaitStateEntered", name("W")),
                (10, "TaskFailed", json!({"error": "E", "cause": "c"})),
                (14, "MapIterationFailed", json!({"name": "M", "index": 0})),
                (15, "MapStateFailed", json!({"error": "E", "cause": "c"})),
                (16, "ParallelStateFailed", json!({"error": "E", "cause": "c"})),
                (17, "ParallelStateExited", name("P")),
                (18, "SucceedStateEntered", name("S")),
                (19, "SucceedStateExited", name("S")),
                (20, "ExecutionSucceeded", json!({"output": "1"})),
            ],
            &expect![[r#"
                P Caught 2..18 x1 E
                  M Failed 4..17 x1 E
                    I[0] Left 7..8 x0 
                    J[0] Failed 9..16 x1 E
                    I[1] Aborted 12..16 x0 
                  W Aborted 13..17 x0 
                S Left 19..20 x0 "#]],
        );
    }

    #[test]
    fn what_is_open_at_the_end_was_aborted() {
        check(
            &[
                (0, "ExecutionStarted", json!({})),
                (0, "WaitStateEntered", name("W")),
                (0, "ExecutionAborted", json!({})),
            ],
            &expect!["W Aborted 2..3 x0 "],
        );
    }
}
