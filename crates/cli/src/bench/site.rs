//! A server as its clients see it, and what they ask of it besides the load.

use super::BenchError;
use super::answer::text;
use super::http::Connection;
use super::meter::Meter;
use serde::Deserialize;
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The role of every state machine; nobody takes it.
pub const ROLE: &str = "arn:aws:iam::000000000000:role/bench";
/// Between two looks whether something is still open.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The longest page that the API gives.
pub const PAGE_MAX: usize = 1_000;

/// A server that is measured.
#[derive(Clone, Debug)]
pub struct Site {
    /// `HOST:PORT`.
    pub address: String,
    /// Its process, where it is known.
    pub meter: Option<Meter>,
    /// A function that it can call.
    pub function: Option<String>,
}

/// Processor time, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Of the server, where its process is known.
    pub server: Option<u64>,
    /// Of this process, which makes the load.
    pub clients: Option<u64>,
}

impl Usage {
    /// What was used since `before`.
    pub fn since(self, before: Usage) -> Usage {
        let used = |before: Option<u64>, after: Option<u64>| Some(after?.saturating_sub(before?));
        Usage { server: used(before.server, self.server), clients: used(before.clients, self.clients) }
    }
}

/// An execution in a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Its ARN.
    pub execution_arn: String,
    /// Its name.
    pub name: String,
    /// Seconds since 1970.
    pub start_date: f64,
    /// Seconds since 1970; none while it runs.
    pub stop_date: Option<f64>,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListPage {
    /// Newest first.
    pub executions: Vec<Listed>,
    /// What asks for the page behind it.
    pub next_token: Option<String>,
}

/// Reads a whole answer.
///
/// # Errors
/// When it is not what the API answers.
pub fn read<'a, T: Deserialize<'a>>(answer: &'a [u8]) -> Result<T, BenchError> {
    serde_json::from_slice(answer).map_err(|error| strange(answer, &error.to_string()))
}

/// A text of an answer.
///
/// # Errors
/// When it is not there.
pub fn text_of<'a>(answer: &'a [u8], name: &str) -> Result<&'a str, BenchError> {
    text(answer, name).ok_or_else(|| strange(answer, &format!("it has no {name}")))
}

fn strange(answer: &[u8], why: &str) -> BenchError {
    let shown: String = String::from_utf8_lossy(answer).chars().take(300).collect();
    BenchError::Client(format!("the answer {shown} is not the API's: {why}"))
}

impl Site {
    /// A new connection.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn connect(&self) -> Result<Connection, BenchError> {
        Connection::open(&self.address).await
    }

    /// Processor time so far.
    pub fn usage(&self) -> Usage {
        Usage { server: self.meter.and_then(Meter::cpu_micros), clients: Meter::own().thread_micros() }
    }

    /// Creates a state machine under a name that no other run uses; gives its ARN.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn create(&self, name: &str, express: bool, definition: &str) -> Result<String, BenchError> {
        let request = json!({
            "name": unique(name),
            "type": if express { "EXPRESS" } else { "STANDARD" },
            "definition": definition,
            "roleArn": ROLE,
        });
        let mut connection = self.connect().await?;
        let answer = connection.call("CreateStateMachine", request.to_string()).await?;
        Ok(text_of(answer, "stateMachineArn")?.to_owned())
    }

    /// Deletes a state machine.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn delete(&self, machine: &str) -> Result<(), BenchError> {
        let request = json!({"stateMachineArn": machine}).to_string();
        self.connect().await?.call("DeleteStateMachine", request).await.map(|_| ())
    }

    /// A page of a machine's executions.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn page(
        &self,
        connection: &mut Connection,
        (machine, status, limit): (&str, Option<&str>, usize),
        token: Option<&str>,
    ) -> Result<ListPage, BenchError> {
        read(connection.call("ListExecutions", list_request((machine, status, limit), token)).await?)
    }

    /// Every execution of a machine that stands so.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn list(&self, machine: &str, status: &str) -> Result<Vec<Listed>, BenchError> {
        let mut connection = self.connect().await?;
        let (mut all, mut token) = (Vec::new(), None::<String>);
        loop {
            let wanted = (machine, Some(status), PAGE_MAX);
            let page = self.page(&mut connection, wanted, token.as_deref()).await?;
            all.extend(page.executions);
            token = page.next_token;
            if token.is_none() {
                return Ok(all);
            }
        }
    }

    /// Waits until no execution of the machines runs any more.
    ///
    /// # Errors
    /// When some still do after `patience`.
    pub async fn until_none_runs(&self, machines: &[&str], patience: Duration) -> Result<(), BenchError> {
        let mut connection = self.connect().await?;
        let began = Instant::now();
        for machine in machines {
            loop {
                let page = self.page(&mut connection, (machine, Some("RUNNING"), 1), None).await?;
                if page.executions.is_empty() {
                    break;
                }
                if began.elapsed() > patience {
                    let message = format!("executions still run after {} s", patience.as_secs());
                    return Err(BenchError::Client(message));
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        Ok(())
    }
}

/// The request for a page of a machine's executions.
pub fn list_request((machine, status, limit): (&str, Option<&str>, usize), token: Option<&str>) -> String {
    let mut request = json!({"stateMachineArn": machine, "maxResults": limit});
    if let Some(status) = status {
        request["statusFilter"] = json!(status);
    }
    if let Some(token) = token {
        request["nextToken"] = json!(token);
    }
    request.to_string()
}

/// A name of this process's own.
pub fn unique(name: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("bench-{name}-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}
