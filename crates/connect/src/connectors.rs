//! The connectors as the runtime sees them: which one an attempt is for.

use crate::aws::Aws;
use crate::config::{Config, ConfigError, FunctionConfig};
use crate::distributed::{Readers, Stores, Writers};
use crate::http::gateway::{self, Gateway};
use crate::http::{self, Configured, ConnectionConfig, Everywhere, HttpTasks};
use crate::integration;
use crate::integration::behalf::OnBehalf;
use crate::integration::metadata::header_name;
use crate::lambda::invoked::Invoked;
use crate::lambda::remote;
use crate::lambda::request::{InvocationType, InvokeRequest};
use crate::lambda::service_error::ServiceError;
use crate::sandbox::Invocation;
use crate::sandbox::launch::Launch;
use crate::sandbox::pool::{Answer, Pool};
use crate::sandbox::process::Spawner;
use crate::sfn::{self, OwnService};
use crate::wire::Wire;
use crate::{jobs, kubernetes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use stateline_asl::TaskResource;
use stateline_base::{Failure, Payload, error_name};
use stateline_runtime::{
    Attempt, CallFuture, Connector, FunctionFacts, ItemSource, ItemsFuture, Outcome, ResultSource,
    ResultTarget, Traced, TracedFuture,
};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Every connector: local functions, services of AWS or of whatever speaks like them, HTTP endpoints,
/// API Gateway, and this server itself.
///
/// Dropping it kills all processes of functions.
pub struct Connectors {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    pools: RwLock<BTreeMap<String, Arc<Pool>>>,
    spawner: Arc<Spawner>,
    aws: Arc<Aws>,
    stores: Arc<Stores>,
    readers: Readers,
    writers: Writers,
    connections: Arc<Configured>,
    http: HttpTasks,
    gateway: Gateway,
    runtime: Handle,
    own: watch::Sender<Option<Weak<dyn OwnService>>>,
}

/// Why the connectors cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A mistake in the configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The system has no thread to give.
    #[error("the thread that starts functions cannot be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl Connectors {
    /// Checks the configuration and starts what serves it; processes start with the first call.
    ///
    /// `runtime` is the one whose tasks call the connectors.
    ///
    /// # Errors
    /// The first mistake of the configuration.
    pub fn start(config: Config, runtime: &Handle) -> Result<Self, StartError> {
        let spawner = Arc::new(Spawner::start(runtime.clone())?);
        let pools = pools(&config.functions, &config, &spawner)?;
        let wire = Arc::new(Wire::new());
        let aws = Aws::new(&config.aws, &config.environment, wire.clone())?;
        let stores = Stores::new(&config, aws.clone(), runtime.clone())?;
        let connections = Arc::new(Configured::new(&config.connections)?);
        let source = Arc::new(Everywhere::new(connections.clone(), aws.clone()));
        let http = HttpTasks::new(wire.clone(), source, config.http_timeout);
        let gateway = Gateway::new(wire, aws.clone());
        let idle_timeout = config.idle_timeout;
        let shared = Arc::new(Shared {
            config,
            pools: RwLock::new(pools),
            spawner,
            aws,
            stores: Arc::new(stores),
            readers: Readers::default(),
            writers: Writers::default(),
            connections,
            http,
            gateway,
            runtime: runtime.clone(),
            own: watch::Sender::new(None),
        });
        runtime.spawn(stop_idle(Arc::downgrade(&shared), idle_timeout));
        Ok(Connectors { shared })
    }

    /// Lets workflows call this server's own API, from now on and as long as it is there.
    pub fn serve_own(&self, own: Weak<dyn OwnService>) {
        self.shared.own.send_replace(Some(own));
    }

    /// Replaces all local functions. Idle processes of the old ones stop at once, busy ones
    /// after their invocation; new calls get new processes, and so the code that is on disk now.
    ///
    /// # Errors
    /// The first mistake of the configuration; then nothing is changed.
    pub fn replace_functions(&self, functions: &BTreeMap<String, FunctionConfig>) -> Result<(), ConfigError> {
        let new = pools(functions, &self.shared.config, &self.shared.spawner)?;
        let mut pools = self.shared.pools.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *pools, new);
        drop(pools);
        old.values().for_each(|pool| pool.close());
        Ok(())
    }

    /// Replaces all connections of HTTP Tasks; requests that are out go on.
    ///
    /// # Errors
    /// The first mistake of the configuration; then nothing is changed.
    pub fn replace_connections(
        &self,
        connections: &BTreeMap<String, ConnectionConfig>,
    ) -> Result<(), ConfigError> {
        self.shared.connections.replace(connections)
    }

    /// Kills all processes of functions and starts none any more. Calls that run fail.
    pub fn stop(&self) {
        self.shared.spawner.stop();
        self.shared.readers.stop();
        let pools = self.shared.pools.read().unwrap_or_else(PoisonError::into_inner);
        pools.values().for_each(|pool| pool.close());
    }
}

impl Drop for Connectors {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Connector for Connectors {
    fn call(&self, attempt: Attempt) -> CallFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.call(&attempt).await })
    }

    fn trace(&self, attempt: Attempt, reveal_secrets: bool) -> TracedFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            if http::is_http_task(&attempt.resource) {
                return shared.http.call(&attempt, reveal_secrets).await;
            }
            Traced { outcome: shared.call(&attempt).await, exchange: None }
        })
    }

    fn functions(&self) -> Vec<FunctionFacts> {
        let pools = self.shared.pools.read().unwrap_or_else(PoisonError::into_inner);
        let facts = |(name, pool): (&String, &Arc<Pool>)| FunctionFacts {
            name: name.clone(),
            runtime: pool.runtime().to_owned(),
        };
        pools.iter().map(facts).collect()
    }

    fn read_items(&self, source: Arc<ItemSource>, cursor: Option<Arc<str>>, wanted: usize) -> ItemsFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.readers.read(&shared.stores, source, cursor, wanted).await })
    }

    fn close_items(&self, source: &ItemSource) {
        self.shared.readers.close(source);
    }

    fn write_results(&self, target: Arc<ResultTarget>, results: Box<dyn ResultSource>) -> CallFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.writers.write(shared.stores.clone(), target, results).await })
    }

    fn watch(&self, attempt: Attempt, submitted: Payload) -> CallFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let behalf = shared.behalf(&attempt);
            if sfn::is_job_of(&attempt.resource) {
                sfn::watch_job(shared.own.subscribe(), &attempt, &submitted).await
            } else if kubernetes::is_kubernetes(&attempt.resource) {
                kubernetes::watch(&behalf, &attempt, &submitted).await
            } else {
                jobs::watch(&behalf, &attempt, &submitted).await
            }
        })
    }

    fn give_up(&self, attempt: Attempt, submitted: Payload) {
        let shared = Arc::clone(&self.shared);
        self.shared.runtime.spawn(async move {
            let behalf = shared.behalf(&attempt);
            if sfn::is_job_of(&attempt.resource) {
                sfn::stop(shared.own.subscribe(), attempt, submitted).await;
            } else if kubernetes::is_kubernetes(&attempt.resource) {
                kubernetes::give_up(&behalf, &attempt, &submitted).await;
            } else {
                jobs::give_up(&behalf, &attempt, &submitted).await;
            }
        });
    }
}

impl Shared {
    /// Services, for an attempt.
    fn behalf<'a>(&'a self, attempt: &'a Attempt) -> OnBehalf<'a> {
        OnBehalf { aws: &self.aws, attempt }
    }

    async fn call(&self, attempt: &Attempt) -> Outcome {
        let invoked = match &attempt.resource {
            TaskResource::Function { arn } => {
                self.invoke(attempt, InvokeRequest::direct(attempt, arn)).await.map(Invoked::direct)
            }
            TaskResource::Integration { service, action, .. } if is_invoke(service, action) => {
                self.invoke(attempt, InvokeRequest::from_parameters(attempt)).await.map(Invoked::wrapped)
            }
            TaskResource::Integration { service, .. } if sfn::is_own(service) => {
                return sfn::call(self.own.subscribe(), attempt).await;
            }
            other if kubernetes::is_kubernetes(other) => {
                return kubernetes::call(&self.behalf(attempt), attempt).await;
            }
            other if jobs::of(other).is_some() => return jobs::submit(&self.behalf(attempt), attempt).await,
            TaskResource::Integration { service, .. } if integration::is_service(service) => {
                return integration::call(&self.aws, attempt).await;
            }
            other if http::is_http_task(other) => return self.http.call(attempt, false).await.outcome,
            other if gateway::is_gateway(other) => return self.gateway.call(attempt).await,
            other => Err(not_offered(other)),
        };
        invoked.unwrap_or_else(Outcome::Failed)
    }

    async fn invoke(
        &self,
        attempt: &Attempt,
        request: Result<InvokeRequest, Failure>,
    ) -> Result<Invoked, Failure> {
        let request = request?;
        let pool = {
            let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
            pools.get(&request.target.name).cloned()
        };
        match pool {
            Some(pool) => self.invoke_local(pool, &request).await,
            None if self.aws.can_call("lambda").await => remote::invoke(&self.aws, &request, attempt).await,
            None => {
                Err(ServiceError::not_found(&request.target.qualified_arn(), &request.request_id).failure())
            }
        }
    }

    async fn invoke_local(&self, pool: Arc<Pool>, request: &InvokeRequest) -> Result<Invoked, Failure> {
        if serde_json::from_slice::<serde::de::IgnoredAny>(&request.payload).is_err() {
            return Err(not_json(request));
        }
        let invocation = Invocation {
            request_id: request.request_id.as_str().into(),
            payload: request.payload.clone(),
            arn: request.target.arn(),
            trace_id: trace_id(&request.request_id),
            client_context: client_context(request)?,
        };
        let answer = match request.invocation_type {
            InvocationType::DryRun => return Ok(invoked(request, 204, None)),
            InvocationType::Event => {
                // Nobody waits for it; what goes wrong is in the log.
                self.runtime.spawn(pool.invoke(invocation, false));
                return Ok(invoked(request, 202, None));
            }
            InvocationType::RequestResponse => pool.invoke(invocation, request.log_tail).await,
        };
        match answer {
            Ok(answer) => Ok(invoked(request, 200, Some(answer))),
            Err(_) => Err(ServiceError::throttled(&request.request_id).failure()),
        }
    }
}

fn is_invoke(service: &str, action: &str) -> bool {
    service == "lambda" && action.split('.').next() == Some("invoke")
}

/// What AWS has and nothing here calls: `bedrockagentcore:invokeHarness`, whose answer is a stream.
fn not_offered(resource: &TaskResource) -> Failure {
    let arn = resource.arn();
    Failure::new(error_name::TASK_FAILED, format!("'{arn}' is not called by this release of Stateline."))
}

fn pools(
    functions: &BTreeMap<String, FunctionConfig>,
    config: &Config,
    spawner: &Arc<Spawner>,
) -> Result<BTreeMap<String, Arc<Pool>>, ConfigError> {
    let pool = |(name, function): (&String, &FunctionConfig)| {
        let launch = Launch::new(name, function, config)?;
        Ok((name.clone(), Pool::new(launch, Arc::clone(spawner), function.concurrency, function.queue)))
    };
    functions.iter().map(pool).collect()
}

/// Looks for idle processes until the connectors are gone.
async fn stop_idle(shared: Weak<Shared>, age: Duration) {
    let pause = (age / 4).clamp(Duration::from_millis(50), Duration::from_secs(30));
    loop {
        tokio::time::sleep(pause).await;
        let Some(shared) = shared.upgrade() else { return };
        let pools: Vec<Arc<Pool>> =
            shared.pools.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        pools.iter().for_each(|pool| pool.stop_idle(age));
    }
}

fn not_json(request: &InvokeRequest) -> Failure {
    let text = String::from_utf8_lossy(&request.payload);
    let token = text.split_whitespace().next().unwrap_or_default();
    let message = format!(
        "Could not parse request body into json: Could not parse payload into json: Unrecognized token '{token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    );
    ServiceError::own(400, "InvalidRequestContentException", message, &request.request_id).failure()
}

/// Callers send the context as base64 of JSON; functions get the JSON.
fn client_context(request: &InvokeRequest) -> Result<Option<String>, Failure> {
    let Some(text) = &request.client_context else { return Ok(None) };
    let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let valid = decoded.filter(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    valid.map(Some).ok_or_else(|| {
        let message = "Client context must be a valid Base64-encoded JSON object.";
        ServiceError::own(400, "InvalidRequestContentException", message, &request.request_id).failure()
    })
}

/// The answer of a local function, with the headers that Lambda would have sent.
fn invoked(request: &InvokeRequest, status: u16, answer: Option<Answer>) -> Invoked {
    let (body, function_error, log) = match answer {
        Some(answer) => (answer.body, answer.function_error, answer.log),
        None => (Bytes::new(), false, None),
    };
    let version = (status == 200).then(|| request.target.version().to_owned());
    let mut headers = Vec::new();
    let mut header = |name: &str, value: String| headers.push((header_name(name), value));
    if let Some(version) = &version {
        header("x-amz-executed-version", version.clone());
    }
    header("x-amzn-remapped-content-length", "0".to_owned());
    header("connection", "keep-alive".to_owned());
    header("x-amzn-requestid", request.request_id.clone());
    header("content-length", body.len().to_string());
    header("date", http_date());
    header("x-amzn-trace-id", trace_id(&request.request_id));
    header("content-type", "application/json".to_owned());
    Invoked {
        status,
        body,
        function_error,
        executed_version: version,
        log_result: log.map(|bytes| STANDARD.encode(bytes)),
        headers,
        request_id: Some(request.request_id.clone()),
    }
}

fn http_date() -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&jiff::Timestamp::now())
        .unwrap_or_default()
}

/// A trace id made from the request's id, so that the two can be matched.
fn trace_id(request_id: &str) -> String {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let digits: String =
        request_id.chars().filter(char::is_ascii_hexdigit).chain("0".repeat(32).chars()).collect();
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", &digits[..24], &digits[16..32])
}
