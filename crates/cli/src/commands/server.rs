//! What `serve` and `dev` share: where to listen, what may be served there, and stopping.

use super::{CommandError, Outcome};
use crate::args::ServerArgs;
use crate::config::{Listen, ServerSettings, Settings};
use crate::host::{Host, HostPlan, Storage};
use crate::output::{note, say};
use crate::shutdown::Signals;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const DEFAULT_LISTEN: &str = "127.0.0.1:8083";
const DEFAULT_DATA: &str = ".stateline";
const DEFAULT_GRACE_SECONDS: u64 = 10;
/// How often the engine is asked whether it can still write.
const FAULT_EVERY: Duration = Duration::from_millis(500);

/// Where and how to serve.
#[derive(Debug)]
pub struct Plan {
    /// Where to listen.
    pub places: Vec<Place>,
    /// The engine's part.
    pub host: HostPlan,
    /// How long a stop may wait.
    pub grace: Duration,
}

/// One place to listen at.
#[derive(Debug)]
pub struct Place {
    /// As typed, for messages.
    pub listen: String,
    /// What it stands for; the first that is free is listened on.
    pub addresses: Vec<SocketAddr>,
}

impl Place {
    fn new(listen: String, insecure: bool) -> Result<Place, CommandError> {
        let addresses: Vec<SocketAddr> = listen
            .to_socket_addrs()
            .map_err(|error| {
                CommandError::Usage(format!("cannot listen on {listen}: {error}; it must be ADDRESS:PORT"))
            })?
            .collect();
        if let Some(open) = addresses.iter().find(|address| !address.ip().is_loopback()).filter(|_| !insecure)
        {
            return Err(CommandError::Usage(format!(
                "{open} can be reached from other machines, and callers are not authenticated yet; \
                 listen on 127.0.0.1, or give --insecure to serve everybody"
            )));
        }
        Ok(Place { listen, addresses })
    }
}

impl Plan {
    /// From the options and, below them, the settings.
    pub fn new(args: &ServerArgs, settings: &Settings) -> Result<Plan, CommandError> {
        let server = settings.server.clone().unwrap_or_default();
        let insecure = args.insecure || server.insecure;
        let mut listen = args.listen.clone();
        if listen.is_empty() {
            listen = server.listen.clone().map(Listen::addresses).unwrap_or_default();
        }
        if listen.is_empty() {
            listen.push(DEFAULT_LISTEN.to_owned());
        }
        let places = listen.into_iter().map(|listen| Place::new(listen, insecure));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let grace = args.grace_seconds.or(server.grace_seconds).unwrap_or(DEFAULT_GRACE_SECONDS);
        let grace = Duration::from_secs(grace);
        let loopback = places.iter().flat_map(|place| &place.addresses).all(|at| at.ip().is_loopback());
        let host = HostPlan {
            storage: storage(args, server.clone())?,
            console: settings.console.clone().unwrap_or_default().console(loopback),
            workers: args.workers.or(server.workers),
            drain: grace,
            backup: args.backup_seconds.or(server.backup_seconds).map(Duration::from_secs),
            mocks: mock_config(),
        };
        Ok(Plan { places, host, grace })
    }

    /// Takes the ports.
    pub async fn bind(&self) -> Result<Vec<TcpListener>, CommandError> {
        let mut listeners = Vec::new();
        for Place { listen, addresses } in &self.places {
            let bound = TcpListener::bind(addresses.as_slice()).await;
            let failed = |error| CommandError::Failed(format!("cannot listen on {listen}: {error}"));
            listeners.push(bound.map_err(failed)?);
        }
        Ok(listeners)
    }
}

/// Says where it listens and, below that, where its console is; gives the first address.
pub fn announce(listeners: &[TcpListener], plan: &Plan) -> Result<Option<SocketAddr>, CommandError> {
    let addresses: Vec<SocketAddr> =
        listeners.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?;
    for address in &addresses {
        say(&format!("listening on http://{address}"));
    }
    let first = addresses.first().copied();
    if let Some(address) = first.filter(|_| plan.host.console.enabled && stateline_console::is_built()) {
        say(&format!("console at http://{}/", reachable(address)));
    }
    Ok(first)
}

/// An address that a browser on this machine can open: one that stands for all of them is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let loopback: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    if address.ip().is_unspecified() { SocketAddr::new(loopback, address.port()) } else { address }
}

/// The mock configuration that the environment names.
fn mock_config() -> Option<PathBuf> {
    std::env::var_os("SFN_MOCK_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn storage(args: &ServerArgs, server: ServerSettings) -> Result<Storage, CommandError> {
    let typed = (args.data.clone(), args.store.clone());
    let chosen = if typed == (None, None) { (server.data, server.store) } else { typed };
    let store = match chosen {
        (Some(_), Some(_)) => {
            return Err(CommandError::Usage(
                "[server] has both data and store; one of them says where data is kept".to_owned(),
            ));
        }
        (Some(data), None) => return Ok(Storage::Directory(data)),
        (None, Some(store)) => store,
        (None, None) => return Ok(Storage::Directory(PathBuf::from(DEFAULT_DATA))),
    };
    match store.split_once(':') {
        None => Ok(Storage::Directory(PathBuf::from(store))),
        Some(("memory", "")) => Ok(Storage::Memory),
        Some(("file", path)) => {
            Ok(Storage::Directory(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
        }
        Some(("postgres" | "postgresql", _)) => Err(CommandError::Usage(
            "this release of Stateline keeps its data in a directory; it has no PostgreSQL store yet"
                .to_owned(),
        )),
        Some(_) => {
            Err(CommandError::Usage(format!("{store} is no store; give a data directory, or memory:")))
        }
    }
}

/// Serves until a signal comes or the engine can write no more, then stops within the grace time.
/// A second signal does not wait.
pub async fn serve(
    listeners: Vec<TcpListener>,
    host: Arc<Host>,
    mut signals: Signals,
    grace: Duration,
) -> Outcome {
    let mut fault = None;
    let mut asked = Instant::now();
    let until_stopped = async {
        tokio::select! {
            signal = signals.next() => tracing::info!(signal, "stopping"),
            why = faulted(&host) => fault = Some(why),
        }
        asked = Instant::now();
    };
    stateline_api::serve(listeners, host.api.clone(), until_stopped).await;
    let rest = grace.saturating_sub(asked.elapsed());
    tokio::select! {
        () = host.stop(rest) => {}
        _ = signals.next() => note("stopped without waiting; what still runs goes on at the next start"),
    }
    match fault {
        Some(why) => {
            Err(CommandError::Failed(format!("{why}; the next start recovers from what is on disk")))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

async fn faulted(host: &Host) -> Arc<str> {
    loop {
        if let Some(why) = host.fault() {
            return why;
        }
        tokio::time::sleep(FAULT_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(args: &ServerArgs, server: ServerSettings, expected: &Expect) {
        let settings = Settings { server: Some(server), ..Settings::default() };
        let found = match Plan::new(args, &settings) {
            Ok(plan) => {
                let addresses: Vec<_> = plan.places.iter().flat_map(|place| &place.addresses).collect();
                format!("{addresses:?} {:?} {:?}", plan.host.storage, plan.grace)
            }
            Err(error) => format!("{}: {error}", error.code()),
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn options_stand_above_settings() {
        let settings = || ServerSettings {
            listen: Some(Listen::One("127.0.0.1:9".to_owned())),
            data: Some("there".into()),
            grace_seconds: Some(3),
            ..ServerSettings::default()
        };
        check(
            &ServerArgs::default(),
            ServerSettings::default(),
            &expect![[r#"[127.0.0.1:8083] Directory(".stateline") 10s"#]],
        );
        check(&ServerArgs::default(), settings(), &expect![[r#"[127.0.0.1:9] Directory("there") 3s"#]]);
        let several = |_| Listen::Several(vec!["127.0.0.1:9".to_owned(), "[::1]:10".to_owned()]);
        check(
            &ServerArgs::default(),
            ServerSettings { listen: settings().listen.map(several), ..settings() },
            &expect![[r#"[127.0.0.1:9, [::1]:10] Directory("there") 3s"#]],
        );
        let typed = |store: &str| ServerArgs { store: Some(store.to_owned()), ..ServerArgs::default() };
        check(&typed("memory:"), settings(), &expect!["[127.0.0.1:9] Memory 3s"]);
        check(&typed("here"), settings(), &expect![[r#"[127.0.0.1:9] Directory("here") 3s"#]]);
        check(&typed("file:///here"), settings(), &expect![[r#"[127.0.0.1:9] Directory("/here") 3s"#]]);
        check(
            &typed("postgres://localhost/x"),
            settings(),
            &expect![
                "2: this release of Stateline keeps its data in a directory; it has no PostgreSQL store yet"
            ],
        );
        check(
            &typed("redis://x"),
            settings(),
            &expect!["2: redis://x is no store; give a data directory, or memory:"],
        );
    }

    #[test]
    fn the_console_is_where_a_browser_can_go() {
        let check = |address: &str, expected: &str| {
            let address = address.parse().expect("an address");
            assert_eq!(reachable(address).to_string(), expected);
        };
        check("127.0.0.1:8083", "127.0.0.1:8083");
        check("192.168.7.1:80", "192.168.7.1:80");
        check("0.0.0.0:8083", "127.0.0.1:8083");
        check("[::]:8083", "[::1]:8083");
    }

    #[test]
    fn others_are_not_served_by_accident() {
        let open = |insecure| ServerArgs {
            listen: vec!["127.0.0.1:0".to_owned(), "0.0.0.0:0".to_owned()],
            insecure,
            ..ServerArgs::default()
        };
        check(
            &open(false),
            ServerSettings::default(),
            &expect![
                "2: 0.0.0.0:0 can be reached from other machines, and callers are not authenticated yet; listen on 127.0.0.1, or give --insecure to serve everybody"
            ],
        );
        check(
            &open(true),
            ServerSettings::default(),
            &expect![[r#"[127.0.0.1:0, 0.0.0.0:0] Directory(".stateline") 10s"#]],
        );
        let odd = ServerArgs { listen: vec!["8083".to_owned()], ..ServerArgs::default() };
        check(
            &odd,
            ServerSettings::default(),
            &expect!["2: cannot listen on 8083: invalid socket address; it must be ADDRESS:PORT"],
        );
    }
}
