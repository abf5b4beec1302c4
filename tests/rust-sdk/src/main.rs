//! The AWS SDK for Rust through every operation of the API, each error in its own type.
//!
//! `scripts/tests.d/33-rust-sdk` starts the server and a proxy that spoils first attempts, and names both
//! in the environment, beside a folder with definitions.

#![allow(clippy::disallowed_methods, reason = "this program is the outside world")]

mod executions;
mod machines;
mod results;
mod ways;
mod workers;

use std::time::Duration;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_sdk_sfn::types::ExecutionStatus;

use results::Results;

/// How a step ends that cannot go on: the SDK's error, which the step did not expect.
type Outcome = Result<(), Box<dyn std::error::Error>>;

const ROLE: &str = "arn:aws:iam::000000000000:role/stateline-test";
const ACCOUNT: &str = "arn:aws:states:us-east-1:000000000000";
const OPERATIONS: usize = 37;

/// One check that a call is refused with the SDK's own type of an error.
macro_rules! refused {
    ($story:expr, $operation:literal, $error:literal, $is:ident, $call:expr) => {{
        let outcome = $call.send().await;
        let holds = matches!(&outcome, Err(error) if error.as_service_error().is_some_and(|error| error.$is()));
        $story.results.error($operation, $error, holds, &outcome);
    }};
}
pub(crate) use refused;

/// The client, what it has seen, and the definitions.
pub struct Story {
    client: Client,
    results: Results,
}

impl Story {
    /// A definition of the tests, as text.
    fn definition(&self, name: &str) -> String {
        let folder = std::env::var("STATELINE_DEFINITIONS").expect("the test names a folder of definitions");
        let path = std::path::Path::new(&folder).join(name);
        std::fs::read_to_string(path).expect("the definition is there")
    }

    /// The execution once it has ended.
    async fn ended(&self, arn: &str) -> Result<DescribeExecutionOutput, Box<dyn std::error::Error>> {
        for _ in 0..1_000 {
            let found = self.client.describe_execution().execution_arn(arn).send().await?;
            if *found.status() != ExecutionStatus::Running {
                return Ok(found);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("{arn} does not end").into())
    }

    /// Notes the error that ended a chapter before its time.
    fn chapter(&mut self, name: &str, outcome: Outcome) {
        if let Err(error) = outcome {
            self.results.works(name, "ended by an error", false, &error);
        }
    }
}

/// A client as an application makes it, with dummy credentials and without TLS.
fn client_of(
    endpoint: &str,
    configure: impl FnOnce(aws_sdk_sfn::config::Builder) -> aws_sdk_sfn::config::Builder,
) -> Client {
    let config = aws_sdk_sfn::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint);
    Client::from_conf(configure(config).build())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let endpoint = std::env::var("STATELINE_ENDPOINT").expect("the test names the server");
    let flaky = std::env::var("STATELINE_FLAKY_ENDPOINT").expect("the test names the proxy");
    let client = client_of(&endpoint, |config| config.interceptor(ways::WithoutHostPrefix));
    let mut story = Story { client, results: Results::new() };
    macro_rules! chapters {
        ($($module:ident::$name:ident),*) => {$(
            println!("        {}", stringify!($name));
            let outcome = $module::$name(&mut story).await;
            story.chapter(stringify!($name), outcome);
        )*};
    }
    chapters!(
        machines::machines,
        machines::versions,
        machines::aliases,
        machines::tags,
        executions::executions,
        executions::redrive,
        executions::express,
        workers::map_runs,
        workers::activities,
        workers::tokens,
        machines::ends
    );
    let outcome = ways::retries(&mut story, &client_of(&flaky, |config| config)).await;
    story.chapter("retries", outcome);
    if story.results.close(OPERATIONS) { 0.into() } else { 1.into() }
}
