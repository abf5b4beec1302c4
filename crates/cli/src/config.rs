//! `stateline.toml`: finding it, reading it, and saying where it is wrong.
//!
//! A mistake is reported as `FILE:LINE: message`, an unknown key included.
//! What the keys of functions and connections mean is checked by the connectors.

use crate::args::MachineType;
use serde::Deserialize;
use stateline_api::{Console, Hosts, Throttling};
use stateline_base::Limits;
use stateline_connect::{AwsConfig, BucketConfig, ConfigError, ConnectionConfig, FunctionConfig};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// The file's name.
pub const FILE_NAME: &str = "stateline.toml";

/// What a file says; what it does not say is a default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The region of state machines and of requests that name none.
    pub region: Option<String>,
    /// `[server]`.
    pub server: Option<ServerSettings>,
    /// `[console]`.
    pub console: Option<ConsoleSettings>,
    /// `[limits]`.
    pub limits: Option<Limits>,
    /// `[throttling]`.
    pub throttling: Option<Throttling>,
    /// `[express]`.
    pub express: Option<ExpressSettings>,
    /// `[aws]`.
    pub aws: Option<AwsConfig>,
    /// `[functions.NAME]`.
    pub functions: BTreeMap<String, FunctionConfig>,
    /// `[buckets.NAME]`.
    pub buckets: BTreeMap<String, BucketConfig>,
    /// `[connections.NAME]`.
    pub connections: BTreeMap<String, ConnectionConfig>,
    /// `[machines.NAME]`.
    pub machines: BTreeMap<String, MachineSettings>,
}

/// `[server]`: each key is the option of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// `--listen`: one address, or a list.
    pub listen: Option<Listen>,
    /// `--data`; relative to the file.
    pub data: Option<PathBuf>,
    /// `--store`; a directory is relative to the file.
    pub store: Option<String>,
    /// `--insecure`.
    pub insecure: bool,
    /// `--workers`.
    pub workers: Option<u16>,
    /// `--grace-seconds`.
    pub grace_seconds: Option<u64>,
    /// `--backup-seconds`.
    pub backup_seconds: Option<u64>,
}

/// `[console]`: the web console, and by which names browsers may reach the server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleSettings {
    /// Whether it is served.
    pub enabled: bool,
    /// Names of this server besides its addresses and `localhost`, for example that of a proxy.
    pub hosts: Vec<String>,
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        ConsoleSettings { enabled: true, hosts: Vec::new() }
    }
}

impl ConsoleSettings {
    /// For a server that only this machine reaches, or others too. There every name is as good as
    /// the next, unless some are listed.
    pub fn console(&self, loopback: bool) -> Console {
        let known = loopback || !self.hosts.is_empty();
        let hosts = if known { Hosts::Known(self.hosts.clone()) } else { Hosts::Any };
        Console { enabled: self.enabled, hosts }
    }

    fn check(&self) -> Result<(), String> {
        let odd = |host: &&String| {
            host.is_empty() || !host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        };
        match self.hosts.iter().find(odd) {
            None => Ok(()),
            Some(host) => Err(format!(
                "console.hosts: '{host}' is no host name; list names alone, without http:// and port: \"ops.example.com\""
            )),
        }
    }
}

/// `[express]`: AWS keeps nothing of Express executions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExpressSettings {
    /// Whether they are stored when they end, and can be listed, described and looked into.
    pub keep: bool,
    /// For how many days [default: as Standard ones].
    pub retention_days: Option<NonZeroU32>,
}

/// Where a server listens: `"127.0.0.1:8083"` or a list of such.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "`listen` is an address or a list of addresses: \"127.0.0.1:8083\"")]
pub enum Listen {
    /// At one address.
    One(String),
    /// At several.
    Several(Vec<String>),
}

impl Listen {
    /// The addresses, in order.
    pub fn addresses(self) -> Vec<String> {
        match self {
            Listen::One(address) => vec![address],
            Listen::Several(addresses) => addresses,
        }
    }
}

/// `[machines.NAME]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MachineSettings {
    /// `STANDARD` or `EXPRESS`.
    #[serde(rename = "type")]
    pub machine_type: TypeName,
}

/// A machine's type as the API spells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TypeName {
    /// The default.
    #[default]
    Standard,
    /// At most five minutes.
    Express,
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file's text is wrong.
    #[error("{}:{line}: {message}", .path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Two files disagree, or a file says what it may not.
    #[error("{}: {message}", .path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl Settings {
    /// Reads a file. Paths in it are meant from its folder and made absolute.
    pub fn read(path: &Path) -> Result<Settings, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        // Functions run in folders of their own, so nothing relative may be left.
        let absolute = std::path::absolute(path)
            .map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        Settings::parse(&text, path, absolute.parent().unwrap_or(Path::new("/")))
    }

    /// The file of a name in this folder, or the defaults.
    pub fn read_if_there(path: &Path) -> Result<Settings, SettingsError> {
        if path.is_file() { Settings::read(path) } else { Ok(Settings::default()) }
    }

    fn parse(text: &str, path: &Path, folder: &Path) -> Result<Settings, SettingsError> {
        let mut settings: Settings = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            SettingsError::Wrong {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                message: error.message().to_owned(),
            }
        })?;
        for function in settings.functions.values_mut() {
            function.dir = folder.join(&function.dir);
            // A bare name such as `python3.12` is looked for on the PATH.
            if let Some(python) = function.python.as_mut().filter(|python| python.components().count() > 1) {
                *python = folder.join(&*python);
            }
        }
        for bucket in settings.buckets.values_mut() {
            bucket.dir = folder.join(&bucket.dir);
        }
        if let Some(console) = &settings.console {
            console.check().map_err(|message| SettingsError::Conflict { path: path.to_owned(), message })?;
        }
        for (name, connection) in &mut settings.connections {
            let wrong = |error: ConfigError| SettingsError::Conflict {
                path: path.to_owned(),
                message: error.to_string(),
            };
            connection.check(name).map_err(wrong)?;
            connection.locate(folder);
        }
        if let Some(server) = &mut settings.server {
            server.data = server.data.take().map(|data| folder.join(data));
            server.store = server.store.take().map(|store| match store.contains(':') {
                true => store,
                false => folder.join(store).to_string_lossy().into_owned(),
            });
        }
        Ok(settings)
    }

    /// Adds the functions, buckets, connections and machines of a file further down.
    pub fn add(&mut self, path: &Path, other: Settings) -> Result<(), SettingsError> {
        let conflict = |message: String| SettingsError::Conflict { path: path.to_owned(), message };
        let tables = [
            other.server.is_some(),
            other.console.is_some(),
            other.limits.is_some(),
            other.throttling.is_some(),
            other.express.is_some(),
            other.aws.is_some(),
        ];
        if tables.contains(&true) || other.region.is_some() {
            let tables = "[server], [console], [limits], [throttling], [express] and [aws]";
            let message = format!("region, {tables} belong into the uppermost {FILE_NAME}");
            return Err(conflict(message));
        }
        for (name, function) in other.functions {
            if self.functions.insert(name.clone(), function).is_some() {
                return Err(conflict(format!("functions.{name} stands in another {FILE_NAME} as well")));
            }
        }
        for (name, bucket) in other.buckets {
            if self.buckets.insert(name.clone(), bucket).is_some() {
                return Err(conflict(format!("buckets.{name} stands in another {FILE_NAME} as well")));
            }
        }
        for (name, connection) in other.connections {
            if self.connections.insert(name.clone(), connection).is_some() {
                return Err(conflict(format!("connections.{name} stands in another {FILE_NAME} as well")));
            }
        }
        for (name, machine) in other.machines {
            if self.machines.insert(name.clone(), machine).is_some() {
                return Err(conflict(format!("machines.{name} stands in another {FILE_NAME} as well")));
            }
        }
        Ok(())
    }

    /// The region: the file's, the environment's, or `us-east-1`.
    pub fn region(&self) -> String {
        self.region.clone().unwrap_or_else(environment_region)
    }

    /// The engine's limits.
    pub fn limits(&self) -> Limits {
        let mut limits = self.limits.clone().unwrap_or_default();
        if let Some(ExpressSettings { keep: true, retention_days }) = self.express {
            // One that is kept is kept for a day at least; otherwise it would not be.
            limits.express_history_days =
                retention_days.map_or(limits.retention_days.max(1), NonZeroU32::get);
        }
        limits
    }

    /// The type of a state machine.
    pub fn machine_type(&self, name: &str) -> MachineType {
        match self.machines.get(name).map(|machine| machine.machine_type) {
            Some(TypeName::Express) => MachineType::Express,
            Some(TypeName::Standard) | None => MachineType::Standard,
        }
    }
}

/// The region that the environment names, as for every AWS SDK.
pub fn environment_region() -> String {
    let named = |name| std::env::var(name).ok().filter(|region| !region.is_empty());
    named("AWS_REGION").or_else(|| named("AWS_DEFAULT_REGION")).unwrap_or_else(|| "us-east-1".to_owned())
}

/// The nearest file: beside `file`, or in a folder above it.
pub fn nearest(file: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(file).ok()?;
    let folders = absolute.parent()?.ancestors();
    folders.map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: &Expect) {
        let found = match Settings::parse(text, Path::new("conf/stateline.toml"), Path::new("conf")) {
            Ok(settings) => format!("{settings:?}"),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn mistakes_name_file_and_line() {
        check(
            "[server]\nlisten = 7\n",
            &expect![[
                r#"conf/stateline.toml:2: `listen` is an address or a list of addresses: "127.0.0.1:8083""#
            ]],
        );
        check(
            "[server]\n\nport = 7\n",
            &expect![
                "conf/stateline.toml:3: unknown field `port`, expected one of `listen`, `data`, `store`, `insecure`, `workers`, `grace_seconds`, `backup_seconds`"
            ],
        );
        check(
            "[limits]\npayload_bytes = 7\n",
            &expect![
                "conf/stateline.toml:2: unknown field `payload_bytes`, expected one of `payload_bytes_max`, `variables_bytes_max`, `jsonata_steps_max`, `jsonata_depth_max`, `jsonata_bytes_max`, `distributed_map_concurrency`, `items_max`, `item_bytes_max`, `item_file_bytes_max`, `items_pointer_bytes_max`, `csv_header_bytes_max`, `parquet_row_group_bytes_max`, `parquet_footer_bytes_max`, `result_file_bytes_max`, `definition_bytes_max`, `history_events_max`, `inline_map_concurrency`, `error_chars_max`, `cause_chars_max`, `standard_seconds_max`, `express_seconds_max`, `retention_days`, `redrivable_days`, `map_run_redrives_max`, `request_bytes_max`, `versions_max`, `aliases_max`, `tags_max`, `express_kept`, `activity_workers_max`, `activity_poll_seconds`"
            ],
        );
        check(
            "[functions.a]\nruntime = \"provided\"\n\n[functions.b]\ntimeout = 3\n",
            &expect![
                "conf/stateline.toml:5: unknown field `timeout`, expected one of `runtime`, `handler`, `command`, `dir`, `python`, `timeout_seconds`, `concurrency`, `queue`, `env`, `memory_mb`"
            ],
        );
        check(
            "[machines.m]\ntype = \"FAST\"\n",
            &expect!["conf/stateline.toml:2: unknown variant `FAST`, expected `STANDARD` or `EXPRESS`"],
        );
        check(
            "[throttling]\naws = true\n[throttling.operations]\nStart = { bucket = 1, per_second = 1 }\n",
            &expect!["conf/stateline.toml:3: there is no operation `Start`"],
        );
        check("a = [\n", &expect!["conf/stateline.toml:1: unclosed array, expected `]`"]);
        check(
            "[serv]\n",
            &expect![
                "conf/stateline.toml:1: unknown field `serv`, expected one of `region`, `server`, `console`, `limits`, `throttling`, `express`, `aws`, `functions`, `buckets`, `connections`, `machines`"
            ],
        );
    }

    #[test]
    fn connections_are_checked_where_they_stand() {
        check(
            "[connections.crm]\nauthorization = \"BASIC\"\nuser = \"me\"\n",
            &expect![
                "conf/stateline.toml:3: unknown field `user`, expected one of `authorization`, `username`, `password`, `api_key_name`, `api_key_value`, `client_id`, `client_secret`, `authorization_endpoint`, `http_method`, `oauth_http_parameters`, `invocation_http_parameters`"
            ],
        );
        check(
            "[connections.crm]\nauthorization = \"BASIC\"\nusername = \"me\"\n",
            &expect!["conf/stateline.toml: connections.crm.password: missing: BASIC needs it"],
        );
        check(
            "[connections.crm]\nauthorization = \"BASIC\"\nusername = \"me\"\npassword = { variable = \"X\" }\n",
            &expect![[r#"conf/stateline.toml:4: a secret is a text, { env = "NAME" } or { file = "path" }"#]],
        );
        let text = "[connections.crm]\nauthorization = \"BASIC\"\nusername = \"me\"\n\
                    password = { file = \"secrets/crm\" }\n";
        let settings =
            Settings::parse(text, Path::new("c/stateline.toml"), Path::new("c")).expect("it is right");
        let shown = format!("{:?}", settings.connections["crm"].password);
        assert!(shown.contains("c/secrets/crm"), "{shown}");
    }

    #[test]
    fn a_name_counts_where_only_this_machine_comes() {
        let console = |text, loopback| {
            let settings = Settings::parse(text, Path::new("x"), Path::new("")).expect("it is right");
            format!("{:?}", settings.console.unwrap_or_default().console(loopback))
        };
        assert_eq!(console("", true), "Console { enabled: true, hosts: Known([]) }");
        assert_eq!(console("", false), "Console { enabled: true, hosts: Any }");
        assert_eq!(console("[console]\nenabled = false", false), "Console { enabled: false, hosts: Any }");
        let listed = "[console]\nhosts = [\"ops.example.com\"]";
        assert_eq!(console(listed, true), "Console { enabled: true, hosts: Known([\"ops.example.com\"]) }");
        assert_eq!(console(listed, true), console(listed, false));
        check(
            "[console]\nhosts = [\"http://ops.example.com\"]",
            &expect![[
                r#"conf/stateline.toml: console.hosts: 'http://ops.example.com' is no host name; list names alone, without http:// and port: "ops.example.com""#
            ]],
        );
        check(
            "[console]\nport = 7",
            &expect!["conf/stateline.toml:2: unknown field `port`, expected `enabled` or `hosts`"],
        );
    }

    #[test]
    fn express_executions_are_kept_on_request() {
        let days = |text| {
            let settings = Settings::parse(text, Path::new("x"), Path::new("")).expect("it is right");
            settings.limits().express_history_days
        };
        assert_eq!(days(""), 0);
        assert_eq!(days("[express]\nretention_days = 3"), 0);
        assert_eq!(days("[express]\nkeep = true"), 90);
        assert_eq!(days("[express]\nkeep = true\n[limits]\nretention_days = 5"), 5);
        assert_eq!(days("[express]\nkeep = true\nretention_days = 3"), 3);
        check(
            "[express]\nkeep = true\nretention_days = 0",
            &expect!["conf/stateline.toml:3: invalid value: integer `0`, expected a nonzero u32"],
        );
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let text = "[server]\ndata = \"d\"\n[functions.a]\ndir = \"f\"\npython = \"venv/bin/python\"\n\
                    [functions.b]\npython = \"python3.12\"\ndir = \"/f\"";
        let settings =
            Settings::parse(text, Path::new("c/stateline.toml"), Path::new("c")).expect("it is right");
        assert_eq!(settings.server.expect("[server]").data, Some(PathBuf::from("c/d")));
        assert_eq!(settings.functions["a"].dir, Path::new("c/f"));
        assert_eq!(settings.functions["a"].python.as_deref(), Some(Path::new("c/venv/bin/python")));
        assert_eq!(settings.functions["b"].python.as_deref(), Some(Path::new("python3.12")));
        assert_eq!(settings.functions["b"].dir, Path::new("/f"));
    }

    #[test]
    fn files_further_down_add_functions_connections_and_machines() {
        let read = |text| Settings::parse(text, Path::new("x"), Path::new("")).expect("it is right");
        let mut settings = read("[functions.a]\n[machines.m]\ntype = \"EXPRESS\"");
        let path = Path::new("sub/stateline.toml");
        assert!(settings.add(path, read("[functions.b]")).is_ok());
        let twice = settings.add(path, read("[functions.a]")).expect_err("it is there already");
        assert_eq!(
            twice.to_string(),
            "sub/stateline.toml: functions.a stands in another stateline.toml as well"
        );
        let connection = "[connections.c]\nauthorization = \"BASIC\"\nusername = \"u\"\npassword = \"p\"";
        assert!(settings.add(path, read(connection)).is_ok());
        let twice = settings.add(path, read(connection)).expect_err("it is there already");
        assert!(twice.to_string().contains("connections.c stands in another"), "{twice}");
        assert!(settings.add(path, read("[limits]")).is_err());
        assert_eq!(settings.machine_type("m"), MachineType::Express);
        assert_eq!(settings.machine_type("other"), MachineType::Standard);
    }
}
