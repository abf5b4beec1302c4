//! The desk: what clients ask for and what they are told.

use super::{Happening, World};
use crate::check::{Violation, rule};
use crate::clients::{Told, Waiting, Wish, stop_failure};
use crate::scene::last_part;
use stateline_runtime::{MapRunChange, ServiceError};
use stateline_store::Store;

/// Open executions looked at for a child to stop.
const OPEN_MAX: usize = 50;

impl World {
    /// Hands out the answers that have come. When the machine goes down in the middle, some never arrive.
    pub(super) fn poll(&mut self, lossy: bool) -> Result<(), Violation> {
        let waiting = std::mem::take(&mut self.waiting);
        for one in waiting {
            let client = one.client();
            match one.poll() {
                Err(still) => self.waiting.push(still),
                Ok(_) if lossy && self.dice.once_in(2) => self.hear(Told::Nothing { client })?,
                Ok(told) => self.hear(told)?,
            }
        }
        self.poll_tokens(lossy)
    }

    pub(super) fn ask(&mut self, number: usize) -> Result<(), Violation> {
        let Some(process) = self.process.as_ref().filter(|process| !process.draining) else {
            let pause = self.dice.between(50, 1_500);
            self.later(pause, Happening::Client(number));
            return Ok(());
        };
        let Some(client) = self.clients.get_mut(number) else { return Ok(()) };
        client.asked += 1;
        let asked = match client.wish {
            Wish::Start => {
                let asked = process.ask_start(&client.machine_arn, client.name.as_ref(), &client.input);
                asked.map(|(arn, answer)| Waiting::Start { client: number, arn, answer })
            }
            Wish::Stop => {
                let name = client.name.clone().unwrap_or_default();
                let found = self.disk.find_by_name(&client.machine_arn, &name)?;
                let Some(id) = found else { return self.ask_later(number, 400) };
                self.ledger.ask_stop(id);
                let asked = process.ask_stop(id, stop_failure());
                asked.map(|answer| Waiting::Stop { client: number, id, answer })
            }
            Wish::StopChild => {
                let open = self.disk.open_executions(None, OPEN_MAX)?;
                let children: Vec<_> = open.iter().filter(|row| row.machine.contains('/')).collect();
                if children.is_empty() {
                    return self.ask_later(number, 700);
                }
                let id = self.dice.pick(&children).id;
                self.ledger.ask_stop(id);
                let asked = process.ask_stop(id, stop_failure());
                asked.map(|answer| Waiting::Stop { client: number, id, answer })
            }
            Wish::Redrive => {
                let name = client.name.clone().unwrap_or_default();
                let found = self.disk.find_by_name(&client.machine_arn, &name)?;
                let Some(id) = found else { return self.ask_later(number, 900) };
                self.ledger.ask_redrive(id);
                let asked = process.ask_redrive(id, format!("client-{number}").into());
                asked.map(|answer| Waiting::Redrive { client: number, id, answer })
            }
            Wish::UpdateMapRun => {
                let open = self.disk.open_executions(None, OPEN_MAX)?;
                let runs: Vec<_> = open.iter().filter(|row| !row.map_runs.is_empty()).collect();
                if runs.is_empty() {
                    return self.ask_later(number, 500);
                }
                let row = self.dice.pick(&runs);
                let map_run_arn = self.dice.pick(&row.map_runs).as_str().into();
                let change = MapRunChange {
                    concurrency: self.dice.once_in(2).then(|| self.dice.below(4) as u32),
                    tolerated_count: self.dice.once_in(2).then(|| self.dice.below(3) as u64),
                    tolerated_percentage: self.dice.once_in(3).then_some(34.0),
                };
                let asked = process.ask_update(row.id, map_run_arn, change);
                asked.map(|answer| Waiting::Update { client: number, answer })
            }
        };
        self.trace.line(self.now, format_args!("client {number} {:?} {:?}", client.wish, client.name));
        match asked {
            Ok(waiting) => self.waiting.push(waiting),
            Err(error) => self.refused(number, &error),
        }
        Ok(())
    }

    /// What a client means is not there yet; a patient one asks a few times.
    fn ask_later(&mut self, number: usize, millis: i64) -> Result<(), Violation> {
        if self.clients.get(number).is_some_and(|client| client.asked < 20) {
            self.later(millis, Happening::Client(number));
        }
        Ok(())
    }

    /// A client gets an answer.
    pub(super) fn hear(&mut self, told: Told) -> Result<(), Violation> {
        match told {
            Told::Started { client, arn, answer: Ok(started) } => {
                self.trace.line(self.now, format_args!("client {client} has {}", last_part(&arn)));
                rule!(started.arn == arn, "a start was acknowledged with another ARN");
                let Some(asker) = self.clients.get(client) else { return Ok(()) };
                let name = last_part(&arn).into();
                let place = (asker.machine_arn.clone(), name);
                self.ledger.accept(&arn, place, started.started, &asker.input)?;
            }
            Told::Started { client, answer: Err(error), .. } => self.refused(client, &error),
            Told::Stopped { client, id, answer: Ok(at) } => {
                self.trace.line(self.now, format_args!("client {client} stopped it at {at}"));
                self.ledger.stop(id, at);
            }
            Told::Stopped { client, answer: Err(error), .. } => {
                let unknown = matches!(error, ServiceError::ExecutionDoesNotExist(_));
                rule!(!unknown, "a stop was refused because the execution is not there, which it is");
                self.refused(client, &error);
            }
            Told::Redriven { client, id, answer: Ok(at) } => {
                self.trace.line(self.now, format_args!("client {client} redrove it at {at}"));
                self.ledger.redrive(id, client, at)?;
            }
            Told::Redriven { client, answer: Err(ServiceError::ExecutionNotRedrivable(why)), .. } => {
                self.trace.line(self.now, format_args!("client {client}: {why}"));
                if why.contains("RUNNING") {
                    let pause = self.dice.between(500, 5_000);
                    return self.ask_later(client, pause);
                }
            }
            // The Map Run may have ended meanwhile.
            Told::Updated { answer: Ok(_) | Err(ServiceError::MapRunCompleted(_)), .. } => {}
            Told::Redriven { client, answer: Err(error), .. }
            | Told::Updated { client, answer: Err(error) } => {
                self.refused(client, &error);
            }
            Told::Nothing { client } => self.unanswered(client),
        }
        Ok(())
    }

    /// A client was refused: clearly, or so that it cannot know.
    pub(super) fn refused(&mut self, number: usize, error: &ServiceError) {
        self.trace.line(self.now, format_args!("client {number} refused: {error}"));
        let Some(client) = self.clients.get_mut(number) else { return };
        match error {
            ServiceError::ExecutionAlreadyExists(_) => {
                if let Some(name) = &client.name {
                    self.ledger.taken(client.machine_arn.clone(), name.clone());
                }
            }
            ServiceError::Throttled | ServiceError::StoreFull(_) => {
                if client.gives_up && !client.is_unsure && client.wish == Wish::Start {
                    if let (Some(name), false) = (&client.name, client.shares_name) {
                        self.ledger.turned_away(client.machine_arn.clone(), name.clone());
                    }
                    return;
                }
                let pause = self.dice.between(20, 1_500);
                self.later(pause, Happening::Client(number));
            }
            _ => self.unanswered(number),
        }
    }

    /// A client does not know what became of its wish: with a name it can ask again.
    pub(super) fn unanswered(&mut self, number: usize) {
        let Some(client) = self.clients.get_mut(number) else { return };
        client.is_unsure = true;
        if client.name.is_some() {
            let pause = self.dice.between(20, 3_000);
            self.later(pause, Happening::Client(number));
        }
    }
}
