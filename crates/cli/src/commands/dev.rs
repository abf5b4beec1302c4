//! `stateline dev`: the server with everything of a folder, reloaded on change.

use super::deploy::{Deployment, Wanted};
use super::server::{Plan, announce, serve};
use super::{CommandError, Outcome, definition};
use crate::args::DevArgs;
use crate::client::Client;
use crate::config::{FILE_NAME, Settings};
use crate::host::Host;
use crate::names;
use crate::output::{note, say, table};
use crate::shutdown::Signals;
use crate::watch::Snapshot;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub async fn run(args: DevArgs) -> Outcome {
    let root = std::path::absolute(&args.dir)?;
    let look = |settings: &Settings| {
        Snapshot::take(&root, &function_folders(settings))
            .map_err(|error| CommandError::Usage(format!("{}: {error}", args.dir.display())))
    };
    let settings = read_settings(&root, &look(&Settings::default())?)?;
    let snapshot = look(&settings)?;
    let plan = Plan::new(&args.server, &settings)?;
    let listeners = plan.bind().await?;
    let signals = Signals::listen()?;
    let host = Arc::new(Host::open(&settings, &plan.host)?);
    let client = Client::inside(host.api.clone(), names::place(None, Some(settings.region())));
    let mut folder =
        Folder { root, settings, snapshot, host: host.clone(), deployment: Deployment::new(client) };
    folder.deploy().await;
    if let Some(address) = announce(&listeners, &plan)? {
        folder.introduce(address);
    }
    let watching = tokio::spawn(async move { folder.watch().await });
    let outcome = serve(listeners, host, signals, plan.grace).await;
    watching.abort();
    outcome
}

/// A folder and what was made of it.
struct Folder {
    root: PathBuf,
    settings: Settings,
    snapshot: Snapshot,
    host: Arc<Host>,
    deployment: Deployment,
}

impl Folder {
    async fn watch(&mut self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let (root, folders) = (self.root.clone(), function_folders(&self.settings));
            let looked = tokio::task::spawn_blocking(move || Snapshot::take(&root, &folders)).await;
            match looked {
                Ok(Ok(snapshot)) => self.react(snapshot).await,
                Ok(Err(error)) => tracing::warn!(%error, "the folder cannot be watched"),
                Err(_) => return,
            }
        }
    }

    async fn react(&mut self, snapshot: Snapshot) {
        let earlier = std::mem::replace(&mut self.snapshot, snapshot);
        let changed: Vec<PathBuf> =
            self.snapshot.changed_since(&earlier).into_iter().map(Path::to_owned).collect();
        if changed.is_empty() {
            return self.deployment.retry().await;
        }
        let settings_changed =
            changed.iter().any(|path| path.file_name().is_some_and(|name| name == FILE_NAME));
        let code_changed = changed.iter().any(|path| {
            let plain = !definition::is_named(path) && path.file_name().is_none_or(|name| name != FILE_NAME);
            plain && self.settings.functions.values().any(|function| path.starts_with(&function.dir))
        });
        if settings_changed && !self.reread() {
            return;
        }
        if settings_changed || code_changed {
            self.reload_functions();
        }
        if settings_changed && let Err(error) = self.host.replace_connections(&self.settings.connections) {
            note(&format!("{error}; the connections stay as they were"));
        }
        if settings_changed || changed.iter().any(|path| definition::is_named(path)) {
            self.deploy().await;
        }
    }

    /// Reads the settings again; wrong ones leave everything as it is.
    fn reread(&mut self) -> bool {
        match read_settings(&self.root, &self.snapshot) {
            Ok(settings) => {
                if settings.server != self.settings.server
                    || settings.console != self.settings.console
                    || settings.limits != self.settings.limits
                    || settings.throttling != self.settings.throttling
                    || settings.express != self.settings.express
                {
                    note(
                        "changes of [server], [console], [limits], [throttling], [express] and [aws] count from the next start",
                    );
                }
                self.settings = settings;
                true
            }
            Err(error) => {
                note(&format!("{error}; the settings stay as they were"));
                false
            }
        }
    }

    fn reload_functions(&self) {
        match self.host.replace_functions(&self.settings.functions) {
            Ok(()) => note("functions were reloaded; the next call uses what is on disk now"),
            Err(error) => note(&format!("{error}; the functions stay as they were")),
        }
    }

    /// Makes the state machines what the files say.
    async fn deploy(&mut self) {
        let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
        for path in definition::ENDINGS.into_iter().flat_map(|ending| self.snapshot.named(ending)) {
            let name = definition::name_of(path);
            let shown = shorten(path);
            if let Some(other) = wanted.get(&name) {
                let other = other.path.display();
                note(&format!(
                    "{} is left out, because {other} is the state machine {name} already",
                    shown.display()
                ));
                continue;
            }
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    let machine_type = self.settings.machine_type(&name);
                    wanted.insert(name, Wanted { path: shown, text, machine_type });
                }
                Err(error) => note(&format!("{}: {error}", shown.display())),
            }
        }
        for name in self.settings.machines.keys().filter(|name| !wanted.contains_key(*name)) {
            note(&format!(
                "[machines.{name}] is for no file: there is no {name}.asl.json, .asl.yaml or .asl.yml"
            ));
        }
        self.deployment.update(wanted).await;
    }

    /// Says what there is and what to try.
    fn introduce(&self, address: SocketAddr) {
        let machines = self.deployment.rows();
        if machines.is_empty() {
            say(&format!(
                "no state machines: a file NAME.asl.json or NAME.asl.yaml below {} is one",
                self.root.display()
            ));
            return;
        }
        say(&format!("\n{}", table(&["state machine", "type", "ARN", "file"], &machines)));
        if !self.settings.functions.is_empty() {
            let names: Vec<&str> = self.settings.functions.keys().map(String::as_str).collect();
            say(&format!("\nfunctions: {}", names.join(", ")));
        }
        if !self.settings.connections.is_empty() {
            let names: Vec<&str> = self.settings.connections.keys().map(String::as_str).collect();
            say(&format!("\nconnections: {}", names.join(", ")));
        }
        let Some(name) = machines.first().and_then(|row| row.first()) else { return };
        let endpoint =
            if address.port() == 8083 { String::new() } else { format!(" --endpoint http://{address}") };
        let input = self.deployment.input_beside(name);
        let input = input.map_or_else(String::new, |path| format!(" --input @{}", path.display()));
        say(&format!(
            "\ntry:\n  stateline start {name}{input} --wait{endpoint}\n  stateline executions {name}{endpoint}"
        ));
    }
}

/// The uppermost settings with the functions, connections and machines of those further down.
fn read_settings(root: &Path, snapshot: &Snapshot) -> Result<Settings, CommandError> {
    let uppermost = root.join(FILE_NAME);
    let mut settings = Settings::read_if_there(&uppermost)?;
    for path in snapshot.named(FILE_NAME) {
        let exact = path.file_name().is_some_and(|name| name == FILE_NAME);
        if exact && path != uppermost && path.starts_with(root) {
            settings.add(path, Settings::read(path)?)?;
        }
    }
    Ok(settings)
}

fn function_folders(settings: &Settings) -> Vec<PathBuf> {
    settings.functions.values().map(|function| function.dir.clone()).collect()
}

/// A path as one would type it here.
fn shorten(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).to_owned()
}
