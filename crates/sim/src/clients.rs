//! Clients: they start and stop executions, sometimes twice, sometimes under a
//! name that is taken, and ask again when a crash swallowed the answer.

use crate::dice::Dice;
use crate::process::Answer;
use crate::scene::{BEGIN_MS, Scene};
use serde_json::json;
use stateline_base::{ExecutionId, Failure, Payload, Timestamp};
use stateline_runtime::{ServiceError, Started};
use std::sync::Arc;
use tokio::sync::oneshot::error::TryRecvError;

/// What a client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Start,
    Stop,
    /// Stop some child of a Map Run, whichever runs.
    StopChild,
    /// Go on with an execution that has ended badly.
    Redrive,
    /// Change the limits of some Map Run, whichever runs.
    UpdateMapRun,
}

/// A client with one wish.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) wish: Wish,
    pub(crate) machine_arn: Arc<str>,
    /// The name it gives, or wants stopped; without one the service makes it.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) input: Payload,
    /// Others use the same name.
    pub(crate) shares_name: bool,
    /// Some answer was swallowed: the wish may have come true.
    pub(crate) is_unsure: bool,
    /// How often it has asked.
    pub(crate) asked: u32,
    /// Gives up when it is refused clearly.
    pub(crate) gives_up: bool,
}

/// An answer that is still to come.
pub(crate) enum Waiting {
    Start { client: usize, arn: Arc<str>, answer: Answer<Started> },
    Stop { client: usize, id: ExecutionId, answer: Answer<Timestamp> },
    Redrive { client: usize, id: ExecutionId, answer: Answer<Timestamp> },
    Update { client: usize, answer: Answer<Timestamp> },
}

/// What a client was told.
pub(crate) enum Told {
    Started {
        client: usize,
        arn: Arc<str>,
        answer: Result<Started, ServiceError>,
    },
    Stopped {
        client: usize,
        id: ExecutionId,
        answer: Result<Timestamp, ServiceError>,
    },
    Redriven {
        client: usize,
        id: ExecutionId,
        answer: Result<Timestamp, ServiceError>,
    },
    Updated {
        client: usize,
        answer: Result<Timestamp, ServiceError>,
    },
    /// The connection broke.
    Nothing {
        client: usize,
    },
}

impl Waiting {
    pub(crate) fn client(&self) -> usize {
        match self {
            Waiting::Start { client, .. }
            | Waiting::Stop { client, .. }
            | Waiting::Redrive { client, .. }
            | Waiting::Update { client, .. } => *client,
        }
    }

    /// The answer, or this again when there is none yet.
    pub(crate) fn poll(self) -> Result<Told, Waiting> {
        match self {
            Waiting::Start { client, arn, mut answer } => match answer.try_recv() {
                Ok(answer) => Ok(Told::Started { client, arn, answer }),
                Err(TryRecvError::Closed) => Ok(Told::Nothing { client }),
                Err(TryRecvError::Empty) => Err(Waiting::Start { client, arn, answer }),
            },
            Waiting::Stop { client, id, mut answer } => match answer.try_recv() {
                Ok(answer) => Ok(Told::Stopped { client, id, answer }),
                Err(TryRecvError::Closed) => Ok(Told::Nothing { client }),
                Err(TryRecvError::Empty) => Err(Waiting::Stop { client, id, answer }),
            },
            Waiting::Redrive { client, id, mut answer } => match answer.try_recv() {
                Ok(answer) => Ok(Told::Redriven { client, id, answer }),
                Err(TryRecvError::Closed) => Ok(Told::Nothing { client }),
                Err(TryRecvError::Empty) => Err(Waiting::Redrive { client, id, answer }),
            },
            Waiting::Update { client, mut answer } => match answer.try_recv() {
                Ok(answer) => Ok(Told::Updated { client, answer }),
                Err(TryRecvError::Closed) => Ok(Told::Nothing { client }),
                Err(TryRecvError::Empty) => Err(Waiting::Update { client, answer }),
            },
        }
    }
}

/// The error and cause that clients stop executions with.
pub(crate) fn stop_failure() -> Failure {
    Failure::new("Stopped", "by a client")
}

/// The clients of a world, each with the moment of its first request, within `horizon_ms`.
pub(crate) fn draw(dice: &mut Dice, scene: &Scene, horizon_ms: i64) -> Vec<(i64, Client)> {
    let mut clients = Vec::new();
    for number in 0..=(2 + dice.below(6)) {
        let at = dice.between(0, horizon_ms * 2 / 3);
        let machine_arn = dice.pick(&scene.machines).arn.clone();
        let named = !dice.once_in(8);
        let name: Option<Arc<str>> = named.then(|| format!("x{number}").into());
        let input = input(dice);
        let first = Client {
            wish: Wish::Start,
            machine_arn,
            name,
            input,
            shares_name: false,
            is_unsure: false,
            asked: 0,
            gives_up: dice.once_in(4),
        };
        let after = clients.len();
        if named && dice.once_in(3) {
            followers(dice, &first, at, &mut clients);
        }
        if named && dice.once_in(2) {
            redrivers(dice, &first, at, &mut clients);
        }
        let shares_name = clients.len() > after;
        clients.push((at, Client { shares_name, ..first }));
    }
    if dice.once_in(4) {
        let at = dice.between(0, horizon_ms * 2 / 3);
        clients.push((at, anybody(dice, scene, Wish::StopChild)));
    }
    for _ in 0..dice.below(3) {
        let at = dice.between(0, horizon_ms * 2 / 3);
        clients.push((at, anybody(dice, scene, Wish::UpdateMapRun)));
    }
    clients
}

/// Others who go on with an execution when it has ended badly, now and then one after the other.
fn redrivers(dice: &mut Dice, first: &Client, at: i64, clients: &mut Vec<(i64, Client)>) {
    for _ in 0..=dice.below(3) {
        let redriver = Client {
            wish: Wish::Redrive,
            machine_arn: first.machine_arn.clone(),
            name: first.name.clone(),
            input: first.input.clone(),
            shares_name: true,
            is_unsure: false,
            asked: 0,
            gives_up: false,
        };
        clients.push((at + dice.between(0, 40_000), redriver));
    }
}

/// Who means whichever execution there is.
fn anybody(dice: &mut Dice, scene: &Scene, wish: Wish) -> Client {
    Client {
        wish,
        machine_arn: dice.pick(&scene.machines).arn.clone(),
        name: None,
        input: Payload::empty_object(),
        shares_name: true,
        is_unsure: false,
        asked: 0,
        gives_up: true,
    }
}

/// Others who use the same name: with the same input, with another one, or to stop the execution.
fn followers(dice: &mut Dice, first: &Client, at: i64, clients: &mut Vec<(i64, Client)>) {
    for _ in 0..=dice.below(2) {
        let wish = if dice.once_in(2) { Wish::Stop } else { Wish::Start };
        let input = if dice.once_in(3) { input(dice) } else { first.input.clone() };
        // The same moment is the interesting one.
        let later = if dice.once_in(2) { 0 } else { dice.between(0, 15_000) };
        let follower = Client {
            wish,
            machine_arn: first.machine_arn.clone(),
            name: first.name.clone(),
            input,
            shares_name: true,
            is_unsure: false,
            asked: 0,
            gives_up: false,
        };
        clients.push((at + later, follower));
    }
}

fn input(dice: &mut Dice) -> Payload {
    let items: Vec<i64> = (0..dice.below(5)).map(|_| dice.between(0, 2)).collect();
    let until = Timestamp::from_millis(BEGIN_MS + dice.between(0, 90_000));
    Payload::from(json!({"n": dice.below(4), "items": items, "until": until.to_string()}))
}
