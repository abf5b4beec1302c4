//! The engine inside this process: store, connectors, service and API put together.
//!
//! `run`, `serve` and `dev` host it; they differ in who may call it. This is the
//! one place that knows the concrete types of all parts.

use crate::config::Settings;
use crate::files;
use stateline_api::{Api, Console, Settings as ApiSettings};
use stateline_connect::{
    Config as ConnectConfig, ConfigError, ConnectionConfig, Connectors, Environment, FileMocks,
    FunctionConfig, MockFileError, OwnAnswer, OwnFuture, OwnRequest, OwnService, StartError,
};
use stateline_runtime::{Config, Mocks, NoMocks, OpenServiceError, Service, SystemClock, SystemEntropy};
use stateline_store::{MemStore, OpenError, Options, Store, open_embedded};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::runtime::Handle;

/// New requests that may wait for one worker before callers are told to slow down.
const MAILBOX_CAPACITY: usize = 4_096;
/// Worker threads when nobody says how many: more than these share one committer to no avail.
const WORKERS_MAX: usize = 8;

/// Where executions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Nowhere: they go with the process.
    Memory,
    /// In a data directory.
    Directory(PathBuf),
}

/// What a host is made of, besides the settings.
#[derive(Clone, Debug)]
pub struct HostPlan {
    /// Where executions are kept.
    pub storage: Storage,
    /// Worker threads; absent means one a core.
    pub workers: Option<u16>,
    /// The console, and by which names browsers may reach the server.
    pub console: Console,
    /// How long requests may go on once the server is asked to stop.
    pub drain: Duration,
    /// How long a backup may take; absent means what the API has by itself.
    pub backup: Option<Duration>,
    /// The mock configuration file; absent means that no execution runs a test case.
    pub mocks: Option<PathBuf>,
}

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The data directory.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The functions and connections.
    #[error(transparent)]
    Connect(#[from] StartError),
    /// The mocks.
    #[error(transparent)]
    Mocks(#[from] MockFileError),
    /// What the store holds.
    #[error(transparent)]
    Service(#[from] OpenServiceError),
}

/// A running engine.
pub struct Host {
    /// The API over it.
    pub api: Arc<Api>,
    service: Service,
    connectors: Arc<Connectors>,
    /// Held for the connectors, which must not keep the API alive themselves.
    _own: Arc<OwnApi>,
}

impl Host {
    /// Starts it and picks up what was open. It blocks while the store is read.
    ///
    /// # Errors
    /// See [`HostError`]; nothing runs then.
    pub fn open(settings: &Settings, plan: &HostPlan) -> Result<Host, HostError> {
        let runtime = Handle::current();
        let mocks: Arc<dyn Mocks> = match &plan.mocks {
            Some(path) => Arc::new(FileMocks::open(path)?),
            None => Arc::new(NoMocks),
        };
        let store: Arc<dyn Store> = match &plan.storage {
            Storage::Memory => Arc::new(MemStore::new()),
            Storage::Directory(path) => Arc::new(open_embedded(path, Options::default())?),
        };
        let region = settings.region();
        let mut config = ConnectConfig::new(current_folder());
        config.environment = Environment::new(std::env::vars_os().filter_map(text));
        config.aws = settings.aws.clone().unwrap_or_default();
        config.functions = settings.functions.clone();
        config.buckets = settings.buckets.clone();
        config.limits = settings.limits();
        config.connections = settings.connections.clone();
        config.region.clone_from(&region);
        let connectors = Arc::new(Connectors::start(config, &runtime)?);
        let workers = plan.workers.map_or_else(default_workers, usize::from);
        let service = Service::open_with_mocks(
            Config {
                store,
                connector: connectors.clone(),
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy::new()),
                limits: settings.limits(),
                workers,
                mailbox_capacity: MAILBOX_CAPACITY,
            },
            mocks,
            &runtime,
        )?;
        let defaults = ApiSettings::default();
        let api = ApiSettings {
            default_region: region,
            drain_timeout: plan.drain,
            backup_timeout: plan.backup.unwrap_or(defaults.backup_timeout),
            connections_max: files::connections(files::raise()),
            console: plan.console.clone(),
            throttling: settings.throttling.clone().unwrap_or_default(),
            ..defaults
        };
        let api = Arc::new(Api::new(service.clone(), api));
        let own: Arc<OwnApi> = Arc::new(OwnApi { api: api.clone() });
        let weak: Weak<OwnApi> = Arc::downgrade(&own);
        connectors.serve_own(weak);
        Ok(Host { api, service, connectors, _own: own })
    }

    /// Why the engine has stopped writing, if it has.
    pub fn fault(&self) -> Option<Arc<str>> {
        self.service.fault()
    }

    /// Replaces all local functions; calls that run go on.
    ///
    /// # Errors
    /// The first mistake; then nothing is changed.
    pub fn replace_functions(&self, functions: &BTreeMap<String, FunctionConfig>) -> Result<(), ConfigError> {
        self.connectors.replace_functions(functions)
    }

    /// Replaces all connections of HTTP Tasks; requests that are out go on.
    ///
    /// # Errors
    /// The first mistake; then nothing is changed.
    pub fn replace_connections(
        &self,
        connections: &BTreeMap<String, ConnectionConfig>,
    ) -> Result<(), ConfigError> {
        self.connectors.replace_connections(connections)
    }

    /// Stops it: waits up to `grace` for calls that are out, makes everything durable, ends the
    /// processes of functions. What still runs goes on at the next start.
    pub async fn stop(&self, grace: Duration) {
        self.service.shutdown(grace).await;
        self.connectors.stop();
    }
}

/// The API as the connectors call it: without sockets, on behalf of a workflow's account.
struct OwnApi {
    api: Arc<Api>,
}

impl OwnService for OwnApi {
    fn request(&self, request: OwnRequest) -> OwnFuture {
        let api = self.api.clone();
        Box::pin(async move {
            let OwnRequest { operation, body, region, account } = request;
            let answer = api.on_behalf(&operation, body.to_string(), &region, &account).await;
            OwnAnswer { status: answer.status, body: answer.body, request_id: answer.request_id }
        })
    }
}

/// Variables that are no text concern nobody here.
fn text((name, value): (OsString, OsString)) -> Option<(String, String)> {
    Some((name.into_string().ok()?, value.into_string().ok()?))
}

fn current_folder() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX)
}
