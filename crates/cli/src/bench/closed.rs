//! Closed loops over HTTP: clients of a server, each with a connection of its own.

use super::BenchError;
use super::case::Case;
use super::figures::{Figure, Figures};
use super::http::Connection;
use super::load::{self, Client};
use super::meter::Meter;
use super::runner::Measured;
use super::site::{Site, Usage, text_of};
use serde_json::json;
use std::io::Write;
use std::time::{Duration, Instant};

/// How long the cost of a poll is measured, against the time the workflows are.
const POLL_SHARE: f64 = 0.2;
/// What timers are exact to.
const TICK: Duration = Duration::from_millis(1);

/// What the clients of a loop start, and what they wait for.
#[derive(Clone, Debug)]
pub struct Script {
    /// The workflow.
    pub definition: String,
    /// Its type.
    pub express: bool,
    /// When a client begins the next.
    pub goal: Goal,
    /// What each is started with.
    pub input: Input,
    /// Items of Map states in each.
    pub items: Option<u32>,
}

/// When a client begins its next workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// When DescribeExecution has said that the last one succeeded.
    Ended,
    /// When the last one is accepted.
    Accepted,
    /// When StartSyncExecution has answered that it succeeded.
    Answered,
}

/// What workflows are started with.
#[derive(Clone, Debug)]
pub enum Input {
    /// `{"id": N}`, another number each.
    Numbered,
    /// The same JSON each.
    Same(String),
}

/// Runs a loop: its state machine is there before and gone after.
///
/// # Errors
/// When the server refuses, goes away, or a workflow does not succeed.
pub async fn run(case: &Case, site: &Site, script: &Script) -> Result<Measured, BenchError> {
    let machine = site.create(&case.name().replace(' ', "-"), script.express, &script.definition).await?;
    let measured = measure(case, site, script, &machine).await;
    let deleted = site.delete(&machine).await;
    let measured = measured?;
    deleted?;
    Ok(measured)
}

async fn measure(case: &Case, site: &Site, script: &Script, machine: &str) -> Result<Measured, BenchError> {
    let mut clients = Vec::new();
    for client in 0..case.in_flight {
        clients.push(Starter::new(site.connect().await?, script, (machine, client), case.poll_ms));
    }
    let (mut outcome, used) = loop_of(clients, case, site).await?;
    if let Some(items) = script.items {
        outcome.add_items(items, used);
    }
    let polls = outcome.polls;
    if polls > 0 && site.meter.is_some() {
        let first = Starter::new(site.connect().await?, script, (machine, u32::MAX), None);
        if let Some(each) = poll_micros(case, site, first).await? {
            outcome.take_polls_apart(each * polls as f64, used);
        }
    }
    Ok(outcome.into())
}

/// A loop's figures, with what they were made from.
pub struct Looped {
    case: Case,
    figures: Figures,
    workflows_all: u64,
    polls: u64,
}

impl From<Looped> for Measured {
    fn from(looped: Looped) -> Measured {
        Measured::one(looped.case, looped.figures, looped.workflows_all)
    }
}

/// Lets clients loop for as long as a case says.
///
/// # Errors
/// The first error of a client.
pub async fn loop_of<C: Client>(
    clients: Vec<C>,
    case: &Case,
    site: &Site,
) -> Result<(Looped, Usage), BenchError> {
    let (laps, before, after) = load::run(clients, case.warm_up(), case.measured(), || site.usage()).await?;
    let used = after.since(before);
    // Of no workflow at all this is no number, and not told.
    let each = |amount: u64| amount as f64 / laps.workflows as f64;
    let mut figures = Figures::of(&laps);
    figures.set(Figure::CpuUsPerWorkflow, used.server.map(each));
    figures.set(Figure::ClientCpuUsPerWorkflow, used.clients.map(each));
    figures.set(Figure::RssMaxMib, site.meter.and_then(Meter::rss_max_kib).map(|kib| kib as f64 / 1024.0));
    if laps.polls > 0 {
        figures.set(Figure::PollsPerWorkflow, Some(each(laps.polls)));
    }
    Ok((Looped { case: *case, figures, workflows_all: laps.workflows_all, polls: laps.polls }, used))
}

impl Looped {
    fn add_items(&mut self, items: u32, used: Usage) {
        let items = f64::from(items);
        let workflows = self.figures.get(Figure::Workflows).unwrap_or(0.0);
        let per_second = self.figures.get(Figure::PerSecond).map(|per_second| per_second * items);
        self.figures.set(Figure::ItemsPerSecond, per_second);
        let each = used.server.map(|micros| micros as f64 / workflows / items);
        self.figures.set(Figure::CpuUsPerItem, each);
    }

    fn take_polls_apart(&mut self, poll_micros: f64, used: Usage) {
        let workflows = self.figures.get(Figure::Workflows).unwrap_or(0.0).max(1.0);
        let rest = used.server.map(|all| (all as f64 - poll_micros).max(0.0) / workflows);
        self.figures.set(Figure::CpuUsPerWorkflow, rest);
        self.figures.set(Figure::PollCpuUsPerWorkflow, Some(poll_micros / workflows));
    }
}

/// What one poll costs the server: as many clients ask for an execution that has ended.
async fn poll_micros(case: &Case, site: &Site, mut first: Starter) -> Result<Option<f64>, BenchError> {
    first.start().await?;
    first.until_ended().await?;
    let mut clients = Vec::new();
    for _ in 0..case.in_flight {
        clients.push(Asking::new(site.connect().await?, "DescribeExecution", first.ask.clone()));
    }
    let span = case.measured().mul_f64(POLL_SHARE);
    let (laps, before, after) = load::run(clients, span / 10, span, || site.usage()).await?;
    Ok(after.since(before).server.map(|micros| micros as f64 / laps.workflows.max(1) as f64))
}

/// A client that starts workflows.
pub struct Starter {
    connection: Connection,
    goal: Goal,
    /// The body of a start up to the name's number, from there to the input's, and the rest.
    parts: [String; 3],
    numbered: bool,
    next: u64,
    body: Vec<u8>,
    /// The body of the question for the last one.
    ask: Vec<u8>,
    /// How long to wait before the first question.
    wait: Duration,
    every: Option<Duration>,
}

impl Starter {
    /// Over a connection; `client` sets its executions' names apart.
    pub fn new(
        connection: Connection,
        script: &Script,
        (machine, client): (&str, u32),
        poll_ms: Option<f64>,
    ) -> Self {
        let name = match script.goal {
            Goal::Answered => String::new(),
            _ => format!(",\"name\":\"c{client}-"),
        };
        let first = format!("{{\"stateMachineArn\":\"{machine}\"{name}");
        let close = if name.is_empty() { "" } else { "\"" };
        let (second, third) = match &script.input {
            Input::Numbered => (format!("{close},\"input\":\"{{\\\"id\\\":"), "}\"}".to_owned()),
            Input::Same(input) => (format!("{close},\"input\":{}}}", json!(input)), String::new()),
        };
        Starter {
            connection,
            goal: script.goal,
            parts: [first, second, third],
            numbered: matches!(script.input, Input::Numbered),
            next: 0,
            body: Vec::new(),
            ask: Vec::new(),
            wait: Duration::ZERO,
            every: poll_ms.map(|millis| Duration::from_secs_f64(millis / 1_000.0)),
        }
    }

    /// Starts the next one and makes the question for its end.
    ///
    /// # Errors
    /// When the server refuses or goes away.
    pub async fn start(&mut self) -> Result<(), BenchError> {
        self.make_body()?;
        let answer = self.connection.call("StartExecution", &self.body).await?;
        self.ask.clear();
        self.ask.extend_from_slice(b"{\"executionArn\":\"");
        self.ask.extend_from_slice(text_of(answer, "executionArn")?.as_bytes());
        self.ask.extend_from_slice(b"\"}");
        Ok(())
    }

    /// How many it has begun to start; they are numbered from 1.
    pub fn begun(&self) -> u64 {
        self.next
    }

    fn make_body(&mut self) -> Result<(), BenchError> {
        let [first, second, third] = &self.parts;
        self.next += 1;
        self.body.clear();
        self.body.extend_from_slice(first.as_bytes());
        if self.goal != Goal::Answered {
            write!(self.body, "{}", self.next)?;
        }
        self.body.extend_from_slice(second.as_bytes());
        if self.numbered {
            write!(self.body, "{}", self.next)?;
        }
        self.body.extend_from_slice(third.as_bytes());
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), BenchError> {
        self.make_body()?;
        let answer = self.connection.call("StartSyncExecution", &self.body).await?;
        match text_of(answer, "status")? {
            "SUCCEEDED" => Ok(()),
            other => Err(BenchError::Client(format!("a workflow ended with {other}"))),
        }
    }

    /// Asks until the workflow has ended: first when half of the time is over that the last one
    /// took, then whenever an eighth of the time since its start has passed again, or a millisecond,
    /// which is what timers are exact to. One that has ended by the first question halves the wait for
    /// the next.
    async fn until_ended(&mut self) -> Result<u32, BenchError> {
        let began = Instant::now();
        let first = self.every.unwrap_or(self.wait);
        if first >= TICK || self.every.is_some() {
            tokio::time::sleep(first).await;
        }
        for polls in 1.. {
            let answer = self.connection.call("DescribeExecution", &self.ask).await?;
            match text_of(answer, "status")? {
                "RUNNING" => {
                    let step = self.every.unwrap_or((began.elapsed() / 8).max(TICK));
                    tokio::time::sleep(step).await;
                }
                "SUCCEEDED" => {
                    self.wait = if polls == 1 { self.wait / 2 } else { began.elapsed() / 2 };
                    return Ok(polls);
                }
                other => {
                    let which = String::from_utf8_lossy(&self.ask);
                    return Err(BenchError::Client(format!("{which} ended with {other}")));
                }
            }
        }
        Ok(u32::MAX)
    }
}

impl Client for Starter {
    async fn workflow(&mut self) -> Result<u32, BenchError> {
        match self.goal {
            Goal::Ended => {
                self.start().await?;
                self.until_ended().await
            }
            Goal::Accepted => self.start().await.map(|()| 0),
            Goal::Answered => self.sync().await.map(|()| 0),
        }
    }
}

/// A client that asks the same again and again.
pub struct Asking {
    connection: Connection,
    operation: &'static str,
    bodies: Vec<Vec<u8>>,
    next: usize,
}

impl Asking {
    /// Asks one question.
    pub fn new(connection: Connection, operation: &'static str, body: Vec<u8>) -> Self {
        Asking::each(connection, operation, vec![body])
    }

    /// Asks several in turn; there is at least one.
    pub fn each(connection: Connection, operation: &'static str, bodies: Vec<Vec<u8>>) -> Self {
        Asking { connection, operation, bodies, next: 0 }
    }
}

impl Client for Asking {
    async fn workflow(&mut self) -> Result<u32, BenchError> {
        self.next = (self.next + 1) % self.bodies.len().max(1);
        let body = self.bodies.get(self.next).map_or(&b"{}"[..], Vec::as_slice);
        self.connection.call(self.operation, body).await.map(|_| 0)
    }
}
