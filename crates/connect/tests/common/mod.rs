//! What the tests of this crate share: connectors with functions in a folder of
//! their own, attempts, and a function that does what its event says.

#![allow(dead_code, reason = "each test uses its part")]

use serde_json::Value;
use stateline_asl::TaskResource;
use stateline_base::Payload;
use stateline_connect::{Config, Connectors, FunctionConfig};
use stateline_runtime::{Attempt, Caller, Connector, Outcome};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Handle;

/// The region and account of all attempts.
pub const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:";
/// The optimised integration.
pub const INVOKE: &str = "arn:aws:states:::lambda:invoke";

/// Connectors and the folder that their functions are in.
pub struct World {
    pub connectors: Connectors,
    pub dir: TempDir,
}

/// A world with one function `f`, the custom runtime of `functions/provided.py`.
pub fn provided(change: impl FnOnce(&mut FunctionConfig, &mut Config)) -> World {
    let dir = TempDir::new().expect("a temporary folder");
    write_executable(&dir.path().join("bootstrap"), include_str!("../functions/provided.py"));
    let mut function =
        FunctionConfig { runtime: Some("provided.al2023".to_owned()), ..FunctionConfig::default() };
    let mut config = Config::new(dir.path());
    change(&mut function, &mut config);
    config.functions.insert("f".to_owned(), function);
    World { connectors: start(config), dir }
}

/// Connectors on the test's runtime.
pub fn start(config: Config) -> Connectors {
    Connectors::start(config, &Handle::current()).expect("a good configuration")
}

/// Writes a program.
pub fn write_executable(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("made executable");
}

/// An attempt at `resource` with a request id made of `number`.
pub fn attempt(resource: &str, input: &Value, number: u32) -> Attempt {
    Attempt {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
        state: "Call".into(),
        request_id: format!("00000000-0000-4000-8000-{number:012x}").into(),
        resource: TaskResource::parse(resource).expect("a resource"),
        input: Payload::from(input.clone()),
        deadline: None,
        region: "us-east-1".into(),
        account: "000000000000".into(),
        caller: Caller::default(),
        repeated: false,
        mock: None,
    }
}

/// Calls `resource` and gives the outcome as one text.
pub async fn call(connectors: &Connectors, resource: &str, input: &Value) -> String {
    show(&connectors.call(attempt(resource, input, 1)).await)
}

/// Calls the bare ARN of function `f`.
pub async fn call_f(connectors: &Connectors, input: &Value) -> String {
    call(connectors, &format!("{ARN}f"), input).await
}

/// The value that the bare ARN of function `f` answers with.
pub async fn value_of_f(connectors: &Connectors, input: &Value) -> Value {
    match connectors.call(attempt(&format!("{ARN}f"), input, 1)).await {
        Outcome::Succeeded(payload) => payload.value().clone(),
        Outcome::Failed(failure) => panic!("the function failed: {failure:?}"),
    }
}

/// An outcome as text: the answer, or `error: cause`.
pub fn show(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(payload) => payload.text().to_owned(),
        Outcome::Failed(failure) => {
            format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
        }
    }
}

/// Whether a process exists and is no zombie.
pub fn lives(pid: u64) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}

/// Waits until a process is gone.
pub async fn gone(pid: u64) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while lives(pid) {
        assert!(Instant::now() < deadline, "process {pid} still lives");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
