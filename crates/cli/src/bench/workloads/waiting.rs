//! `bench --waiting`: how quickly the API answers while workers poll and tasks wait to be told.
//!
//! The same clients ask two servers by turns for an execution that has ended: one that has nothing
//! else to do, and one that holds so many GetActivityTask and has so many `waitForTaskToken` tasks
//! open. What counts is the ratio of the two; the turns give both the same share of whatever else
//! the machine does.

use crate::args::Format;
use crate::bench::BenchError;
use crate::bench::args::BenchArgs;
use crate::bench::closed::Asking;
use crate::bench::http::Connection;
use crate::bench::load::{self, Laps};
use crate::bench::meter::Meter;
use crate::bench::report::{MachineFacts, shown};
use crate::bench::runner::{Bench, Folder};
use crate::bench::server::{Program, Server};
use crate::bench::site::{ROLE, Site, read, text_of};
use crate::output::{pretty, say, table};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Clients that ask, when nobody says how many.
const ASKING: u32 = 8;
/// Connections that open tasks.
const STARTERS: u32 = 32;
/// How long opening the tasks may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long new pollers are given to reach the server.
const SETTLE: Duration = Duration::from_secs(2);
/// How often each server has its turn.
const TURNS: u32 = 10;

/// What was measured.
#[derive(Debug, Serialize)]
pub struct Waiting {
    version: &'static str,
    optimised: bool,
    machine: MachineFacts,
    pollers: u32,
    open_tasks: u32,
    asking: u32,
    /// Opened a second, durable and handed to the function.
    opened_per_second: f64,
    quiet: Figures,
    loaded: Figures,
    /// Loaded over quiet.
    p99_ratio: f64,
    rss_max_mib: Option<f64>,
}

/// DescribeExecution, as its clients saw it.
#[derive(Debug, Serialize)]
struct Figures {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Figures {
    /// Of all turns together.
    fn of(turns: &[Laps]) -> Figures {
        let mut nanos = turns.first().map(|laps| laps.nanos.clone()).unwrap_or_else(load::histogram);
        for laps in turns.iter().skip(1) {
            nanos.add(&laps.nanos).expect("all histograms are made alike");
        }
        let ms = |nanos: u64| nanos as f64 / 1e6;
        let seconds: f64 = turns.iter().map(|laps| laps.seconds).sum();
        Figures {
            per_second: nanos.len() as f64 / seconds.max(f64::EPSILON),
            p50_ms: ms(nanos.value_at_quantile(0.5)),
            p99_ms: ms(nanos.value_at_quantile(0.99)),
            max_ms: ms(nanos.max()),
        }
    }

    fn row(&self, name: &str) -> Vec<String> {
        let figures = [self.per_second, self.p50_ms, self.p99_ms, self.max_ms];
        std::iter::once(name.to_owned()).chain(figures.map(|figure| shown(Some(figure)))).collect()
    }
}

impl Waiting {
    /// Prints it.
    pub fn print(&self, format: Format) {
        match format {
            Format::Json => say(&pretty(&json!(self))),
            Format::Table => say(&self.text()),
        }
    }

    fn text(&self) -> String {
        let Waiting { pollers, open_tasks, asking, .. } = self;
        let head = ["DescribeExecution", "per s", "p50 ms", "p99 ms", "max ms"];
        let rows = [self.quiet.row("quiet"), self.loaded.row("loaded")];
        let memory =
            self.rss_max_mib.map(|mib| format!("; {mib:.0} MiB resident at most")).unwrap_or_default();
        let mut lines = vec![
            table(&head, &rows),
            String::new(),
            format!("p99 loaded over quiet: {:.2}", self.p99_ratio),
            format!(
                "loaded: {pollers} GetActivityTask held, {open_tasks} waitForTaskToken tasks open \
                 ({:.0} opened a second){memory}; {asking} clients asked",
                self.opened_per_second
            ),
        ];
        if !self.optimised {
            lines.push("This program was built without optimisation: the figures mean nothing.".to_owned());
        }
        lines.join("\n")
    }
}

/// Measures two servers of its own.
///
/// # Errors
/// When a server refuses or goes away, a poll breaks, or a task does not stay open.
pub async fn run(bench: &Bench, args: &BenchArgs) -> Result<Waiting, BenchError> {
    let folder = Folder::create(&bench.root)?;
    let quiet_server = server_in(bench, folder.0.join("quiet")).await?;
    let server = server_in(bench, folder.0.join("loaded")).await?;
    let waiting = measure(args, &quiet_server.site, &server.site).await?;
    server.stop().await?;
    quiet_server.stop().await?;
    Ok(waiting)
}

/// A server whose settings and data are in a folder of its own.
async fn server_in(bench: &Bench, folder: PathBuf) -> Result<Server, BenchError> {
    std::fs::create_dir(&folder)?;
    let data = folder.join("data");
    let data = (!bench.in_memory).then_some(data.as_path());
    Server::start(Program::Own, (&folder, data), None).await
}

async fn measure(args: &BenchArgs, quiet: &Site, site: &Site) -> Result<Waiting, BenchError> {
    let mut connection = site.connect().await?;
    let request = json!({"name": "bench-waiting"}).to_string();
    let activity = text_of(connection.call("CreateActivity", request).await?, "activityArn")?.to_owned();
    let mut pollers = JoinSet::new();
    for _ in 0..args.pollers {
        let connection = site.connect().await?;
        pollers.spawn(poll(connection, activity.clone()));
    }
    let callback =
        create(&mut connection, "callback", &callback(site.function.as_deref().unwrap_or_default())).await?;
    let began = Instant::now();
    let open = open_tasks(site, &callback, args.open_tasks).await?;
    let opened_per_second = f64::from(args.open_tasks) / began.elapsed().as_secs_f64();
    tokio::time::sleep(SETTLE).await;

    let asking = args.in_flight.first().copied().unwrap_or(ASKING);
    let arns = [one_that_ended(quiet).await?, one_that_ended(site).await?];
    let mut laps = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for ((site, arn), laps) in [quiet, site].into_iter().zip(&arns).zip(&mut laps) {
            laps.push(describe(args, site, arn, asking).await?);
        }
    }
    still_waiting(site, &open, &mut pollers).await?;
    pollers.shutdown().await;
    let [quiet, loaded] = laps.map(|laps| Figures::of(&laps));
    let p99_ratio = loaded.p99_ms / quiet.p99_ms.max(f64::EPSILON);
    Ok(Waiting {
        version: env!("CARGO_PKG_VERSION"),
        optimised: !cfg!(debug_assertions),
        machine: MachineFacts::read(),
        pollers: args.pollers,
        open_tasks: args.open_tasks,
        asking,
        opened_per_second,
        quiet,
        loaded,
        p99_ratio,
        rss_max_mib: site.meter.and_then(Meter::rss_max_kib).map(|kib| kib as f64 / 1024.0),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Polled {
    task_token: Option<String>,
}

/// One Task that waits until its token comes back, which never happens.
fn callback(function: &str) -> Value {
    json!({"StartAt": "Hold", "States": {"Hold": {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": function, "Payload": {"token.$": "$$.Task.Token"}},
        "End": true,
    }}})
}

async fn create(connection: &mut Connection, name: &str, definition: &Value) -> Result<String, BenchError> {
    let request = json!({
        "name": format!("bench-waiting-{name}"),
        "definition": definition.to_string(),
        "roleArn": ROLE,
    });
    let answer = connection.call("CreateStateMachine", request.to_string()).await?;
    Ok(text_of(answer, "stateMachineArn")?.to_owned())
}

/// The ARN of an execution that is over.
async fn one_that_ended(site: &Site) -> Result<String, BenchError> {
    let mut connection = site.connect().await?;
    let pass = json!({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": true}}});
    let machine = create(&mut connection, "ended", &pass).await?;
    let answer = connection.call("StartExecution", json!({"stateMachineArn": machine}).to_string()).await?;
    let arn = text_of(answer, "executionArn")?.to_owned();
    let body = json!({"executionArn": arn}).to_string();
    loop {
        let answer = connection.call("DescribeExecution", &body).await?;
        match text_of(answer, "status")? {
            "SUCCEEDED" => return Ok(arn),
            "RUNNING" => tokio::time::sleep(Duration::from_millis(1)).await,
            other => return Err(BenchError::Client(format!("{arn} ended with {other}"))),
        }
    }
}

/// One turn of the closed loop of DescribeExecution.
async fn describe(args: &BenchArgs, site: &Site, arn: &str, asking: u32) -> Result<Laps, BenchError> {
    let mut clients = Vec::new();
    for _ in 0..asking {
        let body = json!({"executionArn": arn}).to_string().into_bytes();
        clients.push(Asking::new(site.connect().await?, "DescribeExecution", body));
    }
    let turn = |seconds: Option<f64>, usual| Duration::from_secs_f64(seconds.unwrap_or(usual)) / TURNS;
    let (laps, (), ()) = load::run(clients, turn(args.warm_up, 1.0), turn(args.seconds, 5.0), || ()).await?;
    Ok(laps)
}

/// A worker for whom there is never a task.
async fn poll(mut connection: Connection, activity: String) -> Result<(), BenchError> {
    let body = json!({"activityArn": activity}).to_string();
    loop {
        let answer = connection.call("GetActivityTask", &body).await?;
        if read::<Polled>(answer)?.task_token.is_some() {
            return Err(BenchError::Client("a worker was given a task that nobody made".to_owned()));
        }
    }
}

/// Starts so many executions and waits until the function of the last ones has been called.
async fn open_tasks(site: &Site, machine: &str, count: u32) -> Result<Vec<String>, BenchError> {
    let mut starters = JoinSet::new();
    for starter in 0..STARTERS.min(count) {
        let mut connection = site.connect().await?;
        let body = json!({"stateMachineArn": machine}).to_string();
        starters.spawn(async move {
            let mut last = String::new();
            for _ in (starter..count).step_by(STARTERS as usize) {
                let answer = connection.call("StartExecution", &body).await?;
                last = text_of(answer, "executionArn")?.to_owned();
            }
            submitted(&mut connection, &last).await?;
            Ok::<_, BenchError>(last)
        });
    }
    let mut last = Vec::new();
    while let Some(ended) = starters.join_next().await {
        last.push(ended.map_err(|error| BenchError::Client(error.to_string()))??);
    }
    Ok(last)
}

#[derive(Deserialize)]
struct Events {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
}

/// Waits until the task of an execution has been handed to its function.
async fn submitted(connection: &mut Connection, arn: &str) -> Result<(), BenchError> {
    let body = json!({"executionArn": arn, "reverseOrder": true, "maxResults": 1}).to_string();
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let answer = connection.call("GetExecutionHistory", &body).await?;
        match read::<Events>(answer)?.events.first().map(|event| event.kind.as_str()) {
            Some("TaskSubmitted") => return Ok(()),
            Some("ExecutionFailed") => break,
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    Err(BenchError::Client(format!("the task of {arn} was not handed to its function")))
}

/// An error if a poll has broken or a task is not open any more.
async fn still_waiting(
    site: &Site,
    open: &[String],
    pollers: &mut JoinSet<Result<(), BenchError>>,
) -> Result<(), BenchError> {
    if let Some(ended) = pollers.try_join_next() {
        ended.map_err(|error| BenchError::Client(error.to_string()))??;
    }
    let mut connection = site.connect().await?;
    for arn in open {
        submitted(&mut connection, arn).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::call1::own_function_arn;
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_definition_compiles() {
        let text = callback(&own_function_arn()).to_string();
        let compiled = stateline_asl::compile(&text, stateline_asl::MachineKind::Standard);
        assert!(compiled.program.is_some(), "{text}: {:?}", compiled.diagnostics);
    }

    #[test]
    fn the_ratio_is_told_under_the_figures() {
        let figures = |p99_ms| Figures { per_second: 9_000.0, p50_ms: 0.5, p99_ms, max_ms: 4.0 };
        let waiting = Waiting {
            version: "0",
            optimised: true,
            machine: MachineFacts { processors: 2, model: String::new(), kernel: String::new() },
            pollers: 1_000,
            open_tasks: 10_000,
            asking: 8,
            opened_per_second: 2_500.4,
            quiet: figures(1.0),
            loaded: figures(1.5),
            p99_ratio: 1.5,
            rss_max_mib: Some(80.2),
        };
        expect![[r#"
            DescribeExecution  per s  p50 ms  p99 ms  max ms
            quiet              9000   0.500   1.00    4.00
            loaded             9000   0.500   1.50    4.00

            p99 loaded over quiet: 1.50
            loaded: 1000 GetActivityTask held, 10000 waitForTaskToken tasks open (2500 opened a second); 80 MiB resident at most; 8 clients asked"#]].assert_eq(&waiting.text());
    }
}
