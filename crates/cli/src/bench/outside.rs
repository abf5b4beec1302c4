//! Cases over HTTP: clients of a server, each with a connection of its own.

use super::BenchError;
use super::case::{Case, Kind, definition, word};
use super::http::Connection;
use super::load::{self, Client};
use super::measured::Measured;
use super::meter::Meter;
use serde::Deserialize;
use serde_json::json;
use std::time::{Duration, Instant};

/// A server that is measured.
#[derive(Clone, Debug)]
pub struct Site {
    /// `HOST:PORT`.
    pub address: String,
    /// Its process, where it is known.
    pub meter: Option<Meter>,
    /// The function that `call1` calls.
    pub function: String,
}

/// How long the cost of a poll is measured, against the time the workflows are.
const POLL_SHARE: f64 = 0.2;

/// Runs one case.
///
/// # Errors
/// When the server refuses, goes away, or a workflow does not succeed.
pub async fn run(case: &Case, site: &Site) -> Result<Measured, BenchError> {
    let machine = create(&mut Connection::open(&site.address).await?, case, &site.function).await?;
    let measured = measure(case, site, &machine).await;
    // A new connection, because a server may close one that idles as long as a case takes.
    let mut last = Connection::open(&site.address).await?;
    let deleted = last.call("DeleteStateMachine", json!({"stateMachineArn": machine}).to_string()).await;
    let measured = measured?;
    deleted?;
    Ok(measured)
}

async fn measure(case: &Case, site: &Site, machine: &str) -> Result<Measured, BenchError> {
    let mut clients = Vec::new();
    for client in 0..case.in_flight {
        let connection = Connection::open(&site.address).await?;
        clients.push(Outside {
            connection,
            machine: machine.to_owned(),
            case: *case,
            client,
            next: 0,
            wait: Duration::ZERO,
        });
    }
    let read = || site.meter.and_then(Meter::cpu_micros);
    let (laps, before, after) = load::run(clients, case.warm_up(), case.measured(), read).await?;
    let mut measured = Measured::of(&laps);
    measured.cpu_micros = used(before, after);
    measured.rss_max_kib = site.meter.and_then(Meter::rss_max_kib);
    if laps.polls > 0 && site.meter.is_some() {
        let each = poll_micros(case, site, machine).await?;
        measured.poll_cpu_micros = each.map(|each| (each * laps.polls as f64) as u64);
    }
    Ok(measured)
}

fn used(before: Option<u64>, after: Option<u64>) -> Option<u64> {
    before.zip(after).map(|(before, after)| after.saturating_sub(before))
}

/// Creates the state machine of a case under a name that no other run uses.
async fn create(connection: &mut Connection, case: &Case, function: &str) -> Result<String, BenchError> {
    let name = format!(
        "bench-{}-{}-{}-{}",
        word(&case.workload),
        word(&case.kind),
        case.in_flight,
        std::process::id()
    );
    let request = json!({
        "name": name,
        "type": if case.kind == Kind::Standard { "STANDARD" } else { "EXPRESS" },
        "definition": definition(case.workload, function),
        "roleArn": "arn:aws:iam::000000000000:role/bench",
    });
    let answer = connection.call("CreateStateMachine", request.to_string()).await?;
    Ok(read::<Created>(&answer)?.state_machine_arn)
}

/// What one poll costs the server: the same clients ask for an execution that has ended.
async fn poll_micros(case: &Case, site: &Site, machine: &str) -> Result<Option<f64>, BenchError> {
    let connection = Connection::open(&site.address).await?;
    let mut first = Outside {
        connection,
        machine: machine.to_owned(),
        case: *case,
        client: u32::MAX,
        next: 0,
        wait: Duration::ZERO,
    };
    let arn = first.start().await?;
    first.until_ended(&arn).await?;
    let mut clients = Vec::new();
    for _ in 0..case.in_flight {
        clients.push(Asking { connection: Connection::open(&site.address).await?, arn: arn.clone() });
    }
    let cpu = || site.meter.and_then(Meter::cpu_micros);
    let span = case.measured().mul_f64(POLL_SHARE);
    let (laps, before, after) = load::run(clients, span / 10, span, cpu).await?;
    Ok(used(before, after).map(|micros| micros as f64 / laps.workflows.max(1) as f64))
}

/// A client of the server.
struct Outside {
    connection: Connection,
    machine: String,
    case: Case,
    client: u32,
    next: u64,
    /// How long to wait before the first question.
    wait: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    pub state_machine_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Started {
    pub execution_arn: String,
}

#[derive(Deserialize)]
pub(super) struct Described {
    pub status: String,
}

impl Client for Outside {
    async fn workflow(&mut self) -> Result<u32, BenchError> {
        match self.case.kind {
            Kind::Standard => {
                let arn = self.start().await?;
                self.until_ended(&arn).await
            }
            Kind::Express => self.start().await.map(|_| 0),
            Kind::ExpressSync => self.sync().await.map(|()| 0),
        }
    }
}

impl Outside {
    async fn start(&mut self) -> Result<String, BenchError> {
        self.next += 1;
        let body = format!(
            "{{\"stateMachineArn\":\"{}\",\"name\":\"c{}-{}\",\"input\":\"{{\\\"id\\\":{}}}\"}}",
            self.machine, self.client, self.next, self.next
        );
        let answer = self.connection.call("StartExecution", body).await?;
        Ok(read::<Started>(&answer)?.execution_arn)
    }

    async fn sync(&mut self) -> Result<(), BenchError> {
        self.next += 1;
        let body = format!(
            "{{\"stateMachineArn\":\"{}\",\"input\":\"{{\\\"id\\\":{}}}\"}}",
            self.machine, self.next
        );
        let answer = self.connection.call("StartSyncExecution", body).await?;
        match read::<Described>(&answer)?.status.as_str() {
            "SUCCEEDED" => Ok(()),
            other => Err(BenchError::Client(format!("a workflow ended with {other}"))),
        }
    }

    /// Asks until the workflow has ended: first when half of the time is over that the last one
    /// took, then every eighth of it, or every millisecond, which is what timers are exact to.
    /// One that has ended by the first question halves the wait for the next.
    async fn until_ended(&mut self, arn: &str) -> Result<u32, BenchError> {
        let body = bytes::Bytes::from(json!({"executionArn": arn}).to_string());
        let began = Instant::now();
        let step = (self.wait / 4).max(Duration::from_millis(1));
        if self.wait >= Duration::from_millis(1) {
            tokio::time::sleep(self.wait).await;
        }
        for polls in 1.. {
            let answer = self.connection.call("DescribeExecution", body.clone()).await?;
            match read::<Described>(&answer)?.status.as_str() {
                "RUNNING" => tokio::time::sleep(step).await,
                "SUCCEEDED" => {
                    self.wait = if polls == 1 { self.wait / 2 } else { began.elapsed() / 2 };
                    return Ok(polls);
                }
                other => return Err(BenchError::Client(format!("{arn} ended with {other}"))),
            }
        }
        Ok(u32::MAX)
    }
}

/// A client that only asks.
pub(super) struct Asking {
    pub connection: Connection,
    pub arn: String,
}

impl Client for Asking {
    async fn workflow(&mut self) -> Result<u32, BenchError> {
        let body = json!({"executionArn": self.arn}).to_string();
        self.connection.call("DescribeExecution", body).await.map(|_| 1)
    }
}

pub(super) fn read<'a, T: Deserialize<'a>>(answer: &'a [u8]) -> Result<T, BenchError> {
    serde_json::from_slice(answer).map_err(|error| {
        BenchError::Client(format!(
            "the answer {} is not the API's: {error}",
            String::from_utf8_lossy(answer)
        ))
    })
}
